// SPDX-License-Identifier: Apache-2.0
/** Server-sent events: that something changed for whoever listens; never what. */
import type { ListableAction } from '@sakimori/authority';
import type { Scope, Store, StoreTables } from '@sakimori/store';
import type { FastifyInstance } from 'fastify';
import { type RawBuilder, sql } from 'kysely';
import { hubErrors } from '../../errors.ts';
import { route } from '../route.ts';

const LOOK_MS = 5_000;
const KEEP_ALIVE_MS = 25_000;
const LISTENERS_MAX = 500;
/** A sign-in that ends must end the stream too: the page opens it again, and is asked who it is. */
const STREAM_MS_MAX = 10 * 60_000;

/**
 * Declares GET /api/v1/events.
 *
 * Never  says anything about rows outside the listener's scope: each listener's own state is
 *        compared, so that another tenant's work leaves no trace in the stream (G23)
 */
export function eventRoutes(app: FastifyInstance, store: Store<StoreTables>): void {
  const streams = new Set<() => void>();
  app.addHook('onClose', async () => {
    for (const end of streams) end();
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/events',
    gate: 'session',
    summary: 'Server-sent events: "home" when something changed for you',
    produces: 'text/event-stream',
    handler: async ({ access, reply, request }) => {
      if (streams.size >= LISTENERS_MAX) throw hubErrors('TOO_MANY', {});
      const looks = LOOKS.filter(({ action }) => access.filter(action).reach !== 'none').map(
        ({ action, sees }) => ({ scope: access.scope(action), sees }),
      );
      // Before the stream opens: what happens from its first byte on is heard.
      let known = await stateOf(store, looks).catch(() => undefined);
      reply.hijack();
      const out = reply.raw;
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      out.write('retry: 5000\n\n');
      const look = async (): Promise<void> => {
        const state = await stateOf(store, looks).catch(() => known);
        if (state !== known) out.write('event: home\ndata: {}\n\n');
        known = state;
      };
      const looking = setInterval(() => void look(), LOOK_MS);
      const alive = setInterval(() => out.write(': \n\n'), KEEP_ALIVE_MS);
      const end = (): void => {
        clearInterval(looking);
        clearInterval(alive);
        clearTimeout(limit);
        streams.delete(end);
        out.end();
      };
      const limit = setTimeout(end, STREAM_MS_MAX);
      streams.add(end);
      request.raw.once('close', end);
    },
  });
}

/** What a listener looks at, by the action that lets it. */
interface Look {
  readonly scope: Scope;
  readonly sees: (organisation: string) => RawBuilder<{ state: string }>;
}

/** Of long lists the newest rows stand for all: what changes is among them, or is read again anyway. */
const ROWS_MAX = 200;

const LOOKS: readonly { readonly action: ListableAction; readonly sees: Look['sees'] }[] = [
  {
    action: 'warning:read',
    sees: () => sql`select concat_ws(':', count(*), max(updated_at_ms),
      max(acknowledged_at_ms), max(resolved_at_ms)) as state from warning`,
  },
  {
    action: 'report:read',
    sees: (organisation) => sql`with own as (
        select report_id, changed_at_ms from report where organisation_id = ${organisation}
        order by submitted_at_ms desc, report_id desc limit ${ROWS_MAX})
      select concat_ws(':', (select max(changed_at_ms) from own),
        (select concat_ws('.', max(at_ms), max(answered_at_ms))
          from own join report_message using (report_id)),
        (select concat_ws('.', max(read_at_ms), max(accepted_at_ms), max(returned_at_ms))
          from own join report_copy using (report_id))) as state`,
  },
  {
    action: 'copy:read',
    sees: (organisation) => sql`with own as (
        select report_id, copy_id, at_ms, state from report_copy
        where desk_id = ${organisation} and latest
        order by at_ms desc, copy_id desc limit ${ROWS_MAX})
      select concat_ws(':', (select concat_ws('.', max(copy_id), count(*),
          count(*) filter (where state = 'delivered'), count(*) filter (where state = 'accepted'))
          from own),
        (select concat_ws('.', max(m.at_ms), max(m.answered_at_ms)) from own
          join report_message m using (report_id)
          where m.desk_id = ${organisation})) as state`,
  },
];

/** Changes whenever something does that the listener may see. */
async function stateOf(store: Store<StoreTables>, looks: readonly Look[]): Promise<string> {
  const states: string[] = [];
  for (const { scope, sees } of looks) {
    const { rows } = await store.read(scope, (db) => sees(scope.organisation ?? '').execute(db));
    states.push(rows[0]?.state ?? '');
  }
  return states.join('|');
}
