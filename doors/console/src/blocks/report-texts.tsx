// SPDX-License-Identifier: Apache-2.0
/** Answers that are typed: texts, figures, moments. Rough ones are welcome. */
import { dayInJapan, readInstant, toInstant } from '@sakimori/vocabulary';
import { useEffect, useId, useState } from 'react';
import { readNumber, UNKNOWN } from '../hub/report-answers.ts';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { useNow } from './clock.tsx';
import type { AnswerProps } from './report-question.tsx';

const LINE_MAX = 1_000;
const TEXT_MAX = 20_000;
const LIST_MAX = 100;
const WORD_MAX = 200;

function named({ labelledBy, describedBy }: AnswerProps) {
  return {
    'aria-labelledby': labelledBy,
    ...(describedBy ? { 'aria-describedby': describedBy } : {}),
    'data-typed': '',
  };
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== UNKNOWN ? value : '');
const orNothing = (text: string) => (text.trim() === '' ? undefined : text);

export function LineAnswer(props: AnswerProps) {
  const { question, value, answer } = props;
  return (
    <input
      {...named(props)}
      className="field"
      maxLength={question.max ?? LINE_MAX}
      value={textOf(value)}
      onChange={(event) => answer(orNothing(event.target.value))}
    />
  );
}

export function TextAnswer(props: AnswerProps) {
  const { question, value, answer } = props;
  const { t } = useWords();
  const max = question.max ?? TEXT_MAX;
  const text = textOf(value);
  return (
    <>
      <textarea
        {...named(props)}
        className="field"
        rows={5}
        maxLength={max}
        value={text}
        onChange={(event) => answer(orNothing(event.target.value))}
      />
      {text.length > max * 0.9 && (
        <p role="status" className="text-[0.9375rem] text-soft">
          {t('report.text.left', { count: max - text.length })}
        </p>
      )}
    </>
  );
}

export function ListAnswer(props: AnswerProps) {
  const { value, answer } = props;
  const { t } = useWords();
  const id = useId();
  // What is typed stays as it is: an empty last line is where the next one begins.
  const [text, setText] = useState(() => (Array.isArray(value) ? value.join('\n') : ''));
  return (
    <>
      <textarea
        {...named(props)}
        aria-describedby={id}
        className="field"
        rows={3}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const items = event.target.value
            .split('\n')
            .map((one) => one.trim().slice(0, WORD_MAX))
            .filter(Boolean)
            .slice(0, LIST_MAX);
          answer(items.length === 0 ? undefined : items);
        }}
      />
      <p id={id} className="text-[0.9375rem] text-soft">
        {t('report.list.hint')}
      </p>
    </>
  );
}

export function NumberAnswer(props: AnswerProps) {
  const { question, value, answer, refuse } = props;
  const { t, pick, number } = useWords();
  const [text, setText] = useState(() => (typeof value === 'number' ? String(value) : ''));
  const read = text.trim() === '' ? undefined : readNumber(text);
  const take = (typed: string) => {
    setText(typed);
    const figure = readNumber(typed);
    const blank = typed.trim() === '';
    const isIn = figure !== undefined && figure <= (question.max ?? Number.MAX_SAFE_INTEGER);
    refuse(blank || isIn ? undefined : t('report.number.problem'));
    answer(isIn ? (question.whole ? Math.round(figure) : figure) : undefined);
  };
  return (
    <div className="flex flex-wrap items-center gap-3">
      <input
        {...named(props)}
        inputMode="decimal"
        autoComplete="off"
        className="field max-w-48 text-right text-[1.25rem]"
        maxLength={20}
        value={text}
        onChange={(event) => take(event.target.value)}
      />
      {question.unit && <span>{pick(question.unit)}</span>}
      {question.estimate && <span className="text-soft">{t('report.number.rough')}</span>}
      {read !== undefined && read >= 10_000 && (
        <span className="figures text-soft">{number(read)}</span>
      )}
    </div>
  );
}

const MINUTE_MS = 60_000;
const JST = '+09:00';
const AGO = [
  ['report.time.now', 0],
  ['report.time.30-minutes', 30],
  ['report.time.1-hour', 60],
  ['report.time.3-hours', 180],
] as const;

/** Day and time in Japan of what the record holds: "2026-11-21", "09:30". */
function split(value: unknown): { day: string; time: string } {
  const text = textOf(value);
  const ms = readInstant(text);
  if (ms === undefined) return { day: '', time: '' };
  if (text.length === 10) return { day: text, time: '' };
  return { day: dayInJapan(ms), time: toInstant(ms + 9 * 60 * MINUTE_MS).slice(11, 16) };
}

/** A moment: one press for what has just happened, else day and time; the time may be left out. */
export function TimeAnswer(props: AnswerProps) {
  const { value, answer, next, refuse, labelledBy } = props;
  const { t } = useWords();
  const now = useNow();
  const id = useId();
  const [{ day, time }, setParts] = useState(() => split(value));
  const isFuture = (readInstant(textOf(value)) ?? 0) > now + 5 * MINUTE_MS;
  useEffect(() => {
    refuse(isFuture ? t('report.time.future') : undefined);
  }, [isFuture, refuse, t]);
  const take = (newDay: string, newTime: string) => {
    setParts({ day: newDay, time: newTime });
    const typed = newTime === '' ? newDay : `${newDay}T${newTime}:00${JST}`;
    answer(readInstant(typed) === undefined ? undefined : typed);
  };
  const takeAgo = (minutes: number) => {
    const at = toInstant(now - minutes * MINUTE_MS + 9 * 60 * MINUTE_MS).slice(0, 16);
    take(at.slice(0, 10), at.slice(11));
    next();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend inside; the question above names it
    <div role="group" aria-labelledby={labelledBy} className="grid gap-4">
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {AGO.map(([key, minutes]) => (
          <Button key={key} className="min-h-14" onClick={() => takeAgo(minutes)}>
            {t(key)}
          </Button>
        ))}
      </div>
      <div className="grid grid-cols-2 gap-3 sm:max-w-96">
        <div className="grid gap-1">
          <label htmlFor={`${id}-day`} className="text-[0.9375rem] text-soft">
            {t('report.time.day')}
          </label>
          <input
            id={`${id}-day`}
            type="date"
            className="field px-2"
            value={day}
            max={dayInJapan(now)}
            onChange={(event) => take(event.target.value, time)}
          />
        </div>
        <div className="grid gap-1">
          <label htmlFor={`${id}-time`} className="text-[0.9375rem] text-soft">
            {t('report.time.time')}
          </label>
          <input
            id={`${id}-time`}
            type="time"
            className="field px-2"
            value={time}
            onChange={(event) => take(day, event.target.value)}
          />
        </div>
      </div>
      <p className="text-[0.9375rem] text-soft">{t('report.time.hint')}</p>
    </div>
  );
}
