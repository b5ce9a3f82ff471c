// SPDX-License-Identifier: Apache-2.0
/** Who is told, when and how often: one outbox with unique keys, so that nothing is told twice. */
import { copyRows } from '@sakimori/store';
import { dayInJapan, makeId, readInstant } from '@sakimori/vocabulary';
import { sql } from 'kysely';
import { MATCH_SCOPE, type WarnContext } from './context.ts';
import type { AnyTransaction, Contact } from './ports.ts';
import type { DraftWarning } from './warning-issue.ts';

/** Value of a rule in the set `warning-notices`. */
export interface NoticeRules {
  readonly immediateWindowMinutes: number;
  readonly digestHourJapan: number;
  readonly deadlineReminderHours: number;
  readonly answerLinkDays: number;
  readonly attemptsMax: number;
  readonly backoffSeconds: readonly number[];
  readonly webhookFailuresMax: number;
}

/** Value of a rule in the set `warning-escalation`. */
export interface EscalationRules {
  readonly hoursByOutcome: Readonly<Record<string, number | null>>;
}

export type NoticeKind = 'immediate' | 'digest' | 'escalation' | 'reminder';

/** A notice that is to leave, before it has a row. */
export interface PlannedNotice {
  readonly key: string;
  readonly channel: 'mail' | 'webhook';
  readonly kind: NoticeKind;
  readonly organisationId: string;
  readonly recipient: string;
  readonly items: number;
  readonly questions: number;
  readonly warnings: readonly string[];
  readonly notBeforeMs: number;
}

/** Enough for a link to the first; the inbox holds all. */
const WARNINGS_NAMED_MAX = 100;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * The key and the earliest time of a notice that must not wait: at most one a person and window.
 *
 * In     kind, recipient, now; `sentInWindow`: the window's notice has already left
 * Out    the key of the window, or of the next one, and when it may leave
 */
export function windowOf(
  kind: NoticeKind,
  recipient: string,
  nowMs: number,
  windowMinutes: number,
  sentInWindow: boolean,
): { readonly key: string; readonly notBeforeMs: number } {
  const windowMs = windowMinutes * MINUTE_MS;
  const current = Math.floor(nowMs / windowMs);
  const window = sentInWindow ? current + 1 : current;
  return {
    key: `${kind}:${recipient}:${window}`,
    notBeforeMs: sentInWindow ? window * windowMs : nowMs,
  };
}

/** When the digest of a day leaves, and its key; the day begins at the digest hour in Japan. */
export function digestOf(
  recipient: string,
  nowMs: number,
  hourJapan: number,
): { readonly key: string; readonly dueMs: number } {
  const day = dayInJapan(nowMs);
  const dueMs = (readInstant(day) as number) + hourJapan * HOUR_MS;
  return { key: `digest:${recipient}:${day}`, dueMs };
}

/**
 * Plans notices for warnings that were just written; runs in their transaction.
 *
 * Law   mail at once only for exploited vulnerabilities; everything else waits for the digest;
 *       webhooks are machines and get each batch
 */
export async function planNotices(
  context: WarnContext,
  db: AnyTransaction,
  drafts: readonly DraftWarning[],
  outboxId: string,
  nowMs: number,
): Promise<void> {
  const rules = context.law<NoticeRules>('warning-notices', nowMs).value;
  const urgent = groupByOrganisation(drafts.filter((draft) => draft.immediate));
  const contacts = await context.register.contacts(db, [...urgent.keys()]);
  const mails = firstContacts(contacts).map(
    (contact): Omit<PlannedNotice, 'key' | 'notBeforeMs'> => {
      const warnings = urgent.get(contact.organisationId) ?? [];
      return {
        channel: 'mail',
        kind: 'immediate',
        organisationId: contact.organisationId,
        recipient: contact.personId,
        items: warnings.length,
        questions: 0,
        warnings: warnings.slice(0, WARNINGS_NAMED_MAX),
      };
    },
  );
  await writeWindowed(context, db, mails, rules.immediateWindowMinutes, outboxId, nowMs);
  await planWebhooks(context, db, drafts, outboxId, nowMs);
}

