// SPDX-License-Identifier: Apache-2.0
/** Notices: that something waits and where; planned with what causes them, sent until taken. */
import type { Text } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, SYSTEM } from './context.ts';

/** A notice that is to leave; the same key again is the same notice. */
export interface PlannedNotice {
  readonly key: string;
  readonly organisationId: string;
  readonly order: number;
  readonly subject: Text;
  readonly text: Text;
  readonly href: string;
  readonly notBeforeMs?: number;
}

const CLAIM_MAX = 50;
const LEASE_MS = 120_000;
const ATTEMPTS_MAX = 12;
const BACKOFF_MS_MAX = 3_600_000;
/** A desk is told at once of the first new report, then once a window. */
const WINDOW_MS = 900_000;

/** Plans notices; those whose key is known already are passed over. */
export async function planNotices(
  db: AnyTransaction,
  notices: readonly PlannedNotice[],
  nowMs: number,
): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map((one) => ({ ...one, at: one.notBeforeMs ?? nowMs }));
  await sql`insert into report_notice
      (key, organisation_id, contact_order, subject, content, href, at_ms, not_before_ms)
    select n.key, n."organisationId", n."order", n.subject, n.text, n.href, ${nowMs}, n.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (key text, "organisationId" text,
      "order" smallint, subject jsonb, text jsonb, href text, at bigint)
    on conflict (key) do nothing`.execute(db);
}

/** New reports at desks: one notice a desk and window, however many came. */
export async function planArrivals(
  db: AnyTransaction,
  deskIds: readonly string[],
  nowMs: number,
): Promise<void> {
  const window = Math.floor(nowMs / WINDOW_MS);
  const { rows } = await sql<{ key: string }>`select key from report_notice
    where key = any(${deskIds.map((id) => arrivalKey(id, window))}::text[])
      and state = 'sent'`.execute(db);
  const sent = new Set(rows.map(({ key }) => key));
  const notices = [...new Set(deskIds)].map((organisationId): PlannedNotice => {
    const isSent = sent.has(arrivalKey(organisationId, window));
    const at = isSent ? window + 1 : window;
    return {
      key: arrivalKey(organisationId, at),
      ...{ organisationId, order: 1, href: '/desk', ...SAY.arrived },
      notBeforeMs: isSent ? at * WINDOW_MS : nowMs,
    };
  });
  await planNotices(db, notices, nowMs);
}

const arrivalKey = (deskId: string, window: number): string => `arrived:${deskId}:${window}`;

/** Texts say that something waits, when it is due and where to look; nothing of what was reported. */
export const SAY = {
  arrived: {
    subject: { ja: '新しい報告が届きました', en: 'New incident reports' },
    text: {
      ja: '新しいインシデント報告が届いています。受付で内容をご覧ください。',
      en: 'New incident reports have arrived. Look at them on your desk.',
    },
  },
  message: {
    subject: { ja: '報告についての連絡', en: 'A message about a report' },
    text: {
      ja: '報告について連絡がありました。開いて内容をご確認ください。',
      en: 'There is a message about a report. Open it to read it.',
    },
  },
  order: {
    subject: { ja: '期限のある是正の命令', en: 'An order to correct, with a deadline' },
    text: {
      ja: '報告について、期限のある是正の命令がありました。開いて内容と期限をご確認ください。',
      en: 'There is an order about a report, with a deadline. Open it to read it.',
    },
  },
  accepted: {
    subject: { ja: '報告が受理されました', en: 'A report was accepted' },
    text: {
      ja: '報告先が報告を受理しました。受領証をご覧になれます。',
      en: 'An addressee has accepted a report. Its receipt is there to see.',
    },
  },
  extended: {
    subject: { ja: '報告の期限が延びました', en: 'More time for a report' },
    text: {
      ja: '報告先が期限を延ばしました。新しい期限をご確認ください。',
      en: 'An addressee has given more time. Look at the new due time.',
    },
  },
  taken: {
    subject: { ja: '電話による報告を受け付けました', en: 'A report was taken by telephone' },
    text: {
      ja: '貴組織からの電話による報告を、国家サイバー統括室が代わって入力しました。内容をご確認ください。訂正は続報でできます。',
      en: 'The national office typed in a report that was made by telephone in your name. Look at it; a supplement corrects it.',
    },
  },
  duties: {
    subject: { ja: '報告の義務が変わりました', en: 'What has to be reported has changed' },
    text: {
      ja: '規則又は組織の情報が変わったため、報告の義務や期限が変わりました。理由は経過に示しています。',
      en: 'Rules or facts have changed, and with them duties or deadlines. The timeline says why.',
    },
  },
} as const;

interface Claimed {
  readonly key: string;
  readonly organisation_id: string;
  readonly contact_order: number;
  readonly subject: Text;
  readonly content: Text;
  readonly href: string;
  readonly attempts: number;
}

/**
 * Hands notices that are due to the mailer.
 *
 * Out    how many were taken, and how many will be tried again
 * Never  hands over one that was marked as sent; one whose sender died comes again with its key
 */
export async function sendNotices(
  context: ReportContext,
): Promise<{ readonly sent: number; readonly failed: number }> {
  const { notify } = context;
  if (!notify) return { sent: 0, failed: 0 };
  const sum = { sent: 0, failed: 0 };
  for (;;) {
    const claimed = await claim(context);
    if (claimed.length === 0) return sum;
    await context.reached('notice.claimed');
    for (const one of claimed) {
      const isTaken = await notify({
        ...{ key: one.key, organisationId: one.organisation_id, order: one.contact_order },
        ...{ subject: one.subject, text: one.content, href: one.href },
      }).then(
        () => true,
        () => false,
      );
      await context.reached('notice.handed');
      await mark(context, one, isTaken);
      sum[isTaken ? 'sent' : 'failed'] += 1;
    }
  }
}

async function claim(context: ReportContext): Promise<readonly Claimed[]> {
  const now = context.now();
  const { value } = await context.store.change(SYSTEM, async ({ db }) => {
    const { rows } = await sql<Claimed>`update report_notice set state = 'sending',
        lease_until_ms = ${now + LEASE_MS}, attempts = attempts + 1
      where key in (select key from report_notice
        where not_before_ms <= ${now} and (state = 'pending'
          or (state = 'sending' and lease_until_ms <= ${now}))
        order by not_before_ms, key limit ${CLAIM_MAX} for update skip locked)
      returning key, organisation_id, contact_order, subject, content, href, attempts`.execute(db);
    return rows;
  });
  return value;
}

async function mark(context: ReportContext, one: Claimed, isTaken: boolean): Promise<void> {
  const now = context.now();
  const pauseMs = Math.min(BACKOFF_MS_MAX, 10_000 * 2 ** one.attempts);
  const next = one.attempts >= ATTEMPTS_MAX ? 'failed' : 'pending';
  await context.store.change(SYSTEM, ({ db }) =>
    (isTaken
      ? sql`update report_notice set state = 'sent', sent_at_ms = ${now} where key = ${one.key}`
      : sql`update report_notice set state = ${next}, not_before_ms = ${now + pauseMs}
          where key = ${one.key}`
    ).execute(db),
  );
}
