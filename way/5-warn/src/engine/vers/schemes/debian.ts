// SPDX-License-Identifier: Apache-2.0
/** Debian versions (Debian Policy 5.6.12, deb-version(7)). */

import {
  compareDigits,
  compareNumbers,
  isDigitMark,
  isLetterMark,
  type Ordering,
  runOf,
  type VersionScheme,
} from '../ordering.ts';

interface DebianVersion {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

export const debian: VersionScheme<DebianVersion> = {
  read(text) {
    const colon = text.indexOf(':');
    const epoch = colon === -1 ? '0' : text.slice(0, colon);
    if (!/^[0-9]{1,10}$/.test(epoch) || Number(epoch) > 2147483647) return undefined;
    const rest = text.slice(colon + 1);
    const hyphen = rest.lastIndexOf('-');
    const upstream = hyphen === -1 ? rest : rest.slice(0, hyphen);
    const revision = hyphen === -1 ? '' : rest.slice(hyphen + 1);
    if (!/^[0-9][A-Za-z0-9.+~:-]*$/.test(upstream)) return undefined;
    if (hyphen !== -1 && !/^[A-Za-z0-9.+~]+$/.test(revision)) return undefined;
    return { epoch, upstream, revision };
  },
  compare: (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    compareParts(a.upstream, b.upstream) ||
    compareParts(a.revision, b.revision),
};

/** Alternates texts without digits and numbers; a tilde sorts before the end of the text. */
function compareParts(a: string, b: string): Ordering {
  let left = 0;
  let right = 0;
  while (left < a.length || right < b.length) {
    while (isWordAt(a, left) || isWordAt(b, right)) {
      const order = compareNumbers(weightAt(a, left), weightAt(b, right));
      if (order !== 0) return order;
      left += 1;
      right += 1;
    }
    const leftDigits = runOf(a, left, isDigitMark);
    const rightDigits = runOf(b, right, isDigitMark);
    const order = compareDigits(leftDigits, rightDigits);
    if (order !== 0) return order;
    left += leftDigits.length;
    right += rightDigits.length;
  }
  return 0;
}

function isWordAt(text: string, index: number): boolean {
  return index < text.length && !isDigitMark(text[index]!);
}

function weightAt(text: string, index: number): number {
  const mark = text[index];
  if (mark === undefined || isDigitMark(mark)) return 0;
  if (mark === '~') return -1;
  return isLetterMark(mark) ? mark.charCodeAt(0) : mark.charCodeAt(0) + 256;
}
