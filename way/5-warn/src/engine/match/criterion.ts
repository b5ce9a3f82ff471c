// SPDX-License-Identifier: Apache-2.0
/** One criterion against one item: yes, unknown, outside, or not this product at all. */
import {
  type CpeAttribute,
  type CpeName,
  cpeLiteral,
  hasCpeWildcard,
  parseCpe,
  quoteCpe,
} from '@sakimori/vocabulary';
import { compareCpeValues } from '../cpe-matching/index.ts';
import type {
  CpeCriterion,
  NamedCriterion,
  PackageCriterion,
  VersionRule,
  Words,
} from '../shapes.ts';
import type { InventoryIdentity, ResolvedItem } from './identity.ts';
import {
  isConcrete,
  keyOfCpeWords,
  keysOfCpe,
  keysOfWords,
  makerKeyOf,
  type NamedKey,
  type PackageName,
  readPackage,
  wordsOfCpe,
} from './names.ts';
import { reasons } from './reasons.ts';
import {
  applicableRules,
  orderVersions,
  readRules,
  type Side,
  showRange,
  showRule,
  sideOf,
} from './version-order.ts';

export type Leaf = CpeCriterion | NamedCriterion | PackageCriterion;

/** What one criterion says of one item. */
export interface Finding {
  readonly outcome: 'yes' | 'unknown' | 'outside';
  readonly weight: number;
  readonly item: ResolvedItem;
  readonly vulnerable: boolean;
  readonly reason: Words;
  /** Canonical product key and the range that was looked at: the name of the rule. */
  readonly product: string;
  readonly range: string;
  /** The source names the product without any version. */
  readonly versionless: boolean;
  /** Unknown because the source is silent on this version, not because it is unclear. */
  readonly isSilent?: true;
  /** The device was asked for its firmware; an item that is the firmware itself knows better. */
  readonly isDevice?: true;
}

/** A leaf read once: names parsed, keys looked up. */
export interface CompiledLeaf {
  readonly leaf: Leaf;
  readonly cpe?: CpeName;
  readonly keys: readonly NamedKey[];
  readonly package?: PackageName;
  readonly maker: string;
  readonly part: string;
}

const compiled = new WeakMap<Leaf, CompiledLeaf>();

export function compileLeaf(leaf: Leaf): CompiledLeaf {
  const known = compiled.get(leaf);
  if (known) return known;
  const made = makeCompiled(leaf);
  compiled.set(leaf, made);
  return made;
}

function makeCompiled(leaf: Leaf): CompiledLeaf {
  if (leaf.kind === 'package') {
    const pack = readPackage(leaf.purl);
    return { leaf, keys: [], maker: '', part: 'a', ...(pack ? { package: pack } : {}) };
  }
  if (leaf.kind === 'cpe') {
    const reading = parseCpe(leaf.cpe);
    if (!reading.ok) return { leaf, keys: [], maker: '', part: '' };
    const cpe = reading.value;
    const part = isConcrete(cpe.part) ? cpe.part.toLowerCase() : '';
    return { leaf, cpe, keys: [...keysOfCpe(cpe), ...deviceKeys(cpe)], maker: '', part };
  }
  const names = leaf.cpes.flatMap((text) => {
    const reading = parseCpe(text);
    return reading.ok ? [reading.value] : [];
  });
  const keys = names.flatMap((name) => keysOfCpe(name));
  if (leaf.product !== '') {
    for (const key of keysOfWords(leaf.maker, leaf.product, 'source')) {
      if (!keys.some((known) => known.key === key.key)) keys.push(key);
    }
  }
  const part = names[0] && isConcrete(names[0].part) ? names[0].part.toLowerCase() : '';
  return { leaf, keys, maker: leaf.maker === '' ? '' : makerKeyOf(leaf.maker), part };
}

/** `gw_firmware` runs on `gw`: a device of that name is asked for its version. */
function deviceKeys(cpe: CpeName): NamedKey[] {
  const { vendor, product } = wordsOfCpe(cpe);
  const device = product?.replace(/_firmware$/, '');
  if (vendor === undefined || device === undefined || device === product) return [];
  return [{ key: keyOfCpeWords(vendor, device), via: 'name', sure: 0.9, isDevice: true }];
}

