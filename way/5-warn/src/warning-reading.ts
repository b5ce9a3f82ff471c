// SPDX-License-Identifier: Apache-2.0
/** The inbox: warnings as people read them, always through the reader's own scope. */
import { type CommitmentProof, commitmentRoot } from '@sakimori/ledger';
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type {
  AnswerKind,
  Confidence,
  Exposure,
  OrganisationBrief,
  Page,
  ReceiptReference,
  Text,
  TimelineItem,
  VerdictKind,
  VulnerabilityBrief,
  WarningBrief,
  WarningDetail,
  WarningState,
} from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { WarnContext } from './context.ts';
import { warnErrors } from './errors.ts';
import type { VulnerabilityFacts } from './facts.ts';
import { findReceipts } from './feed-import.ts';
import type { AnyTransaction } from './ports.ts';
import { assessRisk, type RiskModel } from './risk.ts';
import { readFacts } from './warning-issue.ts';
import { ANSWER_WORDS, ASK_OFFICE, CHANGE_WORDS } from './warning-phrases.ts';
import { type WarnedComputer, type WarningSubject, writeWarning } from './warning-text.ts';

export interface WarningFilter {
  readonly organisationId?: string;
  readonly state?: WarningState;
  readonly vulnerabilityId?: string;
  /** Alarms, or questions of which nothing is known yet. */
  readonly form?: 'alarm' | 'question';
  readonly cursor?: string;
  readonly limit?: number;
}

/** A warning in a list also says whether it is an alarm or a question. */
export type ListedWarning = WarningBrief & { readonly form: 'alarm' | 'question' };

interface WarningRow {
  readonly warning_id: string;
  readonly organisation_id: string;
  readonly vulnerability_id: string;
  readonly form: 'alarm' | 'question';
  readonly state: WarningState;
  readonly revision: number;
  readonly issued_at_ms: number;
  readonly updated_at_ms: number;
  readonly due_at_ms: number;
  readonly counted_from_ms: number;
  readonly exposure: Exposure;
  readonly triage_first: boolean;
  readonly confidence: Confidence;
  readonly computers: number;
  readonly changes: readonly string[];
}

const COLUMNS = sql.raw(`w.warning_id, w.organisation_id, w.vulnerability_id, w.form, w.state,
  w.revision, w.issued_at_ms, w.updated_at_ms, w.due_at_ms, w.counted_from_ms, w.exposure,
  w.triage_first, w.confidence, w.computers, w.changes`);
const LIMIT_MAX = 200;
const COMPUTERS_SHOWN = 200;

/**
 * Lists warnings, most urgent first.
 *
 * In     scope of the reader: rows outside it do not exist
 * Out    a page; `next` goes on after the last
 */
export async function listWarnings(
  context: WarnContext,
  scope: Scope,
  filter: WarningFilter = {},
): Promise<Page<ListedWarning>> {
  const limit = Math.min(filter.limit ?? 50, LIMIT_MAX);
  const [afterDue, afterId] = readCursor(filter.cursor);
  const is = (column: string, value: string | undefined) =>
    value === undefined ? sql`true` : sql`${sql.ref(column)} = ${value}`;
  return context.store.read(scope, async (db) => {
    const { rows } = await sql<WarningRow>`select ${COLUMNS} from warning w
      where ${is('w.organisation_id', filter.organisationId)} and ${is('w.state', filter.state)}
        and ${is('w.vulnerability_id', filter.vulnerabilityId)} and ${is('w.form', filter.form)}
        and (w.due_at_ms, w.warning_id) > (${afterDue}::bigint, ${afterId})
      order by w.due_at_ms, w.warning_id limit ${limit + 1}`.execute(db);
    const shown = rows.slice(0, limit);
    const items = await showBriefs(context, db, shown);
    const last = shown.at(-1);
    const more = rows.length > limit && last;
    return more ? { items, next: `${last.due_at_ms}.${last.warning_id}` } : { items };
  });
}

function readCursor(cursor: string | undefined): [number, string] {
  const match = /^(\d{1,15})\.(wrn_[0-9a-z]{26})$/.exec(cursor ?? '');
  return match ? [Number(match[1]), match[2] as string] : [-1, ''];
}

