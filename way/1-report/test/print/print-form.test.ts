// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LINES_MAX, printForm } from '../../src/print/print-form.ts';
import { printableText } from '../../src/print/printable-text.ts';
import { openTypefaces } from '../../src/print/typefaces.ts';
import { readPages } from './read-pdf.ts';
import { sampleForm } from './sample-form.ts';

const { regular } = await openTypefaces();
const withoutSpaces = (text: string) => text.replace(/\s/g, '');

async function print(...sample: Parameters<typeof sampleForm>): Promise<string[]> {
  return readPages(await printForm(sampleForm(...sample), 'ja'));
}

test('a form in Japanese can be read back: head, labels, values, also 髙﨑', async () => {
  const text = (await print()).join('\n');
  for (const expected of [
    '共通様式（ランサムウェア）',
    '事業所管大臣',
    '見本病院',
    'rpt_01JD0EXAMPLE',
    '2026年11月21日（土）12:00',
    '認知した日時',
    '夜間当番 髙﨑',
    '受付の端末が開けなくなり、脅迫文が表示されました。',
    '調査中（不明）',
    'hxxps://malware[.]example[.]com/x',
    '1,200',
    '（記入なし）',
  ]) {
    assert.ok(text.includes(expected), expected);
  }
  assert.ok(!text.includes('malware.example.com'));
});

test('a form in English keeps what the reporter wrote in Japanese', async () => {
  const text = readPages(await printForm(sampleForm(), 'en')).join('\n');
  for (const expected of ['Competent minister', 'Sat 21 Nov 2026, 12:00 JST', '夜間当番 髙﨑']) {
    assert.ok(text.includes(expected), expected);
  }
});

test('the blocks stand in the order of the common form', async () => {
  const form = sampleForm();
  const text = (await print()).join('\n');
  let from = text.indexOf('チェックポイント');
  for (const { title } of form.blocks) {
    const place = text.indexOf(`\n${title.ja}\n`, from);
    assert.notEqual(place, -1, `${title.ja} does not follow the block before it`);
    from = place;
  }
  assert.ok(form.blocks.length > 10);
});

test('each page says which report it is of, where its receipt is, and its number', async () => {
  const pages = await print({ remarks: 'あ'.repeat(8_000) });
  assert.ok(pages.length > 4);
  pages.forEach((page, at) => {
    assert.ok(page.includes(`${at + 1} / ${pages.length}`));
    assert.ok(page.includes('rpt_01JD0EXAMPLE  続報（第 2 回の提出）'));
    assert.ok(page.includes('台帳 example.org/sakimori の 1234 番'));
    assert.ok(page.includes('チェックポイント 4mN1bC0u'));
  });
});

test('an exercise says so on every page, and nothing else does', async () => {
  const long = { remarks: 'あ'.repeat(4_000) };
  for (const page of await print(long)) assert.ok(page.includes('演習'));
  for (const page of await print(long, { exercise: false })) assert.ok(!page.includes('演習'));
});

test('a row that goes over the page says that it goes on', async () => {
  const pages = await print({ remarks: 'あ'.repeat(8_000) });
  assert.ok(pages.at(-1)?.includes('その他参考となる事項（続き）'));
});

test('the same form gives the same bytes', async () => {
  const [one, other] = await Promise.all([
    printForm(sampleForm(), 'ja'),
    printForm(sampleForm(), 'ja'),
  ]);
  assert.deepEqual(one, other);
  assert.notDeepEqual(one, await printForm(sampleForm({}, { report: 'rpt_other' }), 'ja'));
});

test('the face is embedded with only the signs that are used', async () => {
  const pdf = await printForm(sampleForm(), 'ja');
  assert.match(Buffer.from(pdf).toString('latin1'), /\/FontFile2 \d+ 0 R/);
  assert.ok(pdf.length < 200_000, `${pdf.length} bytes`);
});

test('20,000 signs without a space are printed whole', async () => {
  const pages = await print({ outline: 'ж'.repeat(20_000) });
  assert.equal(pages.join('').replaceAll(/[^ж]/g, '').length, 20_000);
  for (const page of pages) assert.ok(page.split('\n').every((line) => line.length < 100));
});

const HOSTILE = [
  'abc\u202Eexe.fdp\u2066\u2069',
  '\u0000\u0007\u001b[31mred\u001b[0m',
  '\ud800 alone \udfff',
  '🙂👩‍👩‍👧‍👦🇯🇵',
  '한국어 العربية עברית ไทย',
  '𠮷野家 葛󠄀城',
  '</text> stream endstream endobj %%EOF (\\) ] TJ ET',
  '\t\r\n\r\n\u2028\u2029\u0085',
  `e${'\u0301'.repeat(500)}`,
  '\ufdfd\u{10ffff}\uffff\ufffe',
];

test('hostile text is shown as its numbers, and the form stays whole', async () => {
  for (const remarks of HOSTILE) {
    const text = withoutSpaces((await print({ remarks: `始${remarks}終` })).join(''));
    const shown = withoutSpaces(printableText(`始${remarks}終`, regular.has));
    assert.ok(text.includes(shown), JSON.stringify(remarks));
    assert.ok(text.includes('その他参考となる事項'));
  }
});

test('whatever anybody writes, a form comes out that can be read back', async () => {
  const texts = fc.oneof(
    fc
      .array(fc.integer({ min: 0, max: 0x10ffff }), { minLength: 1, maxLength: 200 })
      .map((points) => String.fromCodePoint(...points)),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
    // Single UTF-16 units, so that surrogates stand alone.
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 200 })
      .map((units) => String.fromCharCode(...units)),
  );
  await fc.assert(
    fc.asyncProperty(texts, texts, async (value, label) => {
      const form = sampleForm();
      const pdf = await printForm(
        {
          head: { ...form.head, organisation: { ja: value, en: value }, report: value },
          blocks: [
            {
              id: 'any',
              title: { ja: label, en: label },
              rows: [
                { field: 'any', label: { ja: label, en: label }, value: { ja: value, en: value } },
              ],
            },
          ],
        },
        'ja',
      );
      const text = withoutSpaces(readPages(pdf).join(''));
      assert.ok(text.includes(withoutSpaces(printableText(value, regular.has)).slice(0, 20)));
    }),
    { numRuns: 40 },
  );
});

test('what a document says about itself stays well-formed, whatever an organisation is called', async () => {
  const organisation = { ja: '</rdf:li><x>&amp;"', en: '-' };
  const pdf = Buffer.from(await printForm(sampleForm({}, { organisation }), 'ja')).toString();
  assert.ok(pdf.includes('<rdf:li>＜/rdf:li＞＜x＞＆amp;"</rdf:li>'));
});

test('a form that is too long is cut, and says where the rest is', async () => {
  const form = sampleForm();
  const rows = Array.from({ length: 3 }, (_none, at) => ({
    field: `row-${at}`,
    label: { ja: `項目 ${at}`, en: `Item ${at}` },
    value: { ja: '行\n'.repeat(LINES_MAX / 2), en: '-' },
  }));
  const pdf = await printForm({ ...form, blocks: [{ ...form.blocks[0]!, rows }] }, 'ja');
  const pages = readPages(pdf);
  assert.equal(pages.join('').split('以降は長いため印刷していません。').length, 2, 'said once');
  assert.ok(pages.at(-1)?.includes('以降は長いため印刷していません。'));
  assert.ok(pages.length < LINES_MAX / 40);
});
