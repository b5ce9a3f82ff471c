// SPDX-License-Identifier: Apache-2.0
/** An incident told once: by a draft that saves itself, and by machine, until everybody has it. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readVkey, verifyReceipt } from '@sakimori/ledger/verify';
import { type Client, openHub, type PersonName, type TestHub } from './hub-for-tests.ts';
import { type Content, copyOf, ok, submitRecord } from './reports-for-tests.ts';

const DAY_MS = 86_400_000;

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Body = any;

/** The last millisecond of the day that is so many days after the day of an instant, in Japan. */
function endOfDayAfter(instant: string, days: number): number {
  const jst = 9 * 3_600_000;
  const day = Math.floor((Date.parse(instant) + jst) / DAY_MS) + days;
  return (day + 1) * DAY_MS - jst - 1;
}

const dutyTo = (detail: Body, addressee: string): Body =>
  detail.duties.find((duty: Body) => duty.addressee === addressee) ?? assert.fail(addressee);
const clockOf = (duty: Body, stage: string): Body =>
  duty.clocks.find((clock: Body) => clock.stage === stage) ?? assert.fail(stage);

/** Fails unless the entry behind a receipt proves itself to a stranger. */
async function verifies(client: Client, hub: TestHub, receipt: Body): Promise<string> {
  const path = `/api/v1/receipts/${receipt.log}/${receipt.index}`;
  const proof = await client.get(path);
  const entry = await client.get(`${path}/entry`);
  assert.equal(proof.status, 200, proof.text);
  const vkeys = (await hub.nobody.get(`/ledger/${receipt.log}/vkey`)).text.trim().split('\n');
  const verifiers = vkeys.flatMap((vkey) => readVkey(vkey).verifier ?? []);
  const result = verifyReceipt(proof.text, entry.bytes, verifiers);
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.index, receipt.index);
  return entry.text;
}

/** Every text for people in an answer is there in both languages, and they differ where words do. */
function speaksBoth(value: unknown, at = ''): number {
  if (Array.isArray(value))
    return value.reduce((n, item, i) => n + speaksBoth(item, `${at}.${i}`), 0);
  if (value === null || typeof value !== 'object') return 0;
  const entries = Object.entries(value);
  const isText = entries.length === 2 && 'ja' in value && 'en' in value;
  if (!isText) return entries.reduce((n, [key, item]) => n + speaksBoth(item, `${at}.${key}`), 0);
  const { ja, en } = value as { ja: string; en: string };
  assert.ok(ja.trim() !== '' && en.trim() !== '', at);
  return 1;
}

const RANSOMWARE: Content = {
  reference: 'H-1',
  kind: 'ransomware',
  awareness: { at: '2026-11-20T23:40:00+09:00', how: 'staff' },
  title: '電子カルテの暗号化',
  outline: '電子カルテが開けない。救急の受け入れを止めた。',
  status: 'ongoing',
  malicious: true,
  impact: { safety: true, significant: true },
  computers: [{ label: 'SECRET-SERVER', product: '電子カルテ' }],
  personalData: { involved: true, persons: 'unknown', sensitive: true, items: ['SECRET-ITEM'] },
  ransomware: { effects: ['encryption'], note: 'SECRET-NOTE', backups: 'unknown' },
  indicators: [{ type: 'ipv4', value: '198.51.100.77', role: 'attacker' }],
  contacts: [{ name: 'SECRET-PERSON', phone: '03-0000-0000', allDay: true }],
  consent: { police: true, 'sector-ministry-voluntary': true, 'nco-voluntary': true },
};

