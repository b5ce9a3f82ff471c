// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench -- warn [--computers N] [--operators N] [--kev FILE] [--previous FILE] [--seed N]`:
 * registers computers in bulk, then applies a KEV update and prints the seconds from file to all
 * warnings committed and on the published ledger, the same for one more entry, and the memory.
 *
 * The database is the embedded one with every write synced; the ledger signs with both keys and
 * writes to disk. Without files an update of 250 entries is made up from the seed. Version ranges
 * for the update's vulnerabilities are made up too, so that verdicts are definite: half of the
 * versions of each product are affected.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { diskFiles, makeKey, readSigner } from '@sakimori/ledger';
import { inventoryLookup } from '@sakimori/register';
import { copyRows, openDatabase, openStore } from '@sakimori/store';
import {
  importFeed,
  MATCH_SCOPE,
  makeContext,
  productKeys,
  type WarnContext,
} from '@sakimori/warn';
import { sql } from 'kysely';
import { printResult } from './machine.ts';

const VERSIONS = 8;
const UNLISTED_PRODUCTS = 3_000;
const PICKS = 200_000;
const CHUNK = 100_000;
/** Between the bulk load and the update: what the load left to write is written in it. */
const REST_MS = 30_000;

interface Entry {
  readonly cveID: string;
  readonly vendorProject: string;
  readonly product: string;
  readonly dateAdded: string;
  readonly dueDate: string;
}
interface Catalogue {
  readonly catalogVersion: string;
  readonly vulnerabilities: Entry[];
}

/** mulberry32: small, seeded, the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function madeUp(entries: number, from: number): Entry[] {
  return Array.from({ length: entries }, (_, i) => ({
    cveID: `CVE-2026-${90_000 + from + i}`,
    vendorProject: `Maker ${(from + i) % 120}`,
    product: `Product ${(from + i) % 400}`,
    vulnerabilityName: 'A flaw for measuring',
    dateAdded: '2026-11-20',
    shortDescription: 'A flaw for measuring.',
    requiredAction: 'Apply the update of the vendor.',
    dueDate: '2026-12-11',
    knownRansomwareCampaignUse: 'Unknown',
    notes: '',
    cwes: [],
  }));
}

function readCatalogue(file: string | undefined, fallback: Catalogue): Catalogue {
  return file && existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Catalogue)
    : fallback;
}

function asText(catalogue: Catalogue): string {
  const count = catalogue.vulnerabilities.length;
  return JSON.stringify({
    title: 'Measured',
    dateReleased: '2026-11-20T00:00:00.0000Z',
    ...catalogue,
    count,
  });
}

function cveText(entries: readonly Entry[], random: () => number): string {
  return entries
    .map((entry) =>
      JSON.stringify({
        dataType: 'CVE_RECORD',
        dataVersion: '5.1',
        cveMetadata: { cveId: entry.cveID, state: 'PUBLISHED' },
        containers: {
          cna: {
            providerMetadata: { orgId: 'bench', shortName: 'bench' },
            descriptions: [{ lang: 'en', value: 'A flaw for measuring.' }],
            affected: [
              {
                vendor: entry.vendorProject.trim(),
                product: entry.product.trim(),
                defaultStatus: 'unaffected',
                versions: [
                  { version: '0', status: 'affected', lessThan: '5.0.0', versionType: 'semver' },
                ],
              },
            ],
            references: [],
          },
          adp: [
            {
              title: 'CISA ADP Vulnrichment',
              providerMetadata: { orgId: 'bench', shortName: 'CISA-ADP' },
              metrics: [
                {
                  other: {
                    type: 'ssvc',
                    content: {
                      options: [
                        { Automatable: random() < 0.5 ? 'yes' : 'no' },
                        { 'Technical Impact': random() < 0.5 ? 'total' : 'partial' },
                      ],
                    },
                  },
                },
              ],
            },
          ],
        },
      }),
    )
    .join('\n');
}

interface Product {
  readonly maker: string;
  readonly product: string;
  /** Of all picks; listed products follow how often the catalogue names them. */
  readonly weight: number;
}

function productsOf(entries: readonly Entry[]): Product[] {
  const listed = new Map<string, { maker: string; product: string; weight: number }>();
  for (const { vendorProject, product } of entries) {
    const key = `${vendorProject.trim()}\n${product.trim()}`;
    const found = listed.get(key);
    if (found) found.weight += 1;
    else listed.set(key, { maker: vendorProject.trim(), product: product.trim(), weight: 1 });
  }
  const total = entries.length;
  const unlisted = Array.from({ length: UNLISTED_PRODUCTS }, (_, i) => ({
    maker: `Quiet Maker ${i % 200}`,
    product: `Quiet Product ${i}`,
    weight: (1.5 * total) / UNLISTED_PRODUCTS,
  }));
  return [...listed.values(), ...unlisted];
}

