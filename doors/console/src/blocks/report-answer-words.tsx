// SPDX-License-Identifier: Apache-2.0
/** An answer of the guided form in one line of words, for looking it over. */
import type { QuestionView } from '@sakimori/vocabulary/wire';
import { type Answers, readAnswer, UNKNOWN } from '../hub/report-answers.ts';
import { useWords, type Words } from '../language/language.ts';
import { computerName } from './report-computers.tsx';
import { useServiceState } from './report-rows.tsx';

const part = (entry: unknown, name: string): string => {
  const value = (entry as Answers | null)?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** In words; empty when it was not answered. A record may come from outside and hold anything. */
export function useAnswerWords(): (question: QuestionView, record: Answers) => string {
  const words = useWords();
  const stateOf = useServiceState();
  return (question, record) => {
    const answer = readAnswer(record, question.field);
    if (answer === undefined || answer === null) return '';
    if (answer === UNKNOWN) return words.t('report-record.unknown');
    if (Array.isArray(answer)) return listWords(question, answer, words, stateOf);
    return oneWords(question, answer, words);
  };
}

function oneWords(question: QuestionView, answer: unknown, words: Words): string {
  const { t, pick, number, time, day } = words;
  if (typeof answer === 'boolean') return answer ? t('report.yes') : t('report.no');
  if (typeof answer === 'number') {
    return `${number(answer)} ${question.unit ? pick(question.unit) : ''}`.trim();
  }
  const text = String(answer);
  if (question.answer === 'time') return text.length === 10 ? day(text) : time(text);
  const option = question.options?.find(({ value }) => value === text);
  return option ? pick(option.label) : text;
}

function listWords(
  question: QuestionView,
  entries: readonly unknown[],
  words: Words,
  stateOf: (entry: Answers) => string,
): string {
  const { t, pick } = words;
  const shown = entries.map((entry) => {
    switch (question.answer) {
      case 'computers':
        return computerName(entry);
      case 'services':
        return `${part(entry, 'name')}: ${stateOf(entry as Answers)}`;
      case 'contacts':
        return [part(entry, 'name'), part(entry, 'phone') || part(entry, 'email')].join(' ');
      case 'actions':
        return part(entry, 'text');
      case 'choices': {
        const option = question.options?.find(({ value }) => value === entry);
        return option ? pick(option.label) : String(entry);
      }
      case 'indicators':
        return part(entry, 'value').replaceAll('.', '[.]');
      default:
        return String(entry);
    }
  });
  return shown.filter((one) => one.trim() !== '').join(t('report-record.and'));
}
