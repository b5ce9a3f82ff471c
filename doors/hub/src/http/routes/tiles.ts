// SPDX-License-Identifier: Apache-2.0
/** The ledger for strangers: C2SP tlog-tiles below /ledger/<log>/. */
import type { LedgerFiles, LogName } from '@sakimori/ledger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import { route } from '../route.ts';

/** One log as its readers see it. */
export interface ServedLog {
  readonly name: LogName;
  readonly files: LedgerFiles;
  /** Verifier keys, one a line, Ed25519 first. */
  readonly vkeys: readonly string[];
  /** Entry bundles are for the commission; in an exercise everybody may read them. */
  readonly bundlesPublic: boolean;
}

const TILE =
  /^(?:[0-9]|[1-5][0-9]|6[0-3])\/(?:x[0-9]{3}\/)*[0-9]{3}(?:\.p\/(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?$/;
const BUNDLE =
  /^entries\/(?:x[0-9]{3}\/)*[0-9]{3}(?:\.p\/(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?$/;

/** Full tiles and bundles never change; the checkpoint and partial tiles may. */
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * Serves checkpoints, tiles, entry bundles and verifier keys.
 *
 * Never  serves a path that is not exactly one of the standard's forms
 * Law    guarantee G24: whoever wants to can recompute
 */
export function tileRoutes(app: FastifyInstance, logs: readonly ServedLog[]): void {
  const find = (name: string): ServedLog => {
    const log = logs.find((candidate) => candidate.name === name);
    if (!log) throw hubErrors('NOT_FOUND', {});
    return log;
  };
  const bytesOf = async (log: ServedLog, path: string): Promise<Buffer> => {
    const bytes = await log.files.read(path);
    if (!bytes) throw hubErrors('NOT_FOUND', {});
    return Buffer.from(bytes);
  };
  const params = z.object({ log: z.string().max(32) });

  route(app, {
    method: 'GET',
    url: '/ledger/:log/checkpoint',
    gate: 'public',
    summary: 'The signed checkpoint (C2SP tlog-checkpoint)',
    shape: { params },
    produces: 'text/plain',
    handler: async ({ params, reply }) => {
      reply.header('cache-control', 'no-cache').type('text/plain; charset=utf-8');
      return bytesOf(find(params.log), 'checkpoint');
    },
  });
  route(app, {
    method: 'GET',
    url: '/ledger/:log/vkey',
    gate: 'public',
    summary: 'Verifier keys of the log, one a line',
    shape: { params },
    produces: 'text/plain',
    handler: async ({ params, reply }) => {
      reply.type('text/plain; charset=utf-8');
      return `${find(params.log).vkeys.join('\n')}\n`;
    },
  });
  route(app, {
    method: 'GET',
    url: '/ledger/:log/tile/*',
    gate: 'public',
    summary: 'Hash tiles and entry bundles (C2SP tlog-tiles)',
    shape: { params: z.object({ log: z.string().max(32), '*': z.string().max(120) }) },
    produces: 'application/octet-stream',
    handler: async ({ params, access, reply }) => {
      const log = find(params.log);
      const path = params['*'];
      const bundle = BUNDLE.test(path);
      if (!bundle && !TILE.test(path)) throw hubErrors('NOT_FOUND', {});
      if (bundle && !log.bundlesPublic) {
        access.require('ledger:entries', { type: 'ledger', organisation: null, sectors: [] });
      }
      reply.header(
        'cache-control',
        path.includes('.p/') || !log.bundlesPublic ? 'no-cache' : FOREVER,
      );
      reply.type('application/octet-stream');
      return bytesOf(log, `tile/${path}`);
    },
  });
}
