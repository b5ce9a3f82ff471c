// SPDX-License-Identifier: Apache-2.0
/** The console's files, and its first page for every address that a person may open. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Addresses that are never a page: an unknown one below them is an error, not the console. */
const MACHINE =
  /^\/(?:api|ledger\/[^/]+|public|taxii2|healthz|readyz|metrics|assets|\.well-known)(?:\/|$)/;

/**
 * Serves the built console.
 *
 * In   folder of the build; without it the hub serves machines only
 */
export async function pageRoutes(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) return;
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    globIgnore: ['assets/**'],
    setHeaders: (reply) => {
      reply.header('cache-control', 'no-cache');
    },
  });
  // Looked up when they are asked for: a console that is built again needs no new start.
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    decorateReply: false,
    setHeaders: (reply) => {
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'));
  app.get('/*', { schema: { hide: true } }, (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    if (MACHINE.test(path) || /\.[a-z0-9]+$/i.test(path)) return reply.callNotFound();
    return reply.sendFile('index.html');
  });
}
