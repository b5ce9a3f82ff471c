// SPDX-License-Identifier: Apache-2.0
/** Notifications of specified computers: operator, sector minister, Prime Minister (Act art. 4). */
import type { RegisterNotification, RegisterService } from '@sakimori/register';
import type { Scope } from '@sakimori/store';
import type { BoardNumbers, DeskView, NotificationView, Text } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import type { Receipts } from '../../receipts.ts';
import type { Access } from '../access.ts';
import { route } from '../route.ts';
import { deskView, notificationView, pageOf } from '../shapes.ts';

export interface NotificationParts {
  readonly register: RegisterService;
  readonly receipts: Receipts;
  /** Figures of warnings by sector, within the scope. */
  readonly sectorNumbers: (scope: Scope) => Promise<ReadonlyMap<string, BoardNumbers>>;
  /** Name of a sector by dated law. */
  readonly sectorName: (sector: string) => Text;
}

const byId = z.object({ id: z.string().max(80) });
const states = ['draft', 'submitted', 'relayed', 'received', 'correction-requested'] as const;

/** Shows notifications with the receipts of their steps. */
export async function showNotifications(
  receipts: Receipts,
  found: readonly RegisterNotification[],
): Promise<NotificationView[]> {
  const places = await receipts(found.flatMap(({ steps }) => steps.map((step) => step.outboxId)));
  return found
    .filter((one) => one.state !== 'withdrawn')
    .map(({ steps, incomplete: _incomplete, minister: _minister, ...view }) => ({
      ...view,
      state: view.state as NotificationView['state'],
      receipts: steps.flatMap(({ step, outboxId }) => {
        const receipt = places.get(outboxId);
        return receipt ? [{ step, receipt }] : [];
      }),
    }));
}

/** Declares the routes of notifications and of the ministry's desk. */
export function notificationRoutes(app: FastifyInstance, parts: NotificationParts): void {
  const { notifications } = parts.register;
  const one = async (found: RegisterNotification): Promise<NotificationView> => {
    const [view] = await showNotifications(parts.receipts, [found]);
    if (!view) throw hubErrors('NOT_FOUND', {});
    return view;
  };
  declareReading(app, parts, one);
  route(app, {
    method: 'POST',
    url: '/api/v1/organisations/:id/notifications',
    gate: 'notification:submit',
    summary: 'Submits what is complete and not yet notified',
    shape: { params: byId, body: z.object({}).default({}), answer: z.array(notificationView) },
    handler: async ({ access, params }) => {
      const scope = access.scope('notification:submit');
      const drafts = await notifications.list(scope, {
        organisationId: params.id,
        states: ['draft', 'correction-requested'],
      });
      if (drafts.length === 0) throw hubErrors('NOTHING_TO_SUBMIT', {});
      const submitted: RegisterNotification[] = [];
      for (const draft of drafts) {
        submitted.push((await notifications.submit(scope, draft.id)).value);
      }
      return showNotifications(parts.receipts, submitted);
    },
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/notifications/:id/relay',
    gate: 'notification:relay',
    summary: 'The sector minister notifies the Prime Minister',
    shape: { params: byId, body: z.object({}).default({}), answer: notificationView },
    handler: async ({ access, params }) =>
      one((await notifications.relay(access.scope('notification:relay'), params.id)).value),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/notifications/:id/receive',
    gate: 'notification:receive',
    summary: 'The Prime Minister’s office receives it',
    shape: { params: byId, body: z.object({}).default({}), answer: notificationView },
    handler: async ({ access, params }) =>
      one((await notifications.receive(access.scope('notification:receive'), params.id)).value),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/notifications/:id/correction',
    gate: 'notification:correct',
    summary: 'Asks the operator for a correction of fields, by a day',
    shape: {
      params: byId,
      body: z.object({
        fields: z.array(z.string().max(40)).min(1).max(40),
        due: z.iso.date().optional(),
      }),
      answer: notificationView,
    },
    handler: async ({ access, params, body }) => {
      const seat = access.principal.roles.includes('ministry-desk')
        ? 'sector-minister'
        : 'prime-minister';
      const request = { seat, fields: body.fields, ...(body.due && { dueDay: body.due }) } as const;
      const scope = access.scope('notification:correct');
      return one((await notifications.requestCorrection(scope, params.id, request)).value);
    },
  });
}

function declareReading(
  app: FastifyInstance,
  parts: NotificationParts,
  one: (found: RegisterNotification) => Promise<NotificationView>,
): void {
  const { notifications } = parts.register;
  route(app, {
    method: 'GET',
    url: '/api/v1/notifications',
    gate: 'notification:read',
    summary: 'Notifications that you may see, open ones first',
    shape: {
      query: z.object({
        organisation: z.string().max(80).optional(),
        state: z.enum(states).optional(),
      }),
      answer: pageOf(notificationView),
    },
    handler: async ({ access, query }) => {
      const found = await notifications.list(access.scope('notification:read'), {
        ...(query.organisation && { organisationId: query.organisation }),
        ...(query.state && { states: [query.state] }),
      });
      return { items: await showNotifications(parts.receipts, submittedOnly(access, found)) };
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/notifications/:id',
    gate: 'notification:read',
    summary: 'One notification',
    shape: { params: byId, answer: notificationView },
    handler: async ({ access, params }) => {
      const found = await notifications.get(access.scope('notification:read'), params.id);
      const [visible] = submittedOnly(access, [found]);
      if (!visible) throw hubErrors('NOT_FOUND', {});
      return one(visible);
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/desk',
    gate: 'desk:read',
    summary: 'The desk of a competent minister: what waits, and how the sectors stand',
    shape: { answer: deskView },
    handler: ({ access }) => showDesk(parts, access),
  });
}

/** A draft is the operator's own: nobody else sees it before it is submitted. */
function submittedOnly(
  access: Access,
  found: readonly RegisterNotification[],
): readonly RegisterNotification[] {
  const { organisation } = access.principal;
  return found.filter((one) => one.state !== 'draft' || one.organisation.id === organisation);
}

async function showDesk(parts: NotificationParts, access: Access): Promise<DeskView> {
  const numbers = await parts.sectorNumbers(access.scope('desk:read'));
  // Police and the personal-information commission have a desk, and no part in notifications.
  const takesPart = access.filter('notification:read').reach !== 'none';
  const found = takesPart
    ? await parts.register.notifications.list(access.scope('notification:read'), {})
    : [];
  return {
    notifications: await showNotifications(parts.receipts, submittedOnly(access, found)),
    sectors: access.principal.sectors.map((sector) => ({
      sector,
      label: parts.sectorName(sector),
      numbers: numbers.get(sector) ?? {
        organisations: 0,
        computers: 0,
        affectedComputers: 0,
        warned: 0,
        acknowledged: 0,
        silent: 0,
        fixed: 0,
      },
    })),
  };
}
