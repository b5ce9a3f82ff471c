// SPDX-License-Identifier: Apache-2.0
/** Rules of reporting, open to everyone who takes part; changed by two people, never by one. */
import type { Rule } from '@sakimori/law';
import type { Changed, Scope } from '@sakimori/store';
import { readInstant, SakimoriError, toInstant } from '@sakimori/vocabulary';
import type { RuleChangeView, RuleSetView } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { cleanText, cleanTexts } from './clean-texts.ts';
import { type AnyTransaction, type ReportContext, shortId } from './context.ts';
import {
  addresseesAt,
  checkReportRules,
  findObligations,
  INCIDENT_KINDS,
  type ReportRuleSet,
  readOrganisation,
  readRecord,
} from './engine/index.ts';
import { reportErrors } from './errors.ts';
import {
  type ApprovedChange,
  approvedIn,
  ENTRY_LISTS,
  type Law,
  type RuleEntry,
} from './law-overlay.ts';
import { type Unplaced, Unpublished } from './receipts.ts';
import type { RuleProposal } from './service.ts';

/** Sets that people of an instance may change: those whose value is checked before it is used. */
const OPEN_SETS: readonly ReportRuleSet[] = [
  'report-addressees',
  'report-calendar',
  'report-clocks',
  'report-forms',
  'report-obligations',
];
const VALUE_BYTES_MAX = 262_144;
const WORDS_MAX = 2_000;
const CHANGES_SHOWN = 500;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface ChangeRow {
  readonly change_id: string;
  readonly rule_set: string;
  readonly clause: string;
  readonly source: string;
  readonly from: string;
  readonly value: unknown;
  readonly reason: string;
  readonly asked_by: string;
  readonly asked_at_ms: number;
  readonly ask_outbox: string;
  readonly state: RuleChangeView['state'];
  readonly decided_by: string | null;
  readonly decision_outbox: string | null;
}

const COLUMNS = sql`change_id, rule_set, clause, source, effective_from as "from", value, reason,
  asked_by, asked_at_ms, ask_outbox, state, decided_by, decision_outbox`;

/** Every set of reporting, with what was changed here and what waits for a second person. */
export async function listRules(
  context: ReportContext,
  scope: Scope,
): Promise<readonly Unplaced<RuleSetView>[]> {
  const law = await context.overlay.current();
  const nowMs = context.now();
  const changes = await context.store.read(scope, async (db) => {
    const { rows } = await sql<ChangeRow>`select ${COLUMNS} from rule_change
      order by asked_at_ms desc, change_id desc limit ${CHANGES_SHOWN}`.execute(db);
    return rows;
  });
  return context.law.ruleSets
    .filter((name) => name.startsWith('report-'))
    .map((name) => {
      const own = changes.filter(({ rule_set }) => rule_set === name);
      const { title } = context.law.ruleSet(name);
      return {
        ruleSet: name,
        title,
        rules: rulesOf(context, law, name, own, nowMs),
        changes: own.map(viewChange),
      };
    });
}

function rulesOf(
  context: ReportContext,
  law: Law,
  name: string,
  changes: readonly ChangeRow[],
  nowMs: number,
): RuleSetView['rules'] {
  const list = ENTRY_LISTS[name];
  const approved = changes.filter(({ state }) => state === 'in-force');
  const show = (rule: RuleEntry, value: unknown): RuleSetView['rules'][number] => {
    const change = approved.find(
      (one) =>
        one.from === rule.effectiveFrom &&
        (one.change_id === rule.id || (one.value as { id?: unknown }).id === rule.id),
    );
    return {
      ...{ id: rule.id, clause: rule.clause, source: rule.source, from: rule.effectiveFrom },
      ...(rule.effectiveTo !== null && { to: rule.effectiveTo }),
      ...{ verified: rule.verified, note: rule.note, value },
      inForce: isInForce(rule, nowMs),
      ...(change && { change: change.change_id }),
    };
  };
  if (list !== undefined) {
    const rule = law.ruleAt<Record<string, readonly RuleEntry[]>>(name, nowMs);
    return (rule.value[list] ?? []).map((entry) => show(entry, entry));
  }
  const whole = approved.map((one): Rule => {
    const { change_id: id, clause, source, from, value, reason } = one;
    const dates = { effectiveFrom: from, effectiveTo: null };
    return { id, clause, source, ...dates, verified: false, note: reason, value };
  });
  const current = law.ruleAt(name, nowMs).id;
  return [...context.law.ruleSet(name).rules, ...whole].map((rule) => ({
    ...show(rule, rule.value),
    inForce: rule.id === current,
  }));
}

