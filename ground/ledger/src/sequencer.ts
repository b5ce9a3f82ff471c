// SPDX-License-Identifier: Apache-2.0
/** The single writer of a log: gives committed entries their place, then publishes. */
import { SakimoriError } from '@sakimori/vocabulary';
import { equalBytes, toUtf8 } from './bytes.ts';
import { isOrigin, writeCheckpoint } from './checkpoint.ts';
import { ledgerErrors } from './errors.ts';
import { type NoteSigner, signNote } from './note.ts';
import { recoverLog, type Witness } from './recovery.ts';
import { readStaging, STAGING_PATH, writeStaging } from './staging.ts';
import type { LedgerFiles, LedgerStorage, LogHead, LogName, PendingEntry } from './storage.ts';
import { type Edge, EMPTY_EDGE, grow, PartialSweeper, writeFiles } from './tile-writer.ts';
import { BUNDLE_ENTRY_BYTES_MAX, CHECKPOINT_PATH, leafHashes } from './tiles.ts';
import { Waiters } from './waiters.ts';

/** The clock, passed in. */
export interface SequencerClock {
  /** UTC milliseconds. */
  nowMs(): number;
}

/** Bounds of the sequencer's work. */
export interface SequencerLimits {
  /** Entries in one checkpoint. */
  readonly batchEntriesMax: number;
  /** Bytes of entries in one checkpoint. */
  readonly batchBytesMax: number;
  /** How long a poke waits for company before a checkpoint is signed. */
  readonly gatherMs: number;
  /** How often the outbox is looked at without a poke. */
  readonly pollMs: number;
  /** After how long `waitFor` gives up (the entry stays committed). */
  readonly waitMsMax: number;
  /** How many published outbox ids are remembered for those who ask late. */
  readonly rememberedMax: number;
  /** How long a partial tile stays after its full tile was published. */
  readonly partialKeepMs: number;
  /** Pause before a recovery; doubles up to twenty times as long. */
  readonly retryMs: number;
}

export const SEQUENCER_LIMITS: SequencerLimits = {
  batchEntriesMax: 4096,
  batchBytesMax: 4 * 1024 * 1024,
  gatherMs: 1,
  pollMs: 500,
  waitMsMax: 30_000,
  rememberedMax: 262_144,
  partialKeepMs: 60_000,
  retryMs: 250,
};

export interface SequencerOptions {
  readonly log: LogName;
  /** First line of the checkpoints and name of the keys, for example `example.jp/ledger/exercise`. */
  readonly origin: string;
  readonly storage: LedgerStorage;
  readonly files: LedgerFiles;
  /** At least one; Ed25519 first, then ML-DSA-44. Their names are the origin. */
  readonly signers: readonly NoteSigner[];
  /** vkeys that signed earlier checkpoints, after a change of keys. */
  readonly formerVkeys?: readonly string[];
  readonly clock: SequencerClock;
  readonly limits?: Partial<SequencerLimits>;
  /** Asked at every start; a mirror or a printed checkpoint is a witness that never changes. */
  readonly witnesses?: readonly Witness[];
}

export interface SequencerStatus {
  /** `recovering`: something failed that may heal (disk full, database away); it tries again. */
  readonly state: 'running' | 'recovering' | 'stopped' | 'failed';
  readonly size: number;
  readonly root: Uint8Array;
  readonly checkpoint: string;
  /** UTC milliseconds of the last publication in this run. */
  readonly publishedAtMs: number | undefined;
  /** Code of the error that stopped it or that it recovers from. */
  readonly failure: string | undefined;
  /** Calls that wait for publication. */
  readonly waiting: number;
}

export interface Sequencer {
  /** Says that the outbox has something. Cheap; never throws. */
  poke(): void;
  /** The index of an entry published in this run, if it is still remembered. */
  published(outboxId: string): number | undefined;
  /**
   * Waits until a published checkpoint covers all of these entries; pokes by itself.
   *
   * Out     indexes in the order of the ids
   * Throws  LOG_STOPPED, LOG_NOT_PUBLISHED_IN_TIME
   */
  waitFor(outboxIds: readonly string[]): Promise<number[]>;
  status(): SequencerStatus;
  /** Resolves with the error when the sequencer dies for good; the door then ends the process. */
  readonly failed: Promise<Error>;
  /** Finishes the batch under way and gives the lock back. */
  close(): Promise<void>;
}

