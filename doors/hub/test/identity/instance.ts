// SPDX-License-Identifier: Apache-2.0
/** A small instance for tests: a ministry, an office, two operators, their people, a clock to move. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Principal, Role } from '@sakimori/authority';
import { type TestDatabase, testDatabase, testScope } from '@sakimori/store/testing';
import { SakimoriError } from '@sakimori/vocabulary';
import Fastify, { type FastifyInstance } from 'fastify';
import { answerProblems } from '../../src/http/problem.ts';
import {
  type Identity,
  type IdentityConfig,
  type IdentityTables,
  identityRoutes,
  openIdentity,
} from '../../src/identity/index.ts';

const ORGANISATIONS = [
  { id: 'org_office', kind: 'office', sector: null },
  { id: 'org_commission', kind: 'commission', sector: null },
  { id: 'org_ministry', kind: 'ministry', sector: 'water' },
  { id: 'org_kawabe', kind: 'operator', sector: 'water' },
  { id: 'org_minato', kind: 'operator', sector: 'port' },
  { id: 'org_new', kind: 'operator', sector: 'port' },
] as const;

const PEOPLE: readonly (readonly [string, string, Role[]])[] = [
  ['steward', 'org_office', ['steward']],
  ['steward2', 'org_office', ['steward']],
  ['analyst', 'org_office', ['office-analyst']],
  ['commissioner', 'org_commission', ['commission']],
  ['desk', 'org_ministry', ['ministry-desk']],
  ['admin', 'org_kawabe', ['operator-admin']],
  ['member', 'org_kawabe', ['operator-member']],
  ['rival', 'org_minato', ['operator-admin']],
];

export const ORIGIN = 'http://localhost:8470';

export interface TestInstance extends TestDatabase {
  readonly identity: Identity;
  readonly app: FastifyInstance;
  readonly ids: Readonly<Record<string, string>>;
  /** Moves the clock on, or back. */
  readonly pass: (ms: number) => void;
  readonly nowMs: () => number;
  /** A browser, signed in by a link, or not yet. */
  readonly browser: (person?: string) => Promise<Browser>;
  /** The principal of somebody who has just signed in. */
  readonly as: (person: string) => Promise<Principal>;
}

export async function testInstance(
  t: TestContext,
  more: Partial<IdentityConfig> & { triesPerMinute?: number } = {},
): Promise<TestInstance> {
  const { triesPerMinute = 1_000, ...config } = more;
  let shift = 0;
  const nowMs = () => Date.now() + shift;
  const database = await testDatabase(t, { nowMs });
  const store = database.store.as<IdentityTables>();
  await store.change(testScope(), async ({ db, record }) => {
    for (const { id, kind, sector } of ORGANISATIONS) {
      const name = { name_ja: id, name_en: id };
      await db
        .insertInto('organisation')
        .values({ id, kind, sector, parent: null, domain: null, prefecture: null, ...name })
        .execute();
      await record({ type: 'organisation.registered', tenant: id });
    }
  });
  const full = {
    publicUrl: ORIGIN,
    dataFolder: database.folder,
    world: 'exercise' as const,
    instanceName: 'Sakimori test',
    now: nowMs,
    ...config,
  };
  const identity = await openIdentity(store, full);
  const made = await identity.found(
    PEOPLE.map(([name, organisation, roles]) => ({
      name,
      email: `${name}@example.jp`,
      organisation,
      roles,
    })),
  );
  const ids = Object.fromEntries(PEOPLE.map(([name], at) => [name, made[at] as string]));
  const app = Fastify();
  answerProblems(app);
  await app.register(identityRoutes, {
    identity,
    options: {
      publicUrl: full.publicUrl,
      world: full.world,
      triesPerMinute,
      instance: () => ({
        name: { ja: '試験', en: 'test' },
        exercise: true,
        version: '0',
        now: new Date(nowMs()).toISOString(),
      }),
      organisation: async (id) => ({ id, name: { ja: id, en: id }, kind: 'operator' as const }),
    },
  });
  t.after(() => app.close());
  const browser = async (person?: string) => {
    const made = new Browser(app);
    if (person) {
      const { token } = await identity.createSignInLink(ids[person] as string, 'mail');
      assert.equal((await made.post('/api/v1/session/link', { token })).status, 200);
    }
    return made;
  };
  return {
    ...database,
    identity,
    app,
    ids,
    nowMs,
    browser,
    pass: (ms) => {
      shift += ms;
    },
    as: async (person) => {
      const found = await identity.sessionFrom((await browser(person)).headers());
      assert.ok(found, `${person} is signed in`);
      return found;
    },
  };
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly location: string | undefined;
  readonly setCookie: readonly string[];
}

/** Keeps cookies and says where its pages come from, as a browser does. */
export class Browser {
  readonly jar = new Map<string, string>();
  readonly #app: FastifyInstance;
  readonly #origin: string | undefined;

  constructor(app: FastifyInstance, origin: string | undefined = ORIGIN) {
    this.#app = app;
    this.#origin = origin;
  }

  headers(): Record<string, string> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    return {
      ...(cookie === '' ? {} : { cookie }),
      ...(this.#origin ? { origin: this.#origin } : {}),
    };
  }

  get(url: string): Promise<Answer> {
    return this.send('GET', url);
  }

  post(url: string, body: unknown = {}): Promise<Answer> {
    return this.send('POST', url, body);
  }

  async send(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown): Promise<Answer> {
    const answer = await this.#app.inject({
      method,
      url,
      headers: {
        ...this.headers(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const setCookie = [answer.headers['set-cookie'] ?? []].flat();
    for (const cookie of setCookie) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = [
        pair.slice(0, pair.indexOf('=')),
        pair.slice(pair.indexOf('=') + 1),
      ];
      if (value === '' || /max-age=0/i.test(cookie)) this.jar.delete(name);
      else this.jar.set(name, value);
    }
    const isJson = String(answer.headers['content-type'] ?? '').includes('json');
    return {
      status: answer.statusCode,
      body: isJson && answer.body ? JSON.parse(answer.body) : answer.body,
      location: answer.headers.location as string | undefined,
      setCookie,
    };
  }
}

/** Expects a refusal with that code. */
export async function refused(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof SakimoriError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}
