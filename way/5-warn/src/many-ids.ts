// SPDX-License-Identifier: Apache-2.0
/** Ids by the ten thousand, all of one instant; a test holds them to `makeId`. */
import { makeId } from '@sakimori/vocabulary';

const RANDOM_BYTES = 10;
const IDS_A_CALL = 1_000;
const RANDOM_CHARACTERS = 16;

/** Two characters for ten bits, as `makeId` writes them. */
const PAIRS: readonly string[] = Array.from({ length: 1_024 }, (_, bits) =>
  makeId('warning', bits, new Uint8Array(RANDOM_BYTES)).slice(
    -RANDOM_CHARACTERS - 2,
    -RANDOM_CHARACTERS,
  ),
);

/**
 * A source of ids of warnings.
 *
 * In     `random` gives unpredictable bytes: asked by the thousand, for each call is dear
 * Out    each call another id, as `makeId` makes it of the next ten bytes
 */
export function warningIds(atMs: number, random: (count: number) => Uint8Array): () => string {
  const head = makeId('warning', atMs, new Uint8Array(RANDOM_BYTES)).slice(0, -RANDOM_CHARACTERS);
  let pool: Uint8Array = new Uint8Array(0);
  let at = 0;
  return () => {
    if (at === pool.length) {
      pool = random(RANDOM_BYTES * IDS_A_CALL);
      at = 0;
    }
    at += RANDOM_BYTES;
    return head + wordOf(pool, at - RANDOM_BYTES) + wordOf(pool, at - RANDOM_BYTES / 2);
  };
}

/** Five bytes as eight characters. */
function wordOf(bytes: Uint8Array, at: number): string {
  const byte = (i: number) => bytes[at + i] as number;
  const first = (byte(0) << 12) | (byte(1) << 4) | (byte(2) >> 4);
  const second = ((byte(2) & 15) << 16) | (byte(3) << 8) | byte(4);
  return `${PAIRS[first >> 10]}${PAIRS[first & 1023]}${PAIRS[second >> 10]}${PAIRS[second & 1023]}`;
}