function isInForce({ effectiveFrom, effectiveTo }: RuleEntry, nowMs: number): boolean {
  const untilMs =
    effectiveTo === null ? Infinity : (readInstant(effectiveTo) as number) + 86_400_000 - 1;
  return (readInstant(effectiveFrom) as number) <= nowMs && nowMs <= untilMs;
}

function viewChange(row: ChangeRow): Unplaced<RuleChangeView> {
  return {
    id: row.change_id,
    ruleSet: row.rule_set,
    clause: row.clause,
    from: row.from,
    value: row.value,
    reason: row.reason,
    askedBy: row.asked_by,
    askedAt: toInstant(row.asked_at_ms),
    state: row.state,
    ...(row.decided_by !== null && { decidedBy: row.decided_by }),
    receipt: new Unpublished(row.decision_outbox ?? row.ask_outbox),
  };
}

/**
 * Asks for a change of a rule.
 *
 * In      set, clause, first day; for sets of entries the value is one entry with its id, which takes
 *         the place of the entry of that id from the day on; else the whole value
 * Throws  RPT_RULE_SET_CLOSED, RPT_RULE_INVALID with the field that does not fit
 * Never   marks anything as compared with the primary text
 */
export async function proposeRule(
  context: ReportContext,
  scope: Scope,
  input: RuleProposal,
): Promise<Changed<Unplaced<RuleChangeView>>> {
  const change = await checkProposal(context, input);
  const atMs = context.now();
  return context.store.change(scope, async ({ db, record }) => {
    const { commitment, salt } = context.commit({ ...change, decidedAtMs: 0 });
    const outboxId = await record({
      type: 'rule.proposed',
      counts: { changes: 1 },
      commits: [commitment],
      refs: [change.id, change.ruleSet],
    });
    const { rows } = await sql<ChangeRow>`insert into rule_change (change_id, rule_set, clause,
        source, effective_from, value, reason, asked_by, asked_at_ms, ask_salt, ask_outbox)
      values (${change.id}, ${change.ruleSet}, ${change.clause}, ${change.source},
        ${change.from}::date, ${JSON.stringify(change.value)}::jsonb, ${change.reason},
        ${scope.actor}, ${atMs}, ${salt}, ${outboxId})
      returning ${COLUMNS}`.execute(db);
    return viewChange(rows[0] as ChangeRow);
  });
}

