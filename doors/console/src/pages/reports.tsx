// SPDX-License-Identifier: Apache-2.0
/** Own incident reports: drafts first, then each with the clock that ends next. */
import type { ReportBrief } from '@sakimori/vocabulary/wire';
import { Badge, ReportBadge } from '../blocks/badge.tsx';
import { Go, GoButton } from '../blocks/button.tsx';
import { Moment } from '../blocks/clock.tsx';
import { ListPage } from '../blocks/list-page.tsx';
import { NextClock, REPORT_KINDS, useKindName, useStageName } from '../blocks/report-clock.tsx';
import { DraftList } from '../blocks/report-drafts.tsx';
import { Table } from '../blocks/table.tsx';
import { OneLine } from '../blocks/text.tsx';
import { defang } from '../hub/hostile-text.ts';
import { mayDo, useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';

const STATES = {
  open: 'state.report.open',
  final: 'state.report.final',
  withdrawn: 'state.report.withdrawn',
} as const;

export default function Reports() {
  const { t } = useWords();
  const session = useSession();
  const mayWrite = mayDo(session.data, 'report:write');
  const begin = mayWrite && (
    <GoButton href="/report" look="main" icon="alarm">
      {t('report.title')}
    </GoButton>
  );
  return (
    <ListPage<ReportBrief>
      title={t('reports.title')}
      lead={t('reports.lead')}
      actions={begin}
      above={mayWrite && <DraftList title={t('report.drafts')} />}
      path="/reports"
      search={t('reports.search')}
      filters={[
        { name: 'state', label: t('reports.state'), choices: STATES },
        { name: 'kind', label: t('reports.kind'), choices: REPORT_KINDS },
      ]}
      empty={{
        icon: 'clipboard',
        text: t('reports.none'),
        filtered: t('reports.none-filtered'),
        action: begin,
      }}
    >
      {(items) => <ReportTable items={items} />}
    </ListPage>
  );
}

function ReportTable({ items }: { items: readonly ReportBrief[] }) {
  const { t, pick } = useWords();
  const own = useSession().data?.person?.organisation.id;
  const kindName = useKindName();
  const stageName = useStageName();
  return (
    <Table
      caption={t('reports.title')}
      items={items}
      keyOf={({ id }) => id}
      columns={[
        {
          title: t('reports.name'),
          head: true,
          className: 'md:max-w-96',
          cell: (one) => (
            <>
              <Go href={`/reports/${encodeURIComponent(one.id)}`} className="text-accent underline">
                <OneLine text={defang(one.title)} />
              </Go>
              <span className="text-[0.9375rem] text-soft">
                {kindName(one.kind)}
                {one.organisation.id !== own && ` · ${pick(one.organisation.name)}`}
              </span>
            </>
          ),
        },
        {
          title: t('reports.state'),
          cell: (one) => (
            <span className="inline-flex flex-wrap gap-2">
              <ReportBadge state={one.state} />
              <Badge>{stageName(one.stage)}</Badge>
            </span>
          ),
        },
        { title: t('reports.next'), cell: (one) => <Next report={one} /> },
        { title: t('reports.aware'), cell: (one) => <Moment at={one.aware} /> },
      ]}
    />
  );
}

/** What is wanted next of the reporter; nothing is said in words where nothing is. */
function Next({ report }: { report: ReportBrief }) {
  const { t } = useWords();
  const { next, overdue, unanswered } = report;
  if (!next && overdue === 0 && unanswered === 0) {
    return <span className="text-faint">{t('reports.nothing')}</span>;
  }
  return (
    <span className="inline-flex flex-col items-start gap-1">
      <NextClock next={next} />
      {overdue > 0 && (
        <Badge tone="alarm" icon="alarm">
          {t('reports.overdue', { count: overdue })}
        </Badge>
      )}
      {unanswered > 0 && (
        <Badge tone="caution" icon="help">
          {t('reports.unanswered', { count: unanswered })}
        </Badge>
      )}
    </span>
  );
}
