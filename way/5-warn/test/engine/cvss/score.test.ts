// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scoreCvss } from '../../../src/engine/cvss/index.ts';

/** Expects the scores, or the word that the refusal must contain. */
function check(vector: string, expected: readonly (number | null)[] | RegExp): void {
  const reading = scoreCvss(vector);
  if (expected instanceof RegExp) {
    assert.ok(!reading.ok, vector);
    assert.match(reading.reason, expected, vector);
  } else assert.deepEqual(reading.ok && reading.value.scores, expected, vector);
}

test('version 2: groups without a metric have no score', () => {
  check('AV:N/AC:L/Au:N/C:N/I:N/A:C', [7.8, null, null]);
  check('(AV:N/AC:L/Au:N/C:N/I:N/A:C)', [7.8, null, null]);
  check('AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C', [7.8, 6.4, null]);
  check('AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H', [7.8, 6.4, 9.2]);
  check('AV:N/AC:L/Au:N/C:N/I:N/A:N/E:ND', [0, null, null]);
});

test('version 2: an adjusted base score below zero stays so until the end', () => {
  check('AV:L/AC:H/Au:M/C:N/I:N/A:P/CDP:L/TD:L/AR:L', [0.8, null, 0.2]);
});

test('version 3: metrics that are not defined leave the score as it is', () => {
  check('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', [9.8, 9.8, 9.8]);
  check('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', [10, 10, 10]);
  check('CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', [0, 0, 0]);
  check('CVSS:3.1/S:U/C:H/I:H/A:H/AV:N/AC:L/PR:N/UI:N/E:X', [9.8, 9.8, 9.8]);
});

test('version 3: 3.0 and 3.1 differ in the modified impact of a changed scope', () => {
  const rest = 'AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H/CR:H/IR:H/AR:H';
  check(`CVSS:3.0/${rest}`, [9.9, 9.9, 9.9]);
  check(`CVSS:3.1/${rest}`, [9.9, 9.9, 10]);
});

test('version 4: the highest vector scores ten, one without impact zero', () => {
  check('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', [10]);
  check('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', [0]);
  check('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', [9.3]);
});

test('version 4: a half is rounded up, whatever binary fractions make of it', () => {
  check('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:L/VA:N/SC:H/SI:H/SA:H', [8.6]);
});

test('version 4: modified metrics replace the base metrics', () => {
  const base = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
  check(`${base}/MVC:N/MVI:N/MVA:N`, [0]);
  check(`${base}/MSI:S`, [10]);
});

test('a vector that is not whole and clean is refused', () => {
  check('', /unknown metric/);
  check('AV:N/AC:L/Au:N/C:N/I:N', /A is missing/);
  check('AV:N/AC:L/Au:N/C:N/I:N/A:X', /unknown value/);
  check('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/AV:N', /twice/);
  check('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/', /unknown metric/);
  check('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/XX:N', /unknown metric/);
  check('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/constructor:H', /unknown metric/);
  check('CVSS:3.2/AV:N', /unknown version/);
  check('CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', /order/);
  check('CVSS:4.0/AV:N:N/AC:L', /unknown metric/);
  check(`CVSS:3.1/${'AV:N/'.repeat(1000)}`, /longer/);
});

test('no text makes the reader throw', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'CVSS:34.01/ANLHXMU') });
  fc.assert(
    fc.property(
      fc.oneof(hostile, fc.string()),
      fc.constantFrom('', 'CVSS:4.0/AV:N/'),
      (tail, head) => {
        assert.equal(typeof scoreCvss(head + tail).ok, 'boolean');
      },
    ),
  );
});

test('version 4: a more severe value never scores lower', () => {
  const impact: fc.Arbitrary<string> = fc.constantFrom('N', 'L', 'H');
  const order = 'NLH';
  fc.assert(
    fc.property(fc.array(impact, { minLength: 6, maxLength: 6 }), fc.nat(5), (values, at) => {
      const names = ['VC', 'VI', 'VA', 'SC', 'SI', 'SA'];
      const write = (list: readonly string[]) =>
        `CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/${list.map((v, i) => `${names[i]}:${v}`).join('/')}`;
      const raised = values.with(at, order[Math.min(2, order.indexOf(values[at]!) + 1)]!);
      const low = scoreCvss(write(values));
      const high = scoreCvss(write(raised));
      assert.ok(low.ok && high.ok);
      assert.ok(high.value.scores[0]! >= low.value.scores[0]!, write(values));
    }),
  );
});
