// SPDX-License-Identifier: Apache-2.0
/** The port: who somebody is, and who may become whom. What is behind it can be replaced. */
import type { Action, Principal, Role, World } from '@sakimori/authority';
import type { PublishedEntry } from '@sakimori/store';
import type { OrganisationKind } from '@sakimori/vocabulary/wire';

/** Headers of a request, as Fastify or the platform has them. */
export type RequestHeaders = Headers | Readonly<Record<string, string | string[] | undefined>>;

export interface IdentityConfig {
  /** Public address, without a slash at the end. Cookies are Secure when it is https. */
  readonly publicUrl: string;
  /** Keeps the secret (secrets/) and the owner's token (run/), each 0600. */
  readonly dataFolder: string;
  readonly world: World;
  readonly instanceName: string;
  readonly oidc?:
    | { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }
    | undefined;
  /** Limits that an instance may set; DEFAULT_LIMITS otherwise. */
  readonly limits?: Partial<IdentityLimits>;
  /** UTC milliseconds; for tests. */
  readonly now?: () => number;
  /** Told of trouble in fixed words; never of values. */
  readonly log?: (level: 'warn' | 'error', message: string) => void;
}

export interface IdentityLimits {
  /** A session ends after this without a request: for privileged roles, and for the others. */
  readonly idlePrivilegedMs: number;
  readonly idleMs: number;
  /** A session ends after this, whatever happens. */
  readonly sessionMs: number;
  /** For how long a sign-in counts as fresh. */
  readonly stepUpMs: number;
  readonly linkMs: number;
  /** Links printed at the first start of a sample nation. */
  readonly printedLinkMs: number;
  readonly linksPerPersonMax: number;
  readonly totpTriesMax: number;
  readonly totpLockMs: number;
  readonly keyLifeMsMax: number;
  readonly providerMs: number;
}

export const DEFAULT_LIMITS: IdentityLimits = {
  idlePrivilegedMs: 15 * 60_000,
  idleMs: 12 * 3_600_000,
  sessionMs: 12 * 3_600_000,
  stepUpMs: 15 * 60_000,
  linkMs: 15 * 60_000,
  printedLinkMs: 24 * 3_600_000,
  linksPerPersonMax: 5,
  totpTriesMax: 10,
  totpLockMs: 30 * 60_000,
  keyLifeMsMax: 366 * 86_400_000,
  providerMs: 10_000,
};

/** What identity must know of an organisation. */
export interface OrganisationFacts {
  readonly kind: OrganisationKind;
  readonly sectors: readonly string[];
}

export interface Session {
  readonly id: string;
  readonly principal: Principal;
  readonly name: string;
  readonly email: string;
  readonly language: 'ja' | 'en';
  readonly steppedUpUntilMs: number;
}

/** `waiting`: the first factor was right, the code of the authenticator app is still missing. */
export type SessionState =
  | { readonly state: 'nobody' }
  | { readonly state: 'waiting-for-totp'; readonly personId: string; readonly sessionId: string }
  | { readonly state: 'signed-in'; readonly session: Session };

export interface SignInLink {
  /** Shown once; the store keeps its hash. */
  readonly token: string;
  readonly url: string;
  readonly expiresAtMs: number;
}

/** Cookies to set on the answer, and what is still missing. */
export interface Redeemed {
  readonly setCookie: readonly string[];
  readonly needs: 'nothing' | 'totp';
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly roles: readonly Role[];
  readonly language: 'ja' | 'en';
  readonly passkeys: number;
  readonly totp: boolean;
  readonly lastSeenAtMs?: number;
}

export interface Invitation {
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly roles: readonly Role[];
  readonly language?: 'ja' | 'en';
}

/** `waiting`: a second person has to approve; until then nothing has changed. */
export interface RoleChange {
  readonly personId: string;
  readonly state: 'done' | 'waiting';
  readonly requestId?: string;
  readonly entries: readonly PublishedEntry[];
}

