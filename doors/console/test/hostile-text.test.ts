// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defang, makeVisible, readLink } from '../src/hub/hostile-text.ts';

test('characters that turn or hide text are written out', () => {
  assert.equal(makeVisible('invoice\u202Etxt.exe'), 'invoice⟦U+202E⟧txt.exe');
  assert.equal(makeVisible('a\u200Bb\u0000c\u{E0041}'), 'a⟦U+200B⟧b⟦U+0000⟧c⟦U+E0041⟧');
  assert.equal(makeVisible('行一\r\n行二\tと 名前‍'), '行一\n行二\tと 名前‍');
});

test('after that no bidirectional control is left, whatever came in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(makeVisible(text), /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/);
    }),
  );
});

test('addresses in threat data lead nowhere when copied', () => {
  assert.equal(
    defang('see http://203.0.113.9/update.sh and https://malware.example.com'),
    'see hxxp://203[.]0[.]113[.]9/update.sh and hxxps://malware[.]example[.]com',
  );
  assert.equal(defang('version 7.2.4.1 of the product'), 'version 7.2.4.1 of the product');
});

test('only https leads out, and never with a user name inside', () => {
  assert.equal(readLink('https://example.jp/a'), 'https://example.jp/a');
  for (const text of [
    'http://example.jp',
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    '//example.jp',
    'https://example.jp@example.com/',
    '',
    undefined,
  ]) {
    assert.equal(readLink(text), undefined, String(text));
  }
});
