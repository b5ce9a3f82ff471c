// SPDX-License-Identifier: Apache-2.0
/**
 * Rows of a submission, written with one statement: a surge of reports pays two round trips each.
 * What cannot be written because another had the same number first writes nothing at all.
 */
import { readInstant } from '@sakimori/vocabulary';
import type { ReportKind, ReportStage, ReportVia } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { AnyTransaction, ReportContext } from './context.ts';
import type { PlannedCopy, PlannedDuty } from './duties.ts';
import type { IncidentRecord, RecordPart, ReportingOrganisation } from './engine/index.ts';
import type { DutyRow, FieldChange, KeptClock, LawUsed, SubmissionNote } from './tables.ts';
import type { DeliveryRow } from './views.ts';
import { KIND_WORDS } from './words.ts';

const TITLE_MAX = 60;

/** A submission that is about to be written. */
export interface NewSubmission {
  readonly reportId: string;
  readonly organisationId: string;
  readonly position: number;
  readonly record: IncidentRecord;
  readonly stage: ReportStage;
  readonly atMs: number;
  readonly actor: string;
  readonly via: ReportVia;
  readonly changes: readonly FieldChange[];
  readonly note: SubmissionNote | null;
  readonly idempotencyKey: string | undefined;
  readonly digest: Buffer;
  readonly salt: Buffer;
  readonly outboxId: string;
  readonly facts: ReportingOrganisation;
  readonly law: LawUsed;
  readonly lawVersion: string;
  readonly draftId: string | undefined;
}

/** A copy with all that its row needs. */
export interface NewCopy extends PlannedCopy {
  readonly copyId: string;
  readonly salt: Buffer;
  readonly commitment: string;
  readonly changes: readonly FieldChange[];
  readonly relayedFrom?: string;
}

/** What a report is called in lists: its title, else how its outline begins, else its kind. */
export function titleOf(record: RecordPart, kind: ReportKind): string {
  const text = record.title ?? record.outline;
  if (typeof text === 'string' && text.trim() !== '') {
    const line = text.trim().split(/\r?\n/, 1)[0] as string;
    const letters = [...line];
    return letters.length > TITLE_MAX ? `${letters.slice(0, TITLE_MAX).join('')}…` : line;
  }
  return `${KIND_WORDS[kind].ja} / ${KIND_WORDS[kind].en}`;
}

/** Writes a report with its first submission. Out: false when its number was taken meanwhile. */
export async function insertReport(
  db: AnyTransaction,
  one: NewSubmission,
  duties: readonly PlannedDuty[],
  copies: readonly NewCopy[],
  criticality: number,
): Promise<boolean> {
  const { record } = one;
  const { rows } = await sql`with new_report as (
      insert into report (report_id, organisation_id, reference, idempotency_key, content_digest,
        kind, title, stage, state, revision, aware_at_ms, submitted_at_ms, changed_at_ms, facts, law,
        law_version)
      values (${one.reportId}, ${one.organisationId}, ${record.reference ?? null},
        ${one.idempotencyKey ?? null}, ${one.digest}, ${record.kind},
        ${titleOf(record, record.kind)}, ${one.stage},
        ${one.stage === 'final' ? 'final' : 'open'}, 1, ${awareOf(record)}, ${one.atMs},
        ${one.atMs}, ${JSON.stringify(one.facts)}::jsonb, ${JSON.stringify(one.law)}::jsonb,
        ${one.lawVersion})
      on conflict do nothing returning report_id
    ), ${parts(one, duties, copies, criticality, sql`new_report r`)}
    select report_id from new_report`.execute(db);
  return rows.length > 0;
}

/** Writes a further submission; the report's row is locked by the caller. */
export async function insertSupplement(
  db: AnyTransaction,
  one: NewSubmission,
  duties: readonly PlannedDuty[],
  copies: readonly NewCopy[],
  criticality: number,
): Promise<void> {
  const { record, reportId } = one;
  await sql`delete from report_duty where report_id = ${reportId}`.execute(db);
  await sql`update report_copy set latest = false where report_id = ${reportId} and latest
    and addressee = any(${copies.map(({ addressee }) => addressee.id)}::text[])`.execute(db);
  await sql`with changed as (
      update report set kind = ${record.kind}, title = ${titleOf(record, record.kind)},
        stage = ${one.stage}, state = ${one.stage === 'final' ? 'final' : 'open'},
        revision = ${one.position}, aware_at_ms = ${awareOf(record)},
        changed_at_ms = ${one.atMs}, facts = ${JSON.stringify(one.facts)}::jsonb,
        law = ${JSON.stringify(one.law)}::jsonb, law_version = ${one.lawVersion}
      where report_id = ${reportId} returning report_id
    ), ${parts(one, duties, copies, criticality, sql`changed r`)}
    select report_id from changed`.execute(db);
}

