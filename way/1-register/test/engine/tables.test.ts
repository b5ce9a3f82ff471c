// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  readTextTable,
  TABLE_LIMITS,
  type TableLimits,
  type TableResult,
} from '../../src/engine/index.ts';

async function read(bytes: Uint8Array | string, chunk = 7, limits: TableLimits = TABLE_LIMITS) {
  const whole = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += chunk) pieces.push(whole.subarray(at, at + chunk));
  const rows: string[] = [];
  const refused: string[] = [];
  const table = readTextTable(pieces, limits);
  let result: TableResult;
  for (;;) {
    const next = await table.next();
    if (next.done) {
      result = next.value;
      break;
    }
    for (const row of next.value.rows) rows.push(`${row.line}: ${row.cells.join('|')}`);
    for (const one of next.value.refusals) refused.push(`${one.line} ${one.field} ${one.code}`);
  }
  return { rows, refused, result };
}

/** Text to rows and refusals, whatever the size of the pieces in which it arrives. */
async function check(text: string, rows: string[], refused: string[] = []) {
  for (const chunk of [1, 5, 1_000_000]) {
    const found = await read(text, chunk);
    assert.deepEqual(found.rows, rows);
    assert.deepEqual(found.refused, refused);
    assert.equal(found.result.fault, null);
  }
}

/** Bytes of a text in the encoding of Japanese Windows, for the characters used here. */
function toShiftJis(text: string): Uint8Array {
  const decoder = new TextDecoder('shift_jis');
  const table = new Map<string, number[]>();
  for (let first = 0x81; first <= 0xfc; first += 1) {
    if (first > 0x9f && first < 0xe0) continue;
    for (let second = 0x40; second <= 0xfc; second += 1) {
      const character = decoder.decode(Uint8Array.of(first, second));
      if ([...character].length === 1 && !table.has(character))
        table.set(character, [first, second]);
    }
  }
  for (let kana = 0xa1; kana <= 0xdf; kana += 1) {
    table.set(decoder.decode(Uint8Array.of(kana)), [kana]);
  }
  return Uint8Array.from([...text].flatMap((c) => table.get(c) ?? [c.charCodeAt(0)]));
}

test('rows keep the line on which they begin', async () => {
  await check('a,b\r\n1,2\r\n\r\n3,4', ['1: a|b', '2: 1|2', '4: 3|4']);
});

test('a quoted value may hold separators, quotes and line breaks', async () => {
  await check('a,b\n"x, ""y""\nz",2\n3,4\n', ['1: a|b', '2: x, "y"\nz|2', '4: 3|4']);
});

test('tab and semicolon are found as separators from the first line', async () => {
  await check('a\tb\n1,5\t2\n', ['1: a|b', '2: 1,5|2']);
  await check('a;b\n1,5;2\n', ['1: a|b', '2: 1,5|2']);
});

test('a quote in the middle of a value means nothing (24" rack)', async () => {
  await check('a,b\n24" rack,2\n3,4\n', ['1: a|b', '2: 24" rack|2', '3: 3|4']);
});

test('a quote that never closes costs its own line only', async () => {
  const lines = Array.from({ length: 150 }, (_, i) => `${i},x`);
  const text = ['a,b', '"broken,1', ...lines].join('\n');
  const found = await read(text, 1_000_000);
  assert.deepEqual(found.refused, ['2 null QUOTE_NOT_CLOSED']);
  assert.equal(found.rows.length, 151);
  assert.equal(found.rows.at(-1), '152: 149|x');
});

test('UTF-8 with and without a byte order mark, UTF-16 both ways, Shift_JIS: the same rows', async () => {
  const text =
    '管理番号,メーカー,設置場所\r\nA-1,富士通㈱,東京都千代田区①\r\nA-2,ﾆｯﾎﾟﾝ電気,髙松\r\n';
  const rows = [
    '1: 管理番号|メーカー|設置場所',
    '2: A-1|富士通㈱|東京都千代田区①',
    '3: A-2|ﾆｯﾎﾟﾝ電気|髙松',
  ];
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  const forms: [string, Uint8Array][] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-8', Buffer.from(`\ufeff${text}`)],
    ['UTF-16', utf16],
    ['UTF-16', Buffer.from(utf16).swap16()],
    ['Shift_JIS', toShiftJis(text)],
  ];
  for (const [encoding, bytes] of forms) {
    for (const chunk of [1, 3, 100_000]) {
      const found = await read(bytes, chunk);
      assert.deepEqual(found.rows, rows);
      assert.equal(found.result.form?.encoding, encoding);
    }
  }
});

