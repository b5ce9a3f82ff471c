// SPDX-License-Identifier: Apache-2.0
/** What a report says, how it grew, who used it and what for, and what its reporter got for it. */

import { readInstant } from '@sakimori/vocabulary';
import type {
  FormBlock,
  ReportDetail,
  ReportGotBack,
  SubmissionView,
  UseView,
} from '@sakimori/vocabulary/wire';
import { withQuery } from '../hub/client.ts';
import { useHub } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { Badge } from './badge.tsx';
import { Go } from './button.tsx';
import { Moment } from './clock.tsx';
import { Diff } from './diff.tsx';
import { Icon, type IconName } from './icon.tsx';
import { Disclosure, Section } from './layout.tsx';
import { Receipt } from './receipt.tsx';
import { useStageName } from './report-clock.tsx';
import { ReportRecord } from './report-record.tsx';
import { EmptyState, Loaded } from './states.tsx';
import { Table } from './table.tsx';

/** The record as it stands, in the blocks of the common form. */
export function ReportForms({ report }: { report: ReportDetail }) {
  const { t } = useWords();
  const form = useHub<{ readonly blocks: readonly FormBlock[] }>(
    withQuery(`/reports/${encodeURIComponent(report.id)}/form`, {
      format: 'json',
      position: report.submissions.length,
    }),
  );
  return (
    <Section title={t('report-detail.record')} icon="clipboard">
      <Loaded of={form} lines={6}>
        {({ blocks }) => <ReportRecord blocks={blocks} />}
      </Loaded>
    </Section>
  );
}

const VIAS = {
  form: 'report-detail.via.form',
  api: 'report-detail.via.api',
  telephone: 'report-detail.via.telephone',
  mail: 'report-detail.via.mail',
  alert: 'report-detail.via.alert',
  import: 'report-detail.via.import',
} as const satisfies Record<SubmissionView['via'], Key>;

/** Each stage as it was sent, with what it added. */
export function Submissions({ report }: { report: ReportDetail }) {
  const { t } = useWords();
  const stageName = useStageName();
  return (
    <Section title={t('report-detail.submissions')} icon="forward">
      <ol className="grid grid-cols-1 gap-3">
        {report.submissions.map((one) => (
          <li key={one.position} className="border-t border-line pt-3">
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Badge>{stageName(one.stage)}</Badge>
              <span className="text-soft">
                <Moment at={one.at} />
              </span>
              <span className="text-[0.9375rem] text-soft">
                {Object.hasOwn(VIAS, one.via) ? t(VIAS[one.via]) : one.via}
              </span>
            </p>
            {one.position > 1 && one.changes.length > 0 && (
              <Disclosure title={t('report-detail.changes', { count: one.changes.length })}>
                <Diff changes={one.changes} />
              </Disclosure>
            )}
            {one.receipt && <Receipt receipt={one.receipt} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}

const USES = {
  record: 'report-detail.use.record',
  form: 'report-detail.use.form',
  attachment: 'report-detail.use.attachment',
  related: 'report-detail.use.related',
  statistics: 'report-detail.use.statistics',
} as const satisfies Record<UseView['what'], Key>;

/** Who looked at it, what for, with proof: looking is on the ledger before it happens. */
export function Uses({ uses }: { uses: readonly UseView[] }) {
  const { t, pick } = useWords();
  return (
    <Section title={t('report-detail.uses')} icon="eye" lead={t('report-detail.uses.lead')}>
      {uses.length === 0 ? (
        <EmptyState icon="eye" text={t('report-detail.uses.none')} />
      ) : (
        <Table
          caption={t('report-detail.uses')}
          items={uses}
          keyOf={(one) => `${one.at} ${one.organisation.id} ${one.by} ${one.what}`}
          columns={[
            {
              title: t('report-detail.use.who'),
              head: true,
              cell: (one) => (
                <>
                  {pick(one.organisation.name)}
                  <span className="block text-[0.9375rem] text-soft">{one.by}</span>
                </>
              ),
            },
            {
              title: t('report-detail.use.what'),
              cell: (one) => (Object.hasOwn(USES, one.what) ? t(USES[one.what]) : one.what),
            },
            { title: t('report-detail.use.why'), cell: (one) => pick(one.purpose) },
            {
              title: t('report-detail.use.when'),
              cell: (one) => (
                <>
                  <Moment at={one.at} />
                  {one.receipt && <Receipt receipt={one.receipt} />}
                </>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

const GOT_BACK: Record<ReportGotBack['items'][number]['kind'], readonly [IconName, Key]> = {
  warning: ['bell', 'report-detail.back.warning'],
  similar: ['copy', 'report-detail.back.similar'],
  indicator: ['radar', 'report-detail.back.indicator'],
  advice: ['info', 'report-detail.back.advice'],
  acceptance: ['stamp', 'report-detail.back.acceptance'],
};

/** What telling it was good for. */
export function YouGotBack(props: { gotBack: ReportGotBack; submitted: string }) {
  const { gotBack, submitted } = props;
  const { t, pick, duration } = useWords();
  const first = gotBack.firstAt && readInstant(gotBack.firstAt);
  const sent = readInstant(submitted);
  return (
    <Section title={t('report-detail.back')} icon="inbox">
      {gotBack.items.length === 0 ? (
        <EmptyState icon="waiting" text={t('report-detail.back.none')} />
      ) : (
        <>
          {first && sent !== undefined && first >= sent && (
            <p className="mb-2 text-soft">
              {t('report-detail.back.first', { time: duration(first - sent) })}
            </p>
          )}
          <ul className="grid grid-cols-1 gap-2">
            {gotBack.items.map(({ kind, at, text, href }) => {
              const [icon, key] = GOT_BACK[kind] ?? GOT_BACK.advice;
              return (
                <li
                  key={`${kind} ${at} ${text.en}`}
                  className="flex gap-3 border-t border-line pt-2"
                >
                  <Icon name={icon} className="mt-1 size-5 text-accent" />
                  <div className="min-w-0">
                    <p className="text-[0.875rem] text-faint">
                      {t(key)} · <Moment at={at} />
                    </p>
                    <p className="phrase">
                      {href ? <Go href={href}>{pick(text)}</Go> : pick(text)}
                    </p>
                  </div>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </Section>
  );
}
