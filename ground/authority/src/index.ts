// SPDX-License-Identifier: Apache-2.0
/** Who may do what, on which ground, for which purpose. Pure: no clock, no network, no database. */
export * from './actions.ts';
export * from './decide.ts';
export * from './errors.ts';
export * from './list-filter.ts';
export { POLICY_DIGEST, POLICY_RULES, type PolicyRule, policyRule } from './policies.ts';
export * from './principal.ts';
export * from './roles.ts';
