// SPDX-License-Identifier: Apache-2.0
/**
 * Which source counts when several speak of one item, and how sure a verdict is.
 *
 *   4  the maker's own advisory or VEX (CSAF, publisher category vendor)
 *   3  CPE configurations; a CVE record whose CNA is the maker; a coordinator's CSAF
 *   2  other CVE containers
 *   1  JVN iPedia
 *   0  any source that names the product without versions (KEV; JVN overviews)
 *
 * The highest rank that decides wins: a vendor's "not affected" or a fixed version excludes what
 * a lower source only names. Within one rank "affected" wins. "Cannot decide" of a higher rank
 * gives way to "affected" of a lower one, never to its "not affected".
 * KEV alone: the product it names is affected with low confidence, because a product that is
 * being exploited is worth a look at once; any source with versions overrules that.
 */
import type { Confidence, Evidence, SourceStatement, VerdictWord } from '../shapes.ts';

export type Rank = 0 | 1 | 2 | 3 | 4;

export function rankOf(statement: SourceStatement, versionless: boolean): Rank {
  if (versionless && !(statement.byMaker && statement.provenance.kind === 'csaf')) return 0;
  switch (statement.provenance.kind) {
    case 'csaf':
      return statement.byMaker ? 4 : 3;
    case 'cpe':
      return 3;
    case 'cve':
      return statement.byMaker ? 3 : 2;
    case 'jvn':
      return 1;
    default:
      return 0;
  }
}

/** How far a source's word on versions is trusted, 0..1. */
export function trustOf(statement: SourceStatement, versionless: boolean): number {
  if (versionless) return 0.5;
  switch (statement.provenance.kind) {
    case 'cpe':
      return 1;
    case 'csaf':
      return statement.byMaker ? 1 : 0.95;
    case 'cve':
      return statement.byMaker ? 1 : 0.9;
    case 'jvn':
      return 0.85;
    default:
      return 0.5;
  }
}

export function confidenceOf(weight: number): Confidence {
  if (weight >= 0.8) return 'high';
  return weight >= 0.5 ? 'medium' : 'low';
}

/** Evidence with what only the engine needs to weigh it. */
export interface WeighedEvidence extends Evidence {
  readonly rank: Rank;
}

/** What was decided about one item, and who said otherwise. */
export interface ItemDecision {
  readonly deciding: WeighedEvidence;
  readonly verdict: VerdictWord;
  readonly weight: number;
  readonly against?: WeighedEvidence;
}

/**
 * Decides about one item.
 *
 * In     evidence about the same item, at least one
 * Out    the decision by the precedence above; a contradiction with versions lowers the weight
 */
export function decideItem(evidence: readonly WeighedEvidence[]): ItemDecision {
  const sorted = [...evidence].sort((a, b) => b.rank - a.rank || b.weight - a.weight);
  const top = sorted[0]!.rank;
  const deciders = sorted.filter((one) => one.verdict !== 'cannot-decide');
  const decidingRank = deciders[0]?.rank;
  if (decidingRank === undefined) return decisionOf(strongest(sorted));
  const peers = deciders.filter((one) => one.rank === decidingRank);
  const affected = peers.filter((one) => one.verdict === 'affected');
  const deciding = strongest(affected.length > 0 ? affected : peers);
  // A higher source that could not decide is not overruled by a lower "not affected", but where
  // the higher one names no version at all (rank 0) there is no higher one.
  const undecided = sorted.find((one) => one.verdict === 'cannot-decide' && one.rank === top);
  if (undecided && top > decidingRank && deciding.verdict === 'not-affected') {
    return decisionOf(undecided);
  }
  if (undecided && decidingRank === 0 && top > 0) return decisionOf(undecided);
  const against = sorted.find(
    (one) => one.verdict !== deciding.verdict && one.verdict !== 'cannot-decide' && one.rank > 0,
  );
  if (!against) return decisionOf(deciding);
  const isClose = deciding.rank - against.rank <= 1;
  const weight = deciding.weight * (isClose ? 0.8 : 1);
  return { deciding, verdict: deciding.verdict, weight, against };
}

function decisionOf(deciding: WeighedEvidence): ItemDecision {
  return { deciding, verdict: deciding.verdict, weight: deciding.weight };
}

function strongest(evidence: readonly WeighedEvidence[]): WeighedEvidence {
  return evidence.reduce((best, one) => (one.weight > best.weight ? one : best));
}
