// SPDX-License-Identifier: Apache-2.0
/** A ledger entry: what happened, without any content, and without a way to guess it. */
import { fromBase64, fromUtf8, toBase64, toUtf8 } from './bytes.ts';
import { canonicalJson } from './canonical.ts';
import { type EntryType, isEntryType } from './entry-types.ts';
import { ledgerErrors } from './errors.ts';
import { hmacSha256 } from './sha256.ts';

/** Longest entry in bytes. The log itself could carry 65,535. */
export const ENTRY_BYTES_MAX = 2048;

/** What a room says of its act. The ledger adds time, tags and the nonce when it seals it. */
export interface LedgerEntryDraft {
  readonly type: EntryType;
  /** The organisation concerned; only its tag enters the entry. */
  readonly tenant?: string;
  /** Who did it; only the tag enters the entry. */
  readonly actor?: string;
  /** `approval`: id of the approval; `article`: clause of law, for example `act art. 22(1)`. */
  readonly basis?: { readonly approval?: string; readonly article?: string };
  /** Names as in `computers_added`, whole numbers from 0. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Commitments: base64 of 32 bytes each, from `commitTo` or `commitmentRoot`. */
  readonly commits?: readonly string[];
  /**
   * Opaque references: ids (`wrn_01k2...`), CVE numbers, digests (`sha256:...`). No dots, no @, at
   * most one colon: an address, a host name or a mailbox does not fit.
   */
  readonly refs?: readonly string[];
}

/** What sealing needs from outside, so that a run can be replayed. */
export interface SealContext {
  /** UTC milliseconds. */
  readonly at: number;
  /** True in an exercise instance; such entries go to the exercise log only. */
  readonly exercise: boolean;
  /** 32 secret bytes or more, escrowed with the commission. One array for the life of a key. */
  readonly tagKey: Uint8Array;
  /** 32 fresh random bytes. */
  readonly nonce: Uint8Array;
}

/** An entry as it stands in the log. */
export interface LedgerEntry {
  readonly v: 1;
  readonly type: EntryType;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly exercise: boolean;
  readonly tenant_tag?: string;
  readonly actor_tag?: string;
  readonly basis?: { readonly approval?: string; readonly article?: string };
  readonly counts?: Readonly<Record<string, number>>;
  readonly commits?: readonly string[];
  readonly refs?: readonly string[];
  readonly nonce: string;
}

/** Why bytes are not an entry. Never holds the refused value. */
export interface EntryRefusal {
  readonly field: string;
  readonly expected: string;
}

export type ReadEntry =
  | { readonly entry: LedgerEntry; readonly refusal?: undefined }
  | { readonly entry?: undefined; readonly refusal: EntryRefusal };

const FIELDS = [
  ['v', true],
  ['type', true],
  ['at', true],
  ['exercise', true],
  ['tenant_tag', false],
  ['actor_tag', false],
  ['basis', false],
  ['counts', false],
  ['commits', false],
  ['refs', false],
  ['nonce', true],
] as const;
const FIELD_NAMES = new Set<string>(FIELDS.map(([field]) => field));
const ITEMS_MAX = 32;
const REF = /^[A-Za-z0-9_-]{1,80}(?::[A-Za-z0-9_-]{1,80})?$/;
const ARTICLE = /^[A-Za-z0-9](?:[A-Za-z0-9 .()_-]{0,62}[A-Za-z0-9)])?$/;
const COUNT_NAME = /^[a-z][a-z0-9_]{0,39}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The tag of a person or organisation: HMAC-SHA-256 under the escrowed key, base64. */
export function tagOf(kind: 'actor' | 'tenant', id: string, tagKey: Uint8Array): string {
  return toBase64(hmacSha256(tagKey, `${kind}\n${id}`));
}

const TAGS_MAX = 10_000;
// The same few people and organisations return: a third of the cost of sealing is their tags.
const tagsOfKey = new WeakMap<Uint8Array, Map<string, string>>();

function rememberedTagOf(kind: 'actor' | 'tenant', id: string, tagKey: Uint8Array): string {
  let tags = tagsOfKey.get(tagKey);
  if (!tags || tags.size >= TAGS_MAX) {
    tags = new Map();
    tagsOfKey.set(tagKey, tags);
  }
  const name = `${kind}\n${id}`;
  const known = tags.get(name) ?? tagOf(kind, id, tagKey);
  tags.set(name, known);
  return known;
}

/**
 * Seals a draft into the final bytes that the outbox stores and the log hashes.
 *
 * In      draft; `at` UTC milliseconds; `tagKey` >= 32 secret bytes; `nonce` 32 fresh random bytes
 * Out     canonical JSON (RFC 8785), UTF-8, at most 2,048 bytes; absent and empty parts are left out
 * Throws  LOG_ENTRY_INVALID, LOG_ENTRY_TOO_LARGE
 * Never   carries content: names, addresses and texts have no place in the closed shape, people and
 *         organisations appear as tags, things as ids or salted commitments
 * Law     the nonce makes the leaf hash say nothing, so that hashes can be public (trust 1.2)
 */
