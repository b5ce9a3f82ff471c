// SPDX-License-Identifier: Apache-2.0
/** CVE records, JSON 5.x: one word of the CNA and one of each ADP container. */
import { normaliseMaker } from '@sakimori/vocabulary';
import type {
  AffectedProduct,
  FeedPart,
  FeedRecord,
  NamedCriterion,
  PackageCriterion,
  Score,
  SourceStatement,
  Ssvc,
  VersionRange,
  VersionRule,
} from '../shapes.ts';
import { sha256 } from './bytes.ts';
import { readCpeConfigurations } from './cpe.ts';
import {
  asFields,
  asRows,
  asText,
  asTexts,
  CVE_ID,
  EXPECTED_CVE,
  EXPECTED_OBJECT,
  type Fields,
  present,
  readScore,
} from './fields.ts';
import { eachJsonValue } from './json-records.ts';
import type { FeedInput, FeedLimits } from './limits.ts';
import { type RecordReading, type RecordRefusal, readParts } from './read.ts';
import { readVersionWords } from './version-words.ts';

/**
 * Reads CVE records.
 *
 * In     a single record, a list, or NDJSON; gzip or plain
 * Out    for each record, one feed record a container: recordId `CVE-...`, `CVE-.../adp/NAME`
 * Never  reads `n/a` as a product or as a version
 */
export function readCve(input: FeedInput, limits?: Partial<FeedLimits>): AsyncGenerator<FeedPart> {
  return readParts(eachJsonValue(readRecord), input, limits);
}

function readRecord(value: unknown, file: string, line: number): RecordReading {
  const fields = asFields(value);
  const metadata = asFields(fields?.cveMetadata);
  if (!fields || !metadata) {
    return { records: [], refusals: [{ field: 'cveMetadata', expected: EXPECTED_OBJECT }] };
  }
  const id = asText(metadata.cveId);
  if (!id || !CVE_ID.test(id)) {
    return { records: [], refusals: [{ field: 'cveMetadata.cveId', expected: EXPECTED_CVE }] };
  }
  const containers = asFields(fields.containers);
  const cna = asFields(containers?.cna);
  if (!cna)
    return { records: [], refusals: [{ field: 'containers.cna', expected: EXPECTED_OBJECT }] };
  const refusals: RecordRefusal[] = [];
  const place = { id, file, line, metadata, refusals };
  const records: FeedRecord[] = [containerRecord(place, cna, undefined)];
  for (const adp of asRows(containers?.adp)) {
    const name = shortName(adp) ?? 'ADP';
    const record = containerRecord(place, adp, name);
    if (hasContent(record.statement)) records.push(record);
  }
  return { records, refusals };
}

interface Place {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly metadata: Fields;
  readonly refusals: RecordRefusal[];
}

/** Containers that only repeat references add nothing that anybody acts on. */
function hasContent(statement: SourceStatement): boolean {
  return (
    statement.products.length > 0 || statement.scores.length > 0 || statement.ssvc !== undefined
  );
}

function shortName(container: Fields): string | undefined {
  return asText(asFields(container.providerMetadata)?.shortName);
}

function containerRecord(place: Place, container: Fields, adp: string | undefined): FeedRecord {
  const { id, metadata } = place;
  const author = adp ?? asText(metadata.assignerShortName) ?? shortName(container) ?? 'CNA';
  const applicability = readCpeConfigurations(container.cpeApplicability);
  place.refusals.push(...applicability.refusals);
  const named = asRows(container.affected).flatMap((row) => readAffected(row));
  const { scores, ssvc } = readMetrics(asRows(container.metrics));
  const title = asText(container.title);
  const isRejected = asText(metadata.state) === 'REJECTED';
  const remedies = adp === undefined ? readRemedies(container) : [];
  const statement: SourceStatement = {
    provenance: {
      kind: 'cve',
      name: adp === undefined ? `CVE record (CNA ${author})` : `CVE record (ADP ${author})`,
      recordId: adp === undefined ? id : `${id}/adp/${adp}`,
      url: `https://www.cve.org/CVERecord?id=${id}`,
      file: place.file,
      line: place.line,
      digest: sha256(JSON.stringify(container)),
    },
    byMaker: adp === undefined && isMaker(author, asRows(container.affected)),
    // A tree that could not be read whole is left out whole; the products in words remain.
    products: [...(applicability.refusals.length === 0 ? applicability.products : []), ...named],
    scores,
    references: asRows(container.references).flatMap((one) => asText(one.url) ?? []),
    remedies,
    rejected: isRejected,
    ...describe(container, adp === undefined ? title : undefined),
    ...(ssvc === undefined ? {} : { ssvc }),
    ...present({
      publishedAt: asText(metadata.datePublished),
      changedAt: asText(metadata.dateUpdated),
    }),
  };
  return { vulnerability: id, aliases: [], statement };
}

