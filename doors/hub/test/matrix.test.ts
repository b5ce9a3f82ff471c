// SPDX-License-Identifier: Apache-2.0
/** Every route, every role, every tenant: the answer agrees with the authority's decision. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Action,
  decide,
  isMarked,
  type Principal,
  PUBLIC,
  type Resource,
  typeOfAction,
} from '@sakimori/authority';
import { TLP } from '@sakimori/vocabulary';
import { type Gate, type RouteFact, routeTable } from '../src/http/route.ts';
import {
  Client,
  furnish,
  HUB_URL,
  linkTo,
  openHub,
  PEOPLE,
  type PersonName,
  type Reply,
  type TenantThings,
  type TestHub,
  takeKnowledge,
} from './hub-for-tests.ts';
import { recordOf } from './reports-for-tests.ts';

const NO_ID = '01aaaaaaaaaaaaaaaaaaaaaaaa';
const NOWHERE: TenantThings = {
  organisation: 'org_nowhere',
  computer: `cmp_${NO_ID}`,
  import: `imp_${NO_ID}`,
  warning: `wrn_${NO_ID}`,
  notification: `ntf_${NO_ID}`,
  person: `per_${NO_ID}`,
  key: `key_${NO_ID}`,
  webhook: `whk_${NO_ID}`,
  suppression: `sup_${NO_ID}`,
  receipt: 9_999_999,
  report: `rpt_${NO_ID}`,
  draft: `drf_${NO_ID}`,
  copy: `cpy_${NO_ID}`,
  message: `msg_${NO_ID}`,
  attachment: `att_${NO_ID}`,
  merge: `mrg_${NO_ID}`,
};

/** Routes that are not declared in the table, and why. */
const UNLISTED: Readonly<Record<string, string>> = {
  'GET /api/v1/session': 'says who is signed in, also to nobody',
  'DELETE /api/v1/session': 'ends the session of the cookie that it carries',
  'POST /api/v1/session/link': 'signs in; tests in identity/',
  'POST /api/v1/session/link-request': 'asks for a link; tests in identity/',
  'POST /api/v1/session/language': 'own setting; asks for a session itself',
  'POST /api/v1/session/totp': 'second factor; tests in identity/',
  'POST /api/v1/session/totp/enrolment': 'own second factor; asks for a session itself',
  'POST /api/v1/session/totp/confirmation': 'own second factor; asks for a session itself',
  'POST /api/v1/session/totp/removal': 'own second factor; asks for a session itself',
  'GET /api/v1/auth/*': 'narrow door of the sign-in library; tests in identity/',
  'POST /api/v1/auth/*': 'narrow door of the sign-in library; tests in identity/',
  'GET /api/openapi.json': 'the interface is public',
};

/** The console's own files, where the hub has them. */
const PAGES = /^GET \/(?:$|\*$|assets\/|index\.html$|[a-z.-]+\.(?:svg|png|ico|webmanifest|txt)$)/;

let hub: TestHub;
let north: TenantThings;
let south: TenantThings;
/** How the north's things look before anybody tries anything. */
let untouched: readonly Reply[];
const cleanup: (() => Promise<void>)[] = [];

