// SPDX-License-Identifier: Apache-2.0
/** Passing on: a copy for another addressee; more time; what the reporter told elsewhere itself. */
import type { Changed, Scope } from '@sakimori/store';
import { readInstant, toInstant } from '@sakimori/vocabulary';
import type { CopyDetail, ReportDetail } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { cleanText } from './clean-texts.ts';
import { type AnyTransaction, type ReportContext, shortId, widened } from './context.ts';
import { queueMessage, refuseUnlessOpen, showCopy } from './copies.ts';
import type { Directory } from './directory.ts';
import { type ClockStage, consentOf, namesReporter, nextDue, type PlannedCopy } from './duties.ts';
import {
  addresseesAt,
  type CopyRule,
  clockRulesAt,
  findObligations,
  isExtendable,
  projectRecord,
  TEXT_MAX,
} from './engine/index.ts';
import { reportErrors } from './errors.ts';
import { loadCopy, loadReport, loadSubmissions } from './loading.ts';
import type { Unplaced } from './receipts.ts';
import { getReport } from './reports.ts';
import { explain } from './supplementing.ts';
import type { CopyRow, DutyRow, KeptClock, ReportRow, SubmissionRow } from './tables.ts';
import { readDue, sealMessage, writeMessage } from './threads.ts';
import { HAPPENED } from './words.ts';
import { hasRunning, makeCopies, titleOf } from './writing.ts';

const REASON_MAX = 1_000;

/**
 * A desk passes a report on to another addressee, which gets a copy of its own for its own purpose.
 *
 * In      addressee by law data; `note` for the reporter and the addressee
 * Throws  RPT_NO_COPY, RPT_NO_DESK, RPT_RELAY_NOT_ALLOWED: no duty binds and no consent was given
 * Never   gives more than the addressee's own rule allows, whatever the relaying desk holds
 * Law     Act art. 5 (minister to Prime Minister), art. 8; the voluntary path needs consent
 */
export async function relayCopy(
  context: ReportContext,
  scope: Scope,
  copyId: string,
  input: { readonly addressee: string; readonly note?: string | undefined },
): Promise<Changed<Unplaced<CopyDetail>>> {
  // Under the desk's own reach first: what it does not hold it cannot pass on.
  const copy = await context.store.read(scope, (db) => loadCopy(db, copyId));
  refuseUnlessOpen(copy);
  const atMs = context.now();
  await context.overlay.current();
  const directory = await context.directory.now();
  // The new row lies between the reporter and a third house: neither is the one who relays.
  const changed = await context.store.change(widened(scope), async ({ db, record }) => {
    const report = await loadReport(db, copy.report_id, true);
    if (await isGiven(db, copy.report_id, input.addressee)) return;
    const planned = await planRelay(context, db, report, input.addressee, directory);
    const [made] = makeCopies(context, report.report_id, report.revision, [planned], () => []);
    if (!made) throw reportErrors('NO_DESK', { addressee: shortId(input.addressee) });
    const said = {
      kind: 'relay' as const,
      text:
        cleanText(input.note ?? '')
          .trim()
          .slice(0, TEXT_MAX.text) || NOTE,
    };
    const sealed = sealMessage(context, copy, said);
    const outboxId = await record({
      type: 'report.relayed',
      tenant: copy.organisation_id,
      basis: { article: 'act art. 5' },
      counts: { addressees: 1 },
      commits: [made.commitment, sealed.commitment],
      refs: [made.copyId, copy.report_id],
    });
    await insertRelayed(db, report, copy, made, outboxId, atMs);
    const ends = { from: copy.desk_id, to: copy.organisation_id };
    await writeMessage(context, scope, db, copy, said, ends, { ...sealed, outboxId });
    await sql`insert into report_task (kind, ref, position, at_ms)
      values ('relayed', ${made.copyId}, 0, ${atMs})`.execute(db);
  });
  context.onWork?.();
  return { ...changed, value: await showCopy(context, scope, copyId) };
}

const NOTE = '回付しました。 / Relayed.';

