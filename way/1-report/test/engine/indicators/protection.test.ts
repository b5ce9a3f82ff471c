// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ruleAt } from '@sakimori/law';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {
  compileOwn,
  compileProtection,
  liftIndicators,
  type ProtectedInfrastructure,
  protectedBy,
} from '../../../src/engine/indicators/index.ts';
import type { IndicatorType } from '../../../src/engine/record.ts';

const shared =
  process.env.SAKIMORI_SHARED ??
  fileURLToPath(new URL('../../../../../../shared', import.meta.url));
const warningLists = `${shared}/data/misp/warninglists`;
const skip = existsSync(warningLists) ? false : 'shared data not present';

const rule = ruleAt<ProtectedInfrastructure>('protected-infrastructure', Date.UTC(2026, 10, 22));
const { protection, refused } = compileProtection(rule.value);

function listOf(type: IndicatorType, value: string): string {
  return protectedBy({ type, value }, protection)?.list ?? 'none';
}

test('every entry of the dated data can be read, and says why in both languages', () => {
  assert.deepEqual(refused, []);
  assert.equal(rule.verified, false);
  for (const list of rule.value.lists) {
    assert.ok(list.why.ja && list.why.en && list.name.ja && list.name.en && list.source, list.id);
  }
});

test('what everybody depends on is protected, whatever kind of indicator names it', () => {
  assert.equal(listOf('ipv4', '198.41.0.4'), 'root-servers');
  assert.equal(listOf('ipv4', '202.12.27.33'), 'root-servers');
  assert.equal(listOf('ipv6', '2001:dc3::35'), 'root-servers');
  assert.equal(listOf('ipv4', '8.8.8.8'), 'public-resolvers');
  assert.equal(listOf('ipv4', '104.16.1.1'), 'content-networks');
  assert.equal(listOf('domain', 'm.root-servers.net'), 'root-servers');
  assert.equal(listOf('domain', 'www.cyber.go.jp'), 'government');
  assert.equal(listOf('url', 'https://8.8.8.8:443/x'), 'public-resolvers');
  assert.equal(listOf('url', 'http://[2001:dc3::35]/'), 'root-servers');
  assert.equal(listOf('url', 'https://a.example.lg.jp/x?y=8.8.8.8'), 'government');
  assert.equal(listOf('email', 'somebody@example.lg.jp'), 'government');
  assert.equal(listOf('md5', 'd41d8cd98f00b204e9800998ecf8427e'), 'empty-files');
});

