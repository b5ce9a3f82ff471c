// SPDX-License-Identifier: Apache-2.0
/** Reports in free text, such as the form for viruses and unauthorised access that IPA takes. */
import type { ReadItem } from '../shapes.ts';
import { cleanText, Draft, type ReadContext } from './drafts.ts';
import { beginning } from './fields.ts';
import { readLabels } from './form-labels.ts';
import { AWARENESS_FIELD, toFormRecord } from './form-record.ts';
import { EXPECTED, refuse } from './limits.ts';
import { decodeText } from './text-decoding.ts';

/** Characters of a form in which labels are looked for; a form is a few pages. */
export const FORM_CHARACTERS_MAX = 200_000;

/**
 * Reads one text as one report.
 *
 * In     bytes in UTF-8, UTF-16, Shift_JIS, EUC-JP or ISO-2022-JP
 * Out    one draft; refused only when there is no text at all
 */
export function readForm(bytes: Uint8Array, context: ReadContext): ReadItem[] {
  const { text: decoded, encoding, damaged } = decodeText(bytes);
  const { text, changed } = cleanText(decoded);
  if (text.trim() === '') return [refuse(1, { field: 'file', expected: EXPECTED.notEmpty })];
  const draft = new Draft(1, context);
  if (encoding !== 'UTF-8') {
    draft.note(`文字コードは ${encoding} として読みました。`, `It was read as ${encoding}.`);
  }
  if (damaged) {
    draft.note('読めない文字を置き換えました。', 'Characters that cannot be read were replaced.');
  }
  if (changed) {
    draft.note(
      '文章から、目に見えない制御文字を取り除きました。',
      'Invisible control characters were taken out of the text.',
    );
  }
  if (text.length > FORM_CHARACTERS_MAX) {
    draft.note(
      `文章が長いため、最初の ${FORM_CHARACTERS_MAX} 文字だけを読みました。`,
      `Only the first ${FORM_CHARACTERS_MAX} characters were read.`,
    );
  }
  const part = beginning(text, FORM_CHARACTERS_MAX);
  const form = toFormRecord(readLabels(part), draft);
  draft.lift('text', part);
  const { reference, kind, title, outline, rest } = form;
  return [
    draft.finish(
      {
        reference,
        kind,
        awareness: {
          at: draft.awareAt(AWARENESS_FIELD, form.aware),
          ...(form.how && { how: form.how }),
          ...(form.detail && { detail: form.detail }),
        },
        title,
        outline,
        ...rest,
      },
      'draft',
    ),
  ];
}
