// SPDX-License-Identifier: Apache-2.0
/** Japan by prefecture: a picture for the eye, the same figures as a table for everyone. */
import japanModule from '@svg-maps/japan';
import { type Key, useWords } from '../language/language.ts';
import { Disclosure } from './layout.tsx';
import { Table } from './table.tsx';

interface Shapes {
  readonly viewBox: string;
  readonly locations: readonly { readonly id: string; readonly path: string }[];
}
/** The package's types take its file for CommonJS; what is imported is the map itself. */
const japan = japanModule as unknown as Shapes;

/** JIS X 0401 codes in order 01 to 47, as the map names its shapes. */
const SHAPES =
  'hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba tokyo kanagawa niigata toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga kyoto osaka hyogo nara wakayama tottori shimane okayama hiroshima yamaguchi tokushima kagawa ehime kochi fukuoka saga nagasaki kumamoto oita miyazaki kagoshima okinawa'.split(
    ' ',
  );
const CODES = new Map(SHAPES.map((shape, index) => [shape, String(index + 1).padStart(2, '0')]));

/** All codes, for choices in forms. */
export const PREFECTURES: readonly string[] = [...CODES.values()];

/** Name of a prefecture by its code; an unknown code stays as it is. */
export function usePrefectureName(): (code: string | undefined) => string {
  const { t } = useWords();
  return (code) => {
    if (!code) return '';
    return PREFECTURES.includes(code) ? t(`prefecture.${code}` as Key) : code;
  };
}

export interface MapCell {
  readonly prefecture: string;
  readonly value: number;
  /** Said beside the value, for example how many of how many. */
  readonly note: string;
}

const FILLS = [
  'fill-(--c-map-0)',
  'fill-(--c-map-1)',
  'fill-(--c-map-2)',
  'fill-(--c-map-3)',
  'fill-(--c-map-4)',
];

/** Upper ends of the four coloured classes, whole numbers, the last one the greatest value. */
function findSteps(cells: readonly MapCell[]): number[] {
  const max = Math.max(0, ...cells.map((cell) => cell.value));
  const steps = [0.1, 0.3, 0.6, 1].map((part) => Math.ceil(max * part));
  return steps.filter((step, index) => step > 0 && step !== steps[index - 1]);
}

interface JapanMapProps {
  readonly label: string;
  readonly unit: string;
  readonly cells: readonly MapCell[];
}

export function JapanMap({ label, unit, cells }: JapanMapProps) {
  const { t, number } = useWords();
  const name = usePrefectureName();
  const byCode = new Map(cells.map((cell) => [cell.prefecture, cell]));
  const steps = findSteps(cells);
  const classOf = (value: number) =>
    value === 0
      ? 0
      : 1 +
        Math.max(
          0,
          steps.findIndex((step) => value <= step),
        );
  const top = [...cells].sort((a, b) => b.value - a.value).filter((cell) => cell.value > 0);
  const summary = top
    .slice(0, 3)
    .map((cell) => `${name(cell.prefecture)} ${number(cell.value)}`)
    .join(t('list.separator'));
  return (
    <figure className="m-0">
      <figcaption className="mb-2 font-700">{label}</figcaption>
      <svg
        role="img"
        aria-label={t('map.summary', { label, summary: summary || t('map.nothing') })}
        viewBox={japan.viewBox}
        className="mx-auto max-h-[32rem] w-full"
      >
        {japan.locations.map((shape) => {
          const cell = byCode.get(CODES.get(shape.id) ?? '');
          return (
            <path
              key={shape.id}
              d={shape.path}
              strokeWidth="0.6"
              className={`${FILLS[classOf(cell?.value ?? 0)]} stroke-(--c-surface)`}
            >
              <title>{`${name(CODES.get(shape.id))}: ${cell ? cell.note : t('map.nothing')}`}</title>
            </path>
          );
        })}
      </svg>
      <ul aria-hidden="true" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-[0.875rem]">
        {[0, ...steps].map((step, index) => (
          <li key={step} className="inline-flex items-center gap-1">
            <svg viewBox="0 0 10 10" className="size-3" aria-hidden="true">
              <rect
                width="10"
                height="10"
                rx="2"
                className={`${FILLS[index]} stroke-(--c-edge)`}
                strokeWidth="0.5"
              />
            </svg>
            {index === 0 ? '0' : legend(steps[index - 2] ?? 0, step, number)}
          </li>
        ))}
      </ul>
      <Disclosure title={t('map.table')}>
        <Table
          caption={label}
          items={top}
          keyOf={(cell) => cell.prefecture}
          columns={[
            { title: t('field.prefecture'), cell: (cell) => name(cell.prefecture), head: true },
            { title: unit, cell: (cell) => number(cell.value), figures: true },
            { title: t('map.note'), cell: (cell) => cell.note },
          ]}
        />
      </Disclosure>
    </figure>
  );
}

function legend(below: number, upTo: number, number: (value: number) => string): string {
  return below + 1 === upTo ? number(upTo) : `${number(below + 1)}–${number(upTo)}`;
}
