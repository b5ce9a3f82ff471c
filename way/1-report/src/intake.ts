// SPDX-License-Identifier: Apache-2.0
/** The office's queue: what comes first and why, who takes it, what belongs together. */
import type { Changed, Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { CrisisView, IntakeItem, MergeView, Text } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { cleanText } from './clean-texts.ts';
import { type AnyTransaction, type ReportContext, shortId, widened } from './context.ts';
import { briefOf, type CopyListRow, LIST_COLUMNS, LIST_SOURCES } from './copies.ts';
import { likeText, pageSize } from './cursors.ts';
import type { Directory } from './directory.ts';
import { nextDue } from './duties.ts';
import { DEGREE_MAX } from './engine/index.ts';
import { reportErrors } from './errors.ts';
import { loadCopy } from './loading.ts';
import { type Unplaced, Unpublished } from './receipts.ts';
import type { IntakeFilter, IntakePage } from './service.ts';
import { KIND_WORDS } from './words.ts';

const HOUR_MS = 3_600_000;
const MERGED_MAX = 30;
const REASON_MAX = 1_000;
const MERGES_SHOWN = 200;

/** Value of a rule of the set `intake-priority`. */
interface PriorityRules {
  readonly criticality: readonly number[];
  readonly kinds: Readonly<Record<string, number>>;
  readonly safety: number;
  readonly overdue: number;
  readonly perHour: number;
  readonly hoursMax: number;
}

/** Value of a rule of the set `intake-crisis`. */
interface CrisisRules {
  readonly windowMinutes: number;
  readonly beginsPerHour: number;
  readonly beginsWaiting: number;
  readonly endsPerHour: number;
  readonly endsWaiting: number;
  readonly expect: Text;
}

type QueueRow = CopyListRow & {
  readonly criticality: number;
  readonly safety: boolean;
  readonly due_at_ms: number | null;
  readonly priority: number;
  readonly assignee: string | null;
  readonly merge: string | null;
};

const deskOf = (scope: Scope): string => scope.organisation ?? '';

/**
 * What waits at the desk, the most pressing first: one item a report.
 *
 * In      `cursor`: how many were shown before; the order moves with time, so a page is a look
 * Throws  RPT_CURSOR_INVALID
 */
export async function listIntake(
  context: ReportContext,
  scope: Scope,
  filter: IntakeFilter = {},
): Promise<IntakePage> {
  const nowMs = context.now();
  const size = pageSize(filter.limit);
  const from = readOffset(filter.cursor);
  const { ruleAt } = await context.overlay.current();
  const rules = ruleAt<PriorityRules>('intake-priority', nowMs).value;
  const found = await context.store.read(scope, async (db) => {
    const all = await readQueue(db, deskOf(scope), rules, nowMs, filter);
    return { all: all.slice(from, from + size), total: all.length };
  });
  const related = await context.store.read(widened(scope), (db) =>
    countRelated(
      db,
      deskOf(scope),
      found.all.map((row) => row.report_id),
    ),
  );
  const directory = await context.directory.now();
  const crisis = await crisisOf(context, scope);
  return {
    crisis,
    items: found.all.map((row) =>
      itemOf(row, related.get(row.report_id) ?? 0, directory, rules, nowMs),
    ),
    total: found.total,
    ...(from + size < found.total && { next: String(from + size) }),
  };
}

function readOffset(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,6}$/.test(cursor)) throw reportErrors('CURSOR_INVALID', {});
  return Number(cursor);
}

async function readQueue(
  db: AnyTransaction,
  deskId: string,
  rules: PriorityRules,
  nowMs: number,
  filter: IntakeFilter,
): Promise<readonly QueueRow[]> {
  const { assignee, kind, state } = filter;
  const query = filter.query?.trim() ?? '';
  const { rows } = await sql<QueueRow>`with mine as (
      select distinct on (c.report_id) ${LIST_COLUMNS}, c.criticality, c.safety, d.due_at_ms,
        i.assignee, m.merge_id as merge
      from ${LIST_SOURCES}
        left join report_intake i on i.organisation_id = c.desk_id and i.report_id = c.report_id
        left join report_merge_member m on m.organisation_id = c.desk_id
          and m.report_id = c.report_id and m.active
      where c.latest and c.desk_id = ${deskId} and c.withdrawn_at_ms is null
      order by c.report_id, c.named desc, d.due_at_ms is null, c.copy_id)
    select mine.*, ((${[...rules.criticality]}::numeric[])[criticality + 1]
      + coalesce((${JSON.stringify(rules.kinds)}::jsonb ->> kind)::numeric, 0)
      + case when safety then ${rules.safety}::numeric else 0 end
      + case when due_at_ms < ${nowMs} then ${rules.overdue}::numeric else 0 end
      + least(${rules.hoursMax}::numeric, (${nowMs}::numeric - at_ms) / ${HOUR_MS})
        * ${rules.perHour}::numeric)::float8 as priority
    from mine where state in ('delivered', 'read')
      ${assignee === undefined ? sql`` : sql`and assignee = ${assignee}`}
      ${kind === undefined ? sql`` : sql`and kind = ${kind}`}
      ${state === undefined ? sql`` : sql`and state = ${state}`}
      ${
        query === ''
          ? sql``
          : sql`and (title ilike ${likeText(query)} or report_id = ${query}
              or copy_id = ${query})`
      }
    order by priority desc, at_ms, copy_id`.execute(db);
  return rows;
}

