// SPDX-License-Identifier: Apache-2.0
/** What was staged becomes known: statements, merged facts, product keys, and the tasks to match. */
import { insertRows } from '@sakimori/store';
import { sql } from 'kysely';
import type { WarnContext } from './context.ts';
import { dutyChanges } from './duty.ts';
import type { SourceStatement } from './engine/shapes.ts';
import { mergeFacts, type VulnerabilityFacts } from './facts.ts';
import { type HeldRun, type StagedFeed, WHOLE_LISTS } from './feed-stage.ts';
import { keysOfVulnerability } from './matching.ts';
import type { AnyTransaction } from './ports.ts';

export interface AppliedFeed {
  readonly added: number;
  readonly changed: number;
  readonly withdrawn: number;
}

const CHUNK = 500;

/** A task says by this word that rules about products changed: look up identities again. */
export const RULES_CHANGED = 'rules';

/** Makes the staged records known; runs inside the one transaction of the import. */
export async function applyStage(
  context: WarnContext,
  db: AnyTransaction,
  run: HeldRun,
  staged: StagedFeed,
): Promise<AppliedFeed> {
  const withdrawn = WHOLE_LISTS.has(run.kind) ? await withdrawMissing(db, run, staged) : [];
  const { rows } = await sql<{ id: string }>`select distinct vulnerability_id as id
    from feed_stage where feed_run_id = ${run.feedRunId}`.execute(db);
  const ids = [...new Set([...rows.map((row) => row.id), ...withdrawn])].sort();
  let added = 0;
  let changed = 0;
  for (let from = 0; from < ids.length; from += CHUNK) {
    const counts = await applyChunk(context, db, run, ids.slice(from, from + CHUNK));
    added += counts.added;
    changed += counts.changed;
    await context.reached('import.chunk');
  }
  return { added, changed: changed - withdrawn.length, withdrawn: withdrawn.length };
}

async function withdrawMissing(
  db: AnyTransaction,
  run: HeldRun,
  staged: StagedFeed,
): Promise<string[]> {
  const present = [...staged.present];
  const { rows } = await sql<{ id: string }>`delete from vulnerability_statement
    where kind = ${run.kind} and source = ${run.source}
      and vulnerability_id <> all(${present}::text[])
    returning vulnerability_id as id`.execute(db);
  return rows.map((row) => row.id);
}

interface Known {
  readonly id: string;
  readonly facts: VulnerabilityFacts | null;
}

async function applyChunk(
  context: WarnContext,
  db: AnyTransaction,
  run: HeldRun,
  ids: readonly string[],
): Promise<{ readonly added: number; readonly changed: number }> {
  const now = context.clock.now();
  await moveStatements(db, run, ids, now);
  const before = await sql<Known>`select vulnerability_id as id, facts from vulnerability
    where vulnerability_id = any(${ids}::text[])`.execute(db);
  const known = new Map(before.rows.map((row) => [row.id, row.facts]));
  const statements = await readStatements(db, ids);
  const after = ids.map((id) =>
    mergeFacts(statements.get(id) ?? { id, aliases: [], statements: [] }),
  );
  await writeVulnerabilities(db, after, now);
  const rules = after.filter((facts) => known.get(facts.id)?.matchDigest !== facts.matchDigest);
  await writeKeys(db, rules, statements);
  await writeTasks(db, run, after, known, now);
  await writeHistory(db, run, after, known, now);
  const added = ids.filter((id) => !known.has(id)).length;
  return { added, changed: ids.length - added };
}

