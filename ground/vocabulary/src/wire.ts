// SPDX-License-Identifier: Apache-2.0
/**
 * What the hub says over HTTP under /api/v1 and /public: shapes shared by the hub, the console and
 * the command line. Instants are RFC 3339 in UTC; texts for people come in both languages.
 * The hub's Zod schemas are checked against these types at compile time.
 */
import type { Tlp } from './marks.ts';

export type * from './wire-report.ts';

/** A text for people. */
export interface Text {
  readonly ja: string;
  readonly en: string;
}

/** RFC 9457 problem document. `detail` says what to do next. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly texts: Text;
  readonly fields?: readonly { readonly field: string; readonly expected: string }[];
}

/** One page of a list; `next` is an opaque cursor, absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total?: number;
  readonly next?: string;
}

export type RoleName =
  | 'operator-admin'
  | 'operator-member'
  | 'office-analyst'
  | 'ministry-desk'
  | 'police-desk'
  | 'privacy-desk'
  | 'vendor'
  | 'commission'
  | 'auditor'
  | 'steward';

export type OrganisationKind =
  | 'operator'
  | 'office'
  | 'ministry'
  | 'police'
  | 'privacy-commission'
  | 'vendor'
  | 'commission'
  | 'carrier'
  | 'partner';

/** GET /session. Absent person = nobody is signed in (status 200 all the same). */
export interface SessionView {
  readonly person?: {
    readonly id: string;
    readonly name: string;
    readonly roles: readonly RoleName[];
    readonly organisation: OrganisationBrief;
    readonly language: 'ja' | 'en';
    /** Actions that the person may take somewhere: what the console shows at all. */
    readonly actions: readonly string[];
  };
  /** Signed in but for the code of the authenticator app: POST /session/totp {code}. */
  readonly waitsFor?: 'totp';
  /** Until when sensitive acts are open without signing in again. */
  readonly freshUntil?: string;
  readonly instance: {
    readonly name: Text;
    readonly exercise: boolean;
    readonly version: string;
    readonly now: string;
    /** Ways to sign in that this instance offers. */
    readonly signIn: readonly ('passkey' | 'link' | 'sso')[];
  };
}

export interface OrganisationBrief {
  readonly id: string;
  readonly name: Text;
  readonly kind: OrganisationKind;
  readonly sector?: string;
  /** JIS X 0401: 01 (Hokkaido) to 47 (Okinawa). */
  readonly prefecture?: string;
}

/** GET /organisations, /organisations/:id */
export interface OrganisationView extends OrganisationBrief {
  readonly criticality?: 'highest' | 'high' | 'normal';
  readonly computers: number;
  readonly openWarnings: number;
  readonly silentWarnings: number;
  readonly incompleteComputers: number;
  readonly contacts: readonly ContactView[];
}

export interface ContactView {
  readonly name: string;
  readonly email: string;
  readonly order: number;
  readonly language: 'ja' | 'en';
}

/** One thing that waits for the person: the heart of every home page. */
export interface WaitingItem {
  readonly id: string;
  readonly kind:
    | 'warning'
    | 'question'
    | 'notification-due'
    | 'notification-relay'
    | 'notification-receive'
    | 'incomplete-register'
    | 'silent-operator'
    | 'feed-problem'
    | 'import-unfinished'
    | 'report-draft'
    | 'report-due'
    | 'report-message'
    | 'copy-new'
    | 'intake';
  readonly title: Text;
  /** Why it waits for this person, one sentence. */
  readonly why: Text;
  readonly due?: string;
  readonly overdue: boolean;
  /** Console address to go to, and the verb on the button. */
  readonly href: string;
  readonly verb:
    | 'answer'
    | 'decide'
    | 'submit'
    | 'relay'
    | 'receive'
    | 'complete'
    | 'look'
    | 'continue'
    | 'report'
    | 'accept';
  readonly organisation?: OrganisationBrief;
  readonly severity: 'urgent' | 'soon' | 'calm';
}

/** GET /home: for the roles of the person who asks. */
export interface HomeView {
  readonly waiting: readonly WaitingItem[];
  /** For operators. */
  readonly register?: {
    readonly computers: number;
    readonly complete: number;
    readonly notified: number;
    readonly exposed: number;
    /** Exempted products: in the register, outside the duty to notify. */
    readonly notRequired?: number;
    readonly transitionDue?: string;
  };
  /** For operators: answers given and what came of them. */
  readonly gotBack?: readonly GotBackItem[];
  /** For the office. */
  readonly board?: BoardView;
  readonly warnings?: {
    readonly open: number;
    readonly overdue: number;
    readonly answered: number;
  };
}

export interface GotBackItem {
  readonly at: string;
  readonly text: Text;
  readonly href?: string;
}

