// SPDX-License-Identifier: Apache-2.0
/** One specified computer: what it is, what runs on it, what changed, what it was warned of. */
import type { ComputerDetail } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { Badge, ExposureBadge, NotificationBadge } from '../blocks/badge.tsx';
import { Button, CopyButton } from '../blocks/button.tsx';
import { Clock, Moment } from '../blocks/clock.tsx';
import { Diff, useFieldName } from '../blocks/diff.tsx';
import { Choose, TextField } from '../blocks/field.tsx';
import { usePrefectureName } from '../blocks/japan-map.tsx';
import { Disclosure, Facts, PageTitle, Section } from '../blocks/layout.tsx';
import { Receipt } from '../blocks/receipt.tsx';
import { SbomUpload } from '../blocks/sbom-upload.tsx';
import { EmptyState, Loaded, Refusal } from '../blocks/states.tsx';
import { Table } from '../blocks/table.tsx';
import { OneLine } from '../blocks/text.tsx';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { usePart } from '../shell/address.ts';
import { WarningList } from './warnings.tsx';

export default function Computer() {
  const id = usePart('id');
  const computer = useHub<ComputerDetail>(`/computers/${encodeURIComponent(id)}`);
  return <Loaded of={computer}>{(data) => <ComputerPage computer={data} />}</Loaded>;
}

const SOURCES = {
  row: 'computer.source.row',
  sbom: 'computer.source.sbom',
  api: 'computer.source.api',
} as const satisfies Record<ComputerDetail['items'][number]['source'], Key>;

function ComputerPage({ computer }: { computer: ComputerDetail }) {
  const { t, pick } = useWords();
  const session = useSession();
  const own = session.data?.person?.organisation.id === computer.organisation.id;
  const mayWrite = own && mayDo(session.data, 'computer:write');
  const mayImport = own && mayDo(session.data, 'computer:import');
  const register = own ? '/register' : `/register?organisation=${computer.organisation.id}`;
  return (
    <article>
      <PageTitle
        kind={t('computer.kind')}
        title={computer.label}
        lead={[computer.maker, computer.product, computer.version].filter(Boolean).join(' ')}
        back={{ href: register, label: t('register.title') }}
      >
        <div className="mt-3 flex flex-wrap items-center gap-3">
          <ExposureBadge state={computer.exposure} />
          <NotificationBadge state={computer.notification} />
          {computer.retired && <Badge>{t('computer.retired')}</Badge>}
          {computer.notificationDue && <Clock due={computer.notificationDue} />}
        </div>
        {!own && <p className="mt-2 text-soft">{pick(computer.organisation.name)}</p>}
      </PageTitle>
      <div className="grid grid-cols-1 gap-6">
        {computer.missing.length > 0 && <Missing computer={computer} />}
        <Section title={t('computer.warnings')} icon="bell">
          {computer.warnings.length === 0 ? (
            <EmptyState text={t('computer.warnings.none')} />
          ) : (
            <WarningList items={computer.warnings} />
          )}
        </Section>
        <Entry computer={computer} mayWrite={mayWrite} />
        <Software computer={computer} mayImport={mayImport} />
        <History computer={computer} />
      </div>
    </article>
  );
}

function Missing({ computer }: { computer: ComputerDetail }) {
  const { t, pick } = useWords();
  return (
    <Section title={t('computer.missing')} icon="caution" className="border-l-8 border-l-caution">
      <ul className="list-disc pl-6">
        {computer.missing.map((one) => (
          <li key={one.field}>{pick(one.text)}</li>
        ))}
      </ul>
    </Section>
  );
}

function Entry({ computer, mayWrite }: { computer: ComputerDetail; mayWrite: boolean }) {
  const { t } = useWords();
  const name = useFieldName();
  const prefecture = usePrefectureName();
  const [editing, setEditing] = useState(false);
  if (editing) return <EditEntry computer={computer} close={() => setEditing(false)} />;
  const date = (day: string | undefined) => (day ? <Moment at={day} day /> : undefined);
  const code = (text: string | undefined) =>
    text && <code className="break-all font-mono text-[0.875rem]">{text}</code>;
  return (
    <Section
      title={t('computer.entry')}
      icon="clipboard"
      actions={
        mayWrite && (
          <Button size="small" onClick={() => setEditing(true)}>
            {t('computer.edit')}
          </Button>
        )
      }
    >
      <Facts
        items={[
          [name('maker'), computer.maker],
          [name('product'), computer.product],
          [name('model'), computer.model],
          [name('version'), computer.version],
          [name('role'), computer.role],
          [name('facility'), computer.facility],
          [name('site'), computer.site],
          [name('prefecture'), prefecture(computer.prefecture)],
          [name('owner'), computer.owner],
          [name('user'), computer.user],
          [name('introduced'), date(computer.introduced)],
          [name('changed'), date(computer.changed)],
          [name('supportEnds'), date(computer.supportEnds)],
          [name('contact'), computer.contact],
          [name('cpe'), code(computer.cpe)],
          [name('purl'), code(computer.purl)],
        ]}
      />
    </Section>
  );
}

