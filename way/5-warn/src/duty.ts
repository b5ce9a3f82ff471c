// SPDX-License-Identifier: Apache-2.0
/** What changed for those who must act. Every other edit of a source stays silent. */
import type { VulnerabilityFacts } from './facts.ts';

/** Closed list: an edit that is none of these never reaches anybody. */
export const DUTY_CHANGES = [
  'exploitation-known',
  'exploitation-withdrawn',
  'ransomware-known',
  'due-moved',
  'product-added',
  'action-changed',
  'rejected',
] as const;
export type DutyChange = (typeof DUTY_CHANGES)[number];

/** Changes for which a person is told at once and not with the next digest. */
export const IMMEDIATE_CHANGES: ReadonlySet<DutyChange> = new Set([
  'exploitation-known',
  'ransomware-known',
]);

/** The part of the facts that decides what someone must do; stored so that the next edit can be compared. */
export type DutyFacts = Pick<
  VulnerabilityFacts,
  | 'exploited'
  | 'ransomware'
  | 'sourceDueOn'
  | 'products'
  | 'automatable'
  | 'technicalImpact'
  | 'rejected'
>;

/**
 * Compares two states of a vulnerability.
 *
 * In   facts before and after an edit
 * Out  what changed for those who must act, in the order of DUTY_CHANGES; empty: nobody is told
 */
export function dutyChanges(before: DutyFacts, after: DutyFacts): DutyChange[] {
  const known = new Set(before.products);
  const changes: Record<DutyChange, boolean> = {
    'exploitation-known': after.exploited && !before.exploited,
    'exploitation-withdrawn': before.exploited && !after.exploited,
    'ransomware-known': after.ransomware && !before.ransomware,
    'due-moved':
      before.sourceDueOn !== undefined &&
      after.sourceDueOn !== undefined &&
      before.sourceDueOn !== after.sourceDueOn,
    'product-added': after.products.some((product) => !known.has(product)),
    // A decision point that became known moves the deadline of the risk model.
    'action-changed':
      before.automatable !== after.automatable || before.technicalImpact !== after.technicalImpact,
    rejected: after.rejected && !before.rejected,
  };
  return DUTY_CHANGES.filter((change) => changes[change]);
}
