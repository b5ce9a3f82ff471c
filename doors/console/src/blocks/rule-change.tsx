// SPDX-License-Identifier: Apache-2.0
/** A change of a rule that was asked for: what would differ, why, and the word of a second person. */
import type { RuleChangeView, RuleSetView } from '@sakimori/vocabulary/wire';
import { mayDo, useSession, useWrite } from '../hub/queries.ts';
import { findChanges } from '../hub/rule-value.ts';
import { type Key, useWords } from '../language/language.ts';
import { Badge, type Tone } from './badge.tsx';
import { Button } from './button.tsx';
import { Moment } from './clock.tsx';
import { Diff } from './diff.tsx';
import type { IconName } from './icon.tsx';
import { usePersonName } from './intake-tools.tsx';
import { Disclosure, Facts } from './layout.tsx';
import { Receipt } from './receipt.tsx';
import { Refusal } from './states.tsx';
import { Folded } from './text.tsx';

const STATES: Record<RuleChangeView['state'], readonly [Tone, IconName, Key]> = {
  waiting: ['caution', 'waiting', 'rules.state.waiting'],
  'in-force': ['good', 'done', 'rules.state.in-force'],
  refused: ['plain', 'close', 'rules.state.refused'],
};

/** The rule that a change would take the place of: the entry of its id, else the one in force. */
function replaced(change: RuleChangeView, set: RuleSetView): unknown {
  const id = (change.value as { id?: unknown } | null)?.id;
  const entry = set.rules.findLast((rule) => rule.id === id && rule.change !== change.id);
  if (typeof id === 'string') return entry?.value;
  return set.rules.find((rule) => rule.inForce && rule.change !== change.id)?.value;
}

export function RuleChange({ change, set }: { change: RuleChangeView; set: RuleSetView }) {
  const { t, pick, day } = useWords();
  const session = useSession();
  const nameOf = usePersonName();
  const [tone, icon, key] = STATES[change.state];
  const own = session.data?.person?.id === change.askedBy;
  const changes = findChanges(replaced(change, set), change.value);
  return (
    <div className="grid grid-cols-1 gap-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tone} icon={icon}>
          {t(key)}
        </Badge>
        <span className="font-700">{pick(set.title)}</span>
        <span>{t('rules.change.from', { day: day(change.from) })}</span>
      </p>
      <p>
        <Folded text={change.reason} />
      </p>
      {changes.length > 0 && change.state === 'waiting' ? (
        <Diff changes={changes} />
      ) : (
        <Disclosure title={t('rules.value')}>
          <ValueText value={change.value} />
        </Disclosure>
      )}
      <Facts
        items={[
          [t('rules.clause'), change.clause],
          [
            t('rules.asked'),
            <span key="asked">
              {nameOf(change.askedBy)} · <Moment at={change.askedAt} />
            </span>,
          ],
          ...(change.decidedBy ? ([[t('rules.decided'), nameOf(change.decidedBy)]] as const) : []),
        ]}
      />
      {change.receipt && <Receipt receipt={change.receipt} />}
      {change.state === 'waiting' &&
        mayDo(session.data, 'rule:approve') &&
        (own ? (
          <p className="phrase text-soft">{t('people.request.own')}</p>
        ) : (
          <Decide change={change} />
        ))}
    </div>
  );
}

function Decide({ change }: { change: RuleChangeView }) {
  const { t } = useWords();
  const write = useWrite<RuleChangeView>();
  const decide = (approve: boolean) =>
    write.mutate({ path: `/rule-changes/${encodeURIComponent(change.id)}`, body: { approve } });
  return (
    <div className="no-print grid grid-cols-1 gap-2">
      <p className="phrase text-soft">{t('rules.effect')}</p>
      <div className="flex flex-wrap gap-3">
        <Button look="main" busy={write.isPending} onClick={() => decide(true)}>
          {t('people.request.approve')}
        </Button>
        <Button busy={write.isPending} onClick={() => decide(false)}>
          {t('people.request.refuse')}
        </Button>
      </div>
      <Refusal error={write.error} />
    </div>
  );
}

/** The data itself, for those who read it. */
export function ValueText({ value }: { value: unknown }) {
  return (
    <pre className="overflow-x-auto rounded-8 bg-sunken p-3 text-[0.8125rem] leading-150">
      <Folded text={JSON.stringify(value, null, 2)} />
    </pre>
  );
}
