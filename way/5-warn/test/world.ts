// SPDX-License-Identifier: Apache-2.0
/** A small world for tests: organisations, computers in the register's tables, and a clock. */
import { createHash } from 'node:crypto';
import { insertRows } from '@sakimori/store';
import { type Cleanup, testDatabase, testScope } from '@sakimori/store/testing';
import type { Exposure } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { makeContext, type WarnContext } from '../src/context.ts';
import type { InventoryItem } from '../src/engine/index.ts';
import { productKeys } from '../src/matching.ts';
import type { AnyTransaction, Contact, RegisterPort } from '../src/ports.ts';

export interface WorldComputer {
  readonly id: string;
  readonly organisation: string;
  readonly exposure?: Exposure;
  readonly items: readonly InventoryItem[];
}

export interface World {
  readonly context: WarnContext;
  /** Moves the clock. */
  pass(ms: number): void;
  setNow(ms: number): void;
  organisations(...ids: string[]): Promise<void>;
  contact(contact: Partial<Contact> & { organisationId: string; personId: string }): Promise<void>;
  /** Stores computers; an id that is known gets the new items. */
  computers(...computers: WorldComputer[]): Promise<void>;
  rows<T>(text: string): Promise<T[]>;
}

/** Saturday 21 November 2026, 12:00 in Japan. */
export const NOON = Date.UTC(2026, 10, 21, 3, 0, 0);

export async function makeWorld(
  t: Cleanup,
  reached: WarnContext['reached'] = () => {},
): Promise<World> {
  const { store } = await testDatabase(t);
  return worldOn(store, reached);
}

export function worldOn(
  store: WarnContext['store'],
  reached: WarnContext['reached'] = () => {},
): World {
  let now = NOON;
  const context = makeContext({
    store,
    register: registerOnTables,
    clock: { now: () => now },
    reached,
  });
  const scope = testScope();
  return {
    context,
    pass: (ms) => {
      now += ms;
    },
    setNow: (ms) => {
      now = ms;
    },
    async organisations(...ids) {
      await store.change(scope, async ({ db, record }) => {
        for (const id of ids) {
          await sql`insert into organisation (id, kind, name_ja, name_en, sector, prefecture)
            values (${id}, 'operator', ${`${id} 株式会社`}, ${`${id} Ltd`}, 'power', '13')
            on conflict do nothing`.execute(db);
        }
        await record({ type: 'organisation.registered', counts: { organisations: ids.length } });
      });
    },
    async contact({ organisationId, personId, name, email, order = 1, language = 'ja' }) {
      await store.change(scope, async ({ db }) => {
        await sql`insert into organisation_contact
          (organisation_id, position, person_id, name, email, language) values (${organisationId},
          ${order}, ${personId}, ${name ?? personId}, ${email ?? `${personId}@example.jp`},
          ${language})`.execute(db);
      });
    },
    async computers(...computers) {
      await store.change(scope, async ({ db, record }) => {
        await storeComputers(db, computers, now);
        await record({ type: 'computer.registered', counts: { computers: computers.length } });
      });
    },
    async rows<T>(text: string) {
      const { rows } = await store.read(scope, (db) => sql<T>`${sql.raw(text)}`.execute(db));
      return rows;
    },
  };
}

async function storeComputers(
  db: AnyTransaction,
  computers: readonly WorldComputer[],
  now: number,
): Promise<void> {
  for (const { id, organisation, exposure = 'internet', items } of computers) {
    const facts = JSON.stringify({ exposure });
    await sql`insert into computer (computer_id, organisation_id, match_key, label, facts, search,
        revision, source, created_at_ms, created_by, created_outbox, changed_at_ms)
      values (${id}, ${organisation}, ${`key:${id}`}, ${id}, ${facts}::jsonb, ${id}, 1, 'row',
        ${now}, 'per_test', 'none', ${now})
      on conflict (computer_id) do update set facts = excluded.facts`.execute(db);
    await sql`delete from computer_item where computer_id = ${id}`.execute(db);
    for (const item of items) {
      const identityId = await storeIdentity(db, item);
      await sql`insert into computer_item values (${id}, ${identityId}, ${organisation}, 1)
        on conflict do nothing`.execute(db);
    }
  }
}

