// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench -- report [--rate 200] [--seconds 60] [--surge 5000] [--within 60] [--kills N]
 * [--operators 40] [--seed N] [--profile FOLDER] [--help]`: first reports over HTTP to a hub with its embedded PostgreSQL, every
 * write synced, every answer given only after its entry is published.
 *
 * Three runs: sustained at a steady rate; a surge that arrives within a minute, most of it at its
 * beginning; the same surge while hub and database are killed (SIGKILL) by turns. Reports are sent
 * when they are due, whether or not earlier ones were answered, and a wait counts from then. Who
 * gets no answer sends again with the same Idempotency-Key, as any client of ours does.
 *
 * Afterwards the hub is stopped, the ledger is verified, and the database is asked: `lost` are
 * answered reports that it does not hold, `duplicated` are those it holds more than once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { diskFiles, verifyLog } from '@sakimori/ledger';
import { openDatabase } from '@sakimori/store';
import pg from 'pg';
import { printResult, quantile } from './machine.ts';
import { cpuOf, cpuPerReport, memoryOf } from './processor-time.ts';
import { makeRecord, seeded } from './report/records.ts';

const COMMAND = 'npm run bench -- report';
const WARM_UP = 300;
/** Waits between tries double from the first to the last, as our clients' do. */
const RETRY_MS = { first: 250, last: 2_000 } as const;
const ANSWER_MS_MAX = 15_000;
/** A client gives up after this long; what is unanswered then counts as refused. */
const GIVE_UP_MS = 180_000;

const HELP = `${COMMAND} [options]

  --rate N       first reports a second in the sustained run (200)
  --seconds N    how long it lasts (60); 0 leaves it out
  --surge N      reports of the surge (5000); 0 leaves it and the kills out
  --within N     seconds in which they arrive (60)
  --kills N      kills of hub and database by turns in a second surge (6); 0 leaves it out
  --operators N  operators that report (40)
  --seed N       of arrivals and records (1)
  --profile DIR  writes a processor profile of the hub there
