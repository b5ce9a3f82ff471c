// SPDX-License-Identifier: Apache-2.0
/** `sakimori match`: the match engine over files, without a database. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import {
  collectFeed,
  compareKev,
  evaluateIdentity,
  type FeedInput,
  type FeedRecord,
  type FeedRefusal,
  gatherVulnerabilities,
  type IdentityVerdict,
  indexComputers,
  readComputers,
  readFeed,
  type SourceKind,
  type Vulnerability,
} from '@sakimori/warn/engine';
import type { Command } from 'commander';

/** Streams of the process, passed in so that a test can hold them. */
export interface CommandStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

export interface MatchOptions {
  readonly computers: string;
  readonly kev: string;
  readonly previous?: string;
  readonly cve?: readonly string[];
  readonly cpe?: readonly string[];
  readonly csaf?: readonly string[];
  readonly epss?: readonly string[];
  readonly jvn?: readonly string[];
  readonly json?: boolean;
  readonly language?: string;
}

/** Exit codes of the command line. */
const DONE = 0;
const BAD_INPUT = 2;
const SOURCES = ['cve', 'cpe', 'csaf', 'epss', 'jvn'] as const;
const WRITE_CHARS = 65_536;
const REFUSALS_SHOWN_MAX = 20;

/** Carries refusals of an input to the end; never leaves this file. */
class BadInput extends Error {
  readonly refusals: readonly FeedRefusal[];

  constructor(refusals: readonly FeedRefusal[]) {
    super('bad input');
    this.refusals = refusals;
  }
}

/** Adds `match` to the command line. */
export function addMatchCommand(
  program: Command,
  streams: CommandStreams,
  exit: (code: number) => void,
): void {
  const several = (value: string, before: readonly string[] = []) => [...before, value];
  program
    .command('match')
    .description('match a list of computers against exploited vulnerabilities, without a hub')
    .requiredOption('--computers <file>', 'CSV: id,maker,product,version,cpe,purl,exposure')
    .requiredOption('--kev <file>', 'catalogue of exploited vulnerabilities (CISA KEV, JSON)')
    .option('--previous <file>', 'older catalogue: report only what the newer one adds')
    .option('--cve <file|folder>', 'CVE records 5.x (may be given several times)', several)
    .option('--cpe <file|folder>', 'CPE configurations (NVD)', several)
    .option('--csaf <file|folder>', 'CSAF 2.0 documents', several)
    .option('--epss <file|folder>', 'EPSS scores (CSV)', several)
    .option('--jvn <file|folder>', 'JVN iPedia records (XML or JSON)', several)
    .option('--json', 'one JSON object a line')
    .option('--language <ja|en>', 'language of the reasons', 'en')
    .action(async (options: MatchOptions) => exit(await runMatch(options, streams)));
}

/**
 * Matches files.
 *
 * In     options; `-` is standard input, `.gz` is taken everywhere, a folder is all its files
 * Out    exit code; lines on stdout, messages on stderr. Reported are the vulnerabilities of the
 *        catalogue; other sources only say more about them. A computer on which nothing is named
 *        has no line; what was named and lies outside has a line `not-affected`.
 * Never  writes a line when an input is bad; repeats a refused value
 */
export async function runMatch(options: MatchOptions, streams: CommandStreams): Promise<number> {
  try {
    const records = await selectCatalogue(options, streams);
    const wanted = new Set(records.map((record) => record.vulnerability));
    const others: FeedRecord[] = [];
    for (const kind of SOURCES) {
      for (const path of options[kind] ?? []) {
        for (const record of await readSource(kind, path, streams)) {
          if (wanted.has(record.vulnerability)) others.push(record);
        }
      }
    }
    const vulnerabilities = gatherVulnerabilities([...records, ...others]);
    const list = await readComputers(openInput(options.computers, streams));
    if (list.refusals.some((refusal) => refusal.fatal)) throw new BadInput(list.refusals);
    report(list.refusals, streams, options);
    await writeVerdicts(vulnerabilities, list.computers, options, streams);
    return DONE;
  } catch (error) {
    if (error instanceof BadInput) report(error.refusals, streams, options);
    else if (!reportUnreadable(error, streams)) throw error;
    return BAD_INPUT;
  }
}

/** Entries of the catalogue, or with an older one those that ask for something new. */
async function selectCatalogue(
  options: MatchOptions,
  streams: CommandStreams,
): Promise<readonly FeedRecord[]> {
  const current = await readFile('kev', options.kev, streams);
  if (options.previous === undefined) return current;
  const previous = await readFile('kev', options.previous, streams);
  const changes = compareKev(previous, current);
  const edits = changes.edited.filter((edit) => edit.acts.length > 0);
  const quiet = changes.edited.length - edits.length;
  streams.stderr.write(
    `${changes.added.length} added, ${edits.length} changed what to do, ${quiet} other edits\n`,
  );
  const wanted = new Set([...changes.added, ...edits].map((one) => one.vulnerability));
  return current.filter((record) => wanted.has(record.vulnerability));
}

