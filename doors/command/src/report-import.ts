// SPDX-License-Identifier: Apache-2.0
/** `sakimori report import`, `sakimori report read`: foreign formats, with or without a hub. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline, type Readable, Transform, type Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ruleAt } from '@sakimori/law';
import {
  type FieldRefusal,
  findObligations,
  liftIndicators,
  type Obligation,
  READ_LIMITS,
  REPORT_FORMATS,
  type ReadItem,
  type ReadReport,
  type ReportFormat,
  type ReportingOrganisation,
  readOrganisation,
  readReports,
} from '@sakimori/report/engine';
import { readInstant } from '@sakimori/vocabulary';
import type { Command } from 'commander';
import { ask, CommandStop, EXIT, type HubPlace } from './hub-client.ts';

/** What the command needs from outside, so that a test can hold it. */
export interface ReportImportSurroundings {
  readonly streams: {
    readonly stdin: Readable;
    readonly stdout: Writable;
    readonly stderr: Writable;
  };
  readonly place: (hub: string | undefined) => HubPlace;
  /** UTC milliseconds. */
  readonly now: () => number;
}

export interface ReportImportOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly at?: string;
  readonly awareAt?: string;
  readonly organisationFile?: string;
  readonly organisation?: string;
  readonly acceptDataUse?: boolean;
  readonly hub?: string;
}

/** Whom a record has to be told, as short as a list of a thousand records needs it. */
interface DutyLine {
  readonly rule: string;
  readonly addressee: string;
  readonly clause: string;
  readonly applies: boolean;
  readonly decision: Obligation['decision'];
  readonly nature: Obligation['nature'];
  readonly firstDue: string | null;
  readonly finalDue: string | null;
  readonly verified: boolean;
}

/** Adds `report import` and `report read` to the `report` command. */
export function addReportImport(
  report: Command,
  surroundings: ReportImportSurroundings,
  exit: (code: number) => void,
): void {
  report
    .command('import')
    .description('take many reports in; exit 1 when some were refused')
    .argument('<format>', `${REPORT_FORMATS.join(', ')} or auto`)
    .argument('<file>', 'file (.gz too), or - for standard input')
    .option('--dry-run', 'needs no hub: what each would become, and whom it has to be told')
    .option('--json', 'one JSON document a line')
    .option('--at <instant>', 'dry run: rules of law in force then (default: now)')
    .option('--aware-at <instant>', 'dry run: as if each were noticed then (old cases, exercises)')
    .option('--organisation-file <file>', 'dry run: facts of the organisation, for all records')
    .option('--organisation <id>', 'whose reports they are (default: yours)')
    .option('--accept-data-use', 'accept what the reports may be used for')
    .option('--hub <url>', 'address of the hub')
    .action(async (format: string, file: string, options: ReportImportOptions) =>
      exit(await runReportImport(format, file, options, surroundings)),
    );
  report
    .command('read')
    .description('show what a file would become as drafts; needs no hub')
    .argument('<file>', 'file (.gz too), or - for standard input')
    .option('--format <format>', `${REPORT_FORMATS.join(', ')} or auto`, 'auto')
    .option('--json', 'one JSON document a line')
    .action(async (file: string, options: { format: string; json?: boolean }) =>
      exit(await runReportRead(options.format, file, options, surroundings)),
    );
}

/**
 * Imports a file, or says what the import would be.
 *
 * In     format, file or `-`, options
 * Out    exit code: 0 all taken, 1 some refused. Standard output: a line for each record, then the
 *        total. Throws CommandStop: 2 bad input, 3 refused, 4 the hub cannot be reached
 * Never  needs a hub or changes anything with --dry-run; prints a refused value
 */
export async function runReportImport(
  format: string,
  file: string,
  options: ReportImportOptions,
  surroundings: ReportImportSurroundings,
): Promise<number> {
  const chosen = checkFormat(format);
  const bytes = await openInput(file, surroundings.streams.stdin);
  return options.dryRun
    ? dryRun(chosen, bytes, options, surroundings)
    : sendToHub(chosen, bytes, options, surroundings);
}

function checkFormat(format: string): ReportFormat | 'auto' {
  const known: readonly string[] = ['auto', ...REPORT_FORMATS];
  if (known.includes(format)) return format as ReportFormat | 'auto';
  throw new CommandStop(EXIT.badInput, `format: expected one of ${known.join(', ')}`);
}