function groupByOrganisation(drafts: readonly DraftWarning[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { organisationId, warningId } of drafts) {
    const list = groups.get(organisationId);
    if (list) list.push(warningId);
    else groups.set(organisationId, [warningId]);
  }
  return groups;
}

/** The contacts that are asked first: the lowest order of each organisation. */
function firstContacts(contacts: readonly Contact[]): Contact[] {
  return contactsAt(contacts, 0);
}

/** The next ones, when the first stay silent. */
function secondContacts(contacts: readonly Contact[]): Contact[] {
  return contactsAt(contacts, 1);
}

function contactsAt(contacts: readonly Contact[], step: 0 | 1): Contact[] {
  const orders = new Map<string, number[]>();
  for (const { organisationId, order } of contacts) {
    const list = orders.get(organisationId) ?? [];
    if (!list.includes(order)) list.push(order);
    orders.set(
      organisationId,
      list.sort((a, b) => a - b),
    );
  }
  return contacts.filter(
    ({ organisationId, order }) => orders.get(organisationId)?.[step] === order,
  );
}

/** Writes notices that must not wait; what already waits in the window takes them along. */
async function writeWindowed(
  context: WarnContext,
  db: AnyTransaction,
  notices: readonly Omit<PlannedNotice, 'key' | 'notBeforeMs'>[],
  windowMinutes: number,
  outboxId: string | null,
  nowMs: number,
): Promise<void> {
  if (notices.length === 0) return;
  const windowFor = (notice: Omit<PlannedNotice, 'key' | 'notBeforeMs'>, sent: boolean) =>
    windowOf(notice.kind, placeOf(notice), nowMs, windowMinutes, sent);
  const current = notices.map((notice) => windowFor(notice, false).key);
  // Locked also while it waits: a sender that takes it now would miss what is being added.
  const { rows } = await sql<{ key: string; state: string }>`select key, state from notice
    where key = any(${current}::text[]) for update`.execute(db);
  const gone = new Set(rows.filter((row) => row.state !== 'pending').map((row) => row.key));
  const planned = notices.map((notice, i) => ({
    ...notice,
    ...windowFor(notice, gone.has(current[i] as string)),
  }));
  await writeNotices(context, db, planned, outboxId, nowMs);
}

/** One person can be a contact of two organisations: these are two notices. */
function placeOf(notice: { readonly organisationId: string; readonly recipient: string }): string {
  return `${notice.organisationId}/${notice.recipient}`;
}

const NOTICE_COLUMNS = [
  { name: 'notice_id', type: 'text' },
  { name: 'key', type: 'text' },
  { name: 'channel', type: 'text' },
  { name: 'kind', type: 'text' },
  { name: 'organisation_id', type: 'text' },
  { name: 'recipient', type: 'text' },
  { name: 'state', type: 'text' },
  { name: 'items', type: 'integer' },
  { name: 'questions', type: 'integer' },
  { name: 'warnings', type: 'text[]' },
  { name: 'outbox_id', type: 'uuid' },
  { name: 'not_before_ms', type: 'bigint' },
  { name: 'created_at_ms', type: 'bigint' },
] as const;

async function writeNotices(
  context: WarnContext,
  db: AnyTransaction,
  notices: readonly PlannedNotice[],
  outboxId: string | null,
  nowMs: number,
): Promise<number> {
  return copyRows(
    db,
    'notice',
    NOTICE_COLUMNS,
    notices.map((notice) => [
      makeId('notification', nowMs, context.random.bytes(10)),
      notice.key,
      notice.channel,
      notice.kind,
      notice.organisationId,
      notice.recipient,
      'pending',
      notice.items,
      notice.questions,
      notice.warnings,
      outboxId,
      notice.notBeforeMs,
      nowMs,
    ]),
    {
      onConflict: `(key) do update set items = notice.items + excluded.items,
        questions = notice.questions + excluded.questions,
        warnings = (notice.warnings || excluded.warnings)[1:${WARNINGS_NAMED_MAX}],
        outbox_id = coalesce(excluded.outbox_id, notice.outbox_id)
        where notice.state = 'pending' and notice.kind <> 'digest'`,
    },
  );
}

