// SPDX-License-Identifier: Apache-2.0
/** CVSS v4.0 scores (FIRST, specification document, section 8: MacroVectors, interpolation). */

import { macroScoreOf } from './macro-scores.ts';
import { type Metrics, readMetrics, type VectorRules } from './vector.ts';

const YES_NO = ['N', 'L', 'H'];
const REQUIREMENT = ['X', 'H', 'M', 'L'];

/** Metrics in the order that a vector must keep (specification, table 23). */
const RULES: VectorRules = {
  table: {
    AV: ['N', 'A', 'L', 'P'],
    AC: ['L', 'H'],
    AT: ['N', 'P'],
    PR: ['N', 'L', 'H'],
    UI: ['N', 'P', 'A'],
    VC: YES_NO,
    VI: YES_NO,
    VA: YES_NO,
    SC: YES_NO,
    SI: YES_NO,
    SA: YES_NO,
    E: ['X', 'A', 'P', 'U'],
    CR: REQUIREMENT,
    IR: REQUIREMENT,
    AR: REQUIREMENT,
    MAV: ['X', 'N', 'A', 'L', 'P'],
    MAC: ['X', 'L', 'H'],
    MAT: ['X', 'N', 'P'],
    MPR: ['X', 'N', 'L', 'H'],
    MUI: ['X', 'N', 'P', 'A'],
    MVC: ['X', ...YES_NO],
    MVI: ['X', ...YES_NO],
    MVA: ['X', ...YES_NO],
    MSC: ['X', ...YES_NO],
    MSI: ['X', ...YES_NO, 'S'],
    MSA: ['X', ...YES_NO, 'S'],
    S: ['X', 'N', 'P'],
    AU: ['X', 'N', 'Y'],
    R: ['X', 'A', 'U', 'I'],
    V: ['X', 'D', 'C'],
    RE: ['X', 'L', 'M', 'H'],
    U: ['X', 'Clear', 'Green', 'Amber', 'Red'],
  },
  mandatory: ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'],
  isOrdered: true,
};

/** Values from most to least severe: a step down the list is one step of distance. */
const SEVERITY: Readonly<Record<string, string>> = {
  AV: 'NALP',
  PR: 'NLH',
  UI: 'NPA',
  AC: 'LH',
  AT: 'NP',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  SC: 'SHLN',
  SI: 'SHLN',
  SA: 'SHLN',
  CR: 'HML',
  IR: 'HML',
  AR: 'HML',
};

/** The metrics of each equivalence set; 3 and 6 depend on each other and are taken as one. */
const SETS = [
  ['AV', 'PR', 'UI'],
  ['AC', 'AT'],
  ['VC', 'VI', 'VA', 'CR', 'IR', 'AR'],
  ['SC', 'SI', 'SA'],
] as const;

/** Highest severity vectors of each level, values in the order of SETS (specification 8.3). */
const HIGHEST: readonly Readonly<Record<string, readonly string[]>>[] = [
  { 0: ['NNN'], 1: ['ANN', 'NLN', 'NNP'], 2: ['PNN', 'ALP'] },
  { 0: ['LN'], 1: ['HN', 'LP'] },
  {
    '00': ['HHHHHH'],
    '01': ['HHLMMH', 'HHHMMM'],
    10: ['LHHHHH', 'HLHHHH'],
    11: ['LHLHMH', 'LHHHMM', 'HLHMHM', 'HLLMHH', 'LLHHHM'],
    21: ['LLLHHH'],
  },
  { 0: ['HSS'], 1: ['HHH'], 2: ['LLL'] },
];

/** How many steps lie between the highest and the lowest vector of a level, and one. */
const DEPTHS: readonly Readonly<Record<string, number>>[] = [
  { 0: 1, 1: 4, 2: 5 },
  { 0: 1, 1: 2 },
  { '00': 7, '01': 6, 10: 8, 11: 8, 21: 10 },
  { 0: 6, 1: 5, 2: 4 },
];

/** Least common multiple of all depths: a share of a step is a whole number of these. */
const SHARES = 840;