/** The clauses that both ways of writing share. */
function parts(
  one: NewSubmission,
  duties: readonly PlannedDuty[],
  copies: readonly NewCopy[],
  criticality: number,
  from: ReturnType<typeof sql>,
) {
  return sql`new_submission as (
      insert into report_submission (report_id, position, organisation_id, stage, at_ms, actor, via,
        record, changes, note, idempotency_key, content_digest, salt, outbox_id)
      select r.report_id, ${one.position}::integer, ${one.organisationId}::text,
        ${one.stage}::text, ${one.atMs}::bigint, ${one.actor}::text, ${one.via}::text,
        ${JSON.stringify(one.record)}::jsonb, ${JSON.stringify(one.changes)}::jsonb,
        ${one.note && JSON.stringify(one.note)}::jsonb, ${one.idempotencyKey ?? null}::text,
        ${one.digest}::bytea, ${one.salt}::bytea, ${one.outboxId}::uuid
      from ${from}
    ), new_duties as (
      ${insertDuties(one.organisationId, duties, from)}
    ), new_copies as (
      insert into report_copy (copy_id, report_id, organisation_id, desk_id, addressee, rule, clause,
        position, stage, kind, title, aware_at_ms, at_ms, content, withheld, changes, relayed_from,
        named, criticality, safety, salt, outbox_id)
      select c.id, r.report_id, ${one.organisationId}::text, c.desk, c.addressee, c.rule, c.clause,
        ${one.position}::integer, ${one.stage}::text, ${one.record.kind}::text, c.title,
        ${awareOf(one.record)}::bigint, ${one.atMs}::bigint, c.content,
        array(select jsonb_array_elements_text(c.withheld)), c.changes, c.relayed, c.named,
        ${criticality}::smallint, ${one.record.impact?.safety === true}::boolean,
        decode(c.salt, 'hex'), ${one.outboxId}::uuid
      from ${from}, jsonb_to_recordset(${JSON.stringify(copies.map(copyJson))}::jsonb) as c (
        id text, desk text, addressee text, rule text, clause text, title text, content jsonb,
        withheld jsonb, changes jsonb, relayed text, named boolean, salt text)
    ), gone_draft as (
      delete from report_draft where draft_id = ${one.draftId ?? null}::text
        and organisation_id = ${one.organisationId}::text
    ), own_files as (
      update report_attachment a set report_id = ${one.reportId}::text, draft_id = null
      where a.draft_id = ${one.draftId ?? null}::text
        and a.organisation_id = ${one.organisationId}::text
    ), new_task as (
      insert into report_task (kind, ref, position, at_ms)
      select 'submission', r.report_id, ${one.position}::integer, ${one.atMs}::bigint from ${from}
    )`;
}

export function awareOf(record: IncidentRecord): number {
  return readInstant(record.awareness.at) as number;
}

/** Duties in place of those before. */
export async function replaceDuties(
  db: AnyTransaction,
  report: { readonly report_id: string; readonly organisation_id: string },
  duties: readonly PlannedDuty[],
): Promise<void> {
  const { report_id: reportId, organisation_id: organisationId } = report;
  await sql`delete from report_duty where report_id = ${reportId}`.execute(db);
  await sql`${insertDuties(organisationId, duties, sql`(select ${reportId}::text as report_id) r`)}`.execute(
    db,
  );
}

