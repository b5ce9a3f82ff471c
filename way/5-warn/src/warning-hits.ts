// SPDX-License-Identifier: Apache-2.0
/**
 * Hits: how many computers of whom a set of verdicts reaches. Computers are counted inside the
 * database: what passes through this process are counts by organisation and class of items, some
 * ten thousand for a million computers.
 */
import type { Confidence, Exposure } from '@sakimori/vocabulary/wire';
import { type RawBuilder, sql } from 'kysely';
import type { WarnContext } from './context.ts';
import type { AnyTransaction } from './ports.ts';

/** Exposures by their bit, so that a set of them is one number. */
export const EXPOSURE_BITS: readonly Exposure[] = [
  'internet',
  'partner',
  'internal',
  'isolated',
  'unknown',
];

/** Verdicts that concern somebody, the graver first. */
export const CONCERNING = ['affected', 'cannot-decide'] as const;
export type Concerning = (typeof CONCERNING)[number];

const SURE: readonly Confidence[] = ['high', 'medium', 'low'];
const LEAST_SURE = SURE.length;

/** What one verdict reaches in one organisation for one vulnerability. */
export interface HitCount {
  readonly verdict: Concerning;
  /** One bit for each exposure that occurs. */
  readonly exposures: number;
  /** Items hit; a computer counts once for each. */
  readonly n: number;
  /** How often computers were counted again, because several of their items have this verdict. */
  readonly twice: number;
  /** Place of the surest confidence, from high. */
  readonly sure: number;
}

export interface PairHits {
  readonly organisationId: string;
  readonly vulnerabilityId: string;
  /** One or both verdicts, the graver first. */
  readonly hits: readonly HitCount[];
}

/** What is looked at: vulnerabilities whoever has them, or organisations whatever concerns them. */
export interface Reach {
  readonly vulnerabilityIds?: readonly string[];
  readonly organisationIds?: readonly string[];
}

export function within(column: string, ids: readonly string[] | undefined): RawBuilder<unknown> {
  return ids === undefined ? sql`true` : sql`${sql.ref(column)} = any(${ids}::text[])`;
}

const CONCERNS = sql.raw(`(${CONCERNING.map((verdict) => `'${verdict}'`).join(', ')})`);
const EXPOSURE_CASES = EXPOSURE_BITS.map((name, bit) => `when '${name}' then ${1 << bit}`);
const EXPOSURE_BIT = sql.raw(`case h.exposure ${EXPOSURE_CASES.join(' ')} else 16 end`);

/** Items about which a vulnerability says the same, for the same reason. */
interface VerdictGroup {
  readonly vulnerability: string;
  readonly verdict: Concerning;
  readonly confidence: Confidence;
  readonly product: string;
  readonly rule: string;
  readonly identities: readonly number[];
}

/** Items of one class in use, by organisation (parallel lists). */
interface HeldClass {
  readonly class: number;
  readonly exposure: number;
  readonly organisations: readonly string[];
  readonly counts: readonly number[];
}

/** Verdicts about whole computers, counted. */
interface WholeComputers {
  readonly organisation: string;
  readonly vulnerability: string;
  readonly verdict: Concerning;
  readonly confidence: Confidence;
  readonly product: string;
  readonly rule: string;
  readonly exposure: number;
  readonly n: number;
}

/** Hits of one batch; read once, in the order of vulnerabilities, then organisations. */
export interface Hits {
  readonly vulnerabilityIds: readonly string[];
  pairs(): Iterable<PairHits>;
}

/**
 * Whom verdicts reach.
 *
 * In      what is looked at; organisations are counted anew, whatever of them changed
 * Out     hits without those that an organisation has suppressed
 * Cost    one scan of what is held of the items that any verdict names. Items about which all these
 *         vulnerabilities say the same are one class, and a class is counted once, however many
 *         vulnerabilities name it
 */
export async function gatherHits(
  context: WarnContext,
  db: AnyTransaction,
  reach: Reach,
): Promise<Hits> {
  const groups = await readGroups(context, db, reach);
  const counting = new Counting(groups);
  counting.whole(await countWholeComputers(context, db, reach));
  await counting.readSuppressed(db);
  if (groups.length > 0) {
    await holdItems(context, db, reach, counting.identities);
    const held = countClasses(db, counting);
    const twice = countTwice(db, groups, counting);
    // The second is counted while the first is read.
    counting.held(await held);
    await context.reached('match.counted');
    counting.twice(await twice);
  }
  return counting;
}

