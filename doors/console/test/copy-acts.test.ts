// SPDX-License-Identifier: Apache-2.0
/** What a desk sends: nothing that is needed may be left out, nothing else goes along. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CopyBrief } from '@sakimori/vocabulary/wire';
import fc from 'fast-check';
import { type ActName, findMissing, NEEDED, sortCopies, writeOf } from '../src/hub/copy-acts.ts';
import { hideSmall } from '../src/hub/small-figures.ts';

const EMPTY = { text: ' ', due: '', clause: '', addressee: '', stage: '' };
const FULL = {
  text: ' 止めてください。 ',
  due: '2026-12-20',
  clause: ' 法第六条 ',
  addressee: 'police',
  stage: 'final',
};
const ACTS = Object.keys(NEEDED) as ActName[];

test('an order needs clause, day and text; a space is no text', () => {
  assert.deepEqual(findMissing('order', EMPTY), ['text', 'clause', 'due']);
  assert.deepEqual(findMissing('extend', EMPTY), ['stage', 'due', 'text']);
  assert.deepEqual(findMissing('relay', EMPTY), ['addressee']);
  for (const act of ACTS) assert.deepEqual(findMissing(act, FULL), []);
});

test('each act asks exactly what the hub takes, and what was typed in another form stays behind', () => {
  const sent = ACTS.map((act) => writeOf(act, 'cpy_1', FULL));
  assert.deepEqual(sent, [
    {
      path: '/copies/cpy_1/messages',
      body: { kind: 'question', text: '止めてください。', due: '2026-12-20' },
    },
    { path: '/copies/cpy_1/messages', body: { kind: 'advice', text: '止めてください。' } },
    { path: '/copies/cpy_1/return', body: { text: '止めてください。' } },
    {
      path: '/copies/cpy_1/orders',
      body: { text: '止めてください。', clause: '法第六条', due: '2026-12-20' },
    },
    { path: '/copies/cpy_1/relay', body: { addressee: 'police', note: '止めてください。' } },
    {
      path: '/copies/cpy_1/extend',
      body: { stage: 'final', until: '2026-12-20', reason: '止めてください。' },
    },
  ]);
  assert.deepEqual(writeOf('question', 'a', { ...FULL, due: '' }).body, {
    kind: 'question',
    text: '止めてください。',
  });
});

test('an id in an address never leads to another address', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...ACTS), (id, act) => {
      const { path } = writeOf(act, id, FULL);
      assert.match(path, /^\/copies\/[^/?#]*\/[a-z]+$/);
    }),
  );
});

const copy = (id: string, deliveredAt: string, due?: string) =>
  ({
    id,
    deliveredAt,
    ...(due === undefined ? {} : { next: { stage: 'final', due } }),
  }) as CopyBrief;

test('what ends first stands first; without a clock, what has waited longest', () => {
  const sorted = sortCopies([
    copy('late', '2026-11-22T00:00:00Z'),
    copy('early', '2026-11-20T00:00:00Z'),
    copy('due', '2026-11-23T00:00:00Z', '2026-12-01T00:00:00Z'),
    copy('over', '2026-11-23T00:00:00Z', '2026-11-01T00:00:00Z'),
  ]);
  assert.deepEqual(
    sorted.map(({ id }) => id),
    ['over', 'due', 'early', 'late'],
  );
});

test('no small figure is shown, and never exactly one is hidden where there are others', () => {
  const figures = fc
    .array(fc.nat({ max: 20 }), { maxLength: 12 })
    .map((counts) => counts.map((count, place) => [`kind_${place}`, count] as const));
  fc.assert(
    fc.property(figures, fc.integer({ min: 1, max: 10 }), (counts, smallest) => {
      const hidden = hideSmall(counts, smallest);
      const telling = counts.filter(([, count]) => count > 0);
      for (const [name, count] of telling) if (count < smallest) assert.ok(hidden.has(name));
      for (const [name, count] of counts) if (count === 0) assert.ok(!hidden.has(name));
      assert.ok(hidden.size !== 1 || telling.length === 1);
    }),
  );
});
