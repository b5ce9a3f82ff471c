// SPDX-License-Identifier: Apache-2.0
/** A single sign-on provider on loopback that says whatever a test wants it to say. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Sayings {
  /** Claims of the ID token besides iss, aud, exp, iat, nonce. */
  claims: Record<string, unknown>;
  userinfo?: unknown;
  /** Sends the token answer as it is; `{id}` stands for the ID token. */
  token?: (idToken: string) => { status?: number; type?: string; body: string };
  tokenSilent?: boolean;
  algorithm?: 'RS256' | 'none';
  otherKey?: boolean;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class TestProvider {
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #server: Server;
  say: Sayings = { claims: {} };
  nonce = '';
  port = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const answer = this.#answer(request);
      if (!answer) return;
      response.writeHead(answer.status ?? 200, {
        'content-type': answer.type ?? 'application/json',
      });
      response.end(answer.body);
    });
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(() => done()));
  }

  #idToken(): string {
    const now = Math.floor(Date.now() / 1000);
    const algorithm = this.say.algorithm ?? 'RS256';
    const defaults = {
      iss: this.issuer,
      aud: 'sakimori',
      iat: now,
      exp: now + 300,
      nonce: this.nonce,
    };
    const text = `${part({ alg: algorithm, kid: 'one', typ: 'JWT' })}.${part({ ...defaults, ...this.say.claims })}`;
    if (algorithm === 'none') return `${text}.`;
    const key = (this.say.otherKey ? this.#others : this.#keys).privateKey;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
  }

  #answer(request: IncomingMessage): { status?: number; type?: string; body: string } | undefined {
    const json = (value: unknown) => ({ body: JSON.stringify(value) });
    const path = new URL(request.url ?? '/', this.issuer).pathname;
    if (path === '/.well-known/openid-configuration') {
      return json({
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        userinfo_endpoint: `${this.issuer}/userinfo`,
        jwks_uri: `${this.issuer}/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
      });
    }
    if (path === '/jwks') {
      const jwk = this.#keys.publicKey.export({ format: 'jwk' });
      return json({ keys: [{ ...jwk, kid: 'one', alg: 'RS256', use: 'sig' }] });
    }
    if (path === '/token') {
      if (this.say.tokenSilent) return undefined;
      const idToken = this.#idToken();
      const usual = {
        access_token: 'at',
        token_type: 'Bearer',
        expires_in: 300,
        id_token: idToken,
      };
      return this.say.token ? this.say.token(idToken) : json(usual);
    }
    if (path === '/userinfo') return json(this.say.userinfo ?? null);
    return { status: 404, body: '{}' };
  }
}
