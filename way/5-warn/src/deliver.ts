// SPDX-License-Identifier: Apache-2.0
/** The outbox is emptied: claimed with a lease, sent, marked; a dead sender's claim runs out. */
import { SakimoriError, toInstant } from '@sakimori/vocabulary';
import { sql } from 'kysely';
import { signAnswerLink } from './answer-link.ts';
import { MATCH_SCOPE, type WarnContext } from './context.ts';
import { type NoticeFacts, writeNotice } from './notice-mail.ts';
import type { NoticeKind, NoticeRules } from './notice-plan.ts';
import type { MailerPort, WebhookPort } from './ports.ts';
import { signCall } from './webhooks.ts';

export interface DeliveryPorts {
  readonly mailer: MailerPort;
  readonly webhook: WebhookPort;
  /** Address of the console, without a slash at the end. */
  readonly consoleUrl: string;
  readonly instance: NoticeFacts['instance'];
  readonly exercise: boolean;
  /** 32 secret bytes for signed links. */
  readonly linkKey: Uint8Array;
}

export interface Delivered {
  readonly sent: number;
  readonly failed: number;
  readonly dropped: number;
}

interface Claimed {
  readonly notice_id: string;
  readonly key: string;
  readonly channel: 'mail' | 'webhook';
  readonly kind: NoticeKind;
  readonly organisation_id: string;
  readonly recipient: string;
  readonly items: number;
  readonly questions: number;
  readonly warnings: readonly string[];
  readonly attempts: number;
}

type Outcome =
  | { readonly state: 'sent' | 'dropped' }
  | { readonly state: 'failed'; readonly problem: string };

const CLAIM_MAX = 50;
const AT_ONCE = 8;
const LEASE_MS = 120_000;
const DAY_MS = 86_400_000;

/**
 * Sends what is due.
 *
 * Out    counts; call again while `sent` is not 0
 * Never  sends a notice whose ledger entry is not yet on the ledger, or one that was marked sent
 */
export async function deliverNotices(
  context: WarnContext,
  ports: DeliveryPorts,
): Promise<Delivered> {
  const claimed = await claimDue(context);
  await context.reached('notice.claimed');
  const sum = { sent: 0, failed: 0, dropped: 0 };
  for (let from = 0; from < claimed.length; from += AT_ONCE) {
    const outcomes = await Promise.all(
      claimed.slice(from, from + AT_ONCE).map((notice) => deliverOne(context, ports, notice)),
    );
    for (const state of outcomes) sum[state] += 1;
  }
  return sum;
}

async function deliverOne(
  context: WarnContext,
  ports: DeliveryPorts,
  notice: Claimed,
): Promise<Outcome['state']> {
  const outcome =
    notice.channel === 'mail'
      ? await sendMail(context, ports, notice)
      : await callWebhook(context, ports, notice);
  await context.reached('notice.handed');
  await markNotice(context, notice, outcome);
  await context.reached('notice.marked');
  return outcome.state;
}

async function claimDue(context: WarnContext): Promise<readonly Claimed[]> {
  const now = context.clock.now();
  const due = await context.store.read(MATCH_SCOPE, (db) =>
    sql<{ id: string; outbox: string | null }>`
      select notice_id as id, outbox_id as outbox from notice
      where not_before_ms <= ${now} and (state = 'pending'
        or (state = 'sending' and lease_until_ms <= ${now}))
      order by not_before_ms, notice_id limit ${CLAIM_MAX}`.execute(db),
  );
  const outboxes = [...new Set(due.rows.flatMap((row) => row.outbox ?? []))];
  const known = await sql<{ id: string }>`select outbox_id as id from ledger_entry
    where outbox_id = any(${outboxes}::uuid[])`.execute(context.store.plain);
  const onLedger = new Set(known.rows.map((row) => row.id));
  const ids = due.rows
    .filter((row) => row.outbox === null || onLedger.has(row.outbox))
    .map((row) => row.id);
  if (ids.length === 0) return [];
  const { value } = await context.store.change(MATCH_SCOPE, async ({ db }) => {
    const { rows } = await sql<Claimed>`update notice set state = 'sending',
        lease_until_ms = ${now + LEASE_MS}, attempts = attempts + 1
      where notice_id in (select notice_id from notice where notice_id = any(${ids}::text[])
        and (state = 'pending' or (state = 'sending' and lease_until_ms <= ${now}))
        for update skip locked)
      returning notice_id, key, channel, kind, organisation_id, recipient, items, questions,
        warnings, attempts`.execute(db);
    return rows;
  });
  return value;
}

