// SPDX-License-Identifier: Apache-2.0
/** Maven versions, as ComparableVersion of Maven 3.9 orders them (POM reference, version order). */

import type { VersionScheme } from '../ordering.ts';
import {
  compareDigits,
  compareTexts,
  isDigitMark,
  type Ordering,
  stripZeros,
} from '../ordering.ts';

type Item =
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'word'; readonly rank: string }
  | { readonly kind: 'list'; readonly items: Item[] };

/** Known qualifiers in order; the empty one is the release itself. */
const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE_RANK = String(QUALIFIERS.indexOf(''));
const ALIASES: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' };
const SHORT_FORMS: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };

export const maven: VersionScheme<Item[]> = {
  read: (text) => (text === '' || /\s/.test(text) ? undefined : readItems(text.toLowerCase())),
  compare: (a, b) => compareLists(a, b),
};

function readItems(text: string): Item[] {
  const top: Item[] = [];
  const lists = [top];
  let list = top;
  let start = 0;
  let inDigits = false;
  const openList = () => {
    const items: Item[] = [];
    list.push({ kind: 'list', items });
    lists.push(items);
    list = items;
  };
  for (let index = 0; index < text.length; index += 1) {
    const mark = text[index]!;
    if (mark === '.' || mark === '-') {
      const part = text.slice(start, index);
      list.push(part === '' ? numberItem('') : itemOf(part, inDigits));
      start = index + 1;
      if (mark === '-') openList();
    } else if (isDigitMark(mark)) {
      if (!inDigits && index > start) {
        // 1.0.0.x1 is read as 1.0.0-x-1.
        if (list.length > 0) openList();
        list.push(wordItem(text.slice(start, index), true));
        start = index;
        openList();
      }
      inDigits = true;
    } else {
      if (inDigits && index > start) {
        list.push(numberItem(text.slice(start, index)));
        start = index;
        openList();
      }
      inDigits = false;
    }
  }
  if (start < text.length) {
    if (!inDigits && list.length > 0) openList();
    list.push(itemOf(text.slice(start), inDigits));
  }
  for (const items of lists.reverse()) dropTrailingNulls(items);
  return top;
}

function itemOf(part: string, isNumber: boolean): Item {
  return isNumber ? numberItem(part) : wordItem(part, false);
}

function numberItem(digits: string): Item {
  return { kind: 'number', digits: stripZeros(digits) };
}

function wordItem(text: string, isBeforeDigit: boolean): Item {
  const word = (isBeforeDigit && SHORT_FORMS[text]) || text;
  const qualifier = Object.hasOwn(ALIASES, word) ? ALIASES[word]! : word;
  const place = QUALIFIERS.indexOf(qualifier);
  return { kind: 'word', rank: place === -1 ? `${QUALIFIERS.length}-${qualifier}` : `${place}` };
}

/** Zeros, release qualifiers and empty lists at the end say nothing. */
function dropTrailingNulls(items: Item[]): void {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index]!;
    if (isNull(item)) items.splice(index, 1);
    else if (item.kind !== 'list') return;
  }
}

function isNull(item: Item): boolean {
  if (item.kind === 'number') return item.digits === '';
  return item.kind === 'word' ? item.rank === RELEASE_RANK : item.items.length === 0;
}

function compareLists(a: readonly Item[], b: readonly Item[]): Ordering {
  for (let index = 0; index < a.length || index < b.length; index += 1) {
    const left = a[index];
    const right = b[index];
    const order = left ? compareItem(left, right) : (-compareItem(right!, undefined) as Ordering);
    if (order !== 0) return order === -1 ? -1 : 1;
  }
  return 0;
}

function compareItem(item: Item, other: Item | undefined): Ordering {
  if (other === undefined) return compareToNothing(item);
  if (item.kind === 'number') {
    return other.kind === 'number' ? compareDigits(item.digits, other.digits) : 1;
  }
  if (item.kind === 'word') {
    return other.kind === 'word' ? compareTexts(item.rank, other.rank) : -1;
  }
  if (other.kind === 'list') return compareLists(item.items, other.items);
  return other.kind === 'number' ? -1 : 1;
}

function compareToNothing(item: Item): Ordering {
  if (item.kind === 'number') return item.digits === '' ? 0 : 1;
  if (item.kind === 'word') return compareTexts(item.rank, RELEASE_RANK);
  for (const inner of item.items) {
    const order = compareToNothing(inner);
    if (order !== 0) return order;
  }
  return 0;
}
