// SPDX-License-Identifier: Apache-2.0
/** Many rows at once: as arrays for thousands, as COPY for millions. */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CompiledQuery, type Transaction } from 'kysely';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { storeErrors } from './errors.ts';
import { clientOf } from './transactions.ts';

/** A value of a row; objects are for json and jsonb columns, arrays of text for text[]. */
export type RowValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly string[]
  | { readonly [key: string]: unknown };

export interface Column {
  readonly name: string;
  /** PostgreSQL type, for example `text`, `bigint`, `timestamptz`, `jsonb`, `bytea`, `text[]`. */
  readonly type: string;
}

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const TYPE = /^[a-z][a-z0-9 ]{0,30}(\[\])?$/;
const CHUNK_CHARACTERS = 128 * 1024;
/**
 * So many rows are inserted while the next are put into words. Small first, that the server can
 * begin; large later, for emptying the table between two loads costs the server ten milliseconds.
 */
const FIRST_LOAD_ROWS = 1_000;
const LOAD_ROWS_MAX = 8_000;

/**
 * Inserts rows with one statement a thousand rows, within the transaction and its scope.
 *
 * In      `onConflict` as SQL after `on conflict`, for example `(id) do nothing`
 * Out     how many rows were inserted or updated
 * Throws  STORE_ROWS_INVALID for a row of the wrong length
 */
export async function insertRows<DB>(
  db: Transaction<DB>,
  table: string,
  columns: readonly Column[],
  rows: Iterable<readonly RowValue[]> | AsyncIterable<readonly RowValue[]>,
  options: { readonly onConflict?: string; readonly rowsPerStatement?: number } = {},
): Promise<number> {
  check(table, columns);
  const most = options.rowsPerStatement ?? 2_000;
  const names = columns.map((column) => column.name).join(', ');
  // Arrays of arrays would be taken for one matrix: such columns travel as JSON.
  const places = columns.map((column, i) =>
    column.type.endsWith('[]') ? `$${i + 1}::jsonb[]` : `$${i + 1}::${column.type}[]`,
  );
  const values = columns.map((column, i) =>
    column.type.endsWith('[]')
      ? `case when jsonb_typeof(c${i}) = 'array' then array(select jsonb_array_elements_text(c${i}))::${column.type} end`
      : `c${i}`,
  );
  const text =
    `insert into ${table} (${names}) select ${values.join(', ')} ` +
    `from unnest(${places.join(', ')}) as given (${columns.map((_, i) => `c${i}`).join(', ')})` +
    (options.onConflict ? ` on conflict ${options.onConflict}` : '');
  let arrays: unknown[][] = columns.map(() => []);
  let inserted = 0;
  const flush = async () => {
    if ((arrays[0]?.length ?? 0) === 0) return;
    const result = await db.executeQuery(CompiledQuery.raw(text, arrays));
    inserted += Number(result.numAffectedRows ?? 0);
    arrays = columns.map(() => []);
  };
  for await (const row of rows) {
    if (row.length !== columns.length) throw invalid(table);
    for (let i = 0; i < row.length; i += 1) arrays[i]?.push(toParameter(row[i] as RowValue));
    if ((arrays[0]?.length ?? 0) >= most) await flush();
  }
  await flush();
  return inserted;
}

/**
 * Copies rows into a table: the fastest way, for tens of thousands and more.
 *
 * In      `onConflict` as for `insertRows`
 * Out     how many rows were inserted or updated; memory stays at some megabytes
 * Throws  STORE_ROWS_INVALID for a row of the wrong length; the transaction has then failed
 * Never   goes round a guard: COPY knows no row-level security, so rows are copied into a table of
 *         this transaction alone and inserted from there
 */
