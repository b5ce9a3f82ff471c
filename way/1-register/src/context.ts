// SPDX-License-Identifier: Apache-2.0
/** What every part of the service works with. */
import { commitTo, SALT_BYTES } from '@sakimori/ledger';
import type { Change, Changed, Store } from '@sakimori/store';
import { type Id, type IdKind, makeId } from '@sakimori/vocabulary';
import { sql, type Transaction } from 'kysely';
import { type RegistrationRules, readRegistrationRules } from './engine/index.ts';
import type {
  ClockPort,
  ComputersChanged,
  ComputersChangedPort,
  LawPort,
  ProductKeys,
  RandomPort,
} from './ports.ts';
import type { RegisterTables } from './tables.ts';

export type RegisterTransaction = Transaction<RegisterTables>;
export type RegisterChange = Change<RegisterTables>;
export type { Changed };

export interface RegisterOptions {
  readonly law: LawPort;
  readonly clock: ClockPort;
  readonly random: RandomPort;
  /** Keys of the match engine; without it nothing can be found by product. */
  readonly productKeys?: ProductKeys | undefined;
  readonly onComputersChanged?: ComputersChangedPort | undefined;
}

interface SectorRule {
  readonly id: string;
  readonly minister: { readonly ja: string; readonly en: string };
}

export interface RegisterContext {
  readonly store: Store<RegisterTables>;
  readonly productKeys: ProductKeys;
  now(): number;
  id<K extends IdKind>(kind: K): Id<K>;
  /** A commitment for the ledger, and the salt that is stored beside the content. */
  commit(content: unknown): { readonly commitment: string; readonly salt: Buffer };
  rules(atMs: number): RegistrationRules;
  /** The minister to whom operators of a sector notify, at an instant; dated data. */
  ministerOf(
    sector: string,
    atMs: number,
  ): { readonly ja: string; readonly en: string } | undefined;
  announce(db: RegisterTransaction, change: ComputersChanged): Promise<void>;
}

export function makeContext(store: Store<unknown>, options: RegisterOptions): RegisterContext {
  const { law, clock, random } = options;
  return {
    store: store.as<RegisterTables>(),
    productKeys: options.productKeys ?? (() => []),
    now: () => clock.now(),
    id: (kind) => makeId(kind, clock.now(), random.bytes(10)),
    commit(content) {
      const salt = Buffer.from(random.bytes(SALT_BYTES));
      return { commitment: commitTo(content, salt), salt };
    },
    rules: (atMs) => readRegistrationRules(law.ruleAt, atMs),
    ministerOf(sector, atMs) {
      const { sectors } = law.ruleAt('sectors', atMs).value as { sectors: SectorRule[] };
      const minister = sectors.find(({ id }) => id === sector)?.minister;
      return minister && { ja: minister.ja, en: minister.en };
    },
    async announce(db, change) {
      if (change.computerIds.length > 0) await options.onComputersChanged?.(db, change);
    },
  };
}

/** One writer of an organisation's register at a time; ends with the transaction. */
export async function lockRegister(db: RegisterTransaction, organisationId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`register ${organisationId}`}, 0))`.execute(
    db,
  );
}
