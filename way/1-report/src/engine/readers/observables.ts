// SPDX-License-Identifier: Apache-2.0
/** Addresses, names and digests of alerts as indicators in their canonical form. */
import ipaddr from 'ipaddr.js';
import type { Indicator } from '../record.ts';

type Role = NonNullable<Indicator['role']>;

/** Networks that are somebody's own: such a source is not an attacker from outside. */
const OWN_RANGES = new Set([
  'private',
  'loopback',
  'linkLocal',
  'uniqueLocal',
  'carrierGradeNat',
  'unspecified',
]);

function parseAddress(value: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const text = value.trim();
  if (text.length > 45) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** Whether an address lies in a network of one's own (RFC 1918, ULA, loopback, shared). */
export function isOwnAddress(value: string): boolean {
  const address = parseAddress(value);
  return address !== undefined && OWN_RANGES.has(address.range());
}

/** An IPv4 or IPv6 address; undefined when it is neither. */
export function addressIndicator(value: string | undefined, role: Role): Indicator | undefined {
  const address = value === undefined ? undefined : parseAddress(value);
  if (!address) return undefined;
  if (address.kind() === 'ipv4') return { type: 'ipv4', value: address.toString(), role };
  return { type: 'ipv6', value: (address as ipaddr.IPv6).toRFC5952String(), role };
}

const DOMAIN =
  /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** A host name with a dot, as ASCII (xn--); undefined for anything else. */
export function domainIndicator(value: string | undefined, role: Role): Indicator | undefined {
  if (value === undefined || value.length > 253 || /[\s/@:]/.test(value)) return undefined;
  const name = toAsciiName(value.trim().toLowerCase().replace(/\.$/, ''));
  return name && DOMAIN.test(name) ? { type: 'domain', value: name, role } : undefined;
}

function toAsciiName(name: string): string | undefined {
  if (/^[a-z0-9_.-]+$/.test(name)) return name;
  const url = URL.parse(`http://${name}/`);
  return url?.hostname;
}

/** An http, https or ftp address. */
export function urlIndicator(value: string | undefined, role: Role): Indicator | undefined {
  if (value === undefined || value.length > 2_048) return undefined;
  const url = URL.parse(value.trim());
  if (!url || !/^(?:https?|ftp):$/.test(url.protocol) || url.href.length > 2_048) return undefined;
  return { type: 'url', value: url.href, role };
}

export function mailIndicator(value: string | undefined, role: Role): Indicator | undefined {
  const text = value?.trim().toLowerCase() ?? '';
  return text.length <= 254 && /^[^\s@<>"]{1,64}@[^\s@<>"]+\.[^\s@<>"]+$/.test(text)
    ? { type: 'email', value: text, role }
    : undefined;
}

const DIGESTS: Readonly<Record<number, Indicator['type']>> = {
  32: 'md5',
  40: 'sha1',
  64: 'sha256',
  128: 'sha512',
};

/** A digest; which one is told by its length. */
export function digestIndicator(value: string | undefined, role: Role): Indicator | undefined {
  const text = value?.trim().toLowerCase() ?? '';
  const type = DIGESTS[text.length];
  return type && /^[0-9a-f]+$/.test(text) ? { type, value: text, role } : undefined;
}

/** CVE ids of a text such as "CVE-2013-0640,CVE 2013-0641", each once. */
export function findCves(text: string): string[] {
  const found = text.slice(0, 20_000).matchAll(/CVE[- ](\d{4})-(\d{4,19})/gi);
  return [...new Set([...found].map(([, year, number]) => `CVE-${year}-${number}`))];
}

/** Technique ids that a list holds, sub-technique included, each once. */
export function findTechniques(values: readonly string[]): string[] {
  return [...new Set(values.flatMap((value) => value.match(/\bT[01]\d{3}(?:\.\d{3})?\b/g) ?? []))];
}

/** The indicators that are there, each type and value once; the first role and note stay. */
export function distinct(indicators: readonly (Indicator | undefined)[]): Indicator[] {
  const byKey = new Map<string, Indicator>();
  for (const one of indicators) {
    if (one && !byKey.has(`${one.type} ${one.value}`)) byKey.set(`${one.type} ${one.value}`, one);
  }
  return [...byKey.values()];
}

/**
 * Roles of the two ends of a connection.
 *
 * Out    an own address that talks to a foreign one is the victim, whoever began; between two
 *        foreign ones the side that began attacks; between two own ones nobody is accused
 */
export function rolesOf(source: string, destination: string): readonly [Role, Role] {
  const [ownSource, ownDestination] = [isOwnAddress(source), isOwnAddress(destination)];
  if (ownSource && ownDestination) return ['unknown', 'unknown'];
  return ownSource ? ['victim', 'attacker'] : ['attacker', 'victim'];
}
