// SPDX-License-Identifier: Apache-2.0
/** What holds for any text: round trips, surroundings, bounds. fast-check prints a failing seed. */
import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {
  defang,
  liftIndicators,
  readIndicators,
  refang,
} from '../../../src/engine/indicators/index.ts';
import type { IndicatorType } from '../../../src/engine/record.ts';

interface Value {
  readonly type: IndicatorType;
  readonly value: string;
}

const octet = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(fc.integer({ min: 21, max: 223 }), octet, octet, octet).map((parts) => ({
  type: 'ipv4' as const,
  value: parts.join('.'),
}));
const group = fc.integer({ min: 0, max: 0xffff });
const ipv6 = fc
  .tuple(
    fc.integer({ min: 0x2000, max: 0x3fff }),
    fc.array(fc.oneof(group, fc.constant(0)), { minLength: 7, maxLength: 7 }),
  )
  .map(([first, rest]) => ({
    type: 'ipv6' as const,
    value: new ipaddr.IPv6([first, ...rest]).toRFC5952String(),
  }));
const label = fc.stringMatching(/^[a-z][a-z0-9]{0,10}[a-z0-9]$/);
const domain = fc
  .tuple(label, fc.constantFrom('example.com', 'example.co.jp', 'example.net', 'xn--r8jz45g.jp'))
  .map((parts) => ({ type: 'domain' as const, value: parts.join('.') }));
const email = fc
  .tuple(label, domain)
  .map(([local, { value }]) => ({ type: 'email' as const, value: `${local}@${value}` }));
const path = fc
  .stringMatching(/^(?:\/[a-z0-9_=%&-]{0,12}){1,3}[a-z0-9]$/)
  .map((text) => text.replaceAll('%', '%41'));
const url = fc
  .tuple(fc.constantFrom('http', 'https', 'ftp', 'ldap'), fc.oneof(domain, ipv4), path)
  .map(([scheme, host, rest]) => ({
    type: 'url' as const,
    value: `${scheme}://${host.value}${rest}`,
  }));
const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => `a1b2c3${digits.join('').slice(6)}`);
const digest = fc.oneof(
  hex(32).map((value) => ({ type: 'md5' as const, value })),
  hex(40).map((value) => ({ type: 'sha1' as const, value })),
  hex(64).map((value) => ({ type: 'sha256' as const, value })),
  hex(128).map((value) => ({ type: 'sha512' as const, value })),
);
const cve = fc
  .tuple(fc.integer({ min: 1999, max: 2099 }), fc.integer({ min: 1000, max: 99_999_999 }))
  .map(([year, number]) => ({ type: 'cve' as const, value: `CVE-${year}-${number}` }));
const anyValue: fc.Arbitrary<Value> = fc.oneof(ipv4, ipv6, domain, email, url, digest, cve);

const toWide = (text: string) =>
  text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

