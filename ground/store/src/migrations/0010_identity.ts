// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { guardByLedger, guardByTenant, openToAll } from '../guards.ts';

/**
 * 0010 identity: people, their sign-ins and keys, and to which organisation they belong.
 *
 * Kind    additive
 * Rows    people: thousands; sessions: one a person and device, cleared when they end
 * Undo    none: who acted stays known as long as what they did
 * Law     Act art. 2-2 (who may do what is fixed beforehand); G17 (second person for roles)
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...SIGN_IN, ...TENANT]) await sql.raw(statement).execute(db);
  // Asked before anyone is known, so no scope exists yet. Which person belongs where is guarded.
  const everything = ['select', 'insert', 'update', 'delete'] as const;
  for (const table of SIGN_IN_TABLES) {
    await openToAll(db, table, 'read at sign-in, before there is a scope', everything);
  }
  await openToAll(db, 'identity_key_use', 'when a key was last used; no tenant data', everything);
  for (const table of ['identity_membership', 'identity_key', 'identity_role_request']) {
    await guardByTenant(db, table);
    await guardByLedger(db, table);
  }
}

const SIGN_IN_TABLES = [
  'identity_person',
  'identity_session',
  'identity_account',
  'identity_verification',
  'identity_passkey',
  'identity_link',
  'identity_totp',
];

/** The first five are the sign-in library's; their columns are its fields in our spelling. */
const SIGN_IN = [
  `create table identity_person (
     id text primary key,
     name text not null,
     email text not null unique check (email = lower(email)),
     email_verified boolean not null default false,
     image text,
     language text not null default 'ja' check (language in ('ja', 'en')),
     last_seen_at timestamptz,
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now()
   )`,
  `create table identity_session (
     id text primary key,
     user_id text not null references identity_person (id) on delete cascade,
     token text not null unique,
     expires_at timestamptz not null,
     ip_address text,
     user_agent text,
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now(),
     last_seen_at timestamptz not null default now(),
     stepped_up_at timestamptz,
     waits_for text check (waits_for = 'totp')
   )`,
  'create index identity_session_user on identity_session (user_id)',
  'create index identity_session_expires on identity_session (expires_at)',
  `create table identity_account (
     id text primary key,
     user_id text not null references identity_person (id) on delete cascade,
     account_id text not null,
     provider_id text not null,
     access_token text,
     refresh_token text,
     id_token text,
     access_token_expires_at timestamptz,
     refresh_token_expires_at timestamptz,
     scope text,
     password text check (password is null),
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now(),
     unique (provider_id, account_id)
   )`,
  'create index identity_account_user on identity_account (user_id)',
  `create table identity_verification (
     id text primary key,
     identifier text not null,
     value text not null,
     expires_at timestamptz not null,
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now()
   )`,
  'create index identity_verification_identifier on identity_verification (identifier)',
  `create table identity_passkey (
     id text primary key,
     name text,
     public_key text not null,
     user_id text not null references identity_person (id) on delete cascade,
     credential_id text not null unique,
     counter bigint not null,
     device_type text not null,
     backed_up boolean not null,
     transports text,
     aaguid text,
     created_at timestamptz default now()
   )`,
  'create index identity_passkey_user on identity_passkey (user_id)',
  // Only the hash of a link is kept; the link itself is shown once.
  `create table identity_link (
     token_hash bytea primary key check (length(token_hash) = 32),
     person_id text not null references identity_person (id) on delete cascade,
     made_at timestamptz not null,
     expires_at timestamptz not null,
     used_at timestamptz
   )`,
  'create index identity_link_person on identity_link (person_id, made_at)',
  // The secret is encrypted with a key that is a file, never a row.
  `create table identity_totp (
     person_id text primary key references identity_person (id) on delete cascade,
     secret text not null,
     confirmed_at timestamptz,
     failed integer not null default 0 check (failed >= 0),
     locked_until timestamptz,
     last_step bigint not null default 0
   )`,
];

const TENANT = [
  `create table identity_membership (
     person_id text primary key references identity_person (id),
     organisation_id text not null references organisation (id),
     roles text[] not null check (roles <@ array['operator-admin', 'operator-member',
       'office-analyst', 'ministry-desk', 'vendor', 'commission', 'auditor', 'steward']),
     joined_at timestamptz not null default now()
   )`,
  'create index identity_membership_organisation on identity_membership (organisation_id)',
  `create table identity_key (
     id text primary key,
     organisation_id text not null references organisation (id),
     person_id text not null references identity_person (id),
     name text not null check (length(name) between 1 and 100),
     prefix text not null,
     secret_hash bytea not null unique check (length(secret_hash) = 32),
     actions text[] not null check (cardinality(actions) > 0),
     roles text[] not null,
     created_at timestamptz not null,
     expires_at timestamptz not null,
     revoked_at timestamptz
   )`,
  'create index identity_key_organisation on identity_key (organisation_id)',
  `create table identity_key_use (
     key_id text primary key references identity_key (id) on delete cascade,
     last_used_at timestamptz not null
   )`,
  `create table identity_role_request (
     id text primary key,
     person_id text not null references identity_person (id),
     organisation_id text not null references organisation (id),
     wanted text[] not null,
     asked_by text not null references identity_person (id),
     asked_at timestamptz not null,
     decided_by text check (decided_by <> asked_by and decided_by <> person_id),
     decided_at timestamptz,
     approved boolean,
     check ((decided_at is null) = (approved is null))
   )`,
  'create index identity_role_request_organisation on identity_role_request (organisation_id)',
];
