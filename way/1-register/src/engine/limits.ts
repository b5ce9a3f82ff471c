// SPDX-License-Identifier: Apache-2.0
/** Bounds of everything that comes from outside. A file beyond them is refused, never cut. */

export const TABLE_LIMITS = {
  bytesMax: 32 * 1024 * 1024,
  rowsMax: 200_000,
  columnsMax: 200,
  fieldCharactersMax: 4_000,
  /** One record, with the line breaks inside its quotes. */
  recordBytesMax: 128 * 1024,
  recordLinesMax: 100,
  /** Refusals kept in full; beyond this they are only counted. */
  refusalsMax: 1_000,
} as const;

export const WORKBOOK_LIMITS = {
  bytesMax: 32 * 1024 * 1024,
  inflatedBytesMax: 256 * 1024 * 1024,
  entriesMax: 2_000,
  sharedStringsMax: 1_000_000,
  depthMax: 64,
} as const;

export const SBOM_LIMITS = {
  bytesMax: 64 * 1024 * 1024,
  componentsMax: 100_000,
  /** Nesting of the document itself (JSON brackets, XML elements). */
  depthMax: 128,
  fieldCharactersMax: 2_000,
} as const;

export type TableLimits = { readonly [K in keyof typeof TABLE_LIMITS]: number };
export type WorkbookLimits = { readonly [K in keyof typeof WORKBOOK_LIMITS]: number };
export type SbomLimits = { readonly [K in keyof typeof SBOM_LIMITS]: number };
