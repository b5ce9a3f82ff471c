// SPDX-License-Identifier: Apache-2.0
/** Puts the room together: the sign-in library, sessions, links, codes, people, keys. */
import { timingSafeEqual } from 'node:crypto';
import { PRIVILEGED_ROLES, type Principal, systemPrincipal } from '@sakimori/authority';
import { type Store, storeErrors } from '@sakimori/store';
import type { Kysely } from 'kysely';
import { identityErrors } from './errors.ts';
import {
  DEFAULT_LIMITS,
  type Identity,
  type IdentityConfig,
  type IdentityLimits,
  type RequestHeaders,
  type SessionState,
} from './identity.ts';
import { KEY_PREFIX, listOf, makeKey, principalOfKey, revoke } from './keys.ts';
import { hashToken, makeLink, takeLink, whoMayHaveLink } from './links.ts';
import { narrow, type Passage } from './narrow-door.ts';
import { discover, PROVIDER_ID, type Provider } from './oidc.ts';
import { isOwnPage, ownOrigins } from './origin.ts';
import {
  changeRoles,
  decideRequest,
  findOne,
  foundPeople,
  invite,
  listAll,
  listRequests,
  type PeopleFacts,
  principalFor,
  principalNow,
  remove,
  requireMayLink,
} from './people.ts';
import { readSecret, writeOwnerToken } from './secret-file.ts';
import { makeSignIn, type SignIn } from './sign-in.ts';
import type { IdentityTables } from './tables.ts';
import { checkTotp, enrolTotp, hasTotp, type TotpFacts } from './totp.ts';

/** How long a first factor waits for its second. */
const WAITING_MS = 10 * 60_000;
/** How exactly "last seen" is kept. */
const SEEN_MS = 30_000;
/** A provider that was silent is asked again after this. */
const PROVIDER_AGAIN_MS = 15_000;

/**
 * Opens the identity room on a store.
 *
 * In      store with migration 0010; config (see `IdentityConfig`)
 * Out     the port; the owner's token is written and the secret made when there is none
 * Throws  IDN_SECRET_FILE_OPEN, IDN_SECRET_FILE_BROKEN
 * Never   has a default password, or any; asks the network for anything but the configured provider
 */
export async function openIdentity(
  store: Store<never> | Store<IdentityTables>,
  config: IdentityConfig,
): Promise<Identity> {
  const secret = await readSecret(config.dataFolder);
  const ownerHash = hashToken(await writeOwnerToken(config.dataFolder));
  const room = new Room((store as Store<never>).as<IdentityTables>(), config, secret, ownerHash);
  await room.lookForProvider();
  return room.port();
}

interface FoundSession {
  readonly session: {
    readonly id: string;
    readonly token: string;
    readonly createdAt: Date;
    readonly lastSeenAt?: Date | null;
    readonly steppedUpAt?: Date | null;
    readonly waitsFor?: string | null;
  };
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly language?: string | null;
  };
}

