// SPDX-License-Identifier: Apache-2.0
/** `sakimori report submit`, `status`, `export`: a report to the hub, how it stands, its forms. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readInstant, showTime } from '@sakimori/vocabulary';
import type { ReceiptReference, ReportDetail, Text } from '@sakimori/vocabulary/wire';
import type { Command } from 'commander';
import { ask, CommandStop, EXIT } from './hub-client.ts';
import type { ReportSurroundings } from './report.ts';
import { FileRefused, parseJson, readFileText, sayRefusal } from './report-files.ts';

type Language = 'ja' | 'en';

interface HubOptions {
  readonly hub?: string;
  readonly json?: boolean;
  readonly language?: string;
}

export interface SubmitOptions extends HubOptions {
  readonly acceptDataUse?: boolean;
  readonly organisation?: string;
  readonly to?: string;
  readonly key?: string;
}

export interface ExportOptions extends HubOptions {
  readonly format: string;
  readonly addressee?: string;
  readonly output?: string;
}

const FORMATS = ['pdf', 'csv', 'json'];

/** Adds `report submit`, `report status` and `report export`. */
export function addReportSubmit(
  report: Command,
  surroundings: ReportSurroundings,
  exit: (code: number) => void,
): void {
  report
    .command('submit')
    .description('submit a record (spec/report) to the hub; sending it again changes nothing')
    .argument('<file>', 'the record, or - for standard input')
    .option('--accept-data-use', 'accept what each addressee may use its copy for')
    .option('--organisation <id>', 'whose report it is (default: yours)')
    .option('--to <report>', 'a follow-up or final report to this report')
    .option('--key <key>', 'idempotency key (default: made from the record)')
    .option('--hub <url>', 'address of the hub')
    .option('--language <language>', 'ja or en', 'en')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: SubmitOptions) =>
      exit(await runReportSubmit(file, options, surroundings)),
    );
  report
    .command('status')
    .description('how a report stands: each addressee, its clocks, what waits for you')
    .argument('<id>', 'the report')
    .option('--hub <url>', 'address of the hub')
    .option('--language <language>', 'ja or en', 'en')
    .option('--json', 'one JSON document')
    .action(async (id: string, options: HubOptions) =>
      exit(await runReportStatus(id, options, surroundings)),
    );
  report
    .command('export')
    .description('the form of a report: pdf, csv or json')
    .argument('<id>', 'the report')
    .option('--format <format>', FORMATS.join(', '), 'pdf')
    .option('--addressee <id>', 'form of this addressee (default: the common form)')
    .option('--output <file>', 'file to write (default: standard output)')
    .option('--language <language>', 'ja or en', 'ja')
    .option('--hub <url>', 'address of the hub')
    .action(async (id: string, options: ExportOptions) =>
      exit(await runReportExport(id, options, surroundings)),
    );
}

/**
 * Submits one record.
 *
 * In     path or `-`: one JSON document
 * Out    exit code; what followed on standard output. Throws CommandStop: 2 bad input with the
 *        fields, 3 refused, 4 the hub cannot be reached (send again: nothing is taken twice)
 */
export async function runReportSubmit(
  file: string,
  options: SubmitOptions,
  { streams, place }: ReportSurroundings,
): Promise<number> {
  const language = languageOf(options);
  let record: unknown;
  try {
    record = parseJson(basename(file), await readFileText(file, streams.stdin));
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    for (const refusal of error.refusals) streams.stderr.write(sayRefusal(refusal));
    return EXIT.badInput;
  }
  const path = options.to
    ? `/api/v1/reports/${encodeURIComponent(options.to)}/supplements`
    : '/api/v1/reports';
  const answer = await ask(place(options.hub), path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': options.key ?? keyOf(record, options.to),
    },
    body: JSON.stringify({
      record,
      ...(!options.to && { acceptDataUse: options.acceptDataUse === true }),
      ...(options.organisation && { organisation: options.organisation }),
    }),
  });
  const detail = (await answer.json()) as ReportDetail;
  streams.stdout.write(options.json ? `${JSON.stringify(detail)}\n` : sayReport(detail, language));
  return EXIT.done;
}

/** The same record is the same act, however often it is sent: a retry needs no thought at 3 a.m. */
function keyOf(record: unknown, to: string | undefined): string {
  const content = JSON.stringify([to ?? null, record]);
  return `file-${createHash('sha256').update(content).digest('base64url')}`;
}