test('a hospital tells it once, from a draft that survived; every addressee has its copy', async (t) => {
  const hub = await openHub(t);
  const hospital = await hub.as('hospital-admin');
  const [health, police, privacy, office] = await Promise.all(
    (['health-desk', 'police-desk', 'privacy-desk', 'analyst'] as const).map(hub.as),
  );
  assert.ok(health && police && privacy && office);
  await ok(
    hospital.put('/api/v1/report-settings', {
      facts: { designated: false, criticalInfrastructure: true, personalDataHandler: true },
    }),
  );

  let draft: Body;
  await t.test('the form asks little, and says in both languages what would follow', async () => {
    const questions = await ok(
      hospital.get('/api/v1/report-questions?kind=ransomware&stage=first'),
    );
    assert.ok(questions.length >= 5 && questions.length <= 20, `${questions.length} questions`);
    assert.ok(speaksBoth(questions) > questions.length);
    const preview = await ok(hospital.post('/api/v1/reports/preview', { record: RANSOMWARE }));
    assert.deepEqual(preview.refusals, []);
    assert.ok(speaksBoth(preview) > 20);
    assert.equal(dutyTo(preview, 'ppc').applies, true);
    assert.equal((await ok(hospital.get('/api/v1/reports'))).items.length, 0, 'nothing was told');
  });

  await t.test(
    'the draft saves itself; who comes second is told, and nothing is lost',
    async () => {
      const begun = { kind: RANSOMWARE.kind, awareness: RANSOMWARE.awareness };
      draft = await ok(hospital.post('/api/v1/report-drafts', { record: begun, step: 'outline' }));
      const path = `/api/v1/report-drafts/${draft.id}`;
      const save = (revision: number) =>
        hospital.put(path, { record: RANSOMWARE, step: 'contacts', revision });
      const saved = await ok(save(draft.revision));
      const late = await save(draft.revision);
      assert.equal(late.status, 409);
      assert.equal(late.body.code, 'RPT_CHANGED_MEANWHILE');
      const again = await ok((await hub.signIn('hospital-admin')).get(path));
      assert.deepEqual([again.record.outline, again.step], [RANSOMWARE.outline, 'contacts']);
      assert.ok(again.revision === saved.revision);
      const home = await ok(hospital.get('/api/v1/home'));
      assert.ok(home.waiting.some((item: Body) => item.kind === 'report-draft'));
      for (const outsider of [health, police, privacy, office]) {
        assert.ok(
          [403, 404].includes((await outsider.get(path)).status),
          'a draft is nobody else’s',
        );
      }
    },
  );

  let report: Body;
  await t.test('it is submitted with the purposes accepted, and the draft is gone', async () => {
    const path = `/api/v1/report-drafts/${draft.id}/submit`;
    const refused = await hospital.post(path, { acceptDataUse: false });
    assert.equal(refused.body.code, 'RPT_DATA_USE_NOT_ACCEPTED');
    report = await ok(hospital.post(path, { acceptDataUse: true }));
    assert.equal((await hospital.get(`/api/v1/report-drafts/${draft.id}`)).status, 404);
    assert.ok(speaksBoth(report) > 30);
  });

  await t.test(
    'clocks of the personal-information law: 30 days, or 60 after a malicious act',
    () => {
      const duty = dutyTo(report, 'ppc');
      assert.equal(clockOf(duty, 'first').state, 'done');
      const final = clockOf(duty, 'final');
      const aware = '2026-11-20T23:40:00+09:00';
      // The earliest reading is shown: the day of awareness may count as day 1.
      assert.ok(Date.parse(final.due) >= endOfDayAfter(aware, 59), final.due);
      assert.ok(Date.parse(final.due) <= endOfDayAfter(aware, 67), final.due);
      assert.equal(duty.verified, false, 'nobody has compared it with the primary text');
      const act = report.duties.filter((one: Body) => one.addressee === 'sector-minister');
      assert.ok(
        act.every((one: Body) => !one.applies),
        'who is not designated has no duty under art. 5',
      );
    },
  );

  const desks: readonly [string, Client, string][] = [
    ['sector-ministry-voluntary', health, 'health-desk'],
    ['nco-voluntary', office, 'analyst'],
    ['police', police, 'police-desk'],
    ['ppc', privacy, 'privacy-desk'],
  ];
  await t.test(
    'every desk is told at home that something waits, the office in its queue',
    async () => {
      for (const [addressee, desk] of desks) {
        const { waiting } = await ok(desk.get('/api/v1/home'));
        const kind = desk === office ? 'intake' : 'copy-new';
        const item = waiting.find((one: Body) => one.kind === kind);
        assert.deepEqual([item?.severity, item?.overdue], ['urgent', false], addressee);
      }
      const queue = await ok(office.get('/api/v1/intake'));
      assert.deepEqual([queue.total, queue.crisis.on], [1, false]);
      assert.ok(speaksBoth(queue.items[0].why) > 0, 'and why it stands where it stands');
    },
  );

  await t.test(
    'each desk sees its own copy, with what its purpose allows and no more',
    async () => {
      for (const [addressee, desk] of desks) {
        const { id } = await copyOf(desk, report.id);
        const copy = await ok(desk.get(`/api/v1/copies/${id}`));
        assert.equal(copy.addressee, addressee);
        assert.ok(speaksBoth(copy) > 20, addressee);
        const shown = JSON.stringify(copy);
        const mayShow = addressee === 'ppc';
        assert.equal(
          shown.includes('SECRET-ITEM'),
          mayShow,
          `${addressee}: items of personal data`,
        );
        assert.equal(shown.includes('SECRET-SERVER'), !mayShow, `${addressee}: computers`);
        assert.equal(shown.includes('SECRET-NOTE'), !mayShow, `${addressee}: ransom note`);
        for (const [other, otherDesk] of desks) {
          if (other === addressee) continue;
          assert.equal(
            (await otherDesk.get(`/api/v1/copies/${id}`)).status,
            404,
            `${other} reads ${addressee}`,
          );
        }
      }
    },
  );

  await t.test('the reporter sees who read what, and for what purpose', async () => {
    const { uses } = await ok(hospital.get(`/api/v1/reports/${report.id}`));
    const readers = uses.map((use: Body) => use.organisation.id).sort();
    assert.deepEqual(readers, ['org_ministry-health', 'org_office', 'org_police', 'org_privacy']);
    for (const use of uses) {
      assert.ok(use.purpose.ja && use.receipt, 'a purpose, and its place on the ledger');
      const entry = await verifies(hospital, hub, use.receipt);
      assert.match(entry, /record\.accessed/);
    }
  });

  await t.test('a question waits for the reporter until it is answered', async () => {
    const { id } = await copyOf(privacy, report.id);
    const question = await ok(
      privacy.post(`/api/v1/copies/${id}/messages`, {
        kind: 'question',
        text: '人数は分かりますか。',
      }),
    );
    const home = await ok(hospital.get('/api/v1/home'));
    assert.ok(home.waiting.some((item: Body) => item.kind === 'report-message'));
    await ok(
      hospital.post(`/api/v1/reports/${report.id}/messages`, {
        text: '調査中です。',
        answers: question.id,
      }),
    );
    const copy = await ok(privacy.get(`/api/v1/copies/${id}`));
    assert.deepEqual(
      copy.thread.map((one: Body) => [one.kind, one.text]),
      [
        ['question', '人数は分かりますか。'],
        ['answer', '調査中です。'],
      ],
    );
    const after = await ok(hospital.get('/api/v1/home'));
    assert.ok(!after.waiting.some((item: Body) => item.kind === 'report-message'));
    const own = await ok(police.get(`/api/v1/copies/${(await copyOf(police, report.id)).id}`));
    assert.deepEqual(own.thread, [], 'a thread belongs to reporter and addressee');
  });

  await t.test('an order of the ministry has a clause, a deadline and a receipt', async () => {
    const { id } = await copyOf(health, report.id);
    const order = { text: '通信の記録を保全すること。', clause: 'Act art. 6', due: '2099-03-31' };
    const refused = await police.post(
      `/api/v1/copies/${(await copyOf(police, report.id)).id}/orders`,
      order,
    );
    assert.equal(refused.status, 403, 'only a ministry orders');
    const sent = await ok(health.post(`/api/v1/copies/${id}/orders`, order));
    assert.equal(sent.clause, order.clause);
    assert.equal(Date.parse(sent.due), endOfDayAfter('2099-03-31T12:00:00+09:00', 0));
    assert.match(await verifies(hospital, hub, sent.receipt), /report\.ordered/);
    await ok(
      hospital.post(`/api/v1/reports/${report.id}/messages`, {
        text: '保全した。',
        answers: sent.id,
      }),
    );
  });

  await t.test(
    'delivered, read and accepted are three things; the last is a person’s act',
    async () => {
      const { id } = await copyOf(health, report.id);
      await ok(health.post(`/api/v1/copies/${id}/accept`));
      const detail = await ok(hospital.get(`/api/v1/reports/${report.id}`));
      const states = Object.fromEntries(
        desks.map(([addressee]) => [addressee, dutyTo(detail, addressee).deliveries.at(-1).state]),
      );
      assert.equal(states['sector-ministry-voluntary'], 'accepted');
      assert.equal(states.police, 'read');
      const [delivery] = dutyTo(detail, 'sector-ministry-voluntary').deliveries;
      for (const { receipt } of delivery.receipts) await verifies(hospital, hub, receipt);
      const withdrawn = await hospital.post(`/api/v1/reports/${report.id}/withdraw`, {
        reason: 'x',
      });
      assert.equal(withdrawn.body.code, 'RPT_ACCEPTED_ALREADY');
    },
  );

  await t.test('the final report stops the clocks; only differences are added', async () => {
    const path = `/api/v1/reports/${report.id}/supplements`;
    const before = await ok(hospital.get(`/api/v1/reports/${report.id}`));
    const record = {
      ...RANSOMWARE,
      stage: 'final',
      status: 'recovered',
      recovered: '2026-11-21T18:00:00+09:00',
      occurred: 'unknown',
      actions: [{ text: '端末を復旧した。' }],
    };
    const final = await ok(hospital.post(path, { record, revision: before.revision }));
    assert.deepEqual([final.stage, final.state], ['final', 'final']);
    assert.equal(clockOf(dutyTo(final, 'ppc'), 'final').state, 'done');
    const [, changes] = [final.submissions[0], final.submissions.at(-1).changes];
    const fields = changes.map((change: Body) => change.field);
    assert.ok(fields.includes('recovered') && !fields.includes('outline'), fields.join());
    const stage = changes.find((change: Body) => change.field === 'stage');
    assert.deepEqual(stage.after, { ja: '確報', en: 'Final report' });
    const late = { record: { ...record, title: 'late' }, revision: before.revision };
    const stale = await hospital.post(path, late);
    assert.equal(stale.status, 409);
    const { id } = await copyOf(privacy, report.id);
    assert.equal((await ok(privacy.get(`/api/v1/copies/${id}`))).stage, 'final');
    assert.match(
      await verifies(hospital, hub, final.submissions.at(-1).receipt),
      /report\.finalised/,
    );
  });

  await t.test(
    'what came back is told: acceptance among it, and when the first of it came',
    async () => {
      const { gotBack } = await ok(hospital.get(`/api/v1/reports/${report.id}`));
      assert.ok(gotBack.items.some((item: Body) => item.kind === 'acceptance'));
      assert.ok(Date.parse(gotBack.firstAt) >= Date.parse(report.submitted));
    },
  );

  await t.test('no entry of the ledger holds a word of the report', async () => {
    const { items } = {
      items: await ok(hub.nobody.get('/api/v1/ledger/exercise/entries?limit=256')),
    };
    const { index } = report.receipt;
    const entry = await verifies(hospital, hub, { log: 'exercise', index });
    assert.match(entry, /report\.submitted/);
    assert.doesNotMatch(entry + JSON.stringify(items), /SECRET|カルテ|198\.51\.100|org_hospital/);
  });
});

