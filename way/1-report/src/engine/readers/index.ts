// SPDX-License-Identifier: Apache-2.0
/** Foreign formats, read as reports: everything is bounded, nothing in them makes a reader throw. */
import type { Text } from '@sakimori/vocabulary/wire';
import type { ReadItem, ReportFormat } from '../shapes.ts';
import type { ReadContext } from './drafts.ts';
import { elasticReader } from './elastic.ts';
import { readMail } from './eml.ts';
import { findFamily, findJsonFormat, type JsonFormat } from './formats.ts';
import { readForm } from './ipa-text.ts';
import { type JsonPiece, JsonPieces } from './json-pieces.ts';
import { atMost, EXPECTED, READ_LIMITS, type ReadLimits, refuse } from './limits.ts';
import { sakimoriReader } from './sakimori.ts';
import { splunkReader } from './splunk.ts';
import { stixReader } from './stix.ts';
import { suricataReader } from './suricata.ts';
import { verisReader } from './veris.ts';
import { wazuhReader } from './wazuh.ts';

export { READ_LIMITS, type ReadLimits } from './limits.ts';
export { organisationOf, type VerisOrganisation } from './veris-organisation.ts';
export { findFamily, findJsonFormat };

export interface ReadOptions {
  /** When the bytes came in, UTC milliseconds: awareness where the document states none. */
  readonly receivedAtMs: number;
  /** Narrower bounds than `READ_LIMITS`. */
  readonly limits?: Partial<ReadLimits>;
  /** Is told of documents of the format that are no report (flow records among alerts). */
  readonly onIgnored?: (count: number) => void;
}

/** Bytes as one piece or as they come; already inflated. */
export type ReadSource = Uint8Array | AsyncIterable<Uint8Array>;

const CHUNK_BYTES = 64 * 1024;

/**
 * Reads reports out of a file.
 *
 * In     `format`, or `auto`: told by the first bytes, for JSON by the first document that is known
 * Out    one item a document, in the order of the file; groups of alerts come at its end
 * Throws only what `source` throws
 * Never  holds more than one document (or one message) and the open groups of alerts
 */
export async function* readReports(
  format: ReportFormat | 'auto',
  source: ReadSource,
  options: ReadOptions,
): AsyncGenerator<ReadItem> {
  const limits = { ...READ_LIMITS, ...options.limits };
  const context = contextOf(options, limits);
  const raw = await peek(chunksOf(source));
  const family = format === 'auto' ? findFamily(firstText(raw.head)) : familyOf(format);
  const chunks = family === 'json' ? toUtf8(raw.chunks) : raw.chunks;
  if (family !== 'json') {
    const bytesMax = family === 'eml' ? limits.mailBytesMax : limits.formBytesMax;
    const bytes = await collect(chunks, Math.min(bytesMax, limits.fileBytesMax));
    if (bytes === undefined) yield tooLong(1, bytesMax);
    else if (family === 'eml') yield* await readMail(bytes, context);
    else yield* readForm(bytes, context);
    return;
  }
  const session = new JsonSession(format === 'auto' ? undefined : (format as JsonFormat), context);
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limits.fileBytesMax) {
      yield* session.end(false);
      yield tooLong(session.line, limits.fileBytesMax);
      return;
    }
    yield* session.push(chunk);
  }
  yield* session.end(true);
}

/**
 * Reads the body of one request, such as a webhook of a detection tool. Mail is read by
 * `readReports`.
 *
 * In     as `readReports`; the body is in memory already
 * Out    all items
 * Never  throws on content
 */
export function readOne(
  format: Exclude<ReportFormat, 'eml'> | 'auto',
  body: Uint8Array,
  options: ReadOptions,
): readonly ReadItem[] {
  const limits = { ...READ_LIMITS, ...options.limits };
  const context = contextOf(options, limits);
  const family = format === 'auto' ? findFamily(body) : familyOf(format);
  const bytesMax = family === 'json' ? limits.documentBytesMax : limits.formBytesMax;
  if (body.length > bytesMax) return [tooLong(1, bytesMax)];
  if (family === 'eml') return [refuse(1, { field: 'format', expected: EXPECTED.knownFormat })];
  if (family === 'ipa-text') return readForm(body, context);
  const session = new JsonSession(format === 'auto' ? undefined : (format as JsonFormat), context);
  return [...session.push(withoutMark(body)), ...session.end(true)];
}

function contextOf(options: ReadOptions, limits: ReadLimits): ReadContext {
  return {
    receivedAtMs: options.receivedAtMs,
    limits,
    ignore: (count) => options.onIgnored?.(count),
  };
}

