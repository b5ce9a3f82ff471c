// SPDX-License-Identifier: Apache-2.0
/** Indicators out of free text: prose in Japanese and English, mails, logs, tables. */
import type { Text } from '@sakimori/vocabulary/wire';
import type { Indicator, IndicatorType } from '../record.ts';
import type { LiftedIndicator } from '../shapes.ts';
import { Collection } from './collection.ts';
import { findAddresses6, findMails, findNames, findUrls, findWords } from './finders.ts';
import { type Protection, protectedBy } from './protection.ts';
import { makeReadable } from './readable-text.ts';
import { NOTES } from './wording.ts';

/** Characters of one text that are read; the rest is reported as not read. */
export const LIFT_CHARACTERS_MAX = 4_000_000;
/** Different indicators of one text that are listed. */
export const LIFT_INDICATORS_MAX = 5_000;
/** Places listed that look like an indicator and were not taken. */
export const PASSED_OVER_MAX = 200;

export interface LiftOptions {
  readonly charactersMax?: number;
  readonly indicatorsMax?: number;
  /** Also list the host of each URL as an indicator of its own. Default true. */
  readonly hostsOfUrls?: boolean;
  /** Protected infrastructure; without it nothing is marked as protected. */
  readonly protection?: Protection;
  /** What belongs to the reporter. */
  readonly own?: Protection;
}

/** An indicator with what a person needs to decide about it. */
export interface FoundIndicator extends LiftedIndicator {
  /** `doubtful`: a person looks at it before it is used; the remarks say why. */
  readonly confidence: 'sure' | 'doubtful';
  /** How often it stands in the text. */
  readonly count: number;
  readonly remarks: readonly Text[];
}

/** Everything that was found in a text, and what was not. */
export interface Lifting {
  /** Each value once, in the order of its first place. */
  readonly indicators: readonly FoundIndicator[];
  /** Characters that were read, and those beyond the limit. */
  readonly read: number;
  readonly cut: number;
  /** Hidden characters that were taken out. */
  readonly hidden: number;
  /** Places that were found but not listed, because there are too many. */
  readonly left: number;
  /** Places that look like an indicator and are something else; at most `PASSED_OVER_MAX`. */
  readonly passedOver: readonly {
    readonly from: number;
    readonly to: number;
    readonly why: Text;
  }[];
  /** For the person who confirms: what was cut, hidden or left. */
  readonly notes: readonly Text[];
}

/**
 * Finds the indicators in a text and tells what was not read.
 *
 * In     any text; defanged, full-width and Japanese forms are understood
 * Out    canonical values with their first place in the source
 * Throws nothing on content
 * Never  follows an address; takes more than linear time; reads beyond `charactersMax`
 */
export function readIndicators(text: string, options: LiftOptions = {}): Lifting {
  const read = endOfReading(text, options.charactersMax ?? LIFT_CHARACTERS_MAX);
  const source = read < text.length ? text.slice(0, read) : text;
  const collection = new Collection(options.indicatorsMax ?? LIFT_INDICATORS_MAX, PASSED_OVER_MAX);
  const hidden = collect(source, 'nothing', collection, options.hostsOfUrls ?? true);
  // A hidden character may also have parted two values: what the first reading missed.
  if (hidden > 0) collect(source, 'space', collection, options.hostsOfUrls ?? true);
  const { left } = collection;
  const cut = text.length - read;
  return {
    indicators: collection.list().map((one) => withProtection(one, options)),
    read,
    cut,
    hidden,
    left,
    passedOver: collection.listPassedOver(),
    notes: [
      ...(hidden > 0 ? [NOTES.hidden(hidden)] : []),
      ...(cut > 0 ? [NOTES.cut(read, cut)] : []),
      ...(left > 0 ? [NOTES.left(left)] : []),
    ],
  };
}

/** The indicators alone; see `readIndicators`. */
export function liftIndicators(text: string, options: LiftOptions = {}): LiftedIndicator[] {
  return [...readIndicators(text, options).indicators];
}

/** What of a found indicator belongs into a record: type and value. */
export function asIndicator(found: {
  readonly type: IndicatorType;
  readonly value: string;
}): Indicator {
  return { type: found.type, value: found.value };
}

function collect(
  source: string,
  hiddenAs: 'nothing' | 'space',
  collection: Collection,
  hostsOfUrls: boolean,
): number {
  const text = makeReadable(source, hiddenAs);
  collection.begin(text);
  findUrls(text, collection, hostsOfUrls);
  findMails(text, collection);
  findAddresses6(text, collection);
  findNames(text, collection);
  findWords(text, collection);
  collection.end();
  return text.hidden;
}

const LAST_WORD_MAX = 4_096;

/** The limit, moved back to white space so that no value is cut in two. */
function endOfReading(text: string, charactersMax: number): number {
  if (text.length <= charactersMax) return text.length;
  const last = text.slice(Math.max(0, charactersMax - LAST_WORD_MAX), charactersMax);
  const space = Math.max(last.lastIndexOf(' '), last.lastIndexOf('\n'));
  return space < 0 ? charactersMax : charactersMax - last.length + space + 1;
}

function withProtection(one: FoundIndicator, options: LiftOptions): FoundIndicator {
  const shield = protectedBy(one, options.protection, options.own);
  return shield ? { ...one, protected: shield } : one;
}
