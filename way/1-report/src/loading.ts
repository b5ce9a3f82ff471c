// SPDX-License-Identifier: Apache-2.0
/** A report's rows within a scope; rows outside it do not exist. */
import { sql } from 'kysely';
import type { AnyTransaction } from './context.ts';
import { shortId } from './context.ts';
import { reportErrors } from './errors.ts';
import type {
  AttachmentRow,
  CopyRow,
  DutyChangeRow,
  DutyRow,
  MessageRow,
  ReportRow,
  SubmissionRow,
  UseRow,
} from './tables.ts';
import type { DeliveryRow, ReportRows } from './views.ts';

const REPORT = sql`report_id, organisation_id, reference, content_digest, kind, title, stage, state,
  revision, aware_at_ms, submitted_at_ms, changed_at_ms, facts, law, law_version`;
const SUBMISSION = sql`report_id, position, stage, at_ms, actor, via, record, changes, note,
  content_digest, outbox_id`;
const DUTY = sql`report_id, rule, desk_id, addressee, addressee_name, nature, decision, clause,
  clocks, due_at_ms, due_stage, look_at_ms`;
const DELIVERY = sql`copy_id, report_id, organisation_id, desk_id, addressee, rule, clause, position,
  stage, kind, title, aware_at_ms, at_ms, relayed_from, named, criticality, safety, outbox_id, latest, withdrawn_at_ms,
  withdrawn_at_ms,  state, read_at_ms, read_outbox, accepted_at_ms, accepted_outbox, returned_at_ms, returned_outbox`;
const MESSAGE = sql`message_id, report_id, organisation_id, desk_id, addressee, copy_id, kind,
  from_id, to_id, at_ms, actor, content, clause, due_at_ms, answers, answered_at_ms, outbox_id`;
const USES_MAX = 500;

/** Throws RPT_NO_REPORT. `lock`: nobody else changes it until the transaction ends. */
export async function loadReport(
  db: AnyTransaction,
  reportId: string,
  lock = false,
): Promise<ReportRow> {
  const { rows } = await sql<ReportRow>`select ${REPORT} from report
    where report_id = ${reportId} ${lock ? sql`for update` : sql``}`.execute(db);
  if (!rows[0]) throw reportErrors('NO_REPORT', { reportId: shortId(reportId) });
  return rows[0];
}

/** Everything of a report that its reporter may see. */
export async function loadRows(db: AnyTransaction, reportId: string): Promise<ReportRows> {
  const report = await loadReport(db, reportId);
  return {
    report,
    submissions: await loadSubmissions(db, reportId),
    duties: await loadDuties(db, reportId),
    changes: (
      await sql<DutyChangeRow>`select at_ms, rule, what, cause, text, outbox_id
        from report_duty_change where report_id = ${reportId} order by change_id`.execute(db)
    ).rows,
    copies: await loadDeliveries(db, reportId),
    messages: await loadMessages(db, reportId),
    uses: (
      await sql<UseRow>`select copy_id, desk_id, actor, what, purpose, at_ms, outbox_id
        from report_use where report_id = ${reportId} order by use_id desc limit ${USES_MAX}`.execute(
        db,
      )
    ).rows,
    attachments: await loadAttachments(db, { reportId }),
  };
}

export async function loadSubmissions(
  db: AnyTransaction,
  reportId: string,
): Promise<readonly SubmissionRow[]> {
  const { rows } = await sql<SubmissionRow>`select ${SUBMISSION} from report_submission
    where report_id = ${reportId} order by position`.execute(db);
  return rows;
}

export async function loadDuties(
  db: AnyTransaction,
  reportId: string,
): Promise<readonly DutyRow[]> {
  const { rows } = await sql<DutyRow>`select ${DUTY} from report_duty
    where report_id = ${reportId} order by rule`.execute(db);
  return rows;
}

export async function loadDeliveries(
  db: AnyTransaction,
  reportId: string,
): Promise<readonly DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`select ${DELIVERY} from report_copy
    where report_id = ${reportId} order by position, at_ms, copy_id`.execute(db);
  return rows;
}

/** `deskId` and `addressee`: one thread of the report alone. */
export async function loadMessages(
  db: AnyTransaction,
  reportId: string,
  thread?: { readonly deskId: string; readonly addressee: string },
): Promise<readonly MessageRow[]> {
  const { rows } = await sql<MessageRow>`select ${MESSAGE} from report_message
    where report_id = ${reportId} ${
      thread ? sql`and desk_id = ${thread.deskId} and addressee = ${thread.addressee}` : sql``
    } order by at_ms, message_id`.execute(db);
  return rows;
}

export async function loadAttachments(
  db: AnyTransaction,
  owner: { readonly reportId: string } | { readonly draftId: string },
): Promise<readonly AttachmentRow[]> {
  const { rows } = await sql<AttachmentRow>`select attachment_id, organisation_id, draft_id,
      report_id, name, type, bytes, sha256, at_ms
    from report_attachment where ${
      'reportId' in owner ? sql`report_id = ${owner.reportId}` : sql`draft_id = ${owner.draftId}`
    } order by at_ms, attachment_id`.execute(db);
  return rows;
}

/** One copy with its content. Throws RPT_NO_COPY. */
export async function loadCopy(db: AnyTransaction, copyId: string, lock = false): Promise<CopyRow> {
  const { rows } = await sql<CopyRow>`select ${DELIVERY}, content, withheld, changes
    from report_copy where copy_id = ${copyId} ${lock ? sql`for update` : sql``}`.execute(db);
  if (!rows[0]) throw reportErrors('NO_COPY', { copyId: shortId(copyId) });
  return rows[0];
}
