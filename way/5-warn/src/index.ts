// SPDX-License-Identifier: Apache-2.0
/** Warnings: who is concerned by what, why, until when; told once, answered, counted. */
export * from './context.ts';
export * from './egress.ts';
export { EGRESS_RULES, type EgressRules, type Resolver } from './egress-address.ts';
export { warnErrors } from './errors.ts';
export { type FeedRequest, type FeedResult, importFeed, listFeedRuns, readFeedRun } from './feed-import.ts';
export {
  type ChangedComputers,
  computersChanged,
  type MatchedTasks,
  queueComputers,
  runMatchTasks,
} from './match-tasks.ts';
export { productKeys } from './matching.ts';
export { escalateSilent, planDigests, remindOfDeadlines } from './notice-plan.ts';
export type * from './ports.ts';
