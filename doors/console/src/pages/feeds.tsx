// SPDX-License-Identifier: Apache-2.0
/** Feeds: what they last brought, what went wrong in words, and import by file or address. */
import type { FeedRunView, FeedView } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { RunBadge } from '../blocks/badge.tsx';
import { Button } from '../blocks/button.tsx';
import { Moment } from '../blocks/clock.tsx';
import { TextField } from '../blocks/field.tsx';
import { FileDrop } from '../blocks/file-drop.tsx';
import { Icon } from '../blocks/icon.tsx';
import { Disclosure, PageTitle, Section } from '../blocks/layout.tsx';
import { Progress } from '../blocks/progress.tsx';
import { Receipt } from '../blocks/receipt.tsx';
import { EmptyState, Loaded, Refusal } from '../blocks/states.tsx';
import { OneLine } from '../blocks/text.tsx';
import { UploadProgress } from '../blocks/upload-progress.tsx';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { useUpload } from '../hub/upload.ts';
import { useWords } from '../language/language.ts';

export default function Feeds() {
  const { t } = useWords();
  const feeds = useHub<readonly FeedView[]>('/feeds', { refetchMs: 15_000 });
  return (
    <>
      <PageTitle title={t('feeds.title')} lead={t('feeds.lead')} />
      <Loaded of={feeds} lines={8}>
        {(list) => (
          <div className="grid grid-cols-1 gap-4">
            {list.map((feed) => (
              <Feed key={feed.kind} feed={feed} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

function Feed({ feed }: { feed: FeedView }) {
  const { t, pick } = useWords();
  const session = useSession();
  const [last, ...earlier] = feed.runs;
  return (
    <Section title={pick(feed.title)} icon="feed">
      <p className="text-soft">
        {t('feeds.records', { count: feed.records })} · {t('feeds.last')}{' '}
        <Moment at={feed.lastApplied} />
      </p>
      {feed.url && (
        <p className="break-all text-[0.875rem] text-faint">{t('feeds.from', { url: feed.url })}</p>
      )}
      <div className="mt-3">
        {last ? <Run run={last} /> : <EmptyState icon="info" text={t('feeds.never')} />}
      </div>
      <div className="mt-4">
        {mayDo(session.data, 'feed:import') && (
          <Disclosure title={t('feeds.import')}>
            <ImportFeed feed={feed} />
          </Disclosure>
        )}
        {earlier.length > 0 && (
          <Disclosure title={t('feeds.earlier', { count: earlier.length })}>
            <ul className="grid gap-4">
              {earlier.map((run) => (
                <li key={run.id}>
                  <Run run={run} />
                </li>
              ))}
            </ul>
          </Disclosure>
        )}
      </div>
    </Section>
  );
}

function Run({ run }: { run: FeedRunView }) {
  const { t, pick } = useWords();
  return (
    <div className="grid gap-1">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <RunBadge state={run.state} />
        <Moment at={run.finished ?? run.started} />
      </p>
      {run.problem && (
        <p className="phrase flex items-start gap-2 text-alarm">
          <Icon name="error" className="mt-1 size-5" />
          {pick(run.problem)}
        </p>
      )}
      <p className="text-[0.9375rem]">
        {t('feeds.counts', {
          read: run.counts.read,
          added: run.counts.added,
          changed: run.counts.changed,
          refused: run.counts.refused,
        })}{' '}
        <strong>{t('feeds.warnings', { count: run.counts.warnings })}</strong>
      </p>
      <p className="break-all text-[0.875rem] text-faint">
        <OneLine text={run.source} />
      </p>
      {run.receipt && <Receipt receipt={run.receipt} />}
    </div>
  );
}

function ImportFeed({ feed }: { feed: FeedView }) {
  const { t } = useWords();
  const uploader = useUpload<FeedRunView>();
  const [url, setUrl] = useState(feed.url ?? '');
  const write = useWrite<FeedRunView>();
  const path = `/feeds/${feed.kind}`;
  const fetchUrl = (event: FormEvent) => {
    event.preventDefault();
    write.mutate({ path, body: { url } });
  };
  const started = uploader.upload.answer ?? write.data;
  return (
    <div className="grid gap-4">
      <form onSubmit={fetchUrl} className="grid items-end gap-3 sm:grid-cols-[1fr_auto]">
        <TextField
          label={t('feeds.url')}
          hint={t('feeds.url.hint')}
          type="url"
          required
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Button type="submit" busy={write.isPending}>
          {t('feeds.fetch')}
        </Button>
      </form>
      <FileDrop
        label={t('feeds.file')}
        hint={t('feeds.file.hint')}
        take={(file) => void uploader.send(path, file, file.name)}
      />
      <UploadProgress uploader={uploader} />
      <Refusal error={write.error} />
      {started && <Following id={started.id} />}
    </div>
  );
}

/** The run that was just started, until it has ended. */
function Following({ id }: { id: string }) {
  const { t } = useWords();
  const run = useHub<FeedRunView>(`/feeds/runs/${encodeURIComponent(id)}`, { refetchMs: 1500 });
  return (
    <div role="status">
      <Loaded of={run} lines={1}>
        {(view) =>
          view.state === 'running' ? (
            <Progress
              label={t('feeds.running')}
              note={t('feeds.running.note', { count: view.counts.read })}
            />
          ) : (
            <Run run={view} />
          )
        }
      </Loaded>
    </div>
  );
}
