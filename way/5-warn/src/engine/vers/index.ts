// SPDX-License-Identifier: Apache-2.0
export { compareVersions, isVersion, readVersion } from './compare.ts';
export { versFromNative } from './native/index.ts';
export type { Ordering } from './ordering.ts';
export { VERSION_LENGTH_MAX } from './ordering.ts';
export {
  type Comparator,
  type Constraint,
  containsVersion,
  formatVers,
  normaliseVers,
  parseVers,
  simplifyVers,
  type VersRange,
} from './range.ts';
export { orderedTypes, schemeOf } from './schemes/index.ts';