const DDOS: Content = {
  reference: 'NOC-118',
  kind: 'ddos',
  awareness: { at: '2026-11-21T08:00:00Z', how: 'monitoring' },
  title: 'DNS flood',
  status: 'ongoing',
  malicious: true,
  computers: [{ label: 'dns1', specified: true }],
  ddos: { gbps: 340, type: 'T1498.002' },
  indicators: [{ type: 'ipv4', value: '203.0.113.10', role: 'attacker' }],
};

test('a machine reports a DDoS with a key; sent again it is the same report', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  await ok(admin.put('/api/v1/report-settings', { facts: { designated: true } }));
  const key = await hub.key('north-admin', ['report:submit']);
  const headers = { 'idempotency-key': 'noc-118-first' };
  const told = await submitRecord(key, DDOS, headers);

  await t.test(
    'minister and Prime Minister have it, and 30 days from awareness for the rest',
    async () => {
      for (const [addressee, person] of [
        ['sector-minister', 'energy-desk'],
        ['prime-minister', 'analyst'],
      ] as const satisfies readonly (readonly [string, PersonName])[]) {
        const duty = dutyTo(told, addressee);
        assert.deepEqual(
          [duty.applies, duty.decision, duty.nature],
          [true, 'yes', 'duty'],
          addressee,
        );
        assert.equal(clockOf(duty, 'first').due, undefined, 'promptly is no number');
        const due = Date.parse(clockOf(duty, 'final').due);
        const earliest = endOfDayAfter('2026-11-21T08:00:00Z', 29);
        assert.ok(due >= earliest && due <= endOfDayAfter('2026-11-21T08:00:00Z', 32), `${due}`);
        assert.equal((await copyOf(await hub.as(person), told.id)).addressee, addressee);
      }
    },
  );

  await t.test('the same key or the same number is never a second report', async () => {
    const path = '/api/v1/reports';
    const body = { record: DDOS, acceptDataUse: true };
    const again = await key.post(path, body, headers);
    assert.deepEqual([again.status, again.body.id], [200, told.id], again.text);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    const byNumber = await key.post(path, body, { 'idempotency-key': 'another-key' });
    assert.equal(byNumber.body.id, told.id, byNumber.text);
    const other = { record: { ...DDOS, title: 'something else' }, acceptDataUse: true };
    for (const sent of [await key.post(path, other, headers), await key.post(path, other)]) {
      assert.deepEqual([sent.status, sent.body.code], [409, 'RPT_REFERENCE_TAKEN']);
    }
    const { items } = await ok(admin.get(path));
    assert.equal(items.length, 1);
  });

  await t.test('twenty at once with one key are one report', async () => {
    const record = { ...DDOS, reference: 'NOC-119' };
    const sent = await Promise.all(
      Array.from({ length: 20 }, () =>
        key.post(
          '/api/v1/reports',
          { record, acceptDataUse: true },
          { 'idempotency-key': 'at-once-1' },
        ),
      ),
    );
    assert.deepEqual([...new Set(sent.map(({ status }) => status))], [200], sent[0]?.text ?? '');
    assert.equal(new Set(sent.map(({ body }) => body.id)).size, 1);
    assert.equal((await ok(admin.get('/api/v1/reports'))).items.length, 2);
  });

  await t.test('the key may do nothing but what it was made for', async () => {
    assert.equal((await key.get(`/api/v1/reports/${told.id}`)).status, 403);
    const { id } = await copyOf(await hub.as('energy-desk'), told.id);
    assert.equal((await key.post(`/api/v1/copies/${id}/accept`)).status, 403);
  });
});

