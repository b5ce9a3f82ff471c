// SPDX-License-Identifier: Apache-2.0
/** `sakimori ledger verify`: re-derives a log from its files, wherever they are. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { type LogReport, readVkey, verifyLog, verifyReceipt } from '@sakimori/ledger/verify';
import type { Command } from 'commander';
import { CommandStop, EXIT } from './hub-client.ts';

export interface LedgerVerifyOptions {
  readonly key: readonly string[];
  readonly receipt?: string;
  readonly entry?: string;
  readonly token?: string;
  readonly json?: boolean;
}

const FILE_BYTES_MAX = 32 * 1024 * 1024;
const WAIT_MS_MAX = 60_000;

/** Adds `ledger verify` to the command line. */
export function addLedgerCommand(
  program: Command,
  surroundings: { readonly stdout: Writable; readonly token: string | undefined },
  exit: (code: number) => void,
): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  const ledger = program.command('ledger').description('the tamper-evident log');
  ledger
    .command('verify')
    .description('re-derive a whole log (address or folder), or check one receipt; exit 1 = no')
    .argument('<place>', 'address or folder of the log, or a .tlog-proof file with --entry')
    .requiredOption('--key <vkey>', 'verifier key that you trust; may be given again', collect)
    .option('--entry <file>', 'bytes of the entry that the receipt is about')
    .option('--json', 'one JSON document')
    .action(async (place: string, options: LedgerVerifyOptions) => {
      exit(
        options.entry
          ? await verifyOne(place, options, surroundings.stdout)
          : await verifyAll(place, options, surroundings),
      );
    });
}

/** A reader of the log's files below an address or folder; missing files are undefined. */
export function readerOf(
  place: string,
  token: string | undefined,
): (path: string) => Promise<Uint8Array | undefined> {
  if (/^https?:\/\//.test(place)) {
    const base = place.replace(/\/(checkpoint)?$/, '');
    return (path) => fetchFile(`${base}/${path}`, token);
  }
  const root = resolve(place);
  if (!existsSync(root)) throw new CommandStop(EXIT.badInput, 'place: no such folder');
  return async (path) => {
    const full = join(root, path);
    if (!full.startsWith(root + sep)) return undefined;
    try {
      return new Uint8Array(await readFile(full));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
}

async function fetchFile(url: string, token: string | undefined): Promise<Uint8Array | undefined> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      signal: AbortSignal.timeout(WAIT_MS_MAX),
      ...(token && { headers: { authorization: `Bearer ${token}` } }),
    });
  } catch {
    throw new CommandStop(EXIT.unavailable, 'The log cannot be reached at this address.');
  }
  // Entry bundles may be closed to us: the hashes still prove the tree.
  if ([401, 403, 404].includes(answer.status)) {
    await answer.body?.cancel();
    return undefined;
  }
  if (!answer.ok) throw new CommandStop(EXIT.unavailable, `The log answered ${answer.status}.`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > FILE_BYTES_MAX) throw new CommandStop(EXIT.findings, 'A file is too large.');
  return bytes;
}

async function verifyAll(
  place: string,
  options: LedgerVerifyOptions,
  { stdout, token }: { readonly stdout: Writable; readonly token: string | undefined },
): Promise<number> {
  const vkeys = keysOf(options);
  const report = await verifyLog({ read: readerOf(place, token), vkeys });
  stdout.write(options.json ? `${JSON.stringify(plainReport(report))}\n` : `${inWords(report)}\n`);
  return report.ok ? EXIT.done : EXIT.findings;
}

function keysOf({ key }: LedgerVerifyOptions): readonly string[] {
  for (const vkey of key) {
    if (!readVkey(vkey).verifier) {
      throw new CommandStop(EXIT.badInput, '--key: expected a verifier key, name+hash+base64');
    }
  }
  return key;
}

function plainReport(report: LogReport): Record<string, unknown> {
  return { ...report, root: report.root && Buffer.from(report.root).toString('base64') };
}

function inWords(report: LogReport): string {
  const lines = [
    report.ok ? 'The log holds together.' : 'The log does NOT hold together.',
    `origin   ${report.origin ?? 'unknown'}`,
    `size     ${report.size}`,
    `root     ${report.root ? Buffer.from(report.root).toString('base64') : 'unknown'}`,
    `signed   ${report.signedBy.length} of your keys`,
    `entries  ${report.bundles === 'read' ? `${report.entries} read and hashed` : 'not open to you; hash tiles alone were checked'}`,
  ];
  for (const [type, count] of Object.entries(report.byType)) lines.push(`  ${type}  ${count}`);
  for (const problem of report.problems) lines.push(`problem: ${JSON.stringify(problem)}`);
  return lines.join('\n');
}

async function verifyOne(
  file: string,
  options: LedgerVerifyOptions,
  stdout: Writable,
): Promise<number> {
  const verifiers = keysOf(options).flatMap((vkey) => readVkey(vkey).verifier ?? []);
  const [proof, entry] = await Promise.all([readGiven(file), readGiven(options.entry ?? '')]);
  const result = verifyReceipt(proof, entry, verifiers);
  if (options.json) stdout.write(`${JSON.stringify(result)}\n`);
  else if (result.ok) {
    stdout.write(
      `The entry stands at index ${result.index} of ${result.origin}, in a tree of ${result.size}.\n`,
    );
  } else stdout.write(`The receipt does not prove this entry: ${result.problem}\n`);
  return result.ok ? EXIT.done : EXIT.findings;
}

async function readGiven(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch {
    throw new CommandStop(EXIT.badInput, `${path}: no such file`);
  }
}
