// SPDX-License-Identifier: Apache-2.0
/** Organisations: who registers, whom to call. */
import type { Changed, OrganisationKind, Scope } from '@sakimori/store';
import type { OrganisationBrief } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { RegisterContext, RegisterTransaction } from './context.ts';
import { registerErrors } from './errors.ts';

export interface OrganisationContact {
  readonly personId?: string;
  readonly name: string;
  readonly email: string;
  /** 1 is asked first. */
  readonly order: number;
  readonly language: 'ja' | 'en';
}

export interface OrganisationInput {
  /** Given for the sample nation only; else made. */
  readonly id?: string;
  readonly kind: OrganisationKind;
  readonly ja: string;
  readonly en: string;
  readonly sector?: string;
  readonly prefecture?: string;
  readonly parent?: string;
  readonly criticality?: 'highest' | 'high' | 'normal';
  readonly domain?: string;
  /** Sectors that a ministry is competent for, in place of those that dated law would give. */
  readonly competentFor?: readonly string[];
  readonly exercise?: boolean;
}

export interface RegisteredOrganisation extends OrganisationBrief {
  readonly criticality: 'highest' | 'high' | 'normal';
  readonly computers: number;
  readonly incompleteComputers: number;
  readonly contacts: readonly OrganisationContact[];
}

const CRITICALITY = ['normal', 'high', 'highest'] as const;

const BRIEF_COLUMNS = [
  'id',
  'kind',
  'name_ja',
  'name_en',
  'sector',
  'prefecture',
  'criticality',
] as const;

type BriefRow = {
  id: string;
  kind: OrganisationKind;
  name_ja: string;
  name_en: string;
  sector: string | null;
  prefecture: string | null;
};

/** The brief form of an organisation, as every answer shows it. */
export function toBrief(row: BriefRow): OrganisationBrief {
  return {
    id: row.id,
    name: { ja: row.name_ja, en: row.name_en },
    kind: row.kind,
    ...(row.sector && { sector: row.sector }),
    ...(row.prefecture && { prefecture: row.prefecture }),
  };
}

/** Throws REG_NO_ORGANISATION for one that does not exist or lies outside the scope. */
export async function findOrganisation(db: RegisterTransaction, id: string) {
  const row = await db
    .selectFrom('organisation')
    .select(BRIEF_COLUMNS)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw registerErrors('NO_ORGANISATION', { organisationId: id.slice(0, 80) });
  return row;
}

/** Registers an organisation. Throws nothing of its own; its entry is on the ledger. */
export function createOrganisation(
  context: RegisterContext,
  scope: Scope,
  input: OrganisationInput,
): Promise<Changed<OrganisationBrief>> {
  const id = input.id ?? context.id('organisation');
  return context.store.change(scope, async ({ db, record }) => {
    const row = {
      id,
      kind: input.kind,
      name_ja: input.ja,
      name_en: input.en,
      sector: input.sector ?? null,
      prefecture: input.prefecture ?? null,
      parent: input.parent ?? null,
      criticality: CRITICALITY.indexOf(input.criticality ?? 'normal'),
      domain: input.domain ?? null,
      exercise: input.exercise ?? false,
      settings: JSON.stringify(input.competentFor ? { sectors: input.competentFor } : {}),
    };
    await db.insertInto('organisation').values(row).execute();
    await record({ type: 'organisation.registered', tenant: id, counts: { organisations: 1 } });
    return toBrief(row);
  });
}

/** Changes what is given. Throws REG_NO_ORGANISATION. */
export function changeOrganisation(
  context: RegisterContext,
  scope: Scope,
  id: string,
  input: Partial<Omit<OrganisationInput, 'id' | 'kind' | 'exercise' | 'competentFor'>>,
): Promise<Changed<OrganisationBrief>> {
  return context.store.change(scope, async ({ db, record }) => {
    await findOrganisation(db, id);
    const { ja, en, sector, prefecture, parent, criticality, domain } = input;
    const set = {
      ...(ja !== undefined && { name_ja: ja }),
      ...(en !== undefined && { name_en: en }),
      ...(sector !== undefined && { sector: sector || null }),
      ...(prefecture !== undefined && { prefecture: prefecture || null }),
      ...(parent !== undefined && { parent: parent || null }),
      ...(criticality !== undefined && { criticality: CRITICALITY.indexOf(criticality) }),
      ...(domain !== undefined && { domain: domain || null }),
    };
    if (Object.keys(set).length > 0) {
      await db.updateTable('organisation').set(set).where('id', '=', id).execute();
      await record({ type: 'organisation.registered', tenant: id, counts: { changed: 1 } });
    }
    return toBrief(await findOrganisation(db, id));
  });
}

