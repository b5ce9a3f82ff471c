// SPDX-License-Identifier: Apache-2.0
/** Ways to sign in, and what a person keeps for it: passkeys, codes of an app. */
import type { SessionView } from '@sakimori/vocabulary/wire';
import { ask } from './client.ts';

/** True when this browser can use passkeys (WebAuthn with its JSON forms). */
export function knowsPasskeys(): boolean {
  return (
    typeof PublicKeyCredential !== 'undefined' &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
  );
}

export function signInWithLink(token: string): Promise<SessionView> {
  return ask<SessionView>('POST', '/session/link', { body: { token } });
}

export async function signInWithPasskey(): Promise<void> {
  const options = await ask<PublicKeyCredentialRequestOptionsJSON>(
    'GET',
    '/auth/passkey/generate-authenticate-options',
  );
  const credential = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
  });
  const response = (credential as PublicKeyCredential | null)?.toJSON();
  await ask('POST', '/auth/passkey/verify-authentication', { body: { response } });
}

/** Where the organisation's own sign-in page is. */
export async function findSingleSignOn(email: string): Promise<string> {
  const answer = await ask<{ url: string }>('POST', '/auth/sign-in/sso', {
    body: { email, callbackURL: '/', errorCallbackURL: '/sign-in?problem=sso' },
  });
  return answer.url;
}

export interface Passkey {
  readonly id: string;
  readonly name?: string;
  readonly createdAt?: string;
}

export function listPasskeys(): Promise<readonly Passkey[]> {
  return ask('GET', '/auth/passkey/list-user-passkeys');
}

export async function addPasskey(name: string): Promise<void> {
  const options = await ask<PublicKeyCredentialCreationOptionsJSON>(
    'GET',
    '/auth/passkey/generate-register-options',
  );
  const credential = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
  });
  const response = (credential as PublicKeyCredential | null)?.toJSON();
  await ask('POST', '/auth/passkey/verify-registration', { body: { response, name } });
}

export function removePasskey(id: string): Promise<void> {
  return ask('POST', '/auth/passkey/delete-passkey', { body: { id } });
}

export interface CodeSetup {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

export function startCodes(): Promise<CodeSetup> {
  return ask('POST', '/auth/two-factor/enable', { body: {} });
}

export function confirmCodes(code: string): Promise<void> {
  return ask('POST', '/auth/two-factor/verify-totp', { body: { code } });
}