async function showBriefs(
  context: WarnContext,
  db: AnyTransaction,
  rows: readonly WarningRow[],
): Promise<ListedWarning[]> {
  const facts = await readFacts(db, [...new Set(rows.map((row) => row.vulnerability_id))]);
  const ids = [...new Set(rows.map((row) => row.organisation_id))];
  const briefs = await context.register.organisations(db, ids);
  const organisations = new Map(briefs.map((brief) => [brief.id, brief]));
  const shown: ListedWarning[] = [];
  for (const row of rows) {
    const computers = await readComputers(context, db, row, 1);
    const organisation = organisations.get(row.organisation_id);
    shown.push(briefOf(context, row, facts, organisation, computers));
  }
  return shown;
}

function briefOf(
  context: WarnContext,
  row: WarningRow,
  facts: ReadonlyMap<string, VulnerabilityFacts>,
  organisation: OrganisationBrief | undefined,
  computers: readonly WarnedComputer[],
): ListedWarning {
  const now = context.clock.now();
  const known = facts.get(row.vulnerability_id) as VulnerabilityFacts;
  const { title, why } = writeWarning(subjectOf(context, row, known, computers), now);
  const isOpen = row.state !== 'resolved' && row.state !== 'withdrawn';
  return {
    id: row.warning_id,
    organisation: organisation ?? {
      id: row.organisation_id,
      name: { ja: row.organisation_id, en: row.organisation_id },
      kind: 'operator',
    },
    vulnerability: vulnerabilityBrief(known),
    state: row.state,
    form: row.form,
    tlp: 'AMBER',
    revision: row.revision,
    issued: toInstant(row.issued_at_ms),
    due: toInstant(row.due_at_ms),
    overdue: isOpen && row.form === 'alarm' && row.due_at_ms < now,
    computers: row.computers,
    confidence: row.confidence,
    title,
    why,
  };
}

function subjectOf(
  context: WarnContext,
  row: WarningRow,
  facts: VulnerabilityFacts,
  computers: readonly WarnedComputer[],
): WarningSubject {
  const rule = context.law<RiskModel>('risk-model', row.counted_from_ms);
  const risk = assessRisk(rule, facts, row.exposure, row.counted_from_ms);
  return {
    form: row.form,
    facts,
    computers,
    computerCount: row.computers,
    dueAtMs: row.due_at_ms,
    dueReason: risk.reason,
    triageFirst: row.triage_first,
    changes: row.changes,
    ask: ASK_OFFICE,
  };
}

/** A vulnerability in one line. */
export function vulnerabilityBrief(facts: VulnerabilityFacts): VulnerabilityBrief {
  return {
    id: facts.id,
    title: facts.title.en,
    exploited: facts.exploited,
    ransomware: facts.ransomware,
    ...(facts.maker === undefined ? {} : { maker: facts.maker }),
    ...(facts.product === undefined ? {} : { product: facts.product }),
    ...(facts.exploitedOn === undefined ? {} : { added: facts.exploitedOn }),
    ...(facts.sourceDueOn === undefined ? {} : { due: facts.sourceDueOn }),
    ...(facts.epss === undefined ? {} : { epss: facts.epss }),
    ...(facts.cvss === undefined ? {} : { cvss: facts.cvss }),
  };
}

interface AffectedRow {
  readonly computer: string;
  readonly label: string;
  readonly exposure: Exposure;
  readonly item: string;
  readonly verdict: VerdictKind;
  readonly confidence: Confidence;
  readonly reason: Text;
  readonly source: { readonly name: string; readonly id: string; readonly url?: string };
}

