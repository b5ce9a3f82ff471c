// SPDX-License-Identifier: Apache-2.0
/** What a versioning scheme is, and the comparisons that several schemes are made of. */

export type Ordering = -1 | 0 | 1;

/** One versioning scheme: how to read a version of it, and which of two is earlier. */
export interface VersionScheme<Key> {
  /** Reads a version; undefined when the text is not a version of this scheme. */
  readonly read: (text: string) => Key | undefined;
  readonly compare: (a: Key, b: Key) => Ordering;
}

/** Longer versions are refused unread; the longest of a real registry is about 200. */
export const VERSION_LENGTH_MAX = 1024;

/** Orders two texts by their UTF-16 units, which for ASCII is by bytes. */
export function compareTexts(a: string, b: string): Ordering {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function compareNumbers(a: number, b: number): Ordering {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Orders two runs of digits by value, whatever their length; an empty run is zero. */
export function compareDigits(a: string, b: string): Ordering {
  const left = stripZeros(a);
  const right = stripZeros(b);
  return compareNumbers(left.length, right.length) || compareTexts(left, right);
}

/** Without leading zeros; zero itself becomes the empty text. */
export function stripZeros(digits: string): string {
  let index = 0;
  while (index < digits.length && digits[index] === '0') index += 1;
  return digits.slice(index);
}

export function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

/** The run of characters from `start` on for which `test` holds. */
export function runOf(text: string, start: number, test: (mark: string) => boolean): string {
  let end = start;
  while (end < text.length && test(text[end]!)) end += 1;
  return text.slice(start, end);
}

export const isDigitMark = (mark: string): boolean => mark >= '0' && mark <= '9';
export const isLetterMark = (mark: string): boolean =>
  (mark >= 'a' && mark <= 'z') || (mark >= 'A' && mark <= 'Z');