async function dryRun(
  format: ReportFormat | 'auto',
  bytes: AsyncIterable<Uint8Array>,
  options: ReportImportOptions,
  { streams: { stdout }, now }: ReportImportSurroundings,
): Promise<number> {
  const atMs = instantOf('--at', options.at) ?? now();
  instantOf('--aware-at', options.awareAt);
  const given = options.organisationFile && (await organisationIn(options.organisationFile));
  const byKind: Record<string, number> = {};
  const total = { records: 0, accepted: 0, refused: 0 };
  const say = lineWriter(options, stdout);
  for await (const item of readReports(format, bytes, { receivedAtMs: atMs })) {
    total.records += 1;
    if (item.refusal) total.refused += 1;
    else {
      total.accepted += 1;
      const { kind } = item.report.record;
      byKind[kind] = (byKind[kind] ?? 0) + 1;
    }
    const line = item.refusal
      ? refusedLine(item)
      : reportLine(item.report, given || undefined, atMs, options.awareAt);
    if (!(await say(line))) return EXIT.done;
  }
  await say({ total: { ...total, byKind } });
  return total.refused > 0 ? EXIT.findings : EXIT.done;
}

function instantOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = readInstant(text);
  if (ms !== undefined) return ms;
  throw new CommandStop(
    EXIT.badInput,
    `${option}: expected an instant such as 2026-11-21T09:30:00+09:00`,
  );
}

async function organisationIn(file: string): Promise<ReportingOrganisation> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new CommandStop(
      EXIT.badInput,
      '--organisation-file: expected a file with one JSON object',
    );
  }
  const reading = readOrganisation(value);
  if (reading.value) return reading.value;
  const lines = reading.refusals.map(
    ({ field, expected }: FieldRefusal) => `  ${field}: ${expected}`,
  );
  throw new CommandStop(EXIT.badInput, `--organisation-file:\n${lines.join('\n')}`);
}

function refusedLine({ refusal }: ReadItem & { refusal: object }): object {
  const { line, field, expected, text } = refusal as NonNullable<ReadItem['refusal']>;
  return { line, refused: { field, expected, reason: text } };
}

function reportLine(
  { line, record, proposal, texts, notes, organisation }: ReadReport,
  given: ReportingOrganisation | undefined,
  atMs: number,
  awareAt: string | undefined,
): object {
  const whose = given ?? organisation ?? readOrganisation({}).value!;
  const reckoned =
    awareAt === undefined ? record : { ...record, awareness: { ...record.awareness, at: awareAt } };
  const lifted = texts.flatMap(({ text }) => liftIndicators(text));
  const values = [...(record.indicators ?? []), ...lifted].map(
    ({ type, value }) => `${type} ${value}`,
  );
  return {
    line,
    ...(record.reference !== undefined && { reference: record.reference }),
    kind: record.kind,
    stage: record.stage,
    proposal,
    awareness: reckoned.awareness.at,
    ...(record.title !== undefined && { title: record.title }),
    organisation: { country: whose.country, sectors: whose.sectors, designated: whose.designated },
    indicators: new Set(values).size,
    ...(record.techniques && { techniques: record.techniques }),
    obligations: findObligations(reckoned, whose, ruleAt, atMs).map(dutyLine),
    notes,
  };
}

function dutyLine(duty: Obligation): DutyLine {
  const { rule, addressee, clause, applies, decision, nature, firstDue, finalDue, verified } = duty;
  return { rule, addressee, clause, applies, decision, nature, firstDue, finalDue, verified };
}

/** Shows the records themselves. Out: exit code 0, or 1 when some were refused. */
export async function runReportRead(
  format: string,
  file: string,
  options: { readonly json?: boolean },
  { streams: { stdin, stdout, stderr }, now }: ReportImportSurroundings,
): Promise<number> {
  const chosen = checkFormat(format);
  const bytes = await openInput(file, stdin);
  const say = lineWriter(options, stdout);
  let ignored = 0;
  let refused = 0;
  const onIgnored = (count: number) => {
    ignored += count;
  };
  for await (const item of readReports(chosen, bytes, { receivedAtMs: now(), onIgnored })) {
    if (item.refusal) refused += 1;
    if (!(await say(item.refusal ? refusedLine(item) : shown(item.report)))) return EXIT.done;
  }
  if (ignored > 0) stderr.write(`${ignored} documents are no report and were passed over.\n`);
  return refused > 0 ? EXIT.findings : EXIT.done;
}

function shown({ line, record, proposal, texts, attachments, notes }: ReadReport): object {
  return {
    line,
    proposal,
    record,
    lifted: texts.flatMap(({ field, text }) =>
      liftIndicators(text).map(({ type, defanged }) => ({ field, type, defanged })),
    ),
    attachments: attachments.map(({ name, type, bytes }) => ({ name, type, bytes: bytes.length })),
    notes,
  };
}

/** A line of the hub's answer, or its total. */
interface HubLine {
  readonly line?: number;
  readonly refused?: unknown;
  readonly total?: { readonly records: number; readonly refused: number };
}

const PROGRESS_EVERY = 100;

