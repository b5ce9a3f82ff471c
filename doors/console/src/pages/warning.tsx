// SPDX-License-Identifier: Apache-2.0
/** One warning: what, why you, what to do, how to check, until when, whom to ask. Then the answer. */
import type { WarningDetail } from '@sakimori/vocabulary/wire';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { AnswerForm } from '../blocks/answer-form.tsx';
import { AnswerBadge, Badge, ExposureBadge, WarningBadge } from '../blocks/badge.tsx';
import { Button, DownloadLink, Go } from '../blocks/button.tsx';
import { Clock, Moment } from '../blocks/clock.tsx';
import { Icon } from '../blocks/icon.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { Mark } from '../blocks/mark.tsx';
import { Receipt } from '../blocks/receipt.tsx';
import { Loaded } from '../blocks/states.tsx';
import { Defanged, Folded } from '../blocks/text.tsx';
import { Timeline } from '../blocks/timeline.tsx';
import { ConfidenceWord, Reason, Verdict } from '../blocks/verdict.tsx';
import { API } from '../hub/client.ts';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { usePart } from '../shell/address.ts';
import { GotBack } from './home.tsx';

export default function Warning() {
  const id = usePart('id');
  const warning = useHub<WarningDetail>(`/warnings/${encodeURIComponent(id)}`);
  return <Loaded of={warning}>{(data) => <WarningPage warning={data} />}</Loaded>;
}

const CLOSED = ['resolved', 'withdrawn'];

function WarningPage({ warning }: { warning: WarningDetail }) {
  const { t, pick } = useWords();
  const session = useSession();
  const own = session.data?.person?.organisation.id === warning.organisation.id;
  const mayAnswer = own && mayDo(session.data, 'warning:answer');
  const closed = CLOSED.includes(warning.state);
  return (
    <article>
      <PageTitle
        kind={t('warning.kind')}
        title={pick(warning.title)}
        back={{ href: '/warnings', label: t('warnings.title') }}
        actions={
          <Button size="small" icon="print" onClick={() => window.print()}>
            {t('button.print')}
          </Button>
        }
      >
        <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
          <WarningBadge state={warning.state} />
          <Mark tlp={warning.tlp} />
          {warning.revision > 1 && (
            <Badge>{t('warning.revision', { revision: warning.revision })}</Badge>
          )}
          <Clock due={warning.due} done={closed} size="large" />
        </div>
        {!own && (
          <p className="mt-2 text-soft">
            {t('warning.to')}{' '}
            <Go href={`/organisations/${warning.organisation.id}`}>
              {pick(warning.organisation.name)}
            </Go>
          </p>
        )}
      </PageTitle>
      <div className="grid grid-cols-1 gap-6">
        <Essentials warning={warning} mayAnswer={mayAnswer && !closed} />
        {mayAnswer && <Answering warning={warning} closed={closed} />}
        <Affected warning={warning} />
        <Analysis warning={warning} />
        {(warning.answers.length > 0 || !mayAnswer) && <Answers warning={warning} />}
        {warning.gotBack.length > 0 && <GotBack items={warning.gotBack} />}
        <Section title={t('warning.timeline')} icon="calendar">
          <Timeline items={warning.timeline} />
          {warning.receipt && (
            <div className="mt-2 border-t border-line pt-3">
              <p>{t('warning.receipt')}</p>
              <Receipt receipt={warning.receipt} />
            </div>
          )}
        </Section>
      </div>
    </article>
  );
}

/** The six questions of someone who has one minute. */
function Essentials({ warning, mayAnswer }: { warning: WarningDetail; mayAnswer: boolean }) {
  const { t, pick } = useWords();
  return (
    <div className="card grid grid-cols-1 gap-5 p-4 md:p-6">
      <Question title={t('warning.what')}>
        <p className="phrase">{pick(warning.executive)}</p>
      </Question>
      <Question title={t('warning.why-you')}>
        <p className="phrase">{pick(warning.why)}</p>
        <ConfidenceWord confidence={warning.confidence} />
      </Question>
      <Question title={t('warning.what-to-do')}>
        <Steps items={warning.actions.map(pick)} />
      </Question>
      <Question title={t('warning.how-to-check')}>
        <Steps items={warning.checks.map(pick)} />
      </Question>
      <Question title={t('warning.until-when')}>
        <Clock due={warning.due} done={CLOSED.includes(warning.state)} />
        <p className="phrase text-soft">{pick(warning.dueReason)}</p>
      </Question>
      <Question title={t('warning.whom-to-ask')}>
        <p className="phrase">{pick(warning.ask)}</p>
      </Question>
      {mayAnswer && (
        <p className="no-print">
          <a
            href="#answer"
            className="inline-flex items-center gap-2 font-700 text-accent underline"
          >
            <Icon name="forward" />
            {t('warning.to-answer')}
          </a>
        </p>
      )}
    </div>
  );
}

function Question({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-1 md:grid-cols-[11rem_1fr] md:gap-6">
      <h2 className="text-[1rem] leading-170 text-soft">{title}</h2>
      <div className="min-w-0 max-w-[44rem]">{children}</div>
    </section>
  );
}

