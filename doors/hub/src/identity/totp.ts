// SPDX-License-Identifier: Apache-2.0
/** Codes of an authenticator app (RFC 6238), with a lock that no verb and no batch gets around. */
import { randomBytes } from 'node:crypto';
import { base32 } from '@better-auth/utils/base32';
import { createOTP } from '@better-auth/utils/otp';
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import type { Kysely } from 'kysely';
import { identityErrors } from './errors.ts';
import type { IdentityLimits } from './identity.ts';
import type { IdentityTables } from './tables.ts';

const STEP_MS = 30_000;

export interface TotpFacts {
  readonly db: Kysely<IdentityTables>;
  readonly key: string;
  readonly limits: IdentityLimits;
  readonly nowMs: () => number;
  readonly issuer: string;
}

/** A new secret, not in force before a code of it was confirmed. */
export async function enrolTotp(facts: TotpFacts, person: { id: string; email: string }) {
  // The library takes text: 160 random bits, written with 27 characters.
  const secret = randomBytes(20).toString('base64url');
  const kept = await symmetricEncrypt({ key: facts.key, data: secret });
  const changed = await facts.db
    .insertInto('identity_totp')
    .values({ person_id: person.id, secret: kept })
    .onConflict((c) =>
      c
        .column('person_id')
        .doUpdateSet({ secret: kept, last_step: 0 })
        // What is in force is removed with a code first: a stolen session cannot replace it.
        .where('identity_totp.confirmed_at', 'is', null),
    )
    .executeTakeFirst();
  if (changed.numInsertedOrUpdatedRows === 0n) {
    throw identityErrors('BAD_INPUT', { field: 'totp', expected: 'none registered' });
  }
  const label = `${encodeURIComponent(facts.issuer)}:${encodeURIComponent(person.email)}`;
  const shown = base32.encode(secret, { padding: false });
  const uri = `otpauth://totp/${label}?secret=${shown}&issuer=${encodeURIComponent(facts.issuer)}`;
  return { secret: shown, uri };
}

/**
 * Checks a code.
 *
 * In      `wanted`: `confirmed` for a secret in force, `new` for one that waits for its first code
 * Throws  IDN_TOTP_NOT_SET, IDN_CODE_NOT_VALID, IDN_LOCKED
 * Never   takes a code twice; counts past the lock: tries queue up at one row, whatever the verb
 */
export async function checkTotp(
  facts: TotpFacts,
  personId: string,
  code: string,
  wanted: 'confirmed' | 'new',
): Promise<void> {
  const { limits } = facts;
  const outcome = await facts.db.transaction().execute(async (db) => {
    const row = await db
      .selectFrom('identity_totp')
      .select(['secret', 'confirmed_at', 'failed', 'locked_until', 'last_step'])
      .where('person_id', '=', personId)
      .forUpdate()
      .executeTakeFirst();
    if (!row || (wanted === 'confirmed') !== (row.confirmed_at !== null)) return 'not-set';
    const nowMs = facts.nowMs();
    if (row.locked_until !== null && row.locked_until.getTime() > nowMs) return 'locked';
    const step = await matchingStep(facts, row.secret, code, nowMs, row.last_step);
    const change = db.updateTable('identity_totp').where('person_id', '=', personId);
    if (step !== undefined) {
      const fresh = { failed: 0, locked_until: null, last_step: step };
      const confirmed = row.confirmed_at ?? new Date(nowMs);
      await change.set({ ...fresh, confirmed_at: confirmed }).execute();
      return 'right';
    }
    // The count stays after a lock has ended: the next wrong code locks again at once.
    const failed = row.failed + 1;
    const locks = failed >= limits.totpTriesMax;
    await change
      .set({ failed, locked_until: locks ? new Date(nowMs + limits.totpLockMs) : null })
      .execute();
    return 'wrong';
  });
  if (outcome === 'not-set') throw identityErrors('TOTP_NOT_SET', {});
  if (outcome === 'wrong') throw identityErrors('CODE_NOT_VALID', {});
  if (outcome === 'locked') {
    throw identityErrors('LOCKED', { minutes: Math.ceil(limits.totpLockMs / 60_000) });
  }
}

/** The time step whose code it is: now, or one step of 30 s to either side, and never an old one. */
async function matchingStep(
  facts: TotpFacts,
  kept: string,
  code: string,
  nowMs: number,
  lastStep: number,
): Promise<number | undefined> {
  const secret = await symmetricDecrypt({ key: facts.key, data: kept });
  const given = /^\d{6}$/.test(code) ? code : '';
  let found: number | undefined;
  for (const shift of [-1, 0, 1]) {
    const step = Math.floor(nowMs / STEP_MS) + shift;
    const expected = await createOTP(secret).hotp(step);
    if (sameText(given, expected) && step > lastStep) found = step;
  }
  return found;
}

function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i += 1) difference |= (a.charCodeAt(i) || 0) ^ b.charCodeAt(i);
  return difference === 0;
}

export async function hasTotp(db: Kysely<IdentityTables>, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('identity_totp')
    .select('confirmed_at')
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row !== undefined && row.confirmed_at !== null;
}
