// SPDX-License-Identifier: Apache-2.0
/** Shapes that the parts of the engine hand to one another. Instants are RFC 3339 in UTC. */
import type { Text } from '@sakimori/vocabulary/wire';
import type {
  IncidentRecord,
  Indicator,
  IndicatorType,
  ReportingOrganisation,
  Stage,
} from './record.ts';

/** Where an obligation's clock starts. */
export type StartEvent =
  | 'awareness'
  | 'occurrence'
  | 'first-report'
  | 'second-report'
  | 'ransom-payment'
  | 'fix-available'
  | 'recovery';

/** One way to count a period; where a rule can be read in several ways all are shown. */
export interface Reading {
  readonly due: string;
  /** How it was counted, in one sentence. */
  readonly why: Text;
}

/** One clock of an obligation. */
export interface StageClock {
  /** Stage of the record that stops it. `second` exists abroad (72 h of NIS2). */
  readonly stage: 'first' | 'second' | 'final';
  /** What the rule says: "promptly", "within 30 days". */
  readonly words: Text;
  readonly startEvent: StartEvent;
  /** Absent while the event has not happened or is unknown. */
  readonly startedAt?: string;
  /** Absent where the rule names no number, or the clock has not started. The earliest reading. */
  readonly due?: string;
  /** Starts with a report that was not made yet: counted from that report's own due time. */
  readonly estimated?: true;
  readonly readings: readonly Reading[];
  readonly why: Text;
  /** Form of the addressee: `common-ddos`, `common-ransomware`, `common-other`, `ppc`, ... */
  readonly form?: string;
}

/** A thing that is still missing for a stage. */
export interface MissingField {
  readonly field: string;
  readonly stage: StageClock['stage'];
  readonly text: Text;
}

/** One duty (or possibility) to tell one addressee. */
export interface Obligation {
  /** Id of the entry of law/data/report-obligations.json; stable for one addressee and clause. */
  readonly rule: string;
  /** Id of an addressee of law/data/report-addressees.json. */
  readonly addressee: string;
  readonly addresseeName: Text;
  readonly clause: string;
  /** True also while it cannot be decided: a clock that may bind runs. */
  readonly applies: boolean;
  readonly decision: 'yes' | 'no' | 'cannot-decide';
  /** A duty, or a possibility that needs the reporter's consent. */
  readonly nature: 'duty' | 'voluntary';
  readonly why: Text;
  /** Fields of record or organisation whose answer would change the decision. */
  readonly dependsOn: readonly string[];
  readonly clocks: readonly StageClock[];
  readonly firstDue: string | null;
  readonly finalDue: string | null;
  readonly missing: readonly MissingField[];
  /** False: nobody has compared the rule with the primary text yet; said wherever it is shown. */
  readonly verified: boolean;
  readonly source: string;
  readonly note: string;
}

/** An addressee by dated law: who it is, what for, and which parts of a record it is given. */
export interface Addressee {
  readonly id: string;
  readonly name: Text;
  /** Who in this instance receives for it. `none`: it is only tracked (persons, abroad, market). */
  readonly desk: 'sector-ministry' | 'office' | 'police' | 'privacy-commission' | 'none';
  /** For what the copy may be used: shown and accepted at submission. */
  readonly purpose: Text;
  readonly mayNot: Text;
  /** Fields of the record that its copy holds; a name with a dot allows only that part. */
  readonly fields: readonly string[];
  /** Indicators of these roles are left out of its copy. */
  readonly withoutIndicatorRoles?: readonly string[] | undefined;
  /** Family of forms that it takes: `common`, `ppc`, ... */
  readonly form?: string | undefined;
  readonly verified: boolean;
}

/** An indicator as it was found in a text. */
export interface LiftedIndicator extends Indicator {
  /** As it is shown: 198[.]51[.]100[.]7, hxxps://... */
  readonly defanged: string;
  /** Characters [from, to) of the text. */
  readonly from: number;
  readonly to: number;
  /** Set when it belongs to protected infrastructure or to the reporter: never selected or blocked. */
  readonly protected?: { readonly list: string; readonly why: Text };
}

/** What a reader of a foreign format makes of one document, message or alert. */
export interface ReadReport {
  /** Line (NDJSON) or position in the file, from 1. */
  readonly line: number;
  readonly record: IncidentRecord;
  /** As what it is proposed; a person confirms unless the operator chose automatic precursors. */
  readonly proposal: 'precursor' | 'draft';
  /** Texts from which indicators can be lifted, by the field they come from. */
  readonly texts: readonly { readonly field: string; readonly text: string }[];
  /** Files that came with it. */
  readonly attachments: readonly {
    readonly name: string;
    readonly type: string;
    readonly bytes: Uint8Array;
  }[];
  /** What was assumed, in words. */
  readonly notes: readonly Text[];
  /** Whose incident it is, where the document itself says so (VERIS); facts for its duties. */
  readonly organisation?: ReportingOrganisation;
}

/** One document that a reader could not take; the others are read all the same. */
export interface ReadRefusal {
  readonly line: number;
  readonly field: string;
  readonly expected: string;
  readonly text: Text;
}

export type ReadItem =
  | { readonly report: ReadReport; readonly refusal?: undefined }
  | { readonly refusal: ReadRefusal; readonly report?: undefined };

/** Formats that the readers know. */
export const REPORT_FORMATS = [
  'sakimori',
  'veris',
  'suricata',
  'wazuh',
  'elastic',
  'splunk',
  'stix',
  'eml',
  'ipa-text',
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export type { IncidentRecord, Indicator, IndicatorType, Stage };
