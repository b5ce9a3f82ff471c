// SPDX-License-Identifier: Apache-2.0
/** Duties to report: who must be told, why, until when. */
export {
  type ClockFacts,
  type ClockState,
  clockRulesAt,
  clockState,
  isExtendable,
} from './clock-state.ts';
export {
  compareObligations,
  type ObligationChange,
  type ObligationChangeKind,
} from './compare-obligations.ts';
export { addresseesAt } from './compile.ts';
export { obligationErrors } from './errors.ts';
export { findObligations } from './find-obligations.ts';
export {
  type AddresseeRule,
  type CalendarRules,
  type ClockRules,
  checkReportRules,
  type FormBlockRule,
  type FormRule,
  type FormRules,
  type ObligationRule,
  type ObligationRules,
  type ReportRuleSet,
  type RuleReader,
  readReportRules,
} from './rule-shapes.ts';
export type { ReportProgress } from './stage-clocks.ts';
