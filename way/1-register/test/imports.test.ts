// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { exportTable } from '../src/index.ts';
import { messyCsv, messyRows } from './messy-list.ts';
import { list, operatorScope, setUp } from './service-setup.ts';

const A = operatorScope('org_a');

test('a list goes from upload to mapping, preview and register; each step can be come back to', async (t) => {
  const { register, announced } = await setUp(t);
  const file = {
    name: '台帳.csv',
    bytes: list([
      ['A-1', '7.2.4'],
      ['A-2', '7.0.1'],
    ]),
  };
  const draft = await register.imports.start(A, 'org_a', file);
  assert.equal(draft.state, 'mapping');
  assert.deepEqual(
    draft.columns.map(({ field, confidence }) => `${field} ${confidence}`).slice(0, 4),
    ['key certain', 'maker certain', 'product certain', 'version certain'],
  );
  const preview = await register.imports.map(A, draft.id, { 0: 'key', 2: 'product', 3: 'version' });
  assert.equal(preview.state, 'preview');
  assert.deepEqual(preview.counts, {
    rows: 2,
    added: 2,
    changed: 0,
    unchanged: 0,
    refused: 0,
    missing: 2,
    absent: 0,
    questions: 0,
  });
  assert.deepEqual((await register.computers.list(A, { organisationId: 'org_a' })).total, 0);
  const again = await register.imports.get(A, draft.id);
  assert.deepEqual(again, preview);
  const applied = await register.imports.apply(A, draft.id);
  assert.equal(applied.value.state, 'applied');
  assert.equal(applied.entries.length, 1);
  const { items, total } = await register.computers.list(A, { organisationId: 'org_a' });
  assert.equal(total, 2);
  assert.deepEqual(
    items.map(({ label, product, version }) => [label, product, version]),
    [
      ['A-1', 'FortiGate', '7.2.4'],
      ['A-2', 'FortiGate', '7.0.1'],
    ],
  );
  assert.deepEqual(
    announced.map(({ happening, computerIds }) => [happening, computerIds.length]),
    [['registered', 2]],
  );
  // The mapping that the person chose is proposed for the next list with these headings.
  const next = await register.imports.start(A, 'org_a', file);
  assert.deepEqual(
    next.columns.filter(({ remembered }) => remembered).map(({ field }) => field),
    ['key', 'product', 'version'],
  );
});

test('applying twice changes nothing more and gives the same answer', async (t) => {
  const { register } = await setUp(t);
  const draft = await register.imports.start(A, 'org_a', {
    name: 'a.csv',
    bytes: list([['A-1', '1']]),
  });
  const [first, second] = await Promise.all([
    register.imports.apply(A, draft.id),
    register.imports.apply(A, draft.id),
  ]);
  assert.deepEqual(first.value, second.value);
  assert.equal(first.entries.length + second.entries.length, 1);
  assert.equal((await register.computers.list(A, { organisationId: 'org_a' })).total, 1);
});

test('the next list changes only what changed; what is missing is retired only when a person says so', async (t) => {
  const { register, announced } = await setUp(t);
  const upload = async (rows: Parameters<typeof list>[0], retire: 'none' | 'all' = 'none') => {
    const draft = await register.imports.start(A, 'org_a', { name: 'a.csv', bytes: list(rows) });
    const preview = await register.imports.map(A, draft.id, undefined);
    const ids = preview.absent?.map(({ computerId }) => computerId) ?? [];
    await register.imports.apply(A, draft.id, retire === 'all' ? { retire: ids } : {});
    return preview;
  };
  await upload([
    ['A-1', '1.0'],
    ['A-2', '1.0'],
    ['A-3', '1.0'],
  ]);
  announced.length = 0;
  const second = await upload([
    ['A-1', '1.0'],
    ['A-2', '2.0'],
    ['A-4', '1.0'],
  ]);
  assert.deepEqual(
    [second.counts?.added, second.counts?.changed, second.counts?.unchanged, second.counts?.absent],
    [1, 1, 1, 1],
  );
  assert.deepEqual(
    second.absent?.map(({ label }) => label),
    ['A-3'],
  );
  assert.deepEqual(second.preview?.[0], {
    line: 3,
    label: 'A-2',
    effect: 'changed',
    maker: 'Fortinet',
    product: 'FortiGate',
    version: '2.0',
    changes: [{ field: 'version', before: '1.0', after: '2.0' }],
  });
  assert.deepEqual(
    announced.map(({ happening, computerIds }) => [happening, computerIds.length]),
    [
      ['changed', 1],
      ['registered', 1],
    ],
  );
  assert.equal((await register.computers.list(A, { organisationId: 'org_a' })).total, 4);
  await upload(
    [
      ['A-1', '1.0'],
      ['A-2', '2.0'],
      ['A-4', '1.0'],
    ],
    'all',
  );
  const left = await register.computers.list(A, { organisationId: 'org_a' });
  assert.deepEqual(
    left.items.map(({ label }) => label),
    ['A-1', 'A-2', 'A-4'],
  );
  const gone = await register.computers.list(A, { organisationId: 'org_a', retired: true });
  assert.deepEqual(
    gone.items.map(({ label }) => label),
    ['A-3'],
  );
});

