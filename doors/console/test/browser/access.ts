// SPDX-License-Identifier: Apache-2.0
/** Every page in every view: no finding of axe, nothing cut off, nothing against the policy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { type BrowserInstance, type View, visit } from './instance.ts';
import { PAGES, type Visitor } from './pages.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function findAxeFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.flatMap((violation) =>
    violation.nodes.slice(0, 3).map((node) => {
      const why = (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? '';
      return `${violation.id}: ${node.html.slice(0, 200)} ${why}`;
    }),
  );
}

/** What reaches beyond the right edge of the window. */
export async function findCutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1)
      .slice(0, 3)
      .map((one) => `wider than the window: ${one.outerHTML.slice(0, 160)}`);
  });
}

/** One test per visitor and view; each names every page that has a fault. */
export function testAccess(
  instance: () => BrowserInstance,
  views: readonly View[],
  visitors: readonly Visitor[] = Object.keys(PAGES) as Visitor[],
): void {
  for (const view of views) {
    for (const visitor of visitors) {
      const name = `${visitor} finds every page readable (${view.language}, ${view.theme}, ${view.width})`;
      test(name, async () => {
        const { page, faults } = await instance().open(visitor, view);
        const found: string[] = [];
        for (const address of PAGES[visitor]) {
          await visit(page, address);
          const own = [...(await findAxeFaults(page)), ...(await findCutOff(page))];
          found.push(...own.map((fault) => `${address} ${fault}`));
        }
        await page.context().close();
        assert.deepEqual([...found, ...faults], []);
      });
    }
  }
}
