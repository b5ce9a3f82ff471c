// SPDX-License-Identifier: Apache-2.0
/** Lists of things: a table where there is room, cards on a phone; the same content in both. */
import type { ReactNode } from 'react';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';

export interface Column<T> {
  readonly title: string;
  readonly cell: (item: T) => ReactNode;
  /** The column that names the thing: heads the card and the row. */
  readonly head?: boolean;
  readonly figures?: boolean;
  readonly className?: string;
}

interface TableProps<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly captionShown?: boolean;
}

/**
 * Laid out as cards, a table loses its meaning for assistive technology in some browsers; explicit
 * roles keep it. Spread from here, because a linter holds them for needless.
 */
const ROLES = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  rowheader: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const;

export function Table<T>(props: TableProps<T>) {
  const { caption, columns, items, keyOf, captionShown = false } = props;
  return (
    <table {...ROLES.table} className="block w-full md:table md:border-collapse">
      <caption className={captionShown ? 'py-2 text-left font-700' : 'sr-only'}>{caption}</caption>
      <thead {...ROLES.rowgroup} className="sr-only md:not-sr-only md:table-header-group">
        <tr {...ROLES.row} className="md:table-row">
          {columns.map((column) => (
            <th
              key={column.title}
              {...ROLES.columnheader}
              scope="col"
              className={`whitespace-nowrap border-b-2 border-line py-2 pr-4 text-left text-[0.875rem] font-700 text-soft ${column.figures ? 'md:text-right' : ''}`}
            >
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...ROLES.rowgroup} className="block md:table-row-group">
        {items.map((item) => (
          <tr
            key={keyOf(item)}
            {...ROLES.row}
            className="block border-b border-line py-3 md:table-row md:py-0 md:hover:bg-ground"
          >
            {columns.map((column) => (
              <Cell key={column.title} column={column} item={item} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<T>({ column, item }: { column: Column<T>; item: T }) {
  const shape = `block min-w-0 py-0.5 md:table-cell md:py-3 md:pr-4 md:align-top ${column.className ?? ''}`;
  if (column.head) {
    return (
      <th {...ROLES.rowheader} scope="row" className={`${shape} text-left font-400`}>
        {column.cell(item)}
      </th>
    );
  }
  return (
    <td {...ROLES.cell} className={`${shape} ${column.figures ? 'figures md:text-right' : ''}`}>
      <span className="mr-2 text-[0.875rem] text-faint md:hidden" aria-hidden="true">
        {column.title}
      </span>
      {column.cell(item)}
    </td>
  );
}

interface PagerProps {
  readonly shown: number;
  readonly total: number | undefined;
  readonly next: string | undefined;
  readonly isFirst: boolean;
  go(cursor: string | undefined): void;
}

/** Pages by key, not by number: what is added meanwhile neither repeats nor hides a row. */
export function Pager({ shown, total, next, isFirst, go }: PagerProps) {
  const { t, number } = useWords();
  return (
    <nav aria-label={t('pager.label')} className="mt-4 flex flex-wrap items-center gap-3">
      <span className="text-soft">
        {total === undefined
          ? t('pager.shown', { count: shown })
          : t('pager.total', { count: total, shown: number(shown) })}
      </span>
      {!isFirst && (
        <Button size="small" onClick={() => go(undefined)}>
          {t('pager.first')}
        </Button>
      )}
      {next && (
        <Button size="small" onClick={() => go(next)}>
          {t('pager.next')}
        </Button>
      )}
    </nav>
  );
}
