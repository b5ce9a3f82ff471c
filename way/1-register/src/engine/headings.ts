// SPDX-License-Identifier: Apache-2.0
/** Which column holds what: proposed from headings and contents, with a confidence, never guessed. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { COMPUTER_FIELD_NAMES, COMPUTER_FIELDS, type ComputerField } from './fields.ts';
import type { TableRow } from './tables.ts';
import { isExposureWord, normaliseText, readDay, readPrefecture } from './values.ts';

export type MappingConfidence = 'certain' | 'likely' | 'unsure';

/** One column of the table: what it is called, examples, and what it seems to hold. */
export interface ColumnProposal {
  readonly index: number;
  readonly heading: string;
  readonly samples: readonly string[];
  readonly field?: ComputerField;
  readonly confidence: MappingConfidence;
  readonly remembered: boolean;
}

/** Column index to field. Columns that are not named are left out of the import. */
export type Mapping = Readonly<Record<number, ComputerField>>;

const SAMPLES_SHOWN = 3;
const SAMPLE_CHARACTERS_MAX = 60;
const HEADING_ROWS_MAX = 20;

/** A heading without width, case, brackets, marks for required columns and spaces. */
export function normaliseHeading(heading: string): string {
  return normaliseText(heading)
    .toLowerCase()
    .replace(/[((【[][^))】\]]*[))】\]]/gu, '')
    .replace(/[※*＊:：#●○◎"'.]/gu, '')
    .replace(/(必須|任意)$/u, '')
    .replace(/[\s_\-‐・/／]+/gu, '')
    .trim();
}

const FIELD_BY_HEADING = new Map<string, ComputerField>();
for (const field of COMPUTER_FIELD_NAMES) {
  const { ja, en, headings } = COMPUTER_FIELDS[field];
  for (const heading of [ja, en, ...headings.split('|'), field]) {
    const key = normaliseHeading(heading);
    if (!FIELD_BY_HEADING.has(key)) FIELD_BY_HEADING.set(key, field);
  }
}
/** Longer words first: サポート終了日 is found before 終了日. */
const WORDS = [...FIELD_BY_HEADING].filter(([word]) => word.length >= 2).sort(byLength);

function byLength(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return b[0].length - a[0].length;
}

/** The field that a heading names: exactly, or as part of a longer heading. */
export function fieldOfHeading(
  heading: string,
): { readonly field: ComputerField; readonly confidence: 'certain' | 'likely' } | undefined {
  const key = normaliseHeading(heading);
  if (key === '') return undefined;
  const exact = FIELD_BY_HEADING.get(key);
  if (exact) return { field: exact, confidence: 'certain' };
  // A Latin word inside another word says nothing (`description` holds `ip`): kana and kanji only.
  const part = WORDS.find(([word]) => /[^\u0020-\u007e]/u.test(word) && key.includes(word));
  return part ? { field: part[1], confidence: 'likely' } : undefined;
}

/**
 * Finds the row of headings: spreadsheets often begin with a title.
 *
 * In     the first rows of the table
 * Out    position of the row with most known headings among the first 20 (at least two of them),
 *        else 0: the first row
 */
export function findHeadingRow(rows: readonly TableRow[]): number {
  let [best, bestCount] = [0, 1];
  rows.slice(0, HEADING_ROWS_MAX).forEach((row, index) => {
    const fields = row.cells.map((cell) => fieldOfHeading(cell)?.field);
    const count = new Set(fields.filter((field) => field !== undefined)).size;
    if (count > bestCount) [best, bestCount] = [index, count];
  });
  return best;
}

/** Same headings in the same order, same fingerprint: what was decided for them is remembered. */
export function headingFingerprint(headings: readonly string[]): string {
  const text = headings.map(normaliseHeading).join('\u001f');
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32);
}

/** Share of values that must look alike before a content says what a column holds. */
const CONTENT_SHARE = 0.7;

