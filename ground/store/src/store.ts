// SPDX-License-Identifier: Apache-2.0
/** The store's contract: who asks, reading, changing together with the ledger. */
import type { LedgerEntryDraft } from '@sakimori/ledger';
import type { Purpose } from '@sakimori/vocabulary';
import type { Kysely, Transaction } from 'kysely';

/**
 * For whom a transaction runs. Written into the transaction's settings, where row-level security
 * reads it: the database itself refuses what lies outside.
 *
 * reach  none    no tenant's row
 *        own     rows of `organisation`
 *        sector  rows of organisations in `sectors` (and of `organisation`)
 *        all     rows of every tenant
 */
export interface Scope {
  readonly actor: string;
  readonly organisation: string | null;
  readonly reach: 'none' | 'own' | 'sector' | 'all';
  readonly sectors: readonly string[];
  readonly purpose: Purpose;
}

/** Where a committed entry came to stand. Available once its checkpoint is published. */
export interface PublishedEntry {
  readonly log: string;
  readonly index: number;
}

/** One transaction that changes something, together with what the ledger must know of it. */
export interface Change<DB> {
  readonly db: Transaction<DB>;
  /** Adds an entry to the outbox of this same transaction; returns its outbox key. */
  record(entry: LedgerEntryDraft): Promise<string>;
}

/** Result of a change: the value and, in the order of `record` calls, where its entries stand. */
export interface Changed<T> {
  readonly value: T;
  readonly outboxIds: readonly string[];
  readonly entries: readonly PublishedEntry[];
}

export interface Store<DB> {
  /** The same store, typed with the tables of a room. */
  as<Tables>(): Store<Tables>;
  /** One read-only transaction under the scope. */
  read<T>(scope: Scope, work: (db: Transaction<DB>) => Promise<T>): Promise<T>;
  /**
   * One transaction under the scope; commits the change and its entries together, then waits until
   * a checkpoint that covers them is published (publish before acknowledge). A guarded table that
   * was written without an entry makes the commit fail.
   */
  change<T>(scope: Scope, work: (change: Change<DB>) => Promise<T>): Promise<Changed<T>>;
  /** Outside tenancy: migrations, health, jobs. Never for rows that belong to a tenant. */
  readonly plain: Kysely<DB>;
}
