// SPDX-License-Identifier: Apache-2.0
/** Whether what was typed is safe, and where; and what to do when two devices disagree. */
import type { QuestionView } from '@sakimori/vocabulary/wire';
import type { Answers } from '../hub/report-answers.ts';
import type { DraftState, Saving } from '../hub/report-draft.ts';
import { type Key, useWords } from '../language/language.ts';
import { Button, GoButton } from './button.tsx';
import { type Change, Diff } from './diff.tsx';
import { Icon, type IconName } from './icon.tsx';
import { useAnswerWords } from './report-answer-words.tsx';
import { ErrorState } from './states.tsx';

const SAVINGS: Record<Saving, readonly [IconName, Key, string]> = {
  saved: ['check', 'report.saving.saved', 'text-soft'],
  saving: ['waiting', 'report.saving.saving', 'text-soft'],
  unreachable: ['caution', 'report.saving.unreachable', 'text-caution font-700'],
  conflict: ['caution', 'report.saving.conflict', 'text-caution font-700'],
  gone: ['error', 'report.gone', 'text-alarm font-700'],
  'signed-out': ['caution', 'report.saving.signed-out', 'text-caution font-700'],
  refused: ['error', 'report.saving.refused', 'text-alarm font-700'],
};

interface SavingProps {
  readonly state: DraftState;
  readonly questions: readonly QuestionView[];
  settle(choice: 'mine' | 'theirs'): void;
  retry(): void;
}

export function SavingLine({ state, questions, settle, retry }: SavingProps) {
  const { t } = useWords();
  const { saving } = state;
  const [icon, key, tone] = SAVINGS[saving];
  const isNew = state.id === undefined && saving === 'saved';
  return (
    <div className="grid grid-cols-1 gap-2">
      <p role="status" className={`flex items-start gap-2 text-[0.9375rem] ${tone}`}>
        {!isNew && (
          <>
            <Icon name={icon} className="mt-1 size-4" />
            <span className="phrase">{t(key)}</span>
          </>
        )}
      </p>
      {saving === 'unreachable' && (
        <div>
          <Button size="small" onClick={retry}>
            {t('problem.retry')}
          </Button>
        </div>
      )}
      {saving === 'signed-out' && (
        <div>
          <GoButton
            size="small"
            href={`/sign-in?from=${encodeURIComponent(window.location.pathname)}`}
          >
            {t('sign-in.title')}
          </GoButton>
        </div>
      )}
      {saving === 'refused' && state.problem && <ErrorState problem={state.problem.problem} />}
      {saving === 'conflict' && state.theirs && (
        <Conflict
          mine={state.record}
          theirs={state.theirs.record}
          questions={questions}
          settle={settle}
        />
      )}
    </div>
  );
}

/** What two versions of a record say differently, question by question. */
export function useChanges(): (
  before: Answers,
  after: Answers,
  questions: readonly QuestionView[],
) => Change[] {
  const words = useAnswerWords();
  return (before, after, questions) =>
    questions.flatMap((question) => {
      const [old, now] = [words(question, before), words(question, after)];
      if (old === now) return [];
      return {
        field: question.field,
        label: question.question,
        ...(old === '' ? {} : { before: old }),
        ...(now === '' ? {} : { after: now }),
      };
    });
}

function Conflict(props: {
  mine: Answers;
  theirs: Answers;
  questions: readonly QuestionView[];
  settle(choice: 'mine' | 'theirs'): void;
}) {
  const { mine, theirs, questions, settle } = props;
  const { t } = useWords();
  const changes = useChanges()(theirs, mine, questions);
  return (
    <section
      aria-label={t('report.saving.conflict')}
      className="grid grid-cols-1 gap-3 rounded-8 border border-caution bg-caution-wash p-4"
    >
      <p className="phrase">{t('report.conflict.lead')}</p>
      <Diff changes={changes} />
      <div className="flex flex-wrap gap-3">
        <Button look="main" onClick={() => settle('mine')}>
          {t('report.conflict.mine')}
        </Button>
        <Button onClick={() => settle('theirs')}>{t('report.conflict.theirs')}</Button>
      </div>
    </section>
  );
}
