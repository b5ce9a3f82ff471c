// SPDX-License-Identifier: Apache-2.0
/** Times: UTC inside (milliseconds or RFC 3339 with Z), Japan Standard Time shown. */

export type Language = 'ja' | 'en';

const JST_OFFSET_MS = 9 * 3_600_000;
const WEEKDAYS_JA = ['日', '月', '火', '水', '木', '金', '土'];
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS_EN = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
];

/** RFC 3339 in UTC with milliseconds, for example 2026-11-21T03:00:00.000Z. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * Reads an instant.
 *
 * In     RFC 3339 text with Z or an offset; a date alone is the start of that day in JST
 * Out    UTC milliseconds, or undefined when the text is no real instant (31 February is none)
 */
export function readInstant(text: string): number | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:\d{2}))?$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > days) {
    return undefined;
  }
  if (hour === undefined) {
    return Date.UTC(Number(year), Number(month) - 1, Number(day)) - JST_OFFSET_MS;
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Math.min(Number(second ?? 0), 59),
    Number((fraction ?? '0').slice(0, 3).padEnd(3, '0')),
  );
  return local - zoneOffsetMs(zone as string);
}

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60_000;
}

/** The calendar day in Japan at that instant, as YYYY-MM-DD. */
export function dayInJapan(ms: number): string {
  return new Date(ms + JST_OFFSET_MS).toISOString().slice(0, 10);
}

/** The last millisecond of a day in Japan; a deadline given as a date ends there. */
export function endOfDayInJapan(day: string): number | undefined {
  const start = readInstant(day);
  return start === undefined ? undefined : start + 86_400_000 - 1;
}

/** "2026年11月21日（土）12:00" or "Sat 21 Nov 2026, 12:00 JST". */
export function showTime(ms: number, language: Language): string {
  const local = new Date(ms + JST_OFFSET_MS);
  const clock = `${String(local.getUTCHours()).padStart(2, '0')}:${String(local.getUTCMinutes()).padStart(2, '0')}`;
  return language === 'ja' ? `${showDay(ms, 'ja')}${clock}` : `${showDay(ms, 'en')}, ${clock} JST`;
}

/** The day alone, with its weekday, in Japan. */
export function showDay(ms: number, language: Language): string {
  const local = new Date(ms + JST_OFFSET_MS);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  return language === 'ja'
    ? `${year}年${month + 1}月${day}日（${WEEKDAYS_JA[local.getUTCDay()]}）`
    : `${WEEKDAYS_EN[local.getUTCDay()]} ${day} ${MONTHS_EN[month]} ${year}`;
}

/** "あと 3 時間 12 分" / "3 h 12 min left", or how long ago it ended. */
export function showRemaining(untilMs: number, nowMs: number, language: Language): string {
  const minutes = Math.floor(Math.abs(untilMs - nowMs) / 60_000);
  const [days, hours, rest] = [
    Math.floor(minutes / 1440),
    Math.floor((minutes % 1440) / 60),
    minutes % 60,
  ];
  const ja =
    days > 0 ? `${days} 日 ${hours} 時間` : hours > 0 ? `${hours} 時間 ${rest} 分` : `${rest} 分`;
  const en =
    days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${rest} min` : `${rest} min`;
  if (untilMs >= nowMs) return language === 'ja' ? `あと ${ja}` : `${en} left`;
  return language === 'ja' ? `${ja}超過` : `${en} overdue`;
}
