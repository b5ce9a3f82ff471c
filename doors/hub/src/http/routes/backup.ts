// SPDX-License-Identifier: Apache-2.0
/** A backup of the whole instance as one stream, while the hub goes on working. */
import { PassThrough } from 'node:stream';
import { backup, type DatabaseTargets } from '@sakimori/store';
import type { FastifyInstance } from 'fastify';
import { route } from '../route.ts';

export interface BackupParts {
  readonly targets: DatabaseTargets;
  readonly folder: string;
}

/** Declares GET /api/v1/backup. A backup that breaks off breaks the connection: never half a file. */
export function backupRoutes(app: FastifyInstance, parts: BackupParts): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/backup',
    gate: 'backup:create',
    summary: 'One consistent file of everything; read it to its end',
    produces: 'application/x-tar',
    handler: async ({ access, reply, request }) => {
      access.require('backup:create', { type: 'backup', organisation: null, sectors: [] });
      const out = new PassThrough();
      backup({ targets: parts.targets, folder: parts.folder, out, nowMs: Date.now() }).then(
        () => out.end(),
        (error) => {
          request.log.error({ code: (error as { code?: string }).code }, 'backup failed');
          out.destroy(error);
        },
      );
      const day = new Date().toISOString().slice(0, 10);
      reply.header('content-disposition', `attachment; filename="sakimori-${day}.tar"`);
      return reply.type('application/x-tar').send(out);
    },
  });
}
