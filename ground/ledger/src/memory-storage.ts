// SPDX-License-Identifier: Apache-2.0
/** The ledger's ports in memory: for tests, benches and simulations. Nothing survives. */
import { equalBytes } from './bytes.ts';
import { ledgerErrors } from './errors.ts';
import type { LedgerFiles, LedgerStorage, LogHead, LogName, PendingEntry } from './storage.ts';

interface MemoryLog {
  head: LogHead | undefined;
  readonly pending: Map<string, Uint8Array>;
  readonly entries: Uint8Array[];
  readonly indexes: Map<string, number>;
}

/** A storage that keeps its word while the process lives. `lock` is held per instance of `connect`. */
export class MemoryStorage implements LedgerStorage {
  readonly #logs: Map<LogName, MemoryLog>;
  readonly #locks: Map<LogName, MemoryStorage>;

  constructor(shared?: MemoryStorage) {
    this.#logs = shared ? shared.#logs : new Map();
    this.#locks = shared ? shared.#locks : new Map();
  }

  /** Another connection to the same data. */
  connect(): MemoryStorage {
    return new MemoryStorage(this);
  }

  /** As the end of a process: its locks are free again. */
  disconnect(): void {
    for (const [log, holder] of this.#locks) if (holder === this) this.#locks.delete(log);
  }

  /** Puts an entry into the outbox, as a committed transaction does. */
  add(log: LogName, outboxId: string, bytes: Uint8Array): void {
    this.#log(log).pending.set(outboxId, bytes);
  }

  /** Where an entry came to stand, by the storage's own account. */
  indexOf(log: LogName, outboxId: string): number | undefined {
    return this.#log(log).indexes.get(outboxId);
  }

  /** Everything as it was when `snapshot` ran: a restored backup. */
  snapshot(log: LogName): () => void {
    const { head, pending, entries, indexes } = this.#log(log);
    const then = { pending: [...pending], entries: [...entries], indexes: [...indexes] };
    return () => {
      this.#logs.set(log, {
        head,
        pending: new Map(then.pending),
        entries: [...then.entries],
        indexes: new Map(then.indexes),
      });
    };
  }

  async lock(log: LogName): Promise<boolean> {
    const holder = this.#locks.get(log);
    if (holder !== undefined && holder !== this) return false;
    this.#locks.set(log, this);
    return true;
  }

  async unlock(log: LogName): Promise<void> {
    if (this.#locks.get(log) === this) this.#locks.delete(log);
  }

  async head(log: LogName): Promise<LogHead | undefined> {
    return this.#log(log).head;
  }

  async pending(log: LogName, entriesMax: number, bytesMax: number): Promise<PendingEntry[]> {
    const found: PendingEntry[] = [];
    let bytesTaken = 0;
    for (const [outboxId, bytes] of this.#log(log).pending) {
      if (
        found.length > 0 &&
        (found.length >= entriesMax || bytesTaken + bytes.length > bytesMax)
      ) {
        break;
      }
      found.push({ outboxId, bytes });
      bytesTaken += bytes.length;
    }
    return found;
  }

  async advance(
    log: LogName,
    expectedSize: number,
    next: LogHead,
    outboxIds: readonly string[],
  ): Promise<void> {
    const state = this.#log(log);
    if ((state.head?.size ?? 0) !== expectedSize) {
      throw ledgerErrors('HEAD_MOVED', { log, expectedSize });
    }
    if (next.size !== expectedSize + outboxIds.length) throw new Error('size and entries disagree');
    if (outboxIds.some((id) => !state.pending.has(id))) throw new Error('entry is not pending');
    outboxIds.forEach((id, i) => {
      state.entries.push(state.pending.get(id) as Uint8Array);
      state.indexes.set(id, expectedSize + i);
      state.pending.delete(id);
    });
    state.head = next;
  }

  async entries(log: LogName, from: number, to: number): Promise<Uint8Array[]> {
    return this.#log(log).entries.slice(from, to);
  }

  #log(log: LogName): MemoryLog {
    let state = this.#logs.get(log);
    if (!state) {
      state = { head: undefined, pending: new Map(), entries: [], indexes: new Map() };
      this.#logs.set(log, state);
    }
    return state;
  }
}

/** Files in memory with the rules of the port. */
export class MemoryFiles implements LedgerFiles {
  readonly files = new Map<string, Uint8Array>();

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.files.get(path)?.slice();
  }

  async create(path: string, bytes: Uint8Array): Promise<void> {
    const there = this.files.get(path);
    if (there && !equalBytes(there, bytes)) throw ledgerErrors('FILE_EXISTS', { path });
    this.files.set(path, bytes.slice());
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    this.files.set(path, bytes.slice());
  }

  async overwrite(path: string, bytes: Uint8Array): Promise<void> {
    const there = this.files.get(path) ?? new Uint8Array(0);
    const file = new Uint8Array(Math.max(there.length, bytes.length));
    file.set(there);
    file.set(bytes);
    this.files.set(path, file);
  }

  async remove(path: string): Promise<void> {
    this.files.delete(path);
  }
}
