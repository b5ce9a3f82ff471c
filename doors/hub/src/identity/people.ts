// SPDX-License-Identifier: Apache-2.0
/** People and their roles: invited, changed and removed by people, two of them where it opens more. */
import { randomBytes } from 'node:crypto';
import {
  authorityErrors,
  type Context,
  decide,
  defaultPurpose,
  type ListableAction,
  listFilter,
  type PersonResource,
  type Principal,
  type Role,
  refusalOf,
  requireAllowed,
  scopeOf,
  systemPrincipal,
} from '@sakimori/authority';
import type { Change, PublishedEntry, Scope, Store } from '@sakimori/store';
import { makeId } from '@sakimori/vocabulary';
import { type Kysely, sql, type Transaction } from 'kysely';
import { identityErrors } from './errors.ts';
import type {
  IdentityConfig,
  Invitation,
  OrganisationFacts,
  Person,
  RoleChange,
  RoleRequest,
} from './identity.ts';
import type { IdentityTables } from './tables.ts';

export interface PeopleFacts {
  readonly store: Store<IdentityTables>;
  readonly config: IdentityConfig;
  readonly nowMs: () => number;
}

type Db = Kysely<IdentityTables> | Transaction<IdentityTables>;

/** The room itself, looking for one person, one key or one organisation. */
export const LOOKING: Scope = {
  actor: 'system:identity',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'administration',
};

/** A scope that reaches one organisation, in somebody's name. */
export function within(by: Principal, organisation: string): Scope {
  return { actor: by.id, organisation, reach: 'own', sectors: [], purpose: by.purpose };
}

