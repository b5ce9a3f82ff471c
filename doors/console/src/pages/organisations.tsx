// SPDX-License-Identifier: Apache-2.0
/** Organisations that the person may see. */
import type { OrganisationView, Page } from '@sakimori/vocabulary/wire';
import { Badge } from '../blocks/badge.tsx';
import { Go } from '../blocks/button.tsx';
import { Choose, SearchField } from '../blocks/field.tsx';
import { PREFECTURES, usePrefectureName } from '../blocks/japan-map.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { SECTORS, useSectorName } from '../blocks/sector.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Pager, Table } from '../blocks/table.tsx';
import { OneLine } from '../blocks/text.tsx';
import { withQuery } from '../hub/client.ts';
import { useHub } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

export default function Organisations() {
  const { t } = useWords();
  const sector = useSectorName();
  const prefecture = usePrefectureName();
  const [filters, change] = useFilters();
  const list = useHub<Page<OrganisationView>>(
    withQuery('/organisations', {
      query: filters.query,
      sector: filters.sector,
      prefecture: filters.prefecture,
      kind: filters.kind,
      cursor: filters.cursor,
    }),
    { keep: true },
  );
  return (
    <>
      <PageTitle title={t('organisations.title')} lead={t('organisations.lead')} />
      <search className="mb-4 grid grid-cols-2 gap-4 md:grid-cols-[1fr_14rem_12rem]">
        <SearchField
          wide
          label={t('organisations.search')}
          value={filters.query ?? ''}
          onSearch={(query) => change({ query })}
        />
        <Choose
          label={t('organisations.sector')}
          value={filters.sector ?? ''}
          onChoose={(value) => change({ sector: value })}
          choices={[
            { value: '', label: t('filter.all') },
            ...SECTORS.map((value) => ({ value, label: sector(value) })),
          ]}
        />
        <Choose
          label={t('field.prefecture')}
          value={filters.prefecture ?? ''}
          onChoose={(value) => change({ prefecture: value })}
          choices={[
            { value: '', label: t('filter.all') },
            ...PREFECTURES.map((value) => ({ value, label: prefecture(value) })),
          ]}
        />
      </search>
      <Loaded of={list} lines={8}>
        {(page) => (
          <div className="card p-4 md:px-6">
            {page.items.length === 0 ? (
              <EmptyState icon="building" text={t('organisations.none')} />
            ) : (
              <OrganisationTable items={page.items} />
            )}
            <Pager
              shown={page.items.length}
              total={page.total}
              next={page.next}
              isFirst={!filters.cursor}
              go={(cursor) => change({ cursor })}
            />
          </div>
        )}
      </Loaded>
    </>
  );
}

function OrganisationTable({ items }: { items: readonly OrganisationView[] }) {
  const { t, pick, number } = useWords();
  const sector = useSectorName();
  const prefecture = usePrefectureName();
  return (
    <Table
      caption={t('organisations.title')}
      items={items}
      keyOf={(one) => one.id}
      columns={[
        {
          title: t('organisation.kind'),
          head: true,
          cell: (one) => (
            <>
              <Go href={`/organisations/${one.id}`} className="font-700 text-accent underline">
                <OneLine text={pick(one.name)} />
              </Go>
              <span className="block text-[0.875rem] text-faint">
                {[sector(one.sector), prefecture(one.prefecture)].filter(Boolean).join(' · ')}
              </span>
            </>
          ),
        },
        { title: t('organisations.kind'), cell: (one) => t(`organisation.kind.${one.kind}`) },
        { title: t('numbers.computers'), figures: true, cell: (one) => number(one.computers) },
        {
          title: t('organisations.incomplete'),
          figures: true,
          cell: (one) => number(one.incompleteComputers),
        },
        {
          title: t('home.warnings.title'),
          cell: (one) => (
            <span className="flex flex-wrap gap-2">
              {one.openWarnings === 0 && (
                <span className="text-faint">{t('register.no-warnings')}</span>
              )}
              {one.openWarnings > one.silentWarnings && (
                <Badge tone="caution" icon="bell">
                  {t('register.open-warnings', { count: one.openWarnings - one.silentWarnings })}
                </Badge>
              )}
              {one.silentWarnings > 0 && (
                <Badge tone="alarm" icon="alarm">
                  {t('organisations.silent', { count: one.silentWarnings })}
                </Badge>
              )}
            </span>
          ),
        },
      ]}
    />
  );
}
