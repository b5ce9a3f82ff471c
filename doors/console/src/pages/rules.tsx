// SPDX-License-Identifier: Apache-2.0
/** The dated rules that decide addressees and time limits: clause, source, what nobody has checked yet. */
import type { ClockView, RuleSetView, Text } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { Badge } from '../blocks/badge.tsx';
import { Button, OutLink } from '../blocks/button.tsx';
import { Moment } from '../blocks/clock.tsx';
import { Icon } from '../blocks/icon.tsx';
import { Disclosure, Facts, PageTitle, Section } from '../blocks/layout.tsx';
import { Filters } from '../blocks/list-page.tsx';
import { useStageName } from '../blocks/report-clock.tsx';
import { RuleChange, ValueText } from '../blocks/rule-change.tsx';
import { RuleProposal } from '../blocks/rule-proposal.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Folded } from '../blocks/text.tsx';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

type RuleRow = RuleSetView['rules'][number];

export default function Rules() {
  const { t } = useWords();
  const rules = useHub<readonly RuleSetView[]>('/rules');
  return (
    <>
      <PageTitle title={t('rules.title')} lead={t('rules.lead')} />
      <Loaded of={rules} lines={8}>
        {(sets) => (
          <div className="grid grid-cols-1 gap-6">
            <Waiting sets={sets} />
            <Unverified sets={sets} />
            <RuleSets sets={sets} />
          </div>
        )}
      </Loaded>
    </>
  );
}

