// SPDX-License-Identifier: Apache-2.0
/** JVNRSS and VULDEF as XML, turned into the shapes that jvn.ts reads. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { atMost, EXPECTED, FeedFault, type FeedLimits } from './limits.ts';

/** A record as the JSON reader gives it. */
export interface XmlRecord {
  readonly value: unknown;
  readonly bytes: number;
  readonly line: number;
}

/** Elements that are records: an item of the RSS, a Vulinfo of a VULDEF document. */
const RECORDS = new Set(['item', 'vulinfo']);
/** Elements that may stand several times; each is a list even when it stands once. */
const LISTS = new Set([
  'references',
  'cpe',
  'cvss',
  'affecteditem',
  'versionnumber',
  'relateditem',
  'solutionitem',
  'historyitem',
]);
/** An element whose own text is kept under `text` because it has attributes too. */
const TEXT_KEY = 'text';

type Node = Record<string, unknown>;
interface Open {
  readonly name: string;
  readonly node: Node;
  text: string;
}

/**
 * Reads records out of XML.
 *
 * In     plain bytes in UTF-8
 * Out    a record an item or Vulinfo, names in lower case without prefix, attributes as fields
 * Throws FeedFault: not well formed, cut off, a DOCTYPE, too deep, a text or record too long
 * Never  resolves an entity of the document's own
 */
export async function* readJvnXml(
  chunks: AsyncIterable<Uint8Array>,
  limits: FeedLimits,
): AsyncGenerator<XmlRecord> {
  const builder = new RecordBuilder(limits);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) {
    builder.write(decode(decoder, chunk, builder.line));
    yield* builder.drain();
  }
  builder.write(decode(decoder, undefined, builder.line));
  builder.close();
  yield* builder.drain();
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, line: number): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    throw new FeedFault('text', EXPECTED.utf8, { line });
  }
}

class RecordBuilder {
  #parser: SaxesParser;
  #limits: FeedLimits;
  #done: XmlRecord[] = [];
  #depth = 0;
  #stack: Open[] = [];
  #startLine = 0;
  #bytes = 0;
  #seen = false;

  constructor(limits: FeedLimits) {
    this.#limits = limits;
    this.#parser = new SaxesParser({});
    this.#parser.on('error', () => {
      throw new FeedFault('xml', EXPECTED.xml, { line: this.line });
    });
    this.#parser.on('doctype', () => {
      throw new FeedFault('xml', EXPECTED.noDoctype, { line: this.line });
    });
    this.#parser.on('opentag', (tag) => this.#open(tag));
    this.#parser.on('closetag', () => this.#close());
    this.#parser.on('text', (text) => this.#text(text));
    this.#parser.on('cdata', (text) => this.#text(text));
  }

  get line(): number {
    return this.#parser.line;
  }

  write(text: string): void {
    // In steps, so that one long text is seen before it has been gathered whole.
    const step = 65_536;
    for (let at = 0; at < text.length; at += step) this.#parser.write(text.slice(at, at + step));
  }

  close(): void {
    if (this.#depth > 0 || !this.#seen) {
      throw new FeedFault('file', this.#seen ? EXPECTED.whole : EXPECTED.notEmpty, {
        line: this.line,
      });
    }
    this.#parser.close();
  }

  *drain(): Generator<XmlRecord> {
    yield* this.#done;
    this.#done = [];
  }

  #open(tag: SaxesTagPlain): void {
    this.#seen = true;
    this.#depth += 1;
    if (this.#depth > this.#limits.depthMax) {
      const expected = atMost(this.#limits.depthMax, '入れ子', 'a nesting');
      throw new FeedFault('depth', expected, { line: this.line });
    }
    const name = localName(tag.name);
    if (this.#stack.length === 0 && !RECORDS.has(name)) return;
    if (this.#stack.length === 0) {
      this.#startLine = this.line;
      this.#bytes = 0;
    }
    const node: Node = {};
    for (const [key, value] of Object.entries(tag.attributes)) {
      node[localName(key)] = value;
      this.#count(value.length);
    }
    this.#stack.push({ name, node, text: '' });
  }

  #text(text: string): void {
    const open = this.#stack.at(-1);
    if (!open) return;
    open.text += text;
    this.#count(text.length);
    if (open.text.length > this.#limits.fieldBytesMax) {
      const expected = atMost(this.#limits.fieldBytesMax, '1 項目の文字数', 'a text');
      throw new FeedFault('field', expected, { line: this.line });
    }
  }

  #count(length: number): void {
    this.#bytes += length + 16;
    if (this.#bytes > this.#limits.recordBytesMax) {
      const expected = atMost(this.#limits.recordBytesMax, '1 件のバイト数', 'record bytes');
      throw new FeedFault('record', expected, { line: this.line });
    }
  }

  #close(): void {
    this.#depth -= 1;
    const closed = this.#stack.pop();
    if (!closed) return;
    const text = closed.text.trim();
    const isLeaf = Object.keys(closed.node).length === 0;
    const value: unknown = isLeaf ? text : closed.node;
    if (!isLeaf && text !== '') closed.node[TEXT_KEY] = text;
    const parent = this.#stack.at(-1);
    if (!parent) {
      this.#done.push({ value: closed.node, bytes: this.#bytes, line: this.#startLine });
    } else if (LISTS.has(closed.name)) {
      const list = parent.node[closed.name];
      if (Array.isArray(list)) list.push(value);
      else parent.node[closed.name] = [value];
    } else if (!(closed.name in parent.node)) parent.node[closed.name] = value;
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return (colon < 0 ? name : name.slice(colon + 1)).toLowerCase();
}
