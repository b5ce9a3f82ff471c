// SPDX-License-Identifier: Apache-2.0
/** Parts of taking a call: who speaks, what is read back, what was made of it. */
import type {
  OrganisationView,
  Page,
  QuestionView,
  ReceiptReference,
  ReportBrief,
} from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { withQuery } from '../hub/client.ts';
import { useHub, useWrite } from '../hub/queries.ts';
import { readyToSend } from '../hub/report-answers.ts';
import { type Call, type CallGaps, recordOf } from '../hub/telephone-call.ts';
import { useWords } from '../language/language.ts';
import { Button, GoButton } from './button.tsx';
import { useAddressees } from './copy-act-form.tsx';
import { CheckField, SearchField, TextField } from './field.tsx';
import { Icon } from './icon.tsx';
import { Disclosure, Facts, Section } from './layout.tsx';
import { Receipt } from './receipt.tsx';
import { useAnswerWords } from './report-answer-words.tsx';
import { Refusal } from './states.tsx';

const SHOWN_MAX = 8;
const WORD_MAX = 200;

/** A sentence to be read aloud, set apart from what is only for the analyst. */
export function Say({ text }: { text: string }) {
  const { t } = useWords();
  return (
    <p className="phrase flex items-start gap-3 rounded-8 bg-accent-wash p-3 text-[1.0625rem]">
      <Icon name="phone" className="mt-1 size-5 text-accent" />
      <span>
        <span className="sr-only">{t('telephone.say')}</span>
        {text}
      </span>
    </p>
  );
}

interface CallProps {
  readonly call: Call;
  change(call: Call): void;
}

/** For whom and with whom: comes first, because a line may break. */
export function Caller({ call, change }: CallProps) {
  const { t, pick } = useWords();
  return (
    <Section title={t('telephone.caller')} icon="account">
      <div className="grid grid-cols-1 gap-4">
        <Say text={t('telephone.script.opening')} />
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <TextField
            label={t('telephone.spoken-by')}
            hint={t('telephone.spoken-by.hint')}
            required
            maxLength={WORD_MAX}
            value={call.spokenBy}
            onChange={(event) => change({ ...call, spokenBy: event.target.value })}
          />
          <TextField
            label={t('telephone.callback')}
            hint={t('telephone.callback.hint')}
            inputMode="tel"
            maxLength={WORD_MAX}
            value={call.callback}
            onChange={(event) => change({ ...call, callback: event.target.value })}
          />
        </div>
        {call.organisation ? (
          <div className="flex flex-wrap items-center gap-3 rounded-8 bg-sunken px-4 py-2">
            <Icon name="building" className="size-5 text-accent" />
            <span className="min-w-0 grow font-700">{pick(call.organisation.name)}</span>
            <Button
              size="small"
              look="quiet"
              onClick={() => {
                const { organisation: _, ...rest } = call;
                change(rest);
              }}
            >
              {t('telephone.operator.change')}
            </Button>
          </div>
        ) : (
          <OperatorSearch choose={(organisation) => change({ ...call, organisation })} />
        )}
      </div>
    </Section>
  );
}

function OperatorSearch(props: { choose(one: NonNullable<Call['organisation']>): void }) {
  const { t, pick } = useWords();
  const [query, setQuery] = useState('');
  const found = useHub<Page<OrganisationView>>(
    query === '' ? undefined : withQuery('/organisations', { kind: 'operator', query }),
    { keep: true },
  );
  const items = query === '' ? [] : (found.data?.items ?? []);
  return (
    <div className="grid grid-cols-1 gap-2">
      <SearchField label={t('telephone.operator')} value={query} onSearch={setQuery} />
      <ul className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {items.slice(0, SHOWN_MAX).map(({ id, name }) => (
          <li key={id}>
            <Button className="w-full" icon="building" onClick={() => props.choose({ id, name })}>
              {pick(name)}
            </Button>
          </li>
        ))}
      </ul>
      <p role="status" className="text-[0.9375rem] text-soft">
        {query !== '' &&
          found.data &&
          (items.length === 0
            ? t('telephone.operator.none')
            : items.length > SHOWN_MAX
              ? t('telephone.operator.more', { count: items.length })
              : '')}
      </p>
    </div>
  );
}

export interface TakenReport extends ReportBrief {
  readonly receipt: ReceiptReference;
}

interface ReadBackProps {
  readonly call: Call;
  readonly questions: readonly QuestionView[];
  readonly gaps: CallGaps;
  taken(report: TakenReport): void;
}

