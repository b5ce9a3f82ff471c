// SPDX-License-Identifier: Apache-2.0
/** The answer for one inventory identity and one vulnerability, from all sources together. */
import type {
  AffectedProduct,
  Criteria,
  Evidence,
  IdentityVerdict,
  Remedy,
  SourceStatement,
  VerdictWord,
  Vulnerability,
  Words,
} from '../shapes.ts';
import { evaluateCriteria, type TreeReading } from './criteria.ts';
import { type Finding, postingsOfLeaf } from './criterion.ts';
import type { InventoryIdentity } from './identity.ts';
import {
  confidenceOf,
  decideItem,
  type ItemDecision,
  rankOf,
  trustOf,
  type WeighedEvidence,
} from './precedence.ts';
import { joinWords, reasons, withSource } from './reasons.ts';

/** More evidence than this is of no use to anybody; the strongest is kept. */
const EVIDENCE_MAX = 24;
const REMEDIES_MAX = 24;
/** Hardware that was taken for granted makes the answer less sure. */
const ASSUMED_WEIGHT = 0.6;

const productPostings = new WeakMap<AffectedProduct, readonly string[]>();

function leavesOf(criteria: Criteria, into: string[]): void {
  if (criteria.kind === 'group') for (const child of criteria.children) leavesOf(child, into);
  else into.push(...postingsOfLeaf(criteria));
}

/** Words under which the products of a statement are found. */
export function postingsOfProduct(product: AffectedProduct): readonly string[] {
  const known = productPostings.get(product);
  if (known) return known;
  const made: string[] = [];
  leavesOf(product.criteria, made);
  const distinct = [...new Set(made)];
  productPostings.set(product, distinct);
  return distinct;
}

export function postingsOfVulnerability(vulnerability: Vulnerability): readonly string[] {
  const postings = new Set<string>();
  for (const statement of vulnerability.statements) {
    if (statement.rejected) continue;
    for (const product of statement.products) {
      for (const posting of postingsOfProduct(product)) postings.add(posting);
    }
  }
  return [...postings];
}

const askedSets = new WeakMap<readonly string[], ReadonlySet<string>>();

function askedOf(identity: InventoryIdentity): ReadonlySet<string> {
  let asked = askedSets.get(identity.postings);
  if (!asked) {
    asked = new Set(identity.postings);
    askedSets.set(identity.postings, asked);
  }
  return asked;
}

/**
 * Weighs everything that the sources say of a computer like this one.
 *
 * In     identity (cache by `identity.key` and the vulnerability: equal in, equal out); the
 *        vulnerability with its statements in any order
 * Out    the verdict with reason, source and all evidence; undefined when no source names
 *        anything that is on the computer
 * Never  throws on content; reads a clock
 */
export function evaluateIdentity(
  identity: InventoryIdentity,
  vulnerability: Vulnerability,
): IdentityVerdict | undefined {
  const asked = askedOf(identity);
  const weighed: Weighed[] = [];
  for (const statement of vulnerability.statements) {
    if (statement.rejected) continue;
    weighStatement(statement, identity, asked, weighed);
  }
  if (weighed.length === 0) return undefined;
  const decisions = decideItems(weighed);
  return verdictOf(vulnerability, decisions, weighed);
}

/** Evidence with the remedies of the products it rests on. */
interface Weighed {
  readonly evidence: WeighedEvidence;
  readonly remedies: readonly Remedy[];
  readonly statement: SourceStatement;
}

/** In one source an explicit word on an item beats a range, and a hit beats a miss. */
const STRENGTH = { platform: 0, silent: 1, outside: 2, unclear: 3, hit: 4, stated: 5 } as const;
type Strength = (typeof STRENGTH)[keyof typeof STRENGTH];
interface Candidate {
  readonly strength: Strength;
  readonly verdict: VerdictWord;
  readonly finding: Finding;
  readonly reason: Words;
  readonly weight: number;
  readonly remedies: readonly Remedy[];
}

