// SPDX-License-Identifier: Apache-2.0
/** What a measurement was made on; every result line carries it. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly commit: string;
}

/** Out: machine, runtime and commit ("+" behind it when files differ from the commit). */
export function describeMachine(): Machine {
  const git = (...args: string[]): string => {
    try {
      return execFileSync('git', args, {
        cwd: join(import.meta.dirname, '..'),
        encoding: 'utf8',
      }).trim();
    } catch {
      return '';
    }
  };
  const changed = git('status', '--porcelain', '--untracked-files=no') ? '+' : '';
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    commit: `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed}`,
  };
}

/** Prints one result as a JSON line on standard output. */
export function printResult(name: string, result: Readonly<Record<string, unknown>>): void {
  process.stdout.write(
    `${JSON.stringify({ bench: name, ...result, machine: describeMachine() })}\n`,
  );
}

/** The middle value; 0 for an empty list. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share `q` (0 to 1) of the values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
