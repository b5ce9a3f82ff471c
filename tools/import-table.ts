// SPDX-License-Identifier: Apache-2.0
/** Holds the code to the import table that stands in ARCHITECTURE.md. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** One room: its short name, its folder, what its package.json says. */
export interface Room {
  readonly name: string;
  readonly folder: string;
  readonly doors: readonly string[];
  readonly dependencies: ReadonlySet<string>;
}

/** Allowed doors by room: `ledger` means its main door, `ledger/verify` that one alone. */
export function readImportTable(markdown: string): Map<string, Set<string>> {
  const table = new Map<string, Set<string>>();
  const section = /## Who may import whom\n([\s\S]*?)(?=\n## |$)/.exec(markdown)?.[1] ?? '';
  for (const line of section.split('\n')) {
    const cells = /^\| ([a-z]+) \| (.+) \|$/.exec(line);
    if (!cells?.[1] || !cells[2]) continue;
    const allowed = cells[2] === 'nothing' ? [] : cells[2].split(',').map((word) => word.trim());
    table.set(cells[1], new Set(allowed));
  }
  return table;
}

/** All rooms below ground/, way/, doors/ and law/. */
export function listRooms(root: string): Room[] {
  const folders = ['ground', 'way', 'doors'].flatMap((shelf) =>
    existsSync(join(root, shelf))
      ? readdirSync(join(root, shelf)).map((name) => join(root, shelf, name))
      : [],
  );
  return [...folders, join(root, 'law')]
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return {
        name: String(manifest.name).replace('@sakimori/', ''),
        folder,
        doors: Object.keys(manifest.exports ?? {}),
        dependencies: new Set(Object.keys(manifest.dependencies ?? {})),
      };
    });
}

function* sourceFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist' || name.startsWith('.')) continue;
    if (statSync(path).isDirectory()) yield* sourceFiles(path);
    else if (/\.(ts|tsx|mjs)$/.test(name)) yield path;
  }
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** The module names that a source text imports, in order. */
export function importsOf(text: string): string[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/[^\n]*/g, '$1');
  return [...withoutComments.matchAll(IMPORT)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
}

/**
 * Every place where the code imports what the table does not allow.
 *
 * In     folder of the repository
 * Out    one line a finding: file, what it imports, why that is refused
 */
export function findImportViolations(root: string): string[] {
  const table = readImportTable(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  const rooms = listRooms(root);
  const findings: string[] = [];
  for (const room of rooms) {
    const allowed = table.get(room.name);
    if (!allowed) {
      findings.push(`${relative(root, room.folder)}: room is not in the import table`);
      continue;
    }
    for (const file of sourceFiles(room.folder)) {
      const text = readFileSync(file, 'utf8');
      for (const name of importsOf(text)) {
        const why = refusal({ root, room, rooms, allowed, file, name });
        if (why) findings.push(`${relative(root, file)}: ${name}: ${why}`);
      }
    }
  }
  return findings;
}

interface Question {
  readonly root: string;
  readonly room: Room;
  readonly rooms: readonly Room[];
  readonly allowed: ReadonlySet<string>;
  readonly file: string;
  readonly name: string;
}

/** Tests and build programs stand outside `src` and may use any door. */
function isSource(room: Room, file: string): boolean {
  return relative(room.folder, file).startsWith(`src${sep}`);
}

function refusal(question: Question): string | undefined {
  const { room, file, name } = question;
  if (name.startsWith('.')) return refusalOfPath(question);
  if (name.startsWith('@sakimori/')) return refusalOfRoom(question);
  if (!isSource(room, file)) return undefined;
  const plain = name.replace(/^node:/, '');
  if (builtinModules.includes(plain) || builtinModules.includes(plain.split('/')[0] ?? '')) {
    if (!name.startsWith('node:')) return 'write node: before a built-in module';
    if (room.name === 'vocabulary') return 'vocabulary does no I/O';
    return undefined;
  }
  if (name.startsWith('virtual:') || name.endsWith('.css')) return undefined;
  const parts = name.split('/');
  const packageName = name.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  if (room.dependencies.has(packageName)) return undefined;
  return `not among the dependencies of @sakimori/${room.name}`;
}

function refusalOfPath({ root, room, file, name }: Question): string | undefined {
  const target = resolve(dirname(file), name);
  const inside = relative(room.folder, target);
  if (inside.startsWith('..')) {
    if (!isSource(room, file)) return undefined;
    const fromRoot = relative(root, target);
    return fromRoot.startsWith('tools') && room.name === 'command'
      ? undefined
      : 'leaves the room by a path; use the other room’s door';
  }
  const from = relative(room.folder, file);
  const engine = join('src', 'engine') + sep;
  if (from.startsWith(engine) && !inside.startsWith(engine)) {
    return 'an engine imports only its own engine folder';
  }
  return undefined;
}

function refusalOfRoom({ room, rooms, allowed, file, name }: Question): string | undefined {
  const [, target = '', ...rest] = name.split('/');
  if (!isSource(room, file)) return undefined;
  if (target === room.name) return 'a room does not import itself by its name';
  const door = rest.length > 0 ? `./${rest.join('/')}` : '.';
  const other = rooms.find((candidate) => candidate.name === target);
  if (!other) return 'no such room';
  if (!other.doors.includes(door)) return 'not a door of that room';
  if (file.includes(`${sep}engine${sep}`) && target === 'store') return 'an engine has no store';
  // Shapes alone do not reach anything: a door of types is part of its room's main door.
  const wanted = rest.length > 0 ? `${target}/${rest.join('/')}` : target;
  if (allowed.has(wanted) || (allowed.has(target) && wanted !== `${target}/testing`)) {
    return undefined;
  }
  return `@sakimori/${room.name} may not import ${wanted} (table in ARCHITECTURE.md)`;
}
