// SPDX-License-Identifier: Apache-2.0
/** The room's tables as rows come out of them. Their definition: migrations 0051 and 0052. */
import type { ReportKind, ReportStage, ReportVia, Text } from '@sakimori/vocabulary/wire';
import type {
  IncidentRecord,
  Obligation,
  ReportingOrganisation,
  StageClock,
} from './engine/index.ts';

/** Instants that rules of law were taken at, and the approved changes that were laid over them. */
export interface LawUsed {
  readonly atMs: number;
  readonly changes: readonly string[];
}

export interface ReportRow {
  readonly report_id: string;
  readonly organisation_id: string;
  readonly reference: string | null;
  readonly content_digest: Buffer;
  readonly kind: ReportKind;
  readonly title: string;
  readonly stage: ReportStage;
  readonly state: 'open' | 'final' | 'withdrawn';
  readonly revision: number;
  readonly aware_at_ms: number;
  readonly submitted_at_ms: number;
  readonly changed_at_ms: number;
  readonly facts: ReportingOrganisation;
  readonly law: LawUsed;
  readonly law_version: string;
}

export interface FieldChange {
  readonly field: string;
  readonly label?: Text;
  readonly before?: Text;
  readonly after?: Text;
}

/** What stands beside a submission: who spoke at the telephone, why it was withdrawn. */
export interface SubmissionNote {
  readonly spokenBy?: string;
  readonly callback?: string;
  readonly withdrawn?: string;
}

export interface SubmissionRow {
  readonly report_id: string;
  readonly position: number;
  readonly stage: ReportStage;
  readonly at_ms: number;
  readonly actor: string;
  readonly via: ReportVia;
  readonly record: IncidentRecord;
  readonly changes: readonly FieldChange[];
  readonly note: SubmissionNote | null;
  readonly content_digest: Buffer;
  readonly outbox_id: string;
}

/** One clock as it is kept: what the engine said, and what happened to it. */
export interface KeptClock extends StageClock {
  readonly doneAt?: string;
  /** Until when the addressee gave more time. */
  readonly extendedTo?: string;
}

export interface DutyRow {
  readonly report_id: string;
  readonly rule: string;
  readonly desk_id: string | null;
  readonly addressee: string;
  readonly addressee_name: Text;
  readonly nature: Obligation['nature'];
  readonly decision: Obligation['decision'];
  readonly clause: string;
  readonly clocks: readonly KeptClock[];
  readonly due_at_ms: number | null;
  readonly due_stage: StageClock['stage'] | null;
  readonly look_at_ms: number | null;
}

export interface DutyChangeRow {
  readonly at_ms: number;
  readonly rule: string;
  readonly what: string;
  readonly cause: 'record' | 'rules' | 'facts' | 'extension' | 'told';
  readonly text: Text;
  readonly outbox_id: string | null;
}

export interface CopyRow {
  readonly copy_id: string;
  readonly report_id: string;
  readonly organisation_id: string;
  readonly desk_id: string;
  readonly addressee: string;
  readonly rule: string;
  readonly clause: string;
  readonly position: number;
  readonly stage: ReportStage;
  readonly kind: ReportKind;
  readonly title: string;
  readonly aware_at_ms: number;
  readonly at_ms: number;
  readonly content: Readonly<Record<string, unknown>>;
  readonly withheld: readonly string[];
  readonly changes: readonly FieldChange[];
  readonly relayed_from: string | null;
  readonly named: boolean;
  readonly criticality: number;
  readonly safety: boolean;
  readonly outbox_id: string;
  readonly latest: boolean;
  readonly withdrawn_at_ms: number | null;
  readonly state: 'delivered' | 'read' | 'accepted' | 'returned';
  readonly read_at_ms: number | null;
  readonly read_outbox: string | null;
  readonly accepted_at_ms: number | null;
  readonly accepted_outbox: string | null;
  readonly returned_at_ms: number | null;
  readonly returned_outbox: string | null;
}

export interface MessageRow {
  readonly message_id: string;
  readonly report_id: string;
  readonly organisation_id: string;
  readonly desk_id: string;
  readonly addressee: string;
  readonly copy_id: string;
  readonly kind: 'question' | 'advice' | 'order' | 'answer' | 'relay' | 'note';
  readonly from_id: string;
  readonly to_id: string;
  readonly at_ms: number;
  readonly actor: string;
  readonly content: string;
  readonly clause: string | null;
  readonly due_at_ms: number | null;
  readonly answers: string | null;
  readonly answered_at_ms: number | null;
  readonly outbox_id: string;
}

export interface UseRow {
  readonly copy_id: string;
  readonly desk_id: string;
  readonly actor: string;
  readonly what: 'record' | 'form' | 'attachment' | 'related' | 'statistics';
  readonly purpose: Text;
  readonly at_ms: number;
  readonly outbox_id: string;
}

export interface AttachmentRow {
  readonly attachment_id: string;
  readonly organisation_id: string;
  readonly draft_id: string | null;
  readonly report_id: string | null;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly at_ms: number;
}

export interface DraftRow {
  readonly draft_id: string;
  readonly organisation_id: string;
  readonly report_id: string | null;
  readonly record: Readonly<Record<string, unknown>>;
  readonly step: string | null;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly saved_at_ms: number;
  readonly actor: string;
  readonly via: ReportVia;
  readonly proposal: 'precursor' | 'draft' | null;
  readonly notes: readonly Text[];
  readonly texts: readonly { readonly field: string; readonly text: string }[];
}
