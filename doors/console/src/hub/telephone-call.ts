// SPDX-License-Identifier: Apache-2.0
/** A call that is being taken: kept in this browser until it was submitted, whatever happens. */

import type { QuestionView, Text } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { makeIdempotencyKey } from './client.ts';
import { type Answers, isAnswered, isAsked, readAnswer, UNKNOWN } from './report-answers.ts';

export interface Call {
  /** Submitting twice after a lost answer makes one report. */
  readonly key: string;
  readonly organisation?: { readonly id: string; readonly name: Text };
  readonly spokenBy: string;
  readonly callback: string;
  readonly record: Answers;
}

export const newCall = (): Call => ({
  key: makeIdempotencyKey(),
  spokenBy: '',
  callback: '',
  record: {},
});

function isCall(value: unknown): value is Call {
  const { key, spokenBy, callback, record } = (value ?? {}) as Partial<Call>;
  return (
    typeof key === 'string' &&
    typeof spokenBy === 'string' &&
    typeof callback === 'string' &&
    typeof record === 'object' &&
    record !== null
  );
}

/** What this browser holds of a call; a new one when there is nothing readable. */
export function readCall(text: string | null): Call {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    return isCall(kept) ? kept : newCall();
  } catch {
    return newCall();
  }
}

export function useCall(person: string) {
  const place = `sakimori.telephone.${person}`;
  const [call, setCall] = useState(() => {
    try {
      return readCall(localStorage.getItem(place));
    } catch {
      return newCall();
    }
  });
  const change = (next: Call) => {
    setCall(next);
    try {
      localStorage.setItem(place, JSON.stringify(next));
    } catch {
      // Full or closed to us: it stays in the page.
    }
  };
  const end = () => {
    setCall(newCall());
    try {
      localStorage.removeItem(place);
    } catch {
      // Closed to us: then nothing is there.
    }
  };
  return { call, change, end };
}

/** Nobody spells out hashes on the phone, and the caller is the contact. */
const NOT_SPOKEN: readonly QuestionView['answer'][] = ['indicators', 'contacts'];

/** Questions that are put to the caller, those that must be answered first. */
export function spokenQuestions(
  questions: readonly QuestionView[],
  record: Answers,
): readonly QuestionView[] {
  return questions.filter(
    (question) => !NOT_SPOKEN.includes(question.answer) && isAsked(question, record),
  );
}

/** The record as it is submitted: of the first stage, with the caller as contact. */
export function recordOf({ record, spokenBy, callback }: Call): Answers {
  const name = spokenBy.trim();
  const phone = callback.trim();
  const contact = { name, ...(phone === '' ? {} : { phone }) };
  return {
    ...record,
    stage: 'first',
    ...(name !== '' && record.contacts === undefined ? { contacts: [contact] } : {}),
  };
}

export interface CallGaps {
  readonly organisation: boolean;
  readonly spokenBy: boolean;
  /** Without these nothing can be submitted. */
  readonly questions: readonly QuestionView[];
  /** The form asks for these; they may be told later. */
  readonly later: readonly QuestionView[];
}

export function findGaps(call: Call, questions: readonly QuestionView[]): CallGaps {
  const open = questions.filter(
    (question) =>
      !isAnswered(question, call.record) && readAnswer(call.record, question.field) !== UNKNOWN,
  );
  return {
    organisation: call.organisation === undefined,
    spokenBy: call.spokenBy.trim() === '',
    questions: open.filter(({ skippable }) => !skippable),
    later: open.filter(({ skippable, needed }) => skippable && needed),
  };
}
