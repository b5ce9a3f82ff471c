// SPDX-License-Identifier: Apache-2.0
/** What an organisation sets for itself: webhooks and suppressions. */
import {
  addWebhook,
  type EgressRules,
  listSuppressions,
  listWebhooks,
  removeSuppression,
  removeWebhook,
  restartWebhook,
  type WarnContext,
} from '@sakimori/warn';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import type { Access } from '../access.ts';
import { route } from '../route.ts';
import { suppressionView, webhookView } from '../shapes.ts';

export interface SettingParts {
  readonly warn: WarnContext;
  readonly egressRules: EgressRules;
  readonly changed: () => void;
}

const byId = z.object({ id: z.string().max(80) });

/** The organisation that a request is about: the asker's own. */
function ownOrganisation(access: Access): string {
  if (access.principal.organisation === null) throw hubErrors('NOT_FOUND', {});
  return access.principal.organisation;
}

/** Declares the routes of webhooks and suppressions below /api/v1. */
export function settingRoutes(app: FastifyInstance, parts: SettingParts): void {
  const { warn } = parts;
  route(app, {
    method: 'GET',
    url: '/api/v1/webhooks',
    gate: 'webhook:read',
    summary: 'Webhooks of your organisation',
    shape: { answer: z.array(webhookView) },
    handler: async ({ access }) => [
      ...(await listWebhooks(warn, access.scope('webhook:read'), ownOrganisation(access))),
    ],
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/webhooks',
    gate: 'webhook:write',
    summary: 'Adds a webhook (Standard Webhooks); its secret is in this answer alone',
    shape: { body: z.object({ url: z.string().max(2_048) }), answer: webhookView },
    handler: ({ access, body }) =>
      addWebhook(
        warn,
        access.scope('webhook:write'),
        { organisationId: ownOrganisation(access), url: body.url, actor: access.principal.id },
        parts.egressRules,
      ),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/webhooks/:id/restart',
    gate: 'webhook:write',
    summary: 'Starts a stopped webhook again',
    shape: { params: byId },
    handler: async ({ access, params, reply }) => {
      await restartWebhook(warn, access.scope('webhook:write'), params.id);
      return reply.code(204).send();
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/api/v1/webhooks/:id',
    gate: 'webhook:write',
    summary: 'Ends a webhook',
    shape: { params: byId },
    handler: async ({ access, params, reply }) => {
      await removeWebhook(warn, access.scope('webhook:write'), params.id);
      return reply.code(204).send();
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/suppressions',
    gate: 'suppression:read',
    summary: 'Rules that are no longer reported to your organisation, and why',
    shape: { answer: z.array(suppressionView) },
    handler: async ({ access }) => [
      ...(await listSuppressions(warn, access.scope('suppression:read'), ownOrganisation(access))),
    ],
  });
  route(app, {
    method: 'DELETE',
    url: '/api/v1/suppressions/:id',
    gate: 'suppression:write',
    summary: 'Takes a suppression back: the rule is reported again',
    shape: { params: byId },
    handler: async ({ access, params, reply }) => {
      await removeSuppression(warn, access.scope('suppression:write'), params.id);
      parts.changed();
      return reply.code(204).send();
    },
  });
}
