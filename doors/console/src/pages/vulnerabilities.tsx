// SPDX-License-Identifier: Apache-2.0
/** Vulnerabilities that are known here; exploited ones by default. */
import type { Page, VulnerabilityBrief } from '@sakimori/vocabulary/wire';
import { Choose, SearchField } from '../blocks/field.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Pager } from '../blocks/table.tsx';
import { VulnerabilityList } from '../blocks/vulnerability-list.tsx';
import { withQuery } from '../hub/client.ts';
import { useHub } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

export default function Vulnerabilities() {
  const { t } = useWords();
  const [filters, change] = useFilters();
  const all = filters.show === 'all';
  const list = useHub<Page<VulnerabilityBrief>>(
    withQuery('/vulnerabilities', {
      query: filters.query,
      exploited: all ? undefined : true,
      cursor: filters.cursor,
    }),
    { keep: true },
  );
  return (
    <>
      <PageTitle title={t('vulnerabilities.title')} lead={t('vulnerabilities.lead')} />
      <search className="mb-4 grid gap-4 sm:grid-cols-[1fr_16rem]">
        <SearchField
          label={t('vulnerabilities.search')}
          value={filters.query ?? ''}
          onSearch={(query) => change({ query })}
        />
        <Choose
          label={t('vulnerabilities.show')}
          value={all ? 'all' : ''}
          onChoose={(show) => change({ show })}
          choices={[
            { value: '', label: t('vulnerabilities.exploited-only') },
            { value: 'all', label: t('filter.all') },
          ]}
        />
      </search>
      <Loaded of={list}>
        {(page) => (
          <div className="card p-4 md:px-6">
            {page.items.length === 0 ? (
              <EmptyState icon="search" text={t('vulnerabilities.none')} />
            ) : (
              <VulnerabilityList items={page.items} />
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
