// SPDX-License-Identifier: Apache-2.0
/** What a character is, for a reader of addresses in Japanese and English text. */

/** Classes of a character in a text that was made readable. */
export const CLASS = {
  /** White space, punctuation, controls: nothing that is sought continues across it. */
  other: 0,
  /** ASCII letter or digit. */
  ascii: 1,
  /** `-` or `_`. */
  joiner: 2,
  dot: 3,
  /** Letter or digit of a script that parts its words by spaces: Cyrillic, Greek, accents. */
  letter: 4,
  /** Japanese or Chinese: stands next to a value without a space, and may be part of a name. */
  japanese: 5,
} as const;

const LETTER = /[\p{L}\p{M}\p{Nd}]/u;
const classOf = new Uint8Array(0x1_0000);
const isClassified = new Uint8Array(0x1_0000);

/** Class of a UTF-16 code unit. Characters outside the first plane are `other` or Japanese. */
export function classify(unit: number): number {
  if (isClassified[unit] === 0) {
    classOf[unit] = decide(unit);
    isClassified[unit] = 1;
  }
  return classOf[unit] as number;
}

function decide(unit: number): number {
  if (unit < 0x80) {
    if (isAsciiWord(unit)) return CLASS.ascii;
    if (unit === 0x2d || unit === 0x5f) return CLASS.joiner;
    return unit === 0x2e ? CLASS.dot : CLASS.other;
  }
  if (isJapanese(unit)) return CLASS.japanese;
  if (unit >= 0xd800 && unit <= 0xdfff) return CLASS.other;
  return LETTER.test(String.fromCharCode(unit)) ? CLASS.letter : CLASS.other;
}

/** 0-9, A-Z, a-z. */
export function isAsciiWord(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x61 && unit <= 0x7a)
  );
}

/** 0-9, A-F, a-f. */
export function isHexadecimal(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x41 && unit <= 0x46) ||
    (unit >= 0x61 && unit <= 0x66)
  );
}

export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Kanji, kana and their marks, without the middle dot, which parts the items of a list. */
function isJapanese(unit: number): boolean {
  return (
    (unit >= 0x3005 && unit <= 0x3007) ||
    (unit >= 0x3041 && unit <= 0x309f) ||
    (unit >= 0x30a1 && unit <= 0x30ff && unit !== 0x30fb) ||
    (unit >= 0x31f0 && unit <= 0x31ff) ||
    (unit >= 0x3400 && unit <= 0x4dbf) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff66 && unit <= 0xff9f) ||
    // High surrogates of rare kanji, and low surrogates after them.
    (unit >= 0xd840 && unit <= 0xd87f)
  );
}

/** Signs of another form that a person reads as an ASCII sign; also those meant to deceive. */
const SIGNS: ReadonlyMap<number, number> = new Map([
  [0x3000, 0x20],
  [0x00a0, 0x20],
  [0x2024, 0x2e],
  [0xfe52, 0x2e],
  [0x2010, 0x2d],
  [0x2011, 0x2d],
  [0xfe63, 0x2d],
  [0x2044, 0x2f],
  [0x2215, 0x2f],
  [0xfe6b, 0x40],
  [0x02d0, 0x3a],
  [0xa789, 0x3a],
  [0x2236, 0x3a],
]);

/** Full-width signs of a value: letters, digits and these. Brackets and commas are of the prose. */
const VALUE_SIGNS = new Set([...'%&+-./:=?@_~#*$'].map((sign) => sign.charCodeAt(0)));

/** As `narrow`, but full-width punctuation of Japanese prose stays what it is: a boundary. */
export function narrowInValue(unit: number): number {
  const plain = narrow(unit);
  return unit < 0xff01 || unit > 0xff5e || isAsciiWord(plain) || VALUE_SIGNS.has(plain)
    ? plain
    : unit;
}

/** The ASCII form of a full-width or look-alike sign; the unit itself where it has none. */
export function narrow(unit: number): number {
  if (unit < 0x80) return unit;
  if (unit >= 0xff01 && unit <= 0xff5e) return unit - 0xfee0;
  return SIGNS.get(unit) ?? unit;
}

/** The ASCII form of a mathematical letter or digit (U+1D400 to U+1D7FF), else 0. */
export function narrowMathematical(codePoint: number): number {
  if (codePoint < 0x1d400 || codePoint > 0x1d7ff) return 0;
  const plain = String.fromCodePoint(codePoint).normalize('NFKC');
  return plain.length === 1 && plain.charCodeAt(0) < 0x80 ? plain.charCodeAt(0) : 0;
}

/**
 * Whether a code point hides or turns text: zero-width characters, bidirectional controls, fillers,
 * tags. Programs skip them or act on them; a person does not see them.
 */
export function isHidden(codePoint: number): boolean {
  if (codePoint < 0xad) return false;
  return (
    codePoint === 0xad ||
    codePoint === 0x034f ||
    codePoint === 0x061c ||
    codePoint === 0x115f ||
    codePoint === 0x1160 ||
    codePoint === 0x180e ||
    (codePoint >= 0x200b && codePoint <= 0x200f) ||
    (codePoint >= 0x202a && codePoint <= 0x202e) ||
    (codePoint >= 0x2060 && codePoint <= 0x206f) ||
    codePoint === 0x3164 ||
    codePoint === 0xfeff ||
    codePoint === 0xffa0 ||
    (codePoint >= 0xe0000 && codePoint <= 0xe007f)
  );
}

/** Selectors of a written form; they belong to kanji and emoji, and change no value. */
export function isVariationSelector(codePoint: number): boolean {
  return (
    (codePoint >= 0xfe00 && codePoint <= 0xfe0f) || (codePoint >= 0xe0100 && codePoint <= 0xe01ef)
  );
}
