// SPDX-License-Identifier: Apache-2.0
/** Notifications on their way: operator, sector minister, Prime Minister; a receipt at each step. */
import { type Changed, insertRows, type Scope } from '@sakimori/store';
import { endOfDayInJapan, toInstant } from '@sakimori/vocabulary';
import type { NotificationView } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { RegisterChange, RegisterContext, RegisterTransaction } from './context.ts';
import { lockRegister } from './context.ts';
import {
  type ActKind,
  advanceNotification,
  type ComputerValues,
  compareValues,
  completeness,
  type FieldChange,
  isComputerField,
  type Notification,
  type NotificationAct,
  type NotificationItem,
  type RegistrationRules,
  type Seat,
} from './engine/index.ts';
import { registerErrors } from './errors.ts';
import { findOrganisation, toBrief } from './organisations.ts';

/** A notification as it is shown; `receipts` are found by the hub from `steps`. */
export type RegisterNotification = Omit<NotificationView, 'receipts' | 'state'> & {
  readonly state: NotificationView['state'] | 'withdrawn';
  readonly steps: readonly {
    readonly step: string;
    readonly at: string;
    readonly by: string;
    readonly outboxId: string;
    readonly due?: string;
    readonly fields?: readonly string[];
  }[];
  readonly incomplete?: number;
  readonly minister?: { readonly ja: string; readonly en: string };
};

const CLAUSES = {
  first: '法第4条第1項 / Act art. 4(1)',
  change: '法第4条（変更の届出） / Act art. 4 (changes)',
  retirement: '法第4条（変更の届出） / Act art. 4 (changes)',
} as const;
const WIRE_KIND = { first: 'first', change: 'supplementary', retirement: 'retirement' } as const;
const ENTRY_TYPE = {
  submit: 'notification.submitted',
  relay: 'notification.relayed',
  receive: 'notification.received',
  'request-correction': 'notification.returned',
} as const;

const SHOWN_CHANGES = 500;
const CHUNK_ROWS = 5_000;
const CONTENT_COLUMNS = [
  { name: 'notification_id', type: 'text' },
  { name: 'position', type: 'smallint' },
  { name: 'computer_id', type: 'text' },
  { name: 'organisation_id', type: 'text' },
  { name: 'revision', type: 'integer' },
  { name: 'content', type: 'jsonb' },
  { name: 'changes', type: 'jsonb' },
] as const;

interface Loaded {
  readonly id: string;
  readonly organisationId: string;
  readonly notification: Notification;
}

async function load(db: RegisterTransaction, notificationId: string): Promise<Loaded> {
  const row = await db
    .selectFrom('notification')
    .select([
      'notification_id',
      'organisation_id',
      'kind',
      'state',
      'created_at_ms',
      'correction_due_at_ms',
    ])
    .where('notification_id', '=', notificationId)
    .executeTakeFirst();
  if (!row)
    throw registerErrors('NO_NOTIFICATION', { notificationId: notificationId.slice(0, 80) });
  const acts = await db
    .selectFrom('notification_act')
    .select(['act', 'seat', 'at_ms', 'due_at_ms', 'fields'])
    .where('notification_id', '=', notificationId)
    .orderBy('position')
    .execute();
  return {
    id: row.notification_id,
    organisationId: row.organisation_id,
    notification: {
      kind: row.kind,
      state: row.state,
      revision: 1,
      createdAtMs: Number(row.created_at_ms),
      acts: acts.map((act) => ({
        act: act.act,
        seat: act.seat,
        atMs: Number(act.at_ms),
        ...(act.due_at_ms !== null && { dueAtMs: Number(act.due_at_ms) }),
        ...(act.fields && { fields: act.fields }),
      })),
      ...(row.correction_due_at_ms !== null && {
        correctionDueAtMs: Number(row.correction_due_at_ms),
      }),
    },
  };
}

