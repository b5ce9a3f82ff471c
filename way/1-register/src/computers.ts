// SPDX-License-Identifier: Apache-2.0
/** Computers of the register: list, look at, register, change, retire. */
import type { Changed, Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type {
  ComputerDetail,
  ComputerView,
  OrganisationBrief,
  Page,
} from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import {
  type ComputerUpdate,
  insertComputers,
  updateComputers,
  type Writing,
} from './computer-writing.ts';
import {
  lockRegister,
  type RegisterChange,
  type RegisterContext,
  type RegisterTransaction,
} from './context.ts';
import {
  applyStatement,
  type ComputerField,
  type ComputerValues,
  checkValues,
  completeness,
  type Duty,
  type Exposure,
  isComputerField,
  matchingKey,
  normaliseText,
  type RegistrationRules,
  readField,
  registrationDuty,
} from './engine/index.ts';
import { registerErrors } from './errors.ts';
import { findOrganisation, isIncomplete, toBrief } from './organisations.ts';
import { readAnswers } from './remembered.ts';
import type { ComputerState } from './tables.ts';

/** A computer as it is shown; the hub adds the number of open warnings, which warn knows. */
export type RegisteredComputer = Omit<ComputerView, 'openWarnings'> & {
  /** All recorded values by field: more than the wire shows in a list. */
  readonly facts: ComputerValues;
  readonly duty: Duty;
  readonly exemption?: string;
};

export type RegisteredComputerDetail = RegisteredComputer & {
  readonly items: ComputerDetail['items'];
  /** `receipt` is found by the hub from `outboxId`. */
  readonly history: readonly {
    readonly at: string;
    readonly by: string;
    readonly happening: 'registered' | 'changed' | 'retired' | 'sbom';
    readonly changes: readonly { field: string; before?: string; after?: string }[];
    readonly outboxId: string;
  }[];
};

export interface ComputerFilter {
  readonly organisationId: string;
  readonly query?: string;
  readonly exposure?: Exposure;
  readonly notification?: ComputerState;
  readonly incomplete?: boolean;
  readonly retired?: boolean;
  readonly cursor?: string;
  /** 1 to 500, default 50. */
  readonly limit?: number;
}

const COMPUTER_COLUMNS = [
  'c.computer_id',
  'c.organisation_id',
  'c.label',
  'c.facts',
  'c.exposure',
  'c.exemption',
  'c.revision',
  'c.notification_state',
  'c.notification_id',
  'c.created_at_ms',
  'c.created_by',
  'c.created_outbox',
  'c.retired_at_ms',
  'n.kind as notification_kind',
  'n.created_at_ms as draft_since_ms',
  'n.correction_due_at_ms',
] as const;

export function selectComputers(db: RegisterTransaction) {
  return db
    .selectFrom('computer as c')
    .leftJoin('notification as n', 'n.notification_id', 'c.notification_id')
    .select(COMPUTER_COLUMNS);
}

type ComputerRow = Awaited<ReturnType<ReturnType<typeof selectComputers>['execute']>>[number];

function toComputer(
  row: ComputerRow,
  organisation: OrganisationBrief,
  rules: RegistrationRules,
  nowMs: number,
): RegisteredComputer {
  const { facts } = row;
  const state = row.notification_state;
  const duty = registrationDuty(
    {
      exempt: row.exemption !== null,
      ...(facts.introduced && { introduced: facts.introduced }),
      ...(state !== 'not-required' &&
        row.notification_kind && { notification: { kind: row.notification_kind, state } }),
      ...(row.draft_since_ms !== null && { draftSinceMs: Number(row.draft_since_ms) }),
      ...(row.correction_due_at_ms !== null && {
        correctionDueAtMs: Number(row.correction_due_at_ms),
      }),
    },
    rules.duty,
    nowMs,
  );
  const contact = [facts.contact, facts.contactMail].filter(Boolean).join(' ');
  const shown: Partial<Record<ComputerField, string>> = {};
  for (const field of SHOWN) if (facts[field] !== undefined) shown[field] = facts[field];
  return {
    ...shown,
    id: row.computer_id,
    organisation,
    label: row.label,
    exposure: row.exposure,
    ...(contact && { contact }),
    notification: state,
    ...(duty.dueAtMs !== undefined && { notificationDue: toInstant(duty.dueAtMs) }),
    missing: row.exemption === null ? completeness(facts, rules.items) : [],
    revision: row.revision,
    facts,
    duty,
    ...(row.exemption && { exemption: row.exemption }),
  };
}

const SHOWN = [
  'maker',
  'product',
  'model',
  'version',
  'role',
  'site',
  'prefecture',
  'facility',
  'owner',
  'user',
  'introduced',
  'changed',
  'retired',
  'supportEnds',
  'cpe',
  'purl',
] as const;

const LIMIT_MAX = 500;

/**
 * One page of computers, by label.
 *
 * Out     items, total of the filter, cursor of the next page
 * Throws  REG_NO_ORGANISATION, REG_CURSOR_INVALID
 */
export function listComputers(
  context: RegisterContext,
  scope: Scope,
  filter: ComputerFilter,
): Promise<Page<RegisteredComputer>> {
  const nowMs = context.now();
  const rules = context.rules(nowMs);
  const limit = Math.min(Math.max(filter.limit ?? 50, 1), LIMIT_MAX);
  const after = filter.cursor === undefined ? undefined : readCursor(filter.cursor);
  const conditions = [sql`c.organisation_id = ${filter.organisationId}`];
  conditions.push(filter.retired ? sql`c.retired_at_ms is not null` : sql`c.retired_at_ms is null`);
  for (const word of wordsOf(filter.query)) {
    conditions.push(sql`c.search like ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`);
  }
  if (filter.exposure) conditions.push(sql`c.exposure = ${filter.exposure}`);
  if (filter.notification) conditions.push(sql`c.notification_state = ${filter.notification}`);
  if (filter.incomplete) {
    const required = rules.items.filter((item) => item.required).map(({ field }) => field);
    conditions.push(isIncomplete(required));
  }
  const where = sql<boolean>`(${sql.join(conditions, sql` and `)})`;
  return context.store.read(scope, async (db) => {
    const organisation = toBrief(await findOrganisation(db, filter.organisationId));
    const counted = await db
      .selectFrom('computer as c')
      .select((eb) => eb.fn.countAll<string>().as('total'))
      .where(where)
      .executeTakeFirstOrThrow();
    let page = selectComputers(db).where(where);
    if (after) {
      page = page.where(sql<boolean>`(c.label, c.computer_id) > (${after.label}, ${after.id})`);
    }
    const rows = await page
      .orderBy('c.label')
      .orderBy('c.computer_id')
      .limit(limit + 1)
      .execute();
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      items: rows.slice(0, limit).map((row) => toComputer(row, organisation, rules, nowMs)),
      total: Number(counted.total),
      ...(last && { next: writeCursor(last.label, last.computer_id) }),
    };
  });
}

