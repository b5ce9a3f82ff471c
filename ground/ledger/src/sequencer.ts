// SPDX-License-Identifier: Apache-2.0
/** The single writer of a log: gives committed entries their place, then publishes. */
import type { NoteSigner } from './note.ts';
import type { LedgerFiles, LedgerStorage, LogName } from './storage.ts';

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
}

/** A checkpoint that someone outside holds: a witness, a mirror, a printed page. */
export interface SeenCheckpoint {
  /** A closed word for the error text, for example `witness` or `mirror`. */
  readonly source: string;
  readonly checkpoint: string;
}

/** What cosigns our checkpoints. */
export interface Witness {
  /** The latest checkpoint that the witness holds of this log, if any. */
  latest(): Promise<SeenCheckpoint | undefined>;
}

export interface SequencerOptions {
  readonly log: LogName;
  /** First line of the checkpoints and name of the keys, for example `example.jp/ledger/exercise`. */
  readonly origin: string;
  readonly storage: LedgerStorage;
  readonly files: LedgerFiles;
  /** At least one; Ed25519 first, then ML-DSA-44. */
  readonly signers: readonly NoteSigner[];
  readonly clock: SequencerClock;
  readonly limits?: Partial<SequencerLimits>;
  readonly witnesses?: readonly Witness[];
}

export interface SequencerStatus {
  readonly state: 'running' | 'stopped' | 'failed';
  readonly size: number;
  readonly root: Uint8Array;
  readonly checkpoint: string | undefined;
  /** UTC milliseconds of the last publication in this run. */
  readonly publishedAtMs: number | undefined;
  /** Code of the error that stopped it. */
  readonly failure: string | undefined;
  readonly waiting: number;
}

export interface Sequencer {
  /** Says that the outbox has something. Cheap; never throws. */
  poke(): void;
  /** The index of an entry published in this run, if it is still remembered. */
  published(outboxId: string): number | undefined;
  /**
   * Waits until a published checkpoint covers all of these entries.
   *
   * Out     indexes in the order of the ids
   * Throws  LOG_STOPPED, LOG_NOT_PUBLISHED_IN_TIME
   */
  waitFor(outboxIds: readonly string[]): Promise<number[]>;
  status(): SequencerStatus;
  /** Resolves with the failure when the sequencer dies; the door should then end the process. */
  readonly failed: Promise<Error>;
  /** Finishes the batch under way and gives the lock back. */
  close(): Promise<void>;
}

/** Starts the sequencer: recovers, then publishes whatever is pending. */
export function startSequencer(_options: SequencerOptions): Promise<Sequencer> {
  throw new Error('not built yet');
}
