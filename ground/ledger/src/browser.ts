// SPDX-License-Identifier: Apache-2.0
/**
 * The door for verifying: nothing here needs Node, a disk or a secret key, so a web page can import
 * it (`@sakimori/ledger/verify`) and check a log and its receipts by itself. The console's ledger
 * viewer may import this door.
 */
export { equalBytes, fromBase64, toBase64, toHex } from './bytes.ts';
export { canonicalJson } from './canonical.ts';
export * from './checkpoint.ts';
export * from './commitments.ts';
export {
  ENTRY_BYTES_MAX,
  type EntryRefusal,
  type LedgerEntry,
  type ReadEntry,
  readEntry,
} from './entry.ts';
export * from './entry-types.ts';
export * from './merkle.ts';
export * from './merkle-case.ts';
export * from './note.ts';
export * from './proofs.ts';
export * from './tiles.ts';
export * from './tree.ts';
export * from './verify.ts';
