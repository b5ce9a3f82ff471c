// SPDX-License-Identifier: Apache-2.0
/** Imports of registers: upload, mapping, questions, preview, apply; each step can be resumed. */
import {
  exportCell,
  type RegisterImport,
  type RegisterService,
  TABLE_LIMITS,
} from '@sakimori/register';
import type { ImportView } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Receipts } from '../../receipts.ts';
import { languageOf } from '../problem.ts';
import { route } from '../route.ts';
import { importView } from '../shapes.ts';
import { fileNameOf, readUpload, takeStreams } from '../uploads.ts';

export interface ImportParts {
  readonly register: RegisterService;
  readonly receipts: Receipts;
}

const byId = z.object({ id: z.string().max(80) });

async function show(parts: ImportParts, found: RegisterImport): Promise<ImportView> {
  const { outboxId, absent: _absent, refusalCount: _count, ...view } = found;
  const receipt = (await parts.receipts([outboxId])).get(outboxId ?? '');
  return { ...view, ...(receipt && { receipt }) } as ImportView;
}

/** Declares the routes of imports below /api/v1. Nothing is changed before `apply`. */
export async function importRoutes(app: FastifyInstance, parts: ImportParts): Promise<void> {
  const { imports } = parts.register;
  await app.register(async (streams) => {
    takeStreams(streams);
    route(streams, {
      method: 'POST',
      url: '/api/v1/organisations/:id/imports',
      gate: 'computer:import',
      summary: 'Uploads a list (CSV, TSV, XLSX; UTF-8 or Shift_JIS); a mapping is proposed',
      streamBytesMax: TABLE_LIMITS.bytesMax,
      shape: { params: byId, answer: importView },
      handler: async ({ access, params, body, request }) => {
        const bytes = await readUpload(body, TABLE_LIMITS.bytesMax);
        const file = { name: fileNameOf(request), bytes };
        return show(parts, await imports.start(access.scope('computer:import'), params.id, file));
      },
    });
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/imports/:id',
    gate: 'computer:import',
    summary: 'An import as it stands',
    shape: { params: byId, answer: importView },
    handler: async ({ access, params }) =>
      show(parts, await imports.get(access.scope('computer:import'), params.id)),
  });
  route(app, {
    method: 'PUT',
    url: '/api/v1/imports/:id/mapping',
    gate: 'computer:import',
    summary: 'Says which column holds which field (null: not taken); answers with the preview',
    shape: {
      params: byId,
      body: z.object({ columns: z.record(z.string().max(6), z.string().max(40).nullable()) }),
      answer: importView,
    },
    handler: async ({ access, params, body }) =>
      show(parts, await imports.map(access.scope('computer:import'), params.id, body.columns)),
  });
  route(app, {
    method: 'PUT',
    url: '/api/v1/imports/:id/answers',
    gate: 'computer:import',
    summary: 'Answers questions about makers and products; the answers are remembered',
    shape: {
      params: byId,
      body: z.record(z.string().max(40), z.string().max(200)),
      answer: importView,
    },
    handler: async ({ access, params, body }) =>
      show(parts, await imports.map(access.scope('computer:import'), params.id, undefined, body)),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/imports/:id/apply',
    gate: 'computer:import',
    summary:
      'Applies the import; refused rows stay out, missing computers are retired only if named',
    shape: {
      params: byId,
      body: z.object({
        skipRefused: z.literal(true).default(true),
        retire: z.array(z.string().max(80)).max(10_000).optional(),
      }),
      answer: importView,
    },
    handler: async ({ access, params, body }) => {
      const options = body.retire ? { retire: body.retire } : {};
      const scope = access.scope('computer:import');
      return show(parts, (await imports.apply(scope, params.id, options)).value);
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/imports/:id/refusals.csv',
    gate: 'computer:import',
    summary: 'Refused rows with line, field and reason',
    shape: { params: byId },
    produces: 'text/csv',
    handler: async ({ access, params, request, reply }) => {
      const found = await imports.get(access.scope('computer:import'), params.id);
      const language = languageOf(request);
      const rows = (found.refusals ?? []).map(({ line, field, text }) =>
        [String(line), field ?? '', text[language]].map(exportCell).join(','),
      );
      reply.type('text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="refused-rows.csv"');
      const heading = language === 'ja' ? '行,項目,理由' : 'line,field,reason';
      return `\ufeff${[heading, ...rows].join('\r\n')}\r\n`;
    },
  });
}
