// SPDX-License-Identifier: Apache-2.0
/** A whole and its parts: one bar, and the same figures as a list (the list is the truth). */
import { useWords } from '../language/language.ts';

export interface SplitPart {
  readonly label: string;
  readonly value: number;
  readonly tone: 'alarm' | 'caution' | 'accent' | 'good' | 'plain';
  readonly href?: string;
}

const FILL = {
  alarm: 'fill-(--c-alarm)',
  caution: 'fill-(--c-caution)',
  accent: 'fill-(--c-accent)',
  good: 'fill-(--c-good)',
  plain: 'fill-(--c-edge)',
};

export function SplitBar({ parts, label }: { parts: readonly SplitPart[]; label: string }) {
  const { number } = useWords();
  const whole = parts.reduce((sum, part) => sum + part.value, 0);
  let from = 0;
  return (
    <figure className="m-0">
      <svg
        aria-hidden="true"
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        className="h-3 w-full rounded-4 bg-sunken"
      >
        {parts.map((part) => {
          const width = whole === 0 ? 0 : (part.value / whole) * 100;
          const start = from;
          from += width;
          return (
            <rect
              key={part.label}
              x={start}
              y="0"
              width={Math.max(0, width - 0.4)}
              height="4"
              className={FILL[part.tone]}
            />
          );
        })}
      </svg>
      <figcaption className="sr-only">{label}</figcaption>
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
        {parts.map((part) => (
          <li key={part.label} className="inline-flex items-center gap-2">
            <svg aria-hidden="true" viewBox="0 0 10 10" className="size-3">
              <rect width="10" height="10" rx="2" className={FILL[part.tone]} />
            </svg>
            <span>{part.label}</span>
            <strong className="figures">{number(part.value)}</strong>
          </li>
        ))}
      </ul>
    </figure>
  );
}
