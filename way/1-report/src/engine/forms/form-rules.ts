// SPDX-License-Identifier: Apache-2.0
/** Forms as dated data: which blocks, in which order, and from which stage a field is needed. */
import type { Text } from '@sakimori/vocabulary/wire';
import { isInForce, readDates } from '../obligations/dates.ts';
import {
  type FormBlockRule,
  type RuleReader,
  readReportRules,
} from '../obligations/rule-shapes.ts';
import type { IncidentKind } from '../record.ts';

/** A block of a form: its title, and its fields with their labels in order. */
export type FormSection = FormBlockRule;

/** One form with its blocks in order. */
export interface Form {
  readonly id: string;
  readonly name: Text;
  readonly clause: string;
  readonly verified: boolean;
  readonly sections: readonly FormSection[];
}

/**
 * The form that a kind of incident is told in.
 *
 * In     reader of dated rules; `name` of a form (`common-ddos`) or of a family of forms (`common`);
 *        kind of incident; UTC milliseconds
 * Out    the form, or undefined where none of that name is in force for that kind
 * Throws what the reader throws when the rule set is missing; OBL_BROKEN_RULES
 * Law    set report-forms; each form has its own days
 */
export function findForm(
  ruleAt: RuleReader,
  name: string,
  kind: IncidentKind,
  atMs: number,
): Form | undefined {
  const { blocks, forms } = readReportRules(ruleAt, 'report-forms', atMs);
  const found = forms.find(
    (form) =>
      (form.id === name || form.family === name) &&
      (form.kinds === null || form.kinds.includes(kind)) &&
      isInForce(readDates(form), atMs),
  );
  if (!found) return undefined;
  const { id, clause, verified } = found;
  const sections = found.blocks.flatMap((block) => blocks.filter((one) => one.id === block));
  return { id, name: found.name, clause, verified, sections };
}