async function isGiven(db: AnyTransaction, reportId: string, addressee: string): Promise<boolean> {
  const { rows } = await sql`select 1 from report_copy
    where report_id = ${reportId} and addressee = ${addressee} and latest`.execute(db);
  return rows.length > 0;
}

async function planRelay(
  context: ReportContext,
  db: AnyTransaction,
  report: ReportRow,
  addresseeId: string,
  directory: Directory,
): Promise<PlannedCopy> {
  const { ruleAt } = context.overlay.of(report.law.changes);
  const addressee = addresseesAt(ruleAt, report.law.atMs).get(addresseeId);
  const desk = addressee && directory.desk(addressee.desk, report.facts);
  if (!addressee || !desk) throw reportErrors('NO_DESK', { addressee: shortId(addresseeId) });
  const { record } = (await loadSubmissions(db, report.report_id)).at(-1) as SubmissionRow;
  const obligation = findObligations(record, report.facts, ruleAt, report.law.atMs)
    .filter((one) => one.addressee === addresseeId)
    .toSorted((a, b) => Number(b.applies) - Number(a.applies))[0];
  const consent = consentOf(record, addresseeId);
  const duty = obligation?.applies === true && obligation.nature === 'duty';
  // What is doubtful and was refused by the reporter is not passed on behind its back.
  const mayGo = duty && (obligation.decision === 'yes' || consent !== false);
  if (!obligation || (!mayGo && consent !== true)) {
    throw reportErrors('RELAY_NOT_ALLOWED', { addressee: shortId(addresseeId) });
  }
  const { record: content, withheld } = projectRecord(record, addressee as CopyRule);
  return {
    ...{ obligation, addressee, desk, content },
    withheld: withheld.map(({ field }) => field),
    named: namesReporter(addressee),
  };
}

async function insertRelayed(
  db: AnyTransaction,
  report: ReportRow,
  from: CopyRow,
  made: ReturnType<typeof makeCopies>[number],
  outboxId: string,
  atMs: number,
): Promise<void> {
  const { kind, report_id, organisation_id, revision, stage, aware_at_ms } = report;
  await sql`insert into report_copy (copy_id, report_id, organisation_id, desk_id, addressee, rule,
      clause, position, stage, kind, title, aware_at_ms, at_ms, content, withheld, changes,
      relayed_from, named, criticality, safety, salt, outbox_id)
    values (${made.copyId}, ${report_id}, ${organisation_id}, ${made.desk.id},
      ${made.addressee.id}, ${made.obligation.rule}, ${made.obligation.clause}, ${revision},
      ${stage}, ${kind}, ${titleOf(made.content, kind)}, ${aware_at_ms}, ${atMs},
      ${JSON.stringify(made.content)}::jsonb, ${[...made.withheld]}::text[], '[]',
      ${from.copy_id}, ${made.named}, ${from.criticality}, ${from.safety}, ${made.salt},
      ${outboxId})`.execute(db);
  await sql`update report_duty set desk_id = ${made.desk.id}
    where report_id = ${report_id} and addressee = ${made.addressee.id}`.execute(db);
}

/**
 * The addressee gives more time for a stage, where dated law lets it.
 *
 * Throws  RPT_NO_COPY, RPT_EXTENSION_NOT_ALLOWED, RPT_DUE_INVALID, RPT_REASON_NEEDED
 */
