// SPDX-License-Identifier: Apache-2.0
/** What people are told to expect while reports surge at the office. */
import type { Scope } from '@sakimori/store';
import type { Text } from '@sakimori/vocabulary/wire';
import { type ReportContext, widened } from './context.ts';
import { crisisOf } from './intake.ts';

/** In a surge every report asks; the answer changes with the minutes. */
const KEPT_MS = 5_000;

interface Kept {
  readonly atMs: number;
  readonly text: Promise<Text | undefined>;
}

const kept = new WeakMap<ReportContext, Kept>();

/**
 * Words for reporters while the office works through a surge; undefined in ordinary times.
 *
 * Never  tells more than dated law has: no number of reports, nobody's name; is older than 5 s
 */
export function expectation(context: ReportContext, scope: Scope): Promise<Text | undefined> {
  const nowMs = context.now();
  const known = kept.get(context);
  if (known && Math.abs(nowMs - known.atMs) < KEPT_MS) return known.text;
  const text = look(context, scope);
  kept.set(context, { atMs: nowMs, text });
  text.catch(() => kept.delete(context));
  return text;
}

async function look(context: ReportContext, scope: Scope): Promise<Text | undefined> {
  const directory = await context.directory.now();
  const office = directory.desk('office', { sectors: [] });
  if (!office) return undefined;
  const asOffice = { ...widened(scope), organisation: office.id };
  return (await crisisOf(context, asOffice)).expect;
}
