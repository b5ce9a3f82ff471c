// SPDX-License-Identifier: Apache-2.0
/** Clocks that speak: a reminder before, "overdue" once, then others are told. */
import { showTime } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type ClockWord, wordsOf } from './clock-words.ts';
import { type AnyChange, type AnyTransaction, type ReportContext, SYSTEM } from './context.ts';
import { type ClockRules, clockRulesAt } from './engine/index.ts';
import { type PlannedNotice, planNotices } from './notices.ts';
import type { ClockRound } from './service.ts';
import type { KeptClock } from './tables.ts';
import { STAGE_WORDS } from './words.ts';

const BATCH = 200;
/** A minute or two late is no reason to go round for ever. */
const BATCHES_MAX = 500;

interface LookRow {
  readonly report_id: string;
  readonly rule: string;
  readonly organisation_id: string;
  readonly desk_id: string | null;
  readonly addressee_name: Text;
  readonly clocks: readonly KeptClock[];
  readonly changed_at_ms: number;
}

interface Word extends ClockWord {
  readonly row: LookRow;
}

/**
 * Says what is due to be said.
 *
 * In      UTC milliseconds
 * Out     how much was said, and when there is something to say next
 * Never   says anything twice, over any number of restarts: what was said is a row with a key, and
 *         row, entry and notice commit together
 * Law     law/data/report-clocks.json: reminders before, escalation after
 */
export async function runClocks(context: ReportContext, nowMs: number): Promise<ClockRound> {
  const { ruleAt } = await context.overlay.current();
  const rules = clockRulesAt(ruleAt, nowMs);
  const sum = { reminders: 0, overdue: 0, escalated: 0 };
  for (let round = 0; round < BATCHES_MAX; round += 1) {
    const { value } = await context.store.change(SYSTEM, (change) =>
      lookAtDuties(context, change, nowMs, rules),
    );
    sum.reminders += value.reminders;
    sum.overdue += value.overdue;
    sum.escalated += value.escalated;
    await context.reached('clocks.batch');
    if (value.looked < BATCH) break;
  }
  const messages = await context.store.change(SYSTEM, (change) => lookAtMessages(change, nowMs));
  const next = await context.store.read(SYSTEM, async (db) => {
    const { rows } = await sql<{ at: number | null }>`select min(look_at_ms) as at
      from report_duty where look_at_ms is not null`.execute(db);
    return rows[0]?.at ?? undefined;
  });
  return {
    ...sum,
    overdue: sum.overdue + messages.value,
    ...(next !== undefined && { nextAtMs: next }),
  };
}

async function lookAtDuties(
  context: ReportContext,
  { db, record }: AnyChange,
  nowMs: number,
  rules: ClockRules,
) {
  const { rows } = await sql<LookRow>`select d.report_id, d.rule, d.organisation_id, d.desk_id,
      d.addressee_name, d.clocks, r.changed_at_ms
    from report_duty d join report r on r.report_id = d.report_id
    where d.look_at_ms <= ${nowMs} order by d.look_at_ms, d.report_id limit ${BATCH}
    for update of d skip locked`.execute(db);
  const planned = rows.map((row) => ({ row, ...wordsOf(row, nowMs, rules) }));
  const words = await keepNew(
    db,
    planned.flatMap(({ row, due }) => due.map((word): Word => ({ ...word, row }))),
    nowMs,
  );
  const spoken = lastReminderOnly(words);
  for (const { row, stage } of words.filter(({ what }) => what === 'overdue')) {
    await record({
      type: 'report.overdue',
      tenant: row.organisation_id,
      counts: { [`stage_${stage}`]: 1 },
      refs: [row.report_id],
    });
  }
  await planNotices(db, spoken.map(noticeOf), nowMs);
  await context.reached('clocks.said');
  await moveOn(
    db,
    planned.map(({ row, nextMs }) => ({ ...row, nextMs })),
  );
  const count = (what: (word: Word) => boolean) => spoken.filter(what).length;
  return {
    looked: rows.length,
    reminders: count(({ what }) => what === 'remind'),
    overdue: count(({ what }) => what === 'overdue'),
    escalated: count(({ what }) => what !== 'remind' && what !== 'overdue'),
  };
}

/** Writes down what is said; out: only what had not been said before. */
async function keepNew(
  db: AnyTransaction,
  words: readonly Word[],
  nowMs: number,
): Promise<readonly Word[]> {
  if (words.length === 0) return [];
  const rows = words.map(({ row, stage, kind, dueMs }) => ({
    ...{ report: row.report_id, rule: row.rule, stage, kind },
    ...{ organisation: row.organisation_id, due: dueMs ?? null },
  }));
  const kept = await sql<{ key: string }>`insert into report_reminder
      (report_id, rule, stage, kind, organisation_id, due_at_ms, at_ms)
    select w.report, w.rule, w.stage, w.kind, w.organisation, w.due, ${nowMs}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w (report text, rule text, stage text,
      kind text, organisation text, due bigint)
    on conflict do nothing
    returning report_id || ' ' || rule || ' ' || stage || ' ' || kind as key`.execute(db);
  const fresh = new Set(kept.rows.map(({ key }) => key));
  return words.filter((word) => fresh.has(keyOf(word)));
}