async function register(
  context: WarnContext,
  products: readonly Product[],
  computers: number,
  operators: number,
  random: () => number,
): Promise<number> {
  const identities = products.flatMap(({ maker, product }) =>
    Array.from({ length: VERSIONS }, (_, i) => ({ maker, product, version: `${i + 1}.0.0` })),
  );
  const total = products.reduce((sum, { weight }) => sum + weight, 0);
  await context.store.change(MATCH_SCOPE, async ({ db, record }) => {
    for (let i = 0; i < operators; i += 1) {
      await sql`insert into organisation (id, kind, name_ja, name_en, sector, prefecture)
        values (${orgId(i)}, 'operator', ${`事業者 ${i}`}, ${`Operator ${i}`}, 'power', '13')`.execute(
        db,
      );
    }
    await copyRows(
      db,
      'inventory_identity',
      [
        { name: 'digest', type: 'bytea' },
        { name: 'maker', type: 'text' },
        { name: 'product', type: 'text' },
        { name: 'version', type: 'text' },
      ],
      identities.map((item) => [randomBytes(32), item.maker, item.product, item.version]),
    );
    await record({ type: 'organisation.registered', counts: { organisations: operators } });
  });
  const { value: stored } = await context.store.change(MATCH_SCOPE, async ({ db }) => {
    const { rows } = await sql<{ id: number; maker: string; product: string; version: string }>`
      select identity_id as id, maker, product, version from inventory_identity
      order by identity_id`.execute(db);
    await copyRows(
      db,
      'inventory_identity_key',
      [
        { name: 'product_key', type: 'text' },
        { name: 'identity_id', type: 'bigint' },
      ],
      rows.flatMap(({ id, ...item }) => productKeys(item).map((key) => [key, id])),
    );
    return rows.map((row) => row.id);
  });
  const picks: number[] = [];
  products.forEach(({ weight }, p) => {
    const share = Math.max(1, Math.round((PICKS * weight) / total));
    for (let i = 0; i < share; i += 1) {
      picks.push(stored[p * VERSIONS + Math.floor(random() * VERSIONS)] as number);
    }
  });
  for (let from = 0; from < computers; from += CHUNK) {
    const to = Math.min(computers, from + CHUNK);
    await context.store.change(MATCH_SCOPE, async ({ db, record }) => {
      await sql`create temporary table pick on commit drop as
        select n - 1 as n, id from unnest(${picks}::bigint[]) with ordinality as p (id, n)`.execute(
        db,
      );
      await sql`create unique index on pick (n)`.execute(db);
      await sql`insert into computer (computer_id, organisation_id, match_key, label, facts, search,
          revision, source, created_at_ms, created_by, created_outbox, changed_at_ms)
        select 'cmp_' || lpad(i::text, 26, '0'), 'org_' || (i % ${operators}), 'row:' || i,
          'PC-' || i, jsonb_build_object('exposure', (array['internet','partner','internal',
          'internal','isolated'])[1 + i % 5]), 'pc-' || i, 1, 'row', 1, 'bench', 'bench', 1
        from generate_series(${from}::int, ${to - 1}::int) i`.execute(db);
      for (const [salt, every] of [
        [17, 1],
        [7919, 2],
      ] as const) {
        await sql`insert into computer_item (computer_id, identity_id, organisation_id, sources)
          select 'cmp_' || lpad(i::text, 26, '0'), p.id, 'org_' || (i % ${operators}), 1
          from generate_series(${from}::int, ${to - 1}::int) i
          join pick p on p.n = (hashint8(i::bigint + ${salt}) & 2147483647) % ${picks.length}
          where i % ${every} = 0 on conflict do nothing`.execute(db);
      }
      await record({ type: 'computer.registered', counts: { computers: to - from } });
    });
  }
  await sql`analyze computer, computer_item, inventory_identity, inventory_identity_key`.execute(
    context.store.plain,
  );
  return identities.length;
}

function orgId(i: number): string {
  return `org_${i}`;
}

/** `cpuSeconds` of the hub's process; on a shared machine it says more than `seconds`. */
interface Timed<T> {
  readonly value: T;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  let peak = 0;
  const sample = () => {
    peak = Math.max(peak, process.memoryUsage().rss);
  };
  const timer = setInterval(sample, 25);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const value = await work();
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(timer);
  sample();
  const round = (n: number) => Math.round(n * 1000) / 1000;
  return {
    value,
    seconds: round(seconds),
    cpuSeconds: round((user + system) / 1e6),
    rssMb: Math.round(peak / 2 ** 20),
  };
}

