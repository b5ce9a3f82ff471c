// SPDX-License-Identifier: Apache-2.0
/**
 * What the hub says over HTTP about incident reports: reporter's side (/reports), addressee's side
 * (/copies), the office's queue (/intake). The record itself is described in spec/report.
 */
import type { OrganisationBrief, ReceiptReference, Text, TimelineItem } from './wire.ts';

export type ReportKind = 'ddos' | 'ransomware' | 'other' | 'precursor' | 'near-miss' | 'voluntary';
export type ReportStage = 'first' | 'follow-up' | 'final';
/** How a submission came in. */
export type ReportVia = 'form' | 'api' | 'telephone' | 'mail' | 'alert' | 'import';

/** Where a copy stands; each word means something else, none of them is "overdue". */
export type DeliveryState = 'delivered' | 'read' | 'accepted' | 'returned';

/** One clock as people read it: due in words, who waits for what. */
export interface ClockView {
  readonly stage: 'first' | 'second' | 'final';
  readonly words: Text;
  /** `done`: what it waits for was submitted. `no-number`: the rule says "promptly". */
  readonly state: 'running' | 'soon' | 'overdue' | 'done' | 'no-number' | 'not-started';
  readonly startedAt?: string;
  readonly due?: string;
  readonly doneAt?: string;
  readonly why: Text;
  readonly readings: readonly { readonly due: string; readonly why: Text }[];
  /** Set when the addressee gave more time. */
  readonly extendedFrom?: string;
}

/** One addressee of a report: why, until when, what it has received and done. */
export interface DutyView {
  readonly rule: string;
  readonly addressee: string;
  readonly addresseeName: Text;
  /** Organisation of this instance that receives for it; absent: outside, tracked only. */
  readonly desk?: OrganisationBrief;
  readonly clause: string;
  readonly applies: boolean;
  readonly decision: 'yes' | 'no' | 'cannot-decide';
  readonly nature: 'duty' | 'voluntary';
  readonly consented?: boolean;
  readonly why: Text;
  readonly dependsOn: readonly string[];
  readonly clocks: readonly ClockView[];
  readonly missing: readonly {
    readonly field: string;
    readonly stage: 'first' | 'second' | 'final';
    readonly text: Text;
  }[];
  /** False: shown as "not yet compared with the primary text". */
  readonly verified: boolean;
  readonly source: string;
  readonly note: string;
  readonly purpose: Text;
  readonly mayNot: Text;
  readonly deliveries: readonly DeliveryView[];
}

/** One copy as its reporter sees it. */
export interface DeliveryView {
  readonly id: string;
  readonly position: number;
  readonly stage: ReportStage;
  readonly state: DeliveryState;
  readonly deliveredAt: string;
  readonly readAt?: string;
  readonly acceptedAt?: string;
  readonly receipts: readonly { readonly step: string; readonly receipt: ReceiptReference }[];
}

/** GET /reports?state&kind&query&cursor -> Page<ReportBrief> */
export interface ReportBrief {
  readonly id: string;
  readonly organisation: OrganisationBrief;
  readonly kind: ReportKind;
  readonly title: string;
  readonly stage: ReportStage;
  readonly state: 'open' | 'final' | 'withdrawn';
  readonly aware: string;
  readonly submitted: string;
  readonly revision: number;
  /** The clock that ends next, of all addressees. */
  readonly next?: {
    readonly addresseeName: Text;
    readonly stage: 'first' | 'second' | 'final';
    readonly due: string;
    readonly state: ClockView['state'];
  };
  readonly overdue: number;
  /** Questions and orders that wait for the reporter's answer. */
  readonly unanswered: number;
}

/** GET /reports/:id, POST /reports, POST /reports/:id/supplements */
export interface ReportDetail extends ReportBrief {
  readonly reference?: string;
  /** The record as it stands now (spec/report). */
  readonly record: Readonly<Record<string, unknown>>;
  readonly duties: readonly DutyView[];
  readonly submissions: readonly SubmissionView[];
  readonly thread: readonly MessageView[];
  /** Who read what, when, and what for. */
  readonly uses: readonly UseView[];
  readonly indicators: readonly IndicatorView[];
  readonly attachments: readonly AttachmentView[];
  readonly gotBack: ReportGotBack;
  readonly timeline: readonly TimelineItem[];
  /** While a surge is worked off: what its reporter is told to expect. */
  readonly expect?: Text;
  readonly receipt?: ReceiptReference;
}

/** A stage or supplement; differences only, nothing is overwritten. */
export interface SubmissionView {
  readonly position: number;
  readonly stage: ReportStage;
  readonly at: string;
  readonly by: string;
  readonly via: ReportVia;
  readonly changes: readonly {
    readonly field: string;
    readonly label?: Text;
    /** In words, as the forms show it. Absent: new. */
    readonly before?: Text;
    /** Absent: taken out. */
    readonly after?: Text;
  }[];
  readonly receipt?: ReceiptReference;
}

