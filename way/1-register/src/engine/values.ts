// SPDX-License-Identifier: Apache-2.0
/** Values as people write them in Japan, read into one form: dates, prefectures, exposure. */
import { isIP } from 'node:net';
import { PREFECTURES } from './prefectures.ts';

/** A value that was read, an empty cell, a cell that says "none", or a reason to refuse. */
export type Reading<T, R extends string> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'empty' }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly code: R };

const UNKNOWN_WORDS = new Set([
  '',
  '?',
  '不明',
  '未定',
  '未確認',
  '未記入',
  '要確認',
  '確認中',
  'tbd',
  'tbc',
  'unknown',
  'n/k',
]);
const NONE_WORDS = new Set([
  '-',
  '--',
  '―',
  'ー',
  '–',
  '—',
  'なし',
  '無し',
  '無',
  'ナシ',
  '該当なし',
  'n/a',
  'na',
  'none',
  'null',
]);

/** Half width for letters and digits, full width for kana, one space between words. */
export function normaliseText(text: string): string {
  // Most values of a fleet are plain already; telling that is much cheaper than normalising.
  if (/^[!-~]+(?: [!-~]+)*$/u.test(text)) return text;
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

/** Text as it was written: only its edges and line breaks are tidied. */
export function tidyText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\r\n\t\u3000 ]+/gu, ' ')
    .trim();
}

/** True for characters that no person types: they are refused, not stripped in silence. */
export function hasControlCharacters(text: string): boolean {
  return /(?![\t\n\r])\p{Cc}|\p{Bidi_Control}/u.test(text);
}

/** What an empty cell or a cell that says "unknown" or "none" means; undefined for any other. */
export function readAbsence(text: string): { readonly kind: 'empty' | 'none' } | undefined {
  const word = normaliseText(text).toLowerCase();
  if (UNKNOWN_WORDS.has(word)) return { kind: 'empty' };
  if (NONE_WORDS.has(word)) return { kind: 'none' };
  return undefined;
}

/** First year of each era minus one: Reiwa 1 is 2019. */
const ERAS: Readonly<Record<string, number>> = {
  令和: 2018,
  令: 2018,
  r: 2018,
  平成: 1988,
  平: 1988,
  h: 1988,
  昭和: 1925,
  昭: 1925,
  s: 1925,
};

/**
 * Reads a calendar day.
 *
 * In     2026-10-01, 2026/10/1, 2026.10.1, 2026年10月1日, 20261001, 令和8年10月1日, R8.10.1 in any
 *        width, with a time of day after it or not; a month alone (2026年10月, 2026/10) stays a month
 * Out    YYYY-MM-DD or YYYY-MM
 * Never  guesses: 10/1/2026 and 01-10-26 are refused, so is a bare serial number of a spreadsheet
 */
