// SPDX-License-Identifier: Apache-2.0
/**
 * Forms in free text: lines such as 「１．発見年月日：２０２６年…」 or 【被害状況】, cut into their fields.
 * Boxes that were left empty (□) are not what happened and are passed over.
 */
import labelsByField from './form-labels.json' with { type: 'json' };

/** Fields of a form; labels as they are compared: NFKC, lower case, without spaces and brackets. */
export type FormField = keyof typeof labelsByField;

const FIELD_OF_LABEL = new Map(
  Object.entries(labelsByField).flatMap(([field, labels]) =>
    labels.map((label) => [label, field as FormField] as const),
  ),
);

/** Fields of one line: what follows without a label is not theirs any more. */
const ONE_LINE: ReadonlySet<FormField> = new Set([
  'awareness',
  'occurred',
  'recovered',
  'reference',
  'title',
  'organisation',
  'name',
  'phone',
  'email',
  'malware',
  'status',
]);

/** Sentences of the empty form itself. */
const PRINTED = /下記の(?:とおり|通り)届け出ます|該当する事項の|^※|^記$|届出様式$|^\(?届出先\)?$/;
/** A line that is nothing but a day: when the form was filled in. */
const ONLY_DAY =
  /^(?:\d{4}|(?:令和|平成|[RH])\.?(?:\d{1,2}|元))\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?(?:\([月火水木金土日]\))?$/;
const LABEL_CHARACTERS_MAX = 40;

export interface FormReading {
  /** Values by field, each line break kept; several of one field one after the other. */
  readonly values: ReadonlyMap<FormField, string>;
  /** Lines that stand under no label. */
  readonly rest: string;
  /** How many labels were recognised. */
  readonly labels: number;
}

/**
 * Cuts a text into the fields of a form.
 *
 * In     text with \n; labels in full or half width, numbered or not, with a colon, in 【】 or alone
 * Never  throws; a text without labels is all rest
 */
export function readLabels(text: string): FormReading {
  const values = new Map<FormField, string[]>();
  const rest: string[] = [];
  let field: FormField | undefined;
  let labels = 0;
  for (const raw of text.split('\n')) {
    const line = withoutEmptyBoxes(raw).trim();
    if (line === '' && raw.trim() !== '') continue;
    const plain = line.slice(0, 200).normalize('NFKC').replace(/\s/g, '');
    if (PRINTED.test(plain)) continue;
    if (field === undefined && ONLY_DAY.test(plain)) {
      push(values, 'other', line);
      continue;
    }
    const found = findLabel(line);
    if (found) {
      labels += 1;
      // 届出者 may be a heading over name and address, or a name itself.
      field = found.field;
      push(values, field, found.value);
      if (found.value !== '' && ONE_LINE.has(field)) field = undefined;
    } else if (field === undefined) rest.push(line);
    else {
      push(values, field, line);
      if (ONE_LINE.has(field) && line !== '') field = undefined;
    }
  }
  return {
    values: new Map(
      [...values].flatMap(([key, lines]) => {
        const value = lines.join('\n').trim();
        return value === '' ? [] : [[key, value] as const];
      }),
    ),
    rest: rest
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    labels,
  };
}

function push(values: Map<FormField, string[]>, field: FormField, line: string): void {
  const lines = values.get(field);
  if (lines) lines.push(line);
  else values.set(field, [line]);
}

/** Takes out what stands behind an empty box, and the mark of a box that is ticked. */
function withoutEmptyBoxes(line: string): string {
  if (!/[□☐■☑✓✔☒]/.test(line)) return line;
  return line
    .replace(/[□☐][^□☐■☑✓✔☒]*/g, ' ')
    .replace(/[■☑✓✔☒]\s*/g, ' ')
    .replace(/[^\S\n]{2,}/g, ' ');
}

const NUMBERING =
  /^(?:[\s>|*#・●○◆◇▼▽◎-]|【|\[|第?\d{1,2}(?:-\d{1,2})*\s*[.)、:,]|\d{1,2}-\d{1,2}\s*[.)]?|\(\d{1,2}\)|[①-⑳])+/;

function findLabel(
  line: string,
): { readonly field: FormField; readonly value: string } | undefined {
  // The first part only: a label is never far from the start.
  const head = line.slice(0, 120).normalize('NFKC');
  const plain = head.replace(NUMBERING, '');
  const match = /^\(?([^:\]】)(]{1,40})\)?\s*(?:\([^)]{0,40}\))?\s*([:\]】)]|$)/.exec(plain);
  if (!match) return undefined;
  const label = match[1]!.replace(/\s/g, '').toLowerCase();
  if (label.length > LABEL_CHARACTERS_MAX) return undefined;
  const field = FIELD_OF_LABEL.get(label);
  if (field === undefined) return undefined;
  const isHeading = match[2] === '';
  return { field, value: isHeading ? '' : behindLabel(line, match[2]!) };
}

/** The value behind the label, as it was written (not normalised). */
function behindLabel(line: string, mark: string): string {
  const marks = mark === ':' ? /[:：]/ : /[\]】)）］]/;
  const at = mark === ':' ? indexOfColon(line) : line.search(marks);
  const value = at < 0 ? '' : line.slice(at + 1);
  return value.replace(/^[\s:：]+/, '').trim();
}

/** The first colon outside brackets and behind the numbering. */
function indexOfColon(line: string): number {
  let depth = 0;
  for (let at = 0; at < line.length; at += 1) {
    const one = line[at]!;
    if ('(（'.includes(one)) depth += 1;
    else if (')）'.includes(one)) depth = Math.max(0, depth - 1);
    else if ((one === ':' || one === '：') && depth === 0) return at;
  }
  return line.search(/[:：]/);
}
