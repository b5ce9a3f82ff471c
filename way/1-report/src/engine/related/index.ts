// SPDX-License-Identifier: Apache-2.0
/** Duplicates and related reports: by shared values, with reasons. */
export {
  KEYS_MAX,
  keysOf,
  RELATION_KINDS,
  type RelationKey,
  type RelationKind,
  type ReportToRelate,
  TOLD_TWICE_HOURS,
} from './keys.ts';
export { CANDIDATES_MAX, RelationIndex, type Suggestion } from './relation-index.ts';
export {
  DEGREE_MAX,
  type Relation,
  type RelationNature,
  SCORE_MIN,
  scoreRelation,
} from './score.ts';
