// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleAt } from '@sakimori/law';
import type { FormBlock } from '@sakimori/vocabulary/wire';
import fc from 'fast-check';
import { formBlocks } from '../../../src/engine/forms/blocks.ts';
import { findForm } from '../../../src/engine/forms/form-rules.ts';
import { type CopyRule, projectRecord } from '../../../src/engine/forms/projection.ts';
import { RECORD_FIELDS } from '../../../src/engine/forms/record-fields.ts';
import { fieldWords } from '../../../src/engine/forms/values.ts';
import { INCIDENT_KINDS, incidentRecord } from '../../../src/engine/record.ts';
import { records } from './arbitrary-record.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const form = (name: string, kind: (typeof INCIDENT_KINDS)[number]) =>
  findForm(ruleAt, name, kind, NOW_MS);
const textOf = (blocks: readonly FormBlock[]) =>
  blocks.flatMap(({ rows }) => rows.map(({ value }) => value?.ja ?? '')).join('\n');
/** A text that can be found again, unlike any other. */
const planted = (path: string) =>
  fc.stringMatching(/^[a-z]{8}$/).map((tail) => `<${path}:${tail}>`);

function check(field: string, value: unknown, ja: string, en: string): void {
  assert.deepEqual(fieldWords(field, value), { ja, en });
}

test('values are words: answers, choices, times in Japan with weekday, grouped numbers', () => {
  check('kind', 'ransomware', 'ランサムウェア', 'Ransomware');
  check('malicious', true, 'はい', 'yes');
  check('malicious', false, 'いいえ', 'no');
  check('malicious', 'unknown', '調査中（不明）', 'under investigation');
  check('occurred', 'unknown', '調査中（不明）', 'under investigation');
  check('status', 'unknown', '調査中（不明）', 'under investigation');
  check('impact.users', 1234567, '1,234,567', '1,234,567');
  check('ddos.gbps', 480.25, '480.25', '480.25');
  check(
    'awareness.at',
    '2026-11-20T19:30:00-05:00',
    '2026年11月21日（土）09:30',
    'Sat 21 Nov 2026, 09:30 JST',
  );
});

test('a day of which the time is not known is shown as a day', () => {
  check('occurred', '2026-11-21', '2026年11月21日（土）', 'Sat 21 Nov 2026');
});

test('the word "unknown" in a free text is that word', () => {
  check('title', 'unknown', 'unknown', 'unknown');
});

test('what was not told, and an empty list, has no value', () => {
  assert.equal(fieldWords('title', undefined), undefined);
  assert.equal(fieldWords('computers', []), undefined);
});

test('lists are lines that people can read', () => {
  check(
    'computers',
    [
      { label: '受付サーバー', maker: 'Example', product: 'X-100', specified: true },
      { product: 'Y-200', version: '1.2' },
    ],
    '1. 受付サーバー（製造者: Example、製品: X-100、特定重要電子計算機: はい）\n2. Y-200（バージョン: 1.2）',
    '1. 受付サーバー (Maker: Example, Product: X-100, Specified computer: yes)\n2. Y-200 (Version: 1.2)',
  );
  check(
    'services',
    [{ name: '予約', state: 'stopped', users: 'unknown' }],
    '予約（状態: 停止、影響を受けた利用者数: 調査中（不明））',
    '予約 (State: Stopped, Users affected: under investigation)',
  );
  check(
    'actions',
    [{ at: '2026-11-21T00:30:00Z', text: '切り離し' }],
    '2026年11月21日（土）09:30 切り離し',
    'Sat 21 Nov 2026, 09:30 JST: 切り離し',
  );
  check('techniques', ['T1486', 'T1490'], 'T1486、T1490', 'T1486, T1490');
});

test('an indicator is never shown so that it can be followed', () => {
  check(
    'indicators',
    [
      { type: 'ipv4', value: '198.51.100.7', role: 'attacker' },
      { type: 'url', value: 'https://malware.example.com/x', note: '配布元' },
    ],
    '1. IPv4 アドレス 198[.]51[.]100[.]7（攻撃側）\n2. URL hxxps://malware[.]example[.]com/x: 配布元',
    '1. IPv4 address 198[.]51[.]100[.]7 (attacker)\n2. URL hxxps://malware[.]example[.]com/x: 配布元',
  );
  const blocks = formBlocks(
    { indicators: [{ type: 'domain', value: 'evil.example.com' }] },
    form('common', 'ransomware'),
  );
  assert.ok(textOf(blocks).includes('evil[.]example[.]com'));
  assert.ok(!JSON.stringify(blocks).includes('evil.example.com'));
});

test('consent names the addressee', () => {
  const addresseeName = () => ({ ja: '警察', en: 'Police' });
  assert.deepEqual(fieldWords('consent', { police: true, isac: false }, { addresseeName }), {
    ja: '警察: はい\n警察: いいえ',
    en: 'Police: yes\nPolice: no',
  });
});

