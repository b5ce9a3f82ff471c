// SPDX-License-Identifier: Apache-2.0
/** Yearly figures from the ledger alone, so that a stranger can work them out again. */
import { dayInJapan, readInstant } from '@sakimori/vocabulary';
import { protectList } from './small-counts.ts';

/** What is read of an entry; the rest of it is not looked at. */
export interface CountedEntry {
  readonly type: string;
  /** RFC 3339. */
  readonly at: string;
  readonly counts?: Readonly<Record<string, number>>;
}

/** Figures of one calendar year in Japan. */
export interface YearlyFigures {
  readonly year: number;
  /**
   * `submitted`, `supplemented`, ...: entries of that type. `kind_*` and `sector_*`: reports by what
   * was submitted first. `stage_*`: reports that reached a stage's submission, by submissions.
   */
  readonly counts: Readonly<Record<string, number>>;
  /** Entries that were counted. */
  readonly size: number;
}

/** Types that are counted. `report.published` is the yearly report itself. */
const ENTRY = /^report\.(?!published$)([a-z][a-z_]{0,30})$/;
const OF_FIRST = /^(?:kind|sector)_[a-z0-9_]{1,34}$/;
const OF_STAGE = /^stage_[a-z0-9_]{1,34}$/;
/** Entries that carry a submission of the reporter. */
const SUBMISSIONS = new Set(['submitted', 'supplemented', 'finalised']);

/**
 * Yearly figures.
 *
 * In     entries of the ledger in any order, of any type
 * Out    one row a year, ascending; entries of other types are passed over; `refused` counts those
 *        of reports whose instant or counts cannot be read
 * Never  needs anything but the public log: no database, no key
 */
export function yearlyFigures(entries: Iterable<CountedEntry>): {
  readonly years: readonly YearlyFigures[];
  readonly refused: number;
} {
  const years = new Map<number, { size: number; counts: Map<string, number> }>();
  let refused = 0;
  for (const entry of entries) {
    const type = ENTRY.exec(entry.type)?.[1];
    if (type === undefined) continue;
    const atMs = readInstant(entry.at);
    const counts = Object.entries(entry.counts ?? {});
    if (atMs === undefined || !counts.every(([, count]) => isCount(count))) {
      refused += 1;
      continue;
    }
    const year = Number(dayInJapan(atMs).slice(0, 4));
    const figures = years.get(year) ?? { size: 0, counts: new Map<string, number>() };
    years.set(year, figures);
    figures.size += 1;
    const add = (name: string, count: number) =>
      figures.counts.set(name, (figures.counts.get(name) ?? 0) + count);
    add(type, 1);
    for (const [name, count] of counts) if (isFigure(type, name)) add(name, count);
  }
  return {
    years: [...years]
      .sort(([a], [b]) => a - b)
      .map(([year, { size, counts }]) => ({ year, size, counts: inOrder(counts) })),
    refused,
  };
}

const FAMILIES = ['kind_', 'sector_', 'stage_'] as const;

/**
 * A year for people who may see figures but not the entries behind them.
 *
 * Out     the same year without the small counts of kinds, sectors and stages, and without those
 *         by which they could be worked out from a sum
 */
export function protectYear(
  { year, counts, size }: YearlyFigures,
  smallest?: number,
): YearlyFigures {
  const shown = Object.entries(counts).filter(
    ([name]) => !FAMILIES.some((family) => name.startsWith(family)),
  );
  for (const family of FAMILIES) {
    const own = Object.entries(counts).filter(([name]) => name.startsWith(family));
    const { counts: kept } = protectList(
      own.map(([, count]) => count),
      smallest,
    );
    own.forEach(([name], index) => {
      const count = kept[index];
      if (typeof count === 'number') shown.push([name, count]);
    });
  }
  return { year, size, counts: Object.fromEntries(shown) };
}

/** A report's kind counts once, when it is submitted; its stages each time. */
function isFigure(type: string, name: string): boolean {
  if (OF_FIRST.test(name)) return type === 'submitted';
  return OF_STAGE.test(name) && SUBMISSIONS.has(type);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function inOrder(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