/** Everything once more, in words that can be read aloud; only then it becomes a report. */
export function ReadBack({ call, questions, gaps, taken }: ReadBackProps) {
  const { t, pick } = useWords();
  const words = useAnswerWords();
  const [confirmed, setConfirmed] = useState(false);
  const [explained, setExplained] = useState(false);
  const write = useWrite<TakenReport>(taken);
  const told = questions.filter((question) => words(question, call.record) !== '');
  const blocked = gaps.organisation || gaps.spokenBy || gaps.questions.length > 0;
  const submit = () =>
    write.mutate({
      path: `/organisations/${encodeURIComponent(call.organisation?.id ?? '')}/reports`,
      headers: { 'idempotency-key': call.key },
      body: {
        record: readyToSend(recordOf(call), questions),
        spokenBy: call.spokenBy.trim(),
        ...(call.callback.trim() === '' ? {} : { callback: call.callback.trim() }),
        acceptDataUse: true,
      },
    });
  return (
    <Section title={t('telephone.read-back')} icon="eye">
      <div className="grid grid-cols-1 gap-4">
        <Say text={t('telephone.script.read-back')} />
        <Facts
          items={[
            [t('telephone.operator'), call.organisation ? pick(call.organisation.name) : undefined],
            [t('telephone.spoken-by'), call.spokenBy],
            [t('telephone.callback'), call.callback],
            ...told.map(
              (question) => [pick(question.question), words(question, call.record)] as const,
            ),
          ]}
        />
        <Gaps gaps={gaps} />
        <CheckField label={t('telephone.confirmed')} checked={confirmed} onCheck={setConfirmed} />
        <Say text={t('telephone.script.purpose')} />
        <Purposes />
        <CheckField label={t('telephone.explained')} checked={explained} onCheck={setExplained} />
        <div>
          <Button
            look="main"
            icon="send"
            className="min-h-12"
            busy={write.isPending}
            disabled={blocked || !confirmed || !explained}
            onClick={submit}
          >
            {t('telephone.submit')}
          </Button>
          {(blocked || !confirmed || !explained) && (
            <p className="phrase mt-1 text-[0.9375rem] text-soft">
              {t('telephone.submit.blocked')}
            </p>
          )}
        </div>
        <Refusal error={write.error} />
      </div>
    </Section>
  );
}

function Gaps({ gaps }: { gaps: CallGaps }) {
  const { t, pick } = useWords();
  const must = [
    ...(gaps.organisation ? [t('telephone.operator')] : []),
    ...(gaps.spokenBy ? [t('telephone.spoken-by')] : []),
    ...gaps.questions.map(({ question }) => pick(question)),
  ];
  return (
    <div role="status" className="grid grid-cols-1 gap-2">
      {must.length > 0 && (
        <div className="rounded-8 border border-caution bg-caution-wash p-3">
          <p className="font-700">{t('telephone.missing')}</p>
          <ul className="list-disc pl-6">
            {must.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      {gaps.later.length > 0 && (
        <div className="text-[0.9375rem] text-soft">
          <p>{t('telephone.later')}</p>
          <ul className="list-disc pl-6">
            {gaps.later.map(({ id, question }) => (
              <li key={id}>{pick(question)}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** What each addressee may use it for, for a caller who asks. */
function Purposes() {
  const { t, pick } = useWords();
  const reachable = useAddressees().filter(({ desk }) => desk !== 'none');
  if (reachable.length === 0) return null;
  return (
    <Disclosure title={t('telephone.purposes')}>
      <dl className="grid grid-cols-1 gap-3">
        {reachable.map(({ id, name, purpose, mayNot }) => (
          <div key={id}>
            <dt className="font-700">{pick(name)}</dt>
            {purpose && <dd className="phrase">{pick(purpose)}</dd>}
            {mayNot && <dd className="phrase text-soft">{pick(mayNot)}</dd>}
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}

/** Something to tell the caller before the line is closed. */
export function Taken({ report, again }: { report: TakenReport; again(): void }) {
  const { t, pick } = useWords();
  return (
    <section
      role="status"
      aria-label={t('telephone.taken')}
      className="grid grid-cols-1 gap-3 rounded-8 border-2 border-good bg-good-wash p-4 md:p-6"
    >
      <p className="flex items-center gap-2 text-[1.25rem] font-700">
        <Icon name="done" className="size-6 text-good" />
        {t('telephone.taken')}
      </p>
      <p>
        {pick(report.organisation.name)} · {report.title}
      </p>
      <Say text={t('telephone.script.closing')} />
      <Facts items={[[t('copy.report'), <code key="id">{report.id}</code>]]} />
      <Receipt receipt={report.receipt} />
      <div className="flex flex-wrap gap-3">
        <Button icon="phone" onClick={again}>
          {t('telephone.again')}
        </Button>
        <GoButton href="/intake">{t('telephone.to-intake')}</GoButton>
      </div>
    </section>
  );
}
