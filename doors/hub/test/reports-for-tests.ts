// SPDX-License-Identifier: Apache-2.0
/** Incidents for tests: fictional, each operator's its own, so that nothing is shared by chance. */
import assert from 'node:assert/strict';
import type { Client, PersonName, TestHub } from './hub-for-tests.ts';

/** Ids of one operator's incident, one of each type. */
export interface ReportedThings {
  readonly report: string;
  readonly draft: string;
  /** Its copy at the desk of the competent ministry. */
  readonly copy: string;
  /** A question of that ministry that waits for an answer. */
  readonly message: string;
  readonly attachment: string;
  /** By the office, of this operator's two reports. */
  readonly merge: string;
}

export type Content = Readonly<Record<string, unknown>>;

/** Which desk is competent. */
export const DESK_OF: Readonly<Record<'north' | 'south', PersonName>> = {
  north: 'energy-desk',
  south: 'money-desk',
};

const ADDRESS = { north: '198.51.100.21', south: '203.0.113.84' } as const;
const WORDS = {
  north: 'Turbine control screens went dark during the night shift at the northern plant.',
  south: '口座照会の応答が遅くなり、窓口で振込の受付を一時止めた。',
} as const;

/** A record that every reader takes; `more` goes over it. */
export function recordOf(name: 'north' | 'south', more: Content = {}): Content {
  return {
    reference: `${name}-1`,
    kind: name === 'north' ? 'ransomware' : 'ddos',
    awareness: { at: '2026-11-20T03:00:00+09:00', how: 'monitoring' },
    title: `${name} incident`,
    outline: WORDS[name],
    status: 'ongoing',
    malicious: true,
    indicators: [{ type: 'ipv4', value: ADDRESS[name], role: 'attacker' }],
    contacts: [{ name: 'CSIRT', phone: '000', allDay: true }],
    ...more,
  };
}

/** The body of an answer that went well. */
export async function ok(answer: ReturnType<Client['get']>) {
  const reply = await answer;
  assert.ok(reply.status < 300, `${reply.status} ${reply.text.slice(0, 600)}`);
  return reply.body;
}

/** Submits a record through the operator's own door. */
export function submitRecord(client: Client, record: Content, headers = {}) {
  return ok(client.post('/api/v1/reports', { record, acceptDataUse: true }, headers));
}

/** The newest copy of a report at somebody's desk. */
export async function copyOf(desk: Client, report: string) {
  const { items } = await ok(desk.get('/api/v1/copies?limit=200'));
  const own = items.filter((one: { report: string }) => one.report === report);
  assert.ok(own.length > 0, 'the desk has a copy');
  return own.sort((a: { position: number }, b: { position: number }) => b.position - a.position)[0];
}

/** Tells two incidents of an operator, and what its ministry and the office do with them. */
export async function tellIncidents(
  hub: TestHub,
  name: 'north' | 'south',
): Promise<ReportedThings> {
  const admin = await hub.as(`${name}-admin`);
  const desk = await hub.as(DESK_OF[name]);
  const { id: report } = await submitRecord(admin, recordOf(name));
  const second = recordOf(name, { reference: `${name}-2`, title: `${name} again` });
  const { id: other } = await submitRecord(admin, second);
  const draft = await ok(
    admin.post('/api/v1/report-drafts', { record: { kind: 'other', title: `${name} draft` } }),
  );
  const path = `/api/v1/reports/${report}/attachments`;
  const attachment = await ok(admin.upload(path, `${name}.log`, `${name} log\n`));
  const { id: copy } = await copyOf(desk, report);
  // Looking is an act of its own; done here, it is no news for whoever looks again.
  await ok(desk.get(`/api/v1/copies/${copy}`));
  await ok(desk.get(`/api/v1/copies/${copy}/form?format=json`));
  const message = await ok(
    desk.post(`/api/v1/copies/${copy}/messages`, { kind: 'question', text: `${name}?` }),
  );
  const merge = await ok(
    (await hub.as('analyst')).post('/api/v1/intake/merges', {
      reports: [report, other],
      reason: 'told twice',
    }),
  );
  return {
    report,
    draft: draft.id,
    copy,
    message: message.id,
    attachment: attachment.id,
    merge: merge.id,
  };
}
