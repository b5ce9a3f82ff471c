// SPDX-License-Identifier: Apache-2.0
/** `sakimori register import`: a list into the register of an organisation, or a dry run of it. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import {
  findFileKind,
  inspectTable,
  labelOf,
  readSbom,
  readTableRows,
  SBOM_LIMITS,
} from '@sakimori/register/engine';
import type { ImportView, Problem, Text } from '@sakimori/vocabulary/wire';
import type { Command } from 'commander';
import type { HubPlace } from './hub-client.ts';

export interface ImportStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export interface ImportOptions {
  readonly organisation?: string;
  readonly dryRun?: boolean;
  readonly hub?: string;
  readonly json?: boolean;
  readonly language?: string;
}

/** What the command needs from outside, so that a test can hold it. */
export interface ImportSurroundings {
  readonly streams: ImportStreams;
  /** Where the hub is and who we are. */
  readonly place: (hub: string | undefined) => HubPlace;
  readonly fetch: typeof fetch;
}

/** What a run found: the same shape with and without a hub. */
export interface ImportReport {
  readonly file: string;
  readonly kind: string;
  readonly state: 'dry-run' | 'applied';
  readonly import?: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly columns: readonly { readonly heading: string; readonly field: string | null }[];
  readonly refusals: readonly {
    readonly line: number;
    readonly field?: string;
    readonly text: Text;
  }[];
  readonly questions: readonly {
    readonly text: Text;
    readonly lines: readonly number[];
    readonly candidates: readonly string[];
  }[];
  readonly receipt?: { readonly log: string; readonly index: number };
}

const DONE = 0;
const FINDINGS = 1;
const BAD_INPUT = 2;
const REFUSED = 3;
const UNAVAILABLE = 4;

/** Ends a run with a message and a code. */
class Stop extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Adds `register import` to the command line. */
export function addRegisterCommand(
  program: Command,
  surroundings: ImportSurroundings,
  exit: (code: number) => void,
): void {
  program
    .command('register')
    .description('the register of specified computers')
    .command('import')
    .description('import a list (CSV, TSV, .xlsx; any headings; also .gz), or look at an SBOM')
    .argument('<file>', 'the list, or - for standard input')
    .option('--organisation <id>', 'whose register')
    .option('--dry-run', 'change nothing; without --organisation also without a hub')
    .option('--hub <url>', 'address of the hub')
    .option('--json', 'one JSON document')
    .option('--language <ja|en>', 'language of the messages', 'en')
    .action(async (file: string, options: ImportOptions) =>
      exit(await runRegisterImport(file, options, surroundings)),
    );
}

/**
 * Imports a list.
 *
 * In     path or `-`; options; SAKIMORI_TOKEN where the hub asks for one
 * Out    exit code: 0 all rows taken, 1 rows refused or questions open (the rest was taken), 2 bad
 *        input, 3 refused by the hub, 4 the hub cannot be reached; report on standard output
 * Never  prints a refused value; changes anything with --dry-run
 */
export async function runRegisterImport(
  file: string,
  options: ImportOptions,
  surroundings: ImportSurroundings,
): Promise<number> {
  const { streams } = surroundings;
  try {
    if (!options.organisation && !options.dryRun) {
      throw new Stop(BAD_INPUT, 'Say whose register it is: --organisation ID (or use --dry-run).');
    }
    const bytes = await readInput(file, streams.stdin);
    const name = file === '-' ? 'standard-input' : basename(file);
    const report = options.organisation
      ? await importByHub(name, bytes, options, surroundings)
      : await dryRun(name, bytes);
    write(report, options, streams.stdout);
    const { refused = 0, questions = 0 } = report.counts;
    return refused > 0 || questions > 0 ? FINDINGS : DONE;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    streams.stderr.write(`${error.message}\n`);
    return error.code;
  }
}

