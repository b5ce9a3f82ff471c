// SPDX-License-Identifier: Apache-2.0
/** What every reader has to keep, whatever its format: one check that all of them pass. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  READ_LIMITS,
  type ReadItem,
  type ReadOptions,
  type ReadSource,
  type ReportFormat,
  readOne,
  readRecord,
  readReports,
} from '../../../src/engine/index.ts';
import { RECEIVED_MS } from './samples.ts';

const OPTIONS: ReadOptions = { receivedAtMs: RECEIVED_MS };
/** Must never come back in a refusal. No name of a field looks like it. */
const SECRET = 'SECRET 7f3a!';

export async function readAll(
  format: ReportFormat | 'auto',
  source: ReadSource,
  options: Partial<ReadOptions> = {},
): Promise<ReadItem[]> {
  return Array.fromAsync(readReports(format, source, { ...OPTIONS, ...options }));
}

/** Every item is a report whose record is valid and harmless, or a refusal that says enough. */
export function assertSound(items: readonly ReadItem[]): void {
  for (const { report, refusal } of items) {
    if (refusal) {
      assert.ok(refusal.line >= 1);
      for (const text of [refusal.field, refusal.expected, refusal.text.ja, refusal.text.en]) {
        assert.ok(text.trim().length > 0 && text.length < 2_000);
      }
      assert.ok(!JSON.stringify(refusal).includes(SECRET), 'a refusal repeats a value');
      continue;
    }
    assert.deepEqual(readRecord(structuredClone(report.record)).value, report.record);
    for (const note of report.notes) assert.ok(note.ja.length > 0 && note.en.length > 0);
    assert.ok(report.notes.length <= READ_LIMITS.notesMax);
    for (const { text } of report.texts) {
      assert.ok(text.length > 0 && text.length <= READ_LIMITS.liftedCharactersMax);
    }
    const all = JSON.stringify([
      report.record,
      report.texts,
      report.attachments.map((a) => a.name),
    ]);
    // Escapes of JSON: no control character but tab and line break, nothing that turns a line.
    assert.doesNotMatch(
      all,
      /\\u00(?:0[0-8bcef]|1)|[\u202a-\u202e\u2066-\u2069\u200e\u200f]|\\ud[89a-f]/,
    );
    assert.equal(Object.hasOwn(report.record, '__proto__'), false);
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
}

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let [at, turn] = [0, 0];
  while (at < bytes.length) {
    const size = sizes[turn % sizes.length]!;
    yield bytes.slice(at, at + size);
    at += size;
    turn += 1;
  }
}

/** Values that break programs which trust what they read. */
const HOSTILE: readonly unknown[] = [
  SECRET,
  '',
  ' ',
  '\u0000\u0001\u001b[31m',
  '\u202emoc.elpmaxe\u202c',
  '\ud800',
  '=cmd()|A1',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'x'.repeat(300_000),
  '９９９９-９９-９９',
  '9999-99-99T99:99:99Z',
  -1,
  0,
  1e308,
  Number.MAX_SAFE_INTEGER,
  null,
  true,
  [],
  {},
  [[[[[]]]]],
  [SECRET, 1, null, {}],
  { [SECRET]: SECRET },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
];

/** Puts a value at one of the places of a document; places are counted in the order of a walk. */
function replaceAt(document: unknown, place: number, value: unknown): unknown {
  let count = 0;
  const walk = (one: unknown): unknown => {
    const isHere = count === place;
    count += 1;
    if (isHere) return value;
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(document);
}

function countPlaces(document: unknown): number {
  if (typeof document !== 'object' || document === null) return 1;
  return Object.values(document).reduce<number>((sum, one) => sum + countPlaces(one), 1);
}

/** Declares the tests of one format over a sound sample of it. */
export function checkReader(format: ReportFormat, sample: Uint8Array): void {
  checkSound(format, sample);
  checkBroken(format, sample);
  checkBounds(format, sample);
  if (format !== 'eml' && format !== 'ipa-text') checkJson(format, sample);
}

function checkSound(format: ReportFormat, sample: Uint8Array): void {
  test(`${format}: a sound document becomes one report, and its format is found`, async () => {
    const items = await readAll(format, sample);
    assertSound(items);
    assert.equal(items.length, 1);
    assert.ok(items[0]!.report, JSON.stringify(items[0]!.refusal));
    assert.deepEqual(await readAll('auto', sample), items);
    assert.deepEqual(await readAll(format, sample), items);
    if (format !== 'eml') assert.deepEqual(readOne(format, sample, OPTIONS), items);
  });

  test(`${format}: how the bytes arrive makes no difference`, async () => {
    const whole = await readAll(format, sample);
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(sizes, async (these) => {
        assert.deepEqual(await readAll(format, inChunks(sample, these)), whole);
      }),
      { numRuns: 40 },
    );
  });
}

