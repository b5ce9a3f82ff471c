// SPDX-License-Identifier: Apache-2.0
/** The HTTP server: who is asking, what every answer carries, and the list of route groups. */

import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { type Context, type Principal, PUBLIC } from '@sakimori/authority';
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { hubErrors } from '../errors.ts';
import { accessOf } from './access.ts';
import type { AnswerMemory } from './idempotency.ts';
import { readJsonBodies } from './json-body.ts';
import { answerProblems } from './problem.ts';

export interface ServerParts {
  readonly context: Context;
  readonly memory: AnswerMemory;
  readonly logger: Logger;
  readonly version: string;
  /** Who is behind a request; undefined for nobody. Throws only when the database is away. */
  readonly principalOf: (request: FastifyRequest) => Promise<Principal | undefined>;
  /** Route groups, in order. */
  readonly groups: readonly ((app: FastifyInstance) => Promise<void> | void)[];
}

const CONTENT_SECURITY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Body of a JSON request; uploads have a limit of their own. */
export const JSON_BYTES_MAX = 1_048_576;

/** Builds the server; listening is the caller's. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: parts.logger,
    // Addresses hold ids and search words: they stay out of the log. The route's pattern is enough.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_BYTES_MAX,
    requestTimeout: 120_000,
    connectionTimeout: 60_000,
    routerOptions: { maxParamLength: 600 },
    trustProxy: false,
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorate('answerMemory', parts.memory);
  app.decorateRequest('access');
  answerProblems(app);
  readJsonBodies(app);
  await app.register(rateLimit, {
    max: 1_200,
    timeWindow: 60_000,
    allowList: (request) =>
      request.url.startsWith('/healthz') || request.url.startsWith('/assets/'),
    errorResponseBuilder: () => hubErrors('TOO_MANY', {}),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sakimori', version: parts.version, description: 'See spec/api.md.' },
    },
    transform: jsonSchemaTransform,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': CONTENT_SECURITY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    });
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    const principal = await parts.principalOf(request);
    request.access = accessOf(principal ?? PUBLIC, parts.context);
    refuseOtherSites(request);
  });
  for (const group of parts.groups) await app.register(async (scope) => group(scope));
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}

/**
 * A browser's write must come from our own pages (G: no cross-site request can act).
 * Keys are not sent by browsers on their own, so that they need no such check.
 */
function refuseOtherSites(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  if (request.headers.authorization !== undefined) return;
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const origin = request.headers.origin;
  if (origin === undefined && site === undefined && request.headers.cookie === undefined) return;
  const host = request.headers.host ?? '';
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  throw hubErrors('CROSS_SITE', {});
}
