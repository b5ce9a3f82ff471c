// SPDX-License-Identifier: Apache-2.0
/** One-click answers. Some need a word why; the word is asked for only then. */
import type { AnswerKind } from '@sakimori/vocabulary/wire';
import { useEffect, useRef, useState } from 'react';
import type { HubProblem } from '../hub/client.ts';
import { forgetText, useKeptText } from '../hub/kept-text.ts';
import { type Key, useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { Choose, TextArea } from './field.tsx';
import type { IconName } from './icon.tsx';
import { Refusal } from './states.tsx';

/** In the order of how often they are right; the text says what the answer sets off. */
export const ANSWERS: readonly {
  readonly kind: AnswerKind;
  readonly icon: IconName;
  readonly label: Key;
  readonly effect: Key;
  readonly needsWord: boolean;
}[] = [
  {
    kind: 'seen',
    icon: 'eye',
    label: 'answer.seen',
    effect: 'answer.seen.effect',
    needsWord: false,
  },
  {
    kind: 'working',
    icon: 'wrench',
    label: 'answer.working',
    effect: 'answer.working.effect',
    needsWord: false,
  },
  {
    kind: 'fixed',
    icon: 'done',
    label: 'answer.fixed',
    effect: 'answer.fixed.effect',
    needsWord: false,
  },
  {
    kind: 'mitigated',
    icon: 'proof',
    label: 'answer.mitigated',
    effect: 'answer.mitigated.effect',
    needsWord: true,
  },
  {
    kind: 'not-affected',
    icon: 'check',
    label: 'answer.not-affected',
    effect: 'answer.not-affected.effect',
    needsWord: true,
  },
  {
    kind: 'false-positive',
    icon: 'close',
    label: 'answer.false-positive',
    effect: 'answer.false-positive.effect',
    needsWord: true,
  },
];

export interface AnswerGiven {
  readonly kind: AnswerKind;
  readonly word?: string;
  readonly computer?: string;
}

interface AnswerFormProps {
  readonly kinds: readonly AnswerKind[];
  readonly computers: readonly { readonly id: string; readonly label: string }[];
  readonly busy: boolean;
  readonly error: HubProblem | null | undefined;
  /** Key under which a half-written word is kept until it is sent. */
  readonly draftKey: string;
  give(answer: AnswerGiven): void;
}

export function AnswerForm(props: AnswerFormProps) {
  const { kinds, computers, busy, error, draftKey, give } = props;
  const { t } = useWords();
  const [asking, setAsking] = useState<AnswerKind>();
  const [computer, setComputer] = useState('');
  const target = computer === '' ? {} : { computer };
  const shown = ANSWERS.filter((answer) => kinds.includes(answer.kind));
  return (
    <div className="grid gap-4">
      {computers.length > 1 && (
        <Choose
          label={t('answer.for')}
          value={computer}
          onChoose={setComputer}
          choices={[
            { value: '', label: t('answer.for.all', { count: computers.length }) },
            ...computers.map((one) => ({ value: one.id, label: one.label })),
          ]}
        />
      )}
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {shown.map((answer) => (
          <li key={answer.kind} className="grid gap-1">
            <Button
              icon={answer.icon}
              look={answer.kind === 'fixed' ? 'main' : 'plain'}
              busy={busy && asking === answer.kind}
              {...(answer.needsWord ? { 'aria-expanded': asking === answer.kind } : {})}
              onClick={() => {
                setAsking(answer.kind);
                if (!answer.needsWord) give({ kind: answer.kind, ...target });
              }}
              className="w-full"
            >
              {t(answer.label)}
            </Button>
            <p className="phrase px-1 text-[0.875rem] text-faint">{t(answer.effect)}</p>
          </li>
        ))}
      </ul>
      {asking && ANSWERS.some((answer) => answer.kind === asking && answer.needsWord) && (
        <WordForm
          key={asking}
          kind={asking}
          busy={busy}
          draftKey={`${draftKey}.${asking}`}
          give={(word) => give({ kind: asking, word, ...target })}
          cancel={() => setAsking(undefined)}
        />
      )}
      <Refusal error={error} />
    </div>
  );
}

const WORD_CHARACTERS_MAX = 2000;

function WordForm(props: {
  kind: AnswerKind;
  busy: boolean;
  draftKey: string;
  give(word: string): void;
  cancel(): void;
}) {
  const { kind, busy, draftKey, give, cancel } = props;
  const { t } = useWords();
  const [word, setWord] = useKeptText(draftKey);
  const [missing, setMissing] = useState(false);
  const frame = useRef<HTMLFormElement>(null);
  useEffect(() => frame.current?.querySelector('textarea')?.focus(), []);
  const answer = ANSWERS.find((one) => one.kind === kind);
  return (
    <form
      ref={frame}
      className="grid gap-3 rounded-8 bg-sunken p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (word.trim() === '') {
          setMissing(true);
          return;
        }
        forgetText(draftKey);
        give(word.trim());
      }}
    >
      <TextArea
        label={t('answer.word', { answer: answer ? t(answer.label) : '' })}
        hint={t('answer.word.hint')}
        error={missing && word.trim() === '' ? t('answer.word.missing') : undefined}
        maxLength={WORD_CHARACTERS_MAX}
        value={word}
        onChange={(event) => {
          setWord(event.target.value);
        }}
      />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="main" busy={busy}>
          {t('answer.send')}
        </Button>
        <Button look="quiet" onClick={cancel}>
          {t('answer.cancel')}
        </Button>
      </div>
    </form>
  );
}
