// SPDX-License-Identifier: Apache-2.0
/** IPv4 and IPv6 addresses: canonical forms of every text form that names one address. */
import ipaddr from 'ipaddr.js';

/** An address in canonical form. */
export interface Address {
  readonly type: 'ipv4' | 'ipv6';
  readonly value: string;
}

/** Longest text that is looked at as an IPv6 address, without zone and brackets. */
const IPV6_LENGTH_MAX = 64;

/**
 * Reads a dotted quad.
 *
 * Out    four numbers, or undefined; `padded` when a number was written with leading zeros, which
 *        some programs read as octal
 */
export function readQuad(
  text: string,
): { readonly octets: readonly number[]; readonly padded: boolean } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1);
  const octets = parts.map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  return { octets, padded: parts.some((part) => part.length > 1 && part.startsWith('0')) };
}

/**
 * Reads one IPv6 address.
 *
 * In     text without brackets, zone, port and prefix length
 * Out    the address as in RFC 5952; an IPv4 address that is only written as IPv6 (::ffff:0:0/96)
 *        is given as IPv4, because it is the same host
 */
export function readIpv6(text: string): Address | undefined {
  if (text.length > IPV6_LENGTH_MAX || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  if (address.isIPv4MappedAddress()) {
    return { type: 'ipv4', value: address.toIPv4Address().toString() };
  }
  return { type: 'ipv6', value: address.toRFC5952String() };
}

/**
 * Whether an address lies where addresses are given out or have a fixed meaning. Words with colons
 * such as `a::b` of a programming language do not.
 */
export function isLikelyIpv6(value: string): boolean {
  const first = Number.parseInt(value.split(':', 1)[0] || '0', 16);
  const isGlobal = first >= 0x2000 && first <= 0x3fff;
  const isLocal = first >= 0xfc00 && first <= 0xfdff;
  const isScoped = first >= 0xfe80;
  return isGlobal || isLocal || isScoped || value === '::1' || value.startsWith('64:ff9b:');
}

/** Canonical form of an address in any of the usual notations; undefined for anything else. */
export function canonicalAddress(text: string): Address | undefined {
  const quad = readQuad(text);
  if (quad) return quad.padded ? undefined : { type: 'ipv4', value: text };
  const plain = text.replace(/^\[|\]$/g, '').replace(/%.*$/s, '');
  return readIpv6(plain);
}

/**
 * Reads the run of hexadecimal digits, colons and dots around an address.
 *
 * In     `run` maximal; `isGlued` when a letter stands directly before it
 * Out    the address with its place in the run; labels (`C2:`) and ports are left out
 */
export function findIpv6(
  run: string,
  isGlued: boolean,
): { readonly address: Address; readonly from: number; readonly to: number } | undefined {
  let from = 0;
  if (isGlued) {
    // `MAC:2001:db8::1`: what touches the letters belongs to a label.
    from = run.indexOf(':') + 1;
    if (from === 0 || run[from] === ':') return undefined;
  } else if (run.startsWith(':') && !run.startsWith('::')) {
    from = 1;
  }
  let to = run.length;
  while (to > from && run[to - 1] === '.') to -= 1;
  if (run[to - 1] === ':' && run[to - 2] !== ':') to -= 1;
  const whole = tryIpv6(run, from, to);
  if (whole) return whole;
  // `C2:2001:db8::1`: a label of hexadecimal letters.
  const afterLabel = run.indexOf(':', from) + 1;
  const isLabelled = afterLabel > from + 1 && afterLabel < to && run[afterLabel] !== ':';
  const labelled = isLabelled ? tryIpv6(run, afterLabel, to) : undefined;
  if (labelled) return labelled;
  // Eight groups and a decimal one: the last is a port.
  const lastColon = run.lastIndexOf(':', to - 1);
  const isPort = /^\d{1,5}$/.test(run.slice(lastColon + 1, to)) && !run.includes('::');
  return isPort ? tryIpv6(run, from, lastColon) : undefined;
}

function tryIpv6(run: string, from: number, to: number) {
  const text = run.slice(from, to);
  // Eight pairs of digits are the address of a network card or a fingerprint.
  if (/^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i.test(text)) return undefined;
  const address = readIpv6(text);
  if (!address) return undefined;
  const isMeant = address.type === 'ipv4' || isLikelyIpv6(address.value);
  return isMeant ? { address, from, to } : undefined;
}
