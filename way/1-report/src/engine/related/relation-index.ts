// SPDX-License-Identifier: Apache-2.0
/** Value -> reports: related reports are found by looking up values, never by comparing pairs. */
import type { RelationKey } from './keys.ts';
import { DEGREE_MAX, type Relation, SCORE_MIN, scoreRelation } from './score.ts';

/** A report that may be related. */
export interface Suggestion extends Relation {
  readonly id: string;
}

/** Reports that are scored for one answer, chosen by how much they share. */
export const CANDIDATES_MAX = 200;

/** Reports in memory, by the values that they share. Not kept anywhere; built anew from records. */
export class RelationIndex {
  readonly #members = new Map<string, Set<string>>();
  readonly #keys = new Map<string, readonly RelationKey[]>();

  get size(): number {
    return this.#keys.size;
  }

  /** Adds a report, or replaces its keys. */
  add(id: string, keys: readonly RelationKey[]): void {
    this.remove(id);
    this.#keys.set(id, keys);
    for (const { key } of keys) {
      const members = this.#members.get(key);
      if (members) members.add(id);
      else this.#members.set(key, new Set([id]));
    }
  }

  remove(id: string): void {
    for (const { key } of this.#keys.get(id) ?? []) {
      const members = this.#members.get(key);
      members?.delete(id);
      if (members?.size === 0) this.#members.delete(key);
    }
    this.#keys.delete(id);
  }

  /** How many reports have a key. */
  degree(key: string): number {
    return this.#members.get(key)?.size ?? 0;
  }

  /**
   * Reports that are related to one.
   *
   * In     keys of a report that is in the index (`id`) or is not yet (`id` undefined)
   * Out    at most `max`, the strongest first, each with its reasons
   * Cost   values times `DEGREE_MAX`, whatever the number of reports
   */
  find(keys: readonly RelationKey[], id: string | undefined, max = 20): Suggestion[] {
    const degrees = new Map<string, number>();
    const common = new Map<string, number>();
    for (const { key, weight } of keys) {
      const members = this.#members.get(key);
      if (!members) continue;
      const degree = members.size + (id !== undefined && members.has(id) ? 0 : 1);
      degrees.set(key, degree);
      if (degree > DEGREE_MAX) continue;
      for (const other of members) {
        if (other !== id) common.set(other, (common.get(other) ?? 0) + weight);
      }
    }
    return [...common]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, CANDIDATES_MAX)
      .map(([other]) => ({
        id: other,
        ...scoreRelation(keys, this.#keys.get(other) ?? [], degrees),
      }))
      .filter(({ score }) => score >= SCORE_MIN)
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, max);
  }
}
