// SPDX-License-Identifier: Apache-2.0
/** Bytes of a feed: gzip recognised by its first two bytes, everything bounded. */
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { atMost, EXPECTED, FeedFault, type FeedLimits } from './limits.ts';

/** What is known of the bytes once they have been read to the end. */
export interface ByteTally {
  compressed: number;
  inflated: number;
  digest: string;
}

/**
 * Hands out the plain bytes of a feed.
 *
 * In     `bytes` as they come from a file or the network; `tally` is filled while reading
 * Out    chunks of plain bytes; `tally.digest` is set when the last one was taken
 * Throws FeedFault: damaged or cut off gzip, a bomb, an empty feed
 * Never  holds more than a few chunks
 */
export async function* inflate(
  bytes: AsyncIterable<Uint8Array>,
  limits: FeedLimits,
  tally: ByteTally,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const plain = await unpack(countBytes(bytes, tally));
  for await (const chunk of plain.chunks) {
    tally.inflated += chunk.length;
    checkBounds(tally, limits, plain.gzip);
    hash.update(chunk);
    yield chunk;
  }
  if (tally.inflated === 0) throw new FeedFault('file', EXPECTED.notEmpty, { offset: 0 });
  tally.digest = hash.digest('hex');
}

function checkBounds(tally: ByteTally, limits: FeedLimits, gzip: boolean): void {
  const at = { offset: tally.inflated };
  if (tally.inflated > limits.inflatedBytesMax) {
    const expected = atMost(limits.inflatedBytesMax, '展開後のバイト数', 'inflated bytes');
    throw new FeedFault('file', expected, at);
  }
  const large = gzip && tally.inflated > limits.ratioFromBytes;
  if (large && tally.inflated > tally.compressed * limits.ratioMax) {
    throw new FeedFault('gzip', atMost(limits.ratioMax, '圧縮率', 'a compression ratio'), at);
  }
}

async function* countBytes(
  bytes: AsyncIterable<Uint8Array>,
  tally: ByteTally,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    tally.compressed += chunk.length;
    yield chunk;
  }
}

async function unpack(
  source: AsyncGenerator<Uint8Array>,
): Promise<{ gzip: boolean; chunks: AsyncIterable<Uint8Array> }> {
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await source.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = prepend(head, source);
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  return { gzip, chunks: gzip ? gunzip(whole) : whole };
}

async function* prepend(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let sourceFault: unknown;
  const guarded = (async function* () {
    try {
      yield* source;
    } catch (error) {
      sourceFault = error;
      throw error;
    }
  })();
  const unzip = createGunzip();
  // The loop below sees every error; the callback only has to exist.
  pipeline(Readable.from(guarded, { objectMode: false }), unzip, () => {});
  try {
    for await (const chunk of unzip) yield chunk as Uint8Array;
  } catch (error) {
    if (sourceFault !== undefined) throw sourceFault;
    const cut = (error as { code?: string }).code === 'Z_BUF_ERROR';
    throw new FeedFault('gzip', cut ? EXPECTED.whole : EXPECTED.gzip);
  } finally {
    unzip.destroy();
  }
}

/** Strict UTF-8; a byte-order mark is left out. */
export function decodeUtf8(bytes: Uint8Array, at: { line?: number; offset?: number }): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FeedFault('text', EXPECTED.utf8, at);
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
