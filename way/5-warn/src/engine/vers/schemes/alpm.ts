// SPDX-License-Identifier: Apache-2.0
/** Arch Linux versions, as pacman's vercmp(8) orders them. */

import {
  compareDigits,
  compareNumbers,
  compareTexts,
  isDigitMark,
  isLetterMark,
  type Ordering,
  runOf,
  type VersionScheme,
} from '../ordering.ts';

interface AlpmVersion {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
}

/**
 * A version without a release equals the same version with any release, as pacman has it:
 * so equality is not transitive there (1-1 = 1 = 1-2, yet 1-1 < 1-2).
 */
export const alpm: VersionScheme<AlpmVersion> = {
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
  compare(a, b) {
    const order = compareDigits(a.epoch, b.epoch) || compareSegments(a.version, b.version);
    if (order !== 0 || a.release === undefined || b.release === undefined) return order;
    return compareSegments(a.release, b.release);
  },
};

const isWordMark = (mark: string): boolean => isDigitMark(mark) || isLetterMark(mark);
const isSeparator = (mark: string): boolean => !isWordMark(mark);

function compareSegments(a: string, b: string): Ordering {
  if (a === b) return 0;
  let left = 0;
  let right = 0;
  while (left < a.length && right < b.length) {
    const leftGap = runOf(a, left, isSeparator).length;
    const rightGap = runOf(b, right, isSeparator).length;
    left += leftGap;
    right += rightGap;
    if (left >= a.length || right >= b.length) break;
    if (leftGap !== rightGap) return compareNumbers(leftGap, rightGap);
    const isNumber = isDigitMark(a[left]!);
    const test = isNumber ? isDigitMark : isLetterMark;
    const leftRun = runOf(a, left, test);
    const rightRun = runOf(b, right, test);
    if (rightRun === '') return isNumber ? 1 : -1;
    const order = isNumber ? compareDigits(leftRun, rightRun) : compareTexts(leftRun, rightRun);
    if (order !== 0) return order;
    left += leftRun.length;
    right += rightRun.length;
  }
  if (left >= a.length && right >= b.length) return 0;
  // Remaining letters never beat the end (1.0rc < 1.0); anything else does.
  if (left >= a.length) return isLetterMark(b[right]!) ? 1 : -1;
  return isLetterMark(a[left]!) ? -1 : 1;
}
