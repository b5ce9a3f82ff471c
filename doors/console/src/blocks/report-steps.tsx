// SPDX-License-Identifier: Apache-2.0
/** The questions on their way: one at a time on a phone, all of them where there is room. */
import type { AttachmentView, QuestionView, ReportPreview } from '@sakimori/vocabulary/wire';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import type { HubProblem } from '../hub/client.ts';
import { type Answers, isAnswered } from '../hub/report-answers.ts';
import type { DraftState } from '../hub/report-draft.ts';
import { useWords } from '../language/language.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { Section } from './layout.tsx';
import { useAnswerWords } from './report-answer-words.tsx';
import { ReportFiles } from './report-files.tsx';
import { Question } from './report-question.tsx';
import { OneLine } from './text.tsx';

const WIDE = '(min-width: 75rem)';

/** True where questions and what follows from them fit side by side. */
export function useIsWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(WIDE);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => window.matchMedia(WIDE).matches,
  );
}

export interface StepsProps {
  readonly visible: readonly QuestionView[];
  readonly state: DraftState;
  readonly preview: UseQueryResult<ReportPreview, HubProblem>;
  /** The report that this adds to. */
  readonly report: string | undefined;
  readonly files: readonly AttachmentView[];
  answer(question: QuestionView, value: unknown): void;
  goTo(step: string): void;
  /** To what is asked after that question, as things stand once it is answered. */
  after(question: QuestionView): void;
}

const filesPath = ({ id }: DraftState) =>
  id === undefined ? undefined : `/report-drafts/${encodeURIComponent(id)}/attachments`;

const ONE_PRESS: ReadonlySet<QuestionView['answer']> = new Set(['choice', 'yes-no-unknown']);

/** Steps that are not questions of the hub. */
const OVERVIEW = 'overview';
const FILES = 'files';
const CHECK = 'check';

export function OneAtATime(props: StepsProps & { readonly sheet: ReactNode }) {
  const { visible, state, report, files, answer, goTo, after, sheet } = props;
  const { t } = useWords();
  const order = [...visible.map(({ id }) => id), FILES];
  const wanted = state.step ?? (report ? OVERVIEW : order[0]);
  // A question that is no longer asked leads to the first one instead of to nothing.
  const step = wanted === OVERVIEW || order.includes(wanted ?? '') ? wanted : order[0];
  if (step === OVERVIEW) return <Overview {...props} />;
  const at = order.indexOf(step ?? '');
  const question = visible[at];
  const next = () => {
    if (report) goTo(OVERVIEW);
    else if (question) after(question);
    else goTo(CHECK);
  };
  const back = report ? () => goTo(OVERVIEW) : at > 0 ? () => goTo(order[at - 1] as string) : null;
  // One press answers these and goes on; until then there is nothing to go on with.
  const goesOnByItself =
    question && ONE_PRESS.has(question.answer) && !isAnswered(question, state.record);
  const skips = question && !question.skippable && !isAnswered(question, state.record);
  return (
    <>
      <StepBar at={at + 1} of={order.length + 1} />
      {question ? (
        <Question
          key={question.id}
          question={question}
          record={state.record}
          answer={(value) => answer(question, value)}
          next={next}
        >
          <Foot sheet={sheet}>
            {back && <BackButton back={back} />}
            {!goesOnByItself && (
              <Button
                type="submit"
                look="main"
                icon="forward"
                className="min-h-12 grow"
                disabled={skips === true}
              >
                {t('report.next')}
              </Button>
            )}
          </Foot>
        </Question>
      ) : (
        <div className="grid grid-cols-1 gap-4">
          <h2 className="text-[1.25rem] leading-150">{t('report.files.title')}</h2>
          <ReportFiles path={filesPath(state)} files={files} />
          <Foot sheet={sheet}>
            {back && <BackButton back={back} />}
            <Button look="main" icon="forward" className="min-h-12 grow" onClick={next}>
              {t('report.next')}
            </Button>
          </Foot>
        </div>
      )}
    </>
  );
}

function BackButton({ back }: { back(): void }) {
  const { t } = useWords();
  return (
    <Button icon="back" className="min-h-12" onClick={back}>
      {t('report.back')}
    </Button>
  );
}

/** Stays within reach of the thumb. */
function Foot({ sheet, children }: { sheet: ReactNode; children: ReactNode }) {
  return (
    <div className="sticky bottom-0 z-10 -mx-4 grid w-[calc(100%+2rem)] max-w-none grid-cols-1 gap-2 border-t border-line bg-ground px-4 py-3 md:-mx-8 md:w-[calc(100%+4rem)] md:px-8">
      <div className="flex gap-3 empty:hidden">{children}</div>
      {sheet && <div className="max-h-[60vh] overflow-y-auto">{sheet}</div>}
    </div>
  );
}

function StepBar({ at, of }: { at: number; of: number }) {
  const { t } = useWords();
  return (
    <div className="flex items-center gap-3 text-[0.9375rem] text-soft">
      <progress
        aria-label={t('report.progress')}
        value={at}
        max={of}
        className="h-2 min-w-0 grow overflow-hidden rounded-full accent-(--c-accent)"
      />
      <span className="figures whitespace-nowrap">{t('report.step', { at, of })}</span>
    </div>
  );
}

