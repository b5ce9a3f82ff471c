// SPDX-License-Identifier: Apache-2.0
/** Situation board: who is affected, who has answered, where; pictures with the same in a table. */
import type { BoardCell, BoardView } from '@sakimori/vocabulary/wire';
import { BoardTotals, SectorMultiples } from '../blocks/board-numbers.tsx';
import { Choose } from '../blocks/field.tsx';
import { JapanMap } from '../blocks/japan-map.tsx';
import { Disclosure, PageTitle, Section } from '../blocks/layout.tsx';
import { useSectorName } from '../blocks/sector.tsx';
import { Loaded } from '../blocks/states.tsx';
import { Table } from '../blocks/table.tsx';
import { VulnerabilityList } from '../blocks/vulnerability-list.tsx';
import { useHub } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

const MEASURES = {
  affectedComputers: 'numbers.affected',
  silent: 'numbers.silent',
  fixed: 'numbers.fixed',
  computers: 'numbers.computers',
} as const satisfies Partial<Record<keyof BoardCell, Key>>;
type Measure = keyof typeof MEASURES;

export default function Board() {
  const { t } = useWords();
  const board = useHub<BoardView>('/board', { refetchMs: 60_000 });
  return (
    <>
      <PageTitle title={t('board.title')} lead={t('board.lead')} />
      <Loaded of={board} lines={10}>
        {(view) => (
          <div className="grid grid-cols-1 gap-6">
            <Section title={t('board.now')} icon="eye">
              <BoardTotals numbers={view.totals} />
            </Section>
            <div className="grid items-start gap-6 xl:grid-cols-[26rem_1fr]">
              <Section title={t('board.by-prefecture')} icon="map">
                <PrefectureMap cells={view.byPrefecture} />
              </Section>
              <Section title={t('board.latest')} icon="caution">
                <VulnerabilityList items={view.latest} />
              </Section>
            </div>
            <Section title={t('board.by-sector')} icon="building">
              <SectorMultiples cells={view.bySector} />
              <div className="mt-4">
                <Disclosure title={t('map.table')}>
                  <SectorTable cells={view.bySector} />
                </Disclosure>
              </div>
            </Section>
          </div>
        )}
      </Loaded>
    </>
  );
}

export function PrefectureMap({ cells }: { cells: readonly BoardCell[] }) {
  const { t } = useWords();
  const [filters, change] = useFilters();
  const measure: Measure =
    filters.measure && Object.hasOwn(MEASURES, filters.measure)
      ? (filters.measure as Measure)
      : 'affectedComputers';
  return (
    <div className="grid gap-4">
      <Choose
        label={t('board.measure')}
        value={measure}
        onChoose={(next) => change({ measure: next })}
        choices={Object.entries(MEASURES).map(([value, key]) => ({ value, label: t(key) }))}
      />
      <JapanMap
        label={t('board.map-label', { measure: t(MEASURES[measure]) })}
        unit={t('board.unit')}
        cells={cells.map((cell) => ({
          prefecture: cell.key,
          value: cell[measure],
          note: t('board.sector-line', {
            affected: cell.affectedComputers,
            computers: cell.computers,
            organisations: cell.organisations,
          }),
        }))}
      />
    </div>
  );
}

function SectorTable({ cells }: { cells: readonly BoardCell[] }) {
  const { t, number } = useWords();
  const sector = useSectorName();
  const column = (title: Key, value: (cell: BoardCell) => number) => ({
    title: t(title),
    figures: true,
    cell: (cell: BoardCell) => number(value(cell)),
  });
  return (
    <Table
      caption={t('board.by-sector')}
      items={cells}
      keyOf={(cell) => cell.key}
      columns={[
        { title: t('organisations.sector'), head: true, cell: (cell) => sector(cell.key) },
        column('numbers.organisations', (cell) => cell.organisations),
        column('numbers.computers', (cell) => cell.computers),
        column('numbers.affected', (cell) => cell.affectedComputers),
        column('numbers.warned', (cell) => cell.warned),
        column('numbers.acknowledged', (cell) => cell.acknowledged),
        column('numbers.silent', (cell) => cell.silent),
        column('numbers.fixed', (cell) => cell.fixed),
      ]}
    />
  );
}
