// SPDX-License-Identifier: Apache-2.0
/** Empty, waiting and failed: what a person sees when there is nothing to see yet. */
import type { Problem } from '@sakimori/vocabulary/wire';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { HubProblem } from '../hub/client.ts';
import { type Key, useWords } from '../language/language.ts';
import { Button, GoButton } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export function EmptyState(props: { text: string; icon?: IconName; children?: ReactNode }) {
  const { text, icon = 'done', children } = props;
  return (
    <div className="flex flex-col items-start gap-3 py-4 sm:flex-row sm:items-center">
      <Icon name={icon} className="size-8 text-faint" />
      <p className="phrase grow text-soft">{text}</p>
      {children}
    </div>
  );
}

const OWN: Record<string, readonly [Key, Key]> = {
  CON_UNREACHABLE: ['problem.unreachable', 'problem.unreachable.next'],
  CON_UNREADABLE: ['problem.unreadable', 'problem.unreadable.next'],
  CON_CANCELLED: ['problem.cancelled', 'problem.cancelled.next'],
};
const BY_STATUS: Record<number, readonly [Key, Key]> = {
  401: ['problem.signed-out', 'problem.signed-out.next'],
  403: ['problem.forbidden', 'problem.forbidden.next'],
  404: ['problem.missing', 'problem.missing.next'],
};

/** What happened, in the reader's language. */
export function useProblemText(): (problem: Problem) => { what: string; next: string } {
  const { t, pick } = useWords();
  return (problem) => {
    const own = OWN[problem.code];
    if (own) return { what: t(own[0]), next: t(own[1]) };
    const said = pick(problem.texts);
    const known = BY_STATUS[problem.status];
    // A text of the hub says what to do itself; ours stands in where it has none.
    return { what: said || problem.title, next: said || !known ? '' : t(known[1]) };
  };
}

interface ErrorStateProps {
  readonly problem: Problem;
  retry?(): void;
}

/** What happened, what to do, and the code to name when asking for help. */
export function ErrorState({ problem, retry }: ErrorStateProps) {
  const { t } = useWords();
  const { what, next } = useProblemText()(problem);
  return (
    <div role="alert" className="card border-l-4 border-l-alarm p-4">
      <p className="flex items-start gap-2 font-700">
        <Icon name="error" className="mt-1 size-5 text-alarm" />
        <span className="phrase">{what}</span>
      </p>
      {next && <p className="phrase mt-1 pl-7 text-soft">{next}</p>}
      {problem.fields && problem.fields.length > 0 && (
        <ul className="mt-2 list-disc pl-12 text-soft">
          {problem.fields.map(({ field, expected }) => (
            <li key={`${field} ${expected}`}>{t('problem.field', { field, expected })}</li>
          ))}
        </ul>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-3 pl-7">
        {retry && problem.status !== 403 && problem.status !== 404 && (
          <Button size="small" onClick={retry}>
            {t('problem.retry')}
          </Button>
        )}
        {problem.code.endsWith('_STEP_UP') && (
          <GoButton
            size="small"
            href={`/sign-in?from=${encodeURIComponent(window.location.pathname)}`}
          >
            {t('sign-in.again')}
          </GoButton>
        )}
        {problem.status === 401 && (
          <GoButton size="small" href="/sign-in">
            {t('sign-in.title')}
          </GoButton>
        )}
        <span className="text-[0.875rem] text-faint">
          {t('problem.code')}
          <code className="font-mono">{problem.code}</code>
        </span>
      </div>
    </div>
  );
}

/** Grey lines where text will be. Says so to assistive technology once. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  const { t } = useWords();
  return (
    <div role="status" className="py-2">
      <span className="sr-only">{t('state.loading')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: lines without identity
          key={index}
          aria-hidden="true"
          className={`mb-3 h-4 animate-pulse rounded-4 bg-sunken ${index % 3 === 2 ? 'w-2/3' : 'w-full'}`}
        />
      ))}
    </div>
  );
}

interface LoadedProps<T> {
  readonly of: UseQueryResult<T, HubProblem>;
  readonly lines?: number;
  children(data: T): ReactNode;
}

/** The answer of the hub when it is there; else what to see meanwhile, or what went wrong. */
export function Loaded<T>({ of, lines, children }: LoadedProps<T>) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) {
    const { problem } = of.error;
    if (problem) return <ErrorState problem={problem} retry={() => void of.refetch()} />;
  }
  return <Skeleton {...(lines ? { lines } : {})} />;
}

/** The refusal of a write, beside the button that was pressed. */
export function Refusal({ error }: { error: HubProblem | null | undefined }) {
  if (!error?.problem) return null;
  return <ErrorState problem={error.problem} />;
}
