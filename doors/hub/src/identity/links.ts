// SPDX-License-Identifier: Apache-2.0
/** Links that sign a person in once. The store keeps hashes only. */
import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { IdentityLimits, SignInLink } from './identity.ts';
import type { IdentityTables } from './tables.ts';

export interface LinkFacts {
  readonly db: Kysely<IdentityTables>;
  readonly limits: IdentityLimits;
  readonly nowMs: () => number;
  readonly publicUrl: string;
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The token stands behind a #: browsers send that part to nobody, and no access log has it. */
export async function makeLink(
  { db, limits, nowMs, publicUrl }: LinkFacts,
  personId: string,
  use: 'mail' | 'printed',
): Promise<SignInLink> {
  const token = randomBytes(32).toString('base64url');
  const madeAtMs = nowMs();
  const expiresAtMs = madeAtMs + (use === 'printed' ? limits.printedLinkMs : limits.linkMs);
  await db
    .insertInto('identity_link')
    .values({
      token_hash: hashToken(token),
      person_id: personId,
      made_at: new Date(madeAtMs),
      expires_at: new Date(expiresAtMs),
    })
    .execute();
  return { token, url: `${publicUrl}/sign-in#${token}`, expiresAtMs };
}

/** Who may have a link mailed: undefined when unknown or when too many are under way. */
export async function whoMayHaveLink(
  { db, limits, nowMs }: LinkFacts,
  email: string,
): Promise<{ id: string; name: string } | undefined> {
  const person = await db
    .selectFrom('identity_person')
    .select(['id', 'name'])
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst();
  const since = new Date(nowMs() - limits.linkMs);
  const recent = await db
    .selectFrom('identity_link')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('person_id', '=', person?.id ?? '')
    .where('made_at', '>', since)
    .executeTakeFirstOrThrow();
  return person && recent.count < limits.linksPerPersonMax ? person : undefined;
}

/** Takes a link, once: of two that come at the same time, one gets the person. */
export async function takeLink(
  { db, nowMs }: LinkFacts,
  token: string,
): Promise<string | undefined> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined;
  const now = new Date(nowMs());
  const taken = await db
    .updateTable('identity_link')
    .set({ used_at: now })
    .where('token_hash', '=', hashToken(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('person_id')
    .executeTakeFirst();
  return taken?.person_id;
}
