// SPDX-License-Identifier: Apache-2.0
/** Imports of lists: upload, mapping, preview, apply. Stored at each step, so that one can come back. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Changed, Scope } from '@sakimori/store';
import { dayInJapan } from '@sakimori/vocabulary';
import type { ImportView } from '@sakimori/vocabulary/wire';
import {
  type ComputerUpdate,
  exemptionFinder,
  insertComputers,
  type NewComputer,
  updateComputers,
  type Writing,
} from './computer-writing.ts';
import { makeComputerIds, makeWriting, selectComputers, toUpdate } from './computers.ts';
import { lockRegister, type RegisterContext, type RegisterTransaction } from './context.ts';
import {
  type Answers,
  answerExposure,
  COMPUTER_FIELD_NAMES,
  type ComputerField,
  completeness,
  type Differences,
  fieldOf,
  findDifferences,
  findFileKind,
  inspectTable,
  isComputerField,
  type KnownComputer,
  labelOf,
  type Mapping,
  type Question,
  type RegistrationRules,
  type RowStatement,
  readSbom,
  readTableRows,
  TABLE_LIMITS,
  type TableReading,
} from './engine/index.ts';
import { registerErrors } from './errors.ts';
import { findOrganisation, toBrief } from './organisations.ts';
import { readAnswers, readMapping, rememberAnswers, rememberMapping } from './remembered.ts';
import type { ImportCounts } from './tables.ts';

/** An import as it is shown; `receipt` is found by the hub from `outboxId`. */
export type RegisterImport = Omit<ImportView, 'receipt' | 'counts'> & {
  readonly counts?: ImportCounts;
  readonly absent?: readonly { readonly computerId: string; readonly label: string }[];
  readonly refusalCount?: number;
  readonly outboxId?: string;
};

const SHOWN_ROWS = 50;
const SHOWN_REFUSALS = 500;
const SHOWN_ABSENT = 500;
/** Imports that an organisation may leave unfinished; the oldest gives way. */
const UNFINISHED_MAX = 20;

interface Draft {
  readonly import_id: string;
  readonly organisation_id: string;
  readonly state: 'mapping' | 'preview' | 'applied' | 'refused';
  readonly file_name: string;
  readonly file_bytes: number;
  readonly file_kind: string;
  readonly digest: Buffer;
  readonly content: Buffer | null;
  readonly form: { readonly encoding: string } | null;
  readonly heading_line: number | null;
  readonly heading_count: number | null;
  readonly fingerprint: string | null;
  readonly columns: RegisterImport['columns'];
  readonly mapping: Mapping;
  readonly counts: ImportCounts | null;
  readonly outbox_id: string | null;
}

/** Takes gzip off, within the bound. Throws REG_FILE_TOO_LARGE, REG_FILE_NOT_UNDERSTOOD. */
export function unpack(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const tooLarge = () => registerErrors('FILE_TOO_LARGE', { bytesMax });
  if (bytes.length > bytesMax) throw tooLarge();
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw registerErrors('FILE_NOT_UNDERSTOOD', { fault: 'GZIP' });
  }
}

/**
 * Takes an uploaded list and proposes what its columns hold.
 *
 * In      the whole file (CSV, TSV, .xlsx, each also as .gz), its name (shown, never believed)
 * Out     the draft: state `mapping`, with remembered or proposed fields
 * Throws  REG_NO_ORGANISATION, REG_FILE_TOO_LARGE, REG_FILE_NOT_UNDERSTOOD
 */
