// SPDX-License-Identifier: Apache-2.0
/** Ways to sign in, and what a person keeps for it: passkeys, codes of an app. */
import { ask } from './client.ts';

/** True when this browser can use passkeys (WebAuthn with its JSON forms). */
export function knowsPasskeys(): boolean {
  return (
    typeof PublicKeyCredential !== 'undefined' &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
  );
}

/** `needs` says whether the code of the authenticator app is still asked for. */
export function signInWithLink(token: string): Promise<{ readonly needs?: 'nothing' | 'totp' }> {
  return ask('POST', '/session/link', { body: { token } });
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
export async function findSingleSignOn(from: string): Promise<string> {
  const answer = await ask<{ url: string }>('POST', '/auth/sign-in/social', {
    body: { provider: 'sso', callbackURL: from },
  });
  return answer.url;
}

/** Asks for a link by mail. The answer is the same whether the address is known or not. */
export function askForLink(email: string): Promise<void> {
  return ask('POST', '/session/link-request', { body: { email } });
}

/** Completes a sign-in that waits for a code, or makes a session fresh for sensitive acts. */
export function enterCode(code: string): Promise<void> {
  return ask('POST', '/session/totp', { body: { code } });
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
  readonly secret: string;
  readonly uri: string;
}

export function startCodes(): Promise<CodeSetup> {
  return ask('POST', '/session/totp/enrolment', { body: {} });
}

export function confirmCodes(code: string): Promise<void> {
  return ask('POST', '/session/totp/confirmation', { body: { code } });
}
