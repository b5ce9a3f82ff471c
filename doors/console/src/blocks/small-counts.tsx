// SPDX-License-Identifier: Apache-2.0
/** Counts in which few stay hidden: each row a bar for the eye and the same figure as text. */
import type { CountCell } from '@sakimori/vocabulary/wire';
import { useId } from 'react';
import { useWords } from '../language/language.ts';
import { Icon } from './icon.tsx';

interface SmallCountsProps {
  readonly title: string;
  /** What the first column names: a kind, a sector, a month. */
  readonly of: string;
  readonly cells: readonly CountCell[];
  /** Fewer than that are not shown. */
  readonly smallest: number;
}

/** Rows that say something; rows of nothing are named in one line below. */
export function SmallCounts({ title, of, cells, smallest }: SmallCountsProps) {
  const { t, pick, number } = useWords();
  const hatch = useId();
  const shown = cells.filter(({ hidden, count }) => hidden || (count ?? 0) > 0);
  const none = cells.filter(({ hidden, count }) => !hidden && (count ?? 0) === 0);
  const max = Math.max(1, smallest, ...shown.map(({ count }) => count ?? 0));
  return (
    <div>
      {shown.length > 0 && (
        <table className="w-full table-fixed border-collapse">
          <caption className="sr-only">{title}</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col" className="w-36 sm:w-44">
                {of}
              </th>
              <th scope="col">{t('report-statistics.count')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((cell) => (
              <tr key={cell.key} className="border-b border-line">
                <th scope="row" className="w-36 py-2 sm:w-44 pr-3 text-left font-400 wrap-anywhere">
                  {pick(cell.label)}
                </th>
                <td className="py-2">
                  <span className="flex items-center gap-3">
                    <Bar cell={cell} max={max} smallest={smallest} hatch={hatch} />
                    {cell.hidden ? (
                      <span className="inline-flex items-center gap-1 whitespace-nowrap text-[0.875rem] text-soft">
                        <Icon name="proof" className="size-4" />
                        {t('report-statistics.hidden')}
                      </span>
                    ) : (
                      <strong className="figures min-w-8 text-right">
                        {number(cell.count ?? 0)}
                      </strong>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {none.length > 0 && (
        <p className="phrase mt-2 text-[0.9375rem] text-soft">
          {t('report-statistics.zero', {
            names: none.map(({ label }) => pick(label)).join(t('list.separator')),
          })}
        </p>
      )}
    </div>
  );
}

/** A hidden count is drawn hatched and always equally long: its length must tell nothing. */
function Bar(props: { cell: CountCell; max: number; smallest: number; hatch: string }) {
  const { cell, max, smallest, hatch } = props;
  const length = ((cell.hidden ? smallest : (cell.count ?? 0)) / max) * 100;
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      className="h-4 min-w-0 grow rounded-4"
    >
      {cell.hidden && (
        <pattern id={`${hatch}-${cell.key}`} width="4" height="8" patternUnits="userSpaceOnUse">
          <rect width="1.5" height="8" className="fill-(--c-edge)" />
        </pattern>
      )}
      <rect
        width={length}
        height="8"
        {...(cell.hidden
          ? { fill: `url(#${hatch}-${cell.key})` }
          : { className: 'fill-(--c-accent)' })}
      />
    </svg>
  );
}