function wordsOf(query: string | undefined): readonly string[] {
  const text = normaliseText((query ?? '').slice(0, 200)).toLowerCase();
  return text === '' ? [] : text.split(' ').slice(0, 8);
}

function writeCursor(label: string, id: string): string {
  return Buffer.from(JSON.stringify([label, id])).toString('base64url');
}

function readCursor(cursor: string): { readonly label: string; readonly id: string } {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [label, id] = Array.isArray(value) ? value : [];
    if (typeof label === 'string' && typeof id === 'string') return { label, id };
  } catch {
    // Falls through to the refusal.
  }
  throw registerErrors('CURSOR_INVALID', {});
}

/** One computer with what is on it and how it changed. Throws REG_NO_COMPUTER. */
export function getComputer(
  context: RegisterContext,
  scope: Scope,
  computerId: string,
): Promise<RegisteredComputerDetail> {
  const nowMs = context.now();
  return context.store.read(scope, async (db) => {
    const row = await selectComputers(db)
      .where('c.computer_id', '=', computerId)
      .executeTakeFirst();
    if (!row) throw registerErrors('NO_COMPUTER', { computerId: computerId.slice(0, 80) });
    const organisation = toBrief(await findOrganisation(db, row.organisation_id));
    const items = await db
      .selectFrom('computer_item as i')
      .innerJoin('inventory_identity as t', 't.identity_id', 'i.identity_id')
      .select(['t.maker', 't.product', 't.version', 't.purl', 't.cpe', 'i.sources'])
      .where('i.computer_id', '=', computerId)
      .orderBy('i.sources')
      .orderBy('t.product')
      .limit(20_000)
      .execute();
    const history = await db
      .selectFrom('computer_history')
      .select(['at_ms', 'actor', 'happening', 'changes', 'outbox_id'])
      .where('computer_id', '=', computerId)
      .orderBy('revision', 'desc')
      .limit(1_000)
      .execute();
    const registered = {
      at: toInstant(Number(row.created_at_ms)),
      by: row.created_by,
      happening: 'registered' as const,
      changes: [],
      outboxId: row.created_outbox,
    };
    return {
      ...toComputer(row, organisation, context.rules(nowMs), nowMs),
      items: items.map(({ maker, product, version, purl, cpe, sources }) => ({
        name: [maker, product].filter(Boolean).join(' ') || cpe || purl || '',
        ...(version && { version }),
        ...(purl && { purl }),
        ...(cpe && { cpe }),
        source: sources & 1 ? 'row' : sources & 2 ? 'sbom' : 'api',
      })),
      history: [
        ...history.map(({ at_ms, actor, happening, changes, outbox_id }) => ({
          at: toInstant(Number(at_ms)),
          by: actor,
          happening,
          changes: changes.list,
          outboxId: outbox_id,
        })),
        registered,
      ],
    };
  });
}

