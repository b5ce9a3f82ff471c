// SPDX-License-Identifier: Apache-2.0
/**
 * Conditions of law data: a small closed language with three values. An answer that is not known
 * stays unknown until it is known; it is never taken for no.
 */
import type { Text } from '@sakimori/vocabulary/wire';
import { z } from 'zod';
import type { IncidentRecord, ReportingOrganisation } from '../record.ts';
import { INCIDENT_KINDS } from '../record.ts';

export type Answer = 'yes' | 'no' | 'unknown';

export const lawText = z.strictObject({ ja: z.string().min(1), en: z.string().min(1) });
const path = z.string().regex(/^[a-zA-Z0-9]+(?:\.(?:\*|[a-zA-Z0-9]+))*$/);
const leaf = { as: lawText };
const fieldLeaf = {
  /** Field of the record, or of the organisation with `organisation.` before it; `*` is any item. */
  field: path,
  /** What a field that is absent says: unknown, and for facts of the organisation no. */
  whenAbsent: z.enum(['no', 'unknown']).optional(),
  as: lawText,
};

export type Condition =
  | { readonly all: readonly Condition[]; readonly as?: Text | undefined }
  | { readonly any: readonly Condition[]; readonly as?: Text | undefined }
  | { readonly not: Condition; readonly as: Text }
  | { readonly use: string }
  | { readonly always: true; readonly as: Text }
  | { readonly never: true; readonly as: Text }
  | { readonly kind: readonly string[]; readonly as: Text }
  | { readonly sector: readonly string[]; readonly as: Text }
  | { readonly memberOf: readonly string[]; readonly as: Text }
  | FieldCondition;

interface FieldCondition {
  readonly field: string;
  readonly is?: boolean | string | undefined;
  readonly in?: readonly string[] | undefined;
  readonly atLeast?: number | undefined;
  readonly known?: true | undefined;
  readonly whenAbsent?: 'no' | 'unknown' | undefined;
  readonly as: Text;
}

/** Shape of a condition in law/data/report-obligations.json. */
export const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(condition).min(1), as: lawText.optional() }),
    z.strictObject({ any: z.array(condition).min(1), as: lawText.optional() }),
    z.strictObject({ not: condition, as: lawText }),
    z.strictObject({ use: z.string().min(1) }),
    z.strictObject({ always: z.literal(true), ...leaf }),
    z.strictObject({ never: z.literal(true), ...leaf }),
    z.strictObject({ kind: z.array(z.enum(INCIDENT_KINDS)).min(1), ...leaf }),
    z.strictObject({ sector: z.array(z.string().min(1)).min(1), ...leaf }),
    z.strictObject({ memberOf: z.array(z.string().min(1)).min(1), ...leaf }),
    z.strictObject({ ...fieldLeaf, is: z.union([z.boolean(), z.string()]) }),
    z.strictObject({ ...fieldLeaf, in: z.array(z.string()).min(1) }),
    z.strictObject({ ...fieldLeaf, atLeast: z.number() }),
    z.strictObject({ ...fieldLeaf, known: z.literal(true) }),
  ]),
);

export interface Facts {
  readonly record: IncidentRecord;
  readonly organisation: ReportingOrganisation;
}

/** An answer, the statements that make it, and the fields that could change it. */
export interface Finding {
  readonly answer: Answer;
  readonly because: readonly Text[];
  readonly dependsOn: readonly string[];
  /** The statement is a whole sentence, not a condition that holds or does not. */
  readonly sentence?: true;
}

export type Question = (facts: Facts) => Finding;

/**
 * Makes a condition ready to be asked many times.
 *
 * In     condition; conditions by name, for `use`
 * Out    a question. `all` and `any` are Kleene's: unknown only where the known parts leave it open
 * Throws Error naming the condition when `use` names none, or names itself in a circle
 */
export function compileCondition(
  source: Condition,
  named: Readonly<Record<string, Condition>>,
  open: readonly string[] = [],
): Question {
  const compile = (part: Condition) => compileCondition(part, named, open);
  if ('use' in source) {
    const target = Object.hasOwn(named, source.use) ? named[source.use] : undefined;
    if (!target || open.includes(source.use)) throw new Error(source.use);
    return compileCondition(target, named, [...open, source.use]);
  }
  if ('all' in source) return group(source.all.map(compile), 'no', source.as);
  if ('any' in source) return group(source.any.map(compile), 'yes', source.as);
  if ('not' in source) return negation(compile(source.not), source.as);
  const { as } = source;
  if ('always' in source) return always('yes', as);
  if ('never' in source) return always('no', as);
  if ('kind' in source) {
    return fixed(as, ({ record }) => source.kind.includes(record.kind));
  }
  if ('sector' in source) {
    return fixed(as, ({ organisation }) =>
      organisation.sectors.some((sector) => source.sector.includes(sector)),
    );
  }
  if ('memberOf' in source) {
    return fixed(as, ({ organisation }) =>
      organisation.memberOf.some((body) => source.memberOf.some((word) => isOne(body, word))),
    );
  }
  return fieldQuestion(source);
}

