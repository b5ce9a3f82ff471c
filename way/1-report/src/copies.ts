// SPDX-License-Identifier: Apache-2.0
/** The addressee's side: what it was given, for what purpose, and what it does with it. */
import type { Changed, Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { CopyBrief, CopyDetail, Page, TimelineItem } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, shortId, widened } from './context.ts';
import { likeText, pageSize, readCursor, writeCursor } from './cursors.ts';
import { type Directory, unnamed } from './directory.ts';
import { nextDue } from './duties.ts';
import {
  type Addressee,
  addresseesAt,
  type ClockRules,
  clockRulesAt,
  fieldLabel,
  type Indicator,
  isExtendable,
} from './engine/index.ts';
import { reportErrors } from './errors.ts';
import { blocksOf } from './form-content.ts';
import { viewIndicators } from './indicators.ts';
import { loadCopy, loadMessages } from './loading.ts';
import type { Unplaced } from './receipts.ts';
import type { CopyFilter } from './service.ts';
import type { AttachmentRow, CopyRow, KeptClock, MessageRow } from './tables.ts';
import { recordUse } from './uses.ts';
import {
  beginTimeline,
  clockView,
  type DeliveryRow,
  stepsOf,
  viewAttachment,
  viewMessage,
} from './views.ts';
import { HAPPENED } from './words.ts';

/** A copy in a list, with the clock that it belongs to. */
export type CopyListRow = Pick<
  DeliveryRow,
  | 'copy_id'
  | 'report_id'
  | 'organisation_id'
  | 'desk_id'
  | 'addressee'
  | 'rule'
  | 'kind'
  | 'title'
  | 'stage'
  | 'position'
  | 'state'
  | 'aware_at_ms'
  | 'at_ms'
  | 'named'
  | 'withdrawn_at_ms'
> & {
  readonly clocks: readonly KeptClock[] | null;
  readonly waiting: number;
};

/** Columns of a list and what they come from, `c` being the copies. */
export const LIST_COLUMNS = sql`c.copy_id, c.report_id, c.organisation_id, c.desk_id, c.addressee,
  c.rule, c.kind, c.title, c.stage, c.position, c.state, c.aware_at_ms, c.at_ms, c.named,
  c.withdrawn_at_ms, d.clocks,
  (select count(*) from report_message m where m.report_id = c.report_id
    and m.desk_id = c.desk_id and m.addressee = c.addressee and m.from_id = c.desk_id
    and m.kind in ('question', 'order') and m.answered_at_ms is null) as waiting`;
export const LIST_SOURCES = sql`report_copy c left join report_duty d
  on d.report_id = c.report_id and d.rule = c.rule and d.desk_id = c.desk_id`;

/** Latest copies of a desk, newest first. Throws RPT_CURSOR_INVALID. */
export async function listCopies(
  context: ReportContext,
  scope: Scope,
  filter: CopyFilter = {},
): Promise<Page<Unplaced<CopyBrief>>> {
  const size = pageSize(filter.limit);
  const nowMs = context.now();
  const rows = await context.store.read(scope, (db) =>
    readList(db, scope, filter, { nowMs, limit: size + 1 }),
  );
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const directory = await context.directory.now();
  return {
    items: shown.map((row) => briefOf(row, directory, nowMs)),
    ...(rows.length > size &&
      last && { next: writeCursor({ atMs: last.at_ms, id: last.copy_id }) }),
  };
}

