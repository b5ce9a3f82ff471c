// SPDX-License-Identifier: Apache-2.0
/** `sakimori report validate`: whether a record can be taken, and what is wrong with it. */
import { readOrganisation, readRecord } from '@sakimori/report/engine';
import type { Command } from 'commander';
import { EXIT } from './hub-client.ts';
import type { ReportSurroundings } from './report.ts';
import {
  type FileRefusal,
  FileRefused,
  parseJson,
  placeRefusals,
  readFileText,
  sayRefusal,
} from './report-files.ts';

export interface ValidateOptions {
  readonly organisation?: boolean;
  readonly json?: boolean;
}

/** Adds `report validate`. */
export function addReportValidate(
  report: Command,
  surroundings: ReportSurroundings,
  exit: (code: number) => void,
): void {
  report
    .command('validate')
    .description('check a record (JSON, or one a line) without a hub')
    .argument('<file>', 'the record, or - for standard input')
    .option('--organisation', 'the file holds the facts of an organisation')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: ValidateOptions) =>
      exit(await runReportValidate(file, options, surroundings)),
    );
}

/**
 * Checks records.
 *
 * In     path or `-`: one document, an array of them, or one a line (NDJSON)
 * Out    exit code 0 when all can be taken, else 2 with line, field and what is expected instead
 * Never  prints a value of the file
 */
export async function runReportValidate(
  file: string,
  options: ValidateOptions,
  { streams }: Pick<ReportSurroundings, 'streams'>,
): Promise<number> {
  let records = 0;
  let refusals: readonly FileRefusal[];
  try {
    const text = await readFileText(file, streams.stdin);
    const read = options.organisation ? readOrganisation : readRecord;
    ({ records, refusals } = check(file, text, read));
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    refusals = error.refusals;
  }
  const valid = refusals.length === 0;
  if (options.json) {
    streams.stdout.write(`${JSON.stringify({ valid, records, refusals }, null, 2)}\n`);
  } else if (valid) {
    streams.stdout.write(
      `${file}: ${records} ${records === 1 ? 'record' : 'records'}, all valid\n`,
    );
  }
  if (!options.json) for (const refusal of refusals) streams.stderr.write(sayRefusal(refusal));
  return valid ? EXIT.done : EXIT.badInput;
}

type Read = typeof readRecord | typeof readOrganisation;

function check(file: string, text: string, read: Read) {
  const lines = text.split('\n');
  const filled = lines.flatMap((line, index) => (line.trim() === '' ? [] : [{ line, index }]));
  const refusals: FileRefusal[] = [];
  const one = (value: unknown, source: string, firstLine: number, prefix = '') => {
    const refused = (read(value).refusals ?? []).map(({ field, expected }) => ({
      field: `${prefix}${field}`,
      expected,
    }));
    refusals.push(...placeRefusals(file, source, refused, firstLine));
  };
  // Several lines that are documents by themselves are one record a line.
  if (filled.length > 1 && isDocument(filled[0]!.line)) {
    for (const { line, index } of filled) {
      try {
        one(parseJson(file, line, index + 1), line, index + 1);
      } catch (error) {
        if (!(error instanceof FileRefused)) throw error;
        refusals.push(...error.refusals);
      }
    }
    return { records: filled.length, refusals };
  }
  const value = parseJson(file, text);
  if (!Array.isArray(value)) {
    one(value, text, 1);
    return { records: 1, refusals };
  }
  value.forEach((item, index) => {
    one(item, text, 1, `${index}.`);
  });
  return { records: value.length, refusals };
}

function isDocument(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
