// SPDX-License-Identifier: Apache-2.0
/** "Why can, or cannot, this person see this": asked of the function that decides everything. */
import type { PersonView } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { Button } from '../blocks/button.tsx';
import { Choose, TextField } from '../blocks/field.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { WhoCanSee } from '../blocks/who-can-see.tsx';
import { useHub } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

const QUESTIONS = {
  'warning:read': 'why.action.warning-read',
  'warning:answer': 'why.action.warning-answer',
  'computer:read': 'why.action.computer-read',
  'computer:write': 'why.action.computer-write',
  'organisation:read': 'why.action.organisation-read',
  'notification:read': 'why.action.notification-read',
  'vulnerability:exposure': 'why.action.vulnerability-exposure',
} as const satisfies Record<string, Key>;
type Question = keyof typeof QUESTIONS;

export default function Why() {
  const { t } = useWords();
  const people = useHub<readonly PersonView[]>('/people');
  return (
    <>
      <PageTitle title={t('why.title')} lead={t('why.lead')} />
      <Loaded of={people}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon="people" text={t('people.none')} />
          ) : (
            <Ask people={list} />
          )
        }
      </Loaded>
    </>
  );
}

function Ask({ people }: { people: readonly PersonView[] }) {
  const { t } = useWords();
  const [filters, change] = useFilters();
  const [person, setPerson] = useState(filters.person ?? people[0]?.id ?? '');
  const [action, setAction] = useState<string>(filters.action ?? 'warning:read');
  const [id, setId] = useState(filters.id ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ person, action, id: id.trim() });
  };
  const asked = filters.person && filters.action && filters.id;
  return (
    <div className="grid grid-cols-1 gap-6">
      <Section title={t('why.ask')} icon="help">
        <form onSubmit={submit} className="grid items-end gap-4 lg:grid-cols-3">
          <Choose
            label={t('why.person')}
            value={person}
            onChoose={setPerson}
            choices={people.map((one) => ({ value: one.id, label: `${one.name} (${one.email})` }))}
          />
          <Choose
            label={t('why.action')}
            value={action}
            onChoose={setAction}
            choices={(Object.keys(QUESTIONS) as Question[]).map((value) => ({
              value,
              label: t(QUESTIONS[value]),
            }))}
          />
          <TextField
            label={t('why.id')}
            hint={t('why.id.hint')}
            required
            value={id}
            onChange={(event) => setId(event.target.value)}
          />
          <div>
            <Button type="submit" look="main">
              {t('why.verb')}
            </Button>
          </div>
        </form>
      </Section>
      {asked && (
        <Section title={t('why.answer')} icon="info">
          <WhoCanSee
            question={{
              person: filters.person ?? '',
              action: filters.action ?? '',
              type: (filters.action ?? '').split(':')[0] ?? '',
              id: filters.id ?? '',
            }}
          />
        </Section>
      )}
    </div>
  );
}
