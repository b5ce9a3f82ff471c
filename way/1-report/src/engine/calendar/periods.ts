// SPDX-License-Identifier: Apache-2.0
/** Ends of periods: hours, days and months, by the ways in which laws count them. */
import type { ClosedDays } from './closed-days.ts';
import { DAY_MS, dayAt, endOfDay, HOUR_MS, startOfDay } from './zones.ts';

export type Period =
  | { readonly hours: number }
  | { readonly days: number }
  | { readonly months: number };

/**
 * hours            from the instant, to the millisecond
 * civil-code       first day not counted unless the period starts at 0:00 (Civil Code art. 140)
 * day-one-counts   the day of the event is day 1
 * eu-1182-71       hour or day of the event not counted (Regulation 1182/71 art. 3(1))
 */
export const COUNTINGS = ['hours', 'civil-code', 'day-one-counts', 'eu-1182-71'] as const;
export type Counting = (typeof COUNTINGS)[number];

/** Where a period starts. A date alone has no time: its hours start with the day. */
export interface PeriodStart {
  readonly atMs: number;
  readonly timeKnown: boolean;
}

export interface PeriodEnd {
  readonly atMs: number;
  /** Day (number) from which a closed day moved it. */
  readonly movedFromDay?: number;
}

/**
 * The end of a period.
 *
 * In     start (UTC milliseconds); period of at least 1; way of counting; zone whose days count;
 *        closed days that move the end, where the rule moves it
 * Out    UTC milliseconds. Periods in days or months end with the last millisecond of a day at the
 *        place; periods in hours to the millisecond, or under 1182/71 with the last of an hour
 * Never  moves the end of a period in hours: Act 91 of 1988 art. 2 excepts them
 * Law    Civil Code arts 140-143; Act 91 of 1988 art. 2; Regulation (EEC, Euratom) 1182/71 art. 3
 */
export function endOfPeriod(
  start: PeriodStart,
  period: Period,
  counting: Counting,
  zone: string,
  closed?: ClosedDays,
): PeriodEnd {
  if ('hours' in period) return { atMs: endOfHours(start.atMs, period.hours, counting) };
  const eventDay = dayAt(zone, start.atMs);
  const lastDay =
    'days' in period
      ? firstCountedDay(start, eventDay, counting, zone) + period.days - 1
      : counting === 'eu-1182-71'
        ? sameDate(eventDay, period.months)
        : dayBeforeCorresponding(firstCountedDay(start, eventDay, counting, zone), period.months);
  const open = closed ? closed.nextOpenDay(lastDay) : lastDay;
  return {
    atMs: endOfDay(zone, open),
    ...(open !== lastDay && { movedFromDay: lastDay }),
  };
}

function endOfHours(atMs: number, hours: number, counting: Counting): number {
  if (counting !== 'eu-1182-71') return atMs + hours * HOUR_MS;
  const nextHour = (Math.floor(atMs / HOUR_MS) + 1) * HOUR_MS;
  return nextHour + hours * HOUR_MS - 1;
}

function firstCountedDay(
  start: PeriodStart,
  eventDay: number,
  counting: Counting,
  zone: string,
): number {
  if (counting === 'day-one-counts') return eventDay;
  const atMidnight = start.timeKnown && start.atMs === startOfDay(zone, eventDay);
  return counting === 'civil-code' && atMidnight ? eventDay : eventDay + 1;
}

/** Civil Code art. 143(2): the day before the corresponding day, or the last day of the month. */
function dayBeforeCorresponding(firstDay: number, months: number): number {
  const { year, month, date } = partsOf(firstDay);
  const last = lastDateOf(year, month + months);
  return date <= last ? dayOf(year, month + months, date) - 1 : dayOf(year, month + months, last);
}

/** 1182/71 art. 3(2)(c): the same date, or the last day of the month. */
function sameDate(eventDay: number, months: number): number {
  const { year, month, date } = partsOf(eventDay);
  return dayOf(year, month + months, Math.min(date, lastDateOf(year, month + months)));
}

function partsOf(day: number): { year: number; month: number; date: number } {
  const at = new Date(day * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth(), date: at.getUTCDate() };
}

function dayOf(year: number, month: number, date: number): number {
  return Date.UTC(year, month, date) / DAY_MS;
}

function lastDateOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}
