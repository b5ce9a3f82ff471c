// SPDX-License-Identifier: Apache-2.0
/** Indicators as an answer: text and logs are pasted as they are, a person confirms what is found. */
import type { ReportPreview } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { defang } from '../hub/hostile-text.ts';
import { useWrite } from '../hub/queries.ts';
import type { Answers } from '../hub/report-answers.ts';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { type FoundIndicator, IndicatorChoice, indicatorKey } from './indicators.tsx';
import type { AnswerProps } from './report-question.tsx';
import { Refusal } from './states.tsx';

const TEXT_MAX = 20_000;

type Held = Answers & { readonly type: string; readonly value: string };

/** Indicators of a record; what is not one is passed over. */
export function indicatorsOf(value: unknown): readonly Held[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (one): one is Held => typeof one?.type === 'string' && typeof one?.value === 'string',
  );
}

/** Shown before the hub has said how. */
function show({ type, value, role }: Held): FoundIndicator {
  const shown = defang(value).replaceAll(/(?<!\[)\.(?!\])/g, '[.]');
  return {
    type,
    value,
    shown,
    confirmed: true,
    ...(typeof role === 'string' ? { role } : {}),
  };
}

interface ConfirmProps {
  /** What the hub found in texts of the report. */
  readonly found: readonly FoundIndicator[];
  readonly value: unknown;
  answer(value: unknown): void;
}

/** Those in the record and those found, once each; a tick puts one into the record. */
export function ConfirmIndicators({ found, value, answer }: ConfirmProps) {
  const held = indicatorsOf(value);
  const byKey = new Map([...held.map(show), ...found].map((one) => [indicatorKey(one), one]));
  const items = [...byKey.values()];
  return (
    <IndicatorChoice
      items={items}
      chosen={new Set(held.map(indicatorKey))}
      choose={(chosen) => {
        const next = items
          .filter((one) => chosen.has(indicatorKey(one)))
          .map((one) => {
            const before = held.find((other) => indicatorKey(other) === indicatorKey(one));
            return before ?? { type: one.type, value: one.value };
          });
        answer(next.length === 0 ? undefined : next);
      }}
    />
  );
}

export function IndicatorsAnswer(props: AnswerProps) {
  const { value, record, answer, labelledBy, describedBy } = props;
  const { t } = useWords();
  const [text, setText] = useState('');
  const search = useWrite<ReportPreview>();
  return (
    <div className="grid grid-cols-1 gap-3">
      <textarea
        aria-labelledby={labelledBy}
        {...(describedBy ? { 'aria-describedby': describedBy } : {})}
        data-typed=""
        className="field font-mono text-[0.9375rem]"
        rows={5}
        maxLength={TEXT_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div>
        <Button
          icon="search"
          busy={search.isPending}
          disabled={text.trim() === ''}
          onClick={() =>
            // Looked through and forgotten: what was pasted does not become part of the report.
            search.mutate({
              path: '/reports/preview',
              body: { record: { ...record, remarks: text } },
            })
          }
        >
          {t('report.indicators.search')}
        </Button>
      </div>
      <div role="status">
        {search.data && search.data.indicators.length === 0 && (
          <p className="text-soft">{t('report.indicators.nothing')}</p>
        )}
      </div>
      <Refusal error={search.error} />
      <ConfirmIndicators found={search.data?.indicators ?? []} value={value} answer={answer} />
    </div>
  );
}
