// SPDX-License-Identifier: Apache-2.0
/** What the clocks of a duty have to say, and when: pure, so that it is known as the duty is written. */
import { readInstant } from '@sakimori/vocabulary';
import { type ClockRules, clockState, type StageClock } from './engine/index.ts';
import type { KeptClock } from './tables.ts';

/** Something that a clock says at an instant; `kind` makes it one thing. */
export interface ClockWord {
  readonly stage: StageClock['stage'];
  readonly kind: string;
  readonly what: 'remind' | 'overdue' | ClockRules['escalation'][number]['to'];
  readonly atMs: number;
  readonly dueMs: number | undefined;
}

/** A duty as far as its clocks are concerned. */
interface Ticking {
  readonly rule: string;
  readonly clocks: readonly KeptClock[];
  /** When the reporter last wrote. */
  readonly changed_at_ms: number;
}

/** How a clock stands; delivered, read and accepted are other words and live elsewhere. */
export function stateOfClock(rule: string, clock: KeptClock, nowMs: number, rules: ClockRules) {
  const { doneAt, extendedTo } = clock;
  const facts = {
    rule,
    ...(doneAt !== undefined && { submittedAt: doneAt }),
    ...(extendedTo !== undefined && { extendedTo }),
  };
  return clockState(clock, facts, nowMs, rules);
}

/** What the clocks of a duty have to say up to now, and when they speak next. */
export function wordsOf(
  { rule, clocks, changed_at_ms }: Ticking,
  nowMs: number,
  rules: ClockRules,
) {
  const due: ClockWord[] = [];
  let nextMs: number | undefined;
  const at = (word: ClockWord) => {
    if (word.atMs <= nowMs) due.push(word);
    else nextMs = Math.min(nextMs ?? Infinity, word.atMs);
  };
  for (const clock of clocks) {
    if (clock.doneAt !== undefined) continue;
    const { stage } = clock;
    const said = stateOfClock(rule, clock, nowMs, rules);
    const dueMs = said.due === null ? undefined : (readInstant(said.due) as number);
    for (const instant of said.reminders) {
      const atMs = readInstant(instant) as number;
      // What passed before the reporter last wrote needs no reminder any more.
      if (atMs > changed_at_ms && said.state !== 'overdue') {
        at({ stage, kind: `remind ${instant}`, what: 'remind', atMs, dueMs });
      }
    }
    if (dueMs === undefined) continue;
    at({ stage, kind: `overdue ${said.due}`, what: 'overdue', atMs: dueMs + 1, dueMs });
    for (const { at: instant, to } of said.escalations) {
      const atMs = readInstant(instant) as number;
      at({ stage, kind: `${to} ${instant}`, what: to, atMs, dueMs });
    }
  }
  return { due, nextMs };
}

/**
 * When a round of the clocks has to look at a duty that is being written now.
 *
 * Out    0 when there is something to say at once; null when it will never say anything
 */
export function lookAtOf(duty: Ticking, nowMs: number, rules: ClockRules): number | null {
  const { due, nextMs } = wordsOf(duty, nowMs, rules);
  return due.length > 0 ? 0 : (nextMs ?? null);
}
