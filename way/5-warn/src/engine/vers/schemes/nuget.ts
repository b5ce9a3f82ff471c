// SPDX-License-Identifier: Apache-2.0
/** NuGet versions: up to four numbers, pre-release labels without regard to case. */

import { compareDigits, type VersionScheme } from '../ordering.ts';
import { comparePrereleases } from './semver.ts';

interface NugetVersion {
  readonly numbers: readonly string[];
  readonly labels: readonly string[];
}

const PATTERN =
  /^([0-9]+(?:\.[0-9]+){0,3})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

export const nuget: VersionScheme<NugetVersion> = {
  read(text) {
    const match = PATTERN.exec(text.trim().replace(/^[vV]/, ''));
    if (!match) return undefined;
    const labels = match[2]?.split('.') ?? [];
    if (labels.includes('')) return undefined;
    return { numbers: match[1]!.split('.'), labels };
  },
  compare(a, b) {
    for (let index = 0; index < 4; index += 1) {
      const order = compareDigits(a.numbers[index] ?? '0', b.numbers[index] ?? '0');
      if (order !== 0) return order;
    }
    if (a.labels.length === 0) return b.labels.length === 0 ? 0 : 1;
    if (b.labels.length === 0) return -1;
    return comparePrereleases(a.labels, b.labels, (label) => label.toUpperCase());
  },
};
