// SPDX-License-Identifier: Apache-2.0
/** Nothing that was typed is lost: not by a lost connection, a closed page or a second device. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { HubProblem } from '../src/hub/client.ts';
import { readAnswer, readNumber, readyToSend, writeAnswer } from '../src/hub/report-answers.ts';
import { DraftKeeper, type KeeperParts } from '../src/hub/report-draft.ts';

const problem = (status: number, code: string) =>
  new HubProblem({ type: '', title: '', status, code, detail: '', texts: { ja: '', en: '' } });

type Held = { id: string; record: Record<string, unknown>; step?: string; revision: number };

/** A hub with at most one draft, a browser with a storage, and a clock that a test moves. */
let hub: { held?: Held; up: boolean; created: number; seenKeys: Set<string>; loseAnswers: number };
let storage: Map<string, string>;
let waiting: (() => void)[];

beforeEach(() => {
  hub = { up: true, created: 0, seenKeys: new Set(), loseAnswers: 0 };
  storage = new Map();
  waiting = [];
});

function answer(method: string, body: { record?: object; revision?: number }, key: string): Held {
  if (method === 'POST') {
    if (!hub.seenKeys.has(key)) {
      hub.seenKeys.add(key);
      hub.created += 1;
      hub.held = { id: 'd1', record: { ...body.record }, revision: 1 };
    }
    return hub.held as Held;
  }
  if (!hub.held) throw problem(404, 'RPT_NO_DRAFT');
  if (method === 'PUT') {
    if (body.revision !== hub.held.revision) throw problem(409, 'RPT_CHANGED_MEANWHILE');
    hub.held = { ...hub.held, record: { ...body.record }, revision: hub.held.revision + 1 };
  }
  return hub.held;
}

const parts = (): KeeperParts => ({
  async ask<T>(method: string, _path: string, options: { body?: unknown; headers?: object } = {}) {
    await Promise.resolve();
    if (!hub.up) throw problem(0, 'CON_UNREACHABLE');
    const key = String((options.headers as Record<string, string>)?.['idempotency-key'] ?? '');
    const said = answer(method, (options.body ?? {}) as object, key);
    if (hub.loseAnswers > 0) {
      hub.loseAnswers -= 1;
      throw problem(0, 'CON_UNREACHABLE');
    }
    return structuredClone(said) as T;
  },
  storage: {
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, value) => void storage.set(key, value),
    removeItem: (key) => void storage.delete(key),
  },
  keyOf: (draft) => draft ?? 'new',
  later(act) {
    waiting.push(act);
    return () => {
      waiting = waiting.filter((one) => one !== act);
    };
  },
});

/** Lets everything that waits happen. */
async function passTime(): Promise<void> {
  for (const act of waiting.splice(0)) act();
  for (let i = 0; i < 40; i += 1) await Promise.resolve();
}

const view = () => structuredClone(hub.held) as never;

test('an answer is at the hub after a pause, and then no longer in the browser', async () => {
  const keeper = new DraftKeeper(parts(), undefined, undefined);
  keeper.change({ kind: 'ddos' }, 'kind');
  assert.equal(storage.size, 1);
  await passTime();
  assert.equal(keeper.state().saving, 'saved');
  assert.deepEqual(hub.held?.record, { kind: 'ddos' });
  assert.equal(storage.size, 0);
});

test('without a connection it is kept in the browser, says so, and is sent when the hub is back', async () => {
  hub.up = false;
  const keeper = new DraftKeeper(parts(), undefined, undefined);
  keeper.change({ kind: 'ddos' }, 'kind');
  await passTime();
  assert.equal(keeper.state().saving, 'unreachable');
  keeper.change({ kind: 'ddos', outline: 'x' }, 'outline');
  await passTime();
  assert.equal(storage.size, 1);
  hub.up = true;
  await passTime();
  await passTime();
  assert.equal(keeper.state().saving, 'saved');
  assert.deepEqual(hub.held?.record, { kind: 'ddos', outline: 'x' });
});

test('a page that was closed without a connection goes on where it was', async () => {
  hub.up = false;
  const first = new DraftKeeper(parts(), undefined, undefined);
  first.change({ kind: 'ddos', outline: 'half a sen' }, 'outline');
  await passTime();
  first.stop();
  waiting = [];
  hub.up = true;
  const second = new DraftKeeper(parts(), undefined, undefined);
  assert.deepEqual(second.state().record, { kind: 'ddos', outline: 'half a sen' });
  assert.equal(second.state().step, 'outline');
  await passTime();
  assert.equal(second.state().saving, 'saved');
  assert.equal(hub.created, 1);
});

