// SPDX-License-Identifier: Apache-2.0
/**
 * Similar texts without comparing pairs: MinHash over runs of three characters, in bands. Works
 * alike for Japanese, which parts no words, and for English. Numbers and addresses are masked, so
 * that the same story with other times and machines is the same story.
 */

/** Bands of a text, and hashes in a band. Two texts of 60 % likeness share a band in 99 of 100. */
export const TEXT_BANDS = 20;
export const TEXT_ROWS = 3;
/** A text with fewer different runs is a phrase ("unknown"): it says nothing of likeness. */
export const RUNS_MIN = 40;
const CHARACTERS_MAX = 20_000;
const HASHES = TEXT_BANDS * TEXT_ROWS;

/** Fixed odd multipliers and offsets, one pair a hash: the same keys on every machine, always. */
const MULTIPLIERS = new Uint32Array(HASHES);
const OFFSETS = new Uint32Array(HASHES);
for (let index = 0; index < HASHES; index += 1) {
  MULTIPLIERS[index] = (scramble(2 * index + 1) | 1) >>> 0;
  OFFSETS[index] = scramble(2 * index + 2);
}

/**
 * The bands of a text.
 *
 * In     any text; what is beyond `CHARACTERS_MAX` is not looked at
 * Out    `TEXT_BANDS` keys, in order; none when the text is too short to compare
 */
export function textBands(text: string): string[] {
  const runs = runsOf(maskText(text.slice(0, CHARACTERS_MAX)));
  if (runs.size < RUNS_MIN) return [];
  const least = new Uint32Array(HASHES).fill(0xffff_ffff);
  for (const run of runs) {
    for (let index = 0; index < HASHES; index += 1) {
      const product = Math.imul(run, MULTIPLIERS[index] as number) + (OFFSETS[index] as number);
      const hash = scramble(product >>> 0);
      if (hash < (least[index] as number)) least[index] = hash;
    }
  }
  return Array.from({ length: TEXT_BANDS }, (_, band) => {
    let [high, low] = [band, 0x9e37_79b9];
    for (let row = 0; row < TEXT_ROWS; row += 1) {
      const value = least[band * TEXT_ROWS + row] as number;
      high = scramble((high ^ value) >>> 0);
      low = scramble((low + value) >>> 0);
    }
    return `${band}.${high.toString(36)}${low.toString(36)}`;
  });
}

/** Likeness (0 to 1) of two texts that share so many bands: what makes that number likeliest. */
export function likenessOf(sharedBands: number): number {
  return (Math.min(sharedBands, TEXT_BANDS) / TEXT_BANDS) ** (1 / TEXT_ROWS);
}

/** One width, one case; addresses, names, digests and numbers are the same sign everywhere. */
export function maskText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[a-z0-9@._:/\\%=?&+-]+/g, (word) =>
      /[.:/@\\]./.test(word) || /^[0-9a-f]{16,}$/.test(word) ? '#' : word.replace(/\d+/g, '0'),
    )
    .replace(/[^\p{L}\p{N}#]+/gu, ' ')
    .trim();
}

function runsOf(text: string): Set<number> {
  const runs = new Set<number>();
  for (let at = 0; at + 2 < text.length; at += 1) {
    const first = Math.imul(text.charCodeAt(at), 0x01_00_01_93);
    const second = Math.imul(text.charCodeAt(at + 1) ^ first, 0x01_00_01_93);
    runs.add(scramble((text.charCodeAt(at + 2) ^ second) >>> 0));
  }
  return runs;
}

/** Spreads 32 bits over 32 bits so that near numbers become far ones. */
function scramble(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x7feb_352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846c_a68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
