// SPDX-License-Identifier: Apache-2.0
/** `sakimori report obligations`: who must be told of an incident, why, and until when; no hub. */
import { ruleAt } from '@sakimori/law';
import {
  findObligations,
  type Obligation,
  type ReadResult,
  type ReportProgress,
  readOrganisation,
  readRecord,
  type Stage,
} from '@sakimori/report/engine';
import { type Language, readInstant } from '@sakimori/vocabulary';
import type { Command } from 'commander';
import { EXIT } from './hub-client.ts';
import type { ReportSurroundings } from './report.ts';
import { FileRefused, parseJson, placeRefusals, readFileText, sayRefusal } from './report-files.ts';
import { showObligations, stagesUpTo } from './report-obligations-table.ts';

export interface ObligationsOptions {
  readonly organisationFile: string;
  readonly at?: string;
  readonly firstReport?: string;
  readonly secondReport?: string;
  readonly json?: boolean;
  readonly language?: string;
}

/** Adds `report obligations`. */
export function addReportObligations(
  report: Command,
  surroundings: ReportSurroundings,
  exit: (code: number) => void,
): void {
  report
    .command('obligations')
    .description('who must be told of an incident, why, and until when; without a hub')
    .argument('<file>', 'the record (JSON), or - for standard input')
    .requiredOption('--organisation-file <file>', 'facts of the organisation (JSON)')
    .option('--at <instant>', 'take the rules in force at this instant (default: now)')
    .option('--first-report <instant>', 'when the first report was submitted')
    .option('--second-report <instant>', 'when the second report was submitted')
    .option('--json', 'one JSON document')
    .option('--language <ja|en>', 'language of the texts', 'en')
    .action(async (file: string, options: ObligationsOptions) =>
      exit(await runReportObligations(file, options, surroundings)),
    );
}

/**
 * Works out the duties of one record.
 *
 * In     path of the record or `-`; path of the organisation's facts; instants (RFC 3339)
 * Out    exit code 0, every rule on standard output; 2 with file, line, field and what is expected
 * Never  prints a value that it refused, or any value of the record
 */
export async function runReportObligations(
  file: string,
  options: ObligationsOptions,
  { streams, now }: Pick<ReportSurroundings, 'streams' | 'now'>,
): Promise<number> {
  const language: Language = options.language === 'ja' ? 'ja' : 'en';
  try {
    if (file === '-' && options.organisationFile === '-') {
      throw refused('--organisation-file', 'a file: standard input is the record already');
    }
    const atMs = options.at === undefined ? now() : readOption('--at', options.at);
    const progress = readProgress(options);
    const record = await readOne(file, streams.stdin, readRecord);
    const organisation = await readOne(options.organisationFile, streams.stdin, readOrganisation);
    const found = find(() => findObligations(record, organisation, ruleAt, atMs, progress));
    streams.stdout.write(
      options.json
        ? `${JSON.stringify(
            found.map((one) => viewOf(one, record.stage, language)),
            null,
            2,
          )}\n`
        : showObligations(found, record.stage, language),
    );
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    for (const refusal of error.refusals) streams.stderr.write(sayRefusal(refusal));
    return EXIT.badInput;
  }
}

function refused(file: string, expected: string): FileRefused {
  return new FileRefused([{ file, expected }]);
}

function readOption(name: string, text: string): number {
  const ms = readInstant(text);
  if (ms === undefined) throw refused(name, 'an instant such as 2026-11-21T09:30:00+09:00');
  return ms;
}

function readProgress({ firstReport, secondReport }: ObligationsOptions): ReportProgress {
  if (firstReport !== undefined) readOption('--first-report', firstReport);
  if (secondReport !== undefined) readOption('--second-report', secondReport);
  return {
    submitted: {
      '*': {
        ...(firstReport !== undefined && { first: firstReport }),
        ...(secondReport !== undefined && { second: secondReport }),
      },
    },
  };
}

async function readOne<T>(
  file: string,
  stdin: ReportSurroundings['streams']['stdin'],
  read: (value: unknown) => ReadResult<T>,
): Promise<T> {
  const text = await readFileText(file, stdin);
  const result = read(parseJson(file, text));
  if (result.refusals) throw new FileRefused(placeRefusals(file, text, result.refusals));
  return result.value;
}

/** An instant before the first rule is bad input, not a fault. */
function find<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if ((error as { code?: string }).code !== 'LAW_NO_RULE_THEN') throw error;
    throw refused('--at', 'an instant at which rules of reporting are known (see law/data)');
  }
}

/** The answer in one language; `missing` is for the record's own stage, `missingLater` for others. */
function viewOf(one: Obligation, stage: Stage, language: Language) {
  const now = stagesUpTo(stage);
  const fields = (wanted: boolean) =>
    one.missing.filter((item) => now.includes(item.stage) === wanted).map(({ field }) => field);
  return {
    addressee: one.addressee,
    clause: one.clause,
    applies: one.applies,
    why: one.why[language],
    firstDue: one.firstDue,
    finalDue: one.finalDue,
    missing: fields(true),
    verified: one.verified,
    decision: one.decision,
    nature: one.nature,
    rule: one.rule,
    addresseeName: one.addresseeName[language],
    dependsOn: one.dependsOn,
    clocks: one.clocks.map((clock) => ({
      ...clock,
      words: clock.words[language],
      why: clock.why[language],
      readings: clock.readings.map(({ due, why }) => ({ due, why: why[language] })),
    })),
    missingLater: fields(false),
    source: one.source,
    note: one.note,
  };
}