function itemOf(
  row: QueueRow,
  related: number,
  directory: Directory,
  rules: PriorityRules,
  nowMs: number,
): Unplaced<IntakeItem> {
  return {
    ...briefOf(row, directory, nowMs),
    priority: Math.round(row.priority * 10) / 10,
    why: whyOf(row, rules, nowMs),
    ...(row.assignee !== null && { assignee: row.assignee }),
    related,
    ...(row.merge !== null && { merged: row.merge }),
  };
}

/** The reasons for its place, weightiest first. */
function whyOf(row: QueueRow, rules: PriorityRules, nowMs: number): readonly Text[] {
  const hours = Math.floor((nowMs - row.at_ms) / HOUR_MS);
  const due = nextDue(row.clocks ?? []);
  const reasons: (readonly [number, Text])[] = [
    [
      row.safety ? rules.safety : 0,
      { ja: '人の生命・健康に危険があります。', en: 'Danger to life or health.' },
    ],
    [
      rules.criticality[row.criticality] ?? 0,
      row.criticality > 1
        ? { ja: '特に重要な役務の提供者です。', en: 'Runs a service of the highest importance.' }
        : { ja: '重要な役務の提供者です。', en: 'Runs an important service.' },
    ],
    [
      rules.kinds[row.kind] ?? 0,
      {
        ja: `種別は「${KIND_WORDS[row.kind].ja}」です。`,
        en: `Kind: ${KIND_WORDS[row.kind].en}.`,
      },
    ],
    [
      due !== undefined && due.atMs < nowMs ? rules.overdue : 0,
      { ja: '期限が過ぎています。', en: 'Its deadline has passed.' },
    ],
    [
      Math.min(rules.hoursMax, hours) * rules.perHour,
      { ja: `${hours} 時間待っています。`, en: `It has waited ${hours} h.` },
    ],
  ];
  return reasons
    .filter(([points]) => points > 0)
    .sort(([a], [b]) => b - a)
    .map(([, text]) => text);
}

