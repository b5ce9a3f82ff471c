// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { CASE_LENGTH_MAX, type ConformStandard, conform } from '../src/conform.ts';
import { linesOf } from '../src/conform-command.ts';

/** Sends lines through the reader and the answers; expects values or words of the error. */
async function check(
  standard: ConformStandard,
  cases: readonly (readonly [unknown, unknown])[],
): Promise<void> {
  const text = cases.map(([value]) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const answers: string[] = [];
  const lines = linesOf(Readable.from([Buffer.from(text.join('\n'))]));
  await conform(standard, lines, (line) => {
    answers.push(line);
  });
  assert.equal(answers.length, cases.length);
  for (const [at, [value, expected]] of cases.entries()) {
    const answer = JSON.parse(answers[at]!) as Record<string, unknown>;
    if (expected instanceof RegExp) assert.match(String(answer.error), expected, String(value));
    else assert.deepEqual(answer, expected, JSON.stringify(value));
  }
}

test('cpe: one relation, or why there is none', async () => {
  const any = 'cpe:2.3:a:example:tool:*:*:*:*:*:*:*:*';
  const one = 'cpe:2.3:a:example:tool:1.0:*:*:*:*:*:*:*';
  await check('cpe', [
    [{ source: any, target: one }, { result: 'superset' }],
    [{ source: one, target: any }, { result: 'subset' }],
    [{ source: 'cpe:/a:example:tool:1.0', target: one }, { result: 'equal' }],
    [{ source: 'wfn:[part="o"]', target: one }, { result: 'disjoint' }],
    [{ source: one, target: 'cpe:2.3:a:example:tool:1*:*:*:*:*:*:*:*' }, /wild card/],
    [{ source: 'cpe:/a:example::1.0', target: 'cpe:/a:example:tool' }, /mixed/],
    [{ source: 'nonsense', target: one }, /^source: must begin/],
    [{ source: one }, /must be CPE names/],
  ]);
});

test('vers: order, membership, canonical text, native ranges', async () => {
  await check('vers', [
    [{ scheme: 'deb', a: '1.0~rc1', b: '1.0' }, { result: -1 }],
    [{ scheme: 'npm', a: 'x', b: '1.0.0' }, /not a version/],
    [{ range: 'vers:npm/>=1.0.0|<2.0.0', version: '1.5.0' }, { result: true }],
    [{ range: 'vers:npm/<2.0.0|>=1.0.0', version: '2.0.0' }, { result: false }],
    [{ range: 'vers:npm/<2.0.0|>=1.0.0', mode: 'strict' }, /not sorted/],
    [
      { range: 'vers:npm/<2.0.0|>=1.0.0', mode: 'normalise' },
      { result: 'vers:npm/>=1.0.0|<2.0.0' },
    ],
    [{ range: 'vers:npm/1.0.0|<2.0.0', mode: 'simplify' }, { result: 'vers:npm/<2.0.0' }],
    [{ range: 'vers:npm/1.0.0', mode: 'other' }, /mode must be/],
    [{ scheme: 'gem', native: '~> 2.2.0' }, { result: 'vers:gem/>=2.2.0|<2.3' }],
    [{ scheme: 'deb', native: ['>= 1', '<< 2'] }, { result: 'vers:deb/>=1|<2' }],
    [{ scheme: 'npm' }, /needs a and b/],
  ]);
});

test('purl: components, canonical text, the definition of the type', async () => {
  const parts = {
    namespace: 'Example',
    name: 'Tool',
    version: 'v1',
    qualifiers: null,
    subpath: null,
  };
  await check('purl', [
    [
      { op: 'parse', type: 'github', input: 'pkg:github/Example/Tool@v1' },
      { result: { type: 'github', ...parts, namespace: 'example', name: 'tool' } },
    ],
    [
      { op: 'build', input: { type: 'github', ...parts } },
      { result: 'pkg:github/example/tool@v1' },
    ],
    [{ op: 'build', type: 'github', input: parts }, { result: 'pkg:github/example/tool@v1' }],
    [{ op: 'build', type: 'github', input: { ...parts, type: null } }, /type must be/],
    [{ op: 'build', input: { type: 'cargo', ...parts } }, /prohibits a namespace/],
    [{ op: 'build', input: { type: 'npm', name: 'x', qualifiers: { a: 1 } } }, /must be the comp/],
    [{ op: 'validate', input: 'PKG:npm/Tool' }, { result: 'pkg:npm/tool' }],
    [{ op: 'validate', input: 'pkg:swift/Tool' }, /requires a namespace/],
    [{ op: 'guess', input: 'pkg:npm/x' }, /op must be/],
  ]);
});

test('cvss: three scores, in 4.0 one', async () => {
  await check('cvss', [
    [{ vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:C' }, { scores: [7.8, null, null] }],
    [{ vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }, { scores: [9.8, 9.8, 9.8] }],
    [
      { vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H' },
      { scores: [10] },
    ],
    [{ vector: 'CVSS:3.1/AV:N' }, /missing/],
    [{}, /must be a text/],
  ]);
});

test('merkle: the ledger checks the proof', async () => {
  const leaf = Buffer.alloc(32, 1).toString('base64');
  const one = { kind: 'inclusion', leafIdx: 0, treeSize: 1, leafHash: leaf, proof: [] };
  await check('merkle', [
    [{ ...one, root: leaf }, { ok: true }],
    [{ ...one, root: Buffer.alloc(32).toString('base64') }, { ok: false }],
    [{ kind: 'other' }, /kind/],
  ]);
});

test('whatever a line is, it gets one answer and the run goes on', async () => {
  const good = { vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:C' };
  await check('cvss', [
    ['{"vector":', /not JSON/],
    ['[]', /must be an object/],
    ['null', /must be an object/],
    [`{"vector":"${'x'.repeat(CASE_LENGTH_MAX)}"}`, /longer/],
    ['[['.repeat(20000), /not JSON/],
    [good, { scores: [7.8, null, null] }],
  ]);
});

test('an error never repeats what the case contains', async () => {
  const secret = 'secret-7f3a';
  const cases: [ConformStandard, unknown][] = [
    ['cpe', { source: `cpe:2.3:${secret}`, target: secret }],
    ['vers', { scheme: 'npm', a: secret, b: secret }],
    ['vers', { range: `vers:npm/<${secret}|>${secret}x`, mode: 'strict' }],
    ['vers', { scheme: 'npm', native: secret }],
    ['purl', { op: 'parse', input: secret }],
    ['cvss', { vector: secret }],
  ];
  for (const [standard, value] of cases) {
    const lines: string[] = [];
    const input = linesOf(Readable.from([Buffer.from(JSON.stringify(value))]));
    await conform(standard, input, (line) => {
      lines.push(line);
    });
    assert.match(lines[0]!, /"error"/);
    assert.ok(!lines[0]!.includes(secret), lines[0]!);
  }
});
