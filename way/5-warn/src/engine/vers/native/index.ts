// SPDX-License-Identifier: Apache-2.0
/** From the range notation of each ecosystem to VERS. */

import type { Reading } from '@sakimori/vocabulary';
import { rangeOf } from '../intervals.ts';
import { type Constraint, readingOf, type VersRange, VersRefusal } from '../range.ts';
import { gemSegments } from '../schemes/gem.ts';
import { readBrackets, spellNuget } from './brackets.ts';
import {
  type ConditionNotation,
  equalTo,
  nextNumber,
  PLAIN_COMPARATORS,
  readConditions,
  spanOf,
} from './conditions.ts';
import { readNodeRange } from './node.ts';

type NativeReader = (text: string) => Constraint[][];

const notation = (more: Partial<ConditionNotation> = {}): ConditionNotation => ({
  comparators: PLAIN_COMPARATORS,
  alternatives: /\|\|/,
  bare: equalTo,
  ...more,
});

const PLAIN = notation();
/** Debian Policy 7.1: `<` and `>` are the obsolete spellings of `<=` and `>=`. */
const DEB = notation({
  comparators: { '<<': '<', '<=': '<=', '=': '=', '>=': '>=', '>>': '>', '<': '<=', '>': '>=' },
  alternatives: /\|/,
});
const RPM = notation({ comparators: { ...PLAIN_COMPARATORS, '<>': '!=' } });
const GEM = notation({
  extra: ['~>'],
  expand: (operator, version) =>
    operator === '~>' ? spanOf(version, bumpGem(version)) : undefined,
});
const PYPI = notation({ extra: ['~=', '==='], expand: expandPypi });
const HEX = notation({
  extra: ['~>'],
  alternatives: /\|\||\s+or\s+/,
  expand: (operator, version) =>
    operator === '~>' ? spanOf(version, bumpDotted(version, 1)) : undefined,
});
const CONAN = notation({ extra: ['~', '^'], expand: expandConan });
const COMPOSER = notation({ extra: ['~', '^'], alternatives: /\|\|?/, expand: expandComposer });

const plain: NativeReader = (text) => readConditions(text, PLAIN);
const node: NativeReader = (text) => readNodeRange(text);

const READERS: Readonly<Record<string, NativeReader>> = {
  npm: node,
  semver: node,
  pub: node,
  swift: node,
  github: node,
  cargo: (text) => readNodeRange(text, '^'),
  deb: (text) => readConditions(text.replace(/[()]/g, ' '), DEB),
  rpm: (text) => readConditions(text, RPM),
  gem: (text) => readConditions(text, GEM),
  pypi: readPypi,
  maven: (text) => readBrackets(text, (version) => version),
  nuget: (text) => readBrackets(text, spellNuget),
  hex: (text) => readConditions(text.replace(/\s+and\s+/g, ' '), HEX),
  conan: (text) => readConditions(text.replace(/,\s*include_prerelease\S*/, ''), CONAN),
  composer: readComposer,
  openssl: readList,
  nginx: readNginx,
};

/** Longer native ranges are refused unread. */
const NATIVE_LENGTH_MAX = 16384;

/**
 * Turns the range notation of an ecosystem into a VERS range.
 *
 * In     `type`, one native range, or a list of conditions that must all hold
 * Out    the range; `formatVers` writes it. Or why there is none: not a range of the ecosystem,
 *        a version that is none of its, conditions that no version can meet
 * Never  throws on content, drops a condition, or turns "no version" into "every version"
 */
export function versFromNative(
  type: string,
  native: string | readonly string[],
): Reading<VersRange> {
  return readingOf(() => {
    const reader = READERS[type] ?? plain;
    const ranges = typeof native === 'string' ? [native] : native;
    if (ranges.length === 0 || ranges.length > 64) throw new VersRefusal('no or too many ranges');
    return rangeOf(type, ranges.map((text) => readOne(text, reader)).reduce(allOf));
  });
}

function readOne(text: string, reader: NativeReader): Constraint[][] {
  if (text.length > NATIVE_LENGTH_MAX) throw new VersRefusal('longer than this reader takes');
  if (text.trim() === '*' || text.trim() === '')
    return reader === READERS.conan ? fromZero() : [[]];
  return reader(text);
}

/** Conan writes everything as everything from 0.0.0 on. */
function fromZero(): Constraint[][] {
  return [[{ comparator: '>=', version: '0.0.0' }]];
}

/** Alternatives of two lists that both must hold. */
function allOf(a: Constraint[][], b: Constraint[][]): Constraint[][] {
  if (a.length * b.length > 1024) throw new VersRefusal('too many alternatives');
  return a.flatMap((left) => b.map((right) => [...left, ...right]));
}

/** Gem::Version#bump: without words, without the last number, the one before it raised. */
function bumpGem(version: string): string {
  const segments = gemSegments(version);
  const word = segments.findIndex((segment) => /[a-z]/i.test(segment));
  const numbers = word === -1 ? segments : segments.slice(0, word);
  if (numbers.length > 1) numbers.pop();
  if (numbers.length === 0) throw new VersRefusal('~> must be followed by a version');
  return [...numbers.slice(0, -1), nextNumber(numbers.at(-1)!)].join('.');
}

/** Raises the number that stands `fromEnd` places before the last; the rest is cut. */
function bumpDotted(version: string, fromEnd: number): string {
  const numbers = /^v?([0-9]+(?:\.[0-9]+)*)/.exec(version)?.[1]?.split('.');
  if (!numbers) throw new VersRefusal('not a version with numbers');
  const kept = numbers.slice(0, Math.max(1, numbers.length - fromEnd));
  return [...kept.slice(0, -1), nextNumber(kept.at(-1)!)].join('.');
}

