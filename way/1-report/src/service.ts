// SPDX-License-Identifier: Apache-2.0
/**
 * What the service of this room offers. Every act takes the scope that authority gave; who may act
 * is decided before. Answers are wire shapes in which receipts are still outbox keys
 * (`placeReceipts` turns them into places).
 */
import type { Changed, Scope } from '@sakimori/store';
import type {
  AttachmentView,
  CopyBrief,
  CopyDetail,
  CrisisView,
  DraftView,
  FormBlock,
  IntakeItem,
  MergeView,
  MessageView,
  Page,
  RelatedView,
  ReportBrief,
  ReportDetail,
  ReportPreview,
  ReportSettings,
  ReportStatistics,
  ReportVia,
  RuleChangeView,
  RuleSetView,
  Text,
} from '@sakimori/vocabulary/wire';
import type { ReadReport } from './engine/index.ts';
import type {
  ClockPort,
  FilesPort,
  LawPort,
  LedgerFiguresPort,
  NotifyPort,
  RandomPort,
  WarningsAboutPort,
} from './ports.ts';
import type { FormHead } from './print/form-head.ts';
import type { Unplaced } from './receipts.ts';

export interface ReportOptions {
  readonly law: LawPort;
  readonly clock: ClockPort;
  readonly random: RandomPort;
  /** Without it notices wait. */
  readonly notify?: NotifyPort | undefined;
  /** Without it attachments are refused. */
  readonly files?: FilesPort | undefined;
  readonly warningsAbout?: WarningsAboutPort | undefined;
  readonly ledgerFigures?: LedgerFiguresPort | undefined;
  /** An exercise is made of documentation addresses: they count as any other there. */
  readonly exercise?: boolean | undefined;
  /** Told after a commit that background work waits; must be quick and must not throw. */
  readonly onWork?: (() => void) | undefined;
  /** Called between the steps of background work; a test dies in it. */
  readonly reached?: ((step: string) => void | Promise<void>) | undefined;
}

/** A record to be submitted for an organisation. */
export interface SubmitInput {
  readonly organisationId: string;
  /** As it came from outside; read by the engine. */
  readonly record: unknown;
  readonly via: ReportVia;
  /** The data-use contract was shown and accepted. RPT_DATA_USE_NOT_ACCEPTED without it. */
  readonly acceptDataUse: boolean;
  /** Same key and content: the same answer. Same key, other content: RPT_REFERENCE_TAKEN. */
  readonly idempotencyKey?: string | undefined;
  /** The draft that this was; it is removed in the same transaction. */
  readonly draftId?: string | undefined;
  /** For `telephone`: who spoke, and how to call back. */
  readonly telephone?: { readonly spokenBy: string; readonly callback?: string } | undefined;
}

export type SubmitResult = Changed<Unplaced<ReportDetail>> & {
  /** True when it had been submitted before; nothing was added. */
  readonly repeated: boolean;
};

/** What a supplement says: the whole record as it should stand now; what differs is its history. */
export interface SupplementInput {
  readonly record: unknown;
  readonly via: ReportVia;
  /** Revision that the reporter saw; another one is refused with RPT_CHANGED_MEANWHILE. */
  readonly revision?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly draftId?: string | undefined;
}

export interface ReportFilter {
  readonly organisationId?: string | undefined;
  readonly state?: 'open' | 'final' | 'withdrawn' | undefined;
  readonly kind?: string | undefined;
  readonly query?: string | undefined;
  readonly cursor?: string | undefined;
  /** Default 50, at most 200. */
  readonly limit?: number | undefined;
}

