// SPDX-License-Identifier: Apache-2.0
/** What the reporter does next: addressees with their clocks, questions to answer, additions. */
import type {
  ClockView,
  DraftView,
  DutyView,
  MessageView,
  ReportDetail,
  ReportStage,
} from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { API, withQuery } from '../hub/client.ts';
import { forgetText, useKeptText } from '../hub/kept-text.ts';
import { useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { useGo } from '../shell/address.ts';
import { Button, DownloadLink } from './button.tsx';
import { Confirm } from './confirm.tsx';
import { TextArea } from './field.tsx';
import { Icon } from './icon.tsx';
import { Disclosure, Section } from './layout.tsx';
import { Receipt } from './receipt.tsx';
import { DutyCard, NextClock, useStageName } from './report-clock.tsx';
import { isWaiting, ReportThread } from './report-thread.tsx';
import { Refusal } from './states.tsx';

const TEXT_MAX = 20_000;
const pathOf = (report: ReportDetail) => `/reports/${encodeURIComponent(report.id)}`;

/** Right after sending: it has arrived, the proof, what happens now, what comes next. */
export function JustSent({ report }: { report: ReportDetail }) {
  const { t, pick } = useWords();
  const reached = report.duties.filter(({ deliveries }) => deliveries.length > 0);
  const outside = report.duties.filter(
    (duty) => duty.applies && duty.nature === 'duty' && duty.deliveries.length === 0,
  );
  return (
    <section
      role="status"
      aria-label={t('report-detail.sent')}
      className="rounded-8 border-2 border-good bg-good-wash p-4 md:p-6"
    >
      <p className="flex items-center gap-2 text-[1.25rem] font-700">
        <Icon name="done" className="size-6 text-good" />
        {t('report-detail.sent')}
      </p>
      {report.receipt && <Receipt receipt={report.receipt} />}
      <p className="mt-3 font-700">{t('report-detail.sent.reached', { count: reached.length })}</p>
      <ul className="list-disc pl-6">
        {reached.map((duty) => (
          <li key={duty.rule}>{pick(duty.addresseeName)}</li>
        ))}
      </ul>
      {outside.length > 0 && (
        <p className="phrase mt-2 text-caution">
          {t('report-detail.sent.outside', {
            who: outside
              .map(({ addresseeName }) => pick(addresseeName))
              .join(t('report-record.and')),
          })}
        </p>
      )}
      <p className="phrase mt-3">{t('report-detail.sent.next')}</p>
      {report.next && (
        <p className="mt-1">
          <NextClock next={report.next} />
        </p>
      )}
      {report.expect && <p className="phrase mt-2 font-700">{pick(report.expect)}</p>}
    </section>
  );
}

/** Add what is new, close with the final report, or take it back. */
export function NextSteps({ report }: { report: ReportDetail }) {
  const { t } = useWords();
  const go = useGo();
  const begin = useWrite<DraftView>((draft) => go(`/report/${encodeURIComponent(draft.id)}`));
  if (report.state !== 'open') return null;
  const add = (stage: ReportStage) =>
    begin.mutate({
      path: '/report-drafts',
      body: { report: report.id, record: { ...report.record, stage } },
    });
  return (
    <div className="no-print grid grid-cols-1 gap-3">
      <div className="flex flex-wrap gap-3">
        <Button look="main" icon="plus" busy={begin.isPending} onClick={() => add('follow-up')}>
          {t('report-detail.add')}
        </Button>
        <Button icon="done" busy={begin.isPending} onClick={() => add('final')}>
          {t('report-detail.finalise')}
        </Button>
      </div>
      <Refusal error={begin.error} />
    </div>
  );
}

/** Taking back is possible until somebody has accepted; it asks why, and says what remains. */
function Withdraw({ report }: { report: ReportDetail }) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const write = useWrite<ReportDetail>();
  const accepted = report.duties.some(({ deliveries }) =>
    deliveries.some(({ state }) => state === 'accepted'),
  );
  if (accepted) return <p className="phrase text-soft">{t('report-detail.withdraw.accepted')}</p>;
  return (
    <div className="grid grid-cols-1 gap-3">
      <TextArea
        label={t('report-detail.withdraw.reason')}
        hint={t('report-detail.withdraw.hint')}
        maxLength={TEXT_MAX}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {reason.trim() !== '' && (
        <Confirm
          label={t('report-detail.withdraw')}
          question={t('report-detail.withdraw.question')}
          verb={t('report-detail.withdraw.verb')}
          busy={write.isPending}
          act={() => write.mutate({ path: `${pathOf(report)}/withdraw`, body: { reason } })}
        />
      )}
      <Refusal error={write.error} />
    </div>
  );
}

interface DutiesProps {
  readonly report: ReportDetail;
  /** May note that an addressee outside was told. */
  readonly mayTell: boolean;
}

