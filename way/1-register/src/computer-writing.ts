// SPDX-License-Identifier: Apache-2.0
/** Writing computers, set by set: rows, items, history, drafts of notifications. */
import { insertRows } from '@sakimori/store';
import { sql } from 'kysely';
import type { RegisterContext, RegisterTransaction } from './context.ts';
import {
  type Answers,
  type ComputerValues,
  type FieldChange,
  findExemption,
  itemKey,
  itemsOfComputer,
  labelOf,
  matchingKey,
  normaliseText,
  planNotification,
  type RegistrationRules,
  resolveNames,
} from './engine/index.ts';
import { ensureIdentities, type IdentityCache } from './identities.ts';
import type { ComputerState } from './tables.ts';

/** What one act of writing has in common. */
export interface Writing {
  readonly context: RegisterContext;
  readonly db: RegisterTransaction;
  readonly organisationId: string;
  readonly actor: string;
  readonly atMs: number;
  readonly rules: RegistrationRules;
  readonly answers: Answers;
  readonly source: 'row' | 'api';
  readonly importId: string | null;
  readonly outboxId: string;
  readonly salt: Buffer | null;
  readonly identities: IdentityCache;
  readonly drafts: Map<string, string>;
}

export interface NewComputer {
  readonly computerId: string;
  readonly values: ComputerValues;
}

/** A computer as it stands, and what becomes of it. */
export interface ComputerUpdate {
  readonly computerId: string;
  readonly revision: number;
  readonly notificationId: string | null;
  readonly notificationState: ComputerState;
  readonly notificationKind: 'first' | 'change' | 'retirement' | null;
  readonly happening: 'changed' | 'retired';
  readonly values: ComputerValues;
  readonly changes: readonly FieldChange[];
}

const CHUNK_ROWS = 5_000;
const ROW_SOURCE = 1;
const SEARCHED = [
  'key',
  'name',
  'maker',
  'product',
  'model',
  'version',
  'operatingSystem',
  'site',
  'role',
  'facility',
  'serial',
  'addresses',
] as const;

const ITEM_COLUMNS = [
  { name: 'computer_id', type: 'text' },
  { name: 'identity_id', type: 'bigint' },
  { name: 'organisation_id', type: 'text' },
  { name: 'sources', type: 'smallint' },
] as const;
const HISTORY_COLUMNS = [
  { name: 'computer_id', type: 'text' },
  { name: 'revision', type: 'integer' },
  { name: 'organisation_id', type: 'text' },
  { name: 'at_ms', type: 'bigint' },
  { name: 'actor', type: 'text' },
  { name: 'happening', type: 'text' },
  { name: 'changes', type: 'jsonb' },
  { name: 'import_id', type: 'text' },
  { name: 'outbox_id', type: 'text' },
  { name: 'salt', type: 'bytea' },
] as const;

/** What a search looks through: one line, in small letters and one width. */
export function searchTextOf(values: ComputerValues): string {
  return normaliseText(SEARCHED.map((field) => values[field] ?? '').join(' ')).toLowerCase();
}

/** Looks an exemption up once for each product of a fleet. */
export function exemptionFinder(
  rules: RegistrationRules,
): (values: ComputerValues) => string | null {
  const found = new Map<string, string | null>();
  return (values) => {
    const wording = `${values.maker ?? ''}\u001f${values.product ?? ''}\u001f${values.cpe ?? ''}`;
    const known = found.get(wording);
    if (known !== undefined) return known;
    const exemption = findExemption(values, rules.exempted)?.id ?? null;
    found.set(wording, exemption);
    return exemption;
  };
}

/**
 * Registers computers.
 *
 * In     any number; `outboxId` of the entry that this same transaction recorded
 * Out    rows, items and identities are written; every computer that is not exempt stands in the
 *        operator's draft of first notifications
 * Law    Act art. 4; joint order art. 2(1) proviso
 */
