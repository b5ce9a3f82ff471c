// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  makeKey,
  openNote,
  readCheckpoint,
  readNote,
  readSigner,
  readVkey,
  signNote,
  toBase64,
} from '../src/index.ts';
import { ED25519, ML_DSA, NOW_MS, ORIGIN, seed, verifierOf } from './log-fixture.ts';

const LETTER = 'Two lines,\n\n\nfar apart.\n';
const TEXT = `${ORIGIN}\n3\n${toBase64(seed(5))}\n`;
const BOTH = [verifierOf(ED25519.vkey), verifierOf(ML_DSA.vkey)];
const signBoth = () => signNote(TEXT, [readSigner(ED25519.skey), readSigner(ML_DSA.skey)], NOW_MS);

test('a checkpoint signed by both keys opens with either and with both', async () => {
  const note = await signBoth();
  assert.deepEqual(openNote(note, BOTH).signedBy, BOTH);
  for (const verifier of BOTH) {
    const opened = openNote(new TextEncoder().encode(note), [verifier]);
    assert.equal(opened.text, TEXT);
    assert.deepEqual(opened.signedBy, [verifier]);
  }
});

test('text may hold empty lines; the last one divides', async () => {
  const note = await signNote(LETTER, [readSigner(ED25519.skey)], NOW_MS);
  assert.equal(openNote(note, BOTH).text, LETTER);
});

test('one flipped bit anywhere in the note is found', async () => {
  const note = new TextEncoder().encode(await signBoth());
  fc.assert(
    fc.property(fc.nat({ max: note.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
      const changed = note.slice();
      changed[at] = (changed[at] as number) ^ (1 << bit);
      const opened = openNote(changed, BOTH);
      // A change in a name or key id makes that line unknown; then the other key alone vouches.
      assert.ok(opened.refusal !== undefined || opened.signedBy.length < 2);
      if (opened.text !== undefined) assert.equal(opened.text, TEXT);
    }),
    { numRuns: 300 },
  );
});

test('unknown signatures are passed over, sixteen and more of them', async () => {
  const others = await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const key = makeKey('ed25519', `witness.example/w${i}`, seed(i));
      return signNote(TEXT, [readSigner(key.skey)], NOW_MS);
    }),
  );
  const lines = others.map((note) => note.slice(note.indexOf('\n\n') + 2)).join('');
  const note = await signNote(TEXT, [readSigner(ED25519.skey)], NOW_MS);
  assert.equal(openNote(note + lines, BOTH).text, TEXT);
  assert.equal(openNote(`${TEXT}\n${lines}`, BOTH).refusal, 'no-known-signature');
});

test('a key with the same name but another id, or the same id but another name, is unknown', async () => {
  const stranger = makeKey('ed25519', ORIGIN, seed(77));
  const note = await signNote(TEXT, [readSigner(stranger.skey)], NOW_MS);
  assert.equal(openNote(note, BOTH).refusal, 'no-known-signature');
  const ours = await signNote(TEXT, [readSigner(ED25519.skey)], NOW_MS);
  const renamed = ours.replace(`\u2014 ${ORIGIN}`, '\u2014 other.example');
  assert.equal(openNote(renamed, BOTH).refusal, 'no-known-signature');
});

test('a wrong signature of a known key refuses the note, even beside a right one', async () => {
  const note = await signBoth();
  const other = await signNote(TEXT.replace('\n3\n', '\n4\n'), [readSigner(ED25519.skey)], NOW_MS);
  const wrong = other.slice(other.indexOf('\n\n') + 2);
  const mlDsa = note.trimEnd().split('\n').at(-1);
  assert.equal(openNote(`${TEXT}\n${wrong}${mlDsa}\n`, BOTH).refusal, 'bad-signature');
});