/** One step with everything that belongs to it, in one transaction. */
function take(
  context: RegisterContext,
  scope: Scope,
  notificationId: string,
  step: {
    readonly act: Exclude<ActKind, 'withdraw'>;
    readonly seat: Seat;
  } & Partial<NotificationAct>,
): Promise<Changed<RegisterNotification>> {
  const atMs = context.now();
  const rules = context.rules(atMs);
  return context.store.change(scope, async (change) => {
    const { db } = change;
    const before = await load(db, notificationId);
    await lockRegister(db, before.organisationId);
    // Read again under the lock: of two who press at once the second is told the new state.
    const current = await load(db, notificationId);
    const result = advanceNotification(current.notification, { ...step, atMs });
    if (!result.ok) {
      throw registerErrors('NOTIFICATION_REFUSED', {
        notificationId,
        state: current.notification.state,
        refusal: result.refusal,
      });
    }
    const position = result.notification.acts.length;
    const behind = step.act === 'submit' ? await setIncompleteAside(db, current, rules) : [];
    const computers =
      step.act === 'submit'
        ? await writeContent(db, current, position, rules)
        : await countContent(db, notificationId);
    await writeAct(context, scope, change, current, { ...step, atMs }, position, computers);
    await db
      .updateTable('notification')
      .set({
        state: result.notification.state,
        computers,
        correction_due_at_ms: result.notification.correctionDueAtMs ?? null,
        correction_fields: step.act === 'request-correction' ? [...(step.fields ?? [])] : null,
      })
      .where('notification_id', '=', notificationId)
      .execute();
    await db
      .updateTable('computer')
      .set({ notification_state: result.notification.state as 'submitted' })
      .where('notification_id', '=', notificationId)
      .execute();
    await draftAgain(context, db, current, behind, atMs);
    return view(context, db, notificationId, atMs);
  });
}

/**
 * What is complete goes now; the rest waits in a draft of its own. Nothing is set aside where
 * nothing is complete: the refusal then says how many are not.
 */
async function setIncompleteAside(
  db: RegisterTransaction,
  { id, notification }: Loaded,
  rules: RegistrationRules,
): Promise<readonly string[]> {
  if (notification.kind !== 'first' || notification.state !== 'draft') return [];
  const members = await db
    .selectFrom('computer')
    .select(['computer_id', 'facts'])
    .where('notification_id', '=', id)
    .execute();
  const incomplete = members
    .filter(({ facts }) => completeness(facts, rules.items).length > 0)
    .map((member) => member.computer_id);
  if (incomplete.length === 0 || incomplete.length === members.length) return [];
  await sql`update computer set notification_id = null
    where computer_id = any(${incomplete}::text[])`.execute(db);
  return incomplete;
}

async function draftAgain(
  context: RegisterContext,
  db: RegisterTransaction,
  { organisationId, notification }: Loaded,
  computerIds: readonly string[],
  atMs: number,
): Promise<void> {
  if (computerIds.length === 0) return;
  const draftId = context.id('notification');
  await db
    .insertInto('notification')
    .values({
      notification_id: draftId,
      organisation_id: organisationId,
      kind: notification.kind,
      state: 'draft',
      created_at_ms: atMs,
      correction_due_at_ms: null,
      correction_fields: null,
    })
    .execute();
  await sql`update computer set notification_id = ${draftId}
    where computer_id = any(${computerIds}::text[])`.execute(db);
}

async function countContent(db: RegisterTransaction, notificationId: string): Promise<number> {
  const row = await db
    .selectFrom('notification')
    .select('computers')
    .where('notification_id', '=', notificationId)
    .executeTakeFirstOrThrow();
  return row.computers;
}

async function writeAct(
  context: RegisterContext,
  scope: Scope,
  { db, record }: RegisterChange,
  { id, organisationId, notification }: Loaded,
  step: NotificationAct,
  position: number,
  computers: number,
): Promise<void> {
  const { commitment, salt } = context.commit({
    notificationId: id,
    act: step.act,
    position,
    computers,
    digest: await contentDigest(db, id),
    ...(step.fields && { fields: step.fields }),
  });
  const outboxId = await record({
    type: ENTRY_TYPE[step.act as keyof typeof ENTRY_TYPE],
    tenant: organisationId,
    basis: { article: 'act art. 4' },
    counts: { computers, [`kind_${notification.kind}`]: 1 },
    commits: [commitment],
    refs: [id],
  });
  await db
    .insertInto('notification_act')
    .values({
      notification_id: id,
      position,
      organisation_id: organisationId,
      act: step.act,
      seat: step.seat,
      at_ms: step.atMs,
      actor: scope.actor,
      due_at_ms: step.dueAtMs ?? null,
      fields: step.fields ? [...step.fields] : null,
      outbox_id: outboxId,
      salt,
    })
    .execute();
}

