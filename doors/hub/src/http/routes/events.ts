// SPDX-License-Identifier: Apache-2.0
/** Server-sent events: that something changed for whoever listens; never what. */
import type { Scope, Store, StoreTables } from '@sakimori/store';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
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
      const mayRead = access.filter('warning:read').reach !== 'none';
      const scope = mayRead ? access.scope('warning:read') : undefined;
      reply.hijack();
      const out = reply.raw;
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      out.write('retry: 5000\n\n');
      let known = scope && (await stateOf(store, scope).catch(() => undefined));
      const look = async (): Promise<void> => {
        const state = scope && (await stateOf(store, scope).catch(() => known));
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

/** Changes whenever a warning inside the scope does. */
async function stateOf(store: Store<StoreTables>, scope: Scope): Promise<string> {
  const { rows } = await store.read(scope, (db) =>
    sql<{ state: string }>`select concat_ws(':', count(*), max(updated_at_ms),
        max(acknowledged_at_ms), max(resolved_at_ms)) as state from warning`.execute(db),
  );
  return rows[0]?.state ?? '';
}
