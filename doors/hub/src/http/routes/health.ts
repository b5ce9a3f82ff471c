// SPDX-License-Identifier: Apache-2.0
/** Whether the hub lives, whether it can serve, and its figures. */
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { route } from '../route.ts';

export interface HealthParts {
  /** Problem codes that keep the hub from serving; empty when it is ready. */
  readonly problems: () => Promise<readonly string[]>;
  readonly metrics: Registry;
}

/** Declares /healthz, /readyz and /metrics. Metric labels never hold a tenant's value. */
export function healthRoutes(app: FastifyInstance, parts: HealthParts): void {
  route(app, {
    method: 'GET',
    url: '/healthz',
    gate: 'public',
    summary: 'The process lives',
    handler: async () => ({ status: 'ok' }),
  });
  route(app, {
    method: 'GET',
    url: '/readyz',
    gate: 'public',
    summary: 'Database and ledger can take work; else 503 with the codes',
    handler: async ({ reply }) => {
      const problems = await parts.problems();
      reply.code(problems.length > 0 ? 503 : 200).type('application/json');
      return JSON.stringify({ status: problems.length > 0 ? 'waiting' : 'ready', problems });
    },
  });
  route(app, {
    method: 'GET',
    url: '/metrics',
    gate: 'metrics:read',
    summary: 'Figures for Prometheus',
    produces: 'text/plain',
    handler: async ({ reply }) => {
      reply.type(parts.metrics.contentType);
      return parts.metrics.metrics();
    },
  });
}