/**
 * Words under which a vulnerability is found; the mirror of the postings of an item.
 * A name with wild cards in both words names nothing and has none.
 */
export function postingsOfLeaf(leaf: Leaf): readonly string[] {
  const { cpe, keys, maker, package: pack } = compileLeaf(leaf);
  if (pack) return [`u|${pack.key}`];
  if (leaf.kind === 'named' && leaf.product === '') return maker === '' ? [] : [`m|${maker}`];
  const postings = keys.map((key) => `n|${key.key}`);
  if (!cpe) return postings;
  const { vendor, product } = wordsOfCpe(cpe);
  if (vendor !== undefined && product !== undefined) {
    postings.push(`wp|${product}`, `wv|${vendor}`);
  } else if (vendor !== undefined) postings.push(`v|${vendor}`, `wv|${vendor}`);
  else if (product !== undefined) postings.push(`p|${product}`, `wp|${product}`);
  return postings;
}

/** What a leaf says of an item; undefined when it is about another product. */
export function findLeaf(
  leaf: Leaf,
  item: ResolvedItem,
  identity: InventoryIdentity,
): Finding | undefined {
  const made = compileLeaf(leaf);
  if (leaf.kind === 'package') return findPackage(leaf, made, item);
  if (leaf.kind === 'cpe') return findCpe(leaf, made, item, identity);
  return findNamed(leaf, made, item);
}

interface Pair {
  readonly key: string;
  readonly weight: number;
  readonly isLine: boolean;
  readonly isAmbiguous: boolean;
  readonly isDevice: boolean;
}

const VIA_WEIGHT = { cpe: 0.95, dictionary: 0.75, name: 0.65, line: 0.4 } as const;

/** The surest product that item and leaf have in common. Two members of one line have none. */
function pairOf(
  item: readonly NamedKey[],
  leaf: readonly NamedKey[],
  isCpe: boolean,
): Pair | undefined {
  let best: Pair | undefined;
  for (const mine of item) {
    for (const theirs of leaf) {
      if (mine.key !== theirs.key) continue;
      if (mine.via === 'line' && theirs.via === 'line') continue;
      // Two models of one series are two products.
      if (mine.isModel && theirs.isModel) continue;
      if (!isCpe && (mine.onlyCpe || theirs.onlyCpe)) continue;
      const weight =
        Math.min(VIA_WEIGHT[mine.via], VIA_WEIGHT[theirs.via]) * mine.sure * theirs.sure;
      if (best && best.weight >= weight) continue;
      const isLine = mine.via === 'line' || theirs.via === 'line';
      const isAmbiguous = Math.min(mine.sure, theirs.sure) <= 0.3;
      best = { key: mine.key, weight, isLine, isAmbiguous, isDevice: theirs.isDevice === true };
    }
  }
  return best;
}

function findPackage(
  leaf: PackageCriterion,
  made: CompiledLeaf,
  item: ResolvedItem,
): Finding | undefined {
  if (!made.package || made.package.key !== item.package?.key) return undefined;
  const version = item.package.version ?? item.versions[0];
  const scheme = made.package.type;
  const rules = leaf.rules.map((rule) =>
    rule.scheme === undefined || rule.scheme === 'custom' ? { ...rule, scheme } : rule,
  );
  const base = { item, vulnerable: leaf.vulnerable, product: made.package.key };
  return judge(base, 0.95, version === undefined ? [] : [version], rules, leaf.defaultStatus);
}

function findNamed(
  leaf: NamedCriterion,
  made: CompiledLeaf,
  item: ResolvedItem,
): Finding | undefined {
  if (leaf.product === '') return findMaker(leaf, made, item);
  const pair = pairOf(item.keys, made.keys, false);
  if (!pair) return undefined;
  const base = { item, vulnerable: leaf.vulnerable, product: pair.key };
  const unsure = unsureFinding(base, pair);
  if (unsure) return unsure;
  if (leaf.versionless) {
    const reason = reasons.versionless(item.shown);
    return { ...base, outcome: 'yes', weight: pair.weight, reason, range: '', versionless: true };
  }
  return judge(base, pair.weight, item.versions, leaf.rules, leaf.defaultStatus);
}

type Base = Pick<Finding, 'item' | 'vulnerable' | 'product'>;

