// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { breakLines } from '../../src/print/line-breaks.ts';
import { printableText } from '../../src/print/printable-text.ts';
import { openTypefaces } from '../../src/print/typefaces.ts';

const { regular, bold } = await openTypefaces();
const check = (text: string, expected: string) =>
  assert.equal(printableText(text, regular.has), expected);

test('both faces have every sign of JIS level 1 and 2, and the names that need more', () => {
  const missing: string[] = [];
  const decoder = new TextDecoder('euc-jp');
  for (let row = 0xa1; row <= 0xf4; row += 1) {
    for (let cell = 0xa1; cell <= 0xfe; cell += 1) {
      const sign = decoder.decode(new Uint8Array([row, cell]));
      const codePoint = sign.codePointAt(0) as number;
      if (codePoint === 0xfffd || [...sign].length !== 1) continue;
      if (!regular.has(codePoint) || !bold.has(codePoint)) missing.push(sign);
    }
  }
  assert.deepEqual(missing, []);
  for (const sign of '髙﨑神祇葛飾①Ⅲ㈱℡〓〔〕') assert.ok(regular.has(sign.codePointAt(0)!), sign);
});

test('what hides or turns text is shown as its number', () => {
  check('exe\u202Egpj', 'exe〔U+202E〕gpj');
  check('a\u200bb\u00adc\ufeff', 'a〔U+200B〕b〔U+00AD〕c〔U+FEFF〕');
  check('\u0000\u001b', '〔U+0000〕〔U+001B〕');
  check('\ud800x\udc00', '〔U+D800〕x〔U+DC00〕');
});

test('a sign that the face does not have is shown as its number, never as another sign', () => {
  check('𠮷野', '〔U+20BB7〕野');
  check('🙂', '〔U+1F642〕');
  check('\ufa10', regular.has(0xfa10) ? '\ufa10' : '〔U+FA10〕');
  check('𝐞xample', '〔U+1D41E〕xample');
});

test('line feeds stay, tabs become spaces, a mark joins the sign before it', () => {
  check('a\r\nb\tc', 'a\nb    c');
  check('か\u3099き', 'がき');
});

/** Every sign as wide as it is in a fixed face: Japanese two, others one. */
const fixed = (codePoint: number) => (codePoint >= 0x2e80 ? 2 : 1);
const widthOf = (line: string) =>
  Array.from(line).reduce((sum, sign) => sum + fixed(sign.codePointAt(0) as number), 0);
const lines = (text: string, width: number) => breakLines(text, fixed, width);

test('Japanese is broken between signs, Latin between words', () => {
  assert.deepEqual(lines('外来の受付を止め', 8), ['外来の受', '付を止め']);
  assert.deepEqual(lines('took the host off', 8), ['took the', 'host off']);
  assert.deepEqual(lines('攻撃元 example から', 10), ['攻撃元', 'example か', 'ら']);
});

test('no line begins with a full stop or ends with an opening bracket', () => {
  assert.deepEqual(lines('外来の受。付', 8), ['外来の', '受。付']);
  assert.deepEqual(lines('外来の（受付）', 8), ['外来の', '（受付）']);
});

test('a word that is longer than a line is broken anywhere', () => {
  assert.deepEqual(lines('a'.repeat(10), 4), ['aaaa', 'aaaa', 'aa']);
  assert.deepEqual(lines('。'.repeat(5), 4), ['。。', '。。', '。']);
});

const signs = fc.constantFrom('a', 'W', ' ', '\n', '。', '（', '外', '/', '-', 'ー', '1');

test('lines hold every sign but spaces at their ends, and fit', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: signs, maxLength: 200 }),
      fc.integer({ min: 2, max: 30 }),
      (text, width) => {
        const broken = lines(text, width);
        assert.equal(broken.join('').replace(/\s/g, ''), text.replace(/\s/g, ''));
        for (const line of broken) assert.ok(widthOf(line) <= width, JSON.stringify(line));
        assert.ok(broken.length >= text.split('\n').length);
      },
    ),
    { numRuns: 1_000 },
  );
});
