// SPDX-License-Identifier: Apache-2.0
/** How long things took: the middle and the slow end, without telling any single case. */

/** Fewer durations than this are not summed up. */
export const SPREAD_CASES_MIN = 5;

/** Durations summed up, in milliseconds. */
export interface Spread {
  /** Half took no longer. */
  readonly medianMs: number;
  /** Nine of ten took no longer (nearest rank). */
  readonly p90Ms: number;
}

/**
 * Sums durations up.
 *
 * In     durations in milliseconds; negative and infinite ones are no durations and left out
 * Out    median and 90th percentile, rounded to two digits of minutes so that nobody's own time is
 *        told; undefined when there are fewer than `casesMin`
 */
export function spreadOf(
  durationsMs: readonly number[],
  casesMin: number = SPREAD_CASES_MIN,
): Spread | undefined {
  const sorted = durationsMs
    .filter((duration) => Number.isFinite(duration) && duration >= 0)
    .sort((a, b) => a - b);
  if (sorted.length < Math.max(1, casesMin)) return undefined;
  const at = (index: number) => sorted[index] as number;
  const half = sorted.length / 2;
  const median = Number.isInteger(half) ? (at(half - 1) + at(half)) / 2 : at(Math.floor(half));
  return {
    medianMs: roundDuration(median),
    p90Ms: roundDuration(at(Math.ceil(sorted.length * 0.9) - 1)),
  };
}

const MINUTE_MS = 60_000;

function roundDuration(durationMs: number): number {
  const minutes = Math.round(durationMs / MINUTE_MS);
  return (minutes < 100 ? minutes : Number(minutes.toPrecision(2))) * MINUTE_MS;
}