async function readList(
  db: AnyTransaction,
  scope: Scope,
  filter: CopyFilter,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<readonly CopyListRow[]> {
  const deskId = filter.deskId ?? scope.organisation ?? '';
  const after = filter.cursor === undefined ? undefined : readCursor(filter.cursor);
  const { state, kind } = filter;
  const query = filter.query?.trim() ?? '';
  const { rows } = await sql<CopyListRow>`select ${LIST_COLUMNS} from ${LIST_SOURCES}
    where c.latest and c.desk_id = ${deskId}
      ${state === undefined ? sql`` : sql`and c.state = ${state}`}
      ${kind === undefined ? sql`` : sql`and c.kind = ${kind}`}
      ${filter.stage === undefined ? sql`` : sql`and c.stage = ${filter.stage}`}
      ${filter.overdue ? sql`and d.due_at_ms < ${nowMs} and c.withdrawn_at_ms is null` : sql``}
      ${
        query === ''
          ? sql``
          : sql`and (c.title ilike ${likeText(query)} or c.report_id = ${query}
              or c.copy_id = ${query})`
      }
      ${after === undefined ? sql`` : sql`and (c.at_ms, c.copy_id) < (${after.atMs}, ${after.id})`}
    order by c.at_ms desc, c.copy_id desc limit ${limit}`.execute(db);
  return rows;
}

export function briefOf(row: CopyListRow, directory: Directory, nowMs: number): CopyBrief {
  const next = row.withdrawn_at_ms === null ? nextDue(row.clocks ?? []) : undefined;
  return {
    id: row.copy_id,
    report: row.report_id,
    organisation: reporterOf(row, directory),
    addressee: row.addressee,
    kind: row.kind,
    title: row.title,
    stage: row.stage,
    position: row.position,
    state: row.state,
    aware: toInstant(row.aware_at_ms),
    deliveredAt: toInstant(row.at_ms),
    ...(next && { next: { stage: next.stage, due: toInstant(next.atMs) } }),
    overdue: next !== undefined && next.atMs < nowMs,
    waiting: row.waiting,
  };
}

/** Who reports, where the addressee's purpose names it. */
export function reporterOf(
  row: { readonly organisation_id: string; readonly named: boolean },
  directory: Directory,
) {
  return row.named
    ? directory.brief(row.organisation_id)
    : unnamed(directory.find(row.organisation_id));
}

/** Looks at a copy: the use is on the ledger first. Throws RPT_NO_COPY. */
export async function getCopy(
  context: ReportContext,
  scope: Scope,
  copyId: string,
): Promise<Unplaced<CopyDetail>> {
  await recordUse(context, scope, copyId, 'record');
  return showCopy(context, scope, copyId);
}

interface CopyRows {
  readonly copy: CopyRow;
  readonly clocks: readonly KeptClock[];
  readonly stages: readonly DeliveryRow[];
  readonly thread: readonly MessageRow[];
}

/** As `getCopy`, for an act that is on the ledger itself. */
export async function showCopy(
  context: ReportContext,
  scope: Scope,
  copyId: string,
): Promise<Unplaced<CopyDetail>> {
  const rows = await context.store.read(scope, (db) => loadCopyRows(db, copyId));
  const files = await filesOf(context, scope, rows.copy);
  const nowMs = context.now();
  const { ruleAt } = await context.overlay.current();
  const addressee = addresseesAt(ruleAt, nowMs).get(rows.copy.addressee);
  const directory = await context.directory.now();
  const rules = clockRulesAt(ruleAt, nowMs);
  const { copy, clocks, stages, thread } = rows;
  const row: CopyListRow = { ...copy, clocks, waiting: openAsks(thread, copy.desk_id) };
  const hide = copy.named
    ? undefined
    : { id: copy.organisation_id, as: reporterOf(copy, directory) };
  const { content } = copy;
  return {
    ...briefOf(row, directory, nowMs),
    ...saidOf(addressee),
    clause: copy.clause,
    blocks: blocksOf(
      { content, kind: copy.kind, form: addressee?.form ?? 'common', withheld: copy.withheld },
      ruleAt,
      copy.at_ms,
    ),
    withheld: copy.withheld.map((field) => ({ field, label: fieldLabel(field) })),
    clocks: clocks.map((clock) => clockView(copy.rule, clock, nowMs, rules)),
    stages: stages.map(({ copy_id, stage, position, at_ms }) => ({
      ...{ copy: copy_id, stage, position, at: toInstant(at_ms) },
    })),
    changes: copy.changes,
    thread: thread.map((one) => viewMessage(one, { directory, nowMs }, hide)),
    indicators: await viewIndicators(context, (content.indicators ?? []) as Indicator[]),
    attachments: files.map(viewAttachment),
    timeline: timelineOf(rows, directory, hide?.as.name),
    receipts: stepsOf(copy),
    may: mayOf(copy, clocks, directory, rules),
  } as Unplaced<CopyDetail>;
}

function saidOf(addressee: Addressee | undefined) {
  const none = { ja: '-', en: '-' };
  return { purpose: addressee?.purpose ?? none, mayNot: addressee?.mayNot ?? none };
}

function openAsks(thread: readonly MessageRow[], deskId: string): number {
  return thread.filter(
    (one) =>
      one.from_id === deskId &&
      (one.kind === 'question' || one.kind === 'order') &&
      one.answered_at_ms === null,
  ).length;
}

async function loadCopyRows(db: AnyTransaction, copyId: string): Promise<CopyRows> {
  const copy = await loadCopy(db, copyId);
  const { report_id, desk_id, addressee, rule } = copy;
  const duty = await sql<{ clocks: readonly KeptClock[] }>`select clocks from report_duty
    where report_id = ${report_id} and rule = ${rule} and desk_id = ${desk_id}`.execute(db);
  const stages = await sql<DeliveryRow>`select copy_id, stage, position, at_ms, outbox_id,
      relayed_from, read_at_ms, read_outbox, accepted_at_ms, accepted_outbox, returned_at_ms,
      returned_outbox
    from report_copy where report_id = ${report_id} and addressee = ${addressee}
      and desk_id = ${desk_id} order by position`.execute(db);
  return {
    copy,
    clocks: duty.rows[0]?.clocks ?? [],
    stages: stages.rows,
    thread: await loadMessages(db, report_id, { deskId: desk_id, addressee }),
  };
}

/** Files that the copy names; their rows are the reporter's. */
export async function filesOf(
  context: ReportContext,
  scope: Scope,
  copy: Pick<CopyRow, 'organisation_id' | 'content'>,
): Promise<readonly AttachmentRow[]> {
  const named = (copy.content.attachments ?? []) as readonly { readonly sha256: string }[];
  if (named.length === 0) return [];
  const digests = named.map(({ sha256 }) => sha256);
  return context.store.read(widened(scope), async (db) => {
    const { rows } = await sql<AttachmentRow>`select distinct on (sha256) attachment_id,
        organisation_id, draft_id, report_id, name, type, bytes, sha256, at_ms
      from report_attachment where organisation_id = ${copy.organisation_id}
        and sha256 = any(${digests}::text[]) order by sha256, at_ms`.execute(db);
    return rows;
  });
}

function timelineOf(
  { copy, stages, thread }: CopyRows,
  directory: Directory,
  hidden: TimelineItem['text'] | undefined,
): readonly Unplaced<TimelineItem>[] {
  const { items, add } = beginTimeline();
  const desk = directory.brief(copy.desk_id).name;
  for (const one of stages) {
    const text = one.relayed_from === null ? HAPPENED.delivered(desk) : HAPPENED.relayed(desk);
    add(one.at_ms, 'delivered', text, one.outbox_id);
    add(one.read_at_ms, 'read', HAPPENED.read(desk), one.read_outbox);
    add(one.accepted_at_ms, 'accepted', HAPPENED.accepted(desk), one.accepted_outbox);
    add(one.returned_at_ms, 'returned', HAPPENED.returned(desk), one.returned_outbox);
  }
  const nameOf = (id: string) =>
    hidden !== undefined && id === copy.organisation_id ? hidden : directory.brief(id).name;
  for (const one of thread) {
    const text = HAPPENED.message(one.kind, nameOf(one.from_id), nameOf(one.to_id));
    add(one.at_ms, one.kind, text, one.outbox_id);
  }
  return items.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function mayOf(
  copy: CopyRow,
  clocks: readonly KeptClock[],
  directory: Directory,
  rules: ClockRules,
): CopyDetail['may'] {
  const kind = directory.find(copy.desk_id)?.kind;
  const may: CopyDetail['may'][number][] = [];
  if (copy.withdrawn_at_ms !== null) return may;
  if (copy.latest && copy.state !== 'accepted') may.push('accept');
  may.push('question', 'advise');
  if (kind === 'ministry') may.push('order');
  if (kind === 'ministry' || kind === 'office') may.push('relay');
  const open = clocks.filter(({ doneAt }) => doneAt === undefined);
  if (open.some(({ stage }) => isExtendable(copy.rule, stage, rules))) may.push('extend');
  return may;
}

/** The addressee has received it. Throws RPT_NO_COPY, RPT_COPY_STATE. */
export async function acceptCopy(
  context: ReportContext,
  scope: Scope,
  copyId: string,
): Promise<Changed<Unplaced<CopyDetail>>> {
  const atMs = context.now();
  const changed = await context.store.change(scope, async ({ db, record }) => {
    const copy = await loadCopy(db, copyId, true);
    if (copy.state === 'accepted') return;
    refuseUnlessOpen(copy);
    const outboxId = await record({
      type: 'report.accepted',
      tenant: copy.organisation_id,
      basis: { article: 'act art. 5' },
      counts: { copies: 1 },
      refs: [copyId, copy.report_id],
    });
    await sql`update report_copy set state = 'accepted', accepted_at_ms = ${atMs},
        accepted_outbox = ${outboxId} where copy_id = ${copyId}`.execute(db);
    await queueMessage(db, 'accepted', copyId, atMs);
  });
  context.onWork?.();
  return { ...changed, value: await showCopy(context, scope, copyId) };
}

/** Throws RPT_COPY_STATE for what was replaced by a later copy, or withdrawn. */
export function refuseUnlessOpen(copy: DeliveryRow): void {
  if (copy.latest && copy.withdrawn_at_ms === null) return;
  const state = copy.latest ? 'withdrawn' : 'superseded';
  throw reportErrors('COPY_STATE', { copyId: shortId(copy.copy_id), state });
}

/** The other side is to be told of it; the background does that. */
export async function queueMessage(
  db: AnyTransaction,
  kind: 'message' | 'accepted' | 'extended',
  ref: string,
  atMs: number,
): Promise<void> {
  await sql`insert into report_task (kind, ref, at_ms) values (${kind}, ${ref}, ${atMs})`.execute(
    db,
  );
}