async function readInput(file: string, stdin: Readable): Promise<Uint8Array> {
  const tooLarge = () => new Stop(BAD_INPUT, `${file}: at most ${SBOM_LIMITS.bytesMax} bytes.`);
  if (file !== '-') {
    try {
      if ((await stat(file)).size > SBOM_LIMITS.bytesMax) throw tooLarge();
      return await readFile(file);
    } catch (error) {
      if (error instanceof Stop) throw error;
      const { code } = error as NodeJS.ErrnoException;
      throw new Stop(BAD_INPUT, `${file}: cannot be read (${code ?? 'unknown'}).`);
    }
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stdin as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > SBOM_LIMITS.bytesMax) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/**
 * Looks at a file without a hub: what would be read, what is refused, what would be asked.
 *
 * In     name (shown), bytes, also gzip
 * Out    the report; everything in it would be new, since no register is there to compare with
 * Throws Stop with exit code 2 when the file as a whole cannot be read
 */
export async function dryRun(name: string, given: Uint8Array): Promise<ImportReport> {
  const bytes = unpack(name, given);
  const kind = findFileKind(bytes);
  if (kind === 'old-workbook') {
    throw new Stop(BAD_INPUT, `${name}: save it as .xlsx or "CSV UTF-8", without a password.`);
  }
  if (kind !== 'table' && kind !== 'workbook') return dryRunSbom(name, bytes);
  const inspected = await inspectTable(bytes);
  if (!inspected.ok) {
    throw new Stop(BAD_INPUT, `${name}: not a list that can be read (${inspected.fault}).`);
  }
  const { form, headings, headingLine, columns, mapping } = inspected.inspection;
  const reading = await readTableRows(bytes, headingLine, headings.length, mapping);
  if (reading.fault) throw new Stop(BAD_INPUT, `${name}: cannot be read (${reading.fault}).`);
  return {
    file: name,
    kind: `${form.format}, ${form.encoding}`,
    state: 'dry-run',
    counts: {
      rows: reading.rowCount,
      readable: reading.statements.length,
      refused: reading.refusedLines,
      questions: reading.questions.length,
    },
    columns: columns.map(({ heading, field }) => ({ heading, field: field ?? null })),
    refusals: reading.refusals.map(({ line, field, ja, en }) => ({
      line,
      ...(field && { field }),
      text: { ja, en },
    })),
    questions: reading.questions.map(({ ja, en, lines, candidates }) => ({
      text: { ja, en },
      lines,
      candidates: candidates.map(({ label }) => label),
    })),
  };
}

function unpack(name: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: SBOM_LIMITS.bytesMax });
  } catch {
    throw new Stop(BAD_INPUT, `${name}: damaged, or larger than ${SBOM_LIMITS.bytesMax} bytes.`);
  }
}

function dryRunSbom(name: string, bytes: Uint8Array): ImportReport {
  const reading = readSbom(bytes);
  if (!reading.ok) throw new Stop(BAD_INPUT, `${name}: not an SBOM (${reading.fault}).`);
  const { format, specVersion, components, cryptographicAssets, notes, noteCount, subject } =
    reading.document;
  const described = components.find(({ ref }) => ref === subject);
  return {
    file: name,
    kind: `${format} ${specVersion}`,
    state: 'dry-run',
    counts: {
      components: components.length,
      cryptographicAssets: cryptographicAssets.length,
      notes: noteCount,
    },
    columns: described ? [{ heading: labelOf({ product: described.name }), field: 'product' }] : [],
    refusals: notes.map(({ position, field, ja, en }) => ({
      line: position,
      ...(field && { field }),
      text: { ja, en },
    })),
    questions: [],
  };
}

async function importByHub(
  name: string,
  bytes: Uint8Array,
  options: ImportOptions,
  surroundings: ImportSurroundings,
): Promise<ImportReport> {
  const organisation = encodeURIComponent(options.organisation ?? '');
  const started = await call(
    surroundings,
    options,
    'POST',
    `organisations/${organisation}/imports`,
    {
      body: bytes,
      headers: {
        'content-type': 'application/octet-stream',
        'x-file-name': encodeURIComponent(name),
      },
    },
  );
  const path = `imports/${encodeURIComponent(started.id)}`;
  // The mapping as proposed: a program that wants another one uses the API.
  const columns = Object.fromEntries(
    started.columns.flatMap(({ index, field }) => (field ? [[String(index), field]] : [])),
  );
  const preview = await call(surroundings, options, 'PUT', `${path}/mapping`, json({ columns }));
  if (options.dryRun) return toReport(preview, preview, 'dry-run');
  const applied = await call(surroundings, options, 'POST', `${path}/apply`, {
    ...json({ skipRefused: true }),
    key: started.id,
  });
  return toReport(applied, preview, 'applied');
}

