// SPDX-License-Identifier: Apache-2.0
/** Import in steps: columns, check, done. Nothing is written before "apply" is pressed. */
import type { ImportView } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { API } from '../hub/client.ts';
import { useWrite } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { Badge, type Tone } from './badge.tsx';
import { Button, DownloadLink, GoButton } from './button.tsx';
import { Diff, useFieldName } from './diff.tsx';
import { Choose } from './field.tsx';
import { Icon } from './icon.tsx';
import { Section } from './layout.tsx';
import { Receipt } from './receipt.tsx';
import { SplitBar } from './split-bar.tsx';
import { EmptyState, Refusal } from './states.tsx';
import { Table } from './table.tsx';
import { OneLine } from './text.tsx';

const STEPS: readonly Key[] = [
  'import.step.file',
  'import.step.columns',
  'import.step.check',
  'import.step.done',
];

export function WizardSteps({ current }: { current: number }) {
  const { t } = useWords();
  return (
    <ol className="flex flex-wrap gap-x-2 gap-y-1" aria-label={t('import.steps')}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          {...(index === current ? { 'aria-current': 'step' as const } : {})}
          className={`flex items-center gap-2 rounded-8 px-3 py-1 ${index === current ? 'bg-accent-wash font-700 text-accent' : 'text-soft'}`}
        >
          {index < current ? (
            <Icon name="check" className="size-4" />
          ) : (
            <span className="figures">{index + 1}</span>
          )}
          {t(step)}
        </li>
      ))}
    </ol>
  );
}

/** The step follows from the state at the hub: reload, or come back tomorrow, and go on. */
export function ImportWizard({ view }: { view: ImportView }) {
  const [remapping, setRemapping] = useState(false);
  const mapping = view.state === 'mapping' || (remapping && view.state === 'preview');
  const step = view.state === 'applied' ? 3 : mapping ? 1 : 2;
  return (
    <div className="grid grid-cols-1 gap-4">
      <WizardSteps current={step} />
      <FileLine view={view} />
      {view.state === 'refused' && <RefusedFile view={view} />}
      {mapping && <Columns view={view} done={() => setRemapping(false)} />}
      {view.state === 'preview' && !mapping && (
        <Preview view={view} remap={() => setRemapping(true)} />
      )}
      {view.state === 'applied' && <Applied view={view} />}
    </div>
  );
}

function FileLine({ view }: { view: ImportView }) {
  const { t } = useWords();
  const { name, bytes, kind, encoding } = view.file;
  return (
    <p className="text-soft">
      {t('import.file', { name, bytes, kind: kind.toUpperCase() })}
      {encoding && ` · ${encoding}`}
    </p>
  );
}

function RefusedFile({ view }: { view: ImportView }) {
  const { t, pick } = useWords();
  return (
    <Section title={t('import.refused')} icon="error">
      <ul className="list-disc pl-6">
        {(view.refusals ?? []).map((refusal) => (
          <li key={`${refusal.line} ${refusal.text.en}`}>{pick(refusal.text)}</li>
        ))}
      </ul>
      <div className="mt-4">
        <GoButton href="/register/import" look="main">
          {t('import.another')}
        </GoButton>
      </div>
    </Section>
  );
}

const CONFIDENCES = {
  certain: ['good', 'import.confidence.certain'],
  likely: ['accent', 'import.confidence.likely'],
  unsure: ['caution', 'import.confidence.unsure'],
} as const satisfies Record<ImportView['columns'][number]['confidence'], readonly [Tone, Key]>;