export interface RoleRequest {
  readonly id: string;
  readonly personId: string;
  readonly organisation: string;
  readonly wanted: readonly Role[];
  readonly askedBy: string;
  readonly askedAtMs: number;
}

export interface KeyWish {
  readonly name: string;
  readonly actions: readonly Action[];
  readonly expiresAtMs: number;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly organisation: string;
  readonly personId: string;
  readonly actions: readonly Action[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs?: number;
  readonly revokedAtMs?: number;
}

/**
 * Verbs that take a principal decide by `authority` themselves and throw AUT_REFUSED; the caller
 * need not, and cannot forget to.
 */
export interface Identity {
  /**
   * Who asks. An Authorization header is never mixed with a cookie: when one is there and is not
   * valid, nobody asks.
   */
  sessionFrom(headers: RequestHeaders): Promise<Principal | undefined>;
  /** The same for a cookie, with what a page wants to know. */
  stateFrom(headers: RequestHeaders): Promise<SessionState>;
  /** True when a request that writes may use the cookie it carries. */
  isOwnPage(headers: RequestHeaders): boolean;

  /** For the hub's own use (start of a sample nation, mail). Never hand it to another person. */
  createSignInLink(personId: string, use: 'mail' | 'printed'): Promise<SignInLink>;
  /** The first link of an invited person, for somebody who may hand it over. */
  invitationLink(by: Principal, personId: string): Promise<SignInLink>;
  /** For "send me a link": undefined when there is nobody or too many were asked for; answer alike. */
  linkForEmail(
    email: string,
  ): Promise<(SignInLink & { readonly personId: string; readonly name: string }) | undefined>;
  /** Once. Any session that the request carries ends. */
  redeem(token: string, headers: RequestHeaders): Promise<Redeemed>;
  /** Ends the session at the server; the cookie is of no more use to anyone. */
  signOut(headers: RequestHeaders): Promise<readonly string[]>;
  setLanguage(personId: string, language: 'ja' | 'en'): Promise<void>;

  /** Needs a fresh sign-in. The secret and its address for an authenticator app, shown once. */
  enrolTotp(session: Session): Promise<{ readonly secret: string; readonly uri: string }>;
  confirmTotp(session: Session, code: string): Promise<void>;
  /** Completes a waiting sign-in, or makes a session fresh again. */
  verifyTotp(headers: RequestHeaders, code: string): Promise<void>;
  removeTotp(session: Session, code: string): Promise<void>;

  /** The first people of an instance without people. */
  found(people: readonly Invitation[]): Promise<readonly string[]>;
  invitePerson(by: Principal, invitation: Invitation): Promise<RoleChange>;
  listPeople(by: Principal): Promise<readonly Person[]>;
  findPerson(by: Principal, personId: string): Promise<Person>;
  changeRole(by: Principal, personId: string, roles: readonly Role[]): Promise<RoleChange>;
  listRoleRequests(by: Principal): Promise<readonly RoleRequest[]>;
  decideRoleRequest(by: Principal, requestId: string, approve: boolean): Promise<RoleChange>;
  removePerson(by: Principal, personId: string): Promise<readonly PublishedEntry[]>;
  /** The principal that a person would be now, for "why can this person see this". */
  principalOf(by: Principal, personId: string): Promise<Principal>;

  createKey(
    by: Principal,
    wish: KeyWish,
  ): Promise<{
    readonly key: ApiKey;
    readonly secret: string;
    readonly entries: readonly PublishedEntry[];
  }>;
  listKeys(by: Principal): Promise<readonly ApiKey[]>;
  revokeKey(by: Principal, keyId: string): Promise<readonly PublishedEntry[]>;

  /** Clears what has ended: sessions, challenges, links. A job calls it; returns how many rows. */
  sweep(): Promise<number>;

  /** The sign-in library's own pages (passkeys, single sign-on), already narrowed to what we use. */
  handle(request: Request, peer: string): Promise<Response>;
  /** Ways to sign in that work at this instance. */
  readonly ways: readonly ('passkey' | 'link' | 'sso')[];
}
