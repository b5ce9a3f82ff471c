// SPDX-License-Identifier: Apache-2.0
/** Semantic Versioning 2.0.0 and the ecosystems whose versions are of that kind. */

import {
  compareDigits,
  compareTexts,
  isDigits,
  type Ordering,
  type VersionScheme,
} from '../ordering.ts';

export interface SemanticVersion {
  /** major, minor, patch, as digits. */
  readonly core: readonly [string, string, string];
  readonly prerelease: readonly string[];
  /** How many numbers of the core were written; the others are zero. */
  readonly written: number;
}

const PATTERN =
  /^([0-9]+)(?:\.([0-9]+)(?:\.([0-9]+))?)?(?:-([0-9A-Za-z.-]*))?(?:\+([0-9A-Za-z.-]*))?$/;
const IDENTIFIERS = /^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/;

/** Numbers without leading zeros, no empty identifier (semver 2, 9, 10). */
function readSemantic(text: string, isLoose: boolean): SemanticVersion | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, major = '', minor, patch, prerelease, build] = match;
  const written = 1 + Number(minor !== undefined) + Number(patch !== undefined);
  if (prerelease !== undefined && !IDENTIFIERS.test(prerelease)) return undefined;
  if (build !== undefined && !IDENTIFIERS.test(build)) return undefined;
  const version: SemanticVersion = {
    core: [major, minor ?? '0', patch ?? '0'],
    prerelease: prerelease?.split('.') ?? [],
    written,
  };
  if (isLoose) return version;
  const numbers = [...version.core, ...version.prerelease.filter(isDigits)];
  return numbers.every((digits) => digits === '0' || !digits.startsWith('0')) ? version : undefined;
}

/** Precedence (semver 11); build metadata does not count. */
export function compareSemantic(a: SemanticVersion, b: SemanticVersion): Ordering {
  for (let index = 0; index < 3; index += 1) {
    const order = compareDigits(a.core[index]!, b.core[index]!);
    if (order !== 0) return order;
  }
  if (a.prerelease.length === 0) return b.prerelease.length === 0 ? 0 : 1;
  if (b.prerelease.length === 0) return -1;
  return comparePrereleases(a.prerelease, b.prerelease, (text) => text);
}

/** Numbers by value and before words; of equal beginnings the shorter is earlier. */
export function comparePrereleases(
  a: readonly string[],
  b: readonly string[],
  fold: (text: string) => string,
): Ordering {
  for (let index = 0; index < a.length || index < b.length; index += 1) {
    const left = a[index];
    const right = b[index];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const order = compareIdentifiers(fold(left), fold(right));
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(a: string, b: string): Ordering {
  if (isDigits(a)) return isDigits(b) ? compareDigits(a, b) : -1;
  return isDigits(b) ? 1 : compareTexts(a, b);
}

/** Semantic Versioning proper; a missing minor or patch is zero, a leading `v` is no part of it. */
export const semver: VersionScheme<SemanticVersion> = {
  read: (text) => readSemantic(text.replace(/^[vV]/, ''), false),
  compare: compareSemantic,
};

/** npm: as `semver`, with `=` or `v` before it, as node-semver accepts in its loose form. */
export const npm: VersionScheme<SemanticVersion> = {
  read: (text) => readSemantic(text.trim().replace(/^=?\s*[vV]?/, ''), true),
  compare: compareSemantic,
};

/** Go modules: `v` is required by Go and left out by most sources of vulnerabilities. */
export const golang: VersionScheme<SemanticVersion> = {
  read(text) {
    const version = readSemantic(text.replace(/^v/, ''), false);
    // Only the full form may have a pre-release or build (golang.org/x/mod/semver).
    if (version && version.written < 3 && /[-+]/.test(text)) return undefined;
    return version;
  },
  compare: compareSemantic,
};
