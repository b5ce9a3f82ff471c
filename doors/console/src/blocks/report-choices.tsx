// SPDX-License-Identifier: Apache-2.0
/** Answers that are chosen: one, several, or yes and no. One press is enough. */
import { useId } from 'react';
import { UNKNOWN } from '../hub/report-answers.ts';
import { type Key, useWords } from '../language/language.ts';
import { Icon, type IconName } from './icon.tsx';
import type { AnswerProps } from './report-question.tsx';

/** What each kind looks like to someone who has it before them. */
const KIND_HELP: Readonly<Record<string, readonly [IconName, Key]>> = {
  ransomware: ['key', 'report.kind.ransomware'],
  ddos: ['feed', 'report.kind.ddos'],
  other: ['caution', 'report.kind.other'],
  precursor: ['radar', 'report.kind.precursor'],
  'near-miss': ['eye', 'report.kind.near-miss'],
  voluntary: ['send', 'report.kind.voluntary'],
};

interface OneChoice {
  readonly value: string;
  readonly label: string;
  readonly icon?: IconName;
  readonly help?: string;
}

function Choices(props: {
  readonly choices: readonly OneChoice[];
  readonly chosen: string | undefined;
  readonly labelledBy: string;
  readonly describedBy: string | undefined;
  choose(value: string): void;
}) {
  const { choices, chosen, labelledBy, describedBy, choose } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend inside; the question above names it
    <div
      role="group"
      aria-labelledby={labelledBy}
      {...(describedBy ? { 'aria-describedby': describedBy } : {})}
      className="grid grid-cols-1 gap-2 sm:grid-cols-2"
    >
      {choices.map(({ value, label, icon, help }) => (
        <button
          key={value}
          type="button"
          aria-pressed={chosen === value}
          onClick={() => choose(value)}
          className={`flex min-h-14 w-full items-center gap-3 rounded-8 border px-4 py-3 text-left hover:bg-accent-wash ${chosen === value ? 'border-2 border-accent bg-accent-wash' : 'border-edge bg-surface'}`}
        >
          {icon && <Icon name={icon} className="size-6 text-accent" />}
          <span className="min-w-0 grow">
            <span className="block font-700">{label}</span>
            {help && <span className="block text-[0.875rem] leading-150 text-soft">{help}</span>}
          </span>
          <Icon
            name={chosen === value ? 'done' : 'right'}
            className={`size-5 ${chosen === value ? 'text-accent' : 'text-faint'}`}
          />
        </button>
      ))}
    </div>
  );
}

export function ChoiceAnswer(props: AnswerProps) {
  const { question, value, labelledBy, describedBy, answer, next } = props;
  const { t, pick } = useWords();
  const choices = (question.options ?? []).map((option): OneChoice => {
    const known = question.field === 'kind' ? KIND_HELP[option.value] : undefined;
    return {
      value: option.value,
      label: pick(option.label),
      ...(known ? { icon: known[0], help: t(known[1]) } : {}),
    };
  });
  return (
    <Choices
      choices={choices}
      chosen={typeof value === 'string' ? value : undefined}
      labelledBy={labelledBy}
      describedBy={describedBy}
      choose={(one) => {
        answer(one);
        next();
      }}
    />
  );
}

export function YesNoAnswer({ value, labelledBy, describedBy, answer, next }: AnswerProps) {
  const { t } = useWords();
  const words = { yes: true, no: false, unknown: UNKNOWN } as const;
  const chosen = (['yes', 'no', 'unknown'] as const).find((word) => words[word] === value);
  return (
    <Choices
      choices={[
        { value: 'yes', label: t('report.yes') },
        { value: 'no', label: t('report.no') },
        { value: 'unknown', label: t('report.not-known') },
      ]}
      chosen={chosen}
      labelledBy={labelledBy}
      describedBy={describedBy}
      choose={(one) => {
        answer(words[one as keyof typeof words]);
        next();
      }}
    />
  );
}

export function ChoicesAnswer({ question, value, labelledBy, answer }: AnswerProps) {
  const { pick } = useWords();
  const id = useId();
  const chosen = Array.isArray(value) ? (value as readonly string[]) : [];
  const toggle = (one: string) => {
    const next = chosen.includes(one) ? chosen.filter((old) => old !== one) : [...chosen, one];
    answer(next.length === 0 ? undefined : next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend inside; the question above names it
    <div
      role="group"
      aria-labelledby={labelledBy}
      className="grid grid-cols-1 gap-2 sm:grid-cols-2"
    >
      {(question.options ?? []).map((option, position) => (
        <label
          key={option.value}
          htmlFor={`${id}-${position}`}
          className="flex min-h-14 items-center gap-3 rounded-8 border border-edge px-4 py-3"
        >
          <input
            id={`${id}-${position}`}
            type="checkbox"
            checked={chosen.includes(option.value)}
            onChange={() => toggle(option.value)}
            className="size-6 shrink-0 accent-(--c-accent)"
          />
          {pick(option.label)}
        </label>
      ))}
    </div>
  );
}
