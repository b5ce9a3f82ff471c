// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRecord } from '../../../src/engine/record.ts';
import {
  factOf,
  type IncidentFact,
  incidentStatistics,
  type ProtectedTable,
  protectList,
  protectTable,
  type Shown,
  spreadOf,
  yearlyFigures,
} from '../../../src/engine/statistics/index.ts';

const HOUR_MS = 3_600_000;

function lines(table: ProtectedTable): string[] {
  const show = (values: readonly Shown[]) => values.map((value) => value ?? '-').join(' ');
  return [
    ...table.cells.map((row, index) => `${show(row)} | ${show([table.rows[index] as Shown])}`),
    `${show(table.columns)} | ${show([table.total])}`,
  ];
}

test('a table without small counts is shown as it is, zeros included', () => {
  assert.deepEqual(
    lines(
      protectTable(
        [
          [5, 0],
          [7, 9],
        ],
        2,
      ),
    ),
    ['5 0 | 5', '7 9 | 16', '12 9 | 21'],
  );
});

test('a small count is hidden, and three more so that no subtraction gives it back', () => {
  const table = protectTable(
    [
      [1, 20, 30],
      [9, 40, 50],
      [60, 70, 80],
    ],
    3,
  );
  assert.deepEqual(lines(table), [
    '- - 30 | 51',
    '- - 50 | 99',
    '60 70 80 | 210',
    '70 130 160 | 360',
  ]);
});

test('a small sum is hidden as well, and a small total hides everything', () => {
  const table = protectTable(
    [
      [2, 0],
      [20, 30],
      [40, 50],
    ],
    2,
  );
  assert.equal(table.rows[0], null);
  assert.equal(table.cells[0]?.[0], null);
  assert.equal(table.total, 142);
  const small = protectTable(
    [
      [1, 0],
      [0, 1],
    ],
    2,
  );
  assert.ok(
    [...small.cells.flat(), ...small.rows, ...small.columns, small.total].every(
      (one) => one === null,
    ),
  );
});

test('a list hides a small count with one more, and shows its total', () => {
  assert.deepEqual(protectList([1, 5, 9]), { counts: [null, null, 9], total: 15 });
  assert.deepEqual(protectList([4, 5, 9]), { counts: [4, 5, 9], total: 18 });
  assert.deepEqual(protectList([0, 5, 0]), { counts: [0, 5, 0], total: 5 });
  // 1 and 1 of 2 would be known to be 1 each.
  assert.deepEqual(protectList([1, 1, 7, 9]), { counts: [null, null, null, 9], total: 18 });
  assert.deepEqual(protectList([1, 1]), { counts: [null, null], total: null });
  assert.deepEqual(protectList([]), { counts: [], total: 0 });
});

/** Every way to fill the hidden numbers that fits what is shown; for each number, its values. */
function possibleValues(
  table: ProtectedTable,
  rows: number,
  columns: number,
  max: number,
  least: number,
): Map<string, Set<number>> {
  const seen = new Map<string, Set<number>>();
  const note = (key: string, value: number) =>
    seen.set(key, (seen.get(key) ?? new Set()).add(value));
  const cells = table.cells.map((row) => row.map((value) => value ?? -1));
  const open = cells.flatMap((row, r) =>
    row.flatMap((value, c) => (value < 0 ? [[r, c] as const] : [])),
  );
  const fits = (shown: Shown | undefined, sum: number) =>
    shown === null || shown === undefined ? sum >= least : shown === sum;
  const check = () => {
    const rowSums = cells.map((row) => row.reduce((sum, value) => sum + value, 0));
    const sums = [...Array(columns).keys()].map((c) =>
      cells.reduce((sum, row) => sum + (row[c] as number), 0),
    );
    const total = rowSums.reduce((sum, value) => sum + value, 0);
    if (!rowSums.every((sum, r) => fits(table.rows[r], sum))) return;
    if (!sums.every((sum, c) => fits(table.columns[c], sum)) || !fits(table.total, total)) return;
    for (const [r, c] of open) note(`${r},${c}`, cells[r]?.[c] as number);
    for (let r = 0; r < rows; r += 1)
      if (table.rows[r] === null) note(`row ${r}`, rowSums[r] as number);
    for (let c = 0; c < columns; c += 1)
      if (table.columns[c] === null) note(`column ${c}`, sums[c] as number);
    if (table.total === null) note('total', total);
  };
  const fill = (index: number) => {
    const place = open[index];
    if (!place) {
      check();
      return;
    }
    const [r, c] = place;
    for (let value = least; value <= max; value += 1) {
      (cells[r] as number[])[c] = value;
      // A row that is complete and does not fit needs no further look.
      const isRowDone = index === open.length - 1 || open[index + 1]?.[0] !== r;
      const sum = (cells[r] as number[]).reduce((all, one) => all + one, 0);
      if (!isRowDone || fits(table.rows[r], sum)) fill(index + 1);
    }
    (cells[r] as number[])[c] = -1;
  };
  fill(0);
  return seen;
}

