// SPDX-License-Identifier: Apache-2.0
/** Home: what waits for this person, until when, and what to press. Everything else below. */
import type { HomeView, SessionView, WaitingItem } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { Badge, type Tone } from '../blocks/badge.tsx';
import { Button, Go, GoButton } from '../blocks/button.tsx';
import { Clock, Moment } from '../blocks/clock.tsx';
import type { IconName } from '../blocks/icon.tsx';
import { Figure, PageTitle, Section } from '../blocks/layout.tsx';
import { SplitBar } from '../blocks/split-bar.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { OneLine } from '../blocks/text.tsx';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';

export default function Home() {
  const { t } = useWords();
  const session = useSession();
  const home = useHub<HomeView>('/home', { refetchMs: 60_000 });
  const person = session.data?.person;
  return (
    <>
      <PageTitle
        title={t('home.greeting', { name: person?.name ?? '' })}
        {...(person ? { lead: <PersonLine person={person} /> } : {})}
      />
      <Loaded of={home} lines={8}>
        {(view) => <HomeSections view={view} session={session.data} />}
      </Loaded>
    </>
  );
}

function PersonLine({ person }: { person: NonNullable<SessionView['person']> }) {
  const { pick } = useWords();
  return <>{pick(person.organisation.name)}</>;
}

function HomeSections({ view, session }: { view: HomeView; session: SessionView | undefined }) {
  return (
    <div className="grid gap-6">
      {mayDo(session, 'report:submit') && <ReportNow />}
      <Waiting items={view.waiting} />
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <div className="grid gap-6">
          {view.warnings && <WarningsInNumbers numbers={view.warnings} />}
          {view.gotBack && <GotBack items={view.gotBack} />}
        </div>
        <div className="grid gap-6">
          {view.register && (
            <RegisterInNumbers
              register={view.register}
              mayImport={mayDo(session, 'computer:import')}
              mayNotify={mayDo(session, 'notification:submit')}
            />
          )}
          {view.board && <BoardInNumbers board={view.board} />}
        </div>
      </div>
    </div>
  );
}

/** Always at the same place, seen without scrolling: nobody looks for it when it is needed. */
function ReportNow() {
  const { t } = useWords();
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <GoButton
        href="/report"
        look="main"
        icon="alarm"
        className="min-h-14 w-full px-6 text-[1.125rem] sm:w-auto"
      >
        {t('report.title')}
      </GoButton>
      <p className="text-soft">
        {t('home.report.lead')} <Go href="/reports">{t('home.report.mine')}</Go>
      </p>
    </div>
  );
}

/** By consequence and due time: what is overdue, then urgent, then what ends first. */
export function sortWaiting(items: readonly WaitingItem[]): WaitingItem[] {
  const weight = (item: WaitingItem) =>
    (item.overdue ? 0 : 1) * 10 + { urgent: 0, soon: 1, calm: 2 }[item.severity];
  const due = (item: WaitingItem) => item.due ?? '9999';
  return [...items].sort((a, b) => weight(a) - weight(b) || due(a).localeCompare(due(b)));
}

const SEVERITIES: Record<WaitingItem['severity'], readonly [Tone, IconName, Key, string]> = {
  urgent: ['alarm', 'alarm', 'home.severity.urgent', 'border-l-alarm'],
  soon: ['caution', 'waiting', 'home.severity.soon', 'border-l-caution'],
  calm: ['plain', 'info', 'home.severity.calm', 'border-l-edge'],
};
const VERBS: Record<WaitingItem['verb'], Key> = {
  answer: 'verb.answer',
  decide: 'verb.decide',
  submit: 'verb.submit',
  relay: 'verb.relay',
  receive: 'verb.receive',
  complete: 'verb.complete',
  look: 'verb.look',
  continue: 'verb.continue',
  report: 'verb.report',
  accept: 'verb.accept',
};

/** More would push everything else out of sight; the rest is one press away. */
const WAITING_AT_FIRST = 6;

function Waiting({ items }: { items: readonly WaitingItem[] }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const sorted = sortWaiting(items);
  const shown = all ? sorted : sorted.slice(0, WAITING_AT_FIRST);
  return (
    <Section
      bare
      title={
        sorted.length === 0
          ? t('home.waiting.none')
          : t('home.waiting.title', { count: sorted.length })
      }
      icon="inbox"
    >
      {sorted.length === 0 ? (
        <div className="card px-6">
          <EmptyState text={t('home.waiting.empty')} />
        </div>
      ) : (
        <ul className="grid gap-3">
          {shown.map((item, index) => (
            <WaitingRow key={item.id} item={item} first={index === 0} />
          ))}
        </ul>
      )}
      {shown.length < sorted.length && (
        <div className="mt-3">
          <Button onClick={() => setAll(true)}>
            {t('home.waiting.all', { count: sorted.length })}
          </Button>
        </div>
      )}
    </Section>
  );
}

function WaitingRow({ item, first }: { item: WaitingItem; first: boolean }) {
  const { t, pick } = useWords();
  const own = useSession().data?.person?.organisation.id;
  const [tone, icon, word, edge] = SEVERITIES[item.severity];
  const verb = t(VERBS[item.verb]);
  return (
    <li
      className={`card flex flex-col gap-3 border-l-8 px-4 py-4 sm:flex-row sm:items-center md:px-6 ${edge}`}
    >
      <div className="min-w-0 grow">
        <div className="mb-1 flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={tone} icon={icon}>
            {t(word)}
          </Badge>
          {item.due && <Clock due={item.due} />}
        </div>
        <p className="text-[1.125rem] font-700 leading-150">{pick(item.title)}</p>
        <p className="phrase text-soft">
          <OneLine text={pick(item.why)} />
        </p>
        {item.organisation && item.organisation.id !== own && (
          <p className="text-[0.9375rem] text-faint">{pick(item.organisation.name)}</p>
        )}
      </div>
      <GoButton
        href={item.href}
        look={first ? 'main' : 'plain'}
        label={t('home.verb-on', { verb, title: pick(item.title) })}
        className="min-w-28 self-start sm:self-center"
      >
        {verb}
      </GoButton>
    </li>
  );
}

