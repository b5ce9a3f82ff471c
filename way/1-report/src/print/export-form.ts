// SPDX-License-Identifier: Apache-2.0
/** A form as a file: PDF for people, CSV for spreadsheets, JSON for programs. */
import type { FormBlock, Text } from '@sakimori/vocabulary/wire';
import type { RecordPart } from '../engine/forms/projection.ts';
import { type FormLanguage, HEAD_TITLE, headRows, type PrintableForm } from './form-head.ts';
import { printForm } from './print-form.ts';

export const FORM_FORMATS = ['pdf', 'csv', 'json'] as const;
export type FormFormat = (typeof FORM_FORMATS)[number];

export interface ExportableForm extends PrintableForm {
  /** The record or the part of it that the copy holds; only the JSON export has it. */
  readonly record?: RecordPart;
}

export interface ExportedForm {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** ASCII letters, digits, hyphen, underscore and dot only. */
  readonly fileName: string;
}

const MEDIA_TYPES: Readonly<Record<FormFormat, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
};

/**
 * A form in one of the formats.
 *
 * In     format; head, blocks and, for JSON, the record; language (JSON has both)
 * Out    the bytes with their media type and a file name
 * Never  lets a cell of the CSV begin a formula; reads a clock
 */
export async function exportForm(
  format: FormFormat,
  form: ExportableForm,
  language: FormLanguage,
): Promise<ExportedForm> {
  const { report, stage, position } = form.head;
  const name = `${report}-${position}-${stage}`.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 120);
  return {
    bytes: await bytesOf(format, form, language),
    mediaType: MEDIA_TYPES[format],
    fileName: `${name}.${format}`,
  };
}

async function bytesOf(
  format: FormFormat,
  form: ExportableForm,
  language: FormLanguage,
): Promise<Uint8Array> {
  switch (format) {
    case 'pdf':
      return await printForm(form, language);
    case 'csv':
      return new TextEncoder().encode(csvOf(form, language));
    case 'json':
      return new TextEncoder().encode(`${JSON.stringify(jsonOf(form), undefined, 2)}\n`);
  }
}

function jsonOf({ head, blocks, record }: ExportableForm) {
  return { format: 'sakimori-form/1', head, blocks, ...(record && { record }) };
}

const HEADINGS: Readonly<Record<FormLanguage, readonly string[]>> = {
  ja: ['区分', '項目', '内容', '状態', '項目の番号'],
  en: ['Block', 'Item', 'Content', 'State', 'Field'],
};
const STATES = {
  told: { ja: '記入', en: 'told' },
  unknown: { ja: '調査中', en: 'under investigation' },
  absent: { ja: '記入なし', en: 'not told' },
} as const satisfies Record<string, Text>;

function csvOf({ head, blocks }: ExportableForm, language: FormLanguage): string {
  const rows: string[][] = [
    [...HEADINGS[language]],
    ...headRows(head).map(({ field, label, value }) => [
      HEAD_TITLE[language],
      label[language],
      value[language],
      STATES.told[language],
      field,
    ]),
    ...blocks.flatMap(({ title, rows: fields }) =>
      fields.map((row) => [
        title[language],
        row.label[language],
        row.value?.[language] ?? '',
        STATES[stateOf(row)][language],
        row.field,
      ]),
    ),
  ];
  return `\ufeff${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

function stateOf({ value, unknown }: FormBlock['rows'][number]): keyof typeof STATES {
  if (unknown) return 'unknown';
  return value === undefined ? 'absent' : 'told';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/**
 * One cell of CSV (OWASP, CSV injection): what would begin a formula, also behind spaces or a
 * control that a program drops, gets an apostrophe, which spreadsheet programs do not show.
 */
export function csvCell(value: string): string {
  const plain = value.toWellFormed().replace(CONTROLS, '\ufffd');
  const text =
    /^[\s\ufffd\p{Cf}]*[=+\-@＝＋－＠]/u.test(plain) || /^[\t\r\n]/.test(plain)
      ? `'${plain}`
      : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
