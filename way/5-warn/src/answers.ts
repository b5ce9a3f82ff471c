// SPDX-License-Identifier: Apache-2.0
/** Answers: said once, on the ledger, with an effect that is shown back. */
import { commitTo } from '@sakimori/ledger';
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type {
  AnswerKind,
  GotBackItem,
  SuppressionView,
  Text,
  WarningState,
} from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type AnswerLink, readAnswerLink } from './answer-link.ts';
import { newId, type WarnContext } from './context.ts';
import { warnErrors } from './errors.ts';
import type { AnyTransaction } from './ports.ts';
import { CONCERNING } from './warning-hits.ts';
import { ANSWER_WORDS } from './warning-phrases.ts';

export const ANSWER_KINDS: readonly AnswerKind[] = [
  'seen',
  'working',
  'fixed',
  'mitigated',
  'not-affected',
  'false-positive',
];

export interface Answer {
  readonly warningId: string;
  readonly personId: string;
  readonly kind: AnswerKind;
  /** Why; needed for "not affected" and "false positive". */
  readonly word?: string;
  /** For one computer of the warning alone. */
  readonly computerId?: string;
  readonly via: 'inbox' | 'link';
}

/** What an answer did. */
export interface AnswerEffect {
  /** Rules that are no longer reported for this organisation. */
  readonly suppressed: number;
  readonly state: WarningState;
}

export interface AnswerResult {
  readonly answerId: string;
  readonly effect: AnswerEffect;
  /** True when the same answer had been given before; nothing was added. */
  readonly repeated: boolean;
  readonly receipt?: { readonly log: string; readonly index: number };
}

const WORD_CHARACTERS_MAX = 1000;
const NEEDS_WORD: ReadonlySet<AnswerKind> = new Set(['not-affected', 'false-positive']);
/** Only ever forward, except that an answer to an update starts again. */
const STATE_AFTER: Readonly<Record<AnswerKind, WarningState>> = {
  seen: 'acknowledged',
  working: 'working',
  fixed: 'resolved',
  mitigated: 'resolved',
  'not-affected': 'resolved',
  'false-positive': 'resolved',
};

interface AnsweredWarning {
  readonly organisation_id: string;
  readonly vulnerability_id: string;
  readonly state: WarningState;
  readonly revision: number;
  readonly acknowledged_at_ms: number | null;
  readonly computers: number;
}

/**
 * Takes an answer.
 *
 * In      scope of the person (or of her organisation, for a signed link); the answer
 * Out     what it did, with its receipt; the same answer again gives the first one
 * Throws  WRN_NO_WARNING, WRN_WORD_REQUIRED, WRN_WORD_TOO_LONG, WRN_ANSWER_UNKNOWN,
 *         WRN_WARNING_WITHDRAWN, WRN_COMPUTER_NOT_IN_WARNING
 */
export async function answerWarning(
  context: WarnContext,
  scope: Scope,
  answer: Answer,
): Promise<AnswerResult> {
  checkAnswer(answer);
  const now = context.clock.now();
  const changed = await context.store.change(scope, async ({ db, record }) => {
    const warning = await lockWarning(db, answer.warningId);
    const earlier = await findEarlier(db, answer, warning.revision);
    if (earlier) return { ...earlier, repeated: true };
    if (warning.state === 'withdrawn') {
      throw warnErrors('WARNING_WITHDRAWN', { warning: answer.warningId });
    }
    if (answer.computerId) await checkComputer(context, db, answer, warning);
    const answerId = newId(context, 'answer');
    const salt = context.random.bytes(32);
    const outboxId = await record({
      type: 'warning.answered',
      tenant: warning.organisation_id,
      actor: answer.personId,
      commits: [commitTo(contentOf(answerId, answer, warning), salt)],
      refs: [answer.warningId, answerId],
    });
    const suppressed = await suppressRules(context, db, answer, answerId, warning, now);
    const state = await moveWarning(db, answer, warning, now);
    const effect = { suppressed, state };
    await sql`insert into warning_answer (answer_id, warning_id, organisation_id, person_id, kind,
        word, computer_id, revision, via, at_ms, salt, outbox_id, effect)
      values (${answerId}, ${answer.warningId}, ${warning.organisation_id}, ${answer.personId},
        ${answer.kind}, ${answer.word ?? null}, ${answer.computerId ?? null}, ${warning.revision},
        ${answer.via}, ${now}, ${Buffer.from(salt)}, ${outboxId}, ${JSON.stringify(effect)}::jsonb)
    `.execute(db);
    return { answerId, effect, repeated: false };
  });
  const [receipt] = changed.entries;
  return { ...changed.value, ...(receipt ? { receipt } : {}) };
}

