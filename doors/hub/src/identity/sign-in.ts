// SPDX-License-Identifier: Apache-2.0
/** The sign-in library (better-auth), set up for what we use of it, and nothing else of it. */
import { randomBytes } from 'node:crypto';
import { passkey } from '@better-auth/passkey';
import { makeId } from '@sakimori/vocabulary';
import { betterAuth } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { genericOAuth } from 'better-auth/plugins';
import type { Kysely } from 'kysely';
import * as z from 'zod';
import type { IdentityConfig, IdentityLimits } from './identity.ts';
import { PROVIDER_ID, type Provider, readProfile } from './oidc.ts';
import { ownOrigins, passkeyName } from './origin.ts';

export const AUTH_PATH = '/api/v1/auth';
/** Set by our own door on the way in; what a client sends under this name is thrown away. */
export const PEER_HEADER = 'x-sakimori-peer';

export interface SignInFacts {
  readonly config: IdentityConfig;
  readonly limits: IdentityLimits;
  readonly secret: string;
  readonly db: Kysely<never>;
  readonly nowMs: () => number;
  /** False when the person belongs to no organisation now; nobody else gets a session. */
  readonly enters: (personId: string, at: Date) => Promise<boolean>;
  /** Whether an account of the provider is linked to the person already. */
  readonly isLinked: (personId: string, providerId: string) => Promise<boolean>;
}

/** A session made by us after a link was redeemed. Only the server itself can call it. */
const enter = {
  id: 'sakimori-enter',
  endpoints: {
    enter: createAuthEndpoint(
      '/sakimori/enter',
      {
        method: 'POST',
        body: z.object({ personId: z.string(), waitsFor: z.literal('totp').nullable() }),
        metadata: { SERVER_ONLY: true },
      },
      async (ctx) => {
        const { personId, waitsFor } = ctx.body;
        const user = await ctx.context.internalAdapter.findUserById(personId);
        const session = await ctx.context.internalAdapter.createSession(personId, false, {
          waitsFor,
        });
        if (!user || !session) throw new APIError('UNAUTHORIZED');
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ entered: true });
      },
    ),
  },
};

function passkeys({ config }: SignInFacts) {
  // A passkey counts as two factors only when the device has checked who holds it.
  const refuse = () => {
    throw new APIError('UNAUTHORIZED');
  };
  return passkey({
    rpID: passkeyName(config.publicUrl),
    rpName: config.instanceName,
    origin: ownOrigins(config.publicUrl),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: {
      afterVerification: async ({ verification }) => {
        if (!verification.registrationInfo?.userVerified) refuse();
      },
    },
    authentication: {
      afterVerification: async ({ verification }) => {
        if (!verification.authenticationInfo.userVerified) refuse();
      },
    },
    schema: {
      passkey: {
        modelName: 'identity_passkey',
        fields: {
          publicKey: 'public_key',
          userId: 'user_id',
          credentialID: 'credential_id',
          deviceType: 'device_type',
          backedUp: 'backed_up',
          createdAt: 'created_at',
        },
      },
    },
  });
}

function singleSignOn({ config, limits }: SignInFacts, provider: Provider | undefined) {
  if (!config.oidc || !provider) return genericOAuth({ config: [] });
  return genericOAuth({
    config: [
      {
        providerId: PROVIDER_ID,
        discoveryUrl: provider.discoveryUrl,
        clientId: config.oidc.clientId,
        clientSecret: config.oidc.clientSecret,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        authentication: provider.authentication,
        requireIdTokenVerification: true,
        // People are invited; a provider vouches for them and makes nobody.
        disableSignUp: true,
        disableImplicitSignUp: true,
        getUserInfo: async (tokens) => {
          const profile = await readProfile(provider, tokens, limits.providerMs);
          return profile ? { ...profile } : null;
        },
        disableProviderLogout: true,
      },
    ],
  });
}

