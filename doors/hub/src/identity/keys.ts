// SPDX-License-Identifier: Apache-2.0
/** API keys: a list of actions, one organisation, an end; shown once, kept as a hash. */
import { randomBytes } from 'node:crypto';
import {
  ACTIONS,
  type Action,
  defaultPurpose,
  isAction,
  type ListableAction,
  mayAct,
  type Principal,
  requireAllowed,
  scopeOf,
} from '@sakimori/authority';
import type { PublishedEntry } from '@sakimori/store';
import { makeId } from '@sakimori/vocabulary';
import { identityErrors } from './errors.ts';
import type { ApiKey, IdentityLimits, KeyWish } from './identity.ts';
import { hashToken } from './links.ts';
import { filterFor, LOOKING, type PeopleFacts, sectorsOf, within } from './people.ts';
import type { KeyTable } from './tables.ts';

export const KEY_PREFIX = 'skm_key_';
const SHOWN = KEY_PREFIX.length + 6;
/** How exactly "last used" is kept; a busy key writes no more often. */
const USE_MS = 60_000;

type Row = Pick<
  KeyTable,
  'id' | 'name' | 'prefix' | 'organisation_id' | 'person_id' | 'actions'
> & { created_at: Date; expires_at: Date; revoked_at: Date | null; last_used_at?: Date | null };

function toKey(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    organisation: row.organisation_id,
    personId: row.person_id,
    actions: row.actions.filter(isAction),
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    ...(row.last_used_at ? { lastUsedAtMs: row.last_used_at.getTime() } : {}),
    ...(row.revoked_at ? { revokedAtMs: row.revoked_at.getTime() } : {}),
  };
}

/** Actions that a key made by this person could ever do. */
export function actionsForKey(facts: PeopleFacts, by: Principal): readonly Action[] {
  const key = { ...by, kind: 'key' as const, steppedUp: false, restrictedTo: ACTIONS };
  const at = { world: facts.config.world };
  return ACTIONS.filter(
    (action) => action !== 'session:own' && mayAct(key, action as ListableAction, at),
  );
}

function readWish(facts: PeopleFacts, limits: IdentityLimits, by: Principal, wish: KeyWish) {
  const name = wish.name.trim();
  if (name.length === 0 || name.length > 100) {
    throw identityErrors('BAD_INPUT', { field: 'name', expected: '1 to 100 characters' });
  }
  const possible = actionsForKey(facts, by);
  const actions = [...new Set(wish.actions)];
  if (actions.length === 0 || !actions.every((action) => possible.includes(action))) {
    const expected = 'actions that your role may give to a key';
    throw identityErrors('BAD_INPUT', { field: 'actions', expected });
  }
  const life = wish.expiresAtMs - facts.nowMs();
  if (!(life > 0 && life <= limits.keyLifeMsMax)) {
    const days = Math.floor(limits.keyLifeMsMax / 86_400_000);
    throw identityErrors('BAD_INPUT', { field: 'expires', expected: `1 to ${days} days from now` });
  }
  return { name, actions };
}

/**
 * Makes a key for the own organisation.
 *
 * Out     the key and its secret, which is never to be had again
 * Throws  AUT_REFUSED, IDN_BAD_INPUT
 * Never   gives a key an action that its maker does not have; when the maker loses a role or leaves,
 *         so does the key
 */
