// SPDX-License-Identifier: Apache-2.0
/** Kills hub and database while reports come in, and looks afterwards at what became of each. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundlePath, diskFiles, readBundle, verifyLog } from '@sakimori/ledger';
import pg from 'pg';
import { readHubConfig } from '../src/config.ts';
import { type Instance, openInstance } from '../src/instance.ts';
import {
  ask,
  processesOn,
  type RunningHub,
  seeded,
  signInByPrintedLink,
  startHub,
  until,
} from './running-hub.ts';

const SENDERS = 8;
const DAY_MS = 86_400_000;
/** Every so many reports one is told so late that its clocks have run out already. */
const LATE_EVERY = 3;

export interface KillPlan {
  readonly reports: number;
  /** Who is killed, each after an equal part of the reports was answered. */
  readonly victims: readonly ('hub' | 'database')[];
  readonly seed: number;
}

/** One report, as its sender knows it. */
interface Sent {
  readonly key: string;
  readonly reference: string;
  /** Address that no other report names. */
  readonly address: string;
  /** Set once it was answered. */
  id?: string;
  copies?: readonly string[];
}

function plan(count: number, seed: number): Sent[] {
  return Array.from({ length: count }, (_, n) => ({
    key: `kill-${seed}-${n}-key`,
    reference: `kill-${seed}-${n}`,
    address: `2001:db8:${(n + 1).toString(16)}::1`,
  }));
}

function bodyOf({ reference, address }: Sent, n: number) {
  const daysAgo = n % LATE_EVERY === 0 ? 90 : 1;
  return {
    acceptDataUse: true,
    record: {
      reference,
      kind: 'ransomware',
      awareness: { at: new Date(Date.now() - daysAgo * DAY_MS).toISOString(), how: 'monitoring' },
      title: reference,
      outline: `${reference}: 業務用サーバーの一部でファイルを開けなくなりました。`,
      status: 'ongoing',
      malicious: true,
      indicators: [{ type: 'ipv6', value: address, role: 'attacker' }],
      contacts: [{ name: 'CSIRT', phone: '000', allDay: true }],
      consent: { police: true },
    },
  };
}

/** The instance as its clients and its killer see it; the hub in it changes. */
interface Scene {
  readonly folder: string;
  hub: RunningHub;
  cookie: string;
}

/** Sends until it is answered, always with the same key: as every client of ours does. */
async function submit(scene: Scene, sent: Sent, body: object): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const said = await ask(scene.hub, scene.cookie, 'POST', '/api/v1/reports', body, {
      'idempotency-key': sent.key,
    }).catch((error) => {
      // A connection that breaks says nothing about what was done.
      if (error instanceof TypeError) return undefined;
      throw error;
    });
    if (said?.status === 200) {
      const { id, duties } = said.body;
      const copies = duties.flatMap((duty: { deliveries: { id: string }[] }) =>
        duty.deliveries.map((delivery) => delivery.id),
      );
      assert.equal(sent.id ?? id, id, `${sent.reference} is another report now`);
      Object.assign(sent, { id, copies });
      return;
    }
    assert.ok(said === undefined || said.status >= 500, `${said?.status} ${said?.body.detail}`);
    await sleep(Math.min(40 * 2 ** tries, 500));
  }
}

