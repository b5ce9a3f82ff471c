// SPDX-License-Identifier: Apache-2.0
/** JVN iPedia: JVNRSS and VULDEF as XML, or the same as JSON. */
import { parseCpe } from '@sakimori/vocabulary';
import type {
  AffectedProduct,
  FeedPart,
  FeedRecord,
  NamedCriterion,
  Score,
  SourceStatement,
  VersionRule,
} from '../shapes.ts';
import { sha256 } from './bytes.ts';
import {
  asFields,
  asList,
  asNumber,
  asRows,
  asText,
  CVE_ID,
  EXPECTED_OBJECT,
  type Fields,
  missing,
  present,
} from './fields.ts';
import { readJsonRecords } from './json-records.ts';
import { readJvnXml } from './jvn-xml.ts';
import type { FeedInput, FeedLimits } from './limits.ts';
import { type ReadEvent, type RecordReading, readParts } from './read.ts';
import { readVersionWords } from './version-words.ts';

/**
 * Reads JVN iPedia records.
 *
 * In     JVNRSS (RDF) or VULDEF XML, or JSON of the same shape: a record, a list, NDJSON
 * Out    a record for each CVE that a JVN record names (else for its JVNDB id); a row of the
 *        product list is no vulnerability and gives none
 * Never  reads an entity, a DOCTYPE or anything that XML points to
 */
export function readJvn(input: FeedInput, limits?: Partial<FeedLimits>): AsyncGenerator<FeedPart> {
  return readParts(readEither, input, limits);
}

async function* readEither(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  limits: FeedLimits,
): AsyncGenerator<ReadEvent> {
  const source = chunks[Symbol.asyncIterator]();
  const head = await source.next();
  const whole = rejoin(head, source);
  const isXml = !head.done && firstMark(head.value) === 0x3c;
  const records = isXml ? readJvnXml(whole, limits) : readJsonRecords(whole, undefined, limits);
  for await (const record of records) {
    const reading = readRecord(record.value, file, record.line);
    yield { kind: 'reading', reading, bytes: record.bytes, line: record.line };
  }
}

async function* rejoin(
  head: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let next = head; !next.done; next = await rest.next()) yield next.value;
}

function firstMark(chunk: Uint8Array): number | undefined {
  const start = chunk[0] === 0xef ? 3 : 0;
  return chunk.subarray(start).find((byte) => byte > 0x20);
}

function readRecord(value: unknown, file: string, line: number): RecordReading {
  const fields = asFields(value);
  if (!fields) return { records: [], refusals: [{ field: 'record', expected: EXPECTED_OBJECT }] };
  const place = { file, line, digest: sha256(JSON.stringify(fields)) };
  const detail = asFields(fields.vulinfodata);
  if (detail) return readDetail(fields, detail, place);
  if (asText(fields.identifier) !== undefined) return readOverview(fields, place);
  // A row of the product list: names, no vulnerability.
  if (asText(fields.pname) !== undefined || asText(fields.vname) !== undefined) {
    return { records: [], refusals: [] };
  }
  const refusal = missing(
    'vulinfoid',
    'JVNDB の識別子（vulinfoid または identifier）',
    'a JVNDB identifier (vulinfoid or identifier)',
  );
  return { records: [], refusals: [refusal] };
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly digest: string;
}

/** One JVN record may stand for several CVEs: each gets the same word. */
function recordsFor(
  jvnId: string,
  cves: readonly string[],
  statement: SourceStatement,
): FeedRecord[] {
  const distinct = [...new Set(cves.filter((cve) => CVE_ID.test(cve)))];
  const ids = distinct.length === 0 ? [jvnId] : distinct;
  return ids.map((id) => ({
    vulnerability: id,
    aliases: id === jvnId ? [] : [jvnId],
    statement,
  }));
}

function provenanceOf(jvnId: string, place: Place): SourceStatement['provenance'] {
  const year = /^JVNDB-(\d{4})-\d+$/.exec(jvnId)?.[1];
  const url =
    year === undefined ? undefined : `https://jvndb.jvn.jp/ja/contents/${year}/${jvnId}.html`;
  return {
    kind: 'jvn',
    name: `JVN iPedia ${jvnId}`,
    recordId: jvnId,
    ...place,
    ...(url === undefined ? {} : { url }),
  };
}

/** A field that is one object or a list of them, as XML turned into JSON is. */
function rowsOf(value: unknown): readonly Fields[] {
  const one = asFields(value);
  return one ? [one] : asRows(value);
}

function textsOf(value: unknown): readonly string[] {
  const one = asText(value);
  return one === undefined ? asList(value).flatMap((each) => asText(each) ?? []) : [one];
}

