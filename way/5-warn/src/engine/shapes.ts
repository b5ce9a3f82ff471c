// SPDX-License-Identifier: Apache-2.0
/** Shapes that the match engine speaks: inventory, vulnerabilities by source, verdicts. */

/** A text in both languages. */
export interface Words {
  readonly ja: string;
  readonly en: string;
}

/** How far the network can reach a computer; `unknown` when nobody recorded it. */
export const EXPOSURES = ['internet', 'partner', 'internal', 'isolated', 'unknown'] as const;
export type Exposure = (typeof EXPOSURES)[number];

/** One thing recorded of a computer: hardware, firmware, operating system, application, library. */
export interface InventoryItem {
  /** As recorded by the operator; the dictionary normalises it. */
  readonly maker?: string;
  readonly product?: string;
  readonly version?: string;
  /** CPE 2.3 formatted string or 2.2 URI. */
  readonly cpe?: string;
  readonly purl?: string;
}

/** A computer as the engine sees it: an id and what is on it. Nothing of its owner. */
export interface ComputerInventory {
  readonly computer: string;
  readonly items: readonly InventoryItem[];
  readonly exposure: Exposure;
}

/** Kinds of source, in no order of trust (see match/precedence.ts for that). */
export const SOURCE_KINDS = ['kev', 'cve', 'cpe', 'csaf', 'epss', 'jvn'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Where a statement comes from, exactly enough to find it again. */
export interface Provenance {
  readonly kind: SourceKind;
  /** For people: "CISA KEV 2026.07.23", "CVE record (CNA: fortinet)", "CSAF ICSA-24-109-04". */
  readonly name: string;
  /** Id of the record inside its source: CVE-..., ICSA-..., JVNDB-... */
  readonly recordId: string;
  readonly url?: string;
  /** File or address as handed in by the caller. */
  readonly file: string;
  /** First line of the record, from 1, where the format has lines. */
  readonly line?: number;
  /** sha256 in hex of the record's own canonical text: equal digest, equal record. */
  readonly digest: string;
}

/** A range of versions as a source states it; all bounds that are present must hold. */
export interface VersionRange {
  readonly startIncluding?: string;
  readonly startExcluding?: string;
  readonly endIncluding?: string;
  readonly endExcluding?: string;
}

/** One rule about versions: a single version or a range, and what it says of it. */
export interface VersionRule {
  readonly status: 'affected' | 'unaffected' | 'unknown';
  /** Exactly this version; `*` in a range's start means from the first. */
  readonly exactly?: string;
  readonly range?: VersionRange;
  /** A VERS text, when the source gives one. */
  readonly vers?: string;
  /** CVE's versionType: semver, rpm, maven, python, git, custom, ... */
  readonly scheme?: string;
  /** CVE's `changes`: from `at` on, the status is another, ascending. */
  readonly changes?: readonly { readonly at: string; readonly status: VersionRule['status'] }[];
}

/** AND / OR of criteria, possibly negated. */
export interface CriteriaGroup {
  readonly kind: 'group';
  readonly operator: 'AND' | 'OR';
  readonly negate: boolean;
  readonly children: readonly Criteria[];
}

/** A CPE match string with an optional range. A platform (`vulnerable: false`) is never affected. */
export interface CpeCriterion {
  readonly kind: 'cpe';
  readonly cpe: string;
  readonly vulnerable: boolean;
  readonly range?: VersionRange;
}

/** A product named in words, with rules about its versions. */
export interface NamedCriterion {
  readonly kind: 'named';
  readonly maker: string;
  /** Empty when the source names the maker alone ("Multiple Products"). */
  readonly product: string;
  /** CPE names that the source gives for the same product; empty when none. */
  readonly cpes: readonly string[];
  readonly vulnerable: boolean;
  readonly rules: readonly VersionRule[];
  /** Of versions that no rule names. */
  readonly defaultStatus: 'affected' | 'unaffected' | 'unknown';
  /** True when the source says nothing at all about versions (KEV). */
  readonly versionless: boolean;
}

/** A package by package URL (without version), with rules about its versions. */
export interface PackageCriterion {
  readonly kind: 'package';
  readonly purl: string;
  readonly vulnerable: boolean;
  readonly rules: readonly VersionRule[];
  readonly defaultStatus: 'affected' | 'unaffected' | 'unknown';
}

export type Criteria = CriteriaGroup | CpeCriterion | NamedCriterion | PackageCriterion;

/** What a source says of the products that the criteria describe. */
export const PRODUCT_STATUSES = [
  'affected',
  'fixed',
  'not-affected',
  'under-investigation',
] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

/** One source's word on one group of products. */
export interface AffectedProduct {
  readonly status: ProductStatus;
  readonly criteria: Criteria;
  /** What the source says to do about it (CSAF remediation), in its own words. */
  readonly remedies: readonly Remedy[];
  /** Why not affected (CSAF flag label or JVN wording), in the source's own words. */
  readonly justification?: string;
}

export interface Remedy {
  readonly category: string;
  readonly details: string;
  readonly url?: string;
}

/** A score by a method, as published. */
export interface Score {
  /** "CVSS:2.0", "CVSS:3.1", "CVSS:4.0". */
  readonly method: string;
  readonly vector?: string;
  readonly base: number;
  readonly severity?: string;
}

/** CISA's decision points (SSVC), lower case. */
export interface Ssvc {
  readonly exploitation?: 'none' | 'poc' | 'active';
  readonly automatable?: 'yes' | 'no';
  readonly technicalImpact?: 'partial' | 'total';
}

/** What the catalogue of exploited vulnerabilities says. */
export interface ExploitedFacts {
  readonly maker: string;
  readonly product: string;
  readonly name: string;
  /** Days as YYYY-MM-DD. */
  readonly addedOn: string;
  readonly dueOn: string;
  readonly requiredAction: string;
  readonly ransomware: 'known' | 'unknown';
  readonly notes: string;
  readonly cwes: readonly string[];
  /** Fields of the catalogue that we do not know by name (for example forensicTriage), as they are. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** How likely exploitation is within 30 days (FIRST). */
export interface EpssFacts {
  readonly probability: number;
  readonly percentile: number;
  readonly scoredOn?: string;
  readonly model?: string;
}

/** One record of one source about one vulnerability. */
export interface SourceStatement {
  readonly provenance: Provenance;
  /** True when the author is the maker of the products named (CSAF publisher category vendor). */
  readonly byMaker: boolean;
  readonly title?: Partial<Words>;
  readonly summary?: Partial<Words>;
  readonly products: readonly AffectedProduct[];
  readonly scores: readonly Score[];
  readonly ssvc?: Ssvc;
  readonly exploited?: ExploitedFacts;
  readonly epss?: EpssFacts;
  readonly references: readonly string[];
  readonly remedies: readonly Remedy[];
  /** Sharing word of the document (CSAF); CLEAR when it states WHITE or CLEAR. */
  readonly tlp?: 'RED' | 'AMBER+STRICT' | 'AMBER' | 'GREEN' | 'CLEAR';
  /** RFC 3339, as the source states it. */
  readonly publishedAt?: string;
  readonly changedAt?: string;
  /** The record was withdrawn by its author (CVE REJECTED). */
  readonly rejected: boolean;
}

/** A record as a feed reader hands it out: which vulnerability, and the word on it. */
export interface FeedRecord {
  /** CVE id when there is one, else the source's own id. */
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly statement: SourceStatement;
}

/** A vulnerability with the word of each source kept apart. */
export interface Vulnerability {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly statements: readonly SourceStatement[];
}

export const VERDICTS = ['affected', 'not-affected', 'cannot-decide'] as const;
export type VerdictWord = (typeof VERDICTS)[number];
export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** One piece of evidence: one source about one item of the computer. */
export interface Evidence {
  readonly verdict: VerdictWord;
  readonly confidence: Confidence;
  /** 0..1; only for ordering, not a probability. */
  readonly weight: number;
  /** Position of the item in the inventory, or undefined when none alone is meant. */
  readonly item?: number;
  readonly reason: Words;
  readonly provenance: Provenance;
  /** Stable name of the rule: source kind, product, and range. Suppression is keyed on it. */
  readonly rule: string;
  /** Canonical product key, `maker/product`. Suppression is keyed on it together with the rule. */
  readonly product: string;
}

/** The answer for one inventory identity and one vulnerability. */
export interface IdentityVerdict {
  readonly vulnerability: string;
  readonly verdict: VerdictWord;
  readonly confidence: Confidence;
  readonly weight: number;
  readonly reason: Words;
  readonly source: Provenance;
  readonly rule: string;
  readonly product: string;
  /** Everything that was weighed, the deciding piece first. */
  readonly evidence: readonly Evidence[];
  /** What the sources say to do, the deciding source first. */
  readonly remedies: readonly Remedy[];
}

/** The answer for one computer. */
export interface Verdict extends IdentityVerdict {
  readonly computer: string;
}

/** A part of the input that was not taken, and why; the value itself is never repeated. */
export interface FeedRefusal {
  readonly file: string;
  /** From 1; undefined when the format has no lines. */
  readonly line?: number;
  /** Bytes from the start of the inflated text, where known. */
  readonly offset?: number;
  readonly field: string;
  readonly expected: Words;
  /** True when nothing of this file may be applied. */
  readonly fatal: boolean;
}

/** What a reader yields: batches bounded in bytes, then exactly one end. */
export type FeedPart =
  | { readonly kind: 'records'; readonly records: readonly FeedRecord[] }
  | { readonly kind: 'refusals'; readonly refusals: readonly FeedRefusal[] }
  | {
      readonly kind: 'end';
      /** False: apply nothing of this feed. A caller commits only after it has seen true. */
      readonly complete: boolean;
      readonly records: number;
      readonly refused: number;
      readonly bytes: number;
      /** sha256 in hex of the inflated bytes. */
      readonly digest: string;
      /** Version that the feed gives itself (KEV catalogVersion, EPSS score date). */
      readonly version?: string;
    };
