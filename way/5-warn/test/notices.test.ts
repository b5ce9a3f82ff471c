// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { testScope } from '@sakimori/store/testing';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { readAnswerLink } from '../src/answer-link.ts';
import { answerByLink, answerWarning } from '../src/answers.ts';
import { type DeliveryPorts, deliverNotices } from '../src/deliver.ts';
import { makeEgress } from '../src/egress.ts';
import { EGRESS_RULES } from '../src/egress-address.ts';
import { importFeed } from '../src/feed-import.ts';
import { makeMailer } from '../src/notice-mail.ts';
import { escalateSilent, planDigests, remindOfDeadlines } from '../src/notice-plan.ts';
import type { Mail } from '../src/ports.ts';
import { addWebhook, listWebhooks } from '../src/webhooks.ts';
import { cveText, feed, type KevEntry, kevText } from './feeds.ts';
import { makeWorld, type World } from './world.ts';

const HOUR_MS = 3_600_000;
const RULES = { ...EGRESS_RULES, loopbackAllowed: true };
const linkKey = new Uint8Array(32).fill(7);

function ports(sent: Mail[], failing: () => boolean = () => false): DeliveryPorts {
  return {
    mailer: {
      async send(mail) {
        if (failing()) throw Object.assign(new Error('busy'), { responseCode: 451 });
        sent.push(mail);
      },
    },
    webhook: makeEgress(RULES),
    consoleUrl: 'https://console.example.jp',
    instance: { ja: '見本の国', en: 'Sample nation', domain: 'mail.example.jp' },
    exercise: true,
    linkKey,
  };
}

/** One operator with a first and a second contact and one vulnerable gate. */
async function operator(t: TestContext): Promise<World> {
  const world = await makeWorld(t);
  await world.organisations('org_a');
  await world.contact({ organisationId: 'org_a', personId: 'per_first', order: 1 });
  await world.contact({
    organisationId: 'org_a',
    personId: 'per_second',
    order: 2,
    language: 'en',
  });
  const item = { maker: 'Example Networks', product: 'Gate', version: '7.2.4' };
  await world.computers({ id: 'a1', organisation: 'org_a', items: [item] });
  return world;
}

let version = 0;
async function bring(world: World, cves: readonly string[], entries: readonly KevEntry[]) {
  await importFeed(world.context, feed('cve', cveText(cves.map((cve) => ({ cve })))));
  version += 1;
  const text = kevText(`2026.11.${String(version).padStart(4, '0')}`, entries);
  return importFeed(world.context, feed('kev', text));
}

const recipients = (mails: readonly Mail[]) => mails.map((mail) => `${mail.to} ${mail.subject}`);

test('an exploited vulnerability is told at once, to the first contact, once', async (t) => {
  const world = await operator(t);
  const sent: Mail[] = [];
  await bring(world, ['CVE-2026-1000'], [{ cve: 'CVE-2026-1000' }]);
  assert.equal((await deliverNotices(world.context, ports(sent))).sent, 1);
  assert.equal((await deliverNotices(world.context, ports(sent))).sent, 0);
  assert.deepEqual(recipients(sent), [
    'per_first@example.jp 【演習】［見本の国］急ぎの警告 1 件のお知らせ',
  ]);
});

test('a mail carries no product, vulnerability, computer or organisation', async (t) => {
  const world = await operator(t);
  const sent: Mail[] = [];
  await bring(world, ['CVE-2026-1000'], [{ cve: 'CVE-2026-1000' }]);
  await deliverNotices(world.context, ports(sent));
  const [mail] = sent as [Mail];
  for (const word of ['CVE', 'Gate', 'Example Networks', 'a1', 'org_a', '7.2.4']) {
    assert.ok(!`${mail.subject} ${mail.text.replace(/#\S+/g, '')}`.includes(word), word);
  }
});

test('fifteen edits are never fifteen mails', async (t) => {
  const world = await operator(t);
  const sent: Mail[] = [];
  const cves = Array.from({ length: 15 }, (_, i) => `CVE-2026-${2000 + i}`);
  for (let n = 1; n <= cves.length; n += 1) {
    await bring(
      world,
      cves.slice(0, n),
      cves.slice(0, n).map((cve) => ({ cve })),
    );
    await deliverNotices(world.context, ports(sent));
    world.pass(30_000);
  }
  world.pass(HOUR_MS);
  await deliverNotices(world.context, ports(sent));
  assert.deepEqual(
    sent.map((mail) => /(\d+) 件/.exec(mail.subject)?.[1]),
    ['1', '14'],
  );
});

