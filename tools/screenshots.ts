// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run screenshots`: every page, by role, language, theme and width, into .screenshots/.
 * Further arguments choose pictures by part of their name, for example `operator ja-light-phone`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  openInstance,
  resolveAddress,
  type View,
  visit,
} from '../doors/console/test/browser/instance.ts';
import { PAGES, type Visitor } from '../doors/console/test/browser/pages.ts';

const folder = join(import.meta.dirname, '..', '.screenshots');
const chosen = process.argv.slice(2);
const VIEWS: readonly (View & { readonly name: string })[] = (['ja', 'en'] as const).flatMap(
  (language) =>
    (['light', 'dark'] as const).flatMap((theme) => [
      { language, theme, width: 360, name: `${language}-${theme}-phone` },
      { language, theme, width: 1280, name: `${language}-${theme}-wide` },
    ]),
);

/** A file name of an address: readable, and the same on every run. */
function nameOf(address: string): string {
  const plain = address.replace(/[^a-z0-9]+/gi, '-').replace(/^-+|-+$/g, '');
  return plain === '' ? 'home' : plain;
}

mkdirSync(folder, { recursive: true });
const instance = await openInstance();
try {
  for (const view of VIEWS) {
    for (const visitor of Object.keys(PAGES) as Visitor[]) {
      const wanted = PAGES[visitor].filter((address) => {
        const name = `${visitor} ${nameOf(address)} ${view.name}`;
        return chosen.every((part) => name.includes(part));
      });
      if (wanted.length === 0) continue;
      const { page } = await instance.open(visitor, view);
      for (const address of wanted) {
        await page.goto('/verify');
        if ((await resolveAddress(page, address)) === undefined) continue;
        await visit(page, address);
        const file = `${visitor}-${nameOf(address)}-${view.name}.png`;
        await page.screenshot({ path: join(folder, file), fullPage: true });
        console.log(file);
      }
      await page.context().close();
    }
  }
} finally {
  await instance.close();
}