class Room {
  readonly #db: Kysely<IdentityTables>;
  readonly #store: Store<IdentityTables>;
  readonly #config: IdentityConfig;
  readonly #limits: IdentityLimits;
  readonly #secret: string;
  readonly #ownerHash: Buffer;
  readonly #origins: readonly string[];
  readonly #nowMs: () => number;
  #signIn: SignIn;
  #provider: Provider | undefined;
  #askedProviderAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    store: Store<IdentityTables>,
    config: IdentityConfig,
    secret: string,
    ownerHash: Buffer,
  ) {
    this.#store = store;
    this.#db = store.plain;
    this.#config = config;
    this.#limits = { ...DEFAULT_LIMITS, ...config.limits };
    this.#secret = secret;
    this.#ownerHash = ownerHash;
    this.#origins = ownOrigins(config.publicUrl);
    this.#nowMs = config.now ?? Date.now;
    this.#signIn = this.#makeSignIn();
  }

  #makeSignIn(): SignIn {
    return makeSignIn(
      {
        config: this.#config,
        limits: this.#limits,
        secret: this.#secret,
        db: this.#db as unknown as Kysely<never>,
        nowMs: this.#nowMs,
        enters: async (id, at) => {
          if (!(await principalFor(this.#store, id, false))) return false;
          await this.#seenPerson(id, at);
          return true;
        },
        isLinked: (personId, providerId) => this.#isLinked(personId, providerId),
      },
      this.#provider,
    );
  }

  async #isLinked(personId: string, providerId: string): Promise<boolean> {
    const found = await this.#db
      .selectFrom('identity_account')
      .select('id')
      .where('user_id', '=', personId)
      .where('provider_id', '=', providerId)
      .executeTakeFirst();
    return found !== undefined;
  }

  /** A provider that is away at the start is found later; nobody else waits for it. */
  async lookForProvider(): Promise<void> {
    const { oidc } = this.#config;
    const now = Date.now();
    if (!oidc || this.#provider || now - this.#askedProviderAtMs < PROVIDER_AGAIN_MS) return;
    this.#askedProviderAtMs = now;
    this.#provider = await discover(oidc, this.#limits.providerMs);
    if (this.#provider) this.#signIn = this.#makeSignIn();
    else this.#config.log?.('warn', 'single sign-on: the provider does not answer as configured');
  }

  async #found(headers: Headers): Promise<FoundSession | undefined> {
    if (!headers.has('cookie')) return undefined;
    const only = new Headers({ cookie: headers.get('cookie') ?? '' });
    const query = { disableRefresh: true, disableCookieCache: true };
    try {
      const found = await this.#signIn.api.getSession({ headers: only, query });
      return (found as FoundSession | null) ?? undefined;
    } catch (error) {
      // The library says the same of everything that goes wrong below it: the database is away.
      throw storeErrors('UNAVAILABLE', { reason: 'session' }, error);
    }
  }

  async #end(token: string): Promise<void> {
    await this.#db.deleteFrom('identity_session').where('token', '=', token).execute();
  }

  async #state(headers: Headers): Promise<SessionState> {
    const found = await this.#found(headers);
    if (!found) return { state: 'nobody' };
    const { session, user } = found;
    const now = this.#nowMs();
    if (session.waitsFor === 'totp') {
      if (now - session.createdAt.getTime() > WAITING_MS) return { state: 'nobody' };
      return { state: 'waiting-for-totp', personId: user.id, sessionId: session.id };
    }
    const steppedUpUntilMs = (session.steppedUpAt?.getTime() ?? 0) + this.#limits.stepUpMs;
    const principal = await principalFor(this.#store, user.id, steppedUpUntilMs > now);
    if (!principal) return { state: 'nobody' };
    const privileged = principal.roles.some((role) => PRIVILEGED_ROLES.includes(role));
    const idleMs = privileged ? this.#limits.idlePrivilegedMs : this.#limits.idleMs;
    const seenAtMs = (session.lastSeenAt ?? session.createdAt).getTime();
    const tooOld = now - session.createdAt.getTime() > this.#limits.sessionMs;
    if (now - seenAtMs > idleMs || tooOld) {
      await this.#end(session.token);
      return { state: 'nobody' };
    }
    if (now - seenAtMs > Math.min(SEEN_MS, idleMs / 10)) {
      await this.#seen(session.id, user.id, new Date(now));
    }
    const language = user.language === 'en' ? 'en' : 'ja';
    const { name, email } = user;
    return {
      state: 'signed-in',
      session: { id: session.id, principal, name, email, language, steppedUpUntilMs },
    };
  }

  async #seen(sessionId: string, personId: string, last_seen_at: Date): Promise<void> {
    const session = this.#db.updateTable('identity_session').set({ last_seen_at });
    await session.where('id', '=', sessionId).execute();
    await this.#seenPerson(personId, last_seen_at);
  }

  async #seenPerson(personId: string, last_seen_at: Date): Promise<void> {
    const person = this.#db.updateTable('identity_person').set({ last_seen_at });
    await person.where('id', '=', personId).execute();
  }

  async #principal(given: RequestHeaders): Promise<Principal | undefined> {
    const headers = toHeaders(given);
    const authorization = headers.get('authorization');
    if (authorization !== null) return this.#bearer(authorization);
    const state = await this.#state(headers);
    return state.state === 'signed-in' ? state.session.principal : undefined;
  }

  async #bearer(authorization: string): Promise<Principal | undefined> {
    const token = /^Bearer ([A-Za-z0-9_-]{1,128})$/.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    if (token.startsWith(KEY_PREFIX)) return principalOfKey(this.#people, token);
    return timingSafeEqual(hashToken(token), this.#ownerHash)
      ? systemPrincipal('data-folder-owner')
      : undefined;
  }

  async #redeem(token: string, headers: Headers) {
    const personId = await takeLink(this.#links, token);
    const member = personId && (await principalFor(this.#store, personId, false));
    if (!personId || !member) throw identityErrors('LINK_NOT_VALID', {});
    // Whatever session the request came with ends: nobody can plant one beforehand.
    const before = await this.#found(headers);
    if (before) await this.#end(before.session.token);
    const waitsFor = (await hasTotp(this.#db, personId)) ? ('totp' as const) : null;
    const forwarded = new Headers();
    const agent = headers.get('user-agent');
    if (agent) forwarded.set('user-agent', agent.slice(0, 300));
    const answer = await this.#signIn.api.enter({
      body: { personId, waitsFor },
      headers: forwarded,
      asResponse: true,
    });
    if (!answer.ok) throw identityErrors('LINK_NOT_VALID', {});
    const needs = waitsFor ?? ('nothing' as const);
    return { setCookie: answer.headers.getSetCookie(), needs };
  }

  async #signOut(headers: Headers): Promise<readonly string[]> {
    const found = await this.#found(headers);
    if (found) await this.#end(found.session.token);
    const cookie = headers.get('cookie') ?? '';
    const own = new Headers({ cookie, origin: this.#config.publicUrl });
    const answer = await this.#signIn.api.signOut({ headers: own, asResponse: true });
    return answer.headers.getSetCookie();
  }

  async #verifyTotp(headers: Headers, code: string): Promise<void> {
    const state = await this.#state(headers);
    if (state.state === 'nobody') throw identityErrors('NOT_SIGNED_IN', {});
    const waiting = state.state === 'waiting-for-totp';
    const personId = waiting ? state.personId : state.session.principal.id;
    await checkTotp(this.#totp, personId, code, 'confirmed');
    const now = new Date(this.#nowMs());
    await this.#db
      .updateTable('identity_session')
      .set({ waits_for: null, stepped_up_at: now, last_seen_at: now })
      .where('id', '=', waiting ? state.sessionId : state.session.id)
      .execute();
  }

  async #handle(request: Request, peer: string): Promise<Response> {
    const passage = await narrow(request, peer);
    if (!passage) throw identityErrors('NO_SUCH', {});
    const state = passage.needs === 'nothing' ? undefined : await this.#state(request.headers);
    if (state && state.state !== 'signed-in') throw identityErrors('NOT_SIGNED_IN', {});
    if (passage.needs === 'fresh' && !state?.session.principal.steppedUp) {
      throw identityErrors('STEP_UP', {});
    }
    if (request.method !== 'GET' && !isOwnPage(request.headers, this.#origins)) {
      throw identityErrors('CROSS_SITE', {});
    }
    if (passage.provider) {
      await this.lookForProvider();
      if (!this.#provider) throw identityErrors('PROVIDER_SILENT', {});
    }
    const before = passage.enters ? await this.#found(request.headers) : undefined;
    const answer = await this.#answer(passage);
    const entered = answer.headers.getSetCookie().some((one) => /session_token=[^;]/.test(one));
    if (before && entered) await this.#end(before.session.token);
    return passage.show(answer);
  }

  /** Never waits for a provider longer than the limit. */
  async #answer(passage: Passage): Promise<Response> {
    const timer = new AbortController();
    const { providerMs } = this.#limits;
    const late = new Promise<undefined>((resolve) => {
      const wait = setTimeout(() => resolve(undefined), 2 * providerMs);
      timer.signal.addEventListener('abort', () => clearTimeout(wait));
    });
    try {
      const answer = await Promise.race([this.#signIn.handler(passage.request), late]);
      if (!answer) throw identityErrors('PROVIDER_SILENT', {});
      return answer;
    } finally {
      timer.abort();
    }
  }

  get #links() {
    const { publicUrl } = this.#config;
    return { db: this.#db, limits: this.#limits, nowMs: this.#nowMs, publicUrl };
  }

  get #people(): PeopleFacts {
    return { store: this.#store, config: this.#config, nowMs: this.#nowMs };
  }

  get #totp(): TotpFacts {
    const issuer = this.#config.instanceName;
    return { db: this.#db, key: this.#secret, limits: this.#limits, nowMs: this.#nowMs, issuer };
  }

  port(): Identity {
    const people = this.#people;
    const needsFresh = (steppedUp: boolean | undefined) => {
      if (!steppedUp) throw identityErrors('STEP_UP', {});
    };
    return {
      sessionFrom: (headers) => this.#principal(headers),
      stateFrom: (headers) => this.#state(toHeaders(headers)),
      isOwnPage: (headers) => isOwnPage(toHeaders(headers), this.#origins),
      createSignInLink: (personId, use) => makeLink(this.#links, personId, use),
      invitationLink: async (by, personId) => {
        await requireMayLink(people, by, personId);
        return makeLink(this.#links, personId, 'mail');
      },
      linkForEmail: async (email) => {
        const person = await whoMayHaveLink(this.#links, email);
        if (!person || !(await principalFor(this.#store, person.id, false))) return undefined;
        const link = await makeLink(this.#links, person.id, 'mail');
        return { ...link, personId: person.id, name: person.name };
      },
      redeem: (token, headers) => this.#redeem(token, toHeaders(headers)),
      signOut: (headers) => this.#signOut(toHeaders(headers)),
      setLanguage: async (personId, language) => {
        const change = this.#db.updateTable('identity_person').set({ language });
        await change.where('id', '=', personId).execute();
      },
      enrolTotp: async ({ principal, email }) => {
        needsFresh(principal.steppedUp);
        return enrolTotp(this.#totp, { id: principal.id, email });
      },
      confirmTotp: ({ principal }, code) => checkTotp(this.#totp, principal.id, code, 'new'),
      verifyTotp: (headers, code) => this.#verifyTotp(toHeaders(headers), code),
      removeTotp: async ({ principal }, code) => {
        needsFresh(principal.steppedUp);
        await checkTotp(this.#totp, principal.id, code, 'confirmed');
        await this.#db.deleteFrom('identity_totp').where('person_id', '=', principal.id).execute();
      },
      found: (list) => foundPeople(people, list),
      invitePerson: (by, invitation) => invite(people, by, invitation),
      listPeople: (by) => listAll(people, by),
      findPerson: (by, personId) => findOne(people, by, personId),
      changeRole: (by, personId, roles) => changeRoles(people, by, personId, roles),
      listRoleRequests: (by) => listRequests(people, by),
      decideRoleRequest: (by, requestId, approve) => decideRequest(people, by, requestId, approve),
      removePerson: (by, personId) => remove(people, by, personId),
      principalOf: (by, personId) => principalNow(people, by, personId),
      createKey: (by, wish) => makeKey(people, this.#limits, by, wish),
      listKeys: (by) => listOf(people, by),
      revokeKey: (by, keyId) => revoke(people, by, keyId),
      sweep: () => sweep(this.#db, new Date(this.#nowMs())),
      handle: (request, peer) => this.#handle(request, peer),
      ways: this.#config.oidc ? ['passkey', 'link', PROVIDER_ID] : ['passkey', 'link'],
    };
  }
}

async function sweep(db: Kysely<IdentityTables>, now: Date): Promise<number> {
  const ended = await Promise.all([
    db.deleteFrom('identity_session').where('expires_at', '<', now).executeTakeFirst(),
    db.deleteFrom('identity_verification').where('expires_at', '<', now).executeTakeFirst(),
    db.deleteFrom('identity_link').where('expires_at', '<', now).executeTakeFirst(),
  ]);
  return ended.reduce((sum, one) => sum + Number(one.numDeletedRows), 0);
}

function toHeaders(given: RequestHeaders): Headers {
  if (given instanceof Headers) return given;
  const headers = new Headers();
  for (const name of ['authorization', 'cookie', 'origin', 'sec-fetch-site', 'user-agent']) {
    const value = (given as Record<string, string | string[] | undefined>)[name];
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join('; ') : value);
  }
  return headers;
}