/**
 * Takes an answer by signed link: no sign-in, one warning, one person.
 *
 * In      token as it stood behind `#`, posted by the page (a mail scanner that opens the link posts
 *         nothing); `key` of the instance; `kinds` that the door allows without a sign-in
 * Throws  WRN_LINK_INVALID, WRN_LINK_EXPIRED, WRN_ANSWER_UNKNOWN and what `answerWarning` throws
 */
export async function answerByLink(
  context: WarnContext,
  token: string,
  key: Uint8Array,
  answer: Pick<Answer, 'kind' | 'word'>,
  kinds: readonly AnswerKind[] = ANSWER_KINDS,
): Promise<AnswerResult> {
  const link = readAnswerLink(token, key, context.clock.now());
  if (!kinds.includes(answer.kind)) throw warnErrors('ANSWER_UNKNOWN', { field: 'kind' });
  const { warningId, personId } = link;
  return answerWarning(context, scopeOfLink(link), { ...answer, warningId, personId, via: 'link' });
}

/** What the holder of a link may reach: rows of the one organisation. */
export function scopeOfLink({ personId, organisationId }: AnswerLink): Scope {
  return {
    actor: personId,
    organisation: organisationId,
    reach: 'own',
    sectors: [],
    purpose: 'cybersecurity',
  };
}

function checkAnswer({ kind, word }: Answer): void {
  if (!ANSWER_KINDS.includes(kind)) throw warnErrors('ANSWER_UNKNOWN', { field: 'kind' });
  if (NEEDS_WORD.has(kind) && (word ?? '').trim() === '') {
    throw warnErrors('WORD_REQUIRED', { kind });
  }
  if ((word ?? '').length > WORD_CHARACTERS_MAX) {
    throw warnErrors('WORD_TOO_LONG', { charactersMax: WORD_CHARACTERS_MAX });
  }
}

function contentOf(answerId: string, answer: Answer, warning: AnsweredWarning) {
  return {
    answer: answerId,
    warning: answer.warningId,
    revision: warning.revision,
    person: answer.personId,
    kind: answer.kind,
    word: answer.word ?? '',
    computer: answer.computerId ?? '',
  };
}

async function lockWarning(db: AnyTransaction, warningId: string): Promise<AnsweredWarning> {
  const { rows } = await sql<AnsweredWarning>`select organisation_id, vulnerability_id, state,
      revision, acknowledged_at_ms, computers from warning
    where warning_id = ${warningId} for update`.execute(db);
  const [warning] = rows;
  if (!warning) throw warnErrors('NO_WARNING', { warning: warningId });
  return warning;
}

async function findEarlier(db: AnyTransaction, answer: Answer, revision: number) {
  const { rows } = await sql<{ answerId: string; effect: AnswerEffect }>`
    select answer_id as "answerId", effect from warning_answer
    where warning_id = ${answer.warningId} and revision = ${revision}
      and person_id = ${answer.personId} and kind = ${answer.kind}
      and coalesce(computer_id, '') = ${answer.computerId ?? ''}`.execute(db);
  return rows[0];
}

