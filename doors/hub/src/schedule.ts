// SPDX-License-Identifier: Apache-2.0
/** Work that nobody asks for: notices go out, digests and escalations are planned, feeds renewed. */
import type { ReportService } from '@sakimori/report';
import { type Jobs, type OpenStore, openJobs } from '@sakimori/store';
import {
  deliverNotices,
  type Egress,
  escalateSilent,
  listFeedRuns,
  type MailerPort,
  type MailServer,
  planDigests,
  remindOfDeadlines,
  type WarnContext,
} from '@sakimori/warn';
import type { HubConfig } from './config.ts';
import { hubErrors } from './errors.ts';
import { importFromAddress } from './feed-fetch.ts';
import type { Identity } from './identity/index.ts';
import type { MatchWorker } from './match-worker.ts';

export interface ScheduleParts {
  readonly config: HubConfig;
  readonly store: OpenStore;
  readonly warn: WarnContext;
  readonly reports: ReportService;
  /** Absent without a mail server: what is planned then waits. */
  readonly mail: MailerPort | undefined;
  readonly identity: Identity;
  readonly worker: MatchWorker;
  readonly egress: Egress;
  readonly linkKey: Uint8Array;
  readonly exercise: boolean;
  readonly instance: { readonly ja: string; readonly en: string };
  readonly log: (message: string) => void;
}

export interface Schedule {
  /** Sends what is due now; called after warnings were issued. */
  deliver(): Promise<void>;
  close(): Promise<void>;
}

const QUEUES = {
  notices: '* * * * *',
  clocks: '* * * * *',
  sweep: '17 18 * * *',
  feeds: '7 * * * *',
} as const;
const FEED_KINDS = ['kev', 'cve', 'cpe', 'csaf', 'epss', 'jvn'] as const;

/**
 * Reads where mail goes.
 *
 * In      SAKIMORI_SMTP_URL: smtp://host:port (STARTTLS asked for unless on loopback) or smtps://
 * Throws  HUB_BAD_ARGUMENT
 */
export function readMailServer(url: string | undefined, from: string): MailServer | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^smtps?:$/.test(parsed.protocol)) {
    throw hubErrors('BAD_ARGUMENT', {
      field: 'SAKIMORI_SMTP_URL',
      expected: 'smtp://host:port or smtps://host:port',
    });
  }
  const secure = parsed.protocol === 'smtps:';
  const isLoopback = /^(127\.|localhost$|\[::1\]$)/.test(parsed.hostname);
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port || (secure ? 465 : 587)),
    secure,
    requireTls: !secure && !isLoopback,
    from,
    ...(parsed.username && { user: decodeURIComponent(parsed.username) }),
    ...(parsed.password && { password: decodeURIComponent(parsed.password) }),
  };
}

/** Starts the schedule. Jobs are in the database: of two hubs only one works each of them. */
export async function startSchedule(parts: ScheduleParts): Promise<Schedule> {
  const { store, warn, reports, identity, egress } = parts;
  const deliver = delivery(parts);
  const jobs: Jobs = await openJobs(store, { queues: Object.keys(QUEUES), log: parts.log });
  await jobs.work('notices', async () => {
    await planDigests(warn);
    await escalateSilent(warn);
    await remindOfDeadlines(warn);
    await deliver();
  });
  await jobs.work('clocks', async () => {
    // Notices that it plans leave with the next round of the worker, within twenty seconds.
    await reports.clocks.run(Date.now());
  });
  await jobs.work('sweep', async () => {
    await identity.sweep();
  });
  await jobs.work('feeds', async () => {
    for (const kind of FEED_KINDS) await renewFeed(warn, egress, kind);
    parts.worker.poke();
  });
  for (const [queue, cron] of Object.entries(QUEUES)) await jobs.schedule(queue, cron);
  return {
    deliver,
    close: () => jobs.close(),
  };
}

/** Without a mail server mails stay planned: they leave when one is named. */
function delivery(parts: ScheduleParts): () => Promise<void> {
  const { config, warn, egress, mail } = parts;
  const mailer = mail ?? {
    send: async () => {
      throw hubErrors('NO_MAIL_SERVER', {});
    },
  };
  return async () => {
    for (;;) {
      const done = await deliverNotices(warn, {
        mailer,
        webhook: { post: (url, headers, body) => egress.post(url, headers, body) },
        consoleUrl: config.publicUrl,
        instance: { ...parts.instance, domain: new URL(config.publicUrl).hostname },
        exercise: parts.exercise,
        linkKey: parts.linkKey,
      });
      if (done.sent === 0) return;
    }
  };
}

/** Fetches a feed again from where it was last taken, if that was an address. */
async function renewFeed(
  warn: WarnContext,
  egress: Egress,
  kind: (typeof FEED_KINDS)[number],
): Promise<void> {
  const runs = await listFeedRuns(warn, kind, 20);
  const source = runs.find((run) => /^https?:\/\//.test(run.source))?.source;
  if (source === undefined) return;
  await importFromAddress(warn, egress, { kind, url: source, actor: 'system:feeds' });
}
