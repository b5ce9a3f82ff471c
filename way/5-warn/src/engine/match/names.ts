// SPDX-License-Identifier: Apache-2.0
/** Product keys: one word for a product whether a CPE, the dictionary or plain words name it. */
import {
  type CpeName,
  cpeLiteral,
  type DictionaryProduct,
  findMakerByCpeVendor,
  findProduct,
  findProductByCpe,
  findProductByPackage,
  hasCpeWildcard,
  levelMakerName,
  levelName,
  normaliseMaker,
  normaliseProduct,
  parsePurl,
} from '@sakimori/vocabulary';

/** How a name led to a key, surest first. */
export type Via = 'cpe' | 'dictionary' | 'name' | 'line';

/** A product that a text or a CPE may stand for. */
export interface NamedKey {
  /** `maker/product` in levelled words joined with `_`. */
  readonly key: string;
  readonly via: Via;
  /** 0..1: how sure it is that the name means this product. */
  readonly sure: number;
  /** Only for CPE names: in words this product is another one ("2012 R2" is not "2012"). */
  readonly onlyCpe?: true;
  /** The name goes on with a model number: it is one model of a series. */
  readonly isModel?: true;
  /** The device for which this is the firmware; its recorded version is the firmware's. */
  readonly isDevice?: true;
}

export function slugOf(levelled: string): string {
  return levelled.replaceAll(' ', '_');
}

/** The key of a maker: the dictionary's, else its levelled name. */
export function makerKeyOf(maker: string): string {
  const reading = normaliseMaker(maker);
  return reading?.kind === 'one' ? reading.key : slugOf(levelMakerName(maker));
}

/** The key of `vendor:product` of a CPE, unquoted. */
export function keyOfCpeWords(vendor: string, product: string): string {
  const maker = findMakerByCpeVendor(vendor)?.key ?? slugOf(levelName(vendor));
  return `${maker}/${slugOf(levelName(product))}`;
}

/** True when the value names one thing: neither ANY, NA nor a pattern. */
export function isConcrete(value: string): boolean {
  return value !== '*' && value !== '-' && !hasCpeWildcard(value);
}

/** Vendor and product of a CPE name, unquoted; undefined where either is no single word. */
export function wordsOfCpe(name: CpeName): { vendor?: string; product?: string } {
  return {
    ...(isConcrete(name.vendor) ? { vendor: cpeLiteral(name.vendor).toLowerCase() } : {}),
    ...(isConcrete(name.product) ? { product: cpeLiteral(name.product).toLowerCase() } : {}),
  };
}

/**
 * Keys of a CPE name: its own, and the dictionary's key of its product. The other CPE names of
 * that product are left out: a CPE says exactly what it is (one module of BIG-IP, not all).
 */
export function keysOfCpe(name: CpeName): readonly NamedKey[] {
  const { vendor, product } = wordsOfCpe(name);
  if (vendor === undefined || product === undefined) return [];
  const keys: NamedKey[] = [{ key: keyOfCpeWords(vendor, product), via: 'cpe', sure: 1 }];
  const known = findProductByCpe(vendor, product);
  if (known) {
    addKey(keys, { key: known.key, via: 'dictionary', sure: 0.9 });
    addLine(keys, known.of);
  }
  if (keys.some((key) => WINDOWS_EDITION.test(key.key))) addLine(keys, 'microsoft/windows');
  return keys;
}

/**
 * Keys of a product in words. Candidates of an ambiguous name come with a low sureness.
 *
 * `side` item: "FortiGate-60F" is a FortiGate, and "FortiOS 7.2.4" is FortiOS. `side` source: one
 * model is not the series, and "Windows 10 Version 21H2" is no other Windows 10.
 */
export function keysOfWords(
  maker: string,
  product: string,
  side: 'item' | 'source',
): readonly NamedKey[] {
  const keys: NamedKey[] = [];
  const makerKey = makerKeyOf(maker);
  if (makerKey !== '') addName(keys, makerKey, product);
  const reading = normaliseProduct(maker === '' ? undefined : maker, product);
  if (reading?.kind === 'one') {
    const isModel = reading.confidence === 0.75;
    if (side === 'item' || (!isModel && reading.version === undefined)) {
      addDictionary(keys, reading.product, reading.confidence, isModel);
    } else if (isModel) {
      addKey(keys, { key: reading.key, via: 'line', sure: 0.5, isModel: true });
    }
  }
  if (reading?.kind === 'several') {
    for (const candidate of reading.candidates) addDictionary(keys, candidate, 0.3, false);
  }
  addWindowsEdition(keys, product);
  return keys;
}

