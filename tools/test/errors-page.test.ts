// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeErrorsPage, readCatalogues, readErrorsPage } from '../errors-page.ts';

test('docs/errors.md says what the catalogues say', async () => {
  const isSame = readErrorsPage() === (await makeErrorsPage());
  assert.ok(isSame, 'make it again: node tools/launch.mjs tools/errors-page.ts');
});

test('every code has both texts and each place in them is a parameter', async () => {
  for (const { prefix, specifications } of await readCatalogues()) {
    for (const [code, { ja, en, params }] of Object.entries(specifications)) {
      for (const text of [ja, en]) {
        for (const [, place] of text.matchAll(/\{(\w+)\}/g)) {
          assert.ok(place && place in params, `${prefix}_${code} names {${place}}`);
        }
      }
      assert.match(ja, /[ぁ-んァ-ヶ一-龠]/, `${prefix}_${code} has no Japanese text`);
      assert.doesNotMatch(en, /[ぁ-んァ-ヶ一-龠]/, `${prefix}_${code} has Japanese in English`);
    }
  }
});

test('no two rooms share a prefix', async () => {
  const prefixes = (await readCatalogues()).map((catalogue) => catalogue.prefix);
  assert.deepEqual(prefixes, [...new Set(prefixes)]);
});
