// SPDX-License-Identifier: Apache-2.0
/** Answers to writes that carried an Idempotency-Key, remembered in the database. */
import { createHash } from 'node:crypto';
import type { Scope, Store, StoreTables } from '@sakimori/store';
import { sql } from 'kysely';
import type { AnswerMemory } from './http/idempotency.ts';

/** A request that never finished (a crash) stops blocking its key after this time. */
const LAPSES_SECONDS = 120;

/**
 * In   store; the actor is part of the key's digest already, so that one row policy fits all
 * Law  design 5.12: a retry never doubles
 */
export function answerMemory(store: Store<StoreTables>): AnswerMemory {
  const scope: Scope = {
    actor: 'system:answers',
    organisation: null,
    reach: 'none',
    sectors: [],
    purpose: 'administration',
  };
  const bytes = (text: string) => createHash('sha256').update(text).digest();
  return {
    async begin(key, requestDigest) {
      const { value } = await store.change(scope, async ({ db }) => {
        const mine = await db
          .insertInto('idempotency_key')
          .values({
            key,
            actor: scope.actor,
            target_digest: bytes(key),
            request_digest: bytes(requestDigest),
            status: null,
            response: null,
          })
          .onConflict((conflict) =>
            conflict
              .columns(['actor', 'key'])
              .doUpdateSet({ created_at: sql`now()` })
              .where('idempotency_key.status', 'is', null)
              .where(
                'idempotency_key.created_at',
                '<',
                sql<Date>`now() - ${sql.lit(LAPSES_SECONDS)} * interval '1 second'`,
              ),
          )
          .returning('key')
          .executeTakeFirst();
        if (mine) return undefined;
        return db
          .selectFrom('idempotency_key')
          .select(['request_digest', 'status', 'response'])
          .where('actor', '=', scope.actor)
          .where('key', '=', key)
          .executeTakeFirstOrThrow();
      });
      if (!value) return undefined;
      const same = value.request_digest.equals(bytes(requestDigest));
      return {
        requestDigest: same ? requestDigest : '',
        answer:
          value.status === null
            ? undefined
            : { status: value.status, body: JSON.stringify(value.response) },
      };
    },
    async finish(key, status, body) {
      await store.change(scope, ({ db }) =>
        db
          .updateTable('idempotency_key')
          .set({ status, response: body })
          .where('actor', '=', scope.actor)
          .where('key', '=', key)
          .execute(),
      );
    },
    async abandon(key) {
      await store.change(scope, ({ db }) =>
        db
          .deleteFrom('idempotency_key')
          .where('actor', '=', scope.actor)
          .where('key', '=', key)
          .where('status', 'is', null)
          .execute(),
      );
    },
  };
}