/**
 * Starts the sequencer of one log.
 *
 * Order of writing, and why: the batch on disk (1) before the head moves in the database (2), so
 * that a crash between them loses nothing; the head before any tile (3), so that no tile ever says
 * what the database did not commit to; tiles read back before the checkpoint (4), so that whoever
 * sees a checkpoint finds its tiles; the checkpoint before any waiter (5): publish before acknowledge.
 *
 * In      see SequencerOptions
 * Out     the sequencer, after recovery; entries that were pending are published next
 * Throws  LOG_LOCKED, LOG_ORIGIN_INVALID, LOG_KEY_INVALID and what `recoverLog` throws
 * Never   signs a tree that does not continue the last signed one; answers a waiter from memory
 */
export async function startSequencer(options: SequencerOptions): Promise<Sequencer> {
  if (!isOrigin(options.origin)) throw ledgerErrors('ORIGIN_INVALID', { expected: 'key-name' });
  if (options.signers.length === 0) throw ledgerErrors('KEY_INVALID', { expected: 'one-signer' });
  if (options.signers.some((signer) => signer.name !== options.origin)) {
    throw ledgerErrors('KEY_INVALID', { expected: 'keys-named-as-the-origin' });
  }
  const sequencer = new LogSequencer(options);
  await sequencer.start();
  return sequencer;
}