function weighStatement(
  statement: SourceStatement,
  identity: InventoryIdentity,
  asked: ReadonlySet<string>,
  into: Weighed[],
): void {
  const best = new Map<number, Candidate[]>();
  for (const product of statement.products) {
    if (!postingsOfProduct(product).some((posting) => asked.has(posting))) continue;
    const tree = evaluateCriteria(product.criteria, identity);
    for (const candidate of candidatesOf(product, tree)) {
      const position = candidate.finding.item.position;
      const list = best.get(position);
      if (list) list.push(candidate);
      else best.set(position, [candidate]);
    }
  }
  for (const candidates of best.values()) into.push(weigh(statement, chooseIn(candidates)));
}

function chooseIn(candidates: readonly Candidate[]): Candidate {
  const chosen = candidates.reduce((best, one) =>
    one.strength > best.strength || (one.strength === best.strength && one.weight > best.weight)
      ? one
      : best,
  );
  // Several ranges of one source, all missed: each is named.
  if (chosen.strength !== STRENGTH.outside) return chosen;
  const ranges = new Set<string>();
  for (const one of candidates) if (one.finding.range !== '') ranges.add(one.finding.range);
  if (ranges.size < 2 || chosen.finding.outcome !== 'outside') return chosen;
  const range = [...ranges].slice(0, 6).join(', ');
  const { item } = chosen.finding;
  const reason = reasons.outside(item.shown, item.versions[0] ?? '-', range);
  return { ...chosen, reason, finding: { ...chosen.finding, range } };
}

function weigh(statement: SourceStatement, chosen: Candidate): Weighed {
  const { finding } = chosen;
  const weight = chosen.weight * trustOf(statement, finding.versionless);
  const evidence: WeighedEvidence = {
    verdict: chosen.verdict,
    confidence: confidenceOf(weight),
    weight: round(weight),
    item: finding.item.position,
    reason: chosen.reason,
    provenance: statement.provenance,
    rule: `${statement.provenance.kind}|${finding.product}|${finding.range}`,
    product: finding.product,
    rank: rankOf(statement, finding.versionless),
  };
  return { evidence, remedies: chosen.remedies, statement };
}

function round(weight: number): number {
  return Math.round(weight * 1000) / 1000;
}

function candidatesOf(product: AffectedProduct, tree: TreeReading): Candidate[] {
  switch (product.status) {
    case 'affected':
      return affectedCandidates(product, tree);
    case 'fixed':
    case 'not-affected':
      return tree.truth === 'yes' ? excludedCandidates(product, tree) : [];
    default:
      return tree.truth === 'yes'
        ? tree.supports.map((finding) =>
            candidate(
              STRENGTH.unclear,
              'cannot-decide',
              finding,
              reasons.investigating(finding.item.shown),
            ),
          )
        : [];
  }
}

function candidate(
  strength: Strength,
  verdict: VerdictWord,
  finding: Finding,
  reason: Words = finding.reason,
  weight: number = finding.weight,
  remedies: readonly Remedy[] = [],
): Candidate {
  return { strength, verdict, finding, reason, weight, remedies };
}

function excludedCandidates(product: AffectedProduct, tree: TreeReading): Candidate[] {
  return tree.supports
    .filter((finding) => finding.outcome === 'yes' && !finding.versionless)
    .map((finding) => {
      const { shown, versions } = finding.item;
      const isFixed = product.status === 'fixed' && versions[0] !== undefined;
      const reason = isFixed
        ? reasons.fixed(shown, versions[0]!)
        : reasons.notAffected(shown, product.justification);
      return candidate(STRENGTH.stated, 'not-affected', finding, reason);
    });
}

function affectedCandidates(product: AffectedProduct, tree: TreeReading): Candidate[] {
  const misses = tree.misses.map((finding) => candidate(STRENGTH.outside, 'not-affected', finding));
  if (tree.truth === 'yes') return [...misses, ...hitCandidates(product, tree)];
  if (tree.truth === 'unknown') {
    const unknown = tree.supports.map((finding) => {
      const isOwn = finding.outcome === 'unknown';
      const reason = isOwn ? finding.reason : reasons.platformUnknown(finding.item.shown);
      const strength = finding.isSilent && isOwn ? STRENGTH.silent : STRENGTH.unclear;
      return candidate(strength, 'cannot-decide', finding, reason);
    });
    return [...misses, ...unknown];
  }
  const named = tree.supports.map((finding) => {
    const shown = finding.item.shown;
    const reason =
      tree.platform === 'excluded' ? reasons.excluded(shown) : reasons.platformDiffers(shown);
    return candidate(STRENGTH.outside, 'not-affected', finding, reason);
  });
  return [...misses, ...named, ...platformCandidates(tree)];
}

