// SPDX-License-Identifier: Apache-2.0
/** Indicators of a record and in texts, with what must not be selected or blocked. */
import type { DraftView, IndicatorView } from '@sakimori/vocabulary/wire';
import type { ReportContext } from './context.ts';
import {
  compileProtection,
  defang,
  type Indicator,
  liftIndicators,
  type ProtectedInfrastructure,
  type Protection,
  protectedBy,
} from './engine/index.ts';
import { viewIndicator } from './views.ts';

/** An exercise happens in documentation addresses: there they are not set aside. */
const DOCUMENTATION = 'documentation';
const compiled = new WeakMap<object, Map<boolean, Protection>>();

export async function protectionOf(context: ReportContext): Promise<Protection> {
  const { ruleAt } = await context.overlay.current();
  const data = ruleAt<ProtectedInfrastructure>('protected-infrastructure', context.now()).value;
  const exercise = context.exercise === true;
  const known = compiled.get(data) ?? new Map<boolean, Protection>();
  compiled.set(data, known);
  const before = known.get(exercise);
  if (before) return before;
  const { protection } = compileProtection(data, exercise ? [DOCUMENTATION] : []);
  known.set(exercise, protection);
  return protection;
}

/** Indicators that a record holds. */
export async function viewIndicators(
  context: ReportContext,
  indicators: readonly Indicator[],
): Promise<readonly IndicatorView[]> {
  if (indicators.length === 0) return [];
  const protection = await protectionOf(context);
  return indicators.map((one) => {
    const shield = protectedBy(one, protection);
    return { ...viewIndicator(one), ...(shield && { protected: shield.why }) };
  });
}

export interface SourceText {
  readonly field: string;
  readonly text: string;
}

type Found = DraftView['indicators'][number] & { readonly source: string };

/**
 * Indicators in texts, each value once; those that a person has put into the record are confirmed.
 *
 * Out   with the field in which each was found first
 */
export async function findIndicators(
  context: ReportContext,
  texts: readonly SourceText[],
  confirmed: readonly unknown[],
): Promise<readonly Found[]> {
  const protection = await protectionOf(context);
  const known = new Set(confirmed.map((one) => keyOf(one as Indicator)));
  const found = new Map<string, Found>();
  for (const { field, text } of texts) {
    for (const one of liftIndicators(text, { protection })) {
      const key = keyOf(one);
      if (found.has(key)) continue;
      found.set(key, {
        type: one.type,
        value: one.value,
        shown: defang(one.type, one.value),
        ...(one.role && { role: one.role }),
        confirmed: known.has(key),
        ...(one.protected && { protected: one.protected.why }),
        source: field,
      });
    }
  }
  return [...found.values()];
}

const keyOf = (one: Pick<Indicator, 'type' | 'value'> | null): string =>
  `${one?.type} ${one?.value}`;

const MAX_DEPTH = 6;

/** The longer texts of a record, or of what is to become one, wherever they stand. */
export function textsOf(record: unknown): readonly SourceText[] {
  const texts: SourceText[] = [];
  const walk = (value: unknown, path: string, depth: number) => {
    if (typeof value === 'string') {
      if (value.length > 3) texts.push({ field: path, text: value });
    } else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
      for (const [name, part] of Object.entries(value)) {
        if (!SKIPPED.has(name)) walk(part, path === '' ? name : `${path}.${name}`, depth + 1);
      }
    }
  };
  walk(record, '', 0);
  return texts;
}

/** Fields that hold no prose: their values would be found as what they are anyway. */
const SKIPPED = new Set([
  'format',
  'indicators',
  'contacts',
  'attachments',
  'consent',
  'computers',
]);
