// SPDX-License-Identifier: Apache-2.0
/** Alpine versions: digit{.digit}...{letter}{_suffix{#}}...{~hash}{-r#}, as apk-tools 3 orders. */

import {
  compareDigits,
  compareNumbers,
  compareTexts,
  isDigitMark,
  type Ordering,
  runOf,
  type VersionScheme,
} from '../ordering.ts';

/** Kinds of token in the order in which they may follow one another. */
const KINDS = [
  'first',
  'digit',
  'letter',
  'suffix',
  'number',
  'hash',
  'revision',
  'end',
  'invalid',
];
type Kind = 'first' | 'digit' | 'letter' | 'suffix' | 'number' | 'hash' | 'revision';
interface Token {
  readonly kind: Kind | 'end' | 'invalid';
  readonly text: string;
}

/** Suffixes before and after the plain version. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];
const PLAIN = SUFFIXES.indexOf('');

export const apk: VersionScheme<readonly Token[]> = {
  read: (text) => (text === '' || /\s/.test(text) ? undefined : readTokens(text)),
  compare(a, b) {
    let index = 0;
    for (; isContinuing(a[index]!) && a[index]!.kind === b[index]!.kind; index += 1) {
      const order = compareTokens(a[index]!, b[index]!);
      if (order !== 0) return order;
    }
    const left = a[index]!;
    const right = b[index]!;
    if (left.kind === right.kind) return 0;
    if (isPrerelease(left)) return -1;
    if (isPrerelease(right)) return 1;
    return compareNumbers(KINDS.indexOf(right.kind), KINDS.indexOf(left.kind));
  },
};

/** True when the text is a version that apk accepts for a package. */
export function isApkVersion(text: string): boolean {
  return apk.read(text)?.at(-1)?.kind === 'end';
}

const isContinuing = (token: Token): boolean => token.kind !== 'end' && token.kind !== 'invalid';

function isPrerelease(token: Token): boolean {
  return token.kind === 'suffix' && SUFFIXES.indexOf(token.text) < PLAIN;
}

function compareTokens(a: Token, b: Token): Ordering {
  switch (a.kind) {
    case 'digit':
      // With a leading zero the texts count, as after the point of a decimal fraction.
      if (a.text.startsWith('0') || b.text.startsWith('0')) return compareTexts(a.text, b.text);
      return compareDigits(a.text, b.text);
    case 'first':
    case 'number':
    case 'revision':
      return compareDigits(a.text, b.text);
    case 'suffix':
      return compareNumbers(SUFFIXES.indexOf(a.text), SUFFIXES.indexOf(b.text));
    default:
      return compareTexts(a.text, b.text);
  }
}

/** The tokens of the text; the last one is `end` or `invalid`. */
function readTokens(text: string): Token[] {
  const digits = runOf(text, 0, isDigitMark);
  if (digits === '') return [{ kind: 'invalid', text: '' }];
  const tokens: Token[] = [{ kind: 'first', text: digits }];
  let at = digits.length;
  while (at < text.length) {
    const token = tokenAt(text, at, tokens.at(-1)!.kind as Kind);
    tokens.push(token ?? { kind: 'invalid', text: '' });
    if (!token) return tokens;
    at += token.text.length + markLength(text, at, token.kind as Kind);
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

function markLength(text: string, at: number, kind: Kind): number {
  if (kind === 'revision') return 2;
  return kind === 'letter' || isDigitMark(text[at]!) ? 0 : 1;
}

function tokenAt(text: string, at: number, previous: Kind): Token | undefined {
  const mark = text[at]!;
  const isAfter = (kind: Kind) => KINDS.indexOf(previous) > KINDS.indexOf(kind);
  if (mark >= 'a' && mark <= 'z')
    return isAfter('digit') ? undefined : { kind: 'letter', text: mark };
  if (mark === '.' || isDigitMark(mark)) {
    if (mark === '.' && isAfter('digit')) return undefined;
    const kind = previous === 'suffix' ? 'number' : 'digit';
    if (kind === 'digit' && isAfter('digit')) return undefined;
    return filled(kind, runOf(text, mark === '.' ? at + 1 : at, isDigitMark));
  }
  if (mark === '_') {
    const suffix = runOf(text, at + 1, (next) => next >= 'a' && next <= 'z');
    if (isAfter('number') || !SUFFIXES.includes(suffix)) return undefined;
    return filled('suffix', suffix);
  }
  if (mark === '~') {
    const hash = runOf(text, at + 1, (next) => /[0-9a-f]/.test(next));
    return isAfter('number') ? undefined : filled('hash', hash);
  }
  if (mark === '-' && text[at + 1] === 'r' && !isAfter('hash')) {
    return filled('revision', runOf(text, at + 2, isDigitMark));
  }
  return undefined;
}

function filled(kind: Kind, text: string): Token | undefined {
  return text === '' ? undefined : { kind, text };
}
