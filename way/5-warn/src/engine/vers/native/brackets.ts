// SPDX-License-Identifier: Apache-2.0
/** Ranges in brackets: `[1.0,2.0)`, as Maven and NuGet write them. */

import { type Constraint, VersRefusal } from '../range.ts';
import { equalTo, nextNumber, spanOf } from './conditions.ts';

const PART = /\s*([[(])([^[\](),]*)(?:(,)([^[\](),]*))?([\])])\s*(,)?/y;

/**
 * Reads a list of intervals; a bare version is the least one (enforcer rules, NuGet reference).
 *
 * In     `text`, `spell` puts a version into the ecosystem's normal form
 * Out    alternatives, each one interval; a set of everything has no condition
 */
export function readBrackets(text: string, spell: (version: string) => string): Constraint[][] {
  const bare = text.trim();
  if (!/[[(\])]/.test(bare)) return [bareOf(bare, spell)];
  const alternatives: Constraint[][] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const part = PART.exec(text);
    const isLast = PART.lastIndex === text.length;
    if (!part || (part[6] === undefined) !== isLast) {
      throw new VersRefusal('must be intervals in brackets with commas between them');
    }
    alternatives.push(intervalOf(part, spell));
  }
  return alternatives;
}

function intervalOf(part: RegExpExecArray, spell: (version: string) => string): Constraint[] {
  const [, open, first = '', comma, second = '', close] = part;
  const from = first.trim();
  const upTo = second.trim();
  if (comma === undefined) {
    if (open !== '[' || close !== ']' || from === '') {
      throw new VersRefusal('one version in brackets must be in square ones');
    }
    return equalTo(spell(from));
  }
  const list: Constraint[] = [];
  if (from !== '') list.push({ comparator: open === '[' ? '>=' : '>', version: spell(from) });
  if (upTo !== '') list.push({ comparator: close === ']' ? '<=' : '<', version: spell(upTo) });
  return list;
}

/** `1.0` is at least 1.0; NuGet's `1.*` floats within 1, `*` over everything. */
function bareOf(text: string, spell: (version: string) => string): Constraint[] {
  if (text === '') throw new VersRefusal('there must be a version or an interval');
  if (text === '*') return [];
  const floating = /^([0-9]+(?:\.[0-9]+){0,2})\.\*$/.exec(text)?.[1];
  if (floating === undefined) return [{ comparator: '>=', version: spell(text) }];
  const numbers = floating.split('.');
  const next = [...numbers.slice(0, -1), nextNumber(numbers.at(-1)!)];
  return spanOf(spell(floating), spell(next.join('.')));
}

/** NuGet's normal form: three numbers, a fourth unless zero, no leading zeros, no metadata. */
export function spellNuget(version: string): string {
  const match = /^v?([0-9]+(?:\.[0-9]+){0,3})(-[^+]*)?(?:\+.*)?$/i.exec(version);
  if (!match) return version;
  const numbers = match[1]!.split('.').map((digits) => digits.replace(/^0+(?=[0-9])/, ''));
  while (numbers.length < 3) numbers.push('0');
  if (numbers[3] === '0') numbers.pop();
  return numbers.join('.') + (match[2] ?? '');
}