export async function makeKey(
  facts: PeopleFacts,
  limits: IdentityLimits,
  by: Principal,
  wish: KeyWish,
) {
  const organisation = by.organisation;
  const resource = { type: 'key' as const, organisation, sectors: by.sectors };
  requireAllowed(by, 'key:create', resource, { world: facts.config.world });
  if (by.kind !== 'person' || organisation === null) {
    throw identityErrors('BAD_INPUT', { field: 'organisation', expected: 'one of your own' });
  }
  const { name, actions } = readWish(facts, limits, by, wish);
  const secret = `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
  const now = facts.nowMs();
  const row = {
    id: makeId('key', now, randomBytes(10)),
    organisation_id: organisation,
    person_id: by.id,
    name,
    prefix: secret.slice(0, SHOWN),
    actions,
    created_at: new Date(now),
    expires_at: new Date(wish.expiresAtMs),
  };
  const { entries } = await facts.store.change(within(by, organisation), async (change) => {
    await change.db
      .insertInto('identity_key')
      .values({ ...row, secret_hash: hashToken(secret), roles: [...by.roles] })
      .execute();
    const counts = { actions: actions.length };
    const about = { tenant: organisation, actor: by.id, refs: [row.id] };
    await change.record({ type: 'key.created', ...about, counts });
  });
  return { key: toKey({ ...row, revoked_at: null }), secret, entries };
}

export async function listOf(facts: PeopleFacts, by: Principal): Promise<readonly ApiKey[]> {
  const filter = filterFor(by, 'key:read', facts.config);
  const rows = await facts.store.read(scopeOf(by, filter), (db) =>
    db
      .selectFrom('identity_key')
      .leftJoin('identity_key_use', 'key_id', 'id')
      .select(['id', 'name', 'prefix', 'organisation_id', 'person_id', 'actions'])
      .select(['created_at', 'expires_at', 'revoked_at', 'last_used_at'])
      .orderBy('created_at', 'desc')
      .limit(10_000)
      .execute(),
  );
  return rows.map(toKey);
}

/** A revoked key answers nothing from the next request on. Revoking again changes nothing. */
export async function revoke(
  facts: PeopleFacts,
  by: Principal,
  keyId: string,
): Promise<readonly PublishedEntry[]> {
  const filter = filterFor(by, 'key:revoke', facts.config);
  const { entries } = await facts.store.change(scopeOf(by, filter), async (change) => {
    const key = await change.db
      .selectFrom('identity_key')
      .select(['organisation_id', 'revoked_at'])
      .where('id', '=', keyId)
      .forUpdate()
      .executeTakeFirst();
    if (!key) throw identityErrors('NO_SUCH', {});
    const resource = { type: 'key' as const, organisation: key.organisation_id, sectors: [] };
    requireAllowed(by, 'key:revoke', resource, { world: facts.config.world });
    if (key.revoked_at) return;
    await change.db
      .updateTable('identity_key')
      .set({ revoked_at: new Date(facts.nowMs()) })
      .where('id', '=', keyId)
      .execute();
    const about = { tenant: key.organisation_id, actor: by.id, refs: [keyId] };
    await change.record({ type: 'key.revoked', ...about });
  });
  return entries;
}

/** Who a key is: its maker's roles of then and of now, its own list of actions, one organisation. */
export async function principalOfKey(
  facts: PeopleFacts,
  secret: string,
): Promise<Principal | undefined> {
  if (!/^skm_key_[A-Za-z0-9_-]{43}$/.test(secret)) return undefined;
  const now = facts.nowMs();
  // One statement: every request of a program pays for it.
  const found = await facts.store.read(LOOKING, (db) =>
    db
      .selectFrom('identity_key as k')
      .innerJoin('identity_membership as m', (join) =>
        join
          .onRef('m.person_id', '=', 'k.person_id')
          .onRef('m.organisation_id', '=', 'k.organisation_id'),
      )
      .innerJoin('organisation as o', 'o.id', 'k.organisation_id')
      .leftJoin('identity_key_use as u', 'u.key_id', 'k.id')
      .select(['k.id', 'k.organisation_id', 'k.actions', 'k.roles', 'm.roles as roles_now'])
      .select(['u.last_used_at', 'o.kind', 'o.sector', 'o.settings'])
      .where('k.secret_hash', '=', hashToken(secret))
      .where('k.revoked_at', 'is', null)
      .where('k.expires_at', '>', new Date(now))
      .executeTakeFirst(),
  );
  if (!found) return undefined;
  if (!found.last_used_at || found.last_used_at.getTime() < now - USE_MS) {
    const last_used_at = new Date(now);
    await facts.store.plain
      .insertInto('identity_key_use')
      .values({ key_id: found.id, last_used_at })
      .onConflict((c) => c.column('key_id').doUpdateSet({ last_used_at }))
      .execute();
  }
  const roles = found.roles.filter((role) => found.roles_now.includes(role));
  return {
    id: found.id,
    kind: 'key',
    organisation: found.organisation_id,
    roles,
    sectors: sectorsOf(found),
    restrictedTo: found.actions.filter(isAction),
    purpose: defaultPurpose(roles),
  };
}
