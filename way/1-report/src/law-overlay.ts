// SPDX-License-Identifier: Apache-2.0
/** Dated law with the changes of this instance, which two people have made, laid over it. */
import { createHash } from 'node:crypto';
import type { Rule } from '@sakimori/law';
import type { Scope, Store } from '@sakimori/store';
import { dayInJapan, readInstant } from '@sakimori/vocabulary';
import { sql, type Transaction } from 'kysely';
import type { ClockPort, LawPort } from './ports.ts';

/** A change that is in force from its day on. */
export interface ApprovedChange {
  readonly id: string;
  readonly ruleSet: string;
  readonly clause: string;
  readonly source: string;
  readonly from: string;
  readonly value: unknown;
  readonly reason: string;
  readonly decidedAtMs: number;
}

/** Law as one reader, with what it was made of. */
export interface Law {
  readonly ruleAt: LawPort['ruleAt'];
  readonly changes: readonly string[];
  /** Differs where other rules are in force: by day, or by a change. */
  version(atMs: number): string;
}

/** Sets whose value is a list of entries with days of their own: a change replaces one entry. */
export const ENTRY_LISTS: Readonly<Record<string, string>> = {
  'report-obligations': 'obligations',
  'report-addressees': 'addressees',
  'report-forms': 'forms',
};

export interface RuleEntry {
  readonly id: string;
  readonly clause: string;
  readonly source: string;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly verified: boolean;
  readonly note: string;
}

const KEPT_MS = 10_000;
const DAY_MS = 86_400_000;

const RULES: Scope = {
  actor: 'system:rules',
  organisation: null,
  reach: 'none',
  sectors: [],
  purpose: 'administration',
};

/** True for a set that people of the instance may change. */
export function isOpenRuleSet(law: LawPort, name: string): boolean {
  return name.startsWith('report-') && law.ruleSets.includes(name);
}

/**
 * Law of an instance.
 *
 * Out    `current` with all approved changes, at most ten seconds old; `of` with only those that
 *        were approved when something was decided, so that it can be explained later
 * Never  to be asked for `current` inside a transaction: it takes a connection of its own, and many
 *        who hold one each and wait for another wait for ever
 */
export function lawOverlay(base: LawPort, store: Store<unknown>, clock: ClockPort) {
  let known: Promise<Law> | undefined;
  let readAtMs = 0;
  let approved: readonly ApprovedChange[] = [];
  const made = new Map<string, Law>();
  const madeOf = (changes: readonly ApprovedChange[]): Law => {
    const key = changes.map(({ id }) => id).join(',');
    let law = made.get(key);
    if (!law) {
      law = layOver(base, changes);
      made.set(key, law);
    }
    return law;
  };
  const load = async () => {
    approved = await readApproved(store);
    return madeOf(approved);
  };
  return {
    current(): Promise<Law> {
      if (!known || clock.now() - readAtMs > KEPT_MS || clock.now() < readAtMs) {
        readAtMs = clock.now();
        known = load();
        known.catch(() => {
          known = undefined;
        });
      }
      return known;
    },
    /**
     * As it was with these changes. Looks nothing up: `current` was asked before, outside of any
     * transaction. A change that is gone is passed over.
     */
    of: (changes: readonly string[]): Law =>
      madeOf(approved.filter(({ id }) => changes.includes(id))),
    /** The law as it would be with one more change; for trying it out. */
    with: (change: ApprovedChange, others: readonly ApprovedChange[] = approved): Law =>
      layOver(base, [...others, change]),
    forget(): void {
      known = undefined;
    },
  };
}

export type LawOverlay = ReturnType<typeof lawOverlay>;

async function readApproved(store: Store<unknown>): Promise<readonly ApprovedChange[]> {
  return store.read(RULES, approvedIn);
}

