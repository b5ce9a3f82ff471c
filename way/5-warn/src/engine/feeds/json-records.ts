// SPDX-License-Identifier: Apache-2.0
/**
 * Cuts a stream of JSON into records: values of NDJSON, elements of a top-level array, or
 * elements of one named array of a top-level object. Only a record at a time is in memory.
 */
import { decodeUtf8 } from './bytes.ts';
import { atMost, EXPECTED, FeedFault, type FeedLimits } from './limits.ts';
import type { FormatReader, RecordReading } from './read.ts';

/** A whole JSON value and where it began. */
export interface JsonRecord {
  /** `element` of an array, or a whole top-level `document` with its record array emptied. */
  readonly kind: 'element' | 'document';
  readonly value: unknown;
  readonly bytes: number;
  readonly line: number;
  readonly offset: number;
  /** Of a document: how many elements were cut out of it. */
  readonly elements: number;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const NEWLINE = 0x0a;

/**
 * Reads records out of JSON bytes.
 *
 * In     `chunks` plain bytes; `arrayKey` name of the array whose elements are the records
 * Out    elements as they end, and each top-level object without them
 * Throws FeedFault with line and offset: not JSON, cut off, too deep, a field or record too long
 * Never  holds more than one record and the head of its document
 */
export async function* readJsonRecords(
  chunks: AsyncIterable<Uint8Array>,
  arrayKey: string | undefined,
  limits: FeedLimits,
): AsyncGenerator<JsonRecord> {
  const cutter = new JsonCutter(arrayKey, limits);
  for await (const chunk of chunks) {
    cutter.take(chunk);
    yield* cutter.drain();
  }
  cutter.end();
  yield* cutter.drain();
}

/** A format of which every value stands alone: one document, a list of them, or NDJSON. */
export function eachJsonValue(
  readValue: (value: unknown, file: string, line: number) => RecordReading,
): FormatReader {
  return async function* readValues(chunks, file, limits) {
    for await (const { value, bytes, line, offset } of readJsonRecords(chunks, undefined, limits)) {
      yield { kind: 'reading', reading: readValue(value, file, line), bytes, line, offset };
    }
  };
}

/** Bytes of the value that is being collected, over chunk borders. */
class Collector {
  readonly line: number;
  readonly offset: number;
  readonly parts: Uint8Array[] = [];
  bytes = 0;
  /** Where the part of the current chunk begins. */
  from: number;

  constructor(line: number, offset: number, from: number) {
    this.line = line;
    this.offset = offset;
    this.from = from;
  }

  add(chunk: Uint8Array, until: number, bytesMax: number): void {
    if (until > this.from) {
      const part = chunk.subarray(this.from, until);
      this.parts.push(part);
      this.bytes += part.length;
    }
    if (this.bytes > bytesMax) {
      throw new FeedFault('record', atMost(bytesMax, '1 件のバイト数', 'record bytes'), {
        line: this.line,
        offset: this.offset,
      });
    }
  }
}

class JsonCutter {
  #arrayKey: string | undefined;
  #limits: FeedLimits;
  #done: JsonRecord[] = [];
  #depth = 0;
  /** Open brackets, outermost first. */
  #stack: number[] = [];
  #inString = false;
  #escaped = false;
  #stringBytes = 0;
  /** Text of strings at depth 1, to know the key before a colon. */
  #keyBytes: number[] = [];
  #key = '';
  /** Depth at which elements are cut; 0 when not inside such an array. */
  #elementDepth = 0;
  #document: Collector | undefined;
  #element: Collector | undefined;
  #elements = 0;
  #line = 1;
  #base = 0;
  #seen = false;
  /** A comma of the record array was read and no element after it yet. */
  #owesElement = false;

  constructor(arrayKey: string | undefined, limits: FeedLimits) {
    this.#arrayKey = arrayKey;
    this.#limits = limits;
  }

  *drain(): Generator<JsonRecord> {
    yield* this.#done;
    this.#done = [];
  }