function readDetail(fields: Fields, detail: Fields, place: Place): RecordReading {
  const jvnId = asText(fields.vulinfoid);
  if (jvnId === undefined) {
    const refusal = missing('vulinfoid', 'JVNDB の識別子', 'a JVNDB identifier');
    return { records: [], refusals: [refusal] };
  }
  const related = rowsOf(asFields(detail.related)?.relateditem);
  const cves = related.flatMap((row) => asText(row.vulinfoid) ?? []);
  const impact = asFields(detail.impact);
  const title = asText(detail.title);
  const summary = asText(asFields(detail.vulinfodescription)?.overview);
  const remedies = rowsOf(asFields(detail.solution)?.solutionitem).flatMap((row) => {
    const details = asText(row.description);
    return details === undefined ? [] : [{ category: 'vendor_fix', details }];
  });
  const statement: SourceStatement = {
    provenance: provenanceOf(jvnId, place),
    byMaker: false,
    products: rowsOf(asFields(detail.affected)?.affecteditem).flatMap((row) => productOf(row)),
    scores: rowsOf(impact?.cvss).flatMap((row) => detailScore(row)),
    references: related.flatMap((row) => asText(row.url) ?? []),
    remedies,
    rejected: false,
    ...(title === undefined ? {} : { title: { ja: title } }),
    ...(summary === undefined ? {} : { summary: { ja: summary } }),
    ...present({
      publishedAt: asText(detail.datefirstpublished),
      changedAt: asText(detail.datelastupdated),
    }),
  };
  return { records: recordsFor(jvnId, cves, statement), refusals: [] };
}

function detailScore(row: Fields): Score[] {
  const base = asNumber(row.base);
  if (base === undefined) return [];
  return [
    {
      method: `CVSS:${asText(row.version) ?? '2.0'}`,
      base,
      ...present({
        vector: asText(row.vector),
        severity: asText(asFields(row.severity)?.text) ?? asText(row.severity),
      }),
    },
  ];
}

/** "(複数の製品)": the maker's goods in general. */
const GENERAL_PRODUCT = /^[(（]?(?:複数の製品|複数製品|多数の製品)[)）]?$/u;

function productOf(row: Fields): AffectedProduct[] {
  const maker = asText(row.name) ?? '';
  const stated = asText(row.productname) ?? '';
  const product = GENERAL_PRODUCT.test(stated) ? '' : stated;
  if (maker === '' && product === '') return [];
  const cpes = rowsOf(row.cpe).flatMap((one) => asText(one.text) ?? []);
  const texts = textsOf(row.versionnumber);
  const rules: VersionRule[] = [];
  let isClear = texts.length > 0;
  for (const text of texts) {
    const read = readVersionWords(text);
    if (read) rules.push(...read);
    else isClear = false;
  }
  const criteria: NamedCriterion = {
    kind: 'named',
    maker,
    product,
    cpes: cpes.filter((cpe) => parseCpe(cpe).ok),
    vulnerable: true,
    rules,
    // When one line of several could not be read, the others alone exclude nothing.
    defaultStatus: 'unknown',
    versionless: !isClear,
  };
  return [{ status: 'affected', criteria, remedies: [] }];
}

function readOverview(fields: Fields, place: Place): RecordReading {
  const jvnId = asText(fields.identifier)!;
  const references = rowsOf(fields.references);
  const cves = references.flatMap((row) => asText(row.id) ?? []);
  const title = asText(fields.title);
  const summary = asText(fields.description);
  const scores = rowsOf(fields.cvss).flatMap((row): Score[] => {
    const base = asNumber(row.score);
    if (base === undefined) return [];
    return [
      {
        method: `CVSS:${asText(row.version) ?? '2.0'}`,
        base,
        ...present({ vector: asText(row.vector), severity: asText(row.severity) }),
      },
    ];
  });
  const statement: SourceStatement = {
    provenance: provenanceOf(jvnId, place),
    byMaker: false,
    products: rowsOf(fields.cpe).flatMap((row) => overviewProduct(row)),
    scores,
    references: references.flatMap((row) => asText(row.text) ?? asText(row.url) ?? []),
    remedies: [],
    rejected: false,
    ...(title === undefined ? {} : { title: { ja: title } }),
    ...(summary === undefined ? {} : { summary: { ja: summary } }),
    ...present({
      publishedAt: asText(fields.issued),
      changedAt: asText(fields.modified) ?? asText(fields.date),
    }),
  };
  return { records: recordsFor(jvnId, cves, statement), refusals: [] };
}

/** The overview names products without versions. */
function overviewProduct(row: Fields): AffectedProduct[] {
  const cpe = asText(row.text);
  const maker = asText(row.vendor) ?? '';
  const product = asText(row.product) ?? '';
  if (maker === '' && product === '') return [];
  const criteria: NamedCriterion = {
    kind: 'named',
    maker,
    product: GENERAL_PRODUCT.test(product) ? '' : product,
    cpes: cpe !== undefined && parseCpe(cpe).ok ? [cpe] : [],
    vulnerable: true,
    rules: [],
    defaultStatus: 'unknown',
    versionless: true,
  };
  return [{ status: 'affected', criteria, remedies: [] }];
}
