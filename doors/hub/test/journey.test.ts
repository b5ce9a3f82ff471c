// SPDX-License-Identifier: Apache-2.0
/** The whole way over HTTP: a list comes in, a catalogue comes in, somebody is warned and proves it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { readVkey, verifyReceipt } from '@sakimori/ledger/verify';
import {
  BOX,
  BOX_HOLE,
  type Client,
  cpeFile,
  GATEWAY,
  GATEWAY_HOLE,
  kevFile,
  linkTo,
  openHub,
  PLAIN,
  registerCsv,
  type TestHub,
} from './hub-for-tests.ts';

const COMMAND = join(import.meta.dirname, '..', '..', 'command', 'src', 'main.ts');

/** Text as an old Japanese spreadsheet saves it. */
function shiftJis(text: string): Buffer {
  const bytesOf = new Map<string, number[]>();
  const reader = new TextDecoder('shift_jis');
  for (let lead = 0; lead < 256; lead += 1) {
    const single = reader.decode(Uint8Array.of(lead));
    if (single.length === 1 && single !== '\ufffd') bytesOf.set(single, [lead]);
  }
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    for (let trail = 0x40; trail <= 0xfc; trail += 1) {
      const double = reader.decode(Uint8Array.of(lead, trail));
      if (double.length === 1 && !bytesOf.has(double)) bytesOf.set(double, [lead, trail]);
    }
  }
  return Buffer.from([...text].flatMap((letter) => bytesOf.get(letter) ?? assert.fail(letter)));
}

async function ok(answer: ReturnType<Client['get']>) {
  const reply = await answer;
  assert.ok(reply.status < 300, `${reply.status} ${reply.text.slice(0, 500)}`);
  return reply.body;
}

/** Uploads, confirms the proposed mapping, applies. */
async function importList(client: Client, organisation: string, file: Buffer | string) {
  const path = `/api/v1/organisations/${organisation}/imports`;
  const draft = await ok(client.upload(path, '台帳.csv', file));
  const columns = Object.fromEntries(
    draft.columns.map((one: { index: number; field?: string }) => [one.index, one.field ?? null]),
  );
  const preview = await ok(client.put(`/api/v1/imports/${draft.id}/mapping`, { columns }));
  assert.equal(preview.state, 'preview');
  const applied = await ok(client.post(`/api/v1/imports/${draft.id}/apply`, { skipRefused: true }));
  assert.equal(applied.state, 'applied');
  return { draft, preview, applied };
}

async function importFeed(hub: TestHub, kind: string, text: string) {
  const analyst = await hub.as('analyst');
  const run = await ok(analyst.upload(`/api/v1/feeds/${kind}`, `${kind}.json`, text));
  await hub.settled();
  return run;
}

const warningsOf = async (client: Client) => (await ok(client.get('/api/v1/warnings'))).items;

