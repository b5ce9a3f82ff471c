// SPDX-License-Identifier: Apache-2.0
/** Notifications under article 4: submit what is complete, and see how far each has come. */
import type { HomeView, NotificationView, Page, SessionView } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { Button, Go } from '../blocks/button.tsx';
import { Clock } from '../blocks/clock.tsx';
import { Choose } from '../blocks/field.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { NotificationCard } from '../blocks/notification-card.tsx';
import { NextStep, waitsFor } from '../blocks/notification-step.tsx';
import { EmptyState, Loaded, Refusal } from '../blocks/states.tsx';
import { Pager } from '../blocks/table.tsx';
import { withQuery } from '../hub/client.ts';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

const STATES = ['submitted', 'relayed', 'received', 'correction-requested'] as const;

export default function Notifications() {
  const { t } = useWords();
  const session = useSession();
  const [filters, change] = useFilters();
  const notifications = useHub<Page<NotificationView>>(
    withQuery('/notifications', { state: filters.state, cursor: filters.cursor }),
    { keep: true },
  );
  return (
    <>
      <PageTitle title={t('notifications.title')} lead={t('notifications.lead')} />
      <div className="grid grid-cols-1 gap-6">
        {mayDo(session.data, 'notification:submit') && notifications.data && (
          <Submit drafts={notifications.data.items.filter((one) => one.state === 'draft')} />
        )}
        <div className="max-w-[16rem]">
          <Choose
            label={t('warnings.state')}
            value={filters.state ?? ''}
            onChoose={(state) => change({ state })}
            choices={[
              { value: '', label: t('filter.all') },
              ...STATES.map((value) => ({ value, label: t(`state.notification.${value}`) })),
            ]}
          />
        </div>
        <Loaded of={notifications}>
          {(page) =>
            listSubmitted(page.items, session.data).length === 0 ? (
              <div className="card px-6">
                <EmptyState icon="send" text={t('notifications.empty')} />
              </div>
            ) : (
              <div>
                <ul className="grid gap-4">
                  {listSubmitted(page.items, session.data).map((one) => (
                    <NotificationCard key={one.id} notification={one}>
                      <NextStep notification={one} />
                    </NotificationCard>
                  ))}
                </ul>
                <Pager
                  shown={listSubmitted(page.items, session.data).length}
                  total={undefined}
                  next={page.next}
                  isFirst={!filters.cursor}
                  go={(cursor) => change({ cursor })}
                />
              </div>
            )
          }
        </Loaded>
      </div>
    </>
  );
}

/** What has left the operator, what waits for the reader first; a draft is offered above. */
function listSubmitted(
  items: readonly NotificationView[],
  session: SessionView | undefined,
): NotificationView[] {
  return items
    .filter((one) => one.state !== 'draft')
    .sort((a, b) => Number(waitsFor(session, b)) - Number(waitsFor(session, a)));
}

/** Says what will be handed over, to whom, before it is. */
function Submit({ drafts }: { drafts: readonly NotificationView[] }) {
  const { t, pick } = useWords();
  const session = useSession();
  const home = useHub<HomeView>('/home');
  const [asked, setAsked] = useState(false);
  const write = useWrite<NotificationView>(() => setAsked(false));
  const organisation = session.data?.person?.organisation;
  const register = home.data?.register;
  if (!organisation || !register) return null;
  const ready = drafts.reduce((sum, draft) => sum + draft.computers, 0);
  const due = drafts.map((draft) => draft.due ?? '').sort()[0] || register.transitionDue;
  const incomplete = register.computers - register.complete;
  return (
    <Section title={t('notifications.submit.title')} icon="send">
      <p className="phrase">{t('notifications.submit.ready', { count: ready })}</p>
      {incomplete > 0 && (
        <p className="phrase text-soft">
          {t('notifications.submit.incomplete', { count: incomplete })}{' '}
          <Go href="/register?notification=draft">{t('notifications.submit.complete')}</Go>
        </p>
      )}
      {due && ready > 0 && (
        <p className="mt-1 flex flex-wrap gap-x-2">
          {t('notifications.submit.due')}
          <Clock due={due} />
        </p>
      )}
      <div className="mt-4">
        {asked ? (
          <div className="grid gap-3 rounded-8 bg-sunken p-4">
            <p className="phrase">
              {t('notifications.submit.confirm', { count: ready, name: pick(organisation.name) })}
            </p>
            <div className="flex flex-wrap gap-3">
              <Button
                look="main"
                busy={write.isPending}
                onClick={() =>
                  write.mutate({
                    path: `/organisations/${encodeURIComponent(organisation.id)}/notifications`,
                    body: {},
                  })
                }
              >
                {t('notifications.submit.verb', { count: ready })}
              </Button>
              <Button look="quiet" onClick={() => setAsked(false)}>
                {t('form.cancel')}
              </Button>
            </div>
          </div>
        ) : (
          <Button look="main" disabled={ready === 0} onClick={() => setAsked(true)}>
            {t('notifications.submit.begin')}
          </Button>
        )}
      </div>
      <div role="status">
        {write.isSuccess && <p className="mt-3 text-good">{t('notifications.submit.done')}</p>}
      </div>
      <Refusal error={write.error} />
    </Section>
  );
}
