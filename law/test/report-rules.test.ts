// SPDX-License-Identifier: Apache-2.0
/** The law data of reporting: whole, honest about what is unverified, and sparing with data. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { addresseesAt, checkReportRules, incidentRecord } from '@sakimori/report/engine';
import { readInstant } from '@sakimori/vocabulary';
import type { z } from 'zod';
import { ruleAt, ruleSet } from '../src/index.ts';

const AT = readInstant('2026-11-21')!;
const firstValue = (name: string) => ruleSet(name).rules[0]!.value;
const { obligations } = checkReportRules('report-obligations', firstValue('report-obligations'));
const { addressees } = checkReportRules('report-addressees', firstValue('report-addressees'));
const { forms, blocks } = checkReportRules('report-forms', firstValue('report-forms'));
const SETS = ['addressees', 'obligations', 'forms', 'calendar', 'clocks'].map(
  (one) => `report-${one}`,
);

/** True when the record, or the organisation, has such a field. */
function isField(path: string): boolean {
  if (path.startsWith('organisation.')) return true;
  let shape: unknown = incidentRecord;
  for (const step of path.split('.')) {
    shape = groupOf(shape)?.shape[step];
    if (!shape) return false;
  }
  return true;
}

/** The group of fields below a shape, whatever it is wrapped in. */
function groupOf(shape: unknown): z.ZodObject | undefined {
  const definition = (shape as z.ZodObject | undefined)?._zod.def as unknown as {
    type: string;
    innerType?: unknown;
    element?: unknown;
    options?: readonly unknown[];
  };
  if (!definition) return undefined;
  if (definition.type === 'object') return shape as z.ZodObject;
  const inner = definition.innerType ?? definition.element;
  if (inner) return groupOf(inner);
  return definition.options?.map(groupOf).find((one) => one !== undefined);
}

test('no program says that a person compared a rule with the primary text', () => {
  for (const name of SETS) {
    for (const rule of ruleSet(name).rules) assert.equal(rule.verified, false, name);
  }
  for (const entry of [...obligations, ...addressees, ...forms]) {
    assert.equal(entry.verified, false, entry.id);
    assert.ok(entry.clause && entry.source && entry.note, entry.id);
  }
});

test('the Act’s duty to report is in force from 1 October 2026, not a day earlier', () => {
  for (const id of ['act-5-minister', 'act-5-prime-minister']) {
    const entries = obligations.filter((one) => one.id === id);
    assert.deepEqual(
      entries.map(({ effectiveFrom }) => effectiveFrom),
      ['2026-10-01'],
    );
  }
});

test('every duty names an addressee that exists on its days', () => {
  const known = new Map(addressees.map((one) => [one.id, one]));
  assert.equal(known.size, addressees.length);
  for (const { id, addressee, effectiveFrom } of obligations) {
    const found = known.get(addressee);
    assert.ok(found, `${id}: ${addressee}`);
    assert.ok(found.effectiveFrom <= effectiveFrom, id);
  }
  for (const { id } of addressees) {
    assert.ok(
      obligations.some(({ addressee }) => addressee === id),
      `nobody tells ${id}`,
    );
  }
});

test('every field that a form or an addressee names is one of the record', () => {
  for (const { id, fields } of addressees) {
    for (const field of fields) assert.ok(isField(field), `${id}: ${field}`);
  }
  for (const { id, fields } of blocks) {
    for (const { path } of fields) assert.ok(isField(path), `${id}: ${path}`);
  }
  assert.equal(isField('personalData.nothing'), false);
});

test('every form has its blocks, every block belongs to a form', () => {
  const used = new Set(forms.flatMap((form) => form.blocks));
  assert.deepEqual([...used].sort(), blocks.map(({ id }) => id).sort());
});

test('the PPC form has the nine items of rule 8', () => {
  const ppc = blocks.find(({ id }) => id === 'ppc')!;
  assert.equal(ppc.fields.length, 9);
  assert.equal(ppc.fields.filter(({ required }) => required).length, 8);
});

const fieldsOf = (id: string) => addresseesAt(ruleAt, AT).get(id)!.fields;
const has = (id: string, field: string) =>
  fieldsOf(id).some((one) => one === field || one.startsWith(`${field}.`));

test('police is given no details of personal data', () => {
  const details = fieldsOf('police').filter((field) => field.startsWith('personalData'));
  assert.deepEqual(details, ['personalData.involved', 'personalData.persons']);
});

test('the commission for personal information is given no technical details of the attack', () => {
  for (const field of [
    'indicators',
    'techniques',
    'computers',
    'ransomware',
    'ddos',
    'attachments',
  ]) {
    assert.equal(has('ppc', field), false, field);
  }
  assert.ok(fieldsOf('ppc').includes('personalData'));
});

test('council and ISAC are given what helps others, and nothing that shows the victim', () => {
  for (const id of ['council', 'isac']) {
    for (const field of ['outline', 'indicators', 'techniques']) assert.ok(has(id, field), field);
    for (const field of [
      'contacts',
      'personalData',
      'reference',
      'title',
      'services',
      'impact',
      'awareness',
      'remarks',
      'attachments',
      'experts',
      'publication',
    ]) {
      assert.equal(has(id, field), false, `${id}: ${field}`);
    }
    for (const part of ['computers', 'ransomware', 'ddos', 'cause']) {
      assert.equal(fieldsOf(id).includes(part), false, `${id}: all of ${part}`);
    }
    const { withoutIndicatorRoles } = addressees.find((one) => one.id === id)!;
    assert.deepEqual(withoutIndicatorRoles, ['victim', 'contact']);
  }
});

test('nobody is given what the reporter agreed to with others', () => {
  for (const { id } of addressees) assert.equal(has(id, 'consent'), false, id);
});

test('the texts of the data follow the glossary', () => {
  const glossary = JSON.parse(
    readFileSync(new URL('../../ground/vocabulary/src/glossary.json', import.meta.url), 'utf8'),
  ) as { terms: { forbidden?: { ja?: string[] } }[] };
  const forbidden = glossary.terms.flatMap((term) => term.forbidden?.ja ?? []);
  for (const name of SETS) {
    const words = JSON.stringify(ruleSet(name));
    for (const word of forbidden) assert.equal(words.includes(word), false, `${name}: ${word}`);
  }
});
