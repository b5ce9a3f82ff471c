// SPDX-License-Identifier: Apache-2.0
/** What a reading found so far: each value once, and which characters are already taken. */
import type { Text } from '@sakimori/vocabulary/wire';
import type { IndicatorType } from '../record.ts';
import { defang } from './defang.ts';
import type { FoundIndicator } from './lift.ts';
import { MARK, type ReadableText } from './readable-text.ts';
import { REMARKS } from './wording.ts';

/** Who has taken a character. Hashes and CVE numbers are also sought inside of URLs. */
export const TAKEN = { url: 1, host: 2, path: 4 } as const;

interface Entry {
  readonly type: IndicatorType;
  readonly value: string;
  from: number;
  to: number;
  count: number;
  isDoubtful: boolean;
  remarks: readonly Text[];
}

interface PassedOver {
  readonly from: number;
  readonly to: number;
  readonly why: Text;
}

export class Collection {
  /** Places beyond the limit. */
  left = 0;
  readonly #entries = new Map<string, Entry>();
  readonly #passedOver = new Map<string, PassedOver>();
  readonly #max: number;
  readonly #passedOverMax: number;
  #text!: ReadableText;
  #taken!: Uint8Array;
  /** Places in the source of the reading before, when this is the second. */
  #earlier: Uint8Array | undefined;
  #places: [number, number][] = [];

  constructor(max: number, passedOverMax: number) {
    this.#max = max;
    this.#passedOverMax = passedOverMax;
  }

  begin(text: ReadableText): void {
    this.#text = text;
    this.#taken = new Uint8Array(text.characters.length);
  }

  /** Ends one reading: what it took is not read again by the next. */
  end(): void {
    const length = this.#places.reduce((longest, [, to]) => Math.max(longest, to), 0);
    this.#earlier = new Uint8Array(length);
    for (const [from, to] of this.#places) this.#earlier.fill(1, from, to);
    this.#places = [];
  }

  isTaken(at: number, by = 0xff): boolean {
    return ((this.#taken[at] as number) & by) !== 0;
  }

  take(from: number, to: number, by: number): void {
    for (let at = from; at < to; at += 1) this.#taken[at] = (this.#taken[at] as number) | by;
  }

  /** Whether any character of a place bears a mark. */
  hasMark(from: number, to: number, mark: number): boolean {
    for (let at = from; at < to; at += 1) {
      if (((this.#text.marks[at] as number) & mark) !== 0) return true;
    }
    return false;
  }

  /** Adds what was found at a place of the readable text. */
  add(
    type: IndicatorType,
    value: string,
    from: number,
    to: number,
    doubts: readonly Text[] = [],
    remarks: readonly Text[] = [],
  ): void {
    const [start, end] = [this.#sourceFrom(from), this.#sourceTo(to)];
    if (this.#isEarlier(start, end)) return;
    this.#places.push([start, end]);
    const said = [...remarks, ...doubts];
    if (this.hasMark(from + 1, to, MARK.hidden)) said.push(REMARKS.hidden);
    if (this.hasMark(from, to, MARK.fullStop)) said.push(REMARKS.fullStop);
    const isDoubtful = doubts.length > 0;
    const key = `${type} ${value}`;
    const entry = this.#entries.get(key);
    if (entry) {
      entry.count += 1;
      if (start < entry.from) [entry.from, entry.to] = [start, end];
      // One clear place is enough; then the doubts of another say nothing any more.
      if (entry.isDoubtful && !isDoubtful) {
        entry.isDoubtful = false;
        entry.remarks = said;
      } else if (entry.isDoubtful === isDoubtful) {
        entry.remarks = [...new Set([...entry.remarks, ...said])];
      }
    } else if (this.#entries.size < this.#max) {
      const place = { from: start, to: end, count: 1 };
      this.#entries.set(key, { type, value, ...place, isDoubtful, remarks: said });
    } else {
      this.left += 1;
    }
  }

  passOver(from: number, to: number, why: Text): void {
    if (this.#passedOver.size >= this.#passedOverMax) return;
    const place = { from: this.#sourceFrom(from), to: this.#sourceTo(to), why };
    this.#passedOver.set(`${place.from}-${place.to}`, place);
  }

  list(): FoundIndicator[] {
    return [...this.#entries.values()]
      .sort((a, b) => a.from - b.from || a.to - b.to)
      .map(({ type, value, from, to, count, isDoubtful, remarks }) => ({
        type,
        value,
        defanged: defang(type, value),
        from,
        to,
        confidence: isDoubtful ? 'doubtful' : 'sure',
        count,
        remarks,
      }));
  }

  listPassedOver(): PassedOver[] {
    return [...this.#passedOver.values()].sort((a, b) => a.from - b.from);
  }

  #sourceFrom(at: number): number {
    return this.#text.from[at] ?? 0;
  }

  #sourceTo(end: number): number {
    return this.#text.to[end - 1] ?? 0;
  }

  #isEarlier(from: number, to: number): boolean {
    if (!this.#earlier) return false;
    for (let at = from; at < to; at += 1) if (this.#earlier[at] === 1) return true;
    return false;
  }
}
