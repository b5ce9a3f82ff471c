// SPDX-License-Identifier: Apache-2.0
/** One view of a vulnerability, made of what its sources say; each source's word stays apart. */
import { createHash } from 'node:crypto';
import type { Text } from '@sakimori/vocabulary/wire';
import type {
  Criteria,
  ExploitedFacts,
  Remedy,
  SourceKind,
  SourceStatement,
  Vulnerability,
} from './engine/shapes.ts';

/** What everybody may know of a vulnerability: the merged view. */
export interface VulnerabilityFacts {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: Text;
  readonly summary: Text;
  readonly maker?: string;
  readonly product?: string;
  readonly exploited: boolean;
  readonly exploitedOn?: string;
  readonly sourceDueOn?: string;
  readonly ransomware: boolean;
  readonly requiredAction?: string;
  readonly notes?: string;
  readonly cwes: readonly string[];
  readonly automatable?: 'yes' | 'no';
  readonly technicalImpact?: 'partial' | 'total';
  readonly epss?: number;
  readonly cvss?: number;
  readonly cvssVector?: string;
  readonly jvnId?: string;
  readonly rejected: boolean;
  readonly remedies: readonly Remedy[];
  readonly references: readonly string[];
  /** Products named by any source, as sorted `maker/product` in lower case. */
  readonly products: readonly string[];
  /** Changes when what the sources say of affected products changes: match again. */
  readonly matchDigest: string;
  /** Some rule needs several items of the same computer (AND of products). */
  readonly needsSiblings: boolean;
}

// Whose words are shown first. Titles: the catalogue's names are short and known to readers.
const TITLE_ORDER: readonly SourceKind[] = ['kev', 'csaf', 'cve', 'jvn', 'cpe', 'epss'];
const SUMMARY_ORDER: readonly SourceKind[] = ['csaf', 'cve', 'kev', 'jvn', 'cpe', 'epss'];
const REFERENCES_MAX = 40;
const REMEDIES_MAX = 20;

/**
 * Merges what the sources say.
 *
 * In     a vulnerability with the word of each source
 * Out    one view; the same statements in another order give the same view
 * Never  takes exploitation from anywhere but a catalogue of exploited vulnerabilities or SSVC
 *        "active": a high score is not an exploitation
 */
export function mergeFacts(vulnerability: Vulnerability): VulnerabilityFacts {
  const statements = [...vulnerability.statements].sort(byStableOrder);
  const live = statements.filter((statement) => !statement.rejected);
  const listed = live.find((statement) => statement.exploited)?.exploited;
  const jvn = live.find((statement) => statement.provenance.kind === 'jvn');
  const ssvc = live.findLast((statement) => statement.ssvc)?.ssvc;
  const score = bestScore(live);
  const epss = live.findLast((statement) => statement.epss)?.epss;
  const named = listed ?? firstNamed(live);
  return {
    id: vulnerability.id,
    aliases: [...vulnerability.aliases].sort(),
    title: titleOf(live, vulnerability.id, listed),
    summary: wordsOf(live, SUMMARY_ORDER, 'summary') ?? { ja: '', en: '' },
    ...(named?.maker ? { maker: named.maker.trim() } : {}),
    ...(named?.product ? { product: named.product.trim() } : {}),
    exploited: listed !== undefined || ssvc?.exploitation === 'active',
    ...listedFacts(listed),
    cwes: listed?.cwes ?? [],
    ...(ssvc?.automatable ? { automatable: ssvc.automatable } : {}),
    ...(ssvc?.technicalImpact ? { technicalImpact: ssvc.technicalImpact } : {}),
    ...(epss ? { epss: epss.probability } : {}),
    ...(score ? { cvss: score.base } : {}),
    ...(score?.vector ? { cvssVector: score.vector } : {}),
    ...(jvn ? { jvnId: jvn.provenance.recordId } : {}),
    // Rejected only when its own record says so and no other source still speaks of it.
    rejected: statements.length > 0 && live.length === 0,
    remedies: live.flatMap((statement) => statement.remedies).slice(0, REMEDIES_MAX),
    references: [...new Set(live.flatMap((statement) => statement.references))].slice(
      0,
      REFERENCES_MAX,
    ),
    products: productsOf(live),
    matchDigest: matchDigestOf(live),
    needsSiblings: live.some((statement) =>
      statement.products.some((product) => needsOthers(product.criteria)),
    ),
  };
}

