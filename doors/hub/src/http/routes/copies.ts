// SPDX-License-Identifier: Apache-2.0
/** The addressee's desk: copies of reports, as far as its purpose goes, and what it does with them. */
import type { CopyBrief, CopyDetail, MessageView, Page } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../route.ts';
import { pageOf } from '../shapes.ts';
import {
  copyBrief,
  copyDetail,
  deliveryState,
  messageView,
  reportKind,
  reportStage,
} from '../shapes-report.ts';
import {
  byId,
  pageQuery,
  placed,
  placedChange,
  plainText,
  type ReportParts,
} from './report-parts.ts';

/** A day in Japan, or an instant. */
const due = z.string().min(10).max(40);

/** Declares the routes of copies below /api/v1. */
export function copyRoutes(app: FastifyInstance, parts: ReportParts): void {
  const { copies } = parts.service;
  route(app, {
    method: 'GET',
    url: '/api/v1/copies',
    gate: 'copy:read',
    summary: 'Copies at your desk, newest first; by state, kind, stage, overdue, text',
    shape: {
      query: z.object({
        state: deliveryState.optional(),
        kind: reportKind.optional(),
        stage: reportStage.optional(),
        overdue: z.stringbool().optional(),
        query: z.string().max(200).optional(),
        ...pageQuery,
      }),
      answer: pageOf(copyBrief),
    },
    handler: async ({ access, query }) =>
      placed<Page<CopyBrief>>(parts, await copies.list(access.scope('copy:read'), query)),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/copies/:id',
    gate: 'copy:read',
    summary: 'One copy; that you look at it is on the ledger before you see it',
    shape: { params: byId, answer: copyDetail },
    handler: async ({ access, params }) =>
      placed<CopyDetail>(parts, await copies.get(access.scope('copy:read'), params.id)),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/copies/:id/accept',
    gate: 'copy:accept',
    summary: 'Accepts a report; the reporter gets a receipt of it',
    shape: { params: byId, body: z.object({}).default({}), answer: copyDetail },
    handler: async ({ access, params }) =>
      placedChange<CopyDetail>(parts, await copies.accept(access.scope('copy:accept'), params.id)),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/copies/:id/return',
    gate: 'copy:accept',
    summary: 'Gives a report back to be completed, with what is missing',
    shape: {
      params: byId,
      body: z.object({
        text: plainText,
        fields: z.array(z.string().max(120)).max(100).optional(),
      }),
      answer: copyDetail,
    },
    handler: async ({ access, params, body }) =>
      placedChange<CopyDetail>(
        parts,
        await copies.return(access.scope('copy:accept'), params.id, body),
      ),
  });
  declareThread(app, parts);
}

function declareThread(app: FastifyInstance, parts: ReportParts): void {
  const { copies } = parts.service;
  route(app, {
    method: 'POST',
    url: '/api/v1/copies/:id/messages',
    gate: 'copy:reply',
    summary: 'Asks or advises the reporter, on the thread of this report',
    shape: {
      params: byId,
      body: z.object({
        kind: z.enum(['question', 'advice']),
        text: plainText,
        due: due.optional(),
      }),
      answer: messageView,
    },
    handler: async ({ access, params, body }) =>
      placedChange<MessageView>(
        parts,
        await copies.message(access.scope('copy:reply'), params.id, body),
      ),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/copies/:id/orders',
    gate: 'copy:order',
    summary: 'Orders a correction, with clause and deadline',
    shape: {
      params: byId,
      body: z.object({ text: plainText, clause: z.string().trim().min(1).max(300), due }),
      answer: messageView,
    },
    handler: async ({ access, params, body }) =>
      placedChange<MessageView>(
        parts,
        await copies.order(access.scope('copy:order'), params.id, body),
      ),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/copies/:id/relay',
    gate: 'copy:relay',
    summary:
      'Hands a report on to another addressee; a voluntary path needs the reporter’s consent',
    shape: {
      params: byId,
      body: z.object({
        addressee: z.string().min(1).max(80),
        note: z.string().trim().max(2_000).optional(),
      }),
      answer: copyDetail,
    },
    handler: async ({ access, params, body }) =>
      placedChange<CopyDetail>(
        parts,
        await copies.relay(access.scope('copy:relay'), params.id, body),
      ),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/copies/:id/extend',
    gate: 'copy:accept',
    summary: 'Gives the reporter more time for a stage, where dated law allows it',
    shape: {
      params: byId,
      body: z.object({
        stage: z.enum(['first', 'second', 'final']),
        until: due,
        reason: plainText,
      }),
      answer: copyDetail,
    },
    handler: async ({ access, params, body }) =>
      placedChange<CopyDetail>(
        parts,
        await copies.extend(access.scope('copy:accept'), params.id, body),
      ),
  });
}
