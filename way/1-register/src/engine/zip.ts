// SPDX-License-Identifier: Apache-2.0
/** Reading members of a ZIP archive that somebody else made: bounded, and only what is asked for. */
import { createInflateRaw } from 'node:zlib';

export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly start: number;
  readonly compressedBytes: number;
}

/** Bytes that may still be inflated; shared by all members of one archive. */
export interface InflateBudget {
  bytesLeft: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * Lists an archive.
 *
 * In     the whole archive; most members allowed
 * Out    members by name, or undefined when this is no archive that we read (damaged, encrypted,
 *        beyond 4 GiB, too many members). Sizes that the archive claims are not believed
 */
export function listZip(
  archive: Uint8Array,
  membersMax: number,
): ReadonlyMap<string, ZipMember> | undefined {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  if (end < 0) return undefined;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > membersMax) return undefined;
  const members = new Map<string, ZipMember>();
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > archive.length || view.getUint32(at, true) !== DIRECTORY_ENTRY) return undefined;
    const encrypted = (view.getUint16(at + 8, true) & 1) === 1;
    const method = view.getUint16(at + 10, true);
    const compressedBytes = view.getUint32(at + 20, true);
    const nameBytes = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameBytes));
    const start = startOfData(view, local);
    if (start === undefined || start + compressedBytes > archive.length || encrypted) {
      return undefined;
    }
    if (method === STORED || method === DEFLATED) {
      members.set(name, { name, method, start, compressedBytes });
    }
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return members;
}

function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - 22 - 65_535);
  for (let at = view.byteLength - 22; at >= lowest; at -= 1) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return -1;
}

function startOfData(view: DataView, local: number): number | undefined {
  if (local + 30 > view.byteLength || view.getUint32(local, true) !== LOCAL_ENTRY) return undefined;
  return local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
}

/**
 * Inflates one member in pieces.
 *
 * In     archive, member, budget (shrinks by what comes out)
 * Out    pieces; returns false when the budget is spent or the member is damaged
 */
export async function* inflateMember(
  archive: Uint8Array,
  member: ZipMember,
  budget: InflateBudget,
): AsyncGenerator<Uint8Array, boolean> {
  const data = archive.subarray(member.start, member.start + member.compressedBytes);
  if (member.method === STORED) {
    budget.bytesLeft -= data.length;
    if (budget.bytesLeft < 0) return false;
    yield data;
    return true;
  }
  const inflate = createInflateRaw();
  inflate.end(data);
  try {
    for await (const piece of inflate as AsyncIterable<Uint8Array>) {
      budget.bytesLeft -= piece.length;
      if (budget.bytesLeft < 0) return false;
      yield piece;
    }
    return true;
  } catch {
    return false;
  } finally {
    inflate.destroy();
  }
}