function Steps({ items }: { items: readonly string[] }) {
  const { t } = useWords();
  if (items.length === 0) return <p className="text-soft">{t('warning.no-steps')}</p>;
  return (
    <ol className="list-decimal pl-6">
      {items.map((item) => (
        <li key={item} className="phrase py-0.5">
          <Defanged text={item} />
        </li>
      ))}
    </ol>
  );
}

function Answering({ warning, closed }: { warning: WarningDetail; closed: boolean }) {
  const { t } = useWords();
  const write = useWrite<WarningDetail>();
  const [open, setOpen] = useState(!closed);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (window.location.hash === '#answer') place.current?.scrollIntoView();
  }, []);
  const last = warning.answers.at(-1);
  return (
    <div ref={place} className="no-print">
      <Section
        id="answer"
        title={closed ? t('answer.title.closed') : t('answer.title')}
        icon="send"
        lead={closed ? t('answer.lead.closed') : t('answer.lead')}
      >
        <div role="status">
          {write.isSuccess && last && (
            <div className="mb-4 rounded-8 border border-good bg-good-wash p-4">
              <p className="flex items-center gap-2 font-700">
                <Icon name="done" className="size-5 text-good" />
                {t('answer.thanks')}
              </p>
              <p className="phrase">{t('answer.thanks.next')}</p>
              {last.receipt && <Receipt receipt={last.receipt} />}
            </div>
          )}
        </div>
        {open ? (
          <AnswerForm
            kinds={['seen', 'working', 'fixed', 'mitigated', 'not-affected', 'false-positive']}
            computers={warning.affected.map(({ computer }) => computer)}
            busy={write.isPending}
            error={write.error}
            draftKey={`sakimori.answer.${warning.id}`}
            give={(answer) =>
              write.mutate({
                path: `/warnings/${encodeURIComponent(warning.id)}/answers`,
                body: answer,
              })
            }
          />
        ) : (
          <Button onClick={() => setOpen(true)}>{t('answer.again')}</Button>
        )}
      </Section>
    </div>
  );
}

function Affected({ warning }: { warning: WarningDetail }) {
  const { t } = useWords();
  return (
    <Section
      title={t('warning.affected', { count: warning.affected.length })}
      icon="server"
      lead={t('warning.affected.lead')}
    >
      <ul className="grid gap-3">
        {warning.affected.map((one) => (
          <li key={`${one.computer.id} ${one.item}`} className="border-t border-line pt-3">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Go href={`/computers/${one.computer.id}`} className="font-700 text-accent underline">
                {one.computer.label}
              </Go>
              {one.computer.site && <span className="text-soft">{one.computer.site}</span>}
              <ExposureBadge state={one.computer.exposure} />
              <Verdict verdict={one.verdict} confidence={one.confidence} />
            </div>
            <p className="text-soft">{one.item}</p>
            <Reason reason={one.reason} source={one.source} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The other two lengths: for the analyst, and for the machine. */
function Analysis({ warning }: { warning: WarningDetail }) {
  const { t, pick } = useWords();
  const { vulnerability } = warning;
  return (
    <Section
      title={t('warning.analyst')}
      icon="radar"
      actions={
        <DownloadLink href={`${API}/warnings/${encodeURIComponent(warning.id)}/machine`}>
          {t('warning.machine')}
        </DownloadLink>
      }
    >
      <p className="max-w-[46rem]">
        <Defanged text={pick(warning.analyst)} />
      </p>
      <p className="mt-3">
        <Go href={`/vulnerabilities/${vulnerability.id}`}>
          {vulnerability.id} {vulnerability.title}
        </Go>
      </p>
      <p className="mt-1 flex flex-wrap gap-2">
        {vulnerability.exploited && (
          <Badge tone="alarm" icon="alarm">
            {t('vulnerability.exploited')}
          </Badge>
        )}
        {vulnerability.ransomware && (
          <Badge tone="alarm" icon="caution">
            {t('vulnerability.ransomware')}
          </Badge>
        )}
      </p>
    </Section>
  );
}

function Answers({ warning }: { warning: WarningDetail }) {
  const { t } = useWords();
  return (
    <Section title={t('warning.answers')} icon="inbox">
      {warning.answers.length === 0 ? (
        <p className="text-soft">{t('warning.answers.none')}</p>
      ) : (
        <ul className="grid gap-3">
          {warning.answers.map((answer) => (
            <li key={answer.id} className="border-t border-line pt-3">
              <p className="flex flex-wrap items-center gap-x-3">
                <AnswerBadge state={answer.kind} />
                <span>{answer.by}</span>
                <span className="text-faint">
                  <Moment at={answer.at} />
                </span>
              </p>
              {answer.computer && (
                <p className="text-[0.9375rem] text-soft">
                  {warning.affected.find((one) => one.computer.id === answer.computer)?.computer
                    .label ?? answer.computer}
                </p>
              )}
              {answer.word && (
                <p>
                  <Folded text={answer.word} />
                </p>
              )}
              {answer.receipt && <Receipt receipt={answer.receipt} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