async function moveStatements(
  db: AnyTransaction,
  run: HeldRun,
  ids: readonly string[],
  now: number,
): Promise<void> {
  // A record that now speaks with fewer voices loses those it had; a repeated record: the last wins.
  await sql`delete from vulnerability_statement s using (
      select vulnerability_id, kind, record_id, max(part) as part from feed_stage
      where feed_run_id = ${run.feedRunId} and vulnerability_id = any(${ids}::text[])
      group by vulnerability_id, kind, record_id
    ) n
    where s.vulnerability_id = n.vulnerability_id and s.kind = n.kind
      and s.record_id = n.record_id and s.part > n.part
      and not exists (select 1 from feed_stage f where f.feed_run_id = ${run.feedRunId}
        and f.vulnerability_id = s.vulnerability_id and f.kind = s.kind
        and f.record_id = s.record_id and f.part = s.part)`.execute(db);
  await sql`insert into vulnerability_statement (vulnerability_id, kind, record_id, part, source,
      digest, aliases, statement, feed_run_id, retrieved_at_ms)
    select distinct on (vulnerability_id, kind, record_id, part) vulnerability_id, kind, record_id,
      part, ${run.source}, digest, aliases, statement, feed_run_id, ${now}
    from feed_stage
    where feed_run_id = ${run.feedRunId} and vulnerability_id = any(${ids}::text[])
    order by vulnerability_id, kind, record_id, part, batch desc, position desc
    on conflict (vulnerability_id, kind, record_id, part) do update set source = excluded.source,
      digest = excluded.digest, aliases = excluded.aliases, statement = excluded.statement,
      feed_run_id = excluded.feed_run_id, retrieved_at_ms = excluded.retrieved_at_ms`.execute(db);
}

/** Vulnerabilities with the word of each source, as the match engine takes them. */
export async function readStatements(db: AnyTransaction, ids: readonly string[]) {
  const { rows } = await sql<{
    id: string;
    aliases: readonly string[];
    statement: SourceStatement;
  }>`select vulnerability_id as id, aliases, statement from vulnerability_statement
     where vulnerability_id = any(${ids}::text[])
     order by vulnerability_id, kind, record_id, part`.execute(db);
  const found = new Map<string, { id: string; aliases: string[]; statements: SourceStatement[] }>();
  for (const { id, aliases, statement } of rows) {
    const one = found.get(id) ?? { id, aliases: [], statements: [] };
    found.set(id, one);
    one.statements.push(statement);
    for (const alias of aliases) if (!one.aliases.includes(alias)) one.aliases.push(alias);
  }
  return found;
}

const VULNERABILITY_COLUMNS = [
  { name: 'vulnerability_id', type: 'text' },
  { name: 'facts', type: 'jsonb' },
  { name: 'title', type: 'text' },
  { name: 'maker', type: 'text' },
  { name: 'product', type: 'text' },
  { name: 'exploited', type: 'boolean' },
  { name: 'ransomware', type: 'boolean' },
  { name: 'listed', type: 'boolean' },
  { name: 'exploited_on', type: 'text' },
  { name: 'rejected', type: 'boolean' },
  { name: 'needs_siblings', type: 'boolean' },
  { name: 'match_digest', type: 'text' },
  { name: 'created_at_ms', type: 'bigint' },
  { name: 'changed_at_ms', type: 'bigint' },
] as const;

async function writeVulnerabilities(
  db: AnyTransaction,
  after: readonly VulnerabilityFacts[],
  now: number,
): Promise<void> {
  const kept = VULNERABILITY_COLUMNS.map(({ name }) => name).filter(
    (name) => name !== 'vulnerability_id' && name !== 'created_at_ms',
  );
  await insertRows(
    db,
    'vulnerability',
    VULNERABILITY_COLUMNS,
    after.map((facts) => [
      facts.id,
      facts as unknown as Record<string, unknown>,
      facts.title.en,
      facts.maker ?? null,
      facts.product ?? null,
      facts.exploited,
      facts.ransomware,
      facts.exploitedOn !== undefined,
      facts.exploitedOn ?? null,
      facts.rejected,
      facts.needsSiblings,
      facts.matchDigest,
      now,
      now,
    ]),
    {
      onConflict: `(vulnerability_id) do update set ${kept
        .map((name) => `${name} = excluded.${name}`)
        .join(', ')}`,
    },
  );
}

