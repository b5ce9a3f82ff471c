// SPDX-License-Identifier: Apache-2.0
/** Statistics: pure sums, small counts protected, yearly figures from the ledger. */
export {
  type ProtectedTable,
  protectList,
  protectTable,
  type Shown,
  SMALLEST_SHOWN,
  TABLE_SIDE_MAX,
} from './small-counts.ts';
export { SPREAD_CASES_MIN, type Spread, spreadOf } from './spread.ts';
export {
  type Count,
  factOf,
  type IncidentFact,
  type IncidentStatistics,
  incidentStatistics,
  OTHER_SECTOR,
} from './statistics.ts';
export { type CountedEntry, protectYear, type YearlyFigures, yearlyFigures } from './yearly.ts';
