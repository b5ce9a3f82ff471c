// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderVersions } from '../../../src/engine/index.ts';

function check(a: string, b: string, expected: -1 | 0 | 1 | undefined): void {
  assert.equal(orderVersions(a, b), expected, `${a} ? ${b}`);
  const back = expected === undefined ? undefined : expected === 0 ? 0 : -expected;
  assert.equal(orderVersions(b, a), back, `${b} ? ${a}`);
}

test('versions of appliances are ordered as their makers count', () => {
  check('7.2.4', '7.2.10', -1);
  check('7.2', '7.2.0', 0);
  check('V5.0.8', '5.0.10', -1);
  check('ver.11.5.4', '11.5.4', 0);
  check('Ver 5.62', '5.62', 0);
  check('バージョン 5.62', '5.62', 0);
  check('７．２．４', '7.2.4', 0);
  check('9.1R11.4', '9.1R12', -1);
  check('15.1(4)M3', '15.1(4)M10', -1);
  check('15.1(4)M3', '15.2(1)T', -1);
  check('8.00 SP2', '8.00', 1);
  check('8.00 SP2', '8.0 SP3', -1);
  check('21.4R3-S5', '21.4R3', 1);
  check('10.2.7-h2', '10.2.7', 1);
  check('10.2.7-h2', '10.2.7-h10', -1);
  check('7.0 Update 3o', '7.0U3p', -1);
  check('12.1-55.297', '12.1-55.302', -1);
  check('12.1-NDcPP 55.297', '12.1-NDcPP 55.302', -1);
  check('1.1.1k', '1.1.1w', -1);
  check('1.1.1', '1.1.1a', -1);
  check('1.0.2u', '1.0.2zn', -1);
  check('2022 SU5', '2022', 1);
  check('3.15.0a1', '3.15.0b1', -1);
  check('22.1-EVO', '22.1R3-EVO', -1);
  check('2.0-beta9', '2.0', -1);
  check('2.0-rc1', '2.0-beta9', 1);
  check('3.2.30_build221223', '3.2.30_build230101', -1);
});

test('where the order is not clear there is none', () => {
  check('15.1(4)M3', '15.1(4)T1', undefined);
  check('12.1-55.297', '12.1-NDcPP 55.297', undefined);
  check('7.2.x', '7.2.4', undefined);
  check('unknown', '7.2.4', undefined);
  check('', '1', undefined);
  check('1.0-foo', '1.0-bar', undefined);
  check('15.1X49-D20', '15.1R7', undefined);
  check('LF', '4', undefined);
  check('9'.repeat(1000), '1', undefined);
});

test('the order has no circles and no word for one side only', () => {
  const part = fc.oneof(
    fc.nat(30).map(String),
    fc.constantFrom('r', 'sp', 'beta', 'a', 'b', 'x', '(', ')', '-'),
  );
  const version = fc
    .array(fc.tuple(part, fc.constantFrom('.', '-', '', ' ')), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.map((each) => each.join('')).join(''));
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const [ab, ba, bc, ac] = [
        orderVersions(a, b),
        orderVersions(b, a),
        orderVersions(b, c),
        orderVersions(a, c),
      ];
      assert.equal(ab === undefined, ba === undefined);
      if (ab !== undefined) assert.equal(ab + (ba as number), 0);
      if (ab === -1 && bc === -1) assert.ok(ac !== 1 && ac !== 0, `${a} < ${b} < ${c}`);
    }),
    { numRuns: 3000 },
  );
});
