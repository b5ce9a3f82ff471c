// SPDX-License-Identifier: Apache-2.0
/** Wires an instance together: data folder, database, ledger, rooms, server. No rules here. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ruleAt } from '@sakimori/law';
import { diskFiles } from '@sakimori/ledger';
import { type OpenStore, openDatabase, openStore, type Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import {
  EGRESS_RULES,
  type Egress,
  type MailerPort,
  makeEgress,
  makeMailer,
  readWarning,
} from '@sakimori/warn';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { answerMemory } from './answer-memory.ts';
import { attachmentFiles } from './attachment-files.ts';
import type { HubConfig } from './config.ts';
import { figuresOf, latestVulnerabilities } from './figures.ts';
import { alertRoutes } from './http/routes/alerts.ts';
import { backupRoutes } from './http/routes/backup.ts';
import { copyRoutes } from './http/routes/copies.ts';
import { eventRoutes } from './http/routes/events.ts';
import { feedRoutes } from './http/routes/feeds.ts';
import { healthRoutes } from './http/routes/health.ts';
import { homeRoutes } from './http/routes/home.ts';
import { importRoutes } from './http/routes/imports.ts';
import { intakeRoutes } from './http/routes/intake.ts';
import { ledgerRoutes } from './http/routes/ledger.ts';
import { notificationRoutes } from './http/routes/notifications.ts';
import { pageRoutes } from './http/routes/pages.ts';
import { peopleRoutes } from './http/routes/people.ts';
import { plainStyle, publicRoutes } from './http/routes/public.ts';
import { registerRoutes } from './http/routes/register.ts';
import { reportAttachmentRoutes } from './http/routes/report-attachments.ts';
import { reportDraftRoutes, reportFileRoutes } from './http/routes/report-drafts.ts';
import { reportFormRoutes } from './http/routes/report-forms.ts';
import { reportImportRoutes } from './http/routes/report-import.ts';
import type { ReportParts } from './http/routes/report-parts.ts';
import { reportReadingRoutes } from './http/routes/report-reading.ts';
import { reportSubmitRoutes } from './http/routes/report-submit.ts';
import { ruleRoutes } from './http/routes/rules.ts';
import { settingRoutes } from './http/routes/settings.ts';
import { type ServedLog, tileRoutes } from './http/routes/tiles.ts';
import { vulnerabilityRoutes } from './http/routes/vulnerabilities.ts';
import { warningRoutes } from './http/routes/warnings.ts';
import { createServer } from './http/server.ts';
import { type Identity, identityRoutes, openIdentity } from './identity/index.ts';
import { type InstanceFacts, openInstanceFacts } from './instance-file.ts';
import { type OrganisationNames, organisationNames } from './organisations.ts';
import { receiptsOf } from './receipts.ts';
import { reportNotices } from './report-ports.ts';
import { resourcesOf } from './resources.ts';
import { makeSandbox, type Sandbox } from './sandbox.ts';
import { readMailServer, startSchedule } from './schedule.ts';
import { openServices, type Services } from './services.ts';
import { type InstanceKeys, openInstanceKeys } from './signing.ts';
import { witnessAt } from './witnesses.ts';

/** An instance that is open but does not listen yet. */
export interface Instance {
  readonly app: FastifyInstance;
  readonly store: OpenStore;
  readonly facts: InstanceFacts;
  /** True at the very first start. */
  readonly isNew: boolean;
  readonly identity: Identity;
  readonly services: Services;
  /** Serves attachments, apart from the app; listens when it is told to. */
  readonly sandbox: Sandbox;
  close(): Promise<void>;
}

export interface InstanceParts {
  readonly config: HubConfig;
  readonly version: string;
  /** Folder of the built console, if there is one. */
  readonly consoleFolder: string;
  /** Fixed words about what is being done, for the person at the terminal. */
  readonly say: (message: string) => void;
}

/**
 * Opens an instance.
 *
 * Throws  catalogue errors of store and ledger: folder in use, refuses to sign, wrong version
 */
