// SPDX-License-Identifier: Apache-2.0
/** The batch under way, on disk before the database's head moves (order of writing, step 2). */
import { fromBase64, fromUtf8, joinBytes, toBase64, toUtf8 } from './bytes.ts';

/** Where it lies: beside the log's files, not one of them. */
export const STAGING_PATH = 'staging';

export interface Staging {
  readonly origin: string;
  readonly from: number;
  readonly entries: readonly Uint8Array[];
}

export function writeStaging(staging: Staging): Uint8Array {
  const { origin, from, entries } = staging;
  const header = JSON.stringify({
    v: 1,
    origin: toBase64(toUtf8(origin)),
    from,
    n: entries.length,
  });
  const parts = [toUtf8(`${header}\n`)];
  for (const entry of entries) {
    parts.push(new Uint8Array([entry.length >> 8, entry.length & 255]), entry);
  }
  return joinBytes(parts);
}

/** Reads it back; undefined when it is not whole. */
export function readStaging(bytes: Uint8Array): Staging | undefined {
  const end = bytes.subarray(0, 2048).indexOf(10);
  const text = end < 0 ? undefined : fromUtf8(bytes.subarray(0, end));
  const match = /^\{"v":1,"origin":"([A-Za-z0-9+/=]+)","from":(\d+),"n":(\d+)\}$/.exec(text ?? '');
  const origin = match && fromBase64(match[1] as string);
  if (!match || !origin) return undefined;
  const entries: Uint8Array[] = [];
  let at = end + 1;
  for (let left = Number(match[3]); left > 0; left -= 1) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + 2 + length > bytes.length) return undefined;
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (at !== bytes.length) return undefined;
  return { origin: fromUtf8(origin) ?? '', from: Number(match[2]), entries };
}
