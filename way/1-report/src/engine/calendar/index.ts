// SPDX-License-Identifier: Apache-2.0
/** Counting time: zones, closed days, ends of periods. */
export { type CalendarData, type ClosedDays, readClosedDays } from './closed-days.ts';
export {
  COUNTINGS,
  type Counting,
  endOfPeriod,
  type Period,
  type PeriodEnd,
  type PeriodStart,
} from './periods.ts';
export { dayAt, endOfDay, readDay, showDayNumber, startOfDay } from './zones.ts';
