// SPDX-License-Identifier: Apache-2.0
/** How strongly two reports are related, and why, in words. */
import type { Text } from '@sakimori/vocabulary/wire';
import type { RelationKey } from './keys.ts';
import { likenessOf } from './text-bands.ts';

/** A value that more reports share makes no link: it is shown as too common. */
export const DEGREE_MAX = 50;
/** A suggestion with less is not made. */
export const SCORE_MIN = 0.2;
const REASONS_MAX = 8;
const LIKENESS_MIN = 0.45;

export type RelationNature = 'same-report' | 'told-twice' | 'related';

/** What two reports have in common. */
export interface Relation {
  /** 0 nothing, 1 certain. */
  readonly score: number;
  readonly nature: RelationNature;
  /** The strongest reason first. */
  readonly why: readonly Text[];
  /** Values that both have, and that too many others have as well. */
  readonly tooCommon: readonly Text[];
}

interface Reason {
  readonly strength: number;
  readonly text: Text;
}

/**
 * Scores what two reports share.
 *
 * In     keys of both; `degrees` how many reports have a key, these two included; a key that is
 *        absent counts as shared by these two alone
 * Out    the same for both orders of the reports; rare values weigh more; what a report says twice
 *        counts once; nothing is related by values that more than `DEGREE_MAX` reports share
 */
export function scoreRelation(
  a: readonly RelationKey[],
  b: readonly RelationKey[],
  degrees: ReadonlyMap<string, number>,
): Relation {
  const others = new Set(b.map(({ key }) => key));
  const shared = new Map(a.filter(({ key }) => others.has(key)).map((key) => [key.key, key]));
  // In one order for both sides: the same words, and the same sum to the last digit.
  const inOrder = [...shared.values()].sort((one, two) => compare(one.key, two.key));
  const reasons: Reason[] = [];
  const tooCommon = new Map<string, Text>();
  const bands = { text: [] as RelationKey[], note: [] as RelationKey[] };
  let occasion: Reason | undefined;
  for (const key of inOrder) {
    const degree = Math.max(2, degrees.get(key.key) ?? 2);
    if (degree > DEGREE_MAX) {
      tooCommon.set(key.shown.en, tooCommonText(key, degree));
    } else if (key.kind === 'text') {
      (key.key.startsWith('note:') ? bands.note : bands.text).push(key);
    } else {
      const reason = { strength: key.weight * rarity(degree), text: reasonText(key, degree) };
      // Two overlapping windows of one occasion are one reason.
      if (key.kind !== 'occasion') reasons.push(reason);
      else if (!occasion || reason.strength > occasion.strength) occasion = reason;
    }
  }
  if (occasion) reasons.push(occasion);
  for (const group of [bands.text, bands.note]) addLikeness(group, degrees, reasons);
  reasons.sort((one, two) => two.strength - one.strength || compare(one.text.en, two.text.en));
  return {
    score: 1 - reasons.reduce((doubt, { strength }) => doubt * (1 - strength), 1),
    nature: natureOf(inOrder, reasons, occasion !== undefined),
    why: reasonsInWords(reasons),
    tooCommon: [...tooCommon.values()].sort((one, two) => compare(one.en, two.en)),
  };
}

/** 1 for two reports, less the more there are: half for three, a sixth at the limit. */
function rarity(degree: number): number {
  return 1 / (1 + Math.log2(degree - 1));
}

/** Turns shared bands into one reason, where the texts are alike enough. */
function addLikeness(
  group: readonly RelationKey[],
  degrees: ReadonlyMap<string, number>,
  reasons: Reason[],
): void {
  const likeness = likenessOf(group.length);
  const [first] = group;
  if (!first || likeness < LIKENESS_MIN) return;
  const degree = Math.max(2, Math.min(...group.map(({ key }) => degrees.get(key) ?? 2)));
  const percent = Math.round(likeness * 20) * 5;
  reasons.push({
    strength: 0.85 * likeness ** 2 * rarity(degree),
    text: {
      ja: `${first.shown.ja}（一致はおよそ ${percent}％）です。`,
      en: `They have ${first.shown.en}, about ${percent} % alike.`,
    },
  });
}

function natureOf(
  shared: readonly RelationKey[],
  reasons: readonly Reason[],
  hasOccasion: boolean,
): RelationNature {
  if (shared.some(({ kind }) => kind === 'reference')) return 'same-report';
  return hasOccasion && reasons.length > 1 ? 'told-twice' : 'related';
}

function reasonText(key: RelationKey, degree: number): Text {
  const [ja, en] =
    degree > 2 ? [`（この値を持つ報告は ${degree} 件）`, ` (${degree} reports have it)`] : ['', ''];
  return { ja: `${key.shown.ja}${ja}があります。`, en: `They share ${key.shown.en}${en}.` };
}

function tooCommonText(key: RelationKey, degree: number): Text {
  return {
    ja: `${key.shown.ja}は ${degree} 件の報告にあり、多すぎるため関連とはみなしません。`,
    en: `${degree} reports share ${key.shown.en}: too many to mean a relation.`,
  };
}

function reasonsInWords(reasons: readonly Reason[]): Text[] {
  const told = reasons.slice(0, REASONS_MAX).map(({ text }) => text);
  const more = reasons.length - told.length;
  if (more === 0) return told;
  return [
    ...told,
    { ja: `ほかに ${more} 件の一致があります。`, en: `${more} more values are shared.` },
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
