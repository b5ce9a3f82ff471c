// SPDX-License-Identifier: Apache-2.0
/** Verdicts, made per distinct identity and kept: a million computers share some ten thousand. */
import { copyRows } from '@sakimori/store';
import { sql } from 'kysely';
import type { WarnContext } from './context.ts';
import type { InventoryItem, Vulnerability } from './engine/index.ts';
import { readStatements } from './feed-apply.ts';
import { decide, productKeys, readItems, type StoredVerdict } from './matching.ts';
import type { AnyTransaction, InventoryIdentity } from './ports.ts';

type RowValue = string | number | { readonly [key: string]: unknown };

const KEYS_MAX = 10_000;
const VULNERABILITIES_CHUNK = 200;
const SIBLINGS_CHUNK = 1_000;

/** Reads an item once and keeps it while one transaction asks about it. */
class ReadIdentities {
  readonly #read = new Map<number, ReturnType<typeof readItems>>();

  of({ identityId, item }: InventoryIdentity) {
    const known = this.#read.get(identityId);
    if (known) return known;
    const made = readItems([item]);
    this.#read.set(identityId, made);
    return made;
  }
}

/**
 * A vulnerability looks up identities.
 *
 * In    vulnerabilities whose rules are new or changed
 * Out   their verdicts replace what was decided before
 */
export async function decideForVulnerabilities(
  context: WarnContext,
  db: AnyTransaction,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql`delete from verdict where vulnerability_id = any(${ids}::text[])`.execute(db);
  await sql`delete from computer_verdict where vulnerability_id = any(${ids}::text[])`.execute(db);
  const read = new ReadIdentities();
  const byKey = await identitiesOfVulnerabilities(context, db, ids, read);
  const needing: (readonly [Vulnerability, readonly number[]])[] = [];
  async function* verdicts() {
    for (let from = 0; from < ids.length; from += VULNERABILITIES_CHUNK) {
      const chunk = ids.slice(from, from + VULNERABILITIES_CHUNK);
      const vulnerabilities = await readLive(db, chunk);
      const keys = await keysByVulnerability(db, chunk);
      for (const { vulnerability, needsSiblings } of vulnerabilities.values()) {
        const candidates = new Map<number, InventoryIdentity>();
        for (const key of keys.get(vulnerability.id) ?? []) {
          for (const identity of byKey.get(key) ?? []) {
            candidates.set(identity.identityId, identity);
          }
        }
        if (needsSiblings) {
          needing.push([vulnerability, [...candidates.keys()]]);
          continue;
        }
        for (const identity of candidates.values()) {
          const made = decide(read.of(identity), [identity.item], vulnerability);
          if (made) yield verdictRow(identity.identityId, vulnerability.id, made, context);
        }
      }
    }
  }
  // Row by row: the database takes the first while the next are decided.
  await copyRows(db, 'verdict', VERDICT_COLUMNS, verdicts());
  for (const [vulnerability, identityIds] of needing) {
    await decideWithSiblings(context, db, vulnerability, identityIds);
  }
}

async function identitiesOfVulnerabilities(
  context: WarnContext,
  db: AnyTransaction,
  ids: readonly string[],
  read: ReadIdentities,
): Promise<ReadonlyMap<string, readonly InventoryIdentity[]>> {
  const { rows } = await sql<{ key: string }>`select distinct product_key as key
    from vulnerability_key where vulnerability_id = any(${ids}::text[])`.execute(db);
  const wanted = new Set(rows.map((row) => row.key));
  const found = new Map<string, InventoryIdentity[]>();
  const seen = new Set<number>();
  for (let from = 0; from < rows.length; from += KEYS_MAX) {
    const keys = rows.slice(from, from + KEYS_MAX).map((row) => row.key);
    for await (const batch of context.register.identitiesByKeys(db, keys)) {
      for (const identity of batch) {
        if (seen.has(identity.identityId)) continue;
        seen.add(identity.identityId);
        // Reading an item costs more than asking it: its keys come with the reading.
        for (const key of read.of(identity).postings) {
          if (!wanted.has(key)) continue;
          const list = found.get(key);
          if (list) list.push(identity);
          else found.set(key, [identity]);
        }
      }
    }
  }
  return found;
}

/**
 * A computer looks up vulnerabilities: those that its identities were not asked about since they
 * changed (an identity that nobody held was not asked), and rules that need its other items.
 */