function openInput(path: string, streams: CommandStreams): FeedInput {
  return { file: path, bytes: path === '-' ? streams.stdin : createReadStream(path) };
}

async function readFile(
  kind: SourceKind,
  path: string,
  streams: CommandStreams,
  inFolder = false,
): Promise<readonly FeedRecord[]> {
  const feed = await collectFeed(readFeed(kind, openInput(path, streams)));
  const isWhole = feed.refusals.every((refusal) => !refusal.fatal);
  // A folder may hold files of other kinds; one that was named by itself may not be.
  if (!feed.end.complete && isWhole && inFolder) {
    streams.stderr.write(`${path}: no record of the kind ${kind}, left out\n`);
    return [];
  }
  if (!feed.end.complete) throw new BadInput(feed.refusals);
  report(feed.refusals, streams, {});
  return feed.records;
}

/** Names in a provider's folder that are no documents. */
const NOT_DOCUMENTS = /(?:^|\/)(?:provider-metadata|csaf-feed-[^/]*|service|category[^/]*)\.json$/i;
const FEED_FILE = /\.(?:json|ndjson|jsonl|xml|rdf|csv)(?:\.gz)?$/i;

async function readSource(
  kind: SourceKind,
  path: string,
  streams: CommandStreams,
): Promise<readonly FeedRecord[]> {
  if (path === '-' || !(await stat(path)).isDirectory()) return readFile(kind, path, streams);
  const names = await readdir(path, { recursive: true });
  const files = names.filter((name) => FEED_FILE.test(name) && !NOT_DOCUMENTS.test(name)).sort();
  const records: FeedRecord[] = [];
  for (const name of files)
    records.push(...(await readFile(kind, join(path, name), streams, true)));
  return records;
}

async function writeVerdicts(
  vulnerabilities: readonly Vulnerability[],
  computers: Parameters<typeof indexComputers>[0],
  options: MatchOptions,
  streams: CommandStreams,
): Promise<void> {
  const index = indexComputers(computers);
  let done = 0;
  let text = '';
  for (const vulnerability of vulnerabilities) {
    for (const { identity, computers } of index.candidates(vulnerability)) {
      const verdict = evaluateIdentity(identity, vulnerability);
      if (!verdict) continue;
      const line = lineWriter(verdict, options);
      for (const computer of computers) {
        text += line(computer);
        if (text.length < WRITE_CHARS) continue;
        await write(streams.stdout, text);
        text = '';
      }
    }
    done += 1;
    showProgress(streams, done, vulnerabilities.length);
  }
  if (text !== '') await write(streams.stdout, text);
}

/** A line that is written over, on a terminal only. */
function showProgress(streams: CommandStreams, done: number, all: number): void {
  if (!streams.stderr.isTTY || (done % 50 !== 0 && done !== all)) return;
  streams.stderr.write(done === all ? '\r\u001b[K' : `\r${done} / ${all}`);
}

/** Everything but the computer is the same for all computers of an identity: written once. */
function lineWriter(verdict: IdentityVerdict, options: MatchOptions): (computer: string) => string {
  const reason = verdict.reason[options.language === 'ja' ? 'ja' : 'en'];
  const { name, recordId, url } = verdict.source;
  const source = [`${name}: ${recordId}`, url].filter((part) => part !== undefined).join(' ');
  const { vulnerability, confidence } = verdict;
  const rest = { vulnerability, verdict: verdict.verdict, confidence, reason, source };
  if (!options.json) return (computer) => `${computer}\t${Object.values(rest).join('\t')}\n`;
  const tail = JSON.stringify(rest).slice(1);
  return (computer) => `{"computer":${JSON.stringify(computer)},${tail}\n`;
}

function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** "file, line 7, field cpe: expected ..." */
function report(
  refusals: readonly FeedRefusal[],
  streams: CommandStreams,
  options: Pick<MatchOptions, 'language'>,
): void {
  const language = options.language === 'ja' ? 'ja' : 'en';
  const rest = refusals.length - REFUSALS_SHOWN_MAX;
  if (rest > 0) streams.stderr.write(`${refusals[0]!.file}: ${rest} more refusals like these:\n`);
  for (const { file, line, offset, field, expected } of refusals.slice(0, REFUSALS_SHOWN_MAX)) {
    const where =
      line === undefined ? (offset === undefined ? '' : `, byte ${offset}`) : `, line ${line}`;
    streams.stderr.write(`${file}${where}, field ${field}: expected ${expected[language]}\n`);
  }
}

/** A file that is not there or may not be read is bad input too. */
function reportUnreadable(error: unknown, streams: CommandStreams): boolean {
  const { code, path } = error as { code?: string; path?: string };
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'a file or folder that is there',
    EACCES: 'a file that may be read',
    EISDIR: 'a file, not a folder',
  };
  const expected = code === undefined ? undefined : words[code];
  if (expected === undefined) return false;
  streams.stderr.write(`${path ?? 'input'}: expected ${expected}\n`);
  return true;
}
