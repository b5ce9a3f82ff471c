// SPDX-License-Identifier: Apache-2.0
/** A passkey in software: makes what a browser and its authenticator make (WebAuthn level 2, ES256). */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const url = (data: Buffer | string) => Buffer.from(data).toString('base64url');

type Cbor = number | string | Buffer | Map<Cbor, Cbor>;

/** RFC 8949, as much of it as an attestation needs. */
function cbor(value: Cbor): Buffer {
  const head = (major: number, size: number) => {
    if (size < 24) return Buffer.from([(major << 5) | size]);
    if (size < 256) return Buffer.from([(major << 5) | 24, size]);
    return Buffer.from([(major << 5) | 25, size >> 8, size & 255]);
  };
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const parts = [...value].flatMap(([key, one]) => [cbor(key), cbor(one)]);
  return Buffer.concat([head(5, value.size), ...parts]);
}

export interface Tampering {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** False: the device did not check who holds it. */
  readonly verified?: boolean;
  readonly type?: string;
  readonly counter?: number;
  readonly key?: KeyObject;
}

export class Authenticator {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #id = randomBytes(32);
  readonly #origin: string;
  #counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  #clientData(type: string, challenge: string, how: Tampering): string {
    return JSON.stringify({
      type: how.type ?? type,
      challenge: how.challenge ?? challenge,
      origin: how.origin ?? this.#origin,
      crossOrigin: false,
    });
  }

  #authData(how: Tampering, attested: Buffer): Buffer {
    this.#counter = how.counter ?? this.#counter + 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    const flags = 0x01 | (how.verified === false ? 0 : 0x04) | (attested.length > 0 ? 0x40 : 0);
    const rpId = how.rpId ?? new URL(this.#origin).hostname;
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter, attested]);
  }

  #envelope(response: object) {
    const id = url(this.#id);
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} };
  }

  /** navigator.credentials.create */
  create(options: { challenge: string }, how: Tampering = {}) {
    const jwk = this.#keys.publicKey.export({ format: 'jwk' });
    const part = (text = '') => Buffer.from(text, 'base64url');
    const cose = new Map<Cbor, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, part(jwk.x)],
      [-3, part(jwk.y)],
    ]);
    const length = Buffer.from([0, this.#id.length]);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.#id, cbor(cose)]);
    const attestation = new Map<Cbor, Cbor>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', this.#authData(how, attested)],
    ]);
    return this.#envelope({
      clientDataJSON: url(this.#clientData('webauthn.create', options.challenge, how)),
      attestationObject: url(cbor(attestation)),
      transports: ['internal'],
    });
  }

  /** navigator.credentials.get */
  get(options: { challenge: string }, how: Tampering = {}) {
    const clientData = this.#clientData('webauthn.get', options.challenge, how);
    const authData = this.#authData(how, Buffer.alloc(0));
    const signed = Buffer.concat([authData, sha256(clientData)]);
    return this.#envelope({
      clientDataJSON: url(clientData),
      authenticatorData: url(authData),
      signature: url(sign('sha256', signed, how.key ?? this.#keys.privateKey)),
    });
  }
}
