// SPDX-License-Identifier: Apache-2.0
/** One addressee of a report at a glance: until when, what it has received, why, on which clause. */
import type { ClockView, DutyView, ReportBrief, ReportKind } from '@sakimori/vocabulary/wire';
import type { ReactNode } from 'react';
import { type Key, useWords } from '../language/language.ts';
import { Badge, ClockBadge, DeliveryBadge } from './badge.tsx';
import { OutLink } from './button.tsx';
import { Clock, Moment } from './clock.tsx';
import { Disclosure, Facts } from './layout.tsx';
import { Receipt } from './receipt.tsx';
import { Folded } from './text.tsx';

type AnyStage = ReportBrief['stage'] | ClockView['stage'];

const STAGES = {
  first: 'report-stage.first',
  second: 'report-stage.second',
  'follow-up': 'report-stage.follow-up',
  final: 'report-stage.final',
} as const satisfies Record<AnyStage, Key>;

/** Every kind that can be reported, and what it is called. */
export const REPORT_KINDS = {
  ransomware: 'report-kind.ransomware',
  ddos: 'report-kind.ddos',
  other: 'report-kind.other',
  precursor: 'report-kind.precursor',
  'near-miss': 'report-kind.near-miss',
  voluntary: 'report-kind.voluntary',
} as const satisfies Record<ReportKind, Key>;

/** Name of a stage in the reader's language; one that is not ours keeps its name. */
export function useStageName(): (stage: AnyStage) => string {
  const { t } = useWords();
  return (stage) => (Object.hasOwn(STAGES, stage) ? t(STAGES[stage]) : stage);
}

export function useKindName(): (kind: ReportKind) => string {
  const { t } = useWords();
  return (kind) => (Object.hasOwn(REPORT_KINDS, kind) ? t(REPORT_KINDS[kind]) : kind);
}

/** The clock that ends next: which stage, to whom, until when. */
export function NextClock({ next }: { next: ReportBrief['next'] }) {
  const { t, pick } = useWords();
  const stageName = useStageName();
  if (!next) return null;
  const { stage, addresseeName, due, state } = next;
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <Clock due={due} done={state === 'done'} />
      <span className="text-soft">
        {t('report-clock.waits', { stage: stageName(stage), who: pick(addresseeName) })}
      </span>
    </span>
  );
}

/** One clock as a row: stage, how it stands in a word and an icon, until when. */
export function ClockRow({ clock }: { clock: ClockView }) {
  const { t, time } = useWords();
  const stageName = useStageName();
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-1">
      <span className="min-w-20 font-700">{stageName(clock.stage)}</span>
      <ClockBadge state={clock.state} />
      {clock.state === 'done' && clock.doneAt && (
        <span className="text-soft">{t('report-clock.done-at', { time: time(clock.doneAt) })}</span>
      )}
      {clock.state !== 'done' && clock.due && <Clock due={clock.due} />}
      {clock.state === 'no-number' && (
        <span className="phrase text-[0.9375rem] text-soft">{t('report-clock.no-number')}</span>
      )}
      {clock.extendedFrom && (
        <span className="text-[0.9375rem] text-soft">
          {t('report-clock.extended', { time: time(clock.extendedFrom) })}
        </span>
      )}
    </li>
  );
}

/** Whether somebody must be told, may be told, or nobody can say. */
export function DutyNature({ duty }: { duty: DutyView }) {
  const { t } = useWords();
  if (duty.nature === 'duty' && duty.decision === 'cannot-decide') {
    return (
      <Badge tone="caution" icon="help">
        {t('report-clock.cannot-decide')}
      </Badge>
    );
  }
  return duty.nature === 'duty' ? (
    <Badge tone="accent" icon="stamp">
      {t('report-clock.duty')}
    </Badge>
  ) : (
    <Badge icon="forward">{t('report-clock.voluntary')}</Badge>
  );
}

