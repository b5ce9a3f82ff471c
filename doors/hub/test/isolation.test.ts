// SPDX-License-Identifier: Apache-2.0
/** Non-interference: what one tenant sees is the same bytes with and without another tenant's data. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { routeTable } from '../src/http/route.ts';
import {
  BOX_HOLE,
  type Client,
  furnish,
  GATEWAY_HOLE,
  openHub,
  type PersonName,
  type TenantThings,
  type TestHub,
  takeKnowledge,
} from './hub-for-tests.ts';

/**
 * What may differ, and why. The log is one for all: its size and its checkpoint are public and move
 * with every entry of anybody, and with them the proof in a receipt. security.txt says until when it
 * holds. "Last seen" is about the one who looks. Nothing else is touched before the comparison.
 */
const MOVES_BY_ITSELF: Readonly<Record<string, string>> = {
  '/api/v1/ledger': 'size and time of the checkpoint',
  '/api/v1/ledger/:log/entries': 'entries of everybody, without content (public in an exercise)',
  '/ledger/:log/checkpoint': 'the checkpoint',
  '/ledger/:log/tile/*': 'tiles',
  '/api/v1/receipts/:log/:index': 'the proof leads to the newest checkpoint',
  '/api/v1/events': 'a stream; listened to in a test of its own',
  '/.well-known/security.txt': 'its end is counted from now',
  '/api/v1/report-statistics': 'yearly figures are of the whole ledger, which is one for all',
  '/api/v1/attachments/:id/link': 'a link is sealed anew each time and ends in two minutes',
};

/** Whom the south's data is none of the business of. */
const OUTSIDERS: readonly PersonName[] = [
  'north-admin',
  'north-member',
  'north-auditor',
  'energy-desk',
  'maker',
  'partner',
];

function addressesOf(url: string, things: TenantThings): string[] {
  const filled = url
    .replace('/organisations/:id', `/organisations/${things.organisation}`)
    .replace('/computers/:id', `/computers/${things.computer}`)
    .replace('/imports/:id', `/imports/${things.import}`)
    .replace('/warnings/:id', `/warnings/${things.warning}`)
    .replace('/notifications/:id', `/notifications/${things.notification}`)
    .replace('/vulnerabilities/:id', `/vulnerabilities/${GATEWAY_HOLE.id}`)
    .replace('/reports/:id', `/reports/${things.report}`)
    .replace('/report-drafts/:id', `/report-drafts/${things.draft}`)
    .replace('/copies/:id', `/copies/${things.copy}`)
    .replace('/intake/:id', `/intake/${things.copy}`)
    .replace(':log', 'exercise')
    .replace(':index', String(things.receipt))
    .replace(':token', 'none')
    .replace(':id', 'none');
  if (filled === '/api/v1/why') {
    return [`${filled}?action=computer:read&person=${things.person}`];
  }
  if (filled === '/api/v1/vulnerabilities') return [filled, `${filled}?exploited=true`];
  if (filled === '/api/v1/vulnerabilities/none') return [`/api/v1/vulnerabilities/${BOX_HOLE.id}`];
  return [filled];
}

/** Every GET of the table for each outsider and for nobody: address and answer. */
async function lookAround(hub: TestHub, things: TenantThings): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  const clients: [string, Client][] = [['nobody', hub.nobody]];
  for (const name of OUTSIDERS) clients.push([name, await hub.as(name)]);
  for (const { method, url } of routeTable()) {
    if (method !== 'GET' || url in MOVES_BY_ITSELF) continue;
    for (const address of addressesOf(url, things)) {
      for (const [name, client] of clients) {
        const { status, text } = await client.get(address);
        const plain = text.replaceAll(/,"lastSeen":"[^"]*"/g, '');
        seen.set(`${name} GET ${address}`, `${status} ${plain}`);
      }
    }
  }
  return seen;
}

/** Fails with the answers that are not the same, and only those. */
function sameAnswers(before: Map<string, string>, now: Map<string, string>, rule: string): void {
  const told = [...before].filter(([where, what]) => now.get(where) !== what);
  assert.deepEqual(
    told.map(([where, what]) => ({ where, what, now: now.get(where) })),
    [],
    rule,
  );
  assert.equal(now.size, before.size);
}

