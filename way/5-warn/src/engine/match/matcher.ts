// SPDX-License-Identifier: Apache-2.0
/** Index both ways: a new vulnerability looks up computers, a new computer vulnerabilities. */
import type {
  ComputerInventory,
  FeedRecord,
  IdentityVerdict,
  InventoryItem,
  SourceStatement,
  Verdict,
  Vulnerability,
} from '../shapes.ts';
import { type InventoryIdentity, identityKey, readIdentity } from './identity.ts';
import { evaluateIdentity, postingsOfVulnerability } from './verdict.ts';

/**
 * Gathers the records of several feeds by vulnerability.
 *
 * In     records in any order; of two with the same source and recordId the later one counts
 * Out    vulnerabilities in order of first mention
 */
export function gatherVulnerabilities(records: Iterable<FeedRecord>): Vulnerability[] {
  const gathered = new Map<
    string,
    { aliases: Set<string>; statements: Map<string, SourceStatement> }
  >();
  for (const record of records) {
    let entry = gathered.get(record.vulnerability);
    if (!entry) {
      entry = { aliases: new Set(), statements: new Map() };
      gathered.set(record.vulnerability, entry);
    }
    for (const alias of record.aliases) entry.aliases.add(alias);
    const { kind, recordId } = record.statement.provenance;
    entry.statements.set(`${kind} ${recordId}`, record.statement);
  }
  return [...gathered].map(([id, entry]) => ({
    id,
    aliases: [...entry.aliases],
    statements: [...entry.statements.values()],
  }));
}

/** Vulnerabilities by what they name. */
export interface Matcher {
  /** Vulnerabilities that may concern a computer like this; never a full scan. */
  candidates(identity: InventoryIdentity): readonly Vulnerability[];
  /** Verdicts of a computer; equal inventories are evaluated once. */
  match(inventory: ComputerInventory): readonly Verdict[];
}

/** Identities whose answers are kept; beyond it the oldest are forgotten. */
const CACHE_MAX = 200_000;

/**
 * Indexes vulnerabilities for the look-up from a computer.
 *
 * In     vulnerabilities
 * Out    a matcher; its order of answers is the order of the vulnerabilities
 */
export function buildMatcher(vulnerabilities: readonly Vulnerability[]): Matcher {
  const postings = new Map<string, number[]>();
  vulnerabilities.forEach((vulnerability, at) => {
    for (const posting of postingsOfVulnerability(vulnerability)) {
      const list = postings.get(posting);
      if (list) list.push(at);
      else postings.set(posting, [at]);
    }
  });
  const answers = new Map<string, readonly IdentityVerdict[]>();
  const candidates = (identity: InventoryIdentity) => {
    const found = new Set<number>();
    for (const posting of identity.postings) {
      for (const at of postings.get(posting) ?? []) found.add(at);
    }
    return [...found].sort((a, b) => a - b).map((at) => vulnerabilities[at]!);
  };
  const match = ({ computer, items }: ComputerInventory) => {
    const key = identityKey(items);
    let verdicts = answers.get(key);
    if (!verdicts) {
      const identity = readIdentity(items);
      verdicts = candidates(identity).flatMap((one) => evaluateIdentity(identity, one) ?? []);
      if (answers.size >= CACHE_MAX) answers.delete(answers.keys().next().value!);
      answers.set(key, verdicts);
    }
    return verdicts.map((verdict) => ({ computer, ...verdict }));
  };
  return { candidates, match };
}

/** Computers by what is on them. */
export interface ComputerIndex {
  readonly computers: number;
  readonly identities: number;
  /** Adds a computer or replaces what is known of it. */
  put(inventory: ComputerInventory): void;
  remove(computer: string): void;
  /** Identities that may be concerned, each with its computers; never a full scan. */
  candidates(
    vulnerability: Vulnerability,
  ): Iterable<{ identity: InventoryIdentity; computers: ReadonlySet<string> }>;
  /** Verdicts of one vulnerability; each identity is evaluated once. */
  match(vulnerability: Vulnerability): Iterable<Verdict>;
}

interface IdentityEntry {
  readonly identity: InventoryIdentity;
  readonly computers: Set<string>;
}

/** Indexes computers for the look-up from a vulnerability. Memory grows with identities. */
export function indexComputers(inventories: Iterable<ComputerInventory> = []): ComputerIndex {
  const entries = new Map<string, IdentityEntry>();
  const postings = new Map<string, Set<IdentityEntry>>();
  const keyOf = new Map<string, string>();

  const remove = (computer: string) => {
    const key = keyOf.get(computer);
    const entry = key === undefined ? undefined : entries.get(key);
    if (key === undefined || !entry) return;
    keyOf.delete(computer);
    entry.computers.delete(computer);
    if (entry.computers.size > 0) return;
    entries.delete(key);
    for (const posting of entry.identity.postings) postings.get(posting)?.delete(entry);
  };
  const put = ({ computer, items }: ComputerInventory) => {
    const key = identityKey(items);
    if (keyOf.get(computer) === key) return;
    remove(computer);
    let entry = entries.get(key);
    if (!entry) {
      entry = { identity: readIdentity(items), computers: new Set() };
      entries.set(key, entry);
      for (const posting of entry.identity.postings) {
        const set = postings.get(posting);
        if (set) set.add(entry);
        else postings.set(posting, new Set([entry]));
      }
    }
    entry.computers.add(computer);
    keyOf.set(computer, key);
  };
  const candidates = (vulnerability: Vulnerability) => {
    const found = new Set<IdentityEntry>();
    for (const posting of postingsOfVulnerability(vulnerability)) {
      for (const entry of postings.get(posting) ?? []) found.add(entry);
    }
    return found;
  };
  function* match(vulnerability: Vulnerability): Generator<Verdict> {
    for (const { identity, computers } of candidates(vulnerability)) {
      const verdict = evaluateIdentity(identity, vulnerability);
      if (verdict) for (const computer of computers) yield { computer, ...verdict };
    }
  }
  for (const inventory of inventories) put(inventory);
  return {
    get computers() {
      return keyOf.size;
    },
    get identities() {
      return entries.size;
    },
    put,
    remove,
    candidates,
    match,
  };
}

/** Postings of an inventory, for an index that is kept elsewhere (a database). */
export function postingsOfItems(items: readonly InventoryItem[]): readonly string[] {
  return readIdentity(items).postings;
}