function Waiting({ sets }: { sets: readonly RuleSetView[] }) {
  const { t } = useWords();
  const waiting = sets.flatMap((set) =>
    set.changes.filter(({ state }) => state === 'waiting').map((change) => ({ set, change })),
  );
  if (waiting.length === 0) return null;
  return (
    <Section
      title={t('rules.waiting', { count: waiting.length })}
      icon="waiting"
      className="border-l-8 border-l-caution"
    >
      <ul className="grid grid-cols-1 gap-6">
        {waiting.map(({ set, change }) => (
          <li key={change.id} className="border-t border-line pt-4">
            <RuleChange change={change} set={set} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Said once, and loudly: numbers that nobody has compared with the text of the law. */
function Unverified({ sets }: { sets: readonly RuleSetView[] }) {
  const { t } = useWords();
  const all = sets.flatMap(({ rules }) => rules.filter(({ inForce }) => inForce));
  const open = all.filter(({ verified }) => !verified).length;
  if (open === 0) return null;
  return (
    <div className="flex items-start gap-3 rounded-8 border border-caution bg-caution-wash p-4">
      <Icon name="caution" className="mt-1 size-5 text-caution" />
      <p className="phrase">{t('rules.unverified.lead', { count: open, all: all.length })}</p>
    </div>
  );
}

const FORCE = { current: 'rules.force.current', other: 'rules.force.other' } as const;
const CHECKED = { no: 'rules.unverified', yes: 'rules.verified' } as const;

function fits(rule: RuleRow, address: Readonly<Record<string, string | undefined>>): boolean {
  const { force, checked, query } = address;
  if (force && rule.inForce !== (force === 'current')) return false;
  if (checked && rule.verified !== (checked === 'yes')) return false;
  if (!query) return true;
  const text = JSON.stringify([rule.id, rule.clause, rule.source, rule.note, rule.value]);
  return text.toLowerCase().includes(query.toLowerCase());
}

function RuleSets({ sets }: { sets: readonly RuleSetView[] }) {
  const { t, pick } = useWords();
  const [address] = useFilters();
  const shown = sets
    .filter(({ ruleSet }) => !address.set || ruleSet === address.set)
    .map((set) => ({ set, rules: set.rules.filter((rule) => fits(rule, address)) }))
    .filter(({ rules }) => rules.length > 0)
    // What decides most stands first.
    .toSorted((a, b) => b.set.rules.length - a.set.rules.length);
  const names = addresseeNames(sets);
  return (
    <div>
      <Filters
        search={t('rules.search')}
        filters={[
          {
            name: 'set',
            label: t('rules.set'),
            choices: sets.map(({ ruleSet, title }) => [ruleSet, pick(title)] as const),
          },
          { name: 'force', label: t('rules.force'), choices: FORCE },
          { name: 'checked', label: t('rules.checked'), choices: CHECKED },
        ]}
      />
      {shown.length === 0 && (
        <div className="card px-6">
          <EmptyState icon="search" text={t('rules.none')} />
        </div>
      )}
      <div className="grid grid-cols-1 gap-6">
        {shown.map(({ set, rules }) => (
          <Section key={set.ruleSet} title={pick(set.title)} icon="scales">
            {rules.map((rule) => (
              <OneRule key={`${rule.id} ${rule.from}`} set={set} rule={rule} names={names} />
            ))}
            <History set={set} />
          </Section>
        ))}
      </div>
    </div>
  );
}

type Names = ReadonlyMap<string, Text>;

function addresseeNames(sets: readonly RuleSetView[]): Names {
  const set = sets.find(({ ruleSet }) => ruleSet === 'report-addressees');
  return new Map((set?.rules ?? []).map(({ id, value }) => [id, (value as { name: Text }).name]));
}

/** Parts of a value that every duty or addressee has; another value has none of them. */
interface KnownParts {
  readonly name?: Text;
  readonly title?: Text;
  readonly addressee?: string;
  readonly clocks?: readonly { readonly stage: ClockView['stage']; readonly words: Text }[];
}

function OneRule(props: {
  readonly set: RuleSetView;
  readonly rule: RuleRow;
  readonly names: Names;
}) {
  const { set, rule, names } = props;
  const { t, pick } = useWords();
  const stageName = useStageName();
  const { name, title, addressee, clocks = [] } = (rule.value ?? {}) as KnownParts;
  const called = name ?? title ?? (addressee === undefined ? undefined : names.get(addressee));
  return (
    <Disclosure
      title={
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <span>{pick(called ?? set.title)}</span>
          <code className="text-[0.8125rem] font-400 text-faint">{rule.id}</code>
          {clocks.map(({ stage, words }) => (
            <span key={stage} className="font-400 text-ink">
              {stageName(stage)}: {pick(words)}
            </span>
          ))}
          {!rule.inForce && <Badge icon="calendar">{t('rules.force.other')}</Badge>}
          {!rule.verified && (
            <Badge tone="caution" icon="caution">
              {t('rules.unverified')}
            </Badge>
          )}
          {rule.change && (
            <Badge tone="accent" icon="people">
              {t('rules.own')}
            </Badge>
          )}
        </span>
      }
    >
      <RuleBody set={set} rule={rule} />
    </Disclosure>
  );
}

/** A source is an address or a name of a document; only the first can be followed. */
function RuleBody({ set, rule }: { set: RuleSetView; rule: RuleRow }) {
  const { t } = useWords();
  const session = useSession();
  const [proposing, setProposing] = useState(false);
  return (
    <div className="grid grid-cols-1 gap-4">
      {!rule.verified && <p className="phrase text-caution">{t('rules.unverified.meaning')}</p>}
      <Facts
        items={[
          [t('rules.id'), <code key="id">{rule.id}</code>],
          [t('rules.clause'), rule.clause],
          [
            t('rules.source'),
            <OutLink key="source" href={rule.source}>
              <Folded text={rule.source} />
            </OutLink>,
          ],
          [
            t('rules.dates'),
            <span key="dates">
              <Moment at={rule.from} day /> – {rule.to && <Moment at={rule.to} day />}
            </span>,
          ],
          [t('rules.note'), <Folded key="note" text={rule.note} />],
        ]}
      />
      <Disclosure title={t('rules.value')}>
        <ValueText value={rule.value} />
      </Disclosure>
      {mayDo(session.data, 'rule:propose') &&
        (proposing ? (
          <RuleProposal ruleSet={set.ruleSet} rule={rule} cancel={() => setProposing(false)} />
        ) : (
          <div>
            <Button size="small" icon="wrench" onClick={() => setProposing(true)}>
              {t('rules.propose')}
            </Button>
          </div>
        ))}
    </div>
  );
}

/** Changes that people of this instance have decided; nothing of them is removed. */
function History({ set }: { set: RuleSetView }) {
  const { t } = useWords();
  const decided = set.changes.filter(({ state }) => state !== 'waiting');
  if (decided.length === 0) return null;
  return (
    <Disclosure title={t('rules.history', { count: decided.length })}>
      <ul className="grid grid-cols-1 gap-4">
        {decided.map((change) => (
          <li key={change.id} className="border-t border-line pt-3">
            <RuleChange change={change} set={set} />
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}
