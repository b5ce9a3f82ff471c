// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByLedger, guardByTenant, openToAll } from '../guards.ts';

/**
 * 0032 notice: the outbox of notices, webhooks and their state, tokens of personal feeds.
 *
 * Kind    additive
 * Rows    notices: one a person and window, cleared after months; webhooks: at most ten an
 *         organisation
 * Undo    drop the four tables; warnings stay in the inbox
 * Law     none: how people are told is the platform's policy (law/data/warning-notices.json)
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  for (const table of ['notice', 'webhook_endpoint', 'webhook_state']) {
    await guardByTenant(db, table);
  }
  await guardByLedger(db, 'webhook_endpoint');
  await openToAll(db, 'feed_token', 'looked up by digest before anyone is known; no content', [
    'select',
    'insert',
    'update',
  ]);
}

const STATEMENTS = [
  `create table notice (
     notice_id text primary key,
     -- What makes it one notice: kind, recipient and window. A second try finds the first.
     key text not null unique check (length(key) between 1 and 300),
     channel text not null check (channel in ('mail', 'webhook')),
     kind text not null check (kind in ('immediate', 'digest', 'escalation', 'reminder')),
     organisation_id text not null,
     recipient text not null,
     state text not null check (state in ('pending', 'sending', 'sent', 'failed', 'dropped')),
     items integer not null check (items >= 0),
     questions integer not null default 0,
     warnings text[] not null default '{}',
     outbox_id uuid,
     not_before_ms bigint not null,
     lease_until_ms bigint not null default 0,
     attempts integer not null default 0,
     problem text,
     created_at_ms bigint not null,
     sent_at_ms bigint
   )`,
  `create index notice_due on notice (not_before_ms)
     where state in ('pending', 'sending')`,
  'create index notice_recipient on notice (recipient, created_at_ms desc)',
  `create table webhook_endpoint (
     webhook_id text primary key,
     organisation_id text not null,
     url text not null check (length(url) between 1 and 2048),
     events text[] not null check (cardinality(events) > 0),
     secret text not null,
     created_at_ms bigint not null,
     created_by text not null,
     removed_at_ms bigint
   )`,
  'create index webhook_endpoint_organisation on webhook_endpoint (organisation_id)',
  `create table webhook_state (
     webhook_id text primary key references webhook_endpoint (webhook_id),
     organisation_id text not null,
     failures integer not null default 0,
     last_delivered_at_ms bigint,
     problem text,
     stopped_at_ms bigint
   )`,
  `create table feed_token (
     token_digest bytea primary key check (length(token_digest) = 32),
     organisation_id text not null,
     person_id text not null,
     created_at_ms bigint not null,
     revoked_at_ms bigint
   )`,
  'create index feed_token_organisation on feed_token (organisation_id)',
];
