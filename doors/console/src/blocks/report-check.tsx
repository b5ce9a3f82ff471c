// SPDX-License-Identifier: Apache-2.0
/** The last look: what goes to whom, for which purpose, what is left open. Then it is sent. */
import type {
  AttachmentView,
  DutyView,
  QuestionView,
  ReportDetail,
  ReportPreview,
} from '@sakimori/vocabulary/wire';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { HubProblem } from '../hub/client.ts';
import { useHub, useWrite } from '../hub/queries.ts';
import { type Answers, readAnswer, writeAnswer } from '../hub/report-answers.ts';
import type { DraftKeeper, DraftState } from '../hub/report-draft.ts';
import { useWords } from '../language/language.ts';
import { useGo } from '../shell/address.ts';
import { Button, Go } from './button.tsx';
import { Diff } from './diff.tsx';
import { CheckField } from './field.tsx';
import { Section } from './layout.tsx';
import { DutyCard, useStageName } from './report-clock.tsx';
import { AttachmentList } from './report-files.tsx';
import { ConfirmIndicators } from './report-indicators.tsx';
import { goesTo } from './report-preview.tsx';
import { useChanges } from './report-saving.tsx';
import { AnswerRows } from './report-steps.tsx';
import { Loaded, Refusal } from './states.tsx';

interface CheckProps {
  readonly keeper: DraftKeeper;
  readonly state: DraftState;
  /** The record as it would be sent. */
  readonly ready: Answers;
  readonly questions: readonly QuestionView[];
  readonly preview: UseQueryResult<ReportPreview, HubProblem>;
  readonly report: string | undefined;
  readonly files: readonly AttachmentView[];
  goTo(step: string): void;
}

export function ReportCheck(props: CheckProps) {
  const { keeper, state, ready, questions, preview, report, files, goTo } = props;
  const { t } = useWords();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, []);
  const change = (field: string, value: unknown) =>
    keeper.change(writeAnswer(state.record, field, value), state.step);
  return (
    <div className="grid grid-cols-1 gap-6">
      <div>
        <Button size="small" icon="back" onClick={() => goTo(report ? 'overview' : 'files')}>
          {t('report.back')}
        </Button>
        <h2 ref={title} tabIndex={-1} className="mt-3 text-[1.25rem] shadow-none outline-none">
          {t('report.check.title')}
        </h2>
        <p className="phrase text-soft">{t('report.check.lead')}</p>
      </div>
      {report && <Additions report={report} ready={ready} questions={questions} />}
      <Loaded of={preview} lines={6}>
        {(view) => (
          <>
            <Refused view={view} questions={questions} goTo={goTo} />
            <Duplicates view={view} report={report} />
            <Found view={view} record={state.record} change={change} />
            <Addressees view={view} record={state.record} change={change} />
          </>
        )}
      </Loaded>
      {!report && (
        <div className="card p-4">
          <AnswerRows
            title={t('report.check.answers')}
            questions={questions}
            record={state.record}
            goTo={goTo}
          />
          <AttachmentList files={files} />
        </div>
      )}
      <Send {...props} />
    </div>
  );
}

/** An addition changes nothing that was said before: it shows what will stand beside it. */
function Additions(props: { report: string; ready: Answers; questions: readonly QuestionView[] }) {
  const { report, ready, questions } = props;
  const { t } = useWords();
  const changesOf = useChanges();
  const before = useHub<ReportDetail>(`/reports/${encodeURIComponent(report)}`);
  return (
    <Section
      title={t('report.check.changes')}
      icon="clipboard"
      lead={t('report.check.changes.lead')}
    >
      <Loaded of={before} lines={3}>
        {({ record }) => {
          const changes = changesOf(record, ready, questions);
          return changes.length === 0 ? (
            <p className="phrase text-caution">{t('report.check.no-changes')}</p>
          ) : (
            <Diff changes={changes} />
          );
        }}
      </Loaded>
    </Section>
  );
}

interface ViewProps {
  readonly view: ReportPreview;
}

