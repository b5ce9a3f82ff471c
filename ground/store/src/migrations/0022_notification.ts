// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByLedger, guardByTenant } from '../guards.ts';

/**
 * 0022 notification: what operators tell the sector minister, and ministers the Prime Minister.
 *
 * Kind    additive
 * Rows    notifications: some a year and organisation; their computers: as many as notified
 * Undo    none: a notification once made is not unmade
 * Law     Act art. 4: notification, relay, changes
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  for (const table of ['notification', 'notification_act', 'notification_computer']) {
    await guardByTenant(db, table);
  }
  await sql`revoke update, delete on notification_act from sakimori_app`.execute(db);
  await guardByLedger(db, 'notification_act');
}

const STATEMENTS = [
  `create table notification (
     notification_id text primary key,
     organisation_id text not null references organisation (id),
     kind text not null check (kind in ('first', 'change', 'retirement')),
     state text not null check (state in
       ('draft', 'submitted', 'relayed', 'received', 'correction-requested', 'withdrawn')),
     computers integer not null default 0,
     created_at_ms bigint not null,
     correction_due_at_ms bigint,
     correction_fields text[]
   )`,
  // Computers gather in one draft of a kind until the operator submits it.
  `create unique index notification_draft on notification (organisation_id, kind)
     where state = 'draft'`,
  `create index notification_state on notification (state, organisation_id)`,
  `create table notification_act (
     notification_id text not null references notification (notification_id),
     position smallint not null,
     organisation_id text not null,
     act text not null check (act in
       ('submit', 'relay', 'receive', 'request-correction', 'withdraw')),
     seat text not null check (seat in ('operator', 'sector-minister', 'prime-minister')),
     at_ms bigint not null,
     actor text not null,
     due_at_ms bigint,
     fields text[],
     outbox_id text not null,
     salt bytea not null,
     primary key (notification_id, position)
   )`,
  // What was notified of each computer: the items as they stood when it was submitted.
  `create table notification_computer (
     notification_id text not null references notification (notification_id),
     -- Of the act by which it was submitted: a corrected submission does not overwrite the first.
     position smallint not null,
     computer_id text not null,
     organisation_id text not null,
     revision integer not null,
     content jsonb not null,
     changes jsonb not null,
     primary key (notification_id, position, computer_id)
   )`,
  `create index notification_computer_computer on notification_computer (computer_id)`,
];
