// SPDX-License-Identifier: Apache-2.0
/**
 * Zod schemas of the wire shapes: what answers may hold (anything else is cut off), and the source
 * of the OpenAPI document. `same<T>` makes the compiler hold each to its type in vocabulary/wire.
 */
import { TLP } from '@sakimori/vocabulary';
import type * as wire from '@sakimori/vocabulary/wire';
import { z } from 'zod';

/** A schema whose output is exactly T. */
export const same =
  <T>() =>
  <S extends z.ZodType<T>>(schema: S): S =>
    schema;

export const text = same<wire.Text>()(z.object({ ja: z.string(), en: z.string() }));
export const word = z.string();
export const maybe = word.exactOptional();
export const count = z.number();

export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), total: count.exactOptional(), next: maybe });

const kind = z.enum([
  'operator',
  'office',
  'ministry',
  'police',
  'privacy-commission',
  'vendor',
  'commission',
  'carrier',
  'partner',
]);
const roleName = z.enum([
  'operator-admin',
  'operator-member',
  'office-analyst',
  'ministry-desk',
  'police-desk',
  'privacy-desk',
  'vendor',
  'commission',
  'auditor',
  'steward',
]);
const exposure = z.enum(['internet', 'partner', 'internal', 'isolated', 'unknown']);
const notificationState = z.enum([
  'not-required',
  'draft',
  'submitted',
  'relayed',
  'received',
  'correction-requested',
]);
const warningState = z.enum(['open', 'acknowledged', 'working', 'resolved', 'withdrawn']);
const confidence = z.enum(['high', 'medium', 'low']);

export const answerKind = z.enum([
  'seen',
  'working',
  'fixed',
  'mitigated',
  'not-affected',
  'false-positive',
]);
export const feedKind = z.enum(['kev', 'cve', 'cpe', 'csaf', 'epss', 'jvn']);

export const organisationBrief = same<wire.OrganisationBrief>()(
  z.object({ id: word, name: text, kind, sector: maybe, prefecture: maybe }),
);

export const organisationView = same<wire.OrganisationView>()(
  organisationBrief.extend({
    criticality: z.enum(['highest', 'high', 'normal']).exactOptional(),
    computers: count,
    openWarnings: count,
    silentWarnings: count,
    incompleteComputers: count,
    contacts: z.array(
      z.object({ name: word, email: word, order: count, language: z.enum(['ja', 'en']) }),
    ),
  }),
);

export const receiptReference = same<wire.ReceiptReference>()(
  z.object({ log: word, index: count }),
);
export const receipt = receiptReference.exactOptional();

export const timelineItem = same<wire.TimelineItem>()(
  z.object({ at: word, kind: word, text, receipt }),
);
const gotBackItem = same<wire.GotBackItem>()(z.object({ at: word, text, href: maybe }));
const sourceReference = same<wire.SourceReference>()(
  z.object({ name: word, id: word, url: maybe, retrieved: maybe }),
);

const boardNumbers = z.object({
  organisations: count,
  computers: count,
  affectedComputers: count,
  warned: count,
  acknowledged: count,
  silent: count,
  fixed: count,
});
const boardCell = same<wire.BoardCell>()(boardNumbers.extend({ key: word }));

export const vulnerabilityBrief = same<wire.VulnerabilityBrief>()(
  z.object({
    id: word,
    title: word,
    maker: maybe,
    product: maybe,
    exploited: z.boolean(),
    ransomware: z.boolean(),
    added: maybe,
    due: maybe,
    epss: count.exactOptional(),
    cvss: count.exactOptional(),
  }),
);

export const boardView = same<wire.BoardView>()(
  z.object({
    bySector: z.array(boardCell),
    byPrefecture: z.array(boardCell),
    totals: boardNumbers,
    latest: z.array(vulnerabilityBrief),
  }),
);

const quantiles = z.object({ median: count, p90: count }).exactOptional();

export const vulnerabilityDetail = same<wire.VulnerabilityDetail>()(
  vulnerabilityBrief.extend({
    description: word,
    requiredAction: maybe,
    sources: z.array(sourceReference),
    rules: z.array(text),
    exposure: z
      .object({
        numbers: boardNumbers,
        timeToWarnMs: quantiles,
        timeToAcknowledgeMs: quantiles,
        timeToFixMs: quantiles,
        organisations: z.array(
          z.object({
            organisation: organisationBrief,
            warning: word,
            state: warningState,
            computers: count,
            due: word,
            silent: z.boolean(),
          }),
        ),
        bySector: z.array(boardCell),
        byPrefecture: z.array(boardCell),
      })
      .exactOptional(),
  }),
);

