// SPDX-License-Identifier: Apache-2.0
/** Administration: people and roles, keys, the policies in words, and "why can X see this?". */
import {
  ACTIONS,
  type Action,
  explain,
  isMarked,
  POLICY_RULES,
  type Resource,
  ROLES,
  type Role,
  typeOfAction,
} from '@sakimori/authority';
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { KeyView, OrganisationBrief, PersonView, RoleName } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import type { ApiKey, Identity, Person } from '../../identity/index.ts';
import type { Access } from '../access.ts';
import { route } from '../route.ts';
import { keyView, oneTimeLinkView, personView, policyView, whyView } from '../shapes.ts';

export interface PeopleParts {
  readonly identity: Identity;
  /** Brief of an organisation; undefined when there is none. */
  readonly organisation: (id: string) => Promise<OrganisationBrief | undefined>;
  /** A thing as it stands in the store, for "why"; undefined when nobody has it. */
  readonly resourceOf: (action: Action, id: string, scope: Scope) => Promise<Resource | undefined>;
}

const YEAR_MS = 365 * 86_400_000;
const roles = z.array(z.enum(ROLES)).min(1).max(ROLES.length);
const personId = z.object({ id: z.string().max(80) });

async function briefOf(parts: PeopleParts, id: string): Promise<OrganisationBrief> {
  return (await parts.organisation(id)) ?? { id, kind: 'partner', name: { ja: id, en: id } };
}

async function showPerson(parts: PeopleParts, person: Person): Promise<PersonView> {
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    organisation: await briefOf(parts, person.organisation),
    roles: [...person.roles] as RoleName[],
    passkeys: person.passkeys,
    totp: person.totp,
    ...(person.lastSeenAtMs !== undefined && { lastSeen: toInstant(person.lastSeenAtMs) }),
  };
}

async function showKey(parts: PeopleParts, key: ApiKey): Promise<KeyView> {
  const instant = (name: string, ms: number | undefined) =>
    ms === undefined ? {} : { [name]: toInstant(ms) };
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    actions: [...key.actions],
    organisation: await briefOf(parts, key.organisation),
    created: toInstant(key.createdAtMs),
    expires: toInstant(key.expiresAtMs),
    ...instant('lastUsed', key.lastUsedAtMs),
    ...instant('revoked', key.revokedAtMs),
  };
}

/** Declares the routes of administration. Identity decides each by the authority itself. */
export function peopleRoutes(app: FastifyInstance, parts: PeopleParts): void {
  declarePeople(app, parts);
  declareKeys(app, parts);
  declarePolicies(app, parts);
}

function declarePeople(app: FastifyInstance, parts: PeopleParts): void {
  const { identity } = parts;
  route(app, {
    method: 'GET',
    url: '/api/v1/people',
    gate: 'person:read',
    summary: 'People whom you may see',
    shape: { answer: z.array(personView) },
    handler: async ({ access }) =>
      Promise.all(
        (await identity.listPeople(access.principal)).map((person) => showPerson(parts, person)),
      ),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/people',
    gate: 'person:invite',
    summary: 'Invites a person',
    shape: {
      body: z.object({
        name: z.string().trim().min(1).max(100),
        email: z.email().max(254),
        organisation: z.string().max(80),
        roles,
        language: z.enum(['ja', 'en']).default('ja'),
      }),
    },
    handler: async ({ access, body, reply }) => {
      const change = await identity.invitePerson(access.principal, body);
      reply.code(201);
      return answerOfChange(change);
    },
  });
  route(app, {
    method: 'PATCH',
    url: '/api/v1/people/:id',
    gate: 'person:change-role',
    summary: 'Changes the roles of a person; some changes wait for a second person',
    shape: { params: personId, body: z.object({ roles }) },
    handler: async ({ access, params, body }) =>
      answerOfChange(await identity.changeRole(access.principal, params.id, body.roles as Role[])),
  });
  route(app, {
    method: 'DELETE',
    url: '/api/v1/people/:id',
    gate: 'person:remove',
    summary: 'Ends the access of a person at once',
    shape: { params: personId },
    handler: async ({ access, params, reply }) => {
      await identity.removePerson(access.principal, params.id);
      return reply.code(204).send();
    },
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/people/:id/link',
    gate: 'person:invite',
    summary: 'The first sign-in link of a new person, to hand over once',
    shape: { params: personId, answer: oneTimeLinkView },
    handler: async ({ access, params }) => {
      const link = await identity.invitationLink(access.principal, params.id);
      return { url: link.url, expires: toInstant(link.expiresAtMs) };
    },
  });
  declareRoleRequests(app, identity);
}

