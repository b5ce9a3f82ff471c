// SPDX-License-Identifier: Apache-2.0
/**
 * CPE 2.3 names: the well-formed name, and its three written forms (NISTIR 7695).
 *
 * A value is kept as it stands in a formatted string: `*` is ANY, `-` is NA, every other
 * punctuation mark except `.`, `-` and `_` carries its backslash. So two equal values are
 * equal strings, and an unquoted `*` or `?` in a longer value is a wild card.
 */

/** The eleven attributes in the order of the formatted string (NISTIR 7695 6.2). */
export const CPE_ATTRIBUTES = [
  'part',
  'vendor',
  'product',
  'version',
  'update',
  'edition',
  'language',
  'swEdition',
  'targetSw',
  'targetHw',
  'other',
] as const;
export type CpeAttribute = (typeof CPE_ATTRIBUTES)[number];

/** A well-formed name; every attribute is there. */
export type CpeName = { readonly [A in CpeAttribute]: string };

/** Logical values (NISTIR 7695 5.3.1), as they stand in a formatted string. */
export const CPE_ANY = '*';
export const CPE_NA = '-';

/** Longer texts are refused unread; the longest name of the official dictionary is under 400. */
export const CPE_LENGTH_MAX = 4096;

/** What reading a written identifier gives: a value, or why there is none (never the input). */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^`{|}~';
/** Marks that a formatted string leaves without a backslash (7695 6.2.2.2). */
const PLAIN_MARKS = '.-_';
const WFN_LABELS: Readonly<Record<string, CpeAttribute>> = {
  part: 'part',
  vendor: 'vendor',
  product: 'product',
  version: 'version',
  update: 'update',
  edition: 'edition',
  language: 'language',
  sw_edition: 'swEdition',
  target_sw: 'targetSw',
  target_hw: 'targetHw',
  other: 'other',
};
const URI_ATTRIBUTES = CPE_ATTRIBUTES.slice(0, 7);
const PACKED_ATTRIBUTES = ['edition', 'swEdition', 'targetSw', 'targetHw', 'other'] as const;
/** A language tag in its general shape (RFC 5646 2.1); 7695 advises language and region only. */
const LANGUAGE_TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/;

/** Carries a refusal out of the readers below; never leaves this file. */
class Refusal extends Error {}

/**
 * Reads a CPE name in any of its written forms.
 *
 * In     `text`  a formatted string (`cpe:2.3:...`), a 2.2 URI (`cpe:/...`) or `wfn:[...]`
 * Out    the well-formed name, or the rule of NISTIR 7695 that the text breaks
 * Never  throws on content, repairs a name, or repeats the text in the reason
 */
export function parseCpe(text: string): Reading<CpeName> {
  try {
    if (text.length > CPE_LENGTH_MAX) throw new Refusal('longer than any CPE name may be');
    if (/^cpe:2\.3:/i.test(text)) return { ok: true, value: unbindFormattedString(text) };
    if (/^cpe:\//i.test(text)) return { ok: true, value: unbindUri(text) };
    if (text.startsWith('wfn:[')) return { ok: true, value: readWellFormedName(text) };
    throw new Refusal('must begin with cpe:2.3:, cpe:/ or wfn:[');
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message };
    throw error;
  }
}

/** Writes the formatted string (NISTIR 7695 6.2.2). */
export function formatCpe(name: CpeName): string {
  return `cpe:2.3:${CPE_ATTRIBUTES.map((attribute) => name[attribute]).join(':')}`;
}

/** Writes the 2.2 URI; extended attributes are packed into the edition (NISTIR 7695 6.1.2). */
export function formatCpeUri(name: CpeName): string {
  const packed = PACKED_ATTRIBUTES.map((attribute) => bindUriValue(name[attribute]));
  const isPacked = packed.slice(1).some((value) => value !== '');
  const components = URI_ATTRIBUTES.map((attribute) => {
    if (attribute !== 'edition') return bindUriValue(name[attribute]);
    return isPacked ? `~${packed.join('~')}` : packed[0];
  });
  return `cpe:/${components.join(':')}`.replace(/:{1,7}$/, '');
}

/** Writes the notation of the standard itself, `wfn:[part="a",...]`; ANY is left out. */
export function formatCpeWfn(name: CpeName): string {
  const pairs: string[] = [];
  for (const [label, attribute] of Object.entries(WFN_LABELS)) {
    const value = name[attribute];
    if (value === CPE_ANY) continue;
    const quoted = value.replace(/\\.|[.-]/gs, (mark) => (mark.length > 1 ? mark : `\\${mark}`));
    pairs.push(value === CPE_NA ? `${label}=NA` : `${label}="${quoted}"`);
  }
  return `wfn:[${pairs.join(',')}]`;
}

/** A value taken apart: wild cards at its beginning, the quoted text, wild cards at its end. */
export interface CpePattern {
  readonly head: string;
  readonly body: string;
  readonly tail: string;
}

/** Takes a value apart that `parseCpe` gave. Not for ANY and NA. */
export function splitCpeWildcards(value: string): CpePattern {
  const head = /^(?:\*|\?*)/.exec(value)![0];
  let index = head.length;
  while (index < value.length && value[index] !== '*' && value[index] !== '?') {
    index += value[index] === '\\' ? 2 : 1;
  }
  return { head, body: value.slice(head.length, index), tail: value.slice(index) };
}

/** True when the value has an unquoted `*` or `?`; ANY is a logical value, not a wild card. */
export function hasCpeWildcard(value: string): boolean {
  if (value === CPE_ANY || !(value.includes('*') || value.includes('?'))) return false;
  const { head, tail } = splitCpeWildcards(value);
  return head !== '' || tail !== '';
}

/** The value as a person writes it: `big\$money` is `big$money`. Not for ANY and NA. */
export function cpeLiteral(value: string): string {
  return value.includes('\\') ? value.replace(/\\(.)/gs, '$1') : value;
}

/**
 * The value that stands for a plain text: quotes what must be quoted.
 *
 * In     `literal`  for example a version found on a computer, `1.0+build*2`
 * Out    the value (never ANY or NA: a sole hyphen is refused), blanks as `_`, lower case;
 *        undefined where the text has no form in CPE
 */
export function quoteCpe(literal: string): string | undefined {
  const text = literal.trim().toLowerCase().replace(/\s/g, '_');
  if (text === '' || text === '-' || text.length > CPE_LENGTH_MAX) return undefined;
  let value = '';
  for (const mark of text) {
    if (/[a-z0-9_.-]/.test(mark)) value += mark;
    else if (PUNCTUATION.includes(mark)) value += `\\${mark}`;
    else return undefined;
  }
  return value;
}

/** A name from some attributes; the others are ANY. */
export function cpeNameOf(parts: Partial<CpeName>): CpeName {
  const name: Record<string, string> = {};
  for (const attribute of CPE_ATTRIBUTES) name[attribute] = parts[attribute] ?? CPE_ANY;
  return name as CpeName;
}

function unbindFormattedString(text: string): CpeName {
  const fields = splitUnquoted(text.slice('cpe:2.3:'.length));
  if (fields.length !== CPE_ATTRIBUTES.length) {
    throw new Refusal('a formatted string has exactly eleven attributes (NISTIR 7695 6.2)');
  }
  const name: Record<string, string> = {};
  CPE_ATTRIBUTES.forEach((attribute, index) => {
    name[attribute] = checkAttribute(attribute, readValue(fields[index]!, PLAIN_MARKS));
  });
  return name as CpeName;
}

/** The colon is the delimiter unless a backslash quotes it. */
function splitUnquoted(text: string): string[] {
  const fields: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === ':') {
      fields.push(text.slice(start, index));
      start = index + 1;
    }
  }
  fields.push(text.slice(start));
  return fields;
}

/** Checks one attribute-value string and gives it its one canonical spelling. */
function readValue(text: string, plainMarks: string): string {
  if (text === CPE_ANY || text === CPE_NA) return text;
  if (text === '') throw new Refusal('an attribute value must not be empty');
  const head = /^(?:\*|\?*)/.exec(text)![0];
  let value = head;
  let index = head.length;
  for (; index < text.length; index += 1) {
    const mark = text[index]!;
    if (mark === '*' || mark === '?') break;
    if (mark === '\\') {
      index += 1;
      value += requote(text[index]);
    } else if (/[A-Za-z0-9_]/.test(mark) || plainMarks.includes(mark)) value += mark;
    else if (PUNCTUATION.includes(mark)) {
      throw new Refusal('a punctuation mark must be quoted with a backslash (NISTIR 7695 5.3.2)');
    } else throw new Refusal('only printable ASCII without blanks is allowed (NISTIR 7695 5.3.2)');
  }
  const tail = text.slice(index);
  if (tail !== '' && !/^(?:\*|\?+)$/.test(tail)) {
    throw new Refusal('wild cards may stand only at the ends of a value, * only once there');
  }
  const body = value.slice(head.length);
  if (body === '' && (head === '*' || tail === '*')) {
    throw new Refusal('an unquoted * must not be a value by itself or stand beside a wild card');
  }
  if (body === CPE_NA && head === '' && tail === '') {
    throw new Refusal('a quoted hyphen must not be a value by itself (NISTIR 7695 5.3.2)');
  }
  return value + tail;
}

function requote(mark: string | undefined): string {
  if (mark === undefined) throw new Refusal('a backslash must quote a character');
  if (PLAIN_MARKS.includes(mark)) return mark;
  if (PUNCTUATION.includes(mark)) return `\\${mark}`;
  throw new Refusal('a backslash may quote only a punctuation mark (NISTIR 7695 5.3.2)');
}

function checkAttribute(attribute: CpeAttribute, value: string): string {
  if (value === CPE_ANY || value === CPE_NA) return value;
  if (attribute === 'part') {
    if (!/^[aoh]$/i.test(value)) throw new Refusal('part must be a, o or h (NISTIR 7695 5.3.3.1)');
    return value.toLowerCase();
  }
  if (attribute === 'language' && !hasCpeWildcard(value) && !LANGUAGE_TAG.test(value)) {
    throw new Refusal('language must be a language tag (NISTIR 7695 5.3.3.10)');
  }
  return value;
}

function unbindUri(text: string): CpeName {
  const components = text.slice('cpe:/'.length).split(':');
  if (components.length > URI_ATTRIBUTES.length) {
    throw new Refusal('a CPE 2.2 URI has at most seven components');
  }
  const parts: Partial<Record<CpeAttribute, string>> = {};
  components.forEach((component, index) => {
    const attribute = URI_ATTRIBUTES[index]!;
    if (attribute === 'edition' && component.startsWith('~')) {
      const packed = component.slice(1).split('~');
      if (packed.length !== PACKED_ATTRIBUTES.length) {
        throw new Refusal('a packed edition has exactly five values (NISTIR 7695 6.1.2.1.3)');
      }
      PACKED_ATTRIBUTES.forEach((name, place) => {
        parts[name] = decodeUriValue(packed[place]!);
      });
    } else parts[attribute] = decodeUriValue(component);
  });
  for (const attribute of CPE_ATTRIBUTES) {
    if (parts[attribute] !== undefined) checkAttribute(attribute, parts[attribute]);
  }
  return cpeNameOf(parts);
}

/** `decode()` of NISTIR 7695 6.1.3.2: lower case, %01 is ?, %02 is *, marks become quoted. */
function decodeUriValue(component: string): string {
  if (component === '') return CPE_ANY;
  if (component === CPE_NA) return CPE_NA;
  const text = component.toLowerCase();
  let value = '';
  for (let index = 0; index < text.length; index += 1) {
    const mark = text[index]!;
    if (mark === '%') {
      value += decodePercent(text.slice(index + 1, index + 3));
      index += 2;
    } else if (/[a-z0-9_.-]/.test(mark)) value += mark;
    else if (mark === '~') value += '\\~';
    else throw new Refusal('a character of the URI must be percent-encoded (NISTIR 7695 6.1.1)');
  }
  // A sole %02 would read as ANY below; as a value by itself an asterisk is not allowed.
  if (value === CPE_ANY) throw new Refusal('an unquoted * must not be a value by itself');
  return readValue(value, PLAIN_MARKS);
}

function decodePercent(digits: string): string {
  if (digits === '01') return '?';
  if (digits === '02') return '*';
  const mark = /^[0-9a-f]{2}$/.test(digits) ? String.fromCharCode(Number.parseInt(digits, 16)) : '';
  if (mark === '' || !PUNCTUATION.includes(mark) || mark === '-' || mark === '.') {
    throw new Refusal('illegal percent-encoded form (NISTIR 7695 6.1.3.2)');
  }
  return `\\${mark}`;
}

function bindUriValue(value: string): string {
  if (value === CPE_ANY) return '';
  return value.replace(/\\(.)|[*?]/gs, (mark, quoted?: string) => {
    if (quoted === undefined) return mark === '?' ? '%01' : '%02';
    return `%${quoted.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** One pair of the notation: label, then ANY, NA or a quoted string; sticky, so linear. */
const WFN_PAIR = /\s*([A-Za-z_]{1,16})\s*=\s*(?:(ANY|NA)|"((?:[^"\\]|\\.)*)")\s*(,|\]$)/sy;