async function sendToHub(
  format: ReportFormat | 'auto',
  bytes: AsyncIterable<Uint8Array>,
  options: ReportImportOptions,
  { streams: { stdout, stderr }, place }: ReportImportSurroundings,
): Promise<number> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  const query = new URLSearchParams({
    format,
    acceptDataUse: String(options.acceptDataUse === true),
  });
  if (options.organisation) query.set('organisation', options.organisation);
  const answer = await ask(place(options.hub), `/api/v1/reports/import?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
    body: Buffer.concat(parts),
  });
  const say = lineWriter(options, stdout);
  let records = 0;
  let refused = 0;
  let isWhole = false;
  for await (const line of linesOf(answer)) {
    const found = JSON.parse(line) as HubLine;
    if (found.total) isWhole = true;
    else records += 1;
    if (found.refused) refused += 1;
    if (records % PROGRESS_EVERY === 0 && records > 0) stderr.write(`${records} reports\n`);
    // Sending goes on when nobody reads the answer any more.
    await say(found);
  }
  // A hub that stopped half-way leaves no total; every report may be sent again, none is doubled.
  if (!isWhole) {
    throw new CommandStop(
      EXIT.unavailable,
      `The answer ended after ${records} reports. Run the same command again: a report with a number is never taken twice.`,
    );
  }
  return refused > 0 ? EXIT.findings : EXIT.done;
}

async function* linesOf(answer: Response): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  if (rest !== '') yield rest;
}

/** Writes lines no faster than they are read; false once nobody reads them (`| head`). */
function lineWriter(options: { readonly json?: boolean }, stdout: Writable) {
  let isOpen = true;
  const close = () => {
    isOpen = false;
  };
  stdout.once('error', close);
  return async (line: object): Promise<boolean> => {
    if (!isOpen) return false;
    const text = options.json ? JSON.stringify(line) : sentenceOf(line as ShownLine);
    if (stdout.write(`${text}\n`)) return true;
    await new Promise<void>((done) => {
      stdout.once('drain', done);
      stdout.once('error', () => done());
    });
    return isOpen;
  };
}

interface ShownLine {
  readonly line?: number;
  readonly reference?: string;
  readonly kind?: string;
  readonly title?: string;
  readonly report?: string;
  readonly record?: { readonly kind: string; readonly title?: string };
  readonly proposal?: string;
  readonly indicators?: number;
  readonly obligations?: readonly DutyLine[];
  readonly refused?: {
    readonly field?: string;
    readonly expected?: string;
    readonly code?: string;
  };
  readonly total?: Readonly<Record<string, unknown>>;
}

function sentenceOf(line: ShownLine): string {
  if (line.total) return `total: ${JSON.stringify(line.total)}`;
  if (line.refused) {
    const { field, expected, code } = line.refused;
    return `line ${line.line}: refused: ${code ?? `${field}: expected ${expected}`}`;
  }
  const what = line.kind ?? line.record?.kind ?? '';
  const title = line.title ?? line.record?.title ?? line.report ?? line.reference ?? '';
  return `line ${line.line}: ${what}: ${title}${dutyWords(line.obligations ?? [])}`;
}

function dutyWords(obligations: readonly DutyLine[]): string {
  const due = obligations.filter(({ applies }) => applies);
  const duties = due.filter(({ nature }) => nature === 'duty');
  const may = due.length - duties.length;
  const words = duties.map(
    ({ addressee, decision, firstDue }) =>
      `${addressee}${firstDue ? ` by ${firstDue}` : ''}${decision === 'yes' ? '' : ' (to be decided)'}`,
  );
  return [
    ...(words.length > 0 ? [`\n  duty: ${words.join(', ')}`] : []),
    ...(may > 0 ? [`\n  may be told: ${may} more`] : []),
  ].join('');
}

/** Bytes of a file or of standard input, inflated when they are gzip, bounded. */
async function openInput(file: string, stdin: Readable): Promise<AsyncIterable<Uint8Array>> {
  const source = file === '-' ? stdin : createReadStream(file);
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let first: IteratorResult<Uint8Array>;
  try {
    first = await chunks.next();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CommandStop(EXIT.badInput, `file: cannot be read (${code}).`);
  }
  const head = first.done ? new Uint8Array(0) : first.value;
  const whole = (async function* () {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  })();
  return head[0] === 0x1f && head[1] === 0x8b ? inflate(whole) : whole;
}

async function* inflate(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  let size = 0;
  // A bomb is stopped here; the readers have their own bounds.
  const bound = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      done(size > READ_LIMITS.fileBytesMax + 1 ? new Error('too large') : null, chunk);
    },
  });
  // The loop below sees every error; the callback only has to exist.
  pipeline(chunks, unzip, bound, () => {});
  try {
    for await (const chunk of bound) yield chunk as Uint8Array;
  } catch {
    throw new CommandStop(
      EXIT.badInput,
      `file: damaged gzip, or larger than ${READ_LIMITS.fileBytesMax} bytes.`,
    );
  }
}
