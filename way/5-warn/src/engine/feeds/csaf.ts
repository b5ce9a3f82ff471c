// SPDX-License-Identifier: Apache-2.0
/** CSAF 2.0 documents, advisories and VEX: product trees and what is said of each product. */
import type {
  AffectedProduct,
  FeedPart,
  FeedRecord,
  ProductStatus,
  Remedy,
  Score,
  SourceStatement,
} from '../shapes.ts';
import { sha256 } from './bytes.ts';
import { type ProductTree, readProductTree } from './csaf-tree.ts';
import {
  asFields,
  asList,
  asRows,
  asText,
  asTexts,
  CVE_ID,
  EXPECTED_OBJECT,
  type Fields,
  missing,
  present,
  readScore,
} from './fields.ts';
import { eachJsonValue } from './json-records.ts';
import type { FeedInput, FeedLimits } from './limits.ts';
import { type RecordReading, readParts } from './read.ts';

/**
 * Reads CSAF documents.
 *
 * In     a document, a list, or NDJSON; gzip or plain
 * Out    a record a vulnerability of a document; recordId `TRACKING-ID#n`, n from 1
 * Never  takes a document of another format version, or one whose products cannot be resolved
 */
export function readCsaf(input: FeedInput, limits?: Partial<FeedLimits>): AsyncGenerator<FeedPart> {
  return readParts(eachJsonValue(readDocument), input, limits);
}

function readDocument(value: unknown, file: string, line: number): RecordReading {
  const root = asFields(value);
  const document = asFields(root?.document);
  if (!root || !document) {
    return { records: [], refusals: [{ field: 'document', expected: EXPECTED_OBJECT }] };
  }
  const version = asText(document.csaf_version);
  if (version === undefined || !/^2\.[01]$/.test(version)) {
    const refusal = missing('document.csaf_version', '2.0 または 2.1', '2.0 or 2.1');
    return { records: [], refusals: [refusal] };
  }
  const tracking = asFields(document.tracking);
  const id = asText(tracking?.id);
  if (!tracking || !id) {
    const refusal = missing('document.tracking.id', '文書の識別子', "the document's identifier");
    return { records: [], refusals: [refusal] };
  }
  const tree = readProductTree(asFields(root.product_tree));
  if ('field' in tree) return { records: [], refusals: [tree] };
  const rows = asRows(root.vulnerabilities);
  const shared = sharedOf(document, tracking, id, file, line);
  const records = rows.map((row, at) => recordOf(row, at, shared, tree));
  return { records, refusals: [] };
}

interface Shared {
  readonly id: string;
  readonly statement: Omit<SourceStatement, 'products' | 'scores' | 'remedies' | 'provenance'>;
  readonly provenance: Omit<SourceStatement['provenance'], 'recordId' | 'digest'>;
}

const TLP_WORDS: Readonly<Record<string, SourceStatement['tlp']>> = {
  WHITE: 'CLEAR',
  CLEAR: 'CLEAR',
  GREEN: 'GREEN',
  AMBER: 'AMBER',
  'AMBER+STRICT': 'AMBER+STRICT',
  RED: 'RED',
};

function sharedOf(
  document: Fields,
  tracking: Fields,
  id: string,
  file: string,
  line: number,
): Shared {
  const publisher = asFields(document.publisher);
  const tlpLabel = asText(asFields(asFields(document.distribution)?.tlp)?.label);
  const author = asText(publisher?.name);
  const self = asRows(document.references).find(
    (row) => asText(row.category) === 'self' && asText(row.url)?.startsWith('https://'),
  );
  const title = asText(document.title);
  const lang = asText(document.lang)?.startsWith('ja') ? 'ja' : 'en';
  return {
    id,
    statement: {
      byMaker: asText(publisher?.category) === 'vendor',
      references: asRows(document.references).flatMap((row) => asText(row.url) ?? []),
      rejected: false,
      ...(title === undefined ? {} : { title: { [lang]: title } }),
      ...present({
        // An unknown word is the narrowest one that a reader could mean (CSAF 3.2.1.5.2).
        tlp: tlpLabel === undefined ? undefined : (TLP_WORDS[tlpLabel.toUpperCase()] ?? 'RED'),
        publishedAt: asText(tracking.initial_release_date),
        changedAt: asText(tracking.current_release_date),
      }),
    },
    provenance: {
      kind: 'csaf',
      name: author === undefined ? `CSAF ${id}` : `CSAF ${id} (${author})`,
      file,
      line,
      ...present({ url: asText(self?.url) }),
    },
  };
}

