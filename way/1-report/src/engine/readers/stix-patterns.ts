// SPDX-License-Identifier: Apache-2.0
/** Values of STIX patterns and observables, as indicators. */
import type { Indicator } from '../record.ts';
import { asRows, asText, child, type Fields, own } from './fields.ts';
import {
  addressIndicator,
  digestIndicator,
  distinct,
  domainIndicator,
  mailIndicator,
  urlIndicator,
} from './observables.ts';

type Role = NonNullable<Indicator['role']>;

/** One comparison for equality: type:path = 'value'. Others say what a value is not, or like. */
const COMPARISON =
  /([a-z0-9-]{2,60}):([A-Za-z0-9_.'"\- [\]*]{2,120}?)\s*=\s*'((?:[^'\\]|\\.){1,4000})'/g;
const COMPARISONS_MAX = 500;
const PATTERN_CHARACTERS_MAX = 100_000;

/** The indicator that one property of an observable states. */
function ofProperty(type: string, path: string, value: string, role: Role): Indicator | undefined {
  switch (type) {
    case 'ipv4-addr':
    case 'ipv6-addr':
      return path === 'value' ? addressIndicator(value, role) : undefined;
    case 'domain-name':
      return path === 'value' ? domainIndicator(value, role) : undefined;
    case 'url':
      return path === 'value' ? urlIndicator(value, role) : undefined;
    case 'email-addr':
      return path === 'value' ? mailIndicator(value, role) : undefined;
    case 'file':
    case 'artifact':
      return /^hashes\b/.test(path) ? digestIndicator(value, role) : undefined;
    case 'network-traffic':
      return path === 'src_ref.value' || path === 'dst_ref.value'
        ? (addressIndicator(value, role) ?? domainIndicator(value, role))
        : undefined;
    case 'email-message':
      return /(?:from|sender)_ref\.value$/.test(path) ? mailIndicator(value, role) : undefined;
    default:
      return undefined;
  }
}

/**
 * Indicators of a pattern.
 *
 * In     a STIX pattern such as [ipv4-addr:value = '198.51.100.7' OR url:value = '...']
 * Out    the values that are compared for equality; ranges, names and expressions are left out
 */
export function indicatorsOfPattern(pattern: string, role: Role): Indicator[] {
  const found: (Indicator | undefined)[] = [];
  for (const match of pattern.slice(0, PATTERN_CHARACTERS_MAX).matchAll(COMPARISON)) {
    if (found.length >= COMPARISONS_MAX) break;
    // Patterns escape only the quote and the backslash.
    const value = match[3]!.replace(/\\(['\\])/g, '$1');
    found.push(ofProperty(match[1]!, match[2]!, value, role));
  }
  return distinct(found);
}

/** Indicators of a cyber-observable object. */
export function indicatorsOfObservable(object: Fields, role: Role): Indicator[] {
  const type = asText(own(object, 'type')) ?? '';
  const value = asText(own(object, 'value'));
  const hashes = child(object, 'hashes');
  return distinct([
    value === undefined ? undefined : ofProperty(type, 'value', value, role),
    ...Object.keys(hashes ?? {})
      .slice(0, 20)
      .map((key) => digestIndicator(asText(own(hashes, key)), role)),
  ]);
}

/** Whether an object names a technique of ATT&CK; its ids. */
export function techniqueIdsOf(object: Fields): string[] {
  const references = asRows(own(object, 'external_references')).slice(0, 50);
  return references.flatMap((one) => {
    const id = asText(own(one, 'external_id'));
    return id && /^T[01]\d{3}(?:\.\d{3})?$/.test(id) ? [id] : [];
  });
}
