// SPDX-License-Identifier: Apache-2.0
/** Names of organisations, which every page shows: read once, forgotten when one changes. */
import type { Scope, Store, StoreTables } from '@sakimori/store';
import type { OrganisationBrief } from '@sakimori/vocabulary/wire';
import type { Selectable } from 'kysely';

/** For the hub's own look-ups of names; what a person may see is decided where it is shown. */
const NAMES: Scope = {
  actor: 'system:names',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'administration',
};

const KEPT_MS = 10_000;

export type OrganisationRow = Selectable<StoreTables['organisation']>;

export function briefOf(row: OrganisationRow): OrganisationBrief {
  return {
    id: row.id,
    name: { ja: row.name_ja, en: row.name_en },
    kind: row.kind,
    ...(row.sector !== null && { sector: row.sector }),
    ...(row.prefecture !== null && { prefecture: row.prefecture }),
  };
}

/** Names by id, at most ten seconds old. */
export interface OrganisationNames {
  find(id: string): Promise<OrganisationBrief | undefined>;
  /** Sectors that an organisation belongs to or, for a ministry, is competent for. */
  sectorsOf(id: string): Promise<readonly string[]>;
  forget(): void;
}

export function organisationNames(store: Store<StoreTables>): OrganisationNames {
  let known: Promise<Map<string, OrganisationRow>> | undefined;
  let readAtMs = 0;
  const load = async () => {
    const rows = await store.read(NAMES, (db) =>
      db.selectFrom('organisation').selectAll().execute(),
    );
    return new Map(rows.map((row) => [row.id, row]));
  };
  const names = () => {
    if (!known || performance.now() - readAtMs > KEPT_MS) {
      readAtMs = performance.now();
      known = load();
      known.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
  return {
    async find(id) {
      const row = (await names()).get(id);
      return row && briefOf(row);
    },
    async sectorsOf(id) {
      const row = (await names()).get(id);
      const competent = row?.settings.sectors;
      if (Array.isArray(competent)) return competent.map(String);
      return row?.sector ? [row.sector] : [];
    },
    forget() {
      known = undefined;
    },
  };
}
