// SPDX-License-Identifier: Apache-2.0
/** Reports are submitted, supplemented, withdrawn, taken by telephone; and what would follow. */
import type { ReportDetail, ReportPreview } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { admission } from '../admission.ts';
import { route } from '../route.ts';
import { receipt } from '../shapes.ts';
import { reportBrief, reportDetail, reportPreview } from '../shapes-report.ts';
import {
  byId,
  idempotencyKeyOf,
  organisationOf,
  placed,
  placedChange,
  plainText,
  type ReportParts,
  recordBody,
  viaOf,
} from './report-parts.ts';

/** A surge of one operator's machines, or of a service that sends for many: 200 a second. */
const SUBMISSIONS_PER_MINUTE = 12_000;
/** Each holds its record and its answer, some hundred kilobytes at most of a usual report. */
const AT_ONCE_MAX = 2_000;

const submission = z.object({
  record: recordBody,
  organisation: z.string().max(80).optional(),
  /** The data-use contract (GET /report-settings) was shown and accepted. */
  acceptDataUse: z.boolean().default(false),
});

/** Declares what changes the reporter's side of a report, below /api/v1. */
export function reportSubmitRoutes(app: FastifyInstance, parts: ReportParts): void {
  const { reports } = parts.service;
  const submissions = admission(AT_ONCE_MAX);
  route(app, {
    method: 'POST',
    url: '/api/v1/reports',
    admission: submissions,
    gate: 'report:submit',
    summary: 'Submits a report once; every addressee gets its copy; the answer has the receipts',
    repeats: 'service',
    perMinute: SUBMISSIONS_PER_MINUTE,
    shape: { body: submission, answer: reportDetail },
    handler: async ({ access, body, request, reply }) => {
      const changed = await reports.submit(access.scope('report:submit'), {
        organisationId: organisationOf(access, body.organisation),
        record: body.record,
        via: viaOf(access),
        acceptDataUse: body.acceptDataUse,
        idempotencyKey: idempotencyKeyOf(request),
      });
      if (changed.repeated) reply.header('idempotent-replayed', 'true');
      return placedChange<ReportDetail>(parts, changed);
    },
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/reports/:id/supplements',
    admission: submissions,
    gate: 'report:submit',
    summary: 'A follow-up or final report: the whole record as it stands now; differences are kept',
    repeats: 'service',
    perMinute: SUBMISSIONS_PER_MINUTE,
    shape: {
      params: byId,
      body: z.object({ record: recordBody, revision: z.number().int().min(0).optional() }),
      answer: reportDetail,
    },
    handler: async ({ access, params, body, request, reply }) => {
      const changed = await reports.supplement(access.scope('report:submit'), params.id, {
        record: body.record,
        via: viaOf(access),
        revision: body.revision,
        idempotencyKey: idempotencyKeyOf(request),
      });
      if (changed.repeated) reply.header('idempotent-replayed', 'true');
      return placedChange<ReportDetail>(parts, changed);
    },
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/reports/:id/withdraw',
    gate: 'report:submit',
    summary: 'Takes a report back with a reason, as long as nobody has accepted it',
    shape: { params: byId, body: z.object({ reason: plainText }), answer: reportDetail },
    handler: async ({ access, params, body }) =>
      placedChange<ReportDetail>(
        parts,
        await reports.withdraw(access.scope('report:submit'), params.id, body),
      ),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/reports/preview',
    gate: 'report:write',
    summary: 'What would follow from a record: duties, clocks, what is missing; nothing is kept',
    shape: {
      body: submission.pick({ record: true, organisation: true }),
      answer: reportPreview,
    },
    handler: async ({ access, body }) =>
      placed<ReportPreview>(
        parts,
        await reports.preview(access.scope('report:write'), {
          organisationId: organisationOf(access, body.organisation),
          record: body.record,
        }),
      ),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/reports/:id/told',
    gate: 'report:submit',
    summary: 'Notes that an addressee without a desk here was told elsewhere: its clock stops',
    shape: {
      params: byId,
      body: z.object({
        rule: z.string().min(1).max(120),
        stage: z.enum(['first', 'second', 'final']),
        at: z.string().max(40).optional(),
      }),
      answer: reportDetail,
    },
    handler: async ({ access, params, body }) =>
      placedChange<ReportDetail>(
        parts,
        await reports.told(access.scope('report:submit'), params.id, body),
      ),
  });
  declareTelephone(app, parts);
}

/** The analyst types for whoever speaks; she gets a receipt to read out, not the operator's page. */
function declareTelephone(app: FastifyInstance, parts: ReportParts): void {
  route(app, {
    method: 'POST',
    url: '/api/v1/organisations/:id/reports',
    gate: 'report:take',
    summary: 'A report by telephone, typed in for the operator, who sees it at once',
    repeats: 'service',
    shape: {
      params: byId,
      body: submission.omit({ organisation: true }).extend({
        spokenBy: z.string().trim().min(1).max(200),
        callback: z.string().trim().min(1).max(200).optional(),
      }),
      answer: reportBrief.extend({ receipt }),
    },
    handler: async ({ access, params, body, request }) => {
      const { spokenBy, callback } = body;
      const changed = await parts.service.reports.submit(access.scope('report:take'), {
        organisationId: params.id,
        record: body.record,
        via: 'telephone',
        acceptDataUse: body.acceptDataUse,
        idempotencyKey: idempotencyKeyOf(request),
        telephone: { spokenBy, ...(callback !== undefined && { callback }) },
      });
      return placedChange<ReportDetail>(parts, changed);
    },
  });
}
