// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvCell, exportForm, FORM_FORMATS } from '../../src/print/export-form.ts';
import { HEAD, sampleForm } from './sample-form.ts';

/** RFC 4180, as a spreadsheet program reads it. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    rows.at(-1)?.push(quoted === undefined ? (plain as string) : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  assert.deepEqual(rows.pop(), []);
  return rows;
}

async function exported(format: (typeof FORM_FORMATS)[number], language: 'ja' | 'en' = 'ja') {
  const { bytes, mediaType, fileName } = await exportForm(format, sampleForm(), language);
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), mediaType, fileName };
}

test('each format has its media type and a name that no file system refuses', async () => {
  for (const format of FORM_FORMATS) {
    const { mediaType, fileName } = await exported(format);
    assert.ok(mediaType.includes(format));
    assert.equal(fileName, `rpt_01JD0EXAMPLE-2-follow-up.${format}`);
  }
  const strange = sampleForm({}, { report: '../../etc/\u0000"報告' });
  assert.match((await exportForm('csv', strange, 'ja')).fileName, /^[A-Za-z0-9_-]+\.csv$/);
});

test('CSV has one row a field in the order of the blocks, after the head', async () => {
  const { text } = await exported('csv');
  assert.ok(text.startsWith('\ufeff'), 'spreadsheet programs know UTF-8 by its mark');
  const [heading, ...rows] = readCsv(text.slice(1));
  assert.deepEqual(heading, ['区分', '項目', '内容', '状態', '項目の番号']);
  const fields = sampleForm().blocks.flatMap((block) => block.rows.map(({ field }) => field));
  assert.deepEqual(
    rows.map((row) => row[4]).filter((field) => !field?.startsWith('head.')),
    fields,
  );
  assert.ok(rows.every((row) => row.length === 5));
  const state = (field: string) => rows.find((row) => row[4] === field)?.slice(2, 4);
  assert.deepEqual(state('recovered'), ['調査中（不明）', '調査中']);
  assert.deepEqual(state('remarks'), ['', '記入なし']);
  assert.deepEqual(state('awareness.by'), ['夜間当番 髙﨑', '記入']);
});

test('CSV in English has English words', async () => {
  const rows = readCsv((await exported('csv', 'en')).text.slice(1));
  assert.deepEqual(rows.find((row) => row[4] === 'status')?.[2], 'Contained, not yet recovered');
});

test('no cell begins a formula, also behind a space, a control or a hidden sign', () => {
  for (const start of [
    '=',
    '+',
    '-',
    '@',
    '＝',
    '＋',
    '－',
    '＠',
    '\t=',
    ' =',
    '\u0000=',
    '\u200b=',
  ]) {
    const cell = csvCell(`${start}cmd|'/c calc'!A1`);
    assert.match(cell, /^"?'/, JSON.stringify(start));
  }
});

test('a cell is read back as it was, whatever it held', () => {
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom('=', '"', ',', '\r', '\n', "'", 'あ', ' ', '\u0000', '-') }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const [[cell = ''] = []] = readCsv(`${csvCell(text)}\r\n`);
      const plain = text
        .toWellFormed()
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the controls that are replaced
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd');
      assert.ok(cell === plain || cell === `'${plain}`);
      assert.doesNotMatch(cell, /^[=+\-@\t\r\n＝＋－＠]/u);
    }),
  );
});

test('JSON holds head and blocks in both languages, and the record where it is given', async () => {
  const { text } = await exported('json');
  const { format, head, blocks, record } = JSON.parse(text);
  assert.equal(format, 'sakimori-form/1');
  assert.deepEqual([head, blocks, record], [HEAD, sampleForm().blocks, undefined]);
  const withRecord = { ...sampleForm(), record: { kind: 'ransomware' } };
  const { bytes } = await exportForm('json', withRecord, 'ja');
  assert.deepEqual(JSON.parse(new TextDecoder().decode(bytes)).record, { kind: 'ransomware' });
});