const CONTENT_TESTS: readonly (readonly [ComputerField, (text: string) => boolean])[] = [
  ['cpe', (text) => /^cpe:(2\.3:|\/)/iu.test(text)],
  ['purl', (text) => /^pkg:[a-z]/iu.test(text)],
  ['contactMail', (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(text)],
  ['addresses', (text) => text.split(/[\s,;]+/u).every((part) => isIP(part) !== 0)],
  ['prefecture', (text) => !/^\d+$/u.test(text) && readPrefecture(text).kind === 'value'],
  ['exposure', isExposureWord],
  ['version', (text) => /^v?(er\.? ?)?\d+(\.\d+){1,4}([a-z0-9._-]*)$/iu.test(text)],
  ['introduced', (text) => readDay(text).kind === 'value'],
  ['contactPhone', (text) => /^0\d{1,4}-\d{1,4}-\d{3,4}$/u.test(text)],
];

/** The field that a column's values look like, or undefined. */
export function fieldOfContent(values: readonly string[]): ComputerField | undefined {
  const texts = values.map(normaliseText).filter((text) => text !== '');
  if (texts.length < 2) return undefined;
  return CONTENT_TESTS.find(([, holds]) => {
    return texts.filter(holds).length / texts.length >= CONTENT_SHARE;
  })?.[0];
}

/**
 * Proposes what each column holds.
 *
 * In     headings; up to some hundred rows below them; the mapping remembered for these headings
 * Out    one proposal a column. A field is given to one column only: to the surest, then the first.
 *        `certain` the heading says so; `likely` part of it or the contents say so; `unsure` nothing
 */
export function proposeMapping(
  headings: readonly string[],
  rows: readonly TableRow[],
  remembered?: Mapping,
): readonly ColumnProposal[] {
  const columns = headings.map((heading, index) => {
    const values = rows.map((row) => row.cells[index] ?? '').filter((value) => value.trim() !== '');
    const named = remembered ? undefined : fieldOfHeading(heading);
    const content =
      remembered || named?.confidence === 'certain' ? undefined : fieldOfContent(values);
    const field = remembered ? remembered[index] : refineContact(named?.field ?? content, values);
    const rank = remembered ? 3 : named?.confidence === 'certain' ? 2 : field ? 1 : 0;
    return { heading: normaliseText(heading), index, values, field, rank };
  });
  const takenBy = new Map<ComputerField, number>();
  for (const column of [...columns].sort((a, b) => b.rank - a.rank || a.index - b.index)) {
    if (column.field && !takenBy.has(column.field)) takenBy.set(column.field, column.index);
  }
  return columns.map(({ heading, index, values, field, rank }) => {
    const samples = values.slice(0, SAMPLES_SHOWN).map(shortenSample);
    if (!field || takenBy.get(field) !== index) {
      return { index, heading, samples, confidence: 'unsure', remembered: false };
    }
    const confidence = rank >= 2 ? 'certain' : 'likely';
    return { index, heading, samples, field, confidence, remembered: rank === 3 };
  });
}

/** 連絡先 (contact) is a name in one list and a mail address or telephone number in the next. */
function refineContact(
  field: ComputerField | undefined,
  values: readonly string[],
): ComputerField | undefined {
  if (field !== 'contact') return field;
  const content = fieldOfContent(values);
  return content === 'contactMail' || content === 'contactPhone' ? content : field;
}

function shortenSample(value: string): string {
  const text = normaliseText(value);
  return text.length <= SAMPLE_CHARACTERS_MAX ? text : `${text.slice(0, SAMPLE_CHARACTERS_MAX)}…`;
}

/** The mapping that a list of proposals amounts to. */
export function mappingOf(columns: readonly ColumnProposal[]): Mapping {
  const mapping: Record<number, ComputerField> = {};
  for (const { index, field } of columns) if (field) mapping[index] = field;
  return mapping;
}
