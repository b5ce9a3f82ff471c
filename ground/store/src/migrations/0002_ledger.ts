// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { openToAll } from '../guards.ts';

/**
 * 0002 ledger: outbox, head, entries kept for recovery, and the check that no guarded change
 * commits without an entry.
 *
 * Kind    additive
 * Rows    outbox: what is under way; entries: one an act, for ever
 * Undo    none: the ledger does not forget
 * Law     trust 1.2: domain change and outbox row in one transaction; compare-and-swap of the head
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  await openToAll(db, 'ledger_outbox', 'write only; entries carry no content', []);
  await openToAll(db, 'ledger_entry', 'entries carry no content; the log shows them', []);
  await openToAll(db, 'ledger_head', 'a published checkpoint');
}

const STATEMENTS = [
  `create table ledger_outbox (
     log text not null check (log in ('operations', 'exercise', 'public')),
     outbox_id uuid not null,
     bytes bytea not null check (length(bytes) between 1 and 65535),
     xact xid8 not null default pg_current_xact_id(),
     primary key (log, outbox_id)
   )`,
  `alter table ledger_outbox alter column bytes set storage external`,
  // The queue stays short and hot: clear dead rows by count, not by share of the table.
  `alter table ledger_outbox set (
     autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_scale_factor = 0,
     autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0
   )`,
  `create index ledger_outbox_xact on ledger_outbox (xact)`,
  // The application adds; it cannot read, take back, or say that another transaction wrote.
  `grant insert (log, outbox_id, bytes) on ledger_outbox to sakimori_app`,
  `create table ledger_entry (
     log text not null,
     index bigint not null check (index >= 0),
     outbox_id uuid not null,
     bytes bytea not null,
     primary key (log, index)
   )`,
  `alter table ledger_entry alter column bytes set storage external`,
  `create unique index ledger_entry_outbox on ledger_entry (outbox_id)`,
  `create table ledger_head (
     log text primary key check (log in ('operations', 'exercise', 'public')),
     size bigint not null check (size >= 0),
     root bytea not null check (length(root) = 32),
     checkpoint text not null,
     changed_at timestamptz not null default now()
   )`,
  `create function sakimori_check_guarded() returns trigger
   language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
   begin
     delete from public.ledger_guard where xact = new.xact;
     if not exists (select from public.ledger_outbox where xact = new.xact) then
       raise exception 'guarded change without a ledger entry' using errcode = 'SK001';
     end if;
     return null;
   end $$`,
  // Lets one statement of the sequencer undo itself when the head was not as expected.
  `create function sakimori_expect(holds boolean) returns void language plpgsql as $$
   begin
     if not holds then
       raise exception 'the head of the log moved' using errcode = 'SK003';
     end if;
   end $$`,
  `create constraint trigger ledger_guard_check after insert on ledger_guard
     deferrable initially deferred for each row execute function sakimori_check_guarded()`,
];
