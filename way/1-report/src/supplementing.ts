// SPDX-License-Identifier: Apache-2.0
/** Follow-up and final reports: differences with history; nothing is overwritten. */
import type { Changed, Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { ReportDetail } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { cleanText } from './clean-texts.ts';
import {
  type AnyChange,
  type AnyTransaction,
  digestOf,
  keptKey,
  type ReportContext,
} from './context.ts';
import type { Directory } from './directory.ts';
import { type DutyInput, type Extended, planDuties, type Told } from './duties.ts';
import {
  addresseesAt,
  type CopyRule,
  compareObligations,
  compareRecords,
  findObligations,
  type IncidentRecord,
  projectRecord,
  readRecord,
  STAGES,
} from './engine/index.ts';
import { refuseRecord, reportErrors } from './errors.ts';
import { factsOf } from './facts.ts';
import { lawUsed } from './form-content.ts';
import type { Law } from './law-overlay.ts';
import { loadDeliveries, loadDuties, loadReport } from './loading.ts';
import type { Unplaced } from './receipts.ts';
import { getReport } from './reports.ts';
import type { SubmitResult, SupplementInput } from './service.ts';
import { countsOf, findReporter } from './submitting.ts';
import type { DutyRow, ReportRow, SubmissionRow } from './tables.ts';
import type { DeliveryRow } from './views.ts';
import { insertSupplement, makeCopies, type NewSubmission } from './writing.ts';

const REASON_MAX = 1_000;

/**
 * Adds to a report.
 *
 * In      the whole record as it should stand; what differs from before is kept as its history
 * Out     the report; `repeated` when nothing differs, or when the key was used for the same before
 * Throws  see `ReportService.reports.supplement`
 * Law     Act art. 5 (follow-up, final report); a final report closes
 */
export async function supplementReport(
  context: ReportContext,
  scope: Scope,
  reportId: string,
  input: SupplementInput,
): Promise<SubmitResult> {
  const read = readRecord(input.record);
  if (read.refusals) throw refuseRecord(read.refusals);
  const [law, directory] = await Promise.all([context.overlay.current(), context.directory.now()]);
  const changed = await context.store.change(scope, ({ db, record: enter }) =>
    addSubmission(context, scope, { db, enter, law, directory }, reportId, {
      ...input,
      record: read.value,
      idempotencyKey: keptKey(input.idempotencyKey),
    }),
  );
  if (changed.entries.length > 0) context.onWork?.();
  if (changed.value !== undefined) await context.published([changed.value]);
  const value = await getReport(context, scope, reportId);
  return { ...changed, value, repeated: changed.entries.length === 0 };
}

interface Writer {
  readonly db: AnyTransaction;
  readonly enter: AnyChange['record'];
  readonly law: Law;
  readonly directory: Directory;
}

type ReadSupplement = SupplementInput & { readonly record: IncidentRecord };

/** Out: the outbox key of an earlier submission when this one adds nothing. */
async function addSubmission(
  context: ReportContext,
  scope: Scope,
  { db, enter, law, directory }: Writer,
  reportId: string,
  input: ReadSupplement,
): Promise<string | undefined> {
  const { record } = input;
  const atMs = context.now();
  const report = await loadReport(db, reportId, true);
  const digest = digestOf(record);
  const last = await lastSubmission(db, report);
  const earlier = await findKeyed(db, report, input.idempotencyKey);
  if (earlier) {
    if (earlier.content_digest.equals(digest)) return earlier.outbox_id;
    throw reportErrors('REFERENCE_TAKEN', { reportId });
  }
  if (last.content_digest.equals(digest)) return last.outbox_id;
  const deliveries = await loadDeliveries(db, reportId);
  checkSupplement(report, deliveries, record, input.revision);
  const kept = await loadDuties(db, reportId);
  const reporter = await findReporter(
    db,
    { organisationId: report.organisation_id, idempotencyKey: undefined },
    undefined,
  );
  const facts = factsOf(reporter, reporter.facts ?? {});
  const { ruleAt } = law;
  const plan = planDuties({
    ...{ record, facts, ruleAt, atMs, directory, stage: record.stage },
    ...historyOf(kept, deliveries),
  });
  const position = report.revision + 1;
  const addressees = addresseesAt(ruleAt, atMs);
  const named = { addresseeName: (id: string) => addressees.get(id)?.name };
  const copies = makeCopies(context, reportId, position, plan.copies, ({ addressee, content }) =>
    compareRecords(
      projectRecord(last.record, addressees.get(addressee.id) as CopyRule).record,
      content,
      named,
    ),
  );
  const { commitment, salt } = context.commit({ report: reportId, position, record });
  const outboxId = await enter({
    type: record.stage === 'final' ? 'report.finalised' : 'report.supplemented',
    tenant: report.organisation_id,
    basis: { article: 'act art. 5' },
    counts: countsOf(record, plan, copies, facts.sectors[0]),
    commits: [commitment, ...copies.map((copy) => copy.commitment)],
    refs: [reportId],
  });
  const submission: NewSubmission = {
    ...{ reportId, record, digest, salt, outboxId, facts, atMs, position },
    ...lawUsed(law, atMs),
    organisationId: report.organisation_id,
    stage: record.stage,
    actor: scope.actor,
    via: input.via,
    changes: compareRecords(last.record, record, named),
    note: null,
    idempotencyKey: input.idempotencyKey,
    draftId: input.draftId,
  };
  await insertSupplement(db, submission, plan.duties, copies, reporter.criticality);
  const before = dutiesBefore(context, report, last.record);
  await explain(db, report, atMs, 'record', compareObligations(before, plan.obligations), outboxId);
  return undefined;
}

async function lastSubmission(db: AnyTransaction, report: ReportRow): Promise<SubmissionRow> {
  const { rows } = await sql<SubmissionRow>`select record, content_digest, outbox_id
    from report_submission where report_id = ${report.report_id}
      and position = ${report.revision}`.execute(db);
  return rows[0] as SubmissionRow;
}

async function findKeyed(
  db: AnyTransaction,
  report: ReportRow,
  key: string | undefined,
): Promise<Pick<SubmissionRow, 'content_digest' | 'outbox_id'> | undefined> {
  if (key === undefined) return undefined;
  const { rows } = await sql<SubmissionRow>`select content_digest, outbox_id
    from report_submission where organisation_id = ${report.organisation_id}
      and idempotency_key = ${key}`.execute(db);
  return rows[0];
}

function checkSupplement(
  report: ReportRow,
  deliveries: readonly DeliveryRow[],
  record: IncidentRecord,
  revision: number | undefined,
): void {
  const { report_id: reportId, stage, state } = report;
  // What was sent back for completion may be completed, also after the final report.
  const returned = deliveries.some((one) => one.latest && one.state === 'returned');
  if (state === 'withdrawn' || (state === 'final' && !returned)) {
    throw reportErrors('NOT_OPEN', { reportId, state });
  }
  if (revision !== undefined && revision !== report.revision) {
    throw reportErrors('CHANGED_MEANWHILE', { id: reportId, revision: report.revision });
  }
  if (STAGES.indexOf(record.stage) < STAGES.indexOf(stage)) {
    throw reportErrors('STAGE_BACKWARDS', { reportId, stage });
  }
}

/** What every addressee was told so far, which desk holds it, and the time that was given. */
export function historyOf(
  duties: readonly DutyRow[],
  deliveries: readonly DeliveryRow[],
): Pick<DutyInput, 'told' | 'given' | 'extended'> {
  const told: Record<string, Record<string, string>> = {};
  const extended: Record<string, Record<string, string>> = {};
  const delivered = new Set(deliveries.map(({ addressee }) => addressee));
  for (const { rule, addressee, clocks } of duties) {
    for (const { stage, doneAt, extendedTo } of clocks) {
      if (doneAt !== undefined && !delivered.has(addressee)) {
        told[`rule/${rule}`] = { ...told[`rule/${rule}`], [stage]: doneAt };
      }
      if (extendedTo !== undefined) extended[rule] = { ...extended[rule], [stage]: extendedTo };
    }
  }
  const given: Record<string, string> = {};
  for (const { addressee, desk_id, stage, at_ms } of deliveries) {
    given[addressee] = desk_id;
    const at = toInstant(at_ms);
    told[addressee] = {
      first: at,
      ...(stage !== 'first' && { second: at }),
      ...(stage === 'final' && { final: at }),
      ...told[addressee],
    };
  }
  return { told: told as Told, given, extended: extended as Extended };
}

/** What was found when duties were last looked at: by the law of that moment. */
export function dutiesBefore(context: ReportContext, report: ReportRow, record: IncidentRecord) {
  const law = context.overlay.of(report.law.changes);
  return findObligations(record, report.facts, law.ruleAt, report.law.atMs);
}

/** Puts into words what became of the duties, for the timeline. */
export async function explain(
  db: AnyTransaction,
  report: Pick<ReportRow, 'report_id' | 'organisation_id'>,
  atMs: number,
  cause: 'record' | 'rules' | 'facts' | 'extension' | 'told',
  changes: readonly {
    readonly rule: string;
    readonly what: string;
    readonly text: { readonly ja: string; readonly en: string };
  }[],
  outboxId: string | undefined,
): Promise<void> {
  if (changes.length === 0) return;
  await sql`insert into report_duty_change
      (report_id, organisation_id, at_ms, rule, what, cause, text, outbox_id)
    select ${report.report_id}, ${report.organisation_id}, ${atMs}, c.rule, c.what, ${cause},
      c.text, ${outboxId ?? null}::uuid
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
      as c (rule text, what text, text jsonb)`.execute(db);
}

/**
 * Takes a report back, as long as nobody has accepted it. What was delivered stays where it is; its
 * addressees are told.
 *
 * Throws  RPT_NO_REPORT, RPT_NOT_OPEN, RPT_ACCEPTED_ALREADY, RPT_REASON_NEEDED
 */
export async function withdrawReport(
  context: ReportContext,
  scope: Scope,
  reportId: string,
  input: { readonly reason: string },
): Promise<Changed<Unplaced<ReportDetail>>> {
  const reason = cleanText(input.reason).trim();
  if (reason === '' || reason.length > REASON_MAX) {
    throw reportErrors('REASON_NEEDED', { charactersMax: REASON_MAX });
  }
  const atMs = context.now();
  const changed = await context.store.change(scope, async ({ db, record: enter }) => {
    const report = await loadReport(db, reportId, true);
    if (report.state !== 'open') {
      throw reportErrors('NOT_OPEN', { reportId, state: report.state });
    }
    const deliveries = await loadDeliveries(db, reportId);
    if (deliveries.some(({ state }) => state === 'accepted')) {
      throw reportErrors('ACCEPTED_ALREADY', { reportId });
    }
    const last = await lastSubmission(db, report);
    const position = report.revision + 1;
    const { commitment, salt } = context.commit({ report: reportId, position, reason });
    const outboxId = await enter({
      type: 'report.withdrawn',
      tenant: report.organisation_id,
      counts: { addressees: new Set(deliveries.map(({ addressee }) => addressee)).size },
      commits: [commitment],
      refs: [reportId],
    });
    const note = JSON.stringify({ withdrawn: reason });
    await sql`insert into report_submission (report_id, position, organisation_id, stage, at_ms,
        actor, via, record, changes, note, content_digest, salt, outbox_id)
      values (${reportId}, ${position}, ${report.organisation_id}, ${report.stage}, ${atMs},
        ${scope.actor}, 'form', ${JSON.stringify(last.record)}::jsonb, '[]', ${note}::jsonb,
        ${last.content_digest}, ${salt}, ${outboxId})`.execute(db);
    await sql`update report set state = 'withdrawn', revision = ${position},
        changed_at_ms = ${atMs} where report_id = ${reportId}`.execute(db);
    await sql`update report_duty set due_at_ms = null, due_stage = null, look_at_ms = null
      where report_id = ${reportId}`.execute(db);
    await sql`update report_copy set withdrawn_at_ms = ${atMs}
      where report_id = ${reportId}`.execute(db);
    await tellDesks(context, { db, scope }, report, deliveries, reason, outboxId, atMs);
  });
  context.onWork?.();
  return { ...changed, value: await getReport(context, scope, reportId) };
}

/** A note on the thread of each addressee that holds a copy. */
async function tellDesks(
  context: ReportContext,
  { db, scope }: { readonly db: AnyTransaction; readonly scope: Scope },
  report: ReportRow,
  deliveries: readonly DeliveryRow[],
  reason: string,
  outboxId: string,
  atMs: number,
): Promise<void> {
  for (const copy of deliveries.filter(({ latest }) => latest)) {
    const messageId = context.id('message');
    const { salt } = context.commit({ message: messageId });
    await sql`insert into report_message (message_id, report_id, organisation_id, desk_id,
        addressee, copy_id, kind, from_id, to_id, at_ms, actor, content, salt, outbox_id)
      values (${messageId}, ${report.report_id}, ${report.organisation_id}, ${copy.desk_id},
        ${copy.addressee}, ${copy.copy_id}, 'note', ${report.organisation_id}, ${copy.desk_id},
        ${atMs}, ${scope.actor}, ${reason}, ${salt}, ${outboxId})`.execute(db);
    await sql`insert into report_task (kind, ref, at_ms)
      values ('message', ${messageId}, ${atMs})`.execute(db);
  }
}
