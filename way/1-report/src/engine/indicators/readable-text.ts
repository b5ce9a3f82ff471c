// SPDX-License-Identifier: Apache-2.0
/**
 * Makes a text readable for a machine: full-width forms narrowed, defanged signs undone, hidden
 * characters taken out, with the place of every character in the source kept.
 */
import { readBracket } from './brackets.ts';
import {
  CLASS,
  classify,
  isAsciiWord,
  isHidden,
  isVariationSelector,
  narrow,
  narrowInValue,
  narrowMathematical,
} from './characters.ts';
import { isHostValue } from './host-names.ts';

/** Marks of a character of a readable text. */
export const MARK = {
  /** Written so that nobody follows it: `[.]`. */
  defanged: 1,
  /** A hidden character stood directly before it. */
  hidden: 2,
  /** 。 that was read as a dot. */
  fullStop: 4,
} as const;

export interface ReadableText {
  readonly characters: string;
  /** Class of each character, see `CLASS`. */
  readonly classes: Uint8Array;
  readonly marks: Uint8Array;
  /** Where each character begins and ends in the source. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** How many hidden characters were taken out. */
  readonly hidden: number;
}

/** How many 。 between letters are looked at; a text with more is not prose. */
const FULL_STOPS_MAX = 10_000;
const NEIGHBOUR_MAX = 64;

/**
 * In     `source`; `hiddenAs` what stands for a hidden character: nothing, or a space
 * Out    the readable text; never longer than the source
 */
export function makeReadable(source: string, hiddenAs: 'nothing' | 'space'): ReadableText {
  const writer = new TextWriter(source.length);
  let at = 0;
  let isAfterHidden = false;
  while (at < source.length) {
    const codePoint = source.codePointAt(at) as number;
    const end = at + (codePoint > 0xffff ? 2 : 1);
    if (isHidden(codePoint) || isVariationSelector(codePoint)) {
      // A byte order mark at the beginning and the form of a kanji are no tricks.
      if (isHidden(codePoint) && at > 0) {
        writer.hidden += 1;
        isAfterHidden = true;
        if (hiddenAs === 'space') writer.put(0x20, at, end, 0);
      }
      at = end;
      continue;
    }
    const mark = isAfterHidden ? MARK.hidden : 0;
    isAfterHidden = false;
    at = readOne(source, at, end, codePoint, writer, mark);
  }
  return writer.finish();
}

/** Puts what stands at one position; gives the next position. */
function readOne(
  source: string,
  at: number,
  end: number,
  codePoint: number,
  writer: TextWriter,
  mark: number,
): number {
  if (codePoint > 0xffff) {
    const plain = narrowMathematical(codePoint);
    if (plain > 0) writer.put(plain, at, end, mark);
    else {
      writer.put(source.charCodeAt(at), at, end, mark);
      writer.put(source.charCodeAt(at + 1), at, end, mark);
      // Both halves of a rare kanji are Japanese; both halves of an emoji are not.
      if (classify(source.charCodeAt(at)) === CLASS.japanese) writer.markJapanese();
    }
    return end;
  }
  if (isAsciiWord(codePoint)) {
    writer.put(codePoint, at, end, mark);
    return end;
  }
  const undone = readBracket(source, at);
  if (undone && writer.accepts(undone.sign)) {
    writer.putSign(undone.sign, at, undone.to, mark | MARK.defanged);
    return undone.to;
  }
  if (codePoint === 0x3002 || codePoint === 0xff61) {
    const isDot = writer.isDotBefore(source, end);
    writer.put(isDot ? 0x2e : codePoint, at, end, isDot ? mark | MARK.fullStop : mark);
    return end;
  }
  const unit = codePoint === 0xff1a ? readWideColon(source, at) : narrowInValue(codePoint);
  writer.put(unit, at, end, mark);
  return end;
}

/** ： is a colon inside a full-width value and before //; after a Japanese label it is a boundary. */
function readWideColon(source: string, at: number): number {
  const next = source.charCodeAt(at + 1);
  if (narrow(next) === 0x2f) return 0x3a;
  const isWide = (unit: number) => unit >= 0xff01 && unit <= 0xff5e;
  const before = source.charCodeAt(at - 1);
  // The second of two ends an IPv6 address, whatever follows.
  return isWide(before) && (isWide(next) || before === 0xff1a) ? 0x3a : 0xff1a;
}