test('500 computers of a messy spreadsheet are registered, also as .gz; refused rows are named', async (t) => {
  const { register } = await setUp(t);
  const rows = messyRows(500, 20261121);
  rows[10]![11] = '10/1/2024';
  rows[20]![9] = '192.0.2.999';
  const bytes = gzipSync(messyCsv(rows));
  const draft = await register.imports.start(A, 'org_a', { name: '重要機器台帳.csv.gz', bytes });
  const preview = await register.imports.map(A, draft.id, undefined);
  assert.deepEqual(
    [
      preview.counts?.rows,
      preview.counts?.added,
      preview.counts?.refused,
      preview.counts?.questions,
    ],
    [500, 498, 2, 1],
  );
  assert.deepEqual(
    preview.refusals?.map(({ field }) => field),
    ['introduced', 'addresses'],
  );
  const [question] = preview.questions ?? [];
  const answered = await register.imports.map(A, draft.id, undefined, {
    [question!.id]: 'isolated',
  });
  assert.equal(answered.counts?.questions, 0);
  await register.imports.apply(A, draft.id);
  const isolated = await register.computers.list(A, {
    organisationId: 'org_a',
    exposure: 'isolated',
    limit: 500,
  });
  assert.ok(isolated.items.length > 50);
  // Asked once: the next list with the same word has no question.
  const next = await register.imports.start(A, 'org_a', { name: 'b.csv.gz', bytes });
  const again = await register.imports.map(A, next.id, undefined);
  assert.deepEqual(
    [again.counts?.unchanged, again.counts?.added, again.counts?.changed, again.counts?.questions],
    [498, 0, 0, 0],
  );
});

test('what the register exports is what it already knows', async (t) => {
  const { register } = await setUp(t);
  const apply = async (text: string) => {
    const draft = await register.imports.start(A, 'org_a', { name: 'a', bytes: Buffer.from(text) });
    const { counts } = await register.imports.map(A, draft.id, undefined);
    await register.imports.apply(A, draft.id);
    return counts;
  };
  await apply(messyCsv(messyRows(100, 5)));
  const { items } = await register.computers.list(A, { organisationId: 'org_a', limit: 500 });
  for (const language of ['ja', 'en'] as const) {
    const table = exportTable(
      items.map(({ facts }) => facts),
      language,
    );
    const counts = await apply([...table].join(''));
    assert.deepEqual([counts?.unchanged, counts?.refused, counts?.absent], [100, 0, 0]);
  }
});

test('an organisation leaves at most twenty imports unfinished; the oldest gives way', async (t) => {
  const { register, clock } = await setUp(t);
  const ids: string[] = [];
  for (let i = 0; i < 22; i += 1) {
    clock.ms += 1_000;
    const file = { name: `${i}.csv`, bytes: list([['A-1', String(i)]]) };
    ids.push((await register.imports.start(A, 'org_a', file)).id);
  }
  await assert.rejects(register.imports.get(A, ids[1]!), { code: 'REG_NO_IMPORT' });
  assert.equal((await register.imports.get(A, ids[2]!)).state, 'mapping');
});

