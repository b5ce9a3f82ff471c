// SPDX-License-Identifier: Apache-2.0
/** The register's service: every act under a scope, every change on the ledger. */
import type { Scope, Store } from '@sakimori/store';
import * as computers from './computers.ts';
import { makeContext, type RegisterOptions } from './context.ts';
import * as imports from './imports.ts';
import * as notifications from './notifications.ts';
import * as organisations from './organisations.ts';
import * as sboms from './sboms.ts';

/**
 * Makes the service.
 *
 * In     store; dated law, clock and random source; keys of the match engine; who is told of
 *        changed computers (inside the transaction)
 * Out    acts; each takes the scope that authority gave. Reads run in `store.read`, changes in
 *        `store.change`, which answers with the outbox ids and places of the ledger entries
 * Never  decides who may act: the scope and the seat are given
 */
// biome-ignore lint/suspicious/noExplicitAny: a store of any tables will do
export function registerService(store: Store<any>, options: RegisterOptions) {
  const context = makeContext(store, options);
  /** The same act with the context filled in. */
  const act =
    <A extends unknown[], R>(work: (c: typeof context, scope: Scope, ...rest: A) => R) =>
    (scope: Scope, ...rest: A): R =>
      work(context, scope, ...rest);
  return {
    organisations: {
      create: act(organisations.createOrganisation),
      change: act(organisations.changeOrganisation),
      list: act(organisations.listOrganisations),
      setContacts: act(organisations.setContacts),
    },
    computers: {
      list: act(computers.listComputers),
      get: act(computers.getComputer),
      create: act(computers.createComputer),
      createMany: act(computers.createComputers),
      change: act(computers.changeComputer),
      retire: act(computers.retireComputer),
      numbers: act(computers.registerNumbers),
      attachSbom: act(sboms.attachSbom),
      listSboms: act(sboms.listSboms),
    },
    imports: {
      start: act(imports.startImport),
      get: act(imports.getImport),
      map: act(imports.mapImport),
      apply: act(imports.applyImport),
    },
    notifications: {
      list: act(notifications.listNotifications),
      get: act(notifications.getNotification),
      submit: act(notifications.submitNotification),
      relay: act(notifications.relayNotification),
      receive: act(notifications.receiveNotification),
      requestCorrection: act(notifications.requestCorrection),
    },
  };
}

export type RegisterService = ReturnType<typeof registerService>;