/** The same body each time, whatever the time: it is made once. */
async function sendAll(scene: Scene, all: readonly Sent[], answered: () => void): Promise<void> {
  const bodies = all.map((sent, n) => bodyOf(sent, n));
  let next = 0;
  const sender = async () => {
    while (next < all.length) {
      const n = next;
      next += 1;
      await submit(scene, all[n] as Sent, bodies[n] as object);
      answered();
      // Once more, as somebody who is not sure presses again.
      if (n % 5 === 0) await submit(scene, all[n] as Sent, bodies[n] as object);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

async function kill(scene: Scene, victim: 'hub' | 'database'): Promise<void> {
  if (victim === 'hub') {
    await scene.hub.end('SIGKILL');
  } else {
    const pidFile = join(scene.folder, 'postgres', 'postmaster.pid');
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
    // The hub starts its database again by itself, and nobody helps.
    await until(() => isReady(scene.hub));
    return;
  }
  scene.hub = await startHub(scene.folder);
  assert.ok(await isReady(scene.hub), 'started again, and not ready');
}

async function isReady(hub: RunningHub): Promise<boolean> {
  return fetch(`${hub.url}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function killAll(
  scene: Scene,
  { victims, reports, seed }: KillPlan,
  answered: () => number,
): Promise<void> {
  const random = seeded(seed);
  for (const [n, victim] of victims.entries()) {
    const after = ((n + 1) * reports) / (victims.length + 1);
    await until(() => answered() >= after);
    await sleep(Math.floor(random() * 120));
    await kill(scene, victim);
  }
}

/** What the tables hold. */
async function readTables({ store }: Instance) {
  const client = new pg.Client(store.targets.owner);
  try {
    await client.connect();
    await client.query("set sakimori.reach = 'backup'");
    const rows = async (text: string) => (await client.query(text)).rows;
    return {
      reports: await rows(`select r.reference, r.report_id as id,
          (select count(*)::int from report_submission s where s.report_id = r.report_id) as said,
          (select count(*)::int from report_duty d where d.report_id = r.report_id) as duties,
          (select coalesce(array_agg(c.copy_id order by c.copy_id), '{}') from report_copy c
            where c.report_id = r.report_id) as copies,
          (select coalesce(array_agg(k.key), '{}') from report_key k
            where k.report_id = r.report_id and k.kind = 'indicator') as addresses,
          (select count(*)::int from report_submission s join ledger_entry e
            on e.outbox_id = s.outbox_id where s.report_id = r.report_id) as entries
        from report r where r.reference like 'kill-%'`),
      tasks: await rows('select task_id from report_task'),
      notices: await rows(`select key from report_notice where key like 'arrived:%'`),
      desks: await rows('select distinct desk_id as id from report_copy'),
      overdue: await rows(`select d.report_id, d.rule, count(k.kind)::int as said
        from report_duty d join report r on r.report_id = d.report_id
        left join report_reminder k on k.report_id = d.report_id and k.rule = d.rule
          and k.stage = d.due_stage and k.kind like 'overdue %'
        where r.reference like 'kill-%' and d.due_at_ms < extract(epoch from now()) * 1000
        group by 1, 2`),
      reminders: await rows(`select report_id, rule, stage from report_reminder
        where kind like 'overdue %'`),
    };
  } finally {
    await client.end();
  }
}

/**
 * One more round of everything that is done behind the scenes, then another that finds nothing.
 * Out: what the tables hold then.
 */
async function finishWork(folder: string) {
  const config = readHubConfig(
    ['--data', folder, '--port', '0'],
    { SAKIMORI_LOG: 'silent' },
    folder,
  );
  const parts = { config, version: '0.0.0-test', consoleFolder: join(folder, 'no-console') };
  const instance = await openInstance({ ...parts, say: () => {} });
  try {
    const { clocks, work } = instance.services.reports;
    await clocks.run(Date.now());
    await work.run();
    const again = await clocks.run(Date.now());
    assert.deepEqual([again.overdue, again.escalated], [0, 0], 'said twice');
    return await readTables(instance);
  } finally {
    await instance.close();
  }
}

async function entriesOf(folder: string, vkeys: readonly string[]) {
  const files = diskFiles(join(folder, 'ledger', 'exercise'));
  const log = await verifyLog({ read: (path) => files.read(path), vkeys });
  assert.ok(log.ok, JSON.stringify(log.problems.slice(0, 5)));
  assert.equal(log.entries, log.size);
  const entries: { type: string; refs?: string[] }[] = [];
  for (let from = 0; from < log.size; from += 256) {
    const bytes = await files.read(bundlePath(from / 256, Math.min(256, log.size - from)));
    for (const entry of (bytes && readBundle(bytes)) ?? []) {
      entries.push(JSON.parse(Buffer.from(entry).toString()));
    }
  }
  return entries;
}

type Tables = Awaited<ReturnType<typeof readTables>>;

function checkReports(all: readonly Sent[], { reports }: Tables): void {
  assert.equal(reports.length, all.length, 'as many reports as were sent');
  const byReference = new Map(reports.map((row) => [row.reference, row]));
  for (const sent of all) {
    const row = byReference.get(sent.reference);
    assert.ok(row, `${sent.reference} was lost`);
    assert.equal(row.id, sent.id, `${sent.reference} was answered as another report`);
    assert.deepEqual([row.said, row.entries], [1, 1], `${sent.reference}: once, on the ledger`);
    assert.ok(row.duties > 0, `${sent.reference} has no duties`);
    assert.deepEqual(row.copies, [...(sent.copies ?? [])].sort(), `copies of ${sent.reference}`);
    assert.ok(row.copies.length > 0, `${sent.reference} was delivered to nobody`);
    assert.deepEqual(row.addresses, [`indicator:ipv6:${sent.address}`], 'related once');
  }
}

function checkWork(tables: Tables, entries: readonly { type: string; refs?: string[] }[]): void {
  assert.deepEqual(tables.tasks, [], 'work was left behind');
  for (const { id } of tables.desks) {
    assert.ok(
      tables.notices.some(({ key }) => key.startsWith(`arrived:${id}:`)),
      `${id} was not told`,
    );
  }
  assert.ok(tables.overdue.length > 0, 'some were late');
  for (const one of tables.overdue) {
    assert.equal(one.said, 1, `${one.report_id} ${one.rule}: overdue is said once`);
  }
  const said = entries.filter(({ type }) => type === 'report.overdue').length;
  assert.equal(said, tables.reminders.length, 'every reminder has its entry, and only one');
}

/**
 * Submits reports over HTTP while hub and database are killed.
 *
 * In      how many reports, who is killed, the seed of the instants; told of what happened
 * Throws  an assertion when a report is lost, doubled or there by halves, when a copy, a relation or
 *         a reminder is missing or twice, or when the log does not verify
 */
export async function reportKills(
  killPlan: KillPlan,
  tell: (message: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-report-kills-'));
  const all = plan(killPlan.reports, killPlan.seed);
  let scene: Scene | undefined;
  try {
    const hub = await startHub(folder);
    scene = { folder, hub, cookie: await signInByPrintedLink(hub, 'operator') };
    const told = await fetch(`${hub.url}/ledger/exercise/vkey`);
    const vkeys = (await told.text()).trim().split('\n');
    let answers = 0;
    await Promise.all([
      sendAll(scene, all, () => {
        answers += 1;
      }),
      killAll(scene, killPlan, () => answers),
    ]);
    await scene.hub.end('SIGTERM');
    const tables = await finishWork(folder);
    const entries = await entriesOf(folder, vkeys);
    checkReports(all, tables);
    checkWork(tables, entries);
    const submitted = entries.filter(({ type }) => type === 'report.submitted');
    const ids = submitted.flatMap(({ refs }) => refs?.[0] ?? []);
    assert.equal(new Set(ids).size, ids.length, 'an entry stands on the ledger twice');
    tell(
      `${killPlan.victims.length} kills, seed ${killPlan.seed}: ${all.length} reports, ` +
        `${tables.overdue.length} overdue duties, ${entries.length} entries`,
    );
  } finally {
    await scene?.hub.end('SIGKILL');
    await until(() => processesOn(folder).length === 0);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
