// SPDX-License-Identifier: Apache-2.0
/** Conan versions: dotted items, then `-pre` and `+build`, each a version by itself. */

import type { VersionScheme } from '../ordering.ts';
import { compareDigits, compareTexts, isDigits, type Ordering, stripZeros } from '../ordering.ts';

export interface ConanVersion {
  /** Items without the zeros at the end. */
  readonly items: readonly string[];
  readonly written: readonly string[];
  readonly pre: ConanVersion | undefined;
  readonly build: ConanVersion | undefined;
}

export const conan: VersionScheme<ConanVersion> = {
  read: (text) => (/^[0-9A-Za-z.+-]{1,256}$/.test(text) ? readConan(text) : undefined),
  compare: compareConan,
};

function readConan(text: string): ConanVersion {
  const plus = text.lastIndexOf('+');
  const main = plus === -1 ? text : text.slice(0, plus);
  const hyphen = main.lastIndexOf('-');
  const written = (hyphen === -1 ? main : main.slice(0, hyphen)).split('.');
  let end = written.length;
  while (end > 0 && /^0+$/.test(written[end - 1]!)) end -= 1;
  return {
    items: written.slice(0, end),
    written,
    pre: hyphen === -1 ? undefined : readConan(main.slice(hyphen + 1)),
    build: plus === -1 ? undefined : readConan(text.slice(plus + 1)),
  };
}

function compareConan(a: ConanVersion, b: ConanVersion): Ordering {
  const order = compareItems(a.items, b.items);
  if (order !== 0) return order;
  if (a.pre && b.pre) return compareConan(a.pre, b.pre) || compareBuilds(a.build, b.build);
  if (a.pre || b.pre) return a.pre ? -1 : 1;
  return compareBuilds(a.build, b.build);
}

function compareBuilds(a: ConanVersion | undefined, b: ConanVersion | undefined): Ordering {
  if (!a) return b ? -1 : 0;
  return b ? compareConan(a, b) : 1;
}

function compareItems(a: readonly string[], b: readonly string[]): Ordering {
  for (let index = 0; index < a.length || index < b.length; index += 1) {
    const left = a[index];
    const right = b[index];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const order = compareItem(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** Two numbers by value; a number beside a word by its text. */
function compareItem(a: string, b: string): Ordering {
  if (isDigits(a) && isDigits(b)) return compareDigits(a, b);
  return compareTexts(plain(a), plain(b));
}

function plain(item: string): string {
  return isDigits(item) ? stripZeros(item) || '0' : item;
}
