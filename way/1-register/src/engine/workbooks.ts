// SPDX-License-Identifier: Apache-2.0
/** Workbooks (.xlsx, ECMA-376): the sheet that holds the list, as rows of text. */
import { fieldOfHeading } from './headings.ts';
import { TABLE_LIMITS, type TableLimits, WORKBOOK_LIMITS, type WorkbookLimits } from './limits.ts';
import { refuse } from './refusals.ts';
import type { TableBatch, TableResult, TableRow } from './tables.ts';
import { XmlReader } from './xml.ts';
import { type InflateBudget, inflateMember, listZip, type ZipMember } from './zip.ts';

const SCORE_ROWS_MAX = 20;
const SHEETS_MAX = 50;
const DAY_MS = 86_400_000;
/** Built-in number formats that show a date (ECMA-376 18.8.30, with those of East Asia). */
const DATE_FORMATS = new Set([
  14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58,
]);

type Members = ReadonlyMap<string, ZipMember>;

interface Workbook {
  readonly archive: Uint8Array;
  readonly members: Members;
  readonly budget: InflateBudget;
  readonly limits: WorkbookLimits;
  readonly sheets: readonly string[];
  readonly strings: readonly string[];
  readonly dateStyles: ReadonlySet<number>;
  readonly epochMs: number;
}

/** True for the first bytes of a ZIP archive, which every .xlsx is. */
export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;
}

/** True for the first bytes of an old (.xls) or password-protected workbook. */
export function isCompoundFile(head: Uint8Array): boolean {
  return head[0] === 0xd0 && head[1] === 0xcf && head[2] === 0x11 && head[3] === 0xe0;
}

/**
 * Reads the list in a workbook: of its visible sheets the one whose first rows know most headings.
 *
 * In     the whole file; limits
 * Out    as `readTextTable`: batches of rows (line = row number on the sheet), then the result
 * Never  evaluates a formula (the value that the sheet keeps is read), follows a link, or inflates
 *        more than the limit in all
 */
export async function* readWorkbook(
  archive: Uint8Array,
  tableLimits: TableLimits = TABLE_LIMITS,
  limits: WorkbookLimits = WORKBOOK_LIMITS,
): AsyncGenerator<TableBatch, TableResult> {
  const bytes = archive.length;
  const form = { format: 'xlsx', encoding: 'UTF-8', delimiter: null } as const;
  const failed = (fault: NonNullable<TableResult['fault']>): TableResult => ({
    form: fault === 'NOT_A_TABLE' ? null : form,
    fault,
    bytes,
    rowCount: 0,
  });
  if (bytes > limits.bytesMax) return failed('TOO_LARGE');
  const workbook = await openWorkbook(archive, limits);
  if (workbook === undefined) return failed('NOT_A_TABLE');
  if (workbook === 'TOO_LARGE') return failed('TOO_LARGE');
  const sheet = await chooseSheet(workbook);
  if (sheet === undefined) return failed('EMPTY');
  let rowCount = 0;
  let rows: TableRow[] = [];
  const refusals = [];
  const reading = readSheet(workbook, sheet);
  for (let next = await reading.next(); ; next = await reading.next()) {
    if (next.done) {
      if (next.value) return failed(next.value);
      break;
    }
    for (const row of next.value) {
      const long = row.cells.findIndex((cell) => cell.length > tableLimits.fieldCharactersMax);
      if (row.cells.length > tableLimits.columnsMax) {
        const columnsMax = tableLimits.columnsMax;
        refusals.push(refuse(row.line, null, 'TOO_MANY_COLUMNS', { columnsMax }));
      } else if (long >= 0) {
        const charactersMax = tableLimits.fieldCharactersMax;
        refusals.push(refuse(row.line, `#${long + 1}`, 'FIELD_TOO_LONG', { charactersMax }));
      } else rows.push(row);
    }
    rowCount += next.value.length;
    if (rowCount > tableLimits.rowsMax) return { form, fault: 'TOO_MANY_ROWS', bytes, rowCount };
    yield { rows, refusals: refusals.splice(0) };
    rows = [];
  }
  return { form, fault: rowCount === 0 ? 'EMPTY' : null, bytes, rowCount };
}