async function readGroups(
  context: WarnContext,
  db: AnyTransaction,
  reach: Reach,
): Promise<readonly VerdictGroup[]> {
  const held = reach.organisationIds
    ? sql`v.identity_id in (select h.identity_id from ${context.register.holdings} h
        where ${within('h.organisation_id', reach.organisationIds)})`
    : sql`true`;
  const { rows } = await sql<VerdictGroup>`
    select v.vulnerability_id as vulnerability, v.verdict, v.confidence, v.product, v.rule,
      array_agg(v.identity_id) as identities
    from verdict v where ${within('v.vulnerability_id', reach.vulnerabilityIds)} and ${held}
      and v.verdict in ${CONCERNS}
    group by 1, 2, 3, 4, 5`.execute(db);
  return rows;
}

async function countWholeComputers(
  context: WarnContext,
  db: AnyTransaction,
  reach: Reach,
): Promise<readonly WholeComputers[]> {
  const { rows } = await sql<WholeComputers>`
    select c.organisation_id as organisation, c.vulnerability_id as vulnerability, c.verdict,
      c.confidence, c.product, c.rule, ${EXPOSURE_BIT} as exposure, count(*)::int as n
    from computer_verdict c join ${context.register.holdings} h
      on h.computer_id = c.computer_id and h.identity_id = c.identity_id
    where ${within('c.vulnerability_id', reach.vulnerabilityIds)}
      and ${within('c.organisation_id', reach.organisationIds)} and c.verdict in ${CONCERNS}
    group by 1, 2, 3, 4, 5, 6, 7`.execute(db);
  return rows;
}

/** The temporary table `warn_holding`: who holds these items, once read and twice counted. */
async function holdItems(
  context: WarnContext,
  db: AnyTransaction,
  reach: Reach,
  identities: readonly number[],
): Promise<void> {
  // The ids are given, not joined: a plan that names no temporary table may use both cores.
  await sql`create temporary table warn_holding on commit drop as
    select h.organisation_id, h.identity_id, h.exposure, h.computer_id
    from ${context.register.holdings} h
    where ${within('h.organisation_id', reach.organisationIds)}
      and h.identity_id = any(${identities}::bigint[])`.execute(db);
}

async function countClasses(
  db: AnyTransaction,
  { identities, classes }: Counting,
): Promise<readonly HeldClass[]> {
  const { rows } = await sql<HeldClass>`
    select class, exposure, json_agg(organisation_id) as organisations, json_agg(n) as counts
    from (
      select c.class, ${EXPOSURE_BIT} as exposure, h.organisation_id, count(*) as n
      from warn_holding h
      join unnest(${identities}::bigint[], ${classes}::int[]) c (identity_id, class)
        on c.identity_id = h.identity_id
      group by 1, 2, 3) held
    group by 1, 2`.execute(db);
  return rows;
}

interface CountedTwice {
  readonly organisation: string;
  /** Place in the list of vulnerabilities, times the verdicts, and the verdict: one key to group by. */
  readonly cell: number;
  readonly extra: number;
}

/** Of exactly the items that are summed up: each verdict for itself, and nothing suppressed. */
async function countTwice(
  db: AnyTransaction,
  groups: readonly VerdictGroup[],
  counting: Counting,
): Promise<readonly CountedTwice[]> {
  const places = new Map(counting.vulnerabilities.map((id, at) => [id, at]));
  const [identities, cells, said]: [number[], number[], number[]] = [[], [], []];
  groups.forEach((group, place) => {
    const at = places.get(group.vulnerability) as number;
    for (const identity of group.identities) {
      identities.push(identity);
      cells.push(at * CONCERNING.length + CONCERNING.indexOf(group.verdict));
      said.push(place);
    }
  });
  const { rows } = await sql<CountedTwice>`
    select organisation_id as organisation, cell, sum(n - 1)::int as extra from (
      select h.organisation_id, v.cell, h.computer_id, count(*) as n
      from warn_holding h
      join unnest(${identities}::bigint[], ${cells}::int[], ${said}::int[])
        v (identity_id, cell, said) on v.identity_id = h.identity_id
      where h.computer_id in (
        select computer_id from warn_holding group by computer_id having count(*) > 1)
        and ${exceptSuppressed(counting.suppressedAmong(groups))}
      group by h.organisation_id, v.cell, h.computer_id having count(*) > 1
    ) several group by 1, 2`.execute(db);
  return rows;
}

