// SPDX-License-Identifier: Apache-2.0
/** One notification: how far it has come, until when, with which receipts. */
import type { NotificationView } from '@sakimori/vocabulary/wire';
import type { ReactNode } from 'react';
import { type Key, useWords } from '../language/language.ts';
import { Badge, NotificationBadge } from './badge.tsx';
import { Clock, Moment } from './clock.tsx';
import { Diff } from './diff.tsx';
import { Icon } from './icon.tsx';
import { Disclosure } from './layout.tsx';
import { Receipt } from './receipt.tsx';

const KINDS = {
  first: 'notification.kind.first',
  supplementary: 'notification.kind.supplementary',
  retirement: 'notification.kind.retirement',
} as const satisfies Record<NotificationView['kind'], Key>;

export function NotificationCard(props: { notification: NotificationView; children?: ReactNode }) {
  const { notification, children } = props;
  const { t, pick } = useWords();
  const done = notification.state === 'received';
  return (
    <li className="card grid gap-3 p-4 md:p-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <NotificationBadge state={notification.state} />
        <Badge>{t(KINDS[notification.kind])}</Badge>
        {notification.due && <Clock due={notification.due} done={done} />}
        {notification.overdue && !done && (
          <Badge tone="alarm" icon="alarm">
            {t('home.warnings.overdue')}
          </Badge>
        )}
      </div>
      <div>
        <p className="text-[1.0625rem] font-700">
          {pick(notification.organisation.name)}
          {t('list.separator')}
          {t('warnings.computers', { count: notification.computers })}
        </p>
        <p className="text-[0.9375rem] text-faint">
          {t('notification.clause', { clause: notification.clause })}
        </p>
      </div>
      <Steps notification={notification} />
      {notification.changes && notification.changes.length > 0 && (
        <Disclosure title={t('notification.changes', { count: notification.changes.length })}>
          <ul className="grid gap-3">
            {notification.changes.map((change) => (
              <li key={`${change.computer} ${change.field}`}>
                <p className="text-[0.9375rem] font-700">{change.computer}</p>
                <Diff changes={[change]} />
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
      {notification.receipts.length > 0 && (
        <Disclosure title={t('notification.receipts', { count: notification.receipts.length })}>
          {notification.receipts.map(({ step, receipt }) => (
            <Receipt key={`${step} ${receipt.log} ${receipt.index}`} receipt={receipt} />
          ))}
        </Disclosure>
      )}
      {children}
    </li>
  );
}

/** Operator, competent minister, Prime Minister: who has it now, and since when. */
function Steps({ notification }: { notification: NotificationView }) {
  const { t } = useWords();
  const steps = [
    [t('notification.step.submitted'), notification.submitted],
    [t('notification.step.relayed'), notification.relayed],
    [t('notification.step.received'), notification.received],
  ] as const;
  return (
    <ol className="grid gap-2 sm:grid-cols-3">
      {steps.map(([label, at]) => (
        <li
          key={label}
          className={`flex items-start gap-2 border-t-4 pt-2 ${at ? 'border-good' : 'border-line'}`}
        >
          <Icon
            name={at ? 'done' : 'waiting'}
            className={`mt-1 size-5 ${at ? 'text-good' : 'text-faint'}`}
          />
          <span>
            <span className="phrase block text-[0.9375rem]">{label}</span>
            <span className="block text-[0.875rem] text-faint">
              <Moment at={at} />
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