export function readDay(text: string): Reading<string, 'NOT_A_DATE' | 'NOT_A_REAL_DAY'> {
  const absence = readAbsence(text);
  if (absence) return absence;
  const plain = normaliseText(text)
    .toLowerCase()
    .replace(/[(（][月火水木金土日a-z]+[)）]/u, '')
    .replace(/[t ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(z|[+-]\d{2}:\d{2})?$/u, '')
    .replace(/\s/gu, '');
  const compact = /^(\d{4})(\d{2})(\d{2})$/u.exec(plain);
  const western = /^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?$/u.exec(plain);
  const era =
    /^(令和|平成|昭和|令|平|昭|r|h|s)(\d{1,2}|元)[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?$/u.exec(
      plain,
    );
  if (era) {
    const year = (ERAS[era[1]!] ?? 0) + (era[2] === '元' ? 1 : Number(era[2]));
    return makeDay(year, Number(era[3]), era[4]);
  }
  const match = compact ?? western;
  if (!match) return { kind: 'refused', code: 'NOT_A_DATE' };
  return makeDay(Number(match[1]), Number(match[2]), match[3]);
}

function makeDay(
  year: number,
  month: number,
  dayText: string | undefined,
): Reading<string, 'NOT_A_DATE' | 'NOT_A_REAL_DAY'> {
  const refused = { kind: 'refused', code: 'NOT_A_REAL_DAY' } as const;
  if (year < 1950 || year > 2200 || month < 1 || month > 12) return refused;
  const prefix = `${year}-${String(month).padStart(2, '0')}`;
  if (dayText === undefined) return { kind: 'value', value: prefix };
  const day = Number(dayText);
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return refused;
  return { kind: 'value', value: `${prefix}-${String(day).padStart(2, '0')}` };
}

/** How a computer can be reached from networks. */
export const EXPOSURES = ['internet', 'partner', 'internal', 'isolated', 'unknown'] as const;
export type Exposure = (typeof EXPOSURES)[number];

const EXPOSURE_WORDS: readonly (readonly [Exposure, string])[] = [
  [
    'internet',
    'internet|インターネット|インターネット接続|インターネット公開|インターネット接続あり|インターネット接続有|インターネット有|外部公開|公開|外部|外部接続|外部接続あり|社外公開|dmz|グローバル|global|public|external|exposed|internet-facing|internet facing|wan|web公開',
  ],
  [
    'partner',
    'partner|取引先|関係会社|グループ会社|委託先|保守回線|取引先網|専用線|拠点間vpn|vpn|extranet|エクストラネット|business partner|vendor access',
  ],
  [
    'internal',
    'internal|内部|社内|社内網|社内lan|庁内|構内|構内lan|イントラ|イントラネット|intranet|lan|内部lan|内部のみ|private|local|ローカル|内部ネットワーク|社内ネットワーク',
  ],
  [
    'isolated',
    'isolated|隔離|孤立|分離|オフライン|スタンドアロン|スタンドアローン|未接続|接続なし|ネットワーク未接続|ネットワーク接続なし|非接続|offline|standalone|stand-alone|air-gapped|air gapped|airgapped',
  ],
];

const EXPOSURE_BY_WORD = new Map<string, Exposure>(
  EXPOSURE_WORDS.flatMap(([exposure, words]) =>
    words.split('|').map((word) => [word, exposure] as const),
  ),
);

/** True for a word that says how a computer can be reached; used to recognise a column. */
export function isExposureWord(text: string): boolean {
  return EXPOSURE_BY_WORD.has(normaliseText(text).toLowerCase());
}

/**
 * Reads network exposure.
 *
 * Out    an exposure; `ask` when the word is not in the list: a person decides once, for all rows
 */
export function readExposure(text: string): Reading<Exposure, never> | { readonly kind: 'ask' } {
  const word = normaliseText(text).toLowerCase();
  const known = EXPOSURE_BY_WORD.get(word);
  if (known) return { kind: 'value', value: known };
  if (NONE_WORDS.has(word)) return { kind: 'ask' };
  return readAbsence(text) ?? { kind: 'ask' };
}

const PREFECTURE_BY_WORD = new Map<string, string>(
  PREFECTURES.flatMap(({ code, ja, en }) => {
    const short = ja === '北海道' ? ja : ja.slice(0, -1);
    const words = [code, `jp-${code}`, `jp${code}`, String(Number(code)), ja, short];
    const romaji = en.toLowerCase();
    words.push(romaji, ...['-ken', ' ken', ' prefecture', '-fu', '-to'].map((end) => romaji + end));
    return words.map((word) => [word, code] as const);
  }),
);

/** Code (JIS X 0401, 01 to 47) of a prefecture written in kanji, romaji or as a number. */
export function readPrefecture(text: string): Reading<string, 'NOT_A_PREFECTURE'> {
  const absence = readAbsence(text);
  if (absence) return absence;
  const word = normaliseText(text)
    .toLowerCase()
    .replace(/[āâ]/gu, 'a')
    .replace(/[ōô]/gu, 'o')
    .replace(/[ūû]/gu, 'u');
  const code = PREFECTURE_BY_WORD.get(word);
  return code ? { kind: 'value', value: code } : { kind: 'refused', code: 'NOT_A_PREFECTURE' };
}

/** Prefecture that a place name starts with (東京都千代田区...), when it plainly says so. */
export function prefectureOfPlace(place: string): string | undefined {
  const text = normaliseText(place);
  return PREFECTURES.find(({ ja }) => text.startsWith(ja))?.code;
}

/** One or several IP addresses, separated by commas, spaces or line breaks. */
export function readAddresses(text: string): Reading<readonly string[], 'NOT_AN_ADDRESS'> {
  const absence = readAbsence(text);
  if (absence) return absence;
  const parts = normaliseText(text)
    .split(/[\s,;、/]+/u)
    .filter((part) => part !== '');
  if (parts.length > 50 || !parts.every((part) => isIP(part) !== 0)) {
    return { kind: 'refused', code: 'NOT_AN_ADDRESS' };
  }
  return { kind: 'value', value: parts.map((part) => part.toLowerCase()) };
}

export function readMailAddress(text: string): Reading<string, 'NOT_A_MAIL_ADDRESS'> {
  const absence = readAbsence(text);
  if (absence) return absence;
  const address = normaliseText(text);
  const shape = /^[^\s@<>,;"]{1,64}@[^\s@<>,;".]+(\.[^\s@<>,;".]+)+$/u;
  if (address.length > 254 || !shape.test(address)) {
    return { kind: 'refused', code: 'NOT_A_MAIL_ADDRESS' };
  }
  return { kind: 'value', value: address };
}

export function readTelephone(text: string): Reading<string, 'NOT_A_TELEPHONE_NUMBER'> {
  const absence = readAbsence(text);
  if (absence) return absence;
  const number = normaliseText(text).replace(/[ー‐−–—]/gu, '-');
  const digits = number.replace(/[^0-9]/gu, '').length;
  const shape = /^\+?[0-9][0-9()\- ]*( ?(内線|ext\.?|x) ?[0-9]+)?$/iu.test(number);
  if (!shape || digits < 4 || digits > 20) {
    return { kind: 'refused', code: 'NOT_A_TELEPHONE_NUMBER' };
  }
  return { kind: 'value', value: number };
}
