// SPDX-License-Identifier: Apache-2.0
/** Hits become warnings: one an organisation and vulnerability, one ledger entry a batch. */
import { type Change, copyRows } from '@sakimori/store';
import { makeId } from '@sakimori/vocabulary';
import type { Confidence, Exposure } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { WarnContext } from './context.ts';
import { IMMEDIATE_CHANGES } from './duty.ts';
import type { VulnerabilityFacts } from './facts.ts';
import { commitMany, rootOfMany } from './many-commitments.ts';
import type { TaskReasons } from './match-tasks.ts';
import { planNotices } from './notice-plan.ts';
import type { AnyTransaction } from './ports.ts';
import { assessRisk, moreUrgent, type RiskAssessment, type RiskModel } from './risk.ts';
import { EXPOSURE_BITS } from './warning-hits.ts';

export interface IssuedWarnings {
  readonly warnings: number;
  readonly updated: number;
  readonly questions: number;
  readonly withdrawn: number;
}

/** A warning as it stands, before this batch. */
interface StandingWarning {
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
}

/** Counts of one organisation and vulnerability, by verdict. */
interface HitCount {
  readonly o: string;
  readonly v: string;
  readonly verdict: 'affected' | 'cannot-decide';
  /** One bit for each exposure that occurs. */
  readonly exposures: number;
  readonly n: number;
  readonly sure: number;
  readonly added: number;
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
}

const SURE: readonly Confidence[] = ['high', 'medium', 'low'];
/** An update for these only when the warning gained computers by them. */
const ONLY_WITH_COMPUTERS: ReadonlySet<string> = new Set(['product-added', 'rules']);

/**
 * Turns the hits of this transaction into warnings, their computers, notices and one entry.
 *
 * In      `warn_hit` and `warn_touched` of this transaction; why each vulnerability is looked at
 * Out     counts
 * Never   a second warning for the same organisation and vulnerability; an update for an edit that
 *         changes nothing for those who must act
 * Law     publish before act: notices carry the entry's key and leave only when it is on the ledger
 */
export async function issueWarnings(
  context: WarnContext,
  change: Change<unknown>,
  reasons: TaskReasons,
): Promise<IssuedWarnings> {
  const db = change.db as AnyTransaction;
  const now = context.clock.now();
  const counts = await countHits(db);
  const standing = await readStanding(db);
  const ids = [
    ...new Set([...counts.map(({ v }) => v), ...standing.map((w) => w.vulnerability_id)]),
  ];
  const facts = await readFacts(db, ids);
  const twice = await countTwice(db);
  const newId = idSource(context, now);
  const drafts = draftWarnings(context, { counts, twice, standing, facts, reasons, now, newId });
  const sums = sumOf(drafts);
  await context.reached('issue.drafted');
  const batch = drafts.length > 0 ? await writeDrafts(context, db, drafts, now) : undefined;
  await context.reached('issue.written');
  await writeItems(db);
  if (!batch) return sums;
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
    commits: [batch.root],
    refs: [batch.batchId],
  });
  await sql`insert into warning_batch (batch_id, at_ms, outbox_id, leaves)
    values (${batch.batchId}, ${now}, ${outboxId}, ${batch.leaves})`.execute(db);
  await context.reached('issue.recorded');
  await planNotices(context, db, drafts, outboxId, now);
  return sums;
}

/** Ids of one instant; random bytes are asked for by the thousand, one call each is dear. */
function idSource(context: WarnContext, now: number): () => string {
  let pool: Uint8Array = new Uint8Array(0);
  let at = 0;
  return () => {
    if (at + 10 > pool.length) {
      pool = context.random.bytes(10_000);
      at = 0;
    }
    at += 10;
    return makeId('warning', now, pool.subarray(at - 10, at));
  };
}

