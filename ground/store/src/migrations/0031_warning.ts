// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByLedger, guardByTenant, openToAll } from '../guards.ts';

/**
 * 0031 warning: one warning an organisation and vulnerability, its items, answers, suppressions.
 *
 * Kind    additive
 * Rows    warnings: organisations times vulnerabilities that concern them; items: some a warning
 * Undo    none: a warning once given is not ungiven
 * Law     Act art. 42: information to those concerned; design 5.7: change and entry together
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  for (const table of [...TENANT, ...DERIVED]) await guardByTenant(db, table);
  for (const table of TENANT) await guardByLedger(db, table);
  // Scopes of reading cannot see other tenants' leaves, but a proof needs all of them.
  await openToAll(db, 'warning_batch', 'hashes of a batch for receipts; no content', [
    'select',
    'insert',
  ]);
}

const TENANT = ['warning', 'warning_revision', 'warning_answer', 'suppression'];

/** Made again from other rows at any time. */
const DERIVED = ['warning_item', 'computer_verdict'];

const STATEMENTS = [
  `create table warning_batch (
     batch_id text primary key,
     at_ms bigint not null,
     outbox_id uuid not null,
     -- Commitments in order, 32 bytes each.
     leaves bytea not null check (length(leaves) > 0 and length(leaves) % 32 = 0)
   )`,
  `create table warning (
     warning_id text primary key,
     organisation_id text not null,
     vulnerability_id text not null,
     form text not null check (form in ('alarm', 'question')),
     state text not null check (state in ('open', 'acknowledged', 'working', 'resolved', 'withdrawn')),
     revision integer not null check (revision >= 1),
     known_at_ms bigint not null,
     issued_at_ms bigint not null,
     updated_at_ms bigint not null,
     due_at_ms bigint not null,
     outcome text not null,
     rank smallint not null,
     triage_first boolean not null,
     -- From these and the facts the reason for the deadline follows again, word for word.
     law_rule text not null,
     exposure text not null,
     counted_from_ms bigint not null,
     confidence text not null check (confidence in ('high', 'medium', 'low')),
     computers integer not null check (computers >= 0),
     changes text[] not null default '{}',
     immediate boolean not null,
     acknowledged_at_ms bigint,
     resolved_at_ms bigint,
     resolution text,
     escalated_at_ms bigint,
     reminded_at_ms bigint,
     -- What the ledger holds us to for this revision: canonical JSON, its salt, its place in the batch.
     batch_id text not null,
     position integer not null,
     salt bytea not null check (length(salt) = 32),
     content text not null,
     unique (vulnerability_id, organisation_id)
   )`,
  `create index warning_open on warning (organisation_id, due_at_ms)
     where state in ('open', 'acknowledged', 'working')`,
  // Earlier revisions; the present one stands in the warning.
  `create table warning_revision (
     warning_id text not null,
     revision integer not null,
     organisation_id text not null,
     at_ms bigint not null,
     batch_id text not null,
     position integer not null,
     salt bytea not null check (length(salt) = 32),
     content text not null,
     changes text[] not null,
     primary key (warning_id, revision)
   )`,
  // Derived: how many computers, by verdict, and how exposed any of them is (one bit each). Which ones
  // they are follows from verdicts and register: a million rows that say it again would grow old.
  `create table warning_item (
     warning_id text not null,
     verdict text not null,
     organisation_id text not null,
     computers integer not null,
     exposures smallint not null,
     primary key (warning_id, verdict)
   )`,
  // Only for rules that need several items of one computer (AND of products).
  `create table computer_verdict (
     computer_id text not null,
     vulnerability_id text not null,
     identity_id bigint not null,
     organisation_id text not null,
     verdict text not null,
     confidence text not null,
     weight real not null,
     product text not null,
     rule text not null,
     reason jsonb not null,
     source jsonb not null,
     item text not null,
     decided_at_ms bigint not null,
     primary key (vulnerability_id, computer_id)
   )`,
  'create index computer_verdict_computer on computer_verdict (computer_id)',
  `create table warning_answer (
     answer_id text primary key,
     warning_id text not null,
     organisation_id text not null,
     person_id text not null,
     kind text not null check (kind in
       ('seen', 'working', 'fixed', 'mitigated', 'not-affected', 'false-positive')),
     word text check (length(word) <= 1000),
     computer_id text,
     revision integer not null,
     via text not null check (via in ('inbox', 'link')),
     at_ms bigint not null,
     salt bytea not null check (length(salt) = 32),
     outbox_id uuid not null,
     -- What it did: suppressed how many, resolved the warning or not. Shown back.
     effect jsonb not null default '{}'
   )`,
  'create index warning_answer_warning on warning_answer (warning_id, at_ms)',
  'create index warning_answer_organisation on warning_answer (organisation_id, at_ms desc)',
  // The same answer of the same person to the same revision is one answer.
  `create unique index warning_answer_once on warning_answer
     (warning_id, revision, person_id, kind, coalesce(computer_id, ''))`,
  `create table suppression (
     suppression_id text primary key,
     organisation_id text not null,
     product text not null,
     rule text not null,
     word text not null,
     person_id text not null,
     at_ms bigint not null,
     answer_id text,
     removed_at_ms bigint
   )`,
  `create unique index suppression_live on suppression (organisation_id, product, rule)
     where removed_at_ms is null`,
];
