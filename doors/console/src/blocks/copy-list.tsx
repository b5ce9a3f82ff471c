// SPDX-License-Identifier: Apache-2.0
/** Delivered reports at a desk: what waits for whom stands first, each with until when and one verb. */
import type { CopyBrief, Page } from '@sakimori/vocabulary/wire';
import { withQuery } from '../hub/client.ts';
import { sortCopies } from '../hub/copy-acts.ts';
import { useHub } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';
import { Badge, DeliveryBadge } from './badge.tsx';
import { Go, GoButton } from './button.tsx';
import { Clock, Moment } from './clock.tsx';
import { Section } from './layout.tsx';
import { Filters } from './list-page.tsx';
import { REPORT_KINDS, useKindName, useStageName } from './report-clock.tsx';
import { EmptyState, Loaded } from './states.tsx';
import { Pager } from './table.tsx';
import { OneLine } from './text.tsx';

const STATES = {
  delivered: 'state.delivery.delivered',
  read: 'state.delivery.read',
  accepted: 'state.delivery.accepted',
  returned: 'state.delivery.returned',
} as const;
const STAGES = {
  first: 'report-stage.first',
  'follow-up': 'report-stage.follow-up',
  final: 'report-stage.final',
} as const;
const FILTERS = ['query', 'state', 'kind', 'stage', 'overdue'] as const;
const GROUP_MAX = 20;

/** A desk: with a filter what it finds, without one what waits, by what it waits for. */
export function CopyDesk() {
  const { t } = useWords();
  const [address] = useFilters();
  const filtered = FILTERS.some((name) => address[name]);
  return (
    <div className="grid grid-cols-1 gap-2">
      <Filters
        search={t('copies.search')}
        filters={[
          { name: 'state', label: t('copies.state'), choices: STATES },
          { name: 'kind', label: t('copies.kind'), choices: REPORT_KINDS },
          { name: 'stage', label: t('copies.stage'), choices: STAGES },
          {
            name: 'overdue',
            label: t('copies.due'),
            choices: { true: 'copies.due.overdue' },
          },
        ]}
      />
      {filtered ? <Found /> : <Groups />}
    </div>
  );
}

function Found() {
  const { t } = useWords();
  const [address, change] = useFilters();
  const query = Object.fromEntries(FILTERS.map((name) => [name, address[name]]));
  const found = useHub<Page<CopyBrief>>(
    withQuery('/copies', { ...query, cursor: address.cursor }),
    { keep: true },
  );
  return (
    <Loaded of={found} lines={6}>
      {({ items, next }) => (
        <div>
          {items.length === 0 ? (
            <div className="card px-6">
              <EmptyState icon="search" text={t('copies.none-filtered')} />
            </div>
          ) : (
            <CopyCards copies={items} />
          )}
          {!(items.length === 0 && !address.cursor) && (
            <Pager
              shown={items.length}
              total={undefined}
              next={next}
              isFirst={!address.cursor}
              go={(cursor) => change({ cursor })}
            />
          )}
        </div>
      )}
    </Loaded>
  );
}

interface Group {
  readonly title: Key;
  readonly ask: Readonly<Record<string, string>>;
  readonly icon: 'inbox' | 'alarm' | 'stamp' | 'done';
  /** Leaves out what another group shows. */
  readonly holds: (copy: CopyBrief) => boolean;
}

/** No copy stands in two groups. */
const GROUPS: readonly Group[] = [
  {
    title: 'copies.group.unread',
    ask: { state: 'delivered' },
    icon: 'inbox',
    holds: () => true,
  },
  {
    title: 'copies.group.overdue',
    ask: { overdue: 'true' },
    icon: 'alarm',
    holds: ({ state }) => state !== 'delivered',
  },
  {
    title: 'copies.group.read',
    ask: { state: 'read' },
    icon: 'stamp',
    holds: ({ overdue }) => !overdue,
  },
  {
    title: 'copies.group.returned',
    ask: { state: 'returned' },
    icon: 'done',
    holds: ({ overdue }) => !overdue,
  },
  {
    title: 'copies.group.accepted',
    ask: { state: 'accepted' },
    icon: 'done',
    holds: ({ overdue }) => !overdue,
  },
];

