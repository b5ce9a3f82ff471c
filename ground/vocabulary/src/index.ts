// SPDX-License-Identifier: Apache-2.0
/** Words and shapes that every room speaks. No I/O, no clock, no dependency. */
export * from './cpe-name.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './marks.ts';
export * from './products.ts';
export * from './purl.ts';
export { registeredPurlTypes } from './purl-types.ts';
export * from './times.ts';
