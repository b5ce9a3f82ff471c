// SPDX-License-Identifier: Apache-2.0
/** Rows as people are shown them: pure, so that an act can show what it has just written. */
import { toInstant } from '@sakimori/vocabulary';
import type {
  AttachmentView,
  ClockView,
  DeliveryView,
  DutyView,
  IndicatorView,
  MessageView,
  OrganisationBrief,
  ReportBrief,
  ReportDetail,
  SubmissionView,
  TimelineItem,
  UseView,
} from '@sakimori/vocabulary/wire';
import { stateOfClock } from './clock-words.ts';
import type { Directory } from './directory.ts';
import { consentOf, type DutyPlan } from './duties.ts';
import {
  type Addressee,
  type ClockRules,
  defang,
  type IncidentRecord,
  type Indicator,
  type Obligation,
} from './engine/index.ts';
import { type Unplaced, Unpublished } from './receipts.ts';
import type {
  AttachmentRow,
  CopyRow,
  DutyChangeRow,
  DutyRow,
  KeptClock,
  MessageRow,
  ReportRow,
  SubmissionRow,
  UseRow,
} from './tables.ts';
import { HAPPENED } from './words.ts';

/** Copies as the reporter sees them: without their content. */
export type DeliveryRow = Omit<CopyRow, 'content' | 'withheld' | 'changes'>;

/** Everything that a report's page is made of. */
export interface ReportRows {
  readonly report: ReportRow;
  /** The last one holds the record as it stands. */
  readonly submissions: readonly SubmissionRow[];
  readonly duties: readonly DutyRow[];
  readonly changes: readonly DutyChangeRow[];
  readonly copies: readonly DeliveryRow[];
  readonly messages: readonly MessageRow[];
  readonly uses: readonly UseRow[];
  readonly attachments: readonly AttachmentRow[];
}

/** What is needed beside the rows. */
export interface ViewParts {
  readonly directory: Directory;
  readonly obligations: readonly Obligation[];
  readonly addressees: ReadonlyMap<string, Addressee>;
  readonly clockRules: ClockRules;
  readonly nowMs: number;
  readonly indicators: readonly IndicatorView[];
  readonly gotBack: ReportDetail['gotBack'];
}

export const receipt = (outboxId: string) => ({ receipt: new Unpublished(outboxId) });

export function clockView(
  rule: string,
  clock: KeptClock,
  nowMs: number,
  rules: ClockRules,
): ClockView {
  const { stage, words, startedAt, doneAt, why, readings } = clock;
  const { state, due, extendedFrom } = stateOfClock(rule, clock, nowMs, rules);
  return {
    stage,
    words,
    state,
    ...(startedAt !== undefined && { startedAt }),
    ...(due !== null && { due }),
    ...(doneAt !== undefined && { doneAt }),
    why,
    readings,
    ...(extendedFrom !== undefined && { extendedFrom }),
  };
}

/** The detail page of a report, for its reporter. */
export function viewReport(rows: ReportRows, parts: ViewParts): Unplaced<ReportDetail> {
  const { report, submissions } = rows;
  const last = submissions.at(-1) as SubmissionRow;
  const brief = viewBrief(report, rows.duties, rows.messages, parts);
  return {
    ...brief,
    ...(report.reference !== null && { reference: report.reference }),
    record: last.record as unknown as Readonly<Record<string, unknown>>,
    duties: parts.obligations.map((one) => viewDuty(one, last, rows, parts)),
    submissions: submissions.map(viewSubmission),
    thread: rows.messages.map((row) => viewMessage(row, parts)),
    uses: rows.uses.map((row) => viewUse(row, parts)),
    indicators: parts.indicators,
    attachments: rows.attachments.map(viewAttachment),
    gotBack: parts.gotBack,
    timeline: timelineOf(rows, parts),
    ...receipt(last.outbox_id),
  } as Unplaced<ReportDetail>;
}