async function checkProposal(context: ReportContext, input: RuleProposal): Promise<ApprovedChange> {
  const ruleSet = input.ruleSet as ReportRuleSet;
  if (!OPEN_SETS.includes(ruleSet)) {
    throw reportErrors('RULE_SET_CLOSED', { ruleSet: shortId(cleanText(input.ruleSet)) });
  }
  const refuse = (field: string) => reportErrors('RULE_INVALID', { ruleSet, field });
  const words = { clause: input.clause, source: input.source, reason: input.reason };
  for (const [field, text] of Object.entries(words)) {
    if (text.trim() === '' || text.length > WORDS_MAX) throw refuse(field);
  }
  if (!DAY.test(input.from) || readInstant(input.from) === undefined) throw refuse('from');
  const value = cleanTexts(input.value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('value');
  if (Buffer.byteLength(JSON.stringify(value)) > VALUE_BYTES_MAX) throw refuse('value');
  if (ENTRY_LISTS[ruleSet] !== undefined && typeof (value as RuleEntry).id !== 'string') {
    throw refuse('value.id');
  }
  const change: ApprovedChange = {
    id: context.id('rule'),
    ruleSet,
    clause: cleanText(input.clause).trim(),
    source: cleanText(input.source).trim(),
    from: input.from,
    value,
    reason: cleanText(input.reason).trim(),
    decidedAtMs: 0,
  };
  await context.overlay.current();
  tryOut(context.overlay.with(change), change, refuse);
  return change;
}

/** Lays the change over the law and works with it, so that nothing breaks once it is in force. */
function tryOut(law: Law, change: ApprovedChange, refuse: (field: string) => SakimoriError): void {
  const atMs = readInstant(change.from) as number;
  const set = change.ruleSet as ReportRuleSet;
  const organisation = readOrganisation({ sectors: ['electricity', 'telecom', 'finance'] }).value;
  try {
    checkReportRules(set, law.ruleAt(set, atMs).value);
    addresseesAt(law.ruleAt, atMs);
    for (const kind of INCIDENT_KINDS) {
      const record = readRecord({ kind, awareness: { at: toInstant(atMs) } }).value;
      if (record && organisation) findObligations(record, organisation, law.ruleAt, atMs);
    }
  } catch (error) {
    if (error instanceof SakimoriError) {
      const { field } = error.parameters;
      throw refuse(typeof field === 'string' ? `value.${field}` : 'value');
    }
    throw refuse('value');
  }
}

/**
 * A second person decides.
 *
 * Throws  RPT_NO_RULE_CHANGE, RPT_RULE_CHANGE_DECIDED, RPT_SECOND_PERSON_NEEDED, RPT_RULE_INVALID
 *         when what was approved meanwhile no longer lets it fit
 */
export async function decideRule(
  context: ReportContext,
  scope: Scope,
  changeId: string,
  input: { readonly approve: boolean },
): Promise<Changed<Unplaced<RuleChangeView>>> {
  const atMs = context.now();
  const changed = await context.store.change(scope, async ({ db, record }) => {
    // One decision at a time: each is tried out on what the ones before made of the law.
    await sql`select pg_advisory_xact_lock(5371050)`.execute(db);
    const row = await loadChange(db, changeId);
    if (row.state !== 'waiting') {
      throw reportErrors('RULE_CHANGE_DECIDED', { changeId, state: row.state });
    }
    if (row.asked_by === scope.actor) throw reportErrors('SECOND_PERSON_NEEDED', { changeId });
    if (input.approve) {
      const { rule_set: ruleSet, clause, source, from, value, reason } = row;
      const change = { id: changeId, ruleSet, clause, source, from, value, reason, decidedAtMs: 0 };
      tryOut(context.overlay.with(change, await approvedIn(db)), change, (field) =>
        reportErrors('RULE_INVALID', { ruleSet, field }),
      );
    }
    const outboxId = await record({
      type: input.approve ? 'rule.approved' : 'rule.refused',
      counts: { changes: 1 },
      refs: [changeId, row.rule_set],
    });
    const { rows } = await sql<ChangeRow>`update rule_change
      set state = ${input.approve ? 'in-force' : 'refused'}, decided_by = ${scope.actor},
        decided_at_ms = ${atMs}, decision_outbox = ${outboxId}
      where change_id = ${changeId} returning ${COLUMNS}`.execute(db);
    return viewChange(rows[0] as ChangeRow);
  });
  context.overlay.forget();
  context.onWork?.();
  return changed;
}

async function loadChange(db: AnyTransaction, changeId: string): Promise<ChangeRow> {
  const { rows } = await sql<ChangeRow>`select ${COLUMNS} from rule_change
    where change_id = ${changeId} for update`.execute(db);
  if (!rows[0]) throw reportErrors('NO_RULE_CHANGE', { changeId: shortId(changeId) });
  return rows[0];
}
