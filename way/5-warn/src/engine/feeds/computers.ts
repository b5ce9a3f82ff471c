// SPDX-License-Identifier: Apache-2.0
/** A list of computers as CSV: one row an item; rows with one id are one computer. */
import { Readable } from 'node:stream';
import { parseCpe } from '@sakimori/vocabulary';
import { parse } from 'csv-parse';
import { readPackage } from '../match/names.ts';
import {
  type ComputerInventory,
  EXPOSURES,
  type Exposure,
  type FeedRefusal,
  type InventoryItem,
} from '../shapes.ts';
import { type ByteTally, inflate } from './bytes.ts';
import { missing } from './fields.ts';
import {
  EXPECTED,
  FEED_LIMITS,
  FeedFault,
  type FeedInput,
  type FeedLimits,
  refusalOf,
} from './limits.ts';

/** What a list gave; when a refusal is fatal there are no computers. */
export interface ComputerList {
  readonly computers: readonly ComputerInventory[];
  readonly refusals: readonly FeedRefusal[];
  readonly rows: number;
}

const COLUMNS = ['id', 'maker', 'product', 'version', 'cpe', 'purl', 'exposure'] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Reads a list of computers.
 *
 * In     CSV or TSV in UTF-8 or Shift_JIS, gzip or plain; headings id, maker, product, version,
 *        cpe, purl, exposure in any order; other columns are left alone
 * Out    computers in order of first mention; a cpe, purl or exposure that cannot be read is
 *        refused alone, a row without id refuses the list
 * Never  repeats a refused value
 */
export async function readComputers(
  input: FeedInput,
  limits: Partial<FeedLimits> = {},
): Promise<ComputerList> {
  const bounds = { ...FEED_LIMITS, ...limits };
  const list = new ListBuilder(input.file, bounds.refusalsMax);
  try {
    await readRows(input, bounds, list);
  } catch (error) {
    if (!(error instanceof FeedFault)) throw error;
    return { computers: [], refusals: [refusalOf(error, input.file)], rows: list.rows };
  }
  const isRefused = list.refusals.some((refusal) => refusal.fatal);
  return {
    computers: isRefused ? [] : list.computers(),
    refusals: list.refusals,
    rows: list.rows,
  };
}

async function readRows(input: FeedInput, limits: FeedLimits, list: ListBuilder): Promise<void> {
  const tally: ByteTally = { compressed: 0, inflated: 0, digest: '' };
  const text = decodeText(inflate(input.bytes, limits, tally));
  const head = await text.next();
  const first = head.done ? '' : head.value;
  const heading = first.slice(0, first.search(/[\r\n]/) + 1 || undefined);
  const parser = parse({
    bom: true,
    delimiter: heading.includes('\t') ? '\t' : ',',
    relax_column_count: true,
    relax_quotes: false,
    skip_empty_lines: true,
    max_record_size: limits.fieldBytesMax,
    info: true,
  });
  let fault: unknown;
  const source = Readable.from(rejoin(first, text));
  source.on('error', (error) => {
    fault = error;
    parser.destroy(error);
  });
  source.pipe(parser);
  try {
    for await (const row of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      list.take(row.record, row.info.lines);
    }
  } catch (error) {
    if (fault !== undefined) throw fault;
    if (error instanceof FeedFault) throw error;
    const { lines } = error as { lines?: number };
    throw new FeedFault('file', EXPECTED.csv, lines === undefined ? {} : { line: lines });
  } finally {
    source.destroy();
  }
  if (!list.hasHeading) throw new FeedFault('file', EXPECTED.notEmpty);
}

async function* rejoin(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

const EXPECTED_TEXT = {
  ja: 'UTF-8 または Shift_JIS の文字',
  en: 'text in UTF-8 or Shift_JIS',
};

/** UTF-8, or Shift_JIS when the first bytes that are not ASCII are no UTF-8. */
async function* decodeText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let offset = 0;
  try {
    for await (const chunk of chunks) {
      if (!decoder && chunk.some((byte) => byte > 0x7f)) {
        decoder = new TextDecoder(isUtf8(chunk) ? 'utf-8' : 'shift_jis', { fatal: true });
      }
      offset += chunk.length;
      yield decoder
        ? decoder.decode(chunk, { stream: true })
        : Buffer.from(chunk).toString('latin1');
    }
    const tail = decoder?.decode();
    if (tail) yield tail;
  } catch (error) {
    if (error instanceof TypeError) throw new FeedFault('text', EXPECTED_TEXT, { offset });
    throw error;
  }
}