async function readComputers(
  context: WarnContext,
  db: AnyTransaction,
  row: Pick<WarningRow, 'organisation_id' | 'vulnerability_id'>,
  limit: number,
): Promise<readonly (AffectedRow & WarnedComputer)[]> {
  const { holdings } = context.register;
  const { rows } = await sql<AffectedRow>`
    select x.* from (
      select h.computer_id as computer, h.label, h.exposure, v.item, v.verdict, v.confidence,
        v.reason, v.source, v.weight, v.product, v.rule
      from verdict v join ${holdings} h on h.identity_id = v.identity_id
      where v.vulnerability_id = ${row.vulnerability_id}
        and h.organisation_id = ${row.organisation_id}
      union all
      select c.computer_id, h.label, h.exposure, c.item, c.verdict, c.confidence, c.reason,
        c.source, c.weight, c.product, c.rule
      from computer_verdict c
      join ${holdings} h on h.computer_id = c.computer_id and h.identity_id = c.identity_id
      where c.vulnerability_id = ${row.vulnerability_id}
        and c.organisation_id = ${row.organisation_id}
    ) x where x.verdict in ('affected', 'cannot-decide') and not exists (
      select 1 from suppression s where s.removed_at_ms is null
        and s.organisation_id = ${row.organisation_id}
        and s.product = x.product and s.rule = x.rule)
    order by x.verdict, x.weight desc, x.label, x.computer limit ${limit}`.execute(db);
  return rows;
}

/**
 * One warning with everything a person needs to act.
 *
 * Throws  WRN_NO_WARNING, also when it is another organisation's
 */
export async function readWarning(
  context: WarnContext,
  scope: Scope,
  warningId: string,
): Promise<WarningDetail & { readonly form: 'alarm' | 'question' }> {
  const now = context.clock.now();
  const read = await context.store.read(scope, async (db) => {
    const { rows } = await sql<WarningRow>`select ${COLUMNS} from warning w
      where w.warning_id = ${warningId}`.execute(db);
    const [row] = rows;
    if (!row) throw warnErrors('NO_WARNING', { warning: warningId });
    const facts = await readFacts(db, [row.vulnerability_id]);
    const computers = await readComputers(context, db, row, COMPUTERS_SHOWN);
    const [organisation] = await context.register.organisations(db, [row.organisation_id]);
    const brief = briefOf(context, row, facts, organisation, computers.slice(0, 1));
    const answers = await readAnswers(db, warningId);
    const revisions = await readRevisions(db, warningId);
    return { row, facts, computers, brief, answers, revisions };
  });
  const { row, computers, answers, revisions } = read;
  const receipts = await findReceipts(context, [
    ...answers.map((answer) => answer.outbox),
    ...revisions.map((revision) => revision.outbox),
  ]);
  const facts = read.facts.get(row.vulnerability_id) as VulnerabilityFacts;
  const words = writeWarning(subjectOf(context, row, facts, computers), now);
  const receipt = receipts.get(revisions.at(-1)?.outbox ?? '');
  return {
    ...read.brief,
    executive: words.executive,
    analyst: words.analyst,
    actions: words.actions,
    checks: words.checks,
    dueReason: words.dueReason,
    ask: words.ask,
    affected: computers.map((computer) => ({
      computer: { id: computer.computer, label: computer.label, exposure: computer.exposure },
      item: computer.item,
      verdict: computer.verdict,
      confidence: computer.confidence,
      reason: computer.reason,
      source: computer.source,
    })),
    answers: answers.map((answer) => withReceipt(showAnswer(answer), receipts.get(answer.outbox))),
    timeline: timelineOf(answers, revisions, receipts),
    ...(receipt ? { receipt } : {}),
    gotBack: [],
  };
}

interface AnswerRow {
  readonly id: string;
  readonly kind: AnswerKind;
  readonly at: number;
  readonly by: string;
  readonly computer: string | null;
  readonly word: string | null;
  readonly outbox: string;
}

interface RevisionRow {
  readonly revision: number;
  readonly at: number;
  readonly changes: readonly string[];
  readonly outbox: string;
}

async function readAnswers(db: AnyTransaction, warningId: string): Promise<readonly AnswerRow[]> {
  const { rows } = await sql<AnswerRow>`select answer_id as id, kind, at_ms as at,
      person_id as by, computer_id as computer, word, outbox_id as outbox
    from warning_answer where warning_id = ${warningId} order by at_ms, answer_id`.execute(db);
  return rows;
}

