// SPDX-License-Identifier: Apache-2.0
/** SHA-256 and its HMAC, by the runtime where it offers them at once, otherwise in JavaScript. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as portable } from '@noble/hashes/sha2.js';
import { toUtf8 } from './bytes.ts';

/**
 * Hashes bytes.
 *
 * Out    32 bytes
 * Cost   under Node about a third of the portable one: a log hashes every entry four times
 */
export const sha256: (bytes: Uint8Array) => Uint8Array = nativeSha256() ?? portable;

/**
 * HMAC-SHA-256.
 *
 * In     key; text, taken as UTF-8
 * Out    32 bytes
 */
export const hmacSha256: (key: Uint8Array, text: string) => Uint8Array =
  nativeHmacSha256() ?? ((key, text) => hmac(portable, key, toUtf8(text)));

function nativeHmacSha256(): ((key: Uint8Array, text: string) => Uint8Array) | undefined {
  const createHmac = globalThis.process?.getBuiltinModule?.('node:crypto')?.createHmac;
  if (!createHmac) return undefined;
  return (key, text) => {
    const digest = createHmac('sha256', key).update(text, 'utf8').digest();
    return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
  };
}

function nativeSha256(): ((bytes: Uint8Array) => Uint8Array) | undefined {
  // Asked for at run time, so that a browser can load this file.
  const hash = globalThis.process?.getBuiltinModule?.('node:crypto')?.hash;
  if (!hash) return undefined;
  return (bytes) => {
    const digest = hash('sha256', bytes, 'buffer');
    return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
  };
}