/** What ends first stands first; then what is only possible; then what does not apply. */
export function ReportDuties({ report, mayTell }: DutiesProps) {
  const { t } = useWords();
  const due = (duty: DutyView) =>
    duty.clocks.find(({ state }) => state !== 'done' && state !== 'not-started')?.due ?? '9999';
  const sorted = report.duties.toSorted((a, b) => due(a).localeCompare(due(b)));
  const reached = (duty: DutyView) => duty.deliveries.length > 0 || duty.consented === true;
  const binding = sorted.filter((one) => one.applies && (one.nature === 'duty' || reached(one)));
  const others = sorted.filter((one) => !binding.includes(one));
  return (
    <Section
      bare
      title={t('report-detail.duties')}
      icon="send"
      lead={t('report-detail.duties.lead')}
    >
      <div className="grid grid-cols-1 gap-3 xl:grid-cols-2">
        {binding.map((duty) => (
          <DutyCard key={duty.rule} duty={duty}>
            {duty.deliveries.length > 0 && <Print report={report} duty={duty} />}
            {mayTell && !duty.desk && <Told report={report} duty={duty} />}
          </DutyCard>
        ))}
      </div>
      {binding.length === 0 && <p className="phrase text-soft">{t('report-detail.duties.none')}</p>}
      {others.length > 0 && (
        <div className="mt-3">
          <Disclosure title={t('report-detail.duties.others', { count: others.length })}>
            <div className="grid grid-cols-1 gap-3">
              {others.map((duty) => (
                <DutyCard key={duty.rule} duty={{ ...duty, clocks: [] }} />
              ))}
            </div>
          </Disclosure>
        </div>
      )}
      {mayTell && (
        <div className="no-print">
          <Disclosure title={t('report-detail.withdraw')}>
            <Withdraw report={report} />
          </Disclosure>
        </div>
      )}
    </Section>
  );
}

/** The form of that addressee, as offices still want it. */
function Print({ report, duty }: { report: ReportDetail; duty: DutyView }) {
  const { t, language } = useWords();
  const form = (format: string) =>
    withQuery(`${API}${pathOf(report)}/form`, { format, addressee: duty.addressee, language });
  return (
    <p className="no-print mt-2 flex flex-wrap gap-2">
      <DownloadLink href={form('pdf')}>{t('report-detail.pdf')}</DownloadLink>
      <DownloadLink href={form('csv')}>{t('report-detail.csv')}</DownloadLink>
    </p>
  );
}

/** Outside of this instance the platform cannot deliver: the reporter says that it has been done. */
function Told({ report, duty }: { report: ReportDetail; duty: DutyView }) {
  const { t, pick } = useWords();
  const stageName = useStageName();
  const write = useWrite<ReportDetail>();
  const open = duty.clocks.find(({ state }: ClockView) => state !== 'done');
  if (!open || duty.nature !== 'duty') return null;
  return (
    <div className="no-print mt-2">
      <Confirm
        label={t('report-detail.told', { stage: stageName(open.stage) })}
        question={t('report-detail.told.question', { who: pick(duty.addresseeName) })}
        verb={t('report-detail.told.verb')}
        busy={write.isPending}
        act={() =>
          write.mutate({
            path: `${pathOf(report)}/told`,
            body: { rule: duty.rule, stage: open.stage },
          })
        }
      />
      <Refusal error={write.error} />
    </div>
  );
}

export function ReportMessages(props: { report: ReportDetail; mayAnswer: boolean }) {
  const { report, mayAnswer } = props;
  const { t } = useWords();
  const waiting = report.thread.filter(isWaiting).length;
  return (
    <Section
      id="thread"
      title={t('report-detail.thread')}
      icon="inbox"
      {...(waiting > 0 ? { className: 'border-l-8 border-l-caution' } : {})}
    >
      <ReportThread
        messages={report.thread}
        {...(mayAnswer
          ? { reply: (message: MessageView) => <Answer report={report} message={message} /> }
          : {})}
      />
    </Section>
  );
}

function Answer({ report, message }: { report: ReportDetail; message: MessageView }) {
  const { t } = useWords();
  const key = `sakimori.report-answer.${message.id}`;
  const [text, setText] = useKeptText(key);
  const write = useWrite<MessageView>(() => forgetText(key));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    write.mutate({ path: `${pathOf(report)}/messages`, body: { text, answers: message.id } });
  };
  return (
    <form
      onSubmit={submit}
      className="no-print mt-3 grid grid-cols-1 gap-3 rounded-8 bg-sunken p-4"
    >
      <TextArea
        label={t('report-detail.answer')}
        hint={t('report-detail.answer.hint')}
        maxLength={TEXT_MAX}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
      <div>
        <Button type="submit" look="main" icon="send" busy={write.isPending}>
          {t('answer.send')}
        </Button>
      </div>
      <Refusal error={write.error} />
    </form>
  );
}