before(async () => {
  hub = await openHub({ after: (work) => cleanup.push(work) });
  await takeKnowledge(hub);
  north = await furnish(hub, 'north');
  south = await furnish(hub, 'south');
  untouched = await lookAtNorth();
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

async function lookAtNorth(): Promise<Reply[]> {
  const admin = await hub.as('north-admin');
  const paths = [
    `computers/${north.computer}`,
    `imports/${north.import}`,
    `warnings/${north.warning}`,
    `notifications/${north.notification}`,
    `organisations/${north.organisation}/computers`,
    'organisations',
    'suppressions',
    `report-drafts/${north.draft}`,
  ];
  const replies: Reply[] = [];
  for (const path of paths) replies.push(await admin.get(`/api/v1/${path}`));
  return replies;
}

/** A signed link to answer a warning, for whoever holds it. */
function tokenFor(things: TenantThings): string {
  const { warning: warningId, person: personId, organisation: organisationId } = things;
  return linkTo(hub, { warningId, personId, organisationId });
}

/** What `decide` says about rows of every kind; the gate's own short cut is not asked. */
function mayAtAll(principal: Principal, action: Action): boolean {
  const type = typeOfAction(action);
  const { sectors } = principal;
  const places = [
    { organisation: principal.organisation, sectors },
    { organisation: 'org_else', sectors },
    { organisation: 'org_else', sectors: ['sector_else'] },
  ];
  const marks = isMarked(type) ? TLP.map((tlp) => ({ tlp, named: [principal.id] })) : [{}];
  const askedBy = type === 'person' || type === 'rule' ? [{ requestedBy: 'per_else' }, {}] : [{}];
  const context = { world: 'exercise', first: true, secondPerson: true } as const;
  return places.some((place) =>
    marks.some((mark) =>
      askedBy.some((asked) => {
        const thing = { type, id: 'thing', ...place, ...mark, ...asked } as Resource;
        return decide(principal, action, thing, context).allowed;
      }),
    ),
  );
}

function gateOpens(gate: Gate, principal: Principal | undefined): boolean {
  if (gate === 'public') return true;
  if (gate === 'session' || gate === 'session:own') return principal !== undefined;
  return mayAtAll(principal ?? PUBLIC, gate);
}

/** Of which type an `:id` is. */
function typeOfId(url: string): keyof TenantThings | undefined {
  const part = /^\/api\/v1\/(intake\/merges|[a-z-]+)\/:id/.exec(url)?.[1] ?? '';
  return part.endsWith('s') || part === 'people' || part === 'intake'
    ? (
        {
          reports: 'report',
          'report-drafts': 'draft',
          copies: 'copy',
          attachments: 'attachment',
          intake: 'copy',
          'intake/merges': 'merge',
          organisations: 'organisation',
          computers: 'computer',
          imports: 'import',
          warnings: 'warning',
          notifications: 'notification',
          people: 'person',
          keys: 'key',
          webhooks: 'webhook',
          suppressions: 'suppression',
        } as const
      )[part as 'people']
    : undefined;
}

/** The route's address with things of a tenant in it. */
function addressOf(url: string, things: TenantThings): string {
  const type = typeOfId(url);
  return url
    .replace(':id', type === undefined ? NO_ID : String(things[type]))
    .replace(':log', 'exercise')
    .replace(':index', String(things.receipt))
    .replace(':token.atom', 'no-token.atom')
    .replace(':token', tokenFor(things))
    .replace(':kind', 'kev')
    .replace(':format', 'suricata')
    .replace(':set', 'report-clocks')
    .replace('tile/*', 'tile/0/000.p/1')
    .replace(/^\/api\/v1\/why$/, '/api/v1/why?action=computer:read&person=per_x');
}

const INTRUDING = recordOf('north', { reference: 'INTRUDER', title: 'INTRUDER' });
const ALERT = {
  timestamp: '2026-11-20T01:00:00.000000+0900',
  event_type: 'alert',
  src_ip: '192.0.2.9',
  dest_ip: '198.51.100.9',
  alert: { signature: 'INTRUDER', signature_id: 1, severity: 1, category: 'Attempted' },
};
const REPORT_BODIES: Readonly<Record<string, unknown>> = {
  'POST /api/v1/reports': { record: INTRUDING, acceptDataUse: true, organisation: 'org_north' },
  'POST /api/v1/reports/import': `${JSON.stringify(INTRUDING)}\n`,
  'POST /api/v1/reports/preview': { record: INTRUDING, organisation: 'org_north' },
  'POST /api/v1/reports/:id/supplements': { record: { ...INTRUDING, stage: 'final' } },
  'POST /api/v1/reports/:id/withdraw': { reason: 'INTRUDER' },
  'POST /api/v1/reports/:id/messages': { text: 'INTRUDER' },
  'POST /api/v1/reports/:id/told': { rule: 'police', stage: 'first' },
  'POST /api/v1/reports/:id/attachments': 'INTRUDER',
  'POST /api/v1/organisations/:id/reports': {
    record: INTRUDING,
    acceptDataUse: true,
    spokenBy: 'INTRUDER',
  },
  'POST /api/v1/report-drafts': { record: INTRUDING, organisation: 'org_north' },
  'PUT /api/v1/report-drafts/:id': { record: INTRUDING, revision: 1 },
  'POST /api/v1/report-drafts/:id/submit': { acceptDataUse: true },
  'POST /api/v1/report-drafts/:id/attachments': 'INTRUDER',
  'POST /api/v1/report-drafts/read': 'INTRUDER',
  'PUT /api/v1/report-settings': { automaticPrecursors: false },
  'POST /api/v1/alerts/:format': `${JSON.stringify(ALERT)}\n`,
  'POST /api/v1/copies/:id/return': { text: 'INTRUDER' },
  'POST /api/v1/copies/:id/messages': { kind: 'question', text: 'INTRUDER' },
  'POST /api/v1/copies/:id/orders': { text: 'INTRUDER', clause: 'x', due: '2099-01-01' },
  'POST /api/v1/copies/:id/relay': { addressee: 'council' },
  'POST /api/v1/copies/:id/extend': { stage: 'final', until: '2099-01-01', reason: 'INTRUDER' },
  'POST /api/v1/intake/:id/assign': { assignee: null },
  'POST /api/v1/intake/merges': {
    reports: [NOWHERE.report, `${NOWHERE.report.slice(0, -1)}b`],
    reason: 'INTRUDER',
  },
  'POST /api/v1/intake/merges/:id/undo': { reason: 'INTRUDER' },
  'POST /api/v1/rules/:set/changes': {
    clause: 'x',
    from: '2099-01-01',
    value: {},
    reason: 'INTRUDER',
    source: 'x',
  },
  'POST /api/v1/rule-changes/:id': { approve: true },
};

/** A body that would do something, were it let in. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /api/v1/organisations': { kind: 'operator', ja: '侵入', en: 'Intruder' },
  'PATCH /api/v1/organisations/:id': { ja: '侵入', en: 'Intruder' },
  'POST /api/v1/organisations/:id/computers': {
    key: 'INTRUDER-1',
    maker: 'Tsubaki',
    product: 'Panel',
  },
  'PATCH /api/v1/computers/:id': { site: 'INTRUDER' },
  'POST /api/v1/computers/:id/retire': { date: '2026-11-01' },
  'POST /api/v1/computers/:id/sbom': { bomFormat: 'CycloneDX', specVersion: '1.5', components: [] },
  'POST /api/v1/organisations/:id/imports': 'label,maker\nINTRUDER,x\n',
  'PUT /api/v1/imports/:id/mapping': { columns: { 0: null } },
  'PUT /api/v1/imports/:id/answers': { q: 'x' },
  'POST /api/v1/notifications/:id/correction': { fields: ['site'] },
  'POST /api/v1/people': {
    name: 'Intruder',
    email: 'intruder@example.jp',
    organisation: 'org_north',
    roles: ['operator-admin'],
  },
  'PATCH /api/v1/people/:id': { roles: ['operator-admin'] },
  'POST /api/v1/role-requests/:id': { approve: true },
  'POST /api/v1/keys': { name: 'intruder', actions: ['computer:read'] },
  'POST /api/v1/warnings/:id/answers': { kind: 'fixed' },
  'POST /api/v1/answer/:token': { kind: 'seen' },
  'POST /api/v1/webhooks': { url: 'https://intruder.example.com/' },
  'POST /api/v1/feeds/:kind': '{"title":"x"}',
  'POST /api/v1/vulnerabilities/:id/exploited-in-japan': { exploited: true },
  ...REPORT_BODIES,
};

const nameOf = ({ method, url }: RouteFact): string => `${method} ${url}`;
const isRead = ({ method }: RouteFact): boolean => method === 'GET';

async function sendTo(client: Client, fact: RouteFact, things: TenantThings): Promise<Reply> {
  const body = isRead(fact) || fact.method === 'DELETE' ? undefined : (BODIES[nameOf(fact)] ?? {});
  const raw = typeof body === 'string' ? { 'content-type': 'text/csv', 'x-file-name': 'x' } : {};
  return client.send(fact.method, addressOf(fact.url, things), body, raw as Record<string, string>);
}

/** One line for each disagreement; empty when the hub does what the authority says. */
async function disagreements(
  who: string,
  client: Client,
  thingsOfYes: TenantThings,
): Promise<string[]> {
  const principal = await hub.principalOf(client);
  const found: string[] = [];
  for (const fact of routeTable()) {
    const opens = gateOpens(fact.gate, principal);
    // Where it opens, writes aim at nothing; where it does not, at something that is there.
    // A stream has no end to wait for: who may not listen is refused at once all the same.
    if (opens && fact.url === '/api/v1/events') continue;
    const things = opens && !isRead(fact) ? NOWHERE : opens ? thingsOfYes : north;
    const { status } = await sendTo(client, fact, things);
    const line = `${who}: ${nameOf(fact)} (${fact.gate}) answered ${status}`;
    if (!opens && status !== 401 && status !== 403) found.push(`${line}, authority says no`);
    if (!opens && (status === 401) !== (principal === undefined)) {
      found.push(`${line}: 401 is for nobody, 403 for somebody`);
    }
    if (opens && (status === 401 || status >= 500)) found.push(`${line}, authority says yes`);
    if (opens && isRead(fact) && status === 403) found.push(`${line}, authority says yes`);
    if (opens && status === 403 && !DECIDED_AT_THE_THING.has(nameOf(fact))) {
      found.push(`${line}, authority says yes`);
    }
  }
  return found;
}

/**
 * Decided at the thing itself: who may change its own organisation may not make another one, and
 * nobody is invited into a stranger's.
 */
const DECIDED_AT_THE_THING = new Set(['POST /api/v1/people', 'POST /api/v1/organisations']);

test('every route of the server is declared with its gate, or listed here with a reason', () => {
  const declared = new Set(routeTable().map(nameOf));
  const undeclared = hub.routes
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, url }) => `${method} ${url}`)
    .filter((name) => !declared.has(name) && !(name in UNLISTED) && !PAGES.test(name));
  assert.deepEqual(undeclared, []);
  const given = new Set(hub.routes.map(({ method, url }) => `${method} ${url}`));
  const stale = [...declared, ...Object.keys(UNLISTED)].filter((name) => !given.has(name));
  assert.deepEqual(stale, []);
});

