// SPDX-License-Identifier: Apache-2.0
/** `sakimori feed import`: a file, a folder or an address into the hub's feeds. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { FeedRunView } from '@sakimori/vocabulary/wire';
import type { Command } from 'commander';
import { ask, CommandStop, EXIT, type HubPlace } from './hub-client.ts';

export interface FeedImportOptions {
  readonly hub?: string;
  readonly json?: boolean;
  readonly decreaseAllowed?: boolean;
}

interface Surroundings {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly place: (hub: string | undefined) => HubPlace;
}

const KINDS = ['kev', 'cve', 'cpe', 'csaf', 'epss', 'jvn'];
const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;

/** Adds `feed import` to the command line. */
export function addFeedCommand(
  program: Command,
  surroundings: Surroundings,
  exit: (code: number) => void,
): void {
  program
    .command('feed')
    .description('feeds of vulnerabilities')
    .command('import')
    .description('take a feed in; exit 1 when it was refused (the hub is then unchanged)')
    .argument('<kind>', KINDS.join(', '))
    .argument('<source>', 'file (.gz too), folder, https address, or - for standard input')
    .option('--hub <url>', 'address of the hub')
    .option('--decrease-allowed', 'take a list although it lost much of what it had')
    .option('--json', 'one JSON document')
    .action(async (kind: string, source: string, options: FeedImportOptions) =>
      exit(await runFeedImport(kind, source, options, surroundings)),
    );
}

/** In: kind, source, options. Out: exit code; the run on standard output. Throws CommandStop. */
export async function runFeedImport(
  kind: string,
  source: string,
  options: FeedImportOptions,
  { stdin, stdout, stderr, place }: Surroundings,
): Promise<number> {
  if (!KINDS.includes(kind)) {
    throw new CommandStop(EXIT.badInput, `kind: expected one of ${KINDS.join(', ')}`);
  }
  const query = options.decreaseAllowed ? '?decreaseAllowed=true' : '';
  const answer = await ask(place(options.hub), `/api/v1/feeds/${kind}${query}`, {
    method: 'POST',
    ...requestOf(source, stdin),
  });
  const run = (await answer.json()) as FeedRunView;
  if (options.json) stdout.write(`${JSON.stringify(run)}\n`);
  else stdout.write(`${sentenceOf(run)}\n`);
  if (run.state !== 'refused') return EXIT.done;
  stderr.write(`${run.problem?.en ?? 'The feed was refused.'}\n`);
  return EXIT.findings;
}

function sentenceOf(run: FeedRunView): string {
  const { read, added, changed, refused, warnings } = run.counts;
  return `${run.kind} ${run.state}: ${read} read, ${added} added, ${changed} changed, ${refused} refused, ${warnings} warnings`;
}

function requestOf(source: string, stdin: Readable): RequestInit & { duplex: 'half' } {
  if (/^https?:\/\//.test(source)) {
    return { body: JSON.stringify({ url: source }), duplex: 'half' };
  }
  const upload = (name: string, stream: Readable) => ({
    headers: { 'x-file-name': encodeURIComponent(name) },
    body: Readable.toWeb(stream) as ReadableStream,
    duplex: 'half' as const,
  });
  if (source === '-') return upload('standard-input', stdin);
  const isFolder = statOf(source).isDirectory();
  if (isFolder) return upload(basename(source), Readable.from(documentsOf(source)));
  return upload(basename(source), createReadStream(source));
}

function statOf(source: string): ReturnType<typeof statSync> & { isDirectory(): boolean } {
  try {
    return statSync(source) as never;
  } catch {
    throw new CommandStop(EXIT.badInput, `source: no such file or folder`);
  }
}

/** Every JSON or XML document below a folder, one JSON document a line, in order of their paths. */
async function* documentsOf(folder: string): AsyncGenerator<string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|ndjson)(\.gz)?$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (names.length === 0) {
    throw new CommandStop(EXIT.badInput, 'source: the folder holds no .json or .ndjson file');
  }
  for (const name of names) {
    const bytes = await readFile(name);
    const limit = { maxOutputLength: DOCUMENT_BYTES_MAX };
    const text = (name.endsWith('.gz') ? gunzipSync(bytes, limit) : bytes).toString('utf8');
    if (/\.ndjson(\.gz)?$/i.test(name)) yield `${text.trimEnd()}\n`;
    else yield `${oneLine(text, name)}\n`;
  }
}

function oneLine(text: string, name: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new CommandStop(EXIT.badInput, `${basename(name)}: expected JSON`);
  }
}
