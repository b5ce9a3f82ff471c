// SPDX-License-Identifier: Apache-2.0
/** The dated rules of reporting, and changes of them, which take two people. */
import type { RuleChangeView, RuleSetView } from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import { route } from '../route.ts';
import { ruleChangeView, ruleSetView } from '../shapes-report.ts';
import {
  byId,
  placed,
  placedChange,
  plainText,
  type ReportParts,
  recordBody,
} from './report-parts.ts';

/** Declares the routes of rules below /api/v1. */
export function ruleRoutes(app: FastifyInstance, parts: ReportParts): void {
  const { rules } = parts.service;
  route(app, {
    method: 'GET',
    url: '/api/v1/rules',
    gate: 'rule:read',
    summary: 'Rules with clause, source and dates, what is unverified, changes that wait',
    shape: { answer: z.array(ruleSetView) },
    handler: async ({ access }) =>
      placed<RuleSetView[]>(parts, await rules.list(access.scope('rule:read'))),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/rules/:set/changes',
    gate: 'rule:propose',
    summary: 'Asks for a change of a rule from a day on, with reason and source',
    shape: {
      params: z.object({ set: z.string().max(80) }),
      body: z.object({
        clause: z.string().trim().min(1).max(300),
        from: z.iso.date(),
        value: recordBody,
        reason: plainText,
        source: z.string().trim().min(1).max(2_000),
      }),
      answer: ruleChangeView,
    },
    handler: async ({ access, params, body }) =>
      placedChange<RuleChangeView>(
        parts,
        await rules.propose(access.scope('rule:propose'), { ruleSet: params.set, ...body }),
      ),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/rule-changes/:id',
    gate: 'rule:approve',
    summary: 'Approves or refuses a change that somebody else asked for',
    shape: { params: byId, body: z.object({ approve: z.boolean() }), answer: ruleChangeView },
    handler: async ({ access, params, body }) => {
      // Who may approve depends on who asked: that is decided below, at the change itself.
      const scope = access.scope('rule:read');
      const changes = (await rules.list(scope)).flatMap((set) => set.changes);
      const change = changes.find(({ id }) => id === params.id);
      if (!change) throw hubErrors('NOT_FOUND', {});
      access.require('rule:approve', {
        type: 'rule',
        id: params.id,
        organisation: null,
        sectors: [],
        requestedBy: change.askedBy,
      });
      return placedChange<RuleChangeView>(parts, await rules.decide(scope, params.id, body));
    },
  });
}