async function countHits(db: AnyTransaction): Promise<readonly HitCount[]> {
  // In the order of the warnings' index, which then grows at one end.
  const { rows } = await sql<HitCount>`
    select h.organisation_id as o, h.vulnerability_id as v, h.verdict, h.exposures, h.n, h.sure,
      greatest(0, h.n - coalesce(i.computers, 0)) as added
    from warn_hit h
    left join warn_touched t
      on t.organisation_id = h.organisation_id and t.vulnerability_id = h.vulnerability_id
    left join warning_item i on i.warning_id = t.warning_id and i.verdict = h.verdict
    order by h.vulnerability_id, h.organisation_id`.execute(db);
  return rows;
}

/** Computers that the sums count more than once, by organisation, vulnerability and verdict. */
async function countTwice(db: AnyTransaction): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ o: string; v: string; verdict: string; extra: number }>`
    select organisation_id as o, vulnerability_id as v, verdict, extra from warn_twice`.execute(db);
  return new Map(rows.map(({ o, v, verdict, extra }) => [`${o}\n${v}\n${verdict}`, extra]));
}

async function readStanding(db: AnyTransaction): Promise<readonly StandingWarning[]> {
  const { rows } = await sql<StandingWarning>`
    select w.warning_id, w.organisation_id, w.vulnerability_id, w.form, w.state, w.revision,
      w.known_at_ms, w.issued_at_ms, w.counted_from_ms, w.rank, w.computers, w.acknowledged_at_ms
    from warning w join warn_touched t on t.warning_id = w.warning_id`.execute(db);
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
  readonly counts: readonly HitCount[];
  readonly twice: ReadonlyMap<string, number>;
  readonly standing: readonly StandingWarning[];
  readonly facts: ReadonlyMap<string, VulnerabilityFacts>;
  readonly reasons: TaskReasons;
  readonly now: number;
  readonly newId: () => string;
}

function draftWarnings(context: WarnContext, drafting: Drafting): DraftWarning[] {
  const { counts, standing, now } = drafting;
  const rule = context.law<RiskModel>('risk-model', now);
  const byPair = new Map<string, HitCount[]>();
  for (const count of counts) {
    const pair = `${count.o}\n${count.v}`;
    const found = byPair.get(pair);
    if (found) found.push(count);
    else byPair.set(pair, [count]);
  }
  const standingByPair = new Map(
    standing.map((warning) => [`${warning.organisation_id}\n${warning.vulnerability_id}`, warning]),
  );
  const risks = new Map<string, RiskAssessment>();
  const assess = (vulnerability: string, exposure: Exposure, fromMs: number) => {
    const key = `${vulnerability}\n${exposure}\n${fromMs}`;
    const known = risks.get(key);
    if (known) return known;
    const facts = drafting.facts.get(vulnerability) as VulnerabilityFacts;
    const made = assessRisk(rule, facts, exposure, fromMs);
    risks.set(key, made);
    return made;
  };
  const drafts: DraftWarning[] = [];
  for (const [pair, hits] of byPair) {
    const draft = draftOne(drafting, hits, standingByPair.get(pair), assess);
    if (draft) drafts.push(draft);
    standingByPair.delete(pair);
  }
  for (const warning of standingByPair.values()) {
    const draft = draftEnded(drafting, warning, assess);
    if (draft) drafts.push(draft);
  }
  return drafts;
}

type Assess = (vulnerability: string, exposure: Exposure, fromMs: number) => RiskAssessment;

function draftOne(
  drafting: Drafting,
  hits: readonly HitCount[],
  standing: StandingWarning | undefined,
  assess: Assess,
): DraftWarning | undefined {
  const { now, reasons } = drafting;
  const affected = hits.filter((hit) => hit.verdict === 'affected');
  const form = affected.length > 0 ? 'alarm' : 'question';
  const told = form === 'alarm' ? affected : hits;
  const [{ o: organisationId, v: vulnerabilityId }] = hits as [HitCount];
  const facts = drafting.facts.get(vulnerabilityId) as VulnerabilityFacts;
  const reopened = standing?.state === 'resolved' || standing?.state === 'withdrawn';
  const first = worstOf(told, vulnerabilityId, now, assess);
  const isWorse = !standing || reopened || first.risk.rank > standing.rank;
  const changes = standing ? changesFor(standing, form, told, isWorse, drafting) : [];
  if (standing && changes.length === 0) return undefined;
  const countedFromMs = isWorse ? now : standing.counted_from_ms;
  const { risk, exposure } = isWorse
    ? first
    : worstOf(told, vulnerabilityId, countedFromMs, assess);
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
    computers: told.reduce((sum, hit) => sum + hit.n, 0) - countedTwice(drafting, told),
    changes,
    immediate: form === 'alarm' && isImmediate(facts, standing, changes),
    acknowledgedAtMs: reopened ? null : (standing?.acknowledged_at_ms ?? null),
    resolution: null,
  };
}