export async function run(args: string[]): Promise<void> {
  const shared = process.env.SAKIMORI_SHARED ?? join(import.meta.dirname, '../../shared/data');
  const { values } = parseArgs({
    args,
    options: {
      computers: { type: 'string', default: '1000000' },
      operators: { type: 'string', default: '300' },
      kev: { type: 'string', default: join(shared, 'kev/kev-2026-07-23.json') },
      previous: { type: 'string', default: join(shared, 'kev/kev-2025-08-25.json') },
      seed: { type: 'string', default: '1' },
    },
  });
  const [computers, operators, seed] = [values.computers, values.operators, values.seed].map(
    Number,
  ) as [number, number, number];
  const random = seeded(seed);
  const base = { catalogVersion: '2026.11.01', vulnerabilities: madeUp(1400, 0) };
  const previous = readCatalogue(values.previous, base);
  const update = readCatalogue(values.kev, {
    catalogVersion: '2026.11.20',
    vulnerabilities: [...base.vulnerabilities, ...madeUp(250, 1400)],
  });
  const known = new Set(previous.vulnerabilities.map((entry) => entry.cveID));
  const additions = update.vulnerabilities.filter((entry) => !known.has(entry.cveID));
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-bench-'));
  const database = await openDatabase({ folder });
  const origin = 'bench.example/ledger/exercise';
  const store = await openStore({
    database,
    exercise: true,
    origin,
    signers: (['ed25519', 'ml-dsa-44'] as const).map((type) =>
      readSigner(makeKey(type, origin, randomBytes(32)).skey),
    ),
    files: diskFiles(join(folder, 'ledger')),
    tagKey: randomBytes(32),
    clock: { nowMs: Date.now },
  });
  try {
    const context = makeContext({
      store,
      register: inventoryLookup,
      clock: { now: Date.now },
      ...(process.env.BENCH_STEPS ? { reached: stepPrinter() } : {}),
    });
    const bring = (kind: 'kev' | 'cve', bytes: AsyncIterable<Uint8Array>, source: string) =>
      importFeed(context, { kind, source, actor: 'bench', inputs: [{ file: source, bytes }] });
    await bring('cve', Readable.from([Buffer.from(cveText(additions, random))]), 'cve');
    await bring('kev', Readable.from([Buffer.from(asText(previous))]), 'kev');
    const registered = await timed(() =>
      register(context, productsOf(update.vulnerabilities), computers, operators, random),
    );
    const setting = { seed, computers, operators, identities: registered.value };
    printResult('warn', { step: 'registered', ...setting, seconds: registered.seconds });
    // An update meets a database at rest, not one that still writes a million rows to the disk.
    await sleep(REST_MS);
    const file = existsSync(values.kev)
      ? createReadStream(values.kev)
      : Readable.from([Buffer.from(asText(update))]);
    const applied = await timed(() => bring('kev', file, 'kev'));
    printResult('warn', {
      step: 'update',
      ...setting,
      additions: additions.length,
      state: applied.value.run.state,
      ...applied.value.matched,
      hits: await count(context, 'select sum(computers)::int as n from warning'),
      seconds: applied.seconds,
      cpuSeconds: applied.cpuSeconds,
      load: loadavg()[0],
      rssMb: applied.rssMb,
    });
    const [first] = additions as [Entry];
    const one = { ...first, cveID: 'CVE-2026-99999' };
    await bring('cve', Readable.from([Buffer.from(cveText([one], random))]), 'cve-one');
    const more = { ...update, catalogVersion: `${update.catalogVersion}.1` };
    const text = asText({ ...more, vulnerabilities: [one, ...update.vulnerabilities] });
    const single = await timed(() => bring('kev', Readable.from([Buffer.from(text)]), 'kev'));
    printResult('warn', {
      step: 'one-entry',
      ...setting,
      ...single.value.matched,
      seconds: single.seconds,
      cpuSeconds: single.cpuSeconds,
      rssMb: single.rssMb,
    });
  } finally {
    await store.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function count(context: WarnContext, text: string): Promise<number> {
  const { rows } = await context.store.read(MATCH_SCOPE, (db) =>
    sql<{ n: number | null }>`${sql.raw(text)}`.execute(db),
  );
  return rows[0]?.n ?? 0;
}

function stepPrinter(): (step: string) => void {
  let last = performance.now();
  return (step) => {
    const now = performance.now();
    process.stderr.write(`${step} ${(now - last).toFixed(0)} ms\n`);
    last = now;
  };
}
