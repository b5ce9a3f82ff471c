// SPDX-License-Identifier: Apache-2.0
/** The register's tables, as Kysely sees them. Their definition: migrations 0020 to 0022. */
import type { Json, StoreTables } from '@sakimori/store';
import type { ColumnType, Generated } from 'kysely';
import type {
  ColumnProposal,
  ComputerValues,
  CryptographicAsset,
  Exposure,
  FieldChange,
  Mapping,
  TableForm,
} from './engine/index.ts';

/** bigint columns come out as text or number, depending on the driver's settings. */
export type Millis = ColumnType<number | string, number, number>;
type MaybeMillis = ColumnType<number | string | null, number | null, number | null>;

export type ComputerState =
  | 'not-required'
  | 'draft'
  | 'submitted'
  | 'relayed'
  | 'received'
  | 'correction-requested';

export interface ComputerTable {
  computer_id: string;
  organisation_id: string;
  match_key: string;
  label: string;
  facts: Json<ComputerValues>;
  search: string;
  exposure: ColumnType<Exposure, never, never>;
  prefecture: ColumnType<string | null, never, never>;
  exemption: string | null;
  revision: number;
  source: 'row' | 'sbom' | 'api';
  import_id: string | null;
  notification_id: string | null;
  notification_state: ComputerState;
  created_at_ms: Millis;
  created_by: string;
  created_outbox: string;
  salt: Buffer | null;
  changed_at_ms: Millis;
  retired_at_ms: MaybeMillis;
}

export interface InventoryIdentityTable {
  identity_id: ColumnType<number | string, never, never>;
  digest: Buffer;
  maker: string | null;
  product: string | null;
  version: string | null;
  cpe: string | null;
  purl: string | null;
}

export interface InventoryIdentityKeyTable {
  product_key: string;
  identity_id: number | string;
}

export interface ComputerItemTable {
  computer_id: string;
  identity_id: number | string;
  organisation_id: string;
  sources: number;
}

export interface HoldingView {
  computer_id: string;
  organisation_id: string;
  identity_id: number | string;
  exposure: Exposure;
  label: string;
}

export interface ComputerHistoryTable {
  computer_id: string;
  revision: number;
  organisation_id: string;
  at_ms: Millis;
  actor: string;
  happening: 'changed' | 'retired' | 'sbom';
  /** In an object: a bulk insert carries objects only. */
  changes: Json<{ list: FieldChange[] }>;
  import_id: string | null;
  outbox_id: string;
  salt: Buffer | null;
}

export interface OrganisationContactTable {
  organisation_id: string;
  position: number;
  person_id: string | null;
  name: string;
  email: string;
  language: Generated<'ja' | 'en'>;
}

export interface SbomTable {
  sbom_id: string;
  organisation_id: string;
  computer_id: string;
  digest: Buffer;
  format: string;
  spec_version: string;
  serial: string | null;
  name: string | null;
  components: number;
  cryptographic_assets: Json<CryptographicAsset[]>;
  attached_at_ms: Millis;
  attached_by: string;
  outbox_id: string;
  salt: Buffer;
}

export interface SbomComponentTable {
  sbom_id: string;
  position: number;
  organisation_id: string;
  ref: string;
  parent: string | null;
  type: string;
  identity_id: number | string;
}

export interface ImportDraftTable {
  import_id: string;
  organisation_id: string;
  state: 'mapping' | 'preview' | 'applied' | 'refused';
  file_name: string;
  file_bytes: number;
  file_kind: string;
  digest: Buffer;
  content: Buffer | null;
  form: Json<TableForm | null>;
  heading_line: number | null;
  heading_count: number | null;
  fingerprint: string | null;
  columns: Json<ColumnProposal[]>;
  mapping: Json<Mapping>;
  counts: ColumnType<ImportCounts | null, string | null, string | null>;
  fault: string | null;
  created_at_ms: Millis;
  created_by: string;
  applied_at_ms: MaybeMillis;
  outbox_id: string | null;
  salt: Buffer | null;
}

export interface ImportCounts {
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  /** Computers of the list that still lack a required item of the notification. */
  readonly missing: number;
  /** Computers in use that the list does not name. */
  readonly absent: number;
  readonly questions: number;
}

export interface ImportMappingTable {
  organisation_id: string;
  fingerprint: string;
  mapping: Json<Mapping>;
  decided_at_ms: Millis;
}

export interface ImportAnswerTable {
  organisation_id: string;
  question_id: string;
  answer: string;
  decided_at_ms: Millis;
  decided_by: string;
}

export interface NotificationTable {
  notification_id: string;
  organisation_id: string;
  kind: 'first' | 'change' | 'retirement';
  state: 'draft' | 'submitted' | 'relayed' | 'received' | 'correction-requested' | 'withdrawn';
  computers: Generated<number>;
  created_at_ms: Millis;
  correction_due_at_ms: MaybeMillis;
  correction_fields: string[] | null;
}

export interface NotificationActTable {
  notification_id: string;
  position: number;
  organisation_id: string;
  act: 'submit' | 'relay' | 'receive' | 'request-correction' | 'withdraw';
  seat: 'operator' | 'sector-minister' | 'prime-minister';
  at_ms: Millis;
  actor: string;
  due_at_ms: MaybeMillis;
  fields: string[] | null;
  outbox_id: string;
  salt: Buffer;
}

export interface NotificationComputerTable {
  notification_id: string;
  position: number;
  computer_id: string;
  organisation_id: string;
  revision: number;
  content: Json<ComputerValues>;
  changes: Json<{ list: FieldChange[] }>;
}

export interface RegisterTables extends StoreTables {
  computer: ComputerTable;
  inventory_identity: InventoryIdentityTable;
  inventory_identity_key: InventoryIdentityKeyTable;
  computer_item: ComputerItemTable;
  holding: HoldingView;
  computer_history: ComputerHistoryTable;
  organisation_contact: OrganisationContactTable;
  sbom: SbomTable;
  sbom_component: SbomComponentTable;
  import_draft: ImportDraftTable;
  import_mapping: ImportMappingTable;
  import_answer: ImportAnswerTable;
  notification: NotificationTable;
  notification_act: NotificationActTable;
  notification_computer: NotificationComputerTable;
}