/** Out: exit code 0; 1 when a clock is overdue or a message waits for an answer. */
export async function runReportStatus(
  id: string,
  options: HubOptions,
  { streams, place }: ReportSurroundings,
): Promise<number> {
  const language = languageOf(options);
  const answer = await ask(place(options.hub), `/api/v1/reports/${encodeURIComponent(id)}`);
  const detail = (await answer.json()) as ReportDetail;
  streams.stdout.write(options.json ? `${JSON.stringify(detail)}\n` : sayReport(detail, language));
  return detail.overdue > 0 || detail.unanswered > 0 ? EXIT.findings : EXIT.done;
}

/** Writes the form as the hub gives it. Out: exit code. Throws CommandStop. */
export async function runReportExport(
  id: string,
  options: ExportOptions,
  { streams, place }: ReportSurroundings,
): Promise<number> {
  if (!FORMATS.includes(options.format)) {
    throw new CommandStop(EXIT.badInput, `--format: expected ${FORMATS.join(', ')}`);
  }
  const query = new URLSearchParams({ format: options.format, language: languageOf(options) });
  if (options.addressee) query.set('addressee', options.addressee);
  const path = `/api/v1/reports/${encodeURIComponent(id)}/form?${query}`;
  const answer = await ask(place(options.hub), path);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (!options.output || options.output === '-') {
    streams.stdout.write(bytes);
    return EXIT.done;
  }
  try {
    await writeFile(options.output, bytes, { flag: 'wx' });
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const expected = there ? 'a file that is not there yet' : 'a place that can be written';
    throw new CommandStop(EXIT.badInput, `--output: expected ${expected}.`);
  }
  streams.stderr.write(`${options.output}: ${bytes.length} bytes\n`);
  return EXIT.done;
}

function languageOf({ language = 'en' }: HubOptions): Language {
  if (language === 'ja' || language === 'en') return language;
  throw new CommandStop(EXIT.badInput, '--language: expected ja or en');
}

const WORDS = {
  ja: {
    next: '次の期限',
    overdue: '期限超過',
    unanswered: '返答待ち',
    receipt: '受領証',
    outside: '（この基盤の外：期限だけを管理）',
    promptly: '速やかに（日数の定めなし）',
    done: '提出済み',
    unverified: '原典未照合',
    states: { delivered: '到達', read: '閲覧', accepted: '受理', returned: '返戻' },
    stages: { first: '速報', second: '続報', final: '確報', 'follow-up': '続報' },
  },
  en: {
    next: 'next',
    overdue: 'overdue',
    unanswered: 'waiting for your answer',
    receipt: 'receipt',
    outside: '(outside of this instance: only tracked)',
    promptly: 'promptly (no number of days)',
    done: 'submitted',
    unverified: 'not yet compared with the primary text',
    states: { delivered: 'delivered', read: 'read', accepted: 'accepted', returned: 'returned' },
    stages: { first: 'first', second: 'second', final: 'final', 'follow-up': 'follow-up' },
  },
} as const;

/** A report as a person reads it in a terminal: whom it reached, what is due when. */
function sayReport(detail: ReportDetail, language: Language): string {
  const words = WORDS[language];
  const lines = [
    `${detail.id}  ${detail.kind}  ${words.stages[detail.stage]}  ${plain(detail.title)}`,
  ];
  if (detail.receipt) lines.push(`${words.receipt}: ${placeOf(detail.receipt)}`);
  if (detail.overdue > 0) lines.push(`${words.overdue}: ${detail.overdue}`);
  if (detail.unanswered > 0) lines.push(`${words.unanswered}: ${detail.unanswered}`);
  for (const duty of detail.duties.filter(
    ({ applies, deliveries }) => applies || deliveries.length > 0,
  )) {
    const name = (text: Text) => text[language];
    const last = duty.deliveries.at(-1);
    const state = last ? words.states[last.state] : duty.desk ? '-' : words.outside;
    const flag = duty.verified ? '' : `  [${words.unverified}]`;
    lines.push(`- ${name(duty.addresseeName)}: ${state}${flag}`);
    for (const clock of duty.clocks) {
      const due = clock.due === undefined ? words.promptly : jst(clock.due, language);
      const how = clock.state === 'done' ? words.done : due;
      const late = clock.state === 'overdue' ? `  ${words.overdue}` : '';
      lines.push(`    ${words.stages[clock.stage]}: ${how}${late}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const placeOf = ({ log, index }: ReceiptReference): string => `${log}/${index}`;

function jst(instant: string, language: Language): string {
  const ms = readInstant(instant);
  return ms === undefined ? instant : showTime(ms, language);
}

/** A title is somebody's text: nothing in it may steer the terminal. */
const plain = (title: string): string => title.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd').slice(0, 200);