export interface MessageView {
  readonly id: string;
  readonly kind: 'question' | 'advice' | 'order' | 'answer' | 'relay' | 'note';
  readonly from: OrganisationBrief;
  readonly to: OrganisationBrief;
  readonly at: string;
  readonly text: string;
  readonly clause?: string;
  readonly due?: string;
  readonly overdue: boolean;
  /** For answers: the message that is answered. */
  readonly answers?: string;
  readonly answeredAt?: string;
  readonly receipt?: ReceiptReference;
}

export interface UseView {
  readonly organisation: OrganisationBrief;
  readonly by: string;
  readonly what: 'record' | 'form' | 'attachment' | 'related' | 'statistics';
  readonly purpose: Text;
  readonly at: string;
  readonly receipt?: ReceiptReference;
}

export interface IndicatorView {
  readonly type: string;
  /** Defanged, as it is shown. */
  readonly shown: string;
  readonly role?: string;
  readonly confirmed: boolean;
  readonly protected?: Text;
  /** How many other reporters have told the same value; small counts are not shown. */
  readonly seenByOthers?: 'none' | 'some' | 'many';
}

export interface AttachmentView {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly at: string;
}

/** What the reporter got for telling it. */
export interface ReportGotBack {
  /** Instant of the first thing that came back, after submission. */
  readonly firstAt?: string;
  readonly items: readonly {
    readonly kind: 'warning' | 'similar' | 'indicator' | 'advice' | 'acceptance';
    readonly at: string;
    readonly text: Text;
    readonly href?: string;
  }[];
}

/** POST /reports/preview {record}: what would follow, before anything is sent. */
export interface ReportPreview {
  readonly duties: readonly DutyView[];
  /** What the stage still needs, most wanted first. */
  readonly missing: readonly { readonly field: string; readonly text: Text }[];
  readonly indicators: readonly (IndicatorView & {
    readonly value: string;
    readonly source: string;
  })[];
  readonly refusals: readonly { readonly field: string; readonly expected: string }[];
  /** Reports of the same organisation that may be the same incident. */
  readonly duplicates: readonly RelatedView[];
}

/** GET /report-drafts, GET|PUT|DELETE /report-drafts/:id, POST /report-drafts */
export interface DraftView {
  readonly id: string;
  readonly organisation: OrganisationBrief;
  /** Set for a supplement to a report. */
  readonly report?: string;
  readonly record: Readonly<Record<string, unknown>>;
  /** Question at which the person was. */
  readonly step?: string;
  readonly revision: number;
  readonly savedAt: string;
  readonly by: string;
  readonly via: ReportVia;
  /** From an alert or a mail: waits for a person's word. */
  readonly proposal?: 'precursor' | 'draft';
  readonly notes: readonly Text[];
  readonly indicators: readonly (IndicatorView & { readonly value: string })[];
  readonly attachments: readonly AttachmentView[];
}

/** GET /copies?state&kind&query&cursor -> Page<CopyBrief>: an addressee's desk. */
export interface CopyBrief {
  readonly id: string;
  readonly report: string;
  readonly organisation: OrganisationBrief;
  readonly addressee: string;
  readonly kind: ReportKind;
  readonly title: string;
  readonly stage: ReportStage;
  readonly position: number;
  readonly state: DeliveryState;
  readonly aware: string;
  readonly deliveredAt: string;
  readonly next?: { readonly stage: 'first' | 'second' | 'final'; readonly due: string };
  readonly overdue: boolean;
  /** Messages of ours that the reporter has not answered. */
  readonly waiting: number;
}

/** GET /copies/:id. Looking at it is on the ledger before it is shown. */
export interface CopyDetail extends CopyBrief {
  readonly purpose: Text;
  readonly mayNot: Text;
  readonly clause: string;
  /** What its purpose allows, in the blocks of the common form. */
  readonly blocks: readonly FormBlock[];
  readonly withheld: readonly { readonly field: string; readonly label: Text }[];
  readonly clocks: readonly ClockView[];
  readonly stages: readonly {
    readonly copy: string;
    readonly stage: ReportStage;
    readonly position: number;
    readonly at: string;
  }[];
  readonly changes: SubmissionView['changes'];
  readonly thread: readonly MessageView[];
  readonly indicators: readonly IndicatorView[];
  readonly attachments: readonly AttachmentView[];
  readonly timeline: readonly TimelineItem[];
  readonly receipts: readonly { readonly step: string; readonly receipt: ReceiptReference }[];
  /** What this desk may do next. */
  readonly may: readonly ('accept' | 'question' | 'advise' | 'order' | 'relay' | 'extend')[];
}

/** One block of a form: label and value in words, in both languages where they differ. */
export interface FormBlock {
  readonly id: string;
  readonly title: Text;
  readonly rows: readonly {
    readonly field: string;
    readonly label: Text;
    /** Absent: not told. */
    readonly value?: Text;
    readonly unknown?: boolean;
  }[];
}

/** GET /intake: the office's queue. */
export interface IntakeView {
  readonly crisis: CrisisView;
  readonly items: readonly IntakeItem[];
  readonly total: number;
  readonly next?: string;
}

export interface IntakeItem extends CopyBrief {
  readonly priority: number;
  /** Why it stands where it stands. */
  readonly why: readonly Text[];
  readonly assignee?: string;
  readonly related: number;
  readonly merged?: string;
}