function unsureFinding(base: Base, pair: Pair): Finding | undefined {
  if (!pair.isLine && !pair.isAmbiguous) return undefined;
  const shown = base.item.shown;
  const reason = pair.isAmbiguous ? reasons.ambiguous(shown) : reasons.lineOnly(shown);
  return {
    ...base,
    outcome: 'unknown',
    weight: pair.weight,
    reason,
    range: '',
    versionless: true,
  };
}

/** "Multiple Products": every product of the maker may be meant. */
function findMaker(
  leaf: NamedCriterion,
  made: CompiledLeaf,
  item: ResolvedItem,
): Finding | undefined {
  if (made.maker === '' || made.maker !== item.maker) return undefined;
  return {
    outcome: 'unknown',
    weight: 0.2,
    item,
    vulnerable: leaf.vulnerable,
    reason: reasons.makerOnly(item.shown),
    product: `${made.maker}/*`,
    range: '',
    versionless: true,
  };
}

/** Applies version rules to the recorded versions of an item. */
function judge(
  base: Base,
  weight: number,
  versions: readonly string[],
  rules: readonly VersionRule[],
  defaultStatus: NamedCriterion['defaultStatus'],
): Finding {
  const range = showRules(rules);
  const shown = base.item.shown;
  const made = { ...base, range, versionless: false };
  const affectsAll =
    rules.every((rule) => rule.status === 'affected') &&
    (rules.some((rule) => rule.range && showRange(rule.range) === '*' && !rule.changes) ||
      (rules.length === 0 && defaultStatus === 'affected'));
  if (affectsAll) return { ...made, outcome: 'yes', weight, reason: reasons.everyVersion(shown) };
  if (versions.length === 0) {
    return { ...made, outcome: 'unknown', weight, reason: reasons.versionUnknown(shown, range) };
  }
  const readings = versions.map((version) =>
    readRules(version, applicableRules(version, rules), defaultStatus),
  );
  const reading = readings[0]!;
  if (readings.some((one) => one.status !== reading.status)) {
    return { ...made, outcome: 'unknown', weight, reason: reasons.versionConflict(shown) };
  }
  const version = versions[0]!;
  const named = reading.rule ? showRule(reading.rule) : range;
  if (reading.status === 'affected') {
    const reason = reasons.inRange(shown, version, named);
    return { ...made, outcome: 'yes', weight, reason };
  }
  if (reading.status === 'unaffected') {
    const reason =
      reading.by === 'rule'
        ? reasons.statedUnaffected(shown, version, named)
        : reasons.outside(shown, version, range);
    return { ...made, outcome: 'outside', weight, reason };
  }
  if (reading.by === 'incomparable') {
    return {
      ...made,
      outcome: 'unknown',
      weight,
      reason: reasons.incomparable(shown, version, named),
    };
  }
  // The source is silent on other versions. A range has ends, and outside of them is meant to be
  // safe, though less surely; a list of single versions excludes nothing.
  const hasRange = applicableRules(version, rules).some(
    (rule) => rule.status === 'affected' && (rule.range ?? rule.vers),
  );
  if (reading.by === 'default' && hasRange) {
    const reason = reasons.outside(shown, version, range);
    return { ...made, outcome: 'outside', weight: weight * 0.7, reason };
  }
  const reason = reasons.notNamed(shown, version, range);
  return { ...made, outcome: 'unknown', weight, reason, isSilent: true };
}

const RANGES_SHOWN_MAX = 6;

export function showRules(rules: readonly VersionRule[]): string {
  const affected = rules.filter((rule) => rule.status === 'affected').map(showRule);
  const shown = [...new Set(affected.length > 0 ? affected : rules.map(showRule))];
  const rest = shown.length - RANGES_SHOWN_MAX;
  const text = shown.slice(0, RANGES_SHOWN_MAX).join(', ');
  return rest > 0 ? `${text}, … (+${rest})` : text;
}

const OTHERS = ['edition', 'language', 'swEdition', 'targetSw', 'targetHw', 'other'] as const;
const ATTRIBUTE_NAMES: Readonly<Partial<Record<CpeAttribute, string>>> = {
  swEdition: 'sw_edition',
  targetSw: 'target_sw',
  targetHw: 'target_hw',
};

