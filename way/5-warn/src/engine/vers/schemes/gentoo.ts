// SPDX-License-Identifier: Apache-2.0
/** Gentoo versions (Package Manager Specification, version comparison). */

import {
  compareDigits,
  compareNumbers,
  compareTexts,
  type Ordering,
  type VersionScheme,
} from '../ordering.ts';

interface GentooVersion {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly (readonly [rank: number, digits: string])[];
  readonly revision: string;
}

const PATTERN =
  /^([0-9]+(?:\.[0-9]+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|p)[0-9]*)*)(?:-r([0-9]+))?$/;
/** `p` comes after the plain version, the others before it. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', '', 'p'];
const NO_SUFFIX = [SUFFIXES.indexOf(''), ''] as const;

export const gentoo: VersionScheme<GentooVersion> = {
  read(text) {
    const match = PATTERN.exec(text);
    if (!match) return undefined;
    const suffixes = [...match[3]!.matchAll(/_([a-z]+)([0-9]*)/g)].map(
      ([, name, digits]) => [SUFFIXES.indexOf(name!), digits!] as const,
    );
    return {
      numbers: match[1]!.split('.'),
      letter: match[2]!,
      suffixes,
      revision: match[4] ?? '',
    };
  },
  compare: (a, b) =>
    compareComponents(a.numbers, b.numbers) ||
    compareTexts(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareDigits(a.revision, b.revision),
};

function compareComponents(a: readonly string[], b: readonly string[]): Ordering {
  const first = compareDigits(a[0]!, b[0]!);
  if (first !== 0) return first;
  for (let index = 1; index < a.length && index < b.length; index += 1) {
    const order = compareComponent(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return compareNumbers(a.length, b.length);
}

/** A leading zero makes both decimal fractions: 1.02 < 1.1. */
function compareComponent(a: string, b: string): Ordering {
  if (!a.startsWith('0') && !b.startsWith('0')) return compareDigits(a, b);
  return compareTexts(dropZeros(a), dropZeros(b));
}

function compareSuffixes(a: GentooVersion['suffixes'], b: GentooVersion['suffixes']): Ordering {
  for (let index = 0; index < a.length || index < b.length; index += 1) {
    const left = a[index] ?? NO_SUFFIX;
    const right = b[index] ?? NO_SUFFIX;
    const order = compareNumbers(left[0], right[0]) || compareDigits(left[1], right[1]);
    if (order !== 0) return order;
  }
  return 0;
}

function dropZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
