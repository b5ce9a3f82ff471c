// SPDX-License-Identifier: Apache-2.0
/** A whole hub in this process on a small fictional nation, with people of every role. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import type { Action, Principal, Role } from '@sakimori/authority';
import type { Scope } from '@sakimori/store';
import { freshDatabase } from '@sakimori/store/testing';
import { importFeed, signAnswerLink } from '@sakimori/warn';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { HubConfig } from '../src/config.ts';
import { type Instance, openInstance } from '../src/instance.ts';
import { openInstanceKeys } from '../src/signing.ts';
import { type ReportedThings, tellIncidents } from './reports-for-tests.ts';

export const HUB_URL = 'http://localhost:8470';

/** Everything, for setting up. No test of access uses it. */
export const SETUP: Scope = {
  actor: 'system:tests',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'administration',
};

const ORGANISATIONS = [
  { id: 'org_north', kind: 'operator', sector: 'electricity', prefecture: '01' },
  { id: 'org_south', kind: 'operator', sector: 'finance', prefecture: '47' },
  { id: 'org_ministry-energy', kind: 'ministry', competentFor: ['electricity', 'gas'] },
  { id: 'org_ministry-money', kind: 'ministry', competentFor: ['finance'] },
  // Critical infrastructure, and not designated: its sector is not in force by dated law.
  { id: 'org_hospital', kind: 'operator', sector: 'medical', prefecture: '13' },
  { id: 'org_ministry-health', kind: 'ministry', competentFor: ['medical'] },
  { id: 'org_police', kind: 'police' },
  { id: 'org_privacy', kind: 'privacy-commission' },
  { id: 'org_office', kind: 'office' },
  { id: 'org_commission', kind: 'commission' },
  { id: 'org_vendor', kind: 'vendor' },
  { id: 'org_partner', kind: 'partner' },
] as const;

/** Who there is: name, organisation, role. */
export const PEOPLE = [
  ['north-admin', 'org_north', 'operator-admin'],
  ['north-member', 'org_north', 'operator-member'],
  ['north-auditor', 'org_north', 'auditor'],
  ['south-admin', 'org_south', 'operator-admin'],
  ['south-member', 'org_south', 'operator-member'],
  ['energy-desk', 'org_ministry-energy', 'ministry-desk'],
  ['money-desk', 'org_ministry-money', 'ministry-desk'],
  ['hospital-admin', 'org_hospital', 'operator-admin'],
  ['health-desk', 'org_ministry-health', 'ministry-desk'],
  ['police-desk', 'org_police', 'police-desk'],
  ['privacy-desk', 'org_privacy', 'privacy-desk'],
  ['analyst', 'org_office', 'office-analyst'],
  ['steward', 'org_office', 'steward'],
  ['second-steward', 'org_office', 'steward'],
  ['commissioner', 'org_commission', 'commission'],
  ['maker', 'org_vendor', 'vendor'],
  ['partner', 'org_partner', 'auditor'],
] as const satisfies readonly (readonly [string, string, Role])[];

export type PersonName = (typeof PEOPLE)[number][0];

/** Whatever can be a test's context: node:test hands in one, a shared hub hands in `{ after }`. */
interface Cleanup {
  after(work: () => Promise<void>): void;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly bytes: Buffer;
  /** The answer as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** One who asks: a browser with a cookie, a program with a key, or nobody. */
export class Client {
  readonly headers: Readonly<Record<string, string>>;
  readonly #app: FastifyInstance;
  static #askedSoFar = 0;

  constructor(app: FastifyInstance, headers: Readonly<Record<string, string>> = {}) {
    this.#app = app;
    this.headers = headers;
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send('GET', url, undefined, headers);
  }

  post(url: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send('POST', url, body, headers);
  }

  put(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send('PUT', url, body, headers);
  }

  patch(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send('PATCH', url, body, headers);
  }

  delete(url: string): Promise<Reply> {
    return this.send('DELETE', url);
  }

  /** A file as the body, as imports and feeds take it. */
  upload(url: string, name: string, bytes: Buffer | string): Promise<Reply> {
    return this.send('POST', url, Buffer.from(bytes), {
      'content-type': 'application/octet-stream',
      'x-file-name': encodeURIComponent(name),
    });
  }

