// SPDX-License-Identifier: Apache-2.0
/** What runs where, for the match: read inside the caller's transaction, under its scope. */
import type { OrganisationBrief } from '@sakimori/vocabulary/wire';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { RegisterTransaction } from './context.ts';
import type { Exposure, InventoryItem } from './engine/index.ts';
import { contactsOf, toBrief } from './organisations.ts';

// biome-ignore lint/suspicious/noExplicitAny: the caller's tables are not known here
type AnyTransaction = Transaction<any>;

export interface InventoryIdentity {
  readonly identityId: number;
  readonly item: InventoryItem;
}

export interface Holding {
  readonly computerId: string;
  readonly organisationId: string;
  readonly identityId: number;
  readonly exposure: Exposure;
  readonly label: string;
}

interface IdentityRow {
  readonly identity_id: string | number;
  readonly maker: string | null;
  readonly product: string | null;
  readonly version: string | null;
  readonly cpe: string | null;
  readonly purl: string | null;
}

const BATCH_ROWS = 10_000;

function toIdentity(row: IdentityRow): InventoryIdentity {
  const { maker, product, version, cpe, purl } = row;
  return {
    identityId: Number(row.identity_id),
    item: {
      ...(maker && { maker }),
      ...(product && { product }),
      ...(version && { version }),
      ...(cpe && { cpe }),
      ...(purl && { purl }),
    },
  };
}

const IDENTITY = sql.raw('t.identity_id, t.maker, t.product, t.version, t.cpe, t.purl');

/**
 * The register's side of the match (structurally the port that the warn room declares).
 *
 * Scope   each method runs in the caller's transaction; rows outside its scope do not exist
 * Memory  batches of at most 10,000 rows, read by cursor
 */
export const inventoryLookup = {
  /** Computers in use with what they hold; a view, seen with the rights of whoever asks. */
  holdings: sql`holding` as RawBuilder<unknown>,

  async *identitiesByKeys(
    db: AnyTransaction,
    keys: readonly string[],
  ): AsyncIterable<readonly InventoryIdentity[]> {
    const { rows } = await sql<IdentityRow>`select ${IDENTITY} from inventory_identity t
      where t.identity_id in (select k.identity_id from inventory_identity_key k
        where k.product_key = any(${keys}))
      -- The offset keeps this a look-up by index: as a join it would read every computer.
      and exists (select from holding h where h.identity_id = t.identity_id offset 0)
      order by t.identity_id`.execute(db);
    for (let at = 0; at < rows.length; at += BATCH_ROWS) {
      yield rows.slice(at, at + BATCH_ROWS).map(toIdentity);
    }
  },

  async identitiesOf(
    db: AnyTransaction,
    computerIds: readonly string[],
  ): Promise<readonly InventoryIdentity[]> {
    const { rows } = await sql<IdentityRow>`select ${IDENTITY} from inventory_identity t
      where t.identity_id in (select h.identity_id from holding h
        where h.computer_id = any(${computerIds}))
      order by t.identity_id`.execute(db);
    return rows.map(toIdentity);
  },

  async *computersWith(
    db: AnyTransaction,
    identityIds: readonly number[],
  ): AsyncIterable<readonly Holding[]> {
    // By key, so that memory stays at one batch however many computers hold an identity.
    let after = { computerId: '', identityId: 0 };
    for (;;) {
      const { rows } = await sql<{
        computer_id: string;
        organisation_id: string;
        identity_id: string | number;
        exposure: Exposure;
        label: string;
      }>`select computer_id, organisation_id, identity_id, exposure, label from holding
        where identity_id = any(${identityIds})
          and (computer_id, identity_id) > (${after.computerId}, ${after.identityId}::bigint)
        order by computer_id, identity_id limit ${BATCH_ROWS}`.execute(db);
      if (rows.length > 0) {
        yield rows.map((row) => ({
          computerId: row.computer_id,
          organisationId: row.organisation_id,
          identityId: Number(row.identity_id),
          exposure: row.exposure,
          label: row.label,
        }));
      }
      const last = rows.at(-1);
      if (rows.length < BATCH_ROWS || !last) return;
      after = { computerId: last.computer_id, identityId: Number(last.identity_id) };
    }
  },

  async siblings(
    db: AnyTransaction,
    computerIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly InventoryIdentity[]>> {
    const { rows } = await sql<IdentityRow & { computer_id: string }>`
      select h.computer_id, ${IDENTITY}
      from holding h join inventory_identity t on t.identity_id = h.identity_id
      where h.computer_id = any(${computerIds})
      order by h.computer_id, t.identity_id`.execute(db);
    const found = new Map<string, InventoryIdentity[]>();
    for (const row of rows) {
      const list = found.get(row.computer_id) ?? [];
      list.push(toIdentity(row));
      found.set(row.computer_id, list);
    }
    return found;
  },

  async inventoryOf(db: AnyTransaction, computerId: string) {
    const { rows } = await sql<{
      computer_id: string;
      organisation_id: string;
      label: string;
      site: string | null;
      exposure: Exposure;
    }>`select computer_id, organisation_id, label, facts ->> 'site' as site, exposure
      from computer where computer_id = ${computerId} and retired_at_ms is null`.execute(db);
    const row = rows[0];
    if (!row) return undefined;
    const identities = (await inventoryLookup.siblings(db, [computerId])).get(computerId) ?? [];
    return {
      computerId: row.computer_id,
      organisationId: row.organisation_id,
      label: row.label,
      ...(row.site && { site: row.site }),
      exposure: row.exposure,
      identities,
    };
  },

  /** Contacts without a person of their own carry the address as their id. */
  async contacts(db: AnyTransaction, organisationIds: readonly string[]) {
    const found = await contactsOf(db as RegisterTransaction, organisationIds);
    return found.map(({ personId, ...contact }) => ({
      personId: personId ?? contact.email,
      ...contact,
    }));
  },

  async organisations(
    db: AnyTransaction,
    organisationIds: readonly string[],
  ): Promise<readonly OrganisationBrief[]> {
    if (organisationIds.length === 0) return [];
    const rows = await (db as RegisterTransaction)
      .selectFrom('organisation')
      .select(['id', 'kind', 'name_ja', 'name_en', 'sector', 'prefecture'])
      .where('id', 'in', organisationIds)
      .orderBy('id')
      .execute();
    return rows.map(toBrief);
  },
} as const;

export type InventoryLookup = typeof inventoryLookup;