test('what is not exploited waits for one digest a day', async (t) => {
  const world = await operator(t);
  const sent: Mail[] = [];
  await importFeed(world.context, feed('cve', cveText([{ cve: 'CVE-2026-1000' }])));
  assert.equal((await deliverNotices(world.context, ports(sent))).sent, 0);
  assert.equal(await planDigests(world.context), 1);
  assert.equal(await planDigests(world.context), 0);
  await deliverNotices(world.context, ports(sent));
  assert.match(recipients(sent)[0] ?? '', /本日のお知らせ（警告 1 件、確認のお願い 0 件）/);
  world.pass(24 * HOUR_MS);
  assert.equal(await planDigests(world.context), 0, 'nothing new, nothing sent');
});

test('a silent first contact is not asked again: the second is asked', async (t) => {
  const world = await operator(t);
  const sent: Mail[] = [];
  await bring(world, ['CVE-2026-1000'], [{ cve: 'CVE-2026-1000' }]);
  await deliverNotices(world.context, ports(sent));
  assert.equal(await escalateSilent(world.context), 0);
  world.pass(49 * HOUR_MS);
  assert.equal(await escalateSilent(world.context), 1);
  assert.equal(await escalateSilent(world.context), 0);
  await deliverNotices(world.context, ports(sent));
  assert.deepEqual(
    sent.map((mail) => mail.to),
    ['per_first@example.jp', 'per_second@example.jp'],
  );
  assert.match(sent[1]?.subject ?? '', /handed to you/);
});

test('an acknowledged warning is not handed on, but its deadline is recalled once', async (t) => {
  const world = await operator(t);
  const sent: Mail[] = [];
  await bring(world, ['CVE-2026-1000'], [{ cve: 'CVE-2026-1000' }]);
  const [warning] = await world.rows<{ id: string }>('select warning_id as id from warning');
  await answerWarning(world.context, testScope({ organisation: 'org_a', reach: 'own' }), {
    warningId: warning?.id ?? '',
    personId: 'per_first',
    kind: 'seen',
    via: 'inbox',
  });
  world.pass(13 * 24 * HOUR_MS + 14 * HOUR_MS);
  assert.equal(await escalateSilent(world.context), 0);
  assert.equal(await remindOfDeadlines(world.context), 1);
  assert.equal(await remindOfDeadlines(world.context), 0);
  await deliverNotices(world.context, ports(sent));
  assert.ok(sent.some((mail) => /期限が近い警告 1 件/.test(mail.subject)));
});

test('a mail server that is busy is tried again later, with the same message id', async (t) => {
  const world = await operator(t);
  const sent: Mail[] = [];
  let busy = true;
  await bring(world, ['CVE-2026-1000'], [{ cve: 'CVE-2026-1000' }]);
  assert.equal(
    (
      await deliverNotices(
        world.context,
        ports(sent, () => busy),
      )
    ).failed,
    1,
  );
  busy = false;
  assert.equal((await deliverNotices(world.context, ports(sent))).sent, 0, 'not at once');
  world.pass(60_000);
  assert.equal((await deliverNotices(world.context, ports(sent))).sent, 1);
  assert.match(sent[0]?.messageId ?? '', /^<[0-9a-f]{40}@mail\.example\.jp>$/);
});