/** Values given by a person or program, read as the fields want them; `null` or '' clears. */
export type ComputerInput = Readonly<Record<string, string | null>>;

/** Throws REG_COMPUTER_INVALID for the first field that cannot be read. */
export function readInput(input: ComputerInput): {
  readonly values: ComputerValues;
  readonly cleared: readonly ComputerField[];
} {
  const values: Partial<Record<ComputerField, string>> = {};
  const cleared: ComputerField[] = [];
  for (const [field, text] of Object.entries(input)) {
    if (!isComputerField(field)) {
      throw registerErrors('COMPUTER_INVALID', { field: 'unknown', code: 'NO_SUCH_FIELD' });
    }
    if (text === null || text.trim() === '') {
      cleared.push(field);
      continue;
    }
    const reading = field === 'exposure' && text === 'unknown' ? undefined : readField(field, text);
    if (reading === undefined) values[field] = text;
    else if (reading.kind === 'value') values[field] = reading.value;
    else if (reading.kind === 'empty' || reading.kind === 'none') cleared.push(field);
    else {
      const code = reading.kind === 'refused' ? reading.code : 'NOT_AN_EXPOSURE';
      throw registerErrors('COMPUTER_INVALID', { field, code });
    }
  }
  return { values, cleared };
}

function checkInput(values: ComputerValues): void {
  const [refusal] = checkValues(0, values);
  if (!refusal) return;
  throw registerErrors('COMPUTER_INVALID', { field: refusal.field ?? '', code: refusal.code });
}

export async function makeWriting(
  context: RegisterContext,
  db: RegisterTransaction,
  scope: Scope,
  organisationId: string,
  atMs: number,
  entry: { readonly outboxId: string; readonly salt: Buffer | null },
): Promise<Writing> {
  return {
    context,
    db,
    organisationId,
    actor: scope.actor,
    atMs,
    rules: context.rules(atMs),
    answers: await readAnswers(db, organisationId),
    source: 'api',
    importId: null,
    ...entry,
    identities: new Map(),
    drafts: new Map(),
  };
}

async function refuseTakenKey(
  db: RegisterTransaction,
  organisationId: string,
  values: ComputerValues,
  exceptId: string | undefined,
): Promise<void> {
  if (!values.key) return;
  const taken = await db
    .selectFrom('computer')
    .select('computer_id')
    .where('organisation_id', '=', organisationId)
    .where('match_key', '=', matchingKey(values))
    // Said in the words of the partial index, so that it is used.
    .where('match_key', 'like', sql.lit('key:%'))
    .where('retired_at_ms', 'is', null)
    .executeTakeFirst();
  if (taken && taken.computer_id !== exceptId) {
    throw registerErrors('KEY_TAKEN', { computerId: taken.computer_id });
  }
}

