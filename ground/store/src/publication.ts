// SPDX-License-Identifier: Apache-2.0
/** Publish before acknowledge: keeps a sequencer running and tells where entries came to stand. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sequencer, SequencerStatus } from '@sakimori/ledger';
import { type LogName, ledgerErrors } from '@sakimori/ledger';
import { SakimoriError } from '@sakimori/vocabulary';
import type pg from 'pg';
import type { ClosableLedgerStorage } from './ledger-storage.ts';

const RESTART_MS_MIN = 50;
const RESTART_MS_MAX = 2_000;
/** How long a change waits for a sequencer that is being started again. */
const RECOVERY_MS_MAX = 30_000;

export interface PublicationOptions {
  readonly log: LogName;
  /** Makes a storage on a connection of its own; each start of the sequencer takes a fresh one. */
  readonly openStorage: () => ClosableLedgerStorage;
  readonly start: (storage: ClosableLedgerStorage) => Promise<Sequencer>;
  /** Reads committed indexes of entries that an earlier sequencer placed. */
  readonly owner: pg.Pool;
  readonly report: (message: string) => void;
}

/**
 * The sequencer of a log, started again after failures that pass (database away, disk full). A
 * failure that means a fork, a restored backup or a broken disk stays: then nothing more is
 * acknowledged until a person has looked.
 */
export class Publication {
  readonly #options: PublicationOptions;
  #sequencer: Sequencer | undefined;
  #storage: ClosableLedgerStorage | undefined;
  #failure: unknown;
  #closing = false;
  #starting: Promise<void> | undefined;

  constructor(options: PublicationOptions) {
    this.#options = options;
  }

  /** Starts the first sequencer; throws what keeps it from starting. */
  async start(): Promise<void> {
    await this.#startOnce();
  }

  /** State of the log, or undefined while a sequencer is being started again. */
  status(): SequencerStatus | undefined {
    return this.#sequencer?.status();
  }

  /** Waits until a published checkpoint covers the entries; indexes in the order of the ids. */
  async waitFor(outboxIds: readonly string[]): Promise<number[]> {
    const deadline = Date.now() + RECOVERY_MS_MAX;
    for (;;) {
      const sequencer = await this.#running(deadline);
      sequencer.poke();
      try {
        return await sequencer.waitFor(outboxIds);
      } catch (error) {
        if (!isStopped(error) || this.#closing) throw error;
      }
      const placed = await this.#findPlaced(outboxIds, deadline);
      if (placed) return placed;
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#starting?.catch(() => {});
    await this.#sequencer?.close().catch(() => {});
    await this.#storage?.close();
  }

  async #startOnce(): Promise<void> {
    await this.#storage?.close();
    const storage = this.#options.openStorage();
    this.#storage = storage;
    try {
      const sequencer = await this.#options.start(storage);
      this.#sequencer = sequencer;
      void sequencer.failed.then((error) => this.#onFailure(sequencer, error));
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  #onFailure(sequencer: Sequencer, error: unknown): void {
    if (this.#closing || sequencer !== this.#sequencer) return;
    this.#sequencer = undefined;
    this.#options.report(`the ledger stopped: ${codeOf(error)}`);
    if (!mayPass(error)) {
      this.#failure = error;
      return;
    }
    this.#starting ??= this.#startAgain().finally(() => {
      this.#starting = undefined;
    });
  }

  async #startAgain(): Promise<void> {
    for (
      let waitMs = RESTART_MS_MIN;
      !this.#closing;
      waitMs = Math.min(2 * waitMs, RESTART_MS_MAX)
    ) {
      await sleep(waitMs);
      try {
        await this.#startOnce();
        this.#options.report('the ledger runs again');
        return;
      } catch (error) {
        if (!mayPass(error)) {
          this.#failure = error;
          return;
        }
      }
    }
  }

  async #running(deadline: number): Promise<Sequencer> {
    for (;;) {
      if (this.#sequencer) return this.#sequencer;
      if (this.#failure || this.#closing || Date.now() > deadline) {
        throw ledgerErrors('STOPPED', { log: this.#options.log }, this.#failure);
      }
      await sleep(10);
    }
  }

  /** Entries that the stopped sequencer had committed: the next one publishes them as it starts. */
  async #findPlaced(ids: readonly string[], deadline: number): Promise<number[] | undefined> {
    const sequencer = await this.#running(deadline);
    const { rows } = await this.#options.owner.query<{ outbox_id: string; index: number }>(
      'select outbox_id, index from ledger_entry where outbox_id = any($1::uuid[])',
      [ids],
    );
    const indexes = new Map(rows.map((row) => [row.outbox_id, row.index]));
    const found = ids.map((id) => indexes.get(id));
    const published = sequencer.status().size;
    return found.every((index) => index !== undefined && index < published)
      ? (found as number[])
      : undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof SakimoriError ? error.code : 'unknown';
}

/** Two sequencers after each other on one log may meet for a moment while a connection dies. */
const PASSING = new Set(['LOG_LOCKED', 'LOG_HEAD_MOVED']);

function mayPass(error: unknown): boolean {
  return (
    error instanceof SakimoriError &&
    (error.specification.retry === 'later' || PASSING.has(error.code))
  );
}

function isStopped(error: unknown): boolean {
  return error instanceof SakimoriError && error.code === 'LOG_STOPPED';
}
