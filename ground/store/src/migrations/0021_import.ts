// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByTenant } from '../guards.ts';

/**
 * 0021 import: uploaded lists on their way into the register; what an organisation has decided.
 *
 * Kind    additive
 * Rows    drafts: some a month and organisation; decisions: tens an organisation
 * Undo    drop the tables: nothing registered depends on them
 * Law     none: convenience of Act art. 4
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  for (const table of ['import_draft', 'import_mapping', 'import_answer']) {
    await guardByTenant(db, table);
  }
}

const STATEMENTS = [
  `create table import_draft (
     import_id text primary key,
     organisation_id text not null references organisation (id),
     state text not null check (state in ('mapping', 'preview', 'applied', 'refused')),
     file_name text not null,
     file_bytes integer not null,
     file_kind text not null,
     digest bytea not null check (length(digest) = 32),
     -- The file itself, compressed; emptied once it is applied or too old.
     content bytea,
     form jsonb,
     heading_line integer,
     heading_count integer,
     fingerprint text,
     columns jsonb not null default '[]',
     mapping jsonb not null default '{}',
     counts jsonb,
     fault text,
     created_at_ms bigint not null,
     created_by text not null,
     applied_at_ms bigint,
     outbox_id text,
     -- Of the commitment to file and changes in the entry of the import.
     salt bytea
   )`,
  `alter table import_draft alter column content set storage external`,
  `create index import_draft_organisation on import_draft (organisation_id, created_at_ms)`,
  `create table import_mapping (
     organisation_id text not null references organisation (id),
     fingerprint text not null,
     mapping jsonb not null,
     decided_at_ms bigint not null,
     primary key (organisation_id, fingerprint)
   )`,
  `create table import_answer (
     organisation_id text not null references organisation (id),
     question_id text not null,
     answer text not null,
     decided_at_ms bigint not null,
     decided_by text not null,
     primary key (organisation_id, question_id)
   )`,
];
