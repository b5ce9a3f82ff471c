// SPDX-License-Identifier: Apache-2.0
/** Matching: what is on computers against what sources name. */
export { evaluateCriteria, type TreeReading } from './criteria.ts';
export { type InventoryIdentity, identityKey, readIdentity } from './identity.ts';
export * from './matcher.ts';
export { type PackageName, readPackage } from './names.ts';
export { confidenceOf } from './precedence.ts';
export { evaluateIdentity, postingsOfVulnerability } from './verdict.ts';
export { orderVersions, showRange } from './version-order.ts';
