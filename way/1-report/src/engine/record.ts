// SPDX-License-Identifier: Apache-2.0
/**
 * The incident record: everything that a victim tells, once. Every addressee's copy and every form
 * is made from it. `unknown` is a value: it says "we looked and do not know yet", while a field that
 * is absent was not asked. Nothing but kind and awareness is needed for a first report.
 */
import { readInstant } from '@sakimori/vocabulary';
import { z } from 'zod';

/** Longest text of each class, in characters. */
export const TEXT_MAX = { word: 200, line: 1_000, text: 20_000 } as const;
export const LIST_MAX = 1_000;

/**
 * Control characters and halves of surrogate pairs are no text: no database keeps them, and no
 * person wrote them. Marks of direction are: the console and the forms keep them from turning
 * their surroundings around.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NOT_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;

const textUpTo = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((value) => !NOT_TEXT.test(value), { error: 'text without control characters' });
const word = textUpTo(TEXT_MAX.word);
const line = textUpTo(TEXT_MAX.line);
const text = textUpTo(TEXT_MAX.text);
const count = z.number().int().min(0).max(10_000_000_000);
const unknown = z.literal('unknown');
const known = <T extends z.ZodType>(shape: T) => z.union([shape, unknown]);
const yesNo = known(z.boolean());
const listOf = <T extends z.ZodType>(shape: T) => z.array(shape).max(LIST_MAX);

/** RFC 3339 with Z or an offset; a date alone is that day in Japan, its time not known. */
export const instant = z
  .string()
  .max(40)
  .refine((value) => readInstant(value) !== undefined, {
    error: 'an instant such as 2026-11-21T09:30:00+09:00, or a date such as 2026-11-21',
  });

