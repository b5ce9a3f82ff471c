// SPDX-License-Identifier: Apache-2.0
/** Our own record (spec/report): one document, an array or NDJSON. */
import { type RecordInput, readRecord } from '../record.ts';
import type { ReadItem } from '../shapes.ts';
import { cleanText, Draft, type ReadContext } from './drafts.ts';
import { asFields } from './fields.ts';
import { EXPECTED, refuse } from './limits.ts';

/**
 * Reads a record; unlike foreign formats it is never cut or completed: what does not fit is refused.
 *
 * Out    refused with the first field that does not fit, and how many more there are
 */
export function sakimoriReader(context: ReadContext): (value: unknown, line: number) => ReadItem[] {
  return (value, line) => {
    if (!asFields(value)) return [refuse(line, { field: 'document', expected: EXPECTED.object })];
    const draft = new Draft(line, context);
    const cleaned = cleanDeep(value, draft);
    const reading = readRecord(cleaned);
    if (reading.value === undefined) return [refuseFields(line, reading.refusals)];
    const record = reading.value;
    draft.lift('outline', record.outline);
    draft.lift('remarks', record.remarks);
    draft.lift('ransomware.note', record.ransomware?.note);
    const isHint = record.kind === 'precursor';
    return [draft.finish(record as RecordInput, isHint ? 'precursor' : 'draft')];
  };
}

function refuseFields(
  line: number,
  refusals: readonly { readonly field: string; readonly expected: string }[],
): ReadItem {
  const [{ field, expected } = { field: 'report', expected: '' }] = refusals;
  const more = refusals.length - 1;
  return refuse(line, {
    field,
    expected: {
      ja: more > 0 ? `${expected}（ほかに ${more} 項目）` : expected,
      en: more > 0 ? `${expected} (and ${more} more fields)` : expected,
    },
  });
}

/** The same value with control characters and direction marks taken out of its texts. */
function cleanDeep(value: unknown, draft: Draft): unknown {
  if (typeof value === 'string') {
    const { text, changed } = cleanText(value);
    if (changed) {
      draft.note(
        '文章から、目に見えない制御文字を取り除きました。',
        'Invisible control characters were taken out of the texts.',
      );
    }
    return text;
  }
  if (Array.isArray(value)) return value.map((one) => cleanDeep(one, draft));
  if (typeof value !== 'object' || value === null) return value;
  // Built from entries: a key such as __proto__ stays a key and is refused as one.
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, cleanDeep(one, draft)]),
  );
}
