// SPDX-License-Identifier: Apache-2.0
/** An import of a list, step by step: look at the file, settle the mapping, read the rows. */
import { setImmediate } from 'node:timers/promises';
import { type RowStatement, readRow } from './computers.ts';
import { matchingKey } from './differences.ts';
import {
  type ColumnProposal,
  findHeadingRow,
  headingFingerprint,
  type Mapping,
  mappingOf,
  proposeMapping,
} from './headings.ts';
import { TABLE_LIMITS, type TableLimits } from './limits.ts';
import { findQuestions, type Question } from './questions.ts';
import { type Refusal, RefusalList, refuse } from './refusals.ts';
import {
  readTextTable,
  type TableBatch,
  type TableFault,
  type TableForm,
  type TableResult,
  type TableRow,
} from './tables.ts';
import { isCompoundFile, isZip, readWorkbook } from './workbooks.ts';

/** What a file is, by its first bytes; its name and declared type are not believed. */
export type FileKind = 'table' | 'workbook' | 'old-workbook' | 'json' | 'xml' | 'spdx-tag-value';

/** Finds out what was handed in. */
export function findFileKind(bytes: Uint8Array): FileKind {
  if (isZip(bytes)) return 'workbook';
  if (isCompoundFile(bytes)) return 'old-workbook';
  const head = new TextDecoder()
    .decode(bytes.subarray(0, 512))
    .replace(/^\ufeff/u, '')
    .trimStart();
  if (head.startsWith('{')) return 'json';
  if (head.startsWith('<')) return 'xml';
  if (/^SPDXVersion:/mu.test(head)) return 'spdx-tag-value';
  return 'table';
}

export interface TableInspection {
  readonly form: TableForm;
  readonly headings: readonly string[];
  readonly headingLine: number;
  readonly fingerprint: string;
  readonly columns: readonly ColumnProposal[];
  readonly mapping: Mapping;
}

export type Inspected =
  | { readonly ok: true; readonly inspection: TableInspection }
  | { readonly ok: false; readonly fault: TableFault };

const INSPECT_ROWS_MAX = 300;

function openTable(
  bytes: Uint8Array,
  limits: TableLimits,
): AsyncGenerator<TableBatch, TableResult> {
  return isZip(bytes) ? readWorkbook(bytes, limits) : readTextTable(pieces(bytes), limits);
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  const size = 512 * 1024;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/**
 * Looks at a list: its form, its headings, and what each column seems to hold.
 *
 * In     the whole file (at most `limits.bytesMax`); what was remembered for these headings
 * Out    the inspection, or why the file as a whole is refused
 */
export async function inspectTable(
  bytes: Uint8Array,
  remembered: (fingerprint: string) => Promise<Mapping | undefined> | Mapping | undefined = () =>
    undefined,
  limits: TableLimits = TABLE_LIMITS,
): Promise<Inspected> {
  if (bytes.length > limits.bytesMax) return { ok: false, fault: 'TOO_LARGE' };
  const rows: TableRow[] = [];
  const table = openTable(bytes, limits);
  let result: TableResult | undefined;
  while (rows.length < INSPECT_ROWS_MAX) {
    const next = await table.next();
    if (next.done) {
      result = next.value;
      break;
    }
    rows.push(...next.value.rows);
  }
  // The form is known only at the end of a reading; a short second one of the head gives it.
  const form = result?.form ?? (await formOf(bytes, limits));
  if (result?.fault && result.fault !== 'TOO_MANY_ROWS') return { ok: false, fault: result.fault };
  if (!form || rows.length === 0) return { ok: false, fault: 'EMPTY' };
  const at = findHeadingRow(rows);
  const heading = rows[at]!;
  const headings = heading.cells;
  const fingerprint = headingFingerprint(headings);
  const known = await remembered(fingerprint);
  const columns = proposeMapping(headings, rows.slice(at + 1), known);
  const mapping = mappingOf(columns);
  const headingLine = heading.line;
  return {
    ok: true,
    inspection: { form, headings, headingLine, fingerprint, columns, mapping },
  };
}

async function formOf(bytes: Uint8Array, limits: TableLimits): Promise<TableForm | null> {
  if (isZip(bytes)) return { format: 'xlsx', encoding: 'UTF-8', delimiter: null };
  const head = bytes.subarray(0, bytes.lastIndexOf(0x0a, 256 * 1024) + 1);
  const table = readTextTable([head.length > 0 ? head : bytes], limits);
  for (let next = await table.next(); ; next = await table.next()) {
    if (next.done) return next.value.form;
  }
}

export interface TableReading {
  readonly statements: readonly RowStatement[];
  readonly refusals: readonly Refusal[];
  readonly refusalCount: number;
  readonly refusedLines: number;
  readonly rowCount: number;
  readonly questions: readonly Question[];
  readonly fault: TableFault | null;
}

/**
 * Reads all rows below the headings.
 *
 * In     the whole file; its inspection's heading line; the mapping that a person confirmed
 * Out    what each row states; every refused line with field and reason (the first 1,000 in full);
 *        questions. Sound rows are kept whatever happens to others. With a fault nothing may be used
 */
export async function readTableRows(
  bytes: Uint8Array,
  headingLine: number,
  headingCount: number,
  mapping: Mapping,
  limits: TableLimits = TABLE_LIMITS,
): Promise<TableReading> {
  const statements: RowStatement[] = [];
  const refusals = new RefusalList(limits.refusalsMax);
  const firstLines = new Map<string, number>();
  const table = openTable(bytes, limits);
  let fault: TableFault | null = null;
  for (let next = await table.next(); ; next = await table.next()) {
    if (next.done) {
      fault = next.value.fault;
      break;
    }
    for (const refusal of next.value.refusals) {
      if (refusal.line > headingLine) refusals.add(refusal);
    }
    // A long list must not hold up everybody else who is served by this process.
    await setImmediate();
    for (const row of next.value.rows) {
      if (row.line <= headingLine) continue;
      const read = readOneRow(row, headingCount, mapping, firstLines);
      if ('statement' in read) statements.push(read.statement);
      else for (const refusal of read.refusals) refusals.add(refusal);
    }
  }
  return {
    statements,
    refusals: [...refusals.kept].sort((a, b) => a.line - b.line),
    refusalCount: refusals.count,
    refusedLines: refusals.lineCount,
    rowCount: statements.length + refusals.lineCount,
    questions: findQuestions(statements),
    fault,
  };
}

function readOneRow(
  row: TableRow,
  headingCount: number,
  mapping: Mapping,
  firstLines: Map<string, number>,
): ReturnType<typeof readRow> {
  // Values beyond the last heading mean a separator inside a value: every cell after it is shifted.
  if (row.cells.slice(headingCount).some((cell) => cell.trim() !== '')) {
    const parameters = { headings: headingCount };
    return { refusals: [refuse(row.line, null, 'MORE_CELLS_THAN_HEADINGS', parameters)] };
  }
  const read = readRow(row, mapping);
  if (!('statement' in read) || !read.statement.values.key) return read;
  const key = matchingKey(read.statement.values);
  const firstLine = firstLines.get(key);
  if (firstLine !== undefined)
    return { refusals: [refuse(row.line, 'key', 'SAME_KEY', { firstLine })] };
  firstLines.set(key, row.line);
  return read;
}
