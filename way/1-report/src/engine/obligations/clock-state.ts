// SPDX-License-Identifier: Apache-2.0
/** How a clock stands: time left and what became of the report are two things, with two words. */
import { readInstant, showRemaining, showTime, toInstant } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import { HOUR_MS } from '../calendar/zones.ts';
import type { StageClock } from '../shapes.ts';
import { type ClockRules, type RuleReader, readReportRules } from './rule-shapes.ts';

/** What happened to the stage that a clock waits for; instants are RFC 3339. */
export interface ClockFacts {
  /** Id of the obligation; needed for an extension to count. */
  readonly rule?: string;
  /** Submitted: this stops the clock, whatever the addressee does. */
  readonly submittedAt?: string;
  readonly deliveredAt?: string;
  readonly readAt?: string;
  readonly acceptedAt?: string;
  readonly returnedAt?: string;
  /** Until when the addressee gave more time. */
  readonly extendedTo?: string;
}

export interface ClockState {
  readonly state: 'running' | 'soon' | 'overdue' | 'done' | 'no-number' | 'not-started';
  /** Never says anything about time: a report can be late and read, or unread and in time. */
  readonly delivery: 'not-sent' | 'sent' | 'delivered' | 'read' | 'accepted' | 'returned';
  /** Submitted, or still open, after its due time. */
  readonly late: boolean;
  readonly due: string | null;
  /** The due time before the addressee gave more. */
  readonly extendedFrom?: string;
  readonly text: Text;
  /** All instants at which somebody is reminded, ascending; none once it is submitted. */
  readonly reminders: readonly string[];
  /** The first of them after now. */
  readonly nextReminder: string | null;
  /** Who is told when after it has passed, ascending; none without a due time. */
  readonly escalations: readonly { readonly at: string; readonly to: EscalationTo }[];
}

type EscalationTo = ClockRules['escalation'][number]['to'];

/** Policy of reminders in force at an instant. Throws as `readReportRules`. */
export function clockRulesAt(ruleAt: RuleReader, atMs: number): ClockRules {
  return readReportRules(ruleAt, 'report-clocks', atMs);
}

/**
 * How a clock stands.
 *
 * In     one clock of an obligation; what happened to its stage; UTC milliseconds (passed in);
 *        policy of reminders
 * Out    state of the time, state of the delivery, words, reminders. At the due instant itself it is
 *        in time
 * Never  calls a report overdue because it was not read, or undelivered because it is late; pauses
 *        for a question of the addressee; takes an extension that the law data does not name
 */
export function clockState(
  clock: StageClock,
  facts: ClockFacts,
  nowMs: number,
  law: ClockRules,
): ClockState {
  const { dueMs, extendedFrom } = dueOf(clock, facts, law);
  const startMs = readMs(clock.startedAt);
  const doneMs = readMs(facts.submittedAt);
  const state = stateOf(startMs, dueMs, doneMs, nowMs, law);
  const delivery = deliveryOf(facts);
  const late = dueMs !== undefined && (doneMs ?? nowMs) > dueMs;
  const reminders = doneMs === undefined ? remindersOf(startMs, dueMs, law) : [];
  const next = reminders.find((ms) => ms > nowMs);
  return {
    state,
    delivery,
    late,
    due: dueMs === undefined ? null : toInstant(dueMs),
    ...(extendedFrom !== undefined && { extendedFrom }),
    text: say(state, delivery, late, dueMs, nowMs),
    reminders: reminders.map(toInstant),
    nextReminder: next === undefined ? null : toInstant(next),
    escalations:
      dueMs === undefined || doneMs !== undefined
        ? []
        : [...law.escalation]
            .sort((a, b) => a.hoursAfter - b.hoursAfter)
            // The due instant itself is in time: escalation begins a millisecond later.
            .map(({ hoursAfter, to }) => ({ at: toInstant(dueMs + hoursAfter * HOUR_MS + 1), to })),
  };
}

/** Whether the addressee of an obligation may give more time for a stage. */
export function isExtendable(rule: string, stage: StageClock['stage'], law: ClockRules): boolean {
  return law.extensions.some((one) => one.rule === rule && one.stage === stage);
}

