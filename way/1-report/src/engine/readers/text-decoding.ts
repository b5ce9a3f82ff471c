// SPDX-License-Identifier: Apache-2.0
/** Bytes of free text to characters: the encodings that Japanese mail and forms are written in. */

export interface DecodedText {
  readonly text: string;
  /** Name of the encoding as a person knows it. */
  readonly encoding: 'UTF-8' | 'UTF-16' | 'ISO-2022-JP' | 'Shift_JIS' | 'EUC-JP';
  /** Some bytes are no character of it and were replaced. */
  readonly damaged: boolean;
}

/**
 * Decodes a text whose encoding is not named.
 *
 * Out    by its mark; by the escapes of ISO-2022-JP; UTF-8 where it fits; else Shift_JIS or EUC-JP,
 *        whichever gives fewer half-width katakana, which hardly anybody writes
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs('utf-16le', 'UTF-16', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeAs('utf-16be', 'UTF-16', bytes);
  if (hasJisEscapes(bytes)) return decodeAs('iso-2022-jp', 'ISO-2022-JP', bytes);
  const utf8 = decodeAs('utf-8', 'UTF-8', bytes);
  if (!utf8.damaged) return utf8;
  const candidates = [
    decodeAs('shift_jis', 'Shift_JIS', bytes),
    decodeAs('euc-jp', 'EUC-JP', bytes),
  ].filter(({ damaged }) => !damaged);
  candidates.sort((a, b) => countHalfWidth(a.text) - countHalfWidth(b.text));
  return candidates[0] ?? utf8;
}

function decodeAs(
  label: string,
  encoding: DecodedText['encoding'],
  bytes: Uint8Array,
): DecodedText {
  try {
    const text = new TextDecoder(label, { fatal: true }).decode(bytes);
    return { text, encoding, damaged: false };
  } catch {
    return { text: new TextDecoder(label).decode(bytes), encoding, damaged: true };
  }
}

const ESCAPE = 0x1b;

/** ESC $ @, ESC $ B, ESC ( J or ESC ( I, and no byte of eight bits. */
function hasJisEscapes(bytes: Uint8Array): boolean {
  let found = false;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at]! > 0x7f) return false;
    if (bytes[at] !== ESCAPE || found) continue;
    const pair = String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
    found = ['$@', '$B', '(J', '(I'].includes(pair);
  }
  return found;
}

function countHalfWidth(text: string): number {
  return text.match(/[\uff61-\uff9f]/g)?.length ?? 0;
}
