// SPDX-License-Identifier: Apache-2.0
/** The tamper-evident log: entries, sequencer, checkpoints, proofs, verification. */
export * from './browser.ts';
export * from './disk-files.ts';
export {
  type LedgerEntryDraft,
  type SealContext,
  sealEntry,
  tagOf,
} from './entry.ts';
export { ledgerErrors } from './errors.ts';
export * from './memory-storage.ts';
export type { SeenCheckpoint, Witness } from './recovery.ts';
export * from './sequencer.ts';
export * from './signers.ts';
export * from './storage.ts';