/** Digest of what was last submitted, worked out in the database. */
async function contentDigest(db: RegisterTransaction, notificationId: string): Promise<string> {
  const { rows } = await sql<{ digest: string | null }>`select encode(sha256(convert_to(
      coalesce(string_agg(computer_id || ' ' || revision || ' ' || content::text, E'\n'
        order by computer_id), ''), 'UTF8')), 'hex') as digest
    from notification_computer
    where notification_id = ${notificationId} and position = (select max(position)
      from notification_computer where notification_id = ${notificationId})`.execute(db);
  return rows[0]?.digest ?? '';
}

/**
 * Fixes what is notified: the items of each computer as they stand, and what differs from the last
 * time it was notified. A draft takes its computers as they are now; a correction those it had.
 */
async function writeContent(
  db: RegisterTransaction,
  { id, organisationId, notification }: Loaded,
  position: number,
  rules: RegistrationRules,
): Promise<number> {
  const isCorrection = notification.state === 'correction-requested';
  const members = await db
    .selectFrom('computer')
    .select(['computer_id', 'revision', 'facts'])
    .where((eb) =>
      isCorrection
        ? eb(
            'computer_id',
            'in',
            eb
              .selectFrom('notification_computer')
              .select('computer_id')
              .where('notification_id', '=', id),
          )
        : eb('notification_id', '=', id),
    )
    .orderBy('computer_id')
    .execute();
  const incomplete = members.filter(
    ({ facts }) => notification.kind === 'first' && completeness(facts, rules.items).length > 0,
  ).length;
  if (incomplete > 0 || members.length === 0) {
    throw registerErrors('NOTIFICATION_INCOMPLETE', { notificationId: id, computers: incomplete });
  }
  for (let at = 0; at < members.length; at += CHUNK_ROWS) {
    const chunk = members.slice(at, at + CHUNK_ROWS);
    const ids = chunk.map((member) => member.computer_id);
    const last = await lastNotified(db, ids);
    const rows = chunk.map(({ computer_id, revision, facts }) => {
      const content = itemsOf(facts, rules.items);
      const before = last.get(computer_id);
      const changes = before ? compareValues(before, content) : [];
      return [id, position, computer_id, organisationId, revision, content, { list: changes }];
    });
    await insertRows(db, 'notification_computer', CONTENT_COLUMNS, rows as never);
  }
  return members.length;
}

function itemsOf(facts: ComputerValues, items: readonly NotificationItem[]): ComputerValues {
  const content: Partial<Record<string, string>> = {};
  for (const { field } of items) if (facts[field]) content[field] = facts[field];
  return content;
}

async function lastNotified(
  db: RegisterTransaction,
  computerIds: readonly string[],
): Promise<ReadonlyMap<string, ComputerValues>> {
  const { rows } = await sql<{ computer_id: string; content: ComputerValues }>`
    select distinct on (k.computer_id) k.computer_id, k.content
    from notification_computer k
      join notification_act a on a.notification_id = k.notification_id and a.position = k.position
    where k.computer_id = any(${computerIds})
    order by k.computer_id, a.at_ms desc, k.revision desc`.execute(db);
  return new Map(rows.map((row) => [row.computer_id, row.content]));
}

/**
 * The operator notifies the sector minister.
 *
 * Out     the notification; entry notification.submitted
 * Throws  REG_NO_NOTIFICATION, REG_NOTIFICATION_REFUSED, REG_NOTIFICATION_INCOMPLETE, REG_NO_SECTOR
 * Law     Act art. 4
 */
export async function submitNotification(
  context: RegisterContext,
  scope: Scope,
  notificationId: string,
): Promise<Changed<RegisterNotification>> {
  await context.store.read(scope, async (db) => {
    const { organisationId } = await load(db, notificationId);
    const organisation = await findOrganisation(db, organisationId);
    if (!organisation.sector) throw registerErrors('NO_SECTOR', { organisationId });
  });
  return take(context, scope, notificationId, { act: 'submit', seat: 'operator' });
}

