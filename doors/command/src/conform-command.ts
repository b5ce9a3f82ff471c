// SPDX-License-Identifier: Apache-2.0
/** `sakimori conform`: reads cases from standard input, writes answers to standard output. */

import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { CASE_LENGTH_MAX, CONFORM_STANDARDS, type ConformStandard, conform } from './conform.ts';

interface ConformStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Adds `conform` to the command line. */
export function addConformCommand(
  program: Command,
  streams: ConformStreams,
  exit: (code: number) => void,
): void {
  program
    .command('conform')
    .description('run the own suite of a standard: one JSON case a line in, one answer a line out')
    .argument('<standard>', CONFORM_STANDARDS.join(', '))
    .action(async (standard: string) => exit(await runConform(standard, streams)));
}

/** Exit code 0 when every case was answered, an error of a case included; 2 for a wrong name. */
export async function runConform(standard: string, streams: ConformStreams): Promise<number> {
  if (!isStandard(standard)) {
    streams.stderr.write(`Choose one of: ${CONFORM_STANDARDS.join(', ')}.\n`);
    return 2;
  }
  await conform(standard, linesOf(streams.stdin), async (line) => {
    if (!streams.stdout.write(line)) await once(streams.stdout, 'drain');
  });
  return 0;
}

function isStandard(name: string): name is ConformStandard {
  return (CONFORM_STANDARDS as readonly string[]).includes(name);
}

/**
 * Lines of a stream of UTF-8.
 *
 * Out    lines without their ends; of a line that is too long only so much that it is seen to be
 * Never  holds more than one line of the allowed length and one chunk
 */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const parts = chunk.split('\n');
    for (const [at, part] of parts.entries()) {
      rest = (rest + part).slice(0, CASE_LENGTH_MAX + 1);
      if (at === parts.length - 1) break;
      yield rest;
      rest = '';
    }
  }
  if (rest !== '') yield rest;
}
