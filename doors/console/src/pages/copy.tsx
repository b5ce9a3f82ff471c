// SPDX-License-Identifier: Apache-2.0
/** One delivered report: until when, what to do, what was told, for what it may be used. */
import type { CopyDetail } from '@sakimori/vocabulary/wire';
import { Badge, DeliveryBadge } from '../blocks/badge.tsx';
import { DownloadLink, Go, GoButton } from '../blocks/button.tsx';
import { Clock, Moment } from '../blocks/clock.tsx';
import { CopyActions } from '../blocks/copy-actions.tsx';
import { CopyFiles } from '../blocks/copy-files.tsx';
import { Diff } from '../blocks/diff.tsx';
import { Icon } from '../blocks/icon.tsx';
import { Indicators } from '../blocks/indicators.tsx';
import { OfficeTools } from '../blocks/intake-tools.tsx';
import { Facts, PageTitle, Section } from '../blocks/layout.tsx';
import { Receipt } from '../blocks/receipt.tsx';
import { ClockRow, useKindName, useStageName } from '../blocks/report-clock.tsx';
import { ReportRecord } from '../blocks/report-record.tsx';
import { isWaiting, ReportThread } from '../blocks/report-thread.tsx';
import { Loaded } from '../blocks/states.tsx';
import { Timeline } from '../blocks/timeline.tsx';
import { API, withQuery } from '../hub/client.ts';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { usePart } from '../shell/address.ts';

export default function Copy() {
  const id = usePart('id');
  // Not asked again by itself: each look is a use that the reporter sees.
  const copy = useHub<CopyDetail>(`/copies/${encodeURIComponent(id)}`);
  return <Loaded of={copy}>{(data) => <CopyPage copy={data} />}</Loaded>;
}

function CopyPage({ copy }: { copy: CopyDetail }) {
  const { t } = useWords();
  const session = useSession();
  const isOffice = mayDo(session.data, 'intake:read');
  return (
    <article>
      <CopyTitle copy={copy} isOffice={isOffice} />
      <div className="grid grid-cols-1 gap-6">
        <Newer copy={copy} />
        <CopyActions copy={copy} />
        <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
          <Clocks copy={copy} />
          <Purpose copy={copy} />
        </div>
        {copy.thread.length > 0 && <Thread copy={copy} />}
        {isOffice && <OfficeTools copy={copy} />}
        {copy.changes.length > 0 && (
          <Section title={t('copy.changes', { count: copy.changes.length })} icon="forward">
            <Diff changes={copy.changes} />
          </Section>
        )}
        <Section title={t('copy.record')} icon="clipboard" actions={<Forms copy={copy} />}>
          <ReportRecord blocks={copy.blocks} />
        </Section>
        <Section title={t('copy.indicators')} icon="radar">
          <Indicators items={copy.indicators} />
        </Section>
        <Section title={t('copy.files')} icon="download">
          <CopyFiles files={copy.attachments} />
        </Section>
        <Stages copy={copy} />
        <History copy={copy} />
      </div>
    </article>
  );
}

function CopyTitle({ copy, isOffice }: { copy: CopyDetail; isOffice: boolean }) {
  const { t, pick } = useWords();
  const kindName = useKindName();
  const stageName = useStageName();
  const back = isOffice
    ? { href: '/intake', label: t('intake.title') }
    : { href: '/desk', label: t('desk.title') };
  return (
    <PageTitle kind={`${t('copy.kind')} · ${kindName(copy.kind)}`} title={copy.title} back={back}>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <DeliveryBadge state={copy.state} />
        <Badge>{stageName(copy.stage)}</Badge>
        {copy.overdue && (
          <Badge tone="alarm" icon="alarm">
            {t('copies.overdue')}
          </Badge>
        )}
        {copy.next && (
          <span className="inline-flex flex-wrap items-baseline gap-x-2">
            <Clock due={copy.next.due} />
            <span className="text-soft">{stageName(copy.next.stage)}</span>
          </span>
        )}
      </div>
      <p className="mt-2">{pick(copy.organisation.name)}</p>
      <p className="text-[0.9375rem] text-soft">
        {t('report-detail.aware')} <Moment at={copy.aware} /> · {t('copies.delivered')}{' '}
        <Moment at={copy.deliveredAt} />
      </p>
      <p className="no-print mt-2 flex items-start gap-2 text-[0.9375rem] text-soft">
        <Icon name="eye" className="mt-1 size-4" />
        <span className="phrase">{t('copy.recorded')}</span>
      </p>
    </PageTitle>
  );
}

/** Somebody may come by an old link: what replaced it is one press away. */
function Newer({ copy }: { copy: CopyDetail }) {
  const { t } = useWords();
  const last = copy.stages.toSorted((a, b) => a.position - b.position).at(-1);
  if (!last || last.position <= copy.position) return null;
  return (
    <div className="no-print flex flex-wrap items-center gap-3 rounded-8 border border-caution bg-caution-wash p-4">
      <Icon name="caution" className="size-5 text-caution" />
      <p className="phrase grow basis-64">{t('copy.newer')}</p>
      <GoButton href={`/copies/${encodeURIComponent(last.copy)}`}>{t('copy.newer.open')}</GoButton>
    </div>
  );
}

