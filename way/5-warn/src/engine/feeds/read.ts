// SPDX-License-Identifier: Apache-2.0
/** What every reader shares: batches bounded in bytes, refusals counted, one honest end. */
import type { FeedPart, FeedRecord, FeedRefusal, Words } from '../shapes.ts';
import { type ByteTally, inflate } from './bytes.ts';
import { FEED_LIMITS, FeedFault, type FeedInput, type FeedLimits, refusalOf } from './limits.ts';

/** What a reader of one format says of one record. */
export interface RecordReading {
  readonly records: readonly FeedRecord[];
  readonly refusals: readonly RecordRefusal[];
}
export interface RecordRefusal {
  readonly field: string;
  readonly expected: Words;
}

/** A record or a refusal with its place, or the feed's own version, from a format's reader. */
export type ReadEvent =
  | {
      readonly kind: 'reading';
      readonly reading: RecordReading;
      readonly bytes: number;
      readonly line?: number;
      readonly offset?: number;
    }
  | { readonly kind: 'version'; readonly version: string };

/** Reads one format: plain bytes in, readings out; throws FeedFault when nothing may be applied. */
export type FormatReader = (
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  limits: FeedLimits,
) => AsyncGenerator<ReadEvent>;

/**
 * Runs a format's reader over a feed.
 *
 * In     `format`, `input` gzip or plain; `limits` narrows the bounds
 * Out    batches of records and refusals, then one `end`; `complete` false means apply nothing
 * Never  throws on content; repeats a refused value; holds more than a batch and a record
 */
export async function* readParts(
  format: FormatReader,
  input: FeedInput,
  limits: Partial<FeedLimits> = {},
): AsyncGenerator<FeedPart> {
  const bounds = { ...FEED_LIMITS, ...limits };
  const tally: ByteTally = { compressed: 0, inflated: 0, digest: '' };
  const state = new PartState(input.file, bounds);
  let complete = false;
  try {
    for await (const event of format(inflate(input.bytes, bounds, tally), input.file, bounds)) {
      if (event.kind === 'version') state.version = event.version;
      else yield* state.take(event);
    }
    yield* state.flush();
    // A file of which not one record could be read is the wrong file, not an empty update.
    complete = state.records > 0 || state.refused === 0;
  } catch (error) {
    if (!(error instanceof FeedFault)) throw error;
    yield { kind: 'refusals', refusals: [refusalOf(error, input.file)] };
    state.refused += 1;
  }
  yield {
    kind: 'end',
    complete,
    records: state.records,
    refused: state.refused,
    bytes: tally.inflated,
    digest: tally.digest,
    ...(state.version === undefined ? {} : { version: state.version }),
  };
}

class PartState {
  records = 0;
  refused = 0;
  version: string | undefined;
  #file: string;
  #limits: FeedLimits;
  #batch: FeedRecord[] = [];
  #batchBytes = 0;
  #refusals: FeedRefusal[] = [];

  constructor(file: string, limits: FeedLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  *take(event: ReadEvent & { kind: 'reading' }): Generator<FeedPart> {
    for (const record of event.reading.records) this.#batch.push(record);
    this.records += event.reading.records.length;
    this.#batchBytes += event.bytes;
    for (const refusal of event.reading.refusals) {
      this.refused += 1;
      if (this.refused > this.#limits.refusalsMax) continue;
      this.#refusals.push({
        file: this.#file,
        ...(event.line === undefined ? {} : { line: event.line }),
        ...(event.offset === undefined ? {} : { offset: event.offset }),
        ...refusal,
        fatal: false,
      });
    }
    if (this.#batchBytes >= this.#limits.batchBytesMax) yield* this.flush();
  }

  *flush(): Generator<FeedPart> {
    if (this.#batch.length > 0) yield { kind: 'records', records: this.#batch };
    if (this.#refusals.length > 0) yield { kind: 'refusals', refusals: this.#refusals };
    this.#batch = [];
    this.#refusals = [];
    this.#batchBytes = 0;
  }
}

/** Everything of a feed at once, for feeds that fit and for tests. */
export interface WholeFeed {
  readonly records: readonly FeedRecord[];
  readonly refusals: readonly FeedRefusal[];
  readonly end: FeedPart & { kind: 'end' };
}

/** Collects a feed; when it is not complete, `records` is empty: never a partial result. */
export async function collectFeed(parts: AsyncIterable<FeedPart>): Promise<WholeFeed> {
  const records: FeedRecord[] = [];
  const refusals: FeedRefusal[] = [];
  let end: (FeedPart & { kind: 'end' }) | undefined;
  for await (const part of parts) {
    if (part.kind === 'records') for (const record of part.records) records.push(record);
    else if (part.kind === 'refusals') for (const one of part.refusals) refusals.push(one);
    else end = part;
  }
  if (!end) throw new Error('a reader ended without its end');
  return { records: end.complete ? records : [], refusals, end };
}