test('alerts of a sensor become drafts, or precursors where the operator chose so', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  const sensor = await hub.key('north-admin', ['alert:submit']);
  const alert = (signature: string, source: string) =>
    JSON.stringify({
      timestamp: '2026-11-20T01:00:00.000000+0900',
      event_type: 'alert',
      src_ip: source,
      dest_ip: '192.0.2.9',
      alert: { signature, signature_id: 7, severity: 1, category: 'Attempted Administrator' },
    });
  const send = (text: string) => ok(sensor.upload('/api/v1/alerts/suricata', 'eve.json', text));
  const first = await send(`${alert('scan', '198.51.100.9')}\n{"event_type":"flow"}\nno json\n`);
  assert.deepEqual(
    [first.drafts.length, first.precursors.length, first.ignored, first.refused.length],
    [1, 0, 1, 1],
  );
  const [draft] = await ok(admin.get('/api/v1/report-drafts'));
  assert.deepEqual([draft.via, draft.record.kind], ['alert', 'precursor']);
  assert.ok(draft.proposal, 'it waits for a person');
  assert.deepEqual((await ok(admin.get('/api/v1/reports'))).items, []);
  await ok(admin.put('/api/v1/report-settings', { automaticPrecursors: true }));
  const second = await send(`${alert('exploit', '198.51.100.10')}\n`);
  assert.equal(second.precursors.length, 1);
  const { items } = await ok(admin.get('/api/v1/reports'));
  assert.deepEqual(
    items.map((one: Body) => [one.id, one.kind]),
    [[second.precursors[0], 'precursor']],
  );
});

