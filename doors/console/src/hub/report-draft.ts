// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps a report while it is being written: at the hub after each answer and, for as long as the
 * hub does not have it, in this browser. Nothing that was typed is lost by a lost connection, a
 * closed page or a second device; what the hub has is taken out of the browser again.
 */
import type { DraftView } from '@sakimori/vocabulary/wire';
import { type AskOptions, HubProblem, makeIdempotencyKey } from './client.ts';
import { type Answers, canonical } from './report-answers.ts';

/**
 * `unreachable`: kept here, sent again by itself. `conflict`: another device has saved something
 * else, a person chooses. `gone`: it was sent or thrown away elsewhere.
 */
export type Saving =
  | 'saved'
  | 'saving'
  | 'unreachable'
  | 'conflict'
  | 'gone'
  | 'signed-out'
  | 'refused';

export interface DraftState {
  /** Absent until the hub has it. */
  readonly id: string | undefined;
  readonly record: Answers;
  readonly step: string | undefined;
  readonly saving: Saving;
  /** What the other device has saved; for `conflict`. */
  readonly theirs?: DraftView;
  readonly problem?: HubProblem;
}

export interface KeeperParts {
  ask<T>(method: string, path: string, options?: AskOptions): Promise<T>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
  /** Where it lies in the storage; a draft that the hub does not know yet has no id. */
  keyOf(draft: string | undefined): string;
  /** Calls back later; answers how to call that off. */
  later(act: () => void, ms: number): () => void;
}

interface AskParts {
  readonly body: { readonly record: Answers; readonly step?: string };
  readonly headers: Readonly<Record<string, string>>;
}

interface Kept {
  readonly record: Answers;
  readonly step: string | undefined;
  readonly id: string | undefined;
  /** Revision of the hub that it was written upon. */
  readonly revision: number;
}

const RETRY_MS = [2_000, 5_000, 10_000, 30_000] as const;
/** Writes upon a revision that only seemed to be another one, before a person is asked. */
const REBASES_MAX = 3;