/** True when the CNA is the maker of what it names: its word then counts as the maker's. */
function isMaker(author: string, affected: readonly Fields[]): boolean {
  const own = normaliseMaker(author);
  if (own?.kind !== 'one' || affected.length === 0) return false;
  return affected.every((row) => {
    const maker = normaliseMaker(asText(row.vendor) ?? '');
    return maker?.kind === 'one' && maker.key === own.key;
  });
}

function describe(container: Fields, title: string | undefined) {
  const rows = asRows(container.descriptions);
  const en = asText(rows.find((row) => asText(row.lang)?.startsWith('en'))?.value);
  const ja = asText(rows.find((row) => asText(row.lang)?.startsWith('ja'))?.value);
  return {
    ...(title === undefined ? {} : { title: { en: title } }),
    ...(en === undefined && ja === undefined ? {} : { summary: present({ en, ja }) }),
  };
}

function readRemedies(container: Fields) {
  const rows = (key: string, category: string) =>
    asRows(container[key]).flatMap((row) => {
      const details = asText(row.value);
      return details === undefined ? [] : [{ category, details }];
    });
  return [...rows('solutions', 'vendor_fix'), ...rows('workarounds', 'workaround')];
}

function readMetrics(rows: readonly Fields[]): { scores: Score[]; ssvc: Ssvc | undefined } {
  const scores: Score[] = [];
  let ssvc: Ssvc | undefined;
  for (const row of rows) {
    for (const [key, method] of [
      ['cvssV4_0', 'CVSS:4.0'],
      ['cvssV3_1', 'CVSS:3.1'],
      ['cvssV3_0', 'CVSS:3.0'],
      ['cvssV2_0', 'CVSS:2.0'],
    ] as const) {
      const score = readScore(row[key], method);
      if (score) scores.push(score);
    }
    const other = asFields(row.other);
    if (asText(other?.type) === 'ssvc') ssvc = readSsvc(asFields(other?.content));
  }
  return { scores, ssvc };
}

function readSsvc(content: Fields | undefined): Ssvc {
  const option = (key: string) =>
    asRows(content?.options)
      .flatMap((row) => asText(row[key]) ?? [])[0]
      ?.toLowerCase();
  const exploitation = (['none', 'poc', 'active'] as const).find(
    (word) => word === option('Exploitation'),
  );
  const automatable = (['yes', 'no'] as const).find((word) => word === option('Automatable'));
  const technicalImpact = (['partial', 'total'] as const).find(
    (word) => word === option('Technical Impact'),
  );
  return present({ exploitation, automatable, technicalImpact });
}

const STATUSES = new Set(['affected', 'unaffected', 'unknown']);
type Status = VersionRule['status'];

function statusOf(value: unknown): Status | undefined {
  const text = asText(value)?.toLowerCase();
  return text !== undefined && STATUSES.has(text) ? (text as Status) : undefined;
}

const NOTHING = /^(?:n\/?a|-|unknown|unspecified|not applicable)$/i;

function readAffected(row: Fields): AffectedProduct[] {
  const maker = asText(row.vendor) ?? '';
  const product = asText(row.product) ?? asText(row.packageName) ?? '';
  const defaultStatus = statusOf(row.defaultStatus) ?? 'unknown';
  const rules = asRows(row.versions).flatMap((version) => readVersion(version));
  const products: AffectedProduct[] = [];
  const purl = asText(row.packageURL) ?? purlOfCollection(row);
  if (purl !== undefined) {
    const criteria: PackageCriterion = {
      kind: 'package',
      purl,
      vulnerable: true,
      rules,
      defaultStatus,
    };
    products.push({ status: 'affected', criteria, remedies: [] });
  }
  if (product !== '' && !NOTHING.test(product)) {
    const criteria: NamedCriterion = {
      kind: 'named',
      maker: NOTHING.test(maker) ? '' : maker,
      product,
      cpes: asTexts(row.cpes),
      vulnerable: true,
      rules,
      defaultStatus,
      versionless: rules.length === 0 && defaultStatus !== 'affected',
    };
    products.push({ status: 'affected', criteria, remedies: [] });
  }
  return products;
}

