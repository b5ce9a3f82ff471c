// SPDX-License-Identifier: Apache-2.0
/** Signed notes and their keys (C2SP signed-note, tlog-cosignature). Runs in a browser too. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { concatBytes, fromBase64, fromUtf8, toBase64, toUint64, toUtf8 } from './bytes.ts';
import { isOrigin, readCheckpoint } from './checkpoint.ts';

/** Signature type bytes that we know. */
export const NOTE_TYPES = {
  ed25519: 0x01,
  'ed25519-cosignature': 0x04,
  'ml-dsa-44': 0x06,
} as const;

export type NoteType = keyof typeof NOTE_TYPES;

/** A key that signs notes. */
export interface NoteSigner {
  readonly name: string;
  /** First four bytes of the key hash, as in the signature line. */
  readonly keyId: number;
  /** The public key in the vkey form, to be given to everyone. */
  readonly vkey: string;
  /** The signature bytes after the key id. */
  sign(text: string, nowMs: number): Promise<Uint8Array>;
}

/** A public key that checks notes. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  readonly type: NoteType;
  readonly vkey: string;
  /** Checks the bytes after the key id. Never throws. */
  verify(text: string, signature: Uint8Array): boolean;
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  /** The bytes after the key id. */
  readonly signature: Uint8Array;
}

/** A note taken apart, nothing checked yet. */
export interface Note {
  /** What was signed, with its final newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const NOTE_BYTES_MAX = 512 * 1024;
const SIGNATURES_MAX = 128;
const PUBLIC_KEY_BYTES: Record<NoteType, number> = {
  ed25519: 32,
  'ed25519-cosignature': 32,
  'ml-dsa-44': 1312,
};
const VKEY_LENGTH_MAX = 4096;

/** First four bytes of SHA-256(name, newline, type byte, public key). */
export function noteKeyId(name: string, type: NoteType, publicKey: Uint8Array): number {
  const hash = sha256(
    concatBytes(toUtf8(`${name}\n`), new Uint8Array([NOTE_TYPES[type]]), publicKey),
  );
  return new DataView(hash.buffer, hash.byteOffset, 4).getUint32(0);
}

/** The vkey form: name, key id in hex, base64 of type byte and key, joined by plus signs. */
export function writeVkey(name: string, type: NoteType, publicKey: Uint8Array): string {
  const id = noteKeyId(name, type, publicKey).toString(16).padStart(8, '0');
  return `${name}+${id}+${toBase64(concatBytes(new Uint8Array([NOTE_TYPES[type]]), publicKey))}`;
}

export type ReadVkey =
  | { readonly verifier: NoteVerifier; readonly refusal?: undefined }
  | { readonly verifier?: undefined; readonly refusal: string };

/**
 * Reads a public key.
 *
 * In     vkey text
 * Out    a verifier, or what was expected. Types known: Ed25519 (0x01), Ed25519 cosignature (0x04),
 *        ML-DSA-44 (0x06)
 * Never  throws; never accepts a key whose id does not belong to it
 */
export function readVkey(text: string): ReadVkey {
  if (text.length > VKEY_LENGTH_MAX) return { refusal: 'at-most-4096-characters' };
  const match = /^([^+]+)\+([0-9a-fA-F]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
  if (!match) return { refusal: 'name+id+key' };
  const [, name, idText, keyText] = match as unknown as [string, string, string, string];
  const key = fromBase64(keyText);
  if (!isOrigin(name)) return { refusal: 'key-name' };
  if (key === undefined || key.length < 2) return { refusal: 'base64-key' };
  const type = (Object.keys(NOTE_TYPES) as NoteType[]).find((t) => NOTE_TYPES[t] === key[0]);
  if (type === undefined) return { refusal: 'known-signature-type' };
  const publicKey = key.slice(1);
  if (publicKey.length !== PUBLIC_KEY_BYTES[type]) return { refusal: 'key-length-of-its-type' };
  const keyId = noteKeyId(name, type, publicKey);
  if (keyId !== Number.parseInt(idText, 16)) return { refusal: 'key-id-of-this-key' };
  const verify = (note: string, signature: Uint8Array): boolean => {
    try {
      return verifyAs(type, name, publicKey, note, signature);
    } catch {
      // A malformed signature or key is a signature that does not verify, nothing more.
      return false;
    }
  };
  return { verifier: { name, keyId, type, vkey: text.trim(), verify } };
}

function verifyAs(
  type: NoteType,
  name: string,
  publicKey: Uint8Array,
  text: string,
  signature: Uint8Array,
): boolean {
  if (type === 'ed25519') {
    return signature.length === 64 && verifyEd25519(signature, toUtf8(text), publicKey);
  }
  if (signature.length < 8) return false;
  const view = new DataView(signature.buffer, signature.byteOffset, 8);
  const seconds = view.getBigUint64(0);
  if (seconds >= 1n << 63n) return false;
  const rest = signature.subarray(8);
  if (type === 'ed25519-cosignature') {
    const message = toUtf8(`cosignature/v1\ntime ${seconds}\n${text}`);
    return rest.length === 64 && verifyEd25519(rest, message, publicKey);
  }
  const message = cosignedMessage(name, seconds, text);
  return message !== undefined && rest.length === 2420 && ml_dsa44.verify(rest, message, publicKey);
}

function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  // RFC 8032 proper; the laxer ZIP 215 reading would accept what other verifiers refuse.
  return ed25519.verify(signature, message, publicKey, { zip215: false });
}

/**
 * What an ML-DSA-44 key signs of a checkpoint: the `cosigned_message` of tlog-cosignature, with
 * start 0. Undefined when the text is no checkpoint or a name does not fit one length byte.
 */
export function cosignedMessage(
  name: string,
  seconds: number | bigint,
  text: string,
): Uint8Array | undefined {
  const checkpoint = readCheckpoint(text);
  if (!checkpoint) return undefined;
  const nameBytes = toUtf8(name);
  const originBytes = toUtf8(checkpoint.origin);
  if (nameBytes.length > 255 || originBytes.length > 255) return undefined;
  return concatBytes(
    toUtf8('subtree/v1\n\0'),
    new Uint8Array([nameBytes.length]),
    nameBytes,
    toUint64(seconds),
    new Uint8Array([originBytes.length]),
    originBytes,
    toUint64(0),
    toUint64(checkpoint.size),
    checkpoint.root,
  );
}

/** Takes a note apart; undefined when it is not well-formed. */
export function readNote(note: string | Uint8Array): Note | undefined {
  const whole = typeof note === 'string' ? note : readText(note);
  if (whole === undefined || whole.length > NOTE_BYTES_MAX) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: signed-note forbids them
  if (!whole.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) return undefined;
  const cut = whole.lastIndexOf('\n\n');
  if (cut < 0 || !whole.endsWith('\n')) return undefined;
  const lines = whole.slice(cut + 2, -1).split('\n', SIGNATURES_MAX + 1);
  if (lines.length > SIGNATURES_MAX) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = readSignatureLine(line);
    if (!signature) return undefined;
    signatures.push(signature);
  }
  return { text: whole.slice(0, cut + 1), signatures };
}