test('a first save whose answer was lost makes no second draft', async () => {
  hub.loseAnswers = 1;
  const keeper = new DraftKeeper(parts(), undefined, undefined);
  keeper.change({ kind: 'ddos' }, 'kind');
  await passTime();
  assert.equal(keeper.state().saving, 'unreachable');
  keeper.change({ kind: 'other' }, 'kind');
  await passTime();
  await passTime();
  assert.equal(keeper.state().saving, 'saved');
  assert.equal(hub.created, 1);
  assert.deepEqual(hub.held?.record, { kind: 'other' });
});

test('what another device saved is never overwritten unasked; a person chooses', async () => {
  for (const choice of ['mine', 'theirs'] as const) {
    hub.held = { id: 'd1', record: { kind: 'ddos' }, revision: 3 };
    const keeper = new DraftKeeper(parts(), view(), 'd1');
    hub.held = { id: 'd1', record: { kind: 'ddos', outline: 'theirs' }, revision: 4 };
    keeper.change({ kind: 'ddos', outline: 'mine' }, 'outline');
    await passTime();
    assert.equal(keeper.state().saving, 'conflict');
    assert.deepEqual(hub.held.record, { kind: 'ddos', outline: 'theirs' });
    keeper.settle(choice);
    await passTime();
    assert.equal(keeper.state().saving, 'saved');
    assert.equal(keeper.state().record.outline, choice);
    assert.equal(hub.held?.record.outline, choice);
  }
});

test('a new number without new content, as after a file was added, is no conflict', async () => {
  hub.held = { id: 'd1', record: { kind: 'ddos', status: 'ongoing' }, revision: 3 };
  const keeper = new DraftKeeper(parts(), view(), 'd1');
  hub.held = { id: 'd1', record: { status: 'ongoing', kind: 'ddos' }, revision: 7 };
  keeper.change({ kind: 'ddos', status: 'contained' }, 'status');
  await passTime();
  assert.equal(keeper.state().saving, 'saved');
  assert.deepEqual(hub.held?.record, { kind: 'ddos', status: 'contained' });
});

test('what the hub knows by name is kept by name, so that its own address goes on with it', async () => {
  const first = new DraftKeeper(parts(), undefined, undefined);
  first.change({ kind: 'ddos' }, 'kind');
  await passTime();
  first.change({ kind: 'ddos', outline: 'half a sen' }, 'outline');
  first.stop();
  waiting = [];
  assert.deepEqual([...storage.keys()], ['d1']);
  const second = new DraftKeeper(parts(), view(), 'd1');
  assert.equal(second.state().record.outline, 'half a sen');
});

test('a draft that was sent elsewhere says so and is not made again', async () => {
  hub.held = { id: 'd1', record: { kind: 'ddos' }, revision: 3 };
  const keeper = new DraftKeeper(parts(), view(), 'd1');
  hub = { ...hub, held: undefined as never };
  keeper.change({ kind: 'other' }, 'kind');
  await passTime();
  assert.equal(keeper.state().saving, 'gone');
  assert.equal(hub.created, 0);
});

test('what is typed while a save is on its way is saved too', async () => {
  const keeper = new DraftKeeper(parts(), undefined, undefined);
  keeper.change({ kind: 'ddos' }, 'kind');
  const saved = keeper.flush();
  keeper.change({ kind: 'ddos', outline: 'more' }, 'outline');
  assert.equal(await saved, true);
  assert.deepEqual(hub.held?.record, { kind: 'ddos', outline: 'more' });
});

test('an answer is written to its path and taken out with the group it leaves empty', () => {
  const written = writeAnswer({ kind: 'ddos' }, 'ransomware.payment.paid', true);
  assert.equal(readAnswer(written, 'ransomware.payment.paid'), true);
  assert.deepEqual(writeAnswer(written, 'ransomware.payment.paid', undefined), { kind: 'ddos' });
  assert.equal(readAnswer({}, 'constructor.name'), undefined);
});

test('an answer to a question that is no longer asked is not sent', () => {
  const onlyIf = { field: 'personalData.involved', in: [true, 'unknown'] };
  const persons = { field: 'personalData.persons', onlyIf } as never;
  const record = { personalData: { involved: false, persons: 4 } };
  assert.deepEqual(readyToSend(record, [persons]), { personalData: { involved: false } });
  const yes = { personalData: { involved: true, persons: 4 } };
  assert.deepEqual(readyToSend(yes, [persons]), yes);
});

test('a row that was opened and left empty is not sent', () => {
  const contacts = [{ name: ' ' }, { name: 'Sato', phone: '03-0000-0000' }];
  assert.deepEqual(readyToSend({ contacts, services: [{ state: 'stopped' }] }, []), {
    contacts: [{ name: 'Sato', phone: '03-0000-0000' }],
  });
});

test('figures are read as people type them', () => {
  const read = ['１，２００', '約 1,200 人', '3万', '0', '1.5', '', 'many', '-3', '1e9'].map(
    readNumber,
  );
  assert.deepEqual(read, [1200, 1200, 30_000, 0, 1.5, undefined, undefined, undefined, undefined]);
});
