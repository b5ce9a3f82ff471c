// SPDX-License-Identifier: Apache-2.0
/** The store's own tables, as Kysely sees them. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

export type OrganisationKind =
  | 'operator'
  | 'office'
  | 'ministry'
  | 'police'
  | 'privacy-commission'
  | 'vendor'
  | 'commission'
  | 'carrier'
  | 'partner';

/** Timestamps come out as Date; Date or RFC 3339 text goes in. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
export type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;
/** Objects come out; objects go in as JSON text (`JSON.stringify`). */
export type Json<T extends object | null> = JSONColumnType<T, string, string>;

export interface OrganisationTable {
  id: string;
  kind: OrganisationKind;
  name_ja: string;
  name_en: string;
  sector: string | null;
  /** JIS X 0401, 01 to 47. */
  prefecture: string | null;
  parent: string | null;
  criticality: Generated<number>;
  domain: string | null;
  created_at: GeneratedTimestamp;
  exercise: Generated<boolean>;
  settings: ColumnType<Record<string, unknown>, string | undefined, string>;
}

export interface IdempotencyKeyTable {
  key: string;
  actor: string;
  target_digest: Buffer;
  request_digest: Buffer;
  status: number | null;
  response: ColumnType<unknown, string | null, string | null>;
  created_at: GeneratedTimestamp;
}

export interface InstanceSettingTable {
  key: string;
  value: ColumnType<unknown, string, string>;
  changed_at: GeneratedTimestamp;
}

export interface LedgerHeadTable {
  log: string;
  size: number;
  root: Buffer;
  checkpoint: string;
  changed_at: GeneratedTimestamp;
}

/** Tables that the store itself brings. */
export interface StoreTables {
  organisation: OrganisationTable;
  idempotency_key: IdempotencyKeyTable;
  instance_setting: InstanceSettingTable;
  ledger_head: LedgerHeadTable;
}
