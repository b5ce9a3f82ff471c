// SPDX-License-Identifier: Apache-2.0
/** Drafts: they save themselves, come out of mails and files, and become reports. */
import { REPORT_FORMATS, type ReadReport, readReports } from '@sakimori/report';
import type { DraftView, ReportDetail } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../route.ts';
import { text } from '../shapes.ts';
import { draftView, reportDetail } from '../shapes-report.ts';
import { fileNameOf, readUpload, takeStreams } from '../uploads.ts';
import {
  byId,
  idempotencyKeyOf,
  organisationOf,
  placed,
  placedChange,
  type ReportParts,
  recordBody,
  viaOf,
} from './report-parts.ts';

/** A mail with its attachments. */
const FILE_BYTES_MAX = 25 * 1024 * 1024;
/** Drafts that one file makes; a person has to look at each. */
const DRAFTS_MAX = 50;
const REFUSALS_SHOWN = 50;

const step = z.string().max(120).optional();

/** Declares drafts below /api/v1. No route here tells anybody outside of the organisation. */
export function reportDraftRoutes(app: FastifyInstance, parts: ReportParts): void {
  const { drafts } = parts.service;
  route(app, {
    method: 'GET',
    url: '/api/v1/report-drafts',
    gate: 'report:write',
    summary: 'Drafts of your organisation, the one saved last first',
    shape: { answer: z.array(draftView) },
    handler: async ({ access }) =>
      placed<DraftView[]>(parts, await drafts.list(access.scope('report:write'))),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/report-drafts',
    gate: 'report:write',
    summary: 'Begins a draft of a report or, with `report`, of a supplement',
    shape: {
      body: z.object({
        record: recordBody.default({}),
        report: z.string().max(80).optional(),
        organisation: z.string().max(80).optional(),
        step,
      }),
      answer: draftView,
    },
    handler: async ({ access, body }) =>
      placed<DraftView>(
        parts,
        await drafts.create(access.scope('report:write'), {
          organisationId: organisationOf(access, body.organisation),
          record: body.record,
          via: viaOf(access),
          step: body.step,
          reportId: body.report,
        }),
      ),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/report-drafts/:id',
    gate: 'report:write',
    summary: 'One draft, with the question at which its writer was',
    shape: { params: byId, answer: draftView },
    handler: async ({ access, params }) =>
      placed<DraftView>(parts, await drafts.get(access.scope('report:write'), params.id)),
  });
  route(app, {
    method: 'PUT',
    url: '/api/v1/report-drafts/:id',
    gate: 'report:write',
    summary: 'Saves a draft; refused when somebody else saved it meanwhile (revision)',
    shape: {
      params: byId,
      body: z.object({ record: recordBody, step, revision: z.number().int().min(0) }),
      answer: draftView,
    },
    handler: async ({ access, params, body }) =>
      placed<DraftView>(parts, await drafts.save(access.scope('report:write'), params.id, body)),
  });
  route(app, {
    method: 'DELETE',
    url: '/api/v1/report-drafts/:id',
    gate: 'report:write',
    summary: 'Throws a draft away',
    shape: { params: byId },
    handler: async ({ access, params, reply }) => {
      await drafts.remove(access.scope('report:write'), params.id);
      return reply.code(204).send();
    },
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/report-drafts/:id/submit',
    gate: 'report:submit',
    summary: 'Submits a draft as a report or supplement; it is gone in the same act',
    repeats: 'service',
    shape: {
      params: byId,
      body: z
        .object({ acceptDataUse: z.boolean().default(false) })
        .default({ acceptDataUse: false }),
      answer: reportDetail,
    },
    handler: async ({ access, params, body, request }) =>
      placedChange<ReportDetail>(
        parts,
        await drafts.submit(access.scope('report:submit'), params.id, {
          acceptDataUse: body.acceptDataUse,
          idempotencyKey: idempotencyKeyOf(request),
        }),
      ),
  });
}

const refusal = z.object({ line: z.number(), field: z.string(), expected: z.string(), text });

/** Declares the route that makes drafts out of a file. */
export async function reportFileRoutes(app: FastifyInstance, parts: ReportParts): Promise<void> {
  await app.register(async (streams) => {
    takeStreams(streams);
    route(streams, {
      method: 'POST',
      url: '/api/v1/report-drafts/read',
      gate: 'report:write',
      summary: 'Reads a mail (.eml), a text form or a file of a tool into drafts; nothing is sent',
      streamBytesMax: FILE_BYTES_MAX,
      shape: {
        query: z.object({ format: z.enum(['auto', ...REPORT_FORMATS]).default('auto') }),
        answer: z.object({
          drafts: z.array(draftView),
          refused: z.array(refusal),
          ignored: z.number(),
        }),
      },
      handler: async ({ access, query, body, request }) => {
        const scope = access.scope('report:write');
        const bytes = await readUpload(body, FILE_BYTES_MAX);
        const format = query.format === 'auto' ? formatByName(fileNameOf(request)) : query.format;
        const found: ReadReport[] = [];
        const refused: z.infer<typeof refusal>[] = [];
        let ignored = 0;
        const options = {
          receivedAtMs: parts.now(),
          onIgnored: (count: number) => {
            ignored += count;
          },
        };
        for await (const item of readReports(format, bytes, options)) {
          if (item.refusal) {
            if (refused.length < REFUSALS_SHOWN) refused.push(item.refusal);
          } else if (found.length < DRAFTS_MAX) found.push(item.report);
          else ignored += 1;
        }
        const via = format === 'eml' ? 'mail' : 'import';
        const made = await parts.service.drafts.propose(scope, organisationOf(access), found, via);
        return { drafts: await placed<DraftView[]>(parts, made), refused, ignored };
      },
    });
  });
}

/** A name's ending decides only where it can: the content decides the rest. */
function formatByName(name: string): 'eml' | 'ipa-text' | 'auto' {
  if (/\.eml$/i.test(name)) return 'eml';
  return /\.txt$/i.test(name) ? 'ipa-text' : 'auto';
}