/** What is told. The order of the common form's list. */
export const INCIDENT_KINDS = [
  'ddos',
  'ransomware',
  'other',
  'precursor',
  'near-miss',
  'voluntary',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** 速報, 続報, 確報 (詳報). */
export const STAGES = ['first', 'follow-up', 'final'] as const;
export type Stage = (typeof STAGES)[number];

export const INDICATOR_TYPES = [
  'ipv4',
  'ipv6',
  'domain',
  'url',
  'email',
  'md5',
  'sha1',
  'sha256',
  'sha512',
  'cve',
  'bitcoin',
] as const;
export type IndicatorType = (typeof INDICATOR_TYPES)[number];

export const indicator = z.strictObject({
  type: z.enum(INDICATOR_TYPES),
  /** Canonical and not defanged; it is defanged wherever it is shown. */
  value: textUpTo(2_048),
  /** What it did in this incident. */
  role: z.enum(['attacker', 'victim', 'malware', 'contact', 'unknown']).optional(),
  note: line.optional(),
});
export type Indicator = z.infer<typeof indicator>;

const awareness = z.strictObject({
  at: instant,
  by: word.optional(),
  how: z
    .enum(['monitoring', 'staff', 'customer', 'third-party', 'attacker', 'authority', 'unknown'])
    .optional(),
  detail: line.optional(),
  evidence: line.optional(),
});

const computer = z.strictObject({
  /** Id in the register; the items below are filled from it. */
  id: word.optional(),
  label: word.optional(),
  maker: word.optional(),
  product: word.optional(),
  version: word.optional(),
  role: word.optional(),
  site: word.optional(),
  /** Specified computer (特定重要電子計算機) of the Act. */
  specified: yesNo.optional(),
});

const service = z.strictObject({
  name: word,
  state: z.enum(['stopped', 'degraded', 'normal', 'unknown']),
  users: known(count).optional(),
  from: known(instant).optional(),
  until: known(instant).optional(),
});

const contact = z.strictObject({
  name: word,
  role: word.optional(),
  phone: word.optional(),
  email: word.optional(),
  /** Reachable day and night. */
  allDay: z.boolean().optional(),
});

/** Rules of the personal-information law (APPI rule 8): nine items, and what decides whether. */
const personalData = z.strictObject({
  involved: yesNo,
  /** Persons concerned, or likely to be. */
  persons: known(count).optional(),
  /** 要配慮個人情報. */
  sensitive: yesNo.optional(),
  /** Could cause loss of property when misused. */
  financial: yesNo.optional(),
  items: listOf(word).optional(),
  cause: text.optional(),
  secondaryDamage: text.optional(),
  responseToPersons: text.optional(),
  publication: text.optional(),
  prevention: text.optional(),
  other: text.optional(),
});

const ddos = z.strictObject({
  target: line.optional(),
  gbps: known(z.number().min(0).max(1_000_000)).optional(),
  mpps: known(z.number().min(0).max(1_000_000)).optional(),
  minutes: known(count).optional(),
  type: z
    .enum(['T1498', 'T1498.001', 'T1498.002', 'T1499', 'T1499.002', 'T1499.003', 'unknown'])
    .optional(),
  mitigation: listOf(z.enum(['cdn', 'acl', 'isp', 'scrubbing', 'none', 'other'])).optional(),
  extortion: yesNo.optional(),
  claim: text.optional(),
});

const ransomware = z.strictObject({
  note: text.optional(),
  extension: word.optional(),
  effects: listOf(z.enum(['encryption', 'leak-threat', 'payment-demand'])).optional(),
  family: known(word).optional(),
  entry: known(line).optional(),
  backups: z.enum(['intact', 'damaged', 'none', 'unknown']).optional(),
  payment: z
    .strictObject({
      paid: yesNo,
      at: known(instant).optional(),
      amount: word.optional(),
    })
    .optional(),
});

const otherAttack = z.strictObject({
  type: z
    .enum([
      'unauthorised-access',
      'malware',
      'phishing',
      'supply-chain',
      'website-defacement',
      'information-theft',
      'insider',
      'other',
      'unknown',
    ])
    .optional(),
  facts: text.optional(),
});

/** For makers of products with digital elements (EU CRA art. 14). */
const product = z.strictObject({
  name: word,
  version: word.optional(),
  /** Vulnerability is being exploited in the product. */
  exploited: yesNo.optional(),
  fixedAt: known(instant).optional(),
  countries: listOf(word).optional(),
});

export const incidentRecord = z.strictObject({
  format: z.literal('sakimori-report/1').default('sakimori-report/1'),
  /** The reporter's own number. The same number again is the same report, never a second one. */
  reference: word.optional(),
  kind: z.enum(INCIDENT_KINDS),
  stage: z.enum(STAGES).default('first'),
  awareness,
  title: word.optional(),
  outline: text.optional(),
  status: z.enum(['ongoing', 'contained', 'recovered', 'unknown']).optional(),
  occurred: known(instant).optional(),
  recovered: known(instant).optional(),
  computers: listOf(computer).optional(),
  services: listOf(service).optional(),
  impact: z
    .strictObject({
      text: text.optional(),
      users: known(count).optional(),
      /** Severe disturbance or loss: what NIS2 art. 23(3), CIRCIA and SOCI ask. */
      significant: yesNo.optional(),
      crossBorder: yesNo.optional(),
      /** Danger to life or health. */
      safety: yesNo.optional(),
    })
    .optional(),
  /** Deviation from the service-maintenance level (サービス維持レベル) of critical infrastructure. */
  serviceLevel: z.strictObject({ deviation: yesNo, detail: text.optional() }).optional(),
  /** Suspected to be a malicious act. */
  malicious: yesNo.optional(),
  cause: z
    .strictObject({
      vector: z
        .enum([
          'vulnerability',
          'stolen-credentials',
          'phishing',
          'misconfiguration',
          'supplier',
          'removable-media',
          'insider',
          'other',
          'unknown',
        ])
        .optional(),
      text: text.optional(),
      vulnerabilities: listOf(word).optional(),
    })
    .optional(),
  actions: listOf(z.strictObject({ at: instant.optional(), text: text })).optional(),
  experts: z.strictObject({ called: yesNo, names: line.optional() }).optional(),
  indicators: listOf(indicator).optional(),
  /** ATT&CK technique ids (Enterprise, ICS). */
  techniques: listOf(z.string().regex(/^T[01]\d{3}(?:\.\d{3})?$/)).optional(),
  personalData: personalData.optional(),
  publication: z
    .strictObject({
      done: yesNo,
      at: known(instant).optional(),
      where: line.optional(),
      text: text.optional(),
    })
    .optional(),
  contacts: listOf(contact).optional(),
  /** Passing on to addressees that the law leaves to the reporter; absent means no. */
  consent: z.record(z.string().regex(/^[a-z][a-z0-9:-]{0,79}$/), z.boolean()).optional(),
  ddos: ddos.optional(),
  ransomware: ransomware.optional(),
  other: otherAttack.optional(),
  product: product.optional(),
  /** Files that belong to it; the bytes are kept apart and never opened by us. */
  attachments: listOf(
    z.strictObject({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      name: word,
      bytes: count,
      type: word,
    }),
  ).optional(),
  remarks: text.optional(),
});

/** A record as it is kept: defaults filled in, texts trimmed. */
export type IncidentRecord = z.output<typeof incidentRecord>;
export type RecordInput = z.input<typeof incidentRecord>;

/** Facts of the organisation that decide which duties it has. */
export const reportingOrganisation = z.strictObject({
  id: word.optional(),
  name: z.union([word, z.strictObject({ ja: word, en: word })]).optional(),
  /** ISO 3166-1 alpha-2 of the seat. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('JP'),
  /** Sectors of designated infrastructure (law/data/sectors.json); the first is the main one. */
  sectors: z.array(word).max(20).default([]),
  /** Special social infrastructure operator (特別社会基盤事業者): uses a specified computer. */
  designated: yesNo.default(false),
  /** In the list of critical infrastructure of the unified standard: another set than the above. */
  criticalInfrastructure: yesNo.default(false),
  /** Handles personal information as a business (個人情報取扱事業者). */
  personalDataHandler: yesNo.default(true),
  /** Members of: `council`, `isac` or an id of one. */
  memberOf: z.array(word).max(20).default([]),
  prefecture: z
    .string()
    .regex(/^(0[1-9]|[1-3]\d|4[0-7])$/)
    .optional(),
  /** Regimes abroad that bind it. */
  abroad: z
    .strictObject({
      nis2: z
        .strictObject({ entity: z.enum(['essential', 'important']), state: word.optional() })
        .optional(),
      cra: z.boolean().optional(),
      circia: z.boolean().optional(),
      soci: z.boolean().optional(),
    })
    .default({}),
});
export type ReportingOrganisation = z.output<typeof reportingOrganisation>;

/** One field that cannot be taken: its path, and what is expected instead. Never its value. */
export interface FieldRefusal {
  readonly field: string;
  readonly expected: string;
}

export type ReadResult<T> =
  | { readonly value: T; readonly refusals?: undefined }
  | { readonly value?: undefined; readonly refusals: readonly FieldRefusal[] };

/**
 * Reads a record from anything.
 *
 * In     a parsed JSON value
 * Out    the record, or every field that was refused (at most 50), in the record's order
 * Never  repeats a value; accepts a field that it does not know
 */
export function readRecord(value: unknown): ReadResult<IncidentRecord> {
  return read(incidentRecord, value);
}

/** Reads the facts of an organisation; as `readRecord`. */
export function readOrganisation(value: unknown): ReadResult<ReportingOrganisation> {
  return read(reportingOrganisation, value);
}

const REFUSALS_MAX = 50;

function read<T extends z.ZodType>(shape: T, value: unknown): ReadResult<z.output<T>> {
  const result = shape.safeParse(value);
  if (result.success) return { value: result.data };
  return {
    refusals: result.error.issues.slice(0, REFUSALS_MAX).flatMap((issue) => refusalsOf(issue)),
  };
}

function refusalsOf(issue: z.core.$ZodIssue): FieldRefusal[] {
  const field = issue.path.join('.') || 'report';
  if (issue.code === 'unrecognized_keys') {
    // A name from outside is shown only when it could be a name of ours that was misspelt.
    const names = issue.keys.filter((key) => /^[A-Za-z][A-Za-z0-9_-]{0,40}$/.test(key));
    return (names.length > 0 ? names : ['?']).map((name) => ({
      field: issue.path.length > 0 ? `${field}.${name}` : name,
      expected: 'no such field exists: see spec/report',
    }));
  }
  return [{ field, expected: expectedBy(issue) }];
}

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return issue.expected;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(expectedBy))].join(', or ') || 'another value';
    case 'invalid_format':
      return issue.format === 'regex' ? 'the form that spec/report describes' : issue.format;
    default:
      return issue.message;
  }
}