export function sealEntry(draft: LedgerEntryDraft, context: SealContext): Uint8Array {
  if (context.nonce.length !== 32) throw invalid('nonce', '32-bytes');
  if (context.tagKey.length < 32) throw invalid('tagKey', '32-bytes-or-more');
  if (!(context.at >= 0 && context.at < 253_402_300_800_000)) throw invalid('at', 'milliseconds');
  const basis = draft.basis && withoutEmpty(draft.basis);
  const entry = withoutEmpty({
    v: 1,
    type: draft.type,
    at: new Date(context.at).toISOString(),
    exercise: context.exercise,
    tenant_tag: draft.tenant && rememberedTagOf('tenant', draft.tenant, context.tagKey),
    actor_tag: draft.actor && rememberedTagOf('actor', draft.actor, context.tagKey),
    basis: basis && Object.keys(basis).length > 0 ? basis : undefined,
    counts: draft.counts && Object.keys(draft.counts).length > 0 ? draft.counts : undefined,
    commits: draft.commits && draft.commits.length > 0 ? draft.commits : undefined,
    refs: draft.refs && draft.refs.length > 0 ? draft.refs : undefined,
    nonce: toBase64(context.nonce),
  });
  // Time, tags and nonce were made here: only what was given needs to be looked at.
  const refusal = refuseGiven(entry);
  if (refusal) throw invalid(refusal.field, refusal.expected);
  const bytes = toUtf8(canonicalJson(entry));
  if (bytes.length > ENTRY_BYTES_MAX) {
    throw ledgerErrors('ENTRY_TOO_LARGE', { bytes: bytes.length, bytesMax: ENTRY_BYTES_MAX });
  }
  return bytes;
}

/**
 * Reads an entry strictly.
 *
 * In     bytes from a log
 * Out    the entry, or the first refusal: unknown member, unknown type, wrong form, too long, or
 *        bytes that are not the canonical form of what they say
 * Never  throws on content; never puts a refused value in the answer
 */
export function readEntry(bytes: Uint8Array): ReadEntry {
  const no = (field: string, expected: string): ReadEntry => ({ refusal: { field, expected } });
  if (bytes.length > ENTRY_BYTES_MAX) return no('entry', 'at-most-2048-bytes');
  const text = fromUtf8(bytes);
  if (text === undefined) return no('entry', 'utf-8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return no('entry', 'json');
  }
  if (!isRecord(value)) return no('entry', 'object');
  const refusal = refuse(value);
  if (refusal) return { refusal };
  // Also catches a member given twice: JSON.parse keeps one, the canonical text is then shorter.
  if (canonicalJson(value) !== text) return no('entry', 'canonical-json');
  return { entry: value as unknown as LedgerEntry };
}

function refuse(entry: Readonly<Record<string, unknown>>): EntryRefusal | undefined {
  const no = (field: string, expected: string) => ({ field, expected });
  for (const [field, required] of FIELDS) {
    if (required && entry[field] === undefined) return no(field, 'present');
  }
  if (Object.keys(entry).some((key) => !FIELD_NAMES.has(key)))
    return no('entry', 'known-members-only');
  if (entry.v !== 1) return no('v', '1');
  if (!isInstant(entry.at)) return no('at', 'utc-instant-with-milliseconds');
  if (typeof entry.exercise !== 'boolean') return no('exercise', 'boolean');
  for (const field of ['tenant_tag', 'actor_tag', 'nonce'] as const) {
    if (entry[field] !== undefined && !isHash(entry[field])) return no(field, 'base64-of-32-bytes');
  }
  return refuseGiven(entry);
}

/** The members that the one who acts decides on. */
function refuseGiven(entry: Readonly<Record<string, unknown>>): EntryRefusal | undefined {
  const no = (field: string, expected: string) => ({ field, expected });
  if (typeof entry.type !== 'string' || !isEntryType(entry.type)) return no('type', 'known-type');
  if (entry.basis !== undefined && !isBasis(entry.basis)) return no('basis', 'approval-or-article');
  if (entry.counts !== undefined && !isCounts(entry.counts)) return no('counts', 'whole-numbers');
  if (entry.commits !== undefined && !isList(entry.commits, isHash)) {
    return no('commits', 'base64-of-32-bytes');
  }
  if (entry.refs !== undefined && !isList(entry.refs, (item) => matches(REF, item))) {
    return no('refs', 'opaque-references');
  }
  return undefined;
}

function isBasis(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  return (
    keys.length > 0 &&
    keys.every((key) =>
      key === 'approval'
        ? matches(REF, value.approval)
        : key === 'article' && matches(ARTICLE, value.article),
    )
  );
}

function isCounts(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const counts = Object.entries(value);
  return (
    counts.length > 0 &&
    counts.length <= ITEMS_MAX &&
    counts.every(([name, n]) => COUNT_NAME.test(name) && Number.isSafeInteger(n) && isFromZero(n))
  );
}

function isFromZero(value: unknown): boolean {
  // -0 has two texts in JSON; only one may be on the ledger.
  return typeof value === 'number' && value >= 0 && !Object.is(value, -0);
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.length <= ITEMS_MAX && value.every(isItem)
  );
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && value.length === 44 && fromBase64(value)?.length === 32;
}

function isInstant(value: unknown): boolean {
  if (!matches(INSTANT, value)) return false;
  const ms = Date.parse(value as string);
  return Number.isFinite(ms) && new Date(ms).toISOString() === value;
}

function matches(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutEmpty(value: object): Record<string, unknown> {
  const rest: Record<string, unknown> = Object.create(null);
  for (const [name, part] of Object.entries(value)) {
    if (part !== undefined && part !== '') rest[name] = part;
  }
  return rest;
}

function invalid(field: string, expected: string) {
  return ledgerErrors('ENTRY_INVALID', { field, expected });
}