class TextWriter {
  hidden = 0;
  #length = 0;
  #fullStops = 0;
  readonly #units: Uint16Array;
  readonly #classes: Uint8Array;
  readonly #marks: Uint8Array;
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;

  constructor(capacity: number) {
    this.#units = new Uint16Array(capacity);
    this.#classes = new Uint8Array(capacity);
    this.#marks = new Uint8Array(capacity);
    this.#from = new Uint32Array(capacity);
    this.#to = new Uint32Array(capacity);
  }

  put(unit: number, from: number, to: number, mark: number): void {
    const at = this.#length;
    this.#units[at] = unit;
    this.#classes[at] = classify(unit);
    this.#marks[at] = mark;
    this.#from[at] = from;
    this.#to[at] = to;
    this.#length = at + 1;
  }

  markJapanese(): void {
    this.#classes[this.#length - 1] = CLASS.japanese;
  }

  /** A dot, an at sign and the like join what stands before them; two spaces may lie between. */
  accepts(sign: string): boolean {
    // An IPv6 address may begin with colons.
    if (sign === 'www' || sign.startsWith('http') || /^:{1,2}$/.test(sign)) return true;
    const before = this.#units[this.#beforeSpaces() - 1];
    if (before === undefined) return false;
    const isName = classify(before) !== CLASS.other && classify(before) !== CLASS.dot;
    return (
      isName || (sign.startsWith(':') && before === 0x3a) || (sign[0] === '/' && before < 0x80)
    );
  }

  putSign(sign: string, from: number, to: number, mark: number): void {
    if (sign === '.' || sign === '@') this.#length = this.#beforeSpaces();
    for (let index = 0; index < sign.length; index += 1) {
      this.put(sign.charCodeAt(index), from, to, mark);
    }
  }

  #beforeSpaces(): number {
    let at = this.#length;
    while (at > this.#length - 2 && this.#units[at - 1] === 0x20) at -= 1;
    return at;
  }

  /**
   * Whether 。 stands for a dot: between ASCII letters or digits that make a name only together.
   * `example。com` is one name; in `198.51.100.7。example.com` a sentence ends.
   */
  isDotBefore(source: string, next: number): boolean {
    const following = narrow(source.charCodeAt(next));
    const isCandidate =
      this.#length > 0 &&
      isAsciiWord(this.#units[this.#length - 1] as number) &&
      isAsciiWord(following) &&
      // A sentence begins with a capital letter, a label of a name hardly ever does.
      !(following >= 0x41 && following <= 0x5a);
    if (!isCandidate || this.#fullStops >= FULL_STOPS_MAX) return false;
    this.#fullStops += 1;
    const [left, right] = [this.#wordBefore(), wordAfter(source, next)];
    if (left.length > NEIGHBOUR_MAX || right.length > NEIGHBOUR_MAX) return false;
    return !isHostValue(left) && !isHostValue(right);
  }

  #wordBefore(): string {
    let at = this.#length;
    while (at > 0 && this.#length - at <= NEIGHBOUR_MAX) {
      const kind = this.#classes[at - 1] as number;
      if (kind !== CLASS.ascii && kind !== CLASS.joiner && kind !== CLASS.dot) break;
      at -= 1;
    }
    return String.fromCharCode(...this.#units.subarray(at, this.#length));
  }

  finish(): ReadableText {
    const end = this.#length;
    return {
      characters: new TextDecoder('utf-16le', { ignoreBOM: true }).decode(
        this.#units.subarray(0, end),
      ),
      classes: this.#classes.subarray(0, end),
      marks: this.#marks.subarray(0, end),
      from: this.#from.subarray(0, end),
      to: this.#to.subarray(0, end),
      hidden: this.hidden,
    };
  }
}

function wordAfter(source: string, at: number): string {
  let word = '';
  for (let index = at; index < source.length && word.length <= NEIGHBOUR_MAX; index += 1) {
    const unit = narrow(source.charCodeAt(index));
    if (!isAsciiWord(unit) && unit !== 0x2d && unit !== 0x2e) break;
    word += String.fromCharCode(unit);
  }
  return word.replace(/\.+$/, '');
}
