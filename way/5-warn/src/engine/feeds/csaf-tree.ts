// SPDX-License-Identifier: Apache-2.0
/** The product tree of a CSAF document: every product id as criteria that can be evaluated. */
import { parseCpe } from '@sakimori/vocabulary';
import type { Criteria, NamedCriterion, VersionRule } from '../shapes.ts';
import { asFields, asRows, asText, asTexts, type Fields, missing } from './fields.ts';
import type { RecordRefusal } from './read.ts';
import { readVersionWords } from './version-words.ts';

export interface ProductTree {
  readonly productIds: readonly string[];
  /** group id -> product ids */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /**
   * The criteria of a product id; several when one id is identified in several ways.
   * `from`: the named version is the first of all that are meant (first_fixed, first_affected).
   */
  criteriaOf(productId: string, mode: 'as-it-is' | 'from'): readonly Criteria[];
}

/** What the path of branches down to a product says. */
interface Path {
  readonly maker?: string;
  readonly family?: string;
  readonly product?: string;
  readonly version?: string;
  readonly range?: string;
  readonly extra?: string;
}
interface Leaf {
  readonly path: Path;
  readonly fullName: string;
  readonly cpe?: string;
  readonly purls: readonly string[];
}
interface Relationship {
  readonly category: string;
  readonly product: string;
  readonly relatesTo: string;
}

/** Relationships may name relationships; a chain longer than this is no product. */
const CHAIN_MAX = 8;

/**
 * Reads a product tree (CSAF 3.2.2).
 *
 * Out    the tree, or why it cannot be read: a product id that stands twice, a chain without end
 * Never  recurses deeper than the JSON it was read from
 */
export function readProductTree(fields: Fields | undefined): ProductTree | RecordRefusal {
  const leaves = new Map<string, Leaf>();
  const relationships = new Map<string, Relationship>();
  for (const row of asRows(fields?.branches)) readBranch(row, {}, leaves);
  for (const row of asRows(fields?.full_product_names)) addLeaf(row, {}, leaves);
  for (const row of asRows(fields?.relationships)) {
    const id = asText(asFields(row.full_product_name)?.product_id);
    const product = asText(row.product_reference);
    const relatesTo = asText(row.relates_to_product_reference);
    if (!id || !product || !relatesTo) {
      return missing('product_tree.relationships', '製品の参照', 'references to products');
    }
    relationships.set(id, { category: asText(row.category) ?? '', product, relatesTo });
  }
  const groups = new Map<string, readonly string[]>();
  for (const row of asRows(fields?.product_groups)) {
    const id = asText(row.group_id);
    if (id !== undefined) groups.set(id, asTexts(row.product_ids));
  }
  return {
    productIds: [...leaves.keys(), ...relationships.keys()],
    groups,
    criteriaOf: (productId, mode) => criteriaOf(productId, mode, leaves, relationships, 0),
  };
}

function readBranch(row: Fields, above: Path, leaves: Map<string, Leaf>): void {
  const path = extend(above, asText(row.category), asText(row.name) ?? '');
  const product = asFields(row.product);
  if (product) addLeaf(product, path, leaves);
  for (const child of asRows(row.branches)) readBranch(child, path, leaves);
}

function extend(path: Path, category: string | undefined, name: string): Path {
  switch (category) {
    case 'vendor':
      return { ...path, maker: name };
    case 'product_family':
      return { ...path, family: name };
    case 'product_name':
      return { ...path, product: name };
    case 'product_version':
    case 'patch_level':
    case 'service_pack':
      return {
        ...path,
        version: path.version === undefined ? name : `${path.version} ${name}`,
      };
    case 'product_version_range':
      return { ...path, range: name };
    default:
      // architecture, host_name, language, legacy, specification: they narrow the product.
      return { ...path, extra: name };
  }
}

function addLeaf(product: Fields, path: Path, leaves: Map<string, Leaf>): void {
  const id = asText(product.product_id);
  if (id === undefined) return;
  const helper = asFields(product.product_identification_helper);
  const cpe = asText(helper?.cpe);
  const purl = asText(helper?.purl);
  leaves.set(id, {
    path,
    fullName: asText(product.name) ?? '',
    ...(cpe !== undefined && parseCpe(cpe).ok ? { cpe } : {}),
    purls: [...(purl === undefined ? [] : [purl]), ...asTexts(helper?.purls)],
  });
}

