// SPDX-License-Identifier: Apache-2.0
/** Refused input: which line, which field, why, and what was expected; in both languages. */
import { fillText } from '@sakimori/vocabulary';

interface RefusalText {
  readonly ja: string;
  readonly en: string;
}

/** Every reason for which a line is left out. The refused value itself is never repeated. */
export const REFUSAL_TEXTS = {
  UNDECODABLE: {
    ja: 'この行は文字コード（{encoding}）として読めません。ファイルを UTF-8 の CSV で保存し直してください。',
    en: 'This line cannot be read as {encoding}. Save the file again as CSV in UTF-8.',
  },
  QUOTE_NOT_CLOSED: {
    ja: '二重引用符（"）が閉じられていません。この行の引用符を対にしてください。',
    en: 'A double quote (") is never closed. Put the quotes of this line in pairs.',
  },
  RECORD_TOO_LONG: {
    ja: '1 行が長すぎます（上限 {bytesMax} バイト）。行を分けるか、説明欄を短くしてください。',
    en: 'The record is too long (at most {bytesMax} bytes). Split it or shorten its texts.',
  },
  FIELD_TOO_LONG: {
    ja: '値が長すぎます（上限 {charactersMax} 文字）。短くしてください。',
    en: 'The value is too long (at most {charactersMax} characters). Shorten it.',
  },
  TOO_MANY_COLUMNS: {
    ja: '列が多すぎます（上限 {columnsMax} 列）。必要な列だけを残してください。',
    en: 'There are too many columns (at most {columnsMax}). Keep only those that are needed.',
  },
  MORE_CELLS_THAN_HEADINGS: {
    ja: '見出しより多くの値があります（見出し {headings} 列）。区切り文字を含む値は " で囲んでください。',
    en: 'There are more values than headings ({headings}). Put values that hold a separator in quotes.',
  },
  NOT_A_RECORD: {
    ja: '表の 1 行として読めません。引用符と区切り文字を確かめてください。',
    en: 'This cannot be read as one row of a table. Check its quotes and separators.',
  },
  CONTROL_CHARACTERS: {
    ja: '印字できない文字が含まれています。入力し直してください。',
    en: 'The value holds characters that cannot be printed. Type it again.',
  },
  NOT_A_DATE: {
    ja: '日付として読めません。2026-10-01、2026/10/1、令和8年10月1日 のように書いてください。',
    en: 'This is not a date. Write it like 2026-10-01 or 2026/10/1.',
  },
  NOT_A_REAL_DAY: {
    ja: '暦にない日付です。年月日を確かめてください。',
    en: 'There is no such day in the calendar. Check year, month and day.',
  },
  DATES_OUT_OF_ORDER: {
    ja: '廃止日が導入日より前になっています。どちらかを直してください。',
    en: 'The computer is retired before it was introduced. Correct one of the two dates.',
  },
  NOT_A_PREFECTURE: {
    ja: '都道府県として読めません。「東京都」「Tokyo」または番号 01〜47 で書いてください。',
    en: 'This is not a prefecture. Write 東京都, Tokyo or its number, 01 to 47.',
  },
  NOT_AN_ADDRESS: {
    ja: 'IP アドレスとして読めません。192.0.2.1 や 2001:db8::1 のように書いてください。',
    en: 'This is not an IP address. Write it like 192.0.2.1 or 2001:db8::1.',
  },
  NOT_A_MAIL_ADDRESS: {
    ja: 'メールアドレスとして読めません。name@example.jp のように書いてください。',
    en: 'This is not an e-mail address. Write it like name@example.jp.',
  },
  NOT_A_TELEPHONE_NUMBER: {
    ja: '電話番号として読めません。03-0000-0000 のように書いてください。',
    en: 'This is not a telephone number. Write it like 03-0000-0000.',
  },
  NOT_A_CPE: {
    ja: 'CPE 2.3 の名前として読めません。cpe:2.3:o:maker:product:1.0:*:*:*:*:*:*:* の形で書いてください。',
    en: 'This is not a CPE 2.3 name. Write it like cpe:2.3:o:maker:product:1.0:*:*:*:*:*:*:*.',
  },
  NOT_A_PURL: {
    ja: 'パッケージ URL（purl）として読めません。pkg:npm/name@1.0 の形で書いてください。',
    en: 'This is not a package URL. Write it like pkg:npm/name@1.0.',
  },
  NO_PRODUCT: {
    ja: 'どの製品か分かりません。製品名・型番・CPE・purl のどれかを書いてください。',
    en: 'It is not said which product this is. Give a product name, model, CPE or purl.',
  },
  SAME_KEY: {
    ja: '管理番号が {firstLine} 行目と同じです。1 台につき 1 行にしてください。',
    en: 'The asset number is the same as on line {firstLine}. Give each computer one line.',
  },
} as const satisfies Record<string, RefusalText>;

export type RefusalCode = keyof typeof REFUSAL_TEXTS;

/** One refused line (or element of a document). `field` is null when the whole line is meant. */
export interface Refusal {
  readonly line: number;
  readonly field: string | null;
  readonly code: RefusalCode;
  readonly ja: string;
  readonly en: string;
}

/**
 * Names what was refused.
 *
 * In     line (1 = first line of the file), field name or null, code, counts and closed words
 * Never  takes the refused value: the texts have no place for it
 */
export function refuse(
  line: number,
  field: string | null,
  code: RefusalCode,
  parameters: Readonly<Record<string, string | number>> = {},
): Refusal {
  const text = REFUSAL_TEXTS[code];
  return {
    line,
    field,
    code,
    ja: fillText(text.ja, parameters),
    en: fillText(text.en, parameters),
  };
}

/** Keeps the first refusals in full and counts all: a file of a million bad lines stays small. */
export class RefusalList {
  readonly kept: Refusal[] = [];
  readonly #keptMax: number;
  readonly #lines = new Set<number>();
  #count = 0;

  constructor(keptMax: number) {
    this.#keptMax = keptMax;
  }

  add(refusal: Refusal): void {
    this.#count += 1;
    this.#lines.add(refusal.line);
    if (this.kept.length < this.#keptMax) this.kept.push(refusal);
  }

  get count(): number {
    return this.#count;
  }

  /** Distinct refused lines: a line with three wrong fields is one. */
  get lineCount(): number {
    return this.#lines.size;
  }
}
