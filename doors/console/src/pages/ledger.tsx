// SPDX-License-Identifier: Apache-2.0
/** Ledger: the newest checkpoint, recomputed here; receipts checked here; entries where allowed. */
import type { LogReport } from '@sakimori/ledger/verify';
import type { LedgerEntryView, LedgerView } from '@sakimori/vocabulary/wire';
import { useEffect, useRef, useState } from 'react';
import { Badge } from '../blocks/badge.tsx';
import { Button, CopyButton, DownloadLink } from '../blocks/button.tsx';
import { Moment } from '../blocks/clock.tsx';
import { Choose, TextArea } from '../blocks/field.tsx';
import { FileDrop } from '../blocks/file-drop.tsx';
import { Icon } from '../blocks/icon.tsx';
import { Disclosure, Facts, PageTitle, Section } from '../blocks/layout.tsx';
import { Progress } from '../blocks/progress.tsx';
import { ProofResult } from '../blocks/receipt.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Table } from '../blocks/table.tsx';
import { withQuery } from '../hub/client.ts';
import {
  type CheckpointFinding,
  checkCheckpoint,
  checkProof,
  type ProofFinding,
  rederive,
} from '../hub/proof.ts';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

type Log = LedgerView['logs'][number];

export default function Ledger() {
  const { t } = useWords();
  const session = useSession();
  const [filters, change] = useFilters();
  const ledger = useHub<LedgerView>('/ledger', { refetchMs: 30_000 });
  return (
    <>
      <PageTitle title={t('ledger.title')} lead={t('ledger.lead')} />
      <Loaded of={ledger}>
        {({ logs }) => {
          const log = logs.find((one) => one.name === filters.log) ?? logs[0];
          if (!log) return <EmptyState icon="ledger" text={t('ledger.none')} />;
          return (
            <div className="grid grid-cols-1 gap-6">
              {logs.length > 1 && (
                <div className="max-w-[24rem]">
                  <Choose
                    label={t('ledger.which')}
                    value={log.name}
                    onChoose={(name) => change({ log: name })}
                    choices={logs.map((one) => ({ value: one.name, label: one.name }))}
                  />
                </div>
              )}
              <Head key={log.name} log={log} />
              <Receipts logs={logs} />
              {mayDo(session.data, 'ledger:entries') && <Entries log={log} />}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function Head({ log }: { log: Log }) {
  const { t, pick, number } = useWords();
  const [checkpoint, setCheckpoint] = useState<CheckpointFinding>();
  useEffect(() => {
    let gone = false;
    void checkCheckpoint(log).then((finding) => {
      if (!gone) setCheckpoint(finding);
    });
    return () => {
      gone = true;
    };
  }, [log]);
  return (
    <Section title={t('ledger.head')} icon="ledger">
      {log.state === 'refusing' && (
        <p role="alert" className="mb-4 flex items-start gap-2 rounded-8 bg-alarm-wash p-4">
          <Icon name="alarm" className="mt-1 size-5 text-alarm" />
          <span>
            <strong>{t('ledger.refusing')}</strong> {log.problem && pick(log.problem)}
          </span>
        </p>
      )}
      <Facts
        items={[
          [
            t('ledger.origin'),
            <span key="origin" className="break-all">
              {log.origin}
            </span>,
          ],
          [t('ledger.size'), number(checkpoint?.size ?? log.size)],
          [t('ledger.published'), <Moment key="published" at={log.publishedAt} />],
          [
            t('ledger.signed-by'),
            checkpoint === undefined ? (
              t('ledger.not-checked')
            ) : (
              <span key="signed" className="flex flex-wrap gap-2">
                {checkpoint.signatures.map((one) => (
                  <Badge
                    key={`${one.name} ${one.algorithm}`}
                    tone={one.ok ? 'good' : 'alarm'}
                    icon={one.ok ? 'check' : 'close'}
                  >
                    {one.algorithm}
                  </Badge>
                ))}
              </span>
            ),
          ],
        ]}
      />
      {checkpoint && (
        <p className="mt-3 break-all font-mono text-[0.875rem] text-soft">
          {t('receipt.root', { size: number(checkpoint.size), root: checkpoint.root })}
        </p>
      )}
      <div className="mt-4">
        <Recompute log={log} />
      </div>
    </Section>
  );
}

type Run =
  | { step: 'idle' | 'stopped' | 'failed' }
  | { step: 'running'; done: number; size: number }
  | { step: 'done'; report: LogReport; tookMs: number };

/** Reads every published tile, recomputes the root, compares it with what was signed. */
function Recompute({ log }: { log: Log }) {
  const { t } = useWords();
  const [run, setRun] = useState<Run>({ step: 'idle' });
  const [keys, setKeys] = useState(log.vkeys.join('\n'));
  const control = useRef<AbortController>(undefined);
  useEffect(() => () => control.current?.abort(), []);
  const start = async () => {
    const own = new AbortController();
    control.current = own;
    const startedMs = performance.now();
    setRun({ step: 'running', done: 0, size: log.size });
    try {
      const report = await rederive(log, {
        signal: own.signal,
        vkeys: keys.split(/\s+/).filter(Boolean),
        onProgress: (done, size) => setRun({ step: 'running', done, size }),
      });
      setRun({ step: 'done', report, tookMs: performance.now() - startedMs });
    } catch {
      setRun({ step: own.signal.aborted ? 'stopped' : 'failed' });
    }
  };
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-3">
        <Button look="main" icon="proof" busy={run.step === 'running'} onClick={() => void start()}>
          {t('ledger.verify')}
        </Button>
        <DownloadLink href={`/ledger/${encodeURIComponent(log.name)}/checkpoint`}>
          {t('ledger.checkpoint')}
        </DownloadLink>
      </div>
      <div role="status">
        {run.step === 'running' && (
          <Progress
            label={t('ledger.verifying')}
            part={run.done}
            whole={run.size}
            cancel={() => control.current?.abort()}
          />
        )}
        {run.step === 'stopped' && <p>{t('ledger.stopped')}</p>}
        {run.step === 'failed' && <p className="text-alarm">{t('receipt.problem.missing')}</p>}
        {run.step === 'done' && <Report report={run.report} tookMs={run.tookMs} />}
      </div>
      <Disclosure title={t('ledger.keys')}>
        <div className="grid gap-3">
          <TextArea
            label={t('ledger.keys.label')}
            hint={t('ledger.keys.hint')}
            rows={5}
            className="font-mono text-[0.8125rem]"
            value={keys}
            onChange={(event) => setKeys(event.target.value)}
          />
          <div>
            <CopyButton text={keys} />
          </div>
        </div>
      </Disclosure>
    </div>
  );
}

function Report({ report, tookMs }: { report: LogReport; tookMs: number }) {
  const { t, duration } = useWords();
  const tone = report.ok ? 'border-good bg-good-wash' : 'border-alarm bg-alarm-wash';
  return (
    <div className={`rounded-8 border px-4 py-3 ${tone}`}>
      <p className="flex items-start gap-2 font-700">
        <Icon
          name={report.ok ? 'proven' : 'refused'}
          className={`mt-1 size-5 ${report.ok ? 'text-good' : 'text-alarm'}`}
        />
        {report.ok ? t('ledger.good', { size: report.size }) : t('ledger.bad')}
      </p>
      <p className="phrase mt-1">
        {report.ok
          ? report.bundles === 'read'
            ? t('ledger.good.entries', { entries: report.entries })
            : t('ledger.good.tree')
          : t('ledger.bad.next')}
      </p>
      {report.ok && <p className="phrase mt-1 text-soft">{t('ledger.good.limits')}</p>}
      {report.problems.length > 0 && (
        <ul className="mt-2 list-disc pl-6 font-mono text-[0.875rem]">
          {report.problems.slice(0, 10).map((problem) => (
            <li key={`${problem.kind} ${problem.path} ${problem.index}`}>
              {problem.kind} {problem.path}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-2 text-[0.875rem] text-soft">
        {t('ledger.took', { time: duration(tookMs) })}
      </p>
    </div>
  );
}

function Receipts({ logs }: { logs: readonly Log[] }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [finding, setFinding] = useState<ProofFinding>();
  const check = async (proof: string) => setFinding(await checkProof(proof, logs));
  return (
    <Section title={t('ledger.receipt')} icon="proof" lead={t('ledger.receipt.lead')}>
      <div className="grid gap-4">
        <FileDrop
          label={t('ledger.receipt.file')}
          hint={t('ledger.receipt.hint')}
          accept=".tlog-proof,.txt"
          take={(file) => void file.text().then(check)}
        />
        <Disclosure title={t('ledger.receipt.paste')}>
          <form
            className="grid gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              void check(text);
            }}
          >
            <TextArea
              label={t('ledger.receipt.text')}
              rows={6}
              className="font-mono text-[0.8125rem]"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <div>
              <Button type="submit">{t('receipt.verify')}</Button>
            </div>
          </form>
        </Disclosure>
        <div role="status">{finding && <ProofResult finding={finding} />}</div>
      </div>
    </Section>
  );
}

const ENTRIES_SHOWN = 20;

function Entries({ log }: { log: Log }) {
  const { t, number } = useWords();
  const [filters, change] = useFilters();
  const last = Math.max(0, log.size - ENTRIES_SHOWN);
  const from = Math.min(Math.max(0, Number(filters.from ?? last) || 0), last);
  const entries = useHub<readonly LedgerEntryView[]>(
    withQuery(`/ledger/${encodeURIComponent(log.name)}/entries`, { from, limit: ENTRIES_SHOWN }),
    { keep: true },
  );
  return (
    <Section title={t('ledger.entries')} icon="clipboard" lead={t('ledger.entries.lead')}>
      <Loaded of={entries}>
        {(items) => (
          <Table
            caption={t('ledger.entries')}
            items={items}
            keyOf={(entry) => String(entry.index)}
            columns={[
              { title: t('ledger.index'), head: true, cell: (entry) => number(entry.index) },
              {
                title: t('ledger.type'),
                cell: (entry) => (
                  <code className="whitespace-nowrap text-[0.875rem]">{entry.type}</code>
                ),
              },
              { title: t('ledger.at'), cell: (entry) => <Moment at={entry.at} /> },
              {
                title: t('ledger.counts'),
                cell: (entry) =>
                  Object.entries(entry.counts)
                    .map(([name, count]) => `${name} ${number(count)}`)
                    .join(', '),
              },
              {
                title: t('ledger.leaf'),
                cell: (entry) => (
                  <code className="break-all text-[0.8125rem]">{entry.leafHash}</code>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <div className="mt-4 flex flex-wrap gap-3">
        <Button
          size="small"
          disabled={from === 0}
          onClick={() => change({ from: String(Math.max(0, from - ENTRIES_SHOWN)) })}
        >
          {t('ledger.older')}
        </Button>
        <Button
          size="small"
          disabled={from >= last}
          onClick={() => change({ from: String(Math.min(last, from + ENTRIES_SHOWN)) })}
        >
          {t('ledger.newer')}
        </Button>
      </div>
    </Section>
  );
}
