// SPDX-License-Identifier: Apache-2.0
/** Arch Linux versions, as pacman's vercmp(8) orders them. */

import {
  compareDigits,
  compareNumbers,
  isDigitMark,
  isLetterMark,
  type Ordering,
  runOf,
  type VersionScheme,
} from '../ordering.ts';
import { compareSegment, type PackageVersion, readPackageVersion, segmentAt } from './rpm.ts';

/**
 * A version without a release equals the same version with any release, as pacman has it:
 * so equality is not transitive there (1-1 = 1 = 1-2, yet 1-1 < 1-2).
 */
export const alpm: VersionScheme<PackageVersion> = {
  read: readPackageVersion,
  compare(a, b) {
    const order = compareDigits(a.epoch, b.epoch) || compareSegments(a.version, b.version);
    if (order !== 0 || a.release === undefined || b.release === undefined) return order;
    return compareSegments(a.release, b.release);
  },
};

const isSeparator = (mark: string): boolean => !isDigitMark(mark) && !isLetterMark(mark);

/**
 * rpmvercmp as pacman took it over: `~` and `^` are separators like all others, a longer separator
 * is newer, and letters that remain are older than the end.
 */
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
    const leftRun = segmentAt(a, left);
    const rightRun = segmentAt(b, right);
    const order = compareSegment(leftRun, rightRun);
    if (order !== 0) return order;
    left += leftRun.length;
    right += rightRun.length;
  }
  if (left >= a.length && right >= b.length) return 0;
  // Remaining letters never beat the end (1.0rc < 1.0); anything else does.
  if (left >= a.length) return isLetterMark(b[right]!) ? 1 : -1;
  return isLetterMark(a[left]!) ? -1 : 1;
}