test('an ML-DSA-44 line binds name, time, origin, size and root', async () => {
  const note = await signNote(TEXT, [readSigner(ML_DSA.skey)], NOW_MS);
  const line = note.slice(note.indexOf('\n\n'));
  for (const text of [
    TEXT.replace('exercise', 'operations'),
    TEXT.replace('\n3\n', '\n4\n'),
    TEXT.replace(toBase64(seed(5)), toBase64(seed(6))),
  ]) {
    assert.equal(openNote(text + line, BOTH).refusal, 'bad-signature');
  }
  const later = await signNote(TEXT, [readSigner(ML_DSA.skey)], NOW_MS + 1000);
  const splice = (a: string, b: string) => a.slice(0, -1400) + b.slice(-1400);
  assert.equal(openNote(splice(note, later), BOTH).refusal, 'bad-signature');
});

test('malformed notes are refused', async () => {
  const note = await signBoth();
  const bad: Record<string, string> = {
    empty: '',
    'no signature': `${TEXT}\n`,
    'no final newline': note.trimEnd(),
    'no blank line': note.replace('\n\n', '\n'),
    'a hyphen for the dash': note.replaceAll('\u2014', '-'),
    'a tab': note.replace('3\n', '\t3\n'),
    'a carriage return': note.replaceAll('\n', '\r\n'),
    'a plus in a name': note.replace(`\u2014 ${ORIGIN}`, '\u2014 a+b'),
    'a signature of four bytes': `${TEXT}\n\u2014 a AAAAAA==\n`,
    'base64 with stray bits': `${TEXT}\n\u2014 a AAAAAAB=\n`,
    'a thousand lines': `${TEXT}\n${'\u2014 a AAAAAAA=\n'.repeat(1000)}`,
    'a megabyte': `${'x'.repeat(1_000_000)}\n\n\u2014 a AAAAAAA=\n`,
  };
  for (const [name, text] of Object.entries(bad)) {
    assert.equal(readNote(text), undefined, name);
    assert.equal(openNote(text, BOTH).refusal, 'malformed', name);
  }
  assert.equal(readNote(new Uint8Array([0xc3, 0x28])), undefined, 'not UTF-8');
});

test('a vkey is read with its id and refused without it', () => {
  const [name, id, key] = ED25519.vkey.split('+') as [string, string, string];
  assert.ok(readVkey(`${ED25519.vkey}\n`).verifier);
  const bad = [
    '',
    `${name}+${id}`,
    `${name}+00000000+${key}`,
    `other+${id}+${key}`,
    `${name}+${id}+${key}=`,
    `${name} x+${id}+${key}`,
    `${name}+${id}+${toBase64(new Uint8Array([9, 1]))}`,
    `${name}+${id}+${toBase64(new Uint8Array([1, 2, 3]))}`,
    'x'.repeat(10_000),
  ];
  for (const vkey of bad) assert.ok(readVkey(vkey).refusal, vkey.slice(0, 40));
});

test('a private key gives its public key, and is refused when damaged, never shown', () => {
  for (const key of [ED25519, ML_DSA]) {
    assert.equal(readSigner(key.skey).vkey, key.vkey);
    const changed = key.skey.replace(/.{6}$/, 'AAAAAA');
    assert.throws(
      () => readSigner(changed),
      (error: Error & { code: string }) =>
        error.code === 'LOG_KEY_INVALID' && !error.message.includes(changed.slice(-20)),
    );
  }
});

test('checkpoints: sizes and roots have one spelling', () => {
  const root = toBase64(seed(5));
  assert.equal(readCheckpoint(`o\n0\n${root}\n`)?.size, 0);
  assert.deepEqual(readCheckpoint(`o\n7\n${root}\nmore\n`)?.extensions, ['more']);
  const bad = [
    '',
    `o\n1\n${root}`,
    `\n1\n${root}\n`,
    `o\n01\n${root}\n`,
    `o\n-1\n${root}\n`,
    `o\n1e3\n${root}\n`,
    `o\n9007199254740993\n${root}\n`,
    `o\n18446744073709551616\n${root}\n`,
    `o\n1\n${root.slice(0, -4)}\n`,
    `o\n1\n${root} \n`,
    `o\n1\n${root}\n\n`,
    `o\n1\n${root}\n${'x\n'.repeat(17)}`,
  ];
  for (const text of bad) assert.equal(readCheckpoint(text), undefined, JSON.stringify(text));
});