async function planWebhooks(
  context: WarnContext,
  db: AnyTransaction,
  drafts: readonly DraftWarning[],
  outboxId: string,
  nowMs: number,
): Promise<void> {
  const groups = groupByOrganisation(drafts);
  const { rows } = await sql<{ id: string; organisation: string }>`
    select e.webhook_id as id, e.organisation_id as organisation from webhook_endpoint e
    left join webhook_state s on s.webhook_id = e.webhook_id
    where e.removed_at_ms is null and s.stopped_at_ms is null
      and e.organisation_id = any(${[...groups.keys()]}::text[])
      and 'warning' = any(e.events)`.execute(db);
  const planned = rows.flatMap(({ id, organisation }) => {
    const warnings = groups.get(organisation) ?? [];
    const calls: PlannedNotice[] = [];
    for (let from = 0; from < warnings.length; from += WARNINGS_NAMED_MAX) {
      const named = warnings.slice(from, from + WARNINGS_NAMED_MAX);
      calls.push({
        key: `webhook:${id}:${outboxId}:${from}`,
        channel: 'webhook',
        kind: 'immediate',
        organisationId: organisation,
        recipient: id,
        items: named.length,
        questions: 0,
        warnings: named,
        notBeforeMs: nowMs,
      });
    }
    return calls;
  });
  await writeNotices(context, db, planned, outboxId, nowMs);
}

/**
 * Plans the day's digests: one a person, only when something is new since the last one.
 *
 * In     now; before the digest hour in Japan nothing is due
 * Out    how many were planned; planning the same day again plans none
 */
export async function planDigests(context: WarnContext): Promise<number> {
  const nowMs = context.clock.now();
  const { digestHourJapan } = context.law<NoticeRules>('warning-notices', nowMs).value;
  if (nowMs < digestOf('', nowMs, digestHourJapan).dueMs) return 0;
  const { value } = await context.store.change(MATCH_SCOPE, async ({ db }) => {
    const { rows } = await sql<{ organisation: string; at: number }>`
      select organisation_id as organisation, max(updated_at_ms) as at from warning
      where not immediate and state in ('open', 'acknowledged', 'working')
        and updated_at_ms > ${nowMs - 30 * 24 * HOUR_MS}
      group by organisation_id`.execute(db);
    const contacts = await context.register.contacts(
      db,
      rows.map((row) => row.organisation),
    );
    const planned: PlannedNotice[] = [];
    for (const contact of firstContacts(contacts)) {
      const place = placeOf({ ...contact, recipient: contact.personId });
      const { key, dueMs } = digestOf(place, nowMs, digestHourJapan);
      const news = await countNews(db, contact, nowMs);
      if (news.items + news.questions === 0) continue;
      planned.push({
        key,
        channel: 'mail',
        kind: 'digest',
        organisationId: contact.organisationId,
        recipient: contact.personId,
        items: news.items,
        questions: news.questions,
        warnings: [],
        notBeforeMs: dueMs,
      });
    }
    return writeNotices(context, db, planned, null, nowMs);
  });
  return value;
}

async function countNews(db: AnyTransaction, contact: Contact, nowMs: number) {
  const { rows } = await sql<{ items: number; questions: number }>`
    select count(*) filter (where form = 'alarm')::int as items,
      count(*) filter (where form = 'question')::int as questions
    from warning
    where organisation_id = ${contact.organisationId} and not immediate
      and state in ('open', 'acknowledged', 'working') and updated_at_ms <= ${nowMs}
      and updated_at_ms > coalesce((select max(created_at_ms) from notice
        where recipient = ${contact.personId} and kind = 'digest'
          and organisation_id = ${contact.organisationId}), 0)`.execute(db);
  return rows[0] ?? { items: 0, questions: 0 };
}

/**
 * Warnings that nobody acknowledged go to the second contact, once, instead of again to the first.
 *
 * Out   how many warnings were handed on
 */
