// SPDX-License-Identifier: Apache-2.0
/** What a new list changes: rows are recognised again, and only what differs is a change. */
import { createHash } from 'node:crypto';
import { normaliseMaker } from '@sakimori/vocabulary';
import type { ComputerValues, RowStatement } from './computers.ts';
import { COMPUTER_FIELD_NAMES, type ComputerField } from './fields.ts';
import { normaliseText } from './values.ts';

/** A computer that is already registered. */
export interface KnownComputer {
  readonly computerId: string;
  readonly values: ComputerValues;
  /** No longer in use. A list that still says so changes nothing; the number may be used anew. */
  readonly isRetired?: boolean;
}

export interface FieldChange {
  readonly field: ComputerField;
  readonly before?: string;
  readonly after?: string;
}

export interface AddedComputer {
  readonly statement: RowStatement;
}

export interface ChangedComputer {
  readonly computerId: string;
  readonly statement: RowStatement;
  readonly values: ComputerValues;
  readonly changes: readonly FieldChange[];
}

export interface Differences {
  readonly added: readonly AddedComputer[];
  readonly changed: readonly ChangedComputer[];
  /** Without an id: a retired computer that the list still names as retired. */
  readonly unchanged: readonly { readonly computerId?: string; readonly line: number }[];
  /** Registered, in use, and not in the list. Never retired by this alone: a person decides. */
  readonly missing: readonly KnownComputer[];
}

/** Fields by which a computer without a number of its own is recognised, in order of strength. */
const NATURAL_KEY: readonly ComputerField[] = ['name', 'maker', 'product', 'model', 'site'];

/**
 * The key by which a row is recognised again.
 *
 * Out    the operator's own number; else the serial number with its product; else what it is and
 *        where it stands. The version is never part of it: an update is a change, not a new computer
 */
export function matchingKey(values: ComputerValues): string {
  const fold = (field: ComputerField) => normaliseText(values[field] ?? '').toLowerCase();
  if (values.key) return `key:${fold('key')}`;
  if (values.serial) return `serial:${hash([fold('serial'), fold('model') || fold('product')])}`;
  const parts = NATURAL_KEY.map(fold);
  // 富士通 in one list and Fujitsu in the next are one maker.
  const maker = normaliseMaker(values.maker ?? '');
  if (maker?.kind === 'one') parts[NATURAL_KEY.indexOf('maker')] = `@${maker.key}`;
  if (!values.product && !values.model) parts.push(productOfIdentifier(values));
  return `natural:${hash(parts)}`;
}

/** CPE and purl without their version. */
function productOfIdentifier({ cpe, purl }: ComputerValues): string {
  if (cpe) return cpe.split(':').slice(0, 5).join(':').toLowerCase();
  return (purl ?? '').split(/[@?#]/u)[0] ?? '';
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\u001f'), 'utf8').digest('hex').slice(0, 32);
}

/** Computers that wait to be recognised, by key; equal ones in their order. Each is taken once. */
class Waiting {
  readonly #queues = new Map<string, { readonly list: KnownComputer[]; next: number }>();
  readonly #taken: Set<KnownComputer>;

  constructor(taken: Set<KnownComputer>) {
    this.#taken = taken;
  }

  add(key: string, computer: KnownComputer): void {
    const queue = this.#queues.get(key);
    if (queue) queue.list.push(computer);
    else this.#queues.set(key, { list: [computer], next: 0 });
  }

  take(key: string): KnownComputer | undefined {
    const queue = this.#queues.get(key);
    if (!queue) return undefined;
    while (queue.next < queue.list.length && this.#taken.has(queue.list[queue.next]!)) {
      queue.next += 1;
    }
    const found = queue.list[queue.next];
    if (found) this.#taken.add(found);
    return found;
  }
}

/**
 * Compares a list with the register.
 *
 * In     rows as read; computers of the same organisation, retired ones too
 * Out    every row in exactly one of added, changed, unchanged; every computer in use that no row
 *        names in missing. Rows that look alike (ten equal switches) are matched one to one in
 *        their order, so that importing the same list again changes nothing. A list that begins or
 *        ceases to carry numbers is still recognised by what the computers are
 * Never  changes a field that the row does not state: an empty cell keeps what is registered
 */
export function findDifferences(
  statements: readonly RowStatement[],
  known: readonly KnownComputer[],
): Differences {
  const inUse = known.filter(({ isRetired }) => !isRetired);
  const taken = new Set<KnownComputer>();
  const byKey = new Waiting(taken);
  const numberedByLikeness = new Waiting(taken);
  for (const computer of inUse) {
    byKey.add(matchingKey(computer.values), computer);
    const { key, ...rest } = computer.values;
    if (key) numberedByLikeness.add(matchingKey(rest), computer);
  }
  const matches = new Map<RowStatement, KnownComputer>();
  const match = (statement: RowStatement, found: KnownComputer | undefined) => {
    if (found) matches.set(statement, found);
  };
  for (const statement of statements) match(statement, byKey.take(matchingKey(statement.values)));
  // Only now, so that nobody is recognised by likeness whom another row names by number.
  for (const statement of statements) {
    if (matches.has(statement)) continue;
    const { key, ...rest } = statement.values;
    match(statement, (key ? byKey : numberedByLikeness).take(matchingKey(rest)));
  }
  const retired = new Set<string>();
  for (const { isRetired, values } of known) if (isRetired) retired.add(matchingKey(values));
  const missing = inUse.filter((computer) => !taken.has(computer));
  return { ...sortOut(statements, matches, retired), missing };
}

function sortOut(
  statements: readonly RowStatement[],
  matches: ReadonlyMap<RowStatement, KnownComputer>,
  retired: ReadonlySet<string>,
): Omit<Differences, 'missing'> {
  const added: AddedComputer[] = [];
  const changed: ChangedComputer[] = [];
  const unchanged: { computerId?: string; line: number }[] = [];
  for (const statement of statements) {
    const { line } = statement;
    const match = matches.get(statement);
    if (match) {
      const { computerId } = match;
      const { values, changes } = applyStatement(match.values, statement);
      if (changes.length === 0) unchanged.push({ computerId, line });
      else changed.push({ computerId, statement, values, changes });
    } else if (statement.values.retired && retired.has(matchingKey(statement.values))) {
      unchanged.push({ line });
    } else added.push({ statement });
  }
  return { added, changed, unchanged };
}

/** The values after a statement, and what differs. */
export function applyStatement(
  before: ComputerValues,
  statement: Pick<RowStatement, 'values' | 'cleared'>,
): { readonly values: ComputerValues; readonly changes: readonly FieldChange[] } {
  const values: Partial<Record<ComputerField, string>> = { ...before, ...statement.values };
  for (const field of statement.cleared) delete values[field];
  return { values, changes: compareValues(before, values) };
}

/** Field by field, in the order of the field list. */
export function compareValues(before: ComputerValues, after: ComputerValues): FieldChange[] {
  return COMPUTER_FIELD_NAMES.filter((field) => before[field] !== after[field]).map((field) => ({
    field,
    ...(before[field] !== undefined && { before: before[field] }),
    ...(after[field] !== undefined && { after: after[field] }),
  }));
}