const MODELS = {
  user: {
    modelName: 'identity_person',
    fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    additionalFields: { language: { type: 'string', required: false, input: false } },
  },
  account: {
    modelName: 'identity_account',
    fields: {
      userId: 'user_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
    accountLinking: { enabled: true, allowDifferentEmails: false },
    updateAccountOnSignIn: false,
  },
  verification: {
    modelName: 'identity_verification',
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
} as const;

const SESSION_MODEL = {
  modelName: 'identity_session',
  fields: {
    userId: 'user_id',
    expiresAt: 'expires_at',
    ipAddress: 'ip_address',
    userAgent: 'user_agent',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
  additionalFields: {
    lastSeenAt: { type: 'date', required: false, input: false, fieldName: 'last_seen_at' },
    steppedUpAt: { type: 'date', required: false, input: false, fieldName: 'stepped_up_at' },
    waitsFor: { type: 'string', required: false, input: false, fieldName: 'waits_for' },
  },
} as const;

const NO_TOKENS = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
};

function hooks({ enters, isLinked, limits, nowMs }: SignInFacts) {
  return {
    session: {
      create: {
        before: async (session: { userId: string; waitsFor?: unknown }) => {
          const now = new Date(nowMs());
          if (!(await enters(session.userId, now))) return false as const;
          const waits = session.waitsFor === 'totp';
          return {
            data: {
              ...session,
              createdAt: now,
              expiresAt: new Date(now.getTime() + limits.sessionMs),
              lastSeenAt: now,
              steppedUpAt: waits ? null : now,
            } as never,
          };
        },
      },
    },
    account: {
      create: {
        // A second account of the provider with the same address is another person's.
        before: async (account: { userId: string; providerId: string }) =>
          (await isLinked(account.userId, account.providerId))
            ? (false as const)
            : { data: { ...account, ...NO_TOKENS } as never },
      },
      update: {
        before: async (account: object) => ({ data: { ...account, ...NO_TOKENS } as never }),
      },
    },
  };
}

/** Sets the library up. Asks nobody for anything: telemetry is off, no password exists. */
export function makeSignIn(facts: SignInFacts, provider: Provider | undefined) {
  const { config, limits } = facts;
  return betterAuth({
    appName: config.instanceName,
    baseURL: config.publicUrl,
    basePath: AUTH_PATH,
    secret: facts.secret,
    trustedOrigins: ownOrigins(config.publicUrl),
    database: { db: facts.db, type: 'postgres' },
    telemetry: { enabled: false },
    emailAndPassword: { enabled: false },
    logger: {
      // Its arguments may hold addresses and tokens; only its fixed words are passed on.
      log: (level, message) => {
        if (level === 'error') config.log?.('error', String(message).slice(0, 120));
      },
    },
    ...MODELS,
    account: {
      ...MODELS.account,
      accountLinking: { ...MODELS.account.accountLinking, trustedProviders: [] },
    },
    session: {
      ...SESSION_MODEL,
      expiresIn: limits.sessionMs / 1000,
      disableSessionRefresh: true,
      freshAge: limits.stepUpMs / 1000,
      cookieCache: { enabled: false },
    },
    databaseHooks: hooks(facts),
    // Tries are counted at our own door (routes.ts), once for all ways to sign in.
    rateLimit: { enabled: false },
    onAPIError: { errorURL: `${config.publicUrl}/sign-in` },
    advanced: {
      cookiePrefix: 'sakimori',
      useSecureCookies: config.publicUrl.startsWith('https://'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [PEER_HEADER] },
      database: {
        generateId: ({ model }) =>
          model === 'user'
            ? makeId('person', facts.nowMs(), randomBytes(10))
            : randomBytes(18).toString('base64url'),
      },
    },
    plugins: [passkeys(facts), singleSignOn(facts, provider), enter],
  });
}

export type SignIn = ReturnType<typeof makeSignIn>;