  /** Objects go as JSON; buffers and strings as they are. */
  async send(
    method: string,
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const host = new URL(HUB_URL).host;
    // Another address every few hundred requests: limits by address are tested by themselves.
    Client.#askedSoFar += 1;
    const block = Math.floor(Client.#askedSoFar / 200) % 65_536;
    const options = {
      method,
      url,
      remoteAddress: `10.1.${block >> 8}.${block & 255}`,
      headers: {
        host,
        ...(body !== undefined && !isRaw && { 'content-type': 'application/json' }),
        ...this.headers,
        ...headers,
      },
      ...(body !== undefined && { payload: isRaw ? body : JSON.stringify(body) }),
    } as InjectOptions;
    const answer = await this.#app.inject(options);
    const isJson = /^application\/(?:problem\+)?json/.test(String(answer.headers['content-type']));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      bytes: answer.rawPayload,
      body: isJson && answer.body ? JSON.parse(answer.body) : undefined,
    };
  }
}

export interface TestHub {
  readonly instance: Instance;
  readonly app: FastifyInstance;
  readonly folder: string;
  /** Every route that the server was given, declared in the table or not. */
  readonly routes: readonly { readonly method: string; readonly url: string }[];
  readonly nobody: Client;
  readonly personIds: Readonly<Record<PersonName, string>>;
  /** Somebody who has just signed in. The same session for each call. */
  as(person: PersonName): Promise<Client>;
  /** A new session of that person. */
  signIn(person: PersonName): Promise<Client>;
  /** A program with a key made by that person. */
  key(person: PersonName, actions: readonly Action[]): Promise<Client & { readonly id: string }>;
  /** Who the hub takes a client for. */
  principalOf(client: Client): Promise<Principal | undefined>;
  /** Resolves when everything that waited is matched and sent. */
  settled(): Promise<void>;
}

/** Opens a hub on a database and a folder of its own; both go away with the test. */
export async function openHub(t: Cleanup, more: Partial<HubConfig> = {}): Promise<TestHub> {
  const { targets, folder, drop } = await freshDatabase();
  let instance: Instance | undefined;
  t.after(async () => {
    await instance?.close();
    await drop();
  });
  const routes: { method: string; url: string }[] = [];
  // The server is made inside; this is how Fastify tells those who were there before it.
  const watch = (message: unknown) => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.push({ method: one, url });
    });
  };
  subscribe('fastify.initialization', watch);
  instance = await openInstance({
    config: {
      port: 0,
      host: '127.0.0.1',
      dataFolder: folder,
      empty: false,
      publicUrl: HUB_URL,
      sandbox: { port: 0, url: undefined },
      databaseUrl: targets.owner.connectionString,
      smtpUrl: undefined,
      mailFrom: 'sakimori@example.jp',
      witnessedCheckpoints: [],
      allowLoopbackFetch: true,
      logLevel: 'error',
      oidc: undefined,
      ...more,
    },
    version: '0.0.0-test',
    consoleFolder: join(folder, 'no-console'),
    say: () => {},
  }).finally(() => unsubscribe('fastify.initialization', watch));
  const { identity, services, app } = instance;
  await foundOrganisations(instance);
  const made = await identity.found(
    PEOPLE.map(([name, organisation, role]) => ({
      name,
      email: `${name}@example.jp`,
      organisation,
      roles: [role],
    })),
  );
  const personIds = Object.fromEntries(PEOPLE.map(([name], i) => [name, made[i]])) as Record<
    PersonName,
    string
  >;
  const signIn = async (person: PersonName): Promise<Client> => {
    const { token } = await identity.createSignInLink(personIds[person], 'mail');
    const { setCookie } = await identity.redeem(token, { host: 'localhost:8470', origin: HUB_URL });
    const cookie = setCookie.map((line) => line.split(';')[0]).join('; ');
    return new Client(app, { cookie, origin: HUB_URL });
  };
  const sessions = new Map<PersonName, Promise<Client>>();
  const as = (person: PersonName): Promise<Client> => {
    const known = sessions.get(person) ?? signIn(person);
    sessions.set(person, known);
    return known;
  };
  return {
    instance,
    app,
    folder,
    routes,
    personIds,
    nobody: new Client(app),
    as,
    signIn,
    async key(person, actions) {
      const by = await identity.sessionFrom((await as(person)).headers);
      assert.ok(by, `${person} is signed in`);
      const wish = { name: 'a test', actions, expiresAtMs: Date.now() + 3_600_000 };
      const { key, secret } = await identity.createKey(by, wish);
      const client = new Client(app, { authorization: `Bearer ${secret}` });
      return Object.assign(client, { id: key.id });
    },
    principalOf: (client) => identity.sessionFrom(client.headers),
    async settled() {
      await services.worker.settled();
      await services.reportWorker.settled();
    },
  };
}