/** Kind and sectors of an organisation; a ministry's sectors stand in its settings. */
export async function organisationFacts(
  db: Db,
  id: string,
): Promise<OrganisationFacts | undefined> {
  const row = await db
    .selectFrom('organisation')
    .select(['kind', 'sector', 'settings'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { kind: row.kind, sectors: sectorsOf(row) };
}

/** Sectors of an organisation's row: its own, and those that a ministry is competent for. */
export function sectorsOf(row: {
  readonly sector: string | null;
  readonly settings: { readonly sectors?: unknown } | null;
}): readonly string[] {
  const listed: unknown = row.settings?.sectors;
  const more = Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : [];
  return [...new Set([...(row.sector ? [row.sector] : []), ...more])];
}

interface Member extends OrganisationFacts {
  readonly id: string;
  readonly organisation: string;
  readonly roles: readonly Role[];
}

async function findMember(db: Db, personId: string, lock = false): Promise<Member | undefined> {
  const query = db
    .selectFrom('identity_membership')
    .select(['person_id', 'organisation_id', 'roles'])
    .where('person_id', '=', personId);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) return undefined;
  const facts = await organisationFacts(db, row.organisation_id);
  if (!facts) return undefined;
  return { ...facts, id: personId, organisation: row.organisation_id, roles: row.roles };
}

/** The principal that a person is now. `steppedUp` comes from the session. */
export async function principalFor(
  store: Store<IdentityTables>,
  personId: string,
  steppedUp: boolean,
): Promise<Principal | undefined> {
  const member = await store.read(LOOKING, (db) => findMember(db, personId));
  return member && toPrincipal(member, steppedUp);
}

function toPrincipal(member: Member, steppedUp: boolean): Principal {
  return {
    id: member.id,
    kind: 'person',
    organisation: member.organisation,
    roles: member.roles,
    sectors: member.sectors,
    purpose: defaultPurpose(member.roles),
    steppedUp,
  };
}

function resourceOf(member: Member, requestedBy?: string): PersonResource {
  return {
    type: 'person',
    id: member.id,
    organisation: member.organisation,
    sectors: member.sectors,
    organisationKind: member.kind,
    ...(requestedBy === undefined ? {} : { requestedBy }),
  };
}

function changeOf(facts: PeopleFacts, member: Member, wanted: readonly Role[]) {
  return {
    world: facts.config.world,
    added: wanted.filter((role) => !member.roles.includes(role)),
    removed: member.roles.filter((role) => !wanted.includes(role)),
  };
}

/** "alone", "together" with a second person, or a refusal. */
function whoMustAgree(
  by: Principal,
  action: 'person:invite' | 'person:change-role',
  resource: PersonResource,
  context: Context,
): 'alone' | 'together' {
  const alone = decide(by, action, resource, context);
  if (alone.allowed) return 'alone';
  if (decide(by, action, resource, { ...context, secondPerson: true }).allowed) return 'together';
  const again = decide({ ...by, steppedUp: true }, action, resource, {
    ...context,
    secondPerson: true,
  });
  throw refusalOf(action, again.allowed ? alone.reasons : again.reasons);
}

/** The filter of a list, or a refusal when nothing is within reach. */
export function filterFor(by: Principal, action: ListableAction, config: IdentityConfig) {
  const filter = listFilter(by, action, { world: config.world });
  if (filter.reach === 'none') throw authorityErrors('REFUSED', { action, policy: 'no-rule' });
  return filter;
}

function readInvitation(invitation: Invitation): { name: string; email: string } {
  const name = invitation.name.trim();
  const email = invitation.email.trim().toLowerCase();
  if (name.length === 0 || name.length > 200) {
    throw identityErrors('BAD_INPUT', { field: 'name', expected: '1 to 200 characters' });
  }
  if (!/^[^\s@<>"(),;:\\[\]]{1,64}@[^\s@<>"(),;:\\[\]]{1,190}$/.test(email)) {
    throw identityErrors('BAD_INPUT', { field: 'email', expected: 'an e-mail address' });
  }
  return { name, email };
}

async function addPerson(
  facts: PeopleFacts,
  { db }: Change<IdentityTables>,
  invitation: Invitation,
  roles: readonly Role[],
): Promise<string> {
  const { name, email } = readInvitation(invitation);
  const known = await db
    .selectFrom('identity_person')
    .leftJoin('identity_membership', 'person_id', 'id')
    .select(['id', 'person_id'])
    .where('email', '=', email)
    .executeTakeFirst();
  if (known?.person_id) throw identityErrors('PERSON_EXISTS', {});
  const id = known?.id ?? makeId('person', facts.nowMs(), randomBytes(10));
  if (!known) {
    await db
      .insertInto('identity_person')
      // Whoever invites vouches for the address; nobody registers an address themselves.
      .values({ id, name, email, email_verified: true, language: invitation.language ?? 'ja' })
      .execute();
  }
  await db
    .insertInto('identity_membership')
    .values({ person_id: id, organisation_id: invitation.organisation, roles: [...roles] })
    .execute();
  return id;
}

/** Two invitations of one address at the same time: the second one finds it taken. */
function asExists(error: unknown): never {
  const code = (error as { code?: unknown; cause?: { code?: unknown } }).code;
  const inner = (error as { cause?: { code?: unknown } }).cause?.code;
  if (code === '23505' || inner === '23505') throw identityErrors('PERSON_EXISTS', {}, error);
  throw error;
}

async function ask(
  facts: PeopleFacts,
  change: Change<IdentityTables>,
  by: Principal,
  member: { id: string; organisation: string },
  wanted: readonly Role[],
): Promise<string> {
  const id = randomBytes(12).toString('hex');
  await change.db
    .insertInto('identity_role_request')
    .values({
      id,
      person_id: member.id,
      organisation_id: member.organisation,
      wanted: [...wanted],
      asked_by: by.id,
      asked_at: new Date(facts.nowMs()),
    })
    .execute();
  await change.record({
    type: 'approval.requested',
    tenant: member.organisation,
    actor: by.id,
    refs: [member.id, id],
  });
  return id;
}

/**
 * The first people of an instance, on the ground `founding`.
 *
 * Throws  IDN_ALREADY_FOUNDED when there is anybody
 */
export async function foundPeople(
  facts: PeopleFacts,
  people: readonly Invitation[],
): Promise<readonly string[]> {
  const by = systemPrincipal('founding');
  const { value } = await facts.store.change({ ...LOOKING, actor: by.id }, async (change) => {
    await sql`select pg_advisory_xact_lock(5371010)`.execute(change.db);
    const someone = await change.db
      .selectFrom('identity_membership')
      .select('person_id')
      .limit(1)
      .executeTakeFirst();
    if (someone) throw identityErrors('ALREADY_FOUNDED', {});
    const ids: string[] = [];
    for (const person of people) {
      const organisation = await organisationFacts(change.db, person.organisation);
      if (!organisation) throw identityErrors('NO_SUCH', {});
      const member = { ...organisation, id: '', organisation: person.organisation, roles: [] };
      const context = { ...changeOf(facts, member, person.roles), first: true };
      requireAllowed(by, 'person:invite', resourceOf(member), context);
      const id = await addPerson(facts, change, person, person.roles);
      ids.push(id);
      await change.record({
        type: 'role.granted',
        tenant: person.organisation,
        actor: by.id,
        counts: { roles: person.roles.length },
        refs: [id],
      });
    }
    return ids;
  });
  return value;
}

/** Invites; roles that need a second person wait for that person. */
export async function invite(
  facts: PeopleFacts,
  by: Principal,
  invitation: Invitation,
): Promise<RoleChange> {
  const wanted = [...new Set(invitation.roles)];
  const changed = await facts.store
    .change(within(by, invitation.organisation), async (change) => {
      const organisation = await organisationFacts(change.db, invitation.organisation);
      if (!organisation) throw identityErrors('NO_SUCH', {});
      // Two first administrators invited at once: the lock lets only one be the first.
      await sql`select pg_advisory_xact_lock(5371011, hashtext(${invitation.organisation}))`.execute(
        change.db,
      );
      const someone = await change.db
        .selectFrom('identity_membership')
        .select('person_id')
        .where('organisation_id', '=', invitation.organisation)
        .limit(1)
        .executeTakeFirst();
      const member = { ...organisation, id: '', organisation: invitation.organisation, roles: [] };
      const context = { ...changeOf(facts, member, wanted), first: someone === undefined };
      const agreed = whoMustAgree(by, 'person:invite', resourceOf(member), context);
      const id = await addPerson(facts, change, invitation, agreed === 'alone' ? wanted : []);
      if (agreed === 'together') {
        const requestId = await ask(facts, change, by, { ...member, id }, wanted);
        return { personId: id, state: 'waiting' as const, requestId };
      }
      await change.record({
        type: 'role.granted',
        tenant: invitation.organisation,
        actor: by.id,
        counts: { roles: wanted.length },
        refs: [id],
      });
      return { personId: id, state: 'done' as const };
    })
    .catch(asExists);
  return { ...changed.value, entries: changed.entries };
}

async function applyRoles(
  change: Change<IdentityTables>,
  actor: string,
  member: Member,
  wanted: readonly Role[],
): Promise<void> {
  await change.db
    .updateTable('identity_membership')
    .set({ roles: [...wanted] })
    .where('person_id', '=', member.id)
    .execute();
  const added = wanted.filter((role) => !member.roles.includes(role)).length;
  const removed = member.roles.filter((role) => !wanted.includes(role)).length;
  const about = { tenant: member.organisation, actor, refs: [member.id] };
  if (added > 0) await change.record({ type: 'role.granted', ...about, counts: { roles: added } });
  if (removed > 0) {
    await change.record({ type: 'role.removed', ...about, counts: { roles: removed } });
  }
}

/** Whom somebody names: found only when they may see that person at all. */
async function seen(facts: PeopleFacts, by: Principal, personId: string): Promise<Member> {
  const member = await facts.store.read(LOOKING, (db) => findMember(db, personId));
  const world = { world: facts.config.world };
  if (!member || !decide(by, 'person:read', resourceOf(member), world).allowed) {
    throw identityErrors('NO_SUCH', {});
  }
  return member;
}

/** Sets the roles of a person to exactly these, or asks a second person to. */
export async function changeRoles(
  facts: PeopleFacts,
  by: Principal,
  personId: string,
  roles: readonly Role[],
): Promise<RoleChange> {
  const { organisation } = await seen(facts, by, personId);
  const wanted = [...new Set(roles)];
  const changed = await facts.store.change(within(by, organisation), async (change) => {
    const member = await findMember(change.db, personId, true);
    if (!member) throw identityErrors('NO_SUCH', {});
    const context = changeOf(facts, member, wanted);
    const agreed = whoMustAgree(by, 'person:change-role', resourceOf(member), context);
    if (context.added.length + context.removed.length === 0) {
      return { personId, state: 'done' as const };
    }
    if (agreed === 'together') {
      const requestId = await ask(facts, change, by, member, wanted);
      return { personId, state: 'waiting' as const, requestId };
    }
    await applyRoles(change, by.id, member, wanted);
    return { personId, state: 'done' as const };
  });
  return { ...changed.value, entries: changed.entries };
}

/**
 * A second person says yes or no. The one who asked must still be allowed to ask, and the roles are
 * those of now: what changed in between is not undone.
 */
export async function decideRequest(
  facts: PeopleFacts,
  by: Principal,
  requestId: string,
  approve: boolean,
): Promise<RoleChange> {
  const request = await facts.store.read(LOOKING, (db) =>
    db
      .selectFrom('identity_role_request')
      .select(['person_id', 'organisation_id', 'asked_by'])
      .where('id', '=', requestId)
      .executeTakeFirst(),
  );
  if (!request) throw identityErrors('NO_SUCH', {});
  await seen(facts, by, request.person_id);
  const asker = await principalFor(facts.store, request.asked_by, true);
  const scope = within(by, request.organisation_id);
  const changed = await facts.store.change(scope, async (change) => {
    const open = await change.db
      .selectFrom('identity_role_request')
      .select(['wanted', 'decided_at'])
      .where('id', '=', requestId)
      .forUpdate()
      .executeTakeFirst();
    const member = await findMember(change.db, request.person_id, true);
    if (!open || !member) throw identityErrors('NO_SUCH', {});
    const context = changeOf(facts, member, open.wanted);
    const resource = resourceOf(member, request.asked_by);
    requireAllowed(by, 'person:approve-role', resource, context);
    if (open.decided_at) throw identityErrors('ALREADY_DECIDED', {});
    if (approve) {
      const action = 'person:change-role';
      if (!asker) throw authorityErrors('REFUSED', { action, policy: 'no-rule' });
      requireAllowed(asker, action, resourceOf(member), { ...context, secondPerson: true });
      await applyRoles(change, by.id, member, open.wanted);
    }
    await change.db
      .updateTable('identity_role_request')
      .set({ decided_by: by.id, decided_at: new Date(facts.nowMs()), approved: approve })
      .where('id', '=', requestId)
      .execute();
    await change.record({
      type: approve ? 'approval.granted' : 'approval.revoked',
      tenant: member.organisation,
      actor: by.id,
      refs: [member.id, requestId],
    });
    return { personId: member.id, state: 'done' as const, requestId };
  });
  return { ...changed.value, entries: changed.entries };
}

/**
 * May this somebody hand a first link to that person? Whoever holds the link becomes the person, so:
 * only while nobody has been her yet, and only where it opens nothing that they cannot see already.
 *
 * Throws  IDN_NO_SUCH, IDN_ENTERED_BEFORE, AUT_REFUSED
 */
export async function requireMayLink(
  facts: PeopleFacts,
  by: Principal,
  personId: string,
): Promise<void> {
  const member = await seen(facts, by, personId);
  const entered = await facts.store.read(within(by, member.organisation), (db) =>
    db
      .selectFrom('identity_membership')
      .innerJoin('identity_person', 'id', 'person_id')
      .select('id')
      .where('last_seen_at', 'is not', null)
      .execute(),
  );
  requireAllowed(by, 'person:link', resourceOf(member), {
    world: facts.config.world,
    added: member.roles,
    first: entered.length === 0,
  });
  if (entered.some(({ id }) => id === personId)) throw identityErrors('ENTERED_BEFORE', {});
}

/** Ends the access of a person at once: membership, sessions, links. What they did stays theirs. */
export async function remove(
  facts: PeopleFacts,
  by: Principal,
  personId: string,
): Promise<readonly PublishedEntry[]> {
  const member = await seen(facts, by, personId);
  requireAllowed(by, 'person:remove', resourceOf(member), { world: facts.config.world });
  const { entries } = await facts.store.change(within(by, member.organisation), async (change) => {
    const { db } = change;
    await db.deleteFrom('identity_membership').where('person_id', '=', personId).execute();
    await db.deleteFrom('identity_session').where('user_id', '=', personId).execute();
    await db.deleteFrom('identity_link').where('person_id', '=', personId).execute();
    await change.record({
      type: 'role.removed',
      tenant: member.organisation,
      actor: by.id,
      counts: { roles: member.roles.length },
      refs: [personId],
    });
  });
  return entries;
}

function peopleQuery(db: Db) {
  return db
    .selectFrom('identity_membership as m')
    .innerJoin('identity_person as p', 'p.id', 'm.person_id')
    .select([
      'p.id',
      'p.name',
      'p.email',
      'p.language',
      'm.organisation_id as organisation',
      'm.roles',
      'p.last_seen_at as seen',
    ])
    .select((e) => [
      e
        .selectFrom('identity_passkey as k')
        .select((c) => c.fn.countAll<number>().as('n'))
        .whereRef('k.user_id', '=', 'p.id')
        .as('passkeys'),
      e
        .selectFrom('identity_totp as t')
        .select('t.confirmed_at')
        .whereRef('t.person_id', '=', 'p.id')
        .as('totp'),
    ]);
}

function toPerson(
  row: Awaited<ReturnType<ReturnType<typeof peopleQuery>['executeTakeFirstOrThrow']>>,
): Person {
  const { passkeys, totp, seen: at, ...rest } = row;
  return {
    ...rest,
    passkeys: Number(passkeys ?? 0),
    totp: totp !== null,
    ...(at ? { lastSeenAtMs: at.getTime() } : {}),
  };
}

export async function listAll(facts: PeopleFacts, by: Principal): Promise<readonly Person[]> {
  const filter = filterFor(by, 'person:read', facts.config);
  const rows = await facts.store.read(scopeOf(by, filter), (db) =>
    peopleQuery(db).orderBy('m.organisation_id').orderBy('p.name').limit(10_000).execute(),
  );
  return rows.map(toPerson);
}

export async function findOne(
  facts: PeopleFacts,
  by: Principal,
  personId: string,
): Promise<Person> {
  const filter = filterFor(by, 'person:read', facts.config);
  const row = await facts.store.read(scopeOf(by, filter), (db) =>
    peopleQuery(db).where('p.id', '=', personId).executeTakeFirst(),
  );
  if (!row) throw identityErrors('NO_SUCH', {});
  return toPerson(row);
}

/** Open requests that somebody may decide on. */
export async function listRequests(
  facts: PeopleFacts,
  by: Principal,
): Promise<readonly RoleRequest[]> {
  const filter = filterFor(by, 'person:read', facts.config);
  const rows = await facts.store.read(scopeOf(by, filter), (db) =>
    db
      .selectFrom('identity_role_request')
      .select(['id', 'person_id', 'organisation_id', 'wanted', 'asked_by', 'asked_at'])
      .where('decided_at', 'is', null)
      .orderBy('asked_at')
      .limit(1_000)
      .execute(),
  );
  return rows.map((row) => ({
    id: row.id,
    personId: row.person_id,
    organisation: row.organisation_id,
    wanted: row.wanted,
    askedBy: row.asked_by,
    askedAtMs: row.asked_at.getTime(),
  }));
}

/** For "why can, or cannot, this person see this": the person as a principal, freshly signed in. */
export async function principalNow(
  facts: PeopleFacts,
  by: Principal,
  personId: string,
): Promise<Principal> {
  const member = await facts.store.read(LOOKING, (db) => findMember(db, personId));
  const place = {
    type: 'access' as const,
    organisation: member?.organisation ?? null,
    sectors: [],
  };
  const world = { world: facts.config.world };
  if (!member || !decide(by, 'access:explain', place, world).allowed) {
    throw identityErrors('NO_SUCH', {});
  }
  return toPrincipal(member, true);
}
