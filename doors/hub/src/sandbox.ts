// SPDX-License-Identifier: Apache-2.0
/**
 * The sandbox origin: a second listener that hands out attachments and nothing else. What a
 * stranger attached is never served from the address where people are signed in.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a link stands for: one file, until an instant. */
export interface SandboxFile {
  readonly sha256: string;
  readonly name: string;
  readonly bytes: number;
  readonly expiresAtMs: number;
}

export interface SandboxParts {
  /** Address that links carry, where a proxy gives the sandbox a name of its own. */
  readonly publicUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly nowMs: () => number;
  /** Bytes of a stored file; undefined when there is none. */
  readonly open: (sha256: string) => Promise<Readable | undefined>;
}

export interface Sandbox {
  /** Makes the link of a file, without looking whether anybody may have it: that came before. */
  linkTo(file: SandboxFile): string;
  /** Listens on `port`, or on any free one. Resolves with the address. */
  listen(port: number): Promise<string>;
  /** One request; `listen` uses it, tests call it. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const TOKEN_CHARACTERS_MAX = 2_000;
const CIPHER = 'aes-256-gcm';

const HEADERS = {
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
  'cache-control': 'no-store',
} as const;

/**
 * Makes the sandbox of this process.
 *
 * Never  reads or sets a cookie, knows a route of the interface, opens the database, or shows a
 *        file in the browser: everything is a download without a type
 */
export function makeSandbox(parts: SandboxParts): Sandbox {
  // Links live for minutes: they need not survive the process, and no key lies on the disk.
  const key = randomBytes(32);
  let listening: Server | undefined;
  let ownUrl = `http://${parts.host}:${parts.port}`;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const file = fileOf(request, key, parts.nowMs());
    if (typeof file === 'number') return refuse(response, file);
    const bytes = await parts.open(file.sha256);
    if (!bytes) return refuse(response, 404);
    response.writeHead(200, {
      ...HEADERS,
      'content-type': 'application/octet-stream',
      'content-disposition': dispositionOf(file.name),
      'content-length': file.bytes,
    });
    if (request.method === 'HEAD') {
      bytes.destroy();
      response.end();
      return;
    }
    await pipeline(bytes, response);
  };
  return {
    linkTo: (file) => `${parts.publicUrl ?? ownUrl}/a/${seal(file, key)}`,
    answer,
    async listen(port) {
      const server = createServer({ maxHeaderSize: 8_192 }, (request, response) => {
        answer(request, response).catch(() => response.destroy());
      });
      server.requestTimeout = 30_000;
      server.listen(port, parts.host);
      await once(server, 'listening');
      listening = server;
      ownUrl = `http://${parts.host}:${(server.address() as AddressInfo).port}`;
      return ownUrl;
    },
    async close() {
      if (!listening) return;
      const closed = once(listening, 'close');
      listening.close();
      listening.closeAllConnections();
      await closed;
    },
  };
}

/** The file of a request, or the status that refuses it. */
function fileOf(request: IncomingMessage, key: Uint8Array, nowMs: number): SandboxFile | number {
  if (request.method !== 'GET' && request.method !== 'HEAD') return 405;
  const token = /^\/a\/([A-Za-z0-9_-]{1,2000})$/.exec(request.url ?? '')?.[1];
  const file = token === undefined ? undefined : unseal(token, key);
  if (!file) return 404;
  return nowMs >= file.expiresAtMs ? 410 : file;
}

const PLAIN: Readonly<Record<number, string>> = {
  404: 'ファイルが見つかりません。報告の画面から開き直してください。\nNot found: open it again from the report.\n',
  405: 'GET のみ受け付けます。\nOnly GET is answered here.\n',
  410: 'リンクの期限が切れました。報告の画面から開き直してください。\nThis link has ended: open it again from the report.\n',
};

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
  response.end(PLAIN[status]);
}

/**
 * The header under which a browser saves a file: its name in UTF-8, and a plain one for old ones.
 *
 * Never  lets a name end the header, name a folder, or turn its own ending around (RTL marks)
 */
export function dispositionOf(name: string): string {
  const kept = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\/:*?<>|%;]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(-150)
    .toWellFormed();
  const plain = kept.replace(/[^\x20-\x7e]/g, '_') || 'file';
  const encoded = encodeURIComponent(kept || 'file').replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Sealed, not only signed: a proxy's log of addresses tells neither name nor digest. */
function seal(file: SandboxFile, key: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const { sha256, name, bytes, expiresAtMs } = file;
  const text = JSON.stringify([sha256, name.slice(-200), bytes, expiresAtMs]);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

function unseal(token: string, key: Uint8Array): SandboxFile | undefined {
  if (token.length > TOKEN_CHARACTERS_MAX) return undefined;
  const sealed = Buffer.from(token, 'base64url');
  if (sealed.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)).toString('utf8');
    const [sha256, name, bytes, expiresAtMs] = JSON.parse(text + decipher.final('utf8'));
    return { sha256, name, bytes, expiresAtMs };
  } catch {
    return undefined;
  }
}
