// SPDX-License-Identifier: Apache-2.0
/** Protected infrastructure: what is never selected and never blocked, however often reported. */
import type { Text } from '@sakimori/vocabulary/wire';
import ipaddr from 'ipaddr.js';
import type { FieldRefusal, IndicatorType } from '../record.ts';
import { canonicalAddress } from './addresses.ts';
import { canonicalName } from './host-names.ts';

/** One list of the dated data `protected-infrastructure`. */
export interface ProtectedList {
  readonly id: string;
  readonly name: Text;
  readonly why: Text;
  readonly source: string;
  /** Addresses and prefixes (`198.41.0.4`, `10.0.0.0/8`). */
  readonly addresses?: readonly string[];
  /** Names; everything below them belongs to them. */
  readonly domains?: readonly string[];
  /** Digests of files that say nothing, such as the empty file. */
  readonly digests?: readonly string[];
}

/** Value of a rule of `law/data/protected-infrastructure.json`. */
export interface ProtectedInfrastructure {
  readonly lists: readonly ProtectedList[];
}

interface Shield {
  readonly list: string;
  readonly why: Text;
}

/** Lists made ready for look-ups; made once, used for any number of indicators. */
export interface Protection {
  readonly findAddress: (type: 'ipv4' | 'ipv6', value: string) => Shield | undefined;
  readonly findName: (name: string) => Shield | undefined;
  readonly findDigest: (digest: string) => Shield | undefined;
}

/** For each length of prefix, longest first: the prefixes of that length. */
type Prefixes = Map<number, Map<bigint, Shield>>;

/**
 * Makes lists ready.
 *
 * In     value of the rule in force; `leaveOut` ids of lists that do not count here: an exercise is
 *        made of documentation addresses and leaves out `documentation`
 * Out    look-ups; entries that cannot be read are in `refused`, by list and position from 1
 */
export function compileProtection(
  data: ProtectedInfrastructure,
  leaveOut: readonly string[] = [],
): { readonly protection: Protection; readonly refused: readonly FieldRefusal[] } {
  const builder = new ProtectionBuilder();
  for (const list of data.lists) {
    if (leaveOut.includes(list.id)) continue;
    builder.add(list.id, { list: list.id, why: list.why }, list);
  }
  return builder.finish();
}

const OWN: Shield = {
  list: 'own',
  why: {
    ja: '報告した組織自身のアドレスまたはドメインです。',
    en: 'It belongs to the organisation that reports.',
  },
};

/**
 * Makes ready what belongs to the reporter.
 *
 * In     addresses, prefixes and names as the organisation keeps them
 * Out    as `compileProtection`; every entry counts as the list `own`
 */
export function compileOwn(own: {
  readonly addresses?: readonly string[];
  readonly domains?: readonly string[];
}): { readonly protection: Protection; readonly refused: readonly FieldRefusal[] } {
  const builder = new ProtectionBuilder();
  builder.add('own', OWN, own);
  return builder.finish();
}

/**
 * Whether an indicator belongs to protected infrastructure or to the reporter.
 *
 * In     an indicator with its canonical value; lists made ready; either may be absent
 * Out    the list and why; the reporter's own things are named first
 * Never  says that something is harmless: what is protected may still have been abused
 */
export function protectedBy(
  indicator: { readonly type: IndicatorType; readonly value: string },
  lists: Protection | undefined,
  own?: Protection,
): { readonly list: string; readonly why: Text } | undefined {
  for (const protection of [own, lists]) {
    const shield = protection && findShield(indicator.type, indicator.value, protection);
    if (shield) return shield;
  }
  return undefined;
}

function findShield(
  type: IndicatorType,
  value: string,
  protection: Protection,
): Shield | undefined {
  switch (type) {
    case 'ipv4':
    case 'ipv6':
      return protection.findAddress(type, value);
    case 'domain':
      return protection.findName(value);
    case 'email':
      return protection.findName(value.slice(value.lastIndexOf('@') + 1));
    case 'url':
      return findHostShield(value, protection);
    case 'cve':
    case 'bitcoin':
      return undefined;
    default:
      return protection.findDigest(value);
  }
}

