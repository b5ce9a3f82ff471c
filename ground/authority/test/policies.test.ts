// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import {
  ACTIONS,
  authorityErrors,
  GROUNDS,
  POLICY_DIGEST,
  POLICY_RULES,
  ROLES,
} from '../src/index.ts';
import { policySchema } from '../src/policies.ts';

test('the policies name only what exists: roles, actions, facts', () => {
  const answer = cedar.validate({
    schema: policySchema(),
    policies: {
      staticPolicies: Object.fromEntries(POLICY_RULES.map((rule) => [rule.id, rule.source])),
    },
  });
  assert.equal(answer.type, 'success');
  if (answer.type === 'success') assert.deepEqual(answer.validationErrors, []);
  const holders = new Set([...ROLES, ...GROUNDS, 'operator']);
  for (const rule of POLICY_RULES) {
    for (const [, name] of rule.source.matchAll(/(?:Role|Ground)::"([^"]+)"/g)) {
      assert.ok(holders.has(name as never), `${rule.id} names ${name}`);
    }
  }
});

test('every rule is explained in Japanese and English, and stands in a commented file', () => {
  for (const rule of POLICY_RULES) {
    assert.match(rule.because.ja, /[ぁ-ん].*。$/, rule.id);
    assert.match(rule.because.en, /^[A-Z].*\.$/, rule.id);
  }
});

test('every action is permitted to somebody by some rule', () => {
  const permitted = new Set(
    POLICY_RULES.filter((rule) => rule.effect === 'permit').flatMap((rule) => rule.actions),
  );
  assert.deepEqual(
    ACTIONS.filter((action) => !permitted.has(action)),
    [],
  );
});

test('no permit speaks of all actions at once', () => {
  for (const rule of POLICY_RULES) {
    if (rule.effect === 'permit') assert.ok(rule.actions.length < ACTIONS.length / 2, rule.id);
  }
});

test('the digest of the policies is one SHA-256', () => {
  assert.match(POLICY_DIGEST, /^[0-9a-f]{64}$/);
});

test('errors are told in both languages', () => {
  for (const [code, { ja, en }] of Object.entries(authorityErrors.specifications)) {
    assert.ok(ja.length > 10 && en.length > 10, code);
  }
});