async function sendMail(
  context: WarnContext,
  ports: DeliveryPorts,
  notice: Claimed,
): Promise<Outcome> {
  const contacts = await context.store.read(MATCH_SCOPE, (db) =>
    context.register.contacts(db, [notice.organisation_id]),
  );
  const contact = contacts.find((one) => one.personId === notice.recipient);
  // Who left is not written to; her successor gets the next one.
  if (!contact) return { state: 'dropped' };
  const now = context.clock.now();
  const { answerLinkDays } = context.law<NoticeRules>('warning-notices', now).value;
  const [only, ...more] = notice.warnings;
  const token =
    only === undefined || more.length > 0 || notice.items !== 1
      ? undefined
      : signAnswerLink(
          {
            warningId: only,
            personId: contact.personId,
            organisationId: notice.organisation_id,
            expiresAtMs: now + answerLinkDays * DAY_MS,
          },
          ports.linkKey,
        );
  const mail = writeNotice({
    key: notice.key,
    kind: notice.kind,
    items: notice.items,
    questions: notice.questions,
    language: contact.language,
    to: contact.email,
    inboxUrl: `${ports.consoleUrl}/warnings`,
    ...(token === undefined ? {} : { answerUrl: `${ports.consoleUrl}/answer#${token}` }),
    instance: ports.instance,
    exercise: ports.exercise,
  });
  try {
    await ports.mailer.send(mail);
    return { state: 'sent' };
  } catch (error) {
    const { responseCode, code } = error as { responseCode?: number; code?: string };
    return { state: 'failed', problem: responseCode ? `smtp-${responseCode}` : (code ?? 'smtp') };
  }
}

async function callWebhook(
  context: WarnContext,
  ports: DeliveryPorts,
  notice: Claimed,
): Promise<Outcome> {
  const { rows } = await context.store.read(MATCH_SCOPE, (db) =>
    sql<{ url: string; secret: string }>`select e.url, e.secret from webhook_endpoint e
      join webhook_state s on s.webhook_id = e.webhook_id
      where e.webhook_id = ${notice.recipient} and e.removed_at_ms is null
        and s.stopped_at_ms is null`.execute(db),
  );
  const [endpoint] = rows;
  if (!endpoint) return { state: 'dropped' };
  const now = context.clock.now();
  const body = JSON.stringify({
    type: 'warning.changed',
    timestamp: toInstant(now),
    data: { exercise: ports.exercise, warnings: await describeWarnings(context, ports, notice) },
  });
  const headers = signCall(endpoint.secret, notice.notice_id, now, body);
  try {
    const { status } = await ports.webhook.post(endpoint.url, headers, body);
    return status >= 200 && status < 300
      ? { state: 'sent' }
      : { state: 'failed', problem: `http-${status}` };
  } catch (error) {
    const problem = error instanceof SakimoriError ? error.code : 'no-answer';
    return { state: 'failed', problem };
  }
}

/** What a machine may know from a call: ids and dates; the rest it fetches with its key. */
async function describeWarnings(context: WarnContext, ports: DeliveryPorts, notice: Claimed) {
  const { rows } = await context.store.read(MATCH_SCOPE, (db) =>
    sql<{ id: string; vulnerability: string; revision: number; form: string; due: number }>`
      select warning_id as id, vulnerability_id as vulnerability, revision, form,
        due_at_ms as due from warning
      where warning_id = any(${notice.warnings}::text[])
        and organisation_id = ${notice.organisation_id} order by warning_id`.execute(db),
  );
  return rows.map(({ due, ...row }) => ({
    ...row,
    due: toInstant(due),
    url: `${ports.consoleUrl}/warnings/${row.id}`,
  }));
}

async function markNotice(context: WarnContext, notice: Claimed, outcome: Outcome): Promise<void> {
  const now = context.clock.now();
  const rules = context.law<NoticeRules>('warning-notices', now).value;
  await context.store.change(MATCH_SCOPE, async ({ db }) => {
    if (outcome.state !== 'failed') {
      await sql`update notice set state = ${outcome.state}, sent_at_ms = ${now}, problem = null
        where notice_id = ${notice.notice_id}`.execute(db);
    } else {
      const last = notice.attempts >= rules.attemptsMax;
      const seconds =
        rules.backoffSeconds[Math.min(notice.attempts, rules.backoffSeconds.length) - 1] ?? 3_600;
      await sql`update notice set state = ${last ? 'failed' : 'pending'},
          not_before_ms = ${now + seconds * 1000}, problem = ${outcome.problem}
        where notice_id = ${notice.notice_id}`.execute(db);
    }
    if (notice.channel !== 'webhook' || outcome.state === 'dropped') return;
    const failed = outcome.state === 'failed';
    await sql`update webhook_state set
        failures = ${failed ? sql`failures + 1` : sql`0`},
        last_delivered_at_ms = ${failed ? sql`last_delivered_at_ms` : sql`${now}::bigint`},
        problem = ${outcome.state === 'failed' ? outcome.problem : null},
        stopped_at_ms = case when ${failed} and failures + 1 >= ${rules.webhookFailuresMax}
          then ${now}::bigint end
      where webhook_id = ${notice.recipient}`.execute(db);
  });
}
