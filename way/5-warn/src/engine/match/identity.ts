// SPDX-License-Identifier: Apache-2.0
/** An inventory identity: what is on a computer, read once, shared by all computers like it. */
import { type CpeName, cpeLiteral, parseCpe } from '@sakimori/vocabulary';
import type { InventoryItem } from '../shapes.ts';
import { isConcrete, type NamedKey, type PackageName, readPackage } from './names.ts';
import { namingOf } from './naming.ts';
import { isUnknownVersion, orderVersions } from './version-order.ts';

/** An item of the inventory as the engine works with it. */
export interface ResolvedItem {
  readonly position: number;
  /** For people: maker and product as recorded, or the CPE. */
  readonly shown: string;
  readonly cpe?: CpeName;
  readonly keys: readonly NamedKey[];
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
  /** What the index is asked with; see naming.ts. Shared between identities of one product. */
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
  const resolved: ResolvedItem[] = [];
  let postings: readonly string[] = [];
  items.forEach((item, position) => {
    const { found, words } = resolveItem(item, position);
    resolved.push(found);
    postings = position === 0 ? words : [...new Set([...postings, ...words])];
  });
  return { key: identityKey(items), items: resolved, postings };
}

function resolveItem(item: InventoryItem, position: number) {
  const reading = item.cpe === undefined ? undefined : parseCpe(item.cpe.trim());
  const cpe = reading?.ok ? reading.value : undefined;
  const pack = item.purl === undefined ? undefined : readPackage(item.purl);
  const naming = namingOf(item.maker?.trim() ?? '', item.product?.trim() ?? '', cpe, pack);
  const found: ResolvedItem = {
    position,
    shown: naming.shown,
    keys: naming.keys,
    maker: naming.maker,
    versions: versionsOf(item, cpe, pack, naming.nameVersion),
    parts: naming.parts,
    ...(naming.cpeVersion === undefined ? {} : { cpeVersion: naming.cpeVersion }),
    ...(cpe ? { cpe } : {}),
    ...(pack ? { package: pack } : {}),
  };
  return { found, words: naming.postings };
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
  fromName: string | undefined,
): readonly string[] {
  const stated = isUnknownVersion(item.version) ? undefined : item.version!.trim();
  const fromCpe = cpe ? versionOfCpe(cpe) : undefined;
  const distinct: string[] = [];
  for (const version of [
    stated,
    fromCpe,
    pack?.version,
    stated === undefined ? fromName : undefined,
  ]) {
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