/** `~=2.2` is `>=2.2, ==2.*`; `==2.*` a prefix; `===` equality (PEP 440, version specifiers). */
function expandPypi(operator: string, version: string): Constraint[] | undefined {
  if (operator === '===') return equalTo(version);
  if (operator === '~=') {
    const release = /^v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)+/.exec(version)?.[0];
    if (release === undefined) throw new VersRefusal('~= needs two numbers at least (PEP 440)');
    const epoch = /^v?([0-9]+!)/.exec(version)?.[1] ?? '';
    return spanOf(version, epoch + bumpDotted(release.replace(/^v?(?:[0-9]+!)?/, ''), 1));
  }
  if (!version.endsWith('.*')) return undefined;
  const prefix = version.slice(0, -2);
  const match = /^v?([0-9]+!)?([0-9]+(?:\.[0-9]+)*)$/.exec(prefix);
  if (!match) throw new VersRefusal('only numbers may stand before .* (PEP 440)');
  const end = (match[1] ?? '') + bumpDotted(match[2]!, 0);
  if (operator === '==') return spanOf(prefix, end);
  throw new VersRefusal('.* needs == (PEP 440)');
}

/** Conditions are separated by commas only; `!=2.*` leaves what is before and what is after. */
function readPypi(text: string): Constraint[][] {
  return text.split('||').flatMap((alternative) => {
    const specifiers = alternative.split(',').filter((part) => part.trim() !== '');
    return specifiers.map((part) => readSpecifier(part.trim())).reduce(allOf, [[]]);
  });
}

function readSpecifier(text: string): Constraint[][] {
  const excluded = /^!=\s*(\S+\.\*)$/.exec(text)?.[1];
  if (excluded === undefined) return readConditions(text, PYPI);
  const [from, end] = expandPypi('==', excluded)!;
  return [[{ ...from!, comparator: '<' }], [{ ...end!, comparator: '>=' }]];
}

/** `^` keeps everything up to the first number that is not zero; `~` all but the last. */
function expandConan(operator: string, version: string): Constraint[] | undefined {
  const text = version.replace(/-$/, '');
  if (text === '*') return fromZero()[0];
  if (operator === '^') return spanOf(text, bumpCaret(text));
  if (operator === '~') return spanOf(text, bumpTilde(text, 2));
  const comparator = operator === '' ? '=' : PLAIN_COMPARATORS[operator];
  return comparator && [{ comparator, version: text }];
}

/** Raises the second number, or the only one. */
function bumpTilde(version: string, length: number): string {
  const count = (/^v?[0-9]+(?:\.[0-9]+)*/.exec(version)?.[0] ?? '').split('.').length;
  return bumpDotted(version, count - Math.min(count, length));
}

function bumpCaret(version: string): string {
  const numbers = (/^v?([0-9]+(?:\.[0-9]+)*)/.exec(version)?.[1] ?? '').split('.');
  const first = numbers.findIndex((digits) => !/^0*$/.test(digits));
  return bumpDotted(version, first === -1 ? 0 : numbers.length - first - 1);
}

/** Composer: `~1.2` up to 2, `~1.2.3` up to 1.3, `1.0.*`, `1.0 - 2.0`. */
function expandComposer(operator: string, version: string): Constraint[] | undefined {
  if (operator === '^') return spanOf(version, `${bumpCaret(version)}.0`);
  if (operator === '~')
    return spanOf(version, `${bumpDotted(version, version.includes('.') ? 1 : 0)}.0`);
  const prefix = /^(v?[0-9]+(?:\.[0-9]+)*)\.[*x]$/.exec(version)?.[1];
  if (prefix === undefined) return undefined;
  if (operator !== '' && operator !== '=' && operator !== '==') {
    throw new VersRefusal('.* takes no comparator');
  }
  return spanOf(prefix, bumpDotted(prefix, 0));
}

function readComposer(text: string): Constraint[][] {
  const words = text.split(/\|\|?/).map((alternative) => {
    const ends = alternative.trim().split(/\s+-\s+/, 3);
    if (ends.length !== 2) return readConditions(alternative, COMPOSER);
    const [from = '', upTo = ''] = ends;
    const isWhole = upTo.split('.').length >= 3;
    const end = isWhole ? upTo : bumpDotted(upTo, 0);
    return [
      [
        { comparator: '>=', version: from },
        { comparator: isWhole ? '<=' : '<', version: end },
      ] satisfies Constraint[],
    ];
  });
  return words.flat();
}

/** A list of versions, each an alternative. */
function readList(text: string): Constraint[][] {
  return text.split(',').map((version) => equalTo(version.trim()));
}

/** nginx advisories: `0.7.52-0.8.39`, `1.5.0+`; an even minor number is a stable branch. */
function readNginx(text: string): Constraint[][] {
  if (text.trim() === 'all') return [[]];
  return text.split(',').map((item) => {
    const [from = '', upTo] = item.trim().split('-', 2);
    if (upTo !== undefined) {
      return [
        { comparator: '>=', version: from },
        { comparator: '<=', version: upTo },
      ];
    }
    if (!from.endsWith('+')) return equalTo(from);
    const version = from.slice(0, -1);
    const minor = Number(version.split('.')[1] ?? '1');
    if (minor % 2 === 1) return [{ comparator: '>=', version }];
    return spanOf(version, `${bumpTilde(version, 2)}.0`);
  });
}
