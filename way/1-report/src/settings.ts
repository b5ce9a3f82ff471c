// SPDX-License-Identifier: Apache-2.0
/** What an operator decides about its reporting, and facts that decide its duties. */
import type { Changed, Scope } from '@sakimori/store';
import type { ReportSettings } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { cleanTexts } from './clean-texts.ts';
import { type AnyTransaction, type ReportContext, shortId } from './context.ts';
import { addresseesAt } from './engine/index.ts';
import { reportErrors } from './errors.ts';
import { type FactsRow, factsOf, type StatedFacts } from './facts.ts';
import { FACTS_CHANGED } from './recomputing.ts';

type SettingsRow = FactsRow & {
  readonly automatic: boolean | null;
  readonly facts: StatedFacts | null;
};

async function loadSettings(db: AnyTransaction, organisationId: string): Promise<SettingsRow> {
  const { rows } = await sql<SettingsRow>`select o.id, o.name_ja, o.name_en, o.sector, o.prefecture,
      s.automatic_precursors as automatic, s.facts
    from organisation o left join report_settings s on s.organisation_id = o.id
    where o.id = ${organisationId}`.execute(db);
  if (!rows[0]) throw reportErrors('NO_ORGANISATION', { organisationId: shortId(organisationId) });
  return rows[0];
}

/** Throws RPT_NO_ORGANISATION. */
export async function getSettings(
  context: ReportContext,
  scope: Scope,
  organisationId: string,
): Promise<ReportSettings> {
  const row = await context.store.read(scope, (db) => loadSettings(db, organisationId));
  return view(context, row);
}

async function view(context: ReportContext, row: SettingsRow): Promise<ReportSettings> {
  const { ruleAt } = await context.overlay.current();
  const addressees = [...addresseesAt(ruleAt, context.now()).values()];
  const { id: _id, name: _name, ...facts } = factsOf(row, row.facts ?? {});
  return {
    automaticPrecursors: row.automatic ?? false,
    dataUse: addressees
      .filter(({ desk }) => desk !== 'none')
      .map(({ id, name, purpose, mayNot, verified }) => ({
        ...{ addressee: id, name, purpose, mayNot, verified },
      })),
    facts,
  };
}

/**
 * Changes what is given. Open reports are looked at again with the new facts, and what changed for
 * them is explained.
 *
 * Throws  RPT_NO_ORGANISATION, RPT_FACTS_INVALID
 */
export async function setSettings(
  context: ReportContext,
  scope: Scope,
  organisationId: string,
  input: {
    readonly automaticPrecursors?: boolean | undefined;
    readonly facts?: Readonly<Record<string, unknown>> | undefined;
  },
): Promise<Changed<ReportSettings>> {
  const changed = await context.store.change(scope, async ({ db, record }) => {
    const row = await loadSettings(db, organisationId);
    const { id: _id, name: _name, ...stated } = input.facts ?? row.facts ?? {};
    const facts = cleanTexts(stated) as StatedFacts;
    factsOf(row, facts);
    const automatic = input.automaticPrecursors ?? row.automatic ?? false;
    const outboxId = await record({
      type: 'report.settings',
      tenant: organisationId,
      counts: { automatic_precursors: automatic ? 1 : 0, facts: Object.keys(facts).length },
    });
    await sql`insert into report_settings (organisation_id, automatic_precursors, facts,
        changed_at_ms, actor, outbox_id)
      values (${organisationId}, ${automatic}, ${JSON.stringify(facts)}::jsonb, ${context.now()},
        ${scope.actor}, ${outboxId})
      on conflict (organisation_id) do update set
        automatic_precursors = excluded.automatic_precursors, facts = excluded.facts,
        changed_at_ms = excluded.changed_at_ms, actor = excluded.actor,
        outbox_id = excluded.outbox_id`.execute(db);
    if (input.facts !== undefined) {
      await sql`update report set law_version = ${FACTS_CHANGED}
        where organisation_id = ${organisationId} and state = 'open'`.execute(db);
    }
    return { ...row, automatic, facts };
  });
  context.onWork?.();
  return { ...changed, value: await view(context, changed.value) };
}

/** True when the operator lets alerts become precursor reports without a person's word. */
export async function takesPrecursors(
  context: ReportContext,
  scope: Scope,
  organisationId: string,
): Promise<boolean> {
  const row = await context.store.read(scope, (db) => loadSettings(db, organisationId));
  return row.automatic ?? false;
}