test('an analyst takes a report by telephone, and the operator sees it at once', async (t) => {
  const hub = await openHub(t);
  const analyst = await hub.as('analyst');
  const taken = await ok(
    analyst.post('/api/v1/organisations/org_south/reports', {
      record: { ...DDOS, reference: 'CALL-1' },
      acceptDataUse: true,
      spokenBy: '当直',
      callback: '03-0000-0000',
    }),
  );
  assert.equal(taken.record, undefined, 'the reporter’s own page is the reporter’s');
  const detail = await ok((await hub.as('south-member')).get(`/api/v1/reports/${taken.id}`));
  assert.equal(detail.submissions[0].via, 'telephone');
  assert.equal((await analyst.get(`/api/v1/reports/${taken.id}`)).status, 403);
});

test('a desk that listens hears that a report came, and not which; others hear nothing', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  const address = await hub.app.listen({ host: '127.0.0.1', port: 0 });
  const listen = async (person: PersonName) => {
    const stop = new AbortController();
    const cookie = (await hub.as(person)).headers.cookie ?? '';
    const headers = { cookie };
    const answer = await fetch(`${address}/api/v1/events`, { headers, signal: stop.signal });
    const heard = { text: '', stop: () => stop.abort() };
    void (async () => {
      for await (const part of answer.body ?? []) heard.text += Buffer.from(part).toString('utf8');
    })().catch(() => {});
    return heard;
  };
  const [desk, otherDesk, reporter] = [
    await listen('energy-desk'),
    await listen('money-desk'),
    await listen('north-member'),
  ];
  const { id } = await submitRecord(admin, DDOS);
  const hears = async (one: { text: string }, times: number) => {
    while (one.text.split('event: home').length <= times) await sleep(50);
  };
  await Promise.all([hears(desk, 1), hears(reporter, 1)]);
  const copy = await copyOf(await hub.as('energy-desk'), id);
  const question = { kind: 'question', text: '?' };
  await ok((await hub.as('energy-desk')).post(`/api/v1/copies/${copy.id}/messages`, question));
  await hears(reporter, 2);
  assert.doesNotMatch(desk.text + reporter.text, /rpt_|cpy_|org_/);
  assert.doesNotMatch(otherDesk.text, /event:/);
  // A stream that is open keeps the hub from closing: they end first.
  for (const one of [desk, otherDesk, reporter]) one.stop();
});