/** GET /board: situation board of the office, counts by sector and prefecture. */
export interface BoardView {
  readonly bySector: readonly BoardCell[];
  readonly byPrefecture: readonly BoardCell[];
  readonly totals: BoardNumbers;
  readonly latest: readonly VulnerabilityBrief[];
}
export interface BoardNumbers {
  readonly organisations: number;
  readonly computers: number;
  readonly affectedComputers: number;
  readonly warned: number;
  readonly acknowledged: number;
  readonly silent: number;
  readonly fixed: number;
}
export interface BoardCell extends BoardNumbers {
  /** Sector id or prefecture code. */
  readonly key: string;
}

export type Exposure = 'internet' | 'partner' | 'internal' | 'isolated' | 'unknown';
export type NotificationState =
  | 'not-required'
  | 'draft'
  | 'submitted'
  | 'relayed'
  | 'received'
  | 'correction-requested';

/** GET /organisations/:id/computers?query&exposure&state&cursor, /computers/:id */
export interface ComputerView {
  readonly id: string;
  readonly organisation: OrganisationBrief;
  /** The operator's own key: asset number or name. */
  readonly label: string;
  readonly maker?: string;
  readonly product?: string;
  readonly model?: string;
  readonly version?: string;
  readonly role?: string;
  readonly site?: string;
  readonly prefecture?: string;
  readonly facility?: string;
  readonly exposure: Exposure;
  readonly owner?: string;
  readonly user?: string;
  readonly introduced?: string;
  readonly changed?: string;
  readonly retired?: string;
  readonly supportEnds?: string;
  readonly contact?: string;
  readonly cpe?: string;
  readonly purl?: string;
  readonly notification: NotificationState;
  readonly notificationDue?: string;
  /** What is still missing for the notification, in words. */
  readonly missing: readonly { readonly field: string; readonly text: Text }[];
  readonly openWarnings: number;
  readonly revision: number;
}

/** GET /computers/:id adds these. */
export interface ComputerDetail extends ComputerView {
  readonly items: readonly {
    readonly name: string;
    readonly version?: string;
    readonly purl?: string;
    readonly cpe?: string;
    readonly source: 'row' | 'sbom' | 'api';
  }[];
  readonly history: readonly {
    readonly at: string;
    readonly by: string;
    readonly changes: readonly {
      readonly field: string;
      readonly before?: string;
      readonly after?: string;
    }[];
    readonly receipt?: ReceiptReference;
  }[];
  readonly warnings: readonly WarningBrief[];
  readonly timeline: readonly TimelineItem[];
}

export interface TimelineItem {
  readonly at: string;
  readonly kind: string;
  readonly text: Text;
  readonly receipt?: ReceiptReference;
}

/** Where the ledger holds the entry; the .tlog-proof is at /api/v1/receipts/:log/:index. */
export interface ReceiptReference {
  readonly log: string;
  readonly index: number;
}

/** POST /organisations/:id/imports (raw file; X-File-Name), GET /imports/:id ... */
export interface ImportView {
  readonly id: string;
  readonly organisation: OrganisationBrief;
  readonly state: 'mapping' | 'preview' | 'applied' | 'refused';
  readonly file: {
    readonly name: string;
    readonly bytes: number;
    readonly kind: string;
    readonly encoding?: string;
  };
  readonly columns: readonly {
    readonly index: number;
    readonly heading: string;
    readonly samples: readonly string[];
    readonly field?: string;
    readonly confidence: 'certain' | 'likely' | 'unsure';
    readonly remembered: boolean;
  }[];
  /** Fields that a column can be mapped to. */
  readonly fields: readonly {
    readonly field: string;
    readonly label: Text;
    readonly required: boolean;
  }[];
  readonly counts?: {
    readonly rows: number;
    readonly added: number;
    readonly changed: number;
    readonly unchanged: number;
    readonly refused: number;
    readonly missing: number;
    readonly questions: number;
  };
  readonly preview?: readonly {
    readonly line: number;
    readonly label: string;
    readonly effect: 'added' | 'changed' | 'unchanged';
    readonly maker?: string;
    readonly product?: string;
    readonly version?: string;
    readonly changes?: readonly {
      readonly field: string;
      readonly before?: string;
      readonly after?: string;
    }[];
  }[];
  readonly refusals?: readonly {
    readonly line: number;
    readonly field?: string;
    readonly text: Text;
  }[];
  readonly questions?: readonly {
    readonly id: string;
    readonly text: Text;
    readonly lines: readonly number[];
    readonly candidates: readonly { readonly value: string; readonly label: string }[];
    readonly answer?: string;
  }[];
  readonly receipt?: ReceiptReference;
}