/**
 * Registers one computer.
 *
 * Out     its id; entry computer.registered
 * Throws  REG_NO_ORGANISATION, REG_COMPUTER_INVALID, REG_KEY_TAKEN
 * Law     Act art. 4
 */
export function createComputer(
  context: RegisterContext,
  scope: Scope,
  organisationId: string,
  input: ComputerInput,
): Promise<Changed<{ readonly computerId: string }>> {
  const { values } = readInput(input);
  checkInput(values);
  const atMs = context.now();
  const computerId = context.id('computer');
  return context.store.change(scope, async ({ db, record }) => {
    await findOrganisation(db, organisationId);
    await lockRegister(db, organisationId);
    await refuseTakenKey(db, organisationId, values, undefined);
    const { commitment, salt } = context.commit({ computerId, revision: 1, facts: values });
    const outboxId = await record({
      type: 'computer.registered',
      tenant: organisationId,
      basis: { article: 'act art. 4' },
      counts: { computers: 1 },
      commits: [commitment],
      refs: [computerId],
    });
    const writing = await makeWriting(context, db, scope, organisationId, atMs, { outboxId, salt });
    await insertComputers(writing, [{ computerId, values }]);
    return { computerId };
  });
}

/** Ids in ascending order: computers that look alike keep the order of their list. */
export function makeComputerIds(context: RegisterContext, count: number): readonly string[] {
  return Array.from({ length: count }, () => context.id('computer') as string).sort();
}

/**
 * Registers many computers that a program vouches for: no questions, one entry for all.
 *
 * In      values as stored (days as YYYY-MM-DD, codes of prefectures); keys unique in the register
 * Out     number registered; memory: the given list and one chunk of 5,000
 * Throws  REG_NO_ORGANISATION; a key that is taken fails the whole call
 */
export function createComputers(
  context: RegisterContext,
  scope: Scope,
  organisationId: string,
  computers: readonly ComputerValues[],
): Promise<Changed<{ readonly computers: number }>> {
  const atMs = context.now();
  return context.store.change(scope, async ({ db, record }) => {
    await findOrganisation(db, organisationId);
    await lockRegister(db, organisationId);
    const outboxId = await record({
      type: 'computer.registered',
      tenant: organisationId,
      basis: { article: 'act art. 4' },
      counts: { computers: computers.length },
    });
    const writing = await makeWriting(context, db, scope, organisationId, atMs, {
      outboxId,
      salt: null,
    });
    const ids = makeComputerIds(context, computers.length);
    await insertComputers(
      writing,
      computers.map((values, index) => ({ computerId: ids[index]!, values })),
    );
    return { computers: computers.length };
  });
}

/** Reads a computer for a change and locks its register. Throws REG_NO_COMPUTER, REG_..._RETIRED. */
async function openForChange(db: RegisterTransaction, computerId: string) {
  const found = await db
    .selectFrom('computer')
    .select('organisation_id')
    .where('computer_id', '=', computerId)
    .executeTakeFirst();
  if (!found) throw registerErrors('NO_COMPUTER', { computerId: computerId.slice(0, 80) });
  await lockRegister(db, found.organisation_id);
  const row = await selectComputers(db)
    .where('c.computer_id', '=', computerId)
    .executeTakeFirstOrThrow();
  if (row.retired_at_ms !== null) throw registerErrors('COMPUTER_RETIRED', { computerId });
  return row;
}

export function toUpdate(
  row: Pick<
    ComputerRow,
    'computer_id' | 'revision' | 'notification_id' | 'notification_state' | 'notification_kind'
  >,
): Pick<
  ComputerUpdate,
  'computerId' | 'revision' | 'notificationId' | 'notificationState' | 'notificationKind'
> {
  return {
    computerId: row.computer_id,
    revision: row.revision,
    notificationId: row.notification_id,
    notificationState: row.notification_state,
    notificationKind: row.notification_kind,
  };
}

/**
 * Changes fields of a computer.
 *
 * In      fields as a person writes them; null clears; `revision` that the person saw, when known
 * Out     what changed; no entry and no revision when nothing did
 * Throws  REG_NO_COMPUTER, REG_COMPUTER_RETIRED, REG_COMPUTER_CHANGED_MEANWHILE,
 *         REG_COMPUTER_INVALID, REG_KEY_TAKEN
 * Law     Act art. 4: a change of an item becomes a supplementary notification
 */
