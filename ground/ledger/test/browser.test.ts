// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

test('the verifying door reaches nothing of Node, so that a web page can import it', () => {
  const seen = new Set<string>();
  const outside = new Set<string>();
  const visit = (url: URL) => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const source = readFileSync(url, 'utf8');
    assert.doesNotMatch(source, /\b(?:Buffer|process)\./, url.pathname);
    for (const [, name] of source.matchAll(/from '([^']+)'/g)) {
      if (name?.startsWith('.')) visit(new URL(name, url));
      else if (name) outside.add(name);
    }
  };
  visit(new URL('../src/browser.ts', import.meta.url));
  assert.deepEqual([...outside].sort(), [
    '@noble/curves/ed25519.js',
    '@noble/hashes/hmac.js',
    '@noble/hashes/sha2.js',
    '@noble/post-quantum/ml-dsa.js',
    '@sakimori/vocabulary',
  ]);
});
