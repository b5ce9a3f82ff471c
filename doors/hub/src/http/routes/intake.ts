// SPDX-License-Identifier: Apache-2.0
/** The office's intake: queue, related reports, merging; and statistics of every desk. */
import type { Scope } from '@sakimori/store';
import { dayInJapan } from '@sakimori/vocabulary';
import type { IntakeItem, IntakeView, MergeView, RelatedView } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Access } from '../access.ts';
import { route } from '../route.ts';
import {
  intakeItem,
  intakeView,
  mergeView,
  relatedView,
  reportKind,
  reportStatistics,
} from '../shapes-report.ts';
import {
  byId,
  pageQuery,
  placed,
  placedChange,
  plainText,
  type ReportParts,
} from './report-parts.ts';

const YEAR_MS = 366 * 86_400_000;

/** Declares the routes of the intake below /api/v1. */
export function intakeRoutes(app: FastifyInstance, parts: ReportParts): void {
  const { intake } = parts.service;
  route(app, {
    method: 'GET',
    url: '/api/v1/intake',
    gate: 'intake:read',
    summary: 'The intake queue in the order of urgency, each with why it stands there',
    shape: {
      query: z.object({
        assignee: z.string().max(80).optional(),
        kind: reportKind.optional(),
        state: z.enum(['delivered', 'read']).optional(),
        query: z.string().max(200).optional(),
        ...pageQuery,
      }),
      answer: intakeView,
    },
    handler: async ({ access, query }) =>
      placed<IntakeView>(parts, await intake.list(access.scope('intake:read'), query)),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/intake/:id/related',
    gate: 'intake:read',
    summary: 'Reports that may belong to this copy’s incident, each with why',
    shape: { params: byId, answer: z.array(relatedView) },
    handler: async ({ access, params }) =>
      placed<RelatedView[]>(parts, await intake.related(access.scope('intake:read'), params.id)),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/intake/:id/assign',
    gate: 'intake:triage',
    summary: 'Gives a report to an analyst; null takes it back',
    shape: {
      params: byId,
      body: z.object({ assignee: z.string().min(1).max(80).nullable() }),
      answer: intakeItem,
    },
    handler: async ({ access, params, body }) =>
      placed<IntakeItem>(
        parts,
        await intake.assign(access.scope('intake:triage'), params.id, body),
      ),
  });
  declareMerging(app, parts);
  declareStatistics(app, parts);
}

function declareMerging(app: FastifyInstance, parts: ReportParts): void {
  const { intake } = parts.service;
  route(app, {
    method: 'GET',
    url: '/api/v1/intake/merges',
    gate: 'intake:read',
    summary: 'Merges, those undone among them',
    shape: { answer: z.array(mergeView) },
    handler: async ({ access }) =>
      placed<MergeView[]>(parts, await intake.merges(access.scope('intake:read'))),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/intake/merges',
    gate: 'intake:triage',
    summary: 'Treats reports as one incident; nothing of them is lost',
    shape: {
      body: z.object({ reports: z.array(z.string().max(80)).min(2).max(50), reason: plainText }),
      answer: mergeView,
    },
    handler: async ({ access, body }) =>
      placedChange<MergeView>(parts, await intake.merge(access.scope('intake:triage'), body)),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/intake/merges/:id/undo',
    gate: 'intake:triage',
    summary: 'Undoes a merge with a reason',
    shape: { params: byId, body: z.object({ reason: plainText }), answer: mergeView },
    handler: async ({ access, params, body }) =>
      placedChange<MergeView>(
        parts,
        await intake.unmerge(access.scope('intake:triage'), params.id, body),
      ),
  });
}

function declareStatistics(app: FastifyInstance, parts: ReportParts): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/report-statistics',
    gate: 'statistics:read',
    summary: 'Counts of reports, small ones protected; yearly figures from the ledger alone',
    shape: {
      query: z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() }),
      answer: reportStatistics,
    },
    handler: ({ access, query }) => {
      const nowMs = parts.now();
      return parts.service.statistics(statisticsScope(access), {
        from: query.from ?? dayInJapan(nowMs - YEAR_MS),
        to: query.to ?? dayInJapan(nowMs),
      });
    },
  });
}

/** A desk counts what was delivered to it; only the commission, which has no desk, counts all. */
function statisticsScope(access: Access): Scope {
  const hasDesk = access.filter('copy:read').reach !== 'none';
  const scope = access.scope('statistics:read');
  return hasDesk ? { ...scope, reach: 'own' } : scope;
}