function Groups() {
  const { t } = useWords();
  const all = useHub<Page<CopyBrief>>(withQuery('/copies', { limit: 1 }), { refetchMs: 60_000 });
  return (
    <Loaded of={all} lines={6}>
      {({ items }) =>
        items.length === 0 ? (
          <div className="card px-6">
            <EmptyState text={t('copies.none')} />
          </div>
        ) : (
          <div className="grid grid-cols-1 gap-8">
            {GROUPS.map((group) => (
              <CopyGroup key={group.title} group={group} />
            ))}
          </div>
        )
      }
    </Loaded>
  );
}

function CopyGroup({ group }: { group: Group }) {
  const { t } = useWords();
  const found = useHub<Page<CopyBrief>>(withQuery('/copies', { ...group.ask, limit: GROUP_MAX }), {
    refetchMs: 60_000,
  });
  return (
    <Loaded of={found} lines={3}>
      {({ items, next }) => {
        const copies = sortCopies(items.filter(group.holds));
        if (copies.length === 0) return null;
        return (
          <Section
            bare
            title={
              next
                ? t('copies.group.more', { title: t(group.title), count: copies.length })
                : t('copies.group', { title: t(group.title), count: copies.length })
            }
            icon={group.icon}
          >
            <CopyCards copies={copies} />
            {next && (
              <p className="mt-3">
                <GoButton href={withQuery('/copies', group.ask)}>{t('copies.group.all')}</GoButton>
              </p>
            )}
          </Section>
        );
      }}
    </Loaded>
  );
}

/** Edge of a card, beside the words: what is unread or over stands out in a long list. */
function edgeOf({ state, overdue }: CopyBrief): string {
  if (overdue) return 'border-l-alarm';
  if (state === 'delivered') return 'border-l-accent';
  return state === 'read' ? 'border-l-caution' : 'border-l-edge';
}

const VERBS: Record<CopyBrief['state'], Key> = {
  delivered: 'copies.verb.open',
  read: 'copies.verb.decide',
  returned: 'copies.verb.open',
  accepted: 'copies.verb.open',
};

function CopyCards({ copies }: { copies: readonly CopyBrief[] }) {
  return (
    <ul className="grid grid-cols-1 gap-3">
      {copies.map((copy) => (
        <CopyCard key={copy.id} copy={copy} />
      ))}
    </ul>
  );
}

function CopyCard({ copy }: { copy: CopyBrief }) {
  const { t } = useWords();
  const href = `/copies/${encodeURIComponent(copy.id)}`;
  const verb = t(VERBS[copy.state]);
  return (
    <li
      className={`card flex flex-col gap-3 border-l-8 px-4 py-3 sm:flex-row sm:items-center md:px-6 ${edgeOf(copy)}`}
    >
      <div className="min-w-0 grow">
        <CopyLine copy={copy} />
      </div>
      <GoButton
        href={href}
        look={copy.state === 'delivered' || copy.state === 'read' ? 'main' : 'plain'}
        label={t('home.verb-on', { verb, title: copy.title })}
        className="min-w-28 self-start sm:self-center"
      >
        {verb}
      </GoButton>
    </li>
  );
}

/** What a copy is: how it stands, until when, what is told, by whom. */
export function CopyLine({ copy, link = false }: { copy: CopyBrief; link?: boolean }) {
  const { t, pick } = useWords();
  const kindName = useKindName();
  const stageName = useStageName();
  const { title, next, overdue, state, kind, stage, organisation, deliveredAt, waiting } = copy;
  return (
    <>
      <div className="mb-1 flex flex-wrap items-center gap-x-3 gap-y-1">
        <DeliveryBadge state={state} />
        {overdue && (
          <Badge tone="alarm" icon="alarm">
            {t('copies.overdue')}
          </Badge>
        )}
        {waiting > 0 && (
          <Badge tone="caution" icon="waiting">
            {t('copies.waiting', { count: waiting })}
          </Badge>
        )}
        {next && (
          <span className="inline-flex flex-wrap items-baseline gap-x-2">
            <Clock due={next.due} />
            <span className="text-soft">{stageName(next.stage)}</span>
          </span>
        )}
      </div>
      <p className="text-[1.125rem] font-700 leading-150">
        {link ? (
          <Go href={`/copies/${encodeURIComponent(copy.id)}`} className="text-accent underline">
            <OneLine text={title} />
          </Go>
        ) : (
          <OneLine text={title} />
        )}
      </p>
      <p className="text-[0.9375rem] text-soft">
        {pick(organisation.name)} · {kindName(kind)} · {stageName(stage)}
      </p>
      <p className="text-[0.9375rem] text-faint">
        {t('copies.delivered')} <Moment at={deliveredAt} />
      </p>
    </>
  );
}
