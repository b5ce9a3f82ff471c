// SPDX-License-Identifier: Apache-2.0
/** The store: PostgreSQL, embedded or server; row-level security; changes that are on the ledger. */
export { type BackupOptions, backup } from './backup.ts';
export type * from './backup-format.ts';
export { type DatabaseTargets, readTargets } from './database.ts';
export { type EmbeddedServer, startEmbedded } from './embedded.ts';
export { storeErrors } from './errors.ts';
export { type FolderLock, lockFolder } from './folder-lock.ts';
export {
  APPLICATION_ROLE,
  guardByLedger,
  guardByTenant,
  guardByTenants,
  openToAll,
} from './guards.ts';
export { type Job, type JobCounts, type JobRequest, type Jobs, openJobs } from './jobs.ts';
export { prepareDatabase, releaseLevel } from './migrate.ts';
export {
  type DatabaseOptions,
  type OpenDatabase,
  type OpenStore,
  openDatabase,
  openStore,
  type StoreOptions,
} from './open.ts';
export { type RestoreOptions, restore } from './restore.ts';
export { copyRows, insertRows } from './rows.ts';
export { keepSecret } from './secrets.ts';
export type * from './store.ts';
export type * from './tables.ts';
