// SPDX-License-Identifier: Apache-2.0
/** The pure engine of the register: files to facts, differences, duties. No database, no clock. */
export * from './computers.ts';
export * from './differences.ts';
export * from './duties.ts';
export * from './exports.ts';
export * from './fields.ts';
export * from './headings.ts';
export * from './identities.ts';
export * from './imports.ts';
export * from './limits.ts';
export * from './notifications.ts';
export * from './prefectures.ts';
export * from './questions.ts';
export * from './refusals.ts';
export * from './registration-rules.ts';
export { readSbom } from './sbom/read.ts';
export * from './sbom/shapes.ts';
export * from './tables.ts';
export { ENCODING_NAMES, findEncoding, type TextEncoding } from './text-lines.ts';
export * from './values.ts';
export { isCompoundFile, isZip, readWorkbook } from './workbooks.ts';
