// SPDX-License-Identifier: Apache-2.0
/** Lines of a given width, for Japanese and Latin text mixed. */

/** Must not stand at the beginning of a line (行頭禁則). */
const NOT_FIRST = new Set(
  '、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】’”ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;?!)]}',
);
/** Must not stand at the end of a line (行末禁則). */
const NOT_LAST = new Set('（［｛〔〈《「『【‘“([{');

/**
 * Breaks a text into lines.
 *
 * In     printable text; width of a sign; `widthMax` in the same unit
 * Out    lines without their line feeds and without spaces at their ends. A line is broken between
 *        words and between Japanese signs; a word that is longer than a line is broken anywhere
 * Never  takes more than time in proportion to the text; gives a line wider than `widthMax`, unless
 *        a single sign is
 */
export function breakLines(
  text: string,
  advance: (codePoint: number) => number,
  widthMax: number,
): string[] {
  return text.split('\n').flatMap((paragraph) => breakParagraph(paragraph, advance, widthMax));
}

function breakParagraph(
  text: string,
  advance: (codePoint: number) => number,
  widthMax: number,
): string[] {
  const signs = Array.from(text);
  const lines: string[] = [];
  let start = 0;
  let width = 0;
  let breakAt = 0;
  for (let at = 0; at < signs.length; at += 1) {
    const sign = signs[at] as string;
    const own = advance(sign.codePointAt(0) as number);
    if (at > start && mayBreak(signs[at - 1] as string, sign)) breakAt = at;
    // Spaces at the end of a line may hang over its edge; they are not printed.
    while (width + own > widthMax && at > start && sign !== ' ') {
      const end = breakAt > start ? breakAt : at;
      lines.push(signs.slice(start, end).join('').trimEnd());
      start = end;
      while (start < at && signs[start] === ' ') start += 1;
      width = 0;
      for (let back = start; back < at; back += 1) {
        width += advance((signs[back] as string).codePointAt(0) as number);
      }
    }
    width += own;
  }
  lines.push(signs.slice(start).join('').trimEnd());
  return lines;
}

function mayBreak(before: string, after: string): boolean {
  if (after === ' ' || NOT_FIRST.has(after) || NOT_LAST.has(before)) return false;
  return before === ' ' || before === '/' || isWide(before) || isWide(after);
}

/** Japanese signs, full-width forms and others that are set without spaces between words. */
function isWide(sign: string): boolean {
  return (sign.codePointAt(0) as number) >= 0x2e80;
}
