// SPDX-License-Identifier: Apache-2.0
/** By which values a report may be related to others. Reports meet at values, never in pairs. */
import { levelMakerName, levelName, normaliseProduct, readInstant } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import { defang } from '../indicators/defang.ts';
import { type Protection, protectedBy } from '../indicators/protection.ts';
import type { IncidentRecord, Indicator, IndicatorType } from '../record.ts';
import { textBands } from './text-bands.ts';

export const RELATION_KINDS = [
  'reference',
  'occasion',
  'indicator',
  'malware',
  'product',
  'technique-set',
  'text',
] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];

/** One value at which reports meet. */
export interface RelationKey {
  readonly kind: RelationKind;
  /** Equal for equal values; holds no free text. */
  readonly key: string;
  /** How much one shared value says when only two reports have it, 0 to 1. */
  readonly weight: number;
  readonly shown: Text;
}

/** A report as its relations are sought. */
export interface ReportToRelate {
  readonly record: IncidentRecord;
  /** Id of the organisation that reports; without it no report is "the same told twice". */
  readonly organisation?: string;
  /** What belongs to everybody, and to the reporter: no relation is made of it. */
  readonly protection?: Protection;
  readonly own?: Protection;
}

/** Keys of one report; a log with more indicators is no list of what matters. */
export const KEYS_MAX = 500;
/** Awareness of one organisation that lies no farther apart is likely to be of one incident. */
export const TOLD_TWICE_HOURS = 6;
const HOUR_MS = 3_600_000;
/** Techniques that are named alone are too common to relate by; a set of them is a pattern. */
const TECHNIQUES_MIN = 3;
const SHOWN_LENGTH_MAX = 80;

/** What one shared indicator says. Everybody is attacked through the same CVE, nobody with the same file. */
const INDICATOR_WEIGHTS: Readonly<Record<IndicatorType, number>> = {
  ipv4: 0.5,
  ipv6: 0.55,
  domain: 0.6,
  url: 0.75,
  email: 0.7,
  md5: 0.8,
  sha1: 0.8,
  sha256: 0.8,
  sha512: 0.8,
  cve: 0.2,
  bitcoin: 0.9,
};

/**
 * The keys of a report.
 *
 * In     the record, and what is known of its reporter
 * Out    at most `KEYS_MAX` different keys, the weightiest first; a value that the report names
 *        twice is one key; contacts, victims' own and protected things are none
 * Never  holds text of the report: similar texts meet at digests of it
 */
export function keysOf(report: ReportToRelate): RelationKey[] {
  const keys = new Map<string, RelationKey>();
  const add = (key: RelationKey) => {
    if (!keys.has(key.key)) keys.set(key.key, key);
  };
  addOccasion(report, add);
  for (const indicator of report.record.indicators ?? []) addIndicator(report, indicator, add);
  for (const cve of report.record.cause?.vulnerabilities ?? []) addVulnerability(cve, add);
  addMalware(report.record, add);
  addProducts(report.record, add);
  addTechniques(report.record, add);
  addTexts(report.record, add);
  return [...keys.values()].sort((a, b) => b.weight - a.weight).slice(0, KEYS_MAX);
}

type Add = (key: RelationKey) => void;

function addOccasion({ organisation, record }: ReportToRelate, add: Add): void {
  if (organisation === undefined) return;
  if (record.reference !== undefined) {
    add({
      kind: 'reference',
      key: `reference:${organisation}:${record.reference}`,
      weight: 0.98,
      shown: { ja: '同じ組織の同じ整理番号', en: 'the same reference of the same organisation' },
    });
  }
  const atMs = readInstant(record.awareness.at);
  if (atMs === undefined) return;
  // Windows that overlap by half: two instants within the hours always share one.
  const window = Math.floor(atMs / (TOLD_TWICE_HOURS * HOUR_MS));
  for (const start of [window - 1, window]) {
    add({
      kind: 'occasion',
      key: `occasion:${organisation}:${record.kind}:${start}`,
      weight: 0.6,
      shown: {
        ja: '同じ組織が同じ種類の事案をほぼ同じ時刻に認知',
        en: 'the same organisation became aware of the same kind of incident at nearly the same time',
      },
    });
  }
}

