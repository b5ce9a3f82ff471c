// SPDX-License-Identifier: Apache-2.0
/** Kills a hub at seeded instants while people work with it, starts it again, looks at what is left. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskFiles, verifyLog } from '@sakimori/ledger';
import { sampleCpeConfigurations, sampleKevAfter } from '../src/sample/feeds.ts';
import { cpeFile, type Exploited, kevFile, registerCsv } from './hub-for-tests.ts';
import {
  ask,
  processesOn,
  type RunningHub,
  seeded,
  signInByPrintedLink,
  startHub,
  until,
} from './running-hub.ts';

const ORGANISATION = 'org_sample-hikari-power';
const ROWS_A_ROUND = 40;

/** The hole that round `n` makes known; each is in every gateway. */
function hole(n: number): Exploited {
  return {
    id: `CVE-2026-9${String(n).padStart(4, '0')}`,
    maker: 'Kagami',
    product: 'Edge Gateway',
    cpe: 'o:kagami:edge_gateway',
    until: '2.9',
  };
}

function kevUpTo(n: number): string {
  const known = JSON.parse(sampleKevAfter());
  const more = JSON.parse(kevFile(Array.from({ length: n + 1 }, (_, i) => hole(i))));
  known.vulnerabilities.push(...more.vulnerabilities);
  known.count = known.vulnerabilities.length;
  // Versions are compared as text, as the publisher writes them: with leading zeros.
  known.catalogVersion = `2026.11.${String(n + 1).padStart(3, '0')}`;
  return JSON.stringify(known);
}

const label = (round: number, row: number): string => `KILL-${round}-${row}`;

function listOf(round: number): string {
  return registerCsv(
    Array.from({ length: ROWS_A_ROUND }, (_, row) => [
      label(round, row),
      'Kagami',
      'Edge Gateway',
      '2.4',
      'o:kagami:edge_gateway',
    ]),
  );
}

/** What the hub has said yes to. */
interface Acknowledged {
  readonly rounds: Set<number>;
  readonly runs: Set<string>;
  readonly answers: Map<string, string>;
}

interface Cookies {
  readonly operator: string;
  readonly office: string;
}