const keyOf = ({ row, stage, kind }: Word): string =>
  `${row.report_id} ${row.rule} ${stage} ${kind}`;

/** After a long silence one reminder is enough: the last. */
function lastReminderOnly(words: readonly Word[]): readonly Word[] {
  const last = new Map<string, number>();
  for (const { row, stage, what, atMs } of words) {
    if (what !== 'remind') continue;
    const key = `${row.report_id} ${row.rule} ${stage}`;
    last.set(key, Math.max(last.get(key) ?? 0, atMs));
  }
  return words.filter(
    ({ row, stage, what, atMs }) =>
      what !== 'remind' || last.get(`${row.report_id} ${row.rule} ${stage}`) === atMs,
  );
}

function noticeOf(word: Word): PlannedNotice {
  const { row, stage, what, dueMs } = word;
  const isDesk = what === 'addressee' && row.desk_id !== null;
  const order = what === 'second-contact' ? 2 : what === 'organisation-admin' ? 3 : 1;
  const said = what === 'remind' ? remind(row, stage, dueMs) : overdue(row, stage, dueMs);
  return {
    key: `clock:${keyOf(word)}`,
    organisationId: isDesk ? (row.desk_id as string) : row.organisation_id,
    order,
    ...said,
    href: isDesk ? '/desk' : `/reports/${row.report_id}`,
  };
}

function remind({ addressee_name: to }: LookRow, stage: Word['stage'], dueMs: number | undefined) {
  const words = STAGE_WORDS[stage];
  return {
    subject: { ja: '報告の期限のお知らせ', en: 'A report is due' },
    text:
      dueMs === undefined
        ? {
            ja: `${to.ja}への${words.ja}がまだです。期限の数字はありませんが、速やかに提出してください。`,
            en: `The ${words.en} to ${to.en} is still open. There is no number: submit it promptly.`,
          }
        : {
            ja: `${to.ja}への${words.ja}の期限は ${showTime(dueMs, 'ja')} です。`,
            en: `The ${words.en} to ${to.en} is due ${showTime(dueMs, 'en')}.`,
          },
  };
}

function overdue({ addressee_name: to }: LookRow, stage: Word['stage'], dueMs: number | undefined) {
  const words = STAGE_WORDS[stage];
  const at = dueMs ?? 0;
  return {
    subject: { ja: '報告の期限が過ぎました', en: 'A report is overdue' },
    text: {
      ja: `${to.ja}への${words.ja}の期限（${showTime(at, 'ja')}）が過ぎました。できるだけ早く提出してください。`,
      en: `The ${words.en} to ${to.en} was due ${showTime(at, 'en')}. Submit it as soon as you can.`,
    },
  };
}

async function moveOn(
  db: AnyTransaction,
  rows: readonly {
    readonly report_id: string;
    readonly rule: string;
    nextMs: number | undefined;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  const next = rows.map(({ report_id, rule, nextMs }) => ({ report_id, rule, at: nextMs ?? null }));
  await sql`update report_duty d set look_at_ms = n.at
    from jsonb_to_recordset(${JSON.stringify(next)}::jsonb)
      as n (report_id text, rule text, at bigint)
    where d.report_id = n.report_id and d.rule = n.rule`.execute(db);
}

interface LateMessage {
  readonly message_id: string;
  readonly report_id: string;
  readonly organisation_id: string;
  readonly kind: string;
  readonly due_at_ms: number;
}

/** Answers and corrections that did not come in time. */
async function lookAtMessages({ db, record }: AnyChange, nowMs: number): Promise<number> {
  const { rows } = await sql<LateMessage>`insert into report_reminder
      (report_id, rule, stage, kind, organisation_id, due_at_ms, at_ms)
    select m.report_id, m.message_id, 'message', 'overdue', m.organisation_id, m.due_at_ms, ${nowMs}
    from report_message m where m.due_at_ms < ${nowMs} and m.answered_at_ms is null
      and m.kind in ('question', 'order')
      and not exists (select 1 from report_reminder k where k.report_id = m.report_id
        and k.rule = m.message_id)
    on conflict do nothing
    returning rule as message_id, report_id, organisation_id, due_at_ms`.execute(db);
  for (const one of rows) {
    await record({
      type: 'report.overdue',
      tenant: one.organisation_id,
      counts: { messages: 1 },
      refs: [one.report_id, one.message_id],
    });
  }
  await planNotices(
    db,
    rows.flatMap((one) => [1, 2].map((order) => lateNotice(one, order))),
    nowMs,
  );
  return rows.length;
}

function lateNotice(one: LateMessage, order: number): PlannedNotice {
  return {
    key: `late:${one.message_id}:${order}`,
    organisationId: one.organisation_id,
    order,
    subject: { ja: '回答の期限が過ぎました', en: 'An answer is overdue' },
    text: {
      ja: `報告についての質問又は命令の期限（${showTime(one.due_at_ms, 'ja')}）が過ぎました。開いてご回答ください。`,
      en: `A question or order about a report was due ${showTime(one.due_at_ms, 'en')}. Open it and answer.`,
    },
    href: `/reports/${one.report_id}`,
  };
}
