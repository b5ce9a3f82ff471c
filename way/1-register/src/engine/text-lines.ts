// SPDX-License-Identifier: Apache-2.0
/** From bytes to lines: finds the encoding, decodes line by line, marks what cannot be decoded. */

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'shift_jis';

export interface TextLine {
  /** 1 = first line of the file. */
  readonly number: number;
  /** Without its line break. */
  readonly text: string;
  readonly bytes: number;
  readonly undecodable: boolean;
}

/** Names of encodings as a person knows them. */
export const ENCODING_NAMES: Readonly<Record<TextEncoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  shift_jis: 'Shift_JIS',
};

const SAMPLE_BYTES = 256 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Finds the encoding of a text file.
 *
 * In     first bytes of the file, up to 256 KiB of them are looked at
 * Out    what its byte order mark says; else UTF-16 when every second byte is mostly NUL; else
 *        UTF-8 or Shift_JIS (as Windows writes it), whichever leaves fewer lines unreadable, and
 *        UTF-8 on a tie
 */
export function findEncoding(head: Uint8Array): TextEncoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const sample = head.subarray(0, SAMPLE_BYTES);
  const wide = findWideEncoding(sample);
  if (wide) return wide;
  const complete = sample.length < head.length ? sample : head;
  const utf8Bad = countUndecodable(complete, 'utf-8');
  if (utf8Bad === 0) return 'utf-8';
  return countUndecodable(complete, 'shift_jis') < utf8Bad ? 'shift_jis' : 'utf-8';
}

function findWideEncoding(sample: Uint8Array): TextEncoding | undefined {
  let [even, odd] = [0, 0];
  const length = Math.min(sample.length, 4_096) & ~1;
  for (let i = 0; i < length; i += 2) {
    if (sample[i] === 0) even += 1;
    if (sample[i + 1] === 0) odd += 1;
  }
  if (length < 8) return undefined;
  // ASCII separators and digits in UTF-16 leave a NUL on one side only.
  if (odd > length / 10 && even === 0) return 'utf-16le';
  if (even > length / 10 && odd === 0) return 'utf-16be';
  return undefined;
}

function countUndecodable(sample: Uint8Array, encoding: TextEncoding): number {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let [bad, start] = [0, 0];
  while (start < sample.length) {
    const found = sample.indexOf(LF, start);
    // A last line without its break may be cut inside a character: it proves nothing.
    if (found < 0 && start > 0) break;
    const end = found < 0 ? sample.length : found;
    try {
      decoder.decode(sample.subarray(start, end));
    } catch {
      bad += 1;
    }
    start = end + 1;
  }
  return bad;
}

/** Splits bytes into decoded lines as they arrive. Memory: one line (bounded) and the chunk. */
export class LineReader {
  encoding: TextEncoding;
  readonly #lineBytesMax: number;
  readonly #breakByte: number;
  readonly #wide: TextDecoder | undefined;
  #fatal: TextDecoder;
  #lenient: TextDecoder;
  /** Set once a line proved the encoding; plain ASCII proves nothing. */
  #isProven: boolean;
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #number = 0;

  /** `head` tells the line break: files of old systems end their lines with CR alone. */
  constructor(encoding: TextEncoding, head: Uint8Array, lineBytesMax: number) {
    this.encoding = encoding;
    this.#lineBytesMax = lineBytesMax;
    const wide = encoding === 'utf-16le' || encoding === 'utf-16be';
    // UTF-16 is turned into UTF-8 first, so that all lines take one way.
    this.#wide = wide ? new TextDecoder(encoding) : undefined;
    const narrow = wide ? 'utf-8' : encoding;
    this.#fatal = new TextDecoder(narrow, { fatal: true, ignoreBOM: true });
    this.#lenient = new TextDecoder(narrow, { ignoreBOM: true });
    this.#isProven = encoding !== 'utf-8' || head[0] === 0xef;
    const sample = head.subarray(0, SAMPLE_BYTES);
    this.#breakByte = sample.indexOf(LF) < 0 && sample.indexOf(CR) >= 0 ? CR : LF;
  }

  /** Lines that `chunk` completes. */
  push(chunk: Uint8Array): TextLine[] {
    const bytes = this.#wide ? encode(this.#wide.decode(chunk, { stream: true })) : chunk;
    return this.#split(bytes);
  }

  /** The last line, when the file does not end with a line break. */
  end(): TextLine[] {
    const lines = this.#wide ? this.#split(encode(this.#wide.decode())) : [];
    if (this.#restBytes > 0) lines.push(this.#takeLine(new Uint8Array(0)));
    return lines;
  }

  #split(bytes: Uint8Array): TextLine[] {
    const lines: TextLine[] = [];
    let start = 0;
    for (;;) {
      const at = bytes.indexOf(this.#breakByte, start);
      if (at < 0) break;
      lines.push(this.#takeLine(bytes.subarray(start, at)));
      start = at + 1;
    }
    this.#keepRest(bytes.subarray(start));
    return lines;
  }

  /** A line without end is kept only up to the bound: then it is counted and refused whole. */
  #keepRest(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#restBytes += piece.length;
    if (this.#restBytes > this.#lineBytesMax) this.#rest = [];
    else this.#rest.push(piece.slice());
  }

  #takeLine(last: Uint8Array): TextLine {
    this.#number += 1;
    const bytes = this.#restBytes + last.length;
    const whole = this.#rest.length === 0 ? last : Buffer.concat([...this.#rest, last]);
    this.#rest = [];
    this.#restBytes = 0;
    if (bytes > this.#lineBytesMax) {
      return { number: this.#number, text: '', bytes, undecodable: false };
    }
    return this.#decode(whole, bytes);
  }

  #decode(raw: Uint8Array, bytes: number): TextLine {
    let line = raw.at(-1) === CR ? raw.subarray(0, -1) : raw;
    const marked = this.#number === 1 && this.encoding === 'utf-8' && line[0] === 0xef;
    if (marked && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
    try {
      const text = this.#fatal.decode(line);
      if (!this.#isProven && text.length !== line.length) this.#isProven = true;
      // The replacement character means that an earlier conversion already lost something.
      return { number: this.#number, text, bytes, undecodable: text.includes('\ufffd') };
    } catch {
      if (!this.#isProven && this.#turnToShiftJis(line)) return this.#decode(raw, bytes);
      return { number: this.#number, text: this.#lenient.decode(line), bytes, undecodable: true };
    }
  }

  /** The first line that is not ASCII comes late and is Shift_JIS: so is the file. */
  #turnToShiftJis(line: Uint8Array): boolean {
    this.#isProven = true;
    const fatal = new TextDecoder('shift_jis', { fatal: true });
    try {
      fatal.decode(line);
    } catch {
      return false;
    }
    this.encoding = 'shift_jis';
    this.#fatal = fatal;
    this.#lenient = new TextDecoder('shift_jis');
    return true;
  }
}

function encode(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
