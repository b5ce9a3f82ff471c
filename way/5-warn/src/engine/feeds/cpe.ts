// SPDX-License-Identifier: Apache-2.0
/** CPE configurations as NVD publishes them: API 2.0 pages, single records, NDJSON. */
import { parseCpe } from '@sakimori/vocabulary';
import type {
  AffectedProduct,
  CpeCriterion,
  Criteria,
  FeedPart,
  Score,
  VersionRange,
} from '../shapes.ts';
import { sha256 } from './bytes.ts';
import {
  asFields,
  asRows,
  asText,
  CVE_ID,
  EXPECTED_CVE,
  EXPECTED_OBJECT,
  type Fields,
  missing,
  present,
  readScore,
} from './fields.ts';
import { readJsonRecords } from './json-records.ts';
import type { FeedInput, FeedLimits } from './limits.ts';
import { type ReadEvent, type RecordReading, type RecordRefusal, readParts } from './read.ts';

/**
 * Reads CPE configurations.
 *
 * In     an NVD API 2.0 page, a record of it, a list, or NDJSON with `cve.configurations`
 * Out    a record a vulnerability with a criteria tree for each configuration
 * Never  takes a record of which a match string cannot be read: half a condition is a wrong one
 */
export function readCpe(input: FeedInput, limits?: Partial<FeedLimits>): AsyncGenerator<FeedPart> {
  return readParts(readConfigurations, input, limits);
}

async function* readConfigurations(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  limits: FeedLimits,
): AsyncGenerator<ReadEvent> {
  for await (const record of readJsonRecords(chunks, 'vulnerabilities', limits)) {
    const fields = asFields(record.value);
    // The page around its elements holds no record of its own.
    if (record.kind === 'document' && Array.isArray(fields?.vulnerabilities)) {
      const version = asText(fields.timestamp);
      if (version !== undefined) yield { kind: 'version', version };
      continue;
    }
    const reading = readRecord(record.value, file, record.line);
    yield {
      kind: 'reading',
      reading,
      bytes: record.bytes,
      line: record.line,
      offset: record.offset,
    };
  }
}

function readRecord(value: unknown, file: string, line: number): RecordReading {
  const fields = asFields(value);
  if (!fields) return { records: [], refusals: [{ field: 'record', expected: EXPECTED_OBJECT }] };
  const cve = asFields(fields.cve) ?? fields;
  const id = asText(cve.id) ?? asText(fields.cve_id) ?? asText(fields.cveId);
  if (!id || !CVE_ID.test(id)) {
    return { records: [], refusals: [{ field: 'cve.id', expected: EXPECTED_CVE }] };
  }
  const { products, refusals } = readCpeConfigurations(cve.configurations);
  if (refusals.length > 0) return { records: [], refusals };
  const annotation = asFields(fields._annotation);
  const description = asRows(cve.descriptions).find((one) => one.lang === 'en');
  const summary = asText(description?.value) ?? asText(annotation?.description);
  const statement = {
    provenance: {
      kind: 'cpe' as const,
      name: annotation ? 'CPE configurations' : 'NVD CPE configurations',
      recordId: id,
      url: `https://nvd.nist.gov/vuln/detail/${id}`,
      file,
      line,
      digest: sha256(JSON.stringify(fields)),
    },
    byMaker: false,
    products,
    scores: readMetrics(asFields(cve.metrics)),
    references: asRows(cve.references).flatMap((one) => asText(one.url) ?? []),
    remedies: [],
    rejected: asText(cve.vulnStatus) === 'Rejected',
    ...(summary === undefined ? {} : { summary: { en: summary } }),
    ...present({ publishedAt: asText(cve.published), changedAt: asText(cve.lastModified) }),
  };
  return { records: [{ vulnerability: id, aliases: [], statement }], refusals: [] };
}

function readMetrics(metrics: Fields | undefined): Score[] {
  const scores: Score[] = [];
  for (const [key, method] of [
    ['cvssMetricV40', 'CVSS:4.0'],
    ['cvssMetricV31', 'CVSS:3.1'],
    ['cvssMetricV30', 'CVSS:3.0'],
    ['cvssMetricV2', 'CVSS:2.0'],
  ] as const) {
    for (const row of asRows(metrics?.[key])) {
      const score = readScore(row.cvssData, method);
      if (score) scores.push(score);
    }
  }
  return scores;
}

const OPERATORS = new Set(['AND', 'OR']);

/**
 * Reads `configurations` of NVD or `cpeApplicability` of CVE: the shapes are the same.
 *
 * Out    a product a configuration, its criteria as the tree stands; or why it cannot be read
 */
export function readCpeConfigurations(value: unknown): {
  products: AffectedProduct[];
  refusals: RecordRefusal[];
} {
  const refusals: RecordRefusal[] = [];
  const products = asRows(value).map((configuration) => ({
    status: 'affected' as const,
    criteria: readGroup(configuration, refusals),
    remedies: [],
  }));
  return { products, refusals };
}

function readGroup(fields: Fields, refusals: RecordRefusal[]): Criteria {
  const stated = asText(fields.operator);
  const operator = stated?.toUpperCase() ?? 'OR';
  if (!OPERATORS.has(operator)) refusals.push(missing('operator', 'AND か OR', 'AND or OR'));
  const children: Criteria[] = [
    ...asRows(fields.nodes).map((node) => readGroup(node, refusals)),
    ...asRows(fields.children).map((node) => readGroup(node, refusals)),
    ...asRows(fields.cpeMatch ?? fields.cpe_match).map((row) => readMatch(row, refusals)),
  ];
  return {
    kind: 'group',
    operator: operator === 'AND' ? 'AND' : 'OR',
    negate: fields.negate === true,
    children,
  };
}

function readMatch(fields: Fields, refusals: RecordRefusal[]): CpeCriterion {
  const cpe = asText(fields.criteria) ?? asText(fields.cpe23Uri) ?? '';
  if (!parseCpe(cpe).ok) {
    refusals.push(missing('cpeMatch.criteria', 'CPE 2.3 の名前', 'a CPE 2.3 name'));
  }
  const range: VersionRange = present({
    startIncluding: asText(fields.versionStartIncluding),
    startExcluding: asText(fields.versionStartExcluding),
    endIncluding: asText(fields.versionEndIncluding),
    endExcluding: asText(fields.versionEndExcluding),
  });
  const vulnerable = fields.vulnerable !== false;
  return {
    kind: 'cpe',
    cpe,
    vulnerable,
    ...(Object.keys(range).length === 0 ? {} : { range }),
  };
}
