// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ComputerField,
  EXPOSURES,
  PREFECTURES,
  readExposure,
  readField,
  readPrefecture,
} from '../../src/engine/index.ts';

function check(field: ComputerField, cases: Readonly<Record<string, string>>): void {
  for (const [text, expected] of Object.entries(cases)) {
    const reading = readField(field, text);
    const found =
      reading.kind === 'value'
        ? reading.value
        : reading.kind === 'refused'
          ? reading.code
          : reading.kind;
    assert.equal(found, expected, `${field}: ${text}`);
  }
}

test('days are read as they are written in Japan', () => {
  check('introduced', {
    '2026-10-01': '2026-10-01',
    '2026/10/1': '2026-10-01',
    '2026.10.1': '2026-10-01',
    '２０２６年１０月１日': '2026-10-01',
    '20261001': '2026-10-01',
    令和8年10月1日: '2026-10-01',
    'R8.10.1': '2026-10-01',
    'r08/10/01': '2026-10-01',
    令和元年5月1日: '2019-05-01',
    平成31年4月30日: '2019-04-30',
    'H31.4.30': '2019-04-30',
    昭和64年1月7日: '1989-01-07',
    '2026/10/1 9:05': '2026-10-01',
    '2026年10月1日(木)': '2026-10-01',
    '2026-10-01T00:00:00Z': '2026-10-01',
    '2027年3月': '2027-03',
    '2027/3': '2027-03',
    'R9.3': '2027-03',
  });
});

test('a day with two readings, or none, is refused and never guessed', () => {
  check('introduced', {
    '10/1/2026': 'NOT_A_DATE',
    '01-10-26': 'NOT_A_DATE',
    '46296': 'NOT_A_DATE',
    昨年: 'NOT_A_DATE',
    '2026年': 'NOT_A_DATE',
    '2026-02-29': 'NOT_A_REAL_DAY',
    令和8年13月1日: 'NOT_A_REAL_DAY',
    '0026-01-01': 'NOT_A_REAL_DAY',
  });
});

test('an empty cell states nothing; a dash says that there is none', () => {
  check('supportEnds', { 不明: 'empty', 未定: 'empty', '－': 'none', なし: 'none', 'N/A': 'none' });
  check('version', {
    ' ': 'empty',
    ー: 'none',
    '７．２．４': '7.2.4',
    ' v1.0　beta ': 'v1.0 beta',
  });
});

test('exposure is read in both languages; a word that is not in the list is asked', () => {
  check('exposure', {
    インターネット: 'internet',
    外部公開: 'internet',
    DMZ: 'internet',
    専用線: 'partner',
    ＬＡＮ: 'internal',
    'air-gapped': 'isolated',
    スタンドアロン: 'isolated',
    不明: 'empty',
    なし: 'ask',
    有: 'ask',
    謎の網: 'ask',
  });
  for (const exposure of EXPOSURES.filter((one) => one !== 'unknown')) {
    assert.deepEqual(readExposure(exposure.toUpperCase()), { kind: 'value', value: exposure });
  }
});

test('all 47 prefectures are read in kanji, short, in romaji and by number', () => {
  for (const { code, ja, en } of PREFECTURES) {
    for (const text of [ja, en, en.toUpperCase(), code, `JP-${code}`, `${en} Prefecture`]) {
      assert.deepEqual(readPrefecture(text), { kind: 'value', value: code }, text);
    }
  }
  check('prefecture', {
    東京: '13',
    大阪: '27',
    京都: '26',
    Ōita: '44',
    '１３': '13',
    '48': 'NOT_A_PREFECTURE',
    関東: 'NOT_A_PREFECTURE',
  });
});

test('addresses, mail, telephone, CPE and purl are checked', () => {
  check('addresses', {
    '192.0.2.1': '192.0.2.1',
    '192.0.2.1、198.51.100.7\n2001:DB8::1': '192.0.2.1, 198.51.100.7, 2001:db8::1',
    '192.0.2.999': 'NOT_AN_ADDRESS',
    DHCP: 'NOT_AN_ADDRESS',
  });
  check('contactMail', {
    'ｓｅｃ@example.jp': 'sec@example.jp',
    'sec@example': 'NOT_A_MAIL_ADDRESS',
    'a@b@example.jp': 'NOT_A_MAIL_ADDRESS',
    'a@example.jp,b@example.jp': 'NOT_A_MAIL_ADDRESS',
  });
  check('contactPhone', {
    '０３－００００－００００': '03-0000-0000',
    '03(0000)0000 内線 123': '03(0000)0000 内線 123',
    担当まで: 'NOT_A_TELEPHONE_NUMBER',
  });
  check('cpe', {
    'cpe:2.3:o:fortinet:fortios:7.2.4:*:*:*:*:*:*:*':
      'cpe:2.3:o:fortinet:fortios:7.2.4:*:*:*:*:*:*:*',
    'cpe:/o:fortinet:fortios:7.2.4': 'cpe:/o:fortinet:fortios:7.2.4',
    'cpe:2.3:o:fortinet': 'NOT_A_CPE',
  });
  check('purl', {
    'pkg:npm/left-pad@1.3.0': 'pkg:npm/left-pad@1.3.0',
    'left-pad 1.3.0': 'NOT_A_PURL',
  });
});

test('hidden and direction-changing characters are refused', () => {
  check('product', {
    'Forti\u202eGate': 'CONTROL_CHARACTERS',
    'a\u0000b': 'CONTROL_CHARACTERS',
    'FortiGate\u001b[31m': 'CONTROL_CHARACTERS',
    '改行\nあり': '改行 あり',
  });
});

test('no text whatever makes a field throw, and what is read is read the same again', () => {
  const fields: ComputerField[] = [
    'introduced',
    'exposure',
    'prefecture',
    'addresses',
    'contactMail',
    'contactPhone',
    'cpe',
    'purl',
    'version',
    'product',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...fields),
      fc.string({ unit: 'binary', maxLength: 60 }),
      (field, text) => {
        const reading = readField(field, text);
        if (reading.kind === 'value') assert.deepEqual(readField(field, reading.value), reading);
      },
    ),
    { numRuns: 2_000 },
  );
});
