// SPDX-License-Identifier: Apache-2.0
/** CVSS scores of versions 2.0, 3.0, 3.1 and 4.0 from vector strings. */

import type { Reading } from '@sakimori/vocabulary';
import { VECTOR_LENGTH_MAX, VectorRefusal } from './vector.ts';
import { scoreVersion2 } from './version-2.ts';
import { scoreVersion3 } from './version-3.ts';
import { scoreVersion4 } from './version-4.ts';

export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';

export interface CvssScores {
  readonly version: CvssVersion;
  /**
   * Base, temporal and environmental; in 4.0 one score. In 2.0 a group without any metric set has
   * no score, null; in 3.x its equations give one all the same, equal to the score before it.
   */
  readonly scores: readonly (number | null)[];
}

/**
 * Scores a vector string.
 *
 * In     `vector`, with its prefix except in 2.0, where brackets around it are allowed
 * Out    the scores, computed without rounding errors; or what is wrong with the vector
 * Never  scores a vector with a metric missing, repeated, unknown, or in 4.0 out of order
 */
export function scoreCvss(vector: string): Reading<CvssScores> {
  try {
    if (vector.length > VECTOR_LENGTH_MAX) throw new VectorRefusal('longer than any vector');
    return { ok: true, value: scoresOf(vector) };
  } catch (error) {
    if (error instanceof VectorRefusal) return { ok: false, reason: error.message };
    throw error;
  }
}

function scoresOf(vector: string): CvssScores {
  const prefix = /^CVSS:([0-9]\.[0-9])\//.exec(vector);
  const rest = vector.slice(prefix?.[0].length ?? 0);
  switch (prefix?.[1]) {
    case undefined:
      return { version: '2.0', scores: scoreVersion2(rest) };
    case '3.0':
      return { version: '3.0', scores: scoreVersion3(rest, 0) };
    case '3.1':
      return { version: '3.1', scores: scoreVersion3(rest, 1) };
    case '4.0':
      return { version: '4.0', scores: scoreVersion4(rest) };
    default:
      throw new VectorRefusal('unknown version of CVSS');
  }
}
