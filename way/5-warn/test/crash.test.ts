// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { CVES, OPERATORS, outcome, runWay, settle } from './crash-scenario.ts';
import { makeWorld } from './world.ts';

const STEPS = [
  'import.held',
  'import.staged',
  'import.read',
  'import.chunk',
  'import.applied',
  'match.decided',
  'match.gathered',
  'issue.written',
  'issue.recorded',
  'match.issued',
  'match.committed',
  'notice.claimed',
  'notice.handed',
  'notice.marked',
];

const EXPECTED = [
  ...OPERATORS.flatMap((organisation) =>
    CVES.map((cve) => `${organisation} ${cve} alarm open r2 2 14D`),
  ),
  'open runs 0',
  `earlier revisions ${OPERATORS.length * CVES.length}`,
  'run cve 1',
  'run kev 1',
  'staged 0',
  'tasks 0',
  'unsent 0',
].sort();

for (const step of STEPS) {
  test(`whatever was being done at ${step}, a second run ends as if nothing had happened`, async (t) => {
    let armed = true;
    const world = await makeWorld(t, (reached) => {
      if (armed && reached === step) {
        armed = false;
        throw new Error(`died in ${step}`);
      }
    });
    await settle(world);
    const sent: string[] = [];
    const send = async ({ messageId }: { messageId: string }) => void sent.push(messageId);
    await assert.rejects(runWay(world.context, world.pass, send), /died in/);
    // The dead process's lease has to run out first.
    world.pass(5 * 60_000);
    await runWay(world.context, world.pass, send);
    assert.deepEqual((await outcome(world)).sort(), EXPECTED);
    assert.equal(new Set(sent).size, OPERATORS.length, 'one notice a person');
  });
}
