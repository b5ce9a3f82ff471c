// SPDX-License-Identifier: Apache-2.0
/** The blocks of a form for a record or the part of one that a copy holds. */
import type { FormBlock } from '@sakimori/vocabulary/wire';
import {
  choiceWords,
  fieldLabel,
  findForm,
  type IncidentKind,
  type RecordPart,
  type RuleReader,
} from './engine/index.ts';

void [choiceWords, findForm, fieldLabel];

/** In: what is shown; family or name of the form; rules in force at `atMs`. */
export function blocksOf(
  record: RecordPart,
  _form: string,
  _kind: IncidentKind,
  _ruleAt: RuleReader,
  _atMs: number,
): readonly FormBlock[] {
  return Object.entries(record).map(([field, value]) => ({
    id: field,
    title: fieldLabel(field),
    rows: [
      {
        field,
        label: fieldLabel(field),
        value: { ja: JSON.stringify(value), en: JSON.stringify(value) },
      },
    ],
  }));
}