const waitingItem = same<wire.WaitingItem>()(
  z.object({
    id: word,
    kind: z.enum([
      'warning',
      'question',
      'notification-due',
      'notification-relay',
      'notification-receive',
      'incomplete-register',
      'silent-operator',
      'feed-problem',
      'import-unfinished',
      'report-draft',
      'report-due',
      'report-message',
      'copy-new',
      'intake',
    ]),
    title: text,
    why: text,
    due: maybe,
    overdue: z.boolean(),
    href: word,
    verb: z.enum([
      'answer',
      'decide',
      'submit',
      'relay',
      'receive',
      'complete',
      'look',
      'continue',
      'report',
      'accept',
    ]),
    organisation: organisationBrief.exactOptional(),
    severity: z.enum(['urgent', 'soon', 'calm']),
  }),
);

export const homeView = same<wire.HomeView>()(
  z.object({
    waiting: z.array(waitingItem),
    register: z
      .object({
        computers: count,
        complete: count,
        notified: count,
        exposed: count,
        notRequired: count.exactOptional(),
        transitionDue: maybe,
      })
      .exactOptional(),
    gotBack: z.array(gotBackItem).exactOptional(),
    board: boardView.exactOptional(),
    warnings: z.object({ open: count, overdue: count, answered: count }).exactOptional(),
  }),
);

export const computerView = same<wire.ComputerView>()(
  z.object({
    id: word,
    organisation: organisationBrief,
    label: word,
    maker: maybe,
    product: maybe,
    model: maybe,
    version: maybe,
    role: maybe,
    site: maybe,
    prefecture: maybe,
    facility: maybe,
    exposure,
    owner: maybe,
    user: maybe,
    introduced: maybe,
    changed: maybe,
    retired: maybe,
    supportEnds: maybe,
    contact: maybe,
    cpe: maybe,
    purl: maybe,
    notification: notificationState,
    notificationDue: maybe,
    missing: z.array(z.object({ field: word, text })),
    openWarnings: count,
    revision: count,
  }),
);

export const warningBrief = same<wire.WarningBrief>()(
  z.object({
    id: word,
    organisation: organisationBrief,
    vulnerability: vulnerabilityBrief,
    state: warningState,
    tlp: z.enum(TLP),
    revision: count,
    issued: word,
    due: word,
    overdue: z.boolean(),
    computers: count,
    confidence,
    title: text,
    why: text,
  }),
);

const fieldChange = z.object({ field: word, before: maybe, after: maybe });

export const computerDetail = same<wire.ComputerDetail>()(
  computerView.extend({
    items: z.array(
      z.object({
        name: word,
        version: maybe,
        purl: maybe,
        cpe: maybe,
        source: z.enum(['row', 'sbom', 'api']),
      }),
    ),
    history: z.array(z.object({ at: word, by: word, changes: z.array(fieldChange), receipt })),
    warnings: z.array(warningBrief),
    timeline: z.array(timelineItem),
  }),
);

export const importView = same<wire.ImportView>()(
  z.object({
    id: word,
    organisation: organisationBrief,
    state: z.enum(['mapping', 'preview', 'applied', 'refused']),
    file: z.object({ name: word, bytes: count, kind: word, encoding: maybe }),
    columns: z.array(
      z.object({
        index: count,
        heading: word,
        samples: z.array(word),
        field: maybe,
        confidence: z.enum(['certain', 'likely', 'unsure']),
        remembered: z.boolean(),
      }),
    ),
    fields: z.array(z.object({ field: word, label: text, required: z.boolean() })),
    counts: z
      .object({
        rows: count,
        added: count,
        changed: count,
        unchanged: count,
        refused: count,
        missing: count,
        questions: count,
      })
      .exactOptional(),
    preview: z
      .array(
        z.object({
          line: count,
          label: word,
          effect: z.enum(['added', 'changed', 'unchanged']),
          maker: maybe,
          product: maybe,
          version: maybe,
          changes: z.array(fieldChange).exactOptional(),
        }),
      )
      .exactOptional(),
    refusals: z.array(z.object({ line: count, field: maybe, text })).exactOptional(),
    questions: z
      .array(
        z.object({
          id: word,
          text,
          lines: z.array(count),
          candidates: z.array(z.object({ value: word, label: word })),
          answer: maybe,
        }),
      )
      .exactOptional(),
    receipt,
  }),
);

