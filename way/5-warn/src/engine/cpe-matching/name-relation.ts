// SPDX-License-Identifier: Apache-2.0
/** CPE name matching: the set relation between two names (NISTIR 7696). */

import {
  CPE_ANY,
  CPE_ATTRIBUTES,
  CPE_NA,
  type CpeAttribute,
  type CpeName,
  cpeLiteral,
  hasCpeWildcard,
  splitCpeWildcards,
} from '@sakimori/vocabulary';

/** Relation of one source value to one target value (NISTIR 7696 Table 6-2). */
export type AttributeRelation = 'equal' | 'superset' | 'subset' | 'disjoint' | 'undefined';

/**
 * Relation of two names (NISTIR 7696 Table 6-4).
 * `undefined`: a wild card in the target leaves an attribute undecided; `none`: supersets and
 * subsets are mixed, for which the standard names no relation.
 */
export type NameRelation = AttributeRelation | 'none';

/** The result that the standard asks for: each attribute, and the whole (7696 5.2). */
export interface NameComparison {
  readonly relation: NameRelation;
  readonly attributes: { readonly [A in CpeAttribute]: AttributeRelation };
}

/**
 * Compares two names as sets of products.
 *
 * In     `source` and `target`; only the source may have wild cards
 * Out    the relation of every attribute and of the names
 * Never  guesses: an undefined attribute makes the whole undefined unless another is disjoint
 */
export function compareCpeNames(source: CpeName, target: CpeName): NameComparison {
  const attributes: Record<string, AttributeRelation> = {};
  const seen = new Set<AttributeRelation>();
  for (const attribute of CPE_ATTRIBUTES) {
    const relation = compareCpeValues(source[attribute], target[attribute]);
    attributes[attribute] = relation;
    seen.add(relation);
  }
  return {
    relation: relationOfNames(seen),
    attributes: attributes as NameComparison['attributes'],
  };
}

/** The relation of the names only; stops at the first disjoint attribute. */
export function relateCpeNames(source: CpeName, target: CpeName): NameRelation {
  const seen = new Set<AttributeRelation>();
  for (const attribute of CPE_ATTRIBUTES) {
    const relation = compareCpeValues(source[attribute], target[attribute]);
    if (relation === 'disjoint') return 'disjoint';
    seen.add(relation);
  }
  return relationOfNames(seen);
}

/** CPE_EQUAL of NISTIR 7696 7.2. */
export function isCpeEqual(source: CpeName, target: CpeName): boolean {
  return relateCpeNames(source, target) === 'equal';
}

/** CPE_SUPERSET of NISTIR 7696 7.2; the relation is not proper: equal names are supersets. */
export function isCpeSuperset(source: CpeName, target: CpeName): boolean {
  const relation = relateCpeNames(source, target);
  return relation === 'superset' || relation === 'equal';
}

/** CPE_SUBSET of NISTIR 7696 7.2; not proper either. */
export function isCpeSubset(source: CpeName, target: CpeName): boolean {
  const relation = relateCpeNames(source, target);
  return relation === 'subset' || relation === 'equal';
}

/** CPE_DISJOINT of NISTIR 7696 7.2. */
export function isCpeDisjoint(source: CpeName, target: CpeName): boolean {
  return relateCpeNames(source, target) === 'disjoint';
}

/** Table 6-4, row by row. */
function relationOfNames(seen: ReadonlySet<AttributeRelation>): NameRelation {
  if (seen.has('disjoint')) return 'disjoint';
  if (seen.has('undefined')) return 'undefined';
  if (seen.has('superset')) return seen.has('subset') ? 'none' : 'superset';
  return seen.has('subset') ? 'subset' : 'equal';
}

/**
 * Compares one source value with one target value, as Table 6-2 does.
 *
 * In     values as `CpeName` keeps them; lexical case does not matter (7696 6.1)
 * Out    the relation; `undefined` when the target has a wild card (lines 4, 8, 11, 17)
 */
export function compareCpeValues(source: string, target: string): AttributeRelation {
  if (target !== CPE_ANY && hasCpeWildcard(target)) return 'undefined';
  const from = source.toLowerCase();
  const to = target.toLowerCase();
  if (from === to) return 'equal';
  if (from === CPE_ANY) return 'superset';
  if (to === CPE_ANY) return 'subset';
  if (from === CPE_NA || to === CPE_NA) return 'disjoint';
  if (!hasCpeWildcard(from)) return 'disjoint';
  return matchesWildcard(from, to) ? 'superset' : 'disjoint';
}

/**
 * `*` stands for zero or more characters, each `?` for zero or one (7696 6.3).
 *
 * The pseudocode of 7.3 subtracts the backslashes of the source's own text twice, so that its
 * `5.3` would contain `5.33`. Table 6-2 line 10 says that they are disjoint, and 6.3 says what
 * a wild card stands for: those sentences are followed (docs/divergences.md).
 */
function matchesWildcard(source: string, target: string): boolean {
  const { head, body, tail } = splitCpeWildcards(source);
  const wanted = cpeLiteral(body);
  const literal = cpeLiteral(target);
  const before = head === '*' ? Number.POSITIVE_INFINITY : head.length;
  const after = tail === '*' ? Number.POSITIVE_INFINITY : tail.length;
  for (let at = literal.indexOf(wanted); at !== -1; at = literal.indexOf(wanted, at + 1)) {
    if (at > before) return false;
    if (literal.length - at - wanted.length <= after) return true;
    // An empty text is found at the very end for ever.
    if (at >= literal.length) return false;
  }
  return false;
}
