// SPDX-License-Identifier: Apache-2.0
/**
 * The hub that `npm run bench -- report` talks to, as a process of its own so that it can be
 * killed: the instance of a data folder, with operators and their keys when the folder is new.
 * Prints one JSON line when it serves: its address, and the secret of each new key.
 */
import { systemPrincipal } from '@sakimori/authority';
import { type Instance, openInstance, readHubConfig } from '@sakimori/hub';
import type { Scope } from '@sakimori/store';

const SETUP: Scope = {
  actor: 'system:bench',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'administration',
};

const SECTORS = ['electricity', 'gas', 'water', 'railway', 'telecom', 'finance'] as const;
const DAY_MS = 86_400_000;

const [folder = '', port = '', operators = '0'] = process.argv.slice(2);
const instance = await openInstance({
  config: readHubConfig(['--data', folder, '--port', port], { SAKIMORI_LOG: 'silent' }, folder),
  version: '0.0.0-bench',
  consoleFolder: `${folder}/no-console`,
  say: () => {},
});
const keys = instance.isNew ? await found(instance, Number(operators)) : [];
const url = await instance.app.listen({ host: '127.0.0.1', port: Number(port) });
process.on('SIGTERM', () => void instance.close().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ url, keys })}\n`);

/** Office, a ministry for every sector, police and personal-information commission; operators. */
async function found(opened: Instance, count: number): Promise<string[]> {
  const { organisations } = opened.services.register;
  const create = (id: string, facts: object) =>
    organisations.create(SETUP, {
      ...{ id, ja: id, en: id, domain: `${id.slice(4)}.example.jp`, exercise: true },
      prefecture: '13',
      ...facts,
    } as never);
  await create('org_office', { kind: 'office' });
  await create('org_ministry', { kind: 'ministry', competentFor: [...SECTORS] });
  await create('org_police', { kind: 'police' });
  await create('org_privacy', { kind: 'privacy-commission' });
  const ids = Array.from({ length: count }, (_, n) => `org_operator-${n}`);
  for (const [n, id] of ids.entries()) {
    await create(id, { kind: 'operator', sector: SECTORS[n % SECTORS.length] });
  }
  const people = await opened.identity.found(
    ids.map((organisation, n) => ({
      name: `operator ${n}`,
      email: `admin@operator-${n}.example.jp`,
      organisation,
      roles: ['operator-admin' as const],
    })),
  );
  const secrets: string[] = [];
  for (const [n, person] of people.entries()) {
    const organisation = ids[n] as string;
    const by = {
      ...systemPrincipal('founding', organisation),
      id: person,
      kind: 'person' as const,
      roles: ['operator-admin' as const],
    };
    const wish = { name: 'bench', actions: ['report:submit', 'report:read'] as const };
    const { secret } = await opened.identity.createKey(by, {
      ...wish,
      expiresAtMs: Date.now() + DAY_MS,
    });
    secrets.push(secret);
  }
  return secrets;
}