export async function decideForComputers(
  context: WarnContext,
  db: AnyTransaction,
  computerIds: readonly string[],
): Promise<void> {
  await sql`delete from computer_verdict
    where computer_id = any(${computerIds}::text[])`.execute(db);
  const identities = await context.register.identitiesOf(db, computerIds);
  const known = await matchedBefore(db, identities);
  const keysOf = new Map(
    identities.map((identity) => [identity.identityId, productKeys(identity.item)]),
  );
  const allKeys = [...new Set([...keysOf.values()].flat())];
  const byKey = await vulnerabilitiesByKeys(db, allKeys);
  const needing = new Map<string, Set<number>>();
  const wanted = new Map<string, InventoryIdentity[]>();
  for (const identity of identities) {
    const matchedAtMs = known.get(identity.identityId) ?? 0;
    for (const key of keysOf.get(identity.identityId) ?? []) {
      for (const { id, needsSiblings, changedAtMs } of byKey.get(key) ?? []) {
        if (needsSiblings) {
          needing.set(id, (needing.get(id) ?? new Set()).add(identity.identityId));
        } else if (changedAtMs >= matchedAtMs) {
          const list = wanted.get(id);
          if (!list) wanted.set(id, [identity]);
          else if (list.at(-1) !== identity) list.push(identity);
        }
      }
    }
  }
  await decideFresh(context, db, wanted);
  await decideNeeding(context, db, needing, computerIds);
  await markMatched(context, db, identities);
}

async function decideFresh(
  context: WarnContext,
  db: AnyTransaction,
  wanted: ReadonlyMap<string, readonly InventoryIdentity[]>,
): Promise<void> {
  const read = new ReadIdentities();
  const ids = [...wanted.keys()];
  for (let from = 0; from < ids.length; from += VULNERABILITIES_CHUNK) {
    const vulnerabilities = await readLive(db, ids.slice(from, from + VULNERABILITIES_CHUNK));
    const rows: RowValue[][] = [];
    for (const { vulnerability } of vulnerabilities.values()) {
      for (const identity of wanted.get(vulnerability.id) ?? []) {
        const made = decide(read.of(identity), [identity.item], vulnerability);
        if (made) rows.push(verdictRow(identity.identityId, vulnerability.id, made, context));
      }
    }
    await copyRows(db, 'verdict', VERDICT_COLUMNS, rows, { onConflict: 'do nothing' });
  }
}

async function decideNeeding(
  context: WarnContext,
  db: AnyTransaction,
  needing: ReadonlyMap<string, ReadonlySet<number>>,
  computerIds: readonly string[],
): Promise<void> {
  const ids = [...needing.keys()];
  for (let from = 0; from < ids.length; from += VULNERABILITIES_CHUNK) {
    const vulnerabilities = await readLive(db, ids.slice(from, from + VULNERABILITIES_CHUNK));
    for (const { vulnerability } of vulnerabilities.values()) {
      const identityIds = [...(needing.get(vulnerability.id) ?? [])];
      await decideWithSiblings(context, db, vulnerability, identityIds, new Set(computerIds));
    }
  }
}

/** A rule over several items: asked about whole computers, equal computers once. */
async function decideWithSiblings(
  context: WarnContext,
  db: AnyTransaction,
  vulnerability: Vulnerability,
  identityIds: readonly number[],
  only?: ReadonlySet<string>,
): Promise<void> {
  const answers = new Map<string, StoredVerdict | undefined>();
  const organisations = new Map<string, string>();
  const settle = async () => {
    const siblings = await context.register.siblings(db, [...organisations.keys()]);
    const rows: RowValue[][] = [];
    for (const [computerId, identities] of siblings) {
      const sorted = [...identities].sort((a, b) => a.identityId - b.identityId);
      const signature = sorted.map((identity) => identity.identityId).join(',');
      if (!answers.has(signature)) answers.set(signature, decideWhole(sorted, vulnerability));
      const made = answers.get(signature);
      const organisation = organisations.get(computerId);
      if (!made || organisation === undefined) continue;
      const { identityId } = sorted[made.position] as InventoryIdentity;
      const row = verdictRow(identityId, vulnerability.id, made, context);
      rows.push([computerId, organisation, ...row]);
    }
    organisations.clear();
    await copyRows(db, 'computer_verdict', COMPUTER_VERDICT_COLUMNS, rows, {
      onConflict: 'do nothing',
    });
  };
  for (let from = 0; from < identityIds.length; from += KEYS_MAX) {
    const chunk = identityIds.slice(from, from + KEYS_MAX);
    for await (const batch of context.register.computersWith(db, chunk)) {
      for (const holding of batch) {
        if (only && !only.has(holding.computerId)) continue;
        organisations.set(holding.computerId, holding.organisationId);
        if (organisations.size >= SIBLINGS_CHUNK) await settle();
      }
    }
  }
  if (organisations.size > 0) await settle();
}

