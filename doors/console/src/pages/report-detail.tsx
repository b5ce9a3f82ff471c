// SPDX-License-Identifier: Apache-2.0
/** One incident report: who waits for what, who has read it, what came back; and what to add. */
import type { ReportDetail } from '@sakimori/vocabulary/wire';
import { Badge, ReportBadge } from '../blocks/badge.tsx';
import { Go } from '../blocks/button.tsx';
import { Moment } from '../blocks/clock.tsx';
import { Indicators } from '../blocks/indicators.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { Receipt } from '../blocks/receipt.tsx';
import { NextClock, useKindName, useStageName } from '../blocks/report-clock.tsx';
import { ReportFiles } from '../blocks/report-files.tsx';
import { ReportForms, Submissions, Uses, YouGotBack } from '../blocks/report-history.tsx';
import { JustSent, NextSteps, ReportDuties, ReportMessages } from '../blocks/report-next.tsx';
import { isWaiting } from '../blocks/report-thread.tsx';
import { Loaded } from '../blocks/states.tsx';
import { Timeline } from '../blocks/timeline.tsx';
import { defang } from '../hub/hostile-text.ts';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { useFilters, usePart } from '../shell/address.ts';

export default function Report() {
  const id = usePart('id');
  const report = useHub<ReportDetail>(`/reports/${encodeURIComponent(id)}`, { refetchMs: 60_000 });
  return <Loaded of={report}>{(data) => <ReportPage report={data} />}</Loaded>;
}

function ReportPage({ report }: { report: ReportDetail }) {
  const { t } = useWords();
  const session = useSession();
  const [{ sent }] = useFilters();
  const own = session.data?.person?.organisation.id === report.organisation.id;
  const may = (action: string) => own && mayDo(session.data, action);
  const isOpen = report.state === 'open';
  // What waits for an answer is the next step, so it stands first.
  const isAsked = report.thread.some(isWaiting);
  const messages = <ReportMessages report={report} mayAnswer={may('report:answer')} />;
  return (
    <article>
      <Head report={report} own={own} />
      <div className="grid grid-cols-1 gap-6">
        {sent && <JustSent report={report} />}
        {may('report:submit') && <NextSteps report={report} />}
        {isAsked && messages}
        <ReportDuties report={report} mayTell={isOpen && may('report:submit')} />
        {!isAsked && messages}
        <YouGotBack gotBack={report.gotBack} submitted={report.submitted} />
        <ReportForms report={report} />
        <Section title={t('report-detail.indicators')} icon="radar">
          <Indicators items={report.indicators} />
        </Section>
        <Section title={t('report-detail.files')} icon="upload">
          <ReportFiles
            path={
              isOpen && may('report:write')
                ? `/reports/${encodeURIComponent(report.id)}/attachments`
                : undefined
            }
            closed
            files={report.attachments}
          />
        </Section>
        <Submissions report={report} />
        <Uses uses={report.uses} />
        <Section title={t('report-detail.timeline')} icon="calendar">
          <Timeline items={report.timeline} />
          {report.receipt && (
            <div className="mt-2 border-t border-line pt-3">
              <p>{t('report-detail.receipt')}</p>
              <Receipt receipt={report.receipt} />
            </div>
          )}
        </Section>
      </div>
    </article>
  );
}

function Head({ report, own }: { report: ReportDetail; own: boolean }) {
  const { t, pick } = useWords();
  const kindName = useKindName();
  const stageName = useStageName();
  return (
    <PageTitle
      kind={`${t('report-detail.kind')} · ${kindName(report.kind)}`}
      title={defang(report.title)}
      back={{ href: '/reports', label: t('reports.title') }}
    >
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <ReportBadge state={report.state} />
        <Badge>{stageName(report.stage)}</Badge>
        {report.overdue > 0 && (
          <Badge tone="alarm" icon="alarm">
            {t('reports.overdue', { count: report.overdue })}
          </Badge>
        )}
        {report.state === 'open' && <NextClock next={report.next} />}
      </div>
      <p className="mt-2 text-[0.9375rem] text-soft">
        {t('report-detail.aware')} <Moment at={report.aware} /> · {t('report-detail.submitted')}{' '}
        <Moment at={report.submitted} />
        {report.reference && ` · ${t('report-detail.reference', { text: report.reference })}`}
      </p>
      {!own && (
        <p className="mt-1 text-soft">
          <Go href={`/organisations/${report.organisation.id}`}>
            {pick(report.organisation.name)}
          </Go>
        </p>
      )}
    </PageTitle>
  );
}
