// SPDX-License-Identifier: Apache-2.0
/** The service of this room: every act under a scope, every change on the ledger. */
import type { Scope, Store } from '@sakimori/store';
import * as attachments from './attachments.ts';
import { runBackground } from './background.ts';
import { runClocks } from './clocks.ts';
import { makeContext, type ReportContext } from './context.ts';
import * as copies from './copies.ts';
import * as drafts from './drafts.ts';
import { findStatistics } from './figures.ts';
import * as forms from './forms.ts';
import * as intake from './intake.ts';
import { previewReport } from './previewing.ts';
import * as proposals from './proposals.ts';
import { relatedToCopy } from './relating.ts';
import * as relays from './relays.ts';
import * as reports from './reports.ts';
import * as rules from './rules.ts';
import type { ReportOptions, ReportService } from './service.ts';
import * as settings from './settings.ts';
import { submitReport } from './submitting.ts';
import * as supplementing from './supplementing.ts';
import * as threads from './threads.ts';
import { findWaiting } from './waiting.ts';

/**
 * Makes the service.
 *
 * In     store; dated law, clock, random source; what the hub hands in (see `ReportOptions`)
 * Out    acts, as `ReportService` describes them
 * Never  decides who may act: the scope is given
 */
// biome-ignore lint/suspicious/noExplicitAny: a store of any tables will do
export function reportService(store: Store<any>, options: ReportOptions): ReportService {
  const context = makeContext(store, options);
  const act =
    <A extends unknown[], R>(work: (c: ReportContext, scope: Scope, ...rest: A) => R) =>
    (scope: Scope, ...rest: A): R =>
      work(context, scope, ...rest);
  return {
    reports: {
      submit: act(submitReport),
      supplement: act(supplementing.supplementReport),
      withdraw: act(supplementing.withdrawReport),
      told: act(relays.noteTold),
      list: act(reports.listReports),
      get: act(reports.getReport),
      preview: act(previewReport),
      form: act(forms.reportForm),
      answer: act(threads.answerAddressee),
    },
    drafts: {
      create: act(drafts.createDraft),
      list: act(drafts.listDrafts),
      get: act(drafts.getDraft),
      save: act(drafts.saveDraft),
      remove: act(drafts.removeDraft),
      submit: act(drafts.submitDraft),
      propose: act(proposals.proposeDrafts),
    },
    alerts: { take: act(proposals.takeAlerts) },
    attachments: {
      add: act(attachments.addAttachment),
      open: act(attachments.openAttachment),
      find: act(attachments.findAttachment),
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
    intake: {
      list: act(intake.listIntake),
      related: act(relatedToCopy),
      assign: act(intake.assignCopy),
      merge: act(intake.mergeReports),
      unmerge: act(intake.unmergeReports),
      merges: act(intake.listMerges),
      crisis: act(intake.crisisOf),
    },
    rules: {
      list: act(rules.listRules),
      propose: act(rules.proposeRule),
      decide: act(rules.decideRule),
      reader: async () => (await context.overlay.current()).ruleAt,
    },
    statistics: act(findStatistics),
    settings: { get: act(settings.getSettings), set: act(settings.setSettings) },
    waiting: act(findWaiting),
    clocks: { run: (nowMs: number) => runClocks(context, nowMs) },
    work: { run: (signal?: AbortSignal) => runBackground(context, signal) },
  };
}
