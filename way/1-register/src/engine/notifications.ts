// SPDX-License-Identifier: Apache-2.0
/** Notification of a specified computer: operator, sector minister, Prime Minister; with receipts. */
import type { FieldChange } from './differences.ts';
import type { NotificationItem } from './registration-rules.ts';

/** Why a notification is made: the first, a change of its items, the end of use. */
export type NotificationKind = 'first' | 'change' | 'retirement';
export const NOTIFICATION_STATES = [
  'draft',
  'submitted',
  'relayed',
  'received',
  'correction-requested',
  'withdrawn',
] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

/** Who acts. Which person sits there is decided by authority, never here. */
export type Seat = 'operator' | 'sector-minister' | 'prime-minister';

export type ActKind = 'submit' | 'relay' | 'receive' | 'request-correction' | 'withdraw';

/** One step. `dueAtMs` and `fields` belong to a request for correction. */
export interface NotificationAct {
  readonly act: ActKind;
  readonly seat: Seat;
  readonly atMs: number;
  /** Revision of the computer that the operator submits. */
  readonly revision?: number;
  readonly dueAtMs?: number;
  readonly fields?: readonly string[];
}

export interface Notification {
  readonly kind: NotificationKind;
  readonly state: NotificationState;
  /** Revision of the computer last submitted, or that the draft speaks of. */
  readonly revision: number;
  readonly createdAtMs: number;
  readonly correctionDueAtMs?: number;
  readonly acts: readonly NotificationAct[];
}

export type ActRefusal =
  | 'WRONG_STATE'
  | 'WRONG_SEAT'
  | 'TIME_RUNS_BACK'
  | 'REVISION_RUNS_BACK'
  | 'NO_DUE_DATE'
  | 'NO_FIELDS';

interface Edge {
  readonly from: NotificationState;
  readonly act: ActKind;
  readonly seat: Seat;
  readonly to: NotificationState;
}

/**
 * Every legal step; what is not here does not happen.
 * Act art. 4: the operator notifies the sector minister, who notifies the Prime Minister.
 */
export const NOTIFICATION_EDGES: readonly Edge[] = [
  { from: 'draft', act: 'submit', seat: 'operator', to: 'submitted' },
  { from: 'draft', act: 'withdraw', seat: 'operator', to: 'withdrawn' },
  { from: 'submitted', act: 'relay', seat: 'sector-minister', to: 'relayed' },
  {
    from: 'submitted',
    act: 'request-correction',
    seat: 'sector-minister',
    to: 'correction-requested',
  },
  { from: 'relayed', act: 'receive', seat: 'prime-minister', to: 'received' },
  {
    from: 'relayed',
    act: 'request-correction',
    seat: 'prime-minister',
    to: 'correction-requested',
  },
  { from: 'correction-requested', act: 'submit', seat: 'operator', to: 'submitted' },
];

/** A new draft. */
export function draftNotification(
  kind: NotificationKind,
  revision: number,
  atMs: number,
): Notification {
  return { kind, state: 'draft', revision, createdAtMs: atMs, acts: [] };
}

/**
 * Takes one step.
 *
 * In     notification; act with seat and time (passed in)
 * Out    the notification after it, or why it is refused; a refused step changes nothing
 * Law    Act art. 4; a correction goes back to the operator with a day by which it is due
 */
export function advanceNotification(
  notification: Notification,
  act: NotificationAct,
):
  | { readonly ok: true; readonly notification: Notification }
  | { readonly ok: false; readonly refusal: ActRefusal } {
  const refuse = (refusal: ActRefusal) => ({ ok: false, refusal }) as const;
  const possible = NOTIFICATION_EDGES.filter(
    (edge) => edge.from === notification.state && edge.act === act.act,
  );
  if (possible.length === 0) return refuse('WRONG_STATE');
  const edge = possible.find(({ seat }) => seat === act.seat);
  if (!edge) return refuse('WRONG_SEAT');
  const lastMs = notification.acts.at(-1)?.atMs ?? notification.createdAtMs;
  if (act.atMs < lastMs) return refuse('TIME_RUNS_BACK');
  if (act.act === 'request-correction') {
    if (act.dueAtMs === undefined || act.dueAtMs <= act.atMs) return refuse('NO_DUE_DATE');
    if (!act.fields || act.fields.length === 0) return refuse('NO_FIELDS');
  }
  const revision = act.act === 'submit' ? (act.revision ?? notification.revision) : undefined;
  if (revision !== undefined && revision < notification.revision) {
    return refuse('REVISION_RUNS_BACK');
  }
  const { correctionDueAtMs: _, ...rest } = notification;
  return {
    ok: true,
    notification: {
      ...rest,
      state: edge.to,
      revision: revision ?? notification.revision,
      acts: [...notification.acts, act],
      ...(act.act === 'request-correction' && { correctionDueAtMs: act.dueAtMs! }),
    },
  };
}

/** What has happened to a computer. */
export interface ComputerEvent {
  readonly happening: 'registered' | 'changed' | 'retired';
  readonly exempt: boolean;
  readonly changes: readonly FieldChange[];
}

/** What has to be done about its notifications. */
export type NotificationPlan =
  | { readonly plan: 'none' }
  | { readonly plan: 'make-draft'; readonly kind: NotificationKind }
  | { readonly plan: 'keep-draft'; readonly kind: NotificationKind }
  | { readonly plan: 'withdraw-draft' };

/**
 * Decides what a change means for the notifications of a computer.
 *
 * In     what happened; the computer's latest notification that is not withdrawn; items of the
 *        instant: only a change of an item is notified, a corrected remark is not
 * Out    a new draft, a draft that stays and now speaks of the new revision, a draft that is
 *        withdrawn (exempt now, or retired before anyone was told), or nothing
 * Law    Act art. 4: changes too are notified
 */
export function planNotification(
  event: ComputerEvent,
  latest: Pick<Notification, 'kind' | 'state'> | undefined,
  items: readonly NotificationItem[],
): NotificationPlan {
  const open = latest?.state === 'draft' || latest?.state === 'correction-requested';
  const isDraft = latest?.state === 'draft';
  const wasToldNothing = latest === undefined || (isDraft && latest.kind === 'first');
  if (event.exempt && wasToldNothing) return { plan: isDraft ? 'withdraw-draft' : 'none' };
  if (event.happening === 'retired') {
    if (wasToldNothing) return { plan: isDraft ? 'withdraw-draft' : 'none' };
    return open && isDraft
      ? { plan: 'keep-draft', kind: 'retirement' }
      : { plan: 'make-draft', kind: 'retirement' };
  }
  if (latest === undefined) return { plan: 'make-draft', kind: 'first' };
  if (latest.kind === 'retirement' && latest.state !== 'draft') return { plan: 'none' };
  if (open) return { plan: 'keep-draft', kind: latest.kind };
  const fields = new Set<string>(items.map(({ field }) => field));
  const concerns = event.changes.some(({ field }) => fields.has(field));
  return concerns ? { plan: 'make-draft', kind: 'change' } : { plan: 'none' };
}
