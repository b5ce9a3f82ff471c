// SPDX-License-Identifier: Apache-2.0
/** Private keys that sign checkpoints. On a server only. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { concatBytes, fromBase64, toBase64, toUint64, toUtf8 } from './bytes.ts';
import { isOrigin } from './checkpoint.ts';
import { ledgerErrors } from './errors.ts';
import { cosignedMessage, NOTE_TYPES, type NoteSigner, noteKeyId, writeVkey } from './note.ts';

/** The two kinds of key that a log signs with. */
export type SignerType = 'ed25519' | 'ml-dsa-44';

/** A key pair as text: `skey` is secret, `vkey` is for everyone. */
export interface KeyText {
  readonly skey: string;
  readonly vkey: string;
}

/**
 * Makes a key pair from a seed.
 *
 * In      name: the log's origin; `seed` 32 fresh random bytes, kept nowhere else
 * Out     `PRIVATE+KEY+name+id+base64(type, seed)` and the vkey
 * Throws  LOG_KEY_INVALID
 */
export function makeKey(type: SignerType, name: string, seed: Uint8Array): KeyText {
  if (!isOrigin(name)) throw ledgerErrors('KEY_INVALID', { expected: 'key-name' });
  if (seed.length !== 32) throw ledgerErrors('KEY_INVALID', { expected: '32-byte-seed' });
  const publicKey = publicKeyOf(type, seed);
  const vkey = writeVkey(name, type, publicKey);
  const id = vkey.split('+')[1];
  const secret = toBase64(concatBytes(new Uint8Array([NOTE_TYPES[type]]), seed));
  return { skey: `PRIVATE+KEY+${name}+${id}+${secret}`, vkey };
}

/**
 * Reads a private key.
 *
 * In      text of `makeKey`; Ed25519 keys of Go's sumdb/note have the same form
 * Out     a signer. ML-DSA-44 signs natively where this Node can, otherwise in JavaScript; both
 *         give the same kind of signature
 * Throws  LOG_KEY_INVALID
 * Never   puts any part of the key in an error
 */
export function readSigner(skey: string): NoteSigner {
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,64})$/.exec(skey.trim());
  const key = match && fromBase64(match[3] as string);
  if (!match || !key || key.length !== 33 || !isOrigin(match[1] as string)) {
    throw ledgerErrors('KEY_INVALID', { expected: 'PRIVATE-KEY-name-id-seed' });
  }
  const type = (['ed25519', 'ml-dsa-44'] as const).find((t) => NOTE_TYPES[t] === key[0]);
  if (!type) throw ledgerErrors('KEY_INVALID', { expected: 'ed25519-or-ml-dsa-44' });
  const name = match[1] as string;
  const seed = key.slice(1);
  const publicKey = publicKeyOf(type, seed);
  const keyId = noteKeyId(name, type, publicKey);
  if (keyId !== Number.parseInt(match[2] as string, 16)) {
    throw ledgerErrors('KEY_INVALID', { expected: 'key-id-of-this-key' });
  }
  const vkey = writeVkey(name, type, publicKey);
  if (type === 'ed25519') return { name, keyId, vkey, sign: ed25519Signing(seed, publicKey) };
  const signMessage = mlDsaSigning(seed, publicKey);
  return {
    name,
    keyId,
    vkey,
    async sign(text, nowMs) {
      const seconds = Math.floor(nowMs / 1000);
      const message = cosignedMessage(name, seconds, text);
      if (!message) throw ledgerErrors('ORIGIN_INVALID', { expected: 'checkpoint' });
      return concatBytes(toUint64(seconds), await signMessage(message));
    },
  };
}

function publicKeyOf(type: SignerType, seed: Uint8Array): Uint8Array {
  return type === 'ed25519' ? ed25519.getPublicKey(seed) : ml_dsa44.keygen(seed).publicKey;
}

function ed25519Signing(seed: Uint8Array, publicKey: Uint8Array): NoteSigner['sign'] {
  const key = createPrivateKey({
    key: { kty: 'OKP', crv: 'Ed25519', d: toUrl(seed), x: toUrl(publicKey) },
    format: 'jwk',
  });
  return async (text) => new Uint8Array(sign(null, toUtf8(text), key));
}

function mlDsaSigning(
  seed: Uint8Array,
  publicKey: Uint8Array,
): (message: Uint8Array) => Promise<Uint8Array> {
  const key = nativeMlDsaKey(seed, publicKey);
  if (!key) {
    const { secretKey } = ml_dsa44.keygen(seed);
    return async (message) => ml_dsa44.sign(message, secretKey);
  }
  // In a thread of the pool: about 1.5 ms there instead of about 4 ms here.
  return (message) =>
    new Promise((resolve, reject) => {
      sign(null, message, key, (error, signature) => {
        if (error) reject(error);
        else resolve(new Uint8Array(signature));
      });
    });
}

function nativeMlDsaKey(seed: Uint8Array, publicKey: Uint8Array): KeyObject | undefined {
  try {
    const jwk = { kty: 'AKP', alg: 'ML-DSA-44', priv: toUrl(seed), pub: toUrl(publicKey) };
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    // A Node whose OpenSSL is older than 3.5 does not know the key type.
    return undefined;
  }
}

function toUrl(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
