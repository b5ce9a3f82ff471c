// SPDX-License-Identifier: Apache-2.0
/** One finder for each kind of indicator. Each goes over the text once. */
import type { Text } from '@sakimori/vocabulary/wire';
import { findIpv6, readQuad } from './addresses.ts';
import { CLASS, isAsciiWord, isDigit, isHexadecimal } from './characters.ts';
import { canonicalBitcoin, canonicalCve, digestType } from './coins-and-digests.ts';
import { type Collection, TAKEN } from './collection.ts';
import { doubtName } from './host-names.ts';
import { endOfRun, findHosts, type HostFound, mixesScripts } from './hosts.ts';
import { MARK, type ReadableText } from './readable-text.ts';
import { schemeAt } from './schemes.ts';
import {
  announcesHost,
  isInMessageId,
  readDigestMeaning,
  readQuadMeaning,
} from './surroundings.ts';
import { readUrl } from './urls.ts';
import { PASSED_OVER, REMARKS } from './wording.ts';

const LOCAL_PART_MAX = 64;
const DOMAIN_RUN_MAX = 320;
/** URLs inside a URL (`?to=http://...`) that are read as well. */
const NESTED_MAX = 3;

/** URLs: anchored at `://`. */
export function findUrls(text: ReadableText, found: Collection, withHosts: boolean): void {
  const { characters } = text;
  let [outerTo, nested] = [0, 0];
  for (let at = characters.indexOf('://'); at >= 0; at = characters.indexOf('://', at + 3)) {
    const isNested = at < outerTo;
    if (isNested) nested += 1;
    if (isNested && nested > NESTED_MAX) continue;
    const scheme = schemeAt(characters, at);
    const url = scheme && readUrl(text, scheme.name, at);
    if (!url) continue;
    const { value, to, host, remarks, isDoubtful } = url;
    found.add('url', value, scheme.from, to, isDoubtful ? remarks : [], isDoubtful ? [] : remarks);
    if (host && withHosts) {
      const mixed = mixesScripts(characters.slice(host.from, host.to))
        ? [REMARKS.mixedScripts]
        : [];
      found.add(host.type, host.value, host.from, host.to, [], mixed);
    }
    found.take(scheme.from, to, TAKEN.url);
    if (host) found.take(host.from, host.to, TAKEN.host);
    if (!isNested) [outerTo, nested] = [to, 0];
    if (!isNested && host && withHosts) findQuadsInPath(text, host.to, to, found);
  }
}

/** Addresses in a path or a query: links to look-up services name what they look up. */
function findQuadsInPath(text: ReadableText, from: number, to: number, found: Collection): void {
  const path = text.characters.slice(from, to);
  for (const match of path.matchAll(/(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.-])/g)) {
    const quad = readQuad(match[0]);
    const start = from + match.index;
    // Behind :// it is the host of a URL inside this one, which is read by itself.
    if (!quad || quad.padded || path.slice(0, match.index).endsWith('://')) continue;
    const meaning = readQuadMeaning(
      path,
      match.index,
      match.index + match[0].length,
      quad.octets,
      -1,
    );
    const doubts = meaning === 'address' ? [] : [REMARKS.smallNumbers];
    found.add('ipv4', match[0], start, start + match[0].length, doubts);
  }
}

/** Mail addresses: anchored at the at sign. */
export function findMails(text: ReadableText, found: Collection): void {
  const { characters } = text;
  for (let at = characters.indexOf('@'); at >= 0; at = characters.indexOf('@', at + 1)) {
    if (found.isTaken(at)) continue;
    const from = startOfLocalPart(characters, at);
    if (from === at || at - from > LOCAL_PART_MAX) continue;
    const host = findHosts(text, at + 1, endOfRun(text, at + 1, DOMAIN_RUN_MAX), true)[0];
    if (host?.type !== 'domain' || host.from !== at + 1) continue;
    const local = characters.slice(from, at).toLowerCase();
    // `git@example.com:team/project` is a place of source code.
    if (local === 'git' && characters[host.to] === ':') continue;
    found.take(from, host.to, TAKEN.host);
    if (isInMessageId(characters, from)) found.passOver(from, host.to, PASSED_OVER.messageId);
    else found.add('email', `${local}@${host.value}`, from, host.to, [], remarksOf(text, host));
  }
}

/** Signs of a local part that stand between letters only. */
const BETWEEN = ".%'&~+";

function startOfLocalPart(characters: string, at: number): number {
  let from = at;
  while (from > 0 && at - from <= LOCAL_PART_MAX) {
    const sign = characters[from - 1] as string;
    const isBetween = BETWEEN.includes(sign);
    if (!isBetween && !isAsciiWord(sign.charCodeAt(0)) && sign !== '_' && sign !== '-') break;
    if (isBetween && (from === at || BETWEEN.includes(characters[from] as string))) break;
    from -= 1;
  }
  if (at - from > LOCAL_PART_MAX) return from;
  while (from < at && (characters[from] === '-' || BETWEEN.includes(characters[from] ?? ''))) {
    from += 1;
  }
  return from;
}

