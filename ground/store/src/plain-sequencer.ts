// SPDX-License-Identifier: Apache-2.0
/** A sequencer that numbers entries and signs nothing: for tests of what stands on the store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ledgerErrors, type Sequencer, type SequencerOptions } from '@sakimori/ledger';

const ROOT = new Uint8Array(32);

/** Starts it; the options' signers, files and witnesses are not looked at. */
export async function startPlainSequencer(options: SequencerOptions): Promise<Sequencer> {
  const { log, storage } = options;
  if (!(await storage.lock(log))) throw ledgerErrors('LOCKED', { log });
  const places = new Map<string, number>();
  const waiting = new Set<() => void>();
  let size = (await storage.head(log))?.size ?? 0;
  let state: 'running' | 'stopped' | 'failed' = 'running';
  let wake = () => {};
  let isPoked = true;
  let fail = (_error: Error) => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });

  const turn = async () => {
    const pending = await storage.pending(log, 5_000, 4_000_000);
    if (pending.length === 0) return false;
    const ids = pending.map((entry) => entry.outboxId);
    const next = { size: size + ids.length, root: ROOT, checkpoint: `plain\n${size}\n` };
    await storage.advance(log, size, next, ids);
    ids.forEach((id, i) => {
      places.set(id, size + i);
    });
    size = next.size;
    for (const done of waiting) done();
    return true;
  };
  const running = (async () => {
    while (state === 'running') {
      try {
        isPoked = false;
        while (await turn()) await sleep(1);
      } catch (error) {
        state = 'failed';
        for (const done of waiting) done();
        fail(error as Error);
        return;
      }
      if (isPoked || state !== 'running') continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  })();

  return {
    poke() {
      isPoked = true;
      wake();
    },
    published: (id) => places.get(id),
    async waitFor(ids) {
      for (;;) {
        const found = ids.map((id) => places.get(id));
        if (found.every((index) => index !== undefined)) return found as number[];
        if (state !== 'running') throw ledgerErrors('STOPPED', { log });
        await new Promise<void>((resolve) => {
          const done = () => {
            waiting.delete(done);
            resolve();
          };
          waiting.add(done);
        });
      }
    },
    status: () => ({
      state,
      size,
      root: ROOT,
      checkpoint: '',
      publishedAtMs: undefined,
      failure: undefined,
      waiting: waiting.size,
    }),
    failed,
    async close() {
      if (state === 'running') state = 'stopped';
      wake();
      await running;
      await storage.unlock(log).catch(() => {});
    },
  };
}
