// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReadReport, readOne } from '../../../src/engine/index.ts';
import { assertSound, readAll } from './check-reader.ts';
import { mail, RECEIVED_MS } from './samples.ts';

async function reportOf(lines: readonly (string | Uint8Array)[] | Uint8Array): Promise<ReadReport> {
  const bytes =
    lines instanceof Uint8Array
      ? lines
      : Buffer.concat(lines.flatMap((line) => [Buffer.from(line as string), Buffer.from('\r\n')]));
  const items = await readAll('eml', bytes);
  assertSound(items);
  assert.equal(items.length, 1);
  assert.ok(items[0]?.report, JSON.stringify(items[0]?.refusal));
  return items[0].report;
}

const HEADERS = [
  'From: Sato <sato@plant.example>',
  'Date: Fri, 20 Nov 2026 18:00:00 +0900',
  'Subject: alarm',
  'MIME-Version: 1.0',
];

test('a mail in ISO-2022-JP is read with its sender, subject, body and files', async () => {
  const { record, texts, attachments } = await reportOf(mail);
  assert.equal(record.title, 'ランサム');
  assert.match(record.outline ?? '', /電子カルテが使えません/);
  assert.deepEqual(record.contacts, [{ name: '田中', email: 'tanaka@hospital.example' }]);
  assert.equal(record.reference, '<m1@hospital.example>');
  assert.deepEqual(
    attachments.map(({ name, type }) => `${name} ${type}`),
    ['log.txt text/plain'],
  );
  assert.ok(
    texts.some(({ field, text }) => field === 'attachment 1' && text.includes('198.51.100.23')),
  );
});

test('awareness is when it was sent, the way it took is evidence only, and that is said', async () => {
  const { record, notes } = await reportOf(mail);
  assert.equal(record.awareness.at, '2026-11-21T00:00:00.000Z');
  assert.match(record.awareness.evidence ?? '', /Received: from mx\.hospital\.example/);
  assert.ok(notes.some(({ en }) => en.includes('time of sending')));
});

test('a time that the text labels is awareness, before the Date header', async () => {
  const { record, notes } = await reportOf([
    ...HEADERS,
    'Content-Type: text/plain; charset=utf-8',
    '',
    '発見日時：2026年11月19日 23:50',
    '被害状況：制御端末が停止',
  ]);
  assert.equal(record.awareness.at, '2026-11-19T14:50:00.000Z');
  assert.equal(record.impact?.text, '制御端末が停止');
  assert.ok(!notes.some(({ en }) => en.includes('time of sending')));
});

test('a body in Shift_JIS is read', async () => {
  const body = Buffer.from([
    0x8a, 0xb4, 0x90, 0xf5, 0x82, 0xb5, 0x82, 0xdc, 0x82, 0xb5, 0x82, 0xbd,
  ]);
  const { record } = await reportOf([
    ...HEADERS,
    'Content-Type: text/plain; charset=Shift_JIS',
    '',
    body,
  ]);
  assert.equal(record.outline, '感染しました');
});

test('HTML becomes text: scripts and styles are gone, the true target of a link is kept', async () => {
  const { record, texts } = await reportOf([
    ...HEADERS,
    'Content-Type: text/html; charset=utf-8',
    '',
    '<html><head><title>no</title><style>p{color:red}</style></head><body>',
    '<script>steal("198.51.100.1")</script><!-- 198.51.100.2 --><p>Please &amp; see</p>',
    '<div>the <a href="https://evil.example/login?x=1&amp;y=2">bank.example</a></div>',
    '<SCRIPT src=x>never closed 198.51.100.3',
  ]);
  assert.equal(record.outline, 'Please & see\n\nthe bank.example');
  assert.deepEqual(
    texts.find(({ field }) => field === 'links')?.text,
    'https://evil.example/login?x=1&y=2',
  );
  assert.ok(!JSON.stringify([record, texts]).includes('198.51.100.'));
});

test('a mail that was passed on is read with the mail inside, up to a depth', async () => {
  let inner = ['From: deep@example.jp', 'Subject: innermost', '', 'callback 198.51.100.77'].join(
    '\r\n',
  );
  const { texts } = await reportOf([...HEADERS, 'Content-Type: message/rfc822', '', inner]);
  assert.ok(texts.some(({ text }) => text.includes('198.51.100.77')));
  for (let depth = 0; depth < 30; depth += 1) {
    inner = [`Subject: level ${depth}`, 'Content-Type: message/rfc822', '', inner].join('\r\n');
  }
  const { notes, attachments } = await reportOf([
    ...HEADERS,
    'Content-Type: message/rfc822',
    '',
    inner,
  ]);
  assert.ok(notes.some(({ en }) => en.includes('nested too deeply')));
  assert.equal(attachments.length, 1);
});

test('names of files cannot leave their folder', async () => {
  const part = (name: string) => [
    '--b',
    'Content-Type: application/octet-stream',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    'x',
  ];
  const { attachments } = await reportOf([
    ...HEADERS,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...part('../../etc/passwd'),
    ...part('C:\\\\temp\\\\a.exe'),
    ...part('\u202etxt.exe'),
    '--b--',
  ]);
  for (const { name } of attachments) assert.doesNotMatch(name, /[/\\\u202e]/);
  assert.equal(attachments.length, 3);
});

test('more files than the bound are counted, not taken', async () => {
  const parts = Array.from({ length: 150 }, (_, n) => [
    '--b',
    'Content-Disposition: attachment',
    '',
    `${n}`,
  ]);
  const { attachments, notes } = await reportOf([
    ...HEADERS,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...parts.flat(),
    '--b--',
  ]);
  assert.equal(attachments.length, 100);
  assert.ok(notes.some(({ en }) => en.includes('Only the first 100')));
});

test('a mailbox line before the headers is passed over', async () => {
  const bytes = Buffer.concat([
    Buffer.from('From tanaka@hospital.example Sat Nov 21 09:00:00 2026\n'),
    mail,
  ]);
  assert.equal((await reportOf(bytes)).record.title, 'ランサム');
});

test('headers without end are refused', async () => {
  const bytes = Buffer.from(`From: a@example.jp\r\nX-Long: ${'a'.repeat(400_000)}\r\n\r\nx`);
  const [item] = await readAll('eml', bytes);
  assert.equal(item?.refusal?.field, 'message');
});

test('a mail of very many short lines is refused before it is taken apart', async () => {
  const bytes = Buffer.from(`From: a@example.jp\r\n\r\n${'x\n'.repeat(100_001)}`);
  const [item] = await readAll('eml', bytes);
  assert.match(item?.refusal?.expected ?? '', /at most 100000 lines/);
  const file = `${'A'.repeat(76)}\r\n`.repeat(150_000);
  const attached = `From: a@example.jp\r\nSubject: x\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${file}`;
  assert.ok((await readAll('eml', Buffer.from(attached)))[0]?.report);
});

test('mail is not a body of a webhook: it is said which way to take', () => {
  const [item] = readOne('auto', mail, { receivedAtMs: RECEIVED_MS });
  assert.equal(item?.refusal?.field, 'format');
});
