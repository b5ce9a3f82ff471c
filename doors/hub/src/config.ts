// SPDX-License-Identifier: Apache-2.0
/** Settings of a hub: the one place that reads arguments and environment. */
import { isAbsolute, resolve } from 'node:path';
import { hubErrors } from './errors.ts';

export interface HubConfig {
  readonly port: number;
  /** Address to listen on; loopback unless told otherwise. */
  readonly host: string;
  readonly dataFolder: string;
  /** No sample nation on an empty data folder. */
  readonly empty: boolean;
  /** Public address that links in mails carry, without a slash at the end. */
  readonly publicUrl: string;
  /**
   * Where attachments are served from: a listener of its own. Without a port of its own it takes
   * the next one, or any that is free; `url` is how people reach it behind a proxy.
   */
  readonly sandbox: { readonly port: number | undefined; readonly url: string | undefined };
  /** PostgreSQL server to use in place of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** smtp://host:port; without it no mail leaves and the inbox says so. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Checkpoints that others keep of our log: files or URLs; ahead of ours means refuse to sign. */
  readonly witnessedCheckpoints: readonly string[];
  /** Tests and closed networks only: feed and webhook addresses on loopback are allowed. */
  readonly allowLoopbackFetch: boolean;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** Single sign-on (OIDC) provider, where the instance has one. */
  readonly oidc:
    | { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }
    | undefined;
}

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/**
 * Reads the settings of a hub.
 *
 * In      arguments after the command word, environment, folder that relative paths start from
 * Out     complete settings
 * Throws  HUB_BAD_ARGUMENT naming the argument and what was expected; never echoes its value
 */
export function readHubConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): HubConfig {
  const given = readArguments(args);
  const port = readPort(given.get('port') ?? env.SAKIMORI_PORT ?? '8470');
  const host = given.get('host') ?? env.SAKIMORI_HOST ?? '127.0.0.1';
  const data = given.get('data') ?? env.SAKIMORI_DATA ?? './data';
  const level = env.SAKIMORI_LOG ?? 'warn';
  const logLevel = LOG_LEVELS.find((name) => name === level);
  if (!logLevel)
    throw hubErrors('BAD_ARGUMENT', { field: 'SAKIMORI_LOG', expected: LOG_LEVELS.join(', ') });
  const publicUrl = (env.SAKIMORI_PUBLIC_URL ?? `http://${host}:${port}`).replace(/\/+$/, '');
  return {
    port,
    host,
    dataFolder: isAbsolute(data) ? data : resolve(cwd, data),
    empty: given.has('empty'),
    publicUrl,
    sandbox: readSandbox(env, publicUrl),
    databaseUrl: env.SAKIMORI_DATABASE_URL || undefined,
    smtpUrl: env.SAKIMORI_SMTP_URL || undefined,
    mailFrom: env.SAKIMORI_MAIL_FROM ?? 'sakimori@localhost',
    witnessedCheckpoints: (env.SAKIMORI_WITNESSED_CHECKPOINTS ?? '').split(/\s+/).filter(Boolean),
    allowLoopbackFetch: env.SAKIMORI_ALLOW_LOOPBACK_FETCH === '1',
    logLevel,
    oidc: readOidc(env),
  };
}

function readSandbox(
  env: Readonly<Record<string, string | undefined>>,
  publicUrl: string,
): HubConfig['sandbox'] {
  const { SAKIMORI_SANDBOX_PORT: port, SAKIMORI_SANDBOX_URL: given } = env;
  const url = given?.replace(/\/+$/, '') || undefined;
  const isOrigin = url === undefined || (URL.canParse(url) && new URL(url).origin === url);
  // On the address where people sign in, a file from outside would be one of our own pages.
  if (!isOrigin || url === publicUrl) {
    throw hubErrors('BAD_ARGUMENT', {
      field: 'SAKIMORI_SANDBOX_URL',
      expected: 'an origin such as https://files.example.jp that is not SAKIMORI_PUBLIC_URL',
    });
  }
  return { port: port ? readPort(port, 'SAKIMORI_SANDBOX_PORT') : undefined, url };
}

function readOidc(env: Readonly<Record<string, string | undefined>>): HubConfig['oidc'] {
  const { SAKIMORI_OIDC_ISSUER, SAKIMORI_OIDC_CLIENT_ID, SAKIMORI_OIDC_CLIENT_SECRET } = env;
  if (!SAKIMORI_OIDC_ISSUER) return undefined;
  if (!SAKIMORI_OIDC_CLIENT_ID || !SAKIMORI_OIDC_CLIENT_SECRET) {
    throw hubErrors('BAD_ARGUMENT', {
      field: 'SAKIMORI_OIDC_CLIENT_ID',
      expected: 'SAKIMORI_OIDC_CLIENT_ID and SAKIMORI_OIDC_CLIENT_SECRET beside the issuer',
    });
  }
  return {
    issuer: SAKIMORI_OIDC_ISSUER,
    clientId: SAKIMORI_OIDC_CLIENT_ID,
    clientSecret: SAKIMORI_OIDC_CLIENT_SECRET,
  };
}

const KNOWN = new Set(['port', 'host', 'data', 'empty']);

function readArguments(args: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i += 1) {
    const [name = '', inline] = (args[i] ?? '').replace(/^--/, '').split('=', 2);
    if (!args[i]?.startsWith('--') || !KNOWN.has(name)) {
      throw hubErrors('BAD_ARGUMENT', {
        field: `argument ${i + 1}`,
        expected: '--port NUMBER, --host ADDRESS, --data FOLDER, --empty',
      });
    }
    if (name === 'empty') given.set(name, '');
    else {
      const value = inline ?? args[i + 1];
      if (inline === undefined) i += 1;
      if (!value) throw hubErrors('BAD_ARGUMENT', { field: `--${name}`, expected: 'a value' });
      given.set(name, value);
    }
  }
  return given;
}

function readPort(text: string, field = '--port'): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw hubErrors('BAD_ARGUMENT', { field, expected: '0 to 65535' });
  }
  return port;
}
