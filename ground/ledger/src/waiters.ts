// SPDX-License-Identifier: Apache-2.0
/** Those who wait for publication, and what was published lately. */
import { ledgerErrors } from './errors.ts';
import type { LogName } from './storage.ts';

interface Waiter {
  readonly outboxIds: readonly string[];
  readonly indexes: Map<string, number>;
  /** Different ids among them: done when so many are known. */
  readonly different: number;
  readonly timer: ReturnType<typeof setTimeout>;
  readonly resolve: (indexes: number[]) => void;
  readonly reject: (error: Error) => void;
}

/** Bounded: remembers the newest `rememberedMax` ids, and every waiter ends by `waitMsMax`. */
export class Waiters {
  readonly #log: LogName;
  readonly #limits: { readonly waitMsMax: number; readonly rememberedMax: number };
  readonly #published = new Map<string, number>();
  readonly #byId = new Map<string, Waiter[]>();
  readonly #all = new Set<Waiter>();

  constructor(
    log: LogName,
    limits: { readonly waitMsMax: number; readonly rememberedMax: number },
  ) {
    this.#log = log;
    this.#limits = limits;
  }

  get waiting(): number {
    return this.#all.size;
  }

  published(outboxId: string): number | undefined {
    return this.#published.get(outboxId);
  }

  waitFor(outboxIds: readonly string[]): Promise<number[]> {
    const indexes = new Map<string, number>();
    const missing = new Set<string>();
    for (const id of outboxIds) {
      const index = this.#published.get(id);
      if (index === undefined) missing.add(id);
      else indexes.set(id, index);
    }
    if (missing.size === 0)
      return Promise.resolve(outboxIds.map((id) => indexes.get(id) as number));
    const different = indexes.size + missing.size;
    const { waitMsMax } = this.#limits;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#drop(waiter);
        reject(ledgerErrors('NOT_PUBLISHED_IN_TIME', { log: this.#log, waitedMs: waitMsMax }));
      }, waitMsMax);
      const waiter: Waiter = {
        outboxIds: [...outboxIds],
        indexes,
        different,
        timer,
        resolve,
        reject,
      };
      this.#all.add(waiter);
      for (const id of missing) {
        const others = this.#byId.get(id);
        if (others) others.push(waiter);
        else this.#byId.set(id, [waiter]);
      }
    });
  }

  /** The entries of these ids are published from index `from` on. */
  release(outboxIds: readonly string[], from: number): void {
    const done: Waiter[] = [];
    outboxIds.forEach((id, i) => {
      this.#published.set(id, from + i);
      for (const waiter of this.#byId.get(id) ?? []) {
        waiter.indexes.set(id, from + i);
        if (waiter.indexes.size === waiter.different) done.push(waiter);
      }
      this.#byId.delete(id);
    });
    for (const waiter of done) {
      clearTimeout(waiter.timer);
      this.#all.delete(waiter);
      waiter.resolve(waiter.outboxIds.map((id) => waiter.indexes.get(id) as number));
    }
    for (const id of this.#published.keys()) {
      if (this.#published.size <= this.#limits.rememberedMax) break;
      this.#published.delete(id);
    }
  }

  rejectAll(error: Error): void {
    for (const waiter of this.#all) {
      clearTimeout(waiter.timer);
      waiter.reject(error);
    }
    this.#all.clear();
    this.#byId.clear();
  }

  #drop(waiter: Waiter): void {
    this.#all.delete(waiter);
    for (const id of waiter.outboxIds) {
      const others = this.#byId.get(id)?.filter((other) => other !== waiter);
      if (others?.length) this.#byId.set(id, others);
      else this.#byId.delete(id);
    }
  }
}
