// SPDX-License-Identifier: Apache-2.0
/** Who somebody is: signing in, people and their roles, API keys. */
export { identityErrors } from './errors.ts';
export * from './identity.ts';
export { actionsForKey } from './keys.ts';
export { openIdentity } from './open-identity.ts';
export { type IdentityRoutesOptions, identityRoutes, type SessionAnswer } from './routes.ts';
export { ownerTokenPath } from './secret-file.ts';
export type { IdentityTables } from './tables.ts';
