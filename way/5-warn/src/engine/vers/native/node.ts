// SPDX-License-Identifier: Apache-2.0
/** Ranges of node-semver and its relatives: ^ ~ x-ranges, hyphens; cargo, pub and semver too. */

import { type Comparator, type Constraint, VersRefusal } from '../range.ts';
import { equalTo, nextNumber, spanOf } from './conditions.ts';

/** A version with parts left out (`1.2`) or open (`1.x`). */
interface Partial {
  readonly numbers: readonly string[];
  /** `-rc.1+build`, only after three numbers. */
  readonly rest: string;
  /** Whether an `x` or `*` was written. */
  readonly isOpen: boolean;
}

const PARTIAL =
  /^[vV]?(x|X|\*|[0-9]+)(?:\.(x|X|\*|[0-9]+))?(?:\.(x|X|\*|[0-9]+))?((?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/;

/** What a bare version means: itself in npm, `^` in cargo. */
export type BareMeaning = '=' | '^';

/**
 * Reads a node-semver range (`^1.2 || >=2.0.0 <3.0.0`).
 *
 * A partial version after a comparator is filled with zeros (`<= 1.0` is `<=1.0.0`); an explicit
 * `x` after `>=` bounds both ends: so the VERS definition of npm has it.
 */
export function readNodeRange(text: string, bare: BareMeaning = '='): Constraint[][] {
  return text.split('||').map((alternative) => readAlternative(alternative.trim(), bare));
}

function readAlternative(text: string, bare: BareMeaning): Constraint[] {
  const ends = text.split(/\s+-\s+/, 3);
  if (ends.length === 2) return hyphenOf(readPartial(ends[0]!), readPartial(ends[1]!));
  const conditions: Constraint[] = [];
  let rest = text;
  while (rest !== '') {
    const operator = /^(?:>=|<=|==|~>|>|<|=|\^|~)/.exec(rest)?.[0] ?? '';
    rest = rest.slice(operator.length).trimStart();
    const version = /^[^\s,<>=~^|]+/.exec(rest)?.[0] ?? '';
    if (version === '') throw new VersRefusal('a comparator must be followed by a version');
    conditions.push(...conditionOf(operator === '' ? bare : operator, readPartial(version)));
    // Cargo separates by commas, npm by blanks.
    rest = rest.slice(version.length).replace(/^[\s,]+/, '');
  }
  return conditions;
}

function readPartial(text: string): Partial {
  const match = PARTIAL.exec(text);
  if (!match) throw new VersRefusal('neither a version nor a range of versions');
  const written = match.slice(1, 4).filter((part) => part !== undefined);
  const open = written.findIndex((part) => !/^[0-9]+$/.test(part));
  const numbers = open === -1 ? written : written.slice(0, open);
  const rest = match[4] ?? '';
  if (rest !== '' && written.length < 3) throw new VersRefusal('a pre-release needs three numbers');
  return { numbers, rest: open === -1 ? rest : '', isOpen: open !== -1 };
}

function conditionOf(operator: string, partial: Partial): Constraint[] {
  if (partial.numbers.length === 0) {
    if (operator === '<' || operator === '>')
      throw new VersRefusal('no version is before or after all');
    return [];
  }
  switch (operator) {
    case '^':
      return spanOf(textOf(partial), afterCaret(partial));
    case '~':
    case '~>':
      return spanOf(textOf(partial), afterPrefix(partial, Math.min(partial.numbers.length, 2)));
    case '=':
    case '==':
      return isWhole(partial) ? equalTo(textOf(partial)) : prefixOf(partial);
    default:
      return comparisonOf(operator as Comparator, partial);
  }
}

function comparisonOf(comparator: Comparator, partial: Partial): Constraint[] {
  if (partial.isOpen) {
    const end = afterPrefix(partial, partial.numbers.length);
    if (comparator === '>=') return prefixOf(partial);
    if (comparator === '>') return [{ comparator: '>=', version: end }];
    if (comparator === '<=') return [{ comparator: '<', version: end }];
  }
  return [{ comparator, version: textOf(partial) }];
}

/** `1.2 - 2.3`: from 1.2.0 to before 2.4.0; a whole version at the end is included. */
function hyphenOf(from: Partial, upTo: Partial): Constraint[] {
  const list: Constraint[] = [];
  if (from.numbers.length > 0) list.push({ comparator: '>=', version: textOf(from) });
  if (isWhole(upTo)) list.push({ comparator: '<=', version: textOf(upTo) });
  else if (upTo.numbers.length > 0) {
    list.push({ comparator: '<', version: afterPrefix(upTo, upTo.numbers.length) });
  }
  return list;
}

function isWhole(partial: Partial): boolean {
  return partial.numbers.length === 3;
}

function textOf({ numbers, rest }: Partial): string {
  return [numbers[0], numbers[1] ?? '0', numbers[2] ?? '0'].join('.') + rest;
}

function prefixOf(partial: Partial): Constraint[] {
  return spanOf(textOf(partial), afterPrefix(partial, partial.numbers.length));
}

/** The first version after all that share the first `length` numbers. */
function afterPrefix({ numbers }: Partial, length: number): string {
  const kept = numbers.slice(0, length);
  const next = [...kept.slice(0, -1), nextNumber(kept.at(-1)!)];
  return [next[0], next[1] ?? '0', next[2] ?? '0'].join('.');
}

/** `^` keeps everything up to the first number that is not zero. */
function afterCaret(partial: Partial): string {
  const first = partial.numbers.findIndex((digits) => !/^0+$/.test(digits));
  return afterPrefix(partial, first === -1 ? partial.numbers.length : first + 1);
}
