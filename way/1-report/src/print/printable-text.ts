// SPDX-License-Identifier: Apache-2.0
/** Text that others wrote, made fit for paper: nothing hidden, nothing turned, nothing lost. */

/** Marks that join the sign before them; a pair is one sign where the face has one. */
const PAIR = /\P{M}(?!\p{VS})\p{M}/gu;
/** Signs that hide, turn or control text: never drawn, always shown as their number. */
const HIDING = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

/**
 * Text as it can be printed.
 *
 * In     any string, lone surrogates included; whether the face has a sign
 * Out    the same text with line feeds kept and tabs as spaces. A sign that hides or turns text, or
 *        that the face does not have, is written as its number: 〔U+202E〕
 * Never  changes one sign into another: 﨑 stays 﨑, and a look-alike stays what it is
 */
export function printableText(text: string, has: (codePoint: number) => boolean): string {
  const paired = text.replace(PAIR, (pair) => pair.normalize('NFC'));
  let printable = '';
  for (const sign of paired) printable += printableSign(sign, has);
  return printable;
}

function printableSign(sign: string, has: (codePoint: number) => boolean): string {
  if (sign === '\n') return sign;
  if (sign === '\r') return '';
  if (sign === '\t') return '    ';
  const codePoint = sign.codePointAt(0) as number;
  if (!HIDING.test(sign) && has(codePoint)) return sign;
  return `〔U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}〕`;
}
