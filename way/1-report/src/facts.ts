// SPDX-License-Identifier: Apache-2.0
/** Facts of an organisation that decide its duties: from the register's row, and its own word. */
import { type ReportingOrganisation, readOrganisation } from './engine/index.ts';
import { reportErrors } from './errors.ts';

/** What the organisation's row says of it. */
export interface FactsRow {
  readonly id: string;
  readonly name_ja: string;
  readonly name_en: string;
  readonly sector: string | null;
  readonly prefecture: string | null;
}

/** Facts that an organisation keeps itself; the rest stands in its row. */
export type StatedFacts = Readonly<Record<string, unknown>>;

/**
 * Puts both together.
 *
 * Out     facts; whether an operator of a designated sector is designated itself stays `unknown`
 *         until it says so, and `unknown` lets clocks run
 * Throws  RPT_FACTS_INVALID with the field
 */
export function factsOf(row: FactsRow, stated: StatedFacts): ReportingOrganisation {
  const own = Array.isArray(stated.sectors) ? stated.sectors : [];
  const result = readOrganisation({
    designated: row.sector === null ? false : 'unknown',
    ...(row.prefecture !== null && { prefecture: row.prefecture }),
    ...stated,
    id: row.id,
    name: { ja: row.name_ja, en: row.name_en },
    sectors: [...new Set([...(row.sector === null ? [] : [row.sector]), ...own])],
  });
  if (result.refusals) {
    const { field, expected } = result.refusals[0] ?? { field: 'facts', expected: 'facts' };
    throw reportErrors('FACTS_INVALID', { field, expected });
  }
  return result.value;
}
