// SPDX-License-Identifier: Apache-2.0
/** The value of a rule as people change it: numbers of days in it, its texts, what differs. */

type Path = readonly (string | number)[];

/** A number with its unit that a rule counts with, and where it stands. */
export interface Period {
  readonly path: Path;
  /** Of the clock that it belongs to. */
  readonly stage: string;
  readonly unit: string;
  readonly number: number;
  readonly words: { readonly ja: string; readonly en: string };
  readonly wordsPath: Path;
}

const UNITS: readonly string[] = ['hours', 'days', 'workingDays', 'months'];
const CHANGES_MAX = 200;

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Periods of the clocks of a duty; empty for a value of another shape. */
export function findPeriods(value: unknown): Period[] {
  if (!isGroup(value)) return [];
  return listOf(value.clocks).flatMap((clock, c) => {
    if (!isGroup(clock)) return [];
    const words = isGroup(clock.words) ? clock.words : {};
    return listOf(clock.readings).flatMap((reading, r) => {
      const period = isGroup(reading) && isGroup(reading.period) ? reading.period : {};
      return Object.entries(period).flatMap(([unit, number]): Period[] =>
        UNITS.includes(unit) && typeof number === 'number'
          ? [
              {
                path: ['clocks', c, 'readings', r, 'period', unit],
                stage: String(clock.stage),
                unit,
                number,
                words: { ja: String(words.ja ?? ''), en: String(words.en ?? '') },
                wordsPath: ['clocks', c, 'words'],
              },
            ]
          : [],
      );
    });
  });
}

/** A copy of the value with another part at that path; a path that leads nowhere changes nothing. */
export function writePart(value: unknown, path: Path, part: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return part;
  if (Array.isArray(value) && typeof name === 'number' && name in value) {
    return value.with(name, writePart(value[name], rest, part));
  }
  if (isGroup(value) && typeof name === 'string') {
    return { ...value, [name]: writePart(value[name], rest, part) };
  }
  return value;
}

export interface ValueChange {
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

const show = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** What differs, by the path of each part; at most a few hundred. */
export function findChanges(before: unknown, after: unknown): ValueChange[] {
  const changes: ValueChange[] = [];
  const walk = (a: unknown, b: unknown, path: string): void => {
    if (changes.length >= CHANGES_MAX || JSON.stringify(a) === JSON.stringify(b)) return;
    const both = (isGroup(a) && isGroup(b)) || (Array.isArray(a) && Array.isArray(b));
    if (!both) {
      changes.push({
        field: path === '' ? '.' : path,
        ...(a === undefined ? {} : { before: show(a) }),
        ...(b === undefined ? {} : { after: show(b) }),
      });
      return;
    }
    const left = a as Readonly<Record<string, unknown>>;
    const right = b as Readonly<Record<string, unknown>>;
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      walk(left[name], right[name], path === '' ? name : `${path}.${name}`);
    }
  };
  walk(before, after, '');
  return changes;
}

export type ReadValue =
  | { readonly value: Readonly<Record<string, unknown>> }
  | { readonly problem: 'no-json' | 'no-object' | 'other-id' };

/** What was typed as JSON. A rule keeps its id: another id would be another rule. */
export function readValue(text: string, id: string | undefined): ReadValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'no-json' };
  }
  if (!isGroup(value)) return { problem: 'no-object' };
  return id !== undefined && value.id !== id ? { problem: 'other-id' } : { value };
}
