// SPDX-License-Identifier: Apache-2.0
/** The instance's own secrets: signing keys of its log, and the key of the ledger's tags. */
import { randomBytes } from 'node:crypto';
import { makeKey, type NoteSigner, readSigner } from '@sakimori/ledger';
import { keepSecret } from '@sakimori/store';

export interface InstanceKeys {
  /** Ed25519 first, then ML-DSA-44 (hybrid: either may fall, not both). */
  readonly signers: readonly NoteSigner[];
  readonly vkeys: readonly string[];
  /** Key of actor and tenant tags in entries; escrowed with the commission in a real instance. */
  readonly tagKey: Uint8Array;
  /** Key of signed answer links. */
  readonly linkKey: Uint8Array;
}

/**
 * Reads the keys from the data folder; makes them at the first start.
 *
 * In     data folder; origin of the log, which is also the name of its keys
 * Never  overwrites a key: a lost key is a new log
 */
export function openInstanceKeys(folder: string, origin: string): InstanceKeys {
  const key = (type: 'ed25519' | 'ml-dsa-44') =>
    keepSecret(folder, `ledger-${type}.skey`, () => makeKey(type, origin, randomBytes(32)).skey);
  const signers = [readSigner(key('ed25519')), readSigner(key('ml-dsa-44'))];
  const secret = (name: string) =>
    new Uint8Array(
      Buffer.from(
        keepSecret(folder, name, () => randomBytes(32).toString('base64')),
        'base64',
      ),
    );
  return {
    signers,
    vkeys: signers.map((signer) => signer.vkey),
    tagKey: secret('ledger-tag.key'),
    linkKey: secret('answer-link.key'),
  };
}