/** A letter that is cut off at the end of the chunk does not count against it. */
function isUtf8(chunk: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

class ListBuilder {
  readonly refusals: FeedRefusal[] = [];
  rows = 0;
  #file: string;
  #refusalsMax: number;
  #at: Partial<Record<Column, number>> | undefined;
  #found = new Map<string, { items: InventoryItem[]; exposure: Exposure }>();

  constructor(file: string, refusalsMax: number) {
    this.#file = file;
    this.#refusalsMax = refusalsMax;
  }

  get hasHeading(): boolean {
    return this.#at !== undefined;
  }

  computers(): ComputerInventory[] {
    return [...this.#found].map(([computer, rest]) => ({ computer, ...rest }));
  }

  take(row: readonly string[], line: number): void {
    if (!this.#at) {
      this.#at = readHeading(row, line);
      return;
    }
    this.rows += 1;
    const id = this.#cell(row, 'id');
    if (id === undefined) {
      this.#refuse(line, missing('id', '空でない識別子', 'an id that is not empty'), true);
      return;
    }
    let computer = this.#found.get(id);
    if (!computer) {
      computer = { items: [], exposure: 'unknown' };
      this.#found.set(id, computer);
    }
    const exposure = this.#exposure(row, line);
    if (exposure !== undefined) computer.exposure = exposure;
    const item = this.#item(row, line);
    if (Object.keys(item).length > 0) computer.items.push(item);
  }

  #cell(row: readonly string[], column: Column): string | undefined {
    const at = this.#at?.[column];
    const text = at === undefined ? '' : (row[at]?.trim() ?? '');
    return text === '' ? undefined : text;
  }

  #item(row: readonly string[], line: number): InventoryItem {
    const item: Record<string, string> = {};
    for (const column of ['maker', 'product', 'version'] as const) {
      const text = this.#cell(row, column);
      if (text !== undefined) item[column] = text;
    }
    const cpe = this.#cell(row, 'cpe');
    if (cpe !== undefined && parseCpe(cpe).ok) item.cpe = cpe;
    else if (cpe !== undefined) {
      this.#refuse(line, missing('cpe', 'CPE 2.3 または 2.2 の名前', 'a CPE 2.3 or 2.2 name'));
    }
    const purl = this.#cell(row, 'purl');
    if (purl !== undefined && readPackage(purl)) item.purl = purl;
    else if (purl !== undefined) {
      this.#refuse(line, missing('purl', 'package URL（pkg:...）', 'a package URL (pkg:...)'));
    }
    return item;
  }

  #exposure(row: readonly string[], line: number): Exposure | undefined {
    const text = this.#cell(row, 'exposure')?.toLowerCase();
    if (text === undefined) return undefined;
    const known = EXPOSURES.find((word) => word === text);
    if (known === undefined) {
      const words = EXPOSURES.join(', ');
      this.#refuse(line, missing('exposure', `次のいずれか: ${words}`, `one of ${words}`));
    }
    return known;
  }

  #refuse(line: number, refusal: ReturnType<typeof missing>, fatal = false): void {
    if (!fatal && this.refusals.length >= this.#refusalsMax) return;
    this.refusals.push({ file: this.#file, line, ...refusal, fatal });
  }
}

function readHeading(row: readonly string[], line: number): Partial<Record<Column, number>> {
  const names = row.map((name) => name.normalize('NFKC').trim().toLowerCase());
  const at: Partial<Record<Column, number>> = {};
  for (const column of COLUMNS) {
    const found = names.indexOf(column);
    if (found >= 0) at[column] = found;
  }
  if (at.id === undefined) {
    throw new FeedFault(
      'id',
      { ja: '見出し id の列', en: 'a column with the heading id' },
      { line },
    );
  }
  if (at.product === undefined && at.cpe === undefined && at.purl === undefined) {
    const expected = {
      ja: '見出し product・cpe・purl のいずれかの列',
      en: 'a column with the heading product, cpe or purl',
    };
    throw new FeedFault('product', expected, { line });
  }
  return at;
}