test('an attachment leaves only by the sandbox origin, and an addressee’s look is on the ledger', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  const { id } = await submitRecord(admin, DDOS);
  const path = `/api/v1/reports/${id}/attachments`;
  const file = await ok(admin.upload(path, '証拠<b>.html', '<script>alert(1)</script>'));
  assert.equal(file.bytes, 25);
  const url = await hub.instance.sandbox.listen(0);
  const link = await ok(admin.get(`/api/v1/attachments/${file.id}/link`));
  assert.ok(link.url.startsWith(`${url}/a/`));
  const answer = await fetch(link.url);
  assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
  assert.match(answer.headers.get('content-security-policy') ?? '', /sandbox/);
  assert.equal(await answer.text(), '<script>alert(1)</script>');
  assert.deepEqual(
    (await ok(admin.get(path))).map((one: Body) => one.id),
    [file.id],
  );
  for (const stranger of ['south-admin', 'money-desk', 'maker'] as const) {
    const reply = await (await hub.as(stranger)).get(`/api/v1/attachments/${file.id}/link`);
    assert.equal(reply.status, 404, stranger);
  }
  assert.equal((await hub.nobody.get(`/api/v1/attachments/${file.id}/link`)).status, 401);
});

test('a mail becomes drafts; a file that is none is answered with what was expected', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  const mail = [
    'From: soc@example.jp',
    'Subject: =?UTF-8?B?5LiN5a+p44Gq6YCa5L+h?=',
    'Date: Fri, 20 Nov 2026 10:00:00 +0900',
    'Content-Type: text/plain; charset=utf-8',
    '',
    '攻撃元198.51.100.7から接続がありました。',
    '',
  ].join('\r\n');
  const read = await ok(admin.upload('/api/v1/report-drafts/read', 'm.eml', mail));
  assert.equal(read.drafts.length, 1);
  assert.equal(read.drafts[0].record.title, '不審な通信');
  assert.ok(read.drafts[0].indicators.some((one: Body) => one.value === '198.51.100.7'));
  const odd = await ok(admin.upload('/api/v1/report-drafts/read', 'x.json', '{"a":1}'));
  assert.deepEqual([odd.drafts.length, odd.refused.length], [0, 1]);
  assert.ok(odd.refused[0].expected && odd.refused[0].text.ja);
});

