// SPDX-License-Identifier: Apache-2.0
/** Plain tar (ustar, POSIX.1-1988): what a backup is made of, so that any system can open it. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

const BLOCK = 512;
const NAME_BYTES_MAX = 100;

/** One file of an archive as it is read: ask for its bytes before asking for the next file. */
export interface TarFile {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Writes files one after the other; `end` closes the archive but not the stream. */
export class TarWriter {
  readonly #out: Writable;

  constructor(out: Writable) {
    this.#out = out;
  }

  async add(name: string, content: Uint8Array, modifiedMs: number): Promise<void> {
    await this.#write(header(name, content.length, modifiedMs));
    await this.#write(content);
    const rest = content.length % BLOCK;
    if (rest > 0) await this.#write(new Uint8Array(BLOCK - rest));
  }

  async end(): Promise<void> {
    await this.#write(new Uint8Array(2 * BLOCK));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#out.errored) throw this.#out.errored;
    if (!this.#out.write(bytes)) await once(this.#out, 'drain');
  }
}

function header(name: string, bytes: number, modifiedMs: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) throw new Error('a name in a backup is too long');
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  block.write(
    `${Math.floor(modifiedMs / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  );
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Why an archive cannot be read. */
export type TarDamage = 'complete-archive' | 'tar-header' | 'plain-file';

/**
 * Reads an archive.
 *
 * In      chunks; `refuse` makes the error to throw
 * Out     files in order; ends only after the closing blocks were seen
 * Never   holds more than one chunk; accepts links, folders or other kinds of entry
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  refuse: (expected: TarDamage) => Error,
): AsyncGenerator<TarFile> {
  const source = new Blocks(chunks, refuse);
  for (;;) {
    const block = await source.take(BLOCK);
    if (block.every((byte) => byte === 0)) {
      const second = await source.take(BLOCK);
      if (!second.every((byte) => byte === 0)) throw refuse('tar-header');
      return;
    }
    const { name, bytes } = readHeader(block, refuse);
    let left = bytes;
    const content = async function* () {
      while (left > 0) {
        const part = await source.some(left);
        left -= part.length;
        yield part;
      }
    };
    yield { name, bytes, content: content() };
    while (left > 0) left -= (await source.some(left)).length;
    if (bytes % BLOCK > 0) await source.take(BLOCK - (bytes % BLOCK));
  }
}

function readHeader(block: Buffer, refuse: (expected: TarDamage) => Error) {
  const sum = Number.parseInt(block.toString('latin1', 148, 156).trim(), 8);
  const counted = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (sum !== counted || block.toString('latin1', 257, 262) !== 'ustar') throw refuse('tar-header');
  const kind = block[156];
  if (kind !== 0x30 && kind !== 0) throw refuse('plain-file');
  const bytes = Number.parseInt(block.toString('latin1', 124, 136).trim(), 8);
  if (!Number.isSafeInteger(bytes)) throw refuse('tar-header');
  const end = block.indexOf(0);
  return { name: block.toString('utf8', 0, Math.min(end, NAME_BYTES_MAX)), bytes };
}

class Blocks {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #refuse: (expected: TarDamage) => Error;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>, refuse: (expected: TarDamage) => Error) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#refuse = refuse;
  }

  /** At least one byte, at most `most`. */
  async some(most: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) throw this.#refuse('complete-archive');
      this.#rest = next.value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  async take(bytes: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let left = bytes; left > 0; ) {
      const part = await this.some(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }
}