export interface CopyFilter {
  /** Default: the organisation of the scope. */
  readonly deskId?: string | undefined;
  readonly state?: 'delivered' | 'read' | 'accepted' | 'returned' | undefined;
  readonly kind?: string | undefined;
  readonly stage?: 'first' | 'follow-up' | 'final' | undefined;
  /** Only those with a clock that has run out. */
  readonly overdue?: boolean | undefined;
  readonly query?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

export interface IntakeFilter {
  readonly assignee?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: 'delivered' | 'read' | undefined;
  readonly query?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A form ready to be printed or exported; its receipt is still an outbox key. */
export interface FormContent extends Omit<FormHead, 'receipt' | 'checkpoint'> {
  readonly blocks: readonly FormBlock[];
  readonly outboxId: string;
}

export interface DraftInput {
  readonly organisationId: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly via: ReportVia;
  readonly step?: string | undefined;
  /** For a supplement to a report. */
  readonly reportId?: string | undefined;
}

export interface DraftSave {
  readonly record: Readonly<Record<string, unknown>>;
  readonly step?: string | undefined;
  /** Revision that the writer had; another one is refused with RPT_CHANGED_MEANWHILE. */
  readonly revision: number;
}

/** What became of alerts or mails that a program handed in. */
export interface TakenAlerts {
  readonly drafts: readonly string[];
  /** Reports that were submitted at once, by the operator's own setting. */
  readonly precursors: readonly string[];
  readonly ignored: number;
}

export interface AttachmentInput {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface AttachmentBytes extends AttachmentView {
  readonly content: Uint8Array;
}

/** What one round of the clocks did. */
export interface ClockRound {
  readonly reminders: number;
  readonly overdue: number;
  readonly escalated: number;
  /** When the next clock has something to say; UTC milliseconds. */
  readonly nextAtMs?: number;
}

/** What one round of background work did. */
export interface WorkRound {
  readonly related: number;
  readonly recomputed: number;
  readonly notices: number;
  readonly failed: number;
}

export interface IntakePage {
  readonly crisis: CrisisView;
  readonly items: readonly Unplaced<IntakeItem>[];
  readonly total: number;
  readonly next?: string;
}

export interface RuleProposal {
  /** Only `report-*`. */
  readonly ruleSet: string;
  readonly clause: string;
  /** First day in force, YYYY-MM-DD in Japan. */
  readonly from: string;
  readonly value: unknown;
  readonly reason: string;
  readonly source: string;
}

/** What waits for an organisation, for its home page. Zero where it has no such side. */
export interface ReportWaiting {
  readonly drafts: readonly Unplaced<DraftView>[];
  /** Open reports whose next clock is soon or over, or with an unanswered message. */
  readonly reports: readonly Unplaced<ReportBrief>[];
  /** Copies at its desk that nobody has looked at. */
  readonly newCopies: number;
  readonly overdueCopies: number;
  readonly oldestCopyAt?: string;
  /** What reporters are told to expect while reports surge at the office. */
  readonly expect?: Text;
}

export interface ReportService {
  readonly reports: {
    /**
     * Submits a report: record, duties, a copy at every desk that applies or is consented to, and
     * one entry `report.submitted`, in one transaction; answers once the entry is published.
     *
     * Throws  RPT_NO_ORGANISATION, RPT_RECORD_INVALID (fields), RPT_DATA_USE_NOT_ACCEPTED,
     *         RPT_REFERENCE_TAKEN
     * Law     Act art. 5
     */
    submit(scope: Scope, input: SubmitInput): Promise<SubmitResult>;
    /**
     * Follow-up or final report. Entry report.supplemented or report.finalised.
     *
     * Throws  RPT_NO_REPORT, RPT_RECORD_INVALID, RPT_CHANGED_MEANWHILE, RPT_NOT_OPEN,
     *         RPT_STAGE_BACKWARDS, RPT_REFERENCE_TAKEN
     */
    supplement(scope: Scope, reportId: string, input: SupplementInput): Promise<SubmitResult>;
    /** Before anybody has accepted it. Throws RPT_NO_REPORT, RPT_NOT_OPEN, RPT_ACCEPTED_ALREADY. */
    withdraw(
      scope: Scope,
      reportId: string,
      input: { readonly reason: string },
    ): Promise<Changed<Unplaced<ReportDetail>>>;
    /**
     * Notes that an addressee without a desk here (persons concerned, a regulator abroad) was told:
     * its clock stops. Throws RPT_NO_REPORT, RPT_NO_DUTY, RPT_DUE_INVALID.
     */
    told(
      scope: Scope,
      reportId: string,
      input: {
        readonly rule: string;
        readonly stage: 'first' | 'second' | 'final';
        /** Default: now. */
        readonly at?: string | undefined;
      },
    ): Promise<Changed<Unplaced<ReportDetail>>>;
    list(scope: Scope, filter?: ReportFilter): Promise<Page<Unplaced<ReportBrief>>>;
    /** Throws RPT_NO_REPORT, also for what lies outside the scope. */
    get(scope: Scope, reportId: string): Promise<Unplaced<ReportDetail>>;
    /** What would follow; writes nothing and refuses nothing but an unknown organisation. */
    preview(
      scope: Scope,
      input: { readonly organisationId: string; readonly record: unknown },
    ): Promise<Unplaced<ReportPreview>>;
    /** The common form (or the addressee's own) of the record as it stands. */
    form(
      scope: Scope,
      reportId: string,
      options?: { readonly addressee?: string | undefined; readonly position?: number | undefined },
    ): Promise<FormContent>;
    /**
     * The reporter writes on a thread.
     *
     * In      `answers`: message that is answered; else `copyId`: any copy of the addressee
     * Throws  RPT_NO_REPORT, RPT_NO_MESSAGE, RPT_NO_COPY, RPT_TEXT_INVALID
     */
    answer(
      scope: Scope,
      reportId: string,
      input: {
        readonly text: string;
        readonly answers?: string | undefined;
        readonly copyId?: string | undefined;
      },
    ): Promise<Changed<Unplaced<MessageView>>>;
  };
  readonly drafts: {
    create(scope: Scope, input: DraftInput): Promise<Unplaced<DraftView>>;
    list(
      scope: Scope,
      filter?: { readonly organisationId?: string | undefined },
    ): Promise<readonly Unplaced<DraftView>[]>;
    get(scope: Scope, draftId: string): Promise<Unplaced<DraftView>>;
    /** Throws RPT_NO_DRAFT, RPT_CHANGED_MEANWHILE, RPT_DRAFT_TOO_LARGE. No ledger entry. */
    save(scope: Scope, draftId: string, input: DraftSave): Promise<Unplaced<DraftView>>;
    remove(scope: Scope, draftId: string): Promise<void>;
    /** Submits it as a report or supplement and removes it, once; as `reports.submit`. */
    submit(
      scope: Scope,
      draftId: string,
      input: { readonly acceptDataUse: boolean; readonly idempotencyKey?: string | undefined },
    ): Promise<SubmitResult>;
    /** Drafts out of mails and files of a reader; a person confirms each. */
    propose(
      scope: Scope,
      organisationId: string,
      reports: readonly ReadReport[],
      via: 'mail' | 'import' | 'alert',
    ): Promise<readonly Unplaced<DraftView>[]>;
  };
  readonly alerts: {
    /** Alerts of a sensor: a precursor report at once where the operator chose so, else a draft. */
    take(
      scope: Scope,
      organisationId: string,
      reports: readonly ReadReport[],
    ): Promise<TakenAlerts>;
  };
  readonly attachments: {
    /** Bound to a draft or a report. Throws RPT_FILE_TOO_LARGE, RPT_FILE_TYPE, RPT_FILES_OFF. */
    add(
      scope: Scope,
      owner: { readonly draftId: string } | { readonly reportId: string },
      file: AttachmentInput,
    ): Promise<AttachmentView>;
    /**
     * Bytes for the one who asks: the reporter, or a desk whose copy names the file. For a desk the
     * use is on the ledger first. Throws RPT_NO_ATTACHMENT.
     */
    open(scope: Scope, attachmentId: string): Promise<AttachmentBytes>;
    /** As `open` without the bytes and without a use; for the decision. */
    find(
      scope: Scope,
      attachmentId: string,
    ): Promise<AttachmentView & { readonly organisationId: string; readonly report?: string }>;
  };
  readonly copies: {
    list(scope: Scope, filter?: CopyFilter): Promise<Page<Unplaced<CopyBrief>>>;
    /** The entry record.accessed is published before the content is read. Throws RPT_NO_COPY. */
    get(scope: Scope, copyId: string): Promise<Unplaced<CopyDetail>>;
    /** As `get`; the use is `form`. */
    form(scope: Scope, copyId: string): Promise<FormContent>;
    /** Receipt of the addressee. Throws RPT_NO_COPY, RPT_COPY_STATE. */
    accept(scope: Scope, copyId: string): Promise<Changed<Unplaced<CopyDetail>>>;
    /** Back for completion, with what is missing. */
    return(
      scope: Scope,
      copyId: string,
      input: { readonly text: string; readonly fields?: readonly string[] | undefined },
    ): Promise<Changed<Unplaced<CopyDetail>>>;
    message(
      scope: Scope,
      copyId: string,
      input: {
        readonly kind: 'question' | 'advice';
        readonly text: string;
        /** Day (Japan) or instant by which an answer is hoped for. */
        readonly due?: string | undefined;
      },
    ): Promise<Changed<Unplaced<MessageView>>>;
    /** Ministry only. Throws RPT_NOT_A_MINISTRY, RPT_DUE_INVALID. Law: Act arts 6, 10 */
    order(
      scope: Scope,
      copyId: string,
      input: { readonly text: string; readonly clause: string; readonly due: string },
    ): Promise<Changed<Unplaced<MessageView>>>;
    /** A copy for another addressee; voluntary paths only with the reporter's consent. */
    relay(
      scope: Scope,
      copyId: string,
      input: { readonly addressee: string; readonly note?: string | undefined },
    ): Promise<Changed<Unplaced<CopyDetail>>>;
    /** More time for a stage, where dated law allows it. Throws RPT_EXTENSION_NOT_ALLOWED. */
    extend(
      scope: Scope,
      copyId: string,
      input: {
        readonly stage: 'first' | 'second' | 'final';
        readonly until: string;
        readonly reason: string;
      },
    ): Promise<Changed<Unplaced<CopyDetail>>>;
  };
  readonly intake: {
    list(scope: Scope, filter?: IntakeFilter): Promise<IntakePage>;
    related(scope: Scope, copyId: string): Promise<readonly Unplaced<RelatedView>[]>;
    /** `assignee` null takes it back. */
    assign(
      scope: Scope,
      copyId: string,
      input: { readonly assignee: string | null },
    ): Promise<Unplaced<IntakeItem>>;
    /** Two to fifty reports of its own copies. Throws RPT_MERGE_INVALID, RPT_NO_COPY. */
    merge(
      scope: Scope,
      input: { readonly reports: readonly string[]; readonly reason: string },
    ): Promise<Changed<Unplaced<MergeView>>>;
    unmerge(
      scope: Scope,
      mergeId: string,
      input: { readonly reason: string },
    ): Promise<Changed<Unplaced<MergeView>>>;
    merges(scope: Scope): Promise<readonly Unplaced<MergeView>[]>;
    crisis(scope: Scope): Promise<CrisisView>;
  };
  readonly rules: {
    list(scope: Scope): Promise<readonly Unplaced<RuleSetView>[]>;
    /** Throws RPT_RULE_SET_CLOSED, RPT_RULE_INVALID. Entry rule.proposed. */
    propose(scope: Scope, input: RuleProposal): Promise<Changed<Unplaced<RuleChangeView>>>;
    /** Another person than the one who asked: RPT_SECOND_PERSON_NEEDED. */
    decide(
      scope: Scope,
      changeId: string,
      input: { readonly approve: boolean },
    ): Promise<Changed<Unplaced<RuleChangeView>>>;
    /** Dated law with the approved changes of this instance laid over it. */
    reader(): Promise<LawPort['ruleAt']>;
  };
  /** Counts from the copies within reach of the desk; small ones protected. */
  statistics(
    scope: Scope,
    period: { readonly from: string; readonly to: string },
  ): Promise<ReportStatistics>;
  readonly settings: {
    get(scope: Scope, organisationId: string): Promise<ReportSettings>;
    set(
      scope: Scope,
      organisationId: string,
      input: {
        readonly automaticPrecursors?: boolean | undefined;
        readonly facts?: Readonly<Record<string, unknown>> | undefined;
      },
    ): Promise<Changed<ReportSettings>>;
  };
  /** For the home page of the scope's organisation. */
  waiting(scope: Scope): Promise<ReportWaiting>;
  readonly clocks: {
    /** Reminders, "overdue" and escalations that are due; each is said once, over any restart. */
    run(nowMs: number): Promise<ClockRound>;
  };
  readonly work: {
    /**
     * Background work that waits: relation keys, changed rules, notices. May be killed anywhere;
     * `signal` ends it after the batch that it is at.
     */
    run(signal?: AbortSignal): Promise<WorkRound>;
  };
}
