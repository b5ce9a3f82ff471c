// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleAt } from '@sakimori/law';
import { readInstant } from '@sakimori/vocabulary';
import fc from 'fast-check';
import {
  COUNTINGS,
  type Counting,
  dayAt,
  endOfDay,
  endOfPeriod,
  type Period,
  readClosedDays,
  readDay,
  readReportRules,
  showDayNumber,
  startOfDay,
} from '../../../src/engine/index.ts';

const AT = Date.UTC(2026, 10, 1);
const calendars = readReportRules(ruleAt, 'report-calendar', AT).calendars;
const offices = readClosedDays(calendars.find(({ id }) => id === 'japan-administrative')!);

/** "30 days civil-code" from an instant: the end in Japan, to the minute. */
function check(from: string, rule: string, expected: string): void {
  const [number, unit, counting, moved] = rule.split(' ') as [string, string, Counting, string?];
  const end = endOfPeriod(
    { atMs: readInstant(from)!, timeKnown: from.length > 10 },
    { [unit]: Number(number) } as unknown as Period,
    counting,
    'Asia/Tokyo',
    moved === 'offices' ? offices : undefined,
  );
  const shown = new Date(end.atMs + 9 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  assert.equal(shown, expected, `${from}, ${rule}`);
}

test('Civil Code art. 140: the first day does not count, on either side of midnight', () => {
  check('2026-11-20T23:59:00+09:00', '30 days civil-code', '2026-12-20 23:59');
  check('2026-11-21T00:01:00+09:00', '30 days civil-code', '2026-12-21 23:59');
});

test('Civil Code art. 140: a period that starts at 0:00 counts its first day', () => {
  check('2026-11-21T00:00:00+09:00', '30 days civil-code', '2026-12-20 23:59');
  check('2026-11-21T00:00:00.001+09:00', '30 days civil-code', '2026-12-21 23:59');
});

test('a date alone is no period that starts at 0:00', () => {
  check('2026-11-21', '30 days civil-code', '2026-12-21 23:59');
  check('2026-11-21', '30 days day-one-counts', '2026-12-20 23:59');
});

test('where the day of awareness is day 1 the time of day changes nothing', () => {
  check('2026-11-21T00:00:00+09:00', '3 days day-one-counts', '2026-11-23 23:59');
  check('2026-11-21T23:59:59+09:00', '3 days day-one-counts', '2026-11-23 23:59');
});

test('the day is the day in Japan, wherever the time was written down', () => {
  // 21 November 09:59 in New York is 23:59 in Japan; a minute later it is the 22nd.
  check('2026-11-21T09:59:00-05:00', '30 days civil-code', '2026-12-21 23:59');
  check('2026-11-21T10:01:00-05:00', '30 days civil-code', '2026-12-22 23:59');
  check('2026-11-21T14:59:59Z', '3 days day-one-counts', '2026-11-23 23:59');
  check('2026-11-21T15:00:00Z', '3 days day-one-counts', '2026-11-24 23:59');
});

test('Act 91 of 1988 art. 2: a deadline on a closed day moves to the next open day', () => {
  // 21 November 2026 is a Saturday, the 23rd Labour Thanksgiving Day.
  check('2026-11-18T10:00:00+09:00', '2 days civil-code offices', '2026-11-20 23:59');
  check('2026-11-18T10:00:00+09:00', '3 days civil-code offices', '2026-11-24 23:59');
  check('2026-11-18T10:00:00+09:00', '3 days civil-code', '2026-11-21 23:59');
});

test('from 29 December to 3 January offices are closed', () => {
  // 3 January 2027 is a Sunday.
  check('2026-11-28T10:00:00+09:00', '30 days civil-code offices', '2026-12-28 23:59');
  check('2026-11-29T10:00:00+09:00', '30 days civil-code offices', '2027-01-04 23:59');
  check('2026-12-04T10:00:00+09:00', '30 days civil-code offices', '2027-01-04 23:59');
  check('2026-12-05T10:00:00+09:00', '30 days civil-code offices', '2027-01-04 23:59');
  check('2026-12-06T10:00:00+09:00', '30 days civil-code offices', '2027-01-05 23:59');
});

test('Golden Week: closed from 3 to 5 May, in 2026 also the 6th as substitute', () => {
  check('2026-04-03T10:00:00+09:00', '30 days civil-code offices', '2026-05-07 23:59');
  check('2027-04-03T10:00:00+09:00', '30 days civil-code offices', '2027-05-06 23:59');
  check('2027-03-30T10:00:00+09:00', '30 days civil-code offices', '2027-04-30 23:59');
});

test('five closed days in September 2026: two holidays make the day between one', () => {
  // 21 Respect for the Aged, 22 citizens' holiday, 23 equinox, after a weekend.
  check('2026-08-20T10:00:00+09:00', '30 days civil-code offices', '2026-09-24 23:59');
});

test('the leap day is a day', () => {
  check('2028-01-30T10:00:00+09:00', '30 days civil-code', '2028-02-29 23:59');
  check('2027-01-30T10:00:00+09:00', '30 days civil-code', '2027-03-01 23:59');
  check('2028-02-28T10:00:00+09:00', '1 days civil-code', '2028-02-29 23:59');
  check('2028-02-29T10:00:00+09:00', '1 months eu-1182-71', '2028-03-29 23:59');
});

test('Civil Code art. 143: a month ends the day before the corresponding day', () => {
  check('2026-11-21T10:00:00+09:00', '1 months civil-code', '2026-12-21 23:59');
  check('2026-11-21T00:00:00+09:00', '1 months civil-code', '2026-12-20 23:59');
  check('2027-02-28T10:00:00+09:00', '1 months civil-code', '2027-03-31 23:59');
  check('2027-01-27T10:00:00+09:00', '1 months civil-code', '2027-02-27 23:59');
  check('2027-12-15T10:00:00+09:00', '2 months civil-code', '2028-02-15 23:59');
});

test('a month without the corresponding day ends with its last day', () => {
  check('2027-01-30T10:00:00+09:00', '1 months civil-code', '2027-02-28 23:59');
  check('2027-01-31T10:00:00+09:00', '1 months civil-code', '2027-02-28 23:59');
  check('2028-01-30T10:00:00+09:00', '1 months civil-code', '2028-02-29 23:59');
  check('2027-01-31T10:00:00+09:00', '1 months eu-1182-71', '2027-02-28 23:59');
  check('2028-01-31T10:00:00+09:00', '1 months eu-1182-71', '2028-02-29 23:59');
});

test('1182/71 art. 3(2)(c): a month ends on the same date', () => {
  check('2027-02-28T10:00:00+09:00', '1 months eu-1182-71', '2027-03-28 23:59');
  check('2026-11-21T00:00:00+09:00', '1 months eu-1182-71', '2026-12-21 23:59');
});

test('hours are exact to the minute, and no closed day moves them', () => {
  check('2026-12-31T23:59:00+09:00', '24 hours hours offices', '2027-01-01 23:59');
  check('2026-11-21T09:30:00+09:00', '72 hours hours', '2026-11-24 09:30');
});

test('1182/71 art. 3(1): the day of the event does not count, at midnight either', () => {
  check('2026-11-21T00:00:00+09:00', '14 days eu-1182-71', '2026-12-05 23:59');
  check('2026-11-20T23:59:00+09:00', '14 days eu-1182-71', '2026-12-04 23:59');
});

test('1182/71 art. 3(1): the hour of the event does not count', () => {
  check('2026-11-21T09:30:00+09:00', '24 hours eu-1182-71', '2026-11-22 09:59');
  check('2026-11-21T09:59:59+09:00', '24 hours eu-1182-71', '2026-11-22 09:59');
  check('2026-11-21T10:00:00+09:00', '24 hours eu-1182-71', '2026-11-22 10:59');
});

test('a deadline that is a day ends with its last millisecond', () => {
  const end = endOfPeriod(
    { atMs: readInstant('2026-11-21T09:30:00+09:00')!, timeKnown: true },
    { days: 30 },
    'civil-code',
    'Asia/Tokyo',
  );
  assert.equal(new Date(end.atMs).toISOString(), '2026-12-21T14:59:59.999Z');
});

test('a day elsewhere ends by the clocks of that place, also when they change', () => {
  // Summer time ends in the EU on 25 October 2026 and begins on 28 March 2027, at 01:00 UTC.
  const end = (zone: string, from: string) =>
    new Date(
      endOfPeriod({ atMs: readInstant(from)!, timeKnown: true }, { days: 1 }, 'eu-1182-71', zone)
        .atMs,
    ).toISOString();
  assert.equal(end('Europe/Berlin', '2026-10-23T12:00:00Z'), '2026-10-24T21:59:59.999Z');
  assert.equal(end('Europe/Berlin', '2026-10-24T12:00:00Z'), '2026-10-25T22:59:59.999Z');
  assert.equal(end('Europe/Berlin', '2027-03-26T12:00:00Z'), '2027-03-27T22:59:59.999Z');
  assert.equal(end('Europe/Berlin', '2027-03-27T12:00:00Z'), '2027-03-28T21:59:59.999Z');
  assert.equal(end('Europe/Lisbon', '2026-12-24T12:00:00Z'), '2026-12-25T23:59:59.999Z');
});

test('a day on which clocks change early begins by the clocks of before', () => {
  // Lord Howe Island: half an hour forward at 2:00 on 4 October 2026.
  const day = readDay('2026-10-04')!;
  const begins = new Date(startOfDay('Australia/Lord_Howe', day)).toISOString();
  assert.equal(begins, '2026-10-03T13:30:00.000Z');
});

const ZONES = ['Asia/Tokyo', 'Europe/Berlin', 'Europe/Helsinki', 'Australia/Lord_Howe', 'UTC'];
const instants = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2029, 0, 1) });
const periods: fc.Arbitrary<Period> = fc.oneof(
  fc.record({ days: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ months: fc.integer({ min: 1, max: 24 }) }),
);