export async function startImport(
  context: RegisterContext,
  scope: Scope,
  organisationId: string,
  file: { readonly name: string; readonly bytes: Uint8Array },
): Promise<RegisterImport> {
  const bytes = unpack(file.bytes, TABLE_LIMITS.bytesMax);
  const kind = findFileKind(bytes);
  if (kind !== 'table' && kind !== 'workbook') {
    if (kind !== 'old-workbook' && readSbom(bytes).ok)
      throw registerErrors('SBOM_NEEDS_COMPUTER', {});
    const fault = kind === 'old-workbook' ? 'OLD_OR_PROTECTED_WORKBOOK' : 'NOT_A_TABLE';
    throw registerErrors('FILE_NOT_UNDERSTOOD', { fault });
  }
  const inspected = await inspectTable(bytes, (fingerprint) =>
    context.store.read(scope, (db) => readMapping(db, organisationId, fingerprint)),
  );
  if (!inspected.ok) {
    if (inspected.fault === 'TOO_LARGE' || inspected.fault === 'TOO_MANY_ROWS') {
      throw registerErrors('FILE_TOO_LARGE', { bytesMax: TABLE_LIMITS.bytesMax });
    }
    throw registerErrors('FILE_NOT_UNDERSTOOD', { fault: inspected.fault });
  }
  const { form, headingLine, headings, fingerprint, columns, mapping } = inspected.inspection;
  const importId = context.id('import');
  await context.store.change(scope, async ({ db }) => {
    await findOrganisation(db, organisationId);
    await db
      .deleteFrom('import_draft')
      .where('import_id', 'in', (eb) =>
        eb
          .selectFrom('import_draft')
          .select('import_id')
          .where('organisation_id', '=', organisationId)
          .where('state', 'in', ['mapping', 'preview'])
          .orderBy('created_at_ms', 'desc')
          .orderBy('import_id', 'desc')
          .offset(UNFINISHED_MAX - 1),
      )
      .execute();
    await db
      .insertInto('import_draft')
      .values({
        import_id: importId,
        organisation_id: organisationId,
        state: 'mapping',
        file_name: file.name.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '').slice(0, 200),
        file_bytes: bytes.length,
        file_kind: form.format,
        digest: createHash('sha256').update(bytes).digest(),
        content: gzipSync(bytes, { level: 1 }),
        form: JSON.stringify(form),
        heading_line: headingLine,
        heading_count: headings.length,
        fingerprint,
        columns: JSON.stringify(columns),
        mapping: JSON.stringify(mapping),
        counts: null,
        fault: null,
        created_at_ms: context.now(),
        created_by: scope.actor,
        applied_at_ms: null,
        outbox_id: null,
        salt: null,
      })
      .execute();
  });
  return getImport(context, scope, importId);
}

async function readDraft(db: RegisterTransaction, importId: string): Promise<Draft> {
  const row = await db
    .selectFrom('import_draft')
    .select([
      'import_id',
      'organisation_id',
      'state',
      'file_name',
      'file_bytes',
      'file_kind',
      'digest',
      'content',
      'form',
      'heading_line',
      'heading_count',
      'fingerprint',
      'columns',
      'mapping',
      'counts',
      'outbox_id',
    ])
    .where('import_id', '=', importId)
    .executeTakeFirst();
  if (!row) throw registerErrors('NO_IMPORT', { importId: importId.slice(0, 80) });
  return row;
}

/**
 * Settles what the columns hold, and answers questions; remembered for the organisation.
 *
 * In      column index to field (or null to leave it out); answers by question id
 * Out     the import in state `preview`
 * Throws  REG_NO_IMPORT, REG_IMPORT_NOT_READY, REG_MAPPING_INVALID, REG_ANSWER_INVALID
 */
export async function mapImport(
  context: RegisterContext,
  scope: Scope,
  importId: string,
  mapping: Readonly<Record<string, string | null>> | undefined,
  answers: Readonly<Record<string, string>> = {},
): Promise<RegisterImport> {
  const atMs = context.now();
  await context.store.change(scope, async ({ db }) => {
    const draft = await readDraft(db, importId);
    refuseUnless(draft, ['mapping', 'preview']);
    const chosen = mapping ? checkMapping(mapping, draft.heading_count ?? 0) : draft.mapping;
    for (const [questionId, answer] of Object.entries(answers)) {
      if (!/^[0-9a-f]{24}$/u.test(questionId) || answer === '' || answer.length > 200) {
        throw registerErrors('ANSWER_INVALID', { questionId: questionId.slice(0, 24) });
      }
    }
    await rememberAnswers(
      db,
      draft.organisation_id,
      new Map(Object.entries(answers)),
      scope.actor,
      atMs,
    );
    if (mapping && draft.fingerprint) {
      await rememberMapping(db, draft.organisation_id, draft.fingerprint, chosen, atMs);
    }
    await db
      .updateTable('import_draft')
      .set({ state: 'preview', mapping: JSON.stringify(chosen) })
      .where('import_id', '=', importId)
      .execute();
  });
  return getImport(context, scope, importId);
}

function refuseUnless(draft: Draft, states: readonly Draft['state'][]): void {
  if (states.includes(draft.state)) return;
  throw registerErrors('IMPORT_NOT_READY', { importId: draft.import_id, state: draft.state });
}

function checkMapping(
  mapping: Readonly<Record<string, string | null>>,
  headingCount: number,
): Mapping {
  const chosen: Record<number, ComputerField> = {};
  const taken = new Set<string>();
  for (const [key, field] of Object.entries(mapping)) {
    const column = Number(key);
    const sound = Number.isInteger(column) && column >= 0 && column < headingCount;
    if (!sound)
      throw registerErrors('MAPPING_INVALID', { column: Number.isNaN(column) ? 0 : column + 1 });
    if (field === null || field === '') continue;
    if (!isComputerField(field) || taken.has(field)) {
      throw registerErrors('MAPPING_INVALID', { column: column + 1 });
    }
    taken.add(field);
    chosen[column] = field;
  }
  return chosen;
}

