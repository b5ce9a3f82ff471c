// SPDX-License-Identifier: Apache-2.0
/** The office's figures: the same words, order and colours wherever they stand. */
import type { BoardCell, BoardNumbers } from '@sakimori/vocabulary/wire';
import { useWords } from '../language/language.ts';
import { Figure } from './layout.tsx';
import { useSectorName } from './sector.tsx';
import { SplitBar, type SplitPart } from './split-bar.tsx';

/** Warned = fixed + in hand + without an answer (+ what the figures leave open, if anything). */
export function useWarnedParts(): (numbers: BoardNumbers) => SplitPart[] {
  const { t } = useWords();
  return ({ warned, acknowledged, silent, fixed }) => {
    const open = Math.max(0, warned - acknowledged - silent);
    const parts: SplitPart[] = [
      { label: t('numbers.fixed'), value: fixed, tone: 'good' },
      { label: t('numbers.in-hand'), value: Math.max(0, acknowledged - fixed), tone: 'accent' },
      { label: t('numbers.silent'), value: silent, tone: 'caution' },
    ];
    return open === 0
      ? parts
      : [...parts, { label: t('numbers.awaited'), value: open, tone: 'plain' }];
  };
}

export function BoardTotals({ numbers }: { numbers: BoardNumbers }) {
  const { t, number } = useWords();
  const parts = useWarnedParts();
  return (
    <div className="grid gap-4">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure label={t('numbers.organisations')} value={number(numbers.organisations)} />
        <Figure label={t('numbers.computers')} value={number(numbers.computers)} />
        <Figure
          label={t('numbers.affected')}
          value={number(numbers.affectedComputers)}
          tone={numbers.affectedComputers > 0 ? 'alarm' : 'plain'}
        />
        <Figure
          label={t('numbers.silent')}
          value={number(numbers.silent)}
          tone={numbers.silent > 0 ? 'caution' : 'plain'}
        />
      </div>
      <div>
        <p className="mb-2 font-700">{t('board.answers', { count: numbers.warned })}</p>
        <SplitBar label={t('board.answers', { count: numbers.warned })} parts={parts(numbers)} />
      </div>
    </div>
  );
}

/** One small picture per sector, all on the same scale of parts. */
export function SectorMultiples({ cells }: { cells: readonly BoardCell[] }) {
  const { t } = useWords();
  const sector = useSectorName();
  const parts = useWarnedParts();
  const warned = cells
    .filter((cell) => cell.warned > 0)
    .sort((a, b) => b.silent - a.silent || b.affectedComputers - a.affectedComputers);
  const calm = cells.filter((cell) => cell.warned === 0).map((cell) => sector(cell.key));
  return (
    <div className="grid gap-4">
      <ul className="grid gap-4 sm:grid-cols-2 2xl:grid-cols-3">
        {warned.map((cell) => (
          <li key={cell.key} className="rounded-8 border border-line p-4">
            <h3 className="font-700">{sector(cell.key)}</h3>
            <p className="mb-2 text-[0.9375rem] text-soft">
              {t('board.sector-line', {
                affected: cell.affectedComputers,
                computers: cell.computers,
                organisations: cell.organisations,
              })}
            </p>
            <SplitBar
              label={sector(cell.key)}
              parts={parts(cell).filter((part) => part.value > 0)}
            />
          </li>
        ))}
      </ul>
      {calm.length > 0 && (
        <p className="phrase text-soft">
          {t('board.sectors-calm', { sectors: calm.join(t('list.separator')) })}
        </p>
      )}
    </div>
  );
}
