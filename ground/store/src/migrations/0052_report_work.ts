// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByLedger, guardByTenant, openToAll } from '../guards.ts';

/**
 * 0052 report_work: what is done about reports behind the scenes: relations, merges, reminders,
 * notices, settings, and changes of rules by two people.
 *
 * Kind    additive
 * Rows    keys: up to some hundred a report; reminders and notices: some a report and deadline;
 *         tasks: what waits; the rest: few
 * Undo    none: what was said and decided stays
 * Law     Act arts 5, 37; rule changes: none, policy of the platform (two people)
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  for (const table of TENANT_TABLES) await guardByTenant(db, table);
  await openToAll(db, 'report_task', 'ids of what waits to be worked on', [
    'select',
    'insert',
    'update',
    'delete',
  ]);
  await openToAll(db, 'rule_change', 'rules are open to everyone who takes part', [
    'select',
    'insert',
  ]);
  for (const statement of RIGHTS) await sql.raw(statement).execute(db);
  for (const table of ['report_merge', 'report_settings', 'rule_change']) {
    await guardByLedger(db, table);
  }
}

const TENANT_TABLES = [
  'report_key',
  'report_merge',
  'report_merge_member',
  'report_intake',
  'report_crisis',
  'report_reminder',
  'report_notice',
  'report_settings',
];

const STATEMENTS = [
  `create table report_task (
     task_id bigint generated always as identity primary key,
     kind text not null check (kind in
       ('submission', 'message', 'accepted', 'extended', 'relayed')),
     ref text not null,
     position integer not null default 0,
     at_ms bigint not null,
     attempts smallint not null default 0,
     not_before_ms bigint not null default 0
   )`,
  // A value leads to its members; pairs are never stored.
  `create table report_key (
     kind text not null,
     key text not null,
     report_id text not null references report (report_id),
     organisation_id text not null,
     weight real not null,
     shown jsonb not null,
     primary key (kind, key, organisation_id, report_id)
   )`,
  `create index report_key_report on report_key (report_id)`,
  // organisation_id is the desk that merged.
  `create table report_merge (
     merge_id text primary key,
     organisation_id text not null references organisation (id),
     reason text not null,
     at_ms bigint not null,
     actor text not null,
     salt bytea not null check (length(salt) = 32),
     outbox_id uuid not null,
     undone_at_ms bigint,
     undone_by text,
     undo_reason text,
     undo_outbox uuid
   )`,
  `create table report_merge_member (
     merge_id text not null references report_merge (merge_id),
     report_id text not null references report (report_id),
     organisation_id text not null,
     active boolean not null default true,
     primary key (merge_id, report_id)
   )`,
  `create unique index report_merge_member_once on report_merge_member
     (organisation_id, report_id) where active`,
  `create table report_intake (
     organisation_id text not null references organisation (id),
     report_id text not null references report (report_id),
     assignee text,
     at_ms bigint not null,
     actor text not null,
     primary key (organisation_id, report_id)
   )`,
  `create table report_crisis (
     organisation_id text primary key references organisation (id),
     since_ms bigint,
     looked_at_ms bigint not null
   )`,
  // One row a thing that was said: saying it again finds it.
  `create table report_reminder (
     report_id text not null references report (report_id),
     rule text not null,
     stage text not null,
     kind text not null,
     organisation_id text not null,
     due_at_ms bigint,
     at_ms bigint not null,
     outbox_id uuid,
     primary key (report_id, rule, stage, kind)
   )`,
  `create table report_notice (
     key text primary key,
     organisation_id text not null,
     contact_order smallint not null,
     subject jsonb not null,
     content jsonb not null,
     href text not null,
     at_ms bigint not null,
     not_before_ms bigint not null,
     state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'failed')),
     attempts smallint not null default 0,
     lease_until_ms bigint,
     sent_at_ms bigint
   )`,
  `create index report_notice_due on report_notice (not_before_ms)
     where state in ('pending', 'sending')`,
  `create table report_settings (
     organisation_id text primary key references organisation (id),
     automatic_precursors boolean not null default false,
     facts jsonb not null default '{}',
     changed_at_ms bigint not null,
     actor text not null,
     outbox_id uuid not null
   )`,
  `create table rule_change (
     change_id text primary key,
     rule_set text not null check (rule_set ~ '^report-[a-z-]{1,40}$'),
     clause text not null,
     source text not null,
     effective_from date not null,
     value jsonb not null,
     reason text not null,
     asked_by text not null,
     asked_at_ms bigint not null,
     ask_salt bytea not null,
     ask_outbox uuid not null,
     state text not null default 'waiting' check (state in ('waiting', 'in-force', 'refused')),
     decided_by text check (decided_by <> asked_by),
     decided_at_ms bigint,
     decision_outbox uuid
   )`,
];

const RIGHTS = [
  'revoke delete on report_merge from sakimori_app',
  'revoke delete on report_reminder from sakimori_app',
  'revoke update, delete on report_merge from sakimori_app',
  `grant update (undone_at_ms, undone_by, undo_reason, undo_outbox) on report_merge
     to sakimori_app`,
  `grant update (state, decided_by, decided_at_ms, decision_outbox) on rule_change
     to sakimori_app`,
];