  take(chunk: Uint8Array): void {
    let start = 0;
    if (this.#base === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) start = 3;
    if (this.#document) this.#document.from = start;
    if (this.#element) this.#element.from = start;
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === NEWLINE) this.#line += 1;
      if (this.#inString) this.#takeInString(byte, at);
      else if (byte > 0x20) this.#takeStructure(chunk, byte, at);
    }
    // What is still open is copied: the chunk's memory may be used again by its source.
    for (const open of [this.#element, this.#elementDepth === 0 ? this.#document : undefined]) {
      open?.add(chunk.slice(), chunk.length, this.#limits.recordBytesMax);
    }
    this.#base += chunk.length;
  }

  end(): void {
    if (this.#depth > 0 || this.#inString) {
      throw new FeedFault('file', EXPECTED.whole, { line: this.#line, offset: this.#base });
    }
    if (!this.#seen) throw new FeedFault('file', EXPECTED.notEmpty, { offset: 0 });
  }

  #takeInString(byte: number, at: number): void {
    this.#stringBytes += 1;
    if (this.#stringBytes > this.#limits.fieldBytesMax) {
      const expected = atMost(this.#limits.fieldBytesMax, '1 項目のバイト数', 'field bytes');
      throw this.#fault('field', expected, at);
    }
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
    if (this.#inString && this.#depth === 1 && this.#keyBytes.length < 64) {
      this.#keyBytes.push(byte);
    }
  }

  #takeStructure(chunk: Uint8Array, byte: number, at: number): void {
    if (byte === QUOTE) {
      if (this.#depth === 0) throw this.#fault('file', EXPECTED.json, at);
      this.#inString = true;
      this.#stringBytes = 0;
      this.#keyBytes.length = 0;
      this.#beginElement(at);
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#open(chunk, byte, at);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#close(chunk, byte, at);
    else if (byte === COMMA && this.#elementDepth === this.#depth && this.#depth > 0) {
      if (!this.#element) throw this.#fault('file', EXPECTED.json, at);
      this.#endElement(chunk, at);
      this.#owesElement = true;
    } else if (byte === COLON && this.#depth === 1) {
      this.#key = String.fromCharCode(...this.#keyBytes);
    } else if (this.#depth === 0) throw this.#fault('file', EXPECTED.json, at);
    else this.#beginElement(at);
  }

  #open(chunk: Uint8Array, byte: number, at: number): void {
    this.#seen = true;
    if (this.#depth === 0) {
      this.#elements = 0;
      this.#key = '';
      if (byte === OPEN_BRACE) {
        this.#document = new Collector(this.#line, this.#base + at, at);
      }
    }
    this.#beginElement(at);
    this.#depth += 1;
    this.#stack.push(byte);
    if (this.#depth > this.#limits.depthMax) {
      throw this.#fault('depth', atMost(this.#limits.depthMax, '入れ子', 'a nesting'), at);
    }
    const named =
      this.#depth === 2 &&
      this.#stack[0] === OPEN_BRACE &&
      this.#arrayKey !== undefined &&
      this.#key === this.#arrayKey;
    const whole = this.#depth === 1;
    if (byte === OPEN_BRACKET && (named || whole) && this.#elementDepth === 0) {
      this.#elementDepth = this.#depth;
      this.#document?.add(chunk, at + 1, this.#limits.recordBytesMax);
    }
  }

  #close(chunk: Uint8Array, byte: number, at: number): void {
    const open = this.#stack.pop();
    if (open !== (byte === CLOSE_BRACE ? OPEN_BRACE : OPEN_BRACKET)) {
      throw this.#fault('file', EXPECTED.json, at);
    }
    if (this.#elementDepth === this.#depth && this.#depth > 0) {
      if (this.#owesElement) throw this.#fault('file', EXPECTED.json, at);
      this.#endElement(chunk, at);
      this.#elementDepth = 0;
      if (this.#document) this.#document.from = at;
    }
    this.#depth -= 1;
    if (this.#depth === 0 && this.#document) {
      this.#document.add(chunk, at + 1, this.#limits.recordBytesMax);
      this.#finish('document', this.#document);
      this.#document = undefined;
    }
  }

  /** The first byte of a value directly inside the record array. */
  #beginElement(at: number): void {
    if (this.#elementDepth > 0 && this.#elementDepth === this.#depth && !this.#element) {
      this.#element = new Collector(this.#line, this.#base + at, at);
      this.#owesElement = false;
    }
  }

  #endElement(chunk: Uint8Array, at: number): void {
    const element = this.#element;
    if (!element) return;
    element.add(chunk, at, this.#limits.recordBytesMax);
    this.#elements += 1;
    this.#element = undefined;
    this.#finish('element', element);
  }

  #finish(kind: JsonRecord['kind'], collected: Collector): void {
    const at = { line: collected.line, offset: collected.offset };
    const text = decodeUtf8(Buffer.concat(collected.parts), at);
    const elements = this.#elements;
    this.#done.push({ kind, value: parseJson(text, at), bytes: collected.bytes, ...at, elements });
  }

  #fault(field: string, expected: { ja: string; en: string }, at: number): FeedFault {
    return new FeedFault(field, expected, { line: this.#line, offset: this.#base + at });
  }
}

function parseJson(text: string, at: { line: number; offset: number }): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would repeat the text; it is left out on purpose.
    throw new FeedFault('json', EXPECTED.json, at);
  }
}