const hiddenIn = (table: ProtectedTable) =>
  [...table.cells.flat(), ...table.rows, ...table.columns, table.total].filter(
    (one) => one === null,
  ).length;

test('no hidden number can be worked out: every table that fits was tried', () => {
  const small = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 3, max: 7 }),
  );
  const shape = fc.constantFrom([2, 2], [2, 3], [3, 2]).chain(([rows, columns]) =>
    fc
      .array(fc.array(small, { minLength: columns as number, maxLength: columns as number }), {
        minLength: rows as number,
        maxLength: rows as number,
      })
      .map((counts) => ({ counts, rows: rows as number, columns: columns as number })),
  );
  let withHidden = 0;
  fc.assert(
    fc.property(shape, ({ counts, rows, columns }) => {
      const table = protectTable(counts, columns);
      const isAll = table.cells.flat().every((one) => one === null);
      const values = possibleValues(table, rows, columns, 9, isAll ? 0 : 1);
      const hidden = hiddenIn(table);
      assert.equal(values.size, hidden);
      for (const [key, possible] of values) {
        assert.ok(
          possible.size >= 3,
          `${key} is one of ${[...possible]} in ${lines(table).join(' / ')}`,
        );
      }
      if (hidden > 0) withHidden += 1;
      // What is shown is true, and what is small is hidden.
      for (const [r, row] of counts.entries()) {
        for (const [c, count] of row.entries()) {
          const shown = table.cells[r]?.[c];
          assert.ok(shown === null || shown === count);
          if (count > 0 && count < 3) assert.equal(shown, null);
        }
      }
    }),
    { numRuns: 60 },
  );
  assert.ok(withHidden > 15);
});

test('no hidden count of a list can be worked out from its total', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 }),
      fc.integer({ min: 2, max: 6 }),
      (counts, smallest) => {
        const { counts: shown, total } = protectList(counts, smallest);
        const hidden = shown.filter((one) => one === null).length;
        for (const [index, count] of counts.entries()) {
          assert.ok(shown[index] === null || shown[index] === count);
          if (count > 0 && count < smallest) assert.equal(shown[index], null);
        }
        if (hidden === 0 || total === null) return;
        assert.ok(hidden >= 2);
        const sum = total - shown.reduce((all: number, one) => all + (one ?? 0), 0);
        const least = hidden === counts.length ? 0 : 1;
        // The largest that one hidden count may be, less the least: all values between are possible.
        assert.ok(sum - least * (hidden - 1) - least + 1 >= smallest);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a large sparse table, as a nation has it, keeps most of its numbers', () => {
  // 15 sectors by 6 kinds, many zeros and ones.
  const counts = [...Array(15).keys()].map((r) =>
    [...Array(6).keys()].map((c) => ((r * 7 + c * 13) % 11 < 4 ? 0 : (r * c * 5 + r + c) % 17)),
  );
  const table = protectTable(counts, 6);
  const shown = table.cells.flat().filter((one) => one !== null).length;
  assert.ok(shown >= 45, `${shown} of 90 shown`);
  assert.ok(table.total !== null);
});

