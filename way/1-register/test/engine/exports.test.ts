// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ComputerValues,
  exportCell,
  exportTable,
  inspectTable,
  readTableRows,
} from '../../src/engine/index.ts';

test('no exported cell begins a formula', () => {
  for (const value of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝HYPERLINK("x")', '\r=1']) {
    assert.match(exportCell(value), /^"?'/u);
  }
  assert.equal(exportCell('a,"b"'), '"a,""b"""');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      assert.doesNotMatch(exportCell(value), /^"?[=+\-@\t\r]/u);
    }),
  );
});

test('what is exported is imported again as it was, in both languages', async () => {
  const computers: ComputerValues[] = [
    {
      key: 'A-1',
      maker: '富士通',
      product: 'IPCOM EX2',
      version: '1.0',
      prefecture: '13',
      exposure: 'internet',
      introduced: '2026-10-01',
      note: '=1+1, "ほか"',
    },
    {
      key: 'A-2',
      name: '-dash',
      product: 'FortiGate',
      addresses: '192.0.2.1, 2001:db8::1',
      supportEnds: '2027-03',
      contact: '防人 太郎',
      contactMail: 'a@example.jp',
    },
  ];
  for (const language of ['ja', 'en'] as const) {
    const bytes = Buffer.from([...exportTable(computers, language)].join(''));
    const inspected = await inspectTable(bytes);
    assert.ok(inspected.ok);
    const { headingLine, headings, mapping } = inspected.inspection;
    const { statements, refusals } = await readTableRows(
      bytes,
      headingLine,
      headings.length,
      mapping,
    );
    assert.deepEqual(refusals, []);
    assert.deepEqual(
      statements.map(({ values }) => values),
      computers,
    );
  }
});
