// SPDX-License-Identifier: Apache-2.0
/**
 * Printed forms beside readers that we did not write: poppler's pdftotext and pdffonts, and pypdf.
 * A reader that cannot be had on this machine is skipped by name.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { ruleAt } from '@sakimori/law';
import { findForm, formBlocks, incidentRecord, printForm } from '@sakimori/report';

const PYPDF = 'pypdf==7.1.0';
const cache = join(import.meta.dirname, '..', '..', '..', '.cache', 'interop', 'forms');
const folder = mkdtempSync(join(tmpdir(), 'sakimori-forms-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const AT_MS = Date.UTC(2026, 10, 21);
const record = incidentRecord.parse({
  kind: 'ddos',
  stage: 'first',
  awareness: { at: '2026-11-21T08:02:00+09:00', by: '髙﨑 一郎' },
  outline: '予約用のホームページがつながりにくくなりました。𠮷\u202E',
  status: 'unknown',
  computers: [{ label: '予約サーバー' }],
  remarks: 'あいうえお'.repeat(1_000),
});
const head = {
  report: 'rpt_01JD0EXAMPLE',
  stage: 'first',
  position: 1,
  title: { ja: '共通様式（DDoS攻撃）', en: 'Common form (DDoS attack)' },
  addressee: { ja: '事業所管大臣', en: 'Competent minister' },
  clause: 'Act 42/2025 art. 5',
  organisation: { ja: '見本通信', en: 'Sample Telecom' },
  submittedAt: '2026-11-21T03:00:00Z',
  exercise: true,
} as const;
const path = join(folder, 'form.pdf');
writeFileSync(
  path,
  await printForm(
    { head, blocks: formBlocks(record, findForm(ruleAt, 'common', 'ddos', AT_MS)) },
    'ja',
  ),
);

const EXPECTED = [
  '共通様式（DDoS攻撃）',
  '演習',
  '見本通信',
  '2026年11月21日（土）08:02',
  '髙﨑',
  '予約用のホームページがつながりにくくなりました。〔U+20BB7〕〔U+202E〕',
  '調査中（不明）',
];

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, error } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 && !error ? (stdout ?? '') : undefined;
}

function checkText(text: string | undefined): void {
  const plain = (text ?? '').replace(/\s/g, '');
  for (const expected of EXPECTED) assert.ok(plain.includes(expected), expected);
  assert.equal(plain.split('あいうえお').length > 900, true, 'the long text is whole');
}

const missing = run('pdftotext', '-v') === undefined ? 'pdftotext is not installed' : false;

test('poppler reads the text, and finds only embedded faces', { skip: missing }, () => {
  checkText(run('pdftotext', '-layout', path, '-'));
  const fonts = run('pdffonts', path)?.trim().split('\n').slice(2) ?? [];
  assert.ok(fonts.length > 0);
  for (const font of fonts) assert.match(font, /BIZUDPGothic.*\byes yes yes\b/);
});

test('pypdf reads the text and what the document says about itself', (t) => {
  const python = pythonWithPypdf();
  if (!python) return t.skip('Python with pypdf cannot be had on this machine');
  const script = [
    'import sys, pypdf',
    'r = pypdf.PdfReader(sys.argv[1], strict=True)',
    'print(r.metadata.title, r.metadata["/CreationDate"], r.trailer["/Root"]["/Lang"])',
    'print(r.xmp_metadata.dc_title)',
    'for p in r.pages: print(p.extract_text())',
  ].join('\n');
  const text = run(python, '-c', script, path);
  checkText(text);
  assert.match(
    text ?? '',
    /^共通様式（DDoS攻撃） rpt_01JD0EXAMPLE D:20261121030000Z ja\n.*共通様式（DDoS攻撃）/,
  );
});

function pythonWithPypdf(): string | undefined {
  const environment = join(cache, 'python');
  const python = join(environment, 'bin', 'python');
  if (existsSync(python) && run(python, '-c', 'import pypdf') !== undefined) return python;
  mkdirSync(cache, { recursive: true });
  if (run('python3', '-m', 'venv', environment) === undefined) return undefined;
  return run(python, '-m', 'pip', 'install', '-q', PYPDF) === undefined ? undefined : python;
}
