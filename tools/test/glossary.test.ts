// SPDX-License-Identifier: Apache-2.0
/** Texts that the hub itself writes follow the glossary; the console's have a lint of their own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ACTION_FACTS, POLICY_RULES, ROLE_TITLES } from '@sakimori/authority';
import type { Text } from '@sakimori/vocabulary/wire';
import { readCatalogues } from '../errors-page.ts';

interface Term {
  readonly en: string;
  readonly ja: string;
  readonly forbidden?: { readonly ja?: readonly string[]; readonly en?: readonly string[] };
}

const glossary = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../ground/vocabulary/src/glossary.json'), 'utf8'),
) as { terms: Term[] };

async function hubTexts(): Promise<{ place: string; text: Text }[]> {
  const errors = (await readCatalogues()).flatMap(({ prefix, specifications }) =>
    Object.entries(specifications).map(([code, { ja, en }]) => ({
      place: `${prefix}_${code}`,
      text: { ja, en },
    })),
  );
  const policies = POLICY_RULES.map((rule) => ({ place: rule.id, text: rule.because }));
  const actions = Object.entries(ACTION_FACTS).map(([place, { title }]) => ({
    place,
    text: title,
  }));
  const roles = Object.entries(ROLE_TITLES).map(([place, text]) => ({ place, text }));
  return [...errors, ...policies, ...actions, ...roles];
}

test('no text of the hub uses a translation that the glossary forbids', async () => {
  const found = (await hubTexts()).flatMap(({ place, text }) =>
    glossary.terms.flatMap(({ forbidden }) => [
      ...(forbidden?.ja ?? [])
        .filter((word) => text.ja.includes(word))
        .map((w) => `${place}: ${w}`),
      ...(forbidden?.en ?? [])
        .filter((word) => new RegExp(`\\b${RegExp.escape(word)}\\b`, 'i').test(text.en))
        .map((w) => `${place}: ${w}`),
    ]),
  );
  assert.deepEqual(found, []);
});

test('the lint finds a forbidden word where one is planted', () => {
  const forbidden = glossary.terms.flatMap((term) => term.forbidden?.ja ?? []);
  assert.ok(forbidden.length > 0);
  assert.ok(forbidden.some((word) => `これは${word}です`.includes(word)));
});

test('every rule, action and role has a sentence in both languages', async () => {
  for (const { place, text } of await hubTexts()) {
    assert.ok(text.ja.length > 0 && text.en.length > 0, place);
  }
});