/** A report in a list. */
export function viewBrief(
  report: ReportRow,
  duties: readonly Pick<
    DutyRow,
    'rule' | 'addressee_name' | 'clocks' | 'due_at_ms' | 'due_stage'
  >[],
  messages: readonly Pick<MessageRow, 'kind' | 'answered_at_ms'>[],
  { directory, nowMs, clockRules }: Pick<ViewParts, 'directory' | 'nowMs' | 'clockRules'>,
): ReportBrief {
  const running = report.state === 'open' ? duties.filter((one) => one.due_at_ms !== null) : [];
  const next = running.toSorted((a, b) => Number(a.due_at_ms) - Number(b.due_at_ms))[0];
  const clock = next?.clocks.find(({ stage }) => stage === next.due_stage);
  return {
    id: report.report_id,
    organisation: directory.brief(report.organisation_id),
    kind: report.kind,
    title: report.title,
    stage: report.stage,
    state: report.state,
    aware: toInstant(report.aware_at_ms),
    submitted: toInstant(report.submitted_at_ms),
    revision: report.revision,
    ...(next &&
      clock && {
        next: {
          addresseeName: next.addressee_name,
          stage: clock.stage,
          due: toInstant(next.due_at_ms as number),
          state: stateOfClock(next.rule, clock, nowMs, clockRules).state,
        },
      }),
    overdue: running.filter((one) => (one.due_at_ms as number) < nowMs).length,
    unanswered: messages.filter(
      ({ kind, answered_at_ms }) =>
        (kind === 'question' || kind === 'order') && answered_at_ms === null,
    ).length,
  };
}

function viewDuty(
  obligation: Obligation,
  { record }: SubmissionRow,
  { duties, copies }: ReportRows,
  { addressees, directory, nowMs, clockRules }: ViewParts,
): Unplaced<DutyView> {
  const kept = duties.find(({ rule }) => rule === obligation.rule);
  const addressee = addressees.get(obligation.addressee);
  const consented = consentOf(record, obligation.addressee);
  const own = copies.filter((copy) => copy.addressee === obligation.addressee);
  const clocks: readonly KeptClock[] = kept?.clocks ?? obligation.clocks;
  const { firstDue: _first, finalDue: _final, ...said } = obligation;
  const done = (stage: string) => clocks.some((one) => one.stage === stage && one.doneAt);
  return {
    ...said,
    ...(own[0] && { desk: directory.brief(own[0].desk_id) }),
    ...(consented !== undefined && { consented }),
    clocks: clocks.map((clock) => clockView(obligation.rule, clock, nowMs, clockRules)),
    missing: obligation.missing.filter(({ stage }) => stage === 'final' || !done(stage)),
    purpose: addressee?.purpose ?? obligation.addresseeName,
    mayNot: addressee?.mayNot ?? { ja: '-', en: '-' },
    // A copy stands beside the rule that it was given for, once.
    deliveries: own.filter(({ rule }) => rule === obligation.rule).map(viewDelivery),
  } as Unplaced<DutyView>;
}

/** Duties of a plan that nothing was written of; the desk is the one that would be given a copy. */
export function viewPlanned(
  { obligations, duties, copies }: DutyPlan,
  record: IncidentRecord,
  {
    addressees,
    directory,
    nowMs,
    clockRules,
  }: Pick<ViewParts, 'addressees' | 'directory' | 'nowMs' | 'clockRules'>,
): readonly Unplaced<DutyView>[] {
  const given = new Map(copies.map(({ addressee, desk }) => [addressee.id, desk.id]));
  return obligations.map((obligation) => {
    const addressee = addressees.get(obligation.addressee);
    const consented = consentOf(record, obligation.addressee);
    const desk = given.get(obligation.addressee);
    const kept = duties.find(({ rule }) => rule === obligation.rule);
    const { firstDue: _first, finalDue: _final, clocks, ...said } = obligation;
    return {
      ...said,
      ...(desk !== undefined && { desk: directory.brief(desk) }),
      ...(consented !== undefined && { consented }),
      // Nothing was submitted yet: no clock has stopped.
      clocks: (kept?.clocks ?? clocks).map(({ doneAt: _done, ...clock }: KeptClock) =>
        clockView(obligation.rule, clock, nowMs, clockRules),
      ),
      purpose: addressee?.purpose ?? obligation.addresseeName,
      mayNot: addressee?.mayNot ?? { ja: '-', en: '-' },
      deliveries: [],
    } as Unplaced<DutyView>;
  });
}

/** Steps of a copy with their places. */
export function stepsOf(
  copy: Pick<
    DeliveryRow,
    'outbox_id' | 'read_outbox' | 'accepted_outbox' | 'returned_outbox' | 'relayed_from'
  >,
) {
  const steps: (readonly [string, string | null])[] = [
    [copy.relayed_from === null ? 'delivered' : 'relayed', copy.outbox_id],
    ['read', copy.read_outbox],
    ['accepted', copy.accepted_outbox],
    ['returned', copy.returned_outbox],
  ];
  return steps.flatMap(([step, outboxId]) =>
    outboxId === null ? [] : [{ step, ...receipt(outboxId) }],
  );
}