/** Who does not want to hear which group, by its place (parallel lists). */
interface SuppressedGroups {
  readonly organisations: readonly string[];
  readonly said: readonly number[];
}

function exceptSuppressed({ organisations, said }: SuppressedGroups): RawBuilder<unknown> {
  if (said.length === 0) return sql`true`;
  return sql`not exists (
    select from unnest(${organisations}::text[], ${said}::int[]) s (organisation_id, said)
    where s.organisation_id = h.organisation_id and s.said = v.said)`;
}

class Counting implements Hits {
  readonly vulnerabilities: readonly string[];
  /** Identities that any verdict names, and the class of each. */
  readonly identities: number[] = [];
  readonly classes: number[] = [];
  readonly #groups = new Map<string, VerdictGroup[]>();
  readonly #classesOf = new Map<VerdictGroup, number[]>();
  readonly #held = new Map<number, HeldClass[]>();
  readonly #twice = new Map<string, CountedTwice[]>();
  readonly #whole = new Map<string, WholeComputers[]>();
  /** Organisations by product and rule that they do not want to hear. */
  readonly #suppressed = new Map<string, Set<string>>();
  readonly #organisations = new Set<string>();

  constructor(groups: readonly VerdictGroup[]) {
    for (const group of groups) listOf(this.#groups, group.vulnerability).push(group);
    this.vulnerabilities = [...this.#groups.keys()];
    const named = new Map<number, number[]>();
    groups.forEach((group, place) => {
      for (const identity of group.identities) listOf(named, identity).push(place);
    });
    const known = new Map<string, number>();
    for (const [identity, places] of named) {
      const signature = places.join();
      let one = known.get(signature);
      if (one === undefined) {
        one = known.size;
        known.set(signature, one);
        for (const place of places) listOf(this.#classesOf, groups[place]).push(one);
      }
      this.identities.push(identity);
      this.classes.push(one);
    }
  }

  get vulnerabilityIds(): readonly string[] {
    return [...new Set([...this.#groups.keys(), ...this.#whole.keys()])].sort();
  }

  held(rows: readonly HeldClass[]): void {
    for (const row of rows) {
      listOf(this.#held, row.class).push(row);
      for (const organisation of row.organisations) this.#organisations.add(organisation);
    }
  }

  twice(rows: readonly CountedTwice[]): void {
    for (const row of rows) {
      const at = Math.floor(row.cell / CONCERNING.length);
      listOf(this.#twice, this.vulnerabilities[at]).push(row);
    }
  }

  whole(rows: readonly WholeComputers[]): void {
    for (const row of rows) {
      listOf(this.#whole, row.vulnerability).push(row);
      this.#organisations.add(row.organisation);
    }
  }

  /** "Not this one" of an organisation holds for a product and a rule. */
  async readSuppressed(db: AnyTransaction): Promise<void> {
    const rules = new Set<string>();
    for (const list of this.#groups.values()) for (const { rule } of list) rules.add(rule);
    for (const list of this.#whole.values()) for (const { rule } of list) rules.add(rule);
    if (rules.size === 0) return;
    const { rows } = await sql<{ o: string; product: string; rule: string }>`
      select organisation_id as o, product, rule from suppression
      where removed_at_ms is null and rule = any(${[...rules]}::text[])`.execute(db);
    for (const { o, product, rule } of rows) {
      const key = keyOf(product, rule);
      const known = this.#suppressed.get(key);
      if (known) known.add(o);
      else this.#suppressed.set(key, new Set([o]));
    }
  }

  suppressedAmong(groups: readonly VerdictGroup[]): SuppressedGroups {
    const [organisations, said]: [string[], number[]] = [[], []];
    if (this.#suppressed.size === 0) return { organisations, said };
    groups.forEach(({ product, rule }, place) => {
      for (const organisation of this.#suppressed.get(keyOf(product, rule)) ?? []) {
        organisations.push(organisation);
        said.push(place);
      }
    });
    return { organisations, said };
  }

  *pairs(): Iterable<PairHits> {
    const organisations = [...this.#organisations].sort();
    const sums = new Sums(organisations);
    for (const vulnerabilityId of this.vulnerabilityIds) {
      sums.clear();
      this.#sumUp(vulnerabilityId, sums);
      for (let place = 0; place < organisations.length; place += 1) {
        const hits = sums.hitsAt(place);
        if (hits.length === 0) continue;
        yield { organisationId: organisations[place] as string, vulnerabilityId, hits };
      }
    }
  }

  #sumUp(vulnerabilityId: string, sums: Sums): void {
    for (const group of this.#groups.get(vulnerabilityId) ?? []) {
      for (const one of this.#classesOf.get(group) ?? []) {
        for (const held of this.#held.get(one) ?? []) {
          held.organisations.forEach((organisation, i) => {
            if (this.#isSuppressed(organisation, group)) return;
            sums.add(organisation, group, held.exposure, held.counts[i] as number);
          });
        }
      }
    }
    for (const row of this.#whole.get(vulnerabilityId) ?? []) {
      if (!this.#isSuppressed(row.organisation, row)) {
        sums.add(row.organisation, row, row.exposure, row.n);
      }
    }
    for (const row of this.#twice.get(vulnerabilityId) ?? []) {
      sums.addTwice(row.organisation, row.cell % CONCERNING.length, row.extra);
    }
  }

  #isSuppressed(organisation: string, said: { product: string; rule: string }): boolean {
    if (this.#suppressed.size === 0) return false;
    return this.#suppressed.get(keyOf(said.product, said.rule))?.has(organisation) ?? false;
  }
}

/** Sums of one vulnerability, a cell for each organisation and verdict; used again for the next. */
class Sums {
  readonly #places: ReadonlyMap<string, number>;
  readonly #n: Int32Array;
  readonly #twice: Int32Array;
  readonly #exposures: Uint8Array;
  readonly #sure: Uint8Array;

  constructor(organisations: readonly string[]) {
    this.#places = new Map(organisations.map((id, place) => [id, place]));
    const cells = organisations.length * CONCERNING.length;
    this.#n = new Int32Array(cells);
    this.#twice = new Int32Array(cells);
    this.#exposures = new Uint8Array(cells);
    this.#sure = new Uint8Array(cells);
  }

  clear(): void {
    this.#n.fill(0);
    this.#twice.fill(0);
    this.#exposures.fill(0);
    this.#sure.fill(LEAST_SURE);
  }

  add(
    organisation: string,
    said: { readonly verdict: Concerning; readonly confidence: Confidence },
    exposure: number,
    n: number,
  ): void {
    const cell = this.#cell(organisation, CONCERNING.indexOf(said.verdict));
    this.#n[cell] = (this.#n[cell] as number) + n;
    this.#exposures[cell] = (this.#exposures[cell] as number) | exposure;
    this.#sure[cell] = Math.min(this.#sure[cell] as number, SURE.indexOf(said.confidence));
  }

  addTwice(organisation: string, verdict: number, extra: number): void {
    this.#twice[this.#cell(organisation, verdict)] = extra;
  }

  hitsAt(place: number): readonly HitCount[] {
    const hits: HitCount[] = [];
    for (let which = 0; which < CONCERNING.length; which += 1) {
      const cell = place * CONCERNING.length + which;
      const n = this.#n[cell] as number;
      if (n === 0) continue;
      hits.push({
        verdict: CONCERNING[which] as Concerning,
        exposures: this.#exposures[cell] as number,
        n,
        twice: this.#twice[cell] as number,
        sure: this.#sure[cell] as number,
      });
    }
    return hits;
  }

  #cell(organisation: string, verdict: number): number {
    return (this.#places.get(organisation) as number) * CONCERNING.length + verdict;
  }
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('\n');
}

function listOf<K, V>(lists: Map<K, V[]>, key: K | undefined): V[] {
  const found = lists.get(key as K);
  if (found) return found;
  const made: V[] = [];
  lists.set(key as K, made);
  return made;
}
