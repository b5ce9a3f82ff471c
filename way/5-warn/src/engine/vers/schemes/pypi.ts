// SPDX-License-Identifier: Apache-2.0
/** Python versions (PEP 440, now the version specifiers specification of PyPA). */

import {
  compareDigits,
  compareTexts,
  isDigits,
  type Ordering,
  stripZeros,
  type VersionScheme,
} from '../ordering.ts';

/** Digits stay texts: calendar versions exceed what a number holds exactly. */
export interface PypiVersion {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly pre: { readonly letter: 'a' | 'b' | 'rc'; readonly digits: string } | undefined;
  readonly post: string | undefined;
  readonly dev: string | undefined;
  readonly local: readonly string[];
}

/** Appendix B of PEP 440, in named parts; every part is linear. */
const PATTERN = new RegExp(
  [
    '^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\\.[0-9]+)*)',
    '(?:[-_.]?(?<letter>alpha|beta|preview|pre|a|b|c|rc)[-_.]?(?<pre>[0-9]*))?',
    '(?:-(?<implicit>[0-9]+)|(?<isPost>[-_.]?(?:post|rev|r))[-_.]?(?<post>[0-9]*))?',
    '(?:(?<isDev>[-_.]?dev)[-_.]?(?<dev>[0-9]*))?',
    '(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$',
  ].join(''),
);
const LETTERS: Readonly<Record<string, 'a' | 'b' | 'rc'>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};

export const pypi: VersionScheme<PypiVersion> = {
  read(text) {
    const parts = PATTERN.exec(text.trim().toLowerCase())?.groups;
    if (!parts) return undefined;
    const letter = parts.letter === undefined ? undefined : LETTERS[parts.letter];
    return {
      epoch: parts.epoch ?? '0',
      release: parts.release!.split('.'),
      pre: letter && { letter, digits: parts.pre || '0' },
      post: parts.implicit ?? (parts.isPost === undefined ? undefined : parts.post || '0'),
      dev: parts.isDev === undefined ? undefined : parts.dev || '0',
      local: parts.local === undefined ? [] : parts.local.split(/[-_.]/),
    };
  },
  compare: (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    compareReleases(a.release, b.release) ||
    comparePhases(a, b) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocals(a.local, b.local),
};

/** Normalised spelling (PEP 440, normalisation), for canonical ranges. */
export function normalisePypi(version: PypiVersion): string {
  const plain = (digits: string) => stripZeros(digits) || '0';
  const { epoch, release, pre, post, dev, local } = version;
  return [
    plain(epoch) === '0' ? '' : `${plain(epoch)}!`,
    release.map(plain).join('.'),
    pre ? `${pre.letter}${plain(pre.digits)}` : '',
    post === undefined ? '' : `.post${plain(post)}`,
    dev === undefined ? '' : `.dev${plain(dev)}`,
    local.length === 0 ? '' : `+${local.map((x) => (isDigits(x) ? plain(x) : x)).join('.')}`,
  ].join('');
}

function compareReleases(a: readonly string[], b: readonly string[]): Ordering {
  for (let index = 0; index < a.length || index < b.length; index += 1) {
    const order = compareDigits(a[index] ?? '0', b[index] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** 1.0.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0.post1. */
function comparePhases(a: PypiVersion, b: PypiVersion): Ordering {
  const order = compareTexts(phaseOf(a), phaseOf(b));
  if (order !== 0 || !a.pre || !b.pre) return order;
  return compareDigits(a.pre.digits, b.pre.digits);
}

function phaseOf(version: PypiVersion): string {
  if (version.pre) return version.pre.letter;
  return version.post === undefined && version.dev !== undefined ? '' : 'z';
}

/** `absent`: how a missing number compares with any number. */
function compareOptional(a: string | undefined, b: string | undefined, absent: Ordering): Ordering {
  if (a === undefined) return b === undefined ? 0 : absent;
  return b === undefined ? (-absent as Ordering) : compareDigits(a, b);
}

function compareLocals(a: readonly string[], b: readonly string[]): Ordering {
  for (let index = 0; index < a.length || index < b.length; index += 1) {
    const left = a[index];
    const right = b[index];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const order = compareLocalParts(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** A number is greater than a word. */
function compareLocalParts(a: string, b: string): Ordering {
  if (isDigits(a)) return isDigits(b) ? compareDigits(a, b) : 1;
  return isDigits(b) ? -1 : compareTexts(a, b);
}
