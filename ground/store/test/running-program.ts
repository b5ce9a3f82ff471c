// SPDX-License-Identifier: Apache-2.0
/** Starts a program of ours as a process of its own and reads what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Whether a process runs; one that ended and was not yet collected by its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? 'X');
  } catch {
    return false;
  }
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** Lines so far. */
  readonly lines: readonly string[];
  readonly errors: () => string;
  /** Resolves with the first line that fits; rejects when the program ends before. */
  line(fits: (line: string) => boolean): Promise<string>;
  /** Ends it in the given way and waits until it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export function runProgram(name: string, args: readonly string[]): RunningProgram {
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const gone = once(child, 'exit');
  return {
    child,
    lines,
    errors: () => errors,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void gone.then(() => reject(new Error(`the program ended: ${errors}`)));
      }),
    async end(signal) {
      child.kill(signal);
      await gone;
    },
  };
}