function json(body: unknown): CallInput {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

interface CallInput {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Idempotency key: the same import is applied once, however often it is sent. */
  readonly key?: string;
}

async function call(
  { fetch, place }: ImportSurroundings,
  options: ImportOptions,
  method: string,
  path: string,
  { body, headers, key }: CallInput,
): Promise<ImportView> {
  const { url: hub, token } = place(options.hub);
  let response: Response;
  try {
    response = await fetch(`${hub}/api/v1/${path}`, {
      method,
      body: body as BodyInit,
      headers: {
        ...headers,
        accept: 'application/json',
        ...(key && { 'idempotency-key': key }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
    });
  } catch {
    throw new Stop(UNAVAILABLE, `The hub at ${hub} cannot be reached. Is it running?`);
  }
  if (response.ok) return (await response.json()) as ImportView;
  throw await toStop(response, options);
}

async function toStop(response: Response, options: ImportOptions): Promise<Stop> {
  const { status } = response;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const text = problem.texts?.[languageOf(options)] ?? problem.detail ?? `HTTP ${status}`;
  const code = status === 401 || status === 403 ? REFUSED : status >= 500 ? UNAVAILABLE : BAD_INPUT;
  return new Stop(code, problem.code ? `${text} (${problem.code})` : text);
}

function toReport(
  found: ImportView,
  preview: ImportView,
  state: ImportReport['state'],
): ImportReport {
  const { encoding, kind, name } = found.file;
  return {
    file: name,
    kind: encoding ? `${kind}, ${encoding}` : kind,
    state,
    import: found.id,
    counts: { ...(found.counts ?? preview.counts) },
    columns: found.columns.map(({ heading, field }) => ({ heading, field: field ?? null })),
    refusals: preview.refusals ?? [],
    questions: (preview.questions ?? [])
      .filter(({ answer }) => answer === undefined)
      .map(({ text, lines, candidates }) => ({
        text,
        lines,
        candidates: candidates.map(({ label }) => label),
      })),
    ...(found.receipt && { receipt: found.receipt }),
  };
}

function languageOf(options: ImportOptions): 'ja' | 'en' {
  return options.language === 'ja' ? 'ja' : 'en';
}

const WORDS = {
  ja: {
    'dry-run': '確認のみ（何も変更していません）',
    applied: '取り込みました',
    line: '行',
    none: '（取り込まない）',
    question: '質問',
  },
  en: {
    'dry-run': 'dry run, nothing was changed',
    applied: 'applied',
    line: 'line',
    none: '(not taken)',
    question: 'question',
  },
} as const;

function write(report: ImportReport, options: ImportOptions, stdout: Writable): void {
  if (options.json) {
    stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const language = languageOf(options);
  const words = WORDS[language];
  const lines = [`${report.file} (${report.kind}): ${words[report.state]}`];
  lines.push(
    Object.entries(report.counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
  );
  for (const { heading, field } of report.columns) {
    lines.push(`  ${heading} -> ${field ?? words.none}`);
  }
  for (const { line, field, text } of report.refusals) {
    lines.push(`${words.line} ${line}${field ? `, ${field}` : ''}: ${text[language]}`);
  }
  for (const { text, lines: places, candidates } of report.questions) {
    lines.push(`${words.question} (${words.line} ${places.join(', ')}): ${text[language]}`);
    for (const label of candidates) lines.push(`  - ${label}`);
  }
  if (report.receipt) lines.push(`${report.receipt.log} ${report.receipt.index}`);
  stdout.write(`${lines.join('\n')}\n`);
}