/** The sector minister notifies the Prime Minister. Throws as `submitNotification`. Act art. 4 */
export function relayNotification(
  context: RegisterContext,
  scope: Scope,
  notificationId: string,
): Promise<Changed<RegisterNotification>> {
  return take(context, scope, notificationId, { act: 'relay', seat: 'sector-minister' });
}

/** The Prime Minister's office receives it. Throws as `submitNotification`. Act art. 4 */
export function receiveNotification(
  context: RegisterContext,
  scope: Scope,
  notificationId: string,
): Promise<Changed<RegisterNotification>> {
  return take(context, scope, notificationId, { act: 'receive', seat: 'prime-minister' });
}

/**
 * Minister or Prime Minister ask the operator for a correction.
 *
 * In      seat; fields concerned; day (Japan) by which it is due, default from the dated rule
 * Throws  REG_NO_NOTIFICATION, REG_NOTIFICATION_REFUSED, REG_COMPUTER_INVALID for an unknown field
 */
export function requestCorrection(
  context: RegisterContext,
  scope: Scope,
  notificationId: string,
  request: {
    readonly seat: 'sector-minister' | 'prime-minister';
    readonly fields: readonly string[];
    readonly dueDay?: string;
  },
): Promise<Changed<RegisterNotification>> {
  const unknown = request.fields.find((field) => !isComputerField(field));
  if (unknown !== undefined) {
    throw registerErrors('COMPUTER_INVALID', { field: 'unknown', code: 'NO_SUCH_FIELD' });
  }
  const nowMs = context.now();
  const days = context.rules(nowMs).duty.correction?.days ?? 14;
  const dueAtMs = request.dueDay
    ? endOfDayInJapan(request.dueDay)
    : endOfDayInJapan(toInstant(nowMs + (days * 24 + 9) * 3_600_000).slice(0, 10));
  return take(context, scope, notificationId, {
    act: 'request-correction',
    seat: request.seat,
    fields: request.fields,
    ...(dueAtMs !== undefined && { dueAtMs }),
  });
}

/** One notification. Throws REG_NO_NOTIFICATION. */
export function getNotification(
  context: RegisterContext,
  scope: Scope,
  notificationId: string,
): Promise<RegisterNotification> {
  const nowMs = context.now();
  return context.store.read(scope, (db) => view(context, db, notificationId, nowMs));
}

/**
 * Notifications within the scope, open ones first, then newest; at most 200.
 *
 * In     organisation; states. A draft without computers is not shown
 */
export function listNotifications(
  context: RegisterContext,
  scope: Scope,
  filter: {
    readonly organisationId?: string;
    readonly states?: readonly Notification['state'][];
  } = {},
): Promise<readonly RegisterNotification[]> {
  const nowMs = context.now();
  return context.store.read(scope, async (db) => {
    let query = db.selectFrom('notification').select(['notification_id', 'state']);
    if (filter.organisationId) query = query.where('organisation_id', '=', filter.organisationId);
    if (filter.states) query = query.where('state', 'in', [...filter.states]);
    const rows = await query
      .where('state', '<>', 'withdrawn')
      .orderBy((eb) => eb('state', '=', 'received'))
      .orderBy('created_at_ms', 'desc')
      .limit(200)
      .execute();
    const found: RegisterNotification[] = [];
    for (const row of rows) {
      const one = await view(context, db, row.notification_id, nowMs);
      if (one.state !== 'draft' || one.computers > 0) found.push(one);
    }
    return found;
  });
}

