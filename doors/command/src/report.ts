// SPDX-License-Identifier: Apache-2.0
/** `sakimori report ...`: one subcommand a file; a new one is a line here. */
import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import type { HubPlace } from './hub-client.ts';
import { addReportImport } from './report-import.ts';
import { addReportObligations } from './report-obligations.ts';
import { addReportSubmit } from './report-submit.ts';
import { addReportValidate } from './report-validate.ts';

/** What the report commands need from outside, so that a test can hold it. */
export interface ReportSurroundings {
  readonly streams: {
    readonly stdin: Readable;
    readonly stdout: Writable;
    readonly stderr: Writable & { readonly isTTY?: boolean };
  };
  /** UTC milliseconds. */
  readonly now: () => number;
  /** Where the hub is and who we are. */
  readonly place: (hub: string | undefined) => HubPlace;
  readonly fetch: typeof fetch;
}

/** Adds `report` with its subcommands to the command line. */
export function addReportCommand(
  program: Command,
  surroundings: ReportSurroundings,
  exit: (code: number) => void,
): void {
  const report = program.command('report').description('incident reports');
  addReportObligations(report, surroundings, exit);
  addReportValidate(report, surroundings, exit);
  addReportImport(report, surroundings, exit);
  addReportSubmit(report, surroundings, exit);
}
