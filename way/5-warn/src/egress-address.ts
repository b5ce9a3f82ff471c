// SPDX-License-Identifier: Apache-2.0
/** Which addresses of the network we may connect to: public ones, nothing else. */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { warnErrors } from './errors.ts';

export interface EgressRules {
  /** Only for tests and closed exercises: http and loopback addresses, nothing else more. */
  readonly loopbackAllowed: boolean;
  /** Bytes on the wire, of one answer. */
  readonly bytesMax: number;
  /** Bytes after decompression of a Content-Encoding. */
  readonly inflatedBytesMax: number;
  /** From the first byte sent to the last byte read, repeats included. */
  readonly timeMsMax: number;
  /** Without any byte read. */
  readonly silenceMsMax: number;
  readonly redirectsMax: number;
  /** Repeats after a broken connection, with Range. */
  readonly resumesMax: number;
}

export const EGRESS_RULES: EgressRules = {
  loopbackAllowed: false,
  bytesMax: 1_073_741_824,
  inflatedBytesMax: 2_147_483_648,
  timeMsMax: 1_800_000,
  silenceMsMax: 30_000,
  redirectsMax: 3,
  resumesMax: 3,
};

/** Resolves a name to all its addresses. A port, so that tests can play a hostile resolver. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

export const systemResolver: Resolver = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

const URL_CHARACTERS_MAX = 2048;
const PORTS_MAX = 65_535;
// Public by its range, but inside every machine of one cloud: it serves keys.
const METADATA = new Set(['168.63.129.16']);

/**
 * Checks the text of an address before anything is resolved.
 *
 * In      text from a person or a document
 * Out     the parsed address, without fragment
 * Throws  WRN_EGRESS_URL_REFUSED with a closed word; the text itself is never repeated
 */
export function checkUrl(text: string, rules: EgressRules): URL {
  const refuse = (reason: string) => warnErrors('EGRESS_URL_REFUSED', { reason });
  if (text.length > URL_CHARACTERS_MAX) throw refuse('too-long');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be refused
  if (/[\u0000-\u0020\u007f\\]/.test(text)) throw refuse('forbidden-character');
  if (!URL.canParse(text)) throw refuse('not-an-address');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(rules.loopbackAllowed && url.protocol === 'http:')) {
    throw refuse('not-https');
  }
  if (url.username !== '' || url.password !== '') throw refuse('credentials-in-address');
  if (url.hostname === '') throw refuse('no-host');
  const port = url.port === '' ? undefined : Number(url.port);
  if (port !== undefined && port !== 443 && (port < 1024 || port > PORTS_MAX)) {
    throw refuse('port-not-allowed');
  }
  url.hash = '';
  return url;
}

/**
 * Why an address may not be connected to.
 *
 * In     an IP address in any notation
 * Out    a closed word for its range, or undefined when it is public
 * Never  trusts an address that carries another one inside (mapped, NAT64, 6to4, Teredo)
 */
export function refusedRange(address: string): string | undefined {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!ipaddr.isValid(plain)) return 'not-an-address';
  const parsed = ipaddr.parse(plain);
  if (METADATA.has(parsed.toString())) return 'metadata';
  if (parsed.kind() === 'ipv6') {
    const first = (parsed as ipaddr.IPv6).parts[0] as number;
    const range = parsed.range();
    if (range !== 'unicast') return range;
    // 2000::/3 is all that is given out for the public Internet (RFC 4291 section 2.4).
    return first >> 13 === 1 ? undefined : 'reserved';
  }
  const range = parsed.range();
  return range === 'unicast' ? undefined : range;
}

/**
 * Resolves and pins: the address that was checked is the address that is connected to.
 *
 * Throws  WRN_EGRESS_ADDRESS_REFUSED when any address of the name is not public: a name with one
 *         public and one internal address is an attack, not a choice; WRN_EGRESS_FAILED
 */
export async function resolvePinned(
  url: URL,
  rules: EgressRules,
  resolve: Resolver,
): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = ipaddr.isValid(host) ? [host] : await resolveName(host, resolve);
  const [pinned] = addresses;
  if (pinned === undefined) throw warnErrors('EGRESS_FAILED', { reason: 'name-not-found' });
  const allLoopback = addresses.every((address) => refusedRange(address) === 'loopback');
  if (rules.loopbackAllowed && allLoopback) return pinned;
  for (const address of addresses) {
    const range = refusedRange(address);
    if (range !== undefined) throw warnErrors('EGRESS_ADDRESS_REFUSED', { range });
  }
  // Plain http is for loopback alone, also when loopback is allowed.
  if (url.protocol !== 'https:') throw warnErrors('EGRESS_URL_REFUSED', { reason: 'not-https' });
  return pinned;
}

async function resolveName(host: string, resolve: Resolver): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw warnErrors('EGRESS_FAILED', { reason: 'name-not-found' }, cause);
  }
}