function readWellFormedName(text: string): CpeName {
  const parts: Partial<Record<CpeAttribute, string>> = {};
  if (/^wfn:\[\s*\]$/.test(text)) return cpeNameOf(parts);
  let index = 'wfn:['.length;
  for (;;) {
    WFN_PAIR.lastIndex = index;
    const pair = WFN_PAIR.exec(text);
    if (!pair) throw new Refusal('must be wfn:[attribute="value",...] (NISTIR 7695 5.1)');
    const attribute = WFN_LABELS[pair[1]!.toLowerCase()];
    if (!attribute) throw new Refusal('not one of the eleven attributes (NISTIR 7695 5.2)');
    if (parts[attribute] !== undefined) throw new Refusal('an attribute stands twice');
    parts[attribute] = readWfnValue(attribute, pair[2], pair[3]);
    if (pair[4] !== ',') return cpeNameOf(parts);
    index = WFN_PAIR.lastIndex;
  }
}

function readWfnValue(attribute: CpeAttribute, logical?: string, string?: string): string {
  if (logical !== undefined) return logical === 'ANY' ? CPE_ANY : CPE_NA;
  if (string === CPE_ANY || string === CPE_NA) {
    throw new Refusal('a sole * or - must not be a value string (NISTIR 7695 5.3.2)');
  }
  return checkAttribute(attribute, readValue(string ?? '', ''));
}