export async function insertComputers(
  writing: Writing,
  computers: readonly NewComputer[],
): Promise<void> {
  const { context, db, organisationId, atMs, source, importId } = writing;
  const exemptionOf = exemptionFinder(writing.rules);
  for (let at = 0; at < computers.length; at += CHUNK_ROWS) {
    const chunk = computers.slice(at, at + CHUNK_ROWS);
    const exemptions = chunk.map(({ values }) => exemptionOf(values));
    const needsDraft = writing.rules.duty.inForce && exemptions.includes(null);
    const draftId = needsDraft ? await ensureDraft(writing, 'first') : null;
    const isDraft = chunk.map(
      ({ values }, index) => draftId !== null && exemptions[index] === null && !values.retired,
    );
    // What is equal for all rows travels once; the rest as arrays.
    await sql`insert into computer (computer_id, organisation_id, match_key, label, facts, search,
        exemption, revision, source, import_id, notification_id, notification_state, created_at_ms,
        created_by, created_outbox, salt, changed_at_ms, retired_at_ms)
      select u.computer_id, ${organisationId}, u.match_key, u.label, u.facts::jsonb, u.search,
        u.exemption, 1, ${source}, ${importId}, case when u.is_draft then ${draftId} end,
        case when u.is_draft then 'draft' else 'not-required' end, ${atMs}::bigint,
        ${writing.actor}, ${writing.outboxId}, ${writing.salt}::bytea, ${atMs}::bigint,
        case when u.is_retired then ${atMs}::bigint end
      from unnest(
        ${chunk.map((one) => one.computerId)}::text[],
        ${chunk.map((one) => matchingKey(one.values))}::text[],
        ${chunk.map((one) => labelOf(one.values))}::text[],
        ${chunk.map((one) => JSON.stringify(one.values))}::text[],
        ${chunk.map((one) => searchTextOf(one.values))}::text[],
        ${exemptions}::text[], ${isDraft}::boolean[],
        ${chunk.map((one) => one.values.retired !== undefined)}::boolean[]
      ) as u (computer_id, match_key, label, facts, search, exemption, is_draft,
        is_retired)`.execute(db);
    await writeRowItems(writing, chunk);
    const computerIds = chunk.map(({ computerId }) => computerId);
    await context.announce(db, { organisationId, computerIds, happening: 'registered' });
  }
}

/** The operator's open draft of a kind; made when there is none. */
async function ensureDraft(
  writing: Writing,
  kind: 'first' | 'change' | 'retirement',
): Promise<string> {
  const known = writing.drafts.get(kind);
  if (known) return known;
  const { context, db, organisationId, atMs } = writing;
  const open = await db
    .selectFrom('notification')
    .select('notification_id')
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', kind)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  const notificationId = open?.notification_id ?? context.id('notification');
  if (!open) {
    await db
      .insertInto('notification')
      .values({
        notification_id: notificationId,
        organisation_id: organisationId,
        kind,
        state: 'draft',
        created_at_ms: atMs,
        correction_due_at_ms: null,
        correction_fields: null,
      })
      .execute();
  }
  writing.drafts.set(kind, notificationId);
  return notificationId;
}

/** Puts the items that the rows state in place of those they stated before. */
async function writeRowItems(writing: Writing, computers: readonly NewComputer[]): Promise<void> {
  const { context, db, organisationId, answers, identities } = writing;
  const items = computers.map(({ values }) => itemsOfComputer(resolveNames(values, answers)));
  await ensureIdentities(db, items.flat(), context.productKeys, identities);
  const rows = computers.flatMap(({ computerId }, index) =>
    [...new Set(items[index]!.map((item) => identities.get(itemKey(item))!))].map(
      (identityId) => [computerId, identityId, organisationId, ROW_SOURCE] as const,
    ),
  );
  await insertRows(db, 'computer_item', ITEM_COLUMNS, rows, {
    onConflict:
      '(computer_id, identity_id) do update set sources = computer_item.sources | excluded.sources',
  });
}

/** Takes one source off the items of computers: what no other source states is gone. */
export async function dropItems(
  db: RegisterTransaction,
  computerIds: readonly string[],
  source: number,
): Promise<void> {
  await sql`delete from computer_item
    where computer_id = any(${computerIds}) and sources = ${source}`.execute(db);
  await sql`update computer_item set sources = sources - ${source}
    where computer_id = any(${computerIds}) and sources & ${source} <> 0`.execute(db);
}

