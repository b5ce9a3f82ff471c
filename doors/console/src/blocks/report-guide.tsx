// SPDX-License-Identifier: Apache-2.0
/** The guided form: keeps what is typed, asks only what is needed, shows to whom it will go. */
import type { DraftView, QuestionView, ReportDetail, ReportStage } from '@sakimori/vocabulary/wire';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { ask, withQuery } from '../hub/client.ts';
import { useHub, useWrite } from '../hub/queries.ts';
import { type Answers, isAsked, readyToSend, writeAnswer } from '../hub/report-answers.ts';
import { DraftKeeper, draftKey } from '../hub/report-draft.ts';
import { useWords } from '../language/language.ts';
import { useGo } from '../shell/address.ts';
import { Confirm } from './confirm.tsx';
import { ReportCheck } from './report-check.tsx';
import { usePreview, WhoAndWhen, WhoAndWhenSheet, withClocksOf } from './report-preview.tsx';
import { SavingLine } from './report-saving.tsx';
import { AllAtOnce, OneAtATime, useIsWide } from './report-steps.tsx';
import { Skeleton } from './states.tsx';

interface GuideProps {
  /** Absent for a report that the hub does not know yet. */
  readonly view: DraftView | undefined;
  /** Set although the hub is out of reach, when the address names a draft. */
  readonly draft: string | undefined;
  readonly person: string;
}

function useKeeper({ view, draft, person }: GuideProps) {
  const [keeper] = useState(
    () =>
      new DraftKeeper(
        {
          ask,
          storage: window.localStorage,
          keyOf: (one) => draftKey(person, one),
          later(act, ms) {
            const timer = setTimeout(act, ms);
            return () => clearTimeout(timer);
          },
        },
        view,
        draft,
      ),
  );
  useEffect(() => {
    const retry = () => void keeper.flush();
    window.addEventListener('online', retry);
    return () => {
      window.removeEventListener('online', retry);
      retry();
    };
  }, [keeper]);
  const state = useSyncExternalStore(keeper.subscribe, keeper.state);
  useEffect(() => {
    if (state.id !== undefined) nameAddress(state.id);
  }, [state.id]);
  return { keeper, state };
}

/**
 * From the first save on the draft has an address of its own, which a reload goes on with. The
 * router is not told: it would draw the page anew under the hands of who is answering.
 */
function nameAddress(id: string): void {
  if (window.location.pathname !== '/report') return;
  const { history } = window;
  History.prototype.replaceState.call(
    history,
    history.state,
    '',
    `/report/${encodeURIComponent(id)}`,
  );
}

const STAGES: readonly string[] = ['first', 'follow-up', 'final'] satisfies ReportStage[];
const NO_QUESTIONS: readonly QuestionView[] = [];

function useQuestions(record: Answers) {
  const stage = STAGES.includes(String(record.stage)) ? String(record.stage) : 'first';
  const kind = typeof record.kind === 'string' ? record.kind : undefined;
  return useHub<readonly QuestionView[]>(withQuery('/report-questions', { kind, stage }), {
    keep: true,
  });
}

export function Guide(props: GuideProps) {
  const { view } = props;
  const { keeper, state } = useKeeper(props);
  const isWide = useIsWide();
  const asked = useQuestions(state.record);
  const questions = asked.data ?? NO_QUESTIONS;
  const ready = readyToSend(state.record, questions);
  const before = useHub<ReportDetail>(
    view?.report === undefined ? undefined : `/reports/${encodeURIComponent(view.report)}`,
  );
  const preview = withClocksOf(usePreview(ready), before.data);
  const visible = useMemo(
    () => questions.filter((question) => isAsked(question, state.record)),
    [questions, state.record],
  );
  if (!asked.data) return <Skeleton lines={6} />;
  const change = (record: Answers) => keeper.change(record, state.step);
  const answer = (question: QuestionView, value: unknown) =>
    change(writeAnswer(keeper.state().record, question.field, value));
  const goTo = (step: string) => keeper.change(keeper.state().record, step);
  /** The answer just given decides what is asked next: the record is read as it is now. */
  const after = (question: QuestionView) => {
    const { record } = keeper.state();
    const rest = questions.slice(questions.indexOf(question) + 1);
    goTo(rest.find((one) => isAsked(one, record))?.id ?? 'files');
  };
  const steps = { visible, state, answer, goTo, after, preview };
  const files = view?.attachments ?? [];
  const isChecking = state.step === 'check';
  return (
    <div className="grid grid-cols-1 gap-4">
      <SavingLine
        state={state}
        questions={questions}
        settle={(choice) => keeper.settle(choice)}
        retry={() => void keeper.flush()}
      />
      {view && view.notes.length > 0 && <Notes notes={view.notes} />}
      {isChecking ? (
        <ReportCheck
          keeper={keeper}
          state={state}
          ready={ready}
          questions={visible}
          preview={preview}
          report={view?.report}
          files={files}
          goTo={steps.goTo}
        />
      ) : isWide ? (
        <div className="grid grid-cols-[minmax(0,1fr)_20rem] items-start gap-8">
          <AllAtOnce {...steps} report={view?.report} files={files} />
          <Beside preview={preview} record={ready} />
        </div>
      ) : (
        <OneAtATime
          {...steps}
          report={view?.report}
          files={files}
          sheet={
            typeof state.record.kind === 'string' && (
              <WhoAndWhenSheet preview={preview} record={ready} />
            )
          }
        />
      )}
      {state.id && <ThrowAway id={state.id} keeper={keeper} />}
    </div>
  );
}

/** Stays in sight beside the questions. */
function Beside(props: Parameters<typeof WhoAndWhen>[0]) {
  const { t } = useWords();
  return (
    <aside className="card sticky top-4 max-h-[90vh] overflow-y-auto p-4">
      <h2 className="mb-2 text-[1.0625rem]">{t('report.preview.title')}</h2>
      <WhoAndWhen {...props} />
    </aside>
  );
}

/** What was noticed when a mail or an alert was read into this draft. */
function Notes({ notes }: { notes: DraftView['notes'] }) {
  const { t, pick } = useWords();
  return (
    <div className="rounded-8 bg-sunken p-3">
      <p className="font-700">{t('report.notes')}</p>
      <ul className="list-disc pl-6 text-[0.9375rem]">
        {notes.map((note) => (
          <li key={note.en}>{pick(note)}</li>
        ))}
      </ul>
    </div>
  );
}

function ThrowAway({ id, keeper }: { id: string; keeper: DraftKeeper }) {
  const { t } = useWords();
  const go = useGo();
  const remove = useWrite(() => {
    keeper.end();
    go('/reports');
  });
  return (
    <div className="mt-4 border-t border-line pt-4">
      <Confirm
        label={t('report.throw-away')}
        question={t('report.throw-away.question')}
        verb={t('report.throw-away.verb')}
        busy={remove.isPending}
        act={() =>
          remove.mutate({ method: 'DELETE', path: `/report-drafts/${encodeURIComponent(id)}` })
        }
      />
    </div>
  );
}
