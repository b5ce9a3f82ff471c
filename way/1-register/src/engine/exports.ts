// SPDX-License-Identifier: Apache-2.0
/** The register as a table again: safe to open in a spreadsheet program. */
import type { ComputerValues } from './computers.ts';
import { COMPUTER_FIELD_NAMES, fieldOf } from './fields.ts';

/**
 * One cell of CSV.
 *
 * Never  lets a value begin a formula: `=`, `+`, `-`, `@`, tab and line breaks at the start get an
 *        apostrophe, which spreadsheet programs do not show (OWASP, CSV injection)
 */
export function exportCell(value: string): string {
  const text = /^[=+\-@\t\r\n＝＋－＠]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV lines with headings in the person's language; UTF-8 with byte order mark for spreadsheets. */
export function* exportTable(
  computers: Iterable<ComputerValues>,
  language: 'ja' | 'en',
): Generator<string> {
  const headings = COMPUTER_FIELD_NAMES.map((field) => fieldOf(field)[language]);
  yield `\ufeff${headings.map(exportCell).join(',')}\r\n`;
  for (const values of computers) {
    const cells = COMPUTER_FIELD_NAMES.map((field) => exportCell(values[field] ?? ''));
    yield `${cells.join(',')}\r\n`;
  }
}
