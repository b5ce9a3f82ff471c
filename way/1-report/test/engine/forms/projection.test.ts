// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleSet } from '@sakimori/law';
import fc from 'fast-check';
import { type CopyRule, projectRecord } from '../../../src/engine/forms/projection.ts';
import { RECORD_FIELDS, TOP_FIELDS } from '../../../src/engine/forms/record-fields.ts';
import { incidentRecord, readRecord } from '../../../src/engine/record.ts';
import { records } from './arbitrary-record.ts';

/** A word that names the place where it was planted. */
const planted = (path: string) => fc.constant(`secret-of-${path}-end`);
const paths = fc.constantFrom(...Array.from(RECORD_FIELDS.keys()));
const rules: fc.Arbitrary<CopyRule> = fc.record({
  fields: fc.uniqueArray(paths, { maxLength: 12 }),
  withoutIndicatorRoles: fc.subarray(['victim', 'contact', 'attacker']),
});
const allows = (rule: CopyRule, path: string) =>
  rule.fields.some((field) => path === field || path.startsWith(`${field}.`));

/** Paths of all values that stand in a part of a record. */
function leaves(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => leaves(entry, path));
  if (typeof value !== 'object' || value === null) return [path];
  // The names below `consent` are addressees, no fields.
  if (path === 'consent') return [path];
  return Object.entries(value).flatMap(([name, part]) =>
    leaves(part, path === '' ? name : `${path}.${name}`),
  );
}

test('the records that the properties use are records', () => {
  fc.assert(
    fc.property(records({ full: true }), (record) => readRecord(record).value !== undefined),
  );
});

test('nothing outside the rule ever stands in a copy, by field and by value', () => {
  fc.assert(
    fc.property(records({ full: true, word: planted }), rules, (record, rule) => {
      const copy = projectRecord(record, rule).record;
      for (const path of leaves(copy)) assert.ok(allows(rule, path), path);
      for (const [, path = ''] of JSON.stringify(copy).matchAll(/secret-of-(.+?)-end/g)) {
        assert.ok(allows(rule, path), path);
      }
    }),
  );
});

test('everything that the rule allows stands in the copy', () => {
  fc.assert(
    fc.property(records({ full: true, word: planted }), rules, (record, rule) => {
      const copy = projectRecord(record, { fields: rule.fields }).record;
      const told = [...new Set(leaves(record))].filter((path) => allows(rule, path));
      assert.deepEqual([...new Set(leaves(copy))].sort(), told.sort());
    }),
  );
});

test('two records that agree in what is allowed give the same copy, withheld names included', () => {
  fc.assert(
    fc.property(records(), records(), rules, (one, other, rule) => {
      const fields = rule.fields.filter((field) => !field.includes('.'));
      const merged: Record<string, unknown> = { ...other };
      for (const field of TOP_FIELDS) {
        if (!fields.includes(field)) continue;
        if (Object.hasOwn(one, field)) merged[field] = one[field as keyof typeof one];
        else delete merged[field];
      }
      assert.deepEqual(
        projectRecord(merged, { ...rule, fields }),
        projectRecord(one, { ...rule, fields }),
      );
    }),
  );
});

test('what is withheld is named, in both languages, and is never what is given', () => {
  fc.assert(
    fc.property(rules, (rule) => {
      const { withheld } = projectRecord({}, { fields: rule.fields });
      for (const { field, label } of withheld) {
        assert.ok(!allows(rule, field), field);
        assert.ok(label.ja && label.en);
      }
      for (const field of TOP_FIELDS) {
        if (field === 'format') continue;
        const given = rule.fields.some((path) => path === field || path.startsWith(`${field}.`));
        assert.ok(given || withheld.some((one) => one.field === field), field);
      }
    }),
  );
});

test('a part of a field opens that part alone', () => {
  const record = incidentRecord.parse({
    kind: 'ransomware',
    awareness: { at: '2026-11-21T08:00:00+09:00' },
    personalData: { involved: true, persons: 1_200, items: ['病名'] },
    computers: [{ label: '受付サーバー', maker: 'Example', product: 'X-100' }, { label: '端末' }],
  });
  const { record: copy, withheld } = projectRecord(record, {
    fields: ['personalData.involved', 'computers.maker', 'no-such-field', '__proto__'],
  });
  assert.deepEqual(copy, { personalData: { involved: true }, computers: [{ maker: 'Example' }] });
  const named = withheld.map(({ field }) => field);
  assert.ok(named.includes('personalData.items') && named.includes('computers.label'));
  assert.ok(named.includes('contacts') && !named.includes('personalData.involved'));
});

test('indicators of a role that the rule leaves out are left out, and that is said', () => {
  const { record: copy, withheld } = projectRecord(
    {
      indicators: [
        { type: 'ipv4', value: '198.51.100.7', role: 'attacker' },
        { type: 'ipv4', value: '203.0.113.9', role: 'victim' },
      ],
    },
    { fields: ['indicators'], withoutIndicatorRoles: ['victim'] },
  );
  assert.deepEqual(copy, {
    indicators: [{ type: 'ipv4', value: '198.51.100.7', role: 'attacker' }],
  });
  assert.ok(withheld.some(({ label }) => label.ja === '侵害指標（被害側）'));
});

interface AddresseeRules {
  readonly addressees: readonly (CopyRule & { readonly id: string })[];
}

test('every field that the law data gives to an addressee is a field of the record', () => {
  for (const rule of ruleSet('report-addressees').rules) {
    for (const { id, fields, withoutIndicatorRoles } of (rule.value as AddresseeRules).addressees) {
      for (const field of fields) assert.ok(RECORD_FIELDS.has(field), `${id}: ${field}`);
      const roles = RECORD_FIELDS.get('indicators.role')?.values ?? [];
      for (const role of withoutIndicatorRoles ?? []) assert.ok(roles.includes(role), role);
    }
  }
});
