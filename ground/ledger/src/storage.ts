// SPDX-License-Identifier: Apache-2.0
/** The ledger's ports: where a log keeps its outbox and head (a database) and its files (a disk). */

/** Origin-local name of a log: `operations`, `exercise`, `public`. Never mixed. */
export type LogName = 'operations' | 'exercise' | 'public';

/** The state that a log has committed to. `root` is 32 bytes; `checkpoint` is the signed note. */
export interface LogHead {
  readonly size: number;
  readonly root: Uint8Array;
  readonly checkpoint: string;
}

/** An entry that a transaction committed and the sequencer has not yet given an index. */
export interface PendingEntry {
  /** Key of the outbox row. Opaque; gives no order beyond "older rows first". */
  readonly outboxId: string;
  /** The final bytes of the entry, 1 to 65,535. */
  readonly bytes: Uint8Array;
}

/**
 * The database side of a log.
 *
 * Durability   what `pending` returns was committed and fsynced; `advance` is durable on return
 * Concurrency  one sequencer at a time holds `lock`; the lock dies with its connection
 */
export interface LedgerStorage {
  /** Takes the sequencer's lock for this log. False: another sequencer lives. */
  lock(log: LogName): Promise<boolean>;
  unlock(log: LogName): Promise<void>;
  /** The committed head, or undefined for a log that has none yet. */
  head(log: LogName): Promise<LogHead | undefined>;
  /** Oldest pending entries, bounded by count and by bytes (at least one if any is pending). */
  pending(log: LogName, entriesMax: number, bytesMax: number): Promise<PendingEntry[]>;
  /**
   * In one transaction: compares the head's size with `expectedSize` (0 when there is none), sets
   * the new head and gives the entries their indexes `expectedSize`, `expectedSize + 1`, ... in the
   * order given. Throws LOG_HEAD_MOVED when the head was not as expected: fatal, recover.
   */
  advance(
    log: LogName,
    expectedSize: number,
    next: LogHead,
    outboxIds: readonly string[],
  ): Promise<void>;
  /** Entry bytes of committed indexes [from, to), for recovery when tiles on disk are behind. */
  entries(log: LogName, from: number, to: number): Promise<Uint8Array[]>;
}

/**
 * The file side of a log: paths are those of C2SP tlog-tiles below the log's prefix.
 *
 * Durability   `create` and `replace`: temporary file, fsync, rename, fsync of the folder;
 *              `overwrite`: fsync
 */
export interface LedgerFiles {
  read(path: string): Promise<Uint8Array | undefined>;
  /** Writes an immutable file; the same bytes again are accepted, other bytes throw. */
  create(path: string, bytes: Uint8Array): Promise<void>;
  /** Writes a file that may change: `checkpoint`. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Writes over what is there, in place: no file made, none given up. A crash may leave a mixture,
   * and a longer forerunner leaves its end: only for what says itself where it ends and whether it
   * is whole.
   */
  overwrite(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
}