const STATUS_OF: Readonly<Record<string, ProductStatus>> = {
  known_affected: 'affected',
  first_affected: 'affected',
  last_affected: 'affected',
  fixed: 'fixed',
  first_fixed: 'fixed',
  known_not_affected: 'not-affected',
  under_investigation: 'under-investigation',
};

function recordOf(row: Fields, at: number, shared: Shared, tree: ProductTree): FeedRecord {
  const recordId = `${shared.id}#${at + 1}`;
  const ids = asRows(row.ids).flatMap((one) => asText(one.text) ?? []);
  const cve = asText(row.cve);
  const hasCve = cve !== undefined && CVE_ID.test(cve);
  const vulnerability = hasCve ? cve : (ids[0] ?? recordId);
  const remedies = remediesOf(row, tree);
  const flags = flagsOf(row, tree);
  const title = asText(row.title);
  const statement: SourceStatement = {
    ...shared.statement,
    ...(title === undefined ? {} : { title: { en: title } }),
    provenance: { ...shared.provenance, recordId, digest: sha256(JSON.stringify(row)) },
    products: productsOf(asFields(row.product_status), tree, remedies.byProduct, flags),
    scores: asRows(row.scores).flatMap((one) => scoresOf(one)),
    remedies: remedies.general,
    ...summaryOf(row),
  };
  const aliases = [shared.id, ...ids].filter((alias) => alias !== vulnerability);
  return { vulnerability, aliases, statement };
}

function summaryOf(row: Fields) {
  const notes = asRows(row.notes);
  const note = notes.find((one) => /^(?:summary|description)$/.test(asText(one.category) ?? ''));
  const text = asText(note?.text);
  return text === undefined ? {} : { summary: { en: text } };
}

function scoresOf(row: Fields): Score[] {
  const scores = [];
  for (const [key, method] of [
    ['cvss_v4', 'CVSS:4.0'],
    ['cvss_v3', 'CVSS:3.1'],
    ['cvss_v2', 'CVSS:2.0'],
  ] as const) {
    const score = readScore(row[key], method);
    const stated = asText(asFields(row[key])?.version);
    if (score) scores.push(stated === undefined ? score : { ...score, method: `CVSS:${stated}` });
  }
  return scores;
}

function productsOf(
  status: Fields | undefined,
  tree: ProductTree,
  remedies: ReadonlyMap<string, readonly Remedy[]>,
  flags: ReadonlyMap<string, string>,
): AffectedProduct[] {
  const products: AffectedProduct[] = [];
  for (const [word, meaning] of Object.entries(STATUS_OF)) {
    for (const productId of asTexts(status?.[word])) {
      const from = word === 'first_fixed' || word === 'first_affected';
      for (const criteria of tree.criteriaOf(productId, from ? 'from' : 'as-it-is')) {
        const justification = flags.get(productId);
        products.push({
          status: meaning,
          criteria,
          remedies: meaning === 'affected' ? (remedies.get(productId) ?? []) : [],
          ...(justification === undefined ? {} : { justification }),
        });
      }
    }
  }
  return products;
}

/** Product ids that a remediation or a flag means, groups opened. */
function meantProducts(row: Fields, tree: ProductTree): readonly string[] {
  return [
    ...asTexts(row.product_ids),
    ...asTexts(row.group_ids).flatMap((group) => tree.groups.get(group) ?? []),
  ];
}

function remediesOf(row: Fields, tree: ProductTree) {
  const general: Remedy[] = [];
  const byProduct = new Map<string, Remedy[]>();
  for (const one of asRows(row.remediations)) {
    const details = asText(one.details);
    const category = asText(one.category);
    if (details === undefined || category === undefined) continue;
    const remedy: Remedy = { category, details, ...present({ url: asText(one.url) }) };
    const products = meantProducts(one, tree);
    if (products.length === 0) general.push(remedy);
    for (const productId of products) {
      const list = byProduct.get(productId);
      if (list) list.push(remedy);
      else byProduct.set(productId, [remedy]);
    }
  }
  return { general, byProduct };
}

function flagsOf(row: Fields, tree: ProductTree): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const one of asRows(row.flags)) {
    const label = asText(one.label);
    if (label === undefined) continue;
    const products = meantProducts(one, tree);
    // A flag without products is about every product of the vulnerability.
    const all = asList(one.product_ids).length + asList(one.group_ids).length === 0;
    for (const productId of all ? tree.productIds : products) flags.set(productId, label);
  }
  return flags;
}
