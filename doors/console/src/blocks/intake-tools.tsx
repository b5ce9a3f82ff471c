// SPDX-License-Identifier: Apache-2.0
/** What the office does beside the thread: who takes it, what else belongs to the same incident. */
import type {
  CopyDetail,
  IntakeItem,
  IntakeView,
  MergeView,
  PersonView,
  RelatedView,
} from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { useKeptText } from '../hub/kept-text.ts';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { Badge } from './badge.tsx';
import { Button, Go } from './button.tsx';
import { Moment } from './clock.tsx';
import { Choose, TextArea } from './field.tsx';
import { Section } from './layout.tsx';
import { Receipt } from './receipt.tsx';
import { useKindName } from './report-clock.tsx';
import { EmptyState, Loaded, Refusal } from './states.tsx';
import { OneLine } from './text.tsx';

const REASON_MAX = 1_000;
const QUEUE_MAX = 200;

/** Names of people of the own house; an id that is nobody's here stays as it is. */
export function usePersonName(): (id: string) => string {
  const session = useSession();
  const people = useHub<readonly PersonView[]>(
    mayDo(session.data, 'person:read') ? '/people' : undefined,
  );
  const own = session.data?.person;
  return (id) =>
    id === own?.id ? own.name : (people.data?.find((one) => one.id === id)?.name ?? id);
}

export function OfficeTools({ copy }: { copy: CopyDetail }) {
  const { t } = useWords();
  const session = useSession();
  const queue = useHub<IntakeView>(`/intake?limit=${QUEUE_MAX}`);
  const item = queue.data?.items.find(({ report }) => report === copy.report);
  const mayTriage = mayDo(session.data, 'intake:triage');
  return (
    <>
      {item && (
        <Section title={t('intake.place')} icon="inbox">
          <Why item={item} />
          {mayTriage && (
            <div className="mt-3">
              <Assign item={item} />
            </div>
          )}
        </Section>
      )}
      <Related copy={copy} mayTriage={mayTriage} />
    </>
  );
}

/** Why it stands where it stands, weightiest first. */
export function Why({ item }: { item: IntakeItem }) {
  const { pick } = useWords();
  if (item.why.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-x-4 text-[0.9375rem] text-soft">
      {item.why.map((text) => (
        <li key={text.en} className="phrase">
          {pick(text)}
        </li>
      ))}
    </ul>
  );
}

/** Taken with one press; given to somebody else or back with a choice. */
export function Assign({ item }: { item: IntakeItem }) {
  const { t } = useWords();
  const session = useSession();
  const own = session.data?.person;
  const people = useHub<readonly PersonView[]>('/people');
  const write = useWrite<IntakeItem>();
  const assign = (assignee: string | null) =>
    write.mutate({ path: `/intake/${encodeURIComponent(item.id)}/assign`, body: { assignee } });
  const analysts = (people.data ?? []).filter(({ roles }) => roles.includes('office-analyst'));
  const known = analysts.some(({ id }) => id === item.assignee) || item.assignee === undefined;
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-56">
          <Choose
            label={t('intake.assignee')}
            value={item.assignee ?? ''}
            onChoose={(id) => assign(id === '' ? null : id)}
            choices={[
              { value: '', label: t('intake.assignee.nobody') },
              ...analysts.map(({ id, name }) => ({ value: id, label: name })),
              ...(known ? [] : [{ value: item.assignee ?? '', label: item.assignee ?? '' }]),
            ]}
          />
        </div>
        {own && item.assignee !== own.id && (
          <Button busy={write.isPending} onClick={() => assign(own.id)}>
            {t('intake.assign-me')}
          </Button>
        )}
      </div>
      <Refusal error={write.error} />
    </div>
  );
}

function Related({ copy, mayTriage }: { copy: CopyDetail; mayTriage: boolean }) {
  const { t } = useWords();
  const related = useHub<readonly RelatedView[]>(`/intake/${encodeURIComponent(copy.id)}/related`);
  const merges = useHub<readonly MergeView[]>('/intake/merges');
  const merge = merges.data?.find(
    ({ reports, undoneAt }) => undoneAt === undefined && reports.includes(copy.report),
  );
  return (
    <Section title={t('intake.related')} icon="link" lead={t('intake.related.lead')}>
      {merge && (
        <Merged merge={merge} report={copy.report} known={related.data ?? []} mayUndo={mayTriage} />
      )}
      <Loaded of={related} lines={3}>
        {(items) => {
          const others = items.filter(({ report }) => !merge?.reports.includes(report));
          if (others.length === 0) {
            return merge ? null : <EmptyState icon="search" text={t('intake.related.none')} />;
          }
          return (
            <Candidates copy={copy} items={others} mayMerge={mayTriage && merge === undefined} />
          );
        }}
      </Loaded>
    </Section>
  );
}

function RelatedLine({ one }: { one: RelatedView }) {
  const { t, pick } = useWords();
  const kindName = useKindName();
  return (
    <>
      <span className="block font-700">
        {one.copy ? (
          <Go href={`/intake/${encodeURIComponent(one.copy)}`}>
            <OneLine text={one.title} />
          </Go>
        ) : (
          <OneLine text={one.title} />
        )}
      </span>
      <span className="block text-[0.9375rem] text-soft">
        {one.organisation && `${pick(one.organisation.name)} · `}
        {kindName(one.kind)} · {t('report-detail.aware')} <Moment at={one.aware} />
      </span>
      <span className="block text-[0.9375rem]">
        {one.why.map((text) => (
          <span key={text.en} className="phrase mr-3 inline-block">
            {pick(text)}
          </span>
        ))}
      </span>
    </>
  );
}

