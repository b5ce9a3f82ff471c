// SPDX-License-Identifier: Apache-2.0
/**
 * Relations between reports: a value leads to its members, pairs are never kept. Keys are made after
 * the reporter has its answer, and again for each supplement.
 */
import { hash } from 'node:crypto';
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { RelatedView } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, widened } from './context.ts';
import { reporterOf } from './copies.ts';
import {
  addresseesAt,
  CANDIDATES_MAX,
  DEGREE_MAX,
  type IncidentRecord,
  keysOf,
  type Protection,
  type RelationKey,
  type RelationKind,
  SCORE_MIN,
  scoreRelation,
} from './engine/index.ts';
import { loadCopy } from './loading.ts';
import type { Unplaced } from './receipts.ts';
import type { CopyRow } from './tables.ts';
import { recordUse } from './uses.ts';

/** An index entry has its limits; the digest of a long value meets that of the same value. */
const KEY_MAX = 200;
const SHOWN_MAX = 50;

/** The field of a record that a key tells something of: who is not given it is not told the key. */
const FIELD_OF: Readonly<Record<RelationKind, string>> = {
  reference: 'reference',
  occasion: 'contacts',
  indicator: 'indicators',
  malware: 'ransomware',
  product: 'computers',
  'technique-set': 'techniques',
  text: 'outline',
};

function toKept(key: string): string {
  return key.length > KEY_MAX ? `sha256:${hash('sha256', key, 'hex')}` : key;
}

/** Keys of a record as they are kept and looked up. */
export function keptKeys(
  protection: Protection,
  record: IncidentRecord,
  organisation: string,
): readonly RelationKey[] {
  const keys = keysOf({ record, organisation, protection });
  return keys.map((one) => ({ ...one, key: toKept(one.key) }));
}

/** The key of one indicator, as `keptKeys` makes it. */
export function indicatorKey({ type, value }: { readonly type: string; readonly value: string }) {
  return toKept(`indicator:${type}:${value}`);
}

/**
 * Puts reports' keys in place of those before. Doing it again changes nothing.
 *
 * Cost   three statements, whatever the number of reports
 */
export async function relate(
  protection: Protection,
  db: AnyTransaction,
  reportIds: readonly string[],
): Promise<void> {
  const ids = [...reportIds];
  const { rows } = await sql<{ id: string; organisation: string; record: IncidentRecord }>`select
      r.report_id as id, r.organisation_id as organisation, u.record
    from report r join report_submission u on u.report_id = r.report_id
      and u.position = r.revision
    where r.report_id = any(${ids}::text[]) and r.state <> 'withdrawn'
    order by r.report_id for update of r`.execute(db);
  await sql`delete from report_key where report_id = any(${ids}::text[])`.execute(db);
  const keys = new Map<string, RelationKey & { readonly id: string; readonly owner: string }>();
  for (const { id, organisation: owner, record } of rows) {
    for (const one of keptKeys(protection, record, owner)) {
      keys.set(`${one.kind}\0${one.key}\0${id}`, { id, owner, ...one });
    }
  }
  if (keys.size === 0) return;
  // In the order of the index: neighbours go to the same page. None is there: the rows are locked.
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  await sql`insert into report_key (kind, key, report_id, organisation_id, weight, shown)
    select k.kind, k.key, k.id, k.owner, k.weight, k.shown
    from jsonb_to_recordset(${JSON.stringify(sorted)}::jsonb)
      as k (kind text, key text, id text, owner text, weight real, shown jsonb)`.execute(db);
}

/** How often keys are shared; `reports` is counted to one more than what leads anywhere. */
export type Degrees = ReadonlyMap<string, { readonly reports: number }>;

const COUNTED_MAX = DEGREE_MAX + 2;
const OTHERS_MAX = 200;

/**
 * How many reports have each of these keys.
 *
 * Cost   bounded for a key: in a surge thousands tell the same, and nobody waits for them to be
 *        counted
 */
export async function degreesOf(
  db: AnyTransaction,
  keys: readonly RelationKey[],
): Promise<Degrees> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ key: string; reports: number }>`select g.key, n.reports
    from unnest(${keys.map(({ kind }) => kind)}::text[], ${keys.map(({ key }) => key)}::text[])
      as g (kind, key),
      lateral (select count(*) as reports from (select 1 from report_key k
        where k.kind = g.kind and k.key = g.key limit ${COUNTED_MAX}) found) n`.execute(db);
  return new Map(rows.map((row) => [row.key, row]));
}

/** How many other organisations have told each of these indicators; counted to 200 reports. */
export async function othersOf(
  db: AnyTransaction,
  keys: readonly string[],
  own: string,
): Promise<ReadonlyMap<string, number>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ key: string; others: number }>`select g.key, n.others
    from unnest(${[...keys]}::text[]) as g (key),
      lateral (select count(distinct one.organisation_id) as others
        from (select k.organisation_id from report_key k where k.kind = 'indicator'
          and k.key = g.key and k.organisation_id <> ${own} limit ${OTHERS_MAX}) one) n`.execute(
    db,
  );
  return new Map(rows.map(({ key, others }) => [key, others]));
}