function findCpe(
  leaf: CpeCriterion,
  made: CompiledLeaf,
  recorded: ResolvedItem,
  identity: InventoryIdentity,
): Finding | undefined {
  const wanted = made.cpe;
  if (!wanted) return undefined;
  const item =
    recorded.cpe || recorded.cpeVersion === undefined
      ? recorded
      : { ...recorded, versions: [recorded.cpeVersion] };
  if (leaf.vulnerable && item.cpe && !shareWord(wanted, item.cpe)) return undefined;
  const named = nameWeight(wanted, made, item);
  if (!named) return undefined;
  const base = { item, vulnerable: leaf.vulnerable, product: named.key };
  const unsure = unsureFinding(base, named);
  if (unsure) return unsure;
  const range = leaf.range ? showRange(leaf.range) : showVersion(wanted);
  const device = named.isDevice ? { isDevice: true as const } : {};
  const result = { ...base, range, versionless: false, ...device };
  const version = leaf.range
    ? rangeSide(leaf.range, item)
    : versionSide(wanted, item, leaf.vulnerable);
  const shown = item.shown;
  const text = item.versions[0] ?? '-';
  if (version === 'outside') {
    const reason = reasons.outside(shown, text, range);
    return { ...result, outcome: 'outside', weight: named.weight, reason };
  }
  const attribute = othersSide(wanted, item, identity);
  if (attribute.side === 'outside') return undefined;
  if (version === 'unknown') {
    const reason =
      item.versions.length === 0
        ? reasons.versionUnknown(shown, range)
        : item.versions.length > 1
          ? reasons.versionConflict(shown)
          : reasons.incomparable(shown, text, range);
    return { ...result, outcome: 'unknown', weight: named.weight, reason };
  }
  if (attribute.side === 'unknown') {
    const reason = reasons.attributeUnknown(shown, attribute.name, attribute.value);
    return { ...result, outcome: 'unknown', weight: named.weight, reason };
  }
  const reason = range === '*' ? reasons.everyVersion(shown) : reasons.inRange(shown, text, range);
  return { ...result, outcome: 'yes', weight: named.weight * attribute.weight, reason };
}

/** Two names with no word that both state name nothing together, however open they are. */
function shareWord(wanted: CpeName, own: CpeName): boolean {
  return (['vendor', 'product'] as const).some(
    (word) => isConcrete(wanted[word]) && isConcrete(own[word]),
  );
}

/** Part, vendor and product: by the names themselves where the item has a CPE, else by keys. */
function nameWeight(wanted: CpeName, made: CompiledLeaf, item: ResolvedItem): Pair | undefined {
  if (item.cpe) {
    const relations = (['part', 'vendor', 'product'] as const).map((attribute) =>
      compareCpeValues(wanted[attribute], item.cpe![attribute]),
    );
    const words = relations.slice(1);
    if (!relations.includes('disjoint')) {
      const isOpen = relations.includes('subset') || relations.includes('undefined');
      const key = made.keys[0]?.key ?? item.keys[0]?.key ?? `${wanted.vendor}/${wanted.product}`;
      return {
        key,
        weight: isOpen ? 0.3 : 0.95,
        isLine: false,
        isAmbiguous: isOpen,
        isDevice: false,
      };
    }
    // The same words with another part are another thing (an application, not the system).
    if (!words.includes('disjoint')) return undefined;
    // Vendor words of one maker (d-link and dlink) are one; other CPE names are other products.
    const own = made.keys.filter((key) => key.via === 'cpe');
    const same = pairOf(
      item.keys.filter((key) => key.via === 'cpe'),
      own,
      true,
    );
    if (same && relations[0] !== 'disjoint' && relations[2] !== 'disjoint')
      return { ...same, weight: 0.8 };
    // A CPE of the hardware does not exclude the system that runs on it.
    return item.parts.has('h') ? pairOf(item.keys, made.keys, true) : undefined;
  }
  return pairOf(item.keys, made.keys, true);
}

function showVersion(wanted: CpeName): string {
  const update = isConcrete(wanted.update) ? ` ${cpeLiteral(wanted.update)}` : '';
  return wanted.version === '*' ? '*' : `${cpeLiteral(wanted.version)}${update}`;
}

function rangeSide(range: NonNullable<CpeCriterion['range']>, item: ResolvedItem): Side {
  return agree(item.versions.map((version) => sideOf(version, range)));
}