/** What a later stage still needs comes first; anything else can be changed as well. */
function useParts({ visible, state, preview }: StepsProps) {
  const missing = preview.data?.missing;
  // Only ever grows: an answer must not make its own question jump away.
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const fields = missing?.map(({ field }) => field) ?? [];
    const wanted = visible.filter(
      (one) =>
        !isAnswered(one, state.record) &&
        (one.needed || fields.some((field) => field === one.field)),
    );
    setOpen((before) =>
      wanted.every(({ id }) => before.has(id))
        ? before
        : new Set([...before, ...wanted.map(({ id }) => id)]),
    );
  }, [visible, state.record, missing]);
  return {
    needed: visible.filter(({ id }) => open.has(id)),
    others: visible.filter(({ id }) => !open.has(id)),
  };
}

/** An addition on a phone: everything at a glance, one press to change it. */
function Overview(props: StepsProps & { readonly sheet: ReactNode }) {
  const { state, goTo, sheet } = props;
  const { t } = useWords();
  const { needed, others } = useParts(props);
  return (
    <div className="grid grid-cols-1 gap-6">
      <AnswerRows
        title={t('report.part.needed')}
        questions={needed}
        record={state.record}
        goTo={goTo}
      />
      <AnswerRows
        title={t('report.part.others')}
        questions={others}
        record={state.record}
        goTo={goTo}
      />
      <Button icon="upload" className="min-h-12" onClick={() => goTo(FILES)}>
        {t('report.files.title')}
      </Button>
      <Foot sheet={sheet}>
        <Button look="main" icon="forward" className="min-h-12 grow" onClick={() => goTo(CHECK)}>
          {t('report.to-check')}
        </Button>
      </Foot>
    </div>
  );
}

interface AnswerRowsProps {
  readonly title: string;
  readonly questions: readonly QuestionView[];
  readonly record: Answers;
  goTo(step: string): void;
}

/** Questions with their answers; each leads to where it is changed. */
export function AnswerRows({ title, questions, record, goTo }: AnswerRowsProps) {
  const { t, pick } = useWords();
  const words = useAnswerWords();
  if (questions.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-[1.125rem]">{title}</h2>
      <ul className="grid grid-cols-1">
        {questions.map((question) => {
          const said = words(question, record);
          return (
            <li key={question.id} className="border-b border-line">
              <button
                type="button"
                onClick={() => goTo(question.id)}
                className="flex min-h-12 w-full items-center gap-3 py-2 text-left hover:bg-accent-wash"
              >
                <span className="min-w-0 grow">
                  <span className="block text-[0.875rem] text-soft">{pick(question.question)}</span>
                  {said === '' ? (
                    <span className={question.needed ? 'text-caution' : 'text-faint'}>
                      {question.needed ? t('report.not-told.needed') : t('report-record.none')}
                    </span>
                  ) : (
                    <OneLine text={said} />
                  )}
                </span>
                <span className="whitespace-nowrap text-accent underline">
                  {t('report.change')}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Where there is room: everything on one page, what is needed first. */
export function AllAtOnce(props: StepsProps) {
  const { visible, state, report, files, answer, goTo } = props;
  const { t } = useWords();
  const { needed, others } = useParts(props);
  const [all, setAll] = useState(false);
  const first = visible[0];
  const started = first !== undefined && isAnswered(first, state.record);
  const parts = report ? needed : started ? visible : visible.slice(0, 1);
  const card = (question: QuestionView) => (
    <li key={question.id} id={`question-${question.id}`} className="card p-5">
      {question.needed && !isAnswered(question, state.record) && (
        <p className="mb-2">
          <Badge tone="caution" icon="info">
            {t('report.needed')}
          </Badge>
        </p>
      )}
      <Question
        question={question}
        record={state.record}
        answer={(value) => {
          answer(question, value);
          // The kind decides what else is asked: it is where a draft begins.
          if (question.field === 'kind') goTo(question.id);
        }}
      />
    </li>
  );
  return (
    <div className="grid grid-cols-1 gap-4">
      <ul className="grid grid-cols-1 gap-4">{parts.map(card)}</ul>
      {report && (
        <Button
          icon={all ? 'check' : 'down'}
          aria-expanded={all}
          onClick={() => setAll(!all)}
          className="justify-self-start"
        >
          {t('report.part.others-count', { count: others.length })}
        </Button>
      )}
      {report && all && <ul className="grid grid-cols-1 gap-4">{others.map(card)}</ul>}
      {started && (
        <>
          <Section title={t('report.files.title')} icon="upload">
            <ReportFiles path={filesPath(state)} files={files} />
          </Section>
          <div className="sticky bottom-0 border-t border-line bg-ground py-3">
            <Button look="main" icon="forward" className="min-h-12" onClick={() => goTo(CHECK)}>
              {t('report.to-check')}
            </Button>
          </div>
        </>
      )}
      {!started && (
        <p className="flex items-center gap-2 text-soft">
          <Icon name="info" />
          {t('report.choose-kind')}
        </p>
      )}
    </div>
  );
}