test('from a list in Shift_JIS to a receipt that a stranger can check', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  const analyst = await hub.as('analyst');

  await t.test('the list is read, previewed and applied', async () => {
    const file = shiftJis(registerCsv([GATEWAY, PLAIN]));
    const { draft, preview, applied } = await importList(admin, 'org_north', file);
    assert.match(draft.file.encoding, /shift.?jis/i);
    assert.equal(preview.counts.added, 2);
    assert.deepEqual(preview.refusals ?? [], []);
    assert.equal(applied.receipt.log, 'exercise');
    const { items } = await ok(admin.get('/api/v1/organisations/org_north/computers'));
    assert.deepEqual(items.map((one: { label: string }) => one.label).sort(), ['GW-1', 'PC-1']);
  });

  await t.test('the same list a second time changes nothing', async () => {
    const before = await admin.get('/api/v1/organisations/org_north/computers');
    const { preview } = await importList(
      admin,
      'org_north',
      shiftJis(registerCsv([GATEWAY, PLAIN])),
    );
    assert.deepEqual(
      [preview.counts.added, preview.counts.changed, preview.counts.unchanged],
      [0, 0, 2],
    );
    const after = await admin.get('/api/v1/organisations/org_north/computers');
    assert.equal(after.text, before.text);
  });

  await t.test('an exploited vulnerability warns whoever has it, and nobody else', async () => {
    const calm = await ok(analyst.get('/api/v1/board'));
    assert.equal(calm.totals.warned, 0);
    await importFeed(hub, 'cpe', cpeFile([GATEWAY_HOLE]));
    await importFeed(hub, 'kev', kevFile([GATEWAY_HOLE]));
    const [warning, ...more] = await warningsOf(admin);
    assert.deepEqual(more, []);
    assert.equal(warning.vulnerability.id, GATEWAY_HOLE.id);
    assert.equal(warning.computers, 1);
    assert.match(warning.why.ja, /GW-1/);
    assert.deepEqual(await warningsOf(await hub.as('south-admin')), []);
    const board = await ok(analyst.get('/api/v1/board'));
    const { warned, silent, fixed, affectedComputers } = board.totals;
    assert.deepEqual(
      { warned, silent, fixed, affectedComputers },
      {
        warned: 1,
        silent: 1,
        fixed: 0,
        affectedComputers: 1,
      },
    );
  });

  await t.test('the same catalogue again warns nobody again', async () => {
    const [before] = await warningsOf(admin);
    const run = await importFeed(hub, 'kev', kevFile([GATEWAY_HOLE]));
    assert.equal(run.state, 'unchanged');
    assert.deepEqual(await warningsOf(admin), [before]);
  });

  await t.test('the answer has a receipt that verifies offline, with our command too', async () => {
    const [{ id }] = await warningsOf(admin);
    const path = `/api/v1/warnings/${id}/answers`;
    const seen = await ok(admin.post(path, { kind: 'seen' }));
    assert.equal(seen.state, 'acknowledged');
    const answered = await ok(admin.post(path, { kind: 'fixed' }));
    assert.equal(answered.state, 'resolved');
    const { log, index } = answered.answers.at(-1).receipt;
    const receipt = await admin.get(`/api/v1/receipts/${log}/${index}`);
    const entry = await admin.get(`/api/v1/receipts/${log}/${index}/entry`);
    const vkeys = (await hub.nobody.get(`/ledger/${log}/vkey`)).text.trim().split('\n');
    const verifiers = vkeys.flatMap((vkey) => readVkey(vkey).verifier ?? []);
    assert.equal(verifiers.length, 2);
    const result = verifyReceipt(receipt.text, entry.bytes, verifiers);
    assert.ok(result.ok, JSON.stringify(result));
    assert.equal(result.index, index);
    assert.equal(result.signedBy.length, 2);
    const forged = Buffer.from(entry.bytes);
    forged[forged.length - 3] = (forged[forged.length - 3] ?? 0) ^ 1;
    assert.equal(verifyReceipt(receipt.text, forged, verifiers).ok, false);

    const [proofFile, entryFile] = ['a.tlog-proof', 'a.entry'].map((name) =>
      join(hub.folder, name),
    );
    writeFileSync(proofFile as string, receipt.bytes);
    const verify = (bytes: Buffer) => {
      writeFileSync(entryFile as string, bytes);
      const args = ['ledger', 'verify', proofFile, '--entry', entryFile, '--key', vkeys[0]];
      return spawnSync(process.execPath, [COMMAND, ...(args as string[])], { encoding: 'utf8' });
    };
    const good = verify(entry.bytes);
    assert.equal(good.status, 0, good.stderr);
    assert.equal(verify(forged).status, 1);
  });

  await t.test('the office sees that it is fixed', async () => {
    const { totals } = await ok(analyst.get('/api/v1/board'));
    assert.deepEqual([totals.warned, totals.silent, totals.fixed], [1, 0, 1]);
    assert.equal(totals.affectedComputers, 0);
    const detail = await ok(analyst.get(`/api/v1/vulnerabilities/${GATEWAY_HOLE.id}`));
    assert.equal(detail.exposure.organisations.length, 1);
    assert.equal(detail.exposure.organisations[0].state, 'resolved');
  });
});

test('a notification goes from the operator by its minister to the Prime Minister’s office', async (t) => {
  const hub = await openHub(t);
  const [admin, desk, otherDesk, analyst] = await Promise.all(
    (['north-admin', 'energy-desk', 'money-desk', 'analyst'] as const).map(hub.as),
  );
  assert.ok(admin && desk && otherDesk && analyst);
  await importList(admin, 'org_north', registerCsv([GATEWAY, PLAIN]));
  const [draft] = (await ok(admin.get('/api/v1/notifications'))).items;
  assert.equal(draft.state, 'draft');
  const step = (client: Client, verb: string) =>
    client.post(`/api/v1/notifications/${draft.id}/${verb}`);
  // Out of order, or by the wrong desk, nothing moves.
  assert.ok((await step(analyst, 'receive')).status >= 400);
  const [submitted] = await ok(admin.post('/api/v1/organisations/org_north/notifications'));
  assert.equal(submitted.id, draft.id);
  assert.equal(submitted.state, 'submitted');
  assert.equal((await step(otherDesk, 'relay')).status, 404);
  assert.equal((await step(admin, 'relay')).status, 403);
  assert.equal((await ok(step(desk, 'relay'))).state, 'relayed');
  const received = await ok(step(analyst, 'receive'));
  assert.equal(received.state, 'received');
  assert.deepEqual(
    received.receipts.map((one: { step: string }) => one.step),
    ['submit', 'relay', 'receive'],
  );
  for (const { receipt } of received.receipts) {
    assert.equal((await admin.get(`/api/v1/receipts/${receipt.log}/${receipt.index}`)).status, 200);
  }
  // A change makes a supplementary notification, not a new first one.
  const { items } = await ok(admin.get('/api/v1/organisations/org_north/computers'));
  const [{ id, revision }] = items;
  const change = { site: '別館' };
  await ok(admin.patch(`/api/v1/computers/${id}`, change, { 'if-match': `"${revision}"` }));
  const stale = await admin.patch(`/api/v1/computers/${id}`, change, {
    'if-match': `"${revision}"`,
  });
  assert.equal(stale.status, 409);
  const open = (await ok(admin.get('/api/v1/notifications?state=draft'))).items;
  assert.deepEqual(
    open.map((one: { kind: string; computers: number }) => [one.kind, one.computers]),
    [['supplementary', 1]],
  );
});

