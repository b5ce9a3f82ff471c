// SPDX-License-Identifier: Apache-2.0
/** The register: organisations, specified computers, imports, SBOMs, notifications. */
export type {
  ComputerFilter,
  ComputerInput,
  RegisteredComputer,
  RegisteredComputerDetail,
} from './computers.ts';
export type { RegisterOptions } from './context.ts';
export * from './engine/index.ts';
export { registerErrors } from './errors.ts';
export type { RegisterImport } from './imports.ts';
export { type InventoryLookup, inventoryLookup } from './inventory-lookup.ts';
export type { RegisterNotification } from './notifications.ts';
export type {
  OrganisationContact,
  OrganisationInput,
  RegisteredOrganisation,
} from './organisations.ts';
export type * from './ports.ts';
export { type RegisterService, registerService } from './register.ts';
export type { AttachedSbom } from './sboms.ts';
export type { ImportCounts, RegisterTables } from './tables.ts';