class LogSequencer implements Sequencer {
  readonly failed: Promise<Error>;
  readonly #options: SequencerOptions;
  readonly #limits: SequencerLimits;
  readonly #waiters: Waiters;
  #resolveFailed: (error: Error) => void = () => {};
  #state: SequencerStatus['state'] = 'recovering';
  #failure: string | undefined;
  #publishedAtMs: number | undefined;
  #head: LogHead = { size: 0, root: new Uint8Array(32), checkpoint: '' };
  #edge: Edge = EMPTY_EDGE;
  #sweeper: PartialSweeper;
  /** The batch whose publication was under way when something failed. */
  #inFlight: { readonly head: LogHead; readonly from: number; readonly ids: string[] } | undefined;
  #closing = false;
  #poked = false;
  #wake: () => void = () => {};
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#limits = { ...SEQUENCER_LIMITS, ...options.limits };
    this.#waiters = new Waiters(options.log, this.#limits);
    this.#sweeper = new PartialSweeper(options.files, EMPTY_EDGE);
    this.failed = new Promise((resolve) => {
      this.#resolveFailed = resolve;
    });
  }

  async start(): Promise<void> {
    try {
      await this.#recover();
    } catch (error) {
      await this.#unlock();
      throw error;
    }
    this.#loop = this.#run();
  }

  poke(): void {
    this.#poked = true;
    this.#wake();
  }

  published(outboxId: string): number | undefined {
    return this.#waiters.published(outboxId);
  }

  waitFor(outboxIds: readonly string[]): Promise<number[]> {
    if (this.#state === 'failed' || this.#state === 'stopped') {
      return Promise.reject(ledgerErrors('STOPPED', { log: this.#options.log }));
    }
    this.poke();
    return this.#waiters.waitFor(outboxIds);
  }

  status(): SequencerStatus {
    return {
      state: this.#state,
      size: this.#head.size,
      root: this.#head.root,
      checkpoint: this.#head.checkpoint,
      publishedAtMs: this.#publishedAtMs,
      failure: this.#failure,
      waiting: this.#waiters.waiting,
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#loop;
    // What is staged when all is published says nothing more; a failure just leaves it.
    if (this.#state === 'running') await this.#options.files.remove(STAGING_PATH).catch(() => {});
    if (this.#state !== 'failed') this.#state = 'stopped';
    this.#waiters.rejectAll(ledgerErrors('STOPPED', { log: this.#options.log }));
    await this.#unlock();
  }

  async #run(): Promise<void> {
    let pauseMs = this.#limits.retryMs;
    while (!this.#closing) {
      try {
        if (this.#state === 'recovering') await this.#recover();
        pauseMs = this.#limits.retryMs;
        await this.#publishPending();
      } catch (error) {
        this.#failure = codeOf(error);
        if (!mayHeal(error)) {
          this.#state = 'failed';
          this.#waiters.rejectAll(ledgerErrors('STOPPED', { log: this.#options.log }, error));
          this.#resolveFailed(error instanceof Error ? error : new Error('unknown failure'));
          return;
        }
        // What is in memory is no longer believed: everything is read again from what is stored.
        this.#state = 'recovering';
        await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, this.#limits.retryMs * 20);
      }
    }
  }

  async #recover(): Promise<void> {
    const { log, storage, clock } = this.#options;
    if (!(await storage.lock(log))) throw ledgerErrors('LOCKED', { log });
    const nowMs = () => clock.nowMs();
    const { head, edge } = await recoverLog({ ...this.#options, nowMs });
    this.#head = head;
    this.#edge = edge;
    this.#sweeper = new PartialSweeper(this.#options.files, edge);
    this.#state = 'running';
    this.#failure = undefined;
    const batch = this.#inFlight;
    this.#inFlight = undefined;
    // The head had moved before the failure: these entries are no longer pending, but published now.
    if (batch && batch.head.size === head.size && equalBytes(batch.head.root, head.root)) {
      this.#publishedAtMs = clock.nowMs();
      this.#waiters.release(batch.ids, batch.from);
    }
  }

  async #publishPending(): Promise<void> {
    const { log, storage, clock } = this.#options;
    this.#poked = false;
    const { batchEntriesMax, batchBytesMax } = this.#limits;
    const pending = await storage.pending(log, batchEntriesMax, batchBytesMax);
    if (pending.length > 0) {
      await this.#publish(pending);
      await this.#sweeper.sweep(clock.nowMs(), this.#limits.partialKeepMs);
    } else if (!this.#poked && !this.#closing) {
      await this.#pause(this.#limits.pollMs);
      // Company for the first: one checkpoint then serves all who came within the gathering time.
      if (this.#poked && this.#limits.gatherMs > 0) await sleep(this.#limits.gatherMs);
    }
  }

  async #publish(pending: readonly PendingEntry[]): Promise<void> {
    const { log, origin, storage, files, signers, clock } = this.#options;
    this.#checkPending(pending);
    const from = this.#head.size;
    const entries = await this.#stage(from, pending);
    const growth = grow(this.#edge, entries);
    const { size } = growth.edge.tree;
    const root = growth.edge.tree.root();
    const text = writeCheckpoint({ origin, size, root });
    const checkpoint = await signNote(text, signers, clock.nowMs());
    const head = { size, root, checkpoint };
    const ids = pending.map(({ outboxId }) => outboxId);
    this.#inFlight = { head, from, ids };
    await storage.advance(log, from, head, ids);
    await writeFiles(log, files, growth.files);
    await files.replace(CHECKPOINT_PATH, toUtf8(checkpoint));
    this.#head = head;
    this.#edge = growth.edge;
    this.#publishedAtMs = clock.nowMs();
    this.#sweeper.note(growth, this.#publishedAtMs);
    this.#inFlight = undefined;
    this.#waiters.release(ids, from);
  }

  /** Puts the batch on disk and gives back what the disk gave back, hashed twice. */
  async #stage(from: number, pending: readonly PendingEntry[]): Promise<readonly Uint8Array[]> {
    const { log, origin, files } = this.#options;
    const entries = pending.map(({ bytes }) => bytes);
    const first = leafHashes(entries);
    await files.overwrite(STAGING_PATH, writeStaging({ origin, from, entries }));
    const stored = readStaging((await files.read(STAGING_PATH)) ?? new Uint8Array(0));
    // One flipped bit in one leaf hash ended a certificate log for good: hash again from storage.
    if (!stored || stored.from !== from || !equalBytes(leafHashes(stored.entries), first)) {
      throw ledgerErrors('STORED_BYTES_CHANGED', { log, path: STAGING_PATH });
    }
    return stored.entries;
  }

  #checkPending(pending: readonly PendingEntry[]): void {
    const { log } = this.#options;
    const ids = new Set<string>();
    for (const { outboxId, bytes } of pending) {
      if (bytes.length < 1 || bytes.length > BUNDLE_ENTRY_BYTES_MAX) {
        throw ledgerErrors('STORAGE_BROKEN', { log, expected: 'entry-of-1-to-65535-bytes' });
      }
      if (ids.has(outboxId) || this.#waiters.published(outboxId) !== undefined) {
        throw ledgerErrors('STORAGE_BROKEN', { log, expected: 'each-entry-once' });
      }
      ids.add(outboxId);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        // While it recovers, a poke must not cut the pause short: only closing may.
        if (this.#state === 'recovering' && !this.#closing) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }

  async #unlock(): Promise<void> {
    // A lost connection has lost its lock already; there is nothing more to give back.
    await this.#options.storage.unlock(this.#options.log).catch(() => {});
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function codeOf(error: unknown): string {
  return error instanceof SakimoriError ? error.code : 'LOG_UNKNOWN';
}

/** Whether starting over from what is stored can help: a full disk, a database that was away. */
function mayHeal(error: unknown): boolean {
  if (error instanceof SakimoriError) {
    return error.specification.retry === 'later' && error.code !== 'LOG_HEAD_MOVED';
  }
  // A mistake in the program repeats itself for ever.
  return !(error instanceof TypeError || error instanceof RangeError);
}
