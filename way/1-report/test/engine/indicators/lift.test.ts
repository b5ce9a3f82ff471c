// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defang,
  liftIndicators,
  readIndicators,
  refang,
} from '../../../src/engine/indicators/index.ts';

/** What is found, as `type value` in order of place; `?` behind what is doubtful. */
function found(text: string): string[] {
  return readIndicators(text, { hostsOfUrls: false }).indicators.map(
    (one) => `${one.type} ${one.value}${one.confidence === 'doubtful' ? ' ?' : ''}`,
  );
}

function check(text: string, ...expected: string[]): void {
  assert.deepEqual(found(text), expected, text);
}

test('a value is found with Japanese text directly around it', () => {
  check(
    '攻撃元198.51.100.7から、ドメインexample．comへ接続した。',
    'ipv4 198.51.100.7',
    'domain example.com',
  );
  check(
    '例：203.0.113.5、2001:db8::5、user@example.jpです',
    'ipv4 203.0.113.5',
    'ipv6 2001:db8::5',
    'email user@example.jp',
  );
  check(
    '「c2.example.com」と「evil.example.org」',
    'domain c2.example.com',
    'domain evil.example.org',
  );
  check('https://example.com/aを開いた', 'url https://example.com/a');
  check('example.com・example.net／(x)', 'domain example.com', 'domain example.net');
});

test('full-width digits, letters and signs are read as what they mean', () => {
  check('１９８．５１．１００．７：８０８０', 'ipv4 198.51.100.7');
  check('ｅｘａｍｐｌｅ．ｃｏｍ', 'domain example.com');
  check('ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍ／ａ', 'url https://example.com/a');
  check('２００１：ｄｂ８：：７', 'ipv6 2001:db8::7');
  check('ＣＶＥ－２０２４－１２３４５', 'cve CVE-2024-12345');
  check('user＠example．jp', 'email user@example.jp');
});

test('the ideographic full stop is a dot inside a value and a boundary after one', () => {
  check('example。comに接続', 'domain example.com');
  check('１９８。５１。１００。７', 'ipv4 198.51.100.7');
  check('198.51.100.7。example.comも', 'ipv4 198.51.100.7', 'domain example.com');
  check('198.51.100.7。8月に確認', 'ipv4 198.51.100.7');
  check('www.example。com', 'domain www.example.com');
});

test('what was written so that nobody follows it is undone', () => {
  for (const written of [
    'evil[.]example[.]com',
    'evil(.)example(.)com',
    'evil{.}example{.}com',
    'evil[dot]example(dot)com',
    'evil [.] example [.] com',
    'evil[ . ]example[ . ]com',
    'evil「.」example「.」com',
    'evil[。]example［．］com',
    'evil[.example[.com',
    'evil.]example.]com',
    'evil\\.example\\.com',
    'evil【.】example〔.〕com',
    'evil[ドット]example[ドット]com',
    'EVIL[.]EXAMPLE[.]COM',
    'evil[.example][.com]',
  ]) {
    check(`C2 is ${written} here`, 'domain evil.example.com');
  }
  for (const written of [
    'hxxp://example.com/x',
    'hXXp://example.com/x',
    'h**p://example.com/x',
    'h__p://example.com/x',
    'htxp://example.com/x',
    'meow://example.com/x',
    'http[:]//example.com/x',
    'http[://]example[.]com/x',
    'hxxp[:]//example[.]com/x',
    'http:[//]example.com[/]x',
    '[http]://example.com/x',
    'ｈｘｘｐ：／／example．com／x',
  ]) {
    check(`see ${written} here`, 'url http://example.com/x');
  }
  check('hxxps://198[.]51[.]100[.]7:8443/', 'url https://198.51.100.7:8443/');
  check('fxp://example.com/x', 'url ftp://example.com/x');
  check('user[at]example[dot]com', 'email user@example.com');
  check('user (at) example (dot) com', 'email user@example.com');
  check('user[@]example.com', 'email user@example.com');
  check('2001[:]db8[:][:]7', 'ipv6 2001:db8::7');
  check('2001:db8[::]7', 'ipv6 2001:db8::7');
  check('198[.]51.100[.]7', 'ipv4 198.51.100.7');
});

