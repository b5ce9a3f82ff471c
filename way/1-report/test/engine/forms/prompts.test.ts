// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleAt } from '@sakimori/law';
import { findForm } from '../../../src/engine/forms/form-rules.ts';
import { formPrompts } from '../../../src/engine/forms/prompts.ts';
import { RECORD_FIELDS } from '../../../src/engine/forms/record-fields.ts';
import { INCIDENT_KINDS, STAGES } from '../../../src/engine/record.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const ask = (kind: (typeof INCIDENT_KINDS)[number], stage: (typeof STAGES)[number]) =>
  formPrompts(ruleAt, kind, stage, NOW_MS);

test('a first report asks at most nine things, whatever happened', () => {
  for (const kind of INCIDENT_KINDS) {
    const asked = ask(kind, 'first').filter(({ onlyIf }) => onlyIf === undefined);
    assert.ok(asked.length <= 9, `${kind}: ${asked.map(({ id }) => id)}`);
  }
});

test('only kind and awareness cannot be passed over', () => {
  for (const kind of INCIDENT_KINDS) {
    for (const stage of STAGES) {
      const fixed = ask(kind, stage).filter(({ skippable }) => !skippable);
      assert.deepEqual(
        fixed.map(({ field }) => field),
        ['kind', 'awareness.at'],
      );
    }
  }
});

test('while the kind is not chosen only what every kind is asked is asked, the kind first', () => {
  const asked = formPrompts(ruleAt, undefined, 'first', NOW_MS).map(({ field }) => field);
  assert.equal(asked[0], 'kind');
  for (const kind of INCIDENT_KINDS) {
    const fields = ask(kind, 'first').map(({ field }) => field);
    for (const field of asked) assert.ok(fields.includes(field), `${kind}: ${field}`);
  }
});

test('whatever a form needs at a stage is asked by then', () => {
  const rank = { first: 0, second: 1, 'follow-up': 1, final: 2 };
  for (const kind of INCIDENT_KINDS) {
    for (const stage of STAGES) {
      const fields = ask(kind, stage).map(({ field }) => field);
      for (const { path, required } of findForm(ruleAt, 'common', kind, NOW_MS)?.sections.flatMap(
        (section) => section.fields,
      ) ?? []) {
        // A kind without damage has no damage to describe.
        const harmless = ['precursor', 'near-miss', 'voluntary'].includes(kind);
        if (required === undefined || rank[required] > rank[stage]) continue;
        if (harmless && required !== 'first') continue;
        assert.ok(
          fields.some((field) => field === path || field.startsWith(`${path}.`)),
          `${kind} ${stage}: ${path}`,
        );
      }
    }
  }
});

test('what is needed is said: outline, computers, state and contacts in a first report', () => {
  const needed = ask('ransomware', 'first').filter((one) => one.needed);
  assert.deepEqual(
    needed.map(({ field }) => field),
    ['kind', 'awareness.at', 'outline', 'status', 'computers', 'contacts'],
  );
  assert.ok(ask('ransomware', 'final').some((one) => one.needed && one.id === 'rw-entry'));
});

/** Filled by the program, by other pages, or only by machines. */
const NOT_ASKED = ['format', 'reference', 'stage', 'consent', 'attachments', 'product'];

test('every field of the record is asked at some stage, or it is known why not', () => {
  const asked = new Set(
    INCIDENT_KINDS.flatMap((kind) => STAGES.flatMap((stage) => ask(kind, stage))).map(
      ({ field }) => field,
    ),
  );
  const missing = [...RECORD_FIELDS.values()]
    .filter(({ type }) => type !== 'group')
    .map(({ path }) => path)
    .filter((path) => !NOT_ASKED.includes(path.split('.')[0] as string))
    .filter((path) => !Array.from(asked).some((f) => path === f || path.startsWith(`${f}.`)));
  assert.deepEqual(missing, []);
});

/** Which types of a field a type of answer can fill. */
const FITS: Readonly<Record<string, readonly string[]>> = {
  choice: ['choice'],
  choices: ['choices'],
  time: ['instant'],
  line: ['text'],
  text: ['text'],
  number: ['number'],
  'yes-no-unknown': ['yes-no'],
  list: ['texts'],
  computers: ['groups'],
  services: ['groups'],
  contacts: ['groups'],
  indicators: ['groups'],
  actions: ['groups'],
};

test('every question fits the field that it fills', () => {
  for (const kind of INCIDENT_KINDS) {
    for (const stage of STAGES) {
      for (const { id, field, answer, unknown, onlyIf, options } of ask(kind, stage)) {
        const target = RECORD_FIELDS.get(field);
        assert.ok(target && FITS[answer]?.includes(target.type), id);
        assert.ok(!unknown || target.unknown, `${id} offers "unknown"`);
        assert.equal(answer.startsWith('choice'), options !== undefined, id);
        for (const { label } of options ?? []) assert.ok(label.ja && label.en, id);
        if (onlyIf) {
          const asked = ask(kind, stage).findIndex((one) => one.field === onlyIf.field);
          const own = ask(kind, stage).findIndex((one) => one.id === id);
          assert.ok(asked !== -1 && asked < own, `${id} depends on what is asked after it`);
        }
      }
    }
  }
});
