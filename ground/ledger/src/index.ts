// SPDX-License-Identifier: Apache-2.0
/** The tamper-evident log: entries, sequencer, checkpoints, proofs, verification. */
export * from './entry.ts';
export * from './entry-types.ts';
export { ledgerErrors } from './errors.ts';
export * from './note.ts';
export * from './sequencer.ts';
export * from './storage.ts';
