// SPDX-License-Identifier: Apache-2.0
/** What every part of the service works with. */
import { hash } from 'node:crypto';
import { canonicalJson, commitTo, SALT_BYTES } from '@sakimori/ledger';
import type { Change, Scope, Store } from '@sakimori/store';
import { type Id, type IdKind, makeId } from '@sakimori/vocabulary';
import { sql, type Transaction } from 'kysely';
import { type DirectoryReader, directoryReader } from './directory.ts';
import { reportErrors } from './errors.ts';
import { type LawOverlay, lawOverlay } from './law-overlay.ts';
import type { ReportOptions } from './service.ts';

// biome-ignore lint/suspicious/noExplicitAny: statements here are SQL; the tables are in migrations
export type AnyTransaction = Transaction<any>;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyChange = Change<any>;

export interface ReportContext extends ReportOptions {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly store: Store<any>;
  readonly overlay: LawOverlay;
  readonly directory: DirectoryReader;
  now(): number;
  id<K extends IdKind>(kind: K): Id<K>;
  /** A commitment for the ledger, and the salt that is stored beside the content. */
  commit(content: unknown): { readonly commitment: string; readonly salt: Buffer };
  reached(step: string): void | Promise<void>;
  /** Waits until entries of an earlier act are on the ledger: nothing is answered before. */
  published(outboxIds: readonly string[]): Promise<void>;
}

const PUBLISHED_TRIES = 200;
const PUBLISHED_PAUSE_MS = 25;

export function makeContext(store: Store<unknown>, options: ReportOptions): ReportContext {
  const { clock, random } = options;
  return {
    ...options,
    // biome-ignore lint/suspicious/noExplicitAny: as above
    store: store as Store<any>,
    overlay: lawOverlay(options.law, store, clock),
    directory: directoryReader(store, clock),
    now: () => clock.now(),
    id: (kind) => makeId(kind, clock.now(), random.bytes(10)),
    commit(content) {
      const salt = Buffer.from(random.bytes(SALT_BYTES));
      return { commitment: commitTo(content, salt), salt };
    },
    reached: options.reached ?? (() => {}),
    async published(outboxIds) {
      for (let tries = 0; tries < PUBLISHED_TRIES; tries += 1) {
        const { rows } = await sql<{ n: number }>`select count(*) as n from ledger_entry
          where outbox_id = any(${[...outboxIds]}::uuid[])`.execute(store.plain);
        if ((rows[0]?.n ?? 0) >= new Set(outboxIds).size) return;
        await new Promise((done) => setTimeout(done, PUBLISHED_PAUSE_MS));
      }
      throw reportErrors('NOT_PUBLISHED', {});
    },
  };
}

/** The room's own work: clocks, relations, notices. Reaches every tenant, acts for none. */
export const SYSTEM: Scope = {
  actor: 'system:reports',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'cybersecurity',
};

/**
 * The same person with the reach of the system, for one look or row that lies between tenants (the
 * sector of a similar report, the copy that a ministry relays). Only after what the person may do
 * was checked under her own scope.
 */
export function widened(scope: Scope): Scope {
  return { ...scope, reach: 'all', sectors: [] };
}

/** Tells the same content from another; equal for any order of its fields. */
export function digestOf(content: unknown): Buffer {
  return hash('sha256', canonicalJson(content), 'buffer');
}

/** An id as it may stand in an error: bounded, whatever came from outside. */
export const shortId = (id: string): string => id.slice(0, 80);

const KEY_MAX = 200;

/** An idempotency key as it is kept: whatever a client sends, an index can hold it. */
export function keptKey(key: string | undefined): string | undefined {
  if (key === undefined || key === '') return undefined;
  return key.length > KEY_MAX || key.includes('\0') ? `sha256:${hash('sha256', key, 'hex')}` : key;
}
