// SPDX-License-Identifier: Apache-2.0
/** Attachments: stored as they came, never opened, handed out only by the sandbox origin. */
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import type { Access } from '../access.ts';
import { route } from '../route.ts';
import { attachmentView } from '../shapes-report.ts';
import { fileNameOf, readUpload, takeStreams } from '../uploads.ts';
import { byId, type ReportParts } from './report-parts.ts';

const FILE_BYTES_MAX = 25 * 1024 * 1024;
const LINK_MS = 2 * 60_000;

/** Declares the routes of attachments below /api/v1. */
export async function reportAttachmentRoutes(
  app: FastifyInstance,
  parts: ReportParts,
): Promise<void> {
  const { attachments } = parts.service;
  await app.register(async (streams) => {
    takeStreams(streams);
    for (const owner of ['report-drafts', 'reports'] as const) {
      route(streams, {
        method: 'POST',
        url: `/api/v1/${owner}/:id/attachments`,
        gate: 'report:write',
        summary: 'Attaches a file (raw body, X-File-Name); it is kept as it is and never opened',
        streamBytesMax: FILE_BYTES_MAX,
        shape: { params: byId, answer: attachmentView },
        handler: async ({ access, params, body, request }) => {
          const bytes = await readUpload(body, FILE_BYTES_MAX);
          const file = { name: fileNameOf(request), type: typeOf(request), bytes };
          const to = owner === 'reports' ? { reportId: params.id } : { draftId: params.id };
          return attachments.add(access.scope('report:write'), to, file);
        },
      });
    }
  });
  // One address for both sides of a report: who asks decides whether it is a use by an addressee.
  route(app, {
    method: 'GET',
    url: '/api/v1/attachments/:id/link',
    gate: 'session',
    summary: 'A link to the file on the sandbox origin, for two minutes; a use by an addressee',
    shape: { params: byId, answer: z.object({ url: z.string(), expires: z.string() }) },
    handler: async ({ access, params }) => {
      const file = await attachments.open(readerScope(access), params.id);
      const expiresAtMs = parts.now() + LINK_MS;
      const { sha256, name, bytes } = file;
      return {
        url: parts.sandbox.linkTo({ sha256, name, bytes, expiresAtMs }),
        expires: toInstant(expiresAtMs),
      };
    },
  });
}

/** As reporter or as addressee. Throws HUB_NOT_FOUND for whoever is neither. */
function readerScope(access: Access): Scope {
  for (const action of ['copy:read', 'report:read'] as const) {
    if (access.filter(action).reach !== 'none') return access.scope(action);
  }
  throw hubErrors('NOT_FOUND', {});
}

/** What the sender calls the type. It is told to people and decides nothing. */
function typeOf(request: FastifyRequest): string {
  const [type = ''] = String(request.headers['content-type'] ?? '').split(';');
  return /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(type.trim())
    ? type.trim().toLowerCase()
    : 'application/octet-stream';
}
