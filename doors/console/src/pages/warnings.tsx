// SPDX-License-Identifier: Apache-2.0
/** All warnings that the person may see; filters in the address. */
import type { Page, WarningBrief, WarningState } from '@sakimori/vocabulary/wire';
import { Badge, WarningBadge } from '../blocks/badge.tsx';
import { Go, GoButton } from '../blocks/button.tsx';
import { Clock } from '../blocks/clock.tsx';
import { Choose, SearchField } from '../blocks/field.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { Mark } from '../blocks/mark.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Pager } from '../blocks/table.tsx';
import { OneLine } from '../blocks/text.tsx';
import { withQuery } from '../hub/client.ts';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

const STATES = {
  open: 'state.warning.open',
  acknowledged: 'state.warning.acknowledged',
  working: 'state.warning.working',
  resolved: 'state.warning.resolved',
  withdrawn: 'state.warning.withdrawn',
} as const satisfies Record<WarningState, Key>;

export default function Warnings() {
  const { t } = useWords();
  const [filters, change] = useFilters();
  const warnings = useHub<Page<WarningBrief>>(
    withQuery('/warnings', {
      organisation: filters.organisation,
      state: filters.state,
      vulnerability: filters.vulnerability,
      query: filters.query,
      cursor: filters.cursor,
    }),
    { keep: true },
  );
  return (
    <>
      <PageTitle title={t('warnings.title')} lead={t('warnings.lead')} />
      <search className="mb-4 grid gap-4 sm:grid-cols-[1fr_16rem]">
        <SearchField
          label={t('warnings.search')}
          value={filters.query ?? ''}
          onSearch={(query) => change({ query })}
        />
        <Choose
          label={t('warnings.state')}
          value={filters.state ?? ''}
          onChoose={(state) => change({ state })}
          choices={[
            { value: '', label: t('filter.all') },
            ...Object.entries(STATES).map(([value, key]) => ({ value, label: t(key) })),
          ]}
        />
      </search>
      <Loaded of={warnings}>
        {(page) =>
          page.items.length === 0 ? (
            <div className="card px-6">
              <EmptyState text={t('warnings.empty')} />
            </div>
          ) : (
            <>
              <WarningList items={page.items} />
              <Pager
                shown={page.items.length}
                total={page.total}
                next={page.next}
                isFirst={!filters.cursor}
                go={(cursor) => change({ cursor })}
              />
            </>
          )
        }
      </Loaded>
    </>
  );
}

/** Warnings as rows with one verb each. */
export function WarningList({ items }: { items: readonly WarningBrief[] }) {
  const { t, pick } = useWords();
  const session = useSession();
  const own = session.data?.person?.organisation.id;
  const mayAnswer = mayDo(session.data, 'warning:answer');
  return (
    <ul className="grid gap-3">
      {items.map((item) => {
        const waits = item.state === 'open' && mayAnswer && item.organisation.id === own;
        const done = item.state === 'resolved' || item.state === 'withdrawn';
        return (
          <li
            key={item.id}
            className="card flex flex-col gap-3 px-4 py-4 sm:flex-row sm:items-center md:px-6"
          >
            <div className="min-w-0 grow">
              <div className="mb-1 flex flex-wrap items-center gap-x-3 gap-y-1">
                <WarningBadge state={item.state} />
                <Mark tlp={item.tlp} />
                {item.revision > 1 && (
                  <Badge>{t('warning.revision', { revision: item.revision })}</Badge>
                )}
                <Clock due={item.due} done={done} />
              </div>
              <p className="text-[1.0625rem] font-700">
                <Go href={`/warnings/${item.id}`}>
                  <OneLine text={pick(item.title)} />
                </Go>
              </p>
              <p className="phrase text-soft">
                <OneLine text={pick(item.why)} />
              </p>
              <p className="text-[0.9375rem] text-faint">
                {item.organisation.id !== own && `${pick(item.organisation.name)} · `}
                {t('warnings.computers', { count: item.computers })}
              </p>
            </div>
            <GoButton
              href={`/warnings/${item.id}${waits ? '#answer' : ''}`}
              look={waits ? 'main' : 'plain'}
              label={`${waits ? t('verb.answer') : t('verb.look')}: ${pick(item.title)}`}
              className="min-w-28 self-start sm:self-center"
            >
              {waits ? t('verb.answer') : t('verb.look')}
            </GoButton>
          </li>
        );
      })}
    </ul>
  );
}