interface DutyCardProps {
  readonly duty: DutyView;
  /** Stands below the clocks: buttons, a box to agree. */
  readonly children?: ReactNode;
  /** Before anything was sent there are no copies to speak of. */
  readonly preview?: boolean;
}

/** One addressee: clocks and copies at a glance; why, clause and source one click deeper. */
export function DutyCard({ duty, children, preview = false }: DutyCardProps) {
  const { t, pick } = useWords();
  const last = duty.deliveries.toSorted((a, b) => a.position - b.position).at(-1);
  return (
    <div className="rounded-8 border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="min-w-0 text-[1.0625rem]">{pick(duty.addresseeName)}</h3>
        <DutyNature duty={duty} />
        {last && <DeliveryBadge state={last.state} />}
        {!duty.verified && (
          <Badge tone="caution" icon="caution">
            {t('report-clock.unverified')}
          </Badge>
        )}
      </div>
      {duty.nature === 'voluntary' && !preview && (
        <p className="phrase text-[0.9375rem] text-soft">
          {duty.consented ? t('report-clock.consented') : t('report-clock.not-consented')}
        </p>
      )}
      <ul className="mt-1">
        {duty.clocks.map((clock) => (
          <ClockRow key={clock.stage} clock={clock} />
        ))}
      </ul>
      {!duty.desk && !preview && duty.deliveries.length === 0 && duty.nature === 'duty' && (
        <p className="phrase text-[0.9375rem] text-soft">{t('report-clock.addressee-no-desk')}</p>
      )}
      {children}
      <DutyReasons duty={duty} />
    </div>
  );
}

function DutyReasons({ duty }: { duty: DutyView }) {
  const { t, pick } = useWords();
  return (
    <div className="mt-2">
      <Disclosure title={t('report-clock.why')}>
        <p className="phrase">{pick(duty.why)}</p>
        {!duty.verified && (
          <p className="phrase mt-1 text-caution">{t('report-clock.unverified.meaning')}</p>
        )}
        <Facts
          items={[
            [t('report-clock.clause'), duty.clause],
            [t('report-clock.source'), <Source key="source" text={duty.source} />],
            [t('report-clock.purpose'), pick(duty.purpose)],
            [t('report-clock.may-not'), pick(duty.mayNot)],
          ]}
        />
        <ul className="mt-2 grid gap-2">
          {duty.clocks.map((clock) => (
            <ClockReasons key={clock.stage} clock={clock} />
          ))}
        </ul>
        {duty.missing.length > 0 && (
          <>
            <p className="mt-2 font-700">{t('report-clock.missing')}</p>
            <ul className="list-disc pl-6">
              {duty.missing.map(({ field, stage, text }) => (
                <li key={`${stage} ${field}`}>{pick(text)}</li>
              ))}
            </ul>
          </>
        )}
        {duty.deliveries.flatMap(({ id, receipts }) =>
          receipts.map(({ step, receipt }) => <Receipt key={`${id} ${step}`} receipt={receipt} />),
        )}
      </Disclosure>
    </div>
  );
}

/** A source is an address or a name of a document; only the first can be followed. */
function Source({ text }: { text: string }) {
  return (
    <OutLink href={text}>
      <Folded text={text} />
    </OutLink>
  );
}

function ClockReasons({ clock }: { clock: ClockView }) {
  const { t, pick } = useWords();
  const stageName = useStageName();
  return (
    <li>
      <p className="phrase">
        <span className="font-700">{stageName(clock.stage)}</span> {pick(clock.words)}
      </p>
      <p className="phrase text-soft">{pick(clock.why)}</p>
      {clock.readings.length > 0 && (
        <>
          <p className="text-[0.875rem] text-faint">{t('report-clock.readings')}</p>
          <ul className="list-disc pl-6 text-soft">
            {clock.readings.map(({ due, why }) => (
              <li key={`${due} ${why.en}`}>
                <Moment at={due} /> {pick(why)}
              </li>
            ))}
          </ul>
        </>
      )}
    </li>
  );
}