test('Shift_JIS that begins late in a long file is still found', async () => {
  const bytes = Buffer.concat([
    Buffer.from('a,b\n'.repeat(80_000)),
    toShiftJis('東京,大阪\n富士,通\n'),
  ]);
  const found = await read(bytes, 65_536);
  assert.deepEqual(found.rows.slice(-2), ['80001: 東京|大阪', '80002: 富士|通']);
  assert.equal(found.result.form?.encoding, 'Shift_JIS');
});

test('a line that cannot be decoded is refused by its number, the others are kept', async () => {
  const bytes = Buffer.concat([
    Buffer.from('機器,版\n一号,1\n'),
    Buffer.from([0x93, 0x8c, 0xff, 0x2c, 0x32, 0x0a]),
    Buffer.from('三号,3\n'),
  ]);
  const found = await read(bytes, 4);
  assert.deepEqual(found.rows, ['1: 機器|版', '2: 一号|1', '4: 三号|3']);
  assert.deepEqual(found.refused, ['3 null UNDECODABLE']);
});

test('a replacement character left by an earlier conversion is refused too', async () => {
  const found = await read('a,b\n\ufffd\ufffd,1\n2,2\n');
  assert.deepEqual(found.refused, ['2 null UNDECODABLE']);
});

test('bounds: bytes, rows, columns, value length, record length', async () => {
  const small = { ...TABLE_LIMITS, bytesMax: 100 };
  assert.equal((await read('x,y\n'.repeat(50), 10, small)).result.fault, 'TOO_LARGE');
  const few = { ...TABLE_LIMITS, rowsMax: 10 };
  assert.equal((await read('x,y\n'.repeat(50), 10, few)).result.fault, 'TOO_MANY_ROWS');
  assert.deepEqual((await read(`a,b\n${','.repeat(300)}x\n1,2\n`, 1_000)).refused, [
    '2 null TOO_MANY_COLUMNS',
  ]);
  assert.deepEqual((await read(`a,b\n1,${'x'.repeat(5_000)}\n1,2\n`, 1_000)).refused, [
    '2 #2 FIELD_TOO_LONG',
  ]);
  const long = await read(`a,b\n1,${'x'.repeat(500_000)}\n1,2\n`, 65_536);
  assert.deepEqual(long.refused, ['2 null RECORD_TOO_LONG']);
  assert.deepEqual(long.rows, ['1: a|b', '3: 1|2']);
});

test('an empty file, blank lines only, and a picture are refused as a whole', async () => {
  assert.equal((await read('')).result.fault, 'EMPTY');
  assert.equal((await read('\n\n  \n')).result.fault, 'EMPTY');
  assert.equal(
    (await read(Buffer.from('89504e470d0a1a0a0000000d49', 'hex'))).result.fault,
    'NOT_A_TABLE',
  );
});

test('a file of nothing but broken quotes is read in one pass and refused line by line', async () => {
  const found = await read(`a,b\n${'"x",,"\n'.repeat(60_000)}`, 65_536);
  assert.equal(found.result.fault, null);
  assert.equal(found.refused.length, 60_000);
});

test('no bytes whatever make the reader throw, and every row has a line of the file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.integer({ min: 1, max: 50 }),
      async (bytes, chunk) => {
        const { rows, refused } = await read(bytes, chunk);
        const lines = bytes.filter((byte) => byte === 10 || byte === 13).length + 1;
        for (const text of [...rows, ...refused]) assert.ok(Number.parseInt(text, 10) <= lines);
      },
    ),
    { numRuns: 300 },
  );
});

test('what a careful writer writes comes back, in any pieces', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '1', ',', '"', '\n', ' ', '東', 'ｶ', ';'),
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      async (cells, chunk) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const lines = cells.map(([a, b]) => `x,${quote(a)},${quote(b)}`);
        const found = await read(`h1,h2,h3\n${lines.join('\n')}\n`, chunk);
        assert.deepEqual(
          found.rows.map((row) => row.replace(/^\d+: /, '')),
          ['h1|h2|h3', ...cells.map(([a, b]) => `x|${a}|${b}`)],
        );
        assert.deepEqual(found.refused, []);
      },
    ),
    { numRuns: 200 },
  );
});