async function writeKeys(
  db: AnyTransaction,
  rules: readonly VulnerabilityFacts[],
  statements: Awaited<ReturnType<typeof readStatements>>,
): Promise<void> {
  const ids = rules.map((facts) => facts.id);
  await sql`delete from vulnerability_key where vulnerability_id = any(${ids}::text[])`.execute(db);
  const rows = rules.flatMap((facts) => {
    const vulnerability = statements.get(facts.id);
    if (!vulnerability || facts.rejected) return [];
    return keysOfVulnerability(vulnerability).map((key) => [key, facts.id] as const);
  });
  await insertRows(
    db,
    'vulnerability_key',
    [
      { name: 'product_key', type: 'text' },
      { name: 'vulnerability_id', type: 'text' },
    ],
    rows,
    { onConflict: 'do nothing' },
  );
}

async function writeTasks(
  db: AnyTransaction,
  run: HeldRun,
  after: readonly VulnerabilityFacts[],
  known: ReadonlyMap<string, VulnerabilityFacts | null>,
  now: number,
): Promise<void> {
  const rows = after.flatMap((facts) => {
    const before = known.get(facts.id);
    const changes: string[] = before ? dutyChanges(before, facts) : [];
    if (before?.matchDigest !== facts.matchDigest) changes.push(RULES_CHANGED);
    return changes.length === 0 ? [] : [['vulnerability', facts.id, changes, now, run.feedRunId]];
  }) as (readonly [string, string, readonly string[], number, string])[];
  await insertRows(
    db,
    'match_task',
    [
      { name: 'kind', type: 'text' },
      { name: 'ref', type: 'text' },
      { name: 'changes', type: 'text[]' },
      { name: 'known_at_ms', type: 'bigint' },
      { name: 'feed_run_id', type: 'text' },
    ],
    rows,
    {
      // A task that still waits takes the new reasons along; what was known first stays first.
      onConflict: `(kind, ref) do update set
        changes = array(select distinct unnest(match_task.changes || excluded.changes)),
        feed_run_id = excluded.feed_run_id`,
    },
  );
}

async function writeHistory(
  db: AnyTransaction,
  run: HeldRun,
  after: readonly VulnerabilityFacts[],
  known: ReadonlyMap<string, VulnerabilityFacts | null>,
  now: number,
): Promise<void> {
  const rows = after.flatMap((facts) => {
    const before = known.get(facts.id);
    const was = before?.exploitedOn !== undefined;
    const is = facts.exploitedOn !== undefined;
    const fields = was && is ? changedFields(before as VulnerabilityFacts, facts) : [];
    const change =
      is && !was ? 'added' : was && !is ? 'removed' : fields.length > 0 ? 'changed' : '';
    return change === '' ? [] : [[facts.id, now, change, fields, run.feedRunId] as const];
  });
  await insertRows(
    db,
    'catalogue_change',
    [
      { name: 'vulnerability_id', type: 'text' },
      { name: 'at_ms', type: 'bigint' },
      { name: 'change', type: 'text' },
      { name: 'fields', type: 'text[]' },
      { name: 'feed_run_id', type: 'text' },
    ],
    rows,
  );
}

const PUBLISHED_FIELDS = [
  ['maker', 'vendorProject'],
  ['product', 'product'],
  ['exploitedOn', 'dateAdded'],
  ['sourceDueOn', 'dueDate'],
  ['ransomware', 'knownRansomwareCampaignUse'],
  ['requiredAction', 'requiredAction'],
  ['notes', 'notes'],
] as const;

function changedFields(before: VulnerabilityFacts, after: VulnerabilityFacts): string[] {
  return PUBLISHED_FIELDS.filter(([field]) => before[field] !== after[field]).map(
    ([, name]) => name,
  );
}
