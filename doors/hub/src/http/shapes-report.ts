// SPDX-License-Identifier: Apache-2.0
/**
 * Zod schemas of the wire shapes about incident reports. As in shapes.ts: answers hold nothing
 * else, and the compiler holds each schema to its type in vocabulary/wire.
 */
import type * as wire from '@sakimori/vocabulary/wire';
import { z } from 'zod';
import {
  count,
  maybe,
  organisationBrief,
  receipt,
  receiptReference,
  same,
  text,
  timelineItem,
  word,
} from './shapes.ts';

const flag = z.boolean();
export const reportKind = z.enum([
  'ddos',
  'ransomware',
  'other',
  'precursor',
  'near-miss',
  'voluntary',
]);
export const reportStage = z.enum(['first', 'follow-up', 'final']);
const clockStage = z.enum(['first', 'second', 'final']);
const reportVia = z.enum(['form', 'api', 'telephone', 'mail', 'alert', 'import']);
export const deliveryState = z.enum(['delivered', 'read', 'accepted', 'returned']);
const clockState = z.enum(['running', 'soon', 'overdue', 'done', 'no-number', 'not-started']);
const steps = z.array(z.object({ step: word, receipt: receiptReference }));
const fieldText = z.object({ field: word, text });
/** The record and other data of law or of the reporter: kept as they are (spec/report). */
const anything = z.record(z.string(), z.unknown());

const clockView = same<wire.ClockView>()(
  z.object({
    stage: clockStage,
    words: text,
    state: clockState,
    startedAt: maybe,
    due: maybe,
    doneAt: maybe,
    why: text,
    readings: z.array(z.object({ due: word, why: text })),
    extendedFrom: maybe,
  }),
);

const deliveryView = same<wire.DeliveryView>()(
  z.object({
    id: word,
    position: count,
    stage: reportStage,
    state: deliveryState,
    deliveredAt: word,
    readAt: maybe,
    acceptedAt: maybe,
    receipts: steps,
  }),
);

const dutyView = same<wire.DutyView>()(
  z.object({
    rule: word,
    addressee: word,
    addresseeName: text,
    desk: organisationBrief.exactOptional(),
    clause: word,
    applies: flag,
    decision: z.enum(['yes', 'no', 'cannot-decide']),
    nature: z.enum(['duty', 'voluntary']),
    consented: flag.exactOptional(),
    why: text,
    dependsOn: z.array(word),
    clocks: z.array(clockView),
    missing: z.array(z.object({ field: word, stage: clockStage, text })),
    verified: flag,
    source: word,
    note: word,
    purpose: text,
    mayNot: text,
    deliveries: z.array(deliveryView),
  }),
);

export const reportBrief = same<wire.ReportBrief>()(
  z.object({
    id: word,
    organisation: organisationBrief,
    kind: reportKind,
    title: word,
    stage: reportStage,
    state: z.enum(['open', 'final', 'withdrawn']),
    aware: word,
    submitted: word,
    revision: count,
    next: z
      .object({ addresseeName: text, stage: clockStage, due: word, state: clockState })
      .exactOptional(),
    overdue: count,
    unanswered: count,
  }),
);

const changes = z.array(
  z.object({
    field: word,
    label: text.exactOptional(),
    before: text.exactOptional(),
    after: text.exactOptional(),
  }),
);

const submissionView = same<wire.SubmissionView>()(
  z.object({
    position: count,
    stage: reportStage,
    at: word,
    by: word,
    via: reportVia,
    changes,
    receipt,
  }),
);

export const messageView = same<wire.MessageView>()(
  z.object({
    id: word,
    kind: z.enum(['question', 'advice', 'order', 'answer', 'relay', 'note']),
    from: organisationBrief,
    to: organisationBrief,
    at: word,
    text: word,
    clause: maybe,
    due: maybe,
    overdue: flag,
    answers: maybe,
    answeredAt: maybe,
    receipt,
  }),
);

const useView = same<wire.UseView>()(
  z.object({
    organisation: organisationBrief,
    by: word,
    what: z.enum(['record', 'form', 'attachment', 'related', 'statistics']),
    purpose: text,
    at: word,
    receipt,
  }),
);

const indicatorView = same<wire.IndicatorView>()(
  z.object({
    type: word,
    shown: word,
    role: maybe,
    confirmed: flag,
    protected: text.exactOptional(),
    seenByOthers: z.enum(['none', 'some', 'many']).exactOptional(),
  }),
);

export const attachmentView = same<wire.AttachmentView>()(
  z.object({ id: word, name: word, type: word, bytes: count, sha256: word, at: word }),
);

const gotBack = same<wire.ReportGotBack>()(
  z.object({
    firstAt: maybe,
    items: z.array(
      z.object({
        kind: z.enum(['warning', 'similar', 'indicator', 'advice', 'acceptance']),
        at: word,
        text,
        href: maybe,
      }),
    ),
  }),
);

export const reportDetail = same<wire.ReportDetail>()(
  reportBrief.extend({
    reference: maybe,
    record: anything,
    duties: z.array(dutyView),
    submissions: z.array(submissionView),
    thread: z.array(messageView),
    uses: z.array(useView),
    indicators: z.array(indicatorView),
    attachments: z.array(attachmentView),
    gotBack,
    timeline: z.array(timelineItem),
    expect: text.exactOptional(),
    receipt,
  }),
);

export const relatedView = same<wire.RelatedView>()(
  z.object({
    report: word,
    copy: maybe,
    organisation: organisationBrief.exactOptional(),
    kind: reportKind,
    title: word,
    aware: word,
    score: count,
    why: z.array(text),
    merge: maybe,
  }),
);