export type WarningState = 'open' | 'acknowledged' | 'working' | 'resolved' | 'withdrawn';
export type AnswerKind =
  | 'seen'
  | 'working'
  | 'fixed'
  | 'mitigated'
  | 'not-affected'
  | 'false-positive';
export type Confidence = 'high' | 'medium' | 'low';
export type VerdictKind = 'affected' | 'not-affected' | 'cannot-decide';

/** GET /warnings?organisation&state&vulnerability&cursor */
export interface WarningBrief {
  readonly id: string;
  readonly organisation: OrganisationBrief;
  readonly vulnerability: VulnerabilityBrief;
  readonly state: WarningState;
  readonly tlp: Tlp;
  readonly revision: number;
  readonly issued: string;
  readonly due: string;
  readonly overdue: boolean;
  readonly computers: number;
  readonly confidence: Confidence;
  readonly title: Text;
  /** One sentence: which computer, which version, which rule. */
  readonly why: Text;
}

/** GET /warnings/:id */
export interface WarningDetail extends WarningBrief {
  readonly executive: Text;
  readonly analyst: Text;
  readonly actions: readonly Text[];
  readonly checks: readonly Text[];
  readonly dueReason: Text;
  readonly ask: Text;
  readonly affected: readonly {
    readonly computer: {
      readonly id: string;
      readonly label: string;
      readonly site?: string;
      readonly exposure: Exposure;
    };
    readonly item: string;
    readonly verdict: VerdictKind;
    readonly confidence: Confidence;
    readonly reason: Text;
    readonly source: SourceReference;
  }[];
  readonly answers: readonly {
    readonly id: string;
    readonly kind: AnswerKind;
    readonly at: string;
    readonly by: string;
    readonly computer?: string;
    readonly word?: string;
    readonly receipt?: ReceiptReference;
  }[];
  readonly timeline: readonly TimelineItem[];
  readonly receipt?: ReceiptReference;
  readonly gotBack: readonly GotBackItem[];
}

/**
 * GET /answer/:token: what a signed link asks (no account). The console shows it at
 * `/answer#TOKEN`: what stands behind # is never sent to a server or kept in its log.
 */
export interface AnswerLinkView {
  readonly warning: WarningBrief;
  /** One short text: what, why you, what to do. */
  readonly executive: Text;
  readonly actions: readonly Text[];
  readonly ask: Text;
  readonly kinds: readonly AnswerKind[];
  readonly expires: string;
  /** Set when the link has been used: what was answered with it, and its receipt. */
  readonly answered?: {
    readonly kind: AnswerKind;
    readonly at: string;
    readonly receipt?: ReceiptReference;
  };
}

export interface SourceReference {
  readonly name: string;
  readonly id: string;
  readonly url?: string;
  readonly retrieved?: string;
}

/** GET /vulnerabilities?query&exploited&cursor */
export interface VulnerabilityBrief {
  readonly id: string;
  readonly title: string;
  readonly maker?: string;
  readonly product?: string;
  readonly exploited: boolean;
  readonly ransomware: boolean;
  readonly added?: string;
  readonly due?: string;
  readonly epss?: number;
  readonly cvss?: number;
}

/** GET /vulnerabilities/:id; `exposure` only for those who may see it. */
export interface VulnerabilityDetail extends VulnerabilityBrief {
  readonly description: string;
  readonly requiredAction?: string;
  readonly sources: readonly SourceReference[];
  readonly rules: readonly Text[];
  readonly exposure?: {
    readonly numbers: BoardNumbers;
    readonly timeToWarnMs?: { readonly median: number; readonly p90: number };
    readonly timeToAcknowledgeMs?: { readonly median: number; readonly p90: number };
    readonly timeToFixMs?: { readonly median: number; readonly p90: number };
    readonly organisations: readonly {
      readonly organisation: OrganisationBrief;
      readonly warning: string;
      readonly state: WarningState;
      readonly computers: number;
      readonly due: string;
      readonly silent: boolean;
    }[];
    readonly bySector: readonly BoardCell[];
    readonly byPrefecture: readonly BoardCell[];
  };
}

/** GET /feeds; POST /feeds/:kind (raw body, or {url}) -> FeedRunView */
export type FeedKind = 'kev' | 'cve' | 'cpe' | 'csaf' | 'epss' | 'jvn';
export interface FeedRunView {
  readonly id: string;
  readonly kind: FeedKind;
  readonly source: string;
  readonly state: 'running' | 'applied' | 'unchanged' | 'refused';
  readonly started: string;
  readonly finished?: string;
  readonly digest?: string;
  readonly counts: {
    readonly read: number;
    readonly added: number;
    readonly changed: number;
    readonly refused: number;
    readonly warnings: number;
  };
  readonly problem?: Text;
  readonly receipt?: ReceiptReference;
}
export interface FeedView {
  readonly kind: FeedKind;
  readonly title: Text;
  readonly url?: string;
  readonly lastApplied?: string;
  readonly records: number;
  readonly runs: readonly FeedRunView[];
}

