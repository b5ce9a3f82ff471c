// SPDX-License-Identifier: Apache-2.0
/** Answers of the guided form and the record that they fill: read, written, and which are asked. */
import type { QuestionView } from '@sakimori/vocabulary/wire';

/** A record while it is being told: any part may still be missing. */
export type Answers = Readonly<Record<string, unknown>>;

export const UNKNOWN = 'unknown';

function isGroup(value: unknown): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The answer at a path such as `personalData.persons`; undefined when it was not given. */
export function readAnswer(record: Answers, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>(
      (at, name) => (isGroup(at) && Object.hasOwn(at, name) ? at[name] : undefined),
      record,
    );
}

/** The record with that answer; `undefined` takes it out, and a group that becomes empty with it. */
export function writeAnswer(record: Answers, field: string, value: unknown): Answers {
  const [name = '', ...rest] = field.split('.');
  const { [name]: before, ...others } = record;
  const after =
    rest.length === 0 ? value : writeAnswer(isGroup(before) ? before : {}, rest.join('.'), value);
  const isEmpty = after === undefined || (isGroup(after) && Object.keys(after).length === 0);
  return isEmpty ? others : { ...record, [name]: after };
}

export function isAnswered({ field }: Pick<QuestionView, 'field'>, record: Answers): boolean {
  const answer = readAnswer(record, field);
  if (answer === undefined || answer === '') return false;
  return !Array.isArray(answer) || answer.length > 0;
}

/** Whether the question makes sense after what was answered before. */
export function isAsked({ onlyIf }: Pick<QuestionView, 'onlyIf'>, record: Answers): boolean {
  if (!onlyIf) return true;
  const answer = readAnswer(record, onlyIf.field);
  return onlyIf.in.some((one) => one === answer);
}

/** In lists, the part without which an entry is none. */
const ENTRY_NAMES: Readonly<Record<string, string>> = {
  contacts: 'name',
  services: 'name',
  actions: 'text',
};

function isEntry(entry: unknown, name: string): boolean {
  const value = isGroup(entry) ? entry[name] : undefined;
  return typeof value === 'string' && value.trim() !== '';
}

/**
 * What is sent: without answers to questions that are no longer asked, and without rows that were
 * opened and left empty. While somebody is still writing they are kept, so that changing an answer
 * to and fro loses nothing.
 */
export function readyToSend(record: Answers, questions: readonly QuestionView[]): Answers {
  const asked = questions
    .filter((question) => !isAsked(question, record))
    .reduce((kept, { field }) => writeAnswer(kept, field, undefined), record);
  return Object.entries(ENTRY_NAMES).reduce((kept, [field, name]) => {
    const entries = readAnswer(kept, field);
    if (!Array.isArray(entries)) return kept;
    const full = entries.filter((entry) => isEntry(entry, name));
    return writeAnswer(kept, field, full.length === 0 ? undefined : full);
  }, asked);
}

/** Equal for two records that say the same, whatever the order of their keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    isGroup(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** Figures as people type them: full-width digits, separators, "about". Undefined: no figure. */
export function readNumber(typed: string): number | undefined {
  const plain = typed.normalize('NFKC').replace(/[\s,'_約人件台分]/g, '');
  const value = /^\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
  if (Number.isFinite(value)) return value;
  const ten = /^(\d+(?:\.\d+)?)(千|万|億)$/.exec(plain);
  if (!ten) return undefined;
  return Math.round(Number(ten[1]) * { 千: 1e3, 万: 1e4, 億: 1e8 }[ten[2] as '千' | '万' | '億']);
}