/** Approved changes as a transaction sees them, in the order in which they were decided. */
// biome-ignore lint/suspicious/noExplicitAny: the tables are in migrations
export async function approvedIn(db: Transaction<any>): Promise<readonly ApprovedChange[]> {
  const { rows } = await sql<ApprovedChange>`select change_id as id, rule_set as "ruleSet",
      clause, source, effective_from as "from", value, reason, decided_at_ms as "decidedAtMs"
    from rule_change where state = 'in-force' order by decided_at_ms, change_id`.execute(db);
  return rows;
}

function layOver(base: LawPort, changes: readonly ApprovedChange[]): Law {
  const merged = new WeakMap<object, Rule>();
  const whole = new Map(changes.map((change) => [change.id, wholeRule(change)]));
  const boundaries = boundariesOf(base, changes);
  const names = createHash('sha256')
    .update(changes.map(({ id }) => id).join(','))
    .digest('hex')
    .slice(0, 12);
  const ruleAt = (name: string, atMs: number): Rule => {
    const rule = base.ruleAt(name, atMs);
    const own = changes.filter(({ ruleSet }) => ruleSet === name);
    if (own.length === 0) return rule;
    if (ENTRY_LISTS[name] === undefined) {
      const last = own.findLast(({ from }) => (readInstant(from) as number) <= atMs);
      return last ? (whole.get(last.id) as Rule) : rule;
    }
    const before = merged.get(rule);
    if (before) return before;
    const after = own.reduce((one, change) => replaceEntry(one, change), rule);
    merged.set(rule, after);
    return after;
  };
  return {
    ruleAt: ruleAt as LawPort['ruleAt'],
    changes: changes.map(({ id }) => id),
    version: (atMs) => `${names}:${boundaries.findLast((one) => one <= atMs) ?? 0}`,
  };
}

function wholeRule(change: ApprovedChange): Rule {
  return {
    id: change.id,
    clause: change.clause,
    source: change.source,
    effectiveFrom: change.from,
    effectiveTo: null,
    verified: false,
    note: change.reason,
    value: change.value,
  };
}

/** The entry of that id ends the day before; the new one begins. */
function replaceEntry(rule: Rule, change: ApprovedChange): Rule {
  const list = ENTRY_LISTS[change.ruleSet] as string;
  const value = rule.value as Record<string, readonly RuleEntry[]>;
  const entry = change.value as RuleEntry;
  const dayBefore = dayInJapan((readInstant(change.from) as number) - DAY_MS);
  const entries: RuleEntry[] = [];
  for (const one of value[list] ?? []) {
    if (one.id !== entry.id) entries.push(one);
    else if (one.effectiveFrom < change.from) {
      const ends = one.effectiveTo === null || one.effectiveTo >= change.from;
      entries.push(ends ? { ...one, effectiveTo: dayBefore } : one);
    }
  }
  const after = {
    ...entry,
    clause: change.clause,
    source: change.source,
    effectiveFrom: change.from,
    effectiveTo: null,
    verified: false,
    note: change.reason,
  };
  const place = entries.findLastIndex(({ id }) => id === entry.id);
  entries.splice(place === -1 ? entries.length : place + 1, 0, after);
  return { ...rule, value: { ...value, [list]: entries } };
}

/** First milliseconds of the days on which a rule of reporting begins or has ended. */
function boundariesOf(base: LawPort, changes: readonly ApprovedChange[]): readonly number[] {
  const days: number[] = changes.map(({ from }) => readInstant(from) as number);
  const add = (one: { effectiveFrom: string; effectiveTo: string | null }) => {
    days.push(readInstant(one.effectiveFrom) as number);
    if (one.effectiveTo !== null) days.push((readInstant(one.effectiveTo) as number) + DAY_MS);
  };
  for (const name of base.ruleSets.filter((one) => one.startsWith('report-'))) {
    for (const rule of base.ruleSet(name).rules) {
      add(rule);
      const list = ENTRY_LISTS[name];
      const entries = list && (rule.value as Record<string, RuleEntry[]>)[list];
      for (const entry of entries || []) add(entry);
    }
  }
  return [...new Set(days)].sort((a, b) => a - b);
}
