// SPDX-License-Identifier: Apache-2.0
/** The holidays that we store are those that the Act on National Holidays gives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleSet } from '../src/index.ts';

interface Calendar {
  readonly id: string;
  readonly weekend: readonly number[];
  readonly yearly: readonly string[];
  readonly knownFrom: string | null;
  readonly knownTo: string | null;
  readonly days: readonly { readonly day: string; readonly ja: string; readonly en: string }[];
}

const { calendars } = ruleSet('report-calendar').rules[0]!.value as {
  readonly calendars: readonly Calendar[];
};
const japan = calendars.find(({ id }) => id === 'japan-administrative')!;

const date = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
const weekday = (day: string) => new Date(day).getUTCDay();
const plus = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** Longitude of the sun in degrees (Meeus, low accuracy: 0.01 degrees, about a quarter of an hour). */
function longitudeOfSun(ms: number): number {
  const days = (ms - Date.UTC(2000, 0, 1, 12)) / 86_400_000;
  const mean = 280.46646 + 0.98564736 * days;
  const anomaly = ((357.52911 + 0.98560028 * days) * Math.PI) / 180;
  const centre = 1.914602 * Math.sin(anomaly) + 0.019993 * Math.sin(2 * anomaly);
  return (((mean + centre - 0.00569) % 360) + 360) % 360;
}

/** Day in Japan on which the sun passes a longitude, found by stepping minutes. */
function equinox(year: number, month: number, longitude: number): string {
  const beyond = (ms: number) => ((longitudeOfSun(ms) - longitude + 540) % 360) - 180 >= 0;
  let ms = Date.UTC(year, month - 1, 18);
  while (!beyond(ms)) ms += 60_000;
  return new Date(ms + 9 * 3_600_000).toISOString().slice(0, 10);
}

function monday(year: number, month: number, nth: number): string {
  const mondays = Array.from({ length: 31 }, (_, index) => date(year, month, index + 1)).filter(
    (day) => weekday(day) === 1 && Number(day.slice(5, 7)) === month,
  );
  return mondays[nth - 1]!;
}

/** Art. 2: the days; art. 3(2): substitute after a Sunday; art. 3(3): a day between two holidays. */
function holidaysOf(year: number): string[] {
  const named = new Set([
    date(year, 1, 1),
    monday(year, 1, 2),
    date(year, 2, 11),
    date(year, 2, 23),
    equinox(year, 3, 0),
    date(year, 4, 29),
    date(year, 5, 3),
    date(year, 5, 4),
    date(year, 5, 5),
    monday(year, 7, 3),
    date(year, 8, 11),
    monday(year, 9, 3),
    equinox(year, 9, 180),
    monday(year, 10, 2),
    date(year, 11, 3),
    date(year, 11, 23),
  ]);
  const all = new Set(named);
  for (const day of named) {
    if (weekday(day) !== 0) continue;
    let substitute = plus(day, 1);
    while (named.has(substitute)) substitute = plus(substitute, 1);
    all.add(substitute);
  }
  for (const day of named) {
    const between = plus(day, 1);
    if (named.has(plus(day, 2)) && !named.has(between)) all.add(between);
  }
  return [...all].sort();
}

for (const year of [2025, 2026, 2027, 2028]) {
  test(`the holidays of ${year} are those of the Act, with substitutes and days between`, () => {
    const stored = japan.days.map(({ day }) => day).filter((day) => day.startsWith(`${year}`));
    assert.deepEqual(stored, holidaysOf(year));
  });
}

test('equinoxes, substitutes and citizens’ holidays are where the calendars print them', () => {
  const names = new Map(japan.days.map(({ day, en }) => [day, en]));
  for (const [day, name] of [
    ['2025-02-24', 'Substitute holiday'],
    ['2025-05-06', 'Substitute holiday'],
    ['2025-11-24', 'Substitute holiday'],
    ['2026-03-20', 'Vernal Equinox Day'],
    ['2026-05-06', 'Substitute holiday'],
    ['2026-09-22', 'Citizens’ holiday'],
    ['2026-09-23', 'Autumnal Equinox Day'],
    ['2027-03-21', 'Vernal Equinox Day'],
    ['2027-03-22', 'Substitute holiday'],
    ['2027-09-23', 'Autumnal Equinox Day'],
    ['2028-03-20', 'Vernal Equinox Day'],
    ['2028-09-22', 'Autumnal Equinox Day'],
  ] as const) {
    assert.equal(names.get(day), name, day);
  }
});

test('offices are closed on weekends and from 29 December to 3 January', () => {
  assert.deepEqual([...japan.weekend].sort(), [0, 6]);
  assert.deepEqual([...japan.yearly].sort(), [
    '01-01',
    '01-02',
    '01-03',
    '12-29',
    '12-30',
    '12-31',
  ]);
  assert.deepEqual([japan.knownFrom, japan.knownTo], ['2025-01-01', '2028-12-31']);
});

test('no day is stored twice, and each has its name in both languages', () => {
  assert.equal(new Set(japan.days.map(({ day }) => day)).size, japan.days.length);
  for (const { ja, en } of japan.days) assert.ok(ja && en);
});
