// SPDX-License-Identifier: Apache-2.0
/** Version range specifiers: `vers:npm/>=1.0.0|<2.0.0` (package-url VERS, clause 5). */

import type { Reading } from '@sakimori/vocabulary';
import { readVersion } from './compare.ts';
import { type Ordering, VERSION_LENGTH_MAX } from './ordering.ts';
import { schemeOf, UNORDERED_TYPES } from './schemes/index.ts';

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export interface Constraint {
  readonly comparator: Comparator;
  /** Decoded: as the ecosystem writes it. */
  readonly version: string;
}

/** A range; `isAny` is the asterisk, and then there are no constraints. */
export interface VersRange {
  readonly type: string;
  readonly isAny: boolean;
  readonly constraints: readonly Constraint[];
}

/** Longer texts and longer lists are refused; the standard sets no limit, a reader must. */
export const VERS_LENGTH_MAX = 65536;
export const CONSTRAINTS_MAX = 2048;

/** Carries a refusal out of the readers below; never leaves the engine. */
export class VersRefusal extends Error {}

/** Runs a reader and turns its refusal into a reason. */
export function readingOf<T>(read: () => T): Reading<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof VersRefusal) return { ok: false, reason: error.message };
    throw error;
  }
}

/**
 * Reads a canonical VERS and nothing else, as clause 5 asks of a parser.
 *
 * In     `text`
 * Out    the range; or which rule it breaks: blanks, an explicit `=`, needless or wrong
 *        percent-encoding, order, a version twice, a sequence of comparators
 * Never  corrects what it reads
 */
export function parseVers(text: string): Reading<VersRange> {
  return readingOf(() => {
    if (/\s/.test(text)) throw new VersRefusal('blanks are not allowed (VERS 5.3.3.2)');
    const { type, list } = splitText(text);
    if (type !== type.toLowerCase() || !text.startsWith('vers:')) {
      throw new VersRefusal('scheme and type must be in lower case (VERS 5.3.2)');
    }
    if (list === '*') return { type, isAny: true, constraints: [] };
    const constraints = list.split('|').map((segment) => readConstraint(segment));
    checkVersions(type, constraints);
    if (type === 'datetime' && /[a-z]/.test(list)) {
      throw new VersRefusal('an instant must have T and Z in capitals');
    }
    checkSequence(type, constraints);
    return { type, isAny: false, constraints };
  });
}

/**
 * Reads what was meant: any order, blanks, `=`, superfluous bars, needless percent-encoding.
 *
 * In     `text`
 * Out    the range with its constraints in the order of their versions, none dropped
 * Never  guesses at a version that the type cannot order
 */
export function normaliseVers(text: string): Reading<VersRange> {
  return readingOf(() => {
    const { type: written, list } = splitText(text.trim());
    const type = written.toLowerCase();
    const segments = list.split('|').map((segment) => segment.trim());
    const filled = segments.filter((segment) => segment !== '');
    if (filled.length === 1 && filled[0] === '*') return { type, isAny: true, constraints: [] };
    if (filled.length === 0) throw new VersRefusal('there must be a constraint (VERS 5.3.3)');
    const isInstant = type === 'datetime';
    const constraints = filled.map((segment) =>
      readLooseConstraint(isInstant ? segment.toUpperCase() : segment),
    );
    checkVersions(type, constraints);
    return { type, isAny: false, constraints: sortConstraints(type, constraints) };
  });
}

/** Writes the canonical text of a range as it is; `parseVers` reads it back. */
export function formatVers(range: VersRange): string {
  if (range.isAny) return `vers:${range.type}/*`;
  const list = range.constraints.map(({ comparator, version }) => {
    return `${comparator === '=' ? '' : comparator}${encodeVersion(version)}`;
  });
  return `vers:${range.type}/${list.join('|')}`;
}

/**
 * Drops constraints that say nothing beside others (VERS, simplifying constraints).
 *
 * In     a range with its constraints sorted
 * Out    the same set of versions with unique versions and a valid sequence of comparators; or
 *        why not: one version stands twice with comparators that contradict
 */
export function simplifyVers(range: VersRange): Reading<VersRange> {
  return readingOf(() => {
    if (range.isAny) return range;
    const unique = dropRepeated(range.type, range.constraints);
    const kept: Constraint[] = [];
    for (const constraint of unique.filter(({ comparator }) => comparator !== '!=')) {
      while (kept.length > 0 && isUpTo(constraint) && !isFrom(kept.at(-1)!)) kept.pop();
      if (kept.length > 0 && isFrom(kept.at(-1)!) && !isUpTo(constraint)) continue;
      kept.push(constraint);
    }
    const excluded = unique.filter(({ comparator }) => comparator === '!=');
    const constraints = sortConstraints(range.type, [...excluded, ...kept]);
    return { ...range, constraints, isAny: constraints.length === 0 };
  });
}