function findHostShield(url: string, protection: Protection): Shield | undefined {
  const host = /^[a-z0-9+.-]+:\/\/(\[[^\]]*\]|[^/?#:]*)/i.exec(url)?.[1] ?? '';
  const address = canonicalAddress(host);
  return address
    ? protection.findAddress(address.type, address.value)
    : protection.findName(host.toLowerCase());
}

class ProtectionBuilder {
  readonly #prefixes = { ipv4: new Map(), ipv6: new Map() } as { ipv4: Prefixes; ipv6: Prefixes };
  readonly #names = new Map<string, Shield>();
  readonly #digests = new Map<string, Shield>();
  readonly #refused: FieldRefusal[] = [];

  add(
    field: string,
    shield: Shield,
    list: {
      readonly addresses?: readonly string[];
      readonly domains?: readonly string[];
      readonly digests?: readonly string[];
    },
  ): void {
    for (const [index, text] of (list.addresses ?? []).entries()) {
      if (!this.#addAddress(text, shield)) {
        this.#refuse(
          `${field}.addresses.${index + 1}`,
          'an address, or a prefix such as 10.0.0.0/8',
        );
      }
    }
    for (const [index, text] of (list.domains ?? []).entries()) {
      const name = canonicalName(text);
      if (name) this.#names.set(name, this.#names.get(name) ?? shield);
      else this.#refuse(`${field}.domains.${index + 1}`, 'a domain name such as example.jp');
    }
    for (const digest of list.digests ?? []) this.#digests.set(digest.toLowerCase(), shield);
  }

  #refuse(field: string, expected: string): void {
    this.#refused.push({ field, expected });
  }

  #addAddress(text: string, shield: Shield): boolean {
    const [address, width, ...more] = text.trim().split('/');
    const canonical = canonicalAddress(address ?? '');
    if (!canonical || more.length > 0) return false;
    const bits = canonical.type === 'ipv4' ? 32 : 128;
    if (width !== undefined && !/^\d{1,3}$/.test(width)) return false;
    let length = width === undefined ? bits : Number(width);
    // ::ffff:0:0/96 was read as IPv4: its prefix counts from there.
    if (width !== undefined && canonical.type === 'ipv4' && address?.includes(':')) length -= 96;
    if (length < 0 || length > bits) return false;
    const key = toNumber(canonical.value) >> BigInt(bits - length);
    const prefixes = this.#prefixes[canonical.type];
    const ofLength = prefixes.get(length) ?? new Map<bigint, Shield>();
    if (!ofLength.has(key)) ofLength.set(key, shield);
    prefixes.set(length, ofLength);
    return true;
  }

  finish(): { readonly protection: Protection; readonly refused: readonly FieldRefusal[] } {
    const inOrder = (prefixes: Prefixes) => [...prefixes].sort(([a], [b]) => b - a);
    const sorted = { ipv4: inOrder(this.#prefixes.ipv4), ipv6: inOrder(this.#prefixes.ipv6) };
    const findAddress = (type: 'ipv4' | 'ipv6', value: string) => {
      if (sorted[type].length === 0) return undefined;
      const number = toNumber(value);
      const bits = type === 'ipv4' ? 32 : 128;
      for (const [length, prefixes] of sorted[type]) {
        const shield = prefixes.get(number >> BigInt(bits - length));
        if (shield) return shield;
      }
      return undefined;
    };
    const findName = (name: string) => {
      for (let from = 0; from >= 0; from = name.indexOf('.', from) + 1 || -1) {
        const shield = this.#names.get(name.slice(from));
        if (shield) return shield;
      }
      return undefined;
    };
    const findDigest = (digest: string) => this.#digests.get(digest);
    return { protection: { findAddress, findName, findDigest }, refused: this.#refused };
  }
}

function toNumber(canonical: string): bigint {
  let number = 0n;
  for (const byte of ipaddr.parse(canonical).toByteArray()) number = (number << 8n) | BigInt(byte);
  return number;
}
