// SPDX-License-Identifier: Apache-2.0
/** Webhooks: machines of an operator are told, signed (Standard Webhooks), stopped when they fail. */
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { WebhookView } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { newId, type WarnContext } from './context.ts';
import { checkUrl, type EgressRules } from './egress-address.ts';
import { warnErrors } from './errors.ts';

const ENDPOINTS_MAX = 10;
const EVENTS = ['warning'] as const;

/**
 * Adds an endpoint.
 *
 * In      scope of an administrator; address; `rules` of the way out
 * Out     the endpoint with its secret: shown once, used for every signature
 * Throws  WRN_EGRESS_URL_REFUSED, WRN_WEBHOOK_LIMIT
 */
export async function addWebhook(
  context: WarnContext,
  scope: Scope,
  request: { readonly organisationId: string; readonly url: string; readonly actor: string },
  rules: EgressRules,
): Promise<WebhookView> {
  const url = checkUrl(request.url, rules).href;
  const now = context.clock.now();
  const id = newId(context, 'webhook');
  const secret = `whsec_${Buffer.from(context.random.bytes(24)).toString('base64')}`;
  await context.store.change(scope, async ({ db, record }) => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from webhook_endpoint
      where organisation_id = ${request.organisationId} and removed_at_ms is null`.execute(db);
    if ((rows[0]?.n ?? 0) >= ENDPOINTS_MAX) {
      throw warnErrors('WEBHOOK_LIMIT', { endpointsMax: ENDPOINTS_MAX });
    }
    await sql`insert into webhook_endpoint
        (webhook_id, organisation_id, url, events, secret, created_at_ms, created_by)
      values (${id}, ${request.organisationId}, ${url}, ${[...EVENTS]}::text[], ${secret}, ${now},
        ${request.actor})`.execute(db);
    await sql`insert into webhook_state (webhook_id, organisation_id)
      values (${id}, ${request.organisationId})`.execute(db);
    await record({ type: 'webhook.changed', tenant: request.organisationId, refs: [id] });
  });
  return { id, url, events: EVENTS, created: toInstant(now), state: 'working', secret };
}

/** Ends an endpoint. Throws WRN_NO_WEBHOOK. */
export async function removeWebhook(
  context: WarnContext,
  scope: Scope,
  webhookId: string,
): Promise<void> {
  await context.store.change(scope, async ({ db, record }) => {
    const { rows } = await sql<{ organisation: string }>`update webhook_endpoint
      set removed_at_ms = ${context.clock.now()}, secret = ''
      where webhook_id = ${webhookId} and removed_at_ms is null
      returning organisation_id as organisation`.execute(db);
    const [removed] = rows;
    if (!removed) throw warnErrors('NO_WEBHOOK', { webhook: webhookId });
    await record({ type: 'webhook.changed', tenant: removed.organisation, refs: [webhookId] });
  });
}

/** Starts a stopped endpoint again. Throws WRN_NO_WEBHOOK. */
export async function restartWebhook(
  context: WarnContext,
  scope: Scope,
  webhookId: string,
): Promise<void> {
  await context.store.change(scope, async ({ db }) => {
    const result = await sql`update webhook_state set failures = 0, stopped_at_ms = null,
      problem = null where webhook_id = ${webhookId}`.execute(db);
    if (Number(result.numAffectedRows ?? 0) === 0) {
      throw warnErrors('NO_WEBHOOK', { webhook: webhookId });
    }
  });
}

/** Endpoints of an organisation, without their secrets. */
export async function listWebhooks(
  context: WarnContext,
  scope: Scope,
  organisationId: string,
): Promise<readonly WebhookView[]> {
  return context.store.read(scope, async (db) => {
    const { rows } = await sql<{
      id: string;
      url: string;
      events: string[];
      created: number;
      failures: number;
      delivered: number | null;
      stopped: number | null;
      problem: string | null;
    }>`select e.webhook_id as id, e.url, e.events, e.created_at_ms as created, s.failures,
        s.last_delivered_at_ms as delivered, s.stopped_at_ms as stopped, s.problem
      from webhook_endpoint e join webhook_state s on s.webhook_id = e.webhook_id
      where e.organisation_id = ${organisationId} and e.removed_at_ms is null
      order by e.created_at_ms, e.webhook_id`.execute(db);
    return rows.map((row) => ({
      id: row.id,
      url: row.url,
      events: row.events,
      created: toInstant(row.created),
      state: row.stopped !== null ? 'stopped' : row.failures > 0 ? 'failing' : 'working',
      ...(row.delivered === null ? {} : { lastDelivered: toInstant(row.delivered) }),
      ...(row.problem === null ? {} : { problem: problemText(row.problem, row.stopped !== null) }),
    }));
  });
}

function problemText(problem: string, stopped: boolean) {
  return stopped
    ? {
        ja: `送信が続けて失敗したため止めました（${problem}）。相手を直してから再開してください。`,
        en: `Stopped after repeated failures (${problem}). Repair the receiver, then start it again.`,
      }
    : {
        ja: `最後の送信に失敗しました（${problem}）。自動で送り直します。`,
        en: `The last delivery failed (${problem}). It is being tried again.`,
      };
}

/** Headers of a call, signed over id, time and body; the id stays the same in a repeat. */
export function signCall(
  secret: string,
  id: string,
  nowMs: number,
  body: string,
): Readonly<Record<string, string>> {
  const at = new Date(Math.floor(nowMs / 1000) * 1000);
  return {
    'content-type': 'application/json',
    'user-agent': 'sakimori',
    'webhook-id': id,
    'webhook-timestamp': String(at.getTime() / 1000),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}
