// SPDX-License-Identifier: Apache-2.0
/** A page that is one list: title, filters in the address, the list, and what stands in its place. */
import type { Page } from '@sakimori/vocabulary/wire';
import type { ReactNode } from 'react';
import { withQuery } from '../hub/client.ts';
import { useHub } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';
import { Choose, SearchField } from './field.tsx';
import type { IconName } from './icon.tsx';
import { PageTitle, type PageTitleProps } from './layout.tsx';
import { EmptyState, Loaded } from './states.tsx';
import { Pager } from './table.tsx';

/** One choice of a filter row, kept in the address under `name`. */
export interface Filter {
  readonly name: string;
  readonly label: string;
  /** Value to what it is called: already in words, or as the key of its words. */
  readonly choices: Readonly<Record<string, Key>> | readonly (readonly [string, string])[];
  /** What it is called that nothing is chosen. Default: all. */
  readonly unset?: string;
}

interface FiltersProps {
  /** Label of the search field, kept in the address as `query`. Absent: there is none. */
  readonly search?: string;
  readonly filters?: readonly Filter[];
}

/** Written out, because the style sheet holds only classes that stand in a source. */
const SEARCH_ALONE = 'max-w-[32rem]';
const SEARCH_AND_ONE = 'sm:grid-cols-[1fr_16rem]';
const SEARCH_AND_MORE = 'grid-cols-2 md:grid-cols-[1fr_16rem_14rem]';
const CHOICES_ALONE = 'grid-cols-[repeat(auto-fill,minmax(12rem,16rem))]';

function layOut(search: boolean, choices: number): string {
  if (!search) return CHOICES_ALONE;
  if (choices === 0) return SEARCH_ALONE;
  return choices === 1 ? SEARCH_AND_ONE : SEARCH_AND_MORE;
}

/** A search field and choices beside it, all of them in the address. */
export function Filters({ search, filters = [] }: FiltersProps) {
  const { t } = useWords();
  const [chosen, change] = useFilters();
  const choicesOf = ({ choices }: Filter) =>
    Array.isArray(choices)
      ? choices.map(([value, label]) => ({ value, label }))
      : Object.entries(choices).map(([value, key]) => ({ value, label: t(key) }));
  return (
    <search className={`mb-4 grid gap-4 ${layOut(search !== undefined, filters.length)}`}>
      {search !== undefined && (
        <SearchField
          wide={filters.length > 1}
          label={search}
          value={chosen.query ?? ''}
          onSearch={(query) => change({ query })}
        />
      )}
      {filters.map((filter) => (
        <Choose
          key={filter.name}
          label={filter.label}
          value={chosen[filter.name] ?? ''}
          onChoose={(value) => change({ [filter.name]: value })}
          choices={[{ value: '', label: filter.unset ?? t('filter.all') }, ...choicesOf(filter)]}
        />
      ))}
    </search>
  );
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface ListPageProps<T> extends Omit<PageTitleProps, 'children'>, FiltersProps {
  /** Where the hub answers with a `Page` or with a plain list; `undefined`: not asked yet. */
  readonly path: string | undefined;
  /**
   * What the hub is asked beside the search, the filters and the page turned to, given what the
   * address holds. A value that is `undefined` takes a filter of that name out of the question.
   */
  readonly ask?: (address: Readonly<Record<string, string | undefined>>) => Query;
  readonly empty: {
    readonly text: string;
    /** Said instead of `text` when a search or a filter is set. */
    readonly filtered?: string;
    readonly icon?: IconName;
    /** The way to a first entry; shown only when no search and no filter hides one. */
    readonly action?: ReactNode;
  };
  /** Stands between the title and the list, for example the form that adds an entry. */
  readonly above?: ReactNode;
  /** The entries are cards themselves: no frame around the list. */
  readonly cards?: boolean;
  /** Draws the entries, at least one of them; a `Table` or a `<ul>`. */
  readonly children: (items: readonly T[]) => ReactNode;
}

/**
 * A whole list page: asks the hub, and shows the list, or what it waits for, or why there is none.
 *
 * ```tsx
 * const STATES = { open: 'state.report.open', closed: 'state.report.closed' } as const;
 *
 * export default function Reports() {
 *   const { t } = useWords();
 *   return (
 *     <ListPage<ReportView>
 *       title={t('reports.title')}
 *       lead={t('reports.lead')}
 *       path="/reports"
 *       search={t('reports.search')}
 *       filters={[{ name: 'state', label: t('reports.state'), choices: STATES }]}
 *       empty={{ icon: 'clipboard', text: t('reports.none') }}
 *     >
 *       {(items) => (
 *         <Table
 *           caption={t('reports.title')}
 *           items={items}
 *           keyOf={(one) => one.id}
 *           columns={[
 *             { title: t('reports.label'), head: true, cell: (one) => <OneLine text={one.label} /> },
 *             { title: t('reports.filed'), cell: (one) => <Moment at={one.filed} /> },
 *           ]}
 *         />
 *       )}
 *     </ListPage>
 *   );
 * }
 * ```
 *
 * The hub is asked `/reports?query=...&state=...&cursor=...`, each only when the address holds it.
 */
export function ListPage<T>(props: ListPageProps<T>) {
  const {
    path,
    search,
    filters = [],
    ask,
    empty,
    above,
    cards = false,
    children,
    ...title
  } = props;
  const [address, change] = useFilters();
  const own = [...(search === undefined ? [] : ['query']), ...filters.map(({ name }) => name)];
  const query: Query = {
    ...Object.fromEntries(own.map((name) => [name, address[name]])),
    ...ask?.(address),
    cursor: address.cursor,
  };
  const list = useHub<Page<T> | readonly T[]>(
    path === undefined ? undefined : withQuery(path, query),
    { keep: true },
  );
  const isFirst = !address.cursor;
  const filtered = own.some((name) => address[name]);
  return (
    <>
      <PageTitle {...title} />
      {above && <div className="mb-6 grid grid-cols-1 gap-6">{above}</div>}
      {own.length > 0 && (
        <Filters {...(search === undefined ? {} : { search })} filters={filters} />
      )}
      <Loaded of={list} lines={8}>
        {(answer) => {
          const page: Page<T> = 'items' in answer ? answer : { items: answer };
          const isPaged = page === answer;
          const none = page.items.length === 0;
          return (
            <div {...(none || !cards ? { className: 'card p-4 md:px-6' } : {})}>
              {none ? (
                <EmptyState
                  {...(empty.icon ? { icon: empty.icon } : {})}
                  text={(filtered && empty.filtered) || empty.text}
                >
                  {!filtered && empty.action}
                </EmptyState>
              ) : (
                children(page.items)
              )}
              {/* A page that has become empty meanwhile still leads back to the first. */}
              {isPaged && !(none && isFirst) && (
                <Pager
                  shown={page.items.length}
                  total={page.total}
                  next={page.next}
                  isFirst={isFirst}
                  go={(cursor) => change({ cursor })}
                />
              )}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
