// SPDX-License-Identifier: Apache-2.0
/** What a supplement changed, in words. */
import type { Text } from '@sakimori/vocabulary/wire';
import type { IncidentRecord } from '../record.ts';
import { valueAt } from './blocks.ts';
import { fieldLabel, LABELLED_FIELDS } from './labels.ts';
import type { RecordPart } from './projection.ts';
import { RECORD_FIELDS, type RecordField } from './record-fields.ts';
import { entryWords, fieldWords, type ValueOptions } from './values.ts';

/** One thing that differs. `before` absent: new; `after` absent: taken out. */
export interface RecordChange {
  readonly field: string;
  readonly label: Text;
  readonly before?: Text;
  readonly after?: Text;
}

type Entry = Readonly<Record<string, unknown>>;
interface Named {
  readonly entry: unknown;
  readonly position: number;
}

/** What makes two entries of a list the same one. Any other list: the entry as a whole. */
const IDENTITY: Readonly<Record<string, (entry: Entry) => unknown>> = {
  computers: ({ id, label, maker, product, site }) =>
    id === undefined ? [label, maker, product, site] : id,
  services: ({ name }) => name,
  contacts: ({ name }) => name,
  indicators: ({ type, value }) => [type, value],
  attachments: ({ sha256, name }) => [sha256, name],
};

/** Lists that say something by their order: what was done first, whom to call first. */
const ORDERED = new Set(['actions', 'contacts']);

/**
 * What differs between two records.
 *
 * In     two records, or the parts of them that one copy holds
 * Out    in the order of the common form. Entries of lists are compared by identity (a computer by
 *        its number, an indicator by type and value), so that another order is no change, except
 *        where order speaks: actions and contacts. Empty exactly when both say the same
 * Never  shows an indicator that can be followed
 */
export function compareRecords(
  before: IncidentRecord | RecordPart,
  after: IncidentRecord | RecordPart,
  options: ValueOptions = {},
): readonly RecordChange[] {
  return LABELLED_FIELDS.flatMap((path) => {
    const field = RECORD_FIELDS.get(path);
    if (!field || field.type === 'group' || isEntryPart(path)) return [];
    const [old, now] = [valueAt(before as RecordPart, path), valueAt(after as RecordPart, path)];
    if (canonical(old) === canonical(now)) return [];
    if (isList(field)) return listChanges(field, asList(old), asList(now), options);
    if (field.type === 'answers') return answerChanges(path, old, now, options);
    return [change(path, fieldWords(path, old, options), fieldWords(path, now, options))];
  });
}

const isList = ({ type }: RecordField) =>
  type === 'groups' || type === 'choices' || type === 'texts';
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function isEntryPart(path: string): boolean {
  return RECORD_FIELDS.get(path.slice(0, path.lastIndexOf('.')))?.type === 'groups';
}

function listChanges(
  field: RecordField,
  before: readonly unknown[],
  after: readonly unknown[],
  options: ValueOptions,
): RecordChange[] {
  const { path } = field;
  const [old, now] = [byIdentity(path, before), byIdentity(path, after)];
  const show = (entry: unknown) =>
    field.type === 'groups'
      ? entryWords(path, entry as Entry, options)
      : fieldWords(path, [entry], options);
  const changes: RecordChange[] = [];
  for (const [key, { entry }] of old) {
    const same = now.get(key);
    if (!same) changes.push(change(path, show(entry), undefined));
    else if (canonical(same.entry) !== canonical(entry)) {
      changes.push(change(path, show(entry), show(same.entry)));
    }
  }
  for (const [key, { entry }] of now) {
    if (!old.has(key)) changes.push(change(path, undefined, show(entry)));
  }
  if (changes.length === 0 && ORDERED.has(path) && isMoved(old, now)) {
    return [change(path, fieldWords(path, before, options), fieldWords(path, after, options))];
  }
  return changes;
}

function isMoved(old: ReadonlyMap<string, Named>, now: ReadonlyMap<string, Named>): boolean {
  return Array.from(old).some(([key, { position }]) => now.get(key)?.position !== position);
}

/** Entries by what makes them the same; a second entry of one identity is another. */
function byIdentity(path: string, list: readonly unknown[]): ReadonlyMap<string, Named> {
  const named = new Map<string, Named>();
  const seen = new Map<string, number>();
  const identify = IDENTITY[path];
  // Entries of one identity are paired in the order of their content, not in that of the list.
  const entries = list.map((entry, position) => ({ entry, position, text: canonical(entry) }));
  entries.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.position - b.position));
  for (const { entry, position, text } of entries) {
    const own = identify ? canonical(identify(entry as Entry)) : text;
    const count = seen.get(own) ?? 0;
    seen.set(own, count + 1);
    named.set(`${own} ${count}`, { entry, position });
  }
  return new Map(Array.from(named).sort(([, a], [, b]) => a.position - b.position));
}

function answerChanges(
  path: string,
  before: unknown,
  after: unknown,
  options: ValueOptions,
): RecordChange[] {
  const [old, now] = [before, after].map((answers) => new Map(Object.entries(answers ?? {})));
  const keys = new Set([...old!.keys(), ...now!.keys()]);
  return Array.from(keys)
    .filter((key) => old!.get(key) !== now!.get(key))
    .map((key) => {
      const show = (answers: ReadonlyMap<string, unknown>) =>
        answers.has(key) ? fieldWords(path, { [key]: answers.get(key) }, options) : undefined;
      return change(path, show(old!), show(now!));
    });
}

function change(field: string, before: Text | undefined, after: Text | undefined): RecordChange {
  return { field, label: fieldLabel(field), ...(before && { before }), ...(after && { after }) };
}

/** JSON with sorted names: equal exactly when two values say the same. An empty list says nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const parts = Object.entries(value)
    .filter(([, part]) => canonical(part) !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`);
  return parts.length === 0 ? '' : `{${parts.join()}}`;
}