for (const [person, organisation, role] of PEOPLE) {
  test(`${person} (${role}) gets from every route what the authority decides`, async () => {
    const own = organisation === 'org_south' ? south : north;
    assert.deepEqual(await disagreements(person, await hub.as(person), own), []);
  });
}

test('nobody gets from every route what the authority decides for the public', async () => {
  assert.deepEqual(await disagreements('nobody', hub.nobody, north), []);
});

test('a key gets in where its one action is asked for, and nowhere else', async () => {
  const allowed: readonly (readonly [PersonName, Action])[] = [
    ['north-admin', 'computer:read'],
    ['north-admin', 'warning:answer'],
    ['analyst', 'feed:import'],
    ['north-admin', 'report:submit'],
    ['north-member', 'alert:submit'],
    ['energy-desk', 'copy:read'],
  ];
  for (const [person, action] of allowed) {
    const keyed = await hub.key(person, [action]).catch((error) => error as Error);
    // Some roles make no keys; that is the authority's to say.
    if (keyed instanceof Error) continue;
    assert.deepEqual(await disagreements(`key ${action}`, keyed, north), []);
  }
});

test('credentials that are malformed, revoked or expired are those of nobody', async () => {
  const admin = await hub.as('north-admin');
  const revoked = await hub.key('north-admin', ['computer:read']);
  assert.equal((await admin.delete(`/api/v1/keys/${revoked.id}`)).status, 204);
  const { body } = await admin.post('/api/v1/keys', {
    name: 'short',
    actions: ['computer:read'],
    expires: new Date(Date.now() + 400).toISOString(),
  });
  const signedOut = await hub.signIn('north-admin');
  assert.equal((await signedOut.delete('/api/v1/session')).status, 204);
  await sleep(450);
  const cookie = admin.headers.cookie ?? '';
  const name = cookie.split('=')[0] as string;
  const bearer = (value: string) => ({ authorization: value });
  const broken: Readonly<Record<string, Record<string, string>>> = {
    'revoked key': { ...revoked.headers },
    'expired key': bearer(`Bearer ${body.secret}`),
    'signed-out session': { ...signedOut.headers },
    'empty bearer': bearer('Bearer '),
    'bearer of rubbish': bearer('Bearer \u00ff\u00fe'),
    'unknown scheme': bearer('Basic YWRtaW46YWRtaW4='),
    'key with one letter changed': bearer(`Bearer ${body.secret.slice(0, -1)}_`),
    'cookie without signature': { cookie: cookie.split('.')[0] as string, origin: HUB_URL },
    'cookie with another signature': { cookie: `${cookie.slice(0, -6)}AAAAAA`, origin: HUB_URL },
    'empty cookie': { cookie: `${name}=`, origin: HUB_URL },
    'good cookie beside a bad bearer': { ...admin.headers, ...bearer('Bearer nonsense') },
  };
  const gated = routeTable().filter(({ gate }) => !gateOpens(gate, undefined));
  for (const [what, headers] of Object.entries(broken)) {
    const client = new Client(hub.app, headers);
    assert.equal(await hub.principalOf(client), undefined, what);
    for (const fact of gated) {
      const { status } = await sendTo(client, fact, north);
      assert.equal(status, 401, `${what}: ${nameOf(fact)} answered ${status}`);
    }
  }
});

