// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { commitTo, verifyCommitment } from '@sakimori/ledger';
import { testScope } from '@sakimori/store/testing';
import type { AnswerKind } from '@sakimori/vocabulary/wire';
import { answerWarning, listGotBack, listSuppressions, removeSuppression } from '../src/answers.ts';
import { catalogueAtom, makeFeedToken, organisationAtom } from '../src/atom.ts';
import { bucketOf, listCatalogueChanges, readCatalogue } from '../src/catalogue.ts';
import { importFeed } from '../src/feed-import.ts';
import { computersChanged, runMatchTasks } from '../src/match-tasks.ts';
import { readBoard, readVulnerability } from '../src/office.ts';
import { warningDocument } from '../src/warning-document.ts';
import { listWarnings, proveWarning, readWarning } from '../src/warning-reading.ts';
import { cveText, feed, kevText } from './feeds.ts';
import { makeWorld, type World } from './world.ts';

const gate = (version: string) => ({ maker: 'Example Networks', product: 'Gate', version });
const own = (organisation: string) => testScope({ organisation, reach: 'own' });
const OFFICE = testScope();

/** Two operators with a vulnerable gate each, warned of an exploited vulnerability. */
async function warned(t: TestContext): Promise<World> {
  const world = await makeWorld(t);
  await world.organisations('org_a', 'org_b');
  await world.computers(
    { id: 'a1', organisation: 'org_a', items: [gate('7.2.4')] },
    { id: 'a2', organisation: 'org_a', exposure: 'internal', items: [gate('7.2.3')] },
    { id: 'b1', organisation: 'org_b', items: [gate('7.2.4')] },
  );
  const records = [{ cve: 'CVE-2026-1000', automatable: 'yes', impact: 'total' }] as const;
  await importFeed(world.context, feed('cve', cveText(records)));
  await importFeed(world.context, feed('kev', kevText('2026.11.20', [{ cve: 'CVE-2026-1000' }])));
  return world;
}

async function warningOf(world: World, organisation: string): Promise<string> {
  const { items } = await listWarnings(world.context, OFFICE, { organisationId: organisation });
  return items[0]?.id ?? '';
}

async function answer(world: World, organisation: string, kind: AnswerKind, word?: string) {
  return answerWarning(world.context, own(organisation), {
    warningId: await warningOf(world, organisation),
    personId: 'per_first',
    kind,
    via: 'inbox',
    ...(word ? { word } : {}),
  });
}

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error) => (error as { code: string }).code,
  );

test('a warning says what, why you, what to do, how to check, until when and whom to ask', async (t) => {
  const world = await warned(t);
  const detail = await readWarning(world.context, own('org_a'), await warningOf(world, 'org_a'));
  assert.match(detail.title.en, /Exploited vulnerability: Example Networks Gate/);
  assert.match(detail.why.en, /^a1: Example Networks Gate .*7\.2\.4.*7\.2\.5.*confidence: medium/);
  assert.equal(detail.affected.length, 2);
  assert.match(detail.actions[0]?.ja ?? '', /侵害の有無/);
  assert.equal(detail.checks.length, 6);
  assert.match(detail.dueReason.en, /within 3 days, forensic triage first/);
  assert.match(detail.executive.ja, /期限は 2026年11月24日/);
  assert.match(detail.analyst.en, /How to check for a compromise/);
  assert.ok(detail.ask.en && detail.receipt);
});

test('another operator’s warning does not exist', async (t) => {
  const world = await warned(t);
  const id = await warningOf(world, 'org_a');
  assert.equal(await codeOf(readWarning(world.context, own('org_b'), id)), 'WRN_NO_WARNING');
  const given = { warningId: id, personId: 'per_x', kind: 'seen', via: 'inbox' } as const;
  assert.equal(await codeOf(answerWarning(world.context, own('org_b'), given)), 'WRN_NO_WARNING');
  const { items } = await listWarnings(world.context, own('org_b'));
  assert.deepEqual(
    items.map((item) => item.organisation.id),
    ['org_b'],
  );
});

test('one warning can be proven to be in the ledger’s entry, and no other content fits', async (t) => {
  const world = await warned(t);
  const id = await warningOf(world, 'org_a');
  const proof = await proveWarning(world.context, own('org_a'), id, 2);
  const salt = Buffer.from(proof.salt, 'base64');
  assert.ok(verifyCommitment(proof.content, salt, proof.proof, proof.root));
  assert.ok(!verifyCommitment({ ...proof.content, computers: 1 }, salt, proof.proof, proof.root));
  assert.equal(commitTo(proof.content, salt).length, 44);
  assert.equal(proof.entry?.log, 'exercise');
  const first = await proveWarning(world.context, own('org_a'), id, 1);
  const firstSalt = Buffer.from(first.salt, 'base64');
  assert.ok(verifyCommitment(first.content, firstSalt, first.proof, first.root));
  assert.notEqual(first.entry?.index, proof.entry?.index);
});