/** Other reports at the desk that share a telling value; a hint how much there is to look at. */
async function countRelated(
  db: AnyTransaction,
  deskId: string,
  reportIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (reportIds.length === 0) return new Map();
  const { rows } = await sql<{ id: string; n: number }>`with own as (
      select kind, key, report_id from report_key
      where report_id = any(${[...reportIds]}::text[]) and kind <> 'text' and weight >= 0.4),
    rare as (select k.kind, k.key from report_key k
      where (k.kind, k.key) in (select kind, key from own)
      group by k.kind, k.key having count(*) between 2 and ${DEGREE_MAX + 1})
    select o.report_id as id, count(distinct k.report_id) as n
    from own o join rare using (kind, key) join report_key k using (kind, key)
    where k.report_id <> o.report_id and exists (select 1 from report_copy c
      where c.report_id = k.report_id and c.desk_id = ${deskId} and c.latest)
    group by o.report_id`.execute(db);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

/** Gives an item to a person of the desk, or takes it back. Throws RPT_NO_COPY. */
export async function assignCopy(
  context: ReportContext,
  scope: Scope,
  copyId: string,
  input: { readonly assignee: string | null },
): Promise<Unplaced<IntakeItem>> {
  const nowMs = context.now();
  const assignee = input.assignee === null ? null : cleanText(shortId(input.assignee));
  const { value: copy } = await context.store.change(scope, async ({ db }) => {
    const found = await loadCopy(db, copyId);
    await sql`insert into report_intake (organisation_id, report_id, assignee, at_ms, actor)
      values (${found.desk_id}, ${found.report_id}, ${assignee}, ${nowMs}, ${scope.actor})
      on conflict (organisation_id, report_id) do update
        set assignee = excluded.assignee, at_ms = excluded.at_ms, actor = excluded.actor`.execute(
      db,
    );
    return found;
  });
  const { ruleAt } = await context.overlay.current();
  const rules = ruleAt<PriorityRules>('intake-priority', nowMs).value;
  const queue = await context.store.read(scope, (db) =>
    readQueue(db, copy.desk_id, rules, nowMs, {}),
  );
  const row = queue.find((one) => one.report_id === copy.report_id);
  if (!row) throw reportErrors('COPY_STATE', { copyId: shortId(copyId), state: copy.state });
  return itemOf(row, 0, await context.directory.now(), rules, nowMs);
}

interface MergeRow {
  readonly merge_id: string;
  readonly reports: readonly string[];
  readonly reason: string;
  readonly at_ms: number;
  readonly actor: string;
  readonly outbox_id: string;
  readonly undone_at_ms: number | null;
}

function viewMerge(row: MergeRow): Unplaced<MergeView> {
  return {
    id: row.merge_id,
    reports: row.reports,
    reason: row.reason,
    at: toInstant(row.at_ms),
    by: row.actor,
    ...(row.undone_at_ms !== null && { undoneAt: toInstant(row.undone_at_ms) }),
    receipt: new Unpublished(row.outbox_id),
  };
}

/**
 * Says that reports are about one incident. Nothing of them is changed: it can be taken back.
 *
 * Throws  RPT_MERGE_INVALID, RPT_NO_COPY for a report that the desk was not given, RPT_REASON_NEEDED
 */
export async function mergeReports(
  context: ReportContext,
  scope: Scope,
  input: { readonly reports: readonly string[]; readonly reason: string },
): Promise<Changed<Unplaced<MergeView>>> {
  const reason = checkReason(input.reason);
  const reports = [...new Set(input.reports)].sort();
  if (reports.length < 2 || reports.length > MERGED_MAX) {
    throw reportErrors('MERGE_INVALID', { reportsMax: MERGED_MAX });
  }
  const deskId = deskOf(scope);
  const mergeId = context.id('merge');
  const atMs = context.now();
  return context.store.change(scope, async ({ db, record }) => {
    // Two who merge at once must not both take a report.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`merge ${deskId}`}, 0))`.execute(db);
    const { rows } = await sql<{ id: string; taken: boolean }>`select distinct c.report_id as id,
        exists (select 1 from report_merge_member m where m.report_id = c.report_id
          and m.organisation_id = ${deskId} and m.active) as taken
      from report_copy c where c.latest and c.desk_id = ${deskId}
        and c.report_id = any(${reports}::text[])`.execute(db);
    const known = new Set(rows.map(({ id }) => id));
    const absent = reports.find((id) => !known.has(id));
    if (absent !== undefined) throw reportErrors('NO_COPY', { copyId: shortId(absent) });
    if (rows.some(({ taken }) => taken)) {
      throw reportErrors('MERGE_INVALID', { reportsMax: MERGED_MAX });
    }
    const { commitment, salt } = context.commit({ merge: mergeId, reports, reason });
    const outboxId = await record({
      type: 'report.merged',
      tenant: deskId,
      counts: { reports: reports.length },
      commits: [commitment],
      refs: [mergeId, ...reports],
    });
    await sql`insert into report_merge
        (merge_id, organisation_id, reason, at_ms, actor, salt, outbox_id)
      values (${mergeId}, ${deskId}, ${reason}, ${atMs}, ${scope.actor}, ${salt},
        ${outboxId})`.execute(db);
    await sql`insert into report_merge_member (merge_id, report_id, organisation_id)
      select ${mergeId}, one, ${deskId} from unnest(${reports}::text[]) one`.execute(db);
    return viewMerge({
      ...{ merge_id: mergeId, reports, reason, at_ms: atMs, actor: scope.actor },
      ...{ outbox_id: outboxId, undone_at_ms: null },
    });
  });
}

function checkReason(text: string): string {
  const reason = cleanText(text).trim();
  if (reason === '' || reason.length > REASON_MAX) {
    throw reportErrors('REASON_NEEDED', { charactersMax: REASON_MAX });
  }
  return reason;
}

/** Takes a merge back: everything is as it was. Throws RPT_NO_MERGE, RPT_REASON_NEEDED. */
export async function unmergeReports(
  context: ReportContext,
  scope: Scope,
  mergeId: string,
  input: { readonly reason: string },
): Promise<Changed<Unplaced<MergeView>>> {
  const reason = checkReason(input.reason);
  const atMs = context.now();
  return context.store.change(scope, async ({ db, record }) => {
    const [found] = await loadMerges(db, sql`m.merge_id = ${mergeId} and m.undone_at_ms is null`);
    if (!found) throw reportErrors('NO_MERGE', { mergeId: shortId(mergeId) });
    const { commitment } = context.commit({ merge: mergeId, undone: reason });
    const outboxId = await record({
      type: 'report.unmerged',
      tenant: deskOf(scope),
      counts: { reports: found.reports.length },
      commits: [commitment],
      refs: [mergeId],
    });
    const { numAffectedRows } = await sql`update report_merge set undone_at_ms = ${atMs},
        undone_by = ${scope.actor}, undo_reason = ${reason}, undo_outbox = ${outboxId}
      where merge_id = ${mergeId} and undone_at_ms is null`.execute(db);
    if (numAffectedRows === 0n) throw reportErrors('NO_MERGE', { mergeId: shortId(mergeId) });
    await sql`update report_merge_member set active = false
      where merge_id = ${mergeId}`.execute(db);
    return viewMerge({ ...found, undone_at_ms: atMs, outbox_id: outboxId });
  });
}

/** Merges of the desk, newest first; at most 200. */
export async function listMerges(
  context: ReportContext,
  scope: Scope,
): Promise<readonly Unplaced<MergeView>[]> {
  const rows = await context.store.read(scope, (db) =>
    loadMerges(db, sql`m.organisation_id = ${deskOf(scope)}`),
  );
  return rows.map(viewMerge);
}

async function loadMerges(
  db: AnyTransaction,
  where: ReturnType<typeof sql>,
): Promise<readonly MergeRow[]> {
  const { rows } = await sql<MergeRow>`select m.merge_id, m.reason, m.at_ms, m.actor, m.outbox_id,
      m.undone_at_ms, (select array_agg(report_id order by report_id) from report_merge_member
        where merge_id = m.merge_id) as reports
    from report_merge m where ${where} order by m.at_ms desc, m.merge_id desc
    limit ${MERGES_SHOWN}`.execute(db);
  return rows;
}

/** Whether reports surge at the desk; begins and ends at different numbers. */
export async function crisisOf(context: ReportContext, scope: Scope): Promise<CrisisView> {
  const nowMs = context.now();
  const { ruleAt } = await context.overlay.current();
  const rules = ruleAt<CrisisRules>('intake-crisis', nowMs).value;
  const deskId = deskOf(scope);
  const sinceMs = nowMs - rules.windowMinutes * 60_000;
  const seen = await context.store.read(scope, async (db) => {
    const { rows } = await sql<{ waiting: number; arrived: number; since: number | null }>`select
        (select count(distinct report_id) from report_copy where desk_id = ${deskId} and latest
          and withdrawn_at_ms is null and state in ('delivered', 'read')) as waiting,
        (select count(distinct report_id) from report_copy where desk_id = ${deskId} and latest
          and position = 1 and at_ms > ${sinceMs}) as arrived,
        (select since_ms from report_crisis where organisation_id = ${deskId}) as since`.execute(
      db,
    );
    return rows[0] as { waiting: number; arrived: number; since: number | null };
  });
  const perHour = Math.round((seen.arrived * 60) / rules.windowMinutes);
  const { waiting } = seen;
  const wasOn = seen.since !== null;
  const isOn = wasOn
    ? perHour >= rules.endsPerHour || waiting >= rules.endsWaiting
    : perHour >= rules.beginsPerHour || waiting >= rules.beginsWaiting;
  const since = isOn ? (seen.since ?? nowMs) : undefined;
  if (isOn !== wasOn) await keepCrisis(context, scope, deskId, since ?? null, nowMs);
  return {
    on: isOn,
    ...(since !== undefined && { since: toInstant(since), expect: rules.expect }),
    ...{ waiting, perHour },
  };
}

async function keepCrisis(
  context: ReportContext,
  scope: Scope,
  deskId: string,
  sinceMs: number | null,
  nowMs: number,
): Promise<void> {
  await context.store.change(scope, ({ db }) =>
    sql`insert into report_crisis (organisation_id, since_ms, looked_at_ms)
      values (${deskId}, ${sinceMs}, ${nowMs})
      on conflict (organisation_id) do update
        set since_ms = excluded.since_ms, looked_at_ms = excluded.looked_at_ms`.execute(db),
  );
}
