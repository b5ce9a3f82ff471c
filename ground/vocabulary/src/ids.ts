// SPDX-License-Identifier: Apache-2.0
/** Identifiers: a short kind, an underscore, and a sortable unique part. */

export const ID_KINDS = {
  organisation: 'org',
  person: 'per',
  computer: 'cmp',
  import: 'imp',
  warning: 'wrn',
  answer: 'ans',
  notification: 'ntf',
  feed: 'fed',
  key: 'key',
  webhook: 'whk',
  report: 'rpt',
  draft: 'drf',
  copy: 'cpy',
  message: 'msg',
  attachment: 'att',
  merge: 'mrg',
  rule: 'rul',
} as const;

export type IdKind = keyof typeof ID_KINDS;
/** For example `cmp_01k2v...`: kind, underscore, 26 Crockford base32 characters. */
export type Id<K extends IdKind = IdKind> = `${(typeof ID_KINDS)[K]}_${string}`;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Makes an id that sorts by time (ULID layout: 48 bits of milliseconds, 80 random bits).
 *
 * In     kind; `atMs` UTC milliseconds, 0 <= x < 2^48; `random` 10 random bytes
 * Out    id of 30 characters
 * Never  reads the clock or a random source: both are passed in, so that a run can be replayed
 */
export function makeId<K extends IdKind>(kind: K, atMs: number, random: Uint8Array): Id<K> {
  let value = BigInt(Math.floor(atMs));
  for (let i = 0; i < 10; i += 1) value = (value << 8n) | BigInt(random[i] ?? 0);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = ALPHABET[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return `${ID_KINDS[kind]}_${text}` as Id<K>;
}

/** True for an id of that kind in our form; ids from outside are checked before they are used. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  return new RegExp(`^${ID_KINDS[kind]}_[0-9a-hjkmnp-tv-z]{26}$`).test(text);
}