async function checkComputer(
  context: WarnContext,
  db: AnyTransaction,
  { computerId, warningId }: Answer,
  warning: AnsweredWarning,
): Promise<void> {
  const { rows } = await sql`select 1 from ${context.register.holdings} h
    where h.computer_id = ${computerId} and h.organisation_id = ${warning.organisation_id}
      and (exists (select 1 from verdict v where v.identity_id = h.identity_id
          and v.vulnerability_id = ${warning.vulnerability_id} and v.verdict <> 'not-affected')
        or exists (select 1 from computer_verdict c where c.computer_id = h.computer_id
          and c.vulnerability_id = ${warning.vulnerability_id} and c.verdict <> 'not-affected'))
    limit 1`.execute(db);
  if (rows.length === 0) {
    throw warnErrors('COMPUTER_NOT_IN_WARNING', { computer: computerId ?? '', warning: warningId });
  }
}

/** "Does not concern us" holds for the rule, so it holds for the next version too. */
async function suppressRules(
  context: WarnContext,
  db: AnyTransaction,
  answer: Answer,
  answerId: string,
  warning: AnsweredWarning,
  now: number,
): Promise<number> {
  // For one computer alone it says nothing of the rule.
  if (!NEEDS_WORD.has(answer.kind) || answer.computerId) return 0;
  const { rows } = await sql<{ product: string; rule: string }>`
    select distinct v.product, v.rule from verdict v
    where v.vulnerability_id = ${warning.vulnerability_id}
      and v.verdict in ('affected', 'cannot-decide')
      and exists (select 1 from ${context.register.holdings} h
        where h.identity_id = v.identity_id and h.organisation_id = ${warning.organisation_id})
    union select distinct product, rule from computer_verdict
    where vulnerability_id = ${warning.vulnerability_id}
      and organisation_id = ${warning.organisation_id}
      and verdict in ('affected', 'cannot-decide')`.execute(db);
  for (const { product, rule } of rows) {
    const id = `sup_${newId(context, 'answer').slice(4)}`;
    await sql`insert into suppression (suppression_id, organisation_id, product, rule, word,
        person_id, at_ms, answer_id)
      values (${id}, ${warning.organisation_id}, ${product}, ${rule}, ${answer.word ?? ''},
        ${answer.personId}, ${now}, ${answerId})
      on conflict (organisation_id, product, rule) where removed_at_ms is null do nothing
    `.execute(db);
  }
  // None of its items counts any more: one that comes by another rule is new.
  await countFromZero(db, warning.organisation_id, warning.vulnerability_id);
  return rows.length;
}

async function moveWarning(
  db: AnyTransaction,
  answer: Answer,
  warning: AnsweredWarning,
  now: number,
): Promise<WarningState> {
  const wanted = STATE_AFTER[answer.kind];
  const order: readonly WarningState[] = ['open', 'acknowledged', 'working', 'resolved'];
  // One fixed computer of several does not end the warning.
  const partial = answer.computerId !== undefined && warning.computers > 1 && wanted === 'resolved';
  const next = partial ? 'working' : wanted;
  const back = order.indexOf(next) < order.indexOf(warning.state);
  // Who says "working" after "fixed" takes it up again; who says "seen" after it changes nothing.
  const state = back && answer.kind === 'seen' ? warning.state : next;
  const resolved = state === 'resolved';
  await sql`update warning set state = ${state},
      acknowledged_at_ms = coalesce(acknowledged_at_ms, ${now}),
      resolved_at_ms = ${resolved ? now : null}, resolution = ${resolved ? answer.kind : null}
    where warning_id = ${answer.warningId}`.execute(db);
  return state;
}

/** Whatever hits the warning when it is looked at next counts as new. */
async function countFromZero(
  db: AnyTransaction,
  organisationId: string,
  vulnerabilityId: string,
): Promise<void> {
  await sql`insert into warning_item (warning_id, verdict, organisation_id, computers, exposures)
    select warning_id, verdict, organisation_id, 0, 0
    from warning, unnest(${CONCERNING}::text[]) verdict
    where organisation_id = ${organisationId} and vulnerability_id = ${vulnerabilityId}
    on conflict (warning_id, verdict) do update set computers = 0, exposures = 0`.execute(db);
}