async function openWorkbook(
  archive: Uint8Array,
  limits: WorkbookLimits,
): Promise<Workbook | 'TOO_LARGE' | undefined> {
  const members = listZip(archive, limits.entriesMax);
  const main = members?.get('xl/workbook.xml');
  if (!members || !main) return undefined;
  const budget = { bytesLeft: limits.inflatedBytesMax };
  const sheets: { readonly id: string; readonly visible: boolean }[] = [];
  const targets = new Map<string, string>();
  let epochMs = Date.UTC(1899, 11, 30);
  const read = (name: string, handler: SimpleHandler) =>
    readMember({ archive, members, budget, limits }, name, handler);
  const results = [
    await read('xl/workbook.xml', {
      open: (name, attributes) => {
        if (name === 'sheet' && attributes.id !== undefined) {
          sheets.push({
            id: attributes.id,
            visible: (attributes.state ?? 'visible') === 'visible',
          });
        }
        const since1904 = attributes.date1904 === '1' || attributes.date1904 === 'true';
        if (name === 'workbookPr' && since1904) epochMs = Date.UTC(1904, 0, 1);
      },
    }),
    await read('xl/_rels/workbook.xml.rels', {
      open: (name, { Id, Target }) => {
        if (name === 'Relationship' && Id && Target) targets.set(Id, memberPath(Target));
      },
    }),
  ];
  const strings: string[] = [];
  results.push(await readStrings(read, strings, limits));
  const dateStyles = new Set<number>();
  results.push(await readStyles(read, dateStyles));
  if (budget.bytesLeft < 0 || strings.length > limits.sharedStringsMax) return 'TOO_LARGE';
  if (results.includes(false)) return undefined;
  const paths = sheets
    .filter((sheet) => sheet.visible)
    .map((sheet) => targets.get(sheet.id))
    .filter((path) => path !== undefined && members.has(path))
    .slice(0, SHEETS_MAX) as string[];
  return { archive, members, budget, limits, sheets: paths, strings, dateStyles, epochMs };
}

function memberPath(target: string): string {
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

interface SimpleHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>, depth: number): void;
  text?(text: string): void;
  close?(name: string, depth: number): void;
}

/** False when the member is damaged or hostile; a member that is not there is fine. */
async function readMember(
  { archive, members, budget, limits }: Pick<Workbook, 'archive' | 'members' | 'budget' | 'limits'>,
  name: string,
  handler: SimpleHandler,
): Promise<boolean> {
  const member = members.get(name);
  if (!member) return true;
  const xml = new XmlReader(
    {
      open: (tag, attributes, depth) => handler.open?.(tag, attributes, depth),
      text: (text) => handler.text?.(text),
      close: (tag, depth) => handler.close?.(tag, depth),
    },
    limits.depthMax,
  );
  const pieces = inflateMember(archive, member, budget);
  for (let next = await pieces.next(); ; next = await pieces.next()) {
    if (next.done) return next.value && xml.end() === undefined;
    if (xml.write(next.value)) return false;
  }
}

type ReadMember = (name: string, handler: SimpleHandler) => Promise<boolean>;

async function readStrings(
  read: ReadMember,
  strings: string[],
  limits: WorkbookLimits,
): Promise<boolean> {
  let [text, inText, phonetic] = ['', false, false];
  return read('xl/sharedStrings.xml', {
    open: (name) => {
      if (name === 'si') text = '';
      // Readings in kana (rPh) stand beside the text and are not part of it.
      if (name === 'rPh') phonetic = true;
      inText = name === 't' && !phonetic;
    },
    text: (piece) => {
      if (inText && text.length < 40_000) text += piece;
    },
    close: (name) => {
      if (name === 'rPh') phonetic = false;
      if (name === 't') inText = false;
      if (name === 'si' && strings.length <= limits.sharedStringsMax) strings.push(text);
    },
  });
}

