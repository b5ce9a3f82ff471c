// SPDX-License-Identifier: Apache-2.0
/** Reporting without a database, a clock or a network: records, duties, readers, indicators. */
export * from './calendar/index.ts';
export * from './forms/index.ts';
export * from './indicators/index.ts';
export * from './obligations/index.ts';
export * from './readers/index.ts';
export * from './record.ts';
export * from './related/index.ts';
export * from './shapes.ts';
export * from './statistics/index.ts';
