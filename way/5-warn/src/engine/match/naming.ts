// SPDX-License-Identifier: Apache-2.0
/** What an item is called, read once for all computers that have it, whatever its version. */
import { type CpeName, normaliseProduct } from '@sakimori/vocabulary';
import {
  isConcrete,
  keysOfCpe,
  keysOfPackage,
  keysOfWords,
  makerKeyOf,
  type NamedKey,
  type PackageName,
  wordsOfCpe,
} from './names.ts';

export interface Naming {
  readonly shown: string;
  readonly keys: readonly NamedKey[];
  readonly maker: string;
  readonly parts: ReadonlySet<string>;
  readonly postings: readonly string[];
  /** "FortiOS 7.2.4": the version in the product's name. */
  readonly nameVersion?: string;
  /** "Windows Server 2012 R2": in a CPE the name's own word stands as the version. */
  readonly cpeVersion?: string;
}

/** Names are far fewer than computers; beyond this the memory of them is emptied. */
const NAMINGS_MAX = 100_000;
const namings = new Map<string, Naming>();

export function namingOf(
  maker: string,
  product: string,
  cpe: CpeName | undefined,
  pack: PackageName | undefined,
): Naming {
  const cpeWords = cpe ? `${cpe.part}:${cpe.vendor}:${cpe.product}` : '';
  const key = `${maker}\n${product}\n${cpeWords}\n${pack?.key ?? ''}`;
  let naming = namings.get(key);
  if (!naming) {
    naming = makeNaming(maker, product, cpe, pack);
    if (namings.size >= NAMINGS_MAX) namings.clear();
    namings.set(key, naming);
  }
  return naming;
}

function makeNaming(
  maker: string,
  product: string,
  cpe: CpeName | undefined,
  pack: PackageName | undefined,
): Naming {
  const keys: NamedKey[] = [];
  const wordKeys = product === '' ? [] : keysOfWords(maker, product, 'item');
  const packed = pack ? keysOfPackage(pack) : [];
  for (const key of [...(cpe ? keysOfCpe(cpe) : []), ...wordKeys, ...packed]) {
    if (!keys.some((known) => known.key === key.key)) keys.push(key);
  }
  const reading = product === '' ? undefined : normaliseProduct(maker, product);
  const known = reading?.kind === 'one' ? reading : undefined;
  const makerKey = maker === '' ? (keys[0]?.key.split('/')[0] ?? '') : makerKeyOf(maker);
  const parts =
    cpe && isConcrete(cpe.part)
      ? [cpe.part.toLowerCase()]
      : (known?.product.cpes.map((entry) => entry.slice(0, 1)) ?? []);
  return {
    shown: shownOf(maker, product, cpe, pack),
    keys,
    maker: makerKey,
    parts: new Set(parts),
    postings: postingsOf(keys, makerKey, cpe, pack),
    ...(known?.version === undefined ? {} : { nameVersion: known.version }),
    ...(known?.product.version === undefined ? {} : { cpeVersion: known.product.version }),
  };
}

function shownOf(
  maker: string,
  product: string,
  cpe: CpeName | undefined,
  pack: PackageName | undefined,
): string {
  if (product !== '') {
    const isNamed = maker === '' || product.toLowerCase().startsWith(maker.toLowerCase());
    return isNamed ? product : `${maker} ${product}`;
  }
  const words = cpe ? wordsOfCpe(cpe) : {};
  if (words.product !== undefined) return `${words.vendor ?? '*'} ${words.product}`;
  return pack?.key ?? (maker || '-');
}

/**
 * Words under which an item is found.
 * `n|maker/product`, `v|vendor` and `p|product` for names with a wild card on the other side,
 * `m|maker` for sources that name the maker alone, `u|type/namespace/name` for packages,
 * `wp|product` and `wv|vendor` for items whose own CPE leaves the other word open.
 */
function postingsOf(
  keys: readonly NamedKey[],
  maker: string,
  cpe: CpeName | undefined,
  pack: PackageName | undefined,
): string[] {
  const postings = keys.map((key) => `n|${key.key}`);
  if (maker !== '') postings.push(`m|${maker}`);
  if (pack) postings.push(`u|${pack.key}`);
  if (!cpe) return postings;
  const { vendor, product } = wordsOfCpe(cpe);
  if (vendor !== undefined) postings.push(`v|${vendor}`);
  if (product !== undefined) postings.push(`p|${product}`);
  if (vendor === undefined && product !== undefined) postings.push(`wp|${product}`);
  if (vendor !== undefined && product === undefined) postings.push(`wv|${vendor}`);
  return postings;
}
