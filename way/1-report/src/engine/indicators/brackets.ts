// SPDX-License-Identifier: Apache-2.0
/** Brackets and signs that people put into an address so that nobody follows it: `[.]`, `(at)`. */
import { CLASS, classify, isHidden, narrow, narrowMathematical } from './characters.ts';

/** What one such form stands for, and where it ends. */
export interface Undone {
  readonly sign: string;
  /** Position after it in the source. */
  readonly to: number;
}

const CLOSERS: ReadonlyMap<number, number> = new Map(
  [...'[](){}<>「」『』【】〔〕｢｣'].flatMap((sign, index, signs) =>
    index % 2 === 0 ? [[sign.charCodeAt(0), (signs[index + 1] as string).charCodeAt(0)]] : [],
  ),
);

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['.', '.'],
  ['。', '.'],
  ['｡', '.'],
  ['dot', '.'],
  ['ドット', '.'],
  ['@', '@'],
  ['at', '@'],
  ['アット', '@'],
  ['アットマーク', '@'],
  [':', ':'],
  ['::', '::'],
  ['://', '://'],
  ['/', '/'],
  ['//', '//'],
  ['www', 'www'],
  ['http', 'http'],
  ['https', 'https'],
]);
const INNER_MAX = 13;
const STEPS_MAX = 24;
const SPACES_MAX = 2;

/**
 * Reads a bracketed sign at a position.
 *
 * In     the source; `at` any position
 * Out    the sign and its end, spaces around it included where the sign parts labels; else undefined
 * Cost   looks at no more than some 30 characters
 */
export function readBracket(source: string, at: number): Undone | undefined {
  const opener = narrow(source.charCodeAt(at));
  // `example\.com`, as in a regular expression, and `example.]com`.
  if (opener === 0x5c) return readDot(source, at + 1, at + 2);
  if (opener === 0x2e) {
    return source.charCodeAt(at + 1) === 0x5d ? readDot(source, at, at + 2) : undefined;
  }
  const closer = CLOSERS.get(opener);
  if (closer === undefined) return undefined;
  let inner = '';
  let index = at + 1;
  for (let steps = 0; steps < STEPS_MAX && inner.length <= INNER_MAX; steps += 1) {
    const codePoint = source.codePointAt(index);
    if (codePoint === undefined) break;
    const unit = narrow(codePoint);
    index += codePoint > 0xffff ? 2 : 1;
    if (unit === opener) break;
    if (unit === closer) return finish(source, inner.trim().toLowerCase(), index);
    if (!isHidden(codePoint)) inner += String.fromCodePoint(unit);
  }
  // `example[.com`: the closing bracket was forgotten.
  return opener === 0x5b ? readDot(source, at + 1, at + 2) : undefined;
}

/** A dot at one position that a letter or digit follows at another. */
function readDot(source: string, dot: number, next: number): Undone | undefined {
  const isDot = source.charCodeAt(dot) === 0x2e;
  return isDot && classify(seenAt(source, next)) === CLASS.ascii
    ? { sign: '.', to: next }
    : undefined;
}

function finish(source: string, inner: string, end: number): Undone | undefined {
  const sign = SIGNS.get(inner);
  if (sign === undefined) {
    return /^\.[a-z]{2,12}$/.test(inner) ? { sign: inner, to: end } : undefined;
  }
  if (sign !== '.' && sign !== '@') return { sign, to: end };
  let to = end;
  while (to < end + SPACES_MAX && narrow(source.charCodeAt(to)) === 0x20) to += 1;
  // A dot or an at sign that nothing follows joins nothing.
  return classify(seenAt(source, to)) === CLASS.other ? undefined : { sign, to };
}

const HIDDEN_MAX = 8;

/** The character that a person sees at a position, narrowed; a space at the end of the text. */
function seenAt(source: string, from: number): number {
  let at = from;
  for (let hidden = 0; hidden < HIDDEN_MAX; hidden += 1) {
    const codePoint = source.codePointAt(at) ?? 0x20;
    if (!isHidden(codePoint)) {
      return codePoint > 0xffff
        ? narrowMathematical(codePoint) || source.charCodeAt(at)
        : narrow(codePoint);
    }
    at += codePoint > 0xffff ? 2 : 1;
  }
  return 0x20;
}