/** IPv6 addresses: runs of hexadecimal digits, colons and dots with two colons or more. */
export function findAddresses6(text: ReadableText, found: Collection): void {
  const { characters } = text;
  for (let at = characters.indexOf(':'); at >= 0; at = characters.indexOf(':', at)) {
    let from = at;
    while (from > 0 && at - from <= 4 && isHexadecimal(characters.charCodeAt(from - 1))) from -= 1;
    let to = at;
    let colons = 0;
    for (; to < characters.length; to += 1) {
      const unit = characters.charCodeAt(to);
      if (unit === 0x3a) colons += 1;
      else if (unit !== 0x2e && !isHexadecimal(unit)) break;
    }
    if (colons > 1 && !found.isTaken(at)) readAddress6(text, from, to, found);
    at = to;
  }
}

function readAddress6(text: ReadableText, from: number, end: number, found: Collection): void {
  const { characters } = text;
  if (isAsciiWord(characters.charCodeAt(end))) return;
  const isGlued = isAsciiWord(characters.charCodeAt(from - 1)) || characters[from - 1] === '_';
  const hit = findIpv6(characters.slice(from, end), isGlued);
  if (!hit) return;
  const start = from + hit.from;
  let to = from + hit.to;
  if (characters[to] === '%') to += zoneLength(characters, to);
  found.take(start, to, TAKEN.host);
  const width = prefixLength(characters, to);
  if (width !== undefined && width < 128) found.passOver(start, to, PASSED_OVER.network);
  else found.add(hit.address.type, hit.address.value, start, to);
}

function zoneLength(characters: string, at: number): number {
  return /^%[A-Za-z0-9_.-]{1,16}/.exec(characters.slice(at, at + 17))?.[0].length ?? 0;
}

/** The number of `/24` behind an address; undefined when a path or nothing follows. */
function prefixLength(characters: string, at: number): number | undefined {
  const match = /^\/(\d{1,3})(?![\w./-]*[\w/])/.exec(characters.slice(at, at + 8));
  return match && Number(match[1]) <= 128 ? Number(match[1]) : undefined;
}

/** Names and IPv4 addresses: runs of letters, digits, hyphens and dots. */
export function findNames(text: ReadableText, found: Collection): void {
  const { classes } = text;
  const state = { versionTo: -1 };
  let from = 0;
  while (from < classes.length) {
    if (classes[from] === CLASS.other || found.isTaken(from)) {
      from += 1;
      continue;
    }
    let to = from;
    let hasDot = false;
    while (to < classes.length && classes[to] !== CLASS.other && !found.isTaken(to)) {
      hasDot ||= classes[to] === CLASS.dot;
      to += 1;
    }
    if (hasDot) readRun(text, from, to, found, state);
    from = to;
  }
}

interface VersionState {
  /** End of the last version number, or -1. */
  versionTo: number;
}

function readRun(
  text: ReadableText,
  from: number,
  to: number,
  found: Collection,
  state: VersionState,
): void {
  const range = readRange(text, from, to);
  const hosts = range.length > 0 ? range : findHosts(text, from, to, false);
  for (const host of hosts) {
    if (host.type === 'ipv4') readAddress4(text, host, found, state);
    else readName(text, host, found);
    // What stands behind a slash is a path: no name is sought there.
    if (text.characters[host.to] === '/') found.take(host.to, pathEnd(text, host.to), TAKEN.path);
  }
}

/** `198.51.100.1-198.51.100.9` and `198.51.100.1-9`: the addresses that are written out. */
function readRange(text: ReadableText, from: number, to: number): HostFound[] {
  if (to - from > 40) return [];
  const written = text.characters.slice(from, to);
  const match = /^([\d.]{7,15})-(\d{1,3}|[\d.]{7,15})\.?(?![^\u0080-\uffff])/.exec(written);
  if (!match) return [];
  const [, first, last] = match as unknown as [string, string, string];
  const lastFrom = from + first.length + 1;
  return [
    { text: first, from },
    { text: last, from: lastFrom },
  ].flatMap((part) => {
    const quad = readQuad(part.text.replace(/\.$/, ''));
    if (!quad) return [];
    const value = quad.octets.join('.');
    const place = { from: part.from, to: part.from + part.text.replace(/\.$/, '').length };
    return [{ type: 'ipv4' as const, value, ...place, isPadded: quad.padded }];
  });
}

function pathEnd(text: ReadableText, from: number): number {
  const max = Math.min(text.classes.length, from + 2_048);
  let to = from;
  while (to < max) {
    const unit = text.characters.charCodeAt(to);
    if (unit <= 0x20 || unit > 0x7e || '"\'<>|,;)]}'.includes(String.fromCharCode(unit))) break;
    to += 1;
  }
  return to;
}

