// SPDX-License-Identifier: Apache-2.0
/** The engine's answers in the form in which this room stores them. */
import {
  type InventoryIdentity as EngineIdentity,
  evaluateIdentity,
  type IdentityVerdict,
  type InventoryItem,
  postingsOfItems,
  postingsOfVulnerability,
  readIdentity,
  type Vulnerability,
} from './engine/index.ts';

/** Keys under which an item is found; the register stores them beside the identity. */
export function productKeys(item: InventoryItem): readonly string[] {
  return postingsOfItems([item]);
}

/** Keys under which a vulnerability looks for items. */
export function keysOfVulnerability(vulnerability: Vulnerability): readonly string[] {
  return postingsOfVulnerability(vulnerability);
}

/** A verdict as a row: about one identity, or about one computer when it needed its other items. */
export interface StoredVerdict {
  readonly verdict: IdentityVerdict['verdict'];
  readonly confidence: IdentityVerdict['confidence'];
  readonly weight: number;
  readonly product: string;
  readonly rule: string;
  readonly reason: IdentityVerdict['reason'];
  readonly source: { readonly name: string; readonly id: string; readonly url?: string };
  /** The item in words. */
  readonly item: string;
  /** Position of the deciding item among those given. */
  readonly position: number;
}

/** Reads items once; the result is asked about many vulnerabilities. */
export function readItems(items: readonly InventoryItem[]): EngineIdentity {
  return readIdentity(items);
}

/**
 * The verdict on items of one identity, or of one whole computer.
 *
 * Out    undefined when no source names anything of it
 * Law    suppression is keyed on (product, rule): the rule carries the vulnerability, so that saying
 *        "not this one" never silences the next one of the same product
 */
export function decide(
  identity: EngineIdentity,
  items: readonly InventoryItem[],
  vulnerability: Vulnerability,
): StoredVerdict | undefined {
  const answer = evaluateIdentity(identity, vulnerability);
  if (!answer) return undefined;
  const { source } = answer;
  const position = answer.evidence[0]?.item ?? 0;
  return {
    verdict: answer.verdict,
    confidence: answer.confidence,
    weight: answer.weight,
    product: answer.product,
    rule: `${vulnerability.id}|${answer.rule}`,
    reason: answer.reason,
    source: {
      name: source.name,
      id: source.recordId,
      ...(source.url === undefined ? {} : { url: source.url }),
    },
    item: itemInWords(items[position]),
    position,
  };
}

/** "Fortinet FortiOS 7.2.4", as recorded by the operator. */
export function itemInWords(item: InventoryItem | undefined): string {
  if (!item) return '';
  const { maker = '', product = '', version = '' } = item;
  const named = product.toLowerCase().startsWith(maker.toLowerCase())
    ? product
    : `${maker} ${product}`.trim();
  return [named || item.purl || item.cpe || '', version].filter(Boolean).join(' ');
}
