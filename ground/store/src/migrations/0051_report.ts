// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByLedger, guardByTenant, guardByTenants } from '../guards.ts';

/**
 * 0051 report: what operators tell, what follows from it, and what each addressee was given.
 *
 * Kind    additive
 * Rows    reports: thousands a year, 5,000 in a bad minute; submissions and copies: some a report;
 *         duties: ten a report; drafts: as many as are being written
 * Undo    none: a report once made is not unmade
 * Law     Act art. 5 (report, relay), art. 8 (use bound to purpose); APPI art. 26
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  for (const table of ['report', 'report_submission', 'report_duty_change', 'report_draft']) {
    await guardByTenant(db, table);
  }
  await guardByTenant(db, 'report_attachment');
  await guardByTenants(db, 'report_duty', ['organisation_id', 'desk_id']);
  for (const table of ['report_copy', 'report_message', 'report_use']) {
    await guardByTenants(db, table, ['organisation_id', 'desk_id']);
  }
  for (const statement of RIGHTS) await sql.raw(statement).execute(db);
  for (const table of ['report_submission', 'report_copy', 'report_message', 'report_use']) {
    await guardByLedger(db, table);
  }
}

const STATEMENTS = [
  `create table report (
     report_id text primary key,
     organisation_id text not null references organisation (id),
     -- The reporter's own number: the same again is the same report.
     reference text,
     idempotency_key text,
     -- Of what was first submitted: tells the same again from something else under the same number.
     content_digest bytea not null check (length(content_digest) = 32),
     kind text not null check (kind in
       ('ddos', 'ransomware', 'other', 'precursor', 'near-miss', 'voluntary')),
     title text not null,
     stage text not null check (stage in ('first', 'follow-up', 'final')),
     state text not null default 'open' check (state in ('open', 'final', 'withdrawn')),
     revision integer not null default 1,
     aware_at_ms bigint not null,
     submitted_at_ms bigint not null,
     changed_at_ms bigint not null,
     -- Facts of the organisation by which duties were found, and the law they were found with.
     facts jsonb not null,
     law jsonb not null,
     law_version text not null
   )`,
  `create unique index report_reference on report (organisation_id, reference)
     where reference is not null`,
  `create unique index report_idempotency on report (organisation_id, idempotency_key)
     where idempotency_key is not null`,
  `create index report_list on report (organisation_id, submitted_at_ms desc, report_id desc)`,
  `create index report_open_law on report (law_version) where state = 'open'`,
  `create table report_submission (
     report_id text not null references report (report_id),
     position integer not null,
     organisation_id text not null,
     stage text not null,
     at_ms bigint not null,
     actor text not null,
     via text not null check (via in ('form', 'api', 'telephone', 'mail', 'alert', 'import')),
     -- The whole record as it stood then: nothing is overwritten.
     record jsonb not null,
     changes jsonb not null,
     note jsonb,
     idempotency_key text,
     content_digest bytea not null check (length(content_digest) = 32),
     salt bytea not null check (length(salt) = 32),
     outbox_id uuid not null,
     primary key (report_id, position)
   )`,
  `create unique index report_submission_idempotency
     on report_submission (organisation_id, idempotency_key) where idempotency_key is not null`,
  // What applies now; its history is in report_duty_change.
  `create table report_duty (
     report_id text not null references report (report_id),
     rule text not null,
     organisation_id text not null,
     -- Who receives for the addressee, once a copy was delivered to it; else nobody sees the row.
     desk_id text,
     addressee text not null,
     addressee_name jsonb not null,
     nature text not null check (nature in ('duty', 'voluntary')),
     decision text not null,
     clause text not null,
     clocks jsonb not null,
     -- The next due instant that is not done; what clocks wait for next.
     due_at_ms bigint,
     due_stage text,
     look_at_ms bigint,
     primary key (report_id, rule)
   )`,
  `create index report_duty_look on report_duty (look_at_ms) where look_at_ms is not null`,
  `create table report_duty_change (
     report_id text not null references report (report_id),
     change_id bigint generated always as identity,
     organisation_id text not null,
     at_ms bigint not null,
     rule text not null,
     what text not null,
     cause text not null check (cause in ('record', 'rules', 'facts', 'extension', 'told')),
     text jsonb not null,
     outbox_id uuid,
     primary key (report_id, change_id)
   )`,
  `create table report_copy (
     copy_id text primary key,
     report_id text not null references report (report_id),
     organisation_id text not null,
     desk_id text not null references organisation (id),
     addressee text not null,
     rule text not null,
     clause text not null,
     position integer not null,
     stage text not null,
     kind text not null,
     title text not null,
     aware_at_ms bigint not null,
     at_ms bigint not null,
     -- What the addressee's purpose allows, and which fields were held back.
     content jsonb not null,
     withheld text[] not null,
     changes jsonb not null,
     -- Copy from which it was relayed.
     relayed_from text,
     named boolean not null,
     criticality smallint not null,
     safety boolean not null,
     salt bytea not null check (length(salt) = 32),
     outbox_id uuid not null,
     latest boolean not null default true,
     withdrawn_at_ms bigint,
     state text not null default 'delivered' check (state in
       ('delivered', 'read', 'accepted', 'returned')),
     read_at_ms bigint,
     read_outbox uuid,
     accepted_at_ms bigint,
     accepted_outbox uuid,
     returned_at_ms bigint,
     returned_outbox uuid
   )`,
  `create unique index report_copy_once on report_copy (report_id, addressee, position)`,
  `create index report_copy_desk on report_copy (desk_id, at_ms desc, copy_id desc) where latest`,
  `create index report_copy_waiting on report_copy (desk_id)
     where latest and withdrawn_at_ms is null and state in ('delivered', 'read')`,
  `create table report_message (
     message_id text primary key,
     report_id text not null references report (report_id),
     organisation_id text not null,
     desk_id text not null references organisation (id),
     addressee text not null,
     copy_id text not null references report_copy (copy_id),
     kind text not null check (kind in
       ('question', 'advice', 'order', 'answer', 'relay', 'note')),
     from_id text not null,
     to_id text not null,
     at_ms bigint not null,
     actor text not null,
     content text not null check (length(content) between 1 and 20000),
     clause text,
     due_at_ms bigint,
     answers text references report_message (message_id),
     answered_at_ms bigint,
     salt bytea not null check (length(salt) = 32),
     outbox_id uuid not null
   )`,
  `create index report_message_report on report_message (report_id, at_ms)`,
  `create index report_message_due on report_message (due_at_ms)
     where due_at_ms is not null and answered_at_ms is null`,
  `create table report_use (
     use_id bigint generated always as identity primary key,
     copy_id text not null references report_copy (copy_id),
     report_id text not null,
     organisation_id text not null,
     desk_id text not null,
     actor text not null,
     what text not null check (what in ('record', 'form', 'attachment', 'related', 'statistics')),
     purpose jsonb not null,
     at_ms bigint not null,
     outbox_id uuid not null
   )`,
  `create index report_use_report on report_use (report_id, at_ms)`,
  `create index report_use_copy on report_use (copy_id, actor, at_ms desc)`,
  `create table report_draft (
     draft_id text primary key,
     organisation_id text not null references organisation (id),
     report_id text references report (report_id),
     record jsonb not null,
     step text,
     revision integer not null default 1,
     created_at_ms bigint not null,
     saved_at_ms bigint not null,
     actor text not null,
     via text not null,
     proposal text check (proposal in ('precursor', 'draft')),
     -- Alerts of one group gather in one draft.
     group_key text,
     notes jsonb not null default '[]',
     texts jsonb not null default '[]'
   )`,
  `create index report_draft_list on report_draft (organisation_id, saved_at_ms desc)`,
  `create unique index report_draft_group on report_draft (organisation_id, group_key)
     where group_key is not null`,
  `create table report_attachment (
     attachment_id text primary key,
     organisation_id text not null references organisation (id),
     draft_id text,
     report_id text references report (report_id),
     name text not null check (length(name) between 1 and 200),
     type text not null,
     bytes bigint not null check (bytes >= 0),
     sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
     at_ms bigint not null,
     actor text not null
   )`,
  `create index report_attachment_report on report_attachment (report_id)`,
  `create index report_attachment_draft on report_attachment (draft_id)`,
  `create index report_attachment_digest on report_attachment (organisation_id, sha256)`,
];

const RIGHTS = [
  'revoke update, delete on report_submission from sakimori_app',
  'revoke delete on report from sakimori_app',
  'revoke update, delete on report_duty_change from sakimori_app',
  // What was delivered stays as it was; only where it stands moves on.
  'revoke update, delete on report_copy from sakimori_app',
  `grant update (latest, withdrawn_at_ms, state, read_at_ms, read_outbox, accepted_at_ms, accepted_outbox,
     returned_at_ms, returned_outbox) on report_copy to sakimori_app`,
  'revoke update, delete on report_message from sakimori_app',
  'grant update (answered_at_ms) on report_message to sakimori_app',
  'revoke update, delete on report_use from sakimori_app',
];