function WarningsInNumbers({ numbers }: { numbers: NonNullable<HomeView['warnings']> }) {
  const { t, number } = useWords();
  return (
    <Section
      title={t('home.warnings.title')}
      icon="bell"
      actions={
        <GoButton href="/warnings" size="small">
          {t('home.warnings.all')}
        </GoButton>
      }
    >
      <div className="grid grid-cols-3 gap-2 sm:gap-3">
        <Figure
          label={t('home.warnings.open')}
          value={number(numbers.open)}
          tone={numbers.open > 0 ? 'caution' : 'plain'}
          href="/warnings?state=open"
        />
        <Figure
          label={t('home.warnings.overdue')}
          value={number(numbers.overdue)}
          tone={numbers.overdue > 0 ? 'alarm' : 'plain'}
        />
        <Figure label={t('home.warnings.answered')} value={number(numbers.answered)} tone="good" />
      </div>
    </Section>
  );
}

function RegisterInNumbers(props: {
  register: NonNullable<HomeView['register']>;
  mayImport: boolean;
  mayNotify: boolean;
}) {
  const { register, mayImport, mayNotify } = props;
  const { t, number } = useWords();
  const incomplete = register.computers - register.complete;
  const notRequired = register.notRequired ?? 0;
  return (
    <Section
      title={t('home.register.title')}
      icon="server"
      actions={
        mayImport && (
          <GoButton href="/register/import" size="small" icon="upload">
            {t('import.title')}
          </GoButton>
        )
      }
    >
      {register.computers === 0 ? (
        <EmptyState icon="server" text={t('home.register.empty')}>
          <GoButton href="/register/import" look="main">
            {t('import.title')}
          </GoButton>
        </EmptyState>
      ) : (
        <div className="grid gap-4">
          <p className="phrase">
            {incomplete === 0
              ? t('home.register.complete', { count: register.computers })
              : t('home.register.incomplete', { count: incomplete, all: register.computers })}
          </p>
          <SplitBar
            label={t('home.register.split')}
            parts={[
              {
                label: t('home.register.notified'),
                value: register.notified,
                tone: 'good',
              },
              {
                label: t('home.register.ready'),
                value: Math.max(0, register.complete - register.notified - notRequired),
                tone: 'accent',
              },
              { label: t('home.register.missing'), value: incomplete, tone: 'caution' },
              ...(notRequired > 0
                ? [
                    {
                      label: t('home.register.notRequired'),
                      value: notRequired,
                      tone: 'plain' as const,
                    },
                  ]
                : []),
            ]}
          />
          <p className="text-soft">
            {t('home.register.exposed', { count: register.exposed })}{' '}
            <Go href="/register?exposure=internet">{number(register.exposed)}</Go>
          </p>
          {register.transitionDue && register.notified < register.computers && (
            <p className="flex flex-wrap gap-x-2">
              <span>{t('home.register.transition')}</span>
              <Clock due={register.transitionDue} />
            </p>
          )}
          {mayNotify && (
            <div>
              <GoButton href="/notifications">{t('home.register.notify')}</GoButton>
            </div>
          )}
        </div>
      )}
    </Section>
  );
}

function BoardInNumbers({ board }: { board: NonNullable<HomeView['board']> }) {
  const { t, number } = useWords();
  const { totals } = board;
  return (
    <Section
      title={t('board.title')}
      icon="map"
      actions={
        <GoButton href="/board" size="small">
          {t('home.board.open')}
        </GoButton>
      }
    >
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <Figure label={t('numbers.computers')} value={number(totals.computers)} />
        <Figure
          label={t('numbers.affected')}
          value={number(totals.affectedComputers)}
          tone={totals.affectedComputers > 0 ? 'alarm' : 'plain'}
        />
        <Figure
          label={t('numbers.silent')}
          value={number(totals.silent)}
          tone={totals.silent > 0 ? 'caution' : 'plain'}
        />
      </div>
      <h3 className="mb-2 mt-5 font-700">{t('board.latest')}</h3>
      <ul className="grid gap-2">
        {board.latest.slice(0, 5).map((one) => (
          <li key={one.id} className="flex flex-wrap items-baseline gap-x-3">
            <Go href={`/vulnerabilities/${one.id}`}>{one.id}</Go>
            <span className="min-w-0 grow basis-64">{one.title}</span>
            {one.added && (
              <span className="text-[0.875rem] text-faint">
                <Moment at={one.added} day />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function GotBack({ items }: { items: NonNullable<HomeView['gotBack']> }) {
  const { t, pick } = useWords();
  return (
    <Section title={t('home.got-back.title')} icon="send" lead={t('home.got-back.lead')}>
      {items.length === 0 ? (
        <EmptyState icon="info" text={t('home.got-back.empty')} />
      ) : (
        <ul className="grid gap-3">
          {items.map((item) => (
            <li key={`${item.at} ${item.text.en}`} className="border-l-4 border-good pl-4">
              <p>{item.href ? <Go href={item.href}>{pick(item.text)}</Go> : pick(item.text)}</p>
              <p className="text-[0.875rem] text-faint">
                <Moment at={item.at} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
