// SPDX-License-Identifier: Apache-2.0
/** The pure engine of the room: no store, no clock, no network. */
export * from './cpe-matching/index.ts';
export * from './vers/index.ts';
