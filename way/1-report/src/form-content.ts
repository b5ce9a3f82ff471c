// SPDX-License-Identifier: Apache-2.0
/** Records in words: blocks of a form. */
import type { FormBlock } from '@sakimori/vocabulary/wire';
import {
  addresseesAt,
  fieldLabel,
  findForm,
  formBlocks,
  type IncidentRecord,
  type RecordPart,
  type ReportingOrganisation,
  type RuleReader,
} from './engine/index.ts';
import type { Law } from './law-overlay.ts';

export interface BlockInput {
  readonly content: IncidentRecord | RecordPart;
  readonly kind: IncidentRecord['kind'];
  /** Family or name of the form: `common`, `ppc`, `common-ddos`. */
  readonly form: string;
  /** Facts of the reporter; left out where it is not named. */
  readonly facts?: ReportingOrganisation | undefined;
  readonly withheld?: readonly string[];
}

/** The blocks of a form for a record, or for what a copy holds of it. */
export function blocksOf(
  { content, kind, form, facts, withheld = [] }: BlockInput,
  ruleAt: RuleReader,
  atMs: number,
): readonly FormBlock[] {
  const addressees = addresseesAt(ruleAt, atMs);
  return formBlocks(content, findForm(ruleAt, form, kind, atMs), {
    addresseeName: (id) => addressees.get(id)?.name,
    withheld: withheld.map((field) => ({ field, label: fieldLabel(field) })),
    ...(facts && { organisation: organisationOf(facts, ruleAt, atMs) }),
  });
}

interface Sectors {
  readonly sectors?: readonly {
    readonly id: string;
    readonly ja?: string;
    readonly en?: string;
    readonly name?: { readonly ja: string; readonly en: string };
  }[];
}

function organisationOf(facts: ReportingOrganisation, ruleAt: RuleReader, atMs: number) {
  const names = new Map(
    (ruleAt('sectors', atMs).value as Sectors).sectors?.map((one) => [one.id, one]) ?? [],
  );
  const { name } = facts;
  return {
    ...(name !== undefined && {
      name: typeof name === 'string' ? { ja: name, en: name } : name,
    }),
    sectors: facts.sectors.map((id) => {
      const known = names.get(id);
      return known?.name ?? { ja: known?.ja ?? id, en: known?.en ?? id };
    }),
    criticalInfrastructure: facts.criticalInfrastructure,
  };
}

/** Counts and law in force, for entries of the ledger and rows. */
export function lawUsed(law: Law, atMs: number) {
  return { law: { atMs, changes: law.changes }, lawVersion: law.version(atMs) };
}
