// SPDX-License-Identifier: Apache-2.0
/** Composer versions: up to four numbers and a stability. */

import { compareDigits, compareNumbers, type Ordering, type VersionScheme } from '../ordering.ts';

interface ComposerVersion {
  readonly numbers: readonly string[];
  readonly stability: number;
  readonly counts: readonly string[];
  readonly isDevelopment: boolean;
}

const PATTERN =
  /^v?([0-9]+(?:\.[0-9]+){0,3})(?:[._-]?(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]+)*))?([.-]?dev)?(?:\+[^\s]*)?$/;
const STABILITIES: Readonly<Record<string, number>> = {
  alpha: 1,
  a: 1,
  beta: 2,
  b: 2,
  rc: 3,
  stable: 4,
  patch: 5,
  pl: 5,
  p: 5,
};

export const composer: VersionScheme<ComposerVersion> = {
  read(text) {
    const match = PATTERN.exec(text.trim().toLowerCase());
    if (!match) return undefined;
    return {
      numbers: match[1]!.split('.'),
      stability: STABILITIES[match[2] ?? 'stable']!,
      counts: match[3]?.match(/[0-9]+/g) ?? [],
      isDevelopment: match[4] !== undefined,
    };
  },
  compare(a, b) {
    return (
      compareLists(a.numbers, b.numbers) ||
      compareNumbers(rankOf(a), rankOf(b)) ||
      compareLists(a.counts, b.counts) ||
      compareNumbers(Number(b.isDevelopment), Number(a.isDevelopment))
    );
  },
};

/** 1.0-dev comes before 1.0-alpha; 1.0-beta1-dev right before 1.0-beta1. */
function rankOf(version: ComposerVersion): number {
  return version.isDevelopment && version.stability === 4 ? 0 : version.stability;
}

function compareLists(a: readonly string[], b: readonly string[]): Ordering {
  for (let index = 0; index < a.length || index < b.length; index += 1) {
    const order = compareDigits(a[index] ?? '0', b[index] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}
