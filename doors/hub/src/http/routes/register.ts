// SPDX-License-Identifier: Apache-2.0
/** Organisations, computers, SBOMs. */
import type {
  RegisteredComputer,
  RegisteredComputerDetail,
  RegisteredOrganisation,
  RegisterService,
} from '@sakimori/register';
import { exportTable } from '@sakimori/register';
import type { Scope } from '@sakimori/store';
import type {
  ComputerDetail,
  ComputerView,
  OrganisationView,
  WarningBrief,
} from '@sakimori/vocabulary/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import type { OrganisationNames } from '../../organisations.ts';
import type { Receipts } from '../../receipts.ts';
import type { Access } from '../access.ts';
import { languageOf } from '../problem.ts';
import { route } from '../route.ts';
import { computerDetail, computerView, organisationView, pageOf } from '../shapes.ts';
import { readUpload, takeStreams } from '../uploads.ts';

export const SBOM_BYTES_MAX = 64 * 1024 * 1024;

/** What these pages show of warnings; the warn room knows it. */
export interface WarningFigures {
  openByComputer(
    scope: Scope,
    computerIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
  byOrganisation(
    scope: Scope,
    organisationIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly open: number; readonly silent: number }>>;
  ofComputer(scope: Scope, computerId: string): Promise<readonly WarningBrief[]>;
}

export interface RegisterParts {
  readonly register: RegisterService;
  readonly names: OrganisationNames;
  readonly receipts: Receipts;
  readonly figures: WarningFigures;
}

const byId = z.object({ id: z.string().max(80) });
const organisationKinds = z.enum([
  'operator',
  'office',
  'ministry',
  'vendor',
  'commission',
  'carrier',
  'partner',
]);
const prefecture = z.string().regex(/^(0[1-9]|[1-3][0-9]|4[0-7])$/);
const organisationFacts = {
  ja: z.string().trim().min(1).max(120),
  en: z.string().trim().min(1).max(120),
  sector: z.string().max(40),
  prefecture,
  criticality: z.enum(['highest', 'high', 'normal']),
  domain: z.string().max(253),
};

/** A read of warnings that the asker may not make counts as none. */
export function warningScope(access: Access): Scope | undefined {
  return access.filter('warning:read').reach === 'none' ? undefined : access.scope('warning:read');
}

async function showOrganisations(
  parts: RegisterParts,
  access: Access,
  rows: readonly RegisteredOrganisation[],
): Promise<OrganisationView[]> {
  const scope = warningScope(access);
  const figures = scope
    ? await parts.figures.byOrganisation(
        scope,
        rows.map(({ id }) => id),
      )
    : new Map();
  return rows.map(({ contacts, ...row }) => ({
    ...row,
    openWarnings: figures.get(row.id)?.open ?? 0,
    silentWarnings: figures.get(row.id)?.silent ?? 0,
    contacts: contacts.map(({ name, email, order, language }) => ({
      name,
      email,
      order,
      language,
    })),
  }));
}

async function showComputers(
  parts: RegisterParts,
  access: Access,
  rows: readonly RegisteredComputer[],
): Promise<ComputerView[]> {
  const scope = warningScope(access);
  const open = scope
    ? await parts.figures.openByComputer(
        scope,
        rows.map(({ id }) => id),
      )
    : new Map<string, number>();
  return rows.map(({ facts: _facts, duty: _duty, exemption: _exemption, ...row }) => ({
    ...row,
    openWarnings: open.get(row.id) ?? 0,
  }));
}

async function showDetail(
  parts: RegisterParts,
  access: Access,
  found: RegisteredComputerDetail,
): Promise<ComputerDetail> {
  const [view] = await showComputers(parts, access, [found]);
  const receipts = await parts.receipts(found.history.map(({ outboxId }) => outboxId));
  const scope = warningScope(access);
  const warnings = scope ? await parts.figures.ofComputer(scope, found.id) : [];
  const history = found.history.map(({ at, by, changes, outboxId }) => ({
    at,
    by,
    changes,
    ...(receipts.get(outboxId) && { receipt: receipts.get(outboxId)! }),
  }));
  const happenings = {
    registered: { ja: '登録しました', en: 'Registered' },
    changed: { ja: '変更しました', en: 'Changed' },
    retired: { ja: '使用を終えました', en: 'Retired' },
    sbom: { ja: 'SBOM を添付しました', en: 'SBOM attached' },
  };
  const timeline = [
    ...found.history.map(({ at, happening }, i) => ({
      at,
      kind: happening,
      text: happenings[happening],
      ...(history[i]?.receipt && { receipt: history[i].receipt }),
    })),
    ...warnings.map((warning) => ({ at: warning.issued, kind: 'warning', text: warning.title })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  return { ...view!, items: found.items, history, warnings: [...warnings], timeline };
}

/** Declares the routes of organisations and computers below /api/v1. */
export async function registerRoutes(app: FastifyInstance, parts: RegisterParts): Promise<void> {
  declareOrganisations(app, parts);
  declareLists(app, parts);
  declareComputer(app, parts);
  await app.register(async (streams) => {
    takeStreams(streams);
    route(streams, {
      method: 'POST',
      url: '/api/v1/computers/:id/sbom',
      gate: 'computer:import',
      summary: 'Attaches an SBOM: CycloneDX 1.4-1.7 (JSON, XML), SPDX 2.3 or 3.0 (JSON)',
      streamBytesMax: SBOM_BYTES_MAX,
      shape: { params: byId, answer: computerDetail },
      handler: async ({ access, params, body }) => {
        const bytes = await readUpload(body, SBOM_BYTES_MAX);
        const scope = access.scope('computer:import');
        await parts.register.computers.attachSbom(scope, params.id, { bytes });
        return showDetail(parts, access, await parts.register.computers.get(scope, params.id));
      },
    });
  });
}

function declareOrganisations(app: FastifyInstance, parts: RegisterParts): void {
  const { organisations } = parts.register;
  route(app, {
    method: 'GET',
    url: '/api/v1/organisations',
    gate: 'organisation:read',
    summary: 'Organisations that you may see, with the numbers of their registers',
    shape: {
      query: z.object({
        kind: organisationKinds.optional(),
        sector: z.string().max(40).optional(),
        prefecture: prefecture.optional(),
        query: z.string().max(100).optional(),
      }),
      answer: pageOf(organisationView),
    },
    handler: async ({ access, query }) => {
      const rows = await organisations.list(access.scope('organisation:read'), {
        ...(query.kind && { kind: query.kind }),
        ...(query.sector && { sector: query.sector }),
      });
      const word = query.query?.normalize('NFKC').toLowerCase();
      const chosen = rows.filter(
        (row) =>
          (!query.prefecture || row.prefecture === query.prefecture) &&
          (!word || `${row.name.ja} ${row.name.en}`.toLowerCase().includes(word)),
      );
      return { items: await showOrganisations(parts, access, chosen), total: chosen.length };
    },
  });
  // What an act has changed is shown by the act's own reach: no refusal after it was done.
  const one = async (
    access: Access,
    id: string,
    action: 'organisation:read' | 'organisation:write' = 'organisation:read',
  ): Promise<OrganisationView> => {
    const rows = await organisations.list(access.scope(action), { ids: [id] });
    const [view] = await showOrganisations(parts, access, rows);
    if (!view) throw hubErrors('NOT_FOUND', {});
    return view;
  };
  route(app, {
    method: 'GET',
    url: '/api/v1/organisations/:id',
    gate: 'organisation:read',
    summary: 'One organisation',
    shape: { params: byId, answer: organisationView },
    handler: ({ access, params }) => one(access, params.id),
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/organisations',
    gate: 'organisation:write',
    summary: 'Registers an organisation',
    shape: {
      body: z
        .object({ kind: organisationKinds })
        .extend(
          z
            .object(organisationFacts)
            .partial({ sector: true, prefecture: true, criticality: true, domain: true }).shape,
        ),
      answer: organisationView,
    },
    handler: async ({ access, body }) => {
      const scope = access.scope('organisation:write');
      const { value } = await organisations.create(scope, {
        ...given(body),
        exercise: access.context.world === 'exercise',
      });
      parts.names.forget();
      return one(access, value.id, 'organisation:write');
    },
  });
  route(app, {
    method: 'PATCH',
    url: '/api/v1/organisations/:id',
    gate: 'organisation:write',
    summary: 'Changes facts or contacts of an organisation',
    shape: {
      params: byId,
      body: z
        .object(organisationFacts)
        .partial()
        .extend({
          contacts: z
            .array(
              z.object({
                name: z.string().trim().min(1).max(100),
                email: z.email().max(254),
                order: z.number().int().min(1).max(20),
                language: z.enum(['ja', 'en']),
              }),
            )
            .max(20)
            .optional(),
        }),
      answer: organisationView,
    },
    handler: async ({ access, params, body }) => {
      const scope = access.scope('organisation:write');
      const { contacts, ...facts } = body;
      if (Object.keys(facts).length > 0) await organisations.change(scope, params.id, given(facts));
      if (contacts) await organisations.setContacts(scope, params.id, contacts);
      parts.names.forget();
      return one(access, params.id, 'organisation:write');
    },
  });
}

/** The same object without keys that are undefined. */
function given<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as never;
}

function declareLists(app: FastifyInstance, parts: RegisterParts): void {
  const { computers } = parts.register;
  const filter = z.object({
    query: z.string().max(200).optional(),
    exposure: z.enum(['internet', 'partner', 'internal', 'isolated', 'unknown']).optional(),
    notification: z
      .enum(['not-required', 'draft', 'submitted', 'relayed', 'received', 'correction-requested'])
      .optional(),
    incomplete: z.stringbool().optional(),
    retired: z.stringbool().optional(),
    cursor: z.string().max(600).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/organisations/:id/computers',
    gate: 'computer:read',
    summary: 'The register of an organisation',
    shape: { params: byId, query: filter, answer: pageOf(computerView) },
    handler: async ({ access, params, query }) => {
      const page = await computers.list(access.scope('computer:read'), {
        organisationId: params.id,
        ...given(query),
      });
      return { ...page, items: await showComputers(parts, access, page.items) };
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/organisations/:id/computers.csv',
    gate: 'computer:read',
    summary: 'The register as CSV, safe to open in a spreadsheet',
    shape: { params: byId },
    produces: 'text/csv',
    handler: async ({ access, params, request, reply }) => {
      const scope = access.scope('computer:read');
      const rows: RegisteredComputer[] = [];
      let cursor: string | undefined;
      do {
        const page = await computers.list(scope, {
          organisationId: params.id,
          limit: 500,
          ...(cursor && { cursor }),
        });
        rows.push(...page.items);
        cursor = page.next;
      } while (cursor);
      reply.type('text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="computers.csv"');
      return [
        ...exportTable(
          rows.map(({ facts }) => facts),
          languageOf(request),
        ),
      ].join('');
    },
  });
}

function declareComputer(app: FastifyInstance, parts: RegisterParts): void {
  const { computers } = parts.register;
  const values = z.record(z.string().max(40), z.string().max(2_000).nullable());
  const show = async (
    access: Access,
    id: string,
    action: 'computer:read' | 'computer:write' = 'computer:read',
  ) => showDetail(parts, access, await computers.get(access.scope(action), id));
  route(app, {
    method: 'POST',
    url: '/api/v1/organisations/:id/computers',
    gate: 'computer:write',
    summary: 'Registers one computer',
    shape: { params: byId, body: values, answer: computerDetail },
    handler: async ({ access, params, body }) => {
      const { value } = await computers.create(access.scope('computer:write'), params.id, body);
      return show(access, value.computerId, 'computer:write');
    },
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/computers/:id',
    gate: 'computer:read',
    summary: 'One computer: what is on it, how it changed, its warnings',
    shape: { params: byId, answer: computerDetail },
    handler: ({ access, params }) => show(access, params.id),
  });
  route(app, {
    method: 'PATCH',
    url: '/api/v1/computers/:id',
    gate: 'computer:write',
    summary: 'Changes fields of a computer; null clears. If-Match: the revision that you saw',
    shape: { params: byId, body: values, answer: computerDetail },
    handler: async ({ access, params, body, request }) => {
      const match = Number(String(request.headers['if-match'] ?? '').replaceAll('"', ''));
      const seen = Number.isInteger(match) && match > 0 ? match : undefined;
      await computers.change(access.scope('computer:write'), params.id, body, seen);
      return show(access, params.id, 'computer:write');
    },
  });
  route(app, {
    method: 'POST',
    url: '/api/v1/computers/:id/retire',
    gate: 'computer:write',
    summary: 'Says that a computer is no longer used, from a day on',
    shape: { params: byId, body: z.object({ date: z.iso.date() }), answer: computerDetail },
    handler: async ({ access, params, body }) => {
      await computers.retire(access.scope('computer:write'), params.id, body.date);
      return show(access, params.id, 'computer:write');
    },
  });
}
