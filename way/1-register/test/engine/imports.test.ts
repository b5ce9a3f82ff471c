// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  findDifferences,
  inspectTable,
  itemsOfComputer,
  labelOf,
  readTableRows,
  resolveNames,
} from '../../src/engine/index.ts';
import { MESSY_HEADINGS, messyCsv, messyRows } from '../messy-list.ts';

async function read(text: string) {
  const bytes = Buffer.from(text, 'utf8');
  const inspected = await inspectTable(bytes);
  assert.ok(inspected.ok);
  const { inspection } = inspected;
  const { headingLine, headings, mapping } = inspection;
  return { inspection, reading: await readTableRows(bytes, headingLine, headings.length, mapping) };
}

/** Headings to fields, with how sure the proposal is. */
async function checkHeadings(text: string, expected: Readonly<Record<string, string>>) {
  const { inspection } = await read(text);
  for (const { heading, field, confidence } of inspection.columns) {
    if (heading in expected)
      assert.equal(`${field ?? '?'} ${confidence}`, expected[heading], heading);
  }
}

test('500 computers of a messy Japanese spreadsheet are read without a word of explanation', async () => {
  const { inspection, reading } = await read(messyCsv(messyRows(500, 20261121)));
  // Two lines of title, the second with nothing in it.
  assert.equal(inspection.headingLine, 3, 'the title above the headings is passed over');
  assert.equal(reading.statements.length, 500);
  assert.deepEqual(reading.refusals, []);
  const fields = inspection.columns.map((column) => column.field ?? '-');
  assert.deepEqual(fields.slice(1), [
    'key',
    'maker',
    'product',
    'model',
    'version',
    'role',
    'site',
    'prefecture',
    'addresses',
    'exposure',
    'introduced',
    'supportEnds',
    'contact',
    'contactMail',
    'note',
  ]);
  assert.equal(fields[0], '-', 'the running number is not taken for the asset number');
  assert.deepEqual(
    reading.questions.map(({ kind, words }) => [kind, words]),
    [['exposure', 'OT網']],
  );
  for (const { values } of reading.statements) {
    assert.match(values.key!, /^K-\d{4}$/);
    assert.match(values.introduced!, /^2024-04(-01)?$/);
  }
});

test('importing the same list again changes nothing; one new version is one change', async () => {
  const rows = messyRows(200, 7);
  const first = await read(messyCsv(rows));
  const known = first.reading.statements.map(({ values }, index) => ({
    computerId: `c${index}`,
    values,
  }));
  const again = findDifferences(first.reading.statements, known);
  assert.deepEqual(
    [again.added.length, again.changed.length, again.unchanged.length, again.missing.length],
    [0, 0, 200, 0],
  );
  rows[3]![5] = '9.9.9';
  const next = await read(messyCsv([...rows.slice(0, 150), [...rows[0]!].with(1, 'K-9999')]));
  const found = findDifferences(next.reading.statements, known);
  assert.deepEqual(
    [found.added.length, found.changed.length, found.unchanged.length, found.missing.length],
    [1, 1, 149, 50],
  );
  const [change] = found.changed;
  assert.equal(change?.computerId, 'c3');
  assert.deepEqual(
    change?.changes.map(({ field, after }) => [field, after]),
    [['version', '9.9.9']],
  );
});

test('every refused line is named with its field and what is expected; the rest is kept', async () => {
  const text = [
    '資産番号,メーカー,製品名,バージョン,導入日,廃止日,メール',
    'A-1,Fortinet,FortiGate,7.2.4,2026-10-01,,a@example.jp',
    'A-2,Fortinet,FortiGate,7.2.4,10/1/2026,,not-mail',
    'A-3,Fortinet,,,2026-10-01,,',
    'A-1,Fortinet,FortiGate,7.2.4,2026-10-01,,',
    'A-5,Fortinet,FortiGate,7.2.4,2026-10-01,2020-01-01,',
    'A-6,Fortinet,FortiGate,7.2.4,2026-10-01,,,extra',
    'A-7,Fortinet,FortiGate,7.2.4,2026-10-01,,',
  ].join('\n');
  const { reading } = await read(text);
  assert.deepEqual(
    reading.statements.map(({ values }) => values.key),
    ['A-1', 'A-7'],
  );
  assert.deepEqual(
    reading.refusals.map(({ line, field, code }) => `${line} ${field} ${code}`),
    [
      '3 introduced NOT_A_DATE',
      '3 contactMail NOT_A_MAIL_ADDRESS',
      '4 product NO_PRODUCT',
      '5 key SAME_KEY',
      '6 retired DATES_OUT_OF_ORDER',
      '7 null MORE_CELLS_THAN_HEADINGS',
    ],
  );
  for (const { ja, en } of reading.refusals) {
    assert.ok(!`${ja}${en}`.includes('not-mail') && !`${ja}${en}`.includes('10/1/2026 '));
    assert.ok(!/[{}]/.test(ja + en), 'every place in the text is filled');
  }
});