/** "Windows 10 Version 21H2", "Windows Server, version 20H2": as CPE writes them. */
function addWindowsEdition(keys: NamedKey[], product: string): void {
  const edition = /^(?:microsoft )?windows (10|11|server)(?: version)? (\d\w{3})\b/.exec(
    levelName(product),
  );
  if (edition && !/^20[012]\d$/.test(edition[2]!)) {
    const key = `microsoft/windows_${edition[1]}_${edition[2]}`;
    addKey(keys, { key, via: 'dictionary', sure: 0.95 });
  }
  if (keys.some((key) => WINDOWS_EDITION.test(key.key))) addLine(keys, 'microsoft/windows');
}

/** Keys of a package that the dictionary knows as part of a product (log4j-core is Log4j). */
export function keysOfPackage(pack: PackageName): readonly NamedKey[] {
  const keys: NamedKey[] = [];
  const product = findProductByPackage(pack.key);
  if (product) addDictionary(keys, product, 0.9, false);
  return keys;
}

function addDictionary(
  keys: NamedKey[],
  product: DictionaryProduct,
  sure: number,
  isModel: boolean,
): void {
  const extra = isModel ? { isModel: true as const } : {};
  const named = product.version === undefined ? {} : { onlyCpe: true as const };
  for (const cpe of product.cpes) {
    const [, vendor, word] = cpe.split(':');
    const key = keyOfCpeWords(vendor!, word!);
    addKey(keys, { key, via: 'dictionary', sure, ...extra, ...named });
  }
  addKey(keys, { key: product.key, via: 'dictionary', sure, ...extra });
  addLine(keys, product.of);
}

function addLine(keys: NamedKey[], lineKey: string | undefined): void {
  const line = lineKey === undefined ? undefined : findProduct(lineKey);
  if (line) addKey(keys, { key: line.key, via: 'line', sure: 0.5 });
}

/** Editions of Windows that the dictionary does not list one by one (windows_10_21h2). */
const WINDOWS_EDITION = /^microsoft\/windows_(?:\d|server|vista|xp|rt|nt|embedded)/;

/** The plain words themselves, with and without the maker's name before them. */
function addName(keys: NamedKey[], makerKey: string, product: string): void {
  const levelled = slugOf(levelName(product));
  if (levelled === '') return;
  addKey(keys, { key: `${makerKey}/${levelled}`, via: 'name', sure: 0.95 });
  const bare = levelled.startsWith(`${makerKey}_`) ? levelled.slice(makerKey.length + 1) : '';
  if (bare !== '') addKey(keys, { key: `${makerKey}/${bare}`, via: 'name', sure: 0.9 });
  const short = (bare || levelled).replace(/_(?:firmware|software|series|devices?)$/, '');
  if (short !== '') addKey(keys, { key: `${makerKey}/${short}`, via: 'name', sure: 0.9 });
}

/** Of two ways to one key the surer one stays. */
function addKey(keys: NamedKey[], key: NamedKey): void {
  const at = keys.findIndex((known) => known.key === key.key);
  if (at < 0) keys.push(key);
  else if (VIA_ORDER.indexOf(key.via) < VIA_ORDER.indexOf(keys[at]!.via)) keys[at] = key;
}
const VIA_ORDER: readonly Via[] = ['cpe', 'dictionary', 'name', 'line'];

/** The part of a package URL that names the package: type, namespace and name. */
export interface PackageName {
  readonly key: string;
  readonly type: string;
  readonly version?: string;
}

/** Reads what names a package; qualifiers and subpath do not. Undefined when it is no purl. */
export function readPackage(purl: string): PackageName | undefined {
  const reading = parsePurl(purl.trim());
  if (!reading.ok) return undefined;
  const { type, namespace, name, version } = reading.value;
  const key = [type, namespace, name].filter((part) => part !== null && part !== '').join('/');
  return { key, type, ...(version === null || version === '' ? {} : { version }) };
}
