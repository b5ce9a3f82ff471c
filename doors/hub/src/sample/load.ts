// SPDX-License-Identifier: Apache-2.0
/** Loads the sample nation through the same doors that everybody uses: imports and feeds. */
import type { OpenStore, Scope } from '@sakimori/store';
import { importFeed } from '@sakimori/warn';
import { sql } from 'kysely';
import type { Identity } from '../identity/index.ts';
import type { Services } from '../services.ts';
import { sampleRegisters } from './computers.ts';
import {
  sampleCpeConfigurations,
  sampleCveRecords,
  sampleKevAfter,
  sampleKevBefore,
} from './feeds.ts';
import { playHappenings } from './happenings.ts';
import { SAMPLE_ORGANISATIONS, SAMPLE_PEOPLE } from './organisations.ts';
import { playReports } from './reports.ts';

/** Exercise instances only: the caller has made sure of that. */
const SAMPLE: Scope = {
  actor: 'system:sample',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'administration',
};

const mailOf = (key: string, organisation: string): string => `${key}@${organisation}.example.jp`;

const idOf = (key: string): string => `org_sample-${key}`;

/**
 * Fills an empty exercise instance.
 *
 * In    rooms and identity of an instance without organisations; `say` for progress
 * Out   ids of the people who can sign in, by their key
 */
export async function loadSampleNation(
  services: Services,
  identity: Identity,
  say: (message: string) => void,
): Promise<ReadonlyMap<string, string>> {
  say('Loading the sample nation (exercise): fictional organisations only ...');
  await createOrganisations(services);
  const people = await identity.found(
    SAMPLE_PEOPLE.map((person) => ({
      name: person.ja,
      email: mailOf(person.key, person.organisation),
      organisation: idOf(person.organisation),
      roles: [...person.roles],
      language: 'ja' as const,
    })),
  );
  await loadFeed(services, 'cpe', sampleCpeConfigurations());
  await loadFeed(services, 'cve', sampleCveRecords());
  await loadFeed(services, 'kev', sampleKevBefore());
  await loadRegisters(services);
  await services.worker.settled();
  // The update of the day: what it adds is what people are warned of now.
  await loadFeed(services, 'kev', sampleKevAfter());
  await services.worker.settled();
  await playHappenings(services, idOf);
  await playReports(services.reports, idOf, Date.now());
  return new Map(SAMPLE_PEOPLE.map((person, i) => [person.key, people[i] as string]));
}

async function createOrganisations({ register }: Services): Promise<void> {
  for (const wave of [SAMPLE_ORGANISATIONS.slice(0, 27), SAMPLE_ORGANISATIONS.slice(27)]) {
    await Promise.all(
      wave.map(async ({ key, kind, ja, en, sector, prefecture, criticality, sectors }) => {
        await register.organisations.create(SAMPLE, {
          id: idOf(key),
          kind,
          ja,
          en,
          prefecture,
          ...(sector && { sector }),
          ...(criticality && { criticality }),
          ...(sectors && { competentFor: sectors }),
          domain: `${key}.example.jp`,
          exercise: true,
        });
        await register.organisations.setContacts(SAMPLE, idOf(key), [
          { name: `${ja} CSIRT`, email: `csirt@${key}.example.jp`, order: 1, language: 'ja' },
          { name: `${ja} 宿直`, email: `duty@${key}.example.jp`, order: 2, language: 'ja' },
        ]);
      }),
    );
  }
}

async function loadRegisters({ register }: Services): Promise<void> {
  const registers = sampleRegisters();
  const load = async ({ operator, csv }: (typeof registers)[number]): Promise<void> => {
    const file = { name: `${operator.key}.csv`, bytes: new TextEncoder().encode(csv) };
    const { id } = await register.imports.start(SAMPLE, idOf(operator.key), file);
    await register.imports.apply(SAMPLE, id);
  };
  const queue = [...registers];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await load(next);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

async function loadFeed(
  { warn }: Services,
  kind: 'kev' | 'cpe' | 'cve',
  text: string,
): Promise<void> {
  const { run } = await importFeed(warn, {
    kind,
    source: `sample-${kind}`,
    actor: SAMPLE.actor,
    inputs: [{ file: `sample-${kind}`, bytes: bytesOf(text) }],
  });
  if (run.state === 'refused')
    throw new Error(`sample feed ${kind}: ${run.problem?.en ?? 'refused'}`);
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** The sample people of an instance that was filled before, by their key. */
export async function samplePeople(store: OpenStore): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; email: string }>`
    select id, email from identity_person`.execute(store.plain);
  const byMail = new Map(rows.map((row) => [row.email, row.id]));
  const found = SAMPLE_PEOPLE.map(
    ({ key, organisation }) => [key, byMail.get(mailOf(key, organisation))] as const,
  );
  return new Map(found.filter((pair): pair is [(typeof pair)[0], string] => pair[1] !== undefined));
}
