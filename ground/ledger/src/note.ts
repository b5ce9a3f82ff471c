// SPDX-License-Identifier: Apache-2.0

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
