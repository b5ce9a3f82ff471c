// SPDX-License-Identifier: Apache-2.0
/** Reports in numbers: nobody can be recognised in them; and the year from the ledger alone. */
import { dayInJapan } from '@sakimori/vocabulary';
import type { ReportStatistics } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { Button, Go } from '../blocks/button.tsx';
import { useNow } from '../blocks/clock.tsx';
import { TextField } from '../blocks/field.tsx';
import { Disclosure, Figure, PageTitle, Section } from '../blocks/layout.tsx';
import { REPORT_KINDS } from '../blocks/report-clock.tsx';
import { useSectorName } from '../blocks/sector.tsx';
import { SmallCounts } from '../blocks/small-counts.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Table } from '../blocks/table.tsx';
import { withQuery } from '../hub/client.ts';
import { useHub } from '../hub/queries.ts';
import { hideSmall } from '../hub/small-figures.ts';
import { type Key, useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

const PARTS = [
  ['byKind', 'report-statistics.by-kind', 'copies.kind'],
  ['bySector', 'report-statistics.by-sector', 'report-statistics.sector'],
  ['byMonth', 'report-statistics.by-month', 'report-statistics.month'],
  ['byTechnique', 'report-statistics.by-technique', 'report-statistics.technique'],
] as const satisfies readonly (readonly [keyof ReportStatistics, Key, Key])[];

export default function Statistics() {
  const { t } = useWords();
  const [{ from, to }] = useFilters();
  const statistics = useHub<ReportStatistics>(withQuery('/report-statistics', { from, to }), {
    keep: true,
  });
  return (
    <>
      <PageTitle title={t('report-statistics.title')} lead={t('report-statistics.lead')} />
      <Period key={`${from} ${to}`} />
      <Loaded of={statistics} lines={8}>
        {(view) => (
          <div className="grid grid-cols-1 gap-6">
            <Summary view={view} />
            <p className="phrase max-w-[46rem] rounded-8 bg-sunken p-3 text-[0.9375rem]">
              {t('report-statistics.hidden.why', { smallest: view.smallest })}
            </p>
            <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
              {PARTS.map(([part, title, of]) => (
                <Section key={part} title={t(title)} icon="chart">
                  {view[part].length === 0 ? (
                    <EmptyState icon="info" text={t('report-statistics.none')} />
                  ) : (
                    <SmallCounts
                      title={t(title)}
                      of={t(of)}
                      cells={view[part]}
                      smallest={view.smallest}
                    />
                  )}
                </Section>
              ))}
            </div>
            <Yearly years={view.yearly} smallest={view.smallest} />
          </div>
        )}
      </Loaded>
    </>
  );
}

/** Months are counted whole: the hub widens what is asked. */
function Period() {
  const { t } = useWords();
  const now = useNow();
  const [address, change] = useFilters();
  const [from, setFrom] = useState(address.from ?? '');
  const [to, setTo] = useState(address.to ?? '');
  const wrong = from !== '' && to !== '' && from > to;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong) change({ from, to });
  };
  const year = dayInJapan(now).slice(0, 4);
  return (
    <form onSubmit={submit} className="no-print mb-6 flex flex-wrap items-end gap-4">
      <TextField
        type="date"
        label={t('report-statistics.from')}
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
      <TextField
        type="date"
        label={t('report-statistics.to')}
        error={wrong ? t('report-statistics.period.wrong') : undefined}
        value={to}
        onChange={(event) => setTo(event.target.value)}
      />
      <Button type="submit">{t('report-statistics.show')}</Button>
      <Button look="quiet" onClick={() => change({ from: `${year}-01-01`, to: `${year}-12-31` })}>
        {t('report-statistics.this-year')}
      </Button>
      <Button look="quiet" onClick={() => change({ from: undefined, to: undefined })}>
        {t('report-statistics.last-months')}
      </Button>
    </form>
  );
}

const TIMES = [
  ['toReportMs', 'report-statistics.to-report'],
  ['toRecoverMs', 'report-statistics.to-recover'],
  ['toFeedbackMs', 'report-statistics.to-feedback'],
] as const satisfies readonly (readonly [keyof ReportStatistics, Key])[];

function Summary({ view }: { view: ReportStatistics }) {
  const { t, day, number, duration } = useWords();
  const { total } = view;
  return (
    <section aria-label={t('report-statistics.summary')}>
      <p className="mb-2 text-soft">
        {t('report-statistics.period', { from: day(view.from), to: day(view.to) })}
      </p>
      <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
        <Figure
          label={t('report-statistics.total')}
          value={total.hidden ? t('report-statistics.hidden') : number(total.count ?? 0)}
        />
        {TIMES.map(([part, label]) => {
          const times = view[part];
          return (
            <Figure
              key={part}
              label={t(label)}
              value={times ? duration(times.median) : t('report-statistics.too-few')}
              {...(times
                ? { note: t('report-statistics.p90', { time: duration(times.p90) }) }
                : {})}
            />
          );
        })}
      </div>
    </section>
  );
}

