// SPDX-License-Identifier: Apache-2.0
/** What an instance is, decided once at its first start: exercise or real, and its log's origin. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { hubErrors } from './errors.ts';

export interface InstanceFacts {
  /** An exercise never touches real data, orders or the real ledger (guarantee G20). */
  readonly world: 'exercise' | 'real';
  /** First line of the log's checkpoints and name of its keys. Never changes. */
  readonly origin: string;
}

/**
 * Reads the facts of an instance; at its first start writes those that are given.
 *
 * In      data folder; facts for a new instance
 * Out     the facts in force, and whether they are new
 * Throws  HUB_BAD_ARGUMENT when the file is not ours
 * Never   changes the facts of an instance that exists
 */
export function openInstanceFacts(
  folder: string,
  fresh: InstanceFacts,
): { readonly facts: InstanceFacts; readonly isNew: boolean } {
  const path = join(folder, 'instance.json');
  const there = readFacts(path);
  if (there) return { facts: there, isNew: false };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.new`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, `${JSON.stringify(fresh)}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
  return { facts: fresh, isNew: true };
}

function readFacts(path: string): InstanceFacts | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { world, origin } = JSON.parse(text) as Partial<InstanceFacts>;
    if ((world === 'exercise' || world === 'real') && typeof origin === 'string') {
      return { world, origin };
    }
  } catch {
    // Not JSON: the same answer as for other facts.
  }
  throw hubErrors('BAD_ARGUMENT', { field: 'instance.json', expected: 'world and origin' });
}