test('a count is a whole number from zero; anything else is a mistake of the caller', () => {
  assert.throws(() => protectTable([[1.5]], 1), RangeError);
  assert.throws(() => protectTable([[-1]], 1), RangeError);
  assert.throws(() => protectTable([[1, 2], [1]], 2), RangeError);
  assert.throws(() => protectList([...Array(65)].map(() => 1)), RangeError);
});

test('durations are summed up from five cases on, rounded', () => {
  const hours = (...all: number[]) => all.map((one) => one * HOUR_MS);
  assert.equal(spreadOf(hours(1, 2, 3, 4)), undefined);
  assert.deepEqual(spreadOf(hours(5, 1, 3, 2, 4)), { medianMs: 3 * HOUR_MS, p90Ms: 5 * HOUR_MS });
  assert.deepEqual(spreadOf(hours(1, 2, 3, 4, 5, 6, 7, 8, 9, 100)), {
    medianMs: 330 * 60_000,
    p90Ms: 540 * 60_000,
  });
  // Durations that are none do not count: a recovery before the incident.
  assert.equal(spreadOf([...hours(1, 2, 3, 4), -1, Number.NaN]), undefined);
  // 1,234 minutes would tell whose case it is; 1,200 do not.
  assert.equal(spreadOf(Array(5).fill(1234 * 60_000))?.medianMs, 1200 * 60_000);
});

const facts = (count: number, fields: Partial<IncidentFact>): IncidentFact[] =>
  [...Array(count).keys()].map((number) => ({
    sector: 'telecom',
    kind: 'ddos',
    stage: 'first',
    techniques: [],
    awareAtMs: Date.UTC(2026, 10, 1 + number),
    ...fields,
  }));

test('incidents are counted by sector, kind, stage, month and technique', () => {
  const aware = Date.UTC(2026, 9, 31, 15);
  const statistics = incidentStatistics(
    [
      ...facts(6, { techniques: ['T1498'], awareAtMs: aware, reportedAtMs: aware + 2 * HOUR_MS }),
      ...facts(4, { sector: 'finance', kind: 'ransomware', stage: 'final', techniques: ['T1486'] }),
      ...facts(2, { sector: 'nowhere', techniques: ['T1190', 'T1190'] }),
    ],
    ['telecom', 'finance', 'water'],
  );
  assert.equal(statistics.total, 12);
  assert.deepEqual(statistics.bySector, [
    { name: 'telecom', count: 6 },
    { name: 'finance', count: null },
    { name: 'water', count: 0 },
    { name: 'other', count: null },
  ]);
  assert.deepEqual(statistics.byKind.slice(0, 3), [
    { name: 'ddos', count: 8 },
    { name: 'ransomware', count: 4 },
    { name: 'other', count: 0 },
  ]);
  assert.deepEqual(statistics.byMonth, [{ name: '2026-11', count: 12 }]);
  assert.deepEqual(statistics.byTechnique, [
    { name: 'T1498', count: 6 },
    { name: 'T1486', count: 4 },
    { name: 'T1190', count: null },
  ]);
  assert.deepEqual(statistics.toReport, { medianMs: 2 * HOUR_MS, p90Ms: 2 * HOUR_MS });
  assert.equal(statistics.toRecover, undefined);
  assert.equal(statistics.table, undefined);
});

test('with the table its sums are the figures, so that nothing contradicts', () => {
  const all = [
    ...facts(7, {}),
    ...facts(1, { kind: 'other' }),
    ...facts(9, { sector: 'finance', kind: 'other' }),
    ...facts(8, { sector: 'finance' }),
  ];
  const statistics = incidentStatistics(all, ['telecom', 'finance'], { withTable: true });
  assert.deepEqual(
    statistics.bySector.map(({ count }) => count),
    statistics.table?.rows,
  );
  assert.deepEqual(
    statistics.byKind.map(({ count }) => count),
    statistics.table?.columns,
  );
  assert.equal(statistics.table?.total, statistics.total);
  assert.deepEqual(incidentStatistics([], ['telecom']).total, 0);
});