/** Several recorded versions must agree; none recorded is unknown. */
function agree(sides: readonly Side[]): Side {
  const first = sides[0];
  if (first === undefined) return 'unknown';
  return sides.every((side) => side === first) ? first : 'unknown';
}

function versionSide(wanted: CpeName, item: ResolvedItem, vulnerable: boolean): Side {
  const version = wanted.version;
  if (version === '*') return updateSide(wanted, item);
  if (version === '-') {
    // NVD writes `-` for "this product, whatever its version". For what it runs on that is
    // enough; for what is vulnerable, a recorded version may or may not be meant.
    if (!vulnerable || item.versions.length === 0) return 'inside';
    return 'unknown';
  }
  if (hasCpeWildcard(version)) {
    return agree(
      item.versions.map((text) => {
        const quoted = quoteCpe(text);
        if (quoted === undefined) return 'unknown';
        return compareCpeValues(version, quoted) === 'disjoint' ? 'outside' : 'inside';
      }),
    );
  }
  return exactSide(wanted, item);
}

/** Any version, but a certain update: only the item's own CPE can tell. */
function updateSide(wanted: CpeName, item: ResolvedItem): Side {
  if (!isConcrete(wanted.update)) return 'inside';
  const relation = compareCpeValues(wanted.update, item.cpe?.update ?? '*');
  if (relation === 'equal' || relation === 'superset') return 'inside';
  return relation === 'disjoint' ? 'outside' : 'unknown';
}

function exactSide(wanted: CpeName, item: ResolvedItem): Side {
  const base = cpeLiteral(wanted.version);
  const own = item.cpe && isConcrete(item.cpe.version) ? cpeLiteral(item.cpe.version) : undefined;
  const hasUpdate = isConcrete(wanted.update);
  const full = hasUpdate ? `${base} ${cpeLiteral(wanted.update)}` : base;
  const isBase = own !== undefined && isSameText(own, base);
  if (!hasUpdate && isBase) {
    const excludes = wanted.update === '-' && item.cpe && isConcrete(item.cpe.update);
    return excludes ? 'outside' : 'inside';
  }
  return agree(item.versions.map((text) => exactTextSide(text, full, base, hasUpdate, item)));
}

function exactTextSide(
  text: string,
  full: string,
  base: string,
  hasUpdate: boolean,
  item: ResolvedItem,
): Side {
  if (isSameText(text, full)) return 'inside';
  // The base version alone: whether the update is there was not recorded.
  if (hasUpdate && isSameText(text, base)) return item.cpe?.update === '-' ? 'outside' : 'unknown';
  if (orderVersions(text, full) !== undefined) return 'outside';
  // Between two CPE names other text is another version (NISTIR 7696 table 6-2).
  return item.cpe ? 'outside' : 'unknown';
}

function isSameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase() || orderVersions(a, b) === 0;
}

type OthersSide =
  | { readonly side: 'inside'; readonly weight: number }
  | { readonly side: 'outside' }
  | { readonly side: 'unknown'; readonly name: string; readonly value: string };

/** Edition, target software and the like. What is not recorded leaves it open. */
function othersSide(wanted: CpeName, item: ResolvedItem, identity: InventoryIdentity): OthersSide {
  let weight = 1;
  let open: OthersSide | undefined;
  for (const attribute of OTHERS) {
    const value = wanted[attribute];
    if (value === '*') continue;
    const relation = compareCpeValues(value, item.cpe?.[attribute] ?? '*');
    if (relation === 'disjoint') return { side: 'outside' };
    if (relation === 'equal' || relation === 'superset') continue;
    const isMinor = value === '-' || attribute === 'language';
    if (isMinor || (attribute === 'targetSw' && runsOn(value, identity))) weight *= 0.9;
    else {
      open ??= {
        side: 'unknown',
        name: ATTRIBUTE_NAMES[attribute] ?? attribute,
        value: cpeLiteral(value),
      };
    }
  }
  return open ?? { side: 'inside', weight };
}

/** The computer has a system of that name: target software "windows" is then recorded. */
function runsOn(target: string, identity: InventoryIdentity): boolean {
  const word = cpeLiteral(target).toLowerCase();
  return identity.items.some(
    (item) => item.parts.has('o') && item.keys.some((key) => key.key.split('/')[1]?.includes(word)),
  );
}
