// SPDX-License-Identifier: Apache-2.0
/** Incident reports: told once, given to every addressee who must or may know. */
export * from './engine/index.ts';
export { refusedFields, reportErrors } from './errors.ts';
export type * from './ports.ts';
export * from './print/index.ts';
export { type FindPlaces, placeReceipts, type Unplaced, Unpublished } from './receipts.ts';
export { reportService } from './report.ts';
export type * from './service.ts';