test('every text form of an IPv6 address is one address, and nothing else with colons is', () => {
  for (const written of [
    '2001:db8::7',
    '2001:DB8:0:0:0:0:0:7',
    '2001:0db8:0000:0000:0000:0000:0000:0007',
    '[2001:db8::7]:443',
    '2001:db8::7%eth0',
    '2001:db8::7.',
    '2001:db8::7: connected',
    'IP:2001:db8::7',
    'C2:2001:db8::7',
    'MAC:2001:db8::7',
    'C2：2001:db8::7',
    '2001:db8:0:0:0:0:0:7:443',
    '2001:db8::7/128',
    '2001:db8::0.0.0.7',
  ]) {
    check(written, 'ipv6 2001:db8::7');
  }
  check('::ffff:198.51.100.7', 'ipv4 198.51.100.7');
  check('fe80::1%en0 and ::1', 'ipv6 fe80::1', 'ipv6 ::1');
  for (const other of [
    '12:34:56',
    '2026-11-21T10:20:30.123+09:00',
    'std::string a::b Foo::Bar dead::beef',
    'aa:bb:cc:dd:ee:ff',
    'aa:bb:cc:dd:ee:ff:00:11',
    'SHA256 fingerprint 12:34:56:78:9a:bc:de:f0:12:34:56:78:9a:bc:de:f0',
    '2001:db8::/32',
    '::',
    '10:11:12:13:14:15',
  ]) {
    check(other);
  }
});

test('a network, a version, a section or an OID is no address', () => {
  for (const other of [
    '203.0.113.0/24',
    '198.51.100.7/24 のネットワーク',
    'version 1.2.3.4',
    'Ver.1.2.3.4 を使用',
    'バージョン１．２．３．４',
    'バージョンは 9.8.7.6 です',
    'v10.11.12.13',
    'v 10.11.12.13',
    'ファームウェア: 7.4.2.1',
    '1.2.3.4 以前',
    '1.2.3.4 or earlier',
    '第1.2.3.4項',
    'OID 1.3.6.1.4.1.311',
    '1.2.3',
    '256.1.1.1',
    'openssl-1.1.1.1-r0.apk',
    '1.2.3.4-beta1',
    '999.999.999.999',
  ]) {
    check(other);
  }
  check('バージョン 1.2.3.4 と 1.2.3.5 、通信先は 198.51.100.7', 'ipv4 198.51.100.7');
  check('198.51.100.7/32', 'ipv4 198.51.100.7');
  check('198.51.100.7/index.html', 'ipv4 198.51.100.7');
  check('198.51.100.7:8080', 'ipv4 198.51.100.7');
  check('198.51.100.1-198.51.100.9', 'ipv4 198.51.100.1', 'ipv4 198.51.100.9');
  check('from 198.51.100.7.', 'ipv4 198.51.100.7');
  check('address,version\n198.51.100.7,2.1.0.9', 'ipv4 198.51.100.7', 'ipv4 2.1.0.9 ?');
});

test('what may be a version is taken with a doubt, unless it is written like an address', () => {
  check('2.0.7.3', 'ipv4 2.0.7.3 ?');
  check('2[.]0[.]7[.]3', 'ipv4 2.0.7.3');
  check('198.051.100.007', 'ipv4 198.51.100.7 ?');
  const [one] = readIndicators('2.0.7.3').indicators;
  assert.match(one?.remarks[0]?.en ?? '', /version number/);
});

