// SPDX-License-Identifier: Apache-2.0
/** XML from outside: events only, no document types, no entities of its own, bounded depth. */
import { SaxesParser } from 'saxes';

export interface XmlHandler {
  /** Local name, without the prefix of its namespace. */
  open(name: string, attributes: Readonly<Record<string, string>>, depth: number): void;
  text(text: string): void;
  close(name: string, depth: number): void;
}

export type XmlFault = 'NOT_XML' | 'HAS_DOCUMENT_TYPE' | 'TOO_DEEP';

/** Carries a fault out of the parser's callbacks; never leaves this file. */
class Fault extends Error {
  readonly fault: XmlFault;
  constructor(fault: XmlFault) {
    super(fault);
    this.fault = fault;
  }
}

/**
 * Reads XML in pieces.
 *
 * In     handler; greatest depth of elements
 * Out    `write` and `end` answer a fault once the document is refused; nothing is called after it
 * Never  expands an entity that the document declares (it may not have a document type at all),
 *        opens an address, or throws on content
 */
export class XmlReader {
  readonly #parser = new SaxesParser();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #depth = 0;
  #fault: XmlFault | undefined;

  constructor(handler: XmlHandler, depthMax: number) {
    const parser = this.#parser;
    parser.on('error', () => {
      throw new Fault('NOT_XML');
    });
    parser.on('doctype', () => {
      throw new Fault('HAS_DOCUMENT_TYPE');
    });
    parser.on('opentag', (tag) => {
      this.#depth += 1;
      if (this.#depth > depthMax) throw new Fault('TOO_DEEP');
      handler.open(localName(tag.name), localAttributes(tag.attributes), this.#depth);
    });
    parser.on('text', (text) => handler.text(text));
    parser.on('cdata', (text) => handler.text(text));
    parser.on('closetag', (tag) => {
      handler.close(localName(tag.name), this.#depth);
      this.#depth -= 1;
    });
  }

  write(piece: Uint8Array): XmlFault | undefined {
    return this.#guard(() => {
      this.#parser.write(this.#decoder.decode(piece, { stream: true }));
    });
  }

  end(): XmlFault | undefined {
    return this.#guard(() => {
      this.#parser.write(this.#decoder.decode());
      this.#parser.close();
    });
  }

  #guard(work: () => void): XmlFault | undefined {
    if (this.#fault) return this.#fault;
    try {
      work();
    } catch (error) {
      // A TypeError comes from bytes that are not UTF-8; anything else unknown is ours to see.
      if (error instanceof Fault) this.#fault = error.fault;
      else if (error instanceof TypeError) this.#fault = 'NOT_XML';
      else throw error;
    }
    return this.#fault;
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function localAttributes(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const local: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) local[localName(name)] = value;
  return local;
}