function decideWhole(
  identities: readonly InventoryIdentity[],
  vulnerability: Vulnerability,
): StoredVerdict | undefined {
  const items: readonly InventoryItem[] = identities.map((identity) => identity.item);
  return decide(readItems(items), items, vulnerability);
}

const VERDICT_COLUMNS = [
  { name: 'identity_id', type: 'bigint' },
  { name: 'vulnerability_id', type: 'text' },
  { name: 'verdict', type: 'text' },
  { name: 'confidence', type: 'text' },
  { name: 'weight', type: 'real' },
  { name: 'product', type: 'text' },
  { name: 'rule', type: 'text' },
  { name: 'reason', type: 'jsonb' },
  { name: 'source', type: 'jsonb' },
  { name: 'item', type: 'text' },
  { name: 'decided_at_ms', type: 'bigint' },
] as const;
const COMPUTER_VERDICT_COLUMNS = [
  { name: 'computer_id', type: 'text' },
  { name: 'organisation_id', type: 'text' },
  ...VERDICT_COLUMNS,
] as const;

function verdictRow(
  identityId: number,
  vulnerabilityId: string,
  made: StoredVerdict,
  context: WarnContext,
): RowValue[] {
  return [
    identityId,
    vulnerabilityId,
    made.verdict,
    made.confidence,
    made.weight,
    made.product,
    made.rule,
    { ...made.reason },
    { ...made.source },
    made.item,
    context.clock.now(),
  ];
}

async function readLive(db: AnyTransaction, ids: readonly string[]) {
  const { rows } = await sql<{ id: string; needs: boolean }>`
    select vulnerability_id as id, needs_siblings as needs from vulnerability
    where vulnerability_id = any(${ids}::text[]) and not rejected`.execute(db);
  const statements = await readStatements(
    db,
    rows.map((row) => row.id),
  );
  const live = new Map<string, { vulnerability: Vulnerability; needsSiblings: boolean }>();
  for (const { id, needs } of rows) {
    const vulnerability = statements.get(id);
    if (vulnerability) live.set(id, { vulnerability, needsSiblings: needs });
  }
  return live;
}

async function keysByVulnerability(db: AnyTransaction, ids: readonly string[]) {
  const { rows } = await sql<{ id: string; keys: string[] }>`
    select vulnerability_id as id, array_agg(product_key) as keys from vulnerability_key
    where vulnerability_id = any(${ids}::text[]) group by 1`.execute(db);
  return new Map(rows.map(({ id, keys }) => [id, keys]));
}

async function vulnerabilitiesByKeys(db: AnyTransaction, keys: readonly string[]) {
  const { rows } = await sql<{ key: string; id: string; needs: boolean; changed: number }>`
    select k.product_key as key, v.vulnerability_id as id, v.needs_siblings as needs,
      v.changed_at_ms as changed
    from vulnerability_key k join vulnerability v on v.vulnerability_id = k.vulnerability_id
    where k.product_key = any(${keys}::text[]) and not v.rejected`.execute(db);
  const found = new Map<string, { id: string; needsSiblings: boolean; changedAtMs: number }[]>();
  for (const { key, id, needs, changed } of rows) {
    const list = found.get(key) ?? [];
    list.push({ id, needsSiblings: needs, changedAtMs: changed });
    found.set(key, list);
  }
  return found;
}

async function matchedBefore(
  db: AnyTransaction,
  identities: readonly InventoryIdentity[],
): Promise<ReadonlyMap<number, number>> {
  const ids = identities.map((identity) => identity.identityId);
  const { rows } = await sql<{ id: number; at: number }>`
    select identity_id as id, matched_at_ms as at from identity_match
    where identity_id = any(${ids}::bigint[])`.execute(db);
  return new Map(rows.map(({ id, at }) => [id, at]));
}

async function markMatched(
  context: WarnContext,
  db: AnyTransaction,
  identities: readonly InventoryIdentity[],
): Promise<void> {
  const ids = identities.map((identity) => identity.identityId);
  await sql`insert into identity_match (identity_id, matched_at_ms)
    select id, ${context.clock.now()} from unnest(${ids}::bigint[]) id
    on conflict (identity_id) do update set matched_at_ms = excluded.matched_at_ms`.execute(db);
}
