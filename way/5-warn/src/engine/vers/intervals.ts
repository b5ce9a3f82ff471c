// SPDX-License-Identifier: Apache-2.0
/**
 * From alternatives of conditions, as ecosystems write ranges, to one list of constraints.
 *
 * Ecosystems say "(a and b) or (c and d)"; VERS has a line of marks without and or or. Each
 * alternative becomes an interval with holes; overlapping ones become one.
 */

import type { Ordering } from './ordering.ts';
import type { Constraint, VersRange } from './range.ts';
import { sortConstraints, VersRefusal } from './range.ts';
import { schemeOf } from './schemes/index.ts';

interface Bound {
  readonly version: string;
  readonly key: unknown;
  readonly isIncluded: boolean;
}

/** An interval; a missing bound is open. Holes lie inside it. */
interface Interval {
  readonly from: Bound | undefined;
  readonly upTo: Bound | undefined;
  readonly holes: readonly Bound[];
}

/**
 * Builds the range that holds when all conditions of any alternative hold.
 *
 * In     `type`, alternatives of conditions; an empty alternative holds always
 * Out    the range, constraints sorted; intervals that only touch stay two, as VERS writes them
 * Throws VersRefusal  a version is none of the type; no version can meet the conditions
 */
export function rangeOf(type: string, alternatives: readonly (readonly Constraint[])[]): VersRange {
  const scheme = schemeOf(type);
  if (!scheme) throw new VersRefusal('no order of versions is known for this type');
  const key = (version: string): unknown => {
    const read = scheme.read(version);
    if (read === undefined) throw new VersRefusal(`not a version of the type ${type}`);
    return read;
  };
  const line = new Line((a, b) => scheme.compare(a.key, b.key));
  const intervals = alternatives
    .map((conditions) => line.intersect(conditions.map((item) => conditionOf(item, key))))
    .filter((interval) => interval !== undefined);
  if (intervals.length === 0) throw new VersRefusal('no version can meet these conditions');
  const constraints = line
    .union(intervals)
    .flatMap((interval) => constraintsOf(interval, line.isPoint(interval)));
  return {
    type,
    isAny: constraints.length === 0,
    constraints: sortConstraints(type, constraints),
  };
}

interface Condition {
  readonly comparator: Constraint['comparator'];
  readonly bound: Bound;
}

function conditionOf(item: Constraint, key: (version: string) => unknown): Condition {
  const isIncluded = item.comparator.endsWith('=') && item.comparator !== '!=';
  const bound = { version: item.version, key: key(item.version), isIncluded };
  return { comparator: item.comparator, bound };
}

/** The order of versions, and what can be done with intervals in it. */
class Line {
  readonly #order: (a: Bound, b: Bound) => Ordering;

  constructor(order: (a: Bound, b: Bound) => Ordering) {
    this.#order = order;
  }

  /** All conditions at once; undefined when nothing is left. */
  intersect(conditions: readonly Condition[]): Interval | undefined {
    let from: Bound | undefined;
    let upTo: Bound | undefined;
    for (const { comparator, bound } of conditions) {
      if (comparator === '=' || comparator.startsWith('>')) from = this.#later(from, bound);
      if (comparator === '=' || comparator.startsWith('<')) upTo = this.#earlier(upTo, bound);
    }
    const holes = conditions.filter(({ comparator }) => comparator === '!=').map((x) => x.bound);
    const interval = this.#tidy({ from, upTo, holes });
    return this.#isEmpty(interval) ? undefined : interval;
  }

  /** The same versions in intervals that do not overlap, sorted. */
  union(intervals: readonly Interval[]): Interval[] {
    const sorted = [...intervals].sort((a, b) => this.#compareFrom(a, b));
    const merged: Interval[] = [];
    for (const interval of sorted) {
      const last = merged.at(-1);
      if (last && this.#overlaps(last, interval))
        merged[merged.length - 1] = this.#join(last, interval);
      else merged.push(interval);
    }
    return merged;
  }

  #later(a: Bound | undefined, b: Bound): Bound {
    if (!a) return b;
    const order = this.#order(a, b);
    return order === 1 || (order === 0 && !a.isIncluded) ? a : b;
  }

