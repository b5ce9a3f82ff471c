// SPDX-License-Identifier: Apache-2.0
/** Tables of text (CSV, TSV): bytes to rows with their line numbers, streamed and bounded. */
import { parse } from 'csv-parse/sync';
import { TABLE_LIMITS, type TableLimits } from './limits.ts';
import { type Refusal, refuse } from './refusals.ts';
import {
  ENCODING_NAMES,
  findEncoding,
  LineReader,
  type TextEncoding,
  type TextLine,
} from './text-lines.ts';

export type Delimiter = ',' | '\t' | ';';

/** One row as it stands in the file. `line` is the first line of the row. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What a reader of a table gives, in the order of the file. */
export interface TableBatch {
  readonly rows: readonly TableRow[];
  readonly refusals: readonly Refusal[];
}

/** How the text was understood. */
export interface TableForm {
  readonly format: 'csv' | 'tsv' | 'xlsx';
  readonly encoding: string;
  readonly delimiter: Delimiter | null;
}

/** Why a whole file is refused. */
export type TableFault = 'TOO_LARGE' | 'TOO_MANY_ROWS' | 'EMPTY' | 'NOT_A_TABLE';

export interface TableResult {
  readonly form: TableForm | null;
  readonly fault: TableFault | null;
  readonly bytes: number;
  readonly rowCount: number;
}

export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A record under construction: its lines and whether a quote is still open. */
interface OpenRecord {
  lines: TextLine[];
  bytes: number;
  open: boolean;
}

const BATCH_RECORDS = 500;
const HEAD_BYTES = 256 * 1024;
const BROKEN_QUOTES_REPAIRED_MAX = 200;

/**
 * Reads a table of text as it arrives.
 *
 * In     bytes in chunks of any size; limits
 * Out    yields batches (rows and refusals in file order); returns how the file was understood and,
 *        when the whole file is refused, the fault. What was yielded before a fault must be dropped
 * Never  throws on content, cuts a value, holds more than a batch, a record and a chunk in memory
 */
export async function* readTextTable(
  source: ByteSource,
  limits: TableLimits = TABLE_LIMITS,
): AsyncGenerator<TableBatch, TableResult> {
  let head: Uint8Array[] = [];
  let headBytes = 0;
  let splitter: RecordSplitter | undefined;
  let bytes = 0;
  const result = (fault: TableFault | null): TableResult => ({
    form: splitter?.form ?? null,
    fault: fault ?? splitter?.fault ?? null,
    bytes,
    rowCount: splitter?.rowCount ?? 0,
  });
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > limits.bytesMax) return result('TOO_LARGE');
    if (!splitter) {
      head.push(chunk);
      headBytes += chunk.length;
      if (headBytes < HEAD_BYTES) continue;
      splitter = new RecordSplitter(Buffer.concat(head), limits);
      head = [];
      yield* splitter.start();
    } else {
      yield* splitter.push(chunk);
    }
    if (splitter.fault) return result(null);
  }
  if (bytes === 0) return result('EMPTY');
  if (!splitter) {
    splitter = new RecordSplitter(Buffer.concat(head), limits);
    yield* splitter.start();
  }
  yield* splitter.end();
  return result(null);
}

/** Groups lines into records: a quote that opens at the start of a field may span lines. */
class RecordSplitter {
  readonly #head: Uint8Array;
  readonly #limits: TableLimits;
  readonly #lines: LineReader;
  #delimiter: Delimiter | undefined;
  #record: OpenRecord = { lines: [], bytes: 0, open: false };
  #ready: TextLine[][] = [];
  #refusals: Refusal[] = [];
  #brokenQuotes = 0;
  rowCount = 0;
  fault: TableFault | null = null;

  constructor(head: Uint8Array, limits: TableLimits) {
    const encoding = findEncoding(head);
    this.#head = head;
    this.#limits = limits;
    this.#lines = new LineReader(encoding, head, limits.recordBytesMax);
    // A workbook or an image has NULs in its first bytes; UTF-16 is found before.
    const binary = encoding !== 'utf-16le' && encoding !== 'utf-16be';
    if (binary && head.subarray(0, 1_024).includes(0)) this.fault = 'NOT_A_TABLE';
  }