/**
 * Writes changes and retirements: new values, a line of history each, items, drafts.
 *
 * Law    Act art. 4: a change of an item is a supplementary notification
 */
export async function updateComputers(
  writing: Writing,
  updates: readonly ComputerUpdate[],
): Promise<void> {
  const { context, db, organisationId } = writing;
  const exemptionOf = exemptionFinder(writing.rules);
  for (let at = 0; at < updates.length; at += CHUNK_ROWS) {
    const chunk = updates.slice(at, at + CHUNK_ROWS);
    const exemptions = chunk.map(({ values }) => exemptionOf(values));
    const placed = [];
    for (const [index, update] of chunk.entries()) {
      placed.push(await placeInDraft(writing, update, exemptions[index] !== null));
    }
    await sql`update computer c set
        match_key = u.match_key, label = u.label, facts = u.facts::jsonb, search = u.search,
        exemption = u.exemption, revision = u.revision, notification_id = u.notification_id,
        notification_state = u.notification_state, changed_at_ms = ${writing.atMs}::bigint,
        retired_at_ms = case when u.happening = 'retired' then ${writing.atMs}::bigint end
      from unnest(
        ${chunk.map((one) => one.computerId)}::text[],
        ${chunk.map((one) => matchingKey(one.values))}::text[],
        ${chunk.map((one) => labelOf(one.values))}::text[],
        ${chunk.map((one) => JSON.stringify(one.values))}::text[],
        ${chunk.map((one) => searchTextOf(one.values))}::text[],
        ${exemptions}::text[],
        ${chunk.map((one) => one.revision + 1)}::integer[],
        ${placed.map((one) => one.notificationId)}::text[],
        ${placed.map((one) => one.state)}::text[],
        ${chunk.map((one) => one.happening)}::text[]
      ) as u (computer_id, match_key, label, facts, search, exemption, revision,
        notification_id, notification_state, happening)
      where c.computer_id = u.computer_id`.execute(db);
    await writeHistory(writing, chunk);
    const computerIds = chunk.map(({ computerId }) => computerId);
    await dropItems(db, computerIds, ROW_SOURCE);
    await writeRowItems(writing, chunk);
    for (const happening of ['changed', 'retired'] as const) {
      const concerned = chunk.filter((one) => one.happening === happening);
      const ids = concerned.map(({ computerId }) => computerId);
      await context.announce(db, { organisationId, computerIds: ids, happening });
    }
  }
}

async function placeInDraft(
  writing: Writing,
  update: ComputerUpdate,
  exempt: boolean,
): Promise<{ readonly notificationId: string | null; readonly state: ComputerState }> {
  const { notificationId, notificationState, notificationKind } = update;
  const same = { notificationId, state: notificationState };
  if (!writing.rules.duty.inForce) return same;
  const latest =
    notificationState === 'not-required' || notificationKind === null
      ? undefined
      : { kind: notificationKind, state: notificationState };
  const { happening, changes } = update;
  const plan = planNotification({ happening, exempt, changes }, latest, writing.rules.items);
  switch (plan.plan) {
    case 'none':
      return same;
    case 'withdraw-draft':
      return { notificationId: null, state: 'not-required' };
    case 'keep-draft':
      if (plan.kind === notificationKind) return same;
      return { notificationId: await ensureDraft(writing, plan.kind), state: 'draft' };
    case 'make-draft':
      return { notificationId: await ensureDraft(writing, plan.kind), state: 'draft' };
  }
}

async function writeHistory(writing: Writing, updates: readonly ComputerUpdate[]): Promise<void> {
  const { db, organisationId, atMs, actor, importId, outboxId, salt } = writing;
  await insertRows(
    db,
    'computer_history',
    HISTORY_COLUMNS,
    updates.map((one) => [
      one.computerId,
      one.revision + 1,
      organisationId,
      atMs,
      actor,
      one.happening,
      // An array at the top of a json column has to travel as text.
      { list: one.changes },
      importId,
      outboxId,
      salt,
    ]),
  );
}