/** Same refusal, whatever the id: the echoed id apart. */
function sameRefusal(of: Reply, id: unknown, ofNone: Reply, noId: unknown, where: string): void {
  assert.ok([403, 404, 409].includes(of.status), `${where} answered ${of.status}: ${of.text}`);
  assert.equal(of.status, ofNone.status, where);
  const plain = (reply: Reply, echoed: unknown) => reply.text.replaceAll(String(echoed), 'ID');
  assert.equal(plain(of, id), plain(ofNone, noId), where);
}

test('another tenant’s things are refused exactly as things that never were', async () => {
  const readers: readonly PersonName[] = [
    'south-admin',
    'south-member',
    'money-desk',
    'maker',
    'partner',
  ];
  const byId = routeTable().filter(({ url }) => typeOfId(url) !== undefined);
  for (const reader of readers) {
    const client = await hub.as(reader);
    for (const fact of byId) {
      const type = typeOfId(fact.url) as keyof TenantThings;
      const where = `${reader}: ${nameOf(fact)}`;
      const theirs = await sendTo(client, fact, north);
      const none = await sendTo(client, fact, NOWHERE);
      sameRefusal(theirs, north[type], none, NOWHERE[type], where);
    }
  }
});

test('what was refused has changed nothing', async () => {
  const now = await lookAtNorth();
  assert.deepEqual(
    now.map(({ text }) => text),
    untouched.map(({ text }) => text),
  );
  const admin = await hub.as('north-admin');
  const people = (await admin.get('/api/v1/people')).body;
  const member = people.find((one: { id: string }) => one.id === north.person);
  assert.deepEqual(member.roles, ['operator-member']);
  const keys = (await admin.get('/api/v1/keys')).body;
  const key = keys.find((one: { id: string }) => one.id === north.key);
  assert.equal(key.revoked, undefined);
  assert.ok((await admin.get('/api/v1/webhooks')).text.includes(north.webhook));
  // Who looked at the report is new in it; what was told and asked is not.
  const { body: report } = await admin.get(`/api/v1/reports/${north.report}`);
  assert.equal(report.title, 'north incident');
  assert.deepEqual(
    [report.submissions.length, report.state, report.unanswered, report.attachments.length],
    [1, 'open', 1, 1],
  );
  assert.doesNotMatch(JSON.stringify(report), /INTRUDER/);
});

