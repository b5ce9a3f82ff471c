// SPDX-License-Identifier: Apache-2.0
/** Computers concerned: picked out of the register by search, or named where they are not in it. */
import type { ComputerView, Page } from '@sakimori/vocabulary/wire';
import { createContext, useContext, useEffect, useId, useState } from 'react';
import { withQuery } from '../hub/client.ts';
import { useHub, useSession } from '../hub/queries.ts';
import type { Answers } from '../hub/report-answers.ts';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import type { AnswerProps } from './report-question.tsx';

const WORD_MAX = 200;
const SHOWN_MAX = 6;
const PAUSE_MS = 300;
/** Whose register is searched, where somebody else types for the reporter. Absent: the own. */
export const ReporterContext = createContext<string | undefined>(undefined);

/** What the register knows of a computer and the report takes over. */
const TAKEN = ['id', 'label', 'maker', 'product', 'version', 'role', 'site'] as const;

function takeOver(computer: ComputerView): Answers {
  return Object.fromEntries(
    TAKEN.flatMap((name) => {
      const value = computer[name];
      return value ? [[name, value.slice(0, WORD_MAX)]] : [];
    }),
  );
}

/** How an entry of the record is called; entries may come from outside and hold anything. */
export function computerName(entry: unknown): string {
  const { label, maker, product, version, id } = (entry ?? {}) as Record<string, unknown>;
  const rest = [maker, product, version].filter((one) => typeof one === 'string').join(' ');
  const name = typeof label === 'string' ? label : '';
  if (name && rest) return `${name} (${rest})`;
  return name || rest || String(id ?? '');
}

/** Registered computers of the reporter that fit what was typed, after a pause in typing. */
function useRegister(text: string): Page<ComputerView> | undefined {
  const session = useSession();
  const own = useContext(ReporterContext) ?? session.data?.person?.organisation.id;
  const [query, setQuery] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQuery(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const path = own && `/organisations/${encodeURIComponent(own)}/computers`;
  const asked = path ? withQuery(path, { query, limit: SHOWN_MAX }) : undefined;
  return useHub<Page<ComputerView>>(asked, { keep: true }).data;
}

export function ComputersAnswer(props: AnswerProps) {
  const { value, labelledBy, describedBy, answer } = props;
  const { t } = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const found = useRegister(text.trim());
  const chosen = Array.isArray(value) ? (value as readonly Answers[]) : [];
  const offered = (found?.items ?? [])
    .filter((one) => !chosen.some((entry) => entry.id === one.id))
    .slice(0, SHOWN_MAX);
  const add = (entry: Answers) => {
    answer([...chosen, entry]);
    setText('');
  };
  const named = text.trim().slice(0, WORD_MAX);
  return (
    <div className="grid grid-cols-1 gap-3">
      <Chosen chosen={chosen} change={(next) => answer(next.length === 0 ? undefined : next)} />
      <input
        id={id}
        type="search"
        aria-labelledby={labelledBy}
        {...(describedBy ? { 'aria-describedby': describedBy } : {})}
        className="field"
        placeholder={t('report.computers.search')}
        maxLength={WORD_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          // Enter takes what was typed; with an empty field it goes on.
          if (event.key !== 'Enter' || named === '' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          add({ label: named });
        }}
      />
      <ul
        className="grid grid-cols-1 gap-2 sm:grid-cols-2"
        aria-label={t('report.computers.found')}
      >
        {offered.map((computer) => (
          <li key={computer.id}>
            <Offer
              title={computer.label}
              note={[computer.product, computer.site].filter(Boolean).join(' · ')}
              press={() => add(takeOver(computer))}
            />
          </li>
        ))}
        {named !== '' && (
          <li>
            <Offer
              title={t('report.computers.add', { name: named })}
              note={t('report.computers.not-registered')}
              press={() => add({ label: named })}
            />
          </li>
        )}
      </ul>
      <p role="status" className="sr-only">
        {t('report.computers.chosen', { count: chosen.length })}
      </p>
    </div>
  );
}

function Offer({ title, note, press }: { title: string; note: string; press(): void }) {
  return (
    <button
      type="button"
      onClick={press}
      className="flex min-h-12 w-full items-center gap-3 rounded-8 border border-edge bg-surface px-3 py-2 text-left hover:bg-accent-wash"
    >
      <Icon name="plus" className="size-5 text-accent" />
      <span className="min-w-0">
        <span className="line-clamp-2 font-700">{title}</span>
        {note && <span className="line-clamp-1 text-[0.875rem] text-soft">{note}</span>}
      </span>
    </button>
  );
}

function Chosen(props: { chosen: readonly Answers[]; change(next: readonly Answers[]): void }) {
  const { chosen, change } = props;
  const { t } = useWords();
  if (chosen.length === 0) return null;
  return (
    <ul className="grid grid-cols-1 gap-1">
      {chosen.map((entry, position) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: entries may be alike
          key={position}
          className="flex items-center gap-3 rounded-8 bg-accent-wash px-3 py-1"
        >
          <Icon name="server" className="size-5 text-accent" />
          <span className="line-clamp-2 min-w-0 grow">{computerName(entry)}</span>
          <Button
            size="small"
            look="quiet"
            onClick={() => change(chosen.filter((_, other) => other !== position))}
          >
            {t('report.remove')}
            <span className="sr-only"> {computerName(entry)}</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}
