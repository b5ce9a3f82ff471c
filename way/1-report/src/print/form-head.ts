// SPDX-License-Identifier: Apache-2.0
/** What stands above a form: which report, to whom, on which ground, and how to check it. */
import { readInstant, showTime } from '@sakimori/vocabulary';
import type { FormBlock, ReceiptReference, Text } from '@sakimori/vocabulary/wire';
import { choiceWords } from '../engine/forms/words.ts';
import type { Stage } from '../engine/record.ts';

export interface FormHead {
  /** Number of the report. */
  readonly report: string;
  readonly stage: Stage;
  /** Which submission it is, from 1. */
  readonly position: number;
  /** Name of the form. */
  readonly title: Text;
  readonly addressee: Text;
  readonly clause: string;
  readonly organisation: Text;
  /** RFC 3339; the document carries it as its own date, so that printing reads no clock. */
  readonly submittedAt: string;
  /** Everything in it is fictional; said on every page. */
  readonly exercise: boolean;
  /** Where the ledger holds the submission. */
  readonly receipt?: ReceiptReference;
  /** Root of a checkpoint that covers it. */
  readonly checkpoint?: string;
}

/** A form ready to be given out. */
export interface PrintableForm {
  readonly head: FormHead;
  readonly blocks: readonly FormBlock[];
}

export type FormLanguage = keyof Text;

export const HEAD_TITLE: Text = { ja: '報告書', en: 'Document' };
export const EXERCISE: Text = {
  ja: '演習　この文書の内容はすべて架空です',
  en: 'EXERCISE: everything in this document is fictional',
};
export const NOT_TOLD: Text = { ja: '（記入なし）', en: '(not told)' };

export interface HeadRow {
  readonly field: string;
  readonly label: Text;
  readonly value: Text;
}

const same = (text: string): Text => ({ ja: text, en: text });

/** The head as rows, in the order in which it is printed and exported. */
export function headRows(head: FormHead): readonly HeadRow[] {
  const row = (field: string, ja: string, en: string, value: Text): HeadRow => ({
    field: `head.${field}`,
    label: { ja, en },
    value,
  });
  const { receipt, checkpoint } = head;
  return [
    row('addressee', '宛先', 'To', head.addressee),
    row('organisation', '報告する組織', 'From', head.organisation),
    row('clause', '根拠', 'Ground', same(head.clause)),
    row('report', '報告番号', 'Report', same(head.report)),
    row('stage', '報告の段階', 'Stage', stageWords(head)),
    row('submittedAt', '提出した日時', 'Submitted', timeWords(head.submittedAt)),
    ...(receipt ? [row('receipt', '受領証', 'Receipt', receiptWords(receipt))] : []),
    ...(checkpoint ? [row('checkpoint', 'チェックポイント', 'Checkpoint', same(checkpoint))] : []),
    ...(head.exercise ? [row('exercise', '演習', 'Exercise', EXERCISE)] : []),
  ];
}

export function stageWords({ stage, position }: FormHead): Text {
  const { ja, en } = choiceWords('stage', stage);
  return { ja: `${ja}（第 ${position} 回の提出）`, en: `${en} (submission ${position})` };
}

export function receiptWords({ log, index }: ReceiptReference): Text {
  return { ja: `台帳 ${log} の ${index} 番`, en: `Ledger ${log}, entry ${index}` };
}

function timeWords(instant: string): Text {
  const ms = readInstant(instant);
  return ms === undefined ? same(instant) : { ja: showTime(ms, 'ja'), en: showTime(ms, 'en') };
}
