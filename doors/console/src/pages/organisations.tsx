// SPDX-License-Identifier: Apache-2.0
/** Organisations that the person may see. */
import type { OrganisationView } from '@sakimori/vocabulary/wire';
import { Badge } from '../blocks/badge.tsx';
import { Go } from '../blocks/button.tsx';
import { PREFECTURES, usePrefectureName } from '../blocks/japan-map.tsx';
import { ListPage } from '../blocks/list-page.tsx';
import { SECTORS, useSectorName } from '../blocks/sector.tsx';
import { Table } from '../blocks/table.tsx';
import { OneLine } from '../blocks/text.tsx';
import { useWords } from '../language/language.ts';

export default function Organisations() {
  const { t } = useWords();
  const sector = useSectorName();
  const prefecture = usePrefectureName();
  return (
    <ListPage<OrganisationView>
      title={t('organisations.title')}
      lead={t('organisations.lead')}
      path="/organisations"
      search={t('organisations.search')}
      filters={[
        {
          name: 'sector',
          label: t('organisations.sector'),
          choices: SECTORS.map((one) => [one, sector(one)]),
        },
        {
          name: 'prefecture',
          label: t('field.prefecture'),
          choices: PREFECTURES.map((one) => [one, prefecture(one)]),
        },
      ]}
      ask={({ kind }) => ({ kind })}
      empty={{ icon: 'building', text: t('organisations.none') }}
    >
      {(items) => <OrganisationTable items={items} />}
    </ListPage>
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