function familyOf(format: ReportFormat): 'json' | 'eml' | 'ipa-text' {
  return format === 'eml' || format === 'ipa-text' ? format : 'json';
}

function tooLong(line: number, bytesMax: number): ReadItem {
  return refuse(line, { field: 'file', expected: atMost(bytesMax, 'バイト数は', 'bytes') });
}

/** A reader of JSON documents: stateless ones are a function, grouping ones have an end. */
interface DocumentReader {
  read(value: unknown, line: number): ReadItem[];
  end(): ReadItem[];
}

type Simple = (context: ReadContext) => (value: unknown, line: number) => ReadItem[];

const simple =
  (reader: Simple) =>
  (context: ReadContext): DocumentReader => ({ read: reader(context), end: () => [] });

const READERS: Readonly<Record<JsonFormat, (context: ReadContext) => DocumentReader>> = {
  sakimori: simple(sakimoriReader),
  veris: simple(verisReader),
  suricata: suricataReader,
  wazuh: simple(wazuhReader),
  elastic: simple(elasticReader),
  splunk: simple(splunkReader),
  stix: simple(stixReader),
};

const DAMAGED: Text = {
  ja: 'UTF-8 として読めない文字を置き換えました。',
  en: 'Characters that are not UTF-8 were replaced.',
};

/** Pieces of JSON to items, by a format that is given or found. */
class JsonSession {
  line = 1;
  readonly #pieces: JsonPieces;
  readonly #context: ReadContext;
  #reader: DocumentReader | undefined;

  constructor(format: JsonFormat | undefined, context: ReadContext) {
    this.#context = context;
    this.#pieces = new JsonPieces(context.limits);
    if (format) this.#reader = READERS[format](context);
  }

  *push(chunk: Uint8Array): Generator<ReadItem> {
    for (const piece of this.#pieces.push(chunk)) yield* this.#take(piece);
  }

  /** `whole` is false when reading was stopped: what is open is then no document. */
  *end(whole: boolean): Generator<ReadItem> {
    if (whole) for (const piece of this.#pieces.end()) yield* this.#take(piece);
    if (this.#reader) yield* this.#reader.end();
  }

  #take(piece: JsonPiece): ReadItem[] {
    this.line = piece.line;
    if (piece.fault) return [refuse(piece.line, piece.fault)];
    if (!this.#reader) {
      const format = findJsonFormat(piece.value);
      if (!format) {
        return [refuse(piece.line, { field: 'document', expected: EXPECTED.knownFormat })];
      }
      this.#reader = READERS[format](this.#context);
    }
    const items = this.#reader.read(piece.value, piece.line);
    return piece.damaged ? items.map(withDamage) : items;
  }
}

function withDamage(item: ReadItem): ReadItem {
  if (!item.report) return item;
  return { report: { ...item.report, notes: [...item.report.notes, DAMAGED] } };
}

async function* chunksOf(source: ReadSource): AsyncGenerator<Uint8Array> {
  const parts = source instanceof Uint8Array ? [source] : source;
  for await (const part of parts) {
    for (let from = 0; from < part.length; from += CHUNK_BYTES) {
      yield part.subarray(from, from + CHUNK_BYTES);
    }
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function firstText(head: Uint8Array): Uint8Array {
  const wide = wideDecoder(head);
  return wide ? Buffer.from(wide.decode(head), 'utf8') : withoutMark(head);
}

function wideDecoder(head: Uint8Array): TextDecoder | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le');
  return head[0] === 0xfe && head[1] === 0xff ? new TextDecoder('utf-16be') : undefined;
}

/** UTF-16 with its mark (what PowerShell writes) becomes UTF-8; a mark of UTF-8 is left out. */
async function* toUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let wide: TextDecoder | undefined;
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst) wide = wideDecoder(chunk);
    const plain = isFirst ? withoutMark(chunk) : chunk;
    isFirst = false;
    yield wide ? Buffer.from(wide.decode(chunk, { stream: true }), 'utf8') : plain;
  }
}

/** The first bytes to tell the format by, and all of them again. */
async function peek(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ head: Uint8Array; chunks: AsyncGenerator<Uint8Array> }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size < CHUNK_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    parts.push(next.value.slice());
    size += next.value.length;
  }
  const head = Buffer.concat(parts);
  const all = (async function* () {
    if (head.length > 0) yield head;
    yield* chunks;
  })();
  return { head, chunks: all };
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > bytesMax) return undefined;
    parts.push(chunk.slice());
  }
  return Buffer.concat(parts);
}
