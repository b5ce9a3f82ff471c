// SPDX-License-Identifier: Apache-2.0
/** Forms to be printed, opened in a spreadsheet or read by a program. */
import { exportForm, FORM_FORMATS, type FormContent } from '@sakimori/report';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { languageOf } from '../problem.ts';
import { route } from '../route.ts';
import { byId, type ReportParts } from './report-parts.ts';

const format = z.enum(FORM_FORMATS).default('pdf');
const language = z.enum(['ja', 'en']).optional();
/** A PDF of a long report takes a moment of this process: nobody needs hundreds a minute. */
const FORMS_PER_MINUTE = 120;

/** Declares the forms of reports and copies below /api/v1. */
export function reportFormRoutes(app: FastifyInstance, parts: ReportParts): void {
  const { reports, copies } = parts.service;
  route(app, {
    method: 'GET',
    url: '/api/v1/reports/:id/form',
    gate: 'report:read',
    summary: 'The form of an addressee, or the common form: PDF, CSV or JSON',
    perMinute: FORMS_PER_MINUTE,
    produces: 'application/pdf',
    shape: {
      params: byId,
      query: z.object({
        format,
        language,
        addressee: z.string().max(80).optional(),
        position: z.coerce.number().int().min(1).max(100_000).optional(),
      }),
    },
    handler: async ({ access, params, query, request, reply }) => {
      const { addressee, position } = query;
      const scope = access.scope('report:read');
      const form = await reports.form(scope, params.id, { addressee, position });
      return sendForm(parts, form, { ...query, request, reply });
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/copies/:id/form',
    gate: 'copy:read',
    summary: 'The form of a copy: PDF, CSV or JSON; a use that the reporter sees',
    perMinute: FORMS_PER_MINUTE,
    produces: 'application/pdf',
    shape: { params: byId, query: z.object({ format, language }) },
    handler: async ({ access, params, query, request, reply }) => {
      const form = await copies.form(access.scope('copy:read'), params.id);
      return sendForm(parts, form, { ...query, request, reply });
    },
  });
}

interface Wish {
  readonly format: z.output<typeof format>;
  readonly language?: 'ja' | 'en' | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function sendForm(parts: ReportParts, content: FormContent, wish: Wish): Promise<Buffer> {
  const { blocks, outboxId, ...head } = content;
  const receipt = (await parts.receipts([outboxId])).get(outboxId);
  const form = { head: { ...head, ...(receipt && { receipt }) }, blocks };
  const made = await exportForm(wish.format, form, wish.language ?? languageOf(wish.request));
  wish.reply.type(made.mediaType);
  wish.reply.header('content-disposition', `attachment; filename="${made.fileName}"`);
  return Buffer.from(made.bytes);
}
