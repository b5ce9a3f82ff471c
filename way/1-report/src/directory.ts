// SPDX-License-Identifier: Apache-2.0
/** Who is who: names for every view, and which organisation receives for an addressee. */
import type { OrganisationKind, Scope, Store } from '@sakimori/store';
import type { OrganisationBrief } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { Addressee } from './engine/index.ts';
import type { ClockPort } from './ports.ts';

/** For names and desks alone; what a person may see is decided where it is shown. */
const NAMES: Scope = {
  actor: 'system:names',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'administration',
};
const KEPT_MS = 10_000;

export interface Listed {
  readonly id: string;
  readonly kind: OrganisationKind;
  readonly name_ja: string;
  readonly name_en: string;
  readonly sector: string | null;
  readonly prefecture: string | null;
  readonly criticality: number;
  /** Sectors that a ministry is competent for. */
  readonly competent: readonly string[];
}

/** Everybody, as known at one moment. */
export interface Directory {
  brief(id: string): OrganisationBrief;
  find(id: string): Listed | undefined;
  /**
   * Who receives for an addressee.
   *
   * In     the kind of desk; sectors (the main one first) and prefecture of the reporter
   * Out    undefined where this instance has no such desk
   */
  desk(
    kind: Addressee['desk'],
    reporter: { readonly sectors: readonly string[]; readonly prefecture?: string | undefined },
  ): Listed | undefined;
}

export interface DirectoryReader {
  /** At most ten seconds old. Takes a connection of its own: never inside a transaction. */
  now(): Promise<Directory>;
  forget(): void;
}

export function directoryReader(store: Store<unknown>, clock: ClockPort): DirectoryReader {
  let known: Promise<Directory> | undefined;
  let readAtMs = 0;
  return {
    now() {
      if (!known || clock.now() - readAtMs > KEPT_MS || clock.now() < readAtMs) {
        readAtMs = clock.now();
        known = readDirectory(store);
        known.catch(() => {
          known = undefined;
        });
      }
      return known;
    },
    forget() {
      known = undefined;
    },
  };
}

async function readDirectory(store: Store<unknown>): Promise<Directory> {
  const { rows } = await store.read(NAMES, (db) =>
    sql<Listed>`select id, kind, name_ja, name_en, sector, prefecture, criticality,
        coalesce((select array_agg(one) from jsonb_array_elements_text(
          case when jsonb_typeof(settings -> 'sectors') = 'array' then settings -> 'sectors'
            else '[]' end) one), '{}') as competent
      from organisation order by id`.execute(db),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const ofKind = (kind: OrganisationKind) => rows.filter((row) => row.kind === kind);
  const [ministries, offices] = [ofKind('ministry'), ofKind('office')];
  const [police, commissions] = [ofKind('police'), ofKind('privacy-commission')];
  return {
    find: (id) => byId.get(id),
    brief: (id) => toBrief(byId.get(id), id),
    desk(kind, { sectors, prefecture }) {
      switch (kind) {
        case 'sector-ministry':
          for (const sector of sectors) {
            const found = ministries.find(({ competent }) => competent.includes(sector));
            if (found) return found;
          }
          return undefined;
        case 'office':
          return offices[0];
        case 'police':
          return (
            police.find((one) => one.prefecture !== null && one.prefecture === prefecture) ??
            police.find((one) => one.prefecture === null) ??
            police[0]
          );
        case 'privacy-commission':
          return commissions[0];
        default:
          return undefined;
      }
    },
  };
}

export function toBrief(
  row: Pick<Listed, 'id' | 'kind' | 'name_ja' | 'name_en' | 'sector' | 'prefecture'> | undefined,
  id: string,
): OrganisationBrief {
  if (!row) return { id, name: { ja: id, en: id }, kind: 'operator' };
  return {
    id: row.id,
    name: { ja: row.name_ja, en: row.name_en },
    kind: row.kind,
    ...(row.sector !== null && { sector: row.sector }),
    ...(row.prefecture !== null && { prefecture: row.prefecture }),
  };
}

/** In place of a reporter whom the addressee's purpose does not name. */
export function unnamed(row: Listed | undefined): OrganisationBrief {
  return {
    id: '',
    name: { ja: '報告者（非公開）', en: 'reporter (not named)' },
    kind: 'operator',
    ...(row?.sector && { sector: row.sector }),
  };
}