test('what only resembles it is not', () => {
  assert.equal(listOf('ipv4', '198.41.0.5'), 'none');
  assert.equal(listOf('domain', 'notgo.jp'), 'none');
  assert.equal(listOf('domain', 'go.jp.evil.com'), 'none');
  assert.equal(listOf('url', 'https://evil.com/go.jp'), 'none');
  assert.equal(listOf('email', 'go.jp@evil.com'), 'none');
  assert.equal(listOf('cve', 'CVE-2024-12345'), 'none');
  assert.equal(listOf('bitcoin', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'), 'none');
});

test('addresses that name no host outside are told apart from documentation', () => {
  assert.equal(listOf('ipv4', '10.1.2.3'), 'private');
  assert.equal(listOf('ipv6', 'fe80::1'), 'private');
  assert.equal(listOf('ipv4', '224.0.0.1'), 'special-purpose');
  assert.equal(listOf('ipv4', '192.0.2.1'), 'documentation');
  assert.equal(listOf('ipv6', '2001:db8::1'), 'documentation');
  // 2001::/23 holds 2001:db8::/32 no more than its neighbour.
  assert.equal(listOf('ipv6', '2001:1::1'), 'special-purpose');
  assert.equal(listOf('ipv6', '2001:240::54'), 'none');
});

test('an exercise leaves out the documentation list', () => {
  const exercise = compileProtection(rule.value, ['documentation']).protection;
  assert.equal(protectedBy({ type: 'ipv4', value: '192.0.2.1' }, exercise), undefined);
  assert.equal(protectedBy({ type: 'domain', value: 'a.example' }, exercise), undefined);
  assert.equal(protectedBy({ type: 'ipv4', value: '10.0.0.1' }, exercise)?.list, 'private');
});

test("the reporter's own things are named first, and broken entries by their place", () => {
  const own = compileOwn({
    addresses: [
      '198.51.100.0/24',
      '2001:db8:1::/48',
      'x',
      '10.0.0.0/33',
      '1.2.3.4/8/9',
      '::ffff:203.0.113.9',
    ],
    domains: ['Example.CO.jp', '例え.jp', 'bad domain'],
  });
  assert.deepEqual(
    own.refused.map(({ field }) => field),
    ['own.addresses.3', 'own.addresses.4', 'own.addresses.5', 'own.domains.3'],
  );
  const by = (type: IndicatorType, value: string) =>
    protectedBy({ type, value }, protection, own.protection)?.list;
  assert.equal(by('ipv4', '198.51.100.7'), 'own');
  assert.equal(by('ipv4', '203.0.113.9'), 'own');
  assert.equal(by('ipv6', '2001:db8:1::7'), 'own');
  assert.equal(by('ipv6', '2001:db8:2::7'), 'documentation');
  assert.equal(by('domain', 'mail.example.co.jp'), 'own');
  assert.equal(by('domain', 'xn--r8jz45g.jp'), 'own');
  assert.equal(by('email', 'a@example.co.jp'), 'own');
});

test('lifting marks what is protected and keeps it in the list', () => {
  const hits = liftIndicators('8.8.8.8 と 93.184.216.34', { protection });
  assert.deepEqual(
    hits.map((one) => [one.value, one.protected?.list]),
    [
      ['8.8.8.8', 'public-resolvers'],
      ['93.184.216.34', undefined],
    ],
  );
});

test('the look-up agrees with a plain comparison of prefixes, for any prefixes and addresses', () => {
  const bytes = (length: number) =>
    fc.array(fc.constantFrom(0, 1, 128, 255, 203), { minLength: length, maxLength: length });
  const address = (length: 4 | 16) => bytes(length).map((all) => ipaddr.fromByteArray(all));
  const one = (length: 4 | 16) =>
    fc.property(
      fc.array(fc.tuple(address(length), fc.integer({ min: 0, max: length * 8 })), {
        maxLength: 8,
      }),
      address(length),
      (prefixes, sought) => {
        const compiled = compileOwn({
          addresses: prefixes.map(([base, width]) => `${base.toString()}/${width}`),
        });
        assert.deepEqual(compiled.refused, []);
        const type = length === 4 ? 'ipv4' : 'ipv6';
        const value = length === 4 ? sought.toString() : (sought as ipaddr.IPv6).toRFC5952String();
        const expected = prefixes.some(([base, width]) => sought.match(base as never, width));
        const shield = compiled.protection.findAddress(type, value);
        assert.equal(shield !== undefined, expected);
      },
    );
  fc.assert(one(4), { numRuns: 1_000 });
  fc.assert(one(16), { numRuns: 1_000 });
});

test('thousands of real prefixes are read and looked up as another program does', { skip }, () => {
  for (const name of ['cloudflare', 'fastly', 'amazon-aws', 'akamai', 'rfc5735', 'public-dns-v6']) {
    const { list } = JSON.parse(readFileSync(`${warningLists}/${name}.json`, 'utf8')) as {
      list: string[];
    };
    const compiled = compileOwn({ addresses: list });
    assert.deepEqual(compiled.refused, [], name);
    const oracle = new BlockList();
    for (const text of list) {
      const [base, width] = text.split('/') as [string, string | undefined];
      const family = base.includes(':') ? 'ipv6' : 'ipv4';
      if (width) oracle.addSubnet(base, Number(width), family);
      else oracle.addAddress(base, family);
    }
    const all = fc.oneof(
      fc.tuple(fc.constantFrom(...list), fc.integer({ min: -2, max: 2 })).map(([text, step]) => {
        const bytes = ipaddr.parse((text.split('/') as [string])[0]).toByteArray();
        bytes[bytes.length - 1] = ((bytes.at(-1) as number) + step + 256) % 256;
        return ipaddr.fromByteArray(bytes);
      }),
      fc
        .array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 })
        .map((bytes) => ipaddr.fromByteArray(bytes)),
    );
    fc.assert(
      fc.property(all, (address) => {
        const type = address.kind();
        const value =
          type === 'ipv4' ? address.toString() : (address as ipaddr.IPv6).toRFC5952String();
        const mine = compiled.protection.findAddress(type, value) !== undefined;
        assert.equal(mine, oracle.check(value, type), `${name} ${value}`);
      }),
      { numRuns: 500 },
    );
  }
});

test('what the published lists of the same networks hold is protected here too', { skip }, () => {
  for (const [name, expected] of [
    ['cloudflare', 'content-networks'],
    ['fastly', 'content-networks'],
  ] as const) {
    const { list } = JSON.parse(readFileSync(`${warningLists}/${name}.json`, 'utf8')) as {
      list: string[];
    };
    for (const prefix of list) {
      const base = ipaddr.parse((prefix.split('/') as [string])[0]);
      const value =
        base.kind() === 'ipv4' ? base.toString() : (base as ipaddr.IPv6).toRFC5952String();
      assert.equal(listOf(base.kind(), value), expected, prefix);
    }
  }
  const special = JSON.parse(readFileSync(`${warningLists}/rfc5735.json`, 'utf8')) as {
    list: string[];
  };
  for (const prefix of special.list) {
    assert.notEqual(listOf('ipv4', (prefix.split('/') as [string])[0]), 'none', prefix);
  }
});
