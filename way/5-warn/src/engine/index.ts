// SPDX-License-Identifier: Apache-2.0
/** The pure engine of the room: no store, no clock, no network. */
export * from './cpe-matching/index.ts';
export * from './cvss/index.ts';
export * from './feeds/index.ts';
export * from './match/index.ts';
export * from './shapes.ts';
export * from './vers/index.ts';
