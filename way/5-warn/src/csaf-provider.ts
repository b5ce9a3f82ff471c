// SPDX-License-Identifier: Apache-2.0
/** Walks a CSAF provider: metadata, lists, documents, checksums. Everything through the way out. */
import { createHash } from 'node:crypto';
import { SakimoriError } from '@sakimori/vocabulary';
import type { Egress } from './egress.ts';
import {
  type FeedInput,
  type ProviderEntry,
  type ProviderMetadata,
  readChangesCsv,
  readIndexText,
  readProviderMetadata,
  readRolieFeed,
} from './engine/index.ts';
import { warnErrors } from './errors.ts';

export interface ProviderLimits {
  readonly documentsMax: number;
  readonly documentBytesMax: number;
  readonly listBytesMax: number;
}

export const PROVIDER_LIMITS: ProviderLimits = {
  documentsMax: 50_000,
  documentBytesMax: 16_777_216,
  listBytesMax: 67_108_864,
};

/** What became of one document. A failed one stops nothing: the others are taken. */
export interface DocumentReport {
  readonly url: string;
  readonly state: 'fetched' | 'refused';
  /** Which checksum was compared; `none` when the provider states none. */
  readonly checksum: 'sha512' | 'sha256' | 'none';
  /** OpenPGP signatures are not verified here; `stated` means that the provider has one. */
  readonly signature: 'unverified' | 'none';
  readonly problem?: string;
}

export interface ProviderWalk {
  readonly publisher: string;
  /** Documents as inputs of a feed run; reading goes on while they are taken. */
  readonly inputs: AsyncIterable<FeedInput>;
  /** Filled while `inputs` are read. */
  readonly reports: readonly DocumentReport[];
}

interface Located extends ProviderEntry {
  readonly url: string;
}

/**
 * Opens a provider.
 *
 * In      address of its provider-metadata.json; `since`: only documents changed at or after it
 *         (RFC 3339), where the lists say when
 * Out     documents one by one, each within its bound and equal to its stated checksum
 * Throws  WRN_PROVIDER_BROKEN, WRN_EGRESS_*
 * Law     CSAF 2.0 sections 7.1.11-7.1.16 (directory), 7.1.15 (ROLIE), 7.1.18 (integrity)
 */
export async function openProvider(
  egress: Egress,
  metadataUrl: string,
  since?: string,
  limits: ProviderLimits = PROVIDER_LIMITS,
): Promise<ProviderWalk> {
  const bytes = await egress.fetchBytes(metadataUrl, 1_048_576, 'application/json');
  const metadata = readProviderMetadata(parseJson(bytes));
  if (!metadata) throw warnErrors('PROVIDER_BROKEN', { field: 'provider-metadata' });
  const entries = await listDocuments(egress, metadata, limits);
  const wanted = entries
    .filter(
      ({ changedAt }) =>
        since === undefined ||
        changedAt === undefined ||
        Date.parse(changedAt) >= Date.parse(since),
    )
    .slice(0, limits.documentsMax);
  const reports: DocumentReport[] = [];
  return {
    publisher: metadata.publisher,
    inputs: fetchDocuments(egress, wanted, limits, reports),
    reports,
  };
}

async function listDocuments(
  egress: Egress,
  metadata: ProviderMetadata,
  limits: ProviderLimits,
): Promise<readonly Located[]> {
  const found = new Map<string, Located>();
  for (const { url, tlp } of metadata.feeds) {
    // Without an account only what everybody may have is there (section 7.1.4).
    if (!['CLEAR', 'WHITE', 'UNLABELED'].includes(tlp)) continue;
    const entries = readRolieFeed(parseJson(await egress.fetchBytes(url, limits.listBytesMax)));
    if (!entries) throw warnErrors('PROVIDER_BROKEN', { field: 'rolie' });
    for (const entry of entries) found.set(entry.path, { ...entry, url: entry.path });
  }
  if (found.size > 0) return [...found.values()];
  for (const folder of metadata.folders) {
    const base = folder.endsWith('/') ? folder : `${folder}/`;
    for (const entry of await listFolder(egress, base, limits)) {
      const url = new URL(entry.path, base).href;
      found.set(url, {
        ...entry,
        url,
        sha256Url: `${url}.sha256`,
        sha512Url: `${url}.sha512`,
        signatureUrl: `${url}.asc`,
      });
    }
  }
  return [...found.values()];
}

async function listFolder(
  egress: Egress,
  base: string,
  limits: ProviderLimits,
): Promise<readonly ProviderEntry[]> {
  const textOf = async (name: string) =>
    Buffer.from(await egress.fetchBytes(`${base}${name}`, limits.listBytesMax)).toString('utf8');
  try {
    return readChangesCsv(await textOf('changes.csv'));
  } catch (error) {
    if (!isMissing(error)) throw error;
    return readIndexText(await textOf('index.txt'));
  }
}

async function* fetchDocuments(
  egress: Egress,
  entries: readonly Located[],
  limits: ProviderLimits,
  reports: DocumentReport[],
): AsyncGenerator<FeedInput> {
  for (const entry of entries) {
    const signature = entry.signatureUrl === undefined ? 'none' : 'unverified';
    try {
      const bytes = await egress.fetchBytes(entry.url, limits.documentBytesMax);
      const checksum = await compareChecksum(egress, entry, bytes);
      reports.push({ url: entry.url, state: 'fetched', checksum, signature });
      yield { file: entry.url, bytes: once(bytes) };
    } catch (error) {
      if (!(error instanceof SakimoriError)) throw error;
      const problem = error.code;
      reports.push({ url: entry.url, state: 'refused', checksum: 'none', signature, problem });
    }
  }
}

async function compareChecksum(
  egress: Egress,
  entry: Located,
  bytes: Uint8Array,
): Promise<DocumentReport['checksum']> {
  for (const algorithm of ['sha512', 'sha256'] as const) {
    const url = algorithm === 'sha512' ? entry.sha512Url : entry.sha256Url;
    if (url === undefined) continue;
    const stated = await readChecksum(egress, url, algorithm);
    if (stated === undefined) continue;
    if (createHash(algorithm).update(bytes).digest('hex') !== stated) {
      throw warnErrors('CHECKSUM_DIFFERS', { algorithm });
    }
    return algorithm;
  }
  return 'none';
}

async function readChecksum(
  egress: Egress,
  url: string,
  algorithm: 'sha512' | 'sha256',
): Promise<string | undefined> {
  try {
    const text = Buffer.from(await egress.fetchBytes(url, 4_096)).toString('utf8');
    const hex = /^([0-9a-f]+)\b/i.exec(text.trim())?.[1]?.toLowerCase();
    // A file that is there and says nothing must not pass for a document without a checksum.
    if (hex?.length !== (algorithm === 'sha512' ? 128 : 64)) {
      throw warnErrors('CHECKSUM_DIFFERS', { algorithm });
    }
    return hex;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof SakimoriError &&
    error.code === 'WRN_EGRESS_STATUS' &&
    [404, 410].includes(Number(error.parameters.status))
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
