// SPDX-License-Identifier: Apache-2.0
/** Warnings: list, look at, answer, prove; and the signed link that needs no account. */

import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { AnswerLinkView } from '@sakimori/vocabulary/wire';
import {
  ANSWER_KINDS,
  answerWarning,
  listWarnings,
  proveWarning,
  readAnswerLink,
  readWarning,
  type WarnContext,
  type WarningFilter,
  warningDocument,
} from '@sakimori/warn';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../route.ts';
import { answerKind, answerLinkView, pageOf, warningBrief, warningDetail } from '../shapes.ts';

export interface WarningParts {
  readonly warn: WarnContext;
  /** Key of signed links; 32 secret bytes. */
  readonly linkKey: Uint8Array;
}

const byId = z.object({ id: z.string().max(80) });
const listed = warningBrief.extend({ form: z.enum(['alarm', 'question']) });

/** Declares the routes of warnings below /api/v1. */
export function warningRoutes(app: FastifyInstance, parts: WarningParts): void {
  const { warn } = parts;
  route(app, {
    method: 'GET',
    url: '/api/v1/warnings',
    gate: 'warning:read',
    summary: 'Warnings that you may see, most urgent first',
    shape: {
      query: z.object({
        organisation: z.string().max(80).optional(),
        state: z.enum(['open', 'acknowledged', 'working', 'resolved', 'withdrawn']).optional(),
        vulnerability: z.string().max(80).optional(),
        form: z.enum(['alarm', 'question']).optional(),
        cursor: z.string().max(300).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: pageOf(listed),
    },
    handler: ({ access, query }) => {
      const filter: WarningFilter = {
        limit: query.limit,
        ...(query.organisation && { organisationId: query.organisation }),
        ...(query.vulnerability && { vulnerabilityId: query.vulnerability }),
        ...(query.state && { state: query.state }),
        ...(query.form && { form: query.form }),
        ...(query.cursor && { cursor: query.cursor }),
      };
      return listWarnings(warn, access.scope('warning:read'), filter);
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/warnings/:id',
    gate: 'warning:read',
    summary: 'One warning: what, why you, what to do, how to check, until when, whom to ask',
    shape: { params: byId, answer: warningDetail },
    handler: ({ access, params }) => readWarning(warn, access.scope('warning:read'), params.id),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/warnings/:id/machine',
    gate: 'warning:read',
    summary: 'The warning for machines (spec/warning)',
    shape: { params: byId },
    handler: async ({ access, params }) =>
      warningDocument(await readWarning(warn, access.scope('warning:read'), params.id)),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/warnings/:id/proof',
    gate: 'warning:read',
    summary: 'Content, salt and path of a revision, to check it against the ledger (spec/warning)',
    shape: {
      params: byId,
      query: z.object({ revision: z.coerce.number().int().min(1).default(1) }),
    },
    handler: ({ access, params, query }) =>
      proveWarning(warn, access.scope('warning:read'), params.id, query.revision),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/warnings/:id/answers',
    gate: 'warning:answer',
    summary: 'Answers a warning; "not affected" and "false positive" need a word why',
    shape: {
      params: byId,
      body: z.object({
        kind: answerKind,
        word: z.string().trim().max(1_000).optional(),
        computer: z.string().max(80).optional(),
      }),
      answer: warningDetail,
    },
    handler: async ({ access, params, body }) => {
      const scope = access.scope('warning:answer');
      await answerWarning(warn, scope, {
        warningId: params.id,
        personId: access.principal.id,
        kind: body.kind,
        via: 'inbox',
        ...(body.word && { word: body.word }),
        ...(body.computer && { computerId: body.computer }),
      });
      // By the act's own reach: a key that may only answer is not refused after it has.
      return readWarning(warn, scope, params.id);
    },
  });
  declareLinks(app, parts);
}

/** Scope of a signed link: the one organisation, in the name of the one person. */
function scopeOfLink(link: { personId: string; organisationId: string }): Scope {
  return {
    actor: link.personId,
    organisation: link.organisationId,
    reach: 'own',
    sectors: [],
    purpose: 'cybersecurity',
  };
}

function declareLinks(app: FastifyInstance, { warn, linkKey }: WarningParts): void {
  const params = z.object({ token: z.string().max(600) });
  const show = async (token: string): Promise<AnswerLinkView> => {
    const link = readAnswerLink(token, linkKey, warn.clock.now());
    const detail = await readWarning(warn, scopeOfLink(link), link.warningId);
    const mine = detail.answers.find((answer) => answer.by === link.personId);
    return {
      warning: detail,
      executive: detail.executive,
      actions: detail.actions,
      ask: detail.ask,
      kinds: ANSWER_KINDS.filter((kind) => kind === 'seen'),
      expires: toInstant(link.expiresAtMs),
      ...(mine && {
        answered: {
          kind: mine.kind,
          at: mine.at,
          ...(mine.receipt && { receipt: mine.receipt }),
        },
      }),
    };
  };
  route(app, {
    method: 'GET',
    url: '/api/v1/answer/:token',
    gate: 'public',
    summary: 'What a signed link asks; looking at it answers nothing',
    shape: { params, answer: answerLinkView },
    handler: ({ params }) => show(params.token),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/answer/:token',
    gate: 'public',
    summary: 'Answers "seen" for the one person that the link was sent to',
    shape: { params, body: z.object({ kind: z.literal('seen') }), answer: answerLinkView },
    handler: async ({ params }) => {
      const link = readAnswerLink(params.token, linkKey, warn.clock.now());
      await answerWarning(warn, scopeOfLink(link), {
        warningId: link.warningId,
        personId: link.personId,
        kind: 'seen',
        via: 'link',
      });
      return show(params.token);
    },
  });
}