const EDITABLE = [
  'label',
  'maker',
  'product',
  'model',
  'version',
  'role',
  'facility',
  'site',
  'owner',
  'user',
  'contact',
  'introduced',
  'supportEnds',
  'cpe',
  'purl',
] as const;
const EXPOSURES = ['internet', 'partner', 'internal', 'isolated', 'unknown'] as const;

/** Sends only what was changed, with the revision seen: two editors never overwrite each other. */
function EditEntry({ computer, close }: { computer: ComputerDetail; close(): void }) {
  const { t } = useWords();
  const name = useFieldName();
  const [values, setValues] = useState<Record<string, string>>({});
  const write = useWrite<ComputerDetail>(close);
  const changed = Object.entries(values).filter(
    ([field, value]) => value !== (computer[field as keyof ComputerDetail] ?? ''),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed.length === 0) close();
    else {
      write.mutate({
        method: 'PATCH',
        path: `/computers/${encodeURIComponent(computer.id)}`,
        body: Object.fromEntries(changed),
        headers: { 'if-match': String(computer.revision) },
      });
    }
  };
  const value = (field: (typeof EDITABLE)[number]) => values[field] ?? computer[field] ?? '';
  return (
    <Section title={t('computer.edit')} icon="clipboard" lead={t('computer.edit.lead')}>
      <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
        {EDITABLE.map((field) => (
          <TextField
            key={field}
            label={name(field)}
            type={field === 'introduced' || field === 'supportEnds' ? 'date' : 'text'}
            maxLength={500}
            value={value(field)}
            onChange={(event) => setValues({ ...values, [field]: event.target.value })}
          />
        ))}
        <Choose
          label={name('exposure')}
          value={values.exposure ?? computer.exposure}
          onChoose={(exposure) => setValues({ ...values, exposure })}
          choices={EXPOSURES.map((one) => ({ value: one, label: t(`state.exposure.${one}`) }))}
        />
        <div className="flex flex-wrap items-end gap-3 sm:col-span-2">
          <Button type="submit" look="main" busy={write.isPending}>
            {t('form.save')}
          </Button>
          <Button look="quiet" onClick={close}>
            {t('form.cancel')}
          </Button>
        </div>
        <div className="sm:col-span-2">
          <Refusal error={write.error} />
        </div>
      </form>
    </Section>
  );
}

const ITEMS_AT_FIRST = 25;

function Software({ computer, mayImport }: { computer: ComputerDetail; mayImport: boolean }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const shown = all ? computer.items : computer.items.slice(0, ITEMS_AT_FIRST);
  return (
    <Section title={t('computer.software', { count: computer.items.length })} icon="server">
      {computer.items.length === 0 ? (
        <p className="text-soft">{t('computer.software.none')}</p>
      ) : (
        <Table
          caption={t('computer.software', { count: computer.items.length })}
          items={shown}
          keyOf={(item) => `${item.name} ${item.version} ${item.purl} ${item.cpe} ${item.source}`}
          columns={[
            { title: t('computer.item'), head: true, cell: (item) => <OneLine text={item.name} /> },
            { title: t('field.version'), cell: (item) => item.version ?? '' },
            {
              title: t('computer.identifier'),
              cell: (item) => (
                <code className="break-all font-mono text-[0.8125rem]">
                  {item.purl ?? item.cpe}
                </code>
              ),
            },
            { title: t('computer.source'), cell: (item) => t(SOURCES[item.source]) },
          ]}
        />
      )}
      {!all && computer.items.length > ITEMS_AT_FIRST && (
        <div className="mt-3">
          <Button size="small" onClick={() => setAll(true)}>
            {t('computer.software.all', { count: computer.items.length })}
          </Button>
        </div>
      )}
      {mayImport && (
        <div className="mt-4">
          <Disclosure title={t('sbom.title')}>
            <SbomUpload computer={computer.id} />
          </Disclosure>
        </div>
      )}
    </Section>
  );
}

function History({ computer }: { computer: ComputerDetail }) {
  const { t } = useWords();
  return (
    <Section
      title={t('computer.history')}
      icon="calendar"
      actions={<CopyButton text={computer.id} label={t('computer.copy-id')} />}
    >
      <ol className="grid gap-4">
        {[...computer.history].reverse().map((entry) => (
          <li key={`${entry.at} ${entry.by}`} className="border-t border-line pt-3">
            <p className="mb-1 text-[0.9375rem] text-soft">
              <Moment at={entry.at} /> {entry.by}
            </p>
            {entry.changes.length === 0 ? (
              <p>{t('computer.registered')}</p>
            ) : (
              <Diff changes={entry.changes} />
            )}
            {entry.receipt && <Receipt receipt={entry.receipt} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}