function viewDelivery(copy: DeliveryRow): Unplaced<DeliveryView> {
  return {
    id: copy.copy_id,
    position: copy.position,
    stage: copy.stage,
    state: copy.state,
    deliveredAt: toInstant(copy.at_ms),
    ...(copy.read_at_ms !== null && { readAt: toInstant(copy.read_at_ms) }),
    ...(copy.accepted_at_ms !== null && { acceptedAt: toInstant(copy.accepted_at_ms) }),
    receipts: stepsOf(copy),
  };
}

function viewSubmission(row: SubmissionRow): Unplaced<SubmissionView> {
  return {
    position: row.position,
    stage: row.stage,
    at: toInstant(row.at_ms),
    by: row.actor,
    via: row.via,
    changes: row.changes,
    ...receipt(row.outbox_id),
  };
}

/** `hide`: in place of the reporter, for an addressee that is not to know who reports. */
export function viewMessage(
  row: MessageRow,
  { directory, nowMs }: Pick<ViewParts, 'directory' | 'nowMs'>,
  hide?: { readonly id: string; readonly as: OrganisationBrief },
): Unplaced<MessageView> {
  const brief = (id: string) => (hide?.id === id ? hide.as : directory.brief(id));
  return {
    id: row.message_id,
    kind: row.kind,
    from: brief(row.from_id),
    to: brief(row.to_id),
    at: toInstant(row.at_ms),
    text: row.content,
    ...(row.clause !== null && { clause: row.clause }),
    ...(row.due_at_ms !== null && { due: toInstant(row.due_at_ms) }),
    overdue: row.due_at_ms !== null && row.answered_at_ms === null && row.due_at_ms < nowMs,
    ...(row.answers !== null && { answers: row.answers }),
    ...(row.answered_at_ms !== null && { answeredAt: toInstant(row.answered_at_ms) }),
    ...receipt(row.outbox_id),
  };
}

function viewUse(row: UseRow, { directory }: ViewParts): Unplaced<UseView> {
  return {
    organisation: directory.brief(row.desk_id),
    by: row.actor,
    what: row.what,
    purpose: row.purpose,
    at: toInstant(row.at_ms),
    ...receipt(row.outbox_id),
  };
}

export function viewAttachment(row: AttachmentRow): AttachmentView {
  return {
    id: row.attachment_id,
    name: row.name,
    type: row.type,
    bytes: row.bytes,
    sha256: row.sha256,
    at: toInstant(row.at_ms),
  };
}

/** An indicator of a record; what others know of it is added where it is known. */
export function viewIndicator({ type, value, role }: Indicator): IndicatorView {
  return { type, shown: defang(type, value), ...(role && { role }), confirmed: true };
}

type Happening = Unplaced<TimelineItem>;

/** A timeline that is being written; what has not happened has no instant and stays out. */
export function beginTimeline() {
  const items: Happening[] = [];
  const add = (
    atMs: number | null,
    kind: string,
    text: TimelineItem['text'],
    id: string | null,
  ) => {
    if (atMs === null) return;
    items.push({ at: toInstant(atMs), kind, text, ...(id !== null && receipt(id)) });
  };
  return { items, add };
}

function timelineOf(rows: ReportRows, parts: ViewParts): readonly Happening[] {
  const { directory } = parts;
  const { items, add } = beginTimeline();
  for (const one of rows.submissions) {
    const withdrawn = one.note?.withdrawn !== undefined;
    const text = withdrawn
      ? HAPPENED.withdrawn()
      : one.position === 1
        ? HAPPENED.submitted(one.stage)
        : HAPPENED.supplemented(one.stage, one.changes.length);
    add(one.at_ms, withdrawn ? 'withdrawn' : 'submitted', text, one.outbox_id);
  }
  for (const one of rows.copies) {
    const { name } = directory.brief(one.desk_id);
    const relayed = one.relayed_from !== null;
    add(
      one.at_ms,
      relayed ? 'relayed' : 'delivered',
      relayed ? HAPPENED.relayed(name) : HAPPENED.delivered(name),
      one.outbox_id,
    );
    add(one.read_at_ms, 'read', HAPPENED.read(name), one.read_outbox);
    add(one.accepted_at_ms, 'accepted', HAPPENED.accepted(name), one.accepted_outbox);
    add(one.returned_at_ms, 'returned', HAPPENED.returned(name), one.returned_outbox);
  }
  for (const one of rows.messages) {
    const [from, to] = [directory.brief(one.from_id).name, directory.brief(one.to_id).name];
    add(one.at_ms, one.kind, HAPPENED.message(one.kind, from, to), one.outbox_id);
  }
  for (const one of rows.changes) add(one.at_ms, 'duty', one.text, one.outbox_id);
  return items.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