function countedTwice({ twice }: Drafting, told: readonly HitCount[]): number {
  const verdicts = new Map(told.map((hit) => [`${hit.o}\n${hit.v}\n${hit.verdict}`, hit]));
  return [...verdicts.keys()].reduce((sum, key) => sum + (twice.get(key) ?? 0), 0);
}

function worstOf(
  hits: readonly HitCount[],
  vulnerabilityId: string,
  fromMs: number,
  assess: Assess,
): { readonly risk: RiskAssessment; readonly exposure: Exposure } {
  let worst: { risk: RiskAssessment; exposure: Exposure } | undefined;
  const exposures = hits.reduce((bits, hit) => bits | hit.exposures, 0);
  for (const [bit, exposure] of EXPOSURE_BITS.entries()) {
    if ((exposures & (1 << bit)) === 0) continue;
    const risk = assess(vulnerabilityId, exposure, fromMs);
    if (!worst || moreUrgent(worst.risk, risk) !== worst.risk) worst = { risk, exposure };
  }
  return worst as { risk: RiskAssessment; exposure: Exposure };
}

function changesFor(
  standing: StandingWarning,
  form: 'alarm' | 'question',
  told: readonly HitCount[],
  isWorse: boolean,
  { reasons }: Drafting,
): string[] {
  const [{ v }] = told as [HitCount];
  const given = reasons.changes.get(v) ?? [];
  const gained = told.reduce((sum, hit) => sum + hit.added, 0);
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
  assess: Assess,
): DraftWarning | undefined {
  if (warning.state === 'resolved' || warning.state === 'withdrawn') return undefined;
  const given = reasons.changes.get(warning.vulnerability_id);
  const byRules = !reasons.aboutComputers;
  const risk = assess(warning.vulnerability_id, 'unknown', warning.counted_from_ms);
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

const WARNING_COLUMNS = [
  { name: 'warning_id', type: 'text' },
  { name: 'organisation_id', type: 'text' },
  { name: 'vulnerability_id', type: 'text' },
  { name: 'form', type: 'text' },
  { name: 'state', type: 'text' },
  { name: 'revision', type: 'integer' },
  { name: 'known_at_ms', type: 'bigint' },
  { name: 'issued_at_ms', type: 'bigint' },
  { name: 'updated_at_ms', type: 'bigint' },
  { name: 'due_at_ms', type: 'bigint' },
  { name: 'outcome', type: 'text' },
  { name: 'rank', type: 'smallint' },
  { name: 'triage_first', type: 'boolean' },
  { name: 'law_rule', type: 'text' },
  { name: 'exposure', type: 'text' },
  { name: 'counted_from_ms', type: 'bigint' },
  { name: 'confidence', type: 'text' },
  { name: 'computers', type: 'integer' },
  { name: 'changes', type: 'text[]' },
  { name: 'immediate', type: 'boolean' },
  { name: 'acknowledged_at_ms', type: 'bigint' },
  { name: 'resolved_at_ms', type: 'bigint' },
  { name: 'resolution', type: 'text' },
  { name: 'escalated_at_ms', type: 'bigint' },
  { name: 'reminded_at_ms', type: 'bigint' },
  { name: 'batch_id', type: 'text' },
  { name: 'position', type: 'integer' },
  { name: 'salt', type: 'bytea' },
  { name: 'content', type: 'text' },
] as const;
const FIXED = new Set(['warning_id', 'organisation_id', 'vulnerability_id', 'issued_at_ms']);

interface WrittenBatch {
  readonly batchId: string;
  readonly root: string;
  readonly leaves: Buffer;
}

async function writeDrafts(
  context: WarnContext,
  db: AnyTransaction,
  drafts: readonly DraftWarning[],
  now: number,
): Promise<WrittenBatch> {
  const batchId = `wbt_${makeId('warning', now, context.random.bytes(10)).slice(4)}`;
  const salts = Buffer.from(context.random.bytes(32 * drafts.length));
  const contents = drafts.map(contentOf);
  const saltOf = (i: number) => salts.subarray(32 * i, 32 * i + 32);
  const commitments = contents.map((content, i) => commitMany(content, saltOf(i)));
  await context.reached('issue.committed-to');
  await keepRevisions(db, drafts);
  const updates = WARNING_COLUMNS.map(({ name }) => name).filter((name) => !FIXED.has(name));
  await copyRows(
    db,
    'warning',
    WARNING_COLUMNS,
    drafts.map((draft, i) => [
      ...rowOf(draft, now),
      batchId,
      i,
      saltOf(i),
      JSON.stringify(contents[i]),
    ]),
    {
      onConflict: `(vulnerability_id, organisation_id) do update set ${updates
        .map((name) => `${name} = excluded.${name}`)
        .join(', ')}`,
    },
  );
  await context.reached('issue.warnings');
  return {
    batchId,
    root: rootOfMany(commitments).toString('base64'),
    leaves: Buffer.concat(commitments),
  };
}

/** What stood before an update is kept: each revision can still be proven. */
async function keepRevisions(db: AnyTransaction, drafts: readonly DraftWarning[]): Promise<void> {
  const ids = drafts.filter((draft) => draft.revision > 1).map((draft) => draft.warningId);
  if (ids.length === 0) return;
  await sql`insert into warning_revision (warning_id, revision, organisation_id, at_ms, batch_id,
      position, salt, content, changes)
    select warning_id, revision, organisation_id, updated_at_ms, batch_id, position, salt, content,
      changes
    from warning where warning_id = any(${ids}::text[])`.execute(db);
}

function rowOf(draft: DraftWarning, now: number) {
  return [
    draft.warningId,
    draft.organisationId,
    draft.vulnerabilityId,
    draft.form,
    draft.state,
    draft.revision,
    draft.knownAtMs,
    draft.issuedAtMs,
    now,
    draft.risk.dueAtMs,
    draft.risk.outcome,
    draft.risk.rank,
    draft.risk.triageFirst,
    draft.risk.rule,
    draft.exposure,
    draft.countedFromMs,
    draft.confidence,
    draft.computers,
    draft.changes,
    draft.immediate,
    draft.acknowledgedAtMs,
    draft.resolution === null ? null : now,
    draft.resolution,
    null,
    null,
  ];
}

/**
 * What the ledger holds us to, per warning and revision. Members in the order of canonical JSON, and
 * only values whose text JSON and RFC 8785 write alike (a test compares with the ledger's own).
 */
function contentOf(draft: DraftWarning) {
  return {
    changes: [...draft.changes],
    computers: draft.computers,
    confidence: draft.confidence,
    dueAtMs: draft.risk.dueAtMs,
    form: draft.form,
    organisation: draft.organisationId,
    outcome: draft.risk.outcome,
    revision: draft.revision,
    rule: draft.risk.rule,
    state: draft.state,
    vulnerability: draft.vulnerabilityId,
    warning: draft.warningId,
  };
}

/** The counts of the warnings that were looked at, made anew. */
async function writeItems(db: AnyTransaction): Promise<void> {
  await sql`delete from warning_item i using warn_touched t
    where i.warning_id = t.warning_id`.execute(db);
  await sql`insert into warning_item (warning_id, verdict, organisation_id, computers, exposures)
    select w.warning_id, h.verdict, h.organisation_id, h.n, h.exposures
    from warn_hit h join warning w
      on w.organisation_id = h.organisation_id and w.vulnerability_id = h.vulnerability_id
  `.execute(db);
}
