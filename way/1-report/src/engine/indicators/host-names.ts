// SPDX-License-Identifier: Apache-2.0
/** Host names: canonical form, what can be registered, and what only looks like a name. */
import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { parse } from 'tldts';
import { readQuad } from './addresses.ts';

const NAME_LENGTH_MAX = 253;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** ICANN suffixes only: a subdomain of a hosting service is a name like any other. */
const SUFFIX_OPTIONS = {
  allowPrivateDomains: false,
  detectIp: false,
  extractHostname: false,
  validateHostname: false,
} as const;

/**
 * The canonical form of a name: lower case, A-labels, no dot at the end.
 *
 * In     a name in any script; full-width letters and 。 are levelled (UTS 46)
 * Out    undefined when it is no host name at all
 */
export function canonicalName(text: string): string | undefined {
  if (text.length > NAME_LENGTH_MAX) return undefined;
  const lower = text.toLowerCase().replace(/\.$/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
  const isPlain = /^[\u0000-\u007f]*$/.test(lower) && !/(?:^|\.)xn--/.test(lower);
  const name = isPlain ? lower : domainToASCII(lower);
  if (name === '' || name.length > NAME_LENGTH_MAX) return undefined;
  return name.split('.').every((label) => LABEL.test(label)) ? name : undefined;
}

/**
 * The canonical form of a name that can be registered and found in the DNS, or is a Tor service.
 *
 * Out    undefined for anything that has no ICANN suffix, is a suffix itself, or belongs to the
 *        reverse tree; names under `.example` are kept, because exercises are made of them
 */
export function canonicalDomain(text: string): string | undefined {
  const name = canonicalName(text);
  if (name === undefined || !name.includes('.')) return undefined;
  if (name.endsWith('.onion')) return isOnionService(name) ? name : undefined;
  if (name.endsWith('.arpa')) return undefined;
  if (name.endsWith('.example')) return name;
  const { isIcann, domain } = parse(name, SUFFIX_OPTIONS);
  // A registered name never begins with an underscore; services below it do.
  return isIcann && domain && !domain.startsWith('_') ? name : undefined;
}

/** The part of a canonical name that somebody registered: `example.co.jp` of `a.example.co.jp`. */
export function registeredDomain(name: string): string {
  return parse(name, SUFFIX_OPTIONS).domain ?? name;
}

/** Whether a text alone is an address or a name that can be registered, `.example` left out. */
export function isHostValue(text: string): boolean {
  if (readQuad(text)) return true;
  return !/\.example$/i.test(text) && canonicalDomain(text) !== undefined;
}

/** Version 3 only: the checksum inside tells a service from 56 other letters. */
function isOnionService(name: string): boolean {
  const label = name.split('.').at(-2) ?? '';
  if (!/^[a-z2-7]{56}$/.test(label)) return false;
  const bytes = fromBase32(label);
  const [key, checksum, version] = [bytes.subarray(0, 32), bytes.subarray(32, 34), bytes[34]];
  const digest = createHash('sha3-256').update('.onion checksum').update(key).update('\u0003');
  return version === 3 && digest.digest().subarray(0, 2).equals(checksum);
}

function fromBase32(text: string): Buffer {
  let bits = 0;
  let held = 0;
  const bytes: number[] = [];
  for (const sign of text) {
    held = ((held << 5) | 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(sign)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

/** Suffixes under which names of files are far more frequent than names of hosts. */
const FILE_SUFFIXES = new Set(
  'zip mov py sh rs md pl ps so pm mk cab inc dot pub prof docs cpa java bat'.split(' '),
);
/** Suffixes that are common for hosts, but whose names with these stems are files. */
const FILE_STEMS: ReadonlyMap<string, RegExp> = new Map([
  ['in', /^(?:configure|config|makefile|manifest|requirements|setup)$/],
  ['ac', /^configure$/],
  ['am', /^makefile$/],
  ['la', /^lib/],
  ['cc', /^(?:main|test|index|utils?)$/],
  ['app', /^(?:calculator|finder|safari|terminal|mail)$/],
  ['info', /^(?:console|log|logger|logging|desktop|autorun)$/],
  ['net', /^(?:asp|vb|ado|system)$/],
  ['io', /^(?:java|system|socket|std)$/],
  ['name', /^(?:file|user|host|os|document|this|self|event|item|class|field|process)$/],
  ['open', /^(?:window|file|os)$/],
  ['date', /^(?:event|this|self)$/],
  ['data', /^(?:response|event|this|self)$/],
  ['host', /^(?:config|this|self|request|location)$/],
]);
const STEMS_OF_FILES = new Set(['in', 'ac', 'am', 'la', 'cc', 'app']);
/** First labels of names of program packages, which are written from the end: `org.apache.x`. */
const PACKAGE_ROOTS = new Set('com org net io jp java javax'.split(' '));
/** Last labels that no package has, so that `org.example.com` stays a host. */
const HOST_SUFFIXES = new Set('com net org jp cn kr ru uk de info biz xyz top site'.split(' '));

/** Suffixes of files that also serve many hosts: with three labels or more a host is likelier. */
const COUNTRY_SUFFIXES = new Set('pl rs sh so pm pub'.split(' '));

export type NameDoubt = 'file' | 'code' | 'path' | 'maybe-file';

/**
 * Why a name with a valid suffix is probably no host, when nothing around it says that it is one.
 *
 * In     the name as written, and what stands directly before and after it
 * Out    the reason, or undefined when it reads as a host name
 */
export function doubtName(written: string, before: string, after: string): NameDoubt | undefined {
  const labels = written.toLowerCase().split('.');
  const [first, last] = [labels[0] as string, labels.at(-1) as string];
  if (FILE_SUFFIXES.has(last)) {
    return labels.length > 2 && COUNTRY_SUFFIXES.has(last) ? 'maybe-file' : 'file';
  }
  if (labels.length === 2 && FILE_STEMS.get(last)?.test(first)) {
    return STEMS_OF_FILES.has(last) ? 'file' : 'code';
  }
  if (labels.length > 2 && PACKAGE_ROOTS.has(first) && !HOST_SUFFIXES.has(last)) return 'code';
  if (before === '\\' || (before === '/' && after !== '/')) return 'path';
  return doubtLetters(written, labels.length, after);
}

/** Names of code by their capitals, and calls of a function. */
function doubtLetters(written: string, labels: number, after: string): NameDoubt | undefined {
  const suffix = written.slice(written.lastIndexOf('.') + 1);
  const isTitle = /^[A-Z][a-z]+$/.test(suffix) && !/^(?:Com|Org|Jp)$/.test(suffix);
  if (isTitle) return 'code';
  const isCall = /^\((?:[a-z"')$_])/i.test(after) && labels === 2 && suffix.length > 2;
  return isCall && !/^(?:com|net|org)$/i.test(suffix) ? 'code' : undefined;
}
