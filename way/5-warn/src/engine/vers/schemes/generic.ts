// SPDX-License-Identifier: Apache-2.0
/**
 * Versions of products that keep to no scheme.
 *
 * VERS leaves `generic` open and points to libversion, whose published rules are followed:
 * runs of digits and of letters, everything else separates; beta < 0 < post < 1 < letter suffix.
 */

import {
  compareDigits,
  compareNumbers,
  compareTexts,
  isDigitMark,
  isLetterMark,
  type Ordering,
  runOf,
  stripZeros,
  type VersionScheme,
} from '../ordering.ts';

/** Ranks of a component; within one rank its text decides. */
const RANKS = ['pre-release', 'zero', 'post-release', 'nonzero', 'letter-suffix'] as const;
type Rank = (typeof RANKS)[number];

interface Component {
  readonly rank: Rank;
  readonly text: string;
}

const PRE_RELEASE = /^(?:alpha|beta|rc|pre)/;
const POST_RELEASE = /^(?:patch|post|pl|errata)/;
const END: Component = { rank: 'zero', text: '' };

export const generic: VersionScheme<readonly Component[]> = {
  read: (text) => (/[0-9A-Za-z]/.test(text) ? componentsOf(text) : undefined),
  compare(a, b) {
    for (let index = 0; index < a.length || index < b.length; index += 1) {
      const order = compareComponents(a[index] ?? END, b[index] ?? END);
      if (order !== 0) return order;
    }
    return 0;
  },
};

function componentsOf(text: string): Component[] {
  const components: Component[] = [];
  let at = 0;
  while (at < text.length) {
    const mark = text[at]!;
    if (isLetterMark(mark)) {
      const word = runOf(text, at, isLetterMark).toLowerCase();
      components.push({ rank: rankOfWord(word, 'pre-release'), text: word });
      at += word.length;
    } else if (isDigitMark(mark)) {
      const digits = runOf(text, at, isDigitMark);
      components.push({ rank: stripZeros(digits) === '' ? 'zero' : 'nonzero', text: digits });
      at += digits.length;
      // 1.0a: letters right after a number and before no other number are a suffix of it.
      const word = runOf(text, at, isLetterMark).toLowerCase();
      if (word !== '' && !isDigitMark(text[at + word.length] ?? '')) {
        components.push({ rank: rankOfWord(word, 'letter-suffix'), text: word });
        at += word.length;
      }
    } else at += 1;
  }
  return components;
}

function rankOfWord(word: string, otherwise: Rank): Rank {
  if (PRE_RELEASE.test(word)) return 'pre-release';
  return POST_RELEASE.test(word) ? 'post-release' : otherwise;
}

function compareComponents(a: Component, b: Component): Ordering {
  const order = compareNumbers(RANKS.indexOf(a.rank), RANKS.indexOf(b.rank));
  if (order !== 0 || a.rank === 'zero') return order;
  if (a.rank === 'nonzero') return compareDigits(a.text, b.text);
  // Of a word only the first letter counts: 1.0alpha1 = 1.0a1.
  return compareTexts(a.text[0] ?? '', b.text[0] ?? '');
}