export async function openInstance(parts: InstanceParts): Promise<Instance> {
  const { config, say } = parts;
  const logger = pino({ level: config.logLevel, base: null }, pino.destination(2));
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of closers.reverse()) await step();
  };
  try {
    const { facts, isNew } = openFacts(config);
    const keys = openInstanceKeys(config.dataFolder, facts.origin);
    const database = await openDatabase({
      folder: config.dataFolder,
      databaseUrl: config.databaseUrl,
      log: say,
    });
    closers.push(() => database.close());
    const logName = facts.world === 'exercise' ? 'exercise' : 'operations';
    const files = diskFiles(join(config.dataFolder, 'ledger', logName));
    const store = await openStore({
      database,
      exercise: facts.world === 'exercise',
      origin: facts.origin,
      signers: keys.signers,
      files,
      tagKey: keys.tagKey,
      clock: { nowMs: Date.now },
      witnesses: config.witnessedCheckpoints.map(witnessAt),
      log: (message) => logger.warn(message),
    });
    closers.push(() => store.close());
    const log: ServedLog = {
      name: logName,
      files,
      vkeys: keys.vkeys,
      bundlesPublic: facts.world === 'exercise',
    };
    const identity = await openIdentity(store.as<never>(), {
      publicUrl: config.publicUrl,
      dataFolder: config.dataFolder,
      world: facts.world,
      instanceName: 'Sakimori',
      oidc: config.oidc,
      log: (level, message) => logger[level](message),
    });
    const names = organisationNames(store);
    const mail = openMailer(config, closers);
    const attachments = attachmentFiles(config.dataFolder);
    const services = openServices({
      store,
      files: attachments,
      exercise: facts.world === 'exercise',
      notify: mail && noticesBy(mail, config, facts, () => services.register),
      failed: (error) => {
        const { code, name } = error as { code?: string; name?: string };
        logger.error({ code: code ?? name }, 'background work failed; it is tried again');
      },
    });
    closers.push(() => services.worker.close());
    closers.push(() => services.reportWorker.close());
    const sandbox = openSandbox(config, attachments.stream);
    closers.push(() => sandbox.close());
    const egress = makeEgress(egressRulesOf(config));
    const schedule = await startSchedule({
      config,
      store,
      warn: services.warn,
      reports: services.reports,
      mail,
      identity,
      worker: services.worker,
      egress,
      linkKey: keys.linkKey,
      exercise: facts.world === 'exercise',
      instance: INSTANCE_NAMES[facts.world],
      log: (message) => logger.warn(message),
    });
    closers.push(() => schedule.close());
    services.afterMatch(() => schedule.deliver());
    const wiring: Wiring = {
      parts,
      store,
      facts,
      log,
      logger,
      identity,
      names,
      keys,
      services,
      egress,
      mail,
      sandbox,
    };
    const app = await serve(wiring);
    closers.push(() => app.close());
    return { app, store, facts, isNew, identity, services, sandbox, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The mail server, where there is one; it is let go with the instance. */
function openMailer(config: HubConfig, closers: (() => Promise<void>)[]): MailerPort | undefined {
  const server = readMailServer(config.smtpUrl, config.mailFrom);
  if (!server) return undefined;
  const mail = makeMailer(server);
  closers.push(async () => mail.close());
  return mail;
}

function noticesBy(
  mailer: MailerPort,
  config: HubConfig,
  facts: InstanceFacts,
  register: () => Services['register'],
) {
  const instance = INSTANCE_NAMES[facts.world];
  return reportNotices({ register, mailer, consoleUrl: config.publicUrl, instance });
}

function openSandbox(
  config: HubConfig,
  open: (sha256: string) => Promise<Readable | undefined>,
): Sandbox {
  const port = config.sandbox.port ?? config.port + 1;
  return makeSandbox({
    publicUrl: config.sandbox.url,
    host: config.host,
    port,
    nowMs: Date.now,
    open,
  });
}

function openFacts(config: HubConfig): { facts: InstanceFacts; isNew: boolean } {
  const world = config.empty && process.env.SAKIMORI_EXERCISE !== '1' ? 'real' : 'exercise';
  return openInstanceFacts(config.dataFolder, {
    world,
    origin: `${new URL(config.publicUrl).host}/ledger/${world === 'real' ? 'operations' : world}`,
  });
}

/** Everything that route groups are made of. */
interface Wiring {
  readonly parts: InstanceParts;
  readonly store: OpenStore;
  readonly facts: InstanceFacts;
  readonly log: ServedLog;
  readonly logger: Logger;
  readonly identity: Identity;
  readonly names: OrganisationNames;
  readonly keys: InstanceKeys;
  readonly services: Services;
  readonly egress: Egress;
  readonly mail: MailerPort | undefined;
  readonly sandbox: Sandbox;
}

function healthOf(store: OpenStore): () => Promise<readonly string[]> {
  return async () => {
    const found: string[] = [];
    await store.ping().catch(() => found.push('STORE_UNAVAILABLE'));
    const ledger = store.ledgerStatus();
    if (ledger?.state !== 'running') found.push(ledger?.failure ?? 'LOG_STOPPED');
    return found;
  };
}

async function serve(wiring: Wiring): Promise<FastifyInstance> {
  const { parts, store, facts, log, logger, identity, names, keys } = wiring;
  const { register, warn, worker, reports } = wiring.services;
  const { egress, mail, sandbox } = wiring;
  const egressRules = egressRulesOf(parts.config);
  const receipts = receiptsOf(store);
  const figures = figuresOf(store);
  const ofComputer = async (scope: Scope, computerId: string) => {
    const ids = await figures.warningIdsOfComputer(scope, computerId);
    return Promise.all(ids.map((id) => readWarning(warn, scope, id)));
  };
  const organisation = (id: string) => names.find(id);
  const reporting: ReportParts = { service: reports, receipts, sandbox, now: Date.now };
  return createServer({
    context: { world: facts.world },
    memory: answerMemory(store),
    logger,
    version: parts.version,
    principalOf: (request) => identity.sessionFrom(request.headers),
    groups: [
      (app) => healthRoutes(app, { problems: healthOf(store), metrics: new Registry() }),
      (app) => tileRoutes(app, [log]),
      (app) =>
        identityRoutes(app, {
          identity,
          options: {
            publicUrl: parts.config.publicUrl,
            world: facts.world,
            instance: () => ({
              name: INSTANCE_NAMES[facts.world],
              exercise: facts.world === 'exercise',
              version: parts.version,
              now: toInstant(Date.now()),
            }),
            organisation,
            ...(mail && { mailLink: linkMailer(mail, parts.config.publicUrl) }),
          },
        }),
      (app) =>
        registerRoutes(app, {
          register,
          names,
          receipts,
          figures: { ...figures, ofComputer },
        }),
      (app) => importRoutes(app, { register, receipts }),
      (app) =>
        notificationRoutes(app, {
          register,
          receipts,
          sectorNumbers: async (scope) =>
            new Map((await figures.board(scope)).bySector.map((cell) => [cell.key, cell])),
          sectorName,
        }),
      (app) => ledgerRoutes(app, { log, origin: facts.origin, store, tagKey: keys.tagKey }),
      (app) => peopleRoutes(app, { identity, organisation, resourceOf: resourcesOf(store, names) }),
      (app) => warningRoutes(app, { warn, linkKey: keys.linkKey }),
      (app) =>
        homeRoutes(app, {
          register,
          warn,
          reports,
          figures,
          receipts,
          latest: latestVulnerabilities(store),
        }),
      ...reportGroups(reporting),
      (app) => vulnerabilityRoutes(app, warn),
      (app) =>
        publicRoutes(app, {
          warn,
          publicUrl: parts.config.publicUrl,
          exercise: facts.world === 'exercise',
        }),
      (app) => plainStyle(app),
      (app) => eventRoutes(app, store),
      (app) => feedRoutes(app, { warn, egress, applied: () => worker.poke() }),
      (app) => settingRoutes(app, { warn, egressRules, changed: () => worker.poke() }),
      (app) => backupRoutes(app, { targets: store.targets, folder: parts.config.dataFolder }),
      (app) => pageRoutes(app, parts.consoleFolder),
    ],
  });
}

/** Routes of incident reports: the reporter's side, the addressees', the office's, the rules. */
const reportGroups = (parts: ReportParts) =>
  [
    reportSubmitRoutes,
    reportImportRoutes,
    reportReadingRoutes,
    reportFormRoutes,
    reportDraftRoutes,
    reportFileRoutes,
    reportAttachmentRoutes,
    alertRoutes,
    copyRoutes,
    intakeRoutes,
    ruleRoutes,
  ].map((declare) => (app: FastifyInstance) => declare(app, parts));

/** Mails a sign-in link to the person herself. */
function linkMailer(mail: MailerPort, publicUrl: string) {
  return async (link: { readonly url: string; readonly email: string }): Promise<void> => {
    await mail.send({
      to: link.email,
      subject: 'サインイン用リンク / Your sign-in link',
      text: [
        '次のリンクは 15 分以内に 1 回だけ使えます。心当たりがなければ、この知らせを破棄してください。',
        'This link works once, within 15 minutes. If you did not ask for it, discard this notice.',
        '',
        link.url,
      ].join('\n'),
      language: 'ja',
      messageId: `<${randomUUID()}@${new URL(publicUrl).hostname}>`,
    });
  };
}

const egressRulesOf = (config: HubConfig) => ({
  ...EGRESS_RULES,
  loopbackAllowed: config.allowLoopbackFetch,
});

/** Name of a sector as dated law has it today. */
function sectorName(sector: string): Text {
  const { sectors } = ruleAt<{ sectors: { id: string; ja: string; en: string }[] }>(
    'sectors',
    Date.now(),
  ).value;
  const found = sectors.find(({ id }) => id === sector);
  return { ja: found?.ja ?? sector, en: found?.en ?? sector };
}

const INSTANCE_NAMES = {
  exercise: { ja: '防人（演習）', en: 'Sakimori (exercise)' },
  real: { ja: '防人', en: 'Sakimori' },
};
