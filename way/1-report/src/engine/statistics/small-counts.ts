// SPDX-License-Identifier: Apache-2.0
/** Small counts are hidden, with as many others as it takes that nobody can work them out. */
import { rangeOf, withSums } from './derivation.ts';

/** A number that is shown, or null where it is hidden. */
export type Shown = number | null;

/** A count below this is hidden: one or two incidents of a sector may show whose they are. */
export const SMALLEST_SHOWN = 3;
/** Rows and columns of one table at most: sectors, kinds, months. */
export const TABLE_SIDE_MAX = 64;

/** A table as it may be shown. */
export interface ProtectedTable {
  readonly cells: readonly (readonly Shown[])[];
  readonly rows: readonly Shown[];
  readonly columns: readonly Shown[];
  readonly total: Shown;
}

/**
 * Hides small counts of a table.
 *
 * In     counts by row and column, whole and not negative, at most `TABLE_SIDE_MAX` a side;
 *        `smallest` the least count that is shown; zero is shown, it is about nobody
 * Out    the table with its sums; whatever is hidden could have `smallest` different values or more
 *        for all that the shown numbers and sums say, also to a reader who knows these rules. Where
 *        nothing less helps, everything but the total is hidden, zeros too.
 * Throws RangeError when a count is no count, or the table is too large: a mistake of the caller
 */
export function protectTable(
  counts: readonly (readonly number[])[],
  columns: number,
  smallest: number = SMALLEST_SHOWN,
): ProtectedTable {
  checkCounts(counts, columns, smallest);
  const values = withSums(counts, columns);
  const hidden = values.map((row) => row.map((value) => value > 0 && value < smallest));
  const isThin = counts.length < 2 || columns < 2;
  const hasSmall = hidden.some((row) => row.includes(true));
  // The total itself is small, or a side has one member and its sums repeat the cells.
  if (hasSmall && (isThin || hidden.at(-1)?.at(-1))) return show(values, hideAll(values, smallest));
  while (true) {
    const open = findOpen(values, hidden, smallest);
    if (!open) return show(values, hidden);
    const more = chooseMore(values, hidden, open, smallest);
    if (!more) return show(values, hideAll(values, smallest));
    for (const [row, column] of more) (hidden[row] as boolean[])[column] = true;
  }
}

type Place = readonly [row: number, column: number];

/** A hidden number that can be worked out too closely. */
function findOpen(
  values: readonly number[][],
  hidden: readonly boolean[][],
  smallest: number,
): Place | undefined {
  for (const [row, line] of hidden.entries()) {
    for (const [column, isHidden] of line.entries()) {
      if (isHidden && rangeOf({ values, hidden }, row, column, smallest - 1) < smallest - 1) {
        return [row, column];
      }
    }
  }
  return undefined;
}

/**
 * The cheapest numbers to hide in addition: those that with the open one make a rectangle, in which
 * all four can move together; else the cheapest in its row or column. Small cells before large
 * ones, cells before sums, never a zero, never the total.
 */
