// SPDX-License-Identifier: Apache-2.0
/** Positions in lists, opaque to whoever carries them. */
import { reportErrors } from './errors.ts';

export interface Position {
  readonly atMs: number;
  readonly id: string;
}

export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 200;

export function pageSize(limit: number | undefined): number {
  return Math.max(1, Math.min(limit ?? PAGE_DEFAULT, PAGE_MAX));
}

export function writeCursor({ atMs, id }: Position): string {
  return Buffer.from(`${atMs} ${id}`).toString('base64url');
}

/** Throws RPT_CURSOR_INVALID. */
export function readCursor(cursor: string): Position {
  const match = /^(\d{1,15}) ([a-z0-9_]{1,40})$/.exec(
    Buffer.from(cursor.slice(0, 200), 'base64url').toString('latin1'),
  );
  if (!match) throw reportErrors('CURSOR_INVALID', {});
  return { atMs: Number(match[1]), id: match[2] as string };
}

/** Text that is looked for with `ilike`: what a person types stands for itself. */
export function likeText(query: string): string {
  return `%${query.slice(0, 200).replace(/[\\%_]/g, '\\$&')}%`;
}
