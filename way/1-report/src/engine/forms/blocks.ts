// SPDX-License-Identifier: Apache-2.0
/** A record in the blocks of a form: everything that was told, in words, in the form's order. */
import type { FormBlock, Text } from '@sakimori/vocabulary/wire';
import type { IncidentRecord } from '../record.ts';
import type { Form, FormSection } from './form-rules.ts';
import { fieldLabel, LABELLED_FIELDS } from './labels.ts';
import type { RecordPart, WithheldField } from './projection.ts';
import { RECORD_FIELDS } from './record-fields.ts';
import { fieldWords, type ValueOptions } from './values.ts';
import { NO_WORDS, UNKNOWN_WORDS, YES_WORDS } from './words.ts';

type FormRow = FormBlock['rows'][number];

/** Facts of the reporter that a form asks for, already in words where they need any. */
export interface FormOrganisation {
  readonly name?: Text;
  readonly sectors?: readonly Text[];
  readonly criticalInfrastructure?: boolean | 'unknown';
}

export interface BlockOptions extends ValueOptions {
  /** Left out: the form's rows about the reporter are left out too. */
  readonly organisation?: FormOrganisation;
  /** What this copy does not hold: such rows are left out instead of looking as if not told. */
  readonly withheld?: readonly WithheldField[];
}

const FURTHER: Text = { ja: '様式にない項目', en: 'Not part of the form' };
const WHOLE: Text = { ja: '報告の内容', en: 'The report' };

/** Fields that hold a value of their own, lists being one; in the order of the common form. */
const LEAVES: readonly string[] = LABELLED_FIELDS.filter((path) => {
  const type = RECORD_FIELDS.get(path)?.type;
  if (path === 'format' || type === undefined || type === 'group') return false;
  return !isInsideList(path);
});

/**
 * The blocks of a form.
 *
 * In     a record, or the part of one that a copy holds; the form (`findForm`), or undefined where
 *        none is in force; facts of the reporter
 * Out    blocks in the form's order, each with all its rows; a row without value was not told. What
 *        was told and has no place in the form follows in a block `further`; without a form
 *        everything that was told is one block
 * Never  drops a value; gives an indicator that can be followed; throws
 */
export function formBlocks(
  record: IncidentRecord | RecordPart,
  form: Form | undefined,
  options: BlockOptions = {},
): readonly FormBlock[] {
  const part = record as RecordPart;
  const withheld = new Set(options.withheld?.map(({ field }) => field));
  const placed = new Set<string>();
  const blocks = (form?.sections ?? []).map((section) =>
    blockOf(section, part, withheld, placed, options),
  );
  const rest = LEAVES.filter((path) => !placed.has(path))
    .map((path) => rowOf(path, fieldLabel(path), part, options))
    .filter((row) => row.value !== undefined);
  const further: FormBlock = form
    ? { id: 'further', title: FURTHER, rows: rest }
    : { id: 'report', title: WHOLE, rows: rest };
  return [...blocks, further].filter(({ rows }) => rows.length > 0);
}

function blockOf(
  { id, title, fields }: FormSection,
  record: RecordPart,
  withheld: ReadonlySet<string>,
  placed: Set<string>,
  options: BlockOptions,
): FormBlock {
  const rows = fields.flatMap(({ path, label }) => {
    if (path.startsWith('organisation.')) return organisationRows(path, label, options);
    const leaves = leavesOf(path);
    for (const leaf of leaves) placed.add(leaf);
    const open = leaves.filter((leaf) => !isWithheld(leaf, withheld));
    if (open.length === 0) return [];
    if (open.length === 1 && open[0] === path) return [rowOf(path, label, record, options)];
    const told = open
      .map((leaf) => rowOf(leaf, fieldLabel(leaf), record, options))
      .filter((row) => row.value !== undefined);
    return told.length > 0 ? told : [{ field: path, label }];
  });
  return { id, title, rows };
}

/** The field itself, or the fields that a group is made of. */
function leavesOf(path: string): readonly string[] {
  const type = RECORD_FIELDS.get(path)?.type;
  if (type === undefined) return [];
  // A part of a list's entries is shown with its list: a computer is one line.
  if (isInsideList(path)) return [listAbove(path)];
  return type === 'group' ? LEAVES.filter((leaf) => leaf.startsWith(`${path}.`)) : [path];
}

function isInsideList(path: string): boolean {
  return listAbove(path) !== '';
}

function listAbove(path: string): string {
  const steps = path.split('.');
  for (let length = 1; length < steps.length; length += 1) {
    const above = steps.slice(0, length).join('.');
    if (RECORD_FIELDS.get(above)?.type === 'groups') return above;
  }
  return '';
}

function isWithheld(path: string, withheld: ReadonlySet<string>): boolean {
  const steps = path.split('.');
  return steps.some((_step, at) => withheld.has(steps.slice(0, at + 1).join('.')));
}

function rowOf(path: string, label: Text, record: RecordPart, options: ValueOptions): FormRow {
  const told = valueAt(record, path);
  const value = fieldWords(path, told, options);
  return {
    field: path,
    label,
    ...(value && { value }),
    ...(told === 'unknown' && RECORD_FIELDS.get(path)?.unknown && { unknown: true }),
  };
}

/** The value at a path that goes through no list. */
export function valueAt(record: RecordPart, path: string): unknown {
  let value: unknown = record;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as RecordPart)[step];
  }
  return value;
}

function organisationRows(path: string, label: Text, options: BlockOptions): FormRow[] {
  const { organisation } = options;
  if (!organisation) return [];
  const { name, sectors = [], criticalInfrastructure: critical } = organisation;
  const row = (value: Text | undefined): FormRow => ({
    field: path,
    label,
    ...(value && { value }),
  });
  switch (path) {
    case 'organisation.name':
      return [row(name)];
    case 'organisation.sectors':
      return [
        row(
          sectors.length === 0
            ? undefined
            : {
                ja: sectors.map(({ ja }) => ja).join('、'),
                en: sectors.map(({ en }) => en).join(', '),
              },
        ),
      ];
    case 'organisation.criticalInfrastructure':
      if (critical === 'unknown') return [{ ...row(UNKNOWN_WORDS), unknown: true }];
      return [row(critical === undefined ? undefined : critical ? YES_WORDS : NO_WORDS)];
    default:
      return [];
  }
}