function addIndicator(report: ReportToRelate, indicator: Indicator, add: Add): void {
  const { type, value, role } = indicator;
  if (role === 'victim' || role === 'contact') return;
  if (protectedBy(indicator, report.protection, report.own)) return;
  const shown = clip(defang(type, value));
  add({
    kind: 'indicator',
    key: `indicator:${type}:${value}`,
    weight: INDICATOR_WEIGHTS[type],
    shown: { ja: `同じ指標 ${shown}`, en: `the same indicator ${shown}` },
  });
}

function addVulnerability(text: string, add: Add): void {
  const cve = /^CVE-\d{4}-\d{4,19}$/i.exec(text.trim())?.[0].toUpperCase();
  if (!cve) return;
  add({
    kind: 'indicator',
    key: `indicator:cve:${cve}`,
    weight: INDICATOR_WEIGHTS.cve,
    shown: { ja: `同じ脆弱性 ${cve}`, en: `the same vulnerability ${cve}` },
  });
}

function addMalware({ ransomware }: IncidentRecord, add: Add): void {
  const family = ransomware?.family === 'unknown' ? '' : levelName(ransomware?.family ?? '');
  if (family !== '') {
    const shown = clip(family);
    add({
      kind: 'malware',
      key: `malware:${family}`,
      weight: 0.4,
      shown: { ja: `同じランサムウェア ${shown}`, en: `the same ransomware ${shown}` },
    });
  }
  const extension = levelName(ransomware?.extension ?? '');
  if (extension === '') return;
  const shown = clip(extension);
  add({
    kind: 'malware',
    key: `extension:${extension}`,
    weight: 0.45,
    shown: {
      ja: `暗号化されたファイルの同じ拡張子 ${shown}`,
      en: `the same extension of encrypted files ${shown}`,
    },
  });
}

function addProducts({ computers }: IncidentRecord, add: Add): void {
  for (const { maker, product } of computers ?? []) {
    if (product === undefined) continue;
    const reading = normaliseProduct(maker, product);
    const isKnown = reading?.kind === 'one';
    const key = isKnown ? reading.key : `${levelMakerName(maker ?? '')}/${levelName(product)}`;
    if (key === '/' || key.endsWith('/')) continue;
    const shown = clip(isKnown ? reading.name : product);
    add({
      kind: 'product',
      key: `product:${key}`,
      weight: 0.2,
      shown: { ja: `同じ製品 ${shown}`, en: `the same product ${shown}` },
    });
  }
}

function addTechniques({ techniques }: IncidentRecord, add: Add): void {
  const set = [...new Set(techniques ?? [])].sort();
  if (set.length < TECHNIQUES_MIN) return;
  const shown = clip(set.join(', '));
  add({
    kind: 'technique-set',
    key: `techniques:${set.join('+')}`,
    weight: Math.min(0.6, 0.1 * set.length),
    shown: { ja: `同じ手口の組 ${shown}`, en: `the same set of techniques ${shown}` },
  });
}

function addTexts(record: IncidentRecord, add: Add): void {
  const prose = [
    record.title,
    record.outline,
    record.impact?.text,
    record.cause?.text,
    record.other?.facts,
  ];
  const notes = [record.ransomware?.note, record.ddos?.claim];
  const put = (scope: string, texts: readonly (string | undefined)[], shown: Text) => {
    const text = texts.filter((part) => part !== undefined).join('\n');
    for (const band of textBands(text)) {
      add({ kind: 'text', key: `${scope}:${band}`, weight: 0.1, shown });
    }
  };
  put('text', prose, { ja: 'よく似た説明文', en: 'a similar description' });
  put('note', notes, {
    ja: 'よく似た脅迫文または犯行声明',
    en: 'a similar ransom note or claim',
  });
}

function clip(text: string): string {
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX - 1)}…`;
}