test('the link in a mail is for one person, one warning and some days', async (t) => {
  const world = await operator(t);
  const sent: Mail[] = [];
  await bring(world, ['CVE-2026-1000'], [{ cve: 'CVE-2026-1000' }]);
  await deliverNotices(world.context, ports(sent));
  const token = /answer#(\S+)/.exec(sent[0]?.text ?? '')?.[1] ?? '';
  const now = world.context.clock.now();
  assert.equal(readAnswerLink(token, linkKey, now).personId, 'per_first');
  const seen = await answerByLink(world.context, token, linkKey, { kind: 'seen' });
  assert.equal(seen.effect.state, 'acknowledged');
  const again = await answerByLink(world.context, token, linkKey, { kind: 'seen' });
  assert.deepEqual([again.repeated, again.answerId], [true, seen.answerId]);
  const narrowed = answerByLink(world.context, token, linkKey, { kind: 'fixed' }, ['seen']);
  await assert.rejects(narrowed, { code: 'WRN_ANSWER_UNKNOWN' });
  const refused = (text: string, key = linkKey, at = now) => {
    try {
      readAnswerLink(text, key, at);
      return 'accepted';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  assert.equal(refused(token, linkKey, now + 15 * 24 * HOUR_MS), 'WRN_LINK_EXPIRED');
  assert.equal(refused(token, new Uint8Array(32)), 'WRN_LINK_INVALID');
  for (let at = 0; at < token.length; at += 7) {
    const other = token[at] === 'x' ? 'y' : 'x';
    assert.equal(
      refused(`${token.slice(0, at)}${other}${token.slice(at + 1)}`),
      'WRN_LINK_INVALID',
    );
  }
  assert.equal(refused(`${token}.more`), 'WRN_LINK_INVALID');
  assert.equal(refused('a'.repeat(10_000)), 'WRN_LINK_INVALID');
});

test('a real SMTP server gets the notice as plain text, in both languages', async (t) => {
  const world = await operator(t);
  let received = '';
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => {
        received += part;
      });
      stream.on('end', () => done());
    },
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.server.address() as AddressInfo;
  const mailer = makeMailer({
    host: '127.0.0.1',
    port,
    secure: false,
    requireTls: false,
    from: 'sakimori@example.jp',
  });
  t.after(async () => {
    mailer.close();
    await new Promise<void>((done) => server.close(() => done()));
  });
  await bring(world, ['CVE-2026-1000'], [{ cve: 'CVE-2026-1000' }]);
  const done = await deliverNotices(world.context, { ...ports([]), mailer });
  assert.deepEqual(done, { sent: 1, failed: 0, dropped: 0 });
  assert.match(received, /^To: per_first@example\.jp/m);
  assert.match(received, /^Message-ID: <[0-9a-f]{40}@mail\.example\.jp>/m);
  assert.match(received, /^Content-Type: text\/plain; charset=utf-8/m);
  assert.match(received, /^Auto-Submitted: auto-generated/m);
});

test('a webhook is signed, repeated with the same id, and stopped when it keeps failing', async (t) => {
  const world = await operator(t);
  const calls: { id: string; ok: boolean; body: string }[] = [];
  let status = 500;
  let secret = '';
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      let ok = true;
      try {
        // The library checks the time against the real clock; the test has its own.
        const at = new Date(Number(headers['webhook-timestamp']) * 1000);
        const again = new Webhook(secret).sign(headers['webhook-id'] ?? '', at, body);
        ok = again === headers['webhook-signature'];
      } catch {
        ok = false;
      }
      calls.push({ id: headers['webhook-id'] ?? '', ok, body });
      response.writeHead(status);
      response.end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const own = testScope({ organisation: 'org_a', reach: 'own' });
  const request = { organisationId: 'org_a', url, actor: 'per_first' };
  secret = (await addWebhook(world.context, own, request, RULES)).secret ?? '';
  await bring(world, ['CVE-2026-1000'], []);
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await deliverNotices(world.context, ports([]));
    world.pass(13 * HOUR_MS);
  }
  assert.equal(calls.length, 8);
  assert.equal(new Set(calls.map((call) => call.id)).size, 1);
  assert.ok(calls.every((call) => call.ok));
  assert.match(calls[0]?.body ?? '', /"vulnerability":"CVE-2026-1000"/);
  const [failing] = await listWebhooks(world.context, own, 'org_a');
  assert.equal(failing?.state, 'failing');
  assert.equal(failing?.secret, undefined);
  for (let n = 0; n < 2; n += 1) {
    await bring(world, [`CVE-2026-${3000 + n}`], []);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await deliverNotices(world.context, ports([]));
      world.pass(13 * HOUR_MS);
    }
  }
  const [stopped] = await listWebhooks(world.context, own, 'org_a');
  assert.equal(stopped?.state, 'stopped');
  assert.equal(calls.length, 20);
  status = 200;
});