async function foundOrganisations({ services }: Instance): Promise<void> {
  for (const { id, ...facts } of ORGANISATIONS) {
    await services.register.organisations.create(SETUP, {
      id,
      ja: `${id}（演習）`,
      en: `${id} (exercise)`,
      domain: `${id.slice(4)}.example.jp`,
      exercise: true,
      prefecture: '13',
      ...facts,
    });
    await services.register.organisations.setContacts(SETUP, id, [
      { name: 'CSIRT', email: `csirt@${id.slice(4)}.example.jp`, order: 1, language: 'ja' },
    ]);
  }
}

/** One row of a list: asset number, maker, product, version, name in CPE. */
export type AssetRow = readonly [string, string, string, string, string];

export const GATEWAY: AssetRow = ['GW-1', 'Kagami', 'Edge Gateway', '2.4', 'o:kagami:edge_gateway'];
export const BOX: AssetRow = ['FB-1', 'Nagi', 'File Box', '5.0', 'a:nagi:file_box'];
export const PLAIN: AssetRow = ['PC-1', 'Tsubaki', 'Panel', '1.0', 'a:tsubaki:panel'];

/** A register as an operator keeps it: Japanese headings, everything that the Act asks for. */
export function registerCsv(rows: readonly AssetRow[]): string {
  const heading = [
    '資産番号,メーカー,製品名,バージョン,用途,設置場所,都道府県,関連設備',
    '接続形態,所有者,利用部門,導入日,担当者,連絡先メール,CPE',
  ].join(',');
  const lines = rows.map(([number, maker, product, version, cpe]) =>
    [
      number,
      maker,
      product,
      version,
      'SSL-VPN',
      '本社',
      '13',
      '遠隔保守',
      'インターネット',
      '演習事業者',
      '情報システム部',
      '2024/4/1',
      '佐伯',
      'csirt@example.jp',
      `cpe:2.3:${cpe}:${version}:*:*:*:*:*:*:*`,
    ].join(','),
  );
  return `${[heading, ...lines].join('\r\n')}\r\n`;
}

export interface Exploited {
  readonly id: string;
  readonly maker: string;
  readonly product: string;
  /** Affected up to and with this version. */
  readonly cpe: string;
  readonly until: string;
}

export const GATEWAY_HOLE: Exploited = {
  id: 'CVE-2026-90001',
  maker: 'Kagami',
  product: 'Edge Gateway',
  cpe: 'o:kagami:edge_gateway',
  until: '2.9',
};
export const BOX_HOLE: Exploited = {
  id: 'CVE-2026-90002',
  maker: 'Nagi',
  product: 'File Box',
  cpe: 'a:nagi:file_box',
  until: '5.5',
};

/** A catalogue of exploited vulnerabilities in the form of KEV. */
export function kevFile(list: readonly Exploited[], released = '2026-11-01'): string {
  return JSON.stringify({
    title: 'Exploited vulnerabilities (fictional)',
    catalogVersion: released.replaceAll('-', '.'),
    dateReleased: `${released}T00:00:00.000Z`,
    count: list.length,
    vulnerabilities: list.map(({ id, maker, product }) => ({
      cveID: id,
      vendorProject: maker,
      product,
      vulnerabilityName: `${maker} ${product} Command Injection Vulnerability`,
      dateAdded: released,
      shortDescription: 'A stranger can run commands.',
      requiredAction: 'Update.',
      dueDate: '2026-12-01',
      knownRansomwareCampaignUse: 'Unknown',
      notes: '',
      cwes: ['CWE-78'],
    })),
  });
}

/** Versions that are affected, as CPE configurations in the form of NVD, one a line. */
export function cpeFile(list: readonly Exploited[]): string {
  const match = ({ cpe, until }: Exploited) => ({
    vulnerable: true,
    criteria: `cpe:2.3:${cpe}:*:*:*:*:*:*:*:*`,
    versionEndIncluding: until,
  });
  return list
    .map((one) => {
      const nodes = [{ operator: 'OR', negate: false, cpeMatch: [match(one)] }];
      return JSON.stringify({ cve: { id: one.id, configurations: [{ nodes }] } });
    })
    .join('\n');
}

