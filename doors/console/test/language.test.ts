// SPDX-License-Identifier: Apache-2.0
/** The lint of words: both languages, every key used, nothing hard-coded, glossary respected. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSync } from 'vite';

const source = join(import.meta.dirname, '..', 'src');
const glossaryFile = join(import.meta.dirname, '../../../ground/vocabulary/src/glossary.json');

interface GlossaryTerm {
  readonly en: string;
  readonly ja: string;
  readonly alsoJa?: readonly string[];
  readonly forbidden?: { readonly ja?: readonly string[]; readonly en?: readonly string[] };
  readonly everyday?: boolean;
  readonly note: string;
}

const readWords = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(join(source, 'language', `${language}.json`), 'utf8'));
const ja = readWords('ja');
const en = readWords('en');
const { terms } = JSON.parse(readFileSync(glossaryFile, 'utf8')) as { terms: GlossaryTerm[] };

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));

const base = (key: string) => key.replace(/_(?:one|other)$/, '');
const places = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort().join(' ');

test('both languages have the same keys, and no text is empty', () => {
  assert.deepEqual(Object.keys(ja), Object.keys(en));
  for (const words of [ja, en]) {
    assert.deepEqual(
      Object.entries(words).filter(([, text]) => text.trim() === ''),
      [],
    );
  }
});

test('a text has the same places to fill in both languages', () => {
  const differing = Object.keys(en).filter(
    (key) => places(en[key] ?? '') !== places(ja[key] ?? ''),
  );
  assert.deepEqual(
    differing.filter((key) => !key.endsWith('_one')),
    [],
  );
});

test('every key is used', () => {
  const code = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const literals = new Set(Array.from(code.matchAll(/'([a-z][A-Za-z0-9.-]*)'/g), (one) => one[1]));
  const prefixes = Array.from(code.matchAll(/`([a-z.-]+\.)\$\{/g), (one) => one[1] as string);
  const unused = Object.keys(en).filter(
    (key) => !literals.has(base(key)) && !prefixes.some((start) => key.startsWith(start)),
  );
  assert.deepEqual(unused, []);
});

/** Attributes whose value a person reads or hears. */
const SPOKEN = new Set(['aria-label', 'aria-description', 'title', 'alt', 'placeholder', 'label']);
/** Names of things that are the same in every language. */
const NAMES = new Set(['Ctrl K', 'npx sakimori']);
const hasLetters = (text: string) => /\p{L}{2,}/u.test(text);

interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Texts for people that stand in the code itself. */
function findHardCoded(file: string, code: string): string[] {
  const { program } = parseSync(file, code);
  const found: string[] = [];
  const take = (text: unknown) => {
    if (typeof text !== 'string') return;
    const plain = text.trim();
    if (hasLetters(plain) && !NAMES.has(plain)) found.push(plain);
  };
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const child of node) walk(child);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const one = node as SyntaxNode;
    if (one.type === 'JSXText') take(one.value);
    if (one.type === 'JSXAttribute') {
      const name = (one.name as SyntaxNode | undefined)?.name;
      const value = one.value as SyntaxNode | null;
      if (SPOKEN.has(String(name)) && value?.type === 'Literal') take(value.value);
    }
    for (const child of Object.values(one)) walk(child);
  };
  walk(program);
  return found;
}

test('a text in a component is noticed wherever a person would meet it', () => {
  const code =
    'const a = <p title="Hint">Hello {t("x")}</p>; const b = <img alt="Map" className="size-4" />;';
  assert.deepEqual(findHardCoded('a.tsx', code), ['Hint', 'Hello', 'Map']);
});

test('no text for people stands in a component', () => {
  const found = files
    .filter((file) => file.endsWith('.tsx'))
    .flatMap((file) =>
      findHardCoded(file, readFileSync(file, 'utf8')).map(
        (text) => `${file.slice(source.length)}: ${text}`,
      ),
    );
  assert.deepEqual(found, []);
});

test('nothing is put into a page as markup', () => {
  const found = files.filter((file) =>
    /dangerouslySetInnerHTML|innerHTML|document\.write|\beval\(/.test(readFileSync(file, 'utf8')),
  );
  assert.deepEqual(found, []);
});

test('the glossary has each term once, with its note', () => {
  const names = terms.map((term) => term.en.toLowerCase());
  assert.deepEqual(names, [...new Set(names)].sort());
  assert.ok(terms.length >= 80);
});

test('no text uses a translation that the glossary forbids', () => {
  const found = terms.flatMap((term) => [
    ...(term.forbidden?.ja ?? []).flatMap((word) =>
      Object.keys(ja)
        .filter((key) => ja[key]?.includes(word))
        .map((key) => `${key}: ${word}`),
    ),
    ...(term.forbidden?.en ?? []).flatMap((word) =>
      Object.keys(en)
        .filter((key) => en[key]?.toLowerCase().includes(word))
        .map((key) => `${key}: ${word}`),
    ),
  ]);
  assert.deepEqual(found, []);
});

/** Terms in an English text, longest first, so that "warning" is not found in "wrong warning". */
function findTerms(text: string): GlossaryTerm[] {
  let rest = text.toLowerCase().replace(/\{\{\w+\}\}/g, ' ');
  return [...terms]
    .sort((a, b) => b.en.length - a.en.length)
    .filter((term) => {
      const word = term.en.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const pattern = new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'g');
      const shorter = rest.replace(pattern, ' ');
      const hit = shorter !== rest;
      rest = shorter;
      return hit && !term.everyday;
    });
}

test('a term of the glossary is said in Japanese as the glossary says it', () => {
  const found = Object.entries(en).flatMap(([key, text]) =>
    findTerms(text)
      .filter((term) => ![term.ja, ...(term.alsoJa ?? [])].some((word) => ja[key]?.includes(word)))
      .map((term) => `${key}: "${term.en}" is ${term.ja}, not in: ${ja[key]}`),
  );
  assert.deepEqual(found, []);
});