test('the answers to one operator are the same bytes with and without another operator', async (t) => {
  const hub = await openHub(t);
  await takeKnowledge(hub);
  const north = await furnish(hub, 'north');
  const without = await lookAround(hub, north);
  sameAnswers(without, await lookAround(hub, north), 'looking twice shows the same');

  // The other operator has the same products, is warned, answers, uploads, makes keys, submits.
  const south = await furnish(hub, 'south');
  const southern = await hub.as('south-admin');
  const answer = await southern.post(`/api/v1/warnings/${south.warning}/answers`, {
    kind: 'fixed',
    word: 'south',
  });
  assert.equal(answer.status, 200, answer.text);
  const submitted = await southern.post(
    `/api/v1/organisations/${south.organisation}/notifications`,
  );
  assert.equal(submitted.status, 200, submitted.text);
  await hub.settled();

  sameAnswers(without, await lookAround(hub, north), 'nothing tells of the other operator');
  assert.ok(without.size > 200, `${without.size} answers compared`);
  // What is compared is really there: the report to its reporter, the copy to its desk.
  const shown = [
    `north-admin GET /api/v1/reports/${north.report}`,
    `north-auditor GET /api/v1/reports/${north.report}/form`,
    `north-member GET /api/v1/report-drafts/${north.draft}`,
    `energy-desk GET /api/v1/copies/${north.copy}`,
    `energy-desk GET /api/v1/copies/${north.copy}/form`,
  ];
  for (const where of shown) assert.match(without.get(where) ?? '', /^200 /, where);
});

test('the stream of events says nothing when another operator is warned and answers', async (t) => {
  const hub = await openHub(t);
  await takeKnowledge(hub);
  const north = await furnish(hub, 'north');
  const address = await hub.app.listen({ host: '127.0.0.1', port: 0 });
  const { cookie = '' } = (await hub.as('north-admin')).headers;
  const stop = new AbortController();
  const answer = await fetch(`${address}/api/v1/events`, {
    headers: { cookie },
    signal: stop.signal,
  });
  let heard = '';
  const listening = (async () => {
    for await (const part of answer.body ?? []) heard += Buffer.from(part).toString('utf8');
  })().catch(() => {});
  const heardOf = async (what: RegExp): Promise<void> => {
    while (!what.test(heard)) await sleep(50);
  };
  await heardOf(/retry/);
  const south = await furnish(hub, 'south');
  const path = `/api/v1/warnings/${south.warning}/answers`;
  await (await hub.as('south-admin')).post(path, { kind: 'fixed' });
  // Longer than the hub looks for news.
  await sleep(6_000);
  assert.doesNotMatch(heard, /event:/);
  await (await hub.as('north-member')).post(`/api/v1/warnings/${north.warning}/answers`, {
    kind: 'fixed',
  });
  await heardOf(/event: home/);
  assert.doesNotMatch(heard, /wrn_|org_|CVE-/, 'it says that something changed, never what');
  stop.abort();
  await listening;
});

test('an operator’s suppression silences nobody else', async (t) => {
  const hub = await openHub(t);
  await takeKnowledge(hub);
  await furnish(hub, 'north');
  await furnish(hub, 'south');
  const { body } = await (await hub.as('south-admin')).get('/api/v1/suppressions');
  assert.equal(body.length, 1);
  const northern = await (await hub.as('north-admin')).get('/api/v1/suppressions');
  assert.equal(northern.body.length, 1);
  assert.notEqual(northern.body[0].id, body[0].id);
  assert.doesNotMatch(northern.text, /south/);
});

test('what the office and a competent ministry see of an operator does include it', async (t) => {
  // The other side of isolation: a filter that hid everything would pass the tests above.
  const hub = await openHub(t);
  await takeKnowledge(hub);
  const south = await furnish(hub, 'south');
  for (const reader of ['analyst', 'money-desk', 'south-member'] as const) {
    const { status, text } = await (await hub.as(reader)).get(
      `/api/v1/computers/${south.computer}`,
    );
    assert.equal(status, 200, `${reader}: ${text}`);
  }
});