/**
 * Says whether a version lies in a range.
 *
 * In     a range with its constraints sorted (`parseVers` or `normaliseVers` gave it), a version
 * Out    true or false; or why there is no answer
 * Never  answers for a version that is none of the type
 */
export function containsVersion(range: VersRange, version: string): Reading<boolean> {
  return readingOf(() => {
    if (range.type === 'none') return false;
    if (range.isAny) return true;
    const scheme = schemeOf(range.type);
    if (!scheme) throw new VersRefusal('no order of versions is known for this type');
    const tested = readVersion(range.type, version);
    if (tested === undefined) throw new VersRefusal('the version is none of this type');
    return isInside(range, (other) => scheme.compare(tested, readVersion(range.type, other)));
  });
}

/** `compareTo` orders the tested version against that of a constraint. */
function isInside(range: VersRange, compareTo: (version: string) => Ordering): boolean {
  const simple = simplifyVers(range);
  if (!simple.ok) throw new VersRefusal(simple.reason);
  if (simple.value.isAny) return true;
  const orders = simple.value.constraints.map(
    (constraint) => [constraint.comparator, compareTo(constraint.version)] as const,
  );
  const equal = orders.filter(([, order]) => order === 0).map(([comparator]) => comparator);
  if (equal.some((comparator) => comparator.endsWith('=') && comparator !== '!=')) return true;
  if (equal.includes('!=')) return false;
  const bounds = orders.filter(([comparator]) => comparator !== '=' && comparator !== '!=');
  // Exclusions alone leave every other version in the range.
  if (bounds.length === 0) return orders.every(([comparator]) => comparator === '!=');
  const next = bounds.findIndex(([, order]) => order <= 0);
  if (next !== -1 && bounds[next]![1] === 0) return isOpenEqual(bounds, next);
  const previous = next === -1 ? bounds.at(-1) : bounds[next - 1];
  if (previous) return previous[0].startsWith('>');
  return bounds[0]![0].startsWith('<');
}

/** Equal to the version of a strict bound: outside. Both kinds of bound there cannot be. */
function isOpenEqual(bounds: readonly (readonly [Comparator, Ordering])[], at: number): boolean {
  return bounds[at]![0].endsWith('=');
}

function splitText(text: string): { type: string; list: string } {
  if (text.length > VERS_LENGTH_MAX) throw new VersRefusal('longer than this reader takes');
  const match = /^vers:([A-Za-z][A-Za-z0-9.-]{0,63})\/(.*)$/is.exec(text);
  if (!match) throw new VersRefusal('must be vers:type/constraints (VERS 5)');
  const [, type = '', list = ''] = match;
  if (list === '') throw new VersRefusal('there must be a constraint (VERS 5.3.3)');
  if (type.toLowerCase() === 'invalid') throw new VersRefusal('the type invalid is never valid');
  if (list.split('|', CONSTRAINTS_MAX + 1).length > CONSTRAINTS_MAX) {
    throw new VersRefusal('more constraints than this reader takes');
  }
  return { type, list };
}

/** A constraint in canonical spelling. */
function readConstraint(segment: string): Constraint {
  if (segment === '')
    throw new VersRefusal('a bar stands at an end or beside another (VERS 5.3.3)');
  const comparator = comparatorOf(segment);
  const written = segment.slice(comparator.length);
  if (written.startsWith('=')) throw new VersRefusal('equality has no comparator (VERS 5.3.3.1)');
  const version = decodeVersion(written);
  if (encodeVersion(version) !== written) {
    throw new VersRefusal('the percent-encoding is not canonical (VERS 5.3.3.2)');
  }
  return { comparator: comparator === '' ? '=' : comparator, version };
}

function readLooseConstraint(segment: string): Constraint {
  const comparator = comparatorOf(segment) || (segment.startsWith('=') ? '=' : '');
  const version = decodeVersion(segment.slice(comparator.length).trim());
  return { comparator: comparator === '' ? '=' : comparator, version };
}

function comparatorOf(segment: string): Comparator | '' {
  return (/^(?:>=|<=|!=|<|>)/.exec(segment)?.[0] ?? '') as Comparator | '';
}

