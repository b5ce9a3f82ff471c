// SPDX-License-Identifier: Apache-2.0
/** What the hub hands to the report room: mail notices, files of attachments, figures of the ledger. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mail } from '@sakimori/warn';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { attachmentFiles } from '../src/attachment-files.ts';
import { ledgerFigures, reportNotices } from '../src/report-ports.ts';
import { openHub } from './hub-for-tests.ts';
import { recordOf, submitRecord } from './reports-for-tests.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const NOTICE = {
  key: 'reminder-1',
  organisationId: 'org_north',
  order: 1,
  subject: { ja: '期限のお知らせ', en: 'A deadline is near' },
  text: { ja: '確報の期限が近づいています。', en: 'The deadline of the final report is near.' },
  href: '/reports/rpt_x',
};

test('a notice by mail says that something waits and where; the same notice is the same mail', async (t) => {
  const hub = await openHub(t);
  const sent: Mail[] = [];
  const notify = reportNotices({
    register: () => hub.instance.services.register,
    mailer: {
      send: async (mail) => {
        sent.push(mail);
      },
    },
    consoleUrl: 'https://hub.example.jp',
    instance: { ja: '防人（演習）', en: 'Sakimori (exercise)' },
  });
  await notify(NOTICE);
  await notify(NOTICE);
  const [first, second] = sent;
  assert.ok(first && second);
  assert.equal(first.to, 'csirt@north.example.jp');
  assert.match(first.text, /https:\/\/hub\.example\.jp\/reports\/rpt_x/);
  assert.match(first.text, /内容はメールに書いていません/);
  assert.equal(first.messageId, second.messageId);
  // Who has no second contact is told all the same: the first one again.
  await notify({ ...NOTICE, key: 'escalation-1', order: 2 });
  assert.equal(sent[2]?.to, first.to);
  assert.notEqual(sent[2]?.messageId, first.messageId);
});

/** A mail server on loopback that keeps what it is given. */
async function mailServer(t: TestContext): Promise<{ url: string; mails: () => string[] }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString());
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  t.after(() => new Promise<void>((done) => server.close(() => done())));
  const { port } = server.server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, mails: () => mails };
}

test('who receives a report hears of it by mail, over SMTP, without a word of the report', async (t) => {
  const server = await mailServer(t);
  const hub = await openHub(t, { smtpUrl: server.url });
  const secret = 'Turbine hall 7 is dark';
  await submitRecord(
    await hub.as('north-admin'),
    recordOf('north', { outline: secret, title: secret }),
  );
  const toMinistry = async () => {
    const read = await Promise.all(server.mails().map((mail) => PostalMime.parse(mail)));
    return read.find((mail) => mail.to?.[0]?.address === 'csirt@ministry-energy.example.jp');
  };
  let mail = await toMinistry();
  // The test's own time limit ends this where nothing comes.
  for (; !mail; mail = await toMinistry()) await sleep(100);
  assert.match(mail.text ?? '', /http:\/\/localhost:8470\/desk/);
  for (const raw of server.mails()) {
    const { text = '', html = '', subject = '' } = await PostalMime.parse(raw);
    assert.ok(!`${text}${html}${subject}`.includes('Turbine'), 'no content in a mail');
  }
});

test('a mail server that refuses makes the notice wait, not vanish', async (t) => {
  const hub = await openHub(t);
  const notify = reportNotices({
    register: () => hub.instance.services.register,
    mailer: { send: () => Promise.reject(new Error('451')) },
    consoleUrl: 'https://hub.example.jp',
    instance: { ja: '防人', en: 'Sakimori' },
  });
  await assert.rejects(notify(NOTICE), /451/);
});

test('bytes are kept once, under their digest, for their owner alone; no name leads elsewhere', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-files-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = attachmentFiles(folder);
  const bytes = new TextEncoder().encode('evidence');
  const digest = sha256(bytes);
  assert.equal(await files.get(digest), undefined);
  assert.equal(await files.stream(digest), undefined);
  await Promise.all([files.put(digest, bytes), files.put(digest, bytes)]);
  await files.put(digest, bytes);
  assert.deepEqual(await files.get(digest), bytes);
  const place = join(folder, 'attachments', digest.slice(0, 2));
  assert.deepEqual(readdirSync(place), [digest], 'one file, nothing half');
  assert.equal(statSync(join(place, digest)).mode & 0o777, 0o600);
  await assert.rejects(files.put('0'.repeat(64), bytes), 'bytes that are not of this digest');
  for (const name of ['../../etc/passwd', digest.toUpperCase(), `${digest}/x`, '']) {
    await assert.rejects(files.get(name), `name of ${name.length} characters`);
  }
});

test('figures are made of what the ledger holds, and each entry is read once', async (t) => {
  const hub = await openHub(t);
  const figures = ledgerFigures(hub.instance.store);
  const before = await figures();
  assert.deepEqual(before.entries, []);
  await submitRecord(await hub.as('north-admin'), recordOf('north'));
  const [after, same] = await Promise.all([figures(), figures()]);
  assert.equal(after.entries.length, 1);
  assert.equal(after.entries[0]?.type, 'report.submitted');
  assert.equal(after.entries[0]?.counts.kind_ransomware, 1);
  assert.ok(after.size > before.size);
  assert.deepEqual(same.entries, after.entries);
});