test('names of files and of code are no domains unless something says that they are', () => {
  for (const other of [
    'report.pdf node.js README.md setup.sh main.py archive.zip libfoo.so',
    'README.ja.md と install.sh を参照',
    'ASP.NET、System.Net、VB.NET、System.IO',
    'org.apache.catalina.core com.example.android.app',
    'C:\\Windows\\example.com',
    '/etc/nginx/example.com',
    'document.name = log.info("x")',
    'e.g. this, i.e. that, a.m. and p.m.',
    'configure.ac Makefile.am config.in',
    'K7SysMon.Exe.db 31558_n.dll',
    'version1.0 end.The next',
    'W.W.W example localhost',
  ]) {
    check(other);
  }
  check('libfoo.1.so a.example.com', 'domain libfoo.1.so ?', 'domain a.example.com');
  check('README[.]md', 'domain readme.md');
  check('https://setup.sh/', 'url https://setup.sh/');
  check('ドメイン evil-site.zip に接続', 'domain evil-site.zip');
  check('\\\\files.example.com\\share', 'domain files.example.com');
  check('//cdn.example.com/x.js', 'domain cdn.example.com');
  check('connected to example.com.The host', 'domain example.com ?');
  check('example.com/login.zip', 'domain example.com');
  check('_dmarc.example.com', 'domain _dmarc.example.com');
  check('_example.com_ and **example.net**', 'domain example.com', 'domain example.net');
  check('example.com.', 'domain example.com');
});

test('a name must have a suffix under which names are registered', () => {
  check('host.local server.internal foo.invalid a.bcd co.jp com');
  check('a.example.co.jp と b.例え.jp', 'domain a.example.co.jp', 'domain b.xn--r8jz45g.jp');
  check('7.100.51.198.in-addr.arpa');
  check('bad-.example.com');
});

test('names in other scripts become their A-label', () => {
  check(
    'пример.рф и bücher.example.de',
    'domain xn--e1afmkfd.xn--p1ai',
    'domain xn--bcher-kva.example.de',
  );
  check('例え.みんなへ接続', 'domain xn--r8jz45g.xn--q9jyb4c');
  check('「例え.jp」と XN--R8JZ45G.JP', 'domain xn--r8jz45g.jp');
  check('https://例え.jp/に接続', 'url https://xn--r8jz45g.jp/');
  check('接続先は例え.jpです', 'domain xn--r8jz45g.jp ?');
  check('example.comと例え.jp', 'domain example.com', 'domain xn--r8jz45g.jp ?');
});

test('letters of another script that imitate a name are said to', () => {
  const [one] = readIndicators('ex\u0430mple.com').indicators;
  assert.equal(one?.value, 'xn--exmple-4nf.com');
  assert.match(one?.remarks[0]?.en ?? '', /imitate/);
  check('\u{1D41E}\u{1D431}ample.com', 'domain example.com');
});

test('hidden and turning characters are taken out and told', () => {
  for (const hidden of ['\u200B', '\u00AD', '\u202E', '\u2066', '\uFEFF', '\u{E0041}']) {
    const lifting = readIndicators(`exam${hidden}ple.com`);
    assert.deepEqual(
      lifting.indicators.map(({ value }) => value),
      ['example.com'],
    );
    assert.equal(lifting.hidden, 1);
    assert.match(lifting.notes[0]?.en ?? '', /1 hidden control character/);
    assert.match(lifting.indicators[0]?.remarks[0]?.en ?? '', /Hidden/);
  }
  // Where it parts two values, both are found.
  check('198.51.100.7\u200B203.0.113.5', 'ipv4 198.51.100.7', 'ipv4 203.0.113.5');
  assert.equal(readIndicators('\uFEFFexample.com').hidden, 0);
});

