// SPDX-License-Identifier: Apache-2.0
/** The competent minister's desk: what has come in, its clock, and the next step. */
import type { DeskView, NotificationView } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { useWarnedParts } from '../blocks/board-numbers.tsx';
import { Button } from '../blocks/button.tsx';
import { TextArea, TextField } from '../blocks/field.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { NotificationCard } from '../blocks/notification-card.tsx';
import { SplitBar } from '../blocks/split-bar.tsx';
import { EmptyState, Loaded, Refusal } from '../blocks/states.tsx';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';

const WAITING = ['submitted', 'relayed'];

export default function Desk() {
  const { t } = useWords();
  const desk = useHub<DeskView>('/desk', { refetchMs: 60_000 });
  return (
    <>
      <PageTitle title={t('desk.title')} lead={t('desk.lead')} />
      <Loaded of={desk}>
        {(view) => (
          <div className="grid grid-cols-1 gap-8">
            <Section
              bare
              title={t('desk.waiting', {
                count: view.notifications.filter((one) => WAITING.includes(one.state)).length,
              })}
              icon="inbox"
            >
              {view.notifications.length === 0 ? (
                <div className="card px-6">
                  <EmptyState text={t('desk.empty')} />
                </div>
              ) : (
                <ul className="grid gap-4">
                  {sortDesk(view.notifications).map((one) => (
                    <NotificationCard key={one.id} notification={one}>
                      <NextStep notification={one} />
                    </NotificationCard>
                  ))}
                </ul>
              )}
            </Section>
            <Section title={t('desk.sectors')} icon="building">
              <SectorRows sectors={view.sectors} />
            </Section>
          </div>
        )}
      </Loaded>
    </>
  );
}

/** What waits first, by due time; what is done last. */
function sortDesk(notifications: readonly NotificationView[]): NotificationView[] {
  const weight = (one: NotificationView) => (WAITING.includes(one.state) ? 0 : 1);
  return [...notifications].sort(
    (a, b) => weight(a) - weight(b) || (a.due ?? '9999').localeCompare(b.due ?? '9999'),
  );
}

function NextStep({ notification }: { notification: NotificationView }) {
  const { t } = useWords();
  const session = useSession();
  const write = useWrite<NotificationView>();
  const [correcting, setCorrecting] = useState(false);
  const path = `/notifications/${encodeURIComponent(notification.id)}`;
  const mayRelay = notification.state === 'submitted' && mayDo(session.data, 'notification:relay');
  const mayReceive =
    notification.state === 'relayed' && mayDo(session.data, 'notification:receive');
  const mayCorrect = WAITING.includes(notification.state) && (mayRelay || mayReceive);
  if (!mayRelay && !mayReceive && !mayCorrect) return null;
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-3">
        {mayRelay && (
          <Button
            look="main"
            busy={write.isPending}
            onClick={() => write.mutate({ path: `${path}/relay`, body: {} })}
          >
            {t('desk.relay')}
          </Button>
        )}
        {mayReceive && (
          <Button
            look="main"
            busy={write.isPending}
            onClick={() => write.mutate({ path: `${path}/receive`, body: {} })}
          >
            {t('desk.receive')}
          </Button>
        )}
        {mayCorrect && (
          <Button aria-expanded={correcting} onClick={() => setCorrecting(!correcting)}>
            {t('desk.correct')}
          </Button>
        )}
      </div>
      {correcting && <Correction path={path} close={() => setCorrecting(false)} />}
      <Refusal error={write.error} />
    </div>
  );
}

function Correction({ path, close }: { path: string; close(): void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [due, setDue] = useState('');
  const write = useWrite<NotificationView>(close);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    write.mutate({ path: `${path}/correction`, body: { text: text.trim(), due } });
  };
  return (
    <form onSubmit={submit} className="grid gap-3 rounded-8 bg-sunken p-4">
      <TextArea
        label={t('desk.correct.text')}
        hint={t('desk.correct.hint')}
        required
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="max-w-[16rem]">
        <TextField
          label={t('desk.correct.due')}
          type="date"
          required
          value={due}
          onChange={(event) => setDue(event.target.value)}
        />
      </div>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="main" busy={write.isPending}>
          {t('desk.correct.verb')}
        </Button>
        <Button look="quiet" onClick={close}>
          {t('form.cancel')}
        </Button>
      </div>
      <Refusal error={write.error} />
    </form>
  );
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
