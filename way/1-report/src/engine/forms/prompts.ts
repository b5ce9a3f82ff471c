// SPDX-License-Identifier: Apache-2.0
/** The guided form: what is asked at a stage, in plain words, one thing at a time. */
import type { AnswerType, QuestionView, Text } from '@sakimori/vocabulary/wire';
import type { RuleReader } from '../obligations/rule-shapes.ts';
import type { IncidentKind, Stage } from '../record.ts';
import { findForm } from './form-rules.ts';
import { RECORD_FIELDS } from './record-fields.ts';
import { choiceWords } from './words.ts';

/** One question of law/data/report-questions.json. */
interface QuestionRule {
  readonly id: string;
  readonly field: string;
  readonly answer: AnswerType;
  /** Absent: asked for every kind. */
  readonly kinds?: readonly IncidentKind[];
  readonly stages: readonly Stage[];
  readonly question: Text;
  readonly help?: Text;
  readonly example?: Text;
  readonly unit?: Text;
  readonly estimate: boolean;
  readonly unknown: boolean;
  readonly skippable: boolean;
  readonly onlyIf?: { readonly field: string; readonly in: readonly (string | boolean)[] };
}

/** Forms whose needs decide what a Japanese reporter is asked for. */
const FAMILIES = ['common', 'ppc'] as const;
const RANK = { first: 0, second: 1, 'follow-up': 1, final: 2 } as const;

/**
 * The questions of a stage.
 *
 * In     reader of dated rules; kind of incident, absent while it is not chosen yet; stage; UTC
 *        milliseconds
 * Out    questions in the order in which they are asked; `needed` says what the common form or the
 *        form of the personal-information law asks for at that stage
 * Throws what the reader throws when a rule set is missing
 * Never  stops anybody: only kind and awareness cannot be passed over
 * Law    sets report-questions, report-forms
 */
export function formPrompts(
  ruleAt: RuleReader,
  kind: IncidentKind | undefined,
  stage: Stage,
  atMs: number,
): readonly QuestionView[] {
  const { questions } = ruleAt('report-questions', atMs).value as {
    readonly questions: readonly QuestionRule[];
  };
  const asked = questions.filter(
    ({ kinds, stages }) =>
      stages.includes(stage) &&
      (kinds === undefined || (kind !== undefined && kinds.includes(kind))),
  );
  const needed = neededIds(asked, neededPaths(ruleAt, kind ?? 'other', stage, atMs));
  return asked.map((rule) => viewOf(rule, needed.has(rule.id)));
}

function neededPaths(
  ruleAt: RuleReader,
  kind: IncidentKind,
  stage: Stage,
  atMs: number,
): readonly string[] {
  const fields = FAMILIES.flatMap(
    (family) =>
      findForm(ruleAt, family, kind, atMs)?.sections.flatMap((section) => section.fields) ?? [],
  );
  return fields
    .filter(({ required }) => required !== undefined && RANK[required] <= RANK[stage])
    .map(({ path }) => path);
}

/** Where a form needs a group, the first question about it stands for the group. */
function neededIds(asked: readonly QuestionRule[], paths: readonly string[]): ReadonlySet<string> {
  const ids = paths.map(
    (path) => asked.find(({ field }) => field === path || field.startsWith(`${path}.`))?.id,
  );
  const always = asked.filter(({ skippable }) => !skippable).map(({ id }) => id);
  return new Set([...ids.filter((id) => id !== undefined), ...always]);
}

function viewOf(rule: QuestionRule, needed: boolean): QuestionView {
  const { id, field, question, help, example, answer, unit } = rule;
  const { skippable, estimate, unknown, onlyIf } = rule;
  const known = RECORD_FIELDS.get(field);
  const options = known?.values
    // The word for "not known" is a button of its own where a question offers it.
    ?.filter((value) => value !== 'unknown')
    .map((value) => ({ value, label: choiceWords(field, value) }));
  return {
    id,
    field,
    question,
    ...(help && { help }),
    ...(example && { example }),
    answer,
    ...(options && { options }),
    ...(unit && { unit }),
    ...(known?.max !== undefined && { max: known.max }),
    ...(known?.whole !== undefined && { whole: known.whole }),
    needed,
    skippable,
    estimate,
    unknown,
    ...(onlyIf && { onlyIf }),
  };
}
