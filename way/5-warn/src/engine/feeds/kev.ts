// SPDX-License-Identifier: Apache-2.0
/** The catalogue of exploited vulnerabilities (CISA KEV), schema of 2024 and later fields. */
import { splitProductNames } from '@sakimori/vocabulary';
import type { ExploitedFacts, FeedPart, NamedCriterion } from '../shapes.ts';
import { sha256 } from './bytes.ts';
import {
  asFields,
  asText,
  asTexts,
  CVE_ID,
  EXPECTED_CVE,
  EXPECTED_OBJECT,
  missing,
} from './fields.ts';
import { readJsonRecords } from './json-records.ts';
import { EXPECTED, FeedFault, type FeedInput, type FeedLimits } from './limits.ts';
import { type ReadEvent, type RecordReading, readParts } from './read.ts';

const KNOWN_FIELDS = new Set([
  'cveID',
  'vendorProject',
  'product',
  'vulnerabilityName',
  'dateAdded',
  'shortDescription',
  'requiredAction',
  'dueDate',
  'knownRansomwareCampaignUse',
  'notes',
  'cwes',
]);
const REQUIRED_TEXTS = [
  'vendorProject',
  'product',
  'vulnerabilityName',
  'shortDescription',
  'requiredAction',
] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads the KEV catalogue.
 *
 * In     JSON of the catalogue, gzip or plain
 * Out    a record an entry; `end.version` is catalogVersion
 * Never  is complete when `count` differs from the number of entries
 */
export function readKev(input: FeedInput, limits?: Partial<FeedLimits>): AsyncGenerator<FeedPart> {
  return readParts(readCatalogue, input, limits);
}

async function* readCatalogue(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  limits: FeedLimits,
): AsyncGenerator<ReadEvent> {
  let documents = 0;
  for await (const record of readJsonRecords(chunks, 'vulnerabilities', limits)) {
    const at = { line: record.line, offset: record.offset };
    if (record.kind === 'element') {
      const reading = readEntry(record.value, file, record.line);
      yield { kind: 'reading', reading, bytes: record.bytes, ...at };
      continue;
    }
    documents += 1;
    const head = asFields(record.value);
    if (!head || !Array.isArray(head.vulnerabilities)) {
      throw new FeedFault(
        'vulnerabilities',
        { ja: '脆弱性の一覧（配列）', en: 'a list of vulnerabilities' },
        at,
      );
    }
    if (typeof head.count === 'number' && head.count !== record.elements) {
      throw new FeedFault(
        'count',
        { ja: '実際の件数と同じ数', en: 'the number of entries that are there' },
        at,
      );
    }
    const version = asText(head.catalogVersion);
    if (version !== undefined) yield { kind: 'version', version };
  }
  // A bare list of entries is taken too; half a catalogue is not.
  if (documents > 1) throw new FeedFault('file', EXPECTED.json);
}

function readEntry(value: unknown, file: string, line: number): RecordReading {
  const fields = asFields(value);
  if (!fields) {
    return { records: [], refusals: [{ field: 'vulnerabilities', expected: EXPECTED_OBJECT }] };
  }
  const cve = asText(fields.cveID);
  const refusals = [];
  if (!cve || !CVE_ID.test(cve)) refusals.push({ field: 'cveID', expected: EXPECTED_CVE });
  for (const field of REQUIRED_TEXTS) {
    if (asText(fields[field]) === undefined) {
      refusals.push(missing(field, '空でない文字列', 'a text that is not empty'));
    }
  }
  for (const field of ['dateAdded', 'dueDate']) {
    if (!DAY.test(asText(fields[field]) ?? '')) {
      refusals.push(missing(field, 'YYYY-MM-DD の日付', 'a day as YYYY-MM-DD'));
    }
  }
  if (refusals.length > 0 || !cve) return { records: [], refusals };
  const exploited = factsOf(fields);
  const statement = {
    provenance: {
      kind: 'kev' as const,
      name: 'CISA KEV',
      recordId: cve,
      url: `https://www.cisa.gov/known-exploited-vulnerabilities-catalog?field_cve=${cve}`,
      file,
      line,
      digest: sha256(JSON.stringify(fields)),
    },
    byMaker: false,
    title: { en: exploited.name },
    summary: { en: asText(fields.shortDescription)! },
    products: kevProducts(exploited.maker, exploited.product).map((criteria) => ({
      status: 'affected' as const,
      criteria,
      remedies: [],
    })),
    scores: [],
    exploited,
    references: exploited.notes.match(/https?:\/\/[^\s;]+/g) ?? [],
    remedies: [{ category: 'required_action', details: exploited.requiredAction }],
    rejected: false,
  };
  return { records: [{ vulnerability: cve, aliases: [], statement }], refusals: [] };
}

function factsOf(fields: Readonly<Record<string, unknown>>): ExploitedFacts {
  const ransomware = asText(fields.knownRansomwareCampaignUse)?.toLowerCase();
  return {
    maker: asText(fields.vendorProject)!,
    product: asText(fields.product)!,
    name: asText(fields.vulnerabilityName)!,
    addedOn: asText(fields.dateAdded)!,
    dueOn: asText(fields.dueDate)!,
    requiredAction: asText(fields.requiredAction)!,
    ransomware: ransomware === 'known' ? 'known' : 'unknown',
    notes: asText(fields.notes) ?? '',
    cwes: asTexts(fields.cwes),
    extra: Object.fromEntries(Object.entries(fields).filter(([key]) => !KNOWN_FIELDS.has(key))),
  };
}

/** "Multiple Products", "Routers": words that name the maker's goods in general. */
const GENERAL_PRODUCT =
  /\bmultiple\b|^(?:routers?|devices?|products?|mobile devices|cameras?|networking equipment)$/i;

/**
 * The products that an entry names: one criterion each, without versions.
 *
 * In     maker and product as the catalogue writes them ("Acrobat and Reader", "Multiple Products")
 * Out    criteria in the order of the text; product '' where only the maker is named
 */
export function kevProducts(maker: string, product: string): readonly NamedCriterion[] {
  const names = GENERAL_PRODUCT.test(product) ? [''] : splitProductNames(maker, product);
  return names.map((name) => ({
    kind: 'named',
    maker,
    product: name,
    cpes: [],
    vulnerable: true,
    rules: [],
    defaultStatus: 'affected',
    versionless: true,
  }));
}