test('what was defanged is found again as it was, in Japanese prose without spaces', () => {
  const before = fc.constantFrom(
    '',
    '攻撃元は',
    '不審な通信先（',
    '「',
    '、',
    'は、',
    '以下：',
    '\n',
    '*',
  );
  const after = fc.constantFrom(
    '',
    'から',
    'へ接続',
    '）',
    '」',
    '、',
    '。',
    'を確認。',
    '\r\n',
    ' ',
  );
  fc.assert(
    fc.property(anyValue, before, after, ({ type, value }, left, right) => {
      for (const written of [value, defang(type, value)]) {
        const text = `${left}${written}${right}`;
        const hit = liftIndicators(text).find((one) => one.type === type);
        assert.equal(hit?.value, value, text);
        assert.equal(text.slice(hit.from, hit.to), written, text);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('full-width writing changes no value', () => {
  fc.assert(
    fc.property(fc.oneof(ipv4, ipv6, domain, email, cve, digest), ({ type, value }) => {
      const hits = liftIndicators(`値は${toWide(value)}です`);
      assert.deepEqual(
        hits.map((one) => `${one.type} ${one.value}`),
        [`${type} ${value}`],
      );
    }),
    { numRuns: 1_000 },
  );
});

test('refang undoes defang', () => {
  fc.assert(
    fc.property(anyValue, ({ type, value }) => {
      assert.equal(refang(defang(type, value)), value);
    }),
    { numRuns: 2_000 },
  );
});

test('a value in capital letters, repeated and shuffled among others, is listed once', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(ipv4, ipv6, email, digest, cve), {
        maxLength: 8,
        selector: (one) => one.value,
      }),
      (values) => {
        const text = [...values, ...values].map((one) => one.value.toUpperCase()).join('、');
        const hits = readIndicators(text).indicators;
        assert.deepEqual(
          hits.map((one) => one.value),
          values.map((one) => one.value),
        );
        assert.ok(hits.every((one) => one.count === 2));
      },
    ),
  );
});

test('an IPv6 address has one form whatever way it is written', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(group, fc.constant(0)), { minLength: 7, maxLength: 7 }),
      fc.boolean(),
      fc.boolean(),
      (groups, padded, upper) => {
        const parts = [0x2001, ...groups].map((part) =>
          part.toString(16).padStart(padded ? 4 : 1, '0'),
        );
        const written = upper ? parts.join(':').toUpperCase() : parts.join(':');
        const [hit] = liftIndicators(`at ${written}, then`);
        assert.equal(hit?.value, new ipaddr.IPv6([0x2001, ...groups]).toRFC5952String());
        assert.ok(isIPv6(hit.value));
      },
    ),
  );
});

const piece = fc.oneof(
  anyValue.map((one) => one.value),
  anyValue.map((one) => defang(one.type, one.value)),
  fc.constantFrom(
    ...[
      '://',
      '[.]',
      '(at)',
      '[',
      ']',
      '.',
      '。',
      '：',
      ':',
      '::',
      '@',
      '/',
      '\\',
      '-',
      '%',
      'h**p',
      'meow',
    ],
    ...[
      '\u200b',
      '\u202e',
      '\ud800',
      '\udc00',
      '\u0000',
      '　',
      '例え',
      '.jp',
      'xn--',
      'CVE-',
      'bc1',
      '1',
      '\u{1d41a}',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

test('any text is read without failing, inside its bounds, and always with the same answer', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, wide) => {
      const text = wide ? toWide(pieces.join('')) : pieces.join('');
      const lifting = readIndicators(text);
      for (const one of lifting.indicators) {
        assert.ok(one.from >= 0 && one.from < one.to && one.to <= text.length);
        assert.ok(one.value.length > 0 && one.value.length <= 2_048);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: no value holds one
        assert.doesNotMatch(one.value, /[\s\u0000-\u001f\u007f-\uffff]/);
        assert.ok(one.count >= 1);
        // Canonical: reading the value alone gives the value.
        if (!one.value.startsWith('http://xn--') || one.type !== 'url') {
          const again = liftIndicators(`"${defang(one.type, one.value)}"`);
          assert.ok(
            again.some((hit) => hit.type === one.type && hit.value === one.value),
            `${one.type} ${one.value}`,
          );
        }
      }
      assert.deepEqual(readIndicators(text), lifting);
    }),
    { numRuns: 3_000 },
  );
});

test('a long run of any sign is read to its end', () => {
  // Where a finder looks back or ahead without bound, this does not end in time.
  const signs = [
    'a.',
    'aあ.',
    'a。',
    '例.',
    'http://',
    ':',
    'a:',
    'a@',
    '[',
    'a[.]',
    '1.',
    'あ',
    '-',
    '_',
  ];
  for (const sign of [
    ...signs,
    'deadbeef',
    'http://a.com/(',
    'http://user:',
    'a\u200b',
    '1.1.1.1-',
  ]) {
    const lifting = readIndicators(sign.repeat(Math.ceil(300_000 / sign.length)));
    assert.ok(lifting.read >= 300_000, sign);
  }
});
