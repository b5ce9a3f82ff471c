// SPDX-License-Identifier: Apache-2.0
/** A report in the blocks of the common form: what was told, what is not known, what was not told. */
import type { CopyDetail, FormBlock } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { Defanged } from './text.tsx';

interface ReportRecordProps {
  readonly blocks: readonly FormBlock[];
  /** Told, but not to this addressee. */
  readonly withheld?: CopyDetail['withheld'];
}

type Row = FormBlock['rows'][number];

/** Told, or told to be unknown: both are said. What was never told is shown when asked for. */
const isTold = (row: Row): boolean => row.value !== undefined || row.unknown === true;

export function ReportRecord({ blocks, withheld = [] }: ReportRecordProps) {
  const { t, pick } = useWords();
  const [all, setAll] = useState(false);
  const untold = blocks.flatMap(({ rows }) => rows).filter((row) => !isTold(row)).length;
  const shown = blocks
    .map((block) => ({ ...block, rows: all ? block.rows : block.rows.filter(isTold) }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <div className="grid grid-cols-1 gap-6">
      {shown.map((block) => (
        <section key={block.id} aria-label={pick(block.title)}>
          <h3 className="mb-1 border-b-2 border-line pb-1 text-[1.0625rem]">{pick(block.title)}</h3>
          <dl>
            {block.rows.map((row) => (
              <div
                key={row.field}
                className="grid grid-cols-1 gap-x-6 border-b border-line py-2 sm:grid-cols-[14rem_1fr]"
              >
                <dt className="text-[0.9375rem] text-soft">{pick(row.label)}</dt>
                <dd className="min-w-0">
                  <Value row={row} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      {untold > 0 && (
        <div className="no-print">
          <Button size="small" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('report-record.hide') : t('report-record.show', { count: untold })}
          </Button>
        </div>
      )}
      {withheld.length > 0 && (
        <p className="phrase text-[0.9375rem] text-soft">
          {t('report-record.withheld', {
            fields: withheld.map(({ label }) => pick(label)).join(t('report-record.and')),
          })}
        </p>
      )}
    </div>
  );
}

function Value({ row }: { row: Row }) {
  const { t, pick } = useWords();
  if (row.unknown) return <span className="text-caution">{t('report-record.unknown')}</span>;
  if (!row.value) return <span className="text-faint">{t('report-record.none')}</span>;
  return <Defanged text={pick(row.value)} />;
}