test('many reports at once: each line is answered, and sending them again adds nothing', async (t) => {
  const hub = await openHub(t);
  const admin = await hub.as('north-admin');
  const line = (n: number) => JSON.stringify({ ...DDOS, reference: `BULK-${n}` });
  const body = [line(1), '{"kind":"zzz"}', line(2), 'no json', line(3)].join('\n');
  const send = async () => {
    const path = '/api/v1/reports/import?acceptDataUse=true';
    const { status, text } = await admin.upload(path, 'x.ndjson', body);
    assert.equal(status, 200, text);
    return text
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one));
  };
  const first = await send();
  assert.deepEqual(first.at(-1), { total: { records: 5, accepted: 3, repeated: 0, refused: 2 } });
  assert.deepEqual(
    first.slice(0, -1).map((one) => one.line),
    [1, 2, 3, 4, 5],
  );
  const again = await send();
  assert.deepEqual(again.at(-1), { total: { records: 5, accepted: 0, repeated: 3, refused: 2 } });
  assert.deepEqual(
    again.map((one) => one.report),
    first.map((one) => one.report),
  );
});

test('a rule is changed by two people, and the change is on the ledger', async (t) => {
  const hub = await openHub(t);
  const [steward, second] = [await hub.as('steward'), await hub.as('second-steward')];
  const sets = await ok((await hub.as('north-member')).get('/api/v1/rules'));
  const clocks = sets.find((set: Body) => set.ruleSet === 'report-clocks');
  assert.ok(
    clocks.rules.every((rule: Body) => rule.clause && rule.source && rule.note !== undefined),
  );
  const { value } = clocks.rules.at(-1);
  const path = '/api/v1/rules/report-clocks/changes';
  const wish = { clause: 'choice of this instance', from: '2099-01-01', value };
  const asked = await ok(steward.post(path, { ...wish, reason: 'drill', source: 'minutes' }));
  assert.equal(asked.state, 'waiting');
  const decide = (who: Client) => who.post(`/api/v1/rule-changes/${asked.id}`, { approve: true });
  assert.equal((await decide(steward)).status, 403, 'not by the same person');
  assert.equal((await ok(decide(second))).state, 'in-force');
  assert.ok((await decide(second)).status >= 400, 'once');
});

test('without an open connection nothing of a report is kept half', async (t) => {
  const hub = await openHub(t);
  const cookie = (await hub.as('north-admin')).headers.cookie ?? '';
  const address = await hub.app.listen({ host: '127.0.0.1', port: 0 });
  const call = request(`${address}/api/v1/reports/import?acceptDataUse=true`, {
    method: 'POST',
    headers: {
      cookie,
      origin: 'http://localhost:8470',
      host: 'localhost:8470',
      'content-length': 9_999,
    },
  });
  call.on('error', () => {});
  call.write(`${JSON.stringify(DDOS)}\n`);
  await sleep(50);
  const gone = new Promise((done) => call.on('close', done));
  call.destroy();
  await gone;
  const { items } = await ok((await hub.as('north-admin')).get('/api/v1/reports'));
  assert.deepEqual(items, []);
});