/** What the hub would refuse, each with the question where it is put right. */
function Refused(props: ViewProps & Pick<CheckProps, 'questions' | 'goTo'>) {
  const { view, questions, goTo } = props;
  const { t, pick } = useWords();
  if (view.refusals.length === 0) return null;
  return (
    <Section title={t('report.check.refused')} icon="error" className="border-l-8 border-l-alarm">
      <ul className="grid grid-cols-1 gap-2">
        {view.refusals.map(({ field, expected }) => {
          const question = questions.find(
            (one) =>
              field === one.field ||
              field.startsWith(`${one.field}.`) ||
              one.field.startsWith(`${field}.`),
          );
          return (
            <li key={`${field} ${expected}`} className="flex flex-wrap items-center gap-3">
              <span className="min-w-0 grow">
                {question ? pick(question.question) : field}{' '}
                <span className="text-soft">{t('report.check.expected', { expected })}</span>
              </span>
              {question && (
                <Button size="small" onClick={() => goTo(question.id)}>
                  {t('report.change')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Duplicates({ view, report }: ViewProps & { report: string | undefined }) {
  const { t, pick } = useWords();
  const others = view.duplicates.filter((one) => one.report !== report);
  if (others.length === 0) return null;
  return (
    <Section
      title={t('report.check.duplicates')}
      icon="copy"
      lead={t('report.check.duplicates.lead')}
      className="border-l-8 border-l-caution"
    >
      <ul className="list-disc pl-6">
        {others.map((one) => (
          <li key={one.report}>
            <Go href={`/reports/${encodeURIComponent(one.report)}`}>{one.title}</Go>
            <span className="block text-[0.9375rem] text-soft">{one.why.map(pick).join(' ')}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface ChangeProps extends ViewProps {
  readonly record: Answers;
  change(field: string, value: unknown): void;
}

/** Addresses and files that stand in the texts: in the report only when a person says so. */
function Found({ view, record, change }: ChangeProps) {
  const { t } = useWords();
  const value = readAnswer(record, 'indicators');
  if (view.indicators.length === 0 && value === undefined) return null;
  return (
    <Section title={t('report.check.indicators')} icon="radar">
      <ConfirmIndicators
        found={view.indicators}
        value={value}
        answer={(next) => change('indicators', next)}
      />
    </Section>
  );
}

function Addressees({ view, record, change }: ChangeProps) {
  const { t } = useWords();
  const duties = view.duties.filter((duty) => duty.applies && duty.nature === 'duty');
  const possible = view.duties.filter((duty) => duty.applies && duty.nature === 'voluntary');
  const card = (duty: DutyView) => (
    <DutyCard key={duty.rule} duty={duty} preview>
      <DataUse duty={duty} />
      {(duty.nature === 'voluntary' || duty.decision === 'cannot-decide') && (
        <Consent duty={duty} record={record} change={change} />
      )}
    </DutyCard>
  );
  return (
    <Section bare title={t('report.check.addressees')} icon="send">
      <div className="grid grid-cols-1 gap-3">
        {duties.length === 0 && <p className="phrase text-soft">{t('report.check.no-duty')}</p>}
        {duties.map(card)}
        {possible.length > 0 && (
          <p className="phrase mt-2 font-700">{t('report.check.voluntary')}</p>
        )}
        {possible.map(card)}
      </div>
    </Section>
  );
}

/** Without a word a possibility means no, and a duty that nobody can rule out means yes. */
function Consent({ duty, record, change }: { duty: DutyView } & Omit<ChangeProps, 'view'>) {
  const { t, pick } = useWords();
  const going = goesTo([duty], record).length > 0;
  const who = pick(duty.addresseeName);
  return (
    <CheckField
      label={t('report.check.consent', { who })}
      {...(duty.nature === 'duty' ? { hint: t('report.check.consent.doubt') } : {})}
      checked={going}
      onCheck={(agreed) => change('consent', { ...consentsOf(record), [duty.addressee]: agreed })}
    />
  );
}

function consentsOf({ consent }: Answers): object {
  return typeof consent === 'object' && consent !== null ? consent : {};
}

/** The contract of use with one addressee: for what, and for what not. */
function DataUse({ duty }: { duty: DutyView }) {
  const { t, pick } = useWords();
  return (
    <p className="phrase text-[0.9375rem]">
      <span className="text-soft">{t('report.check.for')}</span> {pick(duty.purpose)}
      <span className="block">
        <span className="text-soft">{t('report.check.not-for')}</span> {pick(duty.mayNot)}
      </span>
    </p>
  );
}

function Send({ keeper, state, ready, preview, report }: CheckProps) {
  const { t } = useWords();
  const go = useGo();
  const stageName = useStageName();
  const [accepted, setAccepted] = useState(report !== undefined);
  const [asked, setAsked] = useState(false);
  const write = useWrite<ReportDetail>((answer) => {
    keeper.end();
    go(`/reports/${encodeURIComponent(answer.id)}?sent=${answer.stage}`);
  });
  const stage = String(ready.stage ?? 'first') as ReportDetail['stage'];
  const send = async () => {
    setAsked(true);
    if (!accepted) return;
    keeper.change(ready, 'check');
    if (!(await keeper.flush())) return;
    const { id } = keeper.state();
    if (id === undefined) return;
    write.mutate({
      path: `/report-drafts/${encodeURIComponent(id)}/submit`,
      body: { acceptDataUse: true },
      // One draft is one report: pressed again after a lost answer it is the same act.
      headers: { 'idempotency-key': `report-draft-${id}` },
    });
  };
  const refused = (preview.data?.refusals.length ?? 0) > 0;
  return (
    <div className="sticky bottom-0 z-10 -mx-4 grid w-[calc(100%+2rem)] max-w-none grid-cols-1 gap-2 border-t border-line bg-ground px-4 py-3 md:mx-0 md:w-full md:px-0">
      {!report && (
        <CheckField label={t('report.check.accept')} checked={accepted} onCheck={setAccepted} />
      )}
      <p role="status">
        {asked && !accepted && (
          <span className="text-alarm">{t('report.check.accept.missing')}</span>
        )}
        {asked && accepted && state.saving === 'unreachable' && (
          <span className="text-caution">{t('report.check.unreachable')}</span>
        )}
      </p>
      <Refusal error={write.error} />
      <Button
        look="main"
        icon="send"
        className="min-h-14 w-full text-[1.125rem] sm:w-auto sm:justify-self-start sm:px-10"
        busy={write.isPending || (asked && accepted && state.saving === 'saving')}
        disabled={refused}
        onClick={() => void send()}
      >
        {report ? t('report.send.stage', { stage: stageName(stage) }) : t('report.send')}
      </Button>
    </div>
  );
}