test('URLs end where the sentence goes on, and have one form', () => {
  check('(https://example.com/a_(b)).', 'url https://example.com/a_(b)');
  check('<a href="https://example.com/a?b=1&amp;c=2">', 'url https://example.com/a?b=1&c=2');
  check(
    'https://example.com/a、https://example.org/b。',
    ...['url https://example.com/a', 'url https://example.org/b'],
  );
  check(
    'https://example.com/a,https://example.org/b',
    ...['url https://example.com/a', 'url https://example.org/b'],
  );
  check('HTTPS://EXAMPLE.com:443/A/../B#part', 'url https://example.com/B');
  check('http://user:secret@example.com/', 'url http://example.com/');
  check('http://example.com@203.0.113.5/', 'url http://203.0.113.5/');
  check('http://0xC6.0x33.0x64.0x07/', 'url http://198.51.100.7/');
  check('http://3325256711/', 'url http://198.51.100.7/');
  check('http://[2001:DB8::7]:8080/x', 'url http://[2001:db8::7]:8080/x');
  check('{jndi:ldap://198.51.100.7:1389/a}', 'url ldap://198.51.100.7:1389/a');
  check('http://intranet/x', 'url http://intranet/x ?');
  check('URLhttp://example.com/', 'url http://example.com/');
  check('http:// と :// と http://。');
  check(
    'https://web.example.org/web/https://example.com/x',
    ...['url https://web.example.org/web/https://example.com/x', 'url https://example.com/x'],
  );
  check('http://example.com:99999/', 'domain example.com');
});

test('a very long URL is shortened and says so', () => {
  const [url] = readIndicators(`https://example.com/a?q=${'%41'.repeat(2000)}`).indicators;
  assert.ok(url && url.value.length <= 2048 && url.value.startsWith('https://example.com/a?q=%41'));
  assert.match(url.remarks[0]?.en ?? '', /left out/);
});

test('the host of a URL is an indicator of its own unless that is not wished', () => {
  const text = 'hxxps://evil[.]example[.]com/a hxxp://198[.]51[.]100[.]7/b';
  assert.deepEqual(
    liftIndicators(text).map(({ type, value }) => `${type} ${value}`),
    [
      'url https://evil.example.com/a',
      'domain evil.example.com',
      'url http://198.51.100.7/b',
      'ipv4 198.51.100.7',
    ],
  );
  check(text, 'url https://evil.example.com/a', 'url http://198.51.100.7/b');
  const lookup = 'https://example.org/ip/203.0.113.5?to=http://198.51.100.9/&v=1.2.3.4.5';
  assert.deepEqual(
    liftIndicators(lookup)
      .filter(({ type }) => type === 'ipv4')
      .map(({ value }) => value),
    ['203.0.113.5', '198.51.100.9'],
  );
});

test('mail addresses are found, ids of messages and places of code are not', () => {
  check('From: "甲" <Taro.Yamada+x@Example.CO.JP>', 'email taro.yamada+x@example.co.jp');
  check('連絡先taro@example.jpまで', 'email taro@example.jp');
  check('mailto:taro@example.jp?subject=x', 'email taro@example.jp');
  check('Message-ID: <20260101.abc@mail.example.com>');
  check('git@example.com:team/x', 'domain example.com');
  check('root@198.51.100.7 @user pkg@1.2.3', 'ipv4 198.51.100.7');
  check(`${'a'.repeat(65)}@example.com`, 'domain example.com');
});

const MD5 = '0cc175b9c0f1b6a831c399e269772661';
const SHA1 = '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8';
const SHA256 = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
const SHA512 =
  '1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75';

test('digests are told apart by length, and parts of longer numbers are none', () => {
  check(`検体${MD5}と${SHA1.toUpperCase()}`, `md5 ${MD5}`, `sha1 ${SHA1}`);
  check(`SHA256:${SHA256}、${SHA512}`, `sha256 ${SHA256}`, `sha512 ${SHA512}`);
  check(
    `https://example.com/file/${SHA256}`,
    ...[`url https://example.com/file/${SHA256}`, `sha256 ${SHA256}`],
  );
  check(`VirusShare_${MD5} ${SHA1}.exe`, `md5 ${MD5}`, `sha1 ${SHA1}`);
  for (const other of [
    `${MD5}a`,
    `0x${SHA1}`,
    `${MD5}${MD5}${MD5}`,
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    `uuid: ${MD5}`,
    `シリアル番号：${MD5}`,
    `00-${MD5}-00f067aa0ba902b7-01`,
    '0'.repeat(64),
    '12345678901234567890123456789012',
    SHA1.match(/../g)?.join(':') ?? '',
  ]) {
    check(other);
  }
  check(`commit ${SHA1}`, `sha1 ${SHA1} ?`);
});