async function readRevisions(
  db: AnyTransaction,
  warningId: string,
): Promise<readonly RevisionRow[]> {
  const { rows } = await sql<RevisionRow>`select r.revision, r.at, r.changes,
      b.outbox_id as outbox
    from ${revisionsOf(warningId)} r join warning_batch b on b.batch_id = r.batch_id
    order by r.revision`.execute(db);
  return rows;
}

/** The present revision and the earlier ones. */
function revisionsOf(warningId: string) {
  return sql`(
    select revision, updated_at_ms as at, changes, batch_id, position, salt, content
    from warning where warning_id = ${warningId}
    union all
    select revision, at_ms, changes, batch_id, position, salt, content
    from warning_revision where warning_id = ${warningId})`;
}

function showAnswer({ id, kind, at, by, computer, word }: AnswerRow) {
  return {
    id,
    kind,
    at: toInstant(at),
    by,
    ...(computer === null ? {} : { computer }),
    ...(word === null ? {} : { word }),
  };
}

function withReceipt<T extends object>(item: T, receipt: ReceiptReference | undefined) {
  return receipt ? { ...item, receipt } : item;
}

function timelineOf(
  answers: readonly AnswerRow[],
  revisions: readonly RevisionRow[],
  receipts: ReadonlyMap<string, ReceiptReference>,
): readonly TimelineItem[] {
  const issued = revisions.map(({ at, revision, changes, outbox }) => ({
    at,
    item: withReceipt(
      {
        at: toInstant(at),
        kind: revision === 1 ? 'issued' : 'updated',
        text: revision === 1 ? ISSUED : updatedText(changes),
      },
      receipts.get(outbox),
    ),
  }));
  const answered = answers.map(({ at, kind, outbox }) => ({
    at,
    item: withReceipt(
      { at: toInstant(at), kind: 'answered', text: answeredText(kind) },
      receipts.get(outbox),
    ),
  }));
  return [...issued, ...answered].sort((a, b) => a.at - b.at).map(({ item }) => item);
}

const ISSUED: Text = { ja: '警告が出されました', en: 'The warning was issued' };

function updatedText(changes: readonly string[]): Text {
  const join = (language: 'ja' | 'en', mark: string) =>
    changes.map((change) => CHANGE_WORDS[change]?.[language] ?? change).join(mark);
  return { ja: `更新：${join('ja', '、')}`, en: `Updated: ${join('en', '; ')}` };
}

function answeredText(kind: AnswerKind): Text {
  const { ja, en } = ANSWER_WORDS[kind];
  return { ja: `「${ja}」との回答がありました`, en: `Answered: ${en}` };
}

/** What lets a stranger check one warning against the ledger without seeing any other. */
export interface WarningProof {
  readonly content: Readonly<Record<string, unknown>>;
  /** Base64 of 32 bytes. */
  readonly salt: string;
  readonly proof: CommitmentProof;
  /** Stands in `commits` of the entry. */
  readonly root: string;
  readonly entry?: ReceiptReference;
}

/** Proof that a warning, in one of its revisions, is in the ledger's entry. Throws WRN_NO_WARNING. */
export async function proveWarning(
  context: WarnContext,
  scope: Scope,
  warningId: string,
  revision: number,
): Promise<WarningProof> {
  const found = await context.store.read(scope, async (db) => {
    const { rows } = await sql<{
      content: string;
      salt: Buffer;
      position: number;
      leaves: Buffer;
      outbox: string;
    }>`select r.content, r.salt, r.position, b.leaves, b.outbox_id as outbox
       from ${revisionsOf(warningId)} r join warning_batch b on b.batch_id = r.batch_id
       where r.revision = ${revision}`.execute(db);
    return rows[0];
  });
  if (!found) throw warnErrors('NO_WARNING', { warning: warningId });
  const leaves = Array.from({ length: found.leaves.length / 32 }, (_, i) =>
    found.leaves.subarray(32 * i, 32 * i + 32).toString('base64'),
  );
  const tree = commitmentRoot(leaves);
  const entry = (await findReceipts(context, [found.outbox])).get(found.outbox);
  return {
    content: JSON.parse(found.content) as Record<string, unknown>,
    salt: found.salt.toString('base64'),
    proof: tree.prove(found.position),
    root: tree.root,
    ...(entry ? { entry } : {}),
  };
}