function Columns({ view, done }: { view: ImportView; done(): void }) {
  const { t, pick } = useWords();
  const [chosen, setChosen] = useState<Record<number, string>>({});
  const write = useWrite<ImportView>(done);
  const fieldOf = (column: ImportView['columns'][number]) =>
    chosen[column.index] ?? column.field ?? '';
  const taken = view.columns.map(fieldOf);
  const missing = view.fields.filter((field) => field.required && !taken.includes(field.field));
  const twice = view.fields.filter(
    (field) => taken.filter((one) => one === field.field).length > 1,
  );
  const confirm = () =>
    write.mutate({
      method: 'PUT',
      path: `/imports/${encodeURIComponent(view.id)}/mapping`,
      body: {
        columns: Object.fromEntries(
          view.columns.map((column) => [column.index, fieldOf(column) || null]),
        ),
      },
    });
  return (
    <Section title={t('import.columns.title')} icon="clipboard" lead={t('import.columns.lead')}>
      <ul className="grid gap-4">
        {view.columns.map((column) => {
          const [tone, word] = CONFIDENCES[column.confidence];
          return (
            <li
              key={column.index}
              className="grid items-end gap-x-6 gap-y-1 border-t border-line pt-3 md:grid-cols-[1fr_1fr]"
            >
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="font-700">
                    <OneLine
                      text={column.heading || t('import.no-heading', { index: column.index + 1 })}
                    />
                  </span>
                  <Badge tone={tone}>{column.remembered ? t('import.remembered') : t(word)}</Badge>
                </p>
                <p className="text-[0.875rem] text-faint">
                  <OneLine text={column.samples.filter(Boolean).join(' / ')} />
                </p>
              </div>
              <Choose
                label={t('import.meaning', { heading: column.heading.slice(0, 60) })}
                value={fieldOf(column)}
                onChoose={(field) => setChosen({ ...chosen, [column.index]: field })}
                choices={[
                  { value: '', label: t('import.skip') },
                  ...view.fields.map((field) => ({
                    value: field.field,
                    label: pick(field.label) + (field.required ? t('import.required-mark') : ''),
                  })),
                ]}
              />
            </li>
          );
        })}
      </ul>
      <div role="status" className="mt-4 grid gap-1">
        {twice.length > 0 && (
          <p className="text-alarm">
            {t('import.twice', {
              fields: twice.map((one) => pick(one.label)).join(t('list.separator')),
            })}
          </p>
        )}
        {missing.length > 0 && (
          <p className="text-caution">
            {t('import.not-mapped', {
              fields: missing.map((one) => pick(one.label)).join(t('list.separator')),
            })}
          </p>
        )}
      </div>
      <div className="mt-4 flex flex-wrap gap-3">
        <Button look="main" disabled={twice.length > 0} busy={write.isPending} onClick={confirm}>
          {t('import.columns.verb')}
        </Button>
      </div>
      <Refusal error={write.error} />
    </Section>
  );
}

function Preview({ view, remap }: { view: ImportView; remap(): void }) {
  const { t } = useWords();
  const write = useWrite<ImportView>();
  const { counts } = view;
  const open = (view.questions ?? []).filter((question) => !question.answer).length;
  const effective = counts ? counts.added + counts.changed : 0;
  return (
    <>
      <Section title={t('import.check.title')} icon="eye" lead={t('import.check.lead')}>
        {counts && (
          <SplitBar
            label={t('import.check.title')}
            parts={[
              { label: t('import.added'), value: counts.added, tone: 'good' },
              { label: t('import.changed'), value: counts.changed, tone: 'accent' },
              { label: t('import.unchanged'), value: counts.unchanged, tone: 'plain' },
              { label: t('import.refused-rows'), value: counts.refused, tone: 'alarm' },
            ]}
          />
        )}
        {counts && counts.missing > 0 && (
          <p className="phrase mt-3 text-soft">{t('import.missing', { count: counts.missing })}</p>
        )}
        <div className="mt-5 flex flex-wrap gap-3">
          <Button
            look="main"
            icon="check"
            busy={write.isPending}
            onClick={() =>
              write.mutate({
                path: `/imports/${encodeURIComponent(view.id)}/apply`,
                body: { skipRefused: true },
              })
            }
          >
            {t('import.apply', { count: effective })}
          </Button>
          <Button onClick={remap}>{t('import.back-to-columns')}</Button>
        </div>
        {counts && counts.refused > 0 && (
          <p className="phrase mt-2 text-[0.9375rem] text-soft">{t('import.apply.skips')}</p>
        )}
        <Refusal error={write.error} />
      </Section>
      {open + (view.questions?.length ?? 0) > 0 && <Questions view={view} />}
      {(view.refusals?.length ?? 0) > 0 && <Refusals view={view} />}
      <PreviewRows view={view} />
    </>
  );
}