function dueOf(
  { stage, due }: StageClock,
  { rule, extendedTo }: ClockFacts,
  law: ClockRules,
): { readonly dueMs: number | undefined; readonly extendedFrom?: string } {
  const dueMs = readMs(due);
  const extendedMs = readMs(extendedTo);
  if (extendedMs === undefined || rule === undefined || !isExtendable(rule, stage, law)) {
    return { dueMs };
  }
  // More time never makes it earlier.
  if (dueMs === undefined || due === undefined || extendedMs <= dueMs) return { dueMs };
  return { dueMs: extendedMs, extendedFrom: due };
}

function stateOf(
  startMs: number | undefined,
  dueMs: number | undefined,
  doneMs: number | undefined,
  nowMs: number,
  { soon }: ClockRules,
): ClockState['state'] {
  if (doneMs !== undefined) return 'done';
  if (dueMs === undefined) return startMs === undefined ? 'not-started' : 'no-number';
  if (nowMs > dueMs) return 'overdue';
  const share = startMs === undefined ? Infinity : (dueMs - startMs) * soon.shareOfPeriod;
  return dueMs - nowMs <= Math.min(soon.hoursMax * HOUR_MS, share) ? 'soon' : 'running';
}

function deliveryOf(facts: ClockFacts): ClockState['delivery'] {
  if (facts.returnedAt !== undefined) return 'returned';
  if (facts.acceptedAt !== undefined) return 'accepted';
  if (facts.readAt !== undefined) return 'read';
  if (facts.deliveredAt !== undefined) return 'delivered';
  return facts.submittedAt !== undefined ? 'sent' : 'not-sent';
}

function remindersOf(
  startMs: number | undefined,
  dueMs: number | undefined,
  law: ClockRules,
): number[] {
  if (dueMs === undefined) {
    if (startMs === undefined) return [];
    return law.withoutNumber.remindHoursAfterStart
      .map((hours) => startMs + hours * HOUR_MS)
      .sort((a, b) => a - b);
  }
  return (
    law.remindHoursBefore
      .map((hours) => dueMs - hours * HOUR_MS)
      // A clock of 24 hours has no reminder a week before.
      .filter((ms) => startMs === undefined || ms > startMs)
      .sort((a, b) => a - b)
  );
}

const DELIVERY: Readonly<Record<ClockState['delivery'], Text>> = {
  'not-sent': { ja: 'まだ提出していません。', en: 'Not submitted yet.' },
  sent: { ja: '提出しました。', en: 'Submitted.' },
  delivered: { ja: '届きました。まだ読まれていません。', en: 'Delivered, not read yet.' },
  read: { ja: '読まれました。まだ受理されていません。', en: 'Read, not accepted yet.' },
  accepted: { ja: '受理されました。', en: 'Accepted.' },
  returned: { ja: '差し戻されました。', en: 'Returned.' },
};

function say(
  state: ClockState['state'],
  delivery: ClockState['delivery'],
  late: boolean,
  dueMs: number | undefined,
  nowMs: number,
): Text {
  const { ja, en } = DELIVERY[delivery];
  if (state === 'done') {
    if (dueMs === undefined) return { ja, en };
    return late
      ? {
          ja: `${ja}期限（${showTime(dueMs, 'ja')}）の後の提出です。`,
          en: `${en} After its due time (${showTime(dueMs, 'en')}).`,
        }
      : { ja: `${ja}期限内の提出です。`, en: `${en} In time.` };
  }
  if (state === 'not-started') {
    return {
      ja: `${ja}期限を数え始める時がまだ分かっていません。`,
      en: `${en} When its clock starts is not known yet.`,
    };
  }
  if (dueMs === undefined) {
    return {
      ja: `${ja}期限の数字はありません。できるだけ早く提出してください。`,
      en: `${en} There is no number: submit as soon as you can.`,
    };
  }
  return {
    ja: `${ja}期限は ${showTime(dueMs, 'ja')}（${showRemaining(dueMs, nowMs, 'ja')}）です。`,
    en: `${en} Due ${showTime(dueMs, 'en')} (${showRemaining(dueMs, nowMs, 'en')}).`,
  };
}

function readMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : readInstant(text);
}
