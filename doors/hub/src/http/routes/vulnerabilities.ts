// SPDX-License-Identifier: Apache-2.0
/** Vulnerabilities: what is known of them, and, for those who may see it, who is affected. */
import {
  listVulnerabilities,
  readVulnerability,
  recordExploitationInJapan,
  type WarnContext,
} from '@sakimori/warn';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../route.ts';
import { pageOf, vulnerabilityBrief, vulnerabilityDetail } from '../shapes.ts';

const byId = z.object({ id: z.string().max(200) });

/** Declares the routes of vulnerabilities below /api/v1. */
export function vulnerabilityRoutes(app: FastifyInstance, warn: WarnContext): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/vulnerabilities',
    gate: 'vulnerability:read',
    summary: 'Vulnerabilities, newest exploitation first',
    shape: {
      query: z.object({
        query: z.string().max(200).optional(),
        exploited: z.stringbool().optional(),
        cursor: z.string().max(20).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: pageOf(vulnerabilityBrief),
    },
    handler: ({ access, query }) =>
      listVulnerabilities(warn, access.scope('vulnerability:read'), {
        limit: query.limit,
        ...(query.query && { query: query.query }),
        ...(query.exploited !== undefined && { exploited: query.exploited }),
        ...(query.cursor && { cursor: query.cursor }),
      }),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/vulnerabilities/:id',
    gate: 'vulnerability:read',
    summary: 'One vulnerability; with exposure: affected, warned, silent, fixed within your reach',
    shape: { params: byId, answer: vulnerabilityDetail },
    handler: ({ access, params }) => {
      const mayCount = access.filter('vulnerability:exposure').reach !== 'none';
      const scope = access.scope(mayCount ? 'vulnerability:exposure' : 'vulnerability:read');
      return readVulnerability(warn, scope, params.id, mayCount);
    },
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/vulnerabilities/:id/exploited-in-japan',
    gate: 'catalogue:write',
    summary: 'Says that it is exploited in Japan, since a day; the public catalogue shows it',
    shape: { params: byId, body: z.object({ day: z.iso.date() }), answer: vulnerabilityDetail },
    handler: async ({ access, params, body }) => {
      const scope = access.scope('catalogue:write');
      await recordExploitationInJapan(warn, scope, params.id, body.day);
      const mayCount = access.filter('vulnerability:exposure').reach !== 'none';
      return readVulnerability(warn, scope, params.id, mayCount);
    },
  });
}
