// SPDX-License-Identifier: Apache-2.0
/** RPM versions: epoch, version and release, each ordered as rpmvercmp does (rpm-version(7)). */

import {
  compareDigits,
  compareTexts,
  isDigitMark,
  isLetterMark,
  type Ordering,
  runOf,
  type VersionScheme,
} from '../ordering.ts';

interface RpmVersion {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
}

export const rpm: VersionScheme<RpmVersion> = {
  read(text) {
    if (text === '' || /\s/.test(text)) return undefined;
    const digits = runOf(text, 0, isDigitMark);
    const hasEpoch = text[digits.length] === ':';
    const rest = hasEpoch ? text.slice(digits.length + 1) : text;
    const hyphen = rest.lastIndexOf('-');
    return {
      epoch: hasEpoch ? digits : '',
      version: hyphen === -1 ? rest : rest.slice(0, hyphen),
      release: hyphen === -1 ? undefined : rest.slice(hyphen + 1),
    };
  },
  compare: (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    compareSegments(a.version, b.version) ||
    compareReleases(a.release, b.release),
};

/** A version without a release sorts before the same version with one. */
function compareReleases(a: string | undefined, b: string | undefined): Ordering {
  if (a === undefined) return b === undefined ? 0 : -1;
  return b === undefined ? 1 : compareSegments(a, b);
}

function compareSegments(a: string, b: string): Ordering {
  if (a === b) return 0;
  let left = 0;
  let right = 0;
  for (;;) {
    left += runOf(a, left, isSeparator).length;
    right += runOf(b, right, isSeparator).length;
    // A tilde sorts before everything, even the end.
    if (a[left] === '~' || b[right] === '~') {
      if (a[left] !== '~') return 1;
      if (b[right] !== '~') return -1;
      left += 1;
      right += 1;
      continue;
    }
    // A caret sorts after the end, but before any other continuation.
    if (a[left] === '^' || b[right] === '^') {
      if (left >= a.length) return -1;
      if (right >= b.length) return 1;
      if (a[left] !== '^') return 1;
      if (b[right] !== '^') return -1;
      left += 1;
      right += 1;
      continue;
    }
    if (left >= a.length || right >= b.length) break;
    const isNumber = isDigitMark(a[left]!);
    const test = isNumber ? isDigitMark : isLetterMark;
    const leftRun = runOf(a, left, test);
    const rightRun = runOf(b, right, test);
    // A number is newer than letters.
    if (rightRun === '') return isNumber ? 1 : -1;
    const order = isNumber ? compareDigits(leftRun, rightRun) : compareTexts(leftRun, rightRun);
    if (order !== 0) return order;
    left += leftRun.length;
    right += rightRun.length;
  }
  if (left >= a.length && right >= b.length) return 0;
  return left >= a.length ? -1 : 1;
}

function isSeparator(mark: string): boolean {
  return !isDigitMark(mark) && !isLetterMark(mark) && mark !== '~' && mark !== '^';
}
