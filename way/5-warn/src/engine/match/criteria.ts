// SPDX-License-Identifier: Apache-2.0
/** Trees of criteria over all items of a computer, in three values: yes, no, unknown. */
import type { Criteria, CriteriaGroup } from '../shapes.ts';
import { compileLeaf, type Finding, findLeaf, type Leaf } from './criterion.ts';
import type { InventoryIdentity } from './identity.ts';

export interface TreeReading {
  readonly truth: 'yes' | 'no' | 'unknown';
  /** Vulnerable items that make it true (or may). */
  readonly supports: readonly Finding[];
  /** Vulnerable items that were named but lie outside. */
  readonly misses: readonly Finding[];
  /** Items that were found as platforms. */
  readonly platforms: readonly Finding[];
  /** Nothing on the computer is what the leaves name: the answer rests on silence alone. */
  readonly isAbsent: boolean;
  /** Parts of the leaves that are absent. */
  readonly absentParts: ReadonlySet<string>;
  /** Hardware was taken for granted. */
  readonly isAssumed: boolean;
  /** What the decision hung on: a platform that is not recorded, or that is another one. */
  readonly platform?: 'unrecorded' | 'differs' | 'excluded';
}

const NO_PARTS: ReadonlySet<string> = new Set();

/**
 * Evaluates a tree.
 *
 * In     criteria; everything that is on one computer: several items together satisfy an AND
 * Out    the truth and what it rests on
 * Law    a platform alone never makes affected: `supports` then is empty. Silence about hardware
 *        beside matching firmware is assumed to fit; silence about a system or another program
 *        beside a match is unknown; a system or hardware that is recorded and differs is a no.
 */
export function evaluateCriteria(criteria: Criteria, identity: InventoryIdentity): TreeReading {
  return criteria.kind === 'group'
    ? evaluateGroup(criteria, identity)
    : evaluateLeaf(criteria, identity);
}

function evaluateLeaf(leaf: Leaf, identity: InventoryIdentity): TreeReading {
  const found = identity.items.flatMap((item) => findLeaf(leaf, item, identity) ?? []);
  const own = found.filter((finding) => !finding.isDevice);
  const findings = own.length > 0 ? own : found;
  const yes = findings.filter((finding) => finding.outcome === 'yes');
  const unknown = findings.filter((finding) => finding.outcome === 'unknown');
  const truth = yes.length > 0 ? 'yes' : unknown.length > 0 ? 'unknown' : 'no';
  const counting = yes.length > 0 ? yes : unknown;
  return {
    truth,
    supports: leaf.vulnerable ? counting : [],
    misses: leaf.vulnerable ? findings.filter((one) => one.outcome === 'outside') : [],
    platforms: leaf.vulnerable ? [] : counting,
    isAbsent: findings.length === 0,
    absentParts: findings.length === 0 ? new Set([compileLeaf(leaf).part]) : NO_PARTS,
    isAssumed: false,
  };
}

function evaluateGroup(group: CriteriaGroup, identity: InventoryIdentity): TreeReading {
  const children = group.children.map((child) => evaluateCriteria(child, identity));
  const reading = group.operator === 'AND' ? allOf(children, identity) : anyOf(children);
  return group.negate ? negated(reading, identity) : reading;
}

function anyOf(children: readonly TreeReading[]): TreeReading {
  const yes = children.filter((child) => child.truth === 'yes');
  const unknown = children.filter((child) => child.truth === 'unknown');
  const chosen = yes.length > 0 ? yes : unknown;
  const isAbsent = children.every((child) => child.isAbsent);
  const platform = (chosen.length > 0 ? chosen : children).find((one) => one.platform)?.platform;
  return {
    truth: yes.length > 0 ? 'yes' : unknown.length > 0 ? 'unknown' : 'no',
    supports: chosen.flatMap((child) => child.supports),
    misses: children.flatMap((child) => child.misses),
    platforms: chosen.flatMap((child) => child.platforms),
    isAbsent,
    absentParts: isAbsent ? unionParts(children) : NO_PARTS,
    isAssumed: yes.length > 0 && yes.every((child) => child.isAssumed),
    ...(platform === undefined ? {} : { platform }),
  };
}

function unionParts(children: readonly TreeReading[]): ReadonlySet<string> {
  return new Set(children.flatMap((child) => [...child.absentParts]));
}

function allOf(children: readonly TreeReading[], identity: InventoryIdentity): TreeReading {
  const supported = children.some((child) => child.supports.length > 0 && child.truth !== 'no');
  const filled = supported ? children.map((child) => fillSilence(child, identity)) : children;
  const isNo = filled.some((child) => child.truth === 'no') || children.length === 0;
  const isUnknown = filled.some((child) => child.truth === 'unknown');
  const truth = isNo ? 'no' : isUnknown ? 'unknown' : 'yes';
  const failing = filled.find((child) => child.truth === (isNo ? 'no' : 'unknown'));
  const supports = filled.flatMap((child) => child.supports);
  const isAbsent = children.every((child) => child.isAbsent);
  const platform =
    truth === 'yes'
      ? undefined
      : (failing?.platform ?? (supported && isNo ? 'differs' : undefined));
  return {
    truth,
    supports,
    misses: filled.flatMap((child) => child.misses),
    platforms: filled.flatMap((child) => child.platforms),
    isAbsent,
    absentParts: isAbsent ? unionParts(children) : NO_PARTS,
    isAssumed: filled.some((child) => child.isAssumed),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** Beside a match, a criterion about which the record is silent is not simply false. */
function fillSilence(child: TreeReading, identity: InventoryIdentity): TreeReading {
  if (child.truth !== 'no' || !child.isAbsent || child.absentParts.size === 0) return child;
  const parts = child.absentParts;
  const isRecorded = [...parts].some((part) => isPartRecorded(part, identity));
  if (isRecorded) return { ...child, platform: 'differs' };
  if (parts.size === 1 && parts.has('h')) return { ...child, truth: 'yes', isAssumed: true };
  return { ...child, truth: 'unknown', platform: 'unrecorded' };
}

/**
 * Whether the computer has an item of that part that could have been the one named.
 * One system, one hardware: if it is recorded, it is that one. Programs are never all recorded.
 */
function isPartRecorded(part: string, identity: InventoryIdentity): boolean {
  if (part !== 'o' && part !== 'h') return false;
  return identity.items.some((item) =>
    item.cpe ? item.parts.has(part) : part === 'o' && item.parts.size === 1 && item.parts.has('o'),
  );
}

/** A negated branch never makes anything affected; it can only exclude. */
function negated(reading: TreeReading, identity: InventoryIdentity): TreeReading {
  const isSilent =
    reading.isAbsent &&
    reading.absentParts.has('o') &&
    !isPartRecorded('o', identity) &&
    identity.items.length > 0;
  const flipped = reading.truth === 'yes' ? 'no' : reading.truth === 'no' ? 'yes' : 'unknown';
  const truth = isSilent || (reading.truth === 'yes' && reading.isAssumed) ? 'unknown' : flipped;
  return {
    truth,
    supports: [],
    misses: [],
    platforms: [],
    isAbsent: false,
    absentParts: NO_PARTS,
    isAssumed: false,
    ...(truth === 'no' ? { platform: 'excluded' as const } : {}),
    ...(truth === 'unknown' ? { platform: 'unrecorded' as const } : {}),
  };
}
