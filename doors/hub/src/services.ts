// SPDX-License-Identifier: Apache-2.0
/** The rooms of this instance, handed to one another through their ports. */
import { randomBytes } from 'node:crypto';
import { ruleAt } from '@sakimori/law';
import { inventoryLookup, type RegisterService, registerService } from '@sakimori/register';
import type { OpenStore } from '@sakimori/store';
import {
  makeContext,
  productKeys,
  queueComputers,
  runMatchTasks,
  type WarnContext,
} from '@sakimori/warn';
import { type MatchWorker, startMatchWorker } from './match-worker.ts';

export interface Services {
  readonly register: RegisterService;
  readonly warn: WarnContext;
  readonly worker: MatchWorker;
  /** Says what follows when warnings were issued or withdrawn. */
  afterMatch(work: () => Promise<void>): void;
}

/** In: store; what is told of failures of the background work, in codes. */
export function openServices(store: OpenStore, failed: (error: unknown) => void): Services {
  const clock = { now: () => Date.now() };
  const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
  const warn = makeContext({ store, clock, random, register: inventoryLookup });
  let follow: () => Promise<void> = async () => {};
  const worker = startMatchWorker(async () => {
    const { tasks } = await runMatchTasks(warn);
    if (tasks > 0) await follow();
  }, failed);
  const register = registerService(store, {
    law: { ruleAt },
    clock,
    random,
    productKeys,
    onComputersChanged: async (db, change) => {
      await queueComputers(db, change, clock.now());
      worker.poke();
    },
  });
  return {
    register,
    warn,
    worker,
    afterMatch(work) {
      follow = work;
    },
  };
}
