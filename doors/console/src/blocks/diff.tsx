// SPDX-License-Identifier: Apache-2.0
/** What changed: field, before, after. Read aloud as before and after, not only as colours. */
import type { Text } from '@sakimori/vocabulary/wire';
import { type Key, useWords } from '../language/language.ts';
import { Folded } from './text.tsx';

export interface Change {
  readonly field: string;
  /** What the field is called, where the hub says so; else it is a field of the register. */
  readonly label?: Text | undefined;
  /** A text in both languages is shown in the reader's; a string stands as it is. */
  readonly before?: string | Text | undefined;
  readonly after?: string | Text | undefined;
}

const FIELDS = {
  label: 'field.label',
  maker: 'field.maker',
  product: 'field.product',
  model: 'field.model',
  version: 'field.version',
  role: 'field.role',
  site: 'field.site',
  prefecture: 'field.prefecture',
  facility: 'field.facility',
  exposure: 'field.exposure',
  owner: 'field.owner',
  user: 'field.user',
  introduced: 'field.introduced',
  changed: 'field.changed',
  retired: 'field.retired',
  supportEnds: 'field.support-ends',
  contact: 'field.contact',
  cpe: 'field.cpe',
  purl: 'field.purl',
} as const satisfies Record<string, Key>;

/** Name of a register field in the reader's language; an unknown field keeps its name. */
export function useFieldName(): (field: string) => string {
  const { t } = useWords();
  return (field) =>
    Object.hasOwn(FIELDS, field) ? t(FIELDS[field as keyof typeof FIELDS]) : field;
}

export function Diff({ changes }: { changes: readonly Change[] }) {
  const { t, pick } = useWords();
  const name = useFieldName();
  const said = (value: string | Text) => (typeof value === 'string' ? value : pick(value));
  return (
    <dl className="grid gap-1">
      {changes.map(({ field, label, before, after }, index) => (
        // Two changes of one list have the same field; their order never changes.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={`${index} ${field}`} className="flex flex-wrap items-baseline gap-x-3">
          <dt className="text-[0.875rem] text-faint">{label ? pick(label) : name(field)}</dt>
          <dd className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            {before !== undefined && (
              <del className="rounded-4 bg-alarm-wash px-1 text-ink">
                <span className="sr-only">{t('diff.before')}</span>
                <Folded text={said(before)} />
              </del>
            )}
            {before !== undefined && after !== undefined && <span aria-hidden="true">→</span>}
            {after !== undefined && (
              <ins className="rounded-4 bg-good-wash px-1 text-ink no-underline">
                <span className="sr-only">{t('diff.after')}</span>
                <Folded text={said(after)} />
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
