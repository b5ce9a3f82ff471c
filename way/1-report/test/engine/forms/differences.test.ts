// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { compareRecords } from '../../../src/engine/forms/differences.ts';
import type { RecordPart } from '../../../src/engine/forms/projection.ts';
import { records } from './arbitrary-record.ts';

function check(before: RecordPart, after: RecordPart, ...expected: string[]): void {
  const lines = compareRecords(before, after).map(
    ({ field, before: old, after: now }) => `${field}: ${old?.ja ?? '-'} -> ${now?.ja ?? '-'}`,
  );
  assert.deepEqual(lines, expected);
}

test('a supplement shows what became known, in words', () => {
  check(
    { status: 'ongoing', personalData: { involved: 'unknown' } },
    { status: 'contained', personalData: { involved: true, persons: 1200 } },
    'status: 継続中 -> 拡大は止まった（未復旧）',
    'personalData.involved: 調査中（不明） -> はい',
    'personalData.persons: - -> 1,200',
  );
});

test('a computer is the same by its number, whatever else is said about it', () => {
  check(
    {
      computers: [
        { id: 'cmp_1', label: '受付' },
        { id: 'cmp_2', label: '会計' },
      ],
    },
    {
      computers: [
        { id: 'cmp_2', label: '会計' },
        { id: 'cmp_1', label: '受付', version: '2' },
      ],
    },
    'computers: 受付（登録番号: cmp_1） -> 受付（登録番号: cmp_1、バージョン: 2）',
  );
});

test('an indicator is the same by type and value; it is shown defanged', () => {
  check(
    { indicators: [{ type: 'ipv4', value: '198.51.100.7' }] },
    {
      indicators: [
        { type: 'domain', value: 'evil.example.com' },
        { type: 'ipv4', value: '198.51.100.7', role: 'attacker' },
      ],
    },
    'indicators: IPv4 アドレス 198[.]51[.]100[.]7 -> IPv4 アドレス 198[.]51[.]100[.]7（攻撃側）',
    'indicators: - -> ドメイン名 evil[.]example[.]com',
  );
});

test('two entries of one name are two, and neither is lost', () => {
  const [old, now] = [
    { name: '予約', state: 'stopped' },
    { name: '予約', state: 'degraded' },
  ];
  check({ services: [old, now] }, { services: [now, old] });
  check({ services: [old, now] }, { services: [now] }, 'services: 予約（状態: 停止） -> -');
  check({ services: [old] }, { services: [old, old] }, 'services: - -> 予約（状態: 停止）');
});

test('another order is no change, except for actions and whom to call first', () => {
  check({ techniques: ['T1486', 'T1490'] }, { techniques: ['T1490', 'T1486'] });
  check(
    { contacts: [{ name: '甲' }, { name: '乙' }] },
    { contacts: [{ name: '乙' }, { name: '甲' }] },
    'contacts: 1. 甲\n2. 乙 -> 1. 乙\n2. 甲',
  );
});

test('consent that is withdrawn is a change of its own', () => {
  check(
    { consent: { police: true, isac: true } },
    { consent: { police: false, isac: true } },
    'consent: police: はい -> police: いいえ',
  );
});

test('a record compared with itself has no changes, also with its lists turned round', () => {
  const lists = ['computers', 'services', 'indicators', 'techniques', 'attachments'] as const;
  fc.assert(
    fc.property(records(), (record) => {
      assert.deepEqual(compareRecords(record, structuredClone(record)), []);
      const turned: Record<string, unknown> = { ...record };
      for (const list of lists) {
        const entries = record[list];
        if (entries) turned[list] = [...entries].reverse();
      }
      assert.deepEqual(compareRecords(record, turned), []);
    }),
  );
});

/** The record with nothing that says nothing, and with lists whose order says nothing sorted. */
function meaning(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    const entries = value.map((entry) => meaning(entry));
    if (entries.length === 0) return undefined;
    if (name === 'actions' || name === 'contacts') return entries;
    return entries.map((entry) => JSON.stringify(sorted(entry))).sort();
  }
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value)
    .map(([key, part]) => [key, meaning(part, key)] as const)
    .filter(([, part]) => part !== undefined);
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]) => [key, sorted(part)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test('there are changes exactly when two records say different things', () => {
  const pairs = fc.oneof(
    fc.tuple(records(), records()),
    // One field taken from another record: a small difference is not overlooked.
    fc.tuple(records(), records(), fc.nat()).map(([one, other, at]) => {
      const names = Object.keys(other);
      const name = names[at % names.length] as keyof typeof other;
      return [one, { ...one, [name]: other[name] }] as const;
    }),
  );
  fc.assert(
    fc.property(pairs, ([before, after]) => {
      const changes = compareRecords(before, after);
      assert.equal(changes.length === 0, isDeepStrictEqual(meaning(before), meaning(after)));
      for (const { before: old, after: now } of changes) assert.ok(old || now);
    }),
    { numRuns: 300 },
  );
});

test('changes back are the same changes the other way round', () => {
  fc.assert(
    fc.property(records(), records(), (one, other) => {
      const key = (from: string, to: string) => `${from}|${to}`;
      const there = compareRecords(one, other).map(({ field, before, after }) =>
        key(`${field} ${before?.en}`, `${after?.en}`),
      );
      const back = compareRecords(other, one).map(({ field, before, after }) =>
        key(`${field} ${after?.en}`, `${before?.en}`),
      );
      assert.deepEqual(there.sort(), back.sort());
    }),
  );
});