test('twenty equal switches of different versions are each recognised again', async (t) => {
  const { register } = await setUp(t);
  const rows = Array.from({ length: 20 }, (_, i) => `Cisco,Catalyst 9300,${i}.1,本社`);
  const bytes = Buffer.from(['メーカー,製品名,バージョン,設置場所', ...rows].join('\n'));
  for (const expected of [
    { added: 20, unchanged: 0 },
    { added: 0, unchanged: 20 },
  ]) {
    const draft = await register.imports.start(A, 'org_a', { name: 'a.csv', bytes });
    const { counts } = await register.imports.map(A, draft.id, undefined);
    assert.deepEqual({ added: counts?.added, unchanged: counts?.unchanged }, expected);
    await register.imports.apply(A, draft.id);
  }
});

test('what is no list, too large or damaged is refused with what to do', async (t) => {
  const { register } = await setUp(t);
  const refuses = async (bytes: Uint8Array, code: string) => {
    await assert.rejects(register.imports.start(A, 'org_a', { name: 'x', bytes }), { code });
  };
  await refuses(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'REG_FILE_NOT_UNDERSTOOD');
  await refuses(Buffer.from('{"bomFormat":"CycloneDX"}'), 'REG_SBOM_NEEDS_COMPUTER');
  await refuses(Buffer.from('{"some":"json"}'), 'REG_FILE_NOT_UNDERSTOOD');
  await refuses(Buffer.from(''), 'REG_FILE_NOT_UNDERSTOOD');
  await refuses(gzipSync(Buffer.alloc(64 * 1024 * 1024)), 'REG_FILE_TOO_LARGE');
  await refuses(Buffer.concat([gzipSync('a,b\n1,2\n').subarray(0, 20)]), 'REG_FILE_NOT_UNDERSTOOD');
});

test('a mapping that names a field twice, a column that is not there, a strange answer: refused', async (t) => {
  const { register } = await setUp(t);
  const draft = await register.imports.start(A, 'org_a', {
    name: 'a.csv',
    bytes: list([['A-1', '1']]),
  });
  await assert.rejects(register.imports.map(A, draft.id, { 0: 'key', 1: 'key' }), {
    code: 'REG_MAPPING_INVALID',
  });
  await assert.rejects(register.imports.map(A, draft.id, { 99: 'key' }), {
    code: 'REG_MAPPING_INVALID',
  });
  await assert.rejects(register.imports.map(A, draft.id, { 0: 'password' }), {
    code: 'REG_MAPPING_INVALID',
  });
  await assert.rejects(register.imports.map(A, draft.id, undefined, { x: 'y' }), {
    code: 'REG_ANSWER_INVALID',
  });
  await register.imports.apply(A, draft.id);
  await assert.rejects(register.imports.map(A, draft.id, { 0: 'key' }), {
    code: 'REG_IMPORT_NOT_READY',
  });
});

test('one operator sees and touches nothing of another', async (t) => {
  const { register } = await setUp(t);
  const B = operatorScope('org_b');
  const draft = await register.imports.start(A, 'org_a', {
    name: 'a.csv',
    bytes: list([['A-1', '1']]),
  });
  await register.imports.apply(A, draft.id);
  const [computer] = (await register.computers.list(A, { organisationId: 'org_a' })).items;
  await assert.rejects(register.imports.get(B, draft.id), { code: 'REG_NO_IMPORT' });
  await assert.rejects(register.computers.list(B, { organisationId: 'org_a' }), {
    code: 'REG_NO_ORGANISATION',
  });
  await assert.rejects(register.computers.get(B, computer!.id), { code: 'REG_NO_COMPUTER' });
  await assert.rejects(register.computers.change(B, computer!.id, { version: '2' }), {
    code: 'REG_NO_COMPUTER',
  });
  await assert.rejects(
    register.imports.start(B, 'org_a', { name: 'a.csv', bytes: list([['X', '1']]) }),
    { code: 'REG_NO_ORGANISATION' },
  );
});
