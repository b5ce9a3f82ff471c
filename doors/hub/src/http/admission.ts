// SPDX-License-Identifier: Apache-2.0
/**
 * How much of one kind of request is taken in at once. Beyond it a client is told at once when to
 * come back: that costs next to nothing, while a queue without an end costs memory and serves
 * everybody too late.
 */
import { hubErrors } from '../errors.ts';

/** So few are never refused, however slow the machine is just now. */
const ALWAYS_TAKEN = 64;
const WAIT_MS_MAX = 10_000;
const AGAIN_SECONDS_MAX = 30;

export interface Admission {
  /**
   * Takes one in.
   *
   * In      UTC milliseconds
   * Out     to be called once it is done; further calls do nothing
   * Throws  HUB_OVERLOADED when the one before all others has waited for ten seconds already, or
   *         too many are inside
   */
  enter(nowMs: number): () => void;
}

/** In: `atOnceMax` never more than so many, however fast they go: each holds memory. */
export function admission(atOnceMax: number): Admission {
  const inside = new Set<{ readonly sinceMs: number }>();
  return {
    enter(nowMs) {
      const oldest = inside.values().next().value;
      const waitMs = oldest ? nowMs - oldest.sinceMs : 0;
      if (inside.size >= atOnceMax || (inside.size >= ALWAYS_TAKEN && waitMs > WAIT_MS_MAX)) {
        const seconds = Math.ceil(Math.max(waitMs, WAIT_MS_MAX) / 2_000);
        throw hubErrors('OVERLOADED', { seconds: Math.min(AGAIN_SECONDS_MAX, seconds) });
      }
      const one = { sinceMs: nowMs };
      inside.add(one);
      return () => {
        inside.delete(one);
      };
    },
  };
}
