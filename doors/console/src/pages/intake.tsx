// SPDX-License-Identifier: Apache-2.0
/** The office's queue: what comes first and why, who has it, and what reporters are told in a surge. */
import type { CrisisView, IntakeItem, IntakeView } from '@sakimori/vocabulary/wire';
import { Badge } from '../blocks/badge.tsx';
import { Button, GoButton } from '../blocks/button.tsx';
import { Moment } from '../blocks/clock.tsx';
import { CopyLine } from '../blocks/copy-list.tsx';
import { Icon } from '../blocks/icon.tsx';
import { usePersonName, Why } from '../blocks/intake-tools.tsx';
import { ListPage } from '../blocks/list-page.tsx';
import { REPORT_KINDS } from '../blocks/report-clock.tsx';
import { Refusal } from '../blocks/states.tsx';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';

const STATES = {
  delivered: 'state.delivery.delivered',
  read: 'state.delivery.read',
} as const;

export default function Intake() {
  const { t } = useWords();
  const session = useSession();
  const own = session.data?.person?.id;
  return (
    <ListPage<IntakeItem>
      title={t('intake.title')}
      lead={t('intake.lead')}
      actions={
        mayDo(session.data, 'report:take') && (
          <GoButton href="/intake/telephone" icon="phone">
            {t('telephone.title')}
          </GoButton>
        )
      }
      above={<Surge />}
      path={own ? '/intake' : undefined}
      ask={({ mine }) => ({ mine: undefined, assignee: mine ? own : undefined })}
      search={t('copies.search')}
      filters={[
        { name: 'mine', label: t('intake.assignee'), choices: { true: 'intake.mine' } },
        { name: 'kind', label: t('copies.kind'), choices: REPORT_KINDS },
        { name: 'state', label: t('copies.state'), choices: STATES },
      ]}
      empty={{
        icon: 'done',
        text: t('intake.none'),
        filtered: t('copies.none-filtered'),
      }}
      cards
    >
      {(items) => (
        <ol className="grid grid-cols-1 gap-3">
          {items.map((item, position) => (
            <Row key={item.id} item={item} first={position === 0} />
          ))}
        </ol>
      )}
    </ListPage>
  );
}

/** How much is coming in; in a surge since when, and what reporters are told. */
function Surge() {
  const view = useHub<IntakeView>('/intake?limit=1', { refetchMs: 30_000 });
  return view.data ? <CrisisBanner crisis={view.data.crisis} /> : null;
}

export function CrisisBanner({ crisis }: { crisis: CrisisView }) {
  const { t, pick } = useWords();
  const { on, since, waiting, perHour, expect } = crisis;
  const numbers = t('intake.crisis.numbers', { waiting, perHour });
  if (!on) {
    return (
      <p role="status" className="flex items-center gap-2 text-soft">
        <Icon name="inbox" className="size-5" />
        {numbers}
      </p>
    );
  }
  return (
    <section
      role="status"
      aria-label={t('intake.crisis')}
      className="rounded-12 border-2 border-alarm bg-alarm-wash p-4 md:p-6"
    >
      <p className="flex items-center gap-2 text-[1.25rem] font-700">
        <Icon name="alarm" className="size-6 text-alarm" />
        {t('intake.crisis')}
      </p>
      <p className="figures mt-1">
        {numbers}
        {since && (
          <>
            {' · '}
            {t('intake.crisis.since')} <Moment at={since} />
          </>
        )}
      </p>
      {expect && (
        <p className="phrase mt-2">
          <span className="font-700">{t('intake.crisis.expect')}</span> {pick(expect)}
        </p>
      )}
    </section>
  );
}

function Row({ item, first }: { item: IntakeItem; first: boolean }) {
  const { t } = useWords();
  const session = useSession();
  const own = session.data?.person?.id;
  const nameOf = usePersonName();
  const write = useWrite<IntakeItem>();
  return (
    <li
      className={`card flex flex-col gap-3 border-l-8 px-4 py-3 sm:flex-row sm:items-center md:px-6 ${item.overdue ? 'border-l-alarm' : item.state === 'delivered' ? 'border-l-accent' : 'border-l-edge'}`}
    >
      <div className="min-w-0 grow">
        <CopyLine copy={item} />
        <div className="mt-1 border-t border-line pt-1">
          <p className="sr-only">{t('intake.why')}</p>
          <Why item={item} />
        </div>
        <p className="mt-1 flex flex-wrap gap-2">
          <Badge icon="account">
            {item.assignee
              ? t('intake.assigned', { name: nameOf(item.assignee) })
              : t('intake.assignee.nobody')}
          </Badge>
          {item.merged && <Badge icon="link">{t('intake.merged.badge')}</Badge>}
          {item.related > 0 && (
            <Badge tone="accent" icon="link">
              {t('intake.related.count', { count: item.related })}
            </Badge>
          )}
        </p>
        <Refusal error={write.error} />
      </div>
      <div className="flex shrink-0 flex-wrap gap-2 self-start sm:flex-col sm:self-center">
        <GoButton
          href={`/intake/${encodeURIComponent(item.id)}`}
          look={first ? 'main' : 'plain'}
          label={t('home.verb-on', { verb: t('copies.verb.open'), title: item.title })}
          className="min-w-32"
        >
          {t('copies.verb.open')}
        </GoButton>
        {own && item.assignee === undefined && mayDo(session.data, 'intake:triage') && (
          <Button
            size="small"
            look="quiet"
            busy={write.isPending}
            onClick={() =>
              write.mutate({
                path: `/intake/${encodeURIComponent(item.id)}/assign`,
                body: { assignee: own },
              })
            }
          >
            {t('intake.assign-me')}
            <span className="sr-only"> {item.title}</span>
          </Button>
        )}
      </div>
    </li>
  );
}
