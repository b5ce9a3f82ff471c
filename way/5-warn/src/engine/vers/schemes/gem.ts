// SPDX-License-Identifier: Apache-2.0
/** RubyGems versions, as Gem::Version orders them. */

import { compareDigits, compareTexts, isDigits, type VersionScheme } from '../ordering.ts';

const PATTERN = /^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Segments without the zeros before the first word and at the end. */
export const gem: VersionScheme<readonly string[]> = {
  read(text) {
    const version = text.trim() === '' ? '0' : text.trim();
    if (!PATTERN.test(version)) return undefined;
    const segments = gemSegments(version);
    const word = segments.findIndex((segment) => !isDigits(segment));
    const numbers = word === -1 ? segments : segments.slice(0, word);
    const words = word === -1 ? [] : segments.slice(word);
    return [...dropTrailingZeros(numbers), ...dropTrailingZeros(words)];
  },
  compare(a, b) {
    for (let index = 0; index < a.length || index < b.length; index += 1) {
      const left = a[index] ?? '0';
      const right = b[index] ?? '0';
      const isNumber = isDigits(left);
      if (isNumber !== isDigits(right)) return isNumber ? 1 : -1;
      const order = isNumber ? compareDigits(left, right) : compareTexts(left, right);
      if (order !== 0) return order;
    }
    return 0;
  },
};

/** Runs of digits and runs of letters; a hyphen starts a pre-release. */
export function gemSegments(version: string): string[] {
  return version.replaceAll('-', '.pre.').match(/[0-9]+|[a-zA-Z]+/g) ?? [];
}

function dropTrailingZeros(segments: readonly string[]): string[] {
  let end = segments.length;
  while (end > 0 && /^0+$/.test(segments[end - 1]!)) end -= 1;
  return segments.slice(0, end);
}
