// SPDX-License-Identifier: Apache-2.0
/** The ledger for people who are signed in: its state, its entries without content, receipts. */
import {
  bundlePath,
  type EntryType,
  hashLeaf,
  makeReceipt,
  partialWidth,
  readBundle,
  readCheckpoint,
  readEntry,
  readNote,
  TILE_WIDTH,
  tagOf,
  toBase64,
} from '@sakimori/ledger';
import type { OpenStore } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import { route } from '../route.ts';
import { ledgerEntryView, ledgerView } from '../shapes.ts';
import type { ServedLog } from './tiles.ts';

export interface LedgerParts {
  readonly log: ServedLog;
  readonly origin: string;
  readonly store: OpenStore;
  readonly tagKey: Uint8Array;
}

const ENTRIES_MAX = 256;

/** Entry bytes of [from, from + limit), as far as they are published. */
async function readEntries(
  log: ServedLog,
  size: number,
  from: number,
  limit: number,
): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  const end = Math.min(size, from + limit);
  for (let bundle = Math.floor(from / TILE_WIDTH); bundle * TILE_WIDTH < end; bundle += 1) {
    const whole = (bundle + 1) * TILE_WIDTH <= size;
    const width = whole ? TILE_WIDTH : partialWidth(0, size);
    const bytes = await log.files.read(bundlePath(bundle, width));
    const entries = bytes && readBundle(bytes);
    if (!entries) throw hubErrors('NOT_FOUND', {});
    const first = bundle * TILE_WIDTH;
    found.push(...entries.slice(Math.max(0, from - first), end - first));
  }
  return found;
}

/** The published checkpoint and the size that it covers. */
async function readHead(log: ServedLog): Promise<{ checkpoint: string; size: number }> {
  const bytes = await log.files.read('checkpoint');
  const checkpoint = bytes ? new TextDecoder().decode(bytes) : '';
  const head = readCheckpoint(readNote(checkpoint)?.text ?? '');
  if (!head) throw hubErrors('NOT_FOUND', {});
  return { checkpoint, size: head.size };
}

const place = z.object({
  log: z.string().max(32),
  index: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});

/**
 * Declares the ledger's routes below /api/v1.
 *
 * Never  shows an entry of another tenant: an entry's bytes go to whoever its tenant tag names, to
 *        those who may read all entries, and to everybody in an exercise
 */
export function ledgerRoutes(app: FastifyInstance, parts: LedgerParts): void {
  const { log } = parts;
  const mustBeLog = (name: string) => {
    if (name !== log.name) throw hubErrors('NOT_FOUND', {});
  };
  declareState(app, parts);
  declareEntries(app, log, mustBeLog);

  route(app, {
    method: 'GET',
    url: '/api/v1/receipts/:log/:index',
    gate: 'receipt:read',
    summary: 'Receipt of an entry (C2SP tlog-proof), verifiable offline',
    shape: { params: place },
    produces: 'text/plain',
    handler: async ({ params, reply }) => {
      mustBeLog(params.log);
      const { checkpoint, size } = await readHead(log);
      if (params.index >= size) throw hubErrors('NOT_FOUND', {});
      reply.type('text/plain; charset=utf-8');
      reply.header(
        'content-disposition',
        `attachment; filename="sakimori-${params.log}-${params.index}.tlog-proof"`,
      );
      return makeReceipt((path) => log.files.read(path), params.index, checkpoint);
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/receipts/:log/:index/entry',
    gate: 'receipt:read',
    summary: 'Bytes of the entry that a receipt is about; they hold no content',
    shape: { params: place },
    produces: 'application/json',
    handler: async ({ params, access, reply }) => {
      mustBeLog(params.log);
      const { size } = await readHead(log);
      const [bytes] = await readEntries(log, size, params.index, 1);
      const entry = bytes && readEntry(bytes).entry;
      if (!bytes || !entry) throw hubErrors('NOT_FOUND', {});
      const { organisation } = access.principal;
      const isOwn =
        organisation !== null && entry.tenant_tag === tagOf('tenant', organisation, parts.tagKey);
      if (!isOwn && !log.bundlesPublic) {
        access.require('ledger:entries', { type: 'ledger', organisation: null, sectors: [] });
      }
      reply.type('application/octet-stream');
      return Buffer.from(bytes);
    },
  });
}

function declareState(app: FastifyInstance, { log, origin, store }: LedgerParts): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/ledger',
    gate: 'ledger:checkpoint',
    summary: 'State of the logs of this instance',
    shape: { answer: ledgerView },
    handler: async () => {
      const status = store.ledgerStatus();
      const signing = status?.state === 'running';
      return {
        logs: [
          {
            name: log.name,
            origin,
            size: status?.size ?? 0,
            vkeys: [...log.vkeys],
            bundlesPublic: log.bundlesPublic,
            state: signing ? ('signing' as const) : ('refusing' as const),
            ...(status?.publishedAtMs !== undefined && {
              publishedAt: toInstant(status.publishedAtMs),
            }),
            ...(!signing && {
              problem: {
                ja: `台帳は署名を止めています（${status?.failure ?? '起動中'}）。管理者にお知らせください。`,
                en: `The ledger does not sign (${status?.failure ?? 'starting'}). Tell the administrator.`,
              },
            }),
          },
        ],
      };
    },
  });
}

function declareEntries(
  app: FastifyInstance,
  log: ServedLog,
  mustBeLog: (name: string) => void,
): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/ledger/:log/entries',
    gate: log.bundlesPublic ? 'ledger:checkpoint' : 'ledger:entries',
    summary: 'Entries in order; at most 256 at once',
    shape: {
      params: z.object({ log: z.string().max(32) }),
      query: z.object({
        from: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(ENTRIES_MAX).default(50),
      }),
      answer: z.array(ledgerEntryView),
    },
    handler: async ({ params, query }) => {
      mustBeLog(params.log);
      const { size } = await readHead(log);
      const entries = await readEntries(log, size, query.from, query.limit);
      return entries.map((bytes, offset) => {
        const { entry } = readEntry(bytes);
        return {
          index: query.from + offset,
          type: entry?.type ?? ('unknown' as EntryType | 'unknown'),
          at: entry?.at ?? '',
          counts: { ...entry?.counts },
          leafHash: toBase64(hashLeaf(bytes)),
        };
      });
    },
  });
}
