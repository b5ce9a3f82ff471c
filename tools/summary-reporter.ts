// SPDX-License-Identifier: Apache-2.0
/** A node:test reporter: failures in full, skips with their reasons, then one line of counts. */
import type { TestEvent } from 'node:test/reporters';

/** Of one failure's text; the rest helps nobody. */
const TEXT_MAX = 4_000;

export default async function* summary(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const skips = new Map<string, number>();
  for await (const event of events) {
    if (event.type === 'test:pass' || event.type === 'test:fail') {
      const { details, name, file, skip, todo } = event.data;
      // A suite or a file is no test of its own: its tests are counted.
      if (details.type === 'suite' || (file !== undefined && name === file)) continue;
      if (skip !== undefined && skip !== false) {
        counts.skipped += 1;
        const reason = typeof skip === 'string' ? skip : 'no reason given';
        skips.set(reason, (skips.get(reason) ?? 0) + 1);
      } else if (event.type === 'test:pass' || todo) counts.passed += 1;
      else {
        counts.failed += 1;
        const failure = 'error' in details ? details.error : undefined;
        const error = failure?.cause ?? failure;
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        const shown = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)} ...` : text;
        yield `\nFAILED ${file ?? ''}\n  ${name}\n${shown.replace(/^/gm, '    ')}\n`;
      }
    }
  }
  for (const [reason, count] of skips) yield `\nskipped ${count}: ${reason}`;
  yield `\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`;
}