test('CVE numbers have one form', () => {
  check(
    'CVE-2024-12345、cve-2023-0001（CVE 2022 4567）',
    ...['cve CVE-2024-12345', 'cve CVE-2023-0001', 'cve CVE-2022-4567'],
  );
  check('CVE-2024-123 CVE-24-1234 CVE-1899-1234 CVE-2024-00123 XCVE-2024-12345');
});

test('Bitcoin addresses count only when their checksum is right', () => {
  // Examples of BIP 173 and BIP 350, and the address of the first block.
  check('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'bitcoin 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa');
  check('3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLyに送金', 'bitcoin 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy');
  check(
    'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
    'bitcoin bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  );
  const taproot = 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0';
  check(taproot, `bitcoin ${taproot}`);
  check('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz');
  check('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5 bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4');
});

test('a Tor service is taken only when its checksum is right', () => {
  const name = 'duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad';
  check(`http://${name}.onion/`, `url http://${name}.onion/`);
  check(`${name}.onion`, `domain ${name}.onion`);
  check(`${name.replace('duck', 'dock')}.onion`);
});

test('a value counts once, at its first place, with the number of its places', () => {
  const lifting = readIndicators(
    '例：evil[.]example[.]com EVIL.example.com ｅｖｉｌ．example．com',
  );
  assert.equal(lifting.indicators.length, 1);
  const [one] = lifting.indicators;
  assert.deepEqual([one?.from, one?.to, one?.count], [2, 22, 3]);
  assert.equal(one?.defanged, 'evil[.]example[.]com');
});

test('what is beyond the limits is counted and said, and no value is cut in two', () => {
  const text = 'a1.example.com a2.example.com a3.example.com';
  const cut = readIndicators(text, { charactersMax: 25 });
  assert.deepEqual(
    cut.indicators.map(({ value }) => value),
    ['a1.example.com'],
  );
  assert.deepEqual([cut.read, cut.cut], [15, 29]);
  assert.match(cut.notes[0]?.en ?? '', /Only the first 15 characters/);
  const few = readIndicators(text, { indicatorsMax: 2 });
  assert.deepEqual([few.indicators.length, few.left], [2, 1]);
  assert.match(few.notes[0]?.ja ?? '', /1 箇所/);
});

test('what was passed over is told with its place and reason', () => {
  const text = 'バージョン 9.8.7.6 と README.md、203.0.113.0/24';
  assert.deepEqual(
    readIndicators(text).passedOver.map(({ from, to, why }) => [text.slice(from, to), why.en]),
    [
      ['9.8.7.6', 'It is a version or section number.'],
      ['README.md', 'It is the name of a file.'],
      ['203.0.113.0', 'It is a range of a network, not one address.'],
    ],
  );
});

test('indicators are shown so that nothing follows them', () => {
  assert.equal(defang('ipv4', '198.51.100.7'), '198[.]51[.]100[.]7');
  assert.equal(defang('ipv6', '2001:db8::7'), '2001[:]db8[:][:]7');
  assert.equal(defang('domain', 'a.example.jp'), 'a[.]example[.]jp');
  assert.equal(defang('email', 'a.b@example.jp'), 'a[.]b[@]example[.]jp');
  assert.equal(defang('url', 'https://example.com/a.b?c'), 'hxxps://example[.]com/a.b?c');
  assert.equal(defang('url', 'ldap://198.51.100.7:1389/a'), 'ldap[:]//198[.]51[.]100[.]7:1389/a');
  assert.equal(defang('md5', MD5), MD5);
  assert.equal(refang('hxxps[:]//evil[.]example(dot)com へ'), 'https://evil.example.com へ');
});
