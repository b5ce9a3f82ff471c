// SPDX-License-Identifier: Apache-2.0
/**
 * Cuts JSON into its documents: lines of NDJSON, elements of a top-level array, or one document
 * over many lines. What is broken, too deep or too long is a fault of that document alone.
 */
import { atMost, EXPECTED, type Expectation, type ReadLimits } from './limits.ts';

/** One document, or why it cannot be taken. `line` is where it begins; in an array its number. */
export type JsonPiece =
  | {
      readonly line: number;
      readonly value: unknown;
      /** Bytes that are no UTF-8 were replaced. */
      readonly damaged: boolean;
      readonly fault?: undefined;
    }
  | { readonly line: number; readonly fault: Expectation };

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const NEWLINE = 0x0a;

const NOT_JSON: Expectation = { field: 'json', expected: EXPECTED.json };
const CUT_OFF: Expectation = { field: 'json', expected: EXPECTED.whole };

/** Takes bytes as they come. Memory: one document up to its bound, and the chunk. */
export class JsonPieces {
  readonly #limits: ReadLimits;
  #done: JsonPiece[] = [];
  /** Inside the brackets of a top-level array. */
  #inArray = false;
  /** Elements of the array that have begun. */
  #element = 0;
  /** One document a line: a line end is then the end of whatever is open. */
  #linesMode = false;
  #seen = false;
  #line = 1;
  #atLineStart = true;
  #finishedOnLine = 0;
  /** The document that is open: from where in the chunk, its parts, its fault. */
  #open = false;
  #from = 0;
  #startLine = 1;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #fault: Expectation | undefined;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #lastByte = 0;

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  /** Documents that `chunk` completes. */
  push(chunk: Uint8Array): JsonPiece[] {
    this.#from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === NEWLINE) this.#takeNewline(chunk, at);
      else {
        if (this.#inString) this.#takeInString(byte);
        else if (byte > 0x20) this.#takeStructure(chunk, byte, at);
        this.#atLineStart = false;
      }
    }
    // The chunk's memory may be used again by its source: what is still open is copied.
    if (this.#open) this.#keep(chunk.slice(this.#from));
    return this.#drain();
  }

  /** What is left when the input ends. */
  end(): JsonPiece[] {
    if (this.#open) {
      if (this.#depth > 0 || this.#inString) this.#fault ??= CUT_OFF;
      this.#finish(new Uint8Array(0), 0);
    }
    if (this.#inArray) this.#done.push({ line: this.#element + 1, fault: CUT_OFF });
    if (!this.#seen) {
      this.#done.push({ line: 1, fault: { field: 'file', expected: EXPECTED.notEmpty } });
    }
    return this.#drain();
  }

  #drain(): JsonPiece[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #takeInString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      this.#lastByte = QUOTE;
    }
  }

  #takeNewline(chunk: Uint8Array, at: number): void {
    // No JSON string holds a line break: the string was cut, the next line may be sound again.
    if (this.#inString) {
      this.#inString = false;
      this.#escaped = false;
      this.#lastByte = 0;
      this.#fault ??= NOT_JSON;
    }
    if (this.#open && !this.#inArray && (this.#depth === 0 || this.#linesMode)) {
      if (this.#depth > 0) this.#fault ??= CUT_OFF;
      this.#finish(chunk, at);
    } else if (!this.#open && !this.#inArray && this.#finishedOnLine === this.#line) {
      this.#linesMode = true;
    }
    this.#line += 1;
    this.#atLineStart = true;
  }

  #takeStructure(chunk: Uint8Array, byte: number, at: number): void {
    this.#seen = true;
    if (this.#open && byte === OPEN_BRACE && this.#atLineStart && this.#depth > 0) {
      this.#resume(chunk, at);
    }
    if (!this.#open && this.#takeBetween(byte, at)) return;
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.#depth += 1;
      if (this.#depth > this.#limits.depthMax) {
        const expected = atMost(this.#limits.depthMax, '入れ子の深さは', 'levels of nesting');
        this.#fault ??= { field: 'depth', expected };
      }
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#close(chunk, at);
    else if (byte === COMMA && this.#depth === 0 && this.#inArray) this.#finish(chunk, at);
    this.#lastByte = byte;
  }

  /** A byte outside every document. True when it does not begin one. */
  #takeBetween(byte: number, at: number): boolean {
    if (byte === OPEN_BRACKET && !this.#inArray) {
      this.#inArray = true;
      this.#element = 0;
      return true;
    }
    if (this.#inArray && byte === COMMA) return true;
    if (this.#inArray && byte === CLOSE_BRACKET) {
      this.#inArray = false;
      return true;
    }
    this.#open = true;
    this.#from = at;
    this.#startLine = this.#line;
    this.#element += 1;
    this.#depth = 0;
    this.#fault = undefined;
    return false;
  }

  /** A line that begins with a brace where none can follow: the document before it was cut off. */
  #resume(chunk: Uint8Array, at: number): void {
    const last = this.#lastByte;
    if (last === COMMA || last === COLON || last === OPEN_BRACKET) return;
    this.#fault ??= CUT_OFF;
    this.#finish(chunk, at);
  }

  #close(chunk: Uint8Array, at: number): void {
    if (this.#depth === 0) {
      // Stray brackets are one refusal a line, not one each.
      if (!this.#inArray) return;
      this.#finish(chunk, at);
      this.#inArray = false;
      return;
    }
    this.#depth -= 1;
    if (this.#depth === 0) this.#finish(chunk, at + 1);
  }

  #keep(part: Uint8Array): void {
    this.#bytes += part.length;
    const bytesMax =
      this.#inArray || this.#linesMode ? this.#limits.lineBytesMax : this.#limits.documentBytesMax;
    if (this.#bytes > bytesMax) {
      this.#fault ??= { field: 'document', expected: atMost(bytesMax, 'バイト数は', 'bytes') };
    }
    if (this.#fault) this.#parts = [];
    else this.#parts.push(part);
  }

  #finish(chunk: Uint8Array, until: number): void {
    if (until > this.#from) this.#keep(chunk.subarray(this.#from, until));
    const line = this.#inArray ? this.#element : this.#startLine;
    this.#done.push(this.#fault ? { line, fault: this.#fault } : parse(this.#parts, line));
    this.#open = false;
    this.#parts = [];
    this.#bytes = 0;
    this.#fault = undefined;
    this.#depth = 0;
    if (this.#startLine === this.#line) this.#finishedOnLine = this.#line;
  }
}

function parse(parts: readonly Uint8Array[], line: number): JsonPiece {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  let text: string;
  let damaged = false;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder('utf-8').decode(bytes);
    damaged = true;
  }
  try {
    return { line, value: JSON.parse(text) as unknown, damaged };
  } catch {
    // The parser's own message would repeat the text; it is left out on purpose.
    return { line, fault: NOT_JSON };
  }
}