async function storeIdentity(db: AnyTransaction, item: InventoryItem): Promise<number> {
  const digest = createHash('sha256').update(JSON.stringify(item)).digest();
  const found = await sql<{ id: number }>`select identity_id as id from inventory_identity
    where digest = ${digest}`.execute(db);
  if (found.rows[0]) return found.rows[0].id;
  const made = await sql<{ id: number }>`insert into inventory_identity
      (digest, maker, product, version, cpe, purl) values (${digest}, ${item.maker ?? null},
      ${item.product ?? null}, ${item.version ?? null}, ${item.cpe ?? null}, ${item.purl ?? null})
    returning identity_id as id`.execute(db);
  const { id } = made.rows[0] as { id: number };
  await insertRows(
    db,
    'inventory_identity_key',
    [
      { name: 'product_key', type: 'text' },
      { name: 'identity_id', type: 'bigint' },
    ],
    productKeys(item).map((key) => [key, id]),
  );
  return id;
}

interface IdentityRow {
  readonly id: number;
  readonly maker: string | null;
  readonly product: string | null;
  readonly version: string | null;
  readonly cpe: string | null;
  readonly purl: string | null;
}

const IDENTITY = sql.raw('i.identity_id as id, i.maker, i.product, i.version, i.cpe, i.purl');

function identityOf({ id, ...parts }: IdentityRow) {
  const item = Object.fromEntries(Object.entries(parts).filter(([, text]) => text !== null));
  return { identityId: id, item: item as InventoryItem };
}

/** The register's port on its own tables, as small as it can be. */
export const registerOnTables: RegisterPort = {
  holdings: sql`holding`,
  async *identitiesByKeys(db, keys) {
    const { rows } = await sql<IdentityRow>`select ${IDENTITY} from inventory_identity i
      where exists (select from inventory_identity_key k where k.identity_id = i.identity_id
        and k.product_key = any(${keys}::text[]))`.execute(db);
    yield rows.map(identityOf);
  },
  async identitiesOf(db, computerIds) {
    const { rows } = await sql<IdentityRow>`select distinct ${IDENTITY} from holding h
      join inventory_identity i on i.identity_id = h.identity_id
      where h.computer_id = any(${computerIds}::text[])`.execute(db);
    return rows.map(identityOf);
  },
  async *computersWith(db, identityIds) {
    const { rows } = await sql<{ c: string; o: string; i: number; e: Exposure; l: string }>`
      select computer_id as c, organisation_id as o, identity_id as i, exposure as e, label as l
      from holding where identity_id = any(${identityIds}::bigint[])`.execute(db);
    yield rows.map(({ c, o, i, e, l }) => ({
      computerId: c,
      organisationId: o,
      identityId: i,
      exposure: e,
      label: l,
    }));
  },
  async siblings(db, computerIds) {
    const { rows } = await sql<IdentityRow & { c: string }>`select h.computer_id as c, ${IDENTITY}
      from holding h join inventory_identity i on i.identity_id = h.identity_id
      where h.computer_id = any(${computerIds}::text[])`.execute(db);
    const found = new Map<string, ReturnType<typeof identityOf>[]>();
    for (const { c, ...row } of rows) found.set(c, [...(found.get(c) ?? []), identityOf(row)]);
    return found;
  },
  async inventoryOf(db, computerId) {
    const { rows } = await sql<IdentityRow & { o: string; e: Exposure; l: string }>`
      select h.organisation_id as o, h.exposure as e, h.label as l, ${IDENTITY}
      from holding h join inventory_identity i on i.identity_id = h.identity_id
      where h.computer_id = ${computerId}`.execute(db);
    const [first] = rows;
    if (!first) return undefined;
    return {
      computerId,
      organisationId: first.o,
      label: first.l,
      exposure: first.e,
      identities: rows.map(({ o: _o, e: _e, l: _l, ...row }) => identityOf(row)),
    };
  },
  async contacts(db, organisationIds) {
    const { rows } = await sql<Contact>`select person_id as "personId",
        organisation_id as "organisationId", name, email, position as "order", language
      from organisation_contact where organisation_id = any(${organisationIds}::text[])
      order by organisation_id, position`.execute(db);
    return rows;
  },
  async organisations(db, organisationIds) {
    const { rows } = await sql<{ id: string; ja: string; en: string; s: string; p: string }>`
      select id, name_ja as ja, name_en as en, sector as s, prefecture as p from organisation
      where id = any(${organisationIds}::text[])`.execute(db);
    return rows.map(({ id, ja, en, s, p }) => ({
      id,
      name: { ja, en },
      kind: 'operator' as const,
      sector: s,
      prefecture: p,
    }));
  },
};
