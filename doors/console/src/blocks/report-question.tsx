// SPDX-License-Identifier: Apache-2.0
/** One question of the guided form: plain words, big targets, "don't know yet" always at hand. */
import type { AnswerType, QuestionView } from '@sakimori/vocabulary/wire';
import {
  type ComponentType,
  type FormEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { type Answers, isAnswered, readAnswer, UNKNOWN } from '../hub/report-answers.ts';
import { useWords } from '../language/language.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { ChoiceAnswer, ChoicesAnswer, YesNoAnswer } from './report-choices.tsx';
import { ComputersAnswer } from './report-computers.tsx';
import { IndicatorsAnswer } from './report-indicators.tsx';
import { ActionsAnswer, ContactsAnswer, ServicesAnswer } from './report-rows.tsx';
import { LineAnswer, ListAnswer, NumberAnswer, TextAnswer, TimeAnswer } from './report-texts.tsx';

/** What every kind of answer is given. */
export interface AnswerProps {
  readonly question: QuestionView;
  readonly value: unknown;
  readonly record: Answers;
  /** Ids of what names and describes the field. */
  readonly labelledBy: string;
  readonly describedBy: string | undefined;
  /** `undefined` takes the answer out of the record. */
  answer(value: unknown): void;
  /** An answer that is complete with one press goes on by itself, where one is asked at a time. */
  next(): void;
  /** Why what stands in the field cannot be taken; undefined: it can. */
  refuse(problem: string | undefined): void;
}

const ANSWERS: Record<AnswerType, ComponentType<AnswerProps>> = {
  choice: ChoiceAnswer,
  choices: ChoicesAnswer,
  time: TimeAnswer,
  line: LineAnswer,
  text: TextAnswer,
  number: NumberAnswer,
  'yes-no-unknown': YesNoAnswer,
  list: ListAnswer,
  computers: ComputersAnswer,
  services: ServicesAnswer,
  contacts: ContactsAnswer,
  indicators: IndicatorsAnswer,
  actions: ActionsAnswer,
};

interface QuestionProps {
  readonly question: QuestionView;
  readonly record: Answers;
  answer(value: unknown): void;
  /** Set where one question is asked at a time: it takes the focus, and Enter goes on. */
  readonly next?: () => void;
  /** Back and on, inside the form. */
  readonly children?: ReactNode;
}

export function Question({ question, record, answer, next, children }: QuestionProps) {
  const { pick } = useWords();
  const id = useId();
  const place = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<string>();
  const [shown, setShown] = useState(false);
  const alone = next !== undefined;
  useEffect(() => {
    if (alone) focusFirst(place.current);
  }, [alone]);
  const { help, example } = question;
  const Answer = ANSWERS[question.answer];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === undefined) next?.();
    else setShown(true);
  };
  return (
    <form ref={place} noValidate onSubmit={submit} className="grid grid-cols-1 gap-4">
      <div>
        <h2 id={id} tabIndex={-1} className="text-[1.25rem] leading-150 shadow-none outline-none">
          {pick(question.question)}
        </h2>
        {(help || example) && (
          <p id={`${id}-help`} className="phrase mt-1 text-soft">
            {help && pick(help)}
            {example && <Example text={pick(example)} />}
          </p>
        )}
      </div>
      <Answer
        question={question}
        value={readAnswer(record, question.field)}
        record={record}
        labelledBy={id}
        describedBy={help || example ? `${id}-help` : undefined}
        answer={answer}
        next={() => next?.()}
        refuse={setProblem}
      />
      <p role="status">
        {problem !== undefined && (shown || !alone) && (
          <span className="flex items-center gap-1 text-alarm">
            <Icon name="error" className="size-4" />
            {problem}
          </span>
        )}
      </p>
      <NotKnown question={question} record={record} answer={answer} next={next} />
      {children}
    </form>
  );
}

function Example({ text }: { text: string }) {
  const { t } = useWords();
  return <span className="block text-[0.9375rem] text-faint">{t('report.example', { text })}</span>;
}

/** "Not known yet" is an answer where the record has a word for it, else the question is passed. */
function NotKnown(
  props: Pick<QuestionProps, 'question' | 'record' | 'answer'> & {
    readonly next: (() => void) | undefined;
  },
) {
  const { question, record, answer, next } = props;
  const { t } = useWords();
  const isUnknown = readAnswer(record, question.field) === UNKNOWN;
  if (!question.skippable && !question.unknown) return null;
  if (!question.unknown && (!next || isAnswered(question, record))) return null;
  // Yes-or-no has the word among its own buttons.
  if (question.answer === 'yes-no-unknown') return null;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button
        icon={isUnknown ? 'check' : 'help'}
        {...(question.unknown ? { 'aria-pressed': isUnknown } : {})}
        className="w-full sm:w-auto"
        onClick={() => {
          if (question.unknown) answer(isUnknown && !next ? undefined : UNKNOWN);
          next?.();
        }}
      >
        {t('report.not-known')}
      </Button>
      {question.needed && !question.unknown && (
        <span className="text-[0.9375rem] text-soft">{t('report.needed-later')}</span>
      )}
      {isUnknown && <Badge icon="help">{t('report-record.unknown')}</Badge>}
    </div>
  );
}

/** Where typing is expected the field takes the focus, else the question, so that it is read. */
function focusFirst(form: HTMLFormElement | null): void {
  const typed = form?.querySelector<HTMLElement>('[data-typed]');
  (typed ?? form?.querySelector('h2'))?.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}