function hitCandidates(product: AffectedProduct, tree: TreeReading): Candidate[] {
  const hits = tree.supports
    .filter((finding) => finding.outcome === 'yes')
    .map((finding) => {
      const assumed = tree.isAssumed ? reasons.hardwareAssumed() : undefined;
      const weight = finding.weight * (tree.isAssumed ? ASSUMED_WEIGHT : 1);
      const reason = joinWords(finding.reason, assumed);
      return candidate(STRENGTH.hit, 'affected', finding, reason, weight, product.remedies);
    });
  return [...hits, ...platformCandidates(tree)];
}

/** What is only a platform is told so, and is not affected by this source. */
function platformCandidates(tree: TreeReading): Candidate[] {
  const hit = new Set(tree.supports.map((finding) => finding.item.position));
  return tree.platforms
    .filter((finding) => finding.outcome === 'yes' && !hit.has(finding.item.position))
    .map((finding) =>
      candidate(
        STRENGTH.platform,
        'not-affected',
        finding,
        reasons.platformOnly(finding.item.shown),
      ),
    );
}

function decideItems(weighed: readonly Weighed[]): ItemDecision[] {
  const byItem = new Map<number, WeighedEvidence[]>();
  for (const { evidence } of weighed) {
    const list = byItem.get(evidence.item!);
    if (list) list.push(evidence);
    else byItem.set(evidence.item!, [evidence]);
  }
  return [...byItem.values()].map((evidence) => decideItem(evidence));
}

const SEVERITY: Readonly<Record<VerdictWord, number>> = {
  affected: 2,
  'cannot-decide': 1,
  'not-affected': 0,
};

function verdictOf(
  vulnerability: Vulnerability,
  decisions: readonly ItemDecision[],
  weighed: readonly Weighed[],
): IdentityVerdict {
  const decision = decisions.reduce((best, one) => {
    const difference = SEVERITY[one.verdict] - SEVERITY[best.verdict];
    return difference > 0 || (difference === 0 && one.weight > best.weight) ? one : best;
  });
  const { deciding, verdict, against } = decision;
  const contradiction = against && reasons.overrides(against.provenance.name);
  const reason = withSource(joinWords(deciding.reason, contradiction), deciding.provenance.name);
  return {
    vulnerability: vulnerability.id,
    verdict,
    confidence: confidenceOf(decision.weight),
    weight: round(decision.weight),
    reason,
    source: deciding.provenance,
    rule: deciding.rule,
    product: deciding.product,
    evidence: evidenceOf(weighed, deciding),
    remedies: remediesOf(weighed, deciding),
  };
}

function evidenceOf(weighed: readonly Weighed[], deciding: WeighedEvidence): Evidence[] {
  const others = weighed
    .map((one) => one.evidence)
    .filter((one) => one !== deciding)
    .sort((a, b) => b.rank - a.rank || b.weight - a.weight);
  return [deciding, ...others]
    .slice(0, EVIDENCE_MAX)
    .map(({ rank: _rank, ...evidence }): Evidence => evidence);
}

function remediesOf(weighed: readonly Weighed[], deciding: WeighedEvidence): Remedy[] {
  const remedies: Remedy[] = [];
  for (const isDeciding of [true, false]) {
    for (const one of weighed) {
      if ((one.evidence === deciding) !== isDeciding) continue;
      for (const list of [one.remedies, one.statement.remedies]) addRemedies(remedies, list);
    }
  }
  return remedies;
}

function addRemedies(into: Remedy[], remedies: readonly Remedy[]): void {
  for (const remedy of remedies) {
    const isKnown = into.some((one) => one === remedy || one.details === remedy.details);
    if (!isKnown && into.length < REMEDIES_MAX) into.push(remedy);
  }
}
