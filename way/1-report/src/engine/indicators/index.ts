// SPDX-License-Identifier: Apache-2.0
/** Indicators: lifted from text, shown harmlessly, checked against what must not be touched. */
export { defang, refang } from './defang.ts';
export { canonicalDomain, registeredDomain } from './host-names.ts';
export {
  asIndicator,
  type FoundIndicator,
  LIFT_CHARACTERS_MAX,
  LIFT_INDICATORS_MAX,
  type Lifting,
  type LiftOptions,
  liftIndicators,
  PASSED_OVER_MAX,
  readIndicators,
} from './lift.ts';
export {
  compileOwn,
  compileProtection,
  type ProtectedInfrastructure,
  type ProtectedList,
  type Protection,
  protectedBy,
} from './protection.ts';
