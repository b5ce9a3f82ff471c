// SPDX-License-Identifier: Apache-2.0
/** An inventory identity: what is on a computer, read once, shared by all computers like it. */
import { type CpeName, cpeLiteral, normaliseProduct, parseCpe } from '@sakimori/vocabulary';
import type { InventoryItem } from '../shapes.ts';
import {
  isConcrete,
  keysOfCpe,
  keysOfPackage,
  keysOfWords,
  makerKeyOf,
  type NamedKey,
  type PackageName,
  readPackage,
  wordsOfCpe,
} from './names.ts';
import { isUnknownVersion, orderVersions } from './version-order.ts';

/** An item of the inventory as the engine works with it. */
export interface ResolvedItem {
  readonly position: number;
  /** For people: maker and product as recorded, or the CPE. */
  readonly shown: string;
  readonly cpe?: CpeName;
  readonly keys: readonly NamedKey[];
  /** Of these, what maker and product in words led to. */
  readonly wordKeys: readonly NamedKey[];
  readonly maker: string;
  readonly package?: PackageName;
  /** Recorded versions, distinct; more than one when the record contradicts itself. */
  readonly versions: readonly string[];
  /** "Windows Server 2012 R2": in a CPE the name's own word stands as the version. */
  readonly cpeVersion?: string;
  /** Parts (`a`, `o`, `h`) that the item is known to be. */
  readonly parts: ReadonlySet<string>;
}

export interface InventoryIdentity {
  /** Equal key, equal answers. */
  readonly key: string;
  readonly items: readonly ResolvedItem[];
  /** What the item index is asked with; see postings.ts. */
  readonly postings: readonly string[];
}

/** The key of an identity without reading it: to ask a cache first. */
export function identityKey(items: readonly InventoryItem[]): string {
  return JSON.stringify(
    items.map((item) => [
      item.maker ?? '',
      item.product ?? '',
      item.version ?? '',
      item.cpe ?? '',
      item.purl ?? '',
    ]),
  );
}

/**
 * Reads an inventory.
 *
 * In     items as recorded; order matters only for `position`
 * Out    the identity; an item of which nothing can be read stays, with no keys
 * Never  throws on content
 */
export function readIdentity(items: readonly InventoryItem[]): InventoryIdentity {
  const resolved = items.map((item, position) => resolveItem(item, position));
  const postings = new Set<string>();
  for (const item of resolved) for (const posting of postingsOfItem(item)) postings.add(posting);
  return { key: identityKey(items), items: resolved, postings: [...postings] };
}

function resolveItem(item: InventoryItem, position: number): ResolvedItem {
  const reading = item.cpe === undefined ? undefined : parseCpe(item.cpe.trim());
  const cpe = reading?.ok ? reading.value : undefined;
  const pack = item.purl === undefined ? undefined : readPackage(item.purl);
  const maker = item.maker?.trim() ?? '';
  const product = item.product?.trim() ?? '';
  const keys: NamedKey[] = [];
  const words = product === '' ? [] : keysOfWords(maker, product, 'item');
  const packed = pack ? keysOfPackage(pack) : [];
  for (const key of [...(cpe ? keysOfCpe(cpe) : []), ...words, ...packed]) {
    if (!keys.some((known) => known.key === key.key)) keys.push(key);
  }
  const cpeWords = cpe ? wordsOfCpe(cpe) : {};
  const makerKey = maker === '' ? (keys[0]?.key.split('/')[0] ?? '') : makerKeyOf(maker);
  return {
    position,
    shown: shownOf(item, cpeWords),
    keys,
    wordKeys: words,
    maker: makerKey,
    versions: versionsOf(item, cpe, pack),
    parts: partsOf(cpe, maker, product),
    ...cpeVersionOf(maker, product),
    ...(cpe ? { cpe } : {}),
    ...(pack ? { package: pack } : {}),
  };
}

function cpeVersionOf(maker: string, product: string): { cpeVersion?: string } {
  const reading = product === '' ? undefined : normaliseProduct(maker, product);
  const word = reading?.kind === 'one' ? reading.product.version : undefined;
  return word === undefined ? {} : { cpeVersion: word };
}

function shownOf(item: InventoryItem, cpe: { vendor?: string; product?: string }): string {
  const words = [item.maker, item.product].map((text) => text?.trim() ?? '').filter(Boolean);
  if (item.product?.trim()) {
    const [maker, product] = [item.maker?.trim() ?? '', item.product.trim()];
    return product.toLowerCase().startsWith(maker.toLowerCase()) ? product : words.join(' ');
  }
  if (cpe.product !== undefined) return `${cpe.vendor ?? '*'} ${cpe.product}`;
  return readPackage(item.purl ?? '')?.key ?? (words.join(' ') || '-');
}

/** The version of a CPE with its update: "8.0" and "sp2" are "8.0 sp2". */
function versionOfCpe(cpe: CpeName): string | undefined {
  if (!isConcrete(cpe.version)) return undefined;
  const version = cpeLiteral(cpe.version);
  return isConcrete(cpe.update) ? `${version} ${cpeLiteral(cpe.update)}` : version;
}

function versionsOf(
  item: InventoryItem,
  cpe: CpeName | undefined,
  pack: PackageName | undefined,
): readonly string[] {
  const named = item.product === undefined ? undefined : normaliseProduct(item.maker, item.product);
  const stated = isUnknownVersion(item.version) ? undefined : item.version!.trim();
  const fromCpe = cpe ? versionOfCpe(cpe) : undefined;
  const fromName = named?.kind === 'one' ? named.version : undefined;
  const all = [stated, fromCpe, pack?.version, stated === undefined ? fromName : undefined];
  const distinct: string[] = [];
  for (const version of all) {
    if (version === undefined) continue;
    const isSame = distinct.some(
      (known) => orderVersions(known, version) === 0 || refines(known, version),
    );
    if (!isSame) distinct.push(version);
  }
  return distinct;
}

/** "7.2.4" refines a CPE that says "7.2": no contradiction, the finer one is kept. */
function refines(finer: string, coarser: string): boolean {
  const [a, b] = [finer.toLowerCase(), coarser.toLowerCase()];
  return a.startsWith(b) && /^[^0-9]/.test(a.slice(b.length));
}

function partsOf(cpe: CpeName | undefined, maker: string, product: string): ReadonlySet<string> {
  if (cpe && isConcrete(cpe.part)) return new Set([cpe.part.toLowerCase()]);
  const reading = product === '' ? undefined : normaliseProduct(maker, product);
  return reading?.kind === 'one'
    ? new Set(reading.product.cpes.map((entry) => entry.slice(0, 1)))
    : new Set();
}

/**
 * Words under which an item is found.
 * `n|maker/product`, `v|vendor` and `p|product` for names with a wild card on the other side,
 * `m|maker` for sources that name the maker alone, `u|type/namespace/name` for packages,
 * `wp|product` and `wv|vendor` for items whose own CPE leaves the other word open.
 */
function postingsOfItem(item: ResolvedItem): string[] {
  const postings = item.keys.map((key) => `n|${key.key}`);
  if (item.maker !== '') postings.push(`m|${item.maker}`);
  if (item.package) postings.push(`u|${item.package.key}`);
  if (!item.cpe) return postings;
  const { vendor, product } = wordsOfCpe(item.cpe);
  if (vendor !== undefined) postings.push(`v|${vendor}`);
  if (product !== undefined) postings.push(`p|${product}`);
  if (vendor === undefined && product !== undefined) postings.push(`wp|${product}`);
  if (vendor !== undefined && product === undefined) postings.push(`wv|${vendor}`);
  return postings;
}