/** Package collections whose name alone says the purl type (CVE schema, collectionURL). */
const COLLECTIONS: readonly (readonly [RegExp, string])[] = [
  [/(?:registry\.npmjs\.org|npmjs\.com)/i, 'npm'],
  [/pypi\.(?:org|python\.org)/i, 'pypi'],
  [/(?:repo\.maven\.apache\.org|repo1\.maven\.org|central\.sonatype)/i, 'maven'],
  [/rubygems\.org/i, 'gem'],
  [/crates\.io/i, 'cargo'],
  [/nuget\.org/i, 'nuget'],
  [/packagist\.org/i, 'composer'],
  [/pkg\.go\.dev|proxy\.golang\.org/i, 'golang'],
];

function purlOfCollection(row: Fields): string | undefined {
  const [name, collection] = [asText(row.packageName), asText(row.collectionURL)];
  if (!name || !collection) return undefined;
  const type = COLLECTIONS.find(([pattern]) => pattern.test(collection))?.[1];
  if (type === undefined) return undefined;
  const path = name.replace(':', '/').split('/').map(encodeURIComponent).join('/');
  return `pkg:${type}/${path}`;
}

/** Bounds that mean "no bound" (CVE schema, versions.md). */
const UNBOUNDED = /^(?:\*|0|-|unspecified|n\/?a|any|all)$/i;

function readVersion(row: Fields): VersionRule[] {
  const version = asText(row.version) ?? '';
  const status = statusOf(row.status) ?? 'affected';
  const scheme = asText(row.versionType);
  const lessThan = asText(row.lessThan);
  const lessThanOrEqual = asText(row.lessThanOrEqual);
  const changes = asRows(row.changes).flatMap((change) => {
    const [at, to] = [asText(change.at), statusOf(change.status)];
    return at !== undefined && to !== undefined ? [{ at, status: to }] : [];
  });
  const rest = {
    ...(scheme === undefined ? {} : { scheme }),
    ...(changes.length === 0 ? {} : { changes }),
  };
  if (lessThan === undefined && lessThanOrEqual === undefined) {
    return readSingle(version, status, rest);
  }
  // Some authors write comparators into the bounds themselves ("<= 5.0").
  const bound = (lessThan ?? lessThanOrEqual)!;
  if (/^[<>=]/.test(bound) || /[<>]/.test(version)) {
    const words = readVersionWords(/[<>]/.test(version) ? version : bound);
    return (words ?? []).map((rule) => ({ ...rule, status, ...rest }));
  }
  const start = UNBOUNDED.test(version) ? '' : version;
  if (start !== '' && start === bound) return readSameBounds(bound, lessThan, status, rest);
  const range: VersionRange = {
    ...(start === '' ? {} : { startIncluding: start }),
    ...endOf(lessThan, lessThanOrEqual),
  };
  return [{ status, range, ...rest }];
}

/**
 * Start and end are the same. With `lessThan` the range is empty as it stands, and is the way in
 * which some authors write "before". With `lessThanOrEqual` it is this one version as it stands,
 * and may mean "up to": what lies below is then not decided.
 */
function readSameBounds(
  bound: string,
  lessThan: string | undefined,
  status: Status,
  rest: Partial<Pick<VersionRule, 'scheme' | 'changes'>>,
): VersionRule[] {
  if (lessThan !== undefined) return [{ status, range: { endExcluding: bound }, ...rest }];
  return [
    { status, exactly: bound, ...rest },
    { status: 'unknown', range: { endExcluding: bound }, ...rest },
  ];
}

function endOf(lessThan: string | undefined, lessThanOrEqual: string | undefined): VersionRange {
  if (lessThan !== undefined) return lessThan === '*' ? {} : { endExcluding: lessThan };
  return lessThanOrEqual === '*' ? {} : { endIncluding: lessThanOrEqual! };
}

function readSingle(
  version: string,
  status: Status,
  rest: Partial<Pick<VersionRule, 'scheme' | 'changes'>>,
): VersionRule[] {
  if (version === '' || NOTHING.test(version)) return [];
  if (rest.changes) return [{ status, range: { startIncluding: version }, ...rest }];
  if (version === '0') return [{ status, range: {}, ...rest }];
  const words = readVersionWords(version);
  // What is not clearly a version is kept as it stands: equal text is still equal.
  return (words ?? [{ status, exactly: version }]).map((rule) => ({ ...rule, status, ...rest }));
}
