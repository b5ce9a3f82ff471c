// SPDX-License-Identifier: Apache-2.0
/** A log for tests: seeded keys, a clock that stands, ports that can be made to fail. */
import assert from 'node:assert/strict';
import {
  type LedgerFiles,
  type LedgerStorage,
  MemoryFiles,
  MemoryStorage,
  makeKey,
  type NoteVerifier,
  readSigner,
  readVkey,
  type Sequencer,
  type SequencerOptions,
  startSequencer,
  verifyLog,
} from '../src/index.ts';

export const ORIGIN = 'example.jp/ledger/exercise';
export const LOG = 'exercise';
export const NOW_MS = Date.UTC(2026, 10, 21, 3);

export function seed(n: number): Uint8Array {
  return new Uint8Array(32).fill(n);
}

export const ED25519 = makeKey('ed25519', ORIGIN, seed(1));
export const ML_DSA = makeKey('ml-dsa-44', ORIGIN, seed(2));

export function verifierOf(vkey: string): NoteVerifier {
  const { verifier } = readVkey(vkey);
  assert.ok(verifier);
  return verifier;
}

/** Entry bytes that say which they are. The sequencer does not look into them. */
export function entryBytes(name: string): Uint8Array {
  return new TextEncoder().encode(`entry ${name}`);
}

export function options(
  storage: LedgerStorage,
  files: LedgerFiles,
  more: Partial<SequencerOptions> = {},
): SequencerOptions {
  return {
    log: LOG,
    origin: ORIGIN,
    storage,
    files,
    signers: [readSigner(ED25519.skey)],
    clock: { nowMs: () => NOW_MS },
    limits: { gatherMs: 0, pollMs: 20, retryMs: 1, waitMsMax: 20_000, ...more.limits },
    ...without(more, 'limits'),
  };
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

/** A log of this many entries in memory, written in the given batch sizes. */
export async function logOf(
  batches: readonly number[],
  more: Partial<SequencerOptions> = {},
): Promise<{ storage: MemoryStorage; files: MemoryFiles; checkpoint: string }> {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const limits = { ...more.limits, batchEntriesMax: 100_000, batchBytesMax: 1e9 };
  const sequencer = await startSequencer(options(storage, files, { ...more, limits }));
  let n = 0;
  for (const batch of batches) {
    const ids = Array.from({ length: batch }, () => addEntry(storage, n++));
    await sequencer.waitFor(ids);
  }
  const { checkpoint } = sequencer.status();
  await sequencer.close();
  return { storage, files, checkpoint };
}

/** Puts entry number n into the outbox; returns its key. */
export function addEntry(storage: MemoryStorage, n: number): string {
  storage.add(LOG, `o${n}`, entryBytes(String(n)));
  return `o${n}`;
}

export async function verify(files: LedgerFiles) {
  return verifyLog({ read: (path) => files.read(path), vkeys: [ED25519.vkey], foreign: true });
}

/** When a port shall fail, and how. Calls are counted over all ports that share the plan. */
export interface Plan {
  calls: number;
  at: number;
  readonly how: 'killed-before' | 'killed-after' | 'throws-before' | 'throws-after';
  readonly error?: Error;
  dead: boolean;
  onDead?: () => void;
  /** Name of the call that failed. */
  where: string;
}

/** A port that follows the plan. A killed process never gets an answer again. */
export function failing<T extends object>(port: T, plan: Plan): T {
  const never = new Promise<never>(() => {});
  return new Proxy(port, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        if (plan.dead) return never;
        plan.calls += 1;
        if (plan.calls !== plan.at) return method.apply(target, args);
        plan.where = `${String(name)} ${String(args[0])}`;
        const kills = plan.how.startsWith('killed');
        if (kills) plan.dead = true;
        if (plan.how.endsWith('after')) await method.apply(target, args);
        if (kills) {
          plan.onDead?.();
          return never;
        }
        throw plan.error ?? new Error('the database went away');
      };
    },
  });
}

export async function closeAll(...sequencers: readonly Sequencer[]): Promise<void> {
  for (const sequencer of sequencers) await sequencer.close();
}