/** Suppressions of an organisation that hold, newest first. */
export async function listSuppressions(
  context: WarnContext,
  scope: Scope,
  organisationId: string,
): Promise<readonly SuppressionView[]> {
  return context.store.read(scope, async (db) => {
    const { rows } = await sql<{
      id: string;
      product: string;
      rule: string;
      word: string;
      by: string;
      at: number;
    }>`select suppression_id as id, product, rule, word, person_id as by, at_ms as at
       from suppression where organisation_id = ${organisationId} and removed_at_ms is null
       order by at_ms desc, suppression_id`.execute(db);
    return rows.map((row) => ({ ...row, at: toInstant(row.at) }));
  });
}

/** Takes a suppression back; its computers are matched again with the next change. */
export async function removeSuppression(
  context: WarnContext,
  scope: Scope,
  suppressionId: string,
): Promise<void> {
  await context.store.change(scope, async ({ db, record }) => {
    const { rows } = await sql<{ organisation: string; rule: string }>`update suppression
      set removed_at_ms = ${context.clock.now()}
      where suppression_id = ${suppressionId} and removed_at_ms is null
      returning organisation_id as organisation, rule`.execute(db);
    const [removed] = rows;
    if (!removed) throw warnErrors('NO_SUPPRESSION', { suppression: suppressionId });
    const vulnerability = removed.rule.split('|')[0] ?? '';
    // Its items count as new again, so that the warning opens again with them.
    await countFromZero(db, removed.organisation, vulnerability);
    await sql`insert into match_task (kind, ref, changes, known_at_ms)
      select 'vulnerability', vulnerability_id, '{}', ${context.clock.now()} from vulnerability
      where vulnerability_id = ${vulnerability} on conflict do nothing`.execute(db);
    await record({
      type: 'suppression.removed',
      tenant: removed.organisation,
      refs: [suppressionId],
    });
  });
}

/**
 * "What you got back": answers and what came of them, newest first.
 *
 * Out   at most `limit`; each with the address of its warning
 */
export async function listGotBack(
  context: WarnContext,
  scope: Scope,
  organisationId: string,
  limit = 20,
): Promise<readonly GotBackItem[]> {
  return context.store.read(scope, async (db) => {
    const { rows } = await sql<GotBackRow>`
      select a.kind, a.at_ms as at, a.effect, w.vulnerability_id as vulnerability,
        w.warning_id as warning
      from warning_answer a join warning w on w.warning_id = a.warning_id
      where a.organisation_id = ${organisationId}
      order by a.at_ms desc, a.answer_id desc limit ${limit}`.execute(db);
    return rows.map((row) => ({
      at: toInstant(row.at),
      text: gotBackText(row),
      href: `/warnings/${row.warning}`,
    }));
  });
}

interface GotBackRow {
  readonly kind: AnswerKind;
  readonly at: number;
  readonly effect: AnswerEffect;
  readonly vulnerability: string;
  readonly warning: string;
}

function gotBackText({ kind, effect, vulnerability }: GotBackRow): Text {
  const said = ANSWER_WORDS[kind];
  if (effect.suppressed > 0) {
    return {
      ja: `${vulnerability} に「${said.ja}」と回答し、同じ製品と規則の警告 ${effect.suppressed} 件を今後出さないようにしました。`,
      en: `You answered "${said.en}" to ${vulnerability}; ${effect.suppressed} rule(s) for the product are no longer reported to you.`,
    };
  }
  if (effect.state === 'resolved') {
    return {
      ja: `${vulnerability} に「${said.ja}」と回答し、警告を終了しました。国の集計にも反映しました。`,
      en: `You answered "${said.en}" to ${vulnerability}; the warning is closed and counted in the national picture.`,
    };
  }
  return {
    ja: `${vulnerability} に「${said.ja}」と回答しました。引き継ぎの連絡は行いません。`,
    en: `You answered "${said.en}" to ${vulnerability}; the second contact will not be asked.`,
  };
}