function Clocks({ copy }: { copy: CopyDetail }) {
  const { t, pick } = useWords();
  return (
    <Section title={t('copy.clocks')} icon="calendar">
      {copy.clocks.length === 0 ? (
        <p className="phrase text-soft">{t('copy.clocks.none')}</p>
      ) : (
        <>
          <ul>
            {copy.clocks.map((clock) => (
              <ClockRow key={clock.stage} clock={clock} />
            ))}
          </ul>
          <ul className="mt-2 text-[0.9375rem] text-soft">
            {copy.clocks.map(({ stage, why }) => (
              <li key={stage} className="phrase">
                {pick(why)}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="mt-2 text-[0.9375rem] text-soft">
        {t('copy.clause')}: {copy.clause}
      </p>
    </Section>
  );
}

function Purpose({ copy }: { copy: CopyDetail }) {
  const { t, pick } = useWords();
  return (
    <Section title={t('copy.purpose')} icon="proof">
      <p className="phrase flex items-start gap-2">
        <Icon name="check" className="mt-1 size-5 text-good" />
        <span>
          <span className="sr-only">{t('report-clock.purpose')}: </span>
          {pick(copy.purpose)}
        </span>
      </p>
      <p className="phrase mt-2 flex items-start gap-2">
        <Icon name="close" className="mt-1 size-5 text-alarm" />
        <span>
          <span className="sr-only">{t('report-clock.may-not')}: </span>
          {pick(copy.mayNot)}
        </span>
      </p>
      {copy.withheld.length > 0 && (
        <div className="mt-3 border-t border-line pt-3">
          <p className="font-700">{t('copy.withheld', { count: copy.withheld.length })}</p>
          <p className="phrase text-[0.9375rem] text-soft">{t('copy.withheld.why')}</p>
          <p className="phrase mt-1">
            {copy.withheld.map(({ label }) => pick(label)).join(t('list.separator'))}
          </p>
        </div>
      )}
    </Section>
  );
}

function Thread({ copy }: { copy: CopyDetail }) {
  const { t } = useWords();
  return (
    <Section
      id="thread"
      title={t('copy.thread')}
      icon="inbox"
      {...(copy.thread.some(isWaiting) ? { className: 'border-l-8 border-l-caution' } : {})}
    >
      <ReportThread messages={copy.thread} />
    </Section>
  );
}

const FORMS = [
  ['pdf', 'copy.form.pdf'],
  ['csv', 'copy.form.csv'],
  ['json', 'copy.form.json'],
] as const satisfies readonly (readonly [string, Key])[];

/** What offices still print and programs read; giving it out is a use as well. */
function Forms({ copy }: { copy: CopyDetail }) {
  const { t, language } = useWords();
  const path = `${API}/copies/${encodeURIComponent(copy.id)}/form`;
  return (
    <>
      {FORMS.map(([format, key]) => (
        <DownloadLink key={format} href={withQuery(path, { format, language })}>
          {t(key)}
        </DownloadLink>
      ))}
    </>
  );
}

/** Each stage is a copy of its own; nothing is overwritten. */
function Stages({ copy }: { copy: CopyDetail }) {
  const { t } = useWords();
  const stageName = useStageName();
  if (copy.stages.length < 2) return null;
  return (
    <Section title={t('copy.stages')} icon="clipboard">
      <ol className="grid grid-cols-1">
        {copy.stages.map((one) => (
          <li
            key={one.copy}
            className="flex flex-wrap items-center gap-x-3 border-b border-line py-2"
          >
            <span className="figures text-faint">{one.position}</span>
            <Badge>{stageName(one.stage)}</Badge>
            <Moment at={one.at} />
            {one.copy === copy.id ? (
              <span className="font-700">{t('copy.stages.this')}</span>
            ) : (
              <Go href={`/copies/${encodeURIComponent(one.copy)}`}>{t('copy.stages.open')}</Go>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

const STEPS: Readonly<Record<string, Key>> = {
  delivered: 'copies.delivered',
  read: 'state.delivery.read',
  accepted: 'state.delivery.accepted',
  returned: 'state.delivery.returned',
};

function History({ copy }: { copy: CopyDetail }) {
  const { t } = useWords();
  return (
    <Section title={t('copy.timeline')} icon="calendar">
      <Timeline items={copy.timeline} />
      <Facts
        items={[
          [t('copy.id'), <code key="id">{copy.id}</code>],
          [t('copy.report'), <code key="report">{copy.report}</code>],
        ]}
      />
      {copy.receipts.length > 0 && (
        <ul className="mt-3">
          {copy.receipts.map(({ step, receipt }) => (
            <li key={`${step} ${receipt.index}`} className="flex flex-wrap items-baseline gap-x-3">
              <span>{STEPS[step] ? t(STEPS[step]) : step}</span>
              <Receipt receipt={receipt} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