`;

interface Hub {
  readonly folder: string;
  readonly port: number;
  child: ChildProcess;
}

/** What one run sends: when (milliseconds from its start), and as which operator. */
interface Arrival {
  readonly atMs: number;
  readonly n: number;
  readonly key: string;
  readonly body: string;
}

interface Outcome {
  readonly answered: ReadonlyMap<string, string>;
  readonly waitsMs: readonly number[];
  readonly refused: number;
  readonly retries: number;
  readonly seconds: number;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** `profile`: a folder for a processor profile of the hub (`node --cpu-prof`). */
function startHub(folder: string, port: number, operators: number, profile?: string) {
  const child = spawn(
    process.execPath,
    [
      ...(profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]),
      ...[join(import.meta.dirname, 'report', 'hub.ts'), folder, String(port), String(operators)],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ready = new Promise<{ keys: string[] }>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) => reject(new Error(`the hub ended with ${code}`)));
  });
  return { child, ready };
}

/** Sends one report until it is answered; the wait counts from when it was due. */
async function send(agent: Agent, port: number, { key, body, n }: Arrival, run: string) {
  const startedMs = performance.now();
  for (let retries = 0; ; retries += 1) {
    const answer = await post(agent, port, key, `${run}-${n}-${COMMAND.length}`, body);
    if (answer && answer.status < 500 && answer.status !== 409 && answer.status !== 429) {
      return { ...answer, retries };
    }
    if (performance.now() - startedMs > GIVE_UP_MS) return { status: 0, text: '', retries };
    const asked = (answer?.retryAfterSeconds ?? 0) * 1_000;
    await sleep(Math.max(asked, Math.min(RETRY_MS.first * 2 ** retries, RETRY_MS.last)));
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds: number;
}

function post(
  agent: Agent,
  port: number,
  key: string,
  idempotencyKey: string,
  body: string,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      {
        ...{ agent, port, host: '127.0.0.1', method: 'POST', path: '/api/v1/reports' },
        timeout: ANSWER_MS_MAX,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'idempotency-key': idempotencyKey,
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            text: Buffer.concat(parts).toString(),
            retryAfterSeconds: Number(answer.headers['retry-after'] ?? 0),
          }),
        );
        answer.on('error', () => resolve(undefined));
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
    asked.end(body);
  });
}

/** Sends every report when it is due, however the earlier ones fare. */
async function play(port: number, arrivals: readonly Arrival[], run: string): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const answered = new Map<string, string>();
  const waitsMs: number[] = [];
  let [refused, retries] = [0, 0];
  const startedMs = performance.now();
  const one = async (arrival: Arrival): Promise<void> => {
    const dueMs = startedMs + arrival.atMs;
    const result = await send(agent, port, arrival, run);
    waitsMs.push(performance.now() - dueMs);
    retries += result.retries;
    if (result.status === 200) {
      // The id stands first; reading all of the answer would be the client's own affair.
      const id = /"id":"(rpt_[^"]+)"/.exec(result.text)?.[1];
      if (id === undefined) throw new Error('an answer without the id of its report');
      answered.set(`${run}-${arrival.n}`, id);
    } else {
      refused += 1;
      if (refused === 1) process.stderr.write(`refused: ${result.status} ${result.text}\n`);
    }
  };
  const sent: Promise<void>[] = [];
  for (const arrival of arrivals) {
    const restMs = startedMs + arrival.atMs - performance.now();
    if (restMs > 1) await sleep(restMs);
    sent.push(one(arrival));
  }
  await Promise.all(sent);
  agent.destroy();
  const seconds = (performance.now() - startedMs) / 1000;
  return { answered, waitsMs, refused, retries, seconds };
}

/** References carry the run, so that no run meets another's reports. */
function arrivalsOf(
  times: readonly number[],
  keys: readonly string[],
  random: () => number,
  run: string,
): Arrival[] {
  return times.map((atMs, n) => {
    const record = { ...makeRecord(random, n), reference: `${run}-${n}` };
    const key = keys[Math.floor(random() * keys.length)] as string;
    return { atMs, n, key, body: JSON.stringify({ record, acceptDataUse: true }) };
  });
}

/** Most of a surge comes at its beginning: a third in the first tenth of the time. */
function surgeTimes(count: number, withinMs: number, random: () => number): number[] {
  return Array.from({ length: count }, () => {
    const share = random();
    const early = random() < 1 / 3;
    return early ? share * withinMs * 0.1 : share * withinMs;
  }).sort((a, b) => a - b);
}

/** Process id of the database server of a data folder, while there is one. */
function serverOf(folder: string): number | undefined {
  try {
    const file = join(folder, 'postgres', 'postmaster.pid');
    return Number(readFileSync(file, 'utf8').split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}

/** Kills hub and database by turns at even distances, and starts the hub again each time. */
async function disturb(hub: Hub, kills: number, withinMs: number): Promise<string[]> {
  const done: string[] = [];
  for (let i = 0; i < kills; i += 1) {
    await sleep(withinMs / (kills + 1));
    const whom = i % 2 === 0 ? 'hub' : 'database';
    if (whom === 'hub') {
      const gone = once(hub.child, 'exit');
      hub.child.kill('SIGKILL');
      await gone;
      const again = startHub(hub.folder, hub.port, 0);
      hub.child = again.child;
      await again.ready;
    } else {
      const server = serverOf(hub.folder);
      if (server !== undefined) process.kill(server, 'SIGKILL');
      // The hub may end when its database dies; whoever runs it starts it again.
      await Promise.race([once(hub.child, 'exit'), sleep(5_000)]);
      if (hub.child.exitCode !== null || hub.child.signalCode !== null) {
        const again = startHub(hub.folder, hub.port, 0);
        hub.child = again.child;
        await again.ready;
      }
    }
    done.push(whom);
  }
  return done;
}

interface Held {
  readonly reference: string;
  readonly ids: readonly string[];
  readonly copies: number;
}

/** What the database holds of the answered reports and whether the log verifies; the hub rests. */
async function audit(
  folder: string,
  vkeys: readonly string[],
  answered: ReadonlyMap<string, string>,
) {
  const files = diskFiles(join(folder, 'ledger', 'exercise'));
  const log = await verifyLog({ read: (path) => files.read(path), vkeys });
  const database = await openDatabase({ folder, log: () => {} });
  const client = new pg.Client(database.targets.owner);
  try {
    await client.connect();
    await client.query("set sakimori.reach = 'backup'");
    const { rows } = await client.query<Held>(`
      select r.reference, array_agg(r.report_id) as ids,
        min((select count(*) from report_copy c where c.report_id = r.report_id))::int as copies
      from report r group by r.reference`);
    const held = new Map(rows.map((row) => [row.reference, row]));
    const lost = [...answered].filter(([reference, id]) => !held.get(reference)?.ids.includes(id));
    return {
      lost: lost.length,
      duplicated: rows.filter(({ ids }) => ids.length > 1).length,
      withoutCopies: rows.filter(({ copies }) => copies === 0).length,
      held: rows.length,
      // Relations to other reports that are still to be looked for.
      waiting: Number((await client.query('select count(*) as n from report_task')).rows[0].n),
      ledger: { verifies: log.ok, entries: log.size },
    };
  } finally {
    await client.end();
    await database.close();
  }
}

function figuresOf(outcome: Outcome, sent: number) {
  const ms = (q: number) => Number(quantile(outcome.waitsMs, q).toFixed(1));
  return {
    sent,
    answered: outcome.answered.size,
    refused: outcome.refused,
    retries: outcome.retries,
    perSecond: Number((outcome.answered.size / outcome.seconds).toFixed(1)),
    seconds: Number(outcome.seconds.toFixed(1)),
    p50Ms: ms(0.5),
    p99Ms: ms(0.99),
    maxMs: ms(1),
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '60' },
      surge: { type: 'string', default: '5000' },
      within: { type: 'string', default: '60' },
      kills: { type: 'string', default: '6' },
      operators: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const [rate, seconds, surge, within, kills, operators, seed] = [
    values.rate,
    values.seconds,
    values.surge,
    values.within,
    values.kills,
    values.operators,
    values.seed,
  ].map(Number) as [number, number, number, number, number, number, number];
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-report-'));
  const port = await freePort();
  const started = startHub(folder, port, operators, values.profile);
  const hub: Hub = { folder, port, child: started.child };
  const answered = new Map<string, string>();
  const print = (shape: string, more: object) =>
    printResult('report', {
      ...{ command: COMMAND, seed, operators, shape, ...more },
      loadAverage: Number((loadavg()[0] ?? 0).toFixed(1)),
    });
  try {
    const { keys } = await started.ready;
    const random = seeded(seed);
    const runId = randomUUID().slice(0, 8);
    const round = async (name: string, times: readonly number[]) => {
      const id = `${runId}-${name}`;
      const arrivals = arrivalsOf(times, keys, random, id);
      const used = () => cpuOf(hub.child.pid, serverOf(folder));
      const before = used();
      const outcome = await play(port, arrivals, id);
      const cpuMsPerReport = cpuPerReport(before, used(), outcome.answered.size);
      for (const [reference, report] of outcome.answered) answered.set(reference, report);
      return {
        ...figuresOf(outcome, times.length),
        // Of processes that were killed nobody keeps the account.
        ...(name !== 'kills' && { cpuMsPerReport }),
        hubMemory: memoryOf(hub.child.pid),
      };
    };
    const steady = (count: number) => Array.from({ length: count }, (_, n) => (n * 1000) / rate);
    await round('warm-up', steady(WARM_UP));
    if (seconds > 0) print('sustained', { rate, ...(await round('even', steady(rate * seconds))) });
    if (surge > 0) {
      const times = () => surgeTimes(surge, within * 1000, random);
      print('surge', { within, ...(await round('surge', times())) });
      if (kills > 0) {
        const [figures, killed] = await Promise.all([
          round('kills', times()),
          disturb(hub, kills, within * 1000),
        ]);
        print('surge with kills', { within, killed, ...figures });
      }
    }
    const told = await fetch(`http://127.0.0.1:${port}/ledger/exercise/vkey`);
    const vkeys = (await told.text()).trim().split('\n');
    const gone = once(hub.child, 'exit');
    hub.child.kill('SIGTERM');
    await gone;
    print('audit', await audit(folder, vkeys, answered));
  } finally {
    if (hub.child.exitCode === null && hub.child.signalCode === null) {
      const gone = once(hub.child, 'exit');
      hub.child.kill('SIGKILL');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
