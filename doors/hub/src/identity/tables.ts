// SPDX-License-Identifier: Apache-2.0
/** Tables of this room, as Kysely sees them (migration 0010). The library's own come first. */
import type { Role } from '@sakimori/authority';
import type { GeneratedTimestamp, StoreTables, Timestamp } from '@sakimori/store';
import type { ColumnType, Generated } from 'kysely';

export interface PersonTable {
  id: string;
  name: string;
  email: string;
  email_verified: Generated<boolean>;
  image: string | null;
  language: Generated<'ja' | 'en'>;
  last_seen_at: ColumnType<Date | null, Date | undefined, Date>;
  created_at: GeneratedTimestamp;
  updated_at: GeneratedTimestamp;
}

export interface SessionTable {
  id: string;
  user_id: string;
  token: string;
  expires_at: Timestamp;
  created_at: GeneratedTimestamp;
  last_seen_at: GeneratedTimestamp;
  stepped_up_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  waits_for: 'totp' | null;
}

export interface AccountTable {
  id: string;
  user_id: string;
  account_id: string;
  provider_id: string;
}

export interface VerificationTable {
  id: string;
  expires_at: Timestamp;
}

export interface PasskeyTable {
  id: string;
  user_id: string;
  name: string | null;
  created_at: GeneratedTimestamp;
}

export interface LinkTable {
  token_hash: Buffer;
  person_id: string;
  made_at: Timestamp;
  expires_at: Timestamp;
  used_at: ColumnType<Date | null, Date | undefined, Date>;
}

export interface TotpTable {
  person_id: string;
  secret: string;
  confirmed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  failed: Generated<number>;
  locked_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  last_step: Generated<number>;
}

export interface MembershipTable {
  person_id: string;
  organisation_id: string;
  roles: Role[];
  joined_at: GeneratedTimestamp;
}

export interface KeyTable {
  id: string;
  organisation_id: string;
  person_id: string;
  name: string;
  prefix: string;
  secret_hash: Buffer;
  actions: string[];
  roles: Role[];
  created_at: Timestamp;
  expires_at: Timestamp;
  revoked_at: ColumnType<Date | null, Date | undefined, Date>;
}

export interface KeyUseTable {
  key_id: string;
  last_used_at: Timestamp;
}

export interface RoleRequestTable {
  id: string;
  person_id: string;
  organisation_id: string;
  wanted: Role[];
  asked_by: string;
  asked_at: Timestamp;
  decided_by: ColumnType<string | null, string | undefined, string>;
  decided_at: ColumnType<Date | null, Date | undefined, Date>;
  approved: ColumnType<boolean | null, boolean | undefined, boolean>;
}

export interface IdentityTables extends StoreTables {
  identity_person: PersonTable;
  identity_session: SessionTable;
  identity_account: AccountTable;
  identity_verification: VerificationTable;
  identity_passkey: PasskeyTable;
  identity_link: LinkTable;
  identity_totp: TotpTable;
  identity_membership: MembershipTable;
  identity_key: KeyTable;
  identity_key_use: KeyUseTable;
  identity_role_request: RoleRequestTable;
}
