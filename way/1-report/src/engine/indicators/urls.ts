// SPDX-License-Identifier: Apache-2.0
/** URLs in prose, logs and mails: where they end, and their canonical form. */
import type { Text } from '@sakimori/vocabulary/wire';
import { canonicalAddress, readQuad } from './addresses.ts';
import { CLASS } from './characters.ts';
import { canonicalName } from './host-names.ts';
import { endOfRun, findHosts } from './hosts.ts';
import type { ReadableText } from './readable-text.ts';
import { REMARKS } from './wording.ts';

/** The longest canonical URL; the record takes no longer one. */
export const URL_LENGTH_MAX = 2_048;
const SCAN_LENGTH_MAX = 8_192;
const HOST_LENGTH_MAX = 320;
const USER_LENGTH_MAX = 128;
/** Schemes that the URL standard knows how to normalise. */
const SPECIAL = new Set(['http', 'https', 'ftp', 'ws', 'wss']);

export interface UrlHost {
  readonly type: 'ipv4' | 'ipv6' | 'domain';
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

export interface UrlFound {
  readonly value: string;
  /** End of the URL in the readable text. */
  readonly to: number;
  /** Absent when the host is no public name. */
  readonly host: UrlHost | undefined;
  readonly remarks: readonly Text[];
  readonly isDoubtful: boolean;
}

/**
 * Reads the URL whose `://` stands at a position.
 *
 * In     the plain name of the scheme; `colon` position of `://`
 * Out    canonical URL without user name and fragment, at most `URL_LENGTH_MAX` long; undefined when
 *        no host follows
 */
export function readUrl(text: ReadableText, scheme: string, colon: number): UrlFound | undefined {
  const remarks: Text[] = [];
  const after = colon + 3;
  const hostFrom = afterUser(text.characters, after);
  if (hostFrom > after) remarks.push(REMARKS.userLeftOut);
  const host = readHost(text, hostFrom);
  if (!host) return undefined;
  if (host.isNotation) remarks.push(REMARKS.notation);
  if (!host.found) remarks.push(REMARKS.noPublicName);
  const port = /^:(\d{1,5})(?!\d)/.exec(text.characters.slice(host.to, host.to + 7));
  const pathFrom = host.to + (port?.[0].length ?? 0);
  const to = endOfPath(text, pathFrom);
  const path = text.characters.slice(pathFrom, to).replaceAll('&amp;', '&');
  const whole = canonicalUrl(scheme, host.shown, port?.[1], path);
  if (whole === undefined) return undefined;
  const value = shorten(whole);
  if (value.length < whole.length) remarks.push(REMARKS.cut);
  return { value, to, host: host.found, remarks, isDoubtful: !host.found };
}

/** Position after `user:password@`, or the same position. */
function afterUser(characters: string, from: number): number {
  const ahead = characters.slice(from, from + USER_LENGTH_MAX);
  const match = /^[^\s/?#@<>"'[\]\u0080-\uffff]{1,127}@/.exec(ahead);
  return match ? from + match[0].length : from;
}

interface HostRead {
  readonly shown: string;
  readonly to: number;
  readonly found: UrlHost | undefined;
  readonly isNotation: boolean;
}

function readHost(text: ReadableText, from: number): HostRead | undefined {
  if (text.characters[from] === '[') return readBracketed(text, from);
  const end = endOfRun(text, from, HOST_LENGTH_MAX);
  const named = findHosts(text, from, end, true)[0];
  if (named?.from === from) {
    const { type, value, to } = named;
    return {
      shown: value,
      to,
      found: { type, value, from, to },
      isNotation: named.isPadded === true,
    };
  }
  // A name inside an organisation, or an address in hexadecimal, octal or as one number.
  let to = from;
  while (to < end && text.classes[to] !== CLASS.japanese) to += 1;
  while (to > from && text.classes[to - 1] === CLASS.dot) to -= 1;
  const name = canonicalName(text.characters.slice(from, to));
  if (name === undefined) return undefined;
  const hostname = URL.parse(`http://${name}/`)?.hostname;
  if (!hostname) return undefined;
  if (!readQuad(hostname)) return { shown: hostname, to, found: undefined, isNotation: false };
  const found = { type: 'ipv4', value: hostname, from, to } as const;
  return { shown: hostname, to, found, isNotation: true };
}

function readBracketed(text: ReadableText, from: number): HostRead | undefined {
  const end = text.characters.slice(from, from + 80).indexOf(']');
  if (end < 0) return undefined;
  const to = from + end + 1;
  const address = canonicalAddress(text.characters.slice(from, to));
  if (!address) return undefined;
  const shown = address.type === 'ipv6' ? `[${address.value}]` : address.value;
  return { shown, to, found: { ...address, from: from + 1, to: to - 1 }, isNotation: false };
}

/** Where path, query and fragment end. Japanese letters, quotes and brackets of prose end them. */
function endOfPath(text: ReadableText, from: number): number {
  const { characters, classes } = text;
  if (!'/?#'.includes(characters[from] || ' ')) return from;
  const max = Math.min(characters.length, from + SCAN_LENGTH_MAX);
  let to = from;
  while (to < max && isPathCharacter(characters.charCodeAt(to), classes[to] as number)) {
    const sign = characters[to];
    if (sign === ',' && /^,\s*h[tx*]{2}ps?:/i.test(characters.slice(to, to + 12))) break;
    if (sign === '&' && /^&(?:quot|lt|gt|#39);/i.test(characters.slice(to, to + 6))) break;
    to += 1;
  }
  return trimPath(characters, from, to);
}

function isPathCharacter(unit: number, kind: number): boolean {
  if (unit > 0x7e) return kind === CLASS.letter;
  // Space and controls, " ' < > \ ^ ` { | }
  return unit > 0x20 && !'"\'<>\\^`{|}'.includes(String.fromCharCode(unit));
}

/** Leaves out punctuation at the end that belongs to the sentence, and closers without opener. */
function trimPath(characters: string, from: number, end: number): number {
  const open = { ')': 0, ']': 0 };
  for (let at = from; at < end; at += 1) {
    const sign = characters[at];
    if (sign === '(') open[')'] += 1;
    else if (sign === '[') open[']'] += 1;
    else if (sign === ')' || sign === ']') open[sign] -= 1;
  }
  let to = end;
  for (; to > from; to -= 1) {
    const sign = characters[to - 1] as string;
    if (sign === ')' || sign === ']') {
      if (open[sign] >= 0) break;
      open[sign] += 1;
    } else if (!'.,;:!?*~'.includes(sign)) break;
  }
  return to;
}

function canonicalUrl(
  scheme: string,
  host: string,
  port: string | undefined,
  path: string,
): string | undefined {
  const written = `${host}${port ? `:${port}` : ''}${path.replace(/#.*$/s, '')}`;
  if (SPECIAL.has(scheme)) return URL.parse(`${scheme}://${written}`)?.href;
  if (Number(port ?? 0) > 65_535) return undefined;
  return `${scheme}://${written.replace(/[^!-~]/g, encodeURIComponent)}`;
}

/** The canonical form that fits; a half percent sign or punctuation at the cut is left out. */
function shorten(url: string): string {
  if (url.length <= URL_LENGTH_MAX) return url;
  const cut = url.slice(0, URL_LENGTH_MAX).replace(/%[0-9A-F]?$/i, '');
  return cut.slice(0, trimPath(cut, cut.indexOf('/', 8), cut.length));
}