test('a second id of another tenant is refused as one that never was', async () => {
  const southern = await hub.as('south-admin');
  const answer = (computer: string) =>
    southern.post(`/api/v1/warnings/${south.warning}/answers`, { kind: 'seen', computer });
  const theirs = await answer(north.computer);
  const none = await answer(NOWHERE.computer);
  assert.ok(theirs.status >= 400 && theirs.status < 500, theirs.text);
  const plain = (reply: Reply, id: string) => reply.text.replaceAll(id, 'ID');
  assert.equal(theirs.status, none.status);
  assert.equal(plain(theirs, north.computer), plain(none, NOWHERE.computer));

  const retire = (computer: string) =>
    southern.post(`/api/v1/imports/${south.import}/apply`, { retire: [computer] });
  const retiring = await retire(north.computer);
  const ownAfter = await (await hub.as('north-admin')).get(`/api/v1/computers/${north.computer}`);
  assert.equal(ownAfter.body.retired, undefined, retiring.text);

  for (const query of ['warnings', 'notifications']) {
    const list = (id: string) => southern.get(`/api/v1/${query}?organisation=${id}`);
    assert.equal((await list(north.organisation)).text, (await list(NOWHERE.organisation)).text);
  }
  const why = (id: string) => southern.get(`/api/v1/why?action=computer:read&person=${id}`);
  sameRefusal(
    await why(north.person),
    north.person,
    await why(NOWHERE.person),
    NOWHERE.person,
    'why',
  );
  const say = (answers: string) =>
    southern.post(`/api/v1/reports/${south.report}/messages`, { text: 'x', answers });
  sameRefusal(
    await say(north.message),
    north.message,
    await say(NOWHERE.message),
    NOWHERE.message,
    'a message of another tenant',
  );
  for (const route of ['reports', 'reports/preview', 'report-drafts']) {
    const tell = (organisation: string) =>
      southern.post(`/api/v1/${route}`, { record: INTRUDING, acceptDataUse: true, organisation });
    sameRefusal(
      await tell(north.organisation),
      north.organisation,
      await tell(NOWHERE.organisation),
      NOWHERE.organisation,
      `${route} for another organisation`,
    );
  }
  const lumped = (report: string) =>
    southern.post('/api/v1/intake/merges', { reports: [south.report, report], reason: 'x' });
  assert.equal((await lumped(north.report)).status, 403);
  const invite = (organisation: string) =>
    southern.post('/api/v1/people', {
      name: 'x',
      email: `x@${organisation.slice(4)}.example.jp`,
      organisation,
      roles: ['operator-member'],
    });
  const invited = await invite(north.organisation);
  assert.ok([403, 404].includes(invited.status), invited.text);
});