function readText(bytes: Uint8Array): string | undefined {
  return bytes.length > NOTE_BYTES_MAX ? undefined : fromUtf8(bytes);
}

function readSignatureLine(line: string): NoteSignature | undefined {
  const match = /^\u2014 ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
  if (!match || !isOrigin(match[1] as string)) return undefined;
  const bytes = fromBase64(match[2] as string);
  if (!bytes || bytes.length < 5) return undefined;
  const keyId = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  return { name: match[1] as string, keyId, signature: bytes.subarray(4) };
}

export type OpenedNote =
  | {
      readonly text: string;
      /** The keys whose signatures were there and held, each once. */
      readonly signedBy: readonly NoteVerifier[];
      readonly refusal?: undefined;
    }
  | {
      readonly text?: undefined;
      readonly signedBy?: undefined;
      readonly refusal: 'malformed' | 'bad-signature' | 'no-known-signature';
    };

/**
 * Opens a note with known keys.
 *
 * In     note; verifiers
 * Out    its text and who signed. Signatures of unknown keys are passed over, even if they share
 *        the name or the id (not both) with a known key
 * Never  gives the text when one signature of a known key is wrong or none is there
 * Law    C2SP signed-note, Signatures
 */
export function openNote(
  note: string | Uint8Array,
  verifiers: readonly NoteVerifier[],
): OpenedNote {
  const parts = readNote(note);
  if (!parts) return { refusal: 'malformed' };
  const signedBy: NoteVerifier[] = [];
  for (const { name, keyId, signature } of parts.signatures) {
    const verifier = verifiers.find((v) => v.name === name && v.keyId === keyId);
    // A second line of the same key says nothing new, and checking it costs: bounded work.
    if (!verifier || signedBy.includes(verifier)) continue;
    if (!verifier.verify(parts.text, signature)) return { refusal: 'bad-signature' };
    signedBy.push(verifier);
  }
  if (signedBy.length === 0) return { refusal: 'no-known-signature' };
  return { text: parts.text, signedBy };
}

/** Signs a text with every key, in order. The text ends with a newline. */
export async function signNote(
  text: string,
  signers: readonly NoteSigner[],
  nowMs: number,
): Promise<string> {
  const lines = await Promise.all(
    signers.map(async (signer) => {
      const id = new Uint8Array(4);
      new DataView(id.buffer).setUint32(0, signer.keyId);
      const signature = await signer.sign(text, nowMs);
      return `\u2014 ${signer.name} ${toBase64(concatBytes(id, signature))}\n`;
    }),
  );
  return `${text}\n${lines.join('')}`;
}