function readAddress4(
  text: ReadableText,
  host: HostFound,
  found: Collection,
  state: VersionState,
): void {
  const { characters } = text;
  const octets = host.value.split('.').map(Number);
  const width = prefixLength(characters, host.to);
  if (width !== undefined && width < 32) {
    found.passOver(host.from, host.to, PASSED_OVER.network);
    return;
  }
  const isDefanged = found.hasMark(host.from, host.to, MARK.defanged);
  const meaning = isDefanged
    ? 'address'
    : readQuadMeaning(characters, host.from, host.to, octets, state.versionTo);
  if (meaning === 'version') {
    state.versionTo = host.to;
    found.passOver(host.from, host.to, PASSED_OVER.version);
    return;
  }
  const doubts: Text[] = [];
  if (meaning === 'maybe-version') doubts.push(REMARKS.smallNumbers);
  if (host.isPadded) doubts.push(REMARKS.padded);
  found.add('ipv4', host.value, host.from, host.to, doubts);
}

function readName(text: ReadableText, host: HostFound, found: Collection): void {
  const { characters } = text;
  const isMeant =
    found.hasMark(host.from, host.to, MARK.defanged) || announcesHost(characters, host.from);
  const written = characters.slice(host.from, host.to);
  const after = characters.slice(host.to, host.to + 2);
  const before = characters[host.from - 1] ?? '';
  const isShare = before === characters[host.from - 2] && (before === '\\' || before === '/');
  const doubt = isMeant ? undefined : doubtName(written, isShare ? '' : before, after);
  if (doubt && doubt !== 'maybe-file') {
    found.passOver(host.from, host.to, PASSED_OVER[doubt]);
    return;
  }
  const doubts: Text[] = [];
  if (doubt) doubts.push(REMARKS.maybeFile);
  if (host.isLooseStart) doubts.push(REMARKS.looseStart);
  if (host.hasSentence) doubts.push(REMARKS.sentence);
  found.add('domain', host.value, host.from, host.to, doubts, remarksOf(text, host));
}

function remarksOf(text: ReadableText, host: HostFound): Text[] {
  const written = text.characters.slice(host.from, host.to);
  return mixesScripts(written) ? [REMARKS.mixedScripts] : [];
}

/** Digests, CVE numbers and Bitcoin addresses: whole words of ASCII letters and digits. */
export function findWords(text: ReadableText, found: Collection): void {
  const { characters, classes } = text;
  let from = 0;
  while (from < classes.length) {
    if (classes[from] !== CLASS.ascii) {
      from += 1;
      continue;
    }
    let to = from + 1;
    while (to < classes.length && classes[to] === CLASS.ascii) to += 1;
    const length = to - from;
    if (length === 3) readCve(characters, from, found);
    else if (length >= 14 && length <= 128 && !found.isTaken(from, TAKEN.host)) {
      readWord(characters, from, to, found);
    }
    from = to;
  }
}

function readCve(characters: string, from: number, found: Collection): void {
  const match = /^cve[-_ ]{1,2}\d{4}[-_ ]\d{4,19}(?![0-9A-Za-z])/i.exec(
    characters.slice(from, from + 32),
  );
  const value = match ? canonicalCve(match[0]) : undefined;
  if (match && value) found.add('cve', value, from, from + match[0].length);
}

function readWord(characters: string, from: number, to: number, found: Collection): void {
  const word = characters.slice(from, to);
  const type = digestType(word);
  if (type) {
    readDigest(characters, from, to, type, found);
    return;
  }
  const coin = canonicalBitcoin(word);
  if (coin) found.add('bitcoin', coin, from, to);
}

function readDigest(
  characters: string,
  from: number,
  to: number,
  type: 'md5' | 'sha1' | 'sha256' | 'sha512' | string,
  found: Collection,
): void {
  const isSerial =
    isHyphenated(characters, from - 1, -1) ||
    isHyphenated(characters, to, 1) ||
    readDigestMeaning(characters, from) === 'serial';
  if (isSerial) {
    found.passOver(from, to, PASSED_OVER.serial);
    return;
  }
  const isCommit = type === 'sha1' && readDigestMeaning(characters, from) === 'commit';
  const value = characters.slice(from, to).toLowerCase();
  found.add(type as 'md5', value, from, to, isCommit ? [REMARKS.commit] : []);
}

/** Whether a hyphen joins another group of hexadecimal digits: then it is a tracking number. */
function isHyphenated(characters: string, at: number, step: 1 | -1): boolean {
  if (characters[at] !== '-') return false;
  let end = at + step;
  while (Math.abs(end - at) <= 33 && isHexadecimal(characters.charCodeAt(end))) end += step;
  const digits = Math.abs(end - at) - 1;
  const isWhole = !isAsciiWord(characters.charCodeAt(end));
  return digits > 0 && isWhole && isDigitsOrHex(characters, at, end, step);
}

/** A word such as `bad` or `face` is no group of digits. */
function isDigitsOrHex(characters: string, at: number, end: number, step: 1 | -1): boolean {
  for (let index = at + step; index !== end; index += step) {
    if (isDigit(characters.charCodeAt(index))) return true;
  }
  return false;
}