export interface CrisisView {
  readonly on: boolean;
  readonly since?: string;
  readonly waiting: number;
  readonly perHour: number;
  /** What reporters are told to expect. */
  readonly expect?: Text;
}

/** GET /intake/:id/related */
export interface RelatedView {
  readonly report: string;
  readonly copy?: string;
  readonly organisation?: OrganisationBrief;
  readonly kind: ReportKind;
  readonly title: string;
  readonly aware: string;
  readonly score: number;
  readonly why: readonly Text[];
  /** Set once they are one. */
  readonly merge?: string;
}

/** POST /intake/merges {reports, reason}, POST /intake/merges/:id/undo {reason} */
export interface MergeView {
  readonly id: string;
  readonly reports: readonly string[];
  readonly reason: string;
  readonly at: string;
  readonly by: string;
  readonly undoneAt?: string;
  readonly receipt?: ReceiptReference;
}

/** A cell of statistics; hidden where so few would show whom it is about. */
export interface CountCell {
  readonly key: string;
  readonly label: Text;
  readonly count?: number;
  readonly hidden: boolean;
}

/** GET /report-statistics?from&to */
export interface ReportStatistics {
  readonly from: string;
  readonly to: string;
  readonly total: CountCell;
  readonly byKind: readonly CountCell[];
  readonly bySector: readonly CountCell[];
  readonly byTechnique: readonly CountCell[];
  readonly byMonth: readonly CountCell[];
  /** Absent where too few. */
  readonly toReportMs?: { readonly median: number; readonly p90: number };
  readonly toRecoverMs?: { readonly median: number; readonly p90: number };
  readonly toFeedbackMs?: { readonly median: number; readonly p90: number };
  readonly smallest: number;
  /** The same figures from the ledger alone. */
  readonly yearly: readonly {
    readonly year: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly size: number;
  }[];
}

/** GET /report-settings, PUT /report-settings */
export interface ReportSettings {
  /** Alerts become precursor reports without a person's word. */
  readonly automaticPrecursors: boolean;
  readonly dataUse: readonly {
    readonly addressee: string;
    readonly name: Text;
    readonly purpose: Text;
    readonly mayNot: Text;
    readonly verified: boolean;
  }[];
  /** Facts that decide duties; the operator keeps them. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** GET /rules: rule sets with what is unverified, and changes that wait for a second person. */
export interface RuleSetView {
  readonly ruleSet: string;
  readonly title: Text;
  readonly rules: readonly {
    readonly id: string;
    readonly clause: string;
    readonly source: string;
    readonly from: string;
    readonly to?: string;
    readonly verified: boolean;
    readonly note: string;
    readonly value: unknown;
    readonly inForce: boolean;
    /** Set when people of this instance made it. */
    readonly change?: string;
  }[];
  readonly changes: readonly RuleChangeView[];
}

/** POST /rules/:set/changes, POST /rule-changes/:id {approve} */
export interface RuleChangeView {
  readonly id: string;
  readonly ruleSet: string;
  readonly clause: string;
  readonly from: string;
  readonly value: unknown;
  readonly reason: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly state: 'waiting' | 'in-force' | 'refused';
  readonly decidedBy?: string;
  readonly receipt?: ReceiptReference;
}

/**
 * GET /report-questions?kind&stage -> readonly QuestionView[], in the order in which they are asked.
 * Without kind: the questions that every kind has, the first of which asks for the kind.
 */
export interface QuestionView {
  readonly id: string;
  /** Path of the record that the answer fills: `kind`, `awareness.at`, `personalData.persons`. */
  readonly field: string;
  readonly question: Text;
  readonly help?: Text;
  readonly example?: Text;
  readonly answer: AnswerType;
  /** For `choice` and `choices`. */
  readonly options?: readonly { readonly value: string; readonly label: Text }[];
  /** For `number`: of what. */
  readonly unit?: Text;
  /** For `line` and `text`: most characters; for `number`: the highest value. */
  readonly max?: number;
  /** For `number`: only whole numbers. */
  readonly whole?: boolean;
  /** The forms of this stage ask for it: say so when it is passed over. */
  readonly needed: boolean;
  /** False: nothing can be submitted without it. */
  readonly skippable: boolean;
  /** Say that a rough answer is welcome. */
  readonly estimate: boolean;
  /** The answer may be `unknown`: offer "under investigation". */
  readonly unknown: boolean;
  /** Asked only when the field of the record has one of these values. */
  readonly onlyIf?: { readonly field: string; readonly in: readonly (string | boolean)[] };
}

/**
 * `yes-no-unknown` gives true, false or "unknown"; `time` an RFC 3339 instant or a date; `line` and
 * `text` a string; `list` strings; the last five a list of the record's own entries.
 */
export type AnswerType =
  | 'choice'
  | 'choices'
  | 'time'
  | 'line'
  | 'text'
  | 'number'
  | 'yes-no-unknown'
  | 'list'
  | 'computers'
  | 'services'
  | 'contacts'
  | 'indicators'
  | 'actions';
