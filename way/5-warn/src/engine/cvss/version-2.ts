// SPDX-License-Identifier: Apache-2.0
/** CVSS v2 scores (FIRST, A Complete Guide to the Common Vulnerability Scoring System 2.0). */

import {
  add,
  type Decimal,
  decimal,
  isAbove,
  least,
  multiply,
  ONE,
  roundHalfUp,
  subtract,
  TEN,
  toNumber,
  ZERO,
} from './decimal.ts';
import { type Metrics, readMetrics, type VectorRules } from './vector.ts';

const IMPACTS = { N: '0', P: '0.275', C: '0.660' };
const REQUIREMENTS = { L: '0.5', M: '1', H: '1.51', ND: '1' };

/** Weights of the values (guide, 3.2). */
const WEIGHTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AV: { L: '0.395', A: '0.646', N: '1' },
  AC: { H: '0.35', M: '0.61', L: '0.71' },
  Au: { M: '0.45', S: '0.56', N: '0.704' },
  C: IMPACTS,
  I: IMPACTS,
  A: IMPACTS,
  E: { U: '0.85', POC: '0.9', F: '0.95', H: '1', ND: '1' },
  RL: { OF: '0.87', TF: '0.90', W: '0.95', U: '1', ND: '1' },
  RC: { UC: '0.90', UR: '0.95', C: '1', ND: '1' },
  CDP: { N: '0', L: '0.1', LM: '0.3', MH: '0.4', H: '0.5', ND: '0' },
  TD: { N: '0', L: '0.25', M: '0.75', H: '1', ND: '1' },
  CR: REQUIREMENTS,
  IR: REQUIREMENTS,
  AR: REQUIREMENTS,
};

const RULES: VectorRules = {
  table: Object.fromEntries(Object.entries(WEIGHTS).map(([m, values]) => [m, Object.keys(values)])),
  mandatory: ['AV', 'AC', 'Au', 'C', 'I', 'A'],
  isOrdered: false,
};

/** A group without any metric set has no score: null (guide, 2.2 and 2.3: optional groups). */
export function scoreVersion2(text: string): (number | null)[] {
  const bare = /^\((.*)\)$/.exec(text)?.[1] ?? text;
  const metrics = readMetrics(bare, RULES);
  const base = baseOf(metrics, impactOf(metrics));
  const hasTemporal = isAnySet(metrics, ['E', 'RL', 'RC']);
  const hasEnvironmental = isAnySet(metrics, ['CDP', 'TD', 'CR', 'IR', 'AR']);
  return [
    toNumber(base),
    hasTemporal ? toNumber(temporalOf(metrics, base)) : null,
    hasEnvironmental ? toNumber(environmentalOf(metrics)) : null,
  ];
}

function isAnySet(metrics: Metrics, names: readonly string[]): boolean {
  return names.some((name) => (metrics.get(name) ?? 'ND') !== 'ND');
}

function weight(metrics: Metrics, name: string): Decimal {
  return decimal(WEIGHTS[name]![metrics.get(name) ?? 'ND']!);
}

function impactOf(metrics: Metrics): Decimal {
  const rest = ['C', 'I', 'A'].map((name) => subtract(ONE, weight(metrics, name)));
  return multiply(decimal('10.41'), subtract(ONE, multiply(...rest)));
}

function adjustedImpactOf(metrics: Metrics): Decimal {
  const rest = (['C', 'I', 'A'] as const).map((name) =>
    subtract(ONE, multiply(weight(metrics, name), weight(metrics, `${name}R`))),
  );
  return least(TEN, multiply(decimal('10.41'), subtract(ONE, multiply(...rest))));
}

function baseOf(metrics: Metrics, impact: Decimal): Decimal {
  if (impact.units === 0n) return ZERO;
  const exploitability = multiply(
    decimal('20'),
    weight(metrics, 'AV'),
    weight(metrics, 'AC'),
    weight(metrics, 'Au'),
  );
  const sum = add(multiply(decimal('0.6'), impact), multiply(decimal('0.4'), exploitability));
  return roundHalfUp(multiply(subtract(sum, decimal('1.5')), decimal('1.176')), 1);
}

function temporalOf(metrics: Metrics, base: Decimal): Decimal {
  const factors = ['E', 'RL', 'RC'].map((name) => weight(metrics, name));
  return roundHalfUp(multiply(base, ...factors), 1);
}

function environmentalOf(metrics: Metrics): Decimal {
  const temporal = temporalOf(metrics, baseOf(metrics, adjustedImpactOf(metrics)));
  const damage = multiply(subtract(TEN, temporal), weight(metrics, 'CDP'));
  const score = roundHalfUp(multiply(add(temporal, damage), weight(metrics, 'TD')), 1);
  // The equations let an adjusted base score fall below zero; a score never does.
  return isAbove(ZERO, score) ? ZERO : score;
}
