// SPDX-License-Identifier: Apache-2.0
/** The register of one organisation: search and filters in the address, pages by key. */
import type { ComputerView, Exposure, NotificationState } from '@sakimori/vocabulary/wire';
import { Badge, ExposureBadge, NotificationBadge } from '../blocks/badge.tsx';
import { DownloadLink, Go, GoButton } from '../blocks/button.tsx';
import { ListPage } from '../blocks/list-page.tsx';
import { Table } from '../blocks/table.tsx';
import { OneLine } from '../blocks/text.tsx';
import { API } from '../hub/client.ts';
import { mayDo, useSession } from '../hub/queries.ts';
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
  const [filters] = useFilters();
  const own = session.data?.person?.organisation;
  const id = filters.organisation ?? own?.id ?? '';
  const mayImport = id === own?.id && mayDo(session.data, 'computer:import');
  const computers = `/organisations/${encodeURIComponent(id)}/computers`;
  return (
    <ListPage<ComputerView>
      title={t('register.title')}
      lead={t('register.lead')}
      actions={
        <>
          {mayImport && (
            <GoButton href="/register/import" look="main" icon="upload">
              {t('import.title')}
            </GoButton>
          )}
          <DownloadLink href={`${API}${computers}.csv`}>{t('register.download')}</DownloadLink>
        </>
      }
      path={id === '' ? undefined : computers}
      search={t('register.search')}
      filters={[
        { name: 'exposure', label: t('field.exposure'), choices: EXPOSURES },
        { name: 'notification', label: t('register.notification'), choices: STATES },
      ]}
      ask={() => ({ limit: 50 })}
      empty={{
        icon: 'server',
        text: t('home.register.empty'),
        filtered: t('register.none'),
        action: mayImport && (
          <GoButton href="/register/import" look="main">
            {t('import.title')}
          </GoButton>
        ),
      }}
    >
      {(items) => <ComputerTable items={items} />}
    </ListPage>
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
