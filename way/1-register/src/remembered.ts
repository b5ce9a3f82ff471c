// SPDX-License-Identifier: Apache-2.0
/** What an organisation has decided before: mappings of headings, answers to questions. */
import type { RegisterTransaction } from './context.ts';
import { type Answers, isComputerField, type Mapping } from './engine/index.ts';

export async function readAnswers(
  db: RegisterTransaction,
  organisationId: string,
): Promise<Answers> {
  const rows = await db
    .selectFrom('import_answer')
    .select(['question_id', 'answer'])
    .where('organisation_id', '=', organisationId)
    .execute();
  return new Map(rows.map((row) => [row.question_id, row.answer]));
}

export async function rememberAnswers(
  db: RegisterTransaction,
  organisationId: string,
  answers: Answers,
  by: string,
  atMs: number,
): Promise<void> {
  if (answers.size === 0) return;
  await db
    .insertInto('import_answer')
    .values(
      [...answers].map(([questionId, answer]) => ({
        organisation_id: organisationId,
        question_id: questionId,
        answer,
        decided_at_ms: atMs,
        decided_by: by,
      })),
    )
    .onConflict((oc) =>
      oc.columns(['organisation_id', 'question_id']).doUpdateSet((eb) => ({
        answer: eb.ref('excluded.answer'),
        decided_at_ms: eb.ref('excluded.decided_at_ms'),
        decided_by: eb.ref('excluded.decided_by'),
      })),
    )
    .execute();
}

export async function readMapping(
  db: RegisterTransaction,
  organisationId: string,
  fingerprint: string,
): Promise<Mapping | undefined> {
  const row = await db
    .selectFrom('import_mapping')
    .select('mapping')
    .where('organisation_id', '=', organisationId)
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  if (!row) return undefined;
  // A field that no longer exists is left out rather than trusted.
  return Object.fromEntries(
    Object.entries(row.mapping).filter(([, field]) => isComputerField(field)),
  );
}

export async function rememberMapping(
  db: RegisterTransaction,
  organisationId: string,
  fingerprint: string,
  mapping: Mapping,
  atMs: number,
): Promise<void> {
  const values = { mapping: JSON.stringify(mapping), decided_at_ms: atMs };
  await db
    .insertInto('import_mapping')
    .values({ organisation_id: organisationId, fingerprint, ...values })
    .onConflict((oc) => oc.columns(['organisation_id', 'fingerprint']).doUpdateSet(values))
    .execute();
}
