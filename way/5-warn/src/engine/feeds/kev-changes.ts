// SPDX-License-Identifier: Apache-2.0
/** What an update of the KEV catalogue changes, and which edits change what someone must do. */
import { levelName } from '@sakimori/vocabulary';
import type { ExploitedFacts, FeedRecord } from '../shapes.ts';
import { kevProducts } from './kev.ts';

/** Why an edit asks for something new; an edit without any is only noted. */
export type KevAct = 'ransomware-known' | 'due-date' | 'product' | 'required-action' | 'extra';

export interface KevEdit {
  readonly vulnerability: string;
  readonly fields: readonly string[];
  readonly acts: readonly KevAct[];
  readonly before: FeedRecord;
  readonly after: FeedRecord;
}
export interface KevChanges {
  readonly added: readonly FeedRecord[];
  readonly edited: readonly KevEdit[];
  readonly removed: readonly FeedRecord[];
}

/**
 * Compares two catalogues.
 *
 * In     records of the older and the newer one, any order
 * Out    additions and edits in the newer one's order, removals in the older one's
 * Law    an edit re-alerts only when ransomware use became known, the date moved, a product was
 *        added, the required action is another, or a field that we do not know by name appeared
 *        or changed to a true value (the catalogue gains such fields, for example forensic triage)
 */
export function compareKev(
  before: readonly FeedRecord[],
  after: readonly FeedRecord[],
): KevChanges {
  const old = new Map(before.map((record) => [record.vulnerability, record]));
  const added: FeedRecord[] = [];
  const edited: KevEdit[] = [];
  for (const record of after) {
    const previous = old.get(record.vulnerability);
    old.delete(record.vulnerability);
    if (!previous) added.push(record);
    else if (previous.statement.provenance.digest !== record.statement.provenance.digest) {
      edited.push(editOf(previous, record));
    }
  }
  return { added, edited, removed: [...old.values()] };
}

function editOf(before: FeedRecord, after: FeedRecord): KevEdit {
  const [a, b] = [before.statement.exploited!, after.statement.exploited!];
  const fields = (Object.keys(b) as (keyof ExploitedFacts)[]).filter(
    (key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]),
  ) as string[];
  if (before.statement.summary?.en !== after.statement.summary?.en) fields.push('summary');
  return { vulnerability: after.vulnerability, fields, acts: actsOf(a, b), before, after };
}

function actsOf(before: ExploitedFacts, after: ExploitedFacts): KevAct[] {
  const acts: KevAct[] = [];
  if (before.ransomware !== 'known' && after.ransomware === 'known') acts.push('ransomware-known');
  if (before.dueOn !== after.dueOn) acts.push('due-date');
  const known = productSet(before);
  if ([...productSet(after)].some((name) => !known.has(name))) acts.push('product');
  if (levelName(before.requiredAction) !== levelName(after.requiredAction)) {
    acts.push('required-action');
  }
  if (hasNewDuty(before.extra, after.extra)) acts.push('extra');
  return acts;
}

/** "Acrobat and Reader" and "Reader and Acrobat" are one set. */
function productSet(facts: ExploitedFacts): ReadonlySet<string> {
  return new Set(
    kevProducts(facts.maker, facts.product).map(
      (one) => `${levelName(facts.maker)}/${levelName(one.product)}`,
    ),
  );
}

function hasNewDuty(before: ExploitedFacts['extra'], after: ExploitedFacts['extra']): boolean {
  return Object.entries(after).some(
    ([key, value]) =>
      JSON.stringify(value) !== JSON.stringify(before[key]) && !isEmpty(value) && !isNo(value),
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function isNo(value: unknown): boolean {
  return value === false || (typeof value === 'string' && /^(?:no|false|unknown)$/i.test(value));
}
