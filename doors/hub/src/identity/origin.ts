// SPDX-License-Identifier: Apache-2.0
/** Addresses under which this instance is itself, and whether a request comes from its own pages. */

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Origins of the instance. On loopback its three names are one machine: browsers make passkeys
 * under `localhost` only, never under an address.
 */
export function ownOrigins(publicUrl: string): string[] {
  const url = new URL(publicUrl);
  if (!LOOPBACK.has(url.hostname)) return [url.origin];
  const port = url.port === '' ? '' : `:${url.port}`;
  const names = ['127.0.0.1', 'localhost', '[::1]'].map(
    (name) => `${url.protocol}//${name}${port}`,
  );
  return [url.origin, ...names.filter((name) => name !== url.origin)];
}

/** The name that passkeys are bound to. */
export function passkeyName(publicUrl: string): string {
  const { hostname } = new URL(publicUrl);
  return LOOPBACK.has(hostname) ? 'localhost' : hostname;
}

/**
 * True when a writing request with a cookie comes from a page of ours (against cross-site request
 * forgery). Browsers always send one of the two headers; without both it is refused.
 */
export function isOwnPage(headers: Headers, origins: readonly string[]): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return false;
  const origin = headers.get('origin');
  if (origin !== null) return origins.includes(origin);
  return site === 'same-origin';
}
