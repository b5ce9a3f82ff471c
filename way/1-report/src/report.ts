// SPDX-License-Identifier: Apache-2.0
/** The service of this room: every act under a scope, every change on the ledger. */
import type { Scope, Store } from '@sakimori/store';
import { makeContext, type ReportContext } from './context.ts';
import * as copies from './copies.ts';
import * as drafts from './drafts.ts';
import * as forms from './forms.ts';
import * as relays from './relays.ts';
import * as reports from './reports.ts';
import type { ReportOptions } from './service.ts';
import { submitReport } from './submitting.ts';
import * as supplementing from './supplementing.ts';
import * as threads from './threads.ts';

/**
 * Makes the service.
 *
 * In     store; dated law, clock, random source; what the hub hands in (see `ReportOptions`)
 * Out    acts, as `ReportService` describes them
 * Never  decides who may act: the scope is given
 */
// biome-ignore lint/suspicious/noExplicitAny: a store of any tables will do
export function reportService(store: Store<any>, options: ReportOptions) {
  const context = makeContext(store, options);
  const act =
    <A extends unknown[], R>(work: (c: ReportContext, scope: Scope, ...rest: A) => R) =>
    (scope: Scope, ...rest: A): R =>
      work(context, scope, ...rest);
  return {
    reports: {
      submit: act(submitReport),
      list: act(reports.listReports),
      get: act(reports.getReport),
      supplement: act(supplementing.supplementReport),
      withdraw: act(supplementing.withdrawReport),
      told: act(relays.noteTold),
      answer: act(threads.answerAddressee),
      form: act(forms.reportForm),
    },
    drafts: {
      create: act(drafts.createDraft),
      list: act(drafts.listDrafts),
      get: act(drafts.getDraft),
      save: act(drafts.saveDraft),
      remove: act(drafts.removeDraft),
      submit: act(drafts.submitDraft),
    },
    copies: {
      list: act(copies.listCopies),
      get: act(copies.getCopy),
      form: act(forms.copyForm),
      accept: act(copies.acceptCopy),
      return: act(threads.returnCopy),
      message: act(threads.messageReporter),
      order: act(threads.orderCorrection),
      relay: act(relays.relayCopy),
      extend: act(relays.extendClock),
    },
  };
}
