// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByLedger, guardByTenant, openToAll } from '../guards.ts';

/**
 * 0020 computer: specified computers, what is on them, how they changed; contacts.
 *
 * Kind    additive
 * Rows    computers: up to a million; identities: some ten thousand; items: one to hundreds a
 *         computer; history: one a change, for ever
 * Undo    none: what was registered stays known; the next migration repairs forward
 * Law     Act art. 4 (registration, changes); joint order arts 2-3 (items)
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  for (const table of TENANT_TABLES) await guardByTenant(db, table);
  // History is added to and read, never rewritten.
  await sql`revoke update, delete on computer_history from sakimori_app`.execute(db);
  await guardByLedger(db, 'computer');
  const reason = 'names of products and versions, without who has them';
  await openToAll(db, 'inventory_identity', reason, ['select', 'insert']);
  await openToAll(db, 'inventory_identity_key', reason, ['select', 'insert', 'delete']);
  // Seen with the rights of whoever asks: row-level security of both tables holds.
  await sql`grant select on holding to sakimori_app`.execute(db);
}

const TENANT_TABLES = [
  'computer',
  'computer_item',
  'computer_history',
  'organisation_contact',
  'sbom',
  'sbom_component',
];

const STATEMENTS = [
  // No reference to organisation here: a million checks of it would cost more than the rows. Every
  // writer looks the organisation up in the same transaction, and organisations are never deleted.
  `create table computer (
     computer_id text primary key,
     organisation_id text not null,
     match_key text not null,
     label text not null,
     -- Values by field name, as the engine of the register gives them.
     facts jsonb not null check (jsonb_typeof(facts) = 'object'),
     search text not null,
     exposure text generated always as (coalesce(facts ->> 'exposure', 'unknown')) stored,
     prefecture text generated always as (facts ->> 'prefecture') stored,
     exemption text,
     revision integer not null check (revision > 0),
     source text not null check (source in ('row', 'sbom', 'api')),
     import_id text,
     notification_id text,
     notification_state text not null default 'not-required' check (notification_state in
       ('not-required', 'draft', 'submitted', 'relayed', 'received', 'correction-requested')),
     created_at_ms bigint not null,
     created_by text not null,
     created_outbox text not null,
     -- Of the commitment in the entry of its registration; null when that covers a whole import.
     salt bytea,
     changed_at_ms bigint not null,
     retired_at_ms bigint
   )`,
  `create index computer_list on computer (organisation_id, label, computer_id)`,
  // One computer in use for each number of the operator's own.
  `create unique index computer_own_key on computer (organisation_id, match_key)
     where retired_at_ms is null and match_key like 'key:%'`,
  `create index computer_notification on computer (notification_id) where notification_id is not null`,
  `create table inventory_identity (
     identity_id bigint generated always as identity primary key,
     digest bytea not null unique check (length(digest) = 32),
     maker text,
     product text,
     version text,
     cpe text,
     purl text
   )`,
  `create table inventory_identity_key (
     product_key text not null,
     identity_id bigint not null references inventory_identity (identity_id),
     primary key (product_key, identity_id)
   )`,
  `create index inventory_identity_key_identity on inventory_identity_key (identity_id)`,
  // sources: 1 row of a list, 2 SBOM, 4 API; added together.
  `create table computer_item (
     computer_id text not null,
     identity_id bigint not null,
     organisation_id text not null,
     sources smallint not null check (sources between 1 and 7),
     primary key (computer_id, identity_id)
   )`,
  `create index computer_item_identity on computer_item (identity_id)`,
  `create table computer_history (
     computer_id text not null,
     revision integer not null,
     organisation_id text not null,
     at_ms bigint not null,
     actor text not null,
     happening text not null check (happening in ('changed', 'retired', 'sbom')),
     changes jsonb not null,
     import_id text,
     outbox_id text not null,
     salt bytea,
     primary key (computer_id, revision)
   )`,
  `create table organisation_contact (
     organisation_id text not null references organisation (id),
     position smallint not null check (position between 1 and 99),
     person_id text,
     name text not null,
     email text not null,
     language text not null default 'ja' check (language in ('ja', 'en')),
     primary key (organisation_id, position)
   )`,
  `create table sbom (
     sbom_id text primary key,
     organisation_id text not null references organisation (id),
     computer_id text not null references computer (computer_id),
     digest bytea not null check (length(digest) = 32),
     format text not null,
     spec_version text not null,
     serial text,
     name text,
     components integer not null,
     cryptographic_assets jsonb not null,
     attached_at_ms bigint not null,
     attached_by text not null,
     outbox_id text not null,
     salt bytea not null,
     unique (computer_id, digest)
   )`,
  `create table sbom_component (
     sbom_id text not null references sbom (sbom_id) on delete cascade,
     position integer not null,
     organisation_id text not null,
     ref text not null,
     parent text,
     type text not null,
     identity_id bigint not null,
     primary key (sbom_id, position)
   )`,
  `create index sbom_component_identity on sbom_component (identity_id)`,
  `create view holding with (security_invoker = true) as
     select i.computer_id, i.organisation_id, i.identity_id, c.exposure, c.label
     from computer_item i join computer c on c.computer_id = i.computer_id
     where c.retired_at_ms is null`,
];
