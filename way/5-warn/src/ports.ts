// SPDX-License-Identifier: Apache-2.0
/**
 * What this room needs from outside and does not own. The hub hands it in; tests hand in their own.
 *
 * Register's facts are read inside the caller's transaction, so row-level security of the caller's
 * scope applies to them as to everything else. No method opens a transaction of its own.
 */
import type { Exposure, OrganisationBrief } from '@sakimori/vocabulary/wire';
import type { RawBuilder, Transaction } from 'kysely';
import type { InventoryItem } from './engine/shapes.ts';

/** Any transaction: the port's owner knows its own tables. */
// biome-ignore lint/suspicious/noExplicitAny: the tables of another room are not known here
export type AnyTransaction = Transaction<any>;

/**
 * One distinct inventory item. Computers share identities: "FortiOS 7.2.4" is one identity however
 * many computers run it, so matching costs per identity and not per computer.
 *
 * identityId   whole number, 1 <= x < 2^53, never reused for another item
 */
export interface InventoryIdentity {
  readonly identityId: number;
  readonly item: InventoryItem;
}

/** A computer in use that holds an identity. Retired computers are not holdings. */
export interface Holding {
  readonly computerId: string;
  readonly organisationId: string;
  readonly identityId: number;
  readonly exposure: Exposure;
  /** The operator's own name for the computer. */
  readonly label: string;
}

/** A person who receives notices for an organisation. `order` 1 is asked first, 2 next. */
export interface Contact {
  readonly personId: string;
  readonly organisationId: string;
  readonly name: string;
  readonly email: string;
  readonly order: number;
  readonly language: 'ja' | 'en';
}

/**
 * The register's side.
 *
 * Keys       a product key is what `productKeys` of this room's engine door gives for an item; the
 *            hub passes that function to the register, which stores the keys beside the identity
 * Scope      runs in the caller's transaction; rows outside its scope do not exist
 * Memory     batches of at most 10,000 rows; a caller may stop early
 */
export interface RegisterPort {
  /**
   * Distinct identities that carry at least one of the keys and that a computer in use holds.
   * `keys` 1 to 10,000. Each identity comes once.
   */
  identitiesByKeys(
    db: AnyTransaction,
    keys: readonly string[],
  ): AsyncIterable<readonly InventoryIdentity[]>;

  /** Identities held by these computers (1 to 10,000), each once. */
  identitiesOf(
    db: AnyTransaction,
    computerIds: readonly string[],
  ): Promise<readonly InventoryIdentity[]>;

  /** Holdings of these identities (1 to 10,000). */
  computersWith(
    db: AnyTransaction,
    identityIds: readonly number[],
  ): AsyncIterable<readonly Holding[]>;

  /**
   * The same holdings as a relation, for joins inside the database (a million computers must not
   * pass through this process). A table or view name with at least these columns:
   * computer_id text, organisation_id text, identity_id bigint, exposure text, label text;
   * indexed by identity_id and by computer_id; retired computers absent.
   */
  readonly holdings: RawBuilder<unknown>;

  /** All identities of each of these computers (1 to 1,000): for AND configurations. */
  siblings(
    db: AnyTransaction,
    computerIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly InventoryIdentity[]>>;

  /** One computer with its items, or undefined when it is outside the scope. */
  inventoryOf(
    db: AnyTransaction,
    computerId: string,
  ): Promise<
    | {
        readonly computerId: string;
        readonly organisationId: string;
        readonly label: string;
        readonly site?: string;
        readonly exposure: Exposure;
        readonly identities: readonly InventoryIdentity[];
      }
    | undefined
  >;

  /** Contacts of these organisations, by organisation and order. */
  contacts(db: AnyTransaction, organisationIds: readonly string[]): Promise<readonly Contact[]>;

  /** Names of these organisations. */
  organisations(
    db: AnyTransaction,
    organisationIds: readonly string[],
  ): Promise<readonly OrganisationBrief[]>;
}

/** UTC milliseconds. The only source of "now" outside the engine. */
export interface ClockPort {
  now(): number;
}

/** Unpredictable bytes (ids, salts, tokens). */
export interface RandomPort {
  bytes(count: number): Uint8Array;
}

/** One notice for one person. `messageId` is derived from the outbox key: a repeat has the same. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly language: 'ja' | 'en';
  readonly messageId: string;
}

/** Hands a mail to a server. Resolves when the server accepted it, rejects otherwise. */
export interface MailerPort {
  send(mail: Mail): Promise<void>;
}

/** One POST to a webhook endpoint, already signed; goes through the egress guard. */
export interface WebhookPort {
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ readonly status: number }>;
}
