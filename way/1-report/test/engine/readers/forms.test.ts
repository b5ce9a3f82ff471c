// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ReadReport, readOne } from '../../../src/engine/index.ts';
import { findWrittenTime, readMachineTime } from '../../../src/engine/readers/instants.ts';
import { assertSound } from './check-reader.ts';
import { form, RECEIVED_MS } from './samples.ts';

function reportOf(text: string | Uint8Array): ReadReport {
  const items = readOne('ipa-text', Buffer.from(text as string), { receivedAtMs: RECEIVED_MS });
  assertSound(items);
  assert.ok(items[0]?.report, JSON.stringify(items[0]?.refusal));
  return items[0].report;
}

test('a form of IPA becomes a draft: what is ticked counts, what is empty does not', () => {
  const { record } = reportOf(form);
  assert.equal(record.kind, 'other');
  assert.equal(record.awareness.at, '2026-11-20T06:30:00.000Z');
  assert.equal(record.awareness.how, 'third-party');
  assert.deepEqual(record.computers, [{ label: 'ＥＣシステム' }]);
  assert.equal(record.other?.type, 'website-defacement');
  assert.equal(record.cause?.vector, 'vulnerability');
  assert.deepEqual(record.actions, [{ text: 'サイトを停止し、バックアップから復旧した。' }]);
  assert.deepEqual(record.personalData, { involved: true, persons: 1200 });
  assert.deepEqual(record.contacts, [
    {
      name: '田中 花子',
      role: '（株）例示商店',
      phone: '00-0000-0000',
      email: 'tanaka@shop.example',
    },
  ]);
});

test('labels are known in any width, with numbers, colons, brackets or alone', () => {
  for (const line of [
    '発見日時：2026年11月20日 15:30',
    '１．発見年月日　：　２０２６年１１月２０日（金）１５時３０分',
    '(3) 発見日時: 2026/11/20 15:30',
    '【覚知日時】2026-11-20 15:30',
    '■ 検知日時 : 令和8年11月20日 午後3時半頃',
    '・発見日（時刻も）：2026.11.20 15:30',
    '3-2) 発覚日時：R8.11.20 15:30',
    'Detected at: 2026-11-20T15:30+09:00',
    '発見日時\n2026年11月20日 午後3時30分',
  ]) {
    const { record } = reportOf(`${line}\n被害状況：画面が暗号化された`);
    assert.equal(record.awareness.at, '2026-11-20T06:30:00.000Z', line);
    assert.equal(record.impact?.text, '画面が暗号化された', line);
  }
});

test('text without a label is the outline, and nothing of it is lost', () => {
  const { record, texts } = reportOf(
    '昨夜からメールが大量に届いています。\n送信元は 203.0.113.5 です。',
  );
  assert.equal(record.outline, '昨夜からメールが大量に届いています。\n送信元は 203.0.113.5 です。');
  assert.equal(texts[0]?.text, record.outline);
  const mixed = reportOf('発見日：2026/11/20\nこれは自由記述です。\n対処：遮断\n追記の行').record;
  assert.equal(mixed.outline, 'これは自由記述です。');
  assert.deepEqual(mixed.actions, [{ text: '遮断\n追記の行' }]);
});

test('without a time of discovery the receipt is awareness, and that is said', () => {
  const { record, notes } = reportOf('サーバが止まりました。');
  assert.equal(record.awareness.at, '2026-11-21T03:00:00.000Z');
  assert.ok(notes.some(({ en }) => en.includes('time of receipt')));
});

test('a time that cannot be read is kept in the remarks, and that is said', () => {
  const { record, notes } = reportOf('発見日時：昨日の夕方\n概要：停止');
  assert.match(record.remarks ?? '', /昨日の夕方/);
  assert.ok(notes.some(({ ja }) => ja.includes('読み取れませんでした')));
});

test('the kind is proposed from the words and a person is asked to check', () => {
  const kindOf = (text: string) => reportOf(text).record.kind;
  assert.equal(kindOf('ファイルがランサムウェアで暗号化された'), 'ransomware');
  assert.equal(kindOf('ＤＤｏＳ攻撃で窓口サイトが停止'), 'ddos');
  assert.equal(kindOf('被害：なし。フィッシングメールは開いていない'), 'near-miss');
  assert.equal(kindOf('不正ログインがあった'), 'other');
  assert.equal(kindOf('□ランサムウェア\n■不正アクセス'), 'other');
  assert.ok(reportOf('x').notes.some(({ ja }) => ja.includes('確認してください')));
});