test('a record gives its fact; what is unknown stays out', () => {
  const { value } = readRecord({
    kind: 'ransomware',
    awareness: { at: '2026-11-21T09:30:00+09:00' },
    occurred: 'unknown',
    recovered: '2026-11-22T09:30:00+09:00',
    techniques: ['T1486', 'T1486'],
  });
  assert.ok(value);
  assert.deepEqual(factOf(value, { sector: 'telecom', reportedAtMs: 5 }), {
    sector: 'telecom',
    kind: 'ransomware',
    stage: 'first',
    techniques: ['T1486'],
    awareAtMs: Date.UTC(2026, 10, 21, 0, 30),
    reportedAtMs: 5,
    recoveredAtMs: Date.UTC(2026, 10, 22, 0, 30),
  });
});

test('yearly figures come from the ledger alone; a year begins in Japan', () => {
  const entry = (type: string, at: string, counts: Record<string, number> = {}) => ({
    type,
    at,
    counts,
  });
  const { years, refused } = yearlyFigures([
    entry('report.submitted', '2026-12-31T15:00:00.000Z', {
      kind_ddos: 1,
      stage_first: 1,
      duties: 4,
    }),
    entry('report.submitted', '2026-12-31T14:59:59.999Z', { kind_ransomware: 1, stage_first: 1 }),
    entry('report.supplemented', '2026-12-01T00:00:00.000Z', {
      kind_ransomware: 1,
      stage_follow_up: 1,
    }),
    entry('report.supplemented', '2026-12-02T00:00:00.000Z', { told_outside: 1 }),
    entry('report.message', '2026-12-02T00:00:00.000Z', { kind_question: 1 }),
    entry('report.finalised', '2027-01-02T00:00:00.000Z', { kind_ransomware: 1, stage_final: 1 }),
    entry('report.merged', '2027-01-03T00:00:00.000Z', { reports: 2 }),
    entry('report.published', '2027-01-03T00:00:00.000Z'),
    entry('warning.issued', '2027-01-03T00:00:00.000Z', { kind_ddos: 9 }),
    entry('report.submitted', 'yesterday', { kind_ddos: 1 }),
    entry('report.submitted', '2027-01-04T00:00:00.000Z', { kind_ddos: -1 }),
  ]);
  assert.equal(refused, 2);
  assert.deepEqual(years, [
    {
      year: 2026,
      size: 4,
      counts: {
        kind_ransomware: 1,
        message: 1,
        stage_first: 1,
        stage_follow_up: 1,
        submitted: 1,
        supplemented: 2,
      },
    },
    {
      year: 2027,
      size: 3,
      counts: {
        finalised: 1,
        kind_ddos: 1,
        merged: 1,
        stage_final: 1,
        stage_first: 1,
        submitted: 1,
      },
    },
  ]);
});

test('yearly figures do not depend on the order of the entries, and years add up', () => {
  const entries = fc.array(
    fc.record({
      type: fc.constantFrom(
        'report.submitted',
        'report.supplemented',
        'report.merged',
        'heartbeat',
      ),
      at: fc
        .date({ min: new Date('2025-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      counts: fc.dictionary(
        fc.constantFrom('kind_ddos', 'kind_other', 'stage_first', 'sector_gas', 'x'),
        fc.integer({ min: 0, max: 9 }),
      ),
    }),
  );
  fc.assert(
    fc.property(entries, (all) => {
      const { years } = yearlyFigures(all);
      assert.deepEqual(yearlyFigures([...all].reverse()).years, years);
      const counted = all.filter(({ type }) => type !== 'heartbeat').length;
      assert.equal(
        years.reduce((sum, { size }) => sum + size, 0),
        counted,
      );
      const submitted = all.filter(({ type }) => type === 'report.submitted');
      const ddos = submitted.reduce((sum, { counts }) => sum + (counts.kind_ddos ?? 0), 0);
      assert.equal(
        years.reduce((sum, { counts }) => sum + (counts.kind_ddos ?? 0), 0),
        ddos,
      );
    }),
  );
});
