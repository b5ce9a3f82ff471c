// SPDX-License-Identifier: Apache-2.0
/** Bounds of everything that comes from outside. A file beyond them is refused, never cut. */

export const TABLE_LIMITS: TableLimits = {
  bytesMax: 32 * 1024 * 1024,
  rowsMax: 200_000,
  columnsMax: 200,
  fieldCharactersMax: 4_000,
  recordBytesMax: 128 * 1024,
  recordLinesMax: 100,
  refusalsMax: 1_000,
};

export const WORKBOOK_LIMITS: WorkbookLimits = {
  bytesMax: 32 * 1024 * 1024,
  inflatedBytesMax: 256 * 1024 * 1024,
  entriesMax: 2_000,
  sharedStringsMax: 1_000_000,
  depthMax: 64,
};

export const SBOM_LIMITS: SbomLimits = {
  bytesMax: 64 * 1024 * 1024,
  componentsMax: 100_000,
  depthMax: 128,
  fieldCharactersMax: 2_000,
};

export interface TableLimits {
  readonly bytesMax: number;
  readonly rowsMax: number;
  readonly columnsMax: number;
  readonly fieldCharactersMax: number;
  /** One record, with the line breaks inside its quotes. */
  readonly recordBytesMax: number;
  readonly recordLinesMax: number;
  /** Refusals kept in full; beyond this they are only counted. */
  readonly refusalsMax: number;
}

export interface WorkbookLimits {
  readonly bytesMax: number;
  readonly inflatedBytesMax: number;
  readonly entriesMax: number;
  readonly sharedStringsMax: number;
  readonly depthMax: number;
}

export interface SbomLimits {
  readonly bytesMax: number;
  readonly componentsMax: number;
  /** Nesting of the document itself (JSON brackets, XML elements). */
  readonly depthMax: number;
  readonly fieldCharactersMax: number;
}