export const reportPreview = same<wire.ReportPreview>()(
  z.object({
    duties: z.array(dutyView),
    missing: z.array(fieldText),
    indicators: z.array(indicatorView.extend({ value: word, source: word })),
    refusals: z.array(z.object({ field: word, expected: word })),
    duplicates: z.array(relatedView),
  }),
);

export const draftView = same<wire.DraftView>()(
  z.object({
    id: word,
    organisation: organisationBrief,
    report: maybe,
    record: anything,
    step: maybe,
    revision: count,
    savedAt: word,
    by: word,
    via: reportVia,
    proposal: z.enum(['precursor', 'draft']).exactOptional(),
    notes: z.array(text),
    indicators: z.array(indicatorView.extend({ value: word })),
    attachments: z.array(attachmentView),
  }),
);

export const copyBrief = same<wire.CopyBrief>()(
  z.object({
    id: word,
    report: word,
    organisation: organisationBrief,
    addressee: word,
    kind: reportKind,
    title: word,
    stage: reportStage,
    position: count,
    state: deliveryState,
    aware: word,
    deliveredAt: word,
    next: z.object({ stage: clockStage, due: word }).exactOptional(),
    overdue: flag,
    waiting: count,
  }),
);

const formBlock = same<wire.FormBlock>()(
  z.object({
    id: word,
    title: text,
    rows: z.array(
      z.object({
        field: word,
        label: text,
        value: text.exactOptional(),
        unknown: flag.exactOptional(),
      }),
    ),
  }),
);

export const copyDetail = same<wire.CopyDetail>()(
  copyBrief.extend({
    purpose: text,
    mayNot: text,
    clause: word,
    blocks: z.array(formBlock),
    withheld: z.array(z.object({ field: word, label: text })),
    clocks: z.array(clockView),
    stages: z.array(z.object({ copy: word, stage: reportStage, position: count, at: word })),
    changes,
    thread: z.array(messageView),
    indicators: z.array(indicatorView),
    attachments: z.array(attachmentView),
    timeline: z.array(timelineItem),
    receipts: steps,
    may: z.array(z.enum(['accept', 'question', 'advise', 'order', 'relay', 'extend'])),
  }),
);

const crisisView = same<wire.CrisisView>()(
  z.object({
    on: flag,
    since: maybe,
    waiting: count,
    perHour: count,
    expect: text.exactOptional(),
  }),
);

export const intakeItem = same<wire.IntakeItem>()(
  copyBrief.extend({
    priority: count,
    why: z.array(text),
    assignee: maybe,
    related: count,
    merged: maybe,
  }),
);

export const intakeView = same<wire.IntakeView>()(
  z.object({ crisis: crisisView, items: z.array(intakeItem), total: count, next: maybe }),
);

export const mergeView = same<wire.MergeView>()(
  z.object({
    id: word,
    reports: z.array(word),
    reason: word,
    at: word,
    by: word,
    undoneAt: maybe,
    receipt,
  }),
);

const countCell = same<wire.CountCell>()(
  z.object({ key: word, label: text, count: count.exactOptional(), hidden: flag }),
);
const quantiles = z.object({ median: count, p90: count }).exactOptional();

export const reportStatistics = same<wire.ReportStatistics>()(
  z.object({
    from: word,
    to: word,
    total: countCell,
    byKind: z.array(countCell),
    bySector: z.array(countCell),
    byTechnique: z.array(countCell),
    byMonth: z.array(countCell),
    toReportMs: quantiles,
    toRecoverMs: quantiles,
    toFeedbackMs: quantiles,
    smallest: count,
    yearly: z.array(z.object({ year: count, counts: z.record(z.string(), count), size: count })),
  }),
);

export const reportSettings = same<wire.ReportSettings>()(
  z.object({
    automaticPrecursors: flag,
    dataUse: z.array(
      z.object({ addressee: word, name: text, purpose: text, mayNot: text, verified: flag }),
    ),
    facts: anything,
  }),
);

export const ruleChangeView = same<wire.RuleChangeView>()(
  z.object({
    id: word,
    ruleSet: word,
    clause: word,
    from: word,
    value: z.unknown(),
    reason: word,
    askedBy: word,
    askedAt: word,
    state: z.enum(['waiting', 'in-force', 'refused']),
    decidedBy: maybe,
    receipt,
  }),
);

export const ruleSetView = same<wire.RuleSetView>()(
  z.object({
    ruleSet: word,
    title: text,
    rules: z.array(
      z.object({
        id: word,
        clause: word,
        source: word,
        from: word,
        to: maybe,
        verified: flag,
        note: word,
        value: z.unknown(),
        inForce: flag,
        change: maybe,
      }),
    ),
    changes: z.array(ruleChangeView),
  }),
);

const values = z.array(z.union([z.string(), z.boolean()]));

export const questionView = same<wire.QuestionView>()(
  z.object({
    id: word,
    field: word,
    question: text,
    help: text.exactOptional(),
    example: text.exactOptional(),
    answer: z.enum([
      'choice',
      'choices',
      'time',
      'line',
      'text',
      'number',
      'yes-no-unknown',
      'list',
      'computers',
      'services',
      'contacts',
      'indicators',
      'actions',
    ]),
    options: z.array(z.object({ value: word, label: text })).exactOptional(),
    unit: text.exactOptional(),
    max: count.exactOptional(),
    whole: flag.exactOptional(),
    needed: flag,
    skippable: flag,
    estimate: flag,
    unknown: flag,
    onlyIf: z.object({ field: word, in: values }).exactOptional(),
  }),
);