export function changeComputer(
  context: RegisterContext,
  scope: Scope,
  computerId: string,
  input: ComputerInput,
  seenRevision?: number,
): Promise<
  Changed<{ readonly changes: readonly { field: string; before?: string; after?: string }[] }>
> {
  const statement = readInput(input);
  const atMs = context.now();
  return context.store.change(scope, async (change) => {
    const { db } = change;
    const row = await openForChange(db, computerId);
    if (seenRevision !== undefined && seenRevision !== row.revision) {
      throw registerErrors('COMPUTER_CHANGED_MEANWHILE', { computerId, revision: row.revision });
    }
    const { values, changes } = applyStatement(row.facts, statement);
    checkInput(values);
    if (changes.length === 0) return { changes };
    await refuseTakenKey(db, row.organisation_id, values, computerId);
    // A day of retirement is a retirement, however it is entered.
    const happening = values.retired && !row.facts.retired ? 'retired' : 'changed';
    await writeUpdate(context, scope, change, row, { happening, values, changes }, atMs);
    return { changes };
  });
}

/** Ends the use of a computer. In: last day of use. Throws as `changeComputer`. */
export function retireComputer(
  context: RegisterContext,
  scope: Scope,
  computerId: string,
  day: string,
): Promise<Changed<{ readonly changes: readonly { field: string }[] }>> {
  return changeComputer(context, scope, computerId, { retired: day });
}

async function writeUpdate(
  context: RegisterContext,
  scope: Scope,
  change: RegisterChange,
  row: ComputerRow,
  update: Pick<ComputerUpdate, 'happening' | 'values' | 'changes'>,
  atMs: number,
): Promise<void> {
  const computerId = row.computer_id;
  const revision = row.revision + 1;
  const { commitment, salt } = context.commit({ computerId, revision, changes: update.changes });
  const outboxId = await change.record({
    type: update.happening === 'retired' ? 'computer.retired' : 'computer.changed',
    tenant: row.organisation_id,
    basis: { article: 'act art. 4' },
    counts: { fields: update.changes.length },
    commits: [commitment],
    refs: [computerId],
  });
  const writing = await makeWriting(context, change.db, scope, row.organisation_id, atMs, {
    outboxId,
    salt,
  });
  await updateComputers(writing, [{ ...toUpdate(row), ...update }]);
}

/** Numbers of one register, for the operator's home. */
export function registerNumbers(
  context: RegisterContext,
  scope: Scope,
  organisationId: string,
): Promise<{
  readonly computers: number;
  readonly complete: number;
  readonly notified: number;
  readonly exposed: number;
  readonly exempt: number;
  readonly transitionDue?: string;
}> {
  const rules = context.rules(context.now());
  const required = rules.items.filter((item) => item.required).map(({ field }) => field);
  const { transition } = rules.duty;
  return context.store.read(scope, async (db) => {
    const incomplete = isIncomplete(required);
    const row = await db
      .selectFrom('computer')
      .select((eb) => [
        eb.fn.countAll<string>().as('computers'),
        eb.fn.countAll<string>().filterWhere(incomplete).as('incomplete'),
        eb.fn
          .countAll<string>()
          .filterWhere('notification_state', 'in', ['submitted', 'relayed', 'received'])
          .as('notified'),
        eb.fn.countAll<string>().filterWhere('exposure', '=', 'internet').as('exposed'),
        eb.fn.countAll<string>().filterWhere('exemption', 'is not', null).as('exempt'),
        eb.fn
          .countAll<string>()
          .filterWhere(
            sql<boolean>`notification_state in ('draft', 'correction-requested') and
              facts ->> 'introduced' < ${transition?.introducedBefore ?? ''}`,
          )
          .as('in_transition'),
      ])
      .where('organisation_id', '=', organisationId)
      .where('retired_at_ms', 'is', null)
      .executeTakeFirstOrThrow();
    return {
      computers: Number(row.computers),
      complete: Number(row.computers) - Number(row.incomplete),
      notified: Number(row.notified),
      exposed: Number(row.exposed),
      exempt: Number(row.exempt),
      ...(transition && Number(row.in_transition) > 0 && { transitionDue: transition.until }),
    };
  });
}