function declareRoleRequests(app: FastifyInstance, identity: Identity): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/role-requests',
    gate: 'person:read',
    summary: 'Changes of roles that wait for a second person',
    handler: async ({ access }) =>
      (await identity.listRoleRequests(access.principal)).map((request) => ({
        id: request.id,
        person: request.personId,
        organisation: request.organisation,
        wanted: request.wanted,
        askedBy: request.askedBy,
        askedAt: toInstant(request.askedAtMs),
      })),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/role-requests/:id',
    gate: 'person:approve-role',
    summary: 'Approves or refuses a change that somebody else asked for',
    shape: { params: personId, body: z.object({ approve: z.boolean() }) },
    handler: async ({ access, params, body }) =>
      answerOfChange(await identity.decideRoleRequest(access.principal, params.id, body.approve)),
  });
}

function answerOfChange(change: {
  readonly personId: string;
  readonly state: 'done' | 'waiting';
  readonly requestId?: string;
  readonly entries: readonly { readonly log: string; readonly index: number }[];
}): Record<string, unknown> {
  return {
    id: change.personId,
    state: change.state,
    ...(change.requestId !== undefined && { request: change.requestId }),
    ...(change.entries[0] && { receipt: change.entries[0] }),
  };
}

function declareKeys(app: FastifyInstance, parts: PeopleParts): void {
  const { identity } = parts;
  route(app, {
    method: 'GET',
    url: '/api/v1/keys',
    gate: 'key:read',
    summary: 'API keys of your organisation',
    shape: { answer: z.array(keyView) },
    handler: async ({ access }) =>
      Promise.all((await identity.listKeys(access.principal)).map((key) => showKey(parts, key))),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/keys',
    gate: 'key:create',
    summary: 'Makes a key for some actions; its secret is shown in this answer alone',
    shape: {
      body: z.object({
        name: z.string().trim().min(1).max(100),
        actions: z
          .array(z.enum(ACTIONS as [Action, ...Action[]]))
          .min(1)
          .max(ACTIONS.length),
        expires: z.iso.datetime().optional(),
      }),
      answer: keyView,
    },
    handler: async ({ access, body }) => {
      const expiresAtMs = body.expires ? Date.parse(body.expires) : Date.now() + YEAR_MS;
      const { key, secret } = await identity.createKey(access.principal, {
        name: body.name,
        actions: body.actions,
        expiresAtMs,
      });
      return { ...(await showKey(parts, key)), secret };
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/api/v1/keys/:id',
    gate: 'key:revoke',
    summary: 'Revokes a key at once',
    shape: { params: personId },
    handler: async ({ access, params, reply }) => {
      await identity.revokeKey(access.principal, params.id);
      return reply.code(204).send();
    },
  });
}

function declarePolicies(app: FastifyInstance, parts: PeopleParts): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/policies',
    gate: 'policy:read',
    summary: 'Who may do what, in words and as Cedar text',
    shape: { answer: z.array(policyView) },
    handler: async () =>
      POLICY_RULES.map((rule) => ({
        id: rule.id,
        effect: rule.effect,
        title: rule.because,
        source: rule.source,
        ...(rule.law !== undefined && rule.law !== '-' && { ground: rule.law }),
      })),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/why',
    gate: 'access:explain',
    summary: 'Why a person can, or cannot, do this to that',
    shape: {
      query: z.object({
        person: z.string().max(80),
        action: z.enum(ACTIONS as [Action, ...Action[]]),
        id: z.string().max(80).optional(),
      }),
      answer: whyView,
    },
    handler: async ({ access, query }) => {
      const principal = await parts.identity.principalOf(access.principal, query.person);
      const resource = await resourceFor(parts, access, query.action, query.id);
      const answer = explain(principal, query.action, resource, access.context);
      return {
        allowed: answer.allowed,
        because: [...answer.sentences],
        policies: [...answer.reasons],
      };
    },
  });
}

/** The thing asked about; without an id, one of the asker's own organisation stands for all. */
async function resourceFor(
  parts: PeopleParts,
  access: Access,
  action: Action,
  id: string | undefined,
): Promise<Resource> {
  if (id !== undefined) {
    const found = await parts.resourceOf(action, id, access.scope('organisation:read'));
    if (!found) throw hubErrors('NOT_FOUND', {});
    return found;
  }
  const type = typeOfAction(action);
  return {
    type,
    organisation: access.principal.organisation,
    sectors: access.principal.sectors,
    ...(isMarked(type) && { tlp: 'AMBER' as const }),
  } as Resource;
}
