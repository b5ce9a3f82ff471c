// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  commitTo,
  ENTRY_BYTES_MAX,
  ENTRY_TYPES,
  type LedgerEntryDraft,
  readEntry,
  sealEntry,
} from '../src/index.ts';
import { NOW_MS, seed } from './log-fixture.ts';

const CONTEXT = { at: NOW_MS, exercise: true, tagKey: seed(9), nonce: seed(7) };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytesOf = (value: string) => new TextEncoder().encode(value);

function checkRefused(draft: LedgerEntryDraft, code: string): void {
  assert.throws(() => sealEntry(draft, CONTEXT), { code });
}

test('an entry is canonical JSON without any name in it', () => {
  const bytes = sealEntry(
    {
      type: 'warning.issued',
      tenant: 'org_hospital',
      actor: 'per_suzuki',
      basis: { article: 'act art. 41(1)', approval: 'apr_1' },
      counts: { computers: 3 },
      refs: ['CVE-2026-0001', 'sha256:ab'],
    },
    CONTEXT,
  );
  assert.equal(
    text(bytes),
    '{"actor_tag":"z5L+TBqMHoxltle5r+tx20OcTVNvQGucCkt62eRpsnI=","at":"2026-11-21T03:00:00.000Z",' +
      '"basis":{"approval":"apr_1","article":"act art. 41(1)"},"counts":{"computers":3},' +
      '"exercise":true,"nonce":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",' +
      '"refs":["CVE-2026-0001","sha256:ab"],' +
      '"tenant_tag":"gDEsxUNr+5h2FfFhc+JBvRgf1cdJn7PNenpaPuAjinc=","type":"warning.issued","v":1}',
  );
  assert.ok(!text(bytes).includes('suzuki') && !text(bytes).includes('hospital'));
});

test('every known type can be sealed and read; an unknown type is refused', () => {
  for (const type of ENTRY_TYPES) {
    assert.equal(readEntry(sealEntry({ type }, CONTEXT)).entry?.type, type);
  }
  checkRefused({ type: 'coffee.made' as 'heartbeat' }, 'LOG_ENTRY_INVALID');
});

test('content has no place: addresses, host names, mailboxes and free text are refused', () => {
  for (const ref of [
    '192.0.2.1',
    '2001:db8::1',
    'vpn.example.jp',
    'a@example.jp',
    '',
    'two words',
  ]) {
    checkRefused({ type: 'heartbeat', refs: [ref] }, 'LOG_ENTRY_INVALID');
  }
  checkRefused({ type: 'heartbeat', counts: { 'Suzuki Hanako': 1 } }, 'LOG_ENTRY_INVALID');
  checkRefused({ type: 'heartbeat', counts: { n: 1.5 } }, 'LOG_ENTRY_INVALID');
  checkRefused({ type: 'heartbeat', counts: { n: -1 } }, 'LOG_ENTRY_INVALID');
  checkRefused({ type: 'heartbeat', commits: ['c2hvcnQ='] }, 'LOG_ENTRY_INVALID');
  checkRefused({ type: 'heartbeat', basis: { article: '第二十二条' } }, 'LOG_ENTRY_INVALID');
});

test('an entry is at most 2,048 bytes', () => {
  const commits = Array.from({ length: 32 }, (_, i) => commitTo(i, seed(i)));
  const refs = Array.from({ length: 20 }, (_, i) => `r${i}${'x'.repeat(40)}`);
  checkRefused({ type: 'heartbeat', commits, refs }, 'LOG_ENTRY_TOO_LARGE');
  assert.ok(sealEntry({ type: 'heartbeat', commits }, CONTEXT).length <= ENTRY_BYTES_MAX);
});

test('two entries that say the same have different bytes, by their nonce', () => {
  const one = sealEntry({ type: 'heartbeat' }, CONTEXT);
  const two = sealEntry({ type: 'heartbeat' }, { ...CONTEXT, nonce: seed(8) });
  assert.notDeepEqual(one, two);
});

test('the tag of a person changes with the key and is not the tag of an organisation', () => {
  const tags = [seed(9), seed(10)].flatMap((tagKey) => {
    const { entry } = readEntry(
      sealEntry({ type: 'heartbeat', actor: 'x', tenant: 'x' }, { ...CONTEXT, tagKey }),
    );
    return [entry?.actor_tag, entry?.tenant_tag];
  });
  assert.equal(new Set(tags).size, 4);
});

test('reading is strict: another spelling of the same entry is not that entry', () => {
  const good = text(sealEntry({ type: 'heartbeat' }, CONTEXT));
  assert.ok(readEntry(bytesOf(good)).entry);
  const bad: Record<string, string> = {
    'a space': good.replace(',', ', '),
    'a member twice': good.replace('"v":1', '"v":1,"v":1'),
    'an unknown member': good.replace('"v":1', '"v":1,"x":1'),
    'another version': good.replace('"v":1', '"v":2'),
    'a number in other digits': good.replace('"v":1', '"v":1.0'),
    'no nonce': good.replace(/"nonce":"[^"]+",/, ''),
    'an impossible day': good.replace('2026-11-21', '2026-02-31'),
    'a prototype': good.replace('"v":1', '"__proto__":{},"v":1'),
    'a member in another place': `{"v":1,${good.slice(1).replace(',"v":1', '')}`,
    'a byte order mark': `\ufeff${good}`,
    'an array': '[]',
    nothing: '',
    'deep nesting': '['.repeat(2000),
  };
  for (const [name, entry] of Object.entries(bad)) {
    assert.ok(readEntry(bytesOf(entry)).refusal, name);
  }
  assert.ok(readEntry(new Uint8Array([0xff, 0xfe])).refusal, 'not UTF-8');
});

test('what was sealed is read back; any changed byte is refused or another entry', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ENTRY_TYPES),
      fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/), fc.maxSafeNat(), { maxKeys: 5 }),
      fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/), { maxLength: 5 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (type, counts, refs, place, change) => {
        const bytes = sealEntry({ type, counts, refs }, CONTEXT);
        const { entry } = readEntry(bytes);
        assert.equal(entry?.type, type);
        assert.deepEqual({ ...entry?.counts }, { ...counts });
        assert.deepEqual(entry?.refs ?? [], refs);
        const changed = bytes.slice();
        changed[place % bytes.length] = (changed[place % bytes.length] as number) ^ change;
        assert.notDeepEqual(readEntry(changed).entry, entry);
      },
    ),
  );
});