/** A step that ends with the hub: a broken connection says nothing about what was done. */
async function unlessKilled(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

async function warningsOf(hub: RunningHub, { operator }: Cookies) {
  const found: { id: string; state: string; computers: number; vulnerability: { id: string } }[] =
    [];
  let cursor = '';
  do {
    const { body } = await ask(hub, operator, 'GET', `/api/v1/warnings?limit=200${cursor}`);
    found.push(...body.items);
    cursor = body.next ? `&cursor=${encodeURIComponent(body.next)}` : '';
  } while (cursor !== '');
  return found;
}

/**
 * The update up to a round. Each has a source of its own: a run that was killed keeps its source
 * to itself for a minute, so that it can be taken up again.
 */
const giveKev = (hub: RunningHub, { office }: Cookies, upTo: number, source: string) =>
  ask(hub, office, 'POST', '/api/v1/feeds/kev', kevUpTo(upTo), { 'x-file-name': source });

/** Everything that people do in one round, at the same time. */
async function work(hub: RunningHub, who: Cookies, round: number, said: Acknowledged) {
  await Promise.all([
    unlessKilled(async () => {
      const path = `/api/v1/organisations/${ORGANISATION}/imports`;
      const draft = await ask(hub, who.operator, 'POST', path, listOf(round));
      if (draft.status !== 200) return;
      const apply = `/api/v1/imports/${draft.body.id}/apply`;
      const applied = await ask(hub, who.operator, 'POST', apply, { skipRefused: true });
      if (applied.status === 200) said.rounds.add(round);
    }),
    unlessKilled(async () => {
      const run = await giveKev(hub, who, round, `round-${round}`);
      if (run.status === 200 && run.body.state === 'applied') said.runs.add(run.body.id);
    }),
    unlessKilled(async () => {
      const open = (await warningsOf(hub, who)).find(({ state }) => state === 'open');
      if (!open) return;
      const path = `/api/v1/warnings/${open.id}/answers`;
      const answered = await ask(hub, who.operator, 'POST', path, { kind: 'working' });
      const last = answered.body.answers?.at(-1);
      if (answered.status === 200 && last) said.answers.set(last.id, open.id);
    }),
  ]);
}

async function computersOf(hub: RunningHub, { operator }: Cookies): Promise<string[]> {
  const found: string[] = [];
  let cursor = '';
  do {
    const path = `/api/v1/organisations/${ORGANISATION}/computers?limit=500${cursor}`;
    const { body } = await ask(hub, operator, 'GET', path);
    found.push(...body.items.map((one: { label: string }) => one.label));
    cursor = body.next ? `&cursor=${encodeURIComponent(body.next)}` : '';
  } while (cursor !== '');
  return found.filter((name) => name.startsWith('KILL-'));
}

/** Nothing acknowledged is missing, nothing is there by halves or twice. */
async function checkRegister(hub: RunningHub, who: Cookies, said: Acknowledged, rounds: number) {
  const there = await computersOf(hub, who);
  assert.equal(new Set(there).size, there.length, 'a computer is there twice');
  const known = new Set(there);
  for (let round = 0; round < rounds; round += 1) {
    const rows = Array.from({ length: ROWS_A_ROUND }, (_, row) => label(round, row));
    const present = rows.filter((name) => known.has(name)).length;
    assert.ok(present === 0 || present === ROWS_A_ROUND, `round ${round}: ${present} rows`);
    if (said.rounds.has(round)) assert.equal(present, ROWS_A_ROUND, `round ${round} was lost`);
  }
  return there.length;
}

async function checkEnd(hub: RunningHub, who: Cookies, said: Acknowledged, rounds: number) {
  const computers = await checkRegister(hub, who, said, rounds);
  for (const id of said.runs) {
    const run = await ask(hub, who.office, 'GET', `/api/v1/feeds/runs/${id}`);
    assert.equal(run.body.state, 'applied', `an applied feed is ${run.body.state}`);
  }
  // The last update once more: whatever was lost on the way can be given again without harm.
  const again = await giveKev(hub, who, rounds - 1, 'the-end');
  assert.equal(again.status, 200, JSON.stringify(again.body));
  assert.notEqual(again.body.state, 'refused', JSON.stringify(again.body));
  const mine = async () =>
    (await warningsOf(hub, who)).filter(({ vulnerability }) =>
      /^CVE-2026-9/.test(vulnerability.id),
    );
  await until(async () => {
    const warnings = await mine();
    return warnings.length >= rounds && warnings.every((one) => one.computers === computers);
  });
  const warnings = await mine();
  const ids = warnings.map(({ vulnerability }) => vulnerability.id);
  assert.equal(new Set(ids).size, ids.length, 'warned twice of the same');
  assert.equal(ids.length, rounds);
  for (const [answer, warning] of said.answers) {
    const { body } = await ask(hub, who.operator, 'GET', `/api/v1/warnings/${warning}`);
    assert.ok(
      body.answers.some((one: { id: string }) => one.id === answer),
      `answer ${answer} was lost`,
    );
  }
}

async function checkLog(folder: string, vkeys: readonly string[]): Promise<void> {
  const files = diskFiles(join(folder, 'ledger', 'exercise'));
  const report = await verifyLog({ read: (path) => files.read(path), vkeys });
  assert.ok(report.ok, JSON.stringify(report.problems.slice(0, 5)));
  assert.equal(report.entries, report.size);
}

/**
 * Kills and checks.
 *
 * In      how often; the seed of the instants; told of what happened
 * Throws  an assertion when anything accepted is lost, anything is there twice, the log does not
 *         hold together, the hub needs help to start again, or a server is left behind
 */
export async function killRounds(
  rounds: number,
  seed: number,
  tell: (message: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-kills-'));
  const random = seeded(seed);
  const said: Acknowledged = { rounds: new Set(), runs: new Set(), answers: new Map() };
  let hub: RunningHub | undefined;
  try {
    hub = await startHub(folder);
    const who: Cookies = {
      operator: await signInByPrintedLink(hub, 'operator'),
      office: await signInByPrintedLink(hub, 'office'),
    };
    const vkeys = (await (await fetch(`${hub.url}/ledger/exercise/vkey`)).text())
      .trim()
      .split('\n');
    const configurations = `${sampleCpeConfigurations()}\n${cpeFile(
      Array.from({ length: rounds }, (_, n) => hole(n)),
    )}`;
    const cpe = await ask(hub, who.office, 'POST', '/api/v1/feeds/cpe', configurations);
    assert.equal(cpe.body.state, 'applied', JSON.stringify(cpe.body));
    for (let round = 0; round < rounds; round += 1) {
      const running = hub;
      const working = work(running, who, round, said);
      // A refusal while the hub dies must not go unseen, nor end the process before it is awaited.
      working.catch(() => {});
      await sleep(20 + Math.floor(random() * 1_400));
      await running.end('SIGKILL');
      await working;
      // At once, with the old server perhaps still going down: nobody is there to help.
      hub = await startHub(folder);
      const ready = await fetch(`${hub.url}/readyz`);
      assert.equal(ready.status, 200, await ready.text());
      await checkRegister(hub, who, said, round + 1);
    }
    tell(
      `${rounds} kills, seed ${seed}: ${said.rounds.size} imports, ${said.runs.size} feeds, ` +
        `${said.answers.size} answers had been acknowledged`,
    );
    await checkEnd(hub, who, said, rounds);
    await hub.end('SIGTERM');
    hub = undefined;
    assert.deepEqual(processesOn(folder), [], 'a server was left behind');
    assert.ok(!readdirSync(folder).includes('lock'), 'the folder is free again');
    await checkLog(folder, vkeys);
  } finally {
    await hub?.end('SIGKILL');
    await until(() => processesOn(folder).length === 0);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