async function view(
  context: RegisterContext,
  db: RegisterTransaction,
  notificationId: string,
  nowMs: number,
): Promise<RegisterNotification> {
  const { id, organisationId, notification } = await load(db, notificationId);
  const rules = context.rules(nowMs);
  const organisation = toBrief(await findOrganisation(db, organisationId));
  const acts = await db
    .selectFrom('notification_act')
    .select(['act', 'at_ms', 'actor', 'outbox_id', 'due_at_ms', 'fields'])
    .where('notification_id', '=', id)
    .orderBy('position')
    .execute();
  const atOf = (act: ActKind) => {
    const found = acts.findLast((one) => one.act === act);
    return found === undefined ? undefined : toInstant(Number(found.at_ms));
  };
  const { state, kind } = notification;
  const draft = state === 'draft' ? await draftNumbers(db, id, rules) : undefined;
  const computers = draft?.computers ?? (await countContent(db, id));
  const dueAtMs = notification.correctionDueAtMs ?? draft?.dueAtMs;
  const changes = kind === 'first' ? [] : await changesOf(db, id, state, rules.items);
  const { sector } = organisation;
  const minister = sector === undefined ? undefined : context.ministerOf(sector, nowMs);
  const [submitted, relayed, received] = [atOf('submit'), atOf('relay'), atOf('receive')];
  return {
    id,
    organisation,
    kind: WIRE_KIND[kind],
    state,
    computers,
    ...(submitted && { submitted }),
    ...(relayed && { relayed }),
    ...(received && { received }),
    ...(dueAtMs !== undefined && { due: toInstant(dueAtMs) }),
    overdue: dueAtMs !== undefined && nowMs > dueAtMs,
    clause: CLAUSES[kind],
    steps: acts.map((act) => ({
      step: act.act,
      at: toInstant(Number(act.at_ms)),
      by: act.actor,
      outboxId: act.outbox_id,
      ...(act.due_at_ms !== null && { due: toInstant(Number(act.due_at_ms)) }),
      ...(act.fields && { fields: act.fields }),
    })),
    ...(changes.length > 0 && { changes }),
    ...(draft && { incomplete: draft.incomplete }),
    ...(minister && { minister }),
  };
}

/** Numbers of a draft, which grows until it is submitted; due when the first of its computers is. */
async function draftNumbers(
  db: RegisterTransaction,
  notificationId: string,
  rules: RegistrationRules,
): Promise<{ readonly computers: number; readonly incomplete: number; readonly dueAtMs?: number }> {
  const required = rules.items.filter((item) => item.required).map(({ field }) => field);
  const { transition } = rules.duty;
  const { rows } = await sql<{ computers: string; incomplete: string; old: string }>`
    select count(*) as computers,
      count(*) filter (where exposure = 'unknown' or not (facts ?& ${required}::text[])) as incomplete,
      count(*) filter (where facts ->> 'introduced' < ${transition?.introducedBefore ?? ''}) as old
    from computer where notification_id = ${notificationId}`.execute(db);
  const row = rows[0]!;
  const hasOld = Number(row.old) > 0 && transition !== undefined;
  return {
    computers: Number(row.computers),
    incomplete: Number(row.incomplete),
    ...(hasOld && { dueAtMs: endOfDayInJapan(transition.until)! }),
  };
}

async function changesOf(
  db: RegisterTransaction,
  notificationId: string,
  state: Notification['state'],
  items: readonly NotificationItem[],
): Promise<{ computer: string; field: string; before?: string; after?: string }[]> {
  if (state !== 'draft') {
    const rows = await db
      .selectFrom('notification_computer')
      .select(['computer_id', 'changes'])
      .where('notification_id', '=', notificationId)
      .orderBy('position', 'desc')
      .orderBy('computer_id')
      .limit(SHOWN_CHANGES)
      .execute();
    return flatten(rows.map((row) => [row.computer_id, row.changes.list]));
  }
  const rows = await db
    .selectFrom('computer')
    .select(['computer_id', 'facts'])
    .where('notification_id', '=', notificationId)
    .orderBy('computer_id')
    .limit(SHOWN_CHANGES)
    .execute();
  const last = await lastNotified(
    db,
    rows.map((row) => row.computer_id),
  );
  return flatten(
    rows.map(({ computer_id, facts }) => [
      computer_id,
      compareValues(last.get(computer_id) ?? {}, itemsOf(facts, items)),
    ]),
  );
}

function flatten(rows: readonly (readonly [string, readonly FieldChange[]])[]) {
  return rows
    .flatMap(([computer, changes]) => changes.map((change) => ({ computer, ...change })))
    .slice(0, SHOWN_CHANGES);
}
