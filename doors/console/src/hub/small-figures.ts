// SPDX-License-Identifier: Apache-2.0
/** Figures of which small ones would say whom they are about. */

/**
 * Names of the figures of one family that stay hidden. One alone could be worked out from the sum:
 * then the next smallest is hidden with it.
 */
export function hideSmall(
  counts: readonly (readonly [string, number])[],
  smallest: number,
): ReadonlySet<string> {
  const sorted = counts.toSorted(([, a], [, b]) => a - b).filter(([, count]) => count > 0);
  const few = sorted.filter(([, count]) => count < smallest).length;
  return new Set(sorted.slice(0, few === 1 ? 2 : few).map(([name]) => name));
}
