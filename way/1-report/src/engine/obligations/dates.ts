// SPDX-License-Identifier: Apache-2.0
/** From when until when an entry of law data has effect; days begin and end in Japan. */
import { endOfDayInJapan, readInstant } from '@sakimori/vocabulary';

export interface Dates {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly from: string;
  readonly until: string | null;
}

export function readDates(entry: {
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
}): Dates {
  return {
    fromMs: readInstant(entry.effectiveFrom)!,
    untilMs: entry.effectiveTo === null ? Infinity : endOfDayInJapan(entry.effectiveTo)!,
    from: entry.effectiveFrom,
    until: entry.effectiveTo,
  };
}

export function isInForce(dates: Dates, atMs: number): boolean {
  return dates.fromMs <= atMs && atMs <= dates.untilMs;
}

/** The entry in force; else the next to come; else the last that was. Entries ascend by date. */
export function entryAt<T extends { readonly dates: Dates }>(
  entries: readonly T[],
  atMs: number,
): T {
  return (
    entries.find(({ dates }) => isInForce(dates, atMs)) ??
    entries.find(({ dates }) => dates.fromMs > atMs) ??
    entries.at(-1)!
  );
}