export async function escalateSilent(context: WarnContext): Promise<number> {
  const nowMs = context.clock.now();
  const { hoursByOutcome } = context.law<EscalationRules>('warning-escalation', nowMs).value;
  const rules = context.law<NoticeRules>('warning-notices', nowMs).value;
  const hours = Object.entries(hoursByOutcome).filter(([, limit]) => limit !== null);
  const { value } = await context.store.change(MATCH_SCOPE, async ({ db, record }) => {
    const { rows } = await sql<{ id: string; organisation: string }>`
      select w.warning_id as id, w.organisation_id as organisation
      from warning w join unnest(${hours.map(([outcome]) => outcome)}::text[],
        ${hours.map(([, limit]) => (limit as number) * HOUR_MS)}::bigint[]) limits (outcome, ms)
        on w.outcome = limits.outcome
      where w.updated_at_ms + limits.ms <= ${nowMs}
        and w.state = 'open' and w.form = 'alarm' and w.escalated_at_ms is null
      for update of w`.execute(db);
    // A guarded table that is written asks for an entry, also when no row changes.
    if (rows.length === 0) return 0;
    await sql`update warning set escalated_at_ms = ${nowMs}
      where warning_id = any(${rows.map((row) => row.id)}::text[])`.execute(db);
    const groups = new Map<string, string[]>();
    for (const { id, organisation } of rows) {
      groups.set(organisation, [...(groups.get(organisation) ?? []), id]);
    }
    const contacts = await context.register.contacts(db, [...groups.keys()]);
    const outboxId = await record({
      type: 'warning.escalated',
      actor: 'system:warn',
      counts: { warnings: rows.length, organisations: groups.size },
    });
    const notices = secondContacts(contacts).map((contact) => {
      const warnings = groups.get(contact.organisationId) ?? [];
      return noticeFor('escalation', contact, warnings);
    });
    await writeWindowed(context, db, notices, rules.immediateWindowMinutes, outboxId, nowMs);
    return rows.length;
  });
  return value;
}

/** One reminder before a deadline ends, for alarms that are not dealt with. */
export async function remindOfDeadlines(context: WarnContext): Promise<number> {
  const nowMs = context.clock.now();
  const rules = context.law<NoticeRules>('warning-notices', nowMs).value;
  const { value } = await context.store.change(MATCH_SCOPE, async ({ db, record }) => {
    const { rows } = await sql<{ id: string; organisation: string }>`
      select warning_id as id, organisation_id as organisation from warning
      where form = 'alarm' and state in ('open', 'acknowledged', 'working')
        and reminded_at_ms is null and due_at_ms > ${nowMs}
        and due_at_ms <= ${nowMs + rules.deadlineReminderHours * HOUR_MS}
      for update`.execute(db);
    if (rows.length === 0) return 0;
    await sql`update warning set reminded_at_ms = ${nowMs}
      where warning_id = any(${rows.map((row) => row.id)}::text[])`.execute(db);
    const groups = new Map<string, string[]>();
    for (const { id, organisation } of rows) {
      groups.set(organisation, [...(groups.get(organisation) ?? []), id]);
    }
    const contacts = await context.register.contacts(db, [...groups.keys()]);
    const outboxId = await record({
      type: 'warning.updated',
      actor: 'system:warn',
      counts: { reminders: rows.length, organisations: groups.size },
    });
    const notices = firstContacts(contacts).map((contact) =>
      noticeFor('reminder', contact, groups.get(contact.organisationId) ?? []),
    );
    await writeWindowed(context, db, notices, rules.immediateWindowMinutes, outboxId, nowMs);
    return rows.length;
  });
  return value;
}

function noticeFor(
  kind: NoticeKind,
  contact: Contact,
  warnings: readonly string[],
): Omit<PlannedNotice, 'key' | 'notBeforeMs'> {
  return {
    channel: 'mail',
    kind,
    organisationId: contact.organisationId,
    recipient: contact.personId,
    items: warnings.length,
    questions: 0,
    warnings: warnings.slice(0, WARNINGS_NAMED_MAX),
  };
}
