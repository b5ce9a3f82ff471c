// SPDX-License-Identifier: Apache-2.0
/** Times as machines and people write them, to instants in UTC. */
import { readInstant, toInstant } from '@sakimori/vocabulary';

export interface TimeReading {
  /** RFC 3339 in UTC; a day alone stays a day. */
  readonly at: string;
  /** The text named no zone and was taken as time in Japan. */
  readonly zoneAssumed: boolean;
}

const [YEAR_MIN, YEAR_MAX] = [1970, 2100];
/** Numbers beyond this are milliseconds: as seconds it would be the year 5138. */
const SECONDS_MAX = 100_000_000_000;

/**
 * Reads a time of a machine.
 *
 * In     RFC 3339 (zone also as +0900, or left out), a day, or Unix time in seconds or milliseconds
 * Out    undefined when it is none of these or outside 1970-2100
 */
export function readMachineTime(value: unknown): TimeReading | undefined {
  const number = typeof value === 'string' && /^\d{9,13}(?:\.\d{1,9})?$/.test(value.trim());
  if (typeof value === 'number' || number) return ofUnixTime(Number(value));
  if (typeof value !== 'string' || value.length > 60) return undefined;
  const match =
    /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) ?([Zz]|[+-]\d{2}:?\d{2}|UTC|GMT|JST)?)?$/.exec(
      value.trim(),
    );
  if (!match) return undefined;
  const [, year, month, day, clock, zone] = match;
  const date = `${year}-${month}-${day}`;
  if (Number(year) < YEAR_MIN || Number(year) > YEAR_MAX) return undefined;
  if (clock === undefined) {
    return readInstant(date) === undefined ? undefined : { at: date, zoneAssumed: true };
  }
  const ms = readInstant(`${date}T${clock.replace(',', '.')}${zoneOf(zone)}`);
  return ms === undefined ? undefined : { at: toInstant(ms), zoneAssumed: zone === undefined };
}

function zoneOf(zone: string | undefined): string {
  if (zone === undefined || zone === 'JST') return '+09:00';
  if (/^(?:[Zz]|UTC|GMT)$/.test(zone)) return 'Z';
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

function ofUnixTime(value: number): TimeReading | undefined {
  const ms = Math.trunc(Math.abs(value) < SECONDS_MAX ? value * 1000 : value);
  if (!(ms > 0) || ms >= Date.UTC(YEAR_MAX + 1, 0)) return undefined;
  return { at: toInstant(ms), zoneAssumed: false };
}

/** First years of the eras, less one. */
const ERAS: Readonly<Record<string, number>> = {
  令和: 2018,
  R: 2018,
  平成: 1988,
  H: 1988,
};

const JAPANESE_TIME =
  /(?:(\d{4})|(令和|平成|[RH])[ .]?(\d{1,2}|元))\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?\s*(?:\([月火水木金土日](?:曜日?)?\))?\s*(?:[Tt]\s*)?(?:(午前|午後|AM|PM)?\s*(\d{1,2})\s*(?:時|:)\s*(?:(\d{1,2})\s*分?|(半))?(?::\d{2})?\s*(?:頃|ごろ)?\s*([Zz]|[+-]\d{2}:?\d{2}|UTC|JST)?)?/;

/**
 * Finds the first time in a line that a person wrote.
 *
 * In     text such as ２０２６年１１月２１日（土）午後３時半頃, 令和8年11月21日 9:30, 2026/11/21
 * Out    the instant, or the day where no hour is named; undefined when no real day is named
 */
export function findWrittenTime(text: string): TimeReading | undefined {
  const match = JAPANESE_TIME.exec(text.slice(0, 2_000).normalize('NFKC'));
  if (!match) return undefined;
  const [, western, era, eraYear, month, day, half, hour, minute, halfPast, zone] = match;
  const year = western
    ? Number(western)
    : (ERAS[era ?? ''] ?? 0) + (eraYear === '元' ? 1 : Number(eraYear));
  if (year < YEAR_MIN || year > YEAR_MAX) return undefined;
  const date = `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
  if (readInstant(date) === undefined) return undefined;
  if (hour === undefined) return { at: date, zoneAssumed: true };
  const afternoon = half === '午後' || half === 'PM';
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (afternoon ? 12 : 0);
  const minutes = halfPast ? '30' : (minute ?? '0').padStart(2, '0');
  const ms = readInstant(`${date}T${String(hours).padStart(2, '0')}:${minutes}:00${zoneOf(zone)}`);
  // A clock that does not exist (25 o'clock) still leaves the day.
  if (ms === undefined) return { at: date, zoneAssumed: true };
  return { at: toInstant(ms), zoneAssumed: zone === undefined };
}
