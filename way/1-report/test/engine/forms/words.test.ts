// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ruleAt } from '@sakimori/law';
import type { Text } from '@sakimori/vocabulary/wire';
import { fieldLabel, LABELLED_FIELDS } from '../../../src/engine/forms/labels.ts';
import { formPrompts } from '../../../src/engine/forms/prompts.ts';
import { RECORD_FIELDS } from '../../../src/engine/forms/record-fields.ts';
import { choicesOf, choiceWords } from '../../../src/engine/forms/words.ts';
import { INCIDENT_KINDS, reportingOrganisation, STAGES } from '../../../src/engine/record.ts';

const CHOOSING = [...RECORD_FIELDS.values()].filter(
  ({ path, values }) => path !== 'format' && values !== undefined,
);

test('every value that a record can choose has words in both languages', () => {
  assert.ok(CHOOSING.length >= 12);
  for (const { path, values = [] } of CHOOSING) {
    assert.deepEqual(Object.keys(choicesOf(path) ?? {}).sort(), [...values].sort(), path);
    for (const value of values) {
      const { ja, en } = choiceWords(path, value);
      assert.ok(
        ja !== value && en !== '' && /[\p{sc=Han}\p{sc=Kana}\p{sc=Hira}A-Z]/u.test(ja),
        path,
      );
    }
  }
});

test('two values of one field never have the same words', () => {
  for (const { path, values = [] } of CHOOSING) {
    for (const language of ['ja', 'en'] as const) {
      const words = values.map((value) => choiceWords(path, value)[language]);
      assert.equal(new Set(words).size, words.length, path);
    }
  }
});

test('every field of the record has a label, and no label is of a field that is gone', () => {
  assert.deepEqual([...LABELLED_FIELDS].sort(), [...RECORD_FIELDS.keys()].sort());
  for (const path of Object.keys(reportingOrganisation.shape)) {
    assert.notEqual(fieldLabel(`organisation.${path}`).ja, fieldLabel('organisation').ja, path);
  }
});

test('a position in a list does not change what a field is called', () => {
  assert.deepEqual(fieldLabel('computers.12.product'), fieldLabel('computers.product'));
  assert.deepEqual(fieldLabel('consent.police'), fieldLabel('consent'));
  assert.deepEqual(fieldLabel('no.such.field'), { ja: 'no.such.field', en: 'no.such.field' });
});

interface Term {
  readonly forbidden?: { readonly ja?: readonly string[]; readonly en?: readonly string[] };
}
const { terms } = JSON.parse(
  readFileSync(
    new URL('../../../../../ground/vocabulary/src/glossary.json', import.meta.url),
    'utf8',
  ),
) as { terms: readonly Term[] };

test('labels, words and questions use no translation that the glossary forbids', () => {
  const prompts = INCIDENT_KINDS.flatMap((kind) =>
    STAGES.flatMap((stage) => formPrompts(ruleAt, kind, stage, Date.UTC(2026, 10, 21))),
  );
  const texts: Text[] = [
    ...LABELLED_FIELDS.map(fieldLabel),
    ...CHOOSING.flatMap(({ path, values = [] }) => values.map((value) => choiceWords(path, value))),
    ...prompts.flatMap(({ question, help, example, unit }) =>
      [question, help, example, unit].filter((text) => text !== undefined),
    ),
  ];
  const found = texts.flatMap(({ ja, en }) =>
    terms.flatMap(({ forbidden }) => [
      ...(forbidden?.ja ?? []).filter((word) => ja.includes(word)),
      ...(forbidden?.en ?? []).filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(en)),
    ]),
  );
  assert.deepEqual(found, []);
});
