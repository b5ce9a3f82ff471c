// SPDX-License-Identifier: Apache-2.0
/** Text of a checkpoint (C2SP tlog-checkpoint): origin, size, root. */
import { fromBase64, toBase64, toUtf8 } from './bytes.ts';
import { HASH_BYTES } from './merkle.ts';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Opaque lines after the root. Ours never has any: a monitor could not audit them. */
  readonly extensions: readonly string[];
}

const EXTENSIONS_MAX = 16;

export function writeCheckpoint(checkpoint: Omit<Checkpoint, 'extensions'>): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
}

/** Reads the text of a note as a checkpoint; undefined when it is none. Trust it only when signed. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const lines = text.split('\n', EXTENSIONS_MAX + 5);
  if (lines.pop() !== '' || lines.length < 3 || lines.length > EXTENSIONS_MAX + 3) return undefined;
  const [origin, sizeText, rootText, ...extensions] = lines as [string, string, string];
  if (!origin || (extensions as string[]).includes('')) return undefined;
  if (!/^(?:0|[1-9]\d{0,15})$/.test(sizeText)) return undefined;
  const size = Number(sizeText);
  const root = rootText.length <= 44 ? fromBase64(rootText) : undefined;
  if (!Number.isSafeInteger(size) || root?.length !== HASH_BYTES) return undefined;
  return { origin, size, root, extensions };
}

/**
 * Whether a text can be a log's origin and key name.
 *
 * Law  signed-note: key names are not empty, without Unicode spaces and plus; tlog-cosignature: 1 to
 *      255 bytes. Control characters would break the note.
 */
export function isOrigin(text: string): boolean {
  const bytes = toUtf8(text).length;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  return bytes >= 1 && bytes <= 255 && text.isWellFormed() && !/[\u0000-\u0020\u007f]/.test(text)
    ? !/[+\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(text)
    : false;
}