function decodeVersion(written: string): string {
  if (written === '') throw new VersRefusal('a constraint must have a version (VERS 5.3.3)');
  if (/[<>=!*|]/.test(written)) {
    throw new VersRefusal('a mark in a version must be percent-encoded (VERS 5.3.3.2)');
  }
  if (/%(?![0-9A-Fa-f]{2})/.test(written)) {
    throw new VersRefusal('invalid percent-encoding in a version (VERS 5.3.3.2)');
  }
  const version = written.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  if (!/^[\x20-\x7e]+$/.test(version)) {
    throw new VersRefusal('only printable ASCII is allowed in a version (VERS 5.3.3.2)');
  }
  if (version.length > VERSION_LENGTH_MAX) throw new VersRefusal('a version is too long');
  return version;
}

function encodeVersion(version: string): string {
  return version.replace(
    /[ %<>=!*|]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function checkVersions(type: string, constraints: readonly Constraint[]): void {
  if (type === 'all' || type === 'none') {
    throw new VersRefusal('this type takes the asterisk only');
  }
  if (type !== 'datetime') return;
  if (constraints.some(({ version }) => readVersion(type, version) === undefined)) {
    throw new VersRefusal('not an instant as RFC 3339 5.6 writes it');
  }
}

/** The rules of VERS 5.4: order, unique versions, sequence of comparators. */
function checkSequence(type: string, constraints: readonly Constraint[]): void {
  const versions = new Set(constraints.map(({ version }) => version));
  if (versions.size < constraints.length)
    throw new VersRefusal('a version stands twice (VERS 5.4)');
  if (constraints.length < 2 || isUnordered(type)) return;
  for (let index = 1; index < constraints.length; index += 1) {
    const order = orderOf(type, constraints[index - 1]!, constraints[index]!);
    if (order === 0) throw new VersRefusal('a version stands twice (VERS 5.4)');
    if (order === 1) throw new VersRefusal('constraints are not sorted by version (VERS 5.4)');
  }
  const listed = constraints.filter(({ comparator }) => comparator !== '!=');
  const bounds = listed.filter(({ comparator }) => comparator !== '=');
  const isBroken =
    listed.some(
      (item, at) => item.comparator === '=' && at + 1 < listed.length && isUpTo(listed[at + 1]!),
    ) || bounds.some((item, at) => at > 0 && isUpTo(item) === isUpTo(bounds[at - 1]!));
  if (isBroken) throw new VersRefusal('invalid sequence of comparators (VERS 5.4)');
}

/** Reserved and unknown types: nobody says how to order them, so the order is taken as given. */
function isUnordered(type: string): boolean {
  return UNORDERED_TYPES.has(type) || schemeOf(type) === undefined;
}

const isUpTo = (constraint: Constraint): boolean => constraint.comparator.startsWith('<');
const isFrom = (constraint: Constraint): boolean => constraint.comparator.startsWith('>');

function orderOf(type: string, a: Constraint, b: Constraint): Ordering {
  const left = readVersion(type, a.version);
  const right = readVersion(type, b.version);
  if (left === undefined || right === undefined) {
    throw new VersRefusal('a version is none of this type');
  }
  return schemeOf(type)!.compare(left, right);
}

/** Sorts by version; at one version an upper bound stands before a lower one. */
export function sortConstraints(type: string, constraints: readonly Constraint[]): Constraint[] {
  if (constraints.length < 2 || isUnordered(type)) return [...constraints];
  const rank = (item: Constraint) => (isUpTo(item) ? 0 : isFrom(item) ? 2 : 1);
  return [...constraints].sort((a, b) => orderOf(type, a, b) || rank(a) - rank(b));
}

/** One constraint for each version; two that agree are one, two that do not are refused. */
function dropRepeated(type: string, constraints: readonly Constraint[]): Constraint[] {
  const kept: Constraint[] = [];
  for (const constraint of constraints) {
    const last = kept.at(-1);
    const isSame =
      last !== undefined &&
      (last.version === constraint.version ||
        (!isUnordered(type) && orderOf(type, last, constraint) === 0));
    if (!isSame) kept.push(constraint);
    else if (last.comparator !== constraint.comparator && !isTouching(last, constraint)) {
      throw new VersRefusal('one version stands twice with different comparators (VERS 5.4)');
    } else if (isTouching(last, constraint)) kept.pop();
  }
  return kept;
}

/** `<2|>=2` and `<=2|>2` leave no gap: together they say nothing. */
function isTouching(a: Constraint, b: Constraint): boolean {
  return isUpTo(a) && isFrom(b) && (a.comparator === '<=' || b.comparator === '>=');
}
