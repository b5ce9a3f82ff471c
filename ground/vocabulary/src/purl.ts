// SPDX-License-Identifier: Apache-2.0
/** Package URLs: `pkg:npm/%40scope/name@1.0.0?arch=x86#path` (ECMA-427). */

import type { Reading } from './cpe-name.ts';
import { normalisePurlParts, purlTypeProblems } from './purl-types.ts';

/** The components, decoded and in the normal form of their type; null where absent. */
export interface Purl {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: Readonly<Record<string, string>> | null;
  readonly subpath: string | null;
}

/** What a caller may hand in to build one: everything may be missing and is checked. */
export interface PurlParts {
  readonly type?: string | null;
  readonly namespace?: string | null;
  readonly name?: string | null;
  readonly version?: string | null;
  readonly qualifiers?: Readonly<Record<string, string | readonly string[] | null>> | null;
  readonly subpath?: string | null;
}

/** Longer texts are refused unread. */
export const PURL_LENGTH_MAX = 8192;
const QUALIFIERS_MAX = 128;

/** Carries a refusal out of the readers below; never leaves this file. */
class Refusal extends Error {}

/**
 * Reads a package URL into its components, normalised as its type demands.
 *
 * In     `text`, canonical or not: upper-case scheme or type, `pkg://`, empty segments
 * Out    the components, or which rule of ECMA-427 clause 5 the text breaks
 * Never  applies what only a registry of types demands (see `checkPurl`), throws on content,
 *        or repeats the text in the reason
 */