export async function copyRows<DB>(
  db: Transaction<DB>,
  table: string,
  columns: readonly Column[],
  rows: Iterable<readonly RowValue[]> | AsyncIterable<readonly RowValue[]>,
  options: { readonly onConflict?: string } = {},
): Promise<number> {
  check(table, columns);
  const client = await clientOf(db);
  const names = columns.map((column) => column.name).join(', ');
  const types = columns.map((column) => `${column.name} ${column.type}`).join(', ');
  loads += 1;
  const load = `pg_temp.load_${loads}`;
  const copy = `copy ${load} (${names}) from stdin`;
  const conflict = options.onConflict ? ` on conflict ${options.onConflict}` : '';
  const insert = `insert into ${table} (${names}) select ${names} from ${load}${conflict}`;
  await client.query(`create temporary table load_${loads} (${types}) on commit drop`);
  const loaded = wordsOf(table, columns.length, rows);
  let next = loaded.next();
  let inserted = 0;
  let inserting: Promise<number> | undefined;
  try {
    for (let found = await next; !found.done; found = await next) {
      // Not waited for here: the server copies and inserts while the next are put into words.
      next = loaded.next();
      next.catch(() => {});
      if (inserting) {
        inserted += await inserting;
        await client.query(`truncate ${load}`);
      }
      await copyInto(client, copy, found.value);
      inserting = client.query(insert).then((result) => result.rowCount ?? 0);
      inserting.catch(() => {});
    }
    inserted += (await inserting) ?? 0;
  } catch (error) {
    // The source may be asking this connection something; only then nothing of it comes later.
    await next.catch(() => {});
    await loaded.return(undefined).catch(() => {});
    await inserting?.catch(() => {});
    // What was inserted before must not stay alone: this makes the server undo it.
    await copyInto(client, copy, error as Error).catch(() => {});
    throw error;
  }
  await client.query(`drop table ${load}`);
  return inserted;
}

let loads = 0;

/** Rows as the words of COPY, a load of rows at a time. */
async function* wordsOf(
  table: string,
  width: number,
  rows: Iterable<readonly RowValue[]> | AsyncIterable<readonly RowValue[]>,
): AsyncGenerator<readonly string[], void, undefined> {
  let chunks: string[] = [];
  let lines: string[] = [];
  let characters = 0;
  let count = 0;
  let most = FIRST_LOAD_ROWS;
  const cells: string[] = Array(width).fill('');
  for await (const row of rows) {
    if (row.length !== width) throw invalid(table);
    for (let i = 0; i < width; i += 1) cells[i] = toCopyText(row[i] as RowValue);
    // Joined at once: adding cell to cell leaves a string of pieces, dear to keep and to send.
    const line = cells.join('\t');
    lines.push(line);
    characters += line.length;
    count += 1;
    const full = count === most;
    if (full || characters >= CHUNK_CHARACTERS) {
      chunks.push(`${lines.join('\n')}\n`);
      lines = [];
      characters = 0;
      // The connection gets its turn: rows already in words are on their way meanwhile.
      await nextTurn();
    }
    if (full) {
      yield chunks;
      chunks = [];
      count = 0;
      most = Math.min(2 * most, LOAD_ROWS_MAX);
    }
  }
  if (lines.length > 0) chunks.push(`${lines.join('\n')}\n`);
  if (chunks.length > 0) yield chunks;
}

async function copyInto(
  client: pg.ClientBase,
  statement: string,
  chunks: readonly string[] | Error,
): Promise<void> {
  const stream = client.query(copyFrom(statement));
  const done = finished(stream);
  done.catch(() => {});
  if (chunks instanceof Error) stream.destroy(chunks);
  else {
    for (const chunk of chunks) {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), done]);
    }
    stream.end();
  }
  await done;
}

function check(table: string, columns: readonly Column[]): void {
  const fits =
    NAME.test(table) &&
    columns.length > 0 &&
    columns.every((column) => NAME.test(column.name) && TYPE.test(column.type));
  if (!fits) throw storeErrors('ROWS_INVALID', { table: 'table', expected: 'plain-names' });
}

function invalid(table: string) {
  return storeErrors('ROWS_INVALID', { table, expected: 'one-value-per-column' });
}

function toParameter(value: RowValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  if (value !== null && typeof value === 'object' && !(value instanceof Date)) {
    return JSON.stringify(value);
  }
  return value;
}

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

function escapeCopy(text: string): string {
  return text.replace(SPECIAL, (one) => ESCAPES[one] as string);
}

function toCopyText(value: RowValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeCopy(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) {
    const items = value.map((item: string) => `"${item.replace(/(["\\])/g, '\\$1')}"`);
    return escapeCopy(`{${items.join(',')}}`);
  }
  return escapeCopy(JSON.stringify(value));
}