function chooseMore(
  values: readonly number[][],
  hidden: readonly boolean[][],
  [row, column]: Place,
  smallest: number,
): readonly Place[] | undefined {
  const [lastRow, lastColumn] = [values.length - 1, (values[0] as number[]).length - 1];
  const total = values[lastRow]?.[lastColumn] as number;
  const isOpen = ([r, c]: Place) => !hidden[r]?.[c];
  const mayHide = ([r, c]: Place) =>
    (values[r]?.[c] as number) > 0 && !(r === lastRow && c === lastColumn);
  const costOf = (places: readonly Place[]) =>
    places.reduce((sum, [r, c]) => {
      const isSum = r === lastRow || c === lastColumn;
      return sum + (values[r]?.[c] as number) + (isSum ? total : 0);
    }, 0);
  const rows = [...values.keys()].filter((other) => other !== row);
  const columns = [...(values[0] as number[]).keys()].filter((other) => other !== column);
  const rectangles = rows
    .flatMap((r) =>
      columns.map((c): Place[] => {
        const corners: Place[] = [
          [row, c],
          [r, column],
          [r, c],
        ];
        return corners.filter(isOpen);
      }),
    )
    .filter((places) => places.length > 0 && places.every(mayHide))
    .sort((a, b) => costOf(a) - costOf(b));
  const helps = (places: readonly Place[]) => {
    const tried = hidden.map((line) => [...line]);
    for (const [r, c] of places) (tried[r] as boolean[])[c] = true;
    return rangeOf({ values, hidden: tried }, row, column, smallest - 1) >= smallest - 1;
  };
  const found = rectangles.find(helps);
  if (found) return found;
  const beside: Place[] = [
    ...columns.map((c): Place => [row, c]),
    ...rows.map((r): Place => [r, column]),
  ];
  const [next] = beside
    .filter((place) => isOpen(place) && mayHide(place))
    .sort((a, b) => costOf([a]) - costOf([b]));
  return next && [next];
}

/** Everything but the total; the total too when it is small itself. */
function hideAll(values: readonly number[][], smallest: number): boolean[][] {
  const total = values.at(-1)?.at(-1) as number;
  const isTotalSmall = total > 0 && total < smallest;
  return values.map((line, row) =>
    line.map((_, column) => {
      const isTotal = row === values.length - 1 && column === line.length - 1;
      return isTotal ? isTotalSmall : true;
    }),
  );
}

function show(values: readonly number[][], hidden: readonly boolean[][]): ProtectedTable {
  const shown = values.map((line, row) =>
    line.map((value, column) => (hidden[row]?.[column] ? null : value)),
  );
  const sums = shown.at(-1) as Shown[];
  return {
    cells: shown.slice(0, -1).map((line) => line.slice(0, -1)),
    rows: shown.slice(0, -1).map((line) => line.at(-1) as Shown),
    columns: sums.slice(0, -1),
    total: sums.at(-1) as Shown,
  };
}

/**
 * Hides small counts of a list whose total is known.
 *
 * In     counts; `smallest` as for tables
 * Out    the counts in their order; the total is hidden exactly when it is small itself, so that it
 *        never contradicts a table of the same incidents
 */
export function protectList(
  counts: readonly number[],
  smallest: number = SMALLEST_SHOWN,
): { readonly counts: readonly Shown[]; readonly total: Shown } {
  checkCounts([counts], counts.length, smallest);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > 0 && total < smallest) return { counts: counts.map(() => null), total: null };
  const hidden = new Set(
    counts.flatMap((count, index) => (count > 0 && count < smallest ? [index] : [])),
  );
  const bySize = [...counts.keys()]
    .filter((index) => !hidden.has(index) && (counts[index] as number) > 0)
    .sort((a, b) => (counts[a] as number) - (counts[b] as number));
  const sum = () => [...hidden].reduce((all, index) => all + (counts[index] as number), 0);
  // Each hidden count is at least 1; the rest of their sum can be shared out in any way.
  while (hidden.size > 0 && (hidden.size < 2 || sum() - hidden.size < smallest - 1)) {
    const next = bySize.shift();
    // Nothing is left to hide: then the zeros are hidden too, and nobody knows how many they are.
    if (next === undefined) return { counts: counts.map(() => null), total };
    hidden.add(next);
  }
  return { counts: counts.map((count, index) => (hidden.has(index) ? null : count)), total };
}

function checkCounts(
  counts: readonly (readonly number[])[],
  columns: number,
  smallest: number,
): void {
  if (counts.length > TABLE_SIDE_MAX || columns > TABLE_SIDE_MAX) {
    throw new RangeError('more rows or columns than a table of statistics has');
  }
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (!isCount(smallest) || smallest < 1 || !counts.flat().every(isCount)) {
    throw new RangeError('a count is a whole number from 0');
  }
  if (counts.some((row) => row.length !== columns)) throw new RangeError('rows of unequal length');
}
