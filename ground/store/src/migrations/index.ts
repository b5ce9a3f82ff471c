// SPDX-License-Identifier: Apache-2.0
/**
 * Every migration, in order. Numbers: 0001-0009 store, 0010-0019 identity, 0020-0029 register,
 * 0030-0039 warn, 0040-0049 hub, 0050-0059 report. One line here for each file beside this one.
 */
import type { Kysely } from 'kysely';
import * as organisation from './0001_organisation.ts';
import * as ledger from './0002_ledger.ts';
import * as idempotency from './0003_idempotency.ts';
import * as instance from './0004_instance.ts';
import * as job from './0005_job.ts';
import * as identity from './0010_identity.ts';
import * as computer from './0020_computer.ts';
import * as imports from './0021_import.ts';
import * as notification from './0022_notification.ts';
import * as vulnerability from './0030_vulnerability.ts';
import * as warning from './0031_warning.ts';
import * as notice from './0032_notice.ts';
import * as warningCounts from './0033_warning_counts.ts';
import * as addressee from './0050_addressee.ts';
import * as report from './0051_report.ts';
import * as reportWork from './0052_report_work.ts';

/** One step; `up` runs as the owner of the tables inside a transaction. */
export interface Step {
  up(db: Kysely<unknown>): Promise<void>;
}

export const migrations: Readonly<Record<string, Step>> = {
  '0001_organisation': organisation,
  '0002_ledger': ledger,
  '0003_idempotency': idempotency,
  '0004_instance': instance,
  '0005_job': job,
  '0010_identity': identity,
  '0020_computer': computer,
  '0021_import': imports,
  '0022_notification': notification,
  '0030_vulnerability': vulnerability,
  '0031_warning': warning,
  '0032_notice': notice,
  '0033_warning_counts': warningCounts,
  '0050_addressee': addressee,
  '0051_report': report,
  '0052_report_work': reportWork,
};
