// SPDX-License-Identifier: Apache-2.0
/** The batch under way, on disk before the database's head moves (order of writing, step 2). */
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromUtf8,
  joinBytes,
  toBase64,
  toUtf8,
} from './bytes.ts';
import { sha256 } from './sha256.ts';

/** Where it lies: beside the log's files, not one of them. */
export const STAGING_PATH = 'staging';

export interface Staging {
  readonly origin: string;
  readonly from: number;
  readonly entries: readonly Uint8Array[];
}

const DIGEST_BYTES = 32;
const HEADER = /^\{"v":2,"origin":"([A-Za-z0-9+/=]+)","from":(\d+),"n":(\d+),"bytes":(\d+)\}$/;

/** The bytes say where they end and whether they are whole: batches are written over each other. */
export function writeStaging(staging: Staging): Uint8Array {
  const { origin, from, entries } = staging;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (const entry of entries) {
    parts.push(new Uint8Array([entry.length >> 8, entry.length & 255]), entry);
    bytes += 2 + entry.length;
  }
  const named = { v: 2, origin: toBase64(toUtf8(origin)), from, n: entries.length, bytes };
  const text = joinBytes([toUtf8(`${JSON.stringify(named)}\n`), ...parts]);
  return concatBytes(text, sha256(text));
}

/** Reads it back; undefined when it is not whole. What lies behind its end is passed over. */
export function readStaging(bytes: Uint8Array): Staging | undefined {
  const start = bytes.subarray(0, 2048).indexOf(10) + 1;
  const match = HEADER.exec(fromUtf8(bytes.subarray(0, Math.max(0, start - 1))) ?? '');
  const origin = match && fromBase64(match[1] as string);
  if (!match || !origin) return undefined;
  const end = start + Number(match[4]);
  const digest = bytes.subarray(end, end + DIGEST_BYTES);
  if (!equalBytes(sha256(bytes.subarray(0, end)), digest)) return undefined;
  const entries: Uint8Array[] = [];
  let at = start;
  for (let left = Number(match[3]); left > 0; left -= 1) {
    const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + 2 + size > end) return undefined;
    entries.push(bytes.subarray(at + 2, at + 2 + size));
    at += 2 + size;
  }
  if (at !== end) return undefined;
  return { origin: fromUtf8(origin) ?? '', from: Number(match[2]), entries };
}
