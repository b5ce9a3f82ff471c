// SPDX-License-Identifier: Apache-2.0
/** The rooms of this instance, handed to one another through their ports. */
import { randomBytes } from 'node:crypto';
import { ruleAt, ruleSet, ruleSets } from '@sakimori/law';
import { inventoryLookup, type RegisterService, registerService } from '@sakimori/register';
import {
  type FilesPort,
  type NotifyPort,
  type ReportService,
  reportService,
} from '@sakimori/report';
import type { OpenStore } from '@sakimori/store';
import {
  makeContext,
  productKeys,
  queueComputers,
  runMatchTasks,
  type WarnContext,
} from '@sakimori/warn';
import { type MatchWorker, startMatchWorker } from './match-worker.ts';
import { ledgerFigures, warningsAbout } from './report-ports.ts';

export interface Services {
  readonly register: RegisterService;
  readonly warn: WarnContext;
  readonly worker: MatchWorker;
  readonly reports: ReportService;
  /** Works off what reports leave behind: relations, changed rules, notices. */
  readonly reportWorker: MatchWorker;
  /** Says what follows when warnings were issued or withdrawn. */
  afterMatch(work: () => Promise<void>): void;
}

export interface ServiceParts {
  readonly store: OpenStore;
  /** Told of failures of the background work, in codes. */
  readonly failed: (error: unknown) => void;
  readonly files: FilesPort;
  /** Absent without a mail server: notices of reports then wait. */
  readonly notify: NotifyPort | undefined;
  /** An exercise is made of documentation addresses: they count as any other there. */
  readonly exercise: boolean;
}

/** Opens the rooms. Their background work runs until each worker is closed. */
export function openServices(parts: ServiceParts): Services {
  const { store, failed, files, notify, exercise } = parts;
  const clock = { now: () => Date.now() };
  const random = { bytes: randomByPage() };
  const warn = makeContext({ store, clock, random, register: inventoryLookup });
  let follow: () => Promise<void> = async () => {};
  const worker = startMatchWorker(async () => {
    const { tasks } = await runMatchTasks(warn);
    if (tasks > 0) await follow();
  }, failed);
  const register = registerService(store, {
    law: { ruleAt },
    clock,
    random,
    productKeys,
    onComputersChanged: async (db, change) => {
      await queueComputers(db, change, clock.now());
      worker.poke();
    },
  });
  const reports = reportService(store, {
    law: { ruleAt, ruleSet, ruleSets },
    clock,
    random,
    files,
    notify,
    exercise,
    warningsAbout: warningsAbout(warn),
    ledgerFigures: ledgerFigures(store),
    onWork: () => reportWorker.poke(),
  });
  const reportWorker = startMatchWorker(async (closing) => {
    await reports.work.run(closing);
  }, failed);
  return {
    register,
    warn,
    worker,
    reports,
    reportWorker,
    afterMatch(work) {
      follow = work;
    },
  };
}

const PAGE_BYTES = 4096;

/** Random bytes, asked for by the page: each asking costs more than the bytes. */
function randomByPage(): (count: number) => Uint8Array {
  let page = new Uint8Array(0);
  return (count) => {
    if (page.length < count) page = new Uint8Array(randomBytes(Math.max(PAGE_BYTES, count)));
    // A copy: who keeps some bytes must not keep the page with what others are given of it.
    const taken = page.slice(0, count);
    page = page.subarray(count);
    return taken;
  };
}
