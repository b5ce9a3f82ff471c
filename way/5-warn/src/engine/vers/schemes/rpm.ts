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

/** `epoch:version-release`, as rpm and the schemes that descend from it write a version. */
export interface PackageVersion {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
}

export function readPackageVersion(text: string): PackageVersion | undefined {
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
}

/** The run of digits or of letters that begins at a place where one of them stands. */
export function segmentAt(text: string, start: number): string {
  return runOf(text, start, isDigitMark(text[start]!) ? isDigitMark : isLetterMark);
}

/** The step that every rpmvercmp takes: digits by value, letters by text, digits after letters. */
export function compareSegment(a: string, b: string): Ordering {
  const isNumber = isDigitMark(a[0]!);
  if (isNumber !== isDigitMark(b[0]!)) return isNumber ? 1 : -1;
  return isNumber ? compareDigits(a, b) : compareTexts(a, b);
}

export const rpm: VersionScheme<PackageVersion> = {
  read: readPackageVersion,
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

/** rpmvercmp as rpm has it today: `~` and `^` have a meaning, the length of a separator has none. */
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
    const leftRun = segmentAt(a, left);
    const rightRun = segmentAt(b, right);
    const order = compareSegment(leftRun, rightRun);
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