/** `isac`, `isac-finance` and `finance-isac` are all an isac. */
function isOne(body: string, word: string): boolean {
  return body === word || body.startsWith(`${word}-`) || body.endsWith(`-${word}`);
}

function always(answer: Answer, as: Text): Question {
  const finding: Finding = { answer, because: [as], dependsOn: [], sentence: true };
  return () => finding;
}

function fixed(as: Text, holds: (facts: Facts) => boolean): Question {
  const yes: Finding = { answer: 'yes', because: [as], dependsOn: [] };
  const no: Finding = { answer: 'no', because: [as], dependsOn: [] };
  return (facts) => (holds(facts) ? yes : no);
}

function negation(question: Question, as: Text): Question {
  const opposite = { yes: 'no', no: 'yes', unknown: 'unknown' } as const;
  return (facts) => {
    const { answer, dependsOn } = question(facts);
    return { answer: opposite[answer], because: [as], dependsOn };
  };
}

/** `all` is decided by one no, `any` by one yes; otherwise one unknown leaves it open. */
function group(parts: readonly Question[], decisive: 'yes' | 'no', as?: Text): Question {
  const rest = decisive === 'yes' ? 'no' : 'yes';
  return (facts) => {
    const findings = parts.map((part) => part(facts));
    const has = (answer: Answer) => findings.some((finding) => finding.answer === answer);
    const answer = has(decisive) ? decisive : has('unknown') ? 'unknown' : rest;
    const telling = findings.filter((finding) => finding.answer === answer);
    return {
      answer,
      because: as ? [as] : telling.flatMap((finding) => finding.because),
      dependsOn: changeable(telling, answer === decisive),
    };
  };
}

/** Where each of several parts decides by itself, all of them must be open for the whole to be. */
function changeable(telling: readonly Finding[], eachDecides: boolean): readonly string[] {
  if (eachDecides && telling.some((finding) => finding.dependsOn.length === 0)) return [];
  return telling.flatMap((finding) => finding.dependsOn);
}

function fieldQuestion(source: FieldCondition): Question {
  const { field, as } = source;
  const ofOrganisation = field.startsWith('organisation.');
  const steps = (ofOrganisation ? field.slice('organisation.'.length) : field).split('.');
  const whenAbsent = source.whenAbsent ?? (ofOrganisation ? 'no' : 'unknown');
  const findings: Readonly<Record<Answer | 'absent-no', Finding>> = {
    yes: { answer: 'yes', because: [as], dependsOn: [] },
    no: { answer: 'no', because: [as], dependsOn: [] },
    unknown: { answer: 'unknown', because: [as], dependsOn: [field] },
    'absent-no': { answer: 'no', because: [as], dependsOn: ofOrganisation ? [] : [field] },
  };
  const test = testOf(source);
  const answerOf = (value: unknown): Answer | 'absent-no' => {
    if (value === undefined) return whenAbsent === 'no' ? 'absent-no' : 'unknown';
    if (value === 'unknown') return 'unknown';
    return test(value) ? 'yes' : 'no';
  };
  if (!steps.includes('*')) {
    return ({ record, organisation }) =>
      findings[answerOf(readPath(ofOrganisation ? organisation : record, steps))];
  }
  return ({ record, organisation }) => {
    const answers = readPaths(ofOrganisation ? organisation : record, steps).map(answerOf);
    if (answers.includes('yes')) return findings.yes;
    if (answers.includes('unknown')) return findings.unknown;
    if (answers.length === 0) return findings[answerOf(undefined)];
    return findings[answers.includes('no') ? 'no' : 'absent-no'];
  };
}

function testOf(source: FieldCondition): (value: unknown) => boolean {
  const { is, in: list, atLeast } = source;
  if (is !== undefined) return (value) => value === is;
  if (list !== undefined) return (value) => list.includes(value as string);
  if (atLeast !== undefined) return (value) => typeof value === 'number' && value >= atLeast;
  return () => true;
}

/** The value at a path of plain names; undefined where something on the way is absent. */
export function readPath(from: unknown, steps: readonly string[]): unknown {
  let value = from;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      // "unknown" for a whole block is unknown for each of its parts.
      return value === 'unknown' ? 'unknown' : undefined;
    }
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function readPaths(from: unknown, steps: readonly string[]): unknown[] {
  const star = steps.indexOf('*');
  if (star < 0) return [readPath(from, steps)];
  const list = readPath(from, steps.slice(0, star));
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => readPaths(item, steps.slice(star + 1)));
}
