// SPDX-License-Identifier: Apache-2.0
/** What this room needs from outside and does not own. The hub hands it in; tests hand in theirs. */
import type { Transaction } from 'kysely';
import type { InventoryItem, RuleReader } from './engine/index.ts';

/** UTC milliseconds. The only source of "now". */
export interface ClockPort {
  now(): number;
}

/** Unpredictable bytes (ids, salts). */
export interface RandomPort {
  bytes(count: number): Uint8Array;
}

/** Dated data of law. */
export interface LawPort {
  readonly ruleAt: RuleReader;
}

/** Keys under which the match engine finds an item; stored beside its identity. */
export type ProductKeys = (item: InventoryItem) => readonly string[];

/** Computers whose items or exposure changed, or that were retired. */
export interface ComputersChanged {
  readonly organisationId: string;
  readonly computerIds: readonly string[];
  readonly happening: 'registered' | 'changed' | 'retired';
}

/**
 * Told inside the transaction of the change: what it writes (a job, an outbox row) commits with the
 * change or not at all. Must be quick; called with at most 5,000 computers at a time.
 */
export type ComputersChangedPort = (
  // biome-ignore lint/suspicious/noExplicitAny: the tables of another room are not known here
  db: Transaction<any>,
  change: ComputersChanged,
) => Promise<void>;
