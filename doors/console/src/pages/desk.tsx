// SPDX-License-Identifier: Apache-2.0
/** The desk of who receives reports and notifications: what has come in, its clock, the next step. */
import type { DeskView, NotificationView, SessionView } from '@sakimori/vocabulary/wire';
import { useWarnedParts } from '../blocks/board-numbers.tsx';
import { Go } from '../blocks/button.tsx';
import { Clock } from '../blocks/clock.tsx';
import { CopyDesk } from '../blocks/copy-list.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { NotificationCard } from '../blocks/notification-card.tsx';
import { NextStep, waitsFor } from '../blocks/notification-step.tsx';
import { SplitBar } from '../blocks/split-bar.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Table } from '../blocks/table.tsx';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';

export default function Desk() {
  const { t } = useWords();
  const session = useSession();
  return (
    <>
      <PageTitle title={t('desk.title')} lead={t('desk.lead')} />
      <div className="grid grid-cols-1 gap-10">
        {mayDo(session.data, 'copy:read') && (
          <div>
            <h2 className="mb-1 text-[1.375rem]">{t('desk.reports')}</h2>
            <p className="phrase mb-4 max-w-[46rem] text-soft">{t('copies.lead')}</p>
            <CopyDesk />
          </div>
        )}
        {mayDo(session.data, 'notification:read') && <Notifications session={session.data} />}
      </div>
    </>
  );
}

/** Only a ministry takes part in notifications; the police and others have reports alone. */
function Notifications({ session }: { session: SessionView | undefined }) {
  const { t } = useWords();
  const desk = useHub<DeskView>('/desk', { refetchMs: 60_000 });
  return (
    <div>
      <h2 className="mb-4 text-[1.375rem]">{t('desk.notifications')}</h2>
      <Loaded of={desk}>
        {(view) => (
          <div className="grid grid-cols-1 gap-8">
            <Section
              bare
              title={t('desk.waiting', {
                count: view.notifications.filter((one) => waitsFor(session, one)).length,
              })}
              icon="inbox"
            >
              {view.notifications.every((one) => one.state === 'draft') ? (
                <div className="card px-6">
                  <EmptyState text={t('desk.empty')} />
                </div>
              ) : (
                <ul className="grid gap-4">
                  {sortDesk(view.notifications, session).map((one) => (
                    <NotificationCard key={one.id} notification={one}>
                      <NextStep notification={one} />
                    </NotificationCard>
                  ))}
                </ul>
              )}
            </Section>
            <Awaited notifications={view.notifications} />
            <Section title={t('desk.sectors')} icon="building">
              <SectorRows sectors={view.sectors} />
            </Section>
          </div>
        )}
      </Loaded>
    </div>
  );
}

/** What operators still have to submit: nothing to do here yet, but a limit to keep in view. */
function Awaited({ notifications }: { notifications: readonly NotificationView[] }) {
  const { t, pick, number } = useWords();
  const drafts = notifications.filter((one) => one.state === 'draft');
  if (drafts.length === 0) return null;
  return (
    <Section title={t('desk.awaited', { count: drafts.length })} icon="waiting">
      <Table
        caption={t('desk.awaited', { count: drafts.length })}
        items={[...drafts].sort((a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999'))}
        keyOf={(one) => one.id}
        columns={[
          {
            title: t('organisation.kind'),
            head: true,
            cell: (one) => (
              <Go href={`/organisations/${one.organisation.id}`}>{pick(one.organisation.name)}</Go>
            ),
          },
          { title: t('numbers.computers'), figures: true, cell: (one) => number(one.computers) },
          {
            title: t('warning.until-when'),
            cell: (one) => (one.due ? <Clock due={one.due} /> : ''),
          },
        ]}
      />
    </Section>
  );
}

/** What waits first, by due time; what is done last. */
function sortDesk(
  notifications: readonly NotificationView[],
  session: SessionView | undefined,
): NotificationView[] {
  const weight = (one: NotificationView) => (waitsFor(session, one) ? 0 : 1);
  return notifications
    .filter((one) => one.state !== 'draft')
    .sort((a, b) => weight(a) - weight(b) || (a.due ?? '9999').localeCompare(b.due ?? '9999'));
}

function SectorRows({ sectors }: { sectors: DeskView['sectors'] }) {
  const { t, pick } = useWords();
  const parts = useWarnedParts();
  return (
    <ul className="grid gap-5">
      {sectors.map((sector) => (
        <li key={sector.sector}>
          <h3 className="font-700">{pick(sector.label)}</h3>
          <p className="mb-2 text-[0.9375rem] text-soft">
            {t('board.sector-line', {
              affected: sector.numbers.affectedComputers,
              computers: sector.numbers.computers,
              organisations: sector.numbers.organisations,
            })}
          </p>
          <SplitBar label={pick(sector.label)} parts={parts(sector.numbers)} />
        </li>
      ))}
    </ul>
  );
}
