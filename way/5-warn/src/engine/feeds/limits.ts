// SPDX-License-Identifier: Apache-2.0
/** Bounds of everything that is read from outside, and the one way in which reading stops. */
import type { FeedRefusal, Words } from '../shapes.ts';

/** Bounds in bytes unless said otherwise. A caller may narrow them, a test does. */
export interface FeedLimits {
  /** Of the whole feed after inflation. */
  readonly inflatedBytesMax: number;
  /** Inflated to compressed; looked at once `ratioFromBytes` were inflated. */
  readonly ratioMax: number;
  readonly ratioFromBytes: number;
  readonly recordBytesMax: number;
  /** Of one JSON string, XML text or CSV field. */
  readonly fieldBytesMax: number;
  readonly depthMax: number;
  /** Of source text in one batch of records. */
  readonly batchBytesMax: number;
  /** Of refusals that are named one by one; the rest are counted. */
  readonly refusalsMax: number;
}

export const FEED_LIMITS: FeedLimits = {
  inflatedBytesMax: 8 * 1024 ** 3,
  ratioMax: 200,
  ratioFromBytes: 4 * 1024 ** 2,
  recordBytesMax: 64 * 1024 ** 2,
  fieldBytesMax: 1024 ** 2,
  depthMax: 48,
  batchBytesMax: 1024 ** 2,
  refusalsMax: 1000,
};

/** A feed as it is handed in: a name for people, and its bytes, gzip or plain. */
export interface FeedInput {
  readonly file: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Reading stops here and nothing of the feed may be applied. Never leaves this folder. */
export class FeedFault extends Error {
  readonly field: string;
  readonly expected: Words;
  readonly line: number | undefined;
  readonly offset: number | undefined;

  constructor(field: string, expected: Words, at: { line?: number; offset?: number } = {}) {
    super(expected.en);
    this.field = field;
    this.expected = expected;
    this.line = at.line;
    this.offset = at.offset;
  }
}

/** The fault as the refusal that a reader yields. */
export function refusalOf(fault: FeedFault, file: string): FeedRefusal {
  return {
    file,
    ...(fault.line === undefined ? {} : { line: fault.line }),
    ...(fault.offset === undefined ? {} : { offset: fault.offset }),
    field: fault.field,
    expected: fault.expected,
    fatal: true,
  };
}

export const EXPECTED = {
  whole: {
    ja: '最後まで揃ったファイル（途中で切れています）',
    en: 'a whole file (it is cut off)',
  },
  notEmpty: { ja: '空でないファイル', en: 'a file that is not empty' },
  gzip: { ja: '壊れていない gzip', en: 'sound gzip data' },
  utf8: { ja: 'UTF-8 の文字', en: 'text in UTF-8' },
  json: { ja: '正しい JSON', en: 'well-formed JSON' },
  xml: { ja: '正しい XML', en: 'well-formed XML' },
  noDoctype: { ja: 'DOCTYPE を含まない XML', en: 'XML without a DOCTYPE' },
  csv: { ja: '正しい CSV', en: 'well-formed CSV' },
} as const satisfies Record<string, Words>;

/** "at most n ..." in both languages. */
export function atMost(count: number, ja: string, en: string): Words {
  return { ja: `${ja}は ${count} まで`, en: `${en} of at most ${count}` };
}