function insertDuties(
  organisationId: string,
  duties: readonly PlannedDuty[],
  from: ReturnType<typeof sql>,
) {
  return sql`insert into report_duty (report_id, rule, organisation_id, desk_id, addressee,
      addressee_name, nature, decision, clause, clocks, due_at_ms, due_stage, look_at_ms)
    select r.report_id, d.rule, ${organisationId}::text, d.desk, d.addressee, d.name,
      d.nature, d.decision, d.clause, d.clocks, d.due, d.stage, d.look
    from ${from}, jsonb_to_recordset(${JSON.stringify(duties.map(dutyJson))}::jsonb) as d (
      rule text, desk text, addressee text, name jsonb, nature text, decision text, clause text,
      clocks jsonb, due bigint, stage text, look bigint)`;
}

/** A duty as the statement takes it. */
export function dutyJson(duty: PlannedDuty) {
  const { obligation } = duty;
  return {
    rule: duty.rule,
    desk: duty.deskId ?? null,
    addressee: obligation.addressee,
    name: obligation.addresseeName,
    nature: obligation.nature,
    decision: obligation.decision,
    clause: obligation.clause,
    clocks: duty.clocks,
    due: duty.dueAtMs ?? null,
    stage: duty.dueStage ?? null,
    look: hasRunning(duty.clocks) ? duty.lookAtMs : null,
  };
}

export function hasRunning(clocks: readonly KeptClock[]): boolean {
  return clocks.some(({ doneAt, startedAt, due }) => !doneAt && (due ?? startedAt) !== undefined);
}

function copyJson(copy: NewCopy) {
  const { obligation, content } = copy;
  return {
    id: copy.copyId,
    desk: copy.desk.id,
    addressee: copy.addressee.id,
    rule: obligation.rule,
    clause: obligation.clause,
    title: titleOf(content, content.kind as ReportKind),
    content,
    withheld: copy.withheld,
    changes: copy.changes,
    relayed: copy.relayedFrom ?? null,
    named: copy.named,
    salt: copy.salt.toString('hex'),
  };
}

/** Copies with ids, salts and commitments. */
export function makeCopies(
  context: ReportContext,
  reportId: string,
  position: number,
  planned: readonly PlannedCopy[],
  changesOf: (copy: PlannedCopy) => readonly FieldChange[],
): readonly NewCopy[] {
  return planned.map((copy) => {
    const copyId = context.id('copy');
    const { commitment, salt } = context.commit({
      copy: copyId,
      report: reportId,
      position,
      addressee: copy.addressee.id,
      content: copy.content,
    });
    return { ...copy, copyId, commitment, salt, changes: changesOf(copy) };
  });
}

/** The rows as they stand after writing; so that an act shows them without reading them again. */
export function writtenDuties(
  one: NewSubmission,
  duties: readonly PlannedDuty[],
): readonly DutyRow[] {
  return duties.map(({ rule, obligation, clocks, deskId, dueAtMs, dueStage, lookAtMs }) => ({
    report_id: one.reportId,
    rule,
    desk_id: deskId ?? null,
    addressee: obligation.addressee,
    addressee_name: obligation.addresseeName,
    nature: obligation.nature,
    decision: obligation.decision,
    clause: obligation.clause,
    clocks,
    due_at_ms: dueAtMs ?? null,
    due_stage: dueStage ?? null,
    look_at_ms: lookAtMs,
  }));
}

export function writtenCopies(
  one: NewSubmission,
  copies: readonly NewCopy[],
  criticality: number,
): readonly DeliveryRow[] {
  const ordered = copies.toSorted((a, b) => (a.copyId < b.copyId ? -1 : 1));
  return ordered.map(({ copyId, desk, addressee, obligation, content, named, relayedFrom }) => ({
    copy_id: copyId,
    report_id: one.reportId,
    organisation_id: one.organisationId,
    desk_id: desk.id,
    addressee: addressee.id,
    rule: obligation.rule,
    clause: obligation.clause,
    position: one.position,
    stage: one.stage,
    kind: one.record.kind,
    title: titleOf(content, one.record.kind),
    aware_at_ms: awareOf(one.record),
    at_ms: one.atMs,
    relayed_from: relayedFrom ?? null,
    named,
    criticality,
    safety: one.record.impact?.safety === true,
    outbox_id: one.outboxId,
    latest: true,
    withdrawn_at_ms: null,
    state: 'delivered',
    read_at_ms: null,
    read_outbox: null,
    accepted_at_ms: null,
    accepted_outbox: null,
    returned_at_ms: null,
    returned_outbox: null,
  }));
}