test('"not affected" needs a word, ends the warning and holds for the next version', async (t) => {
  const world = await warned(t);
  assert.equal(await codeOf(answer(world, 'org_a', 'not-affected')), 'WRN_WORD_REQUIRED');
  const given = await answer(world, 'org_a', 'not-affected', '該当機能は無効です');
  assert.equal(given.effect.state, 'resolved');
  assert.ok(given.effect.suppressed > 0);
  await world.computers({ id: 'a1', organisation: 'org_a', items: [gate('7.2.2')] });
  await computersChanged(world.context, { organisationId: 'org_a', computerIds: ['a1'] });
  const { items } = await listWarnings(world.context, own('org_a'));
  assert.deepEqual(
    items.map((item) => item.state),
    ['resolved'],
  );
  const [rule] = await listSuppressions(world.context, own('org_a'), 'org_a');
  assert.match(rule?.rule ?? '', /^CVE-2026-1000\|/);
  const [back] = await listGotBack(world.context, own('org_a'), 'org_a');
  assert.match(back?.text.ja ?? '', /今後出さない/);
});

test('a suppression says nothing of the next vulnerability, and can be taken back', async (t) => {
  const world = await warned(t);
  await answer(world, 'org_a', 'false-positive', 'wrong product');
  await importFeed(world.context, feed('cve', cveText([{ cve: 'CVE-2026-1001' }]), 'more'));
  const open = async () =>
    (await listWarnings(world.context, own('org_a'), { state: 'open' })).items.map(
      (item) => item.vulnerability.id,
    );
  assert.deepEqual(await open(), ['CVE-2026-1001']);
  for (const { id } of await listSuppressions(world.context, own('org_a'), 'org_a')) {
    await removeSuppression(world.context, own('org_a'), id);
  }
  await runMatchTasks(world.context);
  assert.deepEqual((await open()).sort(), ['CVE-2026-1000', 'CVE-2026-1001']);
});

test('the same answer twice is one answer', async (t) => {
  const world = await warned(t);
  const first = await answer(world, 'org_a', 'seen');
  const second = await answer(world, 'org_a', 'seen');
  assert.equal(second.answerId, first.answerId);
  assert.equal(second.repeated, true);
});

test('a computer that is updated leaves the warning, and the last one ends it', async (t) => {
  const world = await warned(t);
  await world.computers({ id: 'b1', organisation: 'org_b', items: [gate('7.2.5')] });
  await computersChanged(world.context, { organisationId: 'org_b', computerIds: ['b1'] });
  const { items } = await listWarnings(world.context, own('org_b'));
  assert.deepEqual(
    items.map((item) => [item.state, item.computers]),
    [['resolved', 0]],
  );
});

test('the office sees who is affected, silent and fixed; an operator sees itself alone', async (t) => {
  const world = await warned(t);
  world.pass(3_600_000);
  await answer(world, 'org_a', 'fixed');
  const all = await readVulnerability(world.context, OFFICE, 'CVE-2026-1000', true);
  assert.deepEqual(all.exposure?.numbers, {
    organisations: 2,
    computers: 3,
    affectedComputers: 1,
    warned: 2,
    acknowledged: 1,
    silent: 1,
    fixed: 1,
  });
  assert.deepEqual(all.exposure?.timeToFixMs, { median: 3_600_000, p90: 3_600_000 });
  assert.equal(all.exposure?.organisations[0]?.silent, true);
  const alone = await readVulnerability(world.context, own('org_b'), 'CVE-2026-1000', true);
  assert.equal(alone.exposure?.numbers.warned, 1);
  assert.equal((await readBoard(world.context, OFFICE)).bySector[0]?.warned, 2);
});

test('the public catalogue keeps the source’s fields and never shows a small number', async (t) => {
  const world = await warned(t);
  const catalogue = await readCatalogue(world.context);
  assert.equal(catalogue.count, 1);
  const [entry] = catalogue.vulnerabilities;
  assert.equal(entry?.dueDate, '2026-12-11');
  assert.equal(entry?.jp.affectedRegistered, '1-9');
  assert.equal(entry?.jp.dueDateJp, '2026-11-24');
  assert.deepEqual([0, 1, 9, 10, 99, 100, 999, 1000].map(bucketOf), [
    '0',
    '1-9',
    '1-9',
    '10-99',
    '10-99',
    '100-999',
    '100-999',
    '1000+',
  ]);
  const changes = await listCatalogueChanges(world.context);
  assert.equal(changes[0]?.change, 'added');
  const atom = catalogueAtom(changes, 'https://hub.example.jp', world.context.clock.now());
  assert.match(atom, /<title>CVE-2026-1000 追加/);
});

test('a personal feed names no product, and only a known token opens it', async (t) => {
  const world = await warned(t);
  const token = await makeFeedToken(world.context, own('org_a'), 'org_a', 'per_first');
  const atom = await organisationAtom(world.context, token, 'https://hub.example.jp');
  assert.match(atom ?? '', /<title>警告 \/ Warning<\/title>/);
  assert.ok(!/CVE|Gate|org_/.test(atom ?? ''));
  assert.equal(
    await organisationAtom(world.context, `${token}x`, 'https://hub.example.jp'),
    undefined,
  );
});

test('the machine form carries the same facts as the words', async (t) => {
  const world = await warned(t);
  const detail = await readWarning(world.context, own('org_a'), await warningOf(world, 'org_a'));
  const document = warningDocument(detail);
  assert.equal(document.vulnerability.id, 'CVE-2026-1000');
  assert.equal(document.products.length, 2);
  assert.equal(document.products[0]?.status, 'known_affected');
  assert.equal(document.document.distribution.tlp, 'AMBER');
});