/** Registers computers without going over HTTP. */
export async function register(hub: TestHub, organisation: string, rows: readonly AssetRow[]) {
  const { imports } = hub.instance.services.register;
  const bytes = new TextEncoder().encode(registerCsv(rows));
  const { id } = await imports.start(SETUP, organisation, { name: 'list.csv', bytes });
  const { value } = await imports.apply(SETUP, id);
  assert.equal(value.counts?.added, rows.length, JSON.stringify(value.refusals ?? value.counts));
  return id;
}

/** Takes a feed in without going over HTTP. */
export async function takeFeed(hub: TestHub, kind: 'kev' | 'cpe', text: string) {
  async function* bytes() {
    yield new TextEncoder().encode(text);
  }
  const { run } = await importFeed(hub.instance.services.warn, {
    kind,
    source: `test-${kind}`,
    actor: SETUP.actor,
    inputs: [{ file: `test-${kind}`, bytes: bytes() }],
  });
  assert.notEqual(run.state, 'refused', run.problem?.en ?? '');
  return run;
}

/** Ids of one operator's things, one of each type. */
export interface TenantThings extends ReportedThings {
  readonly organisation: string;
  readonly computer: string;
  /** An import that was not applied yet. */
  readonly import: string;
  /** A warning about the gateway, open. */
  readonly warning: string;
  readonly notification: string;
  readonly person: string;
  readonly key: string;
  readonly webhook: string;
  /** Comes from a warning about the file box that was answered "false positive". */
  readonly suppression: string;
  /** Place of an entry about this operator. */
  readonly receipt: number;
}

/** Feeds that everything below rests on. */
export async function takeKnowledge(hub: TestHub): Promise<void> {
  await takeFeed(hub, 'cpe', cpeFile([GATEWAY_HOLE, BOX_HOLE]));
  await takeFeed(hub, 'kev', kevFile([GATEWAY_HOLE, BOX_HOLE]));
}

/** Gives an operator one thing of each type, through its own doors. */
export async function furnish(hub: TestHub, name: 'north' | 'south'): Promise<TenantThings> {
  const organisation = `org_${name}`;
  const admin = await hub.as(`${name}-admin`);
  const own = async (path: string, send: 'get' | 'post' = 'get', body?: unknown) => {
    const answer = await (send === 'get' ? admin.get(path) : admin.post(path, body));
    assert.ok(answer.status < 300, `${path}: ${answer.text}`);
    return answer.body;
  };
  await register(hub, organisation, [GATEWAY, BOX, PLAIN]);
  await hub.settled();
  const { items: computers } = await own(`/api/v1/organisations/${organisation}/computers`);
  const { items: warnings } = await own('/api/v1/warnings');
  const about = (hole: Exploited) =>
    warnings.find((one: { vulnerability: { id: string } }) => one.vulnerability.id === hole.id)?.id;
  const answered = await own(`/api/v1/warnings/${about(BOX_HOLE)}/answers`, 'post', {
    kind: 'false-positive',
    word: `${name}: the part in question was taken out`,
  });
  await hub.settled();
  const upload = await admin.upload(
    `/api/v1/organisations/${organisation}/imports`,
    `${name}.csv`,
    registerCsv([['NEW-1', 'Tsubaki', 'Panel', '1.1', 'a:tsubaki:panel']]),
  );
  assert.equal(upload.status, 200, upload.text);
  const webhook = { url: `https://hook.${name}.example.jp/in` };
  const key = { name: `${name} reads`, actions: ['computer:read'] };
  const incidents = await tellIncidents(hub, name);
  await hub.settled();
  return {
    ...incidents,
    organisation,
    computer: computers[0].id,
    import: upload.body.id,
    warning: about(GATEWAY_HOLE),
    notification: (await own('/api/v1/notifications')).items[0].id,
    person: hub.personIds[`${name}-member`],
    key: (await own('/api/v1/keys', 'post', key)).id,
    webhook: (await own('/api/v1/webhooks', 'post', webhook)).id,
    suppression: (await own('/api/v1/suppressions'))[0].id,
    receipt: answered.answers[0].receipt.index,
  };
}

/** The token of a link that answers a warning without an account, good for an hour. */
export function linkTo(
  hub: TestHub,
  link: { readonly warningId: string; readonly personId: string; readonly organisationId: string },
  expiresAtMs = Date.now() + 3_600_000,
): string {
  const { linkKey } = openInstanceKeys(hub.folder, hub.instance.facts.origin);
  return signAnswerLink({ ...link, expiresAtMs }, linkKey);
}
