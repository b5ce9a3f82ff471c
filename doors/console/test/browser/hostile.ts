// SPDX-License-Identifier: Apache-2.0
/** Every text of every answer made hostile on its way: nothing runs, nothing breaks out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { findCutOff } from './access.ts';
import { type BrowserInstance, visit, WIDE_LIGHT } from './instance.ts';
import { PAGES, type Visitor } from './pages.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(2)>',
  '\u202Egpj.exe\u2066',
  '{{constructor}}',
  'javascript:alert(3)',
  'x'.repeat(10_000),
].join(' ');
/** Fields that a person reads; ids, kinds and times keep what they are, so that pages still open. */
const READ =
  /^(?:ja|en|name|title|label|word|site|by|heading|item|product|maker|model|version|role|facility|owner|user|contact|description|requiredAction|shortDescription|vulnerabilityName|vendorProject|notes|source|email|before|after|url|clause|ground|prefix|origin|href|problem|samples|text|shown|reference)$/;

function poison(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => poison(one, field));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poison(one, key)]));
  }
  return typeof value === 'string' && READ.test(field) ? `${value} ${HOSTILE}` : value;
}

async function poisonAnswers(page: Page): Promise<void> {
  await page.route(/\/(?:api\/v1|public)\/(?!events)/, async (route) => {
    const answer = await route.fetch();
    if (!(answer.headers()['content-type'] ?? '').includes('json')) {
      await route.fulfill({ response: answer });
      return;
    }
    await route.fulfill({ response: answer, json: poison(await answer.json()) });
  });
}

export function testHostileText(instance: () => BrowserInstance): void {
  for (const visitor of [
    'nobody',
    'operator',
    'hospital',
    'office',
    'ministry',
  ] as const satisfies Visitor[]) {
    test(`hostile text in every field does nothing to ${visitor}`, async () => {
      const { page, faults } = await instance().open(visitor, { ...WIDE_LIGHT, width: 390 });
      await visit(page, '/verify');
      await poisonAnswers(page);
      const found: string[] = [];
      for (const address of PAGES[visitor]) {
        await visit(page, address);
        const state = await page.evaluate(() => ({
          markup: document.querySelectorAll('main script, main img:not([alt]), main [onerror]')
            .length,
          turned: /[\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText),
          scheme: [...document.querySelectorAll('a[href]')].filter((one) =>
            /^\s*(?:javascript|data):/i.test(one.getAttribute('href') ?? ''),
          ).length,
        }));
        for (const [kind, fault] of Object.entries(state)) {
          if (fault) found.push(`${address}: ${kind}`);
        }
        found.push(...(await findCutOff(page)).map((fault) => `${address}: ${fault}`));
      }
      await page.context().close();
      assert.deepEqual([...found, ...faults], []);
    });
  }
}
