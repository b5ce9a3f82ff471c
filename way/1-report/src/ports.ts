// SPDX-License-Identifier: Apache-2.0
/** What this room needs from outside and does not own. The hub hands it in; tests hand in theirs. */
import type { Rule } from '@sakimori/law';
import type { Scope } from '@sakimori/store';
import type { ReportGotBack, Text } from '@sakimori/vocabulary/wire';

/** UTC milliseconds. The only source of "now". */
export interface ClockPort {
  now(): number;
}

/** Unpredictable bytes (ids, salts). */
export interface RandomPort {
  bytes(count: number): Uint8Array;
}

/** Dated data of law as the instance was delivered with; approved changes are laid over it here. */
export interface LawPort {
  readonly ruleAt: <T = unknown>(ruleSet: string, atMs: number) => Rule<T>;
  /** A whole set with its history; for the page of rules. */
  readonly ruleSet: (name: string) => {
    readonly ruleSet: string;
    readonly title: Text;
    readonly rules: readonly Rule[];
  };
  readonly ruleSets: readonly string[];
}

/** A notice for the contacts of an organisation: what happened and where to look, no content. */
export interface ReportNotice {
  /** The same for every attempt: a mailer makes its Message-ID from it. */
  readonly key: string;
  readonly organisationId: string;
  /** Contacts of that order; 1 is asked first. Who has no second contact: the first. */
  readonly order: number;
  readonly subject: Text;
  readonly text: Text;
  /** Console path, for example `/reports/rpt_...`. */
  readonly href: string;
}

/**
 * Hands a notice to the instance's mailer. Resolves when it was taken, rejects to be asked again
 * later with the same key.
 */
export type NotifyPort = (notice: ReportNotice) => Promise<void>;

/** Bytes of attachments, apart from the database; content-addressed, never opened by us. */
export interface FilesPort {
  /** Keeps bytes under their digest, durably. Writing the same again changes nothing. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  /** Undefined when no such bytes are kept. */
  get(sha256: string): Promise<Uint8Array | undefined>;
}

/** What warnings an organisation has had for computers, products or CVEs of a report. */
export type WarningsAboutPort = (
  scope: Scope,
  facts: {
    readonly organisationId: string;
    readonly computerIds: readonly string[];
    readonly products: readonly string[];
    readonly vulnerabilities: readonly string[];
  },
) => Promise<ReportGotBack['items']>;

/** One entry of the ledger as figures need it: type, instant, counts; no tags, no content. */
export interface FigureEntry {
  readonly type: string;
  readonly at: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** Entries `report.*` of the ledger in their order, and the size of the log they were read at. */
export type LedgerFiguresPort = () => Promise<{
  readonly entries: readonly FigureEntry[];
  readonly size: number;
}>;
