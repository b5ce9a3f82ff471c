// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findProductByCpe,
  listMakers,
  listProducts,
  normaliseMaker,
  normaliseProduct,
} from '../src/products.ts';

function checkMaker(text: string, expected: string | undefined): void {
  const reading = normaliseMaker(text);
  assert.equal(reading?.kind === 'one' ? reading.key : reading?.kind, expected, text);
}

function check(maker: string | undefined, text: string, expected: string | undefined): void {
  const reading = normaliseProduct(maker, text);
  const shown =
    reading?.kind === 'several'
      ? reading.candidates.map((one) => one.key).join(' | ')
      : reading &&
        `${reading.key} ${reading.confidence}${reading.version ? ` ${reading.version}` : ''}`;
  assert.equal(shown, expected, `${maker} ${text}`);
}

test('a maker is the same in Japanese and English, any width, case and legal form', () => {
  checkMaker('富士通', 'fujitsu');
  checkMaker('富士通（株）', 'fujitsu');
  checkMaker('ＦＵＪＩＴＳＵ LIMITED', 'fujitsu');
  checkMaker('㈱ソリトンシステムズ', 'soliton');
  checkMaker('Soliton Systems K.K', 'soliton');
  checkMaker('Array Networks ', 'arraynetworks');
  checkMaker('三菱電機株式会社', 'mitsubishielectric');
  checkMaker('no such maker', undefined);
  checkMaker('', undefined);
});

test('a product is found with or without its maker, by alias and by model number', () => {
  check('Fortinet', 'FortiGate-60F', 'fortinet/fortigate 0.75');
  check('フォーティネット', 'フォーティゲート', 'fortinet/fortigate 1');
  check(undefined, 'Fortinet FortiOS 7.2.4', 'fortinet/fortios 0.9 7.2.4');
  check('Cisco', 'Cisco IOS XE Software', 'cisco/ios_xe 0.9');
  check('SKYSEA', 'Client View', 'sky/skysea_client_view 1');
  check('QUALITIA CO., LTD.', 'Active! Mail', 'qualitia/active_mail 1');
  check('Palo Alto Networks', 'PA-3220', 'paloaltonetworks/pa 0.75');
  check('Microsoft', 'Windows Server 2019', 'microsoft/windows_server_2019 1');
});

test('what fits several products is asked, never guessed', () => {
  check(undefined, 'iOS', 'cisco/ios | apple/ios');
  check('Apple', 'iOS', 'apple/ios 1');
});

test('a product of another maker is not read', () => {
  check('Fujitsu', 'FortiOS', undefined);
  check('no such maker', 'FortiOS', undefined);
});

test('every name in the dictionary leads to its own entry or to candidates that hold it', () => {
  for (const product of listProducts()) {
    const reading = normaliseProduct(product.maker, product.name);
    const keys =
      reading?.kind === 'one' ? [reading.key] : reading?.candidates.map((one) => one.key);
    assert.ok(keys?.includes(product.key), product.key);
    assert.ok(product.cpes.length > 0, product.key);
    for (const cpe of product.cpes) assert.match(cpe, /^[aoh]:[^:]+:[^:]+$/, product.key);
    if (product.of) assert.ok(listProducts().some((one) => one.key === product.of && one.line));
  }
  assert.ok(listMakers().length >= 150);
  assert.ok(listProducts().length >= 300);
});

test('a CPE key leads back to the software, not to the device that runs it', () => {
  assert.equal(findProductByCpe('fortinet', 'fortios')?.key, 'fortinet/fortios');
  assert.equal(findProductByCpe('juniper', 'junos')?.key, 'juniper/junos');
});

test('a name of a million letters and one of nothing but marks are simply unknown', () => {
  check(undefined, 'x'.repeat(1_000_000), undefined);
  check('Cisco', '!!!---((()))', undefined);
  checkMaker('(株)'.repeat(100_000), undefined);
});
