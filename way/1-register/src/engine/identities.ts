// SPDX-License-Identifier: Apache-2.0
/** Inventory identities: what runs on a computer, so that equal things are stored and matched once. */
import { createHash } from 'node:crypto';
import type { ComputerValues } from './computers.ts';

/** One thing on a computer, as it is matched with vulnerabilities. */
export interface InventoryItem {
  readonly maker?: string;
  readonly product?: string;
  readonly version?: string;
  readonly cpe?: string;
  readonly purl?: string;
}

export type ItemSource = 'row' | 'sbom' | 'api';

const ITEM_PARTS = ['maker', 'product', 'version', 'cpe', 'purl'] as const;

/** What distinguishes an item from others, as one text; within one act it stands for the digest. */
export function itemKey({ maker, product, version, cpe, purl }: InventoryItem): string {
  const parted = [maker ?? '', product ?? '', version ?? '', cpe ?? '', purl ?? ''];
  return parted.join('\u001f');
}

/**
 * Digest of an item: equal items are one identity, whoever runs them and wherever.
 *
 * Out    64 hexadecimal characters; the same on every machine
 */
export function identityDigest(item: InventoryItem): string {
  return createHash('sha256').update(itemKey(item), 'utf8').digest('hex');
}

/** An item without empty parts, or undefined when nothing names a product. */
export function tidyItem(item: InventoryItem): InventoryItem | undefined {
  if (!item.product && !item.cpe && !item.purl) return undefined;
  const parts = ITEM_PARTS.filter((part) => item[part]).map((part) => [part, item[part]] as const);
  return Object.fromEntries(parts);
}

/**
 * The items that a row of the register itself states: the device, and its operating system.
 *
 * In     stored values of a computer
 * Out    one or two items. A model stands in for a product that is not named: makers of network
 *        devices are searched by model
 */
export function itemsOfComputer(values: ComputerValues): readonly InventoryItem[] {
  const device = tidyItem({
    ...(values.maker && { maker: values.maker }),
    ...productOf(values),
    ...(values.version && { version: values.version }),
    ...(values.cpe && { cpe: values.cpe }),
    ...(values.purl && { purl: values.purl }),
  });
  const system = values.operatingSystem
    ? tidyItem({
        product: values.operatingSystem,
        ...(values.operatingSystemVersion && { version: values.operatingSystemVersion }),
      })
    : undefined;
  return [device, system].filter((item) => item !== undefined);
}

function productOf(values: ComputerValues): { readonly product?: string } {
  const { product, model } = values;
  if (!product) return model ? { product: model } : {};
  if (!model || product.toLowerCase().includes(model.toLowerCase())) return { product };
  return { product: `${product} ${model}` };
}