  get form(): TableForm | null {
    if (!this.#delimiter) return null;
    const format = this.#delimiter === '\t' ? 'tsv' : 'csv';
    return { format, encoding: ENCODING_NAMES[this.#lines.encoding], delimiter: this.#delimiter };
  }

  *start(): Generator<TableBatch> {
    if (this.fault) return;
    const head = this.#head;
    yield* this.push(head);
  }

  *push(chunk: Uint8Array): Generator<TableBatch> {
    for (const line of this.#lines.push(chunk)) {
      this.#take(line);
      if (this.#ready.length + this.#refusals.length >= BATCH_RECORDS) yield this.#flush();
      if (this.fault) return;
    }
  }

  *end(): Generator<TableBatch> {
    if (this.fault) return;
    for (const line of this.#lines.end()) this.#take(line);
    while (this.#record.lines.length > 0) this.#breakRecord();
    if (!this.#delimiter) this.fault = 'EMPTY';
    yield this.#flush();
  }

  #take(line: TextLine): void {
    const record = this.#record;
    if (!record.open && line.bytes <= 2 && line.text === '') return;
    if (!this.#delimiter) {
      if (line.text.trim() === '' && line.bytes <= this.#limits.recordBytesMax) return;
      this.#delimiter = findDelimiter(line.text);
    }
    record.lines.push(line);
    record.bytes += line.bytes;
    record.open = quoteStaysOpen(line.text, this.#delimiter, record.open);
    const tooLong =
      record.bytes > this.#limits.recordBytesMax ||
      record.lines.length > this.#limits.recordLinesMax;
    if (record.open && tooLong) this.#breakRecord();
    else if (!record.open) this.#closeRecord();
  }

  #closeRecord(): void {
    const { lines, bytes } = this.#record;
    this.#record = { lines: [], bytes: 0, open: false };
    const first = lines[0]!;
    if (bytes > this.#limits.recordBytesMax) {
      const bytesMax = this.#limits.recordBytesMax;
      this.#refusals.push(refuse(first.number, null, 'RECORD_TOO_LONG', { bytesMax }));
      return;
    }
    this.#ready.push(lines);
  }

  /**
   * A quote that never closes spoils its own line only: the lines after it are read again. In a file
   * where that keeps happening they are refused together, so that reading stays linear.
   */
  #breakRecord(): void {
    const [first, ...others] = this.#record.lines;
    this.#record = { lines: [], bytes: 0, open: false };
    if (!first) return;
    const bytesMax = this.#limits.recordBytesMax;
    const refusal =
      first.bytes > bytesMax
        ? refuse(first.number, null, 'RECORD_TOO_LONG', { bytesMax })
        : refuse(first.number, null, 'QUOTE_NOT_CLOSED');
    this.#refusals.push(refusal);
    this.#brokenQuotes += 1;
    if (this.#brokenQuotes <= BROKEN_QUOTES_REPAIRED_MAX) {
      for (const line of others) this.#take(line);
    } else {
      for (const { number } of others)
        this.#refusals.push(refuse(number, null, 'QUOTE_NOT_CLOSED'));
    }
  }

  #flush(): TableBatch {
    const batch = parseRecords(
      this.#ready,
      this.#delimiter ?? ',',
      this.#limits,
      this.#lines.encoding,
    );
    const refusals = [...this.#refusals, ...batch.refusals].sort((a, b) => a.line - b.line);
    this.#ready = [];
    this.#refusals = [];
    this.rowCount += batch.rows.length + refusals.length;
    if (this.rowCount > this.#limits.rowsMax) this.fault = 'TOO_MANY_ROWS';
    return { rows: batch.rows, refusals };
  }
}

/** The separator that the first line uses most, outside quotes. A comma when it uses none. */
export function findDelimiter(line: string): Delimiter {
  const counts: Record<Delimiter, number> = { ',': 0, '\t': 0, ';': 0 };
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && character in counts) counts[character as Delimiter] += 1;
  }
  if (counts['\t'] > 0 && counts['\t'] >= counts[',']) return '\t';
  return counts[';'] > counts[','] ? ';' : ',';
}

/** Whether a quoted field is still open after `text`. Quotes inside bare fields mean nothing. */
function quoteStaysOpen(text: string, delimiter: Delimiter, open: boolean): boolean {
  if (!open && !text.includes('"')) return false;
  let [quoted, fieldStart] = [open, !open];
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (quoted) {
      if (character !== '"') continue;
      if (text[i + 1] === '"') i += 1;
      else quoted = false;
    } else if (character === '"' && fieldStart) {
      quoted = true;
      fieldStart = false;
    } else {
      fieldStart = character === delimiter;
    }
  }
  return quoted;
}

function parseRecords(
  records: readonly (readonly TextLine[])[],
  delimiter: Delimiter,
  limits: TableLimits,
  encoding: TextEncoding,
): TableBatch {
  const rows: TableRow[] = [];
  const refusals: Refusal[] = [];
  const sound: TextLine[][] = [];
  for (const lines of records) {
    const broken = lines.find((line) => line.undecodable);
    if (!broken) sound.push([...lines]);
    else {
      const name = ENCODING_NAMES[encoding];
      refusals.push(refuse(broken.number, null, 'UNDECODABLE', { encoding: name }));
    }
  }
  const texts = sound.map((lines) => lines.map((line) => line.text).join('\n'));
  const parsed = parseTogether(texts, delimiter) ?? texts.map((text) => parseOne(text, delimiter));
  parsed.forEach((cells, index) => {
    const line = sound[index]![0]!.number;
    if (cells === undefined) refusals.push(refuse(line, null, 'NOT_A_RECORD'));
    else if (cells.some((cell) => cell.trim() !== '')) {
      const refusal = checkCells(line, cells, limits);
      if (refusal) refusals.push(refusal);
      else rows.push({ line, cells });
    }
  });
  return { rows, refusals };
}

const PARSE_OPTIONS = {
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: false,
  record_delimiter: '\n',
} as const;

/** All records in one call; undefined when the parser counts other records than we do. */
function parseTogether(texts: readonly string[], delimiter: Delimiter): string[][] | undefined {
  if (texts.length === 0) return [];
  try {
    const parsed = parse(`${texts.join('\n')}\n`, { ...PARSE_OPTIONS, delimiter }) as string[][];
    return parsed.length === texts.length ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function parseOne(text: string, delimiter: Delimiter): string[] | undefined {
  if (text === '') return [];
  try {
    const parsed = parse(text, { ...PARSE_OPTIONS, delimiter }) as string[][];
    return parsed.length === 1 ? parsed[0] : undefined;
  } catch {
    return undefined;
  }
}

function checkCells(
  line: number,
  cells: readonly string[],
  limits: TableLimits,
): Refusal | undefined {
  if (cells.length > limits.columnsMax) {
    return refuse(line, null, 'TOO_MANY_COLUMNS', { columnsMax: limits.columnsMax });
  }
  const long = cells.findIndex((cell) => cell.length > limits.fieldCharactersMax);
  if (long < 0) return undefined;
  const charactersMax = limits.fieldCharactersMax;
  return refuse(line, `#${long + 1}`, 'FIELD_TOO_LONG', { charactersMax });
}