test('headings are recognised in both languages, in part, and by what the columns hold', async () => {
  await checkHeadings(
    'id,maker,product,version,cpe,purl,exposure\n1,Fortinet,FortiGate,7,,,internet\n',
    {
      id: 'key certain',
      maker: 'maker certain',
      product: 'product certain',
      version: 'version certain',
      cpe: 'cpe certain',
      purl: 'purl certain',
      exposure: 'exposure certain',
    },
  );
  await checkHeadings(
    'ベンダ名※,機器ﾓﾃﾞﾙ名,本体設置場所,A,B,C\nX,Y,Z,192.0.2.1,東京都,x@example.jp\nX,Y,Z,192.0.2.2,大阪府,y@example.jp\n',
    {
      'ベンダ名※': 'maker certain',
      機器モデル名: 'model likely',
      本体設置場所: 'site likely',
      A: 'addresses likely',
      B: 'prefecture likely',
      C: 'contactMail likely',
    },
  );
  await checkHeadings('製造元,メーカー,製品,色\nX,Y,Z,赤\n', {
    製造元: 'maker certain',
    メーカー: '? unsure',
    製品: 'product certain',
    色: '? unsure',
  });
});

test('what was decided for the same headings is remembered', async () => {
  const bytes = Buffer.from('番号,もの,会社\n1,FortiGate,Fortinet\n');
  const first = await inspectTable(bytes);
  assert.ok(first.ok);
  const again = await inspectTable(bytes, (fingerprint) =>
    fingerprint === first.inspection.fingerprint
      ? { 0: 'key', 1: 'product', 2: 'maker' }
      : undefined,
  );
  assert.ok(again.ok);
  assert.deepEqual(
    again.inspection.columns.map(({ field, remembered }) => [field, remembered]),
    [
      ['key', true],
      ['product', true],
      ['maker', true],
    ],
  );
});

test('an empty cell keeps what is registered; a dash clears it', async () => {
  const first = await read('資産番号,製品名,備考,担当者\nA-1,FortiGate,旧,佐藤\n');
  const known = [{ computerId: 'c1', values: first.reading.statements[0]!.values }];
  const next = await read('資産番号,製品名,備考,担当者\nA-1,FortiGate,,－\n');
  const { changed } = findDifferences(next.reading.statements, known);
  assert.deepEqual(changed[0]?.changes, [{ field: 'contact', before: '佐藤' }]);
});

test('rows without a number are recognised by what and where they are, equal ones one to one', async () => {
  const list = (version: string) =>
    `メーカー,製品名,バージョン,設置場所\n富士通,IPCOM EX2,${version},本社\n富士通,IPCOM EX2,1.0,本社\n`;
  const first = await read(list('1.0'));
  const known = first.reading.statements.map(({ values }, i) => ({ computerId: `c${i}`, values }));
  const english = await read(list('1.0').replaceAll('富士通', 'Fujitsu'));
  const renamed = findDifferences(english.reading.statements, known);
  assert.deepEqual([renamed.added.length, renamed.missing.length], [0, 0]);
  const updated = findDifferences((await read(list('2.0'))).reading.statements, known);
  assert.deepEqual(
    updated.changed.map(({ computerId, changes }) => [computerId, changes.length]),
    [['c0', 1]],
  );
});