function checkBroken(format: ReportFormat, sample: Uint8Array): void {
  test(`${format}: random bytes give reports or refusals and never an exception`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        assertSound(await readAll(format, bytes));
        assertSound(await readAll('auto', bytes));
        if (format !== 'eml') assertSound(readOne(format, bytes, OPTIONS));
      }),
      { numRuns: 100 },
    );
  });

  test(`${format}: a document with wrong, missing or doubled bytes is never an exception`, async () => {
    const change = fc.record({
      at: fc.nat({ max: sample.length - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
      what: fc.constantFrom('replace', 'remove', 'double', 'cut'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        let bytes = Buffer.from(sample);
        for (const { at, byte, what } of changes) {
          const from = Math.min(at, bytes.length);
          if (what === 'replace' && from < bytes.length) bytes[from] = byte;
          else if (what === 'remove') {
            bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 20)]);
          } else if (what === 'double') bytes = Buffer.concat([bytes, bytes.subarray(from)]);
          else bytes = bytes.subarray(0, from);
        }
        let ignored = 0;
        const onIgnored = (count: number) => {
          ignored += count;
        };
        const items = await readAll(format, bytes, { onIgnored });
        assert.ok(items.length + ignored > 0, 'nothing is passed over in silence');
        assertSound(items);
      }),
      { numRuns: 150 },
    );
  });

  test(`${format}: an empty document is refused`, async () => {
    for (const nothing of ['', ' \r\n\t ', '\u0000\u0000']) {
      const items = await readAll(format, Buffer.from(nothing));
      assert.equal(items.length, 1);
      assert.ok(items[0]!.refusal);
      assertSound(items);
    }
  });
}

function checkBounds(format: ReportFormat, sample: Uint8Array): void {
  test(`${format}: reading stops at the bound of the file, whatever follows`, async () => {
    let handedOut = 0;
    const endless = (async function* () {
      const piece = Buffer.alloc(64 * 1024, 'a');
      for (;;) {
        handedOut += piece.length;
        yield handedOut === piece.length ? Buffer.concat([sample, piece]) : piece;
      }
    })();
    const bytesMax = 1024 * 1024;
    const limits = { fileBytesMax: bytesMax, mailBytesMax: bytesMax, formBytesMax: bytesMax };
    const items = await readAll(format, endless, { limits });
    assertSound(items);
    assert.match(items.at(-1)!.refusal!.expected, /at most 1048576 bytes/);
    assert.ok(handedOut < bytesMax + 512 * 1024, `${handedOut} bytes were taken`);
  });

  test(`${format}: ten megabytes in one text and ten thousand levels do no harm`, async () => {
    const long = 'あ=x'.repeat(2_500_000);
    const deep = 10_000;
    const bombs = [
      JSON.stringify(long),
      `{"kind":${'['.repeat(deep)}${']'.repeat(deep)}}`,
      `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
      '['.repeat(deep),
      ']'.repeat(deep),
      `${'<div>'.repeat(deep)}`,
      `${'--b1\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n'.repeat(2_000)}`,
    ];
    for (const bomb of bombs) assertSound(await readAll(format, Buffer.from(bomb)));
    assertSound(await readAll(format, Buffer.concat([sample, Buffer.from(`\n${long}`)])));
  });
}

function checkJson(format: Exclude<ReportFormat, 'eml' | 'ipa-text'>, sample: Uint8Array): void {
  const document = JSON.parse(Buffer.from(sample).toString()) as unknown;

  test(`${format}: any value in any field gives a report or a refusal that does not repeat it`, async () => {
    const places = countPlaces(document);
    for (let place = 0; place < places; place += 1) {
      for (const value of HOSTILE) {
        const bytes = Buffer.from(JSON.stringify(replaceAt(document, place, value)));
        assertSound(readOne(format, bytes, OPTIONS));
      }
    }
  });

  test(`${format}: any JSON at all gives a report or a refusal`, async () => {
    await fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(), (value, place) => {
        assertSound(readOne(format, Buffer.from(JSON.stringify(value)), OPTIONS));
        const mixed = replaceAt(document, place % countPlaces(document), value);
        assertSound(readOne(format, Buffer.from(JSON.stringify(mixed)), OPTIONS));
      }),
      { numRuns: 200 },
    );
  });

  test(`${format}: a line that is broken is named, and the others are read all the same`, async () => {
    const line = JSON.stringify(document);
    const cut = line.slice(0, Math.floor(line.length / 2));
    const items = await readAll(format, Buffer.from(`${line}\n${cut}\n\nno json\n${line}\n`));
    assertSound(items);
    const refused = items.flatMap(({ refusal }) => (refusal ? [refusal.line] : []));
    assert.deepEqual(refused, [2, 4]);
    assert.ok(items.some(({ report }) => report));
  });

  test(`${format}: an array is read like lines; its elements are numbered`, async () => {
    const items = await readAll(format, Buffer.from(JSON.stringify([document, 7, document])));
    assertSound(items);
    const refused = items.flatMap(({ refusal }) => (refusal ? [refusal.line] : []));
    assert.deepEqual(refused, [2]);
  });
}