const ENTRIES: Readonly<Record<string, Key>> = {
  submitted: 'report-statistics.entry.submitted',
  supplemented: 'report-statistics.entry.supplemented',
  finalised: 'report-statistics.entry.finalised',
  withdrawn: 'report-statistics.entry.withdrawn',
  accepted: 'report-statistics.entry.accepted',
  returned: 'report-statistics.entry.returned',
  relayed: 'report-statistics.entry.relayed',
  extended: 'report-statistics.entry.extended',
  message: 'report-statistics.entry.message',
  ordered: 'report-statistics.entry.ordered',
  overdue: 'report-statistics.entry.overdue',
  merged: 'report-statistics.entry.merged',
  unmerged: 'report-statistics.entry.unmerged',
  settings: 'report-statistics.entry.settings',
  stage_first: 'report-stage.first',
  stage_follow_up: 'report-stage.follow-up',
  stage_final: 'report-stage.final',
};

/** Name of a figure of the ledger; one that a newer version counts keeps its name. */
function useFigureName(): (name: string) => string {
  const { t } = useWords();
  const sectorName = useSectorName();
  return (name) => {
    const known = ENTRIES[name];
    if (known) return t(known);
    const rest = name.replace(/^[a-z]+_/, '').replaceAll('_', '-');
    if (name.startsWith('sector_')) return sectorName(rest);
    if (name.startsWith('kind_') && Object.hasOwn(REPORT_KINDS, rest)) {
      return t(REPORT_KINDS[rest as keyof typeof REPORT_KINDS]);
    }
    return name;
  };
}

const FAMILIES = [
  ['', 'report-statistics.family.entry'],
  ['kind_', 'report-statistics.family.kind'],
  ['sector_', 'report-statistics.family.sector'],
  ['stage_', 'report-statistics.family.stage'],
] as const satisfies readonly (readonly [string, Key])[];

const familyOf = (name: string) => /^(?:kind|sector|stage)_/.exec(name)?.[0] ?? '';

/** Counts of these say whom they are about when they are small. */
const TELLING = ['kind_', 'sector_'];

function Yearly(props: { years: ReportStatistics['yearly']; smallest: number }) {
  const { years, smallest } = props;
  const { t, number } = useWords();
  const nameOf = useFigureName();
  return (
    <Section
      title={t('report-statistics.yearly')}
      icon="ledger"
      lead={t('report-statistics.yearly.lead')}
    >
      {years.length === 0 && <EmptyState icon="info" text={t('report-statistics.none')} />}
      {years.toReversed().map(({ year, counts, size }) => (
        <div key={year} className="mb-4">
          <h3 className="text-[1.125rem]">{t('report-statistics.year', { year: String(year) })}</h3>
          <p className="text-[0.9375rem] text-soft">
            {t('report-statistics.entries', { count: size })}
          </p>
          <div className="mt-2 grid grid-cols-1 items-start gap-x-8 gap-y-4 md:grid-cols-2">
            {FAMILIES.map(([family, title]) => {
              const items = Object.entries(counts).filter(([name]) => familyOf(name) === family);
              if (items.length === 0) return null;
              const hidden = hideSmall(TELLING.includes(family) ? items : [], smallest);
              return (
                <Table
                  key={family}
                  caption={t(title)}
                  captionShown
                  items={items}
                  keyOf={([name]) => name}
                  columns={[
                    {
                      title: t('report-statistics.what'),
                      head: true,
                      cell: ([name]) => nameOf(name),
                    },
                    {
                      title: t('report-statistics.count'),
                      figures: true,
                      cell: ([name, count]) =>
                        hidden.has(name) ? t('report-statistics.hidden') : number(count),
                    },
                  ]}
                />
              );
            })}
          </div>
        </div>
      ))}
      <Disclosure title={t('report-statistics.recompute')}>
        <ol className="grid list-decimal gap-2 pl-6">
          <li>
            {t('report-statistics.recompute.fetch')}{' '}
            <Go href="/ledger-viewer">{t('ledger.title')}</Go>
          </li>
          <li>
            {t('report-statistics.recompute.verify')} <Go href="/verify">{t('verify.title')}</Go>
          </li>
          <li>{t('report-statistics.recompute.sum')}</li>
        </ol>
      </Disclosure>
    </Section>
  );
}
