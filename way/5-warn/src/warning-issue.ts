// SPDX-License-Identifier: Apache-2.0
/** Hits become warnings: one an organisation and vulnerability, one ledger entry a batch. */
import type { Rule } from '@sakimori/law';
import type { Change } from '@sakimori/store';
import type { Confidence, Exposure } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { WarnContext } from './context.ts';
import { IMMEDIATE_CHANGES } from './duty.ts';
import type { VulnerabilityFacts } from './facts.ts';
import { warningIds } from './many-ids.ts';
import type { TaskReasons } from './match-tasks.ts';
import { planNotices } from './notice-plan.ts';
import type { AnyTransaction } from './ports.ts';
import { assessRisk, moreUrgent, type RiskAssessment, type RiskModel } from './risk.ts';
import {
  type Concerning,
  EXPOSURE_BITS,
  type HitCount,
  type Hits,
  type PairHits,
  type Reach,
  within,
} from './warning-hits.ts';
import { itemsBefore, writeDrafts, writeRecounts } from './warning-write.ts';

export interface IssuedWarnings {
  readonly warnings: number;
  readonly updated: number;
  readonly questions: number;
  readonly withdrawn: number;
}

/** A warning as it stands, before this batch. */
export interface StandingWarning {
  readonly warning_id: string;
  readonly organisation_id: string;
  readonly vulnerability_id: string;
  readonly form: 'alarm' | 'question';
  readonly state: string;
  readonly revision: number;
  readonly known_at_ms: number;
  readonly issued_at_ms: number;
  readonly counted_from_ms: number;
  readonly rank: number;
  readonly computers: number;
  readonly acknowledged_at_ms: number | null;
  /** Items that were hit when it was last looked at. */
  readonly affected: number;
  readonly undecided: number;
}

/** What is to be written of one warning. */
export interface DraftWarning {
  readonly warningId: string;
  readonly organisationId: string;
  readonly vulnerabilityId: string;
  readonly form: 'alarm' | 'question';
  readonly state: string;
  readonly revision: number;
  readonly knownAtMs: number;
  readonly issuedAtMs: number;
  readonly risk: RiskAssessment;
  readonly exposure: Exposure;
  readonly countedFromMs: number;
  readonly confidence: Confidence;
  readonly computers: number;
  readonly changes: readonly string[];
  readonly immediate: boolean;
  readonly acknowledgedAtMs: number | null;
  readonly resolution: string | null;
  /** Items hit, when the warning is new. */
  readonly affected: number;
  readonly undecided: number;
}

/** What a batch looked at, what came of it, and why it looked. */
export interface Gathered {
  readonly reach: Reach;
  readonly hits: Hits;
  readonly reasons: TaskReasons;
}

const SURE: readonly Confidence[] = ['high', 'medium', 'low'];
/** An update for these only when the warning gained computers by them. */
const ONLY_WITH_COMPUTERS: ReadonlySet<string> = new Set(['product-added', 'rules']);

/**
 * Turns hits into warnings, their computers, notices and one entry.
 *
 * In      hits; why each vulnerability is looked at
 * Out     counts
 * Never   a second warning for the same organisation and vulnerability; an update for an edit that
 *         changes nothing for those who must act
 * Law     publish before act: notices carry the entry's key and leave only when it is on the ledger
 */
export async function issueWarnings(
  context: WarnContext,
  change: Change<unknown>,
  { reach, hits, reasons }: Gathered,
): Promise<IssuedWarnings> {
  const db = change.db as AnyTransaction;
  const now = context.clock.now();
  const standing = await readStanding(db, reach);
  const ids = new Set([...hits.vulnerabilityIds, ...standing.map((w) => w.vulnerability_id)]);
  const facts = await readFacts(db, [...ids]);
  const newId = warningIds(now, (count) => context.random.bytes(count));
  const recounts: Recount[] = [];
  const made = draftWarnings(context, { hits, standing, facts, reasons, now, newId, recounts });
  const { drafts, batchId, commitments } = await writeDrafts(context, db, made, now);
  const sums = sumOf(drafts);
  await context.reached('issue.written');
  await writeRecounts(db, recounts);
  if (drafts.length === 0) return sums;
  const outboxId = await change.record({
    type: drafts.some((draft) => draft.revision === 1) ? 'warning.issued' : 'warning.updated',
    actor: 'system:warn',
    counts: {
      warnings: sums.warnings,
      updated: sums.updated,
      questions: sums.questions,
      withdrawn: sums.withdrawn,
      organisations: new Set(drafts.map((draft) => draft.organisationId)).size,
      computers: drafts.reduce((sum, draft) => sum + draft.computers, 0),
    },
    commits: [commitments.root()],
    refs: [batchId],
  });
  await sql`insert into warning_batch (batch_id, at_ms, outbox_id, leaves)
    values (${batchId}, ${now}, ${outboxId}, ${commitments.leaves()})`.execute(db);
  await context.reached('issue.recorded');
  await planNotices(context, db, drafts, outboxId, now);
  return sums;
}