async function readStyles(read: ReadMember, dateStyles: Set<number>): Promise<boolean> {
  const dateFormats = new Set(DATE_FORMATS);
  let [inCells, style] = [false, 0];
  return read('xl/styles.xml', {
    open: (name, attributes) => {
      if (name === 'numFmt' && isDateFormat(attributes.formatCode ?? '')) {
        dateFormats.add(Number(attributes.numFmtId));
      }
      if (name === 'cellXfs') inCells = true;
      if (name === 'xf' && inCells) {
        if (dateFormats.has(Number(attributes.numFmtId))) dateStyles.add(style);
        style += 1;
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
}

/** True for a format with a year, an era or a day in it, outside quotes and brackets. */
function isDateFormat(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\./gu, '').toLowerCase();
  return /[yged]/u.test(bare) && !/general/u.test(bare) && !/[0#]e[+-]/u.test(bare);
}

async function chooseSheet(workbook: Workbook): Promise<string | undefined> {
  let best: { readonly path: string; readonly score: number } | undefined;
  for (const path of workbook.sheets) {
    const score = await scoreSheet(workbook, path);
    if (score !== undefined && (!best || score > best.score)) best = { path, score };
  }
  return best?.path;
}

/** Most known headings in one of the first rows; undefined for an empty sheet. */
async function scoreSheet(workbook: Workbook, path: string): Promise<number | undefined> {
  let [score, seen] = [0, 0];
  for await (const rows of readSheet(workbook, path)) {
    for (const row of rows) {
      const fields = row.cells.map((cell) => fieldOfHeading(cell)?.field);
      score = Math.max(score, new Set(fields.filter(Boolean)).size);
      seen += 1;
    }
    if (seen >= SCORE_ROWS_MAX) break;
  }
  return seen === 0 ? undefined : score;
}

/** Rows of one sheet in batches; returns a fault when the sheet is damaged or too large. */
async function* readSheet(
  workbook: Workbook,
  path: string,
): AsyncGenerator<TableRow[], 'TOO_LARGE' | 'NOT_A_TABLE' | undefined> {
  const member = workbook.members.get(path);
  if (!member) return undefined;
  const handler = new SheetHandler(workbook);
  const xml = new XmlReader(handler, workbook.limits.depthMax);
  const pieces = inflateMember(workbook.archive, member, workbook.budget);
  for (let next = await pieces.next(); ; next = await pieces.next()) {
    if (next.done) {
      if (!next.value) return workbook.budget.bytesLeft < 0 ? 'TOO_LARGE' : 'NOT_A_TABLE';
      if (xml.end()) return 'NOT_A_TABLE';
      break;
    }
    if (xml.write(next.value)) return 'NOT_A_TABLE';
    if (handler.rows.length > 0) yield handler.rows.splice(0);
  }
  if (handler.rows.length > 0) yield handler.rows.splice(0);
  return undefined;
}

const COLUMN_MAX = 16_384;

class SheetHandler {
  readonly rows: TableRow[] = [];
  readonly #workbook: Workbook;
  #line = 0;
  #cells: string[] = [];
  #column = -1;
  #type = 'n';
  #style = 0;
  #text = '';
  #collects = false;
  #phonetic = false;

  constructor(workbook: Workbook) {
    this.#workbook = workbook;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') {
      const line = Number(attributes.r);
      this.#line = Number.isSafeInteger(line) && line > this.#line ? line : this.#line + 1;
      this.#cells = [];
      this.#column = -1;
    } else if (name === 'c') {
      this.#column = columnOf(attributes.r) ?? this.#column + 1;
      this.#type = attributes.t ?? 'n';
      this.#style = Number(attributes.s ?? 0);
      this.#text = '';
    } else if (name === 'rPh') this.#phonetic = true;
    else if (name === 'v' || (name === 't' && !this.#phonetic)) this.#collects = true;
  }

  text(piece: string): void {
    if (this.#collects && this.#text.length < 40_000) this.#text += piece;
  }

  close(name: string): void {
    if (name === 'rPh') this.#phonetic = false;
    else if (name === 'v' || name === 't') this.#collects = false;
    else if (name === 'c') this.#putCell();
    else if (name === 'row' && this.#cells.some((cell) => cell.trim() !== '')) {
      this.rows.push({ line: this.#line, cells: this.#cells });
    }
  }

  #putCell(): void {
    const text = this.#cellText();
    if (text === '' || this.#column < 0 || this.#column >= COLUMN_MAX) return;
    while (this.#cells.length < this.#column) this.#cells.push('');
    this.#cells[this.#column] = text;
  }

  #cellText(): string {
    const text = this.#text;
    if (this.#type === 's') return this.#workbook.strings[Number(text)] ?? '';
    if (this.#type === 'e') return '';
    if (this.#type === 'b') return text === '1' ? 'TRUE' : 'FALSE';
    if (this.#type !== 'n' || text === '') return text;
    const value = Number(text);
    if (!Number.isFinite(value)) return text;
    if (!this.#workbook.dateStyles.has(this.#style)) return String(value);
    return dayOfSerial(value, this.#workbook.epochMs) ?? String(value);
  }
}

function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d+$/u.exec(reference ?? '')?.[1];
  if (!letters) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function dayOfSerial(serial: number, epochMs: number): string | undefined {
  if (serial < 1 || serial > 2_958_465) return undefined;
  return new Date(epochMs + Math.floor(serial) * DAY_MS).toISOString().slice(0, 10);
}