/** What this browser holds that the hub may not have; undefined when there is nothing readable. */
export function readKept(
  { storage, keyOf }: Pick<KeeperParts, 'storage' | 'keyOf'>,
  draft: string | undefined,
): Kept | undefined {
  try {
    const kept = JSON.parse(storage?.getItem(keyOf(draft)) ?? 'null') as Kept | null;
    return kept && typeof kept.record === 'object' ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Time for the next letters: not every one of them is a request. */
const PAUSE_MS = 700;

/**
 * Keeps one draft.
 *
 * In     `view`: what the hub holds; absent for a report that the hub does not know yet, or, with
 *        `draft`, while the hub is out of reach
 * Never  overwrites what another device has saved without being told to by a person
 */
export class DraftKeeper {
  readonly #parts: KeeperParts;
  readonly #listeners = new Set<() => void>();
  #state: DraftState;
  #revision: number;
  /** What the hub held when this was last in step with it. */
  #base: string;
  #changes = 0;
  #failures = 0;
  #running: Promise<boolean> | undefined;
  /** The first save as it was first tried: tried again it must not make a second draft. */
  #creation: AskParts | undefined;
  #callOff = () => {};

  constructor(parts: KeeperParts, view: DraftView | undefined, draft: string | undefined) {
    const own = readKept(parts, view?.id ?? draft);
    this.#parts = parts;
    this.#revision = view?.revision ?? own?.revision ?? 0;
    this.#base = canonical(view?.record ?? {});
    this.#state = begin(view, own);
    if (own && this.#state.saving === 'saving') {
      this.#changes = 1;
      void this.#push();
    }
  }

  readonly state = (): DraftState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes an answer: at once into this browser, after a short pause on its way to the hub. */
  change(record: Answers, step: string | undefined): void {
    if (record === this.#state.record && step === this.#state.step) return;
    this.#changes += 1;
    this.#set({ record, step });
    this.#keepHere();
    if (this.#state.saving === 'conflict' || this.#state.saving === 'gone') return;
    if (!this.#running) {
      this.#set({ saving: this.#state.saving === 'unreachable' ? 'unreachable' : 'saving' });
      this.#pushAfter(PAUSE_MS);
    }
  }

  /** True once the hub has everything. */
  flush(): Promise<boolean> {
    return this.#state.saving === 'saved' ? Promise.resolve(true) : this.#push();
  }

  /** Ends a conflict: what stands here overwrites, or what the other device saved is taken over. */
  settle(choice: 'mine' | 'theirs'): void {
    const { theirs, problem: _, ...rest } = this.#state;
    if (!theirs) return;
    this.#revision = theirs.revision;
    this.#base = canonical(theirs.record);
    if (choice === 'theirs') {
      this.#forgetHere();
      this.#state = { ...rest, record: theirs.record, step: theirs.step, saving: 'saved' };
      this.#set({});
    } else {
      this.#changes += 1;
      this.#state = { ...rest, saving: 'saving' };
      void this.#push();
    }
  }

  /** It was sent, or thrown away: nothing of it stays in this browser. */
  end(): void {
    this.stop();
    this.#forgetHere();
  }

  stop(): void {
    this.#callOff();
  }

  #set(part: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  #keepHere(): void {
    const { id, record, step } = this.#state;
    const kept: Kept = { id, record, step, revision: this.#revision };
    try {
      this.#parts.storage?.setItem(this.#parts.keyOf(id), JSON.stringify(kept));
    } catch {
      // Full or closed to us: it stays in the page, and the hub is asked again all the same.
    }
  }

  #forgetHere(): void {
    try {
      this.#parts.storage?.removeItem(this.#parts.keyOf(this.#state.id));
    } catch {
      // Closed to us: then nothing is there.
    }
  }

  #pushAfter(ms: number): void {
    this.#callOff();
    this.#callOff = this.#parts.later(() => void this.#push(), ms);
  }

  #push(): Promise<boolean> {
    this.#callOff();
    if (this.#state.saving === 'conflict' || this.#state.saving === 'gone') {
      return Promise.resolve(false);
    }
    if (!this.#running) {
      this.#set({ saving: this.#state.saving === 'unreachable' ? 'unreachable' : 'saving' });
      this.#running = this.#send().finally(() => {
        this.#running = undefined;
      });
    }
    return this.#running;
  }

  async #send(): Promise<boolean> {
    let rebases = 0;
    for (;;) {
      try {
        if (await this.#write()) return true;
      } catch (error) {
        if (!(error instanceof HubProblem)) throw error;
        if (rebases < REBASES_MAX && (await this.#mayRebase(error))) rebases += 1;
        else return this.#refuse(error);
      }
    }
  }

  /** Sends what stands here; true when nothing was typed meanwhile. */
  async #write(): Promise<boolean> {
    const { id, record, step } = this.#state;
    const upTo = this.#changes;
    let answer: DraftView;
    if (id === undefined) {
      this.#creation ??= {
        body: { record, ...(step === undefined ? {} : { step }) },
        headers: { 'idempotency-key': makeIdempotencyKey() },
      };
      answer = await this.#parts.ask('POST', '/report-drafts', this.#creation);
    } else {
      const body = { record, ...(step === undefined ? {} : { step }), revision: this.#revision };
      answer = await this.#parts.ask('PUT', pathOf(id), { body });
    }
    const all = id === undefined ? this.#creation?.body.record === this.#state.record : true;
    this.#revision = answer.revision;
    this.#base = canonical(answer.record);
    this.#failures = 0;
    const done = all && upTo === this.#changes;
    // From here on it is kept under its name.
    if (id === undefined) this.#forgetHere();
    this.#set({ id: answer.id, saving: done ? 'saved' : 'saving' });
    if (done) this.#forgetHere();
    else this.#keepHere();
    return done;
  }

  /** True when only the number was new: the hub holds what this was written upon. */
  async #mayRebase({ problem }: HubProblem): Promise<boolean> {
    const { id, record } = this.#state;
    if (problem.status !== 409 || id === undefined) return false;
    try {
      const theirs = await this.#parts.ask<DraftView>('GET', pathOf(id));
      const held = canonical(theirs.record);
      const isOurs = held === this.#base || held === canonical(record);
      if (isOurs) this.#revision = theirs.revision;
      else this.#set({ saving: 'conflict', theirs });
      return isOurs;
    } catch {
      return false;
    }
  }

  #refuse(problem: HubProblem): false {
    if (this.#state.theirs) return false;
    const saving = meaningOf(problem);
    this.#set({ saving, problem });
    if (saving === 'unreachable') {
      this.#pushAfter(RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] as number);
      this.#failures += 1;
    }
    return false;
  }
}

const pathOf = (id: string) => `/report-drafts/${encodeURIComponent(id)}`;

/** Where to go on: from what this browser holds, if the hub has seen nothing newer. */
function begin(view: DraftView | undefined, own: Kept | undefined): DraftState {
  const id = view?.id ?? own?.id;
  if (!own) return { id, record: view?.record ?? {}, step: view?.step, saving: 'saved' };
  const mine = { id, record: own.record, step: own.step };
  if (!view || view.revision === own.revision) return { ...mine, saving: 'saving' };
  if (canonical(view.record) === canonical(own.record)) {
    return { id, record: view.record, step: own.step, saving: 'saving' };
  }
  return { ...mine, saving: 'conflict', theirs: view };
}

function meaningOf({ problem }: HubProblem): Saving {
  // A conflict whose other side could not be read is tried again like any failure.
  if (problem.code === 'CON_UNREACHABLE' || problem.status >= 500) return 'unreachable';
  if (problem.status === 409) return 'unreachable';
  if (problem.status === 404) return 'gone';
  return problem.status === 401 ? 'signed-out' : 'refused';
}

/** Where this browser keeps what the hub does not have yet: apart for each person and draft. */
export const draftKey = (person: string, draft: string | undefined): string =>
  `sakimori.report.${person}.${draft ?? 'new'}`;
