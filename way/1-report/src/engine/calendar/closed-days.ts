// SPDX-License-Identifier: Apache-2.0
/** Days on which an office is closed: weekends, holidays, days that come every year. */
import { DAY_MS, readDay } from './zones.ts';

/** A calendar as law/data/report-calendar.json holds it. */
export interface CalendarData {
  readonly id: string;
  /** 0 is Sunday. */
  readonly weekend: readonly number[];
  /** MM-DD. */
  readonly yearly: readonly string[];
  readonly days: readonly { readonly day: string }[];
}

export interface ClosedDays {
  readonly isClosed: (day: number) => boolean;
  /** The day itself when it is open. */
  readonly nextOpenDay: (day: number) => number;
}

/** Longest run of closed days that is believed; a broken calendar must not become a long loop. */
const RUN_MAX = 60;

/**
 * Reads a calendar once, so that asking is cheap.
 *
 * In     calendar data; a holiday outside the years that it names is not known, so such a day is
 *        taken for open: a deadline may be shown too early, never too late
 * Out    whether a day is closed; the next open day
 * Law    Act on National Holidays arts 2-3; Act 91 of 1988 art. 1
 */
export function readClosedDays(data: CalendarData): ClosedDays {
  const weekend = new Set(data.weekend);
  const yearly = new Set(data.yearly);
  const holidays = new Set(data.days.map(({ day }) => readDay(day)));
  const isClosed = (day: number): boolean =>
    // 1970-01-01 was a Thursday.
    weekend.has((((day + 4) % 7) + 7) % 7) ||
    holidays.has(day) ||
    (yearly.size > 0 && yearly.has(new Date(day * DAY_MS).toISOString().slice(5, 10)));
  const nextOpenDay = (day: number): number => {
    let open = day;
    while (isClosed(open) && open - day < RUN_MAX) open += 1;
    return open;
  };
  return { isClosed, nextOpenDay };
}
