// SPDX-License-Identifier: Apache-2.0
/** The public catalogue of exploited vulnerabilities: CISA's fields as they are, and our own. */
import type { Scope } from '@sakimori/store';
import { dayInJapan, toInstant } from '@sakimori/vocabulary';
import type { Catalogue, CatalogueEntry } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { MATCH_SCOPE, type WarnContext } from './context.ts';
import { warnErrors } from './errors.ts';
import type { VulnerabilityFacts } from './facts.ts';
import { assessRisk, type RiskModel } from './risk.ts';
import { TRIAGE_STEPS } from './warning-phrases.ts';

/** A change of the catalogue, for its history and its feed. */
export interface CatalogueChange {
  readonly id: number;
  readonly at: string;
  readonly vulnerability: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly fields: readonly string[];
  readonly title: string;
}

interface CatalogueRow {
  readonly id: string;
  readonly facts: VulnerabilityFacts;
  readonly japan: string | null;
  readonly source: 'cisa-kev' | 'national';
  readonly created: number;
  readonly computers: number;
}

/**
 * The catalogue.
 *
 * Out     CISA's schema plus `jp`; newest first
 * Never   an exact number below ten of registered computers, or whose they are: a small number
 *         together with a product could name an operator
 */
export async function readCatalogue(context: WarnContext): Promise<Catalogue> {
  const now = context.clock.now();
  const rule = context.law<RiskModel>('risk-model', now);
  const { rows, latest } = await context.store.read(MATCH_SCOPE, async (db) => {
    const found = await sql<CatalogueRow>`select v.vulnerability_id as id, v.facts,
        v.exploited_in_japan_on as japan, v.source_class as source, v.created_at_ms as created,
        coalesce((select sum(w.computers) from warning w where w.form = 'alarm'
          and w.vulnerability_id = v.vulnerability_id), 0)::int as computers
      from vulnerability v where v.listed and not v.rejected
      order by v.exploited_on desc, v.vulnerability_id`.execute(db);
    const last = await sql<{ at: number | null }>`select max(at_ms) as at
      from catalogue_change`.execute(db);
    return { rows: found.rows, latest: last.rows[0]?.at ?? now };
  });
  return {
    title: 'Catalogue of exploited vulnerabilities for Japan / 悪用済み脆弱性一覧（日本）',
    catalogVersion: toInstant(latest).slice(0, 10).replaceAll('-', '.'),
    dateReleased: toInstant(latest),
    count: rows.length,
    vulnerabilities: rows.map((row) => entryOf(row, rule)),
  };
}

function entryOf(
  { id, facts, japan, source, created, computers }: CatalogueRow,
  rule: Parameters<typeof assessRisk>[0],
): CatalogueEntry {
  // What the model says of a computer that can be reached from the Internet, counted from the day
  // on which it was listed here.
  const risk = assessRisk(rule, facts, 'internet', created);
  return {
    cveID: id,
    vendorProject: facts.maker ?? '',
    product: facts.product ?? '',
    vulnerabilityName: facts.title.en,
    dateAdded: facts.exploitedOn ?? '',
    shortDescription: facts.summary.en,
    requiredAction: facts.requiredAction ?? '',
    dueDate: facts.sourceDueOn ?? '',
    knownRansomwareCampaignUse: facts.ransomware ? 'Known' : 'Unknown',
    notes: facts.notes ?? '',
    cwes: facts.cwes,
    jp: {
      dateAddedJp: japan ?? dayInJapan(created),
      dueDateJp: dayInJapan(risk.dueAtMs),
      ...(facts.jvnId === undefined ? {} : { jvnId: facts.jvnId }),
      sourceClass: source,
      affectedRegistered: bucketOf(computers),
      triage: risk.triageFirst ? TRIAGE_STEPS : [],
    },
  };
}

/** Numbers that cannot point at one operator. */
export function bucketOf(computers: number): CatalogueEntry['jp']['affectedRegistered'] {
  if (computers <= 0) return '0';
  if (computers < 10) return '1-9';
  if (computers < 100) return '10-99';
  return computers < 1000 ? '100-999' : '1000+';
}

/** The newest changes of the catalogue. */
export async function listCatalogueChanges(
  context: WarnContext,
  limit = 100,
): Promise<readonly CatalogueChange[]> {
  const { rows } = await context.store.read(MATCH_SCOPE, (db) =>
    sql<Omit<CatalogueChange, 'at'> & { readonly at: number }>`
      select c.change_id as id, c.at_ms as at, c.vulnerability_id as vulnerability, c.change,
        c.fields, v.title
      from catalogue_change c join vulnerability v on v.vulnerability_id = c.vulnerability_id
      order by c.at_ms desc, c.change_id desc limit ${limit}`.execute(db),
  );
  return rows.map((row) => ({ ...row, at: toInstant(row.at) }));
}

/**
 * The office says that a vulnerability is exploited in Japan.
 *
 * In     day of the exploitation, YYYY-MM-DD; scope of an analyst of the office
 * Throws WRN_NO_VULNERABILITY
 */
export async function recordExploitationInJapan(
  context: WarnContext,
  scope: Scope,
  vulnerabilityId: string,
  day: string,
): Promise<void> {
  await context.store.change(scope, async ({ db, record }) => {
    const result = await sql`update vulnerability set exploited_in_japan_on = ${day}
      where vulnerability_id = ${vulnerabilityId}`.execute(db);
    if (Number(result.numAffectedRows ?? 0) === 0) {
      throw warnErrors('NO_VULNERABILITY', { vulnerability: vulnerabilityId });
    }
    await sql`insert into catalogue_change (vulnerability_id, at_ms, change, fields, feed_run_id)
      values (${vulnerabilityId}, ${context.clock.now()}, 'changed', '{jp.dateAddedJp}', 'office')
    `.execute(db);
    await record({ type: 'catalogue.published', refs: [vulnerabilityId] });
  });
}
