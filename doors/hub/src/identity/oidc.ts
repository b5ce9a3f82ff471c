// SPDX-License-Identifier: Apache-2.0
/** Single sign-on: what we believe of a provider's answer, and how long we wait for it. */
import type { IdentityConfig } from './identity.ts';

export const PROVIDER_ID = 'sso';

/** What the provider's discovery document must say before anyone is sent there. */
export interface Provider {
  readonly discoveryUrl: string;
  readonly issuer: string;
  readonly userInfoUrl: string | undefined;
  /** How we show our client secret; `basic` unless the provider says that it takes only `post`. */
  readonly authentication: 'basic' | 'post';
}

export interface ProviderProfile {
  readonly id: string;
  readonly sub: string;
  readonly email: string;
  readonly emailVerified: true;
  readonly name: string;
}

/**
 * Asks the provider for its discovery document.
 *
 * Out  undefined when it is silent, broken, or speaks for another issuer
 */
export async function discover(
  oidc: NonNullable<IdentityConfig['oidc']>,
  waitMs: number,
): Promise<Provider | undefined> {
  const discoveryUrl = `${oidc.issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  const found = await fetchJson(discoveryUrl, {}, waitMs);
  if (found === undefined || found.issuer !== oidc.issuer) return undefined;
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = found;
  const needed = [authorization_endpoint, token_endpoint, jwks_uri];
  if (!needed.every((one) => typeof one === 'string' && URL.canParse(one))) return undefined;
  const userInfoUrl = typeof userinfo_endpoint === 'string' ? userinfo_endpoint : undefined;
  const methods = found.token_endpoint_auth_methods_supported;
  const basic = !Array.isArray(methods) || methods.includes('client_secret_basic');
  const authentication = basic ? 'basic' : 'post';
  return { discoveryUrl, issuer: oidc.issuer, userInfoUrl, authentication };
}

/**
 * Reads the person out of the provider's answer. The library has verified the ID token's signature,
 * issuer, audience and nonce before.
 *
 * Out    undefined unless there is a subject and an e-mail address that the provider has verified;
 *        an absent, empty, null or unverified answer is nobody, never somebody
 */
export async function readProfile(
  provider: Provider,
  tokens: { readonly idToken?: string | undefined; readonly accessToken?: string | undefined },
  waitMs: number,
): Promise<ProviderProfile | undefined> {
  if (!tokens.idToken) return undefined;
  const claims = readClaims(tokens.idToken);
  if (claims === undefined || typeof claims.sub !== 'string' || claims.sub === '') return undefined;
  let facts = claims;
  if (claims.email === undefined && provider.userInfoUrl && tokens.accessToken) {
    const headers = { authorization: `Bearer ${tokens.accessToken}` };
    const more = await fetchJson(provider.userInfoUrl, headers, waitMs);
    // OpenID Connect Core 5.3.2: the subject must be the one of the ID token.
    if (more === undefined || more.sub !== claims.sub) return undefined;
    facts = more;
  }
  const { email, email_verified: verified, name } = facts;
  if (typeof email !== 'string' || !/^[^\s@]+@[^\s@]+$/.test(email) || verified !== true) {
    return undefined;
  }
  return {
    id: claims.sub,
    sub: claims.sub,
    email: email.toLowerCase(),
    emailVerified: true,
    name: typeof name === 'string' ? name : email,
  };
}

/** The middle part of a token whose signature was verified before. */
function readClaims(token: string): Record<string, unknown> | undefined {
  return readObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function fetchJson(
  url: string,
  headers: Record<string, string>,
  waitMs: number,
): Promise<Record<string, unknown> | undefined> {
  try {
    const signal = AbortSignal.timeout(waitMs);
    const answer = await fetch(url, { headers, signal, redirect: 'error' });
    if (!answer.ok) return undefined;
    const text = await answer.text();
    return text.length > 1_000_000 ? undefined : readObject(text);
  } catch {
    return undefined;
  }
}
