// SPDX-License-Identifier: Apache-2.0
/** What a stage still needs, by the form of its addressee. */
import type { Text } from '@sakimori/vocabulary/wire';
import type { IncidentRecord } from '../record.ts';
import type { MissingField, StageClock } from '../shapes.ts';
import { readPath } from './conditions.ts';
import type { Dates } from './dates.ts';
import { isInForce, readDates } from './dates.ts';
import type { FormRules } from './rule-shapes.ts';

type ClockStage = StageClock['stage'];
const RANK: Readonly<Record<ClockStage, number>> = { first: 0, second: 1, final: 2 };

interface Requirement {
  readonly field: string;
  readonly steps: readonly string[];
  readonly rank: number;
  readonly empty: Text;
  readonly unknown: Text;
}

interface CompiledForm {
  readonly id: string;
  readonly family: string;
  readonly kinds: readonly string[] | null;
  readonly dates: Dates;
  readonly requirements: readonly Requirement[];
}

export interface Forms {
  /** The form of a family for a kind of incident; none where no form is in force. */
  readonly find: (family: string, kind: string, atMs: number) => CompiledForm | undefined;
}

/** Reads the forms once; a field that two blocks ask for is asked once, at the earlier stage. */
export function compileForms(rules: FormRules): Forms {
  const blocks = new Map(rules.blocks.map((block) => [block.id, block]));
  const forms = rules.forms.map((form): CompiledForm => {
    const byField = new Map<string, Requirement>();
    for (const { path, label, required } of form.blocks.flatMap((id) => blocks.get(id)!.fields)) {
      const before = byField.get(path);
      if (!required || (before && before.rank <= RANK[required])) continue;
      byField.set(path, {
        field: path,
        steps: path.split('.'),
        rank: RANK[required],
        empty: {
          ja: `「${label.ja}」が記入されていません。`,
          en: `"${label.en}" is not filled in.`,
        },
        unknown: {
          ja: `「${label.ja}」がまだ分かっていません。`,
          en: `"${label.en}" is still unknown.`,
        },
      });
    }
    const requirements = [...byField.values()];
    return {
      id: form.id,
      family: form.family,
      kinds: form.kinds,
      dates: readDates(form),
      requirements,
    };
  });
  return {
    find: (family, kind, atMs) =>
      forms.find(
        (form) =>
          form.family === family &&
          (form.kinds === null || form.kinds.includes(kind)) &&
          isInForce(form.dates, atMs),
      ),
  };
}

/** A stage and the form that its addressee takes. */
export interface StageForm {
  readonly stage: ClockStage;
  readonly form: CompiledForm | undefined;
}

/** `findMissing` for one record: several addressees take the same form. */
export function missingOnce(
  record: IncidentRecord,
): (stages: readonly StageForm[]) => MissingField[] {
  const found = new Map<string, MissingField[]>();
  return (stages) => {
    const key = stages.map(({ stage, form }) => `${stage} ${form?.id}`).join();
    let missing = found.get(key);
    if (!missing) {
      missing = findMissing(record, stages);
      found.set(key, missing);
    }
    return missing;
  };
}

/**
 * Fields that the clocks of one obligation still need, each at the first stage that asks for it.
 *
 * In     record; stages with their forms, in order
 * Out    in the form's order. In a first report "unknown" is an answer; in a final one it is missing
 */
export function findMissing(record: IncidentRecord, stages: readonly StageForm[]): MissingField[] {
  const missing: MissingField[] = [];
  const listed = new Set<string>();
  for (const { stage, form } of stages) {
    for (const { field, steps, rank, empty, unknown } of form?.requirements ?? []) {
      if (rank > RANK[stage] || listed.has(field)) continue;
      const told = howTold(readPath(record, steps));
      if (told === 'told' || (told === 'unknown' && stage !== 'final')) continue;
      listed.add(field);
      missing.push({ field, stage, text: told === 'unknown' ? unknown : empty });
    }
  }
  return missing;
}

function howTold(value: unknown): 'told' | 'unknown' | 'absent' {
  if (value === undefined || value === null) return 'absent';
  if (value === 'unknown') return 'unknown';
  if (typeof value !== 'object') return 'told';
  let whole: 'unknown' | 'absent' = 'absent';
  for (const part of Object.values(value)) {
    const told = howTold(part);
    if (told === 'told') return 'told';
    if (told === 'unknown') whole = 'unknown';
  }
  return whole;
}
