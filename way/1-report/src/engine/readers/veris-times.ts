// SPDX-License-Identifier: Apache-2.0
/** Times of VERIS: years, months and days that may be known in part, and spans with a unit. */
import { dayInJapan, readInstant, toInstant } from '@sakimori/vocabulary';
import { asFields, asNumber, asText, child, type Fields, own } from './fields.ts';
import { readMachineTime } from './instants.ts';

/** A day as it is known: `precision` says how much of `day` was stated. */
interface KnownDay {
  readonly day: string;
  readonly precision: 'year' | 'month' | 'day';
}

export interface VerisTimes {
  /** The day of the incident, or unknown where VERIS names only month or year. */
  readonly occurred: string;
  readonly awareAt: string | undefined;
  /** From what awareness was taken. */
  readonly awareFrom: 'discovery' | 'notification' | 'notification-in-part' | 'created' | 'none';
  /** Year or month of the incident in words, where the day is not known. */
  readonly occurredIn: string | undefined;
}

const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  Seconds: 1_000,
  Minutes: 60_000,
  Hours: 3_600_000,
  Days: DAY_MS,
  Weeks: 7 * DAY_MS,
  Months: 30 * DAY_MS,
  Years: 365 * DAY_MS,
};

function whole(value: unknown, from: number, to: number): number | undefined {
  const number = asNumber(value);
  return number !== undefined && Number.isInteger(number) && number >= from && number <= to
    ? number
    : undefined;
}

/** What is stated of a day; parts that make no real day are as if not stated. */
function readDay(value: unknown): KnownDay | undefined {
  const fields = asFields(value);
  const year = whole(own(fields, 'year'), 1950, 2100);
  if (year === undefined) return undefined;
  const month = whole(own(fields, 'month'), 1, 12);
  if (month === undefined) return { day: `${year}-01-01`, precision: 'year' };
  const start = `${year}-${String(month).padStart(2, '0')}`;
  const day = whole(own(fields, 'day'), 1, 31);
  const full = `${start}-${String(day ?? 0).padStart(2, '0')}`;
  return day !== undefined && readInstant(full) !== undefined
    ? { day: full, precision: 'day' }
    : { day: `${start}-01`, precision: 'month' };
}

/** Time from the incident to its discovery, where VERIS gives a number for it. */
function spanOf(value: unknown): number | undefined {
  const fields = asFields(value);
  const name = asText(own(fields, 'unit')) ?? '';
  const unit = Object.hasOwn(UNIT_MS, name) ? UNIT_MS[name] : undefined;
  const count = asNumber(own(fields, 'value'));
  if (unit === undefined || count === undefined || count < 0) return undefined;
  const ms = unit * count;
  return ms <= 100 * 365 * DAY_MS ? ms : undefined;
}

/**
 * Occurrence and awareness of a VERIS incident.
 *
 * In     the document; VERIS names no zone, so a day is read as that day in Japan
 * Out    awareness from the first of: day of the incident and time to discovery; day of the
 *        notification; its month or year (first day, so that no clock starts too late);
 *        `plus.created`. Never before the first day on which it can have occurred
 */
export function readVerisTimes(document: Fields): VerisTimes {
  const timeline = child(document, 'timeline');
  const incident = readDay(own(timeline, 'incident'));
  const occurredDay = incident?.precision === 'day' ? incident.day : undefined;
  const occurred = occurredDay ?? 'unknown';
  const occurredIn =
    incident && !occurredDay
      ? incident.day.slice(0, incident.precision === 'year' ? 4 : 7)
      : undefined;
  const rest = { occurred, occurredIn };

  const span = spanOf(own(timeline, 'discovery'));
  if (occurredDay !== undefined && span !== undefined) {
    const ms = readInstant(occurredDay)! + span;
    // A span of days or more says nothing of the hour: the day is kept.
    const at = span >= DAY_MS ? dayInJapan(ms) : toInstant(ms);
    return { ...rest, awareAt: at, awareFrom: 'discovery' };
  }
  const plus = child(document, 'plus');
  const notified = readDay(own(child(plus, 'timeline'), 'notification'));
  if (notified) {
    const awareAt = later(notified.day, incident?.day);
    const awareFrom = notified.precision === 'day' ? 'notification' : 'notification-in-part';
    return { ...rest, awareAt, awareFrom };
  }
  const created = readMachineTime(own(plus, 'created'));
  if (created) return { ...rest, awareAt: later(created.at, incident?.day), awareFrom: 'created' };
  return { ...rest, awareAt: undefined, awareFrom: 'none' };
}

function later(at: string, floor: string | undefined): string {
  if (floor === undefined) return at;
  return readInstant(at)! < readInstant(floor)! ? floor : at;
}
