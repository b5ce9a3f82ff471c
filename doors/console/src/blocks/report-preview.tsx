// SPDX-License-Identifier: Apache-2.0
/** While a report is written: to whom it will go, by when, and what is still missing. */
import type { DutyView, ReportDetail, ReportPreview } from '@sakimori/vocabulary/wire';
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ask, type HubProblem } from '../hub/client.ts';
import { type Answers, canonical } from '../hub/report-answers.ts';
import { useWords } from '../language/language.ts';
import { Clock, useNow } from './clock.tsx';
import { Icon } from './icon.tsx';
import { DutyNature, useStageName } from './report-clock.tsx';
import { Loaded } from './states.tsx';

const PAUSE_MS = 500;

/** What would follow from the record as it stands; asked anew after a pause in typing. */
export function usePreview(record: Answers): UseQueryResult<ReportPreview, HubProblem> {
  const [settled, setSettled] = useState(record);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(record), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [record]);
  return useQuery<ReportPreview, HubProblem>({
    queryKey: ['report-preview', canonical(settled)],
    queryFn: ({ signal }) =>
      ask<ReportPreview>('POST', '/reports/preview', { body: { record: settled }, signal }),
    enabled: typeof settled.kind === 'string',
    placeholderData: keepPreviousData as never,
    staleTime: 60_000,
  });
}

/**
 * For an addition: the clocks as they stand in the report that it adds to. A preview looks at the
 * record alone and would count a first report that was made long ago as not made yet.
 */
export function withClocksOf(
  preview: UseQueryResult<ReportPreview, HubProblem>,
  report: ReportDetail | undefined,
): UseQueryResult<ReportPreview, HubProblem> {
  if (!report || !preview.data) return preview;
  const clocksOf = new Map(report.duties.map(({ rule, clocks }) => [rule, clocks]));
  const duties = preview.data.duties.map((duty) => ({
    ...duty,
    clocks: clocksOf.get(duty.rule) ?? duty.clocks,
  }));
  return { ...preview, data: { ...preview.data, duties } } as typeof preview;
}

/**
 * Whom the report reaches as things stand: duties, what was agreed to, and, unless it was ticked
 * off, whoever may have to be told but nobody can say.
 */
export function goesTo(duties: readonly DutyView[], record: Answers): DutyView[] {
  return duties.filter(({ applies, nature, decision, addressee }) => {
    const said = consentOf(record, addressee);
    if (!applies) return false;
    if (nature === 'voluntary') return said === true;
    return decision === 'yes' || said !== false;
  });
}

function consentOf({ consent }: Answers, addressee: string): boolean | undefined {
  if (typeof consent !== 'object' || consent === null) return undefined;
  const said = (consent as Record<string, unknown>)[addressee];
  return typeof said === 'boolean' ? said : undefined;
}

/** The first instant by which anybody must have been told. */
function firstDue(duties: readonly DutyView[]): string | undefined {
  return duties
    .flatMap(({ clocks }) =>
      clocks.flatMap(({ due, state }) => (due && state !== 'done' ? due : [])),
    )
    .sort()[0];
}

interface WhoAndWhenProps {
  readonly preview: UseQueryResult<ReportPreview, HubProblem>;
  readonly record: Answers;
}

/** The list beside the questions. */
export function WhoAndWhen({ preview, record }: WhoAndWhenProps) {
  const { t, pick } = useWords();
  if (typeof record.kind !== 'string') {
    return <p className="phrase text-soft">{t('report.preview.first')}</p>;
  }
  return (
    <Loaded of={preview} lines={4}>
      {({ duties, missing }) => {
        const going = goesTo(duties, record);
        return (
          <>
            {going.length === 0 && <p className="phrase text-soft">{t('report.preview.nobody')}</p>}
            <ul className="grid grid-cols-1 gap-3">
              {going.map((duty) => (
                <Going key={duty.rule} duty={duty} />
              ))}
            </ul>
            {missing.length > 0 && (
              <>
                <p className="mt-4 font-700">{t('report-clock.missing')}</p>
                <ul className="list-disc pl-6 text-[0.9375rem] text-soft">
                  {missing.map(({ field, text }) => (
                    <li key={field}>{pick(text)}</li>
                  ))}
                </ul>
              </>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function Going({ duty }: { duty: DutyView }) {
  const { t, pick } = useWords();
  const stageName = useStageName();
  const clock = duty.clocks.find(({ state }) => state !== 'done');
  return (
    <li className="border-b border-line pb-2">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-700">{pick(duty.addresseeName)}</span>
        <DutyNature duty={duty} />
      </p>
      {clock && (
        <p className="text-[0.9375rem]">
          <span className="mr-2 text-soft">{stageName(clock.stage)}</span>
          {clock.due ? <Clock due={clock.due} /> : pick(clock.words)}
        </p>
      )}
      {!duty.verified && (
        <p className="text-[0.875rem] text-caution">{t('report-clock.unverified')}</p>
      )}
    </li>
  );
}

/** On a phone: one line that says how many and by when, and opens. */
export function WhoAndWhenSheet({ preview, record }: WhoAndWhenProps) {
  const { t, remaining } = useWords();
  const now = useNow();
  const going = goesTo(preview.data?.duties ?? [], record);
  const due = firstDue(going);
  return (
    <details className="group rounded-8 border border-line bg-surface">
      <summary className="flex min-h-12 list-none items-center gap-2 px-3 py-1 leading-140">
        <Icon name="send" className="size-5 text-accent" />
        <span className="grow">
          <span className="mr-3 font-700">
            {going.length > 0
              ? t('report.preview.count', { count: going.length })
              : t('report.preview.title')}
          </span>
          {due && <span className="text-soft">{remaining(due, now)}</span>}
        </span>
        <Icon name="down" className="size-5 transition-transform group-open:rotate-180" />
      </summary>
      <div className="border-t border-line p-3">
        <WhoAndWhen preview={preview} record={record} />
      </div>
    </details>
  );
}