test('a list that begins or ceases to carry numbers is still the same list', async () => {
  const bare = await read(
    'メーカー,製品名,設置場所\n富士通,IPCOM EX2,本社\n富士通,IPCOM EX2,支社\n',
  );
  const numbered = await read(
    '資産番号,メーカー,製品名,設置場所\nA-1,富士通,IPCOM EX2,本社\nA-2,富士通,IPCOM EX2,支社\n',
  );
  const asKnown = ({ reading }: typeof bare) =>
    reading.statements.map(({ values }, i) => ({ computerId: `c${i}`, values }));
  const begins = findDifferences(numbered.reading.statements, asKnown(bare));
  assert.deepEqual(
    begins.changed.map(({ computerId, changes }) => [
      computerId,
      changes[0]?.field,
      changes.length,
    ]),
    [
      ['c0', 'key', 1],
      ['c1', 'key', 1],
    ],
  );
  const ceases = findDifferences(bare.reading.statements, asKnown(numbered));
  assert.deepEqual(
    [ceases.unchanged.length, ceases.added.length, ceases.missing.length],
    [2, 0, 0],
  );
  // Another number is another computer, however alike the two are.
  const other = await read('資産番号,メーカー,製品名,設置場所\nB-1,富士通,IPCOM EX2,本社\n');
  const found = findDifferences(other.reading.statements, asKnown(numbered));
  assert.deepEqual([found.added.length, found.missing.length], [1, 2]);
});

test('a retired computer that the list still names as retired is not registered again', async () => {
  const text = '資産番号,製品名,廃止日\nA-1,FortiGate,2026-10-01\n';
  const { reading } = await read(text);
  const known = [{ computerId: 'c1', values: reading.statements[0]!.values, isRetired: true }];
  const same = findDifferences(reading.statements, known);
  assert.deepEqual([same.added.length, same.unchanged.length, same.missing.length], [0, 1, 0]);
  const anew = await read('資産番号,製品名,廃止日\nA-1,FortiGate,\n');
  assert.equal(findDifferences(anew.reading.statements, known).added.length, 1);
});

test('every row is added, changed or unchanged, and every computer in use is named or missing', () => {
  const values = fc.record(
    {
      key: fc.constantFrom('1', '2', '3'),
      serial: fc.constantFrom('s', 't'),
      product: fc.constantFrom('p', 'q'),
      site: fc.constantFrom('x', 'y'),
      version: fc.constantFrom('1', '2'),
    },
    { requiredKeys: ['product'] },
  );
  fc.assert(
    fc.property(
      fc.array(values, { maxLength: 12 }),
      fc.array(values, { maxLength: 12 }),
      (rows, before) => {
        const statements = rows.map((one, line) => ({ line, values: one, cleared: [], asked: [] }));
        const known = before.map((one, i) => ({ computerId: `c${i}`, values: one }));
        const { added, changed, unchanged, missing } = findDifferences(statements, known);
        assert.equal(added.length + changed.length + unchanged.length, rows.length);
        assert.equal(changed.length + unchanged.length + missing.length, before.length);
        const ids = [...changed, ...unchanged].map(({ computerId }) => computerId);
        assert.equal(new Set(ids).size, ids.length, 'nobody is recognised twice');
        // What is written is read again as unchanged.
        const next = statements.map((one, i) => ({ computerId: `n${i}`, values: one.values }));
        const again = findDifferences(statements, next);
        assert.deepEqual(
          [again.added.length, again.changed.length, again.missing.length],
          [0, 0, 0],
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('a word that fits several entries is asked, and the answer names the entry', async () => {
  const { reading } = await read(
    '資産番号,製品名,ネットワーク接続\nA-1,FortiGate 60F,監視網\nA-2,FortiGate 60F,監視網\n',
  );
  const [question] = reading.questions;
  assert.equal(question?.kind, 'exposure');
  assert.deepEqual(question?.lines, [2, 3]);
  assert.equal(question?.candidates.length, 5);
  assert.deepEqual(resolveNames({ product: 'x' }, new Map()), { product: 'x' });
});

test('a device and its operating system are two items; a model joins a product that lacks it', () => {
  assert.deepEqual(
    itemsOfComputer({
      maker: 'Dell',
      product: 'PowerEdge',
      model: 'R740',
      operatingSystem: 'Windows Server 2022',
      operatingSystemVersion: '21H2',
    }),
    [
      { maker: 'Dell', product: 'PowerEdge R740' },
      { product: 'Windows Server 2022', version: '21H2' },
    ],
  );
  assert.deepEqual(itemsOfComputer({ product: 'FortiGate-60F', model: '60F', version: '7.2.4' }), [
    { product: 'FortiGate-60F', version: '7.2.4' },
  ]);
  assert.equal(labelOf({ product: 'FortiGate', site: '本社' }), 'FortiGate / 本社');
});

test('the headings of the test list are unique', () => {
  assert.equal(new Set(MESSY_HEADINGS).size, MESSY_HEADINGS.length);
});
