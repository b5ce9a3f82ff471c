// SPDX-License-Identifier: Apache-2.0
/**
 * What a reader of a table with sums can work out about the numbers that it hides. Rows, columns
 * and sums of a table form a circulation: every cell flows from its row to its column, every sum
 * back. So the exact range of a hidden number is a question of flows.
 */

/** A table with its sums: the last row and the last column are sums, the corner is the total. */
export interface SummedTable {
  readonly values: readonly (readonly number[])[];
  readonly hidden: readonly (readonly boolean[])[];
}

interface Arc {
  readonly row: number;
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Adds row sums, column sums and the total. */
export function withSums(cells: readonly (readonly number[])[], columns: number): number[][] {
  const rows = cells.map((row) => [...row, row.reduce((sum, value) => sum + value, 0)]);
  const sums = Array.from({ length: columns + 1 }, (_, column) =>
    rows.reduce((sum, row) => sum + (row[column] as number), 0),
  );
  return [...rows, sums];
}

/**
 * How far the possible values of one hidden number reach.
 *
 * In     the table; the place of a hidden number; `enough` beyond which nothing more is asked
 * Out    number of whole values that it may have, less one, at most `enough`; 0 means that it can
 *        be worked out exactly. All numbers are counts, and as zero is never hidden, a reader who
 *        knows this rule knows that what is hidden is at least 1.
 */
export function rangeOf(table: SummedTable, row: number, column: number, enough: number): number {
  const arcs = arcsOf(table);
  const own = arcs.find((arc) => arc.row === row && arc.column === column);
  if (!own) return 0;
  const others = arcs.filter((arc) => arc !== own);
  const rise = flow(table, others, own.to, own.from, enough);
  if (rise >= enough) return enough;
  const fall = flow(table, others, own.from, own.to, Math.min(enough - rise, own.value - 1));
  return rise + fall;
}

function arcsOf({ values, hidden }: SummedTable): Arc[] {
  const lastRow = values.length - 1;
  const lastColumn = (values[0] as readonly number[]).length - 1;
  return values.flatMap((line, row) =>
    line.flatMap((value, column) => {
      if (!hidden[row]?.[column]) return [];
      const columnNode = values.length + column;
      // Cells and the total flow from row to column, sums of rows and of columns the other way.
      const isForward = row < lastRow === column < lastColumn;
      const [from, to] = isForward ? [row, columnNode] : [columnNode, row];
      return [{ row, column, from, to, value }];
    }),
  );
}

/** How much can be pushed from one node to another: arcs may grow, and shrink to one. */
function flow(
  { values }: SummedTable,
  arcs: readonly Arc[],
  source: number,
  sink: number,
  wanted: number,
): number {
  const nodes = values.length + (values[0] as readonly number[]).length;
  const pushed = new Float64Array(arcs.length);
  let total = 0;
  while (total < wanted) {
    const path = findPath(arcs, pushed, nodes, source, sink);
    if (!path) break;
    let room = wanted - total;
    for (const { index, isForward } of path) {
      if (!isForward) room = Math.min(room, shrinkable(arcs, pushed, index));
    }
    for (const { index, isForward } of path) {
      pushed[index] = (pushed[index] as number) + (isForward ? room : -room);
    }
    total += room;
  }
  return total;
}

function shrinkable(arcs: readonly Arc[], pushed: Float64Array, index: number): number {
  return (arcs[index] as Arc).value - 1 + (pushed[index] as number);
}

interface Step {
  readonly index: number;
  readonly isForward: boolean;
  readonly before: number;
}

function findPath(
  arcs: readonly Arc[],
  pushed: Float64Array,
  nodes: number,
  source: number,
  sink: number,
): Step[] | undefined {
  const reached = new Array<Step | undefined>(nodes);
  const queue = [source];
  for (let next = 0; next < queue.length; next += 1) {
    const node = queue[next] as number;
    for (const [index, arc] of arcs.entries()) {
      const isForward = arc.from === node;
      if (!isForward && (arc.to !== node || shrinkable(arcs, pushed, index) <= 0)) continue;
      const other = isForward ? arc.to : arc.from;
      if (other === source || reached[other]) continue;
      reached[other] = { index, isForward, before: node };
      if (other === sink) return pathTo(reached, source, sink);
      queue.push(other);
    }
  }
  return undefined;
}

function pathTo(reached: readonly (Step | undefined)[], source: number, sink: number): Step[] {
  const path: Step[] = [];
  for (let node = sink; node !== source; ) {
    const step = reached[node] as Step;
    path.push(step);
    node = step.before;
  }
  return path;
}