/** GET /desk: the competent minister's desk. */
export interface DeskView {
  readonly notifications: readonly NotificationView[];
  readonly sectors: readonly {
    readonly sector: string;
    readonly label: Text;
    readonly numbers: BoardNumbers;
  }[];
}
export interface NotificationView {
  readonly id: string;
  readonly organisation: OrganisationBrief;
  readonly kind: 'first' | 'supplementary' | 'retirement';
  readonly state: NotificationState;
  readonly computers: number;
  readonly submitted?: string;
  readonly relayed?: string;
  readonly received?: string;
  readonly due?: string;
  readonly overdue: boolean;
  readonly clause: string;
  readonly receipts: readonly { readonly step: string; readonly receipt: ReceiptReference }[];
  readonly changes?: readonly {
    readonly computer: string;
    readonly field: string;
    readonly before?: string;
    readonly after?: string;
  }[];
}

/** GET /people, /keys, /policies, /why */
export interface PersonView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly organisation: OrganisationBrief;
  readonly roles: readonly RoleName[];
  readonly lastSeen?: string;
  readonly passkeys: number;
  readonly totp: boolean;
}
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly actions: readonly string[];
  readonly organisation?: OrganisationBrief;
  readonly created: string;
  readonly expires?: string;
  readonly lastUsed?: string;
  readonly revoked?: string;
  /** Only in the answer to its creation, once. */
  readonly secret?: string;
}
/** GET, POST /webhooks (POST {url, events} answers with `secret`, once). */
export interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly created: string;
  readonly state: 'working' | 'failing' | 'stopped';
  readonly lastDelivered?: string;
  readonly problem?: Text;
  readonly secret?: string;
}
/** GET, POST /suppressions: "does not concern us" rules, keyed on (product, rule). */
export interface SuppressionView {
  readonly id: string;
  readonly product: string;
  readonly rule: string;
  readonly word: string;
  readonly by: string;
  readonly at: string;
  readonly organisation?: OrganisationBrief;
}
/** POST /people, PATCH /people/:id: `waiting` until a second person has approved. */
export interface RoleChangeView {
  readonly id: string;
  readonly state: 'done' | 'waiting';
  readonly request?: string;
  readonly receipt?: ReceiptReference;
}
/** GET /role-requests; POST /role-requests/:id {approve} answers with RoleChangeView. */
export interface RoleRequestView {
  readonly id: string;
  /** Ids of people. */
  readonly person: string;
  readonly organisation: string;
  readonly wanted: readonly RoleName[];
  readonly askedBy: string;
  readonly askedAt: string;
}
/** POST /people/:id/link: a sign-in link to hand over once. */
export interface OneTimeLinkView {
  readonly url: string;
  readonly expires: string;
}
export interface PolicyView {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly title: Text;
  readonly ground?: string;
  readonly source: string;
}
export interface WhyView {
  readonly allowed: boolean;
  readonly because: readonly Text[];
  readonly policies: readonly string[];
}

/** GET /ledger (summary for the viewer; the log itself is under /ledger/<log>/). */
export interface LedgerView {
  readonly logs: readonly {
    readonly name: string;
    readonly origin: string;
    readonly size: number;
    readonly vkeys: readonly string[];
    readonly publishedAt?: string;
    readonly bundlesPublic: boolean;
    readonly state: 'signing' | 'refusing';
    readonly problem?: Text;
  }[];
}

/** Entry as the ledger viewer shows it; only content-free fields exist. */
export interface LedgerEntryView {
  readonly index: number;
  readonly type: string;
  readonly at: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly leafHash: string;
}

/** /public/kev-jp.json entry: CISA's KEV schema plus `jp`. */
export interface CatalogueEntry {
  readonly cveID: string;
  readonly vendorProject: string;
  readonly product: string;
  readonly vulnerabilityName: string;
  readonly dateAdded: string;
  readonly shortDescription: string;
  readonly requiredAction: string;
  readonly dueDate: string;
  readonly knownRansomwareCampaignUse: 'Known' | 'Unknown';
  readonly notes: string;
  readonly cwes: readonly string[];
  readonly jp: {
    readonly dateAddedJp: string;
    readonly dueDateJp: string;
    readonly jvnId?: string;
    readonly sourceClass: 'cisa-kev' | 'national';
    readonly affectedRegistered: '0' | '1-9' | '10-99' | '100-999' | '1000+';
    readonly triage: readonly Text[];
  };
}
export interface Catalogue {
  readonly title: string;
  readonly catalogVersion: string;
  readonly dateReleased: string;
  readonly count: number;
  readonly vulnerabilities: readonly CatalogueEntry[];
}
