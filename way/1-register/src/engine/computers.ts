// SPDX-License-Identifier: Apache-2.0
/** One row of a table, read as a specified computer (特定重要電子計算機). */
import { parseCpe } from '@sakimori/vocabulary';
import { type ComputerField, fieldOf } from './fields.ts';
import type { Mapping } from './headings.ts';
import { isPackageUrl } from './package-urls.ts';
import { type Refusal, refuse } from './refusals.ts';
import type { TableRow } from './tables.ts';
import {
  hasControlCharacters,
  normaliseText,
  readAbsence,
  readAddresses,
  readDay,
  readExposure,
  readMailAddress,
  readPrefecture,
  readTelephone,
  tidyText,
} from './values.ts';

/** Values of a computer by field, as stored: text, days as YYYY-MM-DD, addresses by comma. */
export type ComputerValues = Readonly<Partial<Record<ComputerField, string>>>;

/**
 * What a row states.
 *
 * values   what the row says
 * cleared  fields that the row says are none (`-`, なし); an empty cell states nothing
 * asked    words that a person must decide once (`exposure` only)
 */
export interface RowStatement {
  readonly line: number;
  readonly values: ComputerValues;
  readonly cleared: readonly ComputerField[];
  readonly asked: readonly { readonly field: 'exposure'; readonly word: string }[];
}

/** Longest value of a short field; notes and texts have the table's own bound. */
const NAME_CHARACTERS_MAX = 200;
const TEXT_CHARACTERS_MAX = 1_000;

type FieldReading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'empty' | 'none' | 'ask' }
  | { readonly kind: 'refused'; readonly code: Refusal['code']; readonly charactersMax?: number };

/**
 * Reads one value as its field wants it.
 *
 * In     field, text as written by a person
 * Out    the stored form; or that nothing is stated, that it is none, that it must be asked, or why
 *        it is refused
 * Never  changes the meaning: what has two readings is refused or asked
 */
export function readField(field: ComputerField, text: string): FieldReading {
  if (hasControlCharacters(text)) return { kind: 'refused', code: 'CONTROL_CHARACTERS' };
  switch (fieldOf(field).kind) {
    case 'day':
      return readDay(text);
    case 'exposure':
      return readExposure(text);
    case 'prefecture':
      return readPrefecture(text);
    case 'mail':
      return readMailAddress(text);
    case 'telephone':
      return readTelephone(text);
    case 'addresses': {
      const reading = readAddresses(text);
      return reading.kind === 'value'
        ? { kind: 'value', value: reading.value.join(', ') }
        : reading;
    }
    case 'cpe':
      return readAbsence(text) ?? readCpe(normaliseText(text));
    case 'purl':
      return readAbsence(text) ?? readPurl(normaliseText(text));
    case 'name':
      return readAbsence(text) ?? boundText(normaliseText(text), NAME_CHARACTERS_MAX);
    case 'text':
      return readAbsence(text) ?? boundText(tidyText(text), TEXT_CHARACTERS_MAX);
  }
}

function boundText(value: string, charactersMax: number): FieldReading {
  if (value.length <= charactersMax) return { kind: 'value', value };
  return { kind: 'refused', code: 'FIELD_TOO_LONG', charactersMax };
}

function readCpe(text: string): FieldReading {
  const name = parseCpe(text);
  return name.ok ? { kind: 'value', value: text } : { kind: 'refused', code: 'NOT_A_CPE' };
}

function readPurl(text: string): FieldReading {
  const shape = isPackageUrl(text);
  return shape ? { kind: 'value', value: text } : { kind: 'refused', code: 'NOT_A_PURL' };
}

/** Days compared by the part that both have: 2026-10 is not before 2026-10-05. */
export function isDayBefore(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length) < b.slice(0, length);
}

/**
 * Reads one row.
 *
 * In     row; mapping of columns to fields
 * Out    what it states, or every reason for which it is refused
 */
export function readRow(
  row: TableRow,
  mapping: Mapping,
): { readonly statement: RowStatement } | { readonly refusals: readonly Refusal[] } {
  const values: Partial<Record<ComputerField, string>> = {};
  const cleared: ComputerField[] = [];
  const asked: { field: 'exposure'; word: string }[] = [];
  const refusals: Refusal[] = [];
  for (const [column, field] of Object.entries(mapping)) {
    // The apostrophe that our own export puts before a formula sign is taken off again.
    const cell = row.cells[Number(column)]?.replace(/^'(?=[=+\-@＝＋－＠])/u, '');
    if (cell === undefined || cell.trim() === '') continue;
    const reading = readField(field, cell);
    if (reading.kind === 'value') values[field] = reading.value;
    else if (reading.kind === 'none') cleared.push(field);
    else if (reading.kind === 'ask') asked.push({ field: 'exposure', word: normaliseText(cell) });
    else if (reading.kind === 'refused') {
      const charactersMax = reading.charactersMax ?? NAME_CHARACTERS_MAX;
      refusals.push(refuse(row.line, field, reading.code, { charactersMax }));
    }
  }
  if (refusals.length === 0) refusals.push(...checkValues(row.line, values));
  if (refusals.length > 0) return { refusals };
  return { statement: { line: row.line, values, cleared, asked } };
}

/** What must hold between the fields of one computer. */
export function checkValues(line: number, values: ComputerValues): readonly Refusal[] {
  const refusals: Refusal[] = [];
  const { product, model, cpe, purl, introduced, retired } = values;
  if (!product && !model && !cpe && !purl) refusals.push(refuse(line, 'product', 'NO_PRODUCT'));
  if (introduced && retired && isDayBefore(retired, introduced)) {
    refusals.push(refuse(line, 'retired', 'DATES_OUT_OF_ORDER'));
  }
  return refusals;
}

/** What a person calls the computer: its number, else its name, else what it is and where. */
export function labelOf(values: ComputerValues): string {
  const described = [values.product ?? values.model, values.site].filter(Boolean).join(' / ');
  return values.key ?? values.name ?? (described || values.cpe || values.purl || '');
}
