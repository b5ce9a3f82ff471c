// SPDX-License-Identifier: Apache-2.0
/**
 * Days of a place. A day is a whole number: days since 1970-01-01 by the calendar of that place, so
 * that counting days never meets an hour that a change of summer time adds or takes.
 */
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
const JAPAN = 'Asia/Tokyo';
const JAPAN_OFFSET_MS = 9 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** True for a zone of the time-zone database, such as Europe/Berlin. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

// Clocks are changed on a quarter of an hour of UTC: within one, the offset of a place is one.
const QUARTER_MS = 900_000;
const KEPT_MAX = 4_096;
const kept = new Map<string, Map<number, number>>();

/** Milliseconds that a place is ahead of UTC at an instant. */
export function zoneOffsetMs(zone: string, ms: number): number {
  if (zone === JAPAN) return JAPAN_OFFSET_MS;
  let offsets = kept.get(zone);
  if (!offsets || offsets.size >= KEPT_MAX) {
    offsets = new Map();
    kept.set(zone, offsets);
  }
  const quarter = Math.floor(ms / QUARTER_MS);
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    offset = measureOffsetMs(zone, quarter * QUARTER_MS);
    offsets.set(quarter, offset);
  }
  return offset;
}

function measureOffsetMs(zone: string, ms: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

/** The day of a place at an instant. */
export function dayAt(zone: string, ms: number): number {
  return Math.floor((ms + zoneOffsetMs(zone, ms)) / DAY_MS);
}

/** First millisecond of a day at a place. */
export function startOfDay(zone: string, day: number): number {
  const local = day * DAY_MS;
  if (zone === JAPAN) return local - JAPAN_OFFSET_MS;
  // The offset holds at the answer, not at the guess: two steps settle it.
  const guess = local - zoneOffsetMs(zone, local);
  return local - zoneOffsetMs(zone, guess);
}

/** Last millisecond of a day at a place; a deadline given as a day ends there. */
export function endOfDay(zone: string, day: number): number {
  return startOfDay(zone, day + 1) - 1;
}

/** Day number of YYYY-MM-DD; undefined when there is no such day. */
export function readDay(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return new Date(ms).toISOString().slice(0, 10) === text ? ms / DAY_MS : undefined;
}

/** YYYY-MM-DD of a day number. */
export function showDayNumber(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