test('every text that was told stands in the blocks, whatever the form', () => {
  const names = [
    ...INCIDENT_KINDS.map((kind) => ['common', kind] as const),
    ['none', 'other'] as const,
  ];
  const forms = fc.constantFrom(...names, ['ppc', 'other'] as const, ['nis2', 'ddos'] as const);
  fc.assert(
    fc.property(records({ word: planted }), forms, (record, [name, kind]) => {
      const shown = JSON.stringify(formBlocks(record, form(name, kind)));
      const told = JSON.stringify({ ...record, indicators: undefined, consent: undefined });
      for (const [text] of told.matchAll(/<[a-zA-Z.0-9]+:[a-z]{8}>/g)) {
        assert.ok(shown.includes(text), `${name}: ${text}`);
      }
    }),
  );
});

test('every field of the record finds a row when everything is told', () => {
  fc.assert(
    fc.property(records({ full: true }), fc.constantFrom(...INCIDENT_KINDS), (record, kind) => {
      const rows = formBlocks(record, form('common', kind)).flatMap((block) => block.rows);
      const fields = new Set(rows.map(({ field }) => field));
      for (const { path, type } of RECORD_FIELDS.values()) {
        if (path === 'format' || type === 'group') continue;
        const listed = path.split('.').some((_step, at, steps) => {
          const above = steps.slice(0, at + 1).join('.');
          return fields.has(above) && RECORD_FIELDS.get(above)?.type !== 'group';
        });
        assert.ok(listed, path);
      }
      for (const { field, value } of rows) {
        if (!field.startsWith('organisation.') && RECORD_FIELDS.get(field)?.type !== 'group') {
          assert.ok(value && value.ja !== '' && value.en !== '', field);
        }
      }
    }),
  );
});

test('the blocks stand in the order of the form, and what it does not ask comes last', () => {
  const record = incidentRecord.parse({
    kind: 'ransomware',
    awareness: { at: '2026-11-21T08:00:00+09:00' },
    product: { name: 'Example Gateway' },
  });
  const common = form('common', 'ransomware');
  const blocks = formBlocks(record, common);
  assert.deepEqual(
    blocks.map(({ id }) => id),
    [
      ...(common?.sections ?? []).map(({ id }) => id).filter((id) => id !== 'organisation'),
      'further',
    ].toSpliced(2, 0, 'organisation'),
  );
  assert.deepEqual(
    blocks.at(-1)?.rows.map(({ field, value }) => [field, value?.ja]),
    [['product.name', 'Example Gateway']],
  );
});

test('without a form in force everything that was told is one block', () => {
  assert.equal(form('common', 'other')?.id, 'common-other');
  const before = findForm(ruleAt, 'common', 'other', Date.UTC(2026, 8, 30, 14, 59, 59, 999));
  assert.equal(before, undefined, 'on 30 September 2026 the form was not yet in use');
  assert.equal(findForm(ruleAt, 'common', 'other', Date.UTC(2026, 8, 30, 15))?.id, 'common-other');
  const blocks = formBlocks({ kind: 'other', outline: '概要' }, undefined);
  assert.deepEqual(
    blocks.map(({ id, rows }) => [id, rows.length]),
    [['report', 2]],
  );
});

test('what a copy does not hold is left out, not shown as if it had not been told', () => {
  const rules = fc.record({
    fields: fc.uniqueArray(fc.constantFrom(...Array.from(RECORD_FIELDS.keys())), { maxLength: 10 }),
  });
  fc.assert(
    fc.property(records(), rules, (record, rule: CopyRule) => {
      const { record: copy, withheld } = projectRecord(record, rule);
      const rows = formBlocks(copy, form('common', 'ransomware'), { withheld }).flatMap(
        (block) => block.rows,
      );
      const given = new Set(withheld.map(({ field }) => field));
      for (const { field } of rows) assert.ok(!given.has(field), field);
    }),
  );
});

test('facts of the reporter are shown where they are handed in', () => {
  const rows = (organisation?: Parameters<typeof formBlocks>[2]) =>
    formBlocks({ kind: 'ddos' }, form('common', 'ddos'), organisation)
      .flatMap((block) => block.rows)
      .filter(({ field }) => field.startsWith('organisation.'))
      .map(({ value }) => value?.ja);
  assert.deepEqual(rows(), []);
  assert.deepEqual(
    rows({
      organisation: {
        name: { ja: '見本病院', en: 'Sample Hospital' },
        sectors: [{ ja: '医療', en: 'Medical care' }],
        criticalInfrastructure: 'unknown',
      },
    }),
    ['見本病院', '医療', '調査中（不明）'],
  );
});