function byStableOrder(a: SourceStatement, b: SourceStatement): number {
  const left = `${a.provenance.kind}\n${a.provenance.recordId}\n${a.provenance.digest}`;
  const right = `${b.provenance.kind}\n${b.provenance.recordId}\n${b.provenance.digest}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

function listedFacts(listed: ExploitedFacts | undefined) {
  if (!listed) return { ransomware: false };
  return {
    ransomware: listed.ransomware === 'known',
    exploitedOn: listed.addedOn,
    sourceDueOn: listed.dueOn,
    requiredAction: listed.requiredAction,
    notes: listed.notes,
  };
}

function inOrder(statements: readonly SourceStatement[], order: readonly SourceKind[]) {
  return [...statements].sort(
    (a, b) => order.indexOf(a.provenance.kind) - order.indexOf(b.provenance.kind),
  );
}

function wordsOf(
  statements: readonly SourceStatement[],
  order: readonly SourceKind[],
  part: 'title' | 'summary',
): Text | undefined {
  const sorted = inOrder(statements, order);
  const en = sorted.find((statement) => statement[part]?.en)?.[part]?.en;
  const ja = sorted.find((statement) => statement[part]?.ja)?.[part]?.ja;
  if (en === undefined && ja === undefined) return undefined;
  // Without a Japanese source the English words are shown as they are: never translated by machine.
  return { ja: ja ?? (en as string), en: en ?? (ja as string) };
}

function titleOf(
  statements: readonly SourceStatement[],
  id: string,
  listed: ExploitedFacts | undefined,
): Text {
  const words = wordsOf(statements, TITLE_ORDER, 'title');
  const en = listed?.name || words?.en || id;
  return { ja: words?.ja && words.ja !== words.en ? words.ja : en, en };
}

function bestScore(statements: readonly SourceStatement[]) {
  const scores = statements.flatMap((statement) => statement.scores);
  // The newest method that anyone used; of that method the highest score.
  return scores.sort((a, b) =>
    a.method === b.method ? b.base - a.base : a.method < b.method ? 1 : -1,
  )[0];
}

function firstNamed(statements: readonly SourceStatement[]) {
  for (const { products } of statements) {
    for (const { criteria } of products) {
      const [first] = productNames(criteria);
      if (first) return first;
    }
  }
  return undefined;
}

function productNames(criteria: Criteria): { maker: string; product: string }[] {
  switch (criteria.kind) {
    case 'group':
      return criteria.children.flatMap(productNames);
    case 'named':
      return criteria.vulnerable ? [{ maker: criteria.maker, product: criteria.product }] : [];
    case 'cpe': {
      const [, , , maker = '', product = ''] = criteria.cpe.split(/(?<!\\):/);
      return criteria.vulnerable ? [{ maker, product }] : [];
    }
    case 'package':
      return criteria.vulnerable ? [{ maker: '', product: criteria.purl }] : [];
  }
}

function productsOf(statements: readonly SourceStatement[]): string[] {
  const names = statements.flatMap((statement) =>
    statement.products
      .filter((product) => product.status === 'affected')
      .flatMap((product) => productNames(product.criteria)),
  );
  const keys = names.map(({ maker, product }) => `${wordsKey(maker)}/${wordsKey(product)}`);
  return [...new Set(keys)].sort();
}

/** "Acrobat and Reader" and "Reader and Acrobat" are the same words: renamed is not added. */
function wordsKey(name: string): string {
  const words =
    name
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}.+]+/gu) ?? [];
  return words
    .filter((word) => word !== 'and')
    .sort()
    .join(' ');
}

function matchDigestOf(statements: readonly SourceStatement[]): string {
  const said = statements
    .filter((statement) => statement.products.length > 0)
    .map((statement) =>
      JSON.stringify([statement.provenance.kind, statement.byMaker, statement.products]),
    )
    .sort();
  return createHash('sha256').update(said.join('\n')).digest('hex');
}

function needsOthers(criteria: Criteria): boolean {
  if (criteria.kind !== 'group') return false;
  const several = criteria.operator === 'AND' && criteria.children.length > 1;
  return several || criteria.negate || criteria.children.some(needsOthers);
}