  #earlier(a: Bound | undefined, b: Bound): Bound {
    if (!a) return b;
    const order = this.#order(a, b);
    return order === -1 || (order === 0 && !a.isIncluded) ? a : b;
  }

  #isEmpty({ from, upTo }: Interval): boolean {
    if (!from || !upTo) return false;
    const order = this.#order(from, upTo);
    return order === 1 || (order === 0 && !(from.isIncluded && upTo.isIncluded));
  }

  /** A hole at an end opens that end; a hole outside is none. */
  #tidy(interval: Interval): Interval {
    const opened = (bound: Bound | undefined) => {
      const isHole = bound && interval.holes.some((hole) => this.#order(hole, bound) === 0);
      return isHole ? { ...bound, isIncluded: false } : bound;
    };
    const from = opened(interval.from);
    const upTo = opened(interval.upTo);
    return { from, upTo, holes: this.#holesInside({ from, upTo, holes: interval.holes }) };
  }

  #holesInside({ from, upTo, holes }: Interval): Bound[] {
    return holes.filter(
      (hole, at) =>
        this.#isIn(hole, { from, upTo, holes: [] }) &&
        holes.findIndex((other) => this.#order(other, hole) === 0) === at,
    );
  }

  #isIn(point: Bound, { from, upTo, holes }: Interval): boolean {
    const afterFrom = from ? this.#order(point, from) : 1;
    const beforeEnd = upTo ? this.#order(point, upTo) : -1;
    if (afterFrom === -1 || (afterFrom === 0 && !from!.isIncluded)) return false;
    if (beforeEnd === 1 || (beforeEnd === 0 && !upTo!.isIncluded)) return false;
    return holes.every((hole) => this.#order(hole, point) !== 0);
  }

  #compareFrom(a: Interval, b: Interval): number {
    if (!a.from || !b.from) return Number(b.from === undefined) - Number(a.from === undefined);
    return this.#order(a.from, b.from) || Number(b.from.isIncluded) - Number(a.from.isIncluded);
  }

  /** True when they share a version, or when only one version lies between them. */
  #overlaps(a: Interval, b: Interval): boolean {
    if (!a.upTo || !b.from) return true;
    const order = this.#order(a.upTo, b.from);
    if (order !== 0) return order === 1;
    // A single version beside an interval completes it; two intervals that touch stay two.
    if (this.isPoint(a) || this.isPoint(b)) return true;
    return a.upTo.isIncluded === b.from.isIncluded;
  }

  /** One version only, in whatever spelling. */
  isPoint({ from, upTo }: Interval): boolean {
    return from !== undefined && upTo !== undefined && this.#order(from, upTo) === 0;
  }

  #join(a: Interval, b: Interval): Interval {
    const upTo = a.upTo && b.upTo ? this.#laterEnd(a.upTo, b.upTo) : undefined;
    const holes = [
      ...a.holes.filter((hole) => !this.#isIn(hole, b)),
      ...b.holes.filter((hole) => !this.#isIn(hole, a)),
    ];
    const gap = a.upTo && b.from && this.#order(a.upTo, b.from) === 0 && !a.upTo.isIncluded;
    if (gap && !b.from!.isIncluded) holes.push(b.from!);
    return this.#tidy({ from: a.from, upTo, holes });
  }

  #laterEnd(a: Bound, b: Bound): Bound {
    const order = this.#order(a, b);
    return order === 1 || (order === 0 && a.isIncluded) ? a : b;
  }
}

function constraintsOf({ from, upTo, holes }: Interval, isPoint: boolean): Constraint[] {
  if (isPoint) return [{ comparator: '=', version: from!.version }];
  const list: Constraint[] = [];
  if (from) list.push({ comparator: from.isIncluded ? '>=' : '>', version: from.version });
  for (const { version } of holes) list.push({ comparator: '!=', version });
  if (upTo) list.push({ comparator: upTo.isIncluded ? '<=' : '<', version: upTo.version });
  return list;
}
