// SPDX-License-Identifier: Apache-2.0
/** The general schemes of VERS: intdot, lexicographic and datetime. */

import {
  compareDigits,
  compareNumbers,
  compareTexts,
  type Ordering,
  type VersionScheme,
} from '../ordering.ts';

/** Integers with dots; reading stops at the first other character; missing ones are zero. */
export const intdot: VersionScheme<readonly string[]> = {
  read(text) {
    const numbers = /^[0-9]+(?:\.[0-9]+)*/.exec(text)?.[0];
    return numbers?.split('.');
  },
  compare(a, b) {
    for (let index = 0; index < a.length || index < b.length; index += 1) {
      const order = compareDigits(a[index] ?? '0', b[index] ?? '0');
      if (order !== 0) return order;
    }
    return 0;
  },
};

/** By the bytes of UTF-8, which is by code points. */
export const lexicographic: VersionScheme<readonly number[]> = {
  read: (text) => Array.from(text, (mark) => mark.codePointAt(0)!),
  compare(a, b) {
    for (let index = 0; index < a.length && index < b.length; index += 1) {
      if (a[index] !== b[index]) return compareNumbers(a[index]!, b[index]!);
    }
    return compareNumbers(a.length, b.length);
  },
};

interface Instant {
  readonly seconds: number;
  readonly fraction: string;
}

const RFC3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Instants (RFC 3339 5.6); a canonical VERS has `T` and `Z` in capitals. */
export const datetime: VersionScheme<Instant> = {
  read(text) {
    const match = RFC3339.exec(text.toUpperCase());
    if (!match) return undefined;
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const offset = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
    const isOffset = Number(match[9] ?? 0) <= 23 && Number(match[10] ?? 0) <= 59;
    const daysInMonth = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth || !isOffset) return undefined;
    if (hour > 23 || minute > 59 || second > 60) return undefined;
    // 400 years are a whole number of days, so the shifted year keeps the calendar exact.
    const shifted = Date.UTC(2000 + (year % 400), month - 1, day, hour, minute, second) / 1000;
    const shift = ((year - 2000 - (year % 400)) / 400) * 146097 * 86400;
    const sign = match[8] === '-' ? 1 : -1;
    return { seconds: shifted + shift + sign * offset * 60, fraction: fractionOf(match[7]) };
  },
  compare: (a, b): Ordering =>
    compareNumbers(a.seconds, b.seconds) || compareTexts(a.fraction, b.fraction),
};

function fractionOf(digits: string | undefined): string {
  let end = digits?.length ?? 0;
  while (end > 0 && digits![end - 1] === '0') end -= 1;
  return digits?.slice(0, end) ?? '';
}