/** What applying would do, worked out afresh from file, register and answers. */
interface Plan {
  readonly reading: TableReading;
  readonly statements: readonly RowStatement[];
  readonly questions: readonly Question[];
  readonly differences: Differences;
  readonly counts: ImportCounts;
}

async function planImport(
  draft: Draft,
  known: readonly KnownComputer[],
  answers: Answers,
  rules: RegistrationRules,
): Promise<Plan> {
  const bytes = gunzipSync(draft.content!, { maxOutputLength: TABLE_LIMITS.bytesMax });
  const reading = await readTableRows(
    bytes,
    draft.heading_line ?? 1,
    draft.heading_count ?? 0,
    draft.mapping,
  );
  if (reading.fault) throw registerErrors('FILE_TOO_LARGE', { bytesMax: TABLE_LIMITS.bytesMax });
  const statements = reading.statements.map((statement) => answerExposure(statement, answers));
  const differences = findDifferences(statements, known);
  const { questions } = reading;
  const exemptionOf = exemptionFinder(rules);
  const { added, changed, unchanged, missing } = differences;
  const incomplete = [
    ...added.map(({ statement }) => statement.values),
    ...changed.map((one) => one.values),
  ]
    .filter((values) => exemptionOf(values) === null)
    .filter((values) => completeness(values, rules.items).length > 0).length;
  const counts = {
    rows: reading.rowCount,
    added: added.length,
    changed: changed.length,
    unchanged: unchanged.length,
    refused: reading.refusedLines,
    missing: incomplete,
    absent: missing.length,
    questions: questions.filter(({ id }) => !answers.has(id)).length,
  };
  return { reading, statements, questions, differences, counts };
}

async function readKnown(db: RegisterTransaction, organisationId: string) {
  const rows = await selectComputers(db)
    .where('c.organisation_id', '=', organisationId)
    .orderBy('c.computer_id')
    .execute();
  return rows.map((row) => ({
    computerId: row.computer_id,
    values: row.facts,
    isRetired: row.retired_at_ms !== null,
    row,
  }));
}

/**
 * An import as it stands: columns while it is mapped, what it would do while it is previewed, what
 * it did afterwards. Nothing is written.
 *
 * Throws  REG_NO_IMPORT
 */
export async function getImport(
  context: RegisterContext,
  scope: Scope,
  importId: string,
): Promise<RegisterImport> {
  const rules = context.rules(context.now());
  return context.store.read(scope, async (db) => {
    const draft = await readDraft(db, importId);
    const organisation = toBrief(await findOrganisation(db, draft.organisation_id));
    const base = viewOf(draft, organisation, rules);
    if (draft.state !== 'preview' || draft.content === null) return base;
    const answers = await readAnswers(db, draft.organisation_id);
    const plan = await planImport(
      draft,
      await readKnown(db, draft.organisation_id),
      answers,
      rules,
    );
    return { ...base, ...previewOf(plan, answers) };
  });
}

function viewOf(
  draft: Draft,
  organisation: RegisterImport['organisation'],
  rules: RegistrationRules,
): RegisterImport {
  const required = new Set<string>(
    rules.items.filter((item) => item.required).map(({ field }) => field),
  );
  return {
    id: draft.import_id,
    organisation,
    state: draft.state,
    file: {
      name: draft.file_name,
      bytes: draft.file_bytes,
      kind: draft.file_kind,
      ...(draft.form && { encoding: draft.form.encoding }),
    },
    columns: draft.columns.map(({ field: _, ...column }) => ({
      ...column,
      ...(draft.mapping[column.index] && { field: draft.mapping[column.index]! }),
    })),
    fields: COMPUTER_FIELD_NAMES.map((field) => ({
      field,
      label: { ja: fieldOf(field).ja, en: fieldOf(field).en },
      required: required.has(field),
    })),
    ...(draft.counts && { counts: draft.counts }),
    ...(draft.outbox_id && { outboxId: draft.outbox_id }),
  };
}

function previewOf({ reading, questions, differences, counts }: Plan, answers: Answers) {
  const row = (
    effect: 'added' | 'changed' | 'unchanged',
    { line, values }: RowStatement,
    changes?: ComputerUpdate['changes'],
  ) => ({
    line,
    label: labelOf(values),
    effect,
    ...(values.maker && { maker: values.maker }),
    ...(values.product && { product: values.product }),
    ...(values.version && { version: values.version }),
    ...(changes && { changes }),
  });
  const preview = [
    ...differences.changed.map((one) => row('changed', one.statement, one.changes)),
    ...differences.added.map((one) => row('added', one.statement)),
  ];
  return {
    counts,
    preview: preview.slice(0, SHOWN_ROWS),
    refusals: reading.refusals.slice(0, SHOWN_REFUSALS).map(({ line, field, ja, en }) => ({
      line,
      ...(field && { field }),
      text: { ja, en },
    })),
    refusalCount: reading.refusalCount,
    questions: questions.map(({ id, ja, en, lines, candidates }) => ({
      id,
      text: { ja, en },
      lines,
      candidates,
      ...(answers.has(id) && { answer: answers.get(id)! }),
    })),
    absent: differences.missing.slice(0, SHOWN_ABSENT).map(({ computerId, values }) => ({
      computerId,
      label: labelOf(values),
    })),
  };
}

