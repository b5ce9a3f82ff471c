// SPDX-License-Identifier: Apache-2.0
/** A state in words on a wash of colour, with an icon: never colour alone. */
import type {
  AnswerKind,
  ClockView,
  DeliveryState,
  Exposure,
  FeedRunView,
  MessageView,
  NotificationState,
  ReportBrief,
  WarningState,
} from '@sakimori/vocabulary/wire';
import type { ReactNode } from 'react';
import { type Key, useWords } from '../language/language.ts';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'alarm' | 'caution' | 'good' | 'accent' | 'plain';
const TONES: Record<Tone, string> = {
  alarm: 'bg-alarm-wash text-alarm border-alarm',
  caution: 'bg-caution-wash text-caution border-caution',
  good: 'bg-good-wash text-good border-good',
  accent: 'bg-accent-wash text-accent border-accent',
  plain: 'bg-sunken text-ink border-edge',
};

export function Badge(props: { tone?: Tone; icon?: IconName; children: ReactNode }) {
  const { tone = 'plain', icon, children } = props;
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-6 border px-2 sm:whitespace-nowrap py-0.5 text-[0.875rem] font-700 leading-150 ${TONES[tone]}`}
    >
      {icon && <Icon name={icon} className="size-4" />}
      {children}
    </span>
  );
}

type Looks<S extends string> = Record<S, readonly [Tone, IconName, Key]>;

const WARNING: Looks<WarningState> = {
  open: ['alarm', 'bell', 'state.warning.open'],
  acknowledged: ['accent', 'eye', 'state.warning.acknowledged'],
  working: ['accent', 'wrench', 'state.warning.working'],
  resolved: ['good', 'done', 'state.warning.resolved'],
  withdrawn: ['plain', 'close', 'state.warning.withdrawn'],
};
const NOTIFICATION: Looks<NotificationState> = {
  'not-required': ['plain', 'info', 'state.notification.not-required'],
  draft: ['caution', 'clipboard', 'state.notification.draft'],
  submitted: ['accent', 'send', 'state.notification.submitted'],
  relayed: ['accent', 'forward', 'state.notification.relayed'],
  received: ['good', 'done', 'state.notification.received'],
  'correction-requested': ['alarm', 'caution', 'state.notification.correction-requested'],
};
const EXPOSURE: Looks<Exposure> = {
  internet: ['caution', 'radar', 'state.exposure.internet'],
  partner: ['plain', 'link', 'state.exposure.partner'],
  internal: ['plain', 'building', 'state.exposure.internal'],
  isolated: ['plain', 'proof', 'state.exposure.isolated'],
  unknown: ['caution', 'help', 'state.exposure.unknown'],
};
const ANSWER: Looks<AnswerKind> = {
  seen: ['plain', 'eye', 'state.answer.seen'],
  working: ['accent', 'wrench', 'state.answer.working'],
  fixed: ['good', 'done', 'state.answer.fixed'],
  mitigated: ['good', 'proof', 'state.answer.mitigated'],
  'not-affected': ['plain', 'check', 'state.answer.not-affected'],
  'false-positive': ['plain', 'close', 'state.answer.false-positive'],
};
const RUN: Looks<FeedRunView['state']> = {
  running: ['accent', 'waiting', 'state.run.running'],
  applied: ['good', 'done', 'state.run.applied'],
  unchanged: ['plain', 'check', 'state.run.unchanged'],
  refused: ['alarm', 'error', 'state.run.refused'],
};
const CLOCK: Looks<ClockView['state']> = {
  running: ['plain', 'calendar', 'state.clock.running'],
  soon: ['caution', 'waiting', 'state.clock.soon'],
  overdue: ['alarm', 'alarm', 'state.clock.overdue'],
  done: ['good', 'done', 'state.clock.done'],
  'no-number': ['plain', 'forward', 'state.clock.no-number'],
  'not-started': ['plain', 'info', 'state.clock.not-started'],
};
/** What became of a copy. None of these is "overdue", which is said of a clock. */
const DELIVERY: Looks<DeliveryState> = {
  delivered: ['plain', 'inbox', 'state.delivery.delivered'],
  read: ['accent', 'eye', 'state.delivery.read'],
  accepted: ['good', 'stamp', 'state.delivery.accepted'],
  returned: ['caution', 'back', 'state.delivery.returned'],
};
const REPORT: Looks<ReportBrief['state']> = {
  open: ['accent', 'wrench', 'state.report.open'],
  final: ['good', 'done', 'state.report.final'],
  withdrawn: ['plain', 'close', 'state.report.withdrawn'],
};
const MESSAGE: Looks<MessageView['kind']> = {
  question: ['accent', 'help', 'state.message.question'],
  advice: ['plain', 'info', 'state.message.advice'],
  order: ['alarm', 'stamp', 'state.message.order'],
  answer: ['good', 'send', 'state.message.answer'],
  relay: ['plain', 'forward', 'state.message.relay'],
  note: ['plain', 'clipboard', 'state.message.note'],
};

function Look<S extends string>({ looks, state }: { looks: Looks<S>; state: S }) {
  const { t } = useWords();
  const look = looks[state];
  if (!look) return <Badge>{state}</Badge>;
  return (
    <Badge tone={look[0]} icon={look[1]}>
      {t(look[2])}
    </Badge>
  );
}

export const WarningBadge = ({ state }: { state: WarningState }) => (
  <Look looks={WARNING} state={state} />
);
export const NotificationBadge = ({ state }: { state: NotificationState }) => (
  <Look looks={NOTIFICATION} state={state} />
);
export const ExposureBadge = ({ state }: { state: Exposure }) => (
  <Look looks={EXPOSURE} state={state} />
);
export const AnswerBadge = ({ state }: { state: AnswerKind }) => (
  <Look looks={ANSWER} state={state} />
);
export const RunBadge = ({ state }: { state: FeedRunView['state'] }) => (
  <Look looks={RUN} state={state} />
);
export const ClockBadge = ({ state }: { state: ClockView['state'] }) => (
  <Look looks={CLOCK} state={state} />
);
export const DeliveryBadge = ({ state }: { state: DeliveryState }) => (
  <Look looks={DELIVERY} state={state} />
);
export const ReportBadge = ({ state }: { state: ReportBrief['state'] }) => (
  <Look looks={REPORT} state={state} />
);
export const MessageBadge = ({ kind }: { kind: MessageView['kind'] }) => (
  <Look looks={MESSAGE} state={kind} />
);
