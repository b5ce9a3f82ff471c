// SPDX-License-Identifier: Apache-2.0
/** Proofs checked here, in the reader's browser: the hub only hands out the files. */
import {
  hashLeaf,
  type LogReport,
  type NoteVerifier,
  readCheckpoint,
  readLogProof,
  readNote,
  readTile,
  readVkey,
  toHex,
  verifyInclusion,
  verifyLog,
} from '@sakimori/ledger/verify';
import type { LedgerView, ReceiptReference } from '@sakimori/vocabulary/wire';
import { API, ask, HubProblem } from './client.ts';

export interface SignatureFinding {
  readonly algorithm: string;
  readonly name: string;
  readonly ok: boolean;
}

export interface ProofFinding {
  readonly ok: boolean;
  readonly origin?: string;
  readonly index?: number;
  readonly size?: number;
  /** In hexadecimal. */
  readonly root?: string;
  readonly signatures: readonly SignatureFinding[];
  readonly problem?: 'unreadable' | 'signature' | 'inclusion' | 'root' | 'missing' | 'unknown-log';
}

type Log = LedgerView['logs'][number];

const ALGORITHMS: Record<NoteVerifier['type'], string> = {
  ed25519: 'Ed25519',
  'ed25519-cosignature': 'Ed25519 (witness)',
  'ml-dsa-44': 'ML-DSA-44',
};

/** Keys that can be read; the others count as absent, so that their signature is missed. */
export function readKeys(vkeys: readonly string[]): NoteVerifier[] {
  return vkeys.flatMap((text) => readVkey(text).verifier ?? []);
}

/** A file of a log as published; undefined when it is not there or not for everyone. */
async function readLogFile(
  log: string,
  path: string,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const response = await fetch(`/ledger/${encodeURIComponent(log)}/${path}`, {
    credentials: 'same-origin',
    ...(signal ? { signal } : {}),
  });
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

/** Which of the log's keys signed this note, each checked. Every key of the log must have. */
export function checkSignatures(
  note: string,
  verifiers: readonly NoteVerifier[],
): { ok: boolean; signatures: SignatureFinding[] } {
  const parts = readNote(note);
  const signatures = verifiers.map((verifier) => {
    const line = parts?.signatures.find(
      (one) => one.name === verifier.name && one.keyId === verifier.keyId,
    );
    const ok =
      parts !== undefined && line !== undefined && verifier.verify(parts.text, line.signature);
    return { algorithm: ALGORITHMS[verifier.type], name: verifier.name, ok };
  });
  return { ok: signatures.length > 0 && signatures.every((one) => one.ok), signatures };
}

/** The hash of the entry: from its own bytes where we may read them, else from the hash tile. */
async function findLeafHash(log: string, index: number, storedSize: number) {
  const response = await fetch(`${API}/receipts/${encodeURIComponent(log)}/${index}/entry`, {
    credentials: 'same-origin',
  });
  if (response.ok) return hashLeaf(new Uint8Array(await response.arrayBuffer()));
  const tile = Math.floor(index / 256);
  const width = tile < Math.floor(storedSize / 256) ? 256 : storedSize % 256;
  const hashes = await readTile((path) => readLogFile(log, path), 0, tile, width);
  const at = (index % 256) * 32;
  return hashes?.slice(at, at + 32);
}

/**
 * Checks a receipt.
 *
 * In   text of a `.tlog-proof`; the logs of this instance with their keys
 * Out  what holds: signatures, and that the entry stands at that index of the signed tree
 */
export async function checkProof(text: string, logs: readonly Log[]): Promise<ProofFinding> {
  const proof = readLogProof(text);
  const checkpoint = proof && readCheckpoint(readNote(proof.checkpoint)?.text ?? '');
  if (!proof || !checkpoint) return { ok: false, signatures: [], problem: 'unreadable' };
  const { origin, size, root } = checkpoint;
  const facts = { origin, index: proof.index, size, root: toHex(root) };
  const log = logs.find((one) => one.origin === origin);
  if (!log) return { ok: false, ...facts, signatures: [], problem: 'unknown-log' };
  const signed = checkSignatures(proof.checkpoint, readKeys(log.vkeys));
  const { signatures } = signed;
  if (!signed.ok) return { ok: false, ...facts, signatures, problem: 'signature' };
  // The log may have grown since: partial tiles of its earlier size are gone by now.
  const leafHash = await findLeafHash(log.name, proof.index, Math.max(size, log.size));
  if (!leafHash) return { ok: false, ...facts, signatures, problem: 'missing' };
  const included = verifyInclusion({
    index: proof.index,
    size,
    leafHash,
    proof: proof.proof,
    root,
  });
  return included
    ? { ok: true, ...facts, signatures }
    : { ok: false, ...facts, signatures, problem: 'inclusion' };
}

/** Fetches a receipt of this instance and checks it. */
export async function checkReceipt(receipt: ReceiptReference): Promise<ProofFinding> {
  try {
    const [text, ledger] = await Promise.all([
      ask<string>('GET', `/receipts/${encodeURIComponent(receipt.log)}/${receipt.index}`),
      ask<LedgerView>('GET', '/ledger'),
    ]);
    const finding = await checkProof(text, ledger.logs);
    // A genuine receipt of another entry is not the one that was promised.
    return finding.ok && finding.index !== receipt.index
      ? { ...finding, ok: false, problem: 'inclusion' }
      : finding;
  } catch (error) {
    if (error instanceof HubProblem || error instanceof TypeError) {
      return { ok: false, signatures: [], problem: 'missing' };
    }
    throw error;
  }
}

/** What the newest checkpoint of a log says, and who signed it. */
export interface CheckpointFinding {
  readonly size: number;
  readonly root: string;
  readonly origin: string;
  readonly ok: boolean;
  readonly signatures: readonly SignatureFinding[];
}

export async function checkCheckpoint(log: Log): Promise<CheckpointFinding | undefined> {
  const bytes = await readLogFile(log.name, 'checkpoint');
  const note = bytes && new TextDecoder().decode(bytes);
  const checkpoint = note && readCheckpoint(readNote(note)?.text ?? '');
  if (!note || !checkpoint) return undefined;
  const { ok, signatures } = checkSignatures(note, readKeys(log.vkeys));
  return {
    size: checkpoint.size,
    root: toHex(checkpoint.root),
    origin: checkpoint.origin,
    ok: ok && checkpoint.origin === log.origin,
    signatures,
  };
}

export interface Rederivation {
  readonly signal: AbortSignal;
  readonly vkeys: readonly string[];
  onProgress(done: number, size: number): void;
}

/** Recomputes the whole log from its published files. */
export function rederive(log: Log, how: Rederivation): Promise<LogReport> {
  return verifyLog({
    read: (path) => {
      how.signal.throwIfAborted();
      return readLogFile(log.name, path, how.signal);
    },
    vkeys: how.vkeys,
    origin: log.origin,
    progress: how.onProgress,
  });
}
