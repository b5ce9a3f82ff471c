// SPDX-License-Identifier: Apache-2.0
/** All warnings that the person may see; filters in the address. */
import type { WarningBrief, WarningState } from '@sakimori/vocabulary/wire';
import { Badge, WarningBadge } from '../blocks/badge.tsx';
import { Go, GoButton } from '../blocks/button.tsx';
import { Clock } from '../blocks/clock.tsx';
import { ListPage } from '../blocks/list-page.tsx';
import { Mark } from '../blocks/mark.tsx';
import { OneLine } from '../blocks/text.tsx';
import { mayDo, useSession } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';

const STATES = {
  open: 'state.warning.open',
  acknowledged: 'state.warning.acknowledged',
  working: 'state.warning.working',
  resolved: 'state.warning.resolved',
  withdrawn: 'state.warning.withdrawn',
} as const satisfies Record<WarningState, Key>;

export default function Warnings() {
  const { t } = useWords();
  return (
    <ListPage<WarningBrief>
      title={t('warnings.title')}
      lead={t('warnings.lead')}
      path="/warnings"
      search={t('warnings.search')}
      filters={[{ name: 'state', label: t('warnings.state'), choices: STATES }]}
      ask={({ organisation, vulnerability }) => ({ organisation, vulnerability })}
      empty={{ text: t('warnings.empty') }}
      cards
    >
      {(items) => <WarningList items={items} />}
    </ListPage>
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
