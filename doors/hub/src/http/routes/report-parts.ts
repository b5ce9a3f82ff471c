// SPDX-License-Identifier: Apache-2.0
/** What the routes of incident reports have in common: their rooms, receipts, who is meant. */
import { placeReceipts, type ReportService, type Unplaced } from '@sakimori/report';
import type { Changed } from '@sakimori/store';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import type { Receipts } from '../../receipts.ts';
import type { Sandbox } from '../../sandbox.ts';
import type { Access } from '../access.ts';

export interface ReportParts {
  readonly service: ReportService;
  readonly receipts: Receipts;
  readonly sandbox: Sandbox;
  readonly now: () => number;
}

export const byId = z.object({ id: z.string().max(80) });
/** A record as spec/report describes it; the engine reads it, so that every refusal has a field. */
export const recordBody = z.record(z.string(), z.unknown());
export const pageQuery = {
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
};
export const plainText = z.string().trim().min(1).max(20_000);

/** The view with the places of its receipts. */
export function placed<T>(parts: ReportParts, view: Unplaced<T>): Promise<T> {
  return placeReceipts<T>(view, (ids) => parts.receipts(ids));
}

/** As `placed` for what a change answered: its own entries are known without asking. */
export function placedChange<T>(parts: ReportParts, changed: Changed<Unplaced<T>>): Promise<T> {
  const known = new Map(
    changed.outboxIds.flatMap((id, i) => {
      const entry = changed.entries[i];
      return entry ? [[id, { log: entry.log, index: entry.index }] as const] : [];
    }),
  );
  return placeReceipts<T>(changed.value, async (ids) => {
    const others = ids.filter((id) => !known.has(id));
    if (others.length === 0) return known;
    return new Map([...known, ...(await parts.receipts(others))]);
  });
}

/** The organisation that is meant: the one named, else the own. Throws HUB_BAD_REQUEST. */
export function organisationOf(access: Access, named?: string): string {
  const id = named ?? access.principal.organisation;
  if (id === null) {
    throw hubErrors('BAD_REQUEST', {
      field: 'organisation',
      expected: 'the id of an organisation',
    });
  }
  return id;
}

/** How it came in, by who sends it. */
export const viaOf = (access: Access): 'form' | 'api' =>
  access.principal.kind === 'person' ? 'form' : 'api';

export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
}
