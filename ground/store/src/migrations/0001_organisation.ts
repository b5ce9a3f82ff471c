// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByLedger, guardByTenant } from '../guards.ts';

/**
 * 0001 organisation: tenants, and the functions by which the database knows who asks.
 *
 * Kind    additive: the first one
 * Rows    hundreds to thousands
 * Undo    none: what follows stands on it
 * Law     Act art. 2 (designated operators), arts 4-5 (whose computers are registered)
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of SCOPE_FUNCTIONS) await sql.raw(statement).execute(db);
  for (const statement of GUARD_FUNCTIONS) await sql.raw(statement).execute(db);
  await db.schema
    .createTable('organisation')
    .addColumn('id', 'text', (c) => c.primaryKey().check(sql`id ~ '^[^,[:space:]]{1,80}$'`))
    .addColumn('kind', 'text', (c) =>
      c
        .notNull()
        .check(
          sql`kind in ('operator','office','ministry','vendor','commission','carrier','partner')`,
        ),
    )
    .addColumn('name_ja', 'text', (c) => c.notNull())
    .addColumn('name_en', 'text', (c) => c.notNull())
    .addColumn('sector', 'text')
    // JIS X 0401.
    .addColumn('prefecture', 'text', (c) =>
      c.check(sql`prefecture ~ '^(0[1-9]|[1-3][0-9]|4[0-7])$'`),
    )
    .addColumn('parent', 'text', (c) => c.references('organisation.id'))
    .addColumn('criticality', 'smallint', (c) => c.notNull().defaultTo(0))
    .addColumn('domain', 'text')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('exercise', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('settings', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'::jsonb`))
    .execute();
  await db.schema
    .createIndex('organisation_sector')
    .on('organisation')
    .columns(['sector', 'id'])
    .execute();
  await guardByTenant(db, 'organisation', { column: 'id' });
  await guardByLedger(db, 'organisation');
}

/** Settings of a transaction: reach (none, own, sector, all), visible (ids between commas). */
const SCOPE_FUNCTIONS = [
  // Takes the place of four settings and, for a sector, one look-up: a single call at the start.
  `create function sakimori_enter(
     actor text, organisation text, reach text, sectors text[], purpose text
   ) returns void language plpgsql volatile as $$
   declare seen text := '';
   begin
     if reach is null or reach not in ('none', 'own', 'sector', 'all')
       or strpos(organisation, ',') > 0 then
       raise exception 'not a scope' using errcode = 'SK002';
     end if;
     perform set_config('sakimori.actor', actor, true),
             set_config('sakimori.organisation', coalesce(organisation, ''), true),
             set_config('sakimori.purpose', purpose, true);
     if reach in ('own', 'sector') and organisation <> '' then
       seen := ',' || organisation || ',';
     end if;
     if reach = 'sector' and cardinality(sectors) > 0 then
       perform set_config('sakimori.reach', 'all', true);
       seen := coalesce(nullif(seen, ''), ',') || coalesce((
         select string_agg(o.id, ',') || ',' from organisation o where o.sector = any(sectors)
       ), '');
     end if;
     perform set_config('sakimori.visible', seen, true), set_config('sakimori.reach', reach, true);
   end $$`,
  `create function sakimori_sees(organisation_id text) returns boolean
   language sql stable parallel safe as $$
     select current_setting('sakimori.reach', true) = 'all'
       or strpos(current_setting('sakimori.visible', true), ',' || organisation_id || ',') > 0
   $$`,
  `create function sakimori_visible() returns setof text language sql stable parallel safe as $$
     select one from unnest(string_to_array(current_setting('sakimori.visible', true), ',')) one
     where one <> ''
   $$`,
];

/** The marker that a guarded write leaves and an entry in the outbox answers (0002 has the check). */
const GUARD_FUNCTIONS = [
  `create unlogged table ledger_guard (xact xid8 primary key)`,
  `comment on table ledger_guard is 'open: no rights for anyone, no row outlives its transaction'`,
  `create function sakimori_mark_guarded() returns trigger
   language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
   begin
     insert into public.ledger_guard (xact) values (pg_current_xact_id()) on conflict do nothing;
     return null;
   end $$`,
];
