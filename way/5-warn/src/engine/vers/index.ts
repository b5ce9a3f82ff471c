// SPDX-License-Identifier: Apache-2.0
export { compareVersions, isVersion, readVersion } from './compare.ts';
export type { Ordering } from './ordering.ts';
export { VERSION_LENGTH_MAX } from './ordering.ts';
export { orderedTypes, schemeOf } from './schemes/index.ts';
