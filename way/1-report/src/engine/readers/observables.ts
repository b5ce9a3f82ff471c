// SPDX-License-Identifier: Apache-2.0
/** Addresses, names and digests of alerts as indicators in their canonical form. */
import ipaddr from 'ipaddr.js';
import { canonicalAddress } from '../indicators/addresses.ts';
import { canonicalCve, digestType } from '../indicators/coins-and-digests.ts';
import { canonicalDomain } from '../indicators/host-names.ts';
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

const ADDRESS_CHARACTERS_MAX = 64;

function readAddress(value: string | undefined) {
  const text = value?.trim() ?? '';
  return text.length > ADDRESS_CHARACTERS_MAX ? undefined : canonicalAddress(text);
}

/** Whether an address lies in a network of one's own (RFC 1918, ULA, loopback, shared). */
export function isOwnAddress(value: string): boolean {
  const address = readAddress(value);
  return address !== undefined && OWN_RANGES.has(ipaddr.parse(address.value).range());
}

/** An IPv4 or IPv6 address; undefined when it is neither. */
export function addressIndicator(value: string | undefined, role: Role): Indicator | undefined {
  const address = readAddress(value);
  return address && { ...address, role };
}

/** A host name that can be registered, as ASCII (xn--); undefined for anything else. */
export function domainIndicator(value: string | undefined, role: Role): Indicator | undefined {
  const text = value?.trim() ?? '';
  if (text === '' || addressIndicator(text, role)) return undefined;
  const name = canonicalDomain(text);
  return name === undefined ? undefined : { type: 'domain', value: name, role };
}

/** An http, https or ftp address, without user name, password and fragment. */
export function urlIndicator(value: string | undefined, role: Role): Indicator | undefined {
  if (value === undefined || value.length > 2_048) return undefined;
  const url = URL.parse(value.trim());
  if (!url || !/^(?:https?|ftp):$/.test(url.protocol)) return undefined;
  // As `liftIndicators` gives it: the same address in two reports must be the same value.
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href.length > 2_048 ? undefined : { type: 'url', value: url.href, role };
}

export function mailIndicator(value: string | undefined, role: Role): Indicator | undefined {
  const text = value?.trim().toLowerCase() ?? '';
  return text.length <= 254 && /^[^\s@<>"]{1,64}@[^\s@<>"]+\.[^\s@<>"]+$/.test(text)
    ? { type: 'email', value: text, role }
    : undefined;
}

/** A digest; which one is told by its length. */
export function digestIndicator(value: string | undefined, role: Role): Indicator | undefined {
  const text = value?.trim().toLowerCase() ?? '';
  const type = digestType(text);
  return type && { type, value: text, role };
}

/** CVE ids of a text such as "CVE-2013-0640,CVE 2013-0641", each once. */
export function findCves(text: string): string[] {
  const found = text.slice(0, 20_000).match(/CVE[-_ ]{1,2}\d{4}[-_ ]\d{4,19}/gi) ?? [];
  return [...new Set(found.flatMap((one) => canonicalCve(one) ?? []))];
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
