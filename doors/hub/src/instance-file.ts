// SPDX-License-Identifier: Apache-2.0
/** What an instance is, decided once at its first start: exercise or real, and its log's origin. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keepSecret } from '@sakimori/store';
import { hubErrors } from './errors.ts';

export interface InstanceFacts {
  /** An exercise never touches real data, orders or the real ledger (guarantee G20). */
  readonly world: 'exercise' | 'real';
  /** First line of the log's checkpoints and name of its keys. Never changes. */
  readonly origin: string;
}

/** Kept with the keys that are named after the origin: a backup takes both or neither. */
const FILE = 'instance.json';

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
  const isNew = !existsSync(join(folder, 'secrets', FILE));
  const facts = readFacts(keepSecret(folder, FILE, () => JSON.stringify(fresh)));
  return { facts, isNew };
}

function readFacts(text: string): InstanceFacts {
  try {
    const { world, origin } = JSON.parse(text) as Partial<InstanceFacts>;
    if ((world === 'exercise' || world === 'real') && typeof origin === 'string') {
      return { world, origin };
    }
  } catch {
    // Not JSON: the same answer as for other facts.
  }
  throw hubErrors('BAD_ARGUMENT', { field: FILE, expected: 'world and origin' });
}