test('a false positive stays silent for the next version, and only for whoever said so', async (t) => {
  const hub = await openHub(t);
  const [north, south] = [await hub.as('north-admin'), await hub.as('south-admin')];
  await importList(north, 'org_north', registerCsv([BOX]));
  await importList(south, 'org_south', registerCsv([BOX]));
  await importFeed(hub, 'cpe', cpeFile([BOX_HOLE]));
  await importFeed(hub, 'kev', kevFile([BOX_HOLE]));
  const [warning] = await warningsOf(north);
  const path = `/api/v1/warnings/${warning.id}/answers`;
  const answer = { kind: 'false-positive', word: 'The part in question is not installed.' };
  const wordless = await north.post(path, { kind: 'false-positive' });
  assert.equal(wordless.status, 422, wordless.text);
  await ok(north.post(path, answer));
  const [suppression] = await ok(north.get('/api/v1/suppressions'));
  assert.equal(suppression.word, answer.word);
  // The next version is in the affected range too.
  const next = registerCsv([[BOX[0], BOX[1], BOX[2], '5.1', BOX[4]]]);
  await importList(north, 'org_north', next);
  await importList(south, 'org_south', next);
  await hub.settled();
  const open = async (client: Client) =>
    (await warningsOf(client)).filter((one: { state: string }) => one.state === 'open');
  assert.deepEqual(await open(north), []);
  assert.equal((await open(south)).length, 1);
  // Taken back, the rule speaks again.
  assert.equal((await north.delete(`/api/v1/suppressions/${suppression.id}`)).status, 204);
  await hub.settled();
  assert.equal((await open(north)).length, 1);
});

test('a signed link answers "seen" for one person, without an account, until it ends', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  await importList(admin, 'org_north', registerCsv([GATEWAY]));
  await importFeed(hub, 'cpe', cpeFile([GATEWAY_HOLE]));
  await importFeed(hub, 'kev', kevFile([GATEWAY_HOLE]));
  const [warning] = await warningsOf(admin);
  const link = {
    warningId: warning.id,
    personId: hub.personIds['north-member'],
    organisationId: 'org_north',
  };
  const token = linkTo(hub, link);
  assert.equal((await ok(hub.nobody.get(`/api/v1/answer/${token}`))).answered, undefined);
  assert.equal((await warningsOf(admin))[0].state, 'open', 'looking answers nothing');
  assert.equal((await hub.nobody.post(`/api/v1/answer/${token}`, { kind: 'fixed' })).status, 400);
  const seen = await ok(hub.nobody.post(`/api/v1/answer/${token}`, { kind: 'seen' }));
  assert.equal(seen.answered.kind, 'seen');
  await ok(hub.nobody.post(`/api/v1/answer/${token}`, { kind: 'seen' }));
  const detail = await ok(admin.get(`/api/v1/warnings/${warning.id}`));
  assert.equal(detail.answers.length, 1, 'twice is once');
  const refused = [
    linkTo(hub, link, Date.now() - 1),
    linkTo(hub, { ...link, organisationId: 'org_south' }),
    `${token.slice(0, -2)}AA`,
    token.replace('a1.', 'a2.'),
  ];
  for (const bad of refused) {
    const { status, text } = await hub.nobody.get(`/api/v1/answer/${bad}`);
    assert.ok([401, 404, 410].includes(status), `${status} ${text}`);
  }
  // The longest ids that there can be still fit into a link that works.
  const long = linkTo(hub, { ...link, organisationId: `org_${'x'.repeat(76)}` });
  assert.notEqual((await hub.nobody.get(`/api/v1/answer/${long}`)).body.code, 'HUB_NOT_FOUND');
});

test('a key that may only write is not refused after its act was done', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  await importList(admin, 'org_north', registerCsv([GATEWAY]));
  await importFeed(hub, 'cpe', cpeFile([GATEWAY_HOLE]));
  await importFeed(hub, 'kev', kevFile([GATEWAY_HOLE]));
  const [warning] = await warningsOf(admin);
  const answering = await hub.key('north-admin', ['warning:answer']);
  await ok(answering.post(`/api/v1/warnings/${warning.id}/answers`, { kind: 'seen' }));
  const writing = await hub.key('north-admin', ['computer:write']);
  const fields = { key: 'PC-9', maker: 'Tsubaki', product: 'Panel', version: '1.0' };
  const made = await ok(writing.post('/api/v1/organisations/org_north/computers', fields));
  await ok(writing.patch(`/api/v1/computers/${made.id}`, { site: '別館' }));
  const importing = await hub.key('north-admin', ['computer:import']);
  const sbom = JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', components: [] });
  await ok(importing.upload(`/api/v1/computers/${made.id}/sbom`, 'sbom.json', sbom));
  const reading = await writing.get(`/api/v1/computers/${made.id}`);
  assert.equal(reading.status, 403, 'what is not asked for stays closed');
});
