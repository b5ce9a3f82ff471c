// SPDX-License-Identifier: Apache-2.0
/** The versioning schemes by their VERS type. A new one is a file and a line here. */

import type { VersionScheme } from '../ordering.ts';
import { alpm } from './alpm.ts';
import { apk } from './apk.ts';
import { composer } from './composer.ts';
import { conan } from './conan.ts';
import { debian } from './debian.ts';
import { gem } from './gem.ts';
import { generic } from './generic.ts';
import { gentoo } from './gentoo.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import { openssl } from './openssl.ts';
import { datetime, intdot, lexicographic } from './plain.ts';
import { pypi } from './pypi.ts';
import { rpm } from './rpm.ts';
import { golang, npm, semver } from './semver.ts';

const SCHEMES = new Map<string, VersionScheme<unknown>>(
  Object.entries({
    alpm,
    apk,
    composer,
    conan,
    datetime,
    deb: debian,
    gem,
    generic,
    gentoo,
    golang,
    intdot,
    lexicographic,
    maven,
    npm,
    nuget,
    openssl,
    pypi,
    rpm,
    semver,
    // The same versions under another name: earlier drafts of VERS, or another ecosystem.
    alpine: apk,
    arch: alpm,
    archlinux: alpm,
    cargo: semver,
    ebuild: gentoo,
    github: semver,
    hex: semver,
    nginx: semver,
    pub: semver,
    swift: semver,
  }) as [string, VersionScheme<unknown>][],
);

/** Types that VERS reserves or that know no versions: nothing can be ordered in them. */
export const UNORDERED_TYPES: ReadonlySet<string> = new Set(['all', 'none', 'example', 'test']);

/** The scheme of a VERS type; undefined for one without a known order. */
export function schemeOf(type: string): VersionScheme<unknown> | undefined {
  return SCHEMES.get(type);
}

/** Types whose versions can be ordered, in alphabetical order. */
export function orderedTypes(): string[] {
  return [...SCHEMES.keys()].sort();
}