export const warningDetail = same<wire.WarningDetail>()(
  warningBrief.extend({
    executive: text,
    analyst: text,
    actions: z.array(text),
    checks: z.array(text),
    dueReason: text,
    ask: text,
    affected: z.array(
      z.object({
        computer: z.object({ id: word, label: word, site: maybe, exposure }),
        item: word,
        verdict: z.enum(['affected', 'not-affected', 'cannot-decide']),
        confidence,
        reason: text,
        source: sourceReference,
      }),
    ),
    answers: z.array(
      z.object({
        id: word,
        kind: answerKind,
        at: word,
        by: word,
        computer: maybe,
        word: maybe,
        receipt,
      }),
    ),
    timeline: z.array(timelineItem),
    receipt,
    gotBack: z.array(gotBackItem),
  }),
);

export const feedRunView = same<wire.FeedRunView>()(
  z.object({
    id: word,
    kind: feedKind,
    source: word,
    state: z.enum(['running', 'applied', 'unchanged', 'refused']),
    started: word,
    finished: maybe,
    digest: maybe,
    counts: z.object({
      read: count,
      added: count,
      changed: count,
      refused: count,
      warnings: count,
    }),
    problem: text.exactOptional(),
    receipt,
  }),
);

export const feedView = same<wire.FeedView>()(
  z.object({
    kind: feedKind,
    title: text,
    url: maybe,
    lastApplied: maybe,
    records: count,
    runs: z.array(feedRunView),
  }),
);

export const notificationView = same<wire.NotificationView>()(
  z.object({
    id: word,
    organisation: organisationBrief,
    kind: z.enum(['first', 'supplementary', 'retirement']),
    state: notificationState,
    computers: count,
    submitted: maybe,
    relayed: maybe,
    received: maybe,
    due: maybe,
    overdue: z.boolean(),
    clause: word,
    receipts: z.array(z.object({ step: word, receipt: receiptReference })),
    changes: z
      .array(z.object({ computer: word, field: word, before: maybe, after: maybe }))
      .exactOptional(),
  }),
);

export const deskView = same<wire.DeskView>()(
  z.object({
    notifications: z.array(notificationView),
    sectors: z.array(z.object({ sector: word, label: text, numbers: boardNumbers })),
  }),
);

export const personView = same<wire.PersonView>()(
  z.object({
    id: word,
    name: word,
    email: word,
    organisation: organisationBrief,
    roles: z.array(roleName),
    lastSeen: maybe,
    passkeys: count,
    totp: z.boolean(),
  }),
);

export const keyView = same<wire.KeyView>()(
  z.object({
    id: word,
    name: word,
    prefix: word,
    actions: z.array(word),
    organisation: organisationBrief.exactOptional(),
    created: word,
    expires: maybe,
    lastUsed: maybe,
    revoked: maybe,
    secret: maybe,
  }),
);

export const policyView = same<wire.PolicyView>()(
  z.object({
    id: word,
    effect: z.enum(['permit', 'forbid']),
    title: text,
    ground: maybe,
    source: word,
  }),
);

export const whyView = same<wire.WhyView>()(
  z.object({ allowed: z.boolean(), because: z.array(text), policies: z.array(word) }),
);

export const ledgerView = same<wire.LedgerView>()(
  z.object({
    logs: z.array(
      z.object({
        name: word,
        origin: word,
        size: count,
        vkeys: z.array(word),
        publishedAt: maybe,
        bundlesPublic: z.boolean(),
        state: z.enum(['signing', 'refusing']),
        problem: text.exactOptional(),
      }),
    ),
  }),
);

export const ledgerEntryView = same<wire.LedgerEntryView>()(
  z.object({
    index: count,
    type: word,
    at: word,
    counts: z.record(z.string(), count),
    leafHash: word,
  }),
);

export const answerLinkView = same<wire.AnswerLinkView>()(
  z.object({
    warning: warningBrief,
    executive: text,
    actions: z.array(text),
    ask: text,
    kinds: z.array(answerKind),
    expires: word,
    answered: z.object({ kind: answerKind, at: word, receipt }).exactOptional(),
  }),
);

export const webhookView = same<wire.WebhookView>()(
  z.object({
    id: word,
    url: word,
    events: z.array(word),
    created: word,
    state: z.enum(['working', 'failing', 'stopped']),
    lastDelivered: maybe,
    problem: text.exactOptional(),
    secret: maybe,
  }),
);

export const suppressionView = same<wire.SuppressionView>()(
  z.object({
    id: word,
    product: word,
    rule: word,
    word,
    by: word,
    at: word,
    organisation: organisationBrief.exactOptional(),
  }),
);

export const oneTimeLinkView = same<wire.OneTimeLinkView>()(z.object({ url: word, expires: word }));