test('every day of a place begins right after the one before, and holds its instants', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), instants, (zone, ms) => {
      const day = dayAt(zone, ms);
      assert.ok(startOfDay(zone, day) <= ms && ms <= endOfDay(zone, day));
      assert.equal(dayAt(zone, endOfDay(zone, day)), day);
      assert.equal(startOfDay(zone, day + 1), endOfDay(zone, day) + 1);
    }),
    { numRuns: 500 },
  );
});

test('a later start never ends earlier, however it is counted', () => {
  fc.assert(
    fc.property(
      instants,
      fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.integer({ min: 0, max: 40 * 86_400_000 })),
      fc.oneof(periods, fc.record({ hours: fc.integer({ min: 1, max: 200 }) })),
      fc.constantFrom(...COUNTINGS),
      fc.constantFrom(...ZONES),
      fc.boolean(),
      (from, more, period, counting, zone, moves) => {
        const end = (atMs: number) =>
          endOfPeriod(
            { atMs, timeKnown: true },
            period,
            counting,
            zone,
            moves ? offices : undefined,
          ).atMs;
        assert.ok(end(from) <= end(from + more));
        assert.ok(end(from) > from);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a deadline that moved ends on an open day, and every day it passed over was closed', () => {
  fc.assert(
    fc.property(instants, periods, (from, period) => {
      const start = { atMs: from, timeKnown: true };
      const plain = dayAt(
        'Asia/Tokyo',
        endOfPeriod(start, period, 'civil-code', 'Asia/Tokyo').atMs,
      );
      const end = endOfPeriod(start, period, 'civil-code', 'Asia/Tokyo', offices);
      const day = dayAt('Asia/Tokyo', end.atMs);
      assert.equal(offices.isClosed(day), false, showDayNumber(day));
      for (let passed = plain; passed < day; passed += 1) assert.ok(offices.isClosed(passed));
      assert.equal(end.movedFromDay, day === plain ? undefined : plain);
    }),
  );
});