/** A report that shares keys, before it is scored. */
interface Candidate {
  readonly id: string;
  readonly keys: readonly RelationKey[];
}

/**
 * Reports that share keys.
 *
 * In      `among` restricts them (`k` is their key's row)
 * Out     at most 200, those that share most; keys that too many have lead nowhere
 */
export async function findCandidates(
  db: AnyTransaction,
  reportId: string,
  keys: readonly RelationKey[],
  degrees: Degrees,
  among: ReturnType<typeof sql>,
): Promise<readonly Candidate[]> {
  const rare = keys.filter(({ key }) => (degrees.get(key)?.reports ?? 0) <= DEGREE_MAX + 1);
  if (rare.length === 0) return [];
  const { rows } = await sql<Candidate>`with found as (
      select k.report_id as id, sum(k.weight) as weight from report_key k
      where (k.kind, k.key) in (select * from unnest(${rare.map(({ kind }) => kind)}::text[],
          ${rare.map(({ key }) => key)}::text[]))
        and k.report_id <> ${reportId} and ${among}
      group by k.report_id order by weight desc, k.report_id limit ${CANDIDATES_MAX})
    select f.id, (select json_agg(json_build_object('kind', o.kind, 'key', o.key,
        'weight', o.weight, 'shown', o.shown)) from report_key o where o.report_id = f.id) as keys
    from found f`.execute(db);
  return rows;
}

/** Scores candidates; the strongest first, at most 50. */
export function scoreCandidates(
  keys: readonly RelationKey[],
  candidates: readonly Candidate[],
  degrees: Degrees,
) {
  const counts = new Map([...degrees].map(([key, { reports }]) => [key, reports]));
  return candidates
    .map(({ id, keys: theirs }) => ({ id, ...scoreRelation(keys, theirs ?? [], counts) }))
    .filter(({ score }) => score >= SCORE_MIN)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, SHOWN_MAX);
}

/**
 * Reports at the same desk that may belong together with a copy, and why.
 *
 * Throws  RPT_NO_COPY
 * Never   relates by what the desk's copy does not hold, or to reports that it was not given
 */
export async function relatedToCopy(
  context: ReportContext,
  scope: Scope,
  copyId: string,
): Promise<readonly Unplaced<RelatedView>[]> {
  // The reasons show values of the copy: it is looked at.
  await recordUse(context, scope, copyId, 'related');
  const copy = await context.store.read(scope, (db) => loadCopy(db, copyId));
  const { ruleAt } = await context.overlay.current();
  const addressee = addresseesAt(ruleAt, copy.at_ms).get(copy.addressee);
  const held = new Set(addressee?.fields.map((field) => field.split('.')[0]));
  const isHeld = ({ kind }: RelationKey) => held.has(FIELD_OF[kind]);
  const found = await context.store.read(widened(scope), async (db) => {
    const own = await sql<RelationKey>`select kind, key, weight, shown from report_key
      where report_id = ${copy.report_id} order by weight desc, key`.execute(db);
    const keys = own.rows.filter(isHeld);
    const degrees = await degreesOf(db, keys);
    const among = sql`exists (select 1 from report_copy c where c.report_id = k.report_id
      and c.desk_id = ${copy.desk_id} and c.latest and c.withdrawn_at_ms is null)`;
    const candidates = await findCandidates(db, copy.report_id, keys, degrees, among);
    const scored = scoreCandidates(
      keys,
      candidates.map(({ id, keys: theirs }) => ({ id, keys: theirs.filter(isHeld) })),
      degrees,
    );
    return { scored, copies: await copiesOf(db, copy.desk_id, scored) };
  });
  const directory = await context.directory.now();
  return found.scored.flatMap(({ id, score, why }) => {
    const theirs = found.copies.get(id);
    if (!theirs) return [];
    return [
      {
        ...{ report: id, copy: theirs.copy_id, organisation: reporterOf(theirs, directory) },
        ...{ kind: theirs.kind, title: theirs.title, aware: toInstant(theirs.aware_at_ms) },
        ...{ score, why },
        ...(theirs.merge !== null && { merge: theirs.merge }),
      },
    ];
  });
}

type RelatedCopy = Pick<
  CopyRow,
  'copy_id' | 'report_id' | 'organisation_id' | 'kind' | 'title' | 'aware_at_ms' | 'named'
> & { readonly merge: string | null };

async function copiesOf(
  db: AnyTransaction,
  deskId: string,
  scored: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, RelatedCopy>> {
  const { rows } = await sql<RelatedCopy>`select distinct on (c.report_id) c.copy_id, c.report_id,
      c.organisation_id, c.kind, c.title, c.aware_at_ms, c.named,
      (select m.merge_id from report_merge_member m where m.report_id = c.report_id
        and m.organisation_id = ${deskId} and m.active) as merge
    from report_copy c where c.latest and c.desk_id = ${deskId}
      and c.report_id = any(${scored.map(({ id }) => id)}::text[])
    order by c.report_id, c.named desc, c.copy_id`.execute(db);
  return new Map(rows.map((row) => [row.report_id, row]));
}
