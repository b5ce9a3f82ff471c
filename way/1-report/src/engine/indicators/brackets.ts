// SPDX-License-Identifier: Apache-2.0
/** Brackets and signs that people put into an address so that nobody follows it: `[.]`, `(at)`. */
import { CLASS, classify, isAsciiWord, narrow } from './characters.ts';

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
const SPACES_MAX = 2;

/**
 * Reads a bracketed sign at a position.
 *
 * In     the source; `at` any position
 * Out    the sign and its end, spaces around it included where the sign parts labels; else undefined
 * Cost   looks at no more than some 20 characters
 */
export function readBracket(source: string, at: number): Undone | undefined {
  const opener = narrow(source.charCodeAt(at));
  if (opener === 0x5c) return readEscapedDot(source, at);
  if (opener === 0x2e) return readHalfBracket(source, at);
  const closer = CLOSERS.get(opener);
  if (closer === undefined) return undefined;
  let inner = '';
  for (let index = at + 1; index < source.length && inner.length <= INNER_MAX; index += 1) {
    const unit = narrow(source.charCodeAt(index));
    if (unit === closer) return finish(source, inner.trim().toLowerCase(), index + 1);
    inner += String.fromCharCode(unit);
  }
  // `example[.com`: the closing bracket was forgotten.
  const isOpenDot = opener === 0x5b && /^\.[a-z0-9]/i.test(inner);
  return isOpenDot ? { sign: '.', to: at + 2 } : undefined;
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
  const next = narrow(source.charCodeAt(to));
  return to < source.length && classify(next) !== CLASS.other ? { sign, to } : undefined;
}

/** `example\.com`, as in a regular expression. */
function readEscapedDot(source: string, at: number): Undone | undefined {
  const isDot = source.charCodeAt(at + 1) === 0x2e && isAsciiWord(source.charCodeAt(at + 2));
  return isDot ? { sign: '.', to: at + 2 } : undefined;
}

/** `example.]com`. */
function readHalfBracket(source: string, at: number): Undone | undefined {
  const isHalf = source.charCodeAt(at + 1) === 0x5d && isAsciiWord(source.charCodeAt(at + 2));
  return isHalf ? { sign: '.', to: at + 2 } : undefined;
}