test('Shift_JIS, EUC-JP, ISO-2022-JP and UTF-16 are told apart', () => {
  // 「概要：感染した」
  const texts: Record<string, number[]> = {
    Shift_JIS: [0x8a, 0x54, 0x97, 0x76, 0x81, 0x46, 0x8a, 0xb4, 0x90, 0xf5, 0x82, 0xb5, 0x82, 0xbd],
    'EUC-JP': [0xb3, 0xb5, 0xcd, 0xd7, 0xa1, 0xa7, 0xb4, 0xb6, 0xc0, 0xf7, 0xa4, 0xb7, 0xa4, 0xbf],
    'ISO-2022-JP': [
      0x1b, 0x24, 0x42, 0x33, 0x35, 0x4d, 0x57, 0x21, 0x27, 0x34, 0x36, 0x40, 0x77, 0x24, 0x37,
      0x24, 0x3f, 0x1b, 0x28, 0x42,
    ],
    'UTF-16': [...Buffer.from('\ufeff概要：感染した', 'utf16le')],
  };
  for (const [name, bytes] of Object.entries(texts)) {
    const { record, notes } = reportOf(Uint8Array.from(bytes));
    assert.equal(record.outline, '感染した', name);
    assert.ok(
      notes.some(({ en }) => en.includes(name)),
      name,
    );
  }
});

test('personal data: a number of persons, yes, no or not yet known', () => {
  const of = (text: string) => reportOf(`個人情報：${text}`).record.personalData;
  assert.deepEqual(of('約３万件'), { involved: true, persons: 30_000 });
  assert.deepEqual(of('1,200名分'), { involved: true, persons: 1_200 });
  assert.deepEqual(of('なし'), { involved: false });
  assert.deepEqual(of('調査中'), { involved: 'unknown' });
});

test('days that do not exist are no times', () => {
  for (const text of [
    '2026年2月30日',
    '2026/13/01',
    '9999-99-99',
    '0000年1月1日',
    '令和99年99月99日',
    '',
  ]) {
    assert.equal(findWrittenTime(text), undefined, text);
  }
  assert.equal(findWrittenTime('2026年11月20日 25時')?.at, '2026-11-20');
  assert.equal(findWrittenTime('令和元年5月1日 午前12時10分')?.at, '2019-04-30T15:10:00.000Z');
  assert.equal(findWrittenTime('平成31年4月30日 午後12時')?.at, '2019-04-30T03:00:00.000Z');
});

test('times of machines: with a zone, without one, as seconds or milliseconds', () => {
  const at = (value: unknown) => readMachineTime(value)?.at;
  assert.equal(at('2026-11-21T10:05:01.123456+0900'), '2026-11-21T01:05:01.123Z');
  assert.equal(at('2026-11-21 01:05:01 UTC'), '2026-11-21T01:05:01.000Z');
  assert.equal(at('2026-11-21T10:05:01'), '2026-11-21T01:05:01.000Z');
  assert.equal(readMachineTime('2026-11-21T10:05:01')?.zoneAssumed, true);
  assert.equal(at(1795225800), '2026-11-21T01:50:00.000Z');
  assert.equal(at('1795225800.5'), '2026-11-21T01:50:00.500Z');
  assert.equal(at(1795225800000), '2026-11-21T01:50:00.000Z');
  for (const bad of [
    '2026-02-30T00:00:00Z',
    '12026-01-01',
    -1,
    0,
    Number.NaN,
    1e300,
    {},
    'x'.repeat(100),
  ]) {
    assert.equal(at(bad), undefined);
  }
});

test('every time that is read is an instant, whatever was written', () => {
  const written = fc.stringMatching(/^(\d{1,4}|令和|R|平成|年|月|日|時|分|:|\/|-|午後| ){0,14}$/);
  fc.assert(
    fc.property(fc.oneof(written, fc.string()), (text) => {
      for (const found of [findWrittenTime(text), readMachineTime(text)]) {
        if (found) assert.ok(Number.isFinite(Date.parse(found.at)), found.at);
      }
    }),
    { numRuns: 500 },
  );
});