function criteriaOf(
  productId: string,
  mode: 'as-it-is' | 'from',
  leaves: ReadonlyMap<string, Leaf>,
  relationships: ReadonlyMap<string, Relationship>,
  depth: number,
): readonly Criteria[] {
  const leaf = leaves.get(productId);
  if (leaf) return leafCriteria(leaf, mode);
  const relationship = relationships.get(productId);
  if (!relationship || depth >= CHAIN_MAX) return [];
  const part = criteriaOf(relationship.product, mode, leaves, relationships, depth + 1);
  const whole = criteriaOf(relationship.relatesTo, 'as-it-is', leaves, relationships, depth + 1);
  if (part.length === 0 || whole.length === 0) return [...part, ...whole];
  const both: Criteria = {
    kind: 'group',
    operator: 'AND',
    negate: false,
    children: [anyOf(part), anyOf(whole.map(asPlatform))],
  };
  const device = deviceWithFirmware(
    leaves.get(relationship.product),
    leaves.get(relationship.relatesTo),
    mode,
  );
  return device ? [both, device] : [both];
}

/**
 * Firmware on a device of the same maker: operators register the device and give the version of
 * its firmware, so the device with the versions of the firmware means the same.
 */
function deviceWithFirmware(
  firmware: Leaf | undefined,
  device: Leaf | undefined,
  mode: 'as-it-is' | 'from',
): Criteria | undefined {
  const isFirmware = /firmware|ファームウェア/i.test(firmware?.path.product ?? '');
  if (!firmware || !device || !isFirmware || firmware.path.maker !== device.path.maker) {
    return undefined;
  }
  const { rules, unreadable } = rulesOf(firmware.path, mode);
  return namedCriterion(device, rules, unreadable);
}

function anyOf(criteria: readonly Criteria[]): Criteria {
  const only = criteria[0];
  return criteria.length === 1 && only
    ? only
    : { kind: 'group', operator: 'OR', negate: false, children: criteria };
}

/** What something is installed on is not affected by itself (as `vulnerable: false` of a CPE). */
function asPlatform(criteria: Criteria): Criteria {
  if (criteria.kind !== 'group') return { ...criteria, vulnerable: false };
  return { ...criteria, children: criteria.children.map(asPlatform) };
}

function leafCriteria(leaf: Leaf, mode: 'as-it-is' | 'from'): readonly Criteria[] {
  const { rules, unreadable } = rulesOf(leaf.path, mode);
  const criteria: Criteria[] = [namedCriterion(leaf, rules, unreadable)];
  for (const purl of leaf.purls) {
    const at = /^(pkg:[^@?#]+)(?:@([^?#]+))?/.exec(purl);
    if (!at) continue;
    const version = at[2] === undefined ? undefined : decodeText(at[2]);
    criteria.push({
      kind: 'package',
      purl: at[1]!,
      vulnerable: true,
      rules: version === undefined ? rules : versionRules(version, mode),
      defaultStatus: 'unknown',
    });
  }
  return criteria;
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names without a version mean every version; a version that we cannot read means none. */
function rulesOf(path: Path, mode: 'as-it-is' | 'from') {
  if (path.range !== undefined) {
    const rules = readVersionWords(path.range);
    return { rules: rules ?? [], unreadable: rules === undefined };
  }
  if (path.version !== undefined) {
    return { rules: versionRules(path.version, mode), unreadable: false };
  }
  return { rules: [{ status: 'affected' as const, range: {} }], unreadable: false };
}

function versionRules(version: string, mode: 'as-it-is' | 'from'): readonly VersionRule[] {
  if (mode === 'from') return [{ status: 'affected', range: { startIncluding: version } }];
  return readVersionWords(version) ?? [{ status: 'affected', exactly: version }];
}

function namedCriterion(
  leaf: Leaf,
  rules: readonly VersionRule[],
  unreadable: boolean,
): NamedCriterion {
  const { path } = leaf;
  const name = [path.family, path.product].filter((part) => part !== undefined).join(' ');
  return {
    kind: 'named',
    maker: path.maker ?? '',
    product: path.product ?? (name === '' ? leaf.fullName : name),
    cpes: leaf.cpe === undefined ? [] : [leaf.cpe],
    vulnerable: true,
    rules,
    // Of other versions a CSAF product says nothing; unreadable words leave all undecided.
    defaultStatus: 'unknown',
    versionless: unreadable,
  };
}