/** Puts the contacts of an organisation in place of those before. Throws REG_NO_ORGANISATION. */
export function setContacts(
  context: RegisterContext,
  scope: Scope,
  organisationId: string,
  contacts: readonly OrganisationContact[],
): Promise<Changed<void>> {
  return context.store.change(scope, async ({ db, record }) => {
    await findOrganisation(db, organisationId);
    await db
      .deleteFrom('organisation_contact')
      .where('organisation_id', '=', organisationId)
      .execute();
    // Whoever changes them decides who is warned: that does not happen unseen.
    const counts = { contacts: contacts.length };
    await record({ type: 'organisation.registered', tenant: organisationId, counts });
    if (contacts.length === 0) return;
    await db
      .insertInto('organisation_contact')
      .values(
        contacts.map(({ personId, name, email, order, language }) => ({
          organisation_id: organisationId,
          position: order,
          person_id: personId ?? null,
          name,
          email,
          language,
        })),
      )
      .execute();
  });
}

/**
 * Organisations within the scope, with the numbers of their registers.
 *
 * In     `kind`, `sector`, `ids` narrow the list
 * Out    ordered by kind and Japanese name; at most 2,000
 */
export function listOrganisations(
  context: RegisterContext,
  scope: Scope,
  filter: {
    readonly kind?: OrganisationKind;
    readonly sector?: string;
    readonly ids?: readonly string[];
  } = {},
): Promise<readonly RegisteredOrganisation[]> {
  const required = context
    .rules(context.now())
    .items.filter((item) => item.required)
    .map(({ field }) => field);
  return context.store.read(scope, async (db) => {
    let query = db.selectFrom('organisation').select(BRIEF_COLUMNS);
    if (filter.kind) query = query.where('kind', '=', filter.kind);
    if (filter.sector) query = query.where('sector', '=', filter.sector);
    if (filter.ids) query = query.where('id', 'in', [...filter.ids, '']);
    const rows = await query.orderBy('kind').orderBy('name_ja').limit(2_000).execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return [];
    const counts = await db
      .selectFrom('computer')
      .select((eb) => [
        'organisation_id',
        eb.fn.countAll<string>().as('computers'),
        eb.fn.countAll<string>().filterWhere(isIncomplete(required)).as('incomplete'),
      ])
      .where('organisation_id', 'in', ids)
      .where('retired_at_ms', 'is', null)
      .groupBy('organisation_id')
      .execute();
    const contacts = await contactsOf(db, ids);
    const countOf = new Map(counts.map((row) => [row.organisation_id, row]));
    return rows.map((row) => ({
      ...toBrief(row),
      criticality: CRITICALITY[row.criticality] ?? 'normal',
      computers: Number(countOf.get(row.id)?.computers ?? 0),
      incompleteComputers: Number(countOf.get(row.id)?.incomplete ?? 0),
      contacts: contacts
        .filter((contact) => contact.organisationId === row.id)
        .map(({ organisationId: _, ...contact }) => contact),
    }));
  });
}

/** A computer that must be notified and still lacks a required item. */
export function isIncomplete(required: readonly string[]) {
  return sql<boolean>`(exemption is null and
    (exposure = 'unknown' or not (facts ?& ${required}::text[])))`;
}

/** Contacts of organisations, by organisation and order. */
export async function contactsOf(
  db: RegisterTransaction,
  organisationIds: readonly string[],
): Promise<readonly (OrganisationContact & { readonly organisationId: string })[]> {
  if (organisationIds.length === 0) return [];
  const rows = await db
    .selectFrom('organisation_contact')
    .select(['organisation_id', 'position', 'person_id', 'name', 'email', 'language'])
    .where('organisation_id', 'in', organisationIds)
    .orderBy('organisation_id')
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    organisationId: row.organisation_id,
    ...(row.person_id && { personId: row.person_id }),
    name: row.name,
    email: row.email,
    order: row.position,
    language: row.language,
  }));
}