function Questions({ view }: { view: ImportView }) {
  const { t, pick } = useWords();
  const write = useWrite<ImportView>();
  const questions = view.questions ?? [];
  return (
    <Section
      title={t('import.questions', { count: questions.length })}
      icon="help"
      lead={t('import.questions.lead')}
    >
      <ul className="grid gap-5">
        {questions.map((question) => (
          <li key={question.id}>
            <fieldset>
              <legend className="font-700">{pick(question.text)}</legend>
              <p className="text-[0.875rem] text-faint">
                {t('import.lines', {
                  lines: question.lines.slice(0, 12).join(', '),
                  count: question.lines.length,
                })}
              </p>
              <div className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
                {question.candidates.map((candidate) => (
                  <label key={candidate.value} className="flex min-h-11 items-center gap-2">
                    <input
                      type="radio"
                      name={question.id}
                      checked={question.answer === candidate.value}
                      onChange={() =>
                        write.mutate({
                          method: 'PUT',
                          path: `/imports/${encodeURIComponent(view.id)}/answers`,
                          body: { [question.id]: candidate.value },
                        })
                      }
                      className="size-5 accent-(--c-accent)"
                    />
                    {candidate.label}
                  </label>
                ))}
              </div>
            </fieldset>
          </li>
        ))}
      </ul>
      <Refusal error={write.error} />
    </Section>
  );
}

function Refusals({ view }: { view: ImportView }) {
  const { t, pick } = useWords();
  const name = useFieldName();
  const refusals = view.refusals ?? [];
  return (
    <Section
      title={t('import.refusals', { count: view.counts?.refused ?? refusals.length })}
      icon="error"
      lead={t('import.refusals.lead')}
      actions={
        <DownloadLink href={`${API}/imports/${encodeURIComponent(view.id)}/refusals.csv`}>
          {t('import.refusals.download')}
        </DownloadLink>
      }
    >
      <Table
        caption={t('import.refusals', { count: refusals.length })}
        items={refusals.slice(0, 100)}
        keyOf={(refusal) => `${refusal.line} ${refusal.field} ${refusal.text.en}`}
        columns={[
          { title: t('import.line'), head: true, cell: (refusal) => refusal.line, figures: false },
          {
            title: t('import.field'),
            cell: (refusal) => (refusal.field ? name(refusal.field) : ''),
          },
          { title: t('import.why'), cell: (refusal) => pick(refusal.text) },
        ]}
      />
    </Section>
  );
}

const EFFECTS = {
  added: ['good', 'import.added'],
  changed: ['accent', 'import.changed'],
  unchanged: ['plain', 'import.unchanged'],
} as const satisfies Record<string, readonly [Tone, Key]>;

function PreviewRows({ view }: { view: ImportView }) {
  const { t } = useWords();
  const rows = view.preview ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title={t('import.preview', { count: rows.length })} icon="server">
      <Table
        caption={t('import.preview', { count: rows.length })}
        items={rows}
        keyOf={(row) => String(row.line)}
        columns={[
          { title: t('field.label'), head: true, cell: (row) => <OneLine text={row.label} /> },
          {
            title: t('register.product'),
            cell: (row) => (
              <OneLine text={[row.maker, row.product, row.version].filter(Boolean).join(' ')} />
            ),
          },
          {
            title: t('import.effect'),
            cell: (row) => (
              <>
                <Badge tone={EFFECTS[row.effect][0]}>{t(EFFECTS[row.effect][1])}</Badge>
                {row.changes && <Diff changes={row.changes} />}
              </>
            ),
          },
          { title: t('import.line'), cell: (row) => row.line, figures: true },
        ]}
      />
    </Section>
  );
}

function Applied({ view }: { view: ImportView }) {
  const { t } = useWords();
  const { counts } = view;
  return (
    <>
      <div role="status" className="card px-6 py-2">
        <EmptyState
          text={t('import.applied', {
            added: counts?.added ?? 0,
            changed: counts?.changed ?? 0,
            refused: counts?.refused ?? 0,
          })}
        >
          <span className="flex flex-wrap gap-3">
            <GoButton href="/register" look="main">
              {t('import.to-register')}
            </GoButton>
            <GoButton href="/notifications">{t('home.register.notify')}</GoButton>
          </span>
        </EmptyState>
        {view.receipt && <Receipt receipt={view.receipt} />}
      </div>
      {(view.refusals?.length ?? 0) > 0 && <Refusals view={view} />}
    </>
  );
}
