// SPDX-License-Identifier: Apache-2.0
/** The register of one organisation: search and filters in the address, pages by key. */
import type { ComputerView, Exposure, NotificationState, Page } from '@sakimori/vocabulary/wire';
import { Badge, ExposureBadge, NotificationBadge } from '../blocks/badge.tsx';
import { DownloadLink, Go, GoButton } from '../blocks/button.tsx';
import { Choose, SearchField } from '../blocks/field.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Pager, Table } from '../blocks/table.tsx';
import { OneLine } from '../blocks/text.tsx';
import { API, withQuery } from '../hub/client.ts';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

const EXPOSURES = {
  internet: 'state.exposure.internet',
  partner: 'state.exposure.partner',
  internal: 'state.exposure.internal',
  isolated: 'state.exposure.isolated',
  unknown: 'state.exposure.unknown',
} as const satisfies Record<Exposure, Key>;
const STATES = {
  draft: 'state.notification.draft',
  submitted: 'state.notification.submitted',
  relayed: 'state.notification.relayed',
  received: 'state.notification.received',
  'correction-requested': 'state.notification.correction-requested',
  'not-required': 'state.notification.not-required',
} as const satisfies Record<NotificationState, Key>;

export default function Register() {
  const { t } = useWords();
  const session = useSession();
  const [filters, change] = useFilters();
  const own = session.data?.person?.organisation;
  const id = filters.organisation ?? own?.id ?? '';
  const mayImport = id === own?.id && mayDo(session.data, 'computer:import');
  const computers = useHub<Page<ComputerView>>(
    id === ''
      ? undefined
      : withQuery(`/organisations/${encodeURIComponent(id)}/computers`, {
          query: filters.query,
          exposure: filters.exposure,
          notification: filters.notification,
          cursor: filters.cursor,
          limit: 50,
        }),
    { keep: true },
  );
  const filtered = Boolean(filters.query || filters.exposure || filters.notification);
  return (
    <>
      <PageTitle
        title={t('register.title')}
        lead={t('register.lead')}
        actions={
          <>
            {mayImport && (
              <GoButton href="/register/import" look="main" icon="upload">
                {t('import.title')}
              </GoButton>
            )}
            <DownloadLink href={`${API}/organisations/${encodeURIComponent(id)}/computers.csv`}>
              {t('register.download')}
            </DownloadLink>
          </>
        }
      />
      <search className="mb-4 grid grid-cols-2 gap-4 md:grid-cols-[1fr_16rem_14rem]">
        <SearchField
          wide
          label={t('register.search')}
          value={filters.query ?? ''}
          onSearch={(query) => change({ query })}
        />
        <Choose
          label={t('field.exposure')}
          value={filters.exposure ?? ''}
          onChoose={(exposure) => change({ exposure })}
          choices={[
            { value: '', label: t('filter.all') },
            ...Object.entries(EXPOSURES).map(([value, key]) => ({ value, label: t(key) })),
          ]}
        />
        <Choose
          label={t('register.notification')}
          value={filters.notification ?? ''}
          onChoose={(notification) => change({ notification })}
          choices={[
            { value: '', label: t('filter.all') },
            ...Object.entries(STATES).map(([value, key]) => ({ value, label: t(key) })),
          ]}
        />
      </search>
      <Loaded of={computers} lines={8}>
        {(page) =>
          page.items.length === 0 ? (
            <div className="card px-6">
              <EmptyState
                icon="server"
                text={filtered ? t('register.none') : t('home.register.empty')}
              >
                {mayImport && !filtered && (
                  <GoButton href="/register/import" look="main">
                    {t('import.title')}
                  </GoButton>
                )}
              </EmptyState>
            </div>
          ) : (
            <div className="card p-4 md:px-6">
              <ComputerTable items={page.items} />
              <Pager
                shown={page.items.length}
                total={page.total}
                next={page.next}
                isFirst={!filters.cursor}
                go={(cursor) => change({ cursor })}
              />
            </div>
          )
        }
      </Loaded>
    </>
  );
}

export function ComputerTable({ items }: { items: readonly ComputerView[] }) {
  const { t } = useWords();
  return (
    <Table
      caption={t('register.title')}
      items={items}
      keyOf={(computer) => computer.id}
      columns={[
        {
          title: t('field.label'),
          head: true,
          cell: (computer) => (
            <>
              <Go href={`/computers/${computer.id}`} className="font-700 text-accent underline">
                <OneLine text={computer.label} />
              </Go>
              {computer.site && (
                <span className="block text-[0.875rem] text-faint">
                  <OneLine text={computer.site} />
                </span>
              )}
            </>
          ),
        },
        {
          title: t('register.product'),
          cell: (computer) => (
            <>
              <span className="block">
                <OneLine text={[computer.maker, computer.product].filter(Boolean).join(' ')} />
              </span>
              <span className="figures block text-[0.875rem] text-soft">{computer.version}</span>
            </>
          ),
        },
        {
          title: t('field.exposure'),
          cell: (computer) => <ExposureBadge state={computer.exposure} />,
        },
        {
          title: t('register.notification'),
          cell: (computer) => (
            <>
              <NotificationBadge state={computer.notification} />
              {computer.missing.length > 0 && (
                <span className="block text-[0.875rem] text-caution">
                  {t('register.missing', { count: computer.missing.length })}
                </span>
              )}
            </>
          ),
        },
        {
          title: t('register.warnings'),
          cell: (computer) =>
            computer.openWarnings > 0 ? (
              <Badge tone="alarm" icon="bell">
                {t('register.open-warnings', { count: computer.openWarnings })}
              </Badge>
            ) : (
              <span className="text-faint">{t('register.no-warnings')}</span>
            ),
        },
      ]}
    />
  );
}
