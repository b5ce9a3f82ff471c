// SPDX-License-Identifier: Apache-2.0
/** Feed readers: bytes of a published feed in, records with provenance out. */
import type { FeedPart, SourceKind } from '../shapes.ts';
import { readCpe } from './cpe.ts';
import { readCsaf } from './csaf.ts';
import { readCve } from './cve.ts';
import { readEpss } from './epss.ts';
import { readJvn } from './jvn.ts';
import { readKev } from './kev.ts';
import type { FeedInput, FeedLimits } from './limits.ts';

export { type ComputerList, readComputers } from './computers.ts';
export { readCpe } from './cpe.ts';
export { readCsaf } from './csaf.ts';
export { readCve } from './cve.ts';
export { readEpss } from './epss.ts';
export { readJvn } from './jvn.ts';
export { kevProducts, readKev } from './kev.ts';
export * from './kev-changes.ts';
export { FEED_LIMITS, type FeedInput, type FeedLimits } from './limits.ts';
export * from './provider.ts';
export { collectFeed, type WholeFeed } from './read.ts';
export { readVersionWords } from './version-words.ts';

const READERS: Readonly<
  Record<SourceKind, (input: FeedInput, limits?: Partial<FeedLimits>) => AsyncGenerator<FeedPart>>
> = {
  kev: readKev,
  cve: readCve,
  cpe: readCpe,
  csaf: readCsaf,
  epss: readEpss,
  jvn: readJvn,
};

/**
 * Reads a feed of any kind.
 *
 * In     kind; a name for people and the bytes, gzip or plain
 * Out    batches of records and refusals, then one `end`
 * Law    nothing of a feed is applied before its `end` said complete: true
 */
export function readFeed(
  kind: SourceKind,
  input: FeedInput,
  limits?: Partial<FeedLimits>,
): AsyncGenerator<FeedPart> {
  return READERS[kind](input, limits);
}
