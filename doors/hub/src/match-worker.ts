// SPDX-License-Identifier: Apache-2.0
/** Works off what changed: matches it and lets the notices out, soon after each change. */

/** How soon after a change; long enough for the change to commit and for company. */
const SOON_MS = 150;
/** Without any sign: after a crash or a restored backup, tasks may wait unseen. */
const REGULARLY_MS = 20_000;

export interface MatchWorker {
  /** Something changed, or will have in a moment. Cheap; never throws. */
  poke(): void;
  /** Resolves when nothing waited at the time of the call. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs `work` by itself after each poke and regularly, never twice at once.
 *
 * In     `work` does everything that waits, and may leave the rest once its signal says so;
 *        `failed` is told of a failure, which is tried again
 */
export function startMatchWorker(
  work: (closing: AbortSignal) => Promise<void>,
  failed: (error: unknown) => void,
): MatchWorker {
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const closing = new AbortController();
  const run = (): Promise<void> => {
    running ??= work(closing.signal)
      .catch(failed)
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const regularly = setInterval(run, REGULARLY_MS);
  regularly.unref();
  return {
    poke() {
      if (closing.signal.aborted || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        // What was poked while a run was under way may have come too late for it.
        void (running ?? Promise.resolve()).then(run);
      }, SOON_MS);
    },
    async settled() {
      clearTimeout(timer);
      timer = undefined;
      await running;
      await run();
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      clearInterval(regularly);
      await running;
    },
  };
}