test('the entry of another tenant is not shown by its receipt to a vendor outside exercises', async (t) => {
  // In an exercise every entry is public by design: what must hold is that it holds no content.
  const entry = await (await hub.as('maker')).get(
    `/api/v1/receipts/exercise/${north.receipt}/entry`,
  );
  if (entry.status !== 200) return t.diagnostic(`answered ${entry.status}`);
  for (const secret of [
    north.computer,
    north.organisation,
    north.warning,
    'Gateway',
    'taken out',
  ]) {
    assert.ok(!entry.text.includes(secret), `the entry holds ${secret}`);
  }
});

test('an id of another type removes nothing', async () => {
  const admin = await hub.as('north-admin');
  const removals = routeTable().filter(({ method }) => method === 'DELETE');
  assert.ok(removals.length >= 4);
  for (const fact of removals) {
    const type = typeOfId(fact.url);
    for (const [other, id] of Object.entries(north)) {
      if (other === type) continue;
      const { status } = await admin.send('DELETE', fact.url.replace(':id', String(id)));
      assert.ok(status >= 400 && status < 500, `${nameOf(fact)} with a ${other}: ${status}`);
    }
  }
  assert.equal((await admin.get(`/api/v1/computers/${north.computer}`)).status, 200);
  assert.equal((await admin.get(`/api/v1/warnings/${north.warning}`)).status, 200);
});
