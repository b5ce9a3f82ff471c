// SPDX-License-Identifier: Apache-2.0
/** Ranges made of comparators and versions: deb, rpm, pypi, gem, golang and others. */

import type { Comparator, Constraint } from '../range.ts';
import { VersRefusal } from '../range.ts';

/** How one ecosystem writes conditions. */
export interface ConditionNotation {
  /** Native comparators; longer ones first. */
  readonly comparators: Readonly<Record<string, Comparator>>;
  /** Conditions that stand for several; undefined when `operator` is none of them. */
  readonly expand?: (operator: string, version: string) => Constraint[] | undefined;
  /** Operators that only `expand` knows. */
  readonly extra?: readonly string[];
  /** Separates alternatives; `||` everywhere, in some also `|`. */
  readonly alternatives: RegExp;
  /** Whether a bare version is allowed, and what it means. */
  readonly bare?: (version: string) => Constraint[];
}

export const PLAIN_COMPARATORS: Readonly<Record<string, Comparator>> = {
  '>=': '>=',
  '<=': '<=',
  '!=': '!=',
  '==': '=',
  '=': '=',
  '>': '>',
  '<': '<',
};

/**
 * Reads alternatives of conditions.
 *
 * In     `text` of one range, its notation
 * Out    alternatives, each a list of conditions that must all hold
 * Throws VersRefusal  something is neither comparator nor version
 */
export function readConditions(text: string, notation: ConditionNotation): Constraint[][] {
  return text.split(notation.alternatives).map((alternative) => readAll(alternative, notation));
}

function readAll(text: string, notation: ConditionNotation): Constraint[] {
  const operators = [...Object.keys(notation.comparators), ...(notation.extra ?? [])];
  operators.sort((a, b) => b.length - a.length);
  const list: Constraint[] = [];
  let rest = text.replace(/^[\s,]+/, '');
  while (rest !== '') {
    const operator = operators.find((candidate) => rest.startsWith(candidate)) ?? '';
    rest = rest.slice(operator.length).trimStart();
    const version = /^(?:[^\s,<>=!|]|!(?!=))+/.exec(rest)?.[0] ?? '';
    if (version === '') throw new VersRefusal('a comparator must be followed by a version');
    list.push(...conditionsOf(operator, version, notation));
    rest = rest.slice(version.length).replace(/^[\s,]+/, '');
  }
  return list;
}

function conditionsOf(
  operator: string,
  version: string,
  notation: ConditionNotation,
): Constraint[] {
  const expanded = notation.expand?.(operator, version);
  if (expanded) return expanded;
  if (operator === '') {
    if (!notation.bare) throw new VersRefusal('a condition must begin with a comparator');
    return notation.bare(version);
  }
  const comparator = notation.comparators[operator];
  if (!comparator) throw new VersRefusal('unknown comparator');
  return [{ comparator, version }];
}

/** `>=version|<end`. */
export function spanOf(version: string, end: string): Constraint[] {
  return [
    { comparator: '>=', version },
    { comparator: '<', version: end },
  ];
}

export function equalTo(version: string): Constraint[] {
  return [{ comparator: '=', version }];
}

/** The next whole number, whatever its length. */
export function nextNumber(digits: string): string {
  return String(BigInt(digits) + 1n);
}