export function parsePurl(text: string): Reading<Purl> {
  return readingOf(() => {
    if (text.length > PURL_LENGTH_MAX) throw new Refusal('longer than a package URL may be');
    if (!/^[\x21-\x7e]+$/.test(text)) throw new Refusal('only ASCII without blanks is allowed');
    const [beforeSubpath, subpath] = splitLast(text, '#');
    const [beforeQualifiers, qualifiers] = splitLast(beforeSubpath, '?');
    const scheme = /^pkg:\/*/i.exec(beforeQualifiers)?.[0];
    if (scheme === undefined) throw new Refusal('must begin with pkg: (ECMA-427 5.6.1)');
    const rest = beforeQualifiers.slice(scheme.length);
    const slash = rest.indexOf('/');
    if (slash === -1) throw new Refusal('a type and a name are required (ECMA-427 5)');
    const [path, version] = splitLast(rest.slice(slash + 1), '@');
    const segments = path.split('/').filter((segment) => segment !== '');
    const name = segments.pop();
    return finish({
      type: rest.slice(0, slash),
      namespace: segments.map((segment) => decodeSegment(segment)).join('/'),
      name: name === undefined ? null : decode(name),
      version: version === undefined ? null : decode(version),
      qualifiers: qualifiers === undefined ? null : readQualifiers(qualifiers),
      subpath: subpath === undefined ? null : decodeSubpath(subpath),
    });
  });
}

/**
 * Builds the canonical package URL from components.
 *
 * In     components as found, not encoded; a list of checksums is joined
 * Out    the text, or which rule the components break
 * Never  throws on content
 */
export function buildPurl(parts: PurlParts): Reading<string> {
  const purl = normalisePurl(parts);
  return purl.ok ? { ok: true, value: formatPurl(purl.value) } : purl;
}

/** The components in the normal form of their type, or which rule they break. */
export function normalisePurl(parts: PurlParts): Reading<Purl> {
  return readingOf(() => finish(parts));
}

/** Writes components that `parsePurl` or `normalisePurl` gave. */
export function formatPurl(purl: Purl): string {
  const path = purl.namespace === null ? [] : purl.namespace.split('/');
  const tail = purl.version === null ? '' : `@${encode(purl.version)}`;
  const text = `pkg:${[purl.type, ...[...path, purl.name].map(encode)].join('/')}${tail}`;
  const pairs = Object.entries(purl.qualifiers ?? {}).map(([k, value]) => `${k}=${encode(value)}`);
  const query = pairs.length === 0 ? '' : `?${pairs.sort().join('&')}`;
  const fragment = purl.subpath === null ? '' : `#${purl.subpath.split('/').map(encode).join('/')}`;
  return text + query + fragment;
}

/**
 * Names what the definition of a registered type does not allow (ECMA-427 5.7).
 *
 * In     components that `parsePurl` gave
 * Out    problems in words, none for a valid one and for a type that is not registered
 */
export function checkPurl(purl: Purl): string[] {
  return purlTypeProblems(purl);
}

function finish(parts: PurlParts): Purl {
  const type = (parts.type ?? '').toLowerCase();
  if (!/^[a-z][a-z0-9.-]*$/.test(type)) {
    throw new Refusal('the type must be letters, digits, . and -, a letter first (ECMA-427 5.6.2)');
  }
  const namespace = (parts.namespace ?? '').split('/').filter((segment) => segment !== '');
  const name = trimSlashes(parts.name ?? '');
  if (name === '') throw new Refusal('a name is required (ECMA-427 5.6.4)');
  const subpath = (parts.subpath ?? '').split('/').filter((segment) => !/^\.{0,2}$/.test(segment));
  return normalisePurlParts({
    type,
    namespace: namespace.length === 0 ? null : namespace.join('/'),
    name,
    version: parts.version === undefined || parts.version === '' ? null : parts.version,
    qualifiers: finishQualifiers(parts.qualifiers ?? {}),
    subpath: subpath.length === 0 ? null : subpath.join('/'),
  });
}

/** Keys in lower case and order; a pair without a value is no pair (ECMA-427 5.6.6). */
function finishQualifiers(pairs: NonNullable<PurlParts['qualifiers']>): Purl['qualifiers'] {
  const found = new Map<string, string>();
  for (const [written, given] of Object.entries(pairs)) {
    const key = written.toLowerCase();
    const value = Array.isArray(given) ? given.join(',') : ((given as string | null) ?? '');
    if (!/^[a-z][a-z0-9._-]*$/.test(key)) {
      throw new Refusal('a key must be letters, digits, . - _, a letter first (ECMA-427 5.6.6)');
    }
    if (typeof value !== 'string') throw new Refusal('the value of a qualifier must be a text');
    if (value === '') continue;
    if (found.has(key)) throw new Refusal('each key must be unique (ECMA-427 5.6.6)');
    found.set(key, value);
  }
  if (found.size > QUALIFIERS_MAX) throw new Refusal('more qualifiers than this reader takes');
  if (found.size === 0) return null;
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readQualifiers(text: string): Record<string, string> {
  const pairs: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of text.split('&', QUALIFIERS_MAX + 1)) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals === -1) throw new Refusal('a qualifier must be key=value (ECMA-427 5.6.6)');
    const key = pair.slice(0, equals).toLowerCase();
    const value = decode(pair.slice(equals + 1));
    if (pairs[key] !== undefined && pairs[key] !== '') {
      throw new Refusal('each key must be unique (ECMA-427 5.6.6)');
    }
    pairs[key] = value;
  }
  return pairs;
}

function decodeSubpath(text: string): string {
  return text.split('/').map(decodeSegment).join('/');
}

function decodeSegment(text: string): string {
  const segment = decode(text);
  if (segment.includes('/')) throw new Refusal('a segment must not contain a slash (ECMA-427 5.6)');
  return segment;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('invalid percent-encoding (ECMA-427 5.4)');
  }
}

/** Letters, digits, `.-_~` and the colon stay; every other octet of UTF-8 is encoded (5.4). */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}

function splitLast(text: string, mark: string): [before: string, after: string | undefined] {
  const at = text.lastIndexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function trimSlashes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === '/') start += 1;
  while (end > start && text[end - 1] === '/') end -= 1;
  return text.slice(start, end);
}

function readingOf<T>(read: () => T): Reading<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message };
    throw error;
  }
}