export function scoreVersion4(text: string): number[] {
  const metrics = readMetrics(text, RULES);
  const value = (name: string) => effective(metrics, name);
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((name) => value(name) === 'N')) return [0];
  const levels = levelsOf(value);
  const score = macroScoreOf(levels)!;
  let distance = 0;
  let lowerCount = 0;
  for (const [set, lower] of lowerScoresOf(levels).entries()) {
    if (lower === undefined) continue;
    lowerCount += 1;
    // In the fifth set every level has one vector only: no distance.
    if (set < SETS.length) distance += (score - lower) * shareOf(set, levels, value);
  }
  if (lowerCount === 0) return [score / 10];
  // score - distance / (SHARES * lowerCount), in tenths, rounded half up without a fraction.
  const scale = SHARES * lowerCount;
  const tenths = Math.floor((2 * (score * scale - distance) + scale) / (2 * scale));
  return [Math.min(100, Math.max(0, tenths)) / 10];
}

/** A modified metric replaces the base metric; what is not defined counts as the worst case. */
function effective(metrics: Metrics, name: string): string {
  const modified = metrics.get(`M${name}`) ?? 'X';
  const own = modified === 'X' ? (metrics.get(name) ?? 'X') : modified;
  if (own !== 'X') return own;
  return name === 'E' ? 'A' : 'H';
}

/** The six equivalence sets (specification, tables 24 to 29). */
export interface MacroLevels {
  readonly eq1: number;
  readonly eq2: number;
  readonly eq3: number;
  readonly eq4: number;
  readonly eq5: number;
  readonly eq6: number;
}

function levelsOf(value: (name: string) => string): MacroLevels {
  const is = (name: string, wanted: string) => value(name) === wanted;
  const open = [is('AV', 'N'), is('PR', 'N'), is('UI', 'N')];
  const isAnyOpen = open.includes(true) && !is('AV', 'P');
  const isAnyVulnerable = is('VC', 'H') || is('VI', 'H') || is('VA', 'H');
  const isAnySubsequent = is('SC', 'H') || is('SI', 'H') || is('SA', 'H');
  const isSafety = is('SI', 'S') || is('SA', 'S');
  const isRequired = ['C', 'I', 'A'].some((x) => is(`${x}R`, 'H') && is(`V${x}`, 'H'));
  return {
    eq1: !open.includes(false) ? 0 : isAnyOpen ? 1 : 2,
    eq2: is('AC', 'L') && is('AT', 'N') ? 0 : 1,
    eq3: is('VC', 'H') && is('VI', 'H') ? 0 : isAnyVulnerable ? 1 : 2,
    eq4: isSafety ? 0 : isAnySubsequent ? 1 : 2,
    eq5: 'APU'.indexOf(value('E')),
    eq6: isRequired ? 0 : 1,
  };
}

/** Scores of the next lower MacroVector for each set; undefined where there is none. */
function lowerScoresOf(levels: MacroLevels): (number | undefined)[] {
  const lower = (changes: Partial<MacroLevels>) => macroScoreOf({ ...levels, ...changes });
  return [
    lower({ eq1: levels.eq1 + 1 }),
    lower({ eq2: levels.eq2 + 1 }),
    lowerThird(levels, lower),
    lower({ eq4: levels.eq4 + 1 }),
    lower({ eq5: levels.eq5 + 1 }),
  ];
}

/** From 00 two ways lead down: the higher score of the two counts. */
function lowerThird(
  { eq3, eq6 }: MacroLevels,
  lower: (changes: Partial<MacroLevels>) => number | undefined,
): number | undefined {
  if (eq6 === 1) return lower({ eq3: eq3 + 1 });
  const bySixth = lower({ eq6: 1 });
  if (eq3 === 1) return bySixth;
  const byThird = lower({ eq3: 1 });
  return Math.max(bySixth ?? 0, byThird ?? 0);
}

/** How far the vector lies below the highest of its level, as a share of the level's depth. */
function shareOf(set: number, levels: MacroLevels, value: (name: string) => string): number {
  const { eq1, eq2, eq3, eq4, eq6 } = levels;
  const level = [`${eq1}`, `${eq2}`, `${eq3}${eq6}`, `${eq4}`][set]!;
  const names = SETS[set]!;
  for (const highest of HIGHEST[set]![level]!) {
    const steps = names.map((name, at) => {
      const order = SEVERITY[name]!;
      return order.indexOf(value(name)) - order.indexOf(highest[at]!);
    });
    if (steps.every((step) => step >= 0)) {
      return steps.reduce((sum, step) => sum + step, 0) * (SHARES / DEPTHS[set]![level]!);
    }
  }
  return 0;
}
