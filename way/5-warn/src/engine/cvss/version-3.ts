// SPDX-License-Identifier: Apache-2.0
/** CVSS v3.0 and v3.1 scores (FIRST, specification documents, section 7 and 8). */

import {
  add,
  type Decimal,
  decimal,
  isAbove,
  least,
  multiply,
  ONE,
  power,
  roundHalfUp,
  roundUp,
  subtract,
  TEN,
  toNumber,
  ZERO,
} from './decimal.ts';
import { type Metrics, readMetrics, type VectorRules } from './vector.ts';

const IMPACTS = { H: '0.56', L: '0.22', N: '0' };
const REQUIREMENTS = { X: '1', H: '1.5', M: '1', L: '0.5' };

/** Weights (8.4 in 3.0, 7.4 in 3.1); privileges weigh more where the scope changes. */
const WEIGHTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AV: { N: '0.85', A: '0.62', L: '0.55', P: '0.2' },
  AC: { L: '0.77', H: '0.44' },
  PR: { N: '0.85', L: '0.62', H: '0.27' },
  UI: { N: '0.85', R: '0.62' },
  S: { U: '0', C: '0' },
  C: IMPACTS,
  I: IMPACTS,
  A: IMPACTS,
  E: { X: '1', H: '1', F: '0.97', P: '0.94', U: '0.91' },
  RL: { X: '1', U: '1', W: '0.97', T: '0.96', O: '0.95' },
  RC: { X: '1', C: '1', R: '0.96', U: '0.92' },
  CR: REQUIREMENTS,
  IR: REQUIREMENTS,
  AR: REQUIREMENTS,
};
const CHANGED_PRIVILEGES: Readonly<Record<string, string>> = { N: '0.85', L: '0.68', H: '0.5' };
const BASE = ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'];

const RULES: VectorRules = {
  table: Object.fromEntries([
    ...Object.entries(WEIGHTS).map(([name, values]) => [name, Object.keys(values)] as const),
    ...BASE.map((name) => [`M${name}`, ['X', ...Object.keys(WEIGHTS[name]!)]] as const),
  ]),
  mandatory: BASE,
  isOrdered: false,
};

export function scoreVersion3(text: string, minor: 0 | 1): number[] {
  const metrics = readMetrics(text, RULES);
  const round = minor === 0 ? roundUp : roundUpFiveDigits;
  const temporalFactors = ['E', 'RL', 'RC'].map((name) => weight(name, metrics.get(name) ?? 'X'));
  const base = baseOf(metrics, round);
  const temporal = round(multiply(base, ...temporalFactors));
  const modified = modifiedOf(metrics, minor, round);
  const environmental = round(multiply(modified, ...temporalFactors));
  return [base, temporal, environmental].map(toNumber);
}

type Round = (value: Decimal) => Decimal;

/** Roundup of 3.1 (appendix A): what is below 0.00001 is taken for noise. */
function roundUpFiveDigits(value: Decimal): Decimal {
  return roundUp(roundHalfUp(value, 5));
}

function weight(name: string, value: string): Decimal {
  return decimal(WEIGHTS[name]![value]!);
}

function privileges(value: string, isChanged: boolean): Decimal {
  return isChanged ? decimal(CHANGED_PRIVILEGES[value]!) : weight('PR', value);
}

function baseOf(metrics: Metrics, round: Round): Decimal {
  const value = (name: string) => metrics.get(name)!;
  const isChanged = value('S') === 'C';
  const rest = ['C', 'I', 'A'].map((name) => subtract(ONE, weight(name, value(name))));
  const loss = subtract(ONE, multiply(...rest));
  const impact = isChanged ? changedImpact(loss, loss, 15) : multiply(decimal('6.42'), loss);
  return combine(impact, exploitabilityOf(value, isChanged), isChanged, round);
}

/** A modified metric that is not defined takes the value of the base metric. */
function modifiedOf(metrics: Metrics, minor: 0 | 1, round: Round): Decimal {
  const value = (name: string) => {
    const modified = metrics.get(`M${name}`) ?? 'X';
    return modified === 'X' ? metrics.get(name)! : modified;
  };
  const isChanged = value('S') === 'C';
  const rest = ['C', 'I', 'A'].map((name) =>
    subtract(
      ONE,
      multiply(weight(name, value(name)), weight(`${name}R`, metrics.get(`${name}R`) ?? 'X')),
    ),
  );
  const loss = least(subtract(ONE, multiply(...rest)), decimal('0.915'));
  const impact = isChanged ? changedModifiedImpact(loss, minor) : multiply(decimal('6.42'), loss);
  return combine(impact, exploitabilityOf(value, isChanged), isChanged, round);
}

function changedModifiedImpact(loss: Decimal, minor: 0 | 1): Decimal {
  if (minor === 0) return changedImpact(loss, loss, 15);
  return changedImpact(loss, multiply(loss, decimal('0.9731')), 13);
}

/** 7.52 x (loss - 0.029) - 3.25 x (damped - 0.02)^exponent. */
function changedImpact(loss: Decimal, damped: Decimal, exponent: number): Decimal {
  return subtract(
    multiply(decimal('7.52'), subtract(loss, decimal('0.029'))),
    multiply(decimal('3.25'), power(subtract(damped, decimal('0.02')), exponent)),
  );
}

function exploitabilityOf(value: (name: string) => string, isChanged: boolean): Decimal {
  return multiply(
    decimal('8.22'),
    weight('AV', value('AV')),
    weight('AC', value('AC')),
    privileges(value('PR'), isChanged),
    weight('UI', value('UI')),
  );
}

function combine(
  impact: Decimal,
  exploitability: Decimal,
  isChanged: boolean,
  round: Round,
): Decimal {
  if (!isAbove(impact, ZERO)) return ZERO;
  const sum = add(impact, exploitability);
  return round(least(isChanged ? multiply(decimal('1.08'), sum) : sum, TEN));
}
