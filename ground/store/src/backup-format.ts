// SPDX-License-Identifier: Apache-2.0
/** What a backup holds and how its parts are named; read by `backup`, `restore` and people. */
import type { LogName } from '@sakimori/ledger';

export const MANIFEST = 'manifest.json';
/** Hex SHA-256 of the manifest; the last file, so that a cut-off backup never has it. */
export const MANIFEST_DIGEST = 'manifest.sha256';
export const BACKUP_FORMAT = 'sakimori-backup';
export const BACKUP_VERSION = 1;

export interface BackupTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Names of the parts that hold its rows as gzipped COPY text, in order. */
  readonly parts: readonly string[];
}

export interface BackupPart {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BackupHead {
  readonly log: LogName;
  readonly size: number;
  /** The signed checkpoint: compare it with the newest one that a witness or mirror holds. */
  readonly checkpoint: string;
}

export interface BackupManifest {
  readonly format: typeof BACKUP_FORMAT;
  readonly version: typeof BACKUP_VERSION;
  readonly createdAt: string;
  readonly migrations: readonly string[];
  readonly heads: readonly BackupHead[];
  /** In an order in which they can be filled: what is referred to comes first. */
  readonly tables: readonly BackupTable[];
  readonly sequences: readonly { readonly name: string; readonly value: number | null }[];
  readonly parts: readonly BackupPart[];
}

const PART_NAMES = [
  /^database\/\d{3}-[a-z][a-z0-9_]{0,62}\/\d{6}\.copy\.gz$/,
  /^ledger\/(operations|exercise|public)\/tile\/(entries|[0-5])\/(x\d{3}\/){0,5}\d{3}$/,
  /^secrets\/[a-z0-9][a-z0-9.-]{0,63}$/,
  /^attachments\/[0-9a-f]{2}\/[0-9a-f]{64}$/,
];

/** True for a name that may stand in a backup: nothing else is ever written to a disk. */
export function isPartName(name: string): boolean {
  return PART_NAMES.some((form) => form.test(name));
}

/** True when all that a tile says lies within a log of that size; such a tile never changes. */
export function isWithin(tilePath: string, size: number): boolean {
  const match = /^tile\/(entries|[0-5])\/((?:x\d{3}\/)*\d{3})$/.exec(tilePath);
  if (!match) return false;
  const level = match[1] === 'entries' ? 0 : Number(match[1]);
  const index = Number((match[2] as string).replaceAll(/[x/]/g, ''));
  return (index + 1) * 256 ** (level + 1) <= size;
}