export async function extendClock(
  context: ReportContext,
  scope: Scope,
  copyId: string,
  input: { readonly stage: ClockStage; readonly until: string; readonly reason: string },
): Promise<Changed<Unplaced<CopyDetail>>> {
  const reason = cleanText(input.reason).trim();
  if (reason === '' || reason.length > REASON_MAX) {
    throw reportErrors('REASON_NEEDED', { charactersMax: REASON_MAX });
  }
  const { stage } = input;
  const atMs = context.now();
  const untilMs = readDue(input.until, atMs, 'until');
  const { ruleAt } = await context.overlay.current();
  const directory = await context.directory.now();
  // Under the desk's own reach first; the history of duties is the reporter's own table.
  const copy = await context.store.read(scope, (db) => loadCopy(db, copyId));
  const { rule } = copy;
  const changed = await context.store.change(widened(scope), async ({ db, record }) => {
    const duty = await lockDuty(db, copy.report_id, rule);
    const clock = duty?.clocks.find((one) => one.stage === stage && !one.doneAt);
    if (!duty || !clock || !isExtendable(rule, stage, clockRulesAt(ruleAt, atMs))) {
      throw reportErrors('EXTENSION_NOT_ALLOWED', { rule, stage });
    }
    const dueMs = Math.max(
      ...[clock.due, clock.extendedTo].map((one) => readInstant(one ?? '') ?? 0),
    );
    if (untilMs <= dueMs) throw reportErrors('DUE_INVALID', { field: 'until' });
    const { commitment } = context.commit({ copy: copyId, stage, untilMs, reason });
    const outboxId = await record({
      type: 'report.extended',
      tenant: copy.organisation_id,
      counts: { [`stage_${stage}`]: 1 },
      commits: [commitment],
      refs: [copyId, copy.report_id],
    });
    const clocks = duty.clocks.map((one) =>
      one === clock ? { ...one, extendedTo: toInstant(untilMs) } : one,
    );
    await writeClocks(db, duty, clocks);
    const text = HAPPENED.extended(directory.brief(copy.desk_id).name, untilMs);
    await explain(db, copy, atMs, 'extension', [{ rule, what: 'extended', text }], outboxId);
    await queueMessage(db, 'extended', copyId, atMs);
  });
  context.onWork?.();
  return { ...changed, value: await showCopy(context, scope, copyId) };
}

async function lockDuty(
  db: AnyTransaction,
  reportId: string,
  rule: string,
): Promise<DutyRow | undefined> {
  const { rows } = await sql<DutyRow>`select report_id, rule, addressee, addressee_name, clocks
    from report_duty where report_id = ${reportId} and rule = ${rule} for update`.execute(db);
  return rows[0];
}

/** Clocks of a duty as they stand now, with what waits next. */
export async function writeClocks(
  db: AnyTransaction,
  duty: Pick<DutyRow, 'report_id' | 'rule'>,
  clocks: readonly KeptClock[],
): Promise<void> {
  const next = nextDue(clocks);
  await sql`update report_duty set clocks = ${JSON.stringify(clocks)}::jsonb,
      due_at_ms = ${next?.atMs ?? null}, due_stage = ${next?.stage ?? null},
      look_at_ms = ${hasRunning(clocks) ? 0 : null}
    where report_id = ${duty.report_id} and rule = ${duty.rule}`.execute(db);
}

/**
 * The reporter notes that it has told an addressee that has no desk here (persons concerned, a
 * regulator abroad): its clock stops.
 *
 * Throws  RPT_NO_REPORT, RPT_NO_DUTY, RPT_DUE_INVALID for an instant that is still to come
 */
export async function noteTold(
  context: ReportContext,
  scope: Scope,
  reportId: string,
  input: { readonly rule: string; readonly stage: ClockStage; readonly at?: string | undefined },
): Promise<Changed<Unplaced<ReportDetail>>> {
  const { rule, stage } = input;
  const nowMs = context.now();
  const toldMs = input.at === undefined ? nowMs : readInstant(input.at);
  if (toldMs === undefined || toldMs > nowMs) throw reportErrors('DUE_INVALID', { field: 'at' });
  const changed = await context.store.change(scope, async ({ db, record }) => {
    const report = await loadReport(db, reportId, true);
    const duty = await lockDuty(db, reportId, rule);
    const clock = duty?.clocks.find((one) => one.stage === stage && !one.doneAt);
    if (!duty || !clock) throw reportErrors('NO_DUTY', { rule: shortId(rule), stage });
    const outboxId = await record({
      type: 'report.supplemented',
      tenant: report.organisation_id,
      counts: { told_outside: 1 },
      refs: [reportId],
    });
    const doneAt = toInstant(toldMs);
    const clocks = duty.clocks.map((one) => (one === clock ? { ...one, doneAt } : one));
    await writeClocks(db, duty, clocks);
    const text = HAPPENED.told(duty.addressee_name, stage);
    await explain(db, report, nowMs, 'told', [{ rule, what: 'told', text }], outboxId);
  });
  return { ...changed, value: await getReport(context, scope, reportId) };
}
