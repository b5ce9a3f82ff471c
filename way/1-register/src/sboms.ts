// SPDX-License-Identifier: Apache-2.0
/** Software bills of materials of a computer: attached, replaced, listed. */
import { createHash } from 'node:crypto';
import { type Changed, insertRows, type Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import { sql } from 'kysely';
import { dropItems } from './computer-writing.ts';
import { lockRegister, type RegisterContext, type RegisterTransaction } from './context.ts';
import {
  type CryptographicAsset,
  type InventoryItem,
  itemKey,
  readSbom,
  SBOM_LIMITS,
  type SbomComponent,
  type SbomNote,
  tidyItem,
} from './engine/index.ts';
import { registerErrors } from './errors.ts';
import { ensureIdentities } from './identities.ts';
import { unpack } from './imports.ts';

export interface AttachedSbom {
  readonly sbomId: string;
  readonly format: string;
  readonly specVersion: string;
  readonly name?: string;
  readonly components: number;
  readonly cryptographicAssets: number;
  readonly notes: readonly SbomNote[];
  readonly noteCount: number;
  /** False when the very same file was attached already: nothing was changed. */
  readonly isNew: boolean;
}

const SBOM_SOURCE = 2;
const COMPONENT_COLUMNS = [
  { name: 'sbom_id', type: 'text' },
  { name: 'position', type: 'integer' },
  { name: 'organisation_id', type: 'text' },
  { name: 'ref', type: 'text' },
  { name: 'parent', type: 'text' },
  { name: 'type', type: 'text' },
  { name: 'identity_id', type: 'bigint' },
] as const;

/** The item that a component is matched as. */
export function itemOfComponent(component: SbomComponent): InventoryItem {
  const { name, supplier, version, purl, cpe } = component;
  return tidyItem({
    product: name,
    ...(supplier && { maker: supplier }),
    ...(version && { version }),
    ...(purl && { purl }),
    ...(cpe && { cpe }),
  })!;
}

/**
 * Attaches an SBOM; an earlier one with the same serial number, or without any the same name, is
 * replaced by it.
 *
 * In      the whole file, also as .gz
 * Out     what was read and what was tolerated; entry computer.changed
 * Throws  REG_NO_COMPUTER, REG_COMPUTER_RETIRED, REG_FILE_TOO_LARGE, REG_SBOM_NOT_UNDERSTOOD
 */
export async function attachSbom(
  context: RegisterContext,
  scope: Scope,
  computerId: string,
  file: { readonly bytes: Uint8Array },
): Promise<Changed<AttachedSbom>> {
  const bytes = unpack(file.bytes, SBOM_LIMITS.bytesMax);
  const reading = readSbom(bytes);
  if (!reading.ok) throw registerErrors('SBOM_NOT_UNDERSTOOD', { fault: reading.fault });
  const { document } = reading;
  const digest = createHash('sha256').update(bytes).digest();
  const idSource = `${computerId}\u001f${digest.toString('hex')}`;
  const sbomId = `sbm_${createHash('sha256').update(idSource).digest('hex').slice(0, 26)}`;
  const atMs = context.now();
  const attached = (isNew: boolean): AttachedSbom => ({
    sbomId,
    format: document.format,
    specVersion: document.specVersion,
    ...(document.name && { name: document.name }),
    components: document.components.length,
    cryptographicAssets: document.cryptographicAssets.length,
    notes: document.notes,
    noteCount: document.noteCount,
    isNew,
  });
  return context.store.change(scope, async ({ db, record }) => {
    const computer = await openComputer(db, computerId);
    const organisationId = computer.organisation_id;
    const same = await db
      .selectFrom('sbom')
      .select('sbom_id')
      .where('sbom_id', '=', sbomId)
      .executeTakeFirst();
    if (same) return attached(false);
    const { serial, name } = document;
    if (serial || name) {
      await db
        .deleteFrom('sbom')
        .where('computer_id', '=', computerId)
        .where(serial ? 'serial' : 'name', '=', (serial ?? name)!)
        .execute();
    }
    const { commitment, salt } = context.commit({ computerId, sbom: digest.toString('hex') });
    const outboxId = await record({
      type: 'computer.changed',
      tenant: organisationId,
      counts: { components: document.components.length },
      commits: [commitment],
      refs: [computerId],
    });
    await db
      .insertInto('sbom')
      .values({
        sbom_id: sbomId,
        organisation_id: organisationId,
        computer_id: computerId,
        digest,
        format: document.format,
        spec_version: document.specVersion,
        serial: serial ?? null,
        name: name ?? null,
        components: document.components.length,
        cryptographic_assets: JSON.stringify(document.cryptographicAssets),
        attached_at_ms: atMs,
        attached_by: scope.actor,
        outbox_id: outboxId,
        salt,
      })
      .execute();
    await writeComponents(context, db, { sbomId, organisationId }, document.components);
    await refreshItems(db, computerId);
    await writeRevision(db, computer, scope.actor, atMs, outboxId, salt, document.name ?? sbomId);
    const computerIds = [computerId];
    await context.announce(db, { organisationId, computerIds, happening: 'changed' });
    return attached(true);
  });
}

async function openComputer(db: RegisterTransaction, computerId: string) {
  const read = () =>
    db
      .selectFrom('computer')
      .select(['computer_id', 'organisation_id', 'revision', 'retired_at_ms'])
      .where('computer_id', '=', computerId)
      .executeTakeFirst();
  const found = await read();
  if (!found) throw registerErrors('NO_COMPUTER', { computerId: computerId.slice(0, 80) });
  await lockRegister(db, found.organisation_id);
  const computer = (await read())!;
  if (computer.retired_at_ms !== null) throw registerErrors('COMPUTER_RETIRED', { computerId });
  return computer;
}

async function writeComponents(
  context: RegisterContext,
  db: RegisterTransaction,
  { sbomId, organisationId }: { readonly sbomId: string; readonly organisationId: string },
  components: readonly SbomComponent[],
): Promise<void> {
  const items = components.map(itemOfComponent);
  const identities = await ensureIdentities(db, items, context.productKeys, new Map());
  await insertRows(
    db,
    'sbom_component',
    COMPONENT_COLUMNS,
    components.map(({ ref, parent, type }, index) => [
      sbomId,
      index + 1,
      organisationId,
      ref,
      parent ?? null,
      type,
      identities.get(itemKey(items[index]!))!,
    ]),
  );
}

/** Items of a computer that come from SBOMs: those of all that are attached to it now. */
async function refreshItems(db: RegisterTransaction, computerId: string): Promise<void> {
  await dropItems(db, [computerId], SBOM_SOURCE);
  await sql`insert into computer_item (computer_id, identity_id, organisation_id, sources)
    select distinct s.computer_id, k.identity_id, s.organisation_id, ${SBOM_SOURCE}::smallint
    from sbom s join sbom_component k on k.sbom_id = s.sbom_id
    where s.computer_id = ${computerId}
    on conflict (computer_id, identity_id) do update
      set sources = computer_item.sources | excluded.sources`.execute(db);
}

async function writeRevision(
  db: RegisterTransaction,
  computer: {
    readonly computer_id: string;
    readonly organisation_id: string;
    readonly revision: number;
  },
  actor: string,
  atMs: number,
  outboxId: string,
  salt: Buffer,
  name: string,
): Promise<void> {
  const revision = computer.revision + 1;
  await db
    .updateTable('computer')
    .set({ revision, changed_at_ms: atMs })
    .where('computer_id', '=', computer.computer_id)
    .execute();
  await db
    .insertInto('computer_history')
    .values({
      computer_id: computer.computer_id,
      revision,
      organisation_id: computer.organisation_id,
      at_ms: atMs,
      actor,
      happening: 'sbom',
      changes: JSON.stringify({ list: [{ field: 'sbom', after: name.slice(0, 200) }] }),
      import_id: null,
      outbox_id: outboxId,
      salt,
    })
    .execute();
}

/** SBOMs attached to a computer, newest first; none for one outside the scope. */
export function listSboms(
  context: RegisterContext,
  scope: Scope,
  computerId: string,
): Promise<
  readonly {
    readonly sbomId: string;
    readonly format: string;
    readonly specVersion: string;
    readonly name?: string;
    readonly serial?: string;
    readonly components: number;
    readonly cryptographicAssets: readonly CryptographicAsset[];
    readonly attached: string;
    readonly by: string;
  }[]
> {
  return context.store.read(scope, async (db) => {
    const rows = await db
      .selectFrom('sbom')
      .select([
        'sbom_id',
        'format',
        'spec_version',
        'name',
        'serial',
        'components',
        'cryptographic_assets',
        'attached_at_ms',
        'attached_by',
      ])
      .where('computer_id', '=', computerId)
      .orderBy('attached_at_ms', 'desc')
      .execute();
    return rows.map((row) => ({
      sbomId: row.sbom_id,
      format: row.format,
      specVersion: row.spec_version,
      ...(row.name && { name: row.name }),
      ...(row.serial && { serial: row.serial }),
      components: row.components,
      cryptographicAssets: row.cryptographic_assets,
      attached: toInstant(Number(row.attached_at_ms)),
      by: row.attached_by,
    }));
  });
}