/**
 * Applies an import in one transaction.
 *
 * In      `retire`: computers that the list does not name and that a person says are gone
 * Out     the import in state `applied`; entry import.applied. Again: the same answer, no change
 * Throws  REG_NO_IMPORT, REG_IMPORT_NOT_READY
 * Law     Act art. 4
 */
export async function applyImport(
  context: RegisterContext,
  scope: Scope,
  importId: string,
  options: { readonly retire?: readonly string[] } = {},
): Promise<Changed<RegisterImport>> {
  const atMs = context.now();
  const rules = context.rules(atMs);
  const changed = await context.store.change(scope, async ({ db, record }) => {
    const found = await readDraft(db, importId);
    await lockRegister(db, found.organisation_id);
    // Read again under the lock: another request may have applied it meanwhile.
    const draft = await readDraft(db, importId);
    if (draft.state === 'applied') return;
    refuseUnless(draft, ['preview', 'mapping']);
    const organisationId = draft.organisation_id;
    const answers = await readAnswers(db, organisationId);
    const known = await readKnown(db, organisationId);
    const plan = await planImport(draft, known, answers, rules);
    const rows = new Map(known.map(({ computerId, row }) => [computerId, row]));
    const ids = makeComputerIds(context, plan.differences.added.length);
    const added = plan.differences.added.map(({ statement }, index) => ({
      computerId: ids[index]!,
      values: statement.values,
    }));
    const updates: ComputerUpdate[] = plan.differences.changed.map((one) => ({
      ...toUpdate(rows.get(one.computerId)!),
      happening:
        one.values.retired && !rows.get(one.computerId)!.facts.retired ? 'retired' : 'changed',
      values: one.values,
      changes: one.changes,
    }));
    updates.push(...retirements(plan, options.retire ?? [], rows, atMs));
    const { commitment, salt } = context.commit(contentOf(draft, added, updates));
    const outboxId = await record({
      type: 'import.applied',
      tenant: organisationId,
      basis: { article: 'act art. 4' },
      counts: {
        computers_added: added.length,
        computers_changed: updates.filter(({ happening }) => happening === 'changed').length,
        computers_retired: updates.filter(({ happening }) => happening === 'retired').length,
        rows_refused: plan.counts.refused,
      },
      commits: [commitment],
      refs: [importId],
    });
    const base = await makeWriting(context, db, scope, organisationId, atMs, {
      outboxId,
      salt: null,
    });
    const writing: Writing = { ...base, rules, answers, source: 'row', importId };
    await updateComputers(writing, updates);
    await insertComputers(writing, added);
    await db
      .updateTable('import_draft')
      .set({
        state: 'applied',
        counts: JSON.stringify(plan.counts),
        applied_at_ms: atMs,
        outbox_id: outboxId,
        salt,
        // The register holds what was taken; the file itself is no longer needed.
        content: null,
      })
      .where('import_id', '=', importId)
      .execute();
  });
  return { ...changed, value: await getImport(context, scope, importId) };
}

function retirements(
  plan: Plan,
  wanted: readonly string[],
  rows: ReadonlyMap<
    string,
    Parameters<typeof toUpdate>[0] & { readonly facts: KnownComputer['values'] }
  >,
  atMs: number,
): ComputerUpdate[] {
  const chosen = new Set(wanted);
  const day = dayInJapan(atMs);
  return plan.differences.missing
    .filter(({ computerId }) => chosen.has(computerId))
    .map(({ computerId, values }) => ({
      ...toUpdate(rows.get(computerId)!),
      happening: 'retired',
      values: { ...values, retired: day },
      changes: [{ field: 'retired', after: day }],
    }));
}

/** What the ledger's entry commits to: the file, and every change that it made. */
function contentOf(
  draft: Draft,
  added: readonly NewComputer[],
  updates: readonly ComputerUpdate[],
): Readonly<Record<string, unknown>> {
  const hash = createHash('sha256');
  for (const { computerId, values } of added) hash.update(JSON.stringify([computerId, 1, values]));
  for (const { computerId, revision, changes } of updates) {
    hash.update(JSON.stringify([computerId, revision + 1, changes]));
  }
  return {
    importId: draft.import_id,
    file: draft.digest.toString('hex'),
    changes: hash.digest('hex'),
  };
}
