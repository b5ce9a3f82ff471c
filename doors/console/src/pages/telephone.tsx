// SPDX-License-Identifier: Apache-2.0
/** A report by telephone: sentences to read aloud, typed while listening, read back, submitted. */
import type { QuestionView } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { Button } from '../blocks/button.tsx';
import { Caller, ReadBack, Taken, type TakenReport } from '../blocks/call-parts.tsx';
import { Confirm } from '../blocks/confirm.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { ReporterContext } from '../blocks/report-computers.tsx';
import { Question } from '../blocks/report-question.tsx';
import { Loaded } from '../blocks/states.tsx';
import { withQuery } from '../hub/client.ts';
import { useHub, useSession } from '../hub/queries.ts';
import { writeAnswer } from '../hub/report-answers.ts';
import { type Call, findGaps, spokenQuestions, useCall } from '../hub/telephone-call.ts';
import { useWords } from '../language/language.ts';

export default function Telephone() {
  const person = useSession().data?.person?.id;
  return person ? <CallPage person={person} /> : null;
}

function CallPage({ person }: { person: string }) {
  const { t } = useWords();
  const { call, change, end } = useCall(person);
  const [report, setReport] = useState<TakenReport>();
  const kind = typeof call.record.kind === 'string' ? call.record.kind : undefined;
  const asked = useHub<readonly QuestionView[]>(
    withQuery('/report-questions', { kind, stage: 'first' }),
    { keep: true },
  );
  return (
    <>
      <PageTitle
        title={t('telephone.title')}
        lead={t('telephone.lead')}
        back={{ href: '/intake', label: t('intake.title') }}
      />
      {report ? (
        <Taken report={report} again={() => setReport(undefined)} />
      ) : (
        <Loaded of={asked} lines={8}>
          {(questions) => (
            <CallForm
              key={call.key}
              call={call}
              change={change}
              questions={questions}
              throwAway={end}
              taken={(one) => {
                end();
                setReport(one);
                window.scrollTo({ top: 0 });
              }}
            />
          )}
        </Loaded>
      )}
    </>
  );
}

interface CallFormProps {
  readonly call: Call;
  readonly questions: readonly QuestionView[];
  change(call: Call): void;
  throwAway(): void;
  taken(report: TakenReport): void;
}

function CallForm({ call, questions, change, throwAway, taken }: CallFormProps) {
  const { t, language } = useWords();
  const [checking, setChecking] = useState(false);
  const spoken = spokenQuestions(questions, call.record);
  const gaps = findGaps(call, spoken);
  const other = language === 'ja' ? 'en' : 'ja';
  return (
    <ReporterContext value={call.organisation?.id}>
      <div className="grid grid-cols-1 gap-4">
        <Caller call={call} change={change} />
        <ol className="grid grid-cols-1 gap-4">
          {spoken.map((question, position) => (
            <li key={question.id} className="card p-4 md:p-6">
              <p className="mb-1 flex flex-wrap gap-x-3 text-[0.9375rem] text-faint">
                <span>
                  {t('telephone.question', { position: position + 1, count: spoken.length })}
                </span>
                {/* A caller may speak the other language while the analyst reads this one. */}
                <span lang={other}>{question.question[other]}</span>
              </p>
              <Question
                question={question}
                record={call.record}
                answer={(value) =>
                  change({ ...call, record: writeAnswer(call.record, question.field, value) })
                }
              />
            </li>
          ))}
        </ol>
        {checking ? (
          <ReadBack call={call} questions={spoken} gaps={gaps} taken={taken} />
        ) : (
          <div>
            <Button look="main" icon="eye" className="min-h-12" onClick={() => setChecking(true)}>
              {t('telephone.to-read-back')}
            </Button>
          </div>
        )}
        <div className="border-t border-line pt-4">
          <Confirm
            label={t('telephone.throw-away')}
            question={t('telephone.throw-away.question')}
            verb={t('telephone.throw-away.verb')}
            busy={false}
            act={throwAway}
          />
        </div>
      </div>
    </ReporterContext>
  );
}
