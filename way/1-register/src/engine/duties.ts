// SPDX-License-Identifier: Apache-2.0
/** Until when a computer has to be notified, and how that is said. */
import { endOfDayInJapan, readInstant } from '@sakimori/vocabulary';
import { isDayBefore } from './computers.ts';
import type { NotificationKind, NotificationState } from './notifications.ts';
import type { RegistrationDutyRule, Words } from './registration-rules.ts';

/** What the clock needs to know of a computer. */
export interface DutyFacts {
  readonly exempt: boolean;
  readonly introduced?: string;
  /** State of the latest notification; absent when there is none. */
  readonly notification?: { readonly kind: NotificationKind; readonly state: NotificationState };
  /** When the open draft was made: from then a change waits. */
  readonly draftSinceMs?: number;
  readonly correctionDueAtMs?: number;
}

export type DutyKind =
  | 'not-in-force'
  | 'exempt'
  | 'done'
  | 'on-its-way'
  | 'introduction-unknown'
  | 'due'
  | 'due-without-days'
  | 'overdue';

export interface Duty {
  readonly kind: DutyKind;
  readonly dueAtMs?: number;
  readonly text: Words;
}

const DAY_MS = 86_400_000;

const TEXTS: Readonly<Record<DutyKind, Words>> = {
  'not-in-force': {
    ja: '届出の制度はまだ始まっていません。',
    en: 'The duty to notify is not yet in force.',
  },
  exempt: {
    ja: '届出を要しない製品です。台帳には残り、警告も届きます。事案の報告が要るかどうかは別に判断します。',
    en: 'This product needs no notification. It stays in the register and is warned about. Whether an incident must be reported is a separate question.',
  },
  done: { ja: '届出は受理されています。', en: 'The notification has been received.' },
  'on-its-way': {
    ja: '届出済みです。受領の手続き中です。',
    en: 'Notified; on its way to being received.',
  },
  'introduction-unknown': {
    ja: '導入日を記入してください。届出の期限は導入日で決まります。',
    en: 'Fill in the day of introduction: it decides until when to notify.',
  },
  due: { ja: '期限までに届け出てください。', en: 'Notify by the due date.' },
  'due-without-days': {
    ja: '遅滞なく届け出てください。日数の定めは確認できていません。',
    en: 'Notify without delay. No count of days is known.',
  },
  overdue: {
    ja: '届出の期限を過ぎています。すぐに届け出てください。',
    en: 'The notification is overdue. Notify at once.',
  },
};

/**
 * The duty to notify, as it stands now.
 *
 * In     facts of one computer; duty rule of the instant; UTC milliseconds (passed in)
 * Out    kind, due instant (end of a day in Japan) where there is one, words
 * Law    Act art. 4; transition: computers introduced before commencement, by 2027-03-31 (dated data)
 */
export function registrationDuty(
  facts: DutyFacts,
  rule: RegistrationDutyRule,
  nowMs: number,
): Duty {
  const say = (kind: DutyKind, dueAtMs?: number): Duty => ({
    kind,
    text: TEXTS[kind],
    ...(dueAtMs !== undefined && { dueAtMs }),
  });
  const until = (dueAtMs: number) => say(nowMs > dueAtMs ? 'overdue' : 'due', dueAtMs);
  const { notification } = facts;
  if (!rule.inForce) return say('not-in-force');
  const state = notification?.state;
  if (state === 'correction-requested' && facts.correctionDueAtMs !== undefined) {
    return until(facts.correctionDueAtMs);
  }
  if (state === 'submitted' || state === 'relayed') return say('on-its-way');
  if (state === 'received') return say('done');
  if (notification && notification.kind !== 'first') {
    return dueAfter(rule.onChange?.days, facts.draftSinceMs, until, say);
  }
  if (facts.exempt) return say('exempt');
  if (!facts.introduced) return say('introduction-unknown');
  const { transition } = rule;
  if (transition && isDayBefore(facts.introduced, transition.introducedBefore)) {
    return until(endOfDayInJapan(transition.until)!);
  }
  const introducedMs = readInstant(lastDayOf(facts.introduced));
  return dueAfter(rule.onIntroduction?.days, introducedMs, until, say);
}

function dueAfter(
  days: number | null | undefined,
  fromMs: number | undefined,
  until: (dueAtMs: number) => Duty,
  say: (kind: DutyKind) => Duty,
): Duty {
  if (days === null || days === undefined || fromMs === undefined) return say('due-without-days');
  return until(fromMs + (days + 1) * DAY_MS - 1);
}

/** A month alone counts from its last day: nobody is late by an inexact entry. */
function lastDayOf(day: string): string {
  if (day.length > 7) return day;
  const [year, month] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year!, month!, 0)).getUTCDate();
  return `${day}-${String(last).padStart(2, '0')}`;
}
