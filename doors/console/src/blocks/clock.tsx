// SPDX-License-Identifier: Apache-2.0
/** Until when: remaining time in words, and the moment itself. */
import { endOfDayInJapan, readInstant, toInstant } from '@sakimori/vocabulary';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { Icon } from './icon.tsx';

const NowContext = createContext<number>(Date.now());

/** One clock for the page, set by the hub's time: a wrong clock on the desk shows no wrong limit. */
export function ClockProvider({ children }: { children: ReactNode }) {
  const { data, dataUpdatedAt } = useSession();
  const hub = data ? readInstant(data.instance.now) : undefined;
  const offsetMs = hub === undefined ? 0 : hub - dataUpdatedAt;
  const [tick, setTick] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setTick(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={tick + offsetMs}>{children}</NowContext>;
}

/** The hub's present time in milliseconds, refreshed a few times a minute. */
export function useNow(): number {
  return useContext(NowContext);
}

interface ClockProps {
  readonly due: string;
  /** Nothing is awaited any more: only the moment is shown. */
  readonly done?: boolean;
  readonly size?: 'normal' | 'large';
}

export function Clock({ due, done = false, size = 'normal' }: ClockProps) {
  const { t, time, day, remaining } = useWords();
  const now = useNow();
  // A limit given as a date ends with that day.
  const isDay = due.length === 10;
  const dueMs = isDay ? endOfDayInJapan(due) : readInstant(due);
  const moment = (
    <time dateTime={due} className="text-soft">
      {t('clock.until', { time: isDay ? day(due) : time(due) })}
    </time>
  );
  if (done || dueMs === undefined) return moment;
  const leftMs = dueMs - now;
  const tone = leftMs < 0 ? 'text-alarm' : leftMs < 86_400_000 ? 'text-caution' : 'text-ink';
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <span
        className={`inline-flex items-center gap-1 font-700 ${tone} ${size === 'large' ? 'text-[1.25rem]' : ''}`}
      >
        <Icon name={leftMs < 0 ? 'alarm' : 'calendar'} className="size-[1.1em]" />
        {remaining(toInstant(dueMs), now)}
      </span>
      {moment}
    </span>
  );
}

/** A moment that has passed or will come, without a limit. */
export function Moment({ at, day = false }: { at: string | undefined; day?: boolean }) {
  const { t, time, day: showDay } = useWords();
  if (!at) return <span className="text-faint">{t('clock.never')}</span>;
  return <time dateTime={at}>{day ? showDay(at) : time(at)}</time>;
}
