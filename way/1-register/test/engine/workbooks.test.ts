// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import {
  findFileKind,
  inspectTable,
  readTableRows,
  readWorkbook,
  TABLE_LIMITS,
  WORKBOOK_LIMITS,
} from '../../src/engine/index.ts';

/** A ZIP archive of these members, as a spreadsheet program writes it. */
function zip(members: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(members)) {
    const bytes = Buffer.from(content as string);
    const data = deflateRawSync(bytes);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(crc32(bytes), 14);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(bytes.length, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(local, Buffer.from(name), data);
    at += 30 + name.length + data.length;
  }
  const size = Buffer.concat(directory).length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(members).length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const SHARED = ['管理番号', 'メーカー', '製品名', '導入日', 'A-1', '富士通', 'IPCOM EX2'];
/** Shared strings; the first carries its reading in kana, which is not part of the text. */
const STRINGS = `<sst>${SHARED.map((text, i) => `<si>${i === 0 ? '<r><t>管理</t></r><r><t>番号</t></r><rPh sb="0" eb="2"><t>カンリバンゴウ</t></rPh>' : `<t>${text}</t>`}</si>`).join('')}</sst>`;
const SHEET = `<worksheet><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>重要機器台帳</t></is></c></row>
<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="s"><v>2</v></c><c r="D3" t="s"><v>3</v></c><c r="E3" t="str"><v>バージョン</v></c></row>
<row r="4"><c r="A4" t="s"><v>4</v></c><c r="B4" t="s"><v>5</v></c><c r="C4" t="s"><v>6</v></c><c r="D4" s="1"><v>46296</v></c><c r="E4"><v>7.2000000000000002</v></c></row>
<row r="5"><c r="A5" t="inlineStr"><is><t>A-2</t></is></c><c r="C5" t="s"><v>6</v></c><c r="D5" s="2"><v>46296.5</v></c><c r="E5" t="e"><v>#N/A</v></c></row>
</sheetData></worksheet>`;

function workbook(parts: Readonly<Record<string, string>> = {}): Buffer {
  return zip({
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml':
      '<workbook xmlns:r="x"><sheets><sheet name="表紙" r:id="rId1"/><sheet name="隠し" state="hidden" r:id="rId3"/><sheet name="一覧" r:id="rId2"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/><Relationship Id="rId3" Target="worksheets/sheet3.xml"/></Relationships>',
    'xl/sharedStrings.xml': STRINGS,
    'xl/styles.xml':
      '<styleSheet><numFmts><numFmt numFmtId="176" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/></cellXfs></styleSheet>',
    'xl/worksheets/sheet1.xml':
      '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>表紙です</t></is></c></row></sheetData></worksheet>',
    'xl/worksheets/sheet2.xml': SHEET,
    'xl/worksheets/sheet3.xml': SHEET.replaceAll('A-2', 'hidden'),
    ...parts,
  });
}

async function read(bytes: Uint8Array, limits = WORKBOOK_LIMITS) {
  const table = readWorkbook(bytes, TABLE_LIMITS, limits);
  const rows: string[] = [];
  for (let next = await table.next(); ; next = await table.next()) {
    if (next.done) return { rows, fault: next.value.fault };
    for (const row of next.value.rows) rows.push(`${row.line}: ${row.cells.join('|')}`);
  }
}

test('the list of a workbook is found behind its cover sheet and read as text', async () => {
  assert.equal(findFileKind(workbook()), 'workbook');
  const { rows, fault } = await read(workbook());
  assert.equal(fault, null);
  assert.deepEqual(rows, [
    '1: 重要機器台帳',
    '3: 管理番号|メーカー|製品名|導入日|バージョン',
    '4: A-1|富士通|IPCOM EX2|2026-10-01|7.2',
    '5: A-2||IPCOM EX2|2026-10-01',
  ]);
});

test('a workbook goes the same way as a CSV file', async () => {
  const inspected = await inspectTable(workbook());
  assert.ok(inspected.ok);
  const { headingLine, headings, mapping, form } = inspected.inspection;
  assert.equal(form.format, 'xlsx');
  const { statements } = await readTableRows(workbook(), headingLine, headings.length, mapping);
  assert.deepEqual(
    statements.map(({ values }) => values),
    [
      {
        key: 'A-1',
        maker: '富士通',
        product: 'IPCOM EX2',
        introduced: '2026-10-01',
        version: '7.2',
      },
      { key: 'A-2', product: 'IPCOM EX2', introduced: '2026-10-01' },
    ],
  );
});

test('a bomb is refused within the bound, whatever sizes the archive claims', async () => {
  const bomb = workbook({
    'xl/worksheets/sheet2.xml': `${SHEET.slice(0, -12)}${' '.repeat(30_000_000)}`,
  });
  assert.ok(bomb.length < 100_000);
  const { fault } = await read(bomb, { ...WORKBOOK_LIMITS, inflatedBytesMax: 1_000_000 });
  assert.equal(fault, 'TOO_LARGE');
  const strings = workbook({ 'xl/sharedStrings.xml': `<sst>${'<si/>'.repeat(2_000)}</sst>` });
  assert.equal(
    (await read(strings, { ...WORKBOOK_LIMITS, sharedStringsMax: 1_000 })).fault,
    'TOO_LARGE',
  );
});

test('document types, broken members and other archives are refused', async () => {
  const laughs = workbook({ 'xl/sharedStrings.xml': `<!DOCTYPE a [<!ENTITY b "c">]>${STRINGS}` });
  assert.equal((await read(laughs)).fault, 'NOT_A_TABLE');
  assert.equal((await read(zip({ 'word/document.xml': '<a/>' }))).fault, 'NOT_A_TABLE');
  assert.equal((await read(Buffer.from('PK\u0003\u0004 no archive'))).fault, 'NOT_A_TABLE');
  assert.equal(findFileKind(Buffer.from('d0cf11e0a1b11ae1', 'hex')), 'old-workbook');
});

test('no damage whatever makes the reader throw', async () => {
  const whole = workbook();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.nat(whole.length),
      async (changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        await read(bytes);
        await read(bytes.subarray(0, length));
      },
    ),
    { numRuns: 150 },
  );
});