/** Warnings that may change, hit or not, with what was counted of them before. */
async function readStanding(db: AnyTransaction, reach: Reach): Promise<readonly StandingWarning[]> {
  const { rows } = await sql<StandingWarning>`
    select w.warning_id, w.organisation_id, w.vulnerability_id, w.form, w.state, w.revision,
      w.known_at_ms, w.issued_at_ms, w.counted_from_ms, w.rank, w.computers, w.acknowledged_at_ms,
      coalesce(a.computers, w.affected_items) as affected,
      coalesce(u.computers, w.undecided_items) as undecided
    from warning w
    left join warning_item a on a.warning_id = w.warning_id and a.verdict = 'affected'
    left join warning_item u on u.warning_id = w.warning_id and u.verdict = 'cannot-decide'
    where ${within('w.vulnerability_id', reach.vulnerabilityIds)}
      and ${within('w.organisation_id', reach.organisationIds)}`.execute(db);
  return rows;
}

/** Merged views of these vulnerabilities. */
export async function readFacts(
  db: AnyTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, VulnerabilityFacts>> {
  const { rows } = await sql<{ id: string; facts: VulnerabilityFacts }>`
    select vulnerability_id as id, facts from vulnerability
    where vulnerability_id = any(${ids}::text[])`.execute(db);
  return new Map(rows.map(({ id, facts }) => [id, facts]));
}

interface Drafting {
  readonly hits: Hits;
  readonly standing: readonly StandingWarning[];
  readonly facts: ReadonlyMap<string, VulnerabilityFacts>;
  readonly reasons: TaskReasons;
  readonly now: number;
  readonly newId: () => string;
  readonly recounts: Recount[];
}

/** A standing warning and what hits it now. */
export interface Recount {
  readonly warning: StandingWarning;
  readonly hits: readonly HitCount[];
}

/** Drafts one after the other, as they are asked for; puts down what stands and was looked at. */
function* draftWarnings(context: WarnContext, drafting: Drafting): Iterable<DraftWarning> {
  const { standing, now } = drafting;
  const rule = context.law<RiskModel>('risk-model', now);
  const standingByPair = new Map(
    standing.map((warning) => [`${warning.organisation_id}\n${warning.vulnerability_id}`, warning]),
  );
  const worst = worstSource(rule, drafting.facts);
  const left = new Set(standing);
  for (const pair of drafting.hits.pairs()) {
    const before =
      standing.length === 0
        ? undefined
        : standingByPair.get(`${pair.organisationId}\n${pair.vulnerabilityId}`);
    const draft = draftOne(drafting, pair, before, worst);
    if (draft) yield draft;
    if (!before) continue;
    left.delete(before);
    drafting.recounts.push({ warning: before, hits: pair.hits });
  }
  for (const warning of left) {
    const draft = draftEnded(drafting, warning, worst);
    if (draft) yield draft;
    drafting.recounts.push({ warning, hits: [] });
  }
}

function countOf(hits: readonly HitCount[], verdict: Concerning): number {
  return hits.find((hit) => hit.verdict === verdict)?.n ?? 0;
}

/** The most urgent exposure of a set, and what it asks for. */
interface Worst {
  readonly risk: RiskAssessment;
  readonly exposure: Exposure;
}
type WorstOf = (vulnerabilityId: string, exposures: number, fromMs: number) => Worst;

const UNKNOWN_EXPOSURE = 1 << EXPOSURE_BITS.indexOf('unknown');

/** Assesses each vulnerability once for each set of exposures: thousands of warnings share some. */
function worstSource(
  rule: Rule<RiskModel>,
  facts: ReadonlyMap<string, VulnerabilityFacts>,
): WorstOf {
  const known = new Map<string, Map<number, Worst>>();
  return (vulnerabilityId, exposures, fromMs) => {
    const worsts = known.get(vulnerabilityId) ?? new Map<number, Worst>();
    known.set(vulnerabilityId, worsts);
    // One number of both: an instant of five more bits stays far below 2^53.
    const key = fromMs * (1 << EXPOSURE_BITS.length) + exposures;
    const found = worsts.get(key);
    if (found) return found;
    let worst: Worst | undefined;
    for (const [bit, exposure] of EXPOSURE_BITS.entries()) {
      if ((exposures & (1 << bit)) === 0) continue;
      const said = facts.get(vulnerabilityId) as VulnerabilityFacts;
      const risk = assessRisk(rule, said, exposure, fromMs);
      if (!worst || moreUrgent(worst.risk, risk) !== worst.risk) worst = { risk, exposure };
    }
    worsts.set(key, worst as Worst);
    return worst as Worst;
  };
}

function exposuresOf(hits: readonly HitCount[]): number {
  return hits.reduce((bits, hit) => bits | hit.exposures, 0);
}

function draftOne(
  drafting: Drafting,
  { organisationId, vulnerabilityId, hits }: PairHits,
  standing: StandingWarning | undefined,
  worstOf: WorstOf,
): DraftWarning | undefined {
  const { now, reasons } = drafting;
  const affected = hits.filter((hit) => hit.verdict === 'affected');
  const form = affected.length > 0 ? 'alarm' : 'question';
  const told = form === 'alarm' ? affected : hits;
  const facts = drafting.facts.get(vulnerabilityId) as VulnerabilityFacts;
  const reopened = standing?.state === 'resolved' || standing?.state === 'withdrawn';
  const exposures = exposuresOf(told);
  const first = worstOf(vulnerabilityId, exposures, now);
  const isWorse = !standing || reopened || first.risk.rank > standing.rank;
  const changes = standing ? changesFor(standing, form, told, isWorse, drafting) : [];
  if (standing && changes.length === 0) return undefined;
  const countedFromMs = isWorse ? now : standing.counted_from_ms;
  const { risk, exposure } = isWorse ? first : worstOf(vulnerabilityId, exposures, countedFromMs);
  return {
    warningId: standing?.warning_id ?? drafting.newId(),
    organisationId,
    vulnerabilityId,
    form,
    state: standing?.state === 'working' && !reopened ? 'working' : 'open',
    revision: (standing?.revision ?? 0) + 1,
    knownAtMs: standing?.known_at_ms ?? reasons.knownAtMs.get(vulnerabilityId) ?? now,
    issuedAtMs: standing?.issued_at_ms ?? now,
    risk,
    exposure,
    countedFromMs,
    confidence: SURE[Math.min(...told.map((hit) => hit.sure))] as Confidence,
    computers: told.reduce((sum, hit) => sum + hit.n - hit.twice, 0),
    changes,
    immediate: form === 'alarm' && isImmediate(facts, standing, changes),
    acknowledgedAtMs: reopened ? null : (standing?.acknowledged_at_ms ?? null),
    resolution: null,
    affected: countOf(hits, 'affected'),
    undecided: countOf(hits, 'cannot-decide'),
  };
}

function changesFor(
  standing: StandingWarning,
  form: 'alarm' | 'question',
  told: readonly HitCount[],
  isWorse: boolean,
  { reasons }: Drafting,
): string[] {
  const before = (verdict: Concerning) => itemsBefore(standing, verdict);
  const given = reasons.changes.get(standing.vulnerability_id) ?? [];
  const gained = told.reduce((sum, { verdict, n }) => sum + Math.max(0, n - before(verdict)), 0);
  const over = standing.state === 'resolved' || standing.state === 'withdrawn';
  // What was dealt with stays so until a computer comes that was not.
  if (over && gained === 0) return [];
  const changes = given.filter((change) => !ONLY_WITH_COMPUTERS.has(change));
  if (standing.form === 'question' && form === 'alarm') changes.push('decided');
  else if (gained > 0) {
    changes.push(given.includes('product-added') ? 'product-added' : 'computer-added');
  }
  // A computer that can now be reached from outside must be dealt with sooner.
  if (isWorse && changes.length === 0) changes.push('action-changed');
  // A question has no deadline that could move.
  return form === 'question' ? changes.filter((change) => change === 'computer-added') : changes;
}

function isImmediate(
  facts: VulnerabilityFacts,
  standing: StandingWarning | undefined,
  changes: readonly string[],
): boolean {
  if (!facts.exploited) return false;
  if (!standing) return true;
  return changes.some(
    (change) =>
      IMMEDIATE_CHANGES.has(change as never) ||
      ['computer-added', 'product-added', 'decided'].includes(change),
  );
}

/** Nothing hits any more: the rules changed, or the computers did. */
function draftEnded(
  { reasons, now }: Drafting,
  warning: StandingWarning,
  worstOf: WorstOf,
): DraftWarning | undefined {
  if (warning.state === 'resolved' || warning.state === 'withdrawn') return undefined;
  const given = reasons.changes.get(warning.vulnerability_id);
  const byRules = !reasons.aboutComputers;
  const { risk } = worstOf(warning.vulnerability_id, UNKNOWN_EXPOSURE, warning.counted_from_ms);
  return {
    warningId: warning.warning_id,
    organisationId: warning.organisation_id,
    vulnerabilityId: warning.vulnerability_id,
    form: warning.form,
    state: byRules ? 'withdrawn' : 'resolved',
    revision: warning.revision + 1,
    knownAtMs: warning.known_at_ms,
    issuedAtMs: warning.issued_at_ms,
    risk,
    exposure: 'unknown',
    countedFromMs: warning.counted_from_ms,
    confidence: 'high',
    computers: 0,
    changes: [given?.includes('rejected') ? 'rejected' : 'computer-left'],
    immediate: false,
    acknowledgedAtMs: warning.acknowledged_at_ms ?? now,
    resolution: byRules ? 'withdrawn' : 'left',
    affected: 0,
    undecided: 0,
  };
}

function sumOf(drafts: readonly DraftWarning[]): IssuedWarnings {
  const count = (of: (draft: DraftWarning) => boolean) => drafts.filter(of).length;
  return {
    warnings: count((draft) => draft.revision === 1 && draft.form === 'alarm'),
    questions: count((draft) => draft.revision === 1 && draft.form === 'question'),
    updated: count((draft) => draft.revision > 1 && draft.resolution === null),
    withdrawn: count((draft) => draft.resolution !== null),
  };
}
