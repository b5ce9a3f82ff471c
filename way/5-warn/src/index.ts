// SPDX-License-Identifier: Apache-2.0
/** Warnings: who is concerned by what, why, until when; told once, answered, counted. */
export {
  type AnswerLink,
  readAnswerLink,
  signAnswerLink,
} from './answer-link.ts';
export {
  ANSWER_KINDS,
  type Answer,
  type AnswerEffect,
  type AnswerResult,
  answerByLink,
  answerWarning,
  listGotBack,
  listSuppressions,
  removeSuppression,
  scopeOfLink,
} from './answers.ts';
export { catalogueAtom, makeFeedToken, organisationAtom, writeAtom } from './atom.ts';
export {
  type CatalogueChange,
  listCatalogueChanges,
  readCatalogue,
  recordExploitationInJapan,
} from './catalogue.ts';
export * from './context.ts';
export {
  type DocumentReport,
  openProvider,
  PROVIDER_LIMITS,
  type ProviderLimits,
  type ProviderWalk,
} from './csaf-provider.ts';
export { type Delivered, type DeliveryPorts, deliverNotices } from './deliver.ts';
export * from './egress.ts';
export { checkUrl, EGRESS_RULES, type EgressRules, type Resolver } from './egress-address.ts';
export { warnErrors } from './errors.ts';
export {
  type FeedRequest,
  type FeedResult,
  importFeed,
  listFeedRuns,
  readFeedRun,
} from './feed-import.ts';
export {
  type ChangedComputers,
  computersChanged,
  type MatchedTasks,
  queueComputers,
  runMatchTasks,
} from './match-tasks.ts';
export { productKeys } from './matching.ts';
export { type MailServer, makeMailer } from './notice-mail.ts';
export { escalateSilent, planDigests, remindOfDeadlines } from './notice-plan.ts';
export {
  listVulnerabilities,
  readBoard,
  readVulnerability,
  type VulnerabilityFilter,
} from './office.ts';
export type * from './ports.ts';
export { type WarningDocument, warningDocument } from './warning-document.ts';
export {
  type ListedWarning,
  listWarnings,
  proveWarning,
  readWarning,
  vulnerabilityBrief,
  type WarningFilter,
  type WarningProof,
} from './warning-reading.ts';
export { addWebhook, listWebhooks, removeWebhook, restartWebhook } from './webhooks.ts';
