// SPDX-License-Identifier: Apache-2.0
/** Bounds of everything that a reader takes, and the words of its refusals. */
import type { Text } from '@sakimori/vocabulary/wire';
import type { ReadItem } from '../shapes.ts';

/** Bounds in bytes unless said otherwise. A caller may narrow them; a test does. */
export interface ReadLimits {
  /** Of everything that is handed in, after inflation. */
  readonly fileBytesMax: number;
  /** Of one line of NDJSON, and of one element of an array. */
  readonly lineBytesMax: number;
  /** Of a single document that is not part of a list. */
  readonly documentBytesMax: number;
  /** Of one message with its attachments. */
  readonly mailBytesMax: number;
  /** Of one free-text form. */
  readonly formBytesMax: number;
  /** Nesting of JSON. */
  readonly depthMax: number;
  /** Nesting of the parts of a message, and of messages within a message. */
  readonly mailDepthMax: number;
  /** Lines of a message that are not the full width of base64: each costs the parser memory. */
  readonly mailLinesMax: number;
  readonly attachmentsMax: number;
  /** Characters of one text that is handed on so that indicators can be lifted from it. */
  readonly liftedCharactersMax: number;
  /** Groups of alerts that are open at the same time. */
  readonly groupsMax: number;
  /** Notes of one report; what is beyond is counted in the last one. */
  readonly notesMax: number;
}

export const READ_LIMITS: ReadLimits = {
  fileBytesMax: 256 * 1024 ** 2,
  lineBytesMax: 1024 ** 2,
  documentBytesMax: 16 * 1024 ** 2,
  mailBytesMax: 32 * 1024 ** 2,
  formBytesMax: 2 * 1024 ** 2,
  depthMax: 64,
  mailDepthMax: 5,
  mailLinesMax: 100_000,
  attachmentsMax: 100,
  liftedCharactersMax: 200_000,
  groupsMax: 4_000,
  notesMax: 40,
};

/** What was expected at a place that is refused. */
export interface Expectation {
  readonly field: string;
  readonly expected: Text;
}

export const EXPECTED = {
  whole: { ja: '最後まで揃った文書（途中で切れています）', en: 'a whole document (it is cut off)' },
  notEmpty: { ja: '空でない内容', en: 'something that is not empty' },
  json: { ja: '正しい JSON', en: 'well-formed JSON' },
  object: { ja: 'JSON オブジェクト', en: 'a JSON object' },
  knownFormat: {
    ja: '対応している形式の文書（形式を指定してください）',
    en: 'a document of a known format (name the format)',
  },
} as const satisfies Record<string, Text>;

/** "at most n ..." in both languages. */
export function atMost(count: number, ja: string, en: string): Text {
  return { ja: `${ja} ${count} まで`, en: `at most ${count} ${en}` };
}

/**
 * A refusal of one document.
 *
 * In     line, or number of the element in an array, from 1; a field name of the format (never one from the document), what was expected
 * Never  takes the refused value
 */
export function refuse(line: number, { field, expected }: Expectation): ReadItem {
  return {
    refusal: {
      line,
      field,
      expected: expected.en,
      text: {
        ja: `${line} 番目（行または要素）の「${field}」は取り込めません。必要なもの: ${expected.ja}。`,
        en: `Line or element ${line}, ${field}: cannot be taken. Expected ${expected.en}.`,
      },
    },
  };
}