/** Chosen, given a reason, read once more, then merged. */
function Candidates(props: {
  readonly copy: CopyDetail;
  readonly items: readonly RelatedView[];
  readonly mayMerge: boolean;
}) {
  const { copy, items, mayMerge } = props;
  const { t } = useWords();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (report: string) => {
    const next = new Set(chosen);
    if (!next.delete(report)) next.add(report);
    setChosen(next);
  };
  return (
    <>
      <ul className="grid grid-cols-1">
        {items.map((one) => (
          <li key={one.report} className="flex items-start gap-3 border-b border-line py-3">
            {mayMerge && one.merge === undefined && (
              <input
                type="checkbox"
                aria-label={t('intake.merge.choose', { title: one.title })}
                checked={chosen.has(one.report)}
                onChange={() => toggle(one.report)}
                className="mt-1 size-6 shrink-0 accent-(--c-accent)"
              />
            )}
            <div className="min-w-0 grow">
              <RelatedLine one={one} />
              {one.merge !== undefined && <Badge icon="link">{t('intake.merge.elsewhere')}</Badge>}
            </div>
          </li>
        ))}
      </ul>
      {mayMerge && chosen.size > 0 && (
        <MergeForm copy={copy} items={items.filter(({ report }) => chosen.has(report))} />
      )}
    </>
  );
}

function MergeForm({ copy, items }: { copy: CopyDetail; items: readonly RelatedView[] }) {
  const { t } = useWords();
  const [reason, setReason] = useKeptText(`sakimori.merge.${copy.report}`);
  const [checked, setChecked] = useState(false);
  const write = useWrite<MergeView>(() => setReason(''));
  const merge = () =>
    write.mutate({
      path: '/intake/merges',
      body: { reports: [copy.report, ...items.map(({ report }) => report)], reason },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') setChecked(true);
  };
  return (
    <form
      onSubmit={submit}
      className="no-print mt-4 grid grid-cols-1 gap-4 rounded-8 bg-sunken p-4"
    >
      <TextArea
        label={t('intake.merge.reason')}
        hint={t('intake.merge.reason.hint')}
        required
        maxLength={REASON_MAX}
        value={reason}
        onChange={(event) => {
          setReason(event.target.value);
          setChecked(false);
        }}
      />
      {checked ? (
        <div className="grid grid-cols-1 gap-3">
          <p className="phrase font-700">
            {t('intake.merge.question', { count: items.length + 1 })}
          </p>
          <ul className="list-disc pl-6">
            <li>{copy.title}</li>
            {items.map(({ report, title }) => (
              <li key={report}>{title}</li>
            ))}
          </ul>
          <p className="phrase text-soft">{t('intake.merge.effect')}</p>
          <div className="flex flex-wrap gap-3">
            <Button look="main" busy={write.isPending} onClick={merge}>
              {t('intake.merge.verb')}
            </Button>
            <Button look="quiet" onClick={() => setChecked(false)}>
              {t('form.cancel')}
            </Button>
          </div>
        </div>
      ) : (
        <div>
          <Button type="submit" icon="link">
            {t('intake.merge.begin', { count: items.length + 1 })}
          </Button>
        </div>
      )}
      <Refusal error={write.error} />
    </form>
  );
}

/** One incident told several times, and the way back. */
function Merged(props: {
  readonly merge: MergeView;
  readonly report: string;
  readonly known: readonly RelatedView[];
  readonly mayUndo: boolean;
}) {
  const { merge, report, known, mayUndo } = props;
  const { t } = useWords();
  const nameOf = usePersonName();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const undo = useWrite<MergeView>();
  const others = merge.reports.filter((one) => one !== report);
  return (
    <div className="mb-4 rounded-8 border border-accent bg-accent-wash p-4">
      <p className="font-700">{t('intake.merged', { count: merge.reports.length })}</p>
      <p className="text-[0.9375rem] text-soft">
        {nameOf(merge.by)} · <Moment at={merge.at} />
      </p>
      <p className="phrase mt-1">{merge.reason}</p>
      <ul className="mt-2 grid grid-cols-1 gap-2">
        {others.map((id) => {
          const one = known.find((item) => item.report === id);
          return <li key={id}>{one ? <RelatedLine one={one} /> : <code>{id}</code>}</li>;
        })}
      </ul>
      {merge.receipt && <Receipt receipt={merge.receipt} />}
      {mayUndo && (
        <div className="no-print mt-3">
          {open ? (
            <form
              className="grid grid-cols-1 gap-3"
              onSubmit={(event) => {
                event.preventDefault();
                if (reason.trim() === '') return;
                undo.mutate({
                  path: `/intake/merges/${encodeURIComponent(merge.id)}/undo`,
                  body: { reason },
                });
              }}
            >
              <TextArea
                label={t('intake.unmerge.reason')}
                hint={t('intake.unmerge.hint')}
                required
                maxLength={REASON_MAX}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
              <div className="flex flex-wrap gap-3">
                <Button type="submit" look="main" busy={undo.isPending}>
                  {t('intake.unmerge.verb')}
                </Button>
                <Button look="quiet" onClick={() => setOpen(false)}>
                  {t('form.cancel')}
                </Button>
              </div>
              <Refusal error={undo.error} />
            </form>
          ) : (
            <Button size="small" icon="back" onClick={() => setOpen(true)}>
              {t('intake.unmerge')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
