// SPDX-License-Identifier: Apache-2.0
/** The reporter's own reports, their threads, settings and the questions of the guided form. */
import { formPrompts, INCIDENT_KINDS, STAGES } from '@sakimori/report';
import type { MessageView, Page, ReportBrief, ReportDetail } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../route.ts';
import { pageOf } from '../shapes.ts';
import {
  attachmentView,
  messageView,
  questionView,
  reportBrief,
  reportDetail,
  reportKind,
  reportSettings,
} from '../shapes-report.ts';
import {
  byId,
  organisationOf,
  pageQuery,
  placed,
  placedChange,
  plainText,
  type ReportParts,
  recordBody,
} from './report-parts.ts';

/** Declares what a reporter reads and answers, below /api/v1. */
export function reportReadingRoutes(app: FastifyInstance, parts: ReportParts): void {
  const { reports } = parts.service;
  route(app, {
    method: 'GET',
    url: '/api/v1/reports',
    gate: 'report:read',
    summary: 'Reports of your organisation, newest first, with the clock that ends next',
    shape: {
      query: z.object({
        organisation: z.string().max(80).optional(),
        state: z.enum(['open', 'final', 'withdrawn']).optional(),
        kind: reportKind.optional(),
        query: z.string().max(200).optional(),
        ...pageQuery,
      }),
      answer: pageOf(reportBrief),
    },
    handler: async ({ access, query }) => {
      const { organisation, ...filter } = query;
      const found = await reports.list(access.scope('report:read'), {
        ...filter,
        organisationId: organisation,
      });
      return placed<Page<ReportBrief>>(parts, found);
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/reports/:id',
    gate: 'report:read',
    summary: 'One report: record, duties with clocks, thread, who read it, what came back',
    shape: { params: byId, answer: reportDetail },
    handler: async ({ access, params }) =>
      placed<ReportDetail>(parts, await reports.get(access.scope('report:read'), params.id)),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/reports/:id/attachments',
    gate: 'report:read',
    summary: 'Files of a report; their bytes are behind /attachments/:id/link',
    shape: { params: byId, answer: z.array(attachmentView) },
    handler: async ({ access, params }) => [
      ...(await reports.get(access.scope('report:read'), params.id)).attachments,
    ],
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/reports/:id/messages',
    gate: 'report:answer',
    summary: 'Answers a question or an order, or writes to an addressee (copy)',
    shape: {
      params: byId,
      body: z.object({
        text: plainText,
        answers: z.string().max(80).optional(),
        copy: z.string().max(80).optional(),
      }),
      answer: messageView,
    },
    handler: async ({ access, params, body }) => {
      const { copy, ...message } = body;
      const input = { ...message, copyId: copy };
      return placedChange<MessageView>(
        parts,
        await reports.answer(access.scope('report:answer'), params.id, input),
      );
    },
  });
  declareSettings(app, parts);
  declareQuestions(app, parts);
}

function declareSettings(app: FastifyInstance, parts: ReportParts): void {
  const { settings } = parts.service;
  route(app, {
    method: 'GET',
    url: '/api/v1/report-settings',
    gate: 'report:read',
    summary: 'What your copies may be used for, facts that decide duties, automatic precursors',
    shape: { answer: reportSettings },
    handler: ({ access }) => settings.get(access.scope('report:read'), organisationOf(access)),
  });
  route(app, {
    method: 'PUT',
    url: '/api/v1/report-settings',
    gate: 'report:settings',
    summary: 'Changes facts and automatic precursors of your organisation',
    shape: {
      body: z.object({
        automaticPrecursors: z.boolean().optional(),
        facts: recordBody.optional(),
      }),
      answer: reportSettings,
    },
    handler: async ({ access, body }) =>
      (await settings.set(access.scope('report:settings'), organisationOf(access), body)).value,
  });
}

function declareQuestions(app: FastifyInstance, parts: ReportParts): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/report-questions',
    gate: 'rule:read',
    summary: 'Questions of the guided form for a kind and stage, in the order of asking',
    shape: {
      query: z.object({
        kind: z.enum(INCIDENT_KINDS).optional(),
        stage: z.enum(STAGES).default('first'),
      }),
      answer: z.array(questionView),
    },
    handler: async ({ query }) => {
      const ruleAt = await parts.service.rules.reader();
      return [...formPrompts(ruleAt, query.kind, query.stage, parts.now())];
    },
  });
}
