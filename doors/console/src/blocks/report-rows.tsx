// SPDX-License-Identifier: Apache-2.0
/** Answers that are a few small entries: people to reach, services, actions. */
import type { OrganisationView } from '@sakimori/vocabulary/wire';
import { type ReactNode, useId } from 'react';
import { useHub, useSession } from '../hub/queries.ts';
import { type Answers, readNumber, UNKNOWN } from '../hub/report-answers.ts';
import { type Key, useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { CheckField, Choose } from './field.tsx';
import type { AnswerProps } from './report-question.tsx';

const WORD_MAX = 200;
const ACTION_MAX = 20_000;
const ROWS_MAX = 50;

const entriesOf = (value: unknown): readonly Answers[] =>
  Array.isArray(value) ? (value as readonly Answers[]) : [];

interface RowsProps {
  readonly props: AnswerProps;
  /** An entry without it is not one: it is left out when nothing is in it. */
  readonly main: string;
  readonly add: string;
  row(entry: Answers, change: (part: Answers) => void): ReactNode;
}

/** At least one row is open, so that nothing has to be pressed before typing. */
function Rows({ props, main, add, row }: RowsProps) {
  const { t } = useWords();
  const { value, answer, labelledBy } = props;
  const entries = entriesOf(value);
  const shown = entries.length === 0 ? [{}] : entries;
  const set = (next: readonly Answers[]) => {
    // A last row that was only opened is no entry yet; one in which something stands stays.
    const kept = next.filter((one) => Object.keys(one).length > 0);
    answer(kept.length === 0 ? undefined : kept);
  };
  const change = (position: number) => (part: Answers) => {
    const merged = { ...shown[position], ...part };
    const entry = Object.fromEntries(
      Object.entries(merged).filter(([, one]) => one !== undefined && one !== ''),
    );
    set(shown.map((old, other) => (other === position ? entry : old)));
  };
  const complete = shown.every((one) => typeof one[main] === 'string');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend inside; the question above names it
    <div role="group" aria-labelledby={labelledBy} className="grid grid-cols-1 gap-3">
      {shown.map((entry, position) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name of their own
          key={position}
          className="grid grid-cols-1 gap-3 rounded-8 bg-sunken p-3 sm:grid-cols-2"
        >
          {row(entry, change(position))}
          {entries.length > 0 && (
            <div>
              <Button
                size="small"
                look="quiet"
                onClick={() => set(entries.filter((_, other) => other !== position))}
              >
                {t('report.remove')}
              </Button>
            </div>
          )}
        </div>
      ))}
      {complete && entries.length < ROWS_MAX && (
        <div>
          <Button size="small" icon="plus" onClick={() => answer([...entries, { [main]: ' ' }])}>
            {add}
          </Button>
        </div>
      )}
    </div>
  );
}

interface CellProps {
  readonly label: string;
  readonly value: unknown;
  readonly max?: number;
  readonly type?: 'text' | 'tel' | 'email';
  readonly inputMode?: 'numeric';
  readonly autoComplete?: string;
  change(text: string): void;
}

function Cell({ label, value, max = WORD_MAX, change, ...rest }: CellProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-[0.9375rem]">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        className="field"
        maxLength={max}
        value={
          typeof value === 'string' || typeof value === 'number' ? String(value).trimStart() : ''
        }
        onChange={(event) => change(event.target.value)}
      />
    </div>
  );
}

/** People to reach; who is signed in and the organisation's contacts need one press each. */
export function ContactsAnswer(props: AnswerProps) {
  const { t } = useWords();
  const person = useSession().data?.person;
  const organisation = useHub<OrganisationView>(
    person && `/organisations/${encodeURIComponent(person.organisation.id)}`,
  );
  const entries = entriesOf(props.value).filter((one) => String(one.name ?? '').trim() !== '');
  const known = [
    ...(person ? [{ name: person.name }] : []),
    ...(organisation.data?.contacts ?? []).map(({ name, email }) => ({ name, email })),
  ].filter(
    ({ name }, position, all) =>
      !entries.some((one) => one.name === name) &&
      all.findIndex((other) => other.name === name) === position,
  );
  return (
    <>
      {known.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {known.slice(0, 3).map((contact) => (
            <Button
              key={contact.name}
              icon="plus"
              className="min-h-12"
              onClick={() => props.answer([...entries, contact])}
            >
              {contact.name}
            </Button>
          ))}
        </div>
      )}
      <Rows
        props={props}
        main="name"
        add={t('report.contacts.add')}
        row={(entry, change) => (
          <>
            <Cell
              label={t('report.contacts.name')}
              value={entry.name}
              autoComplete="name"
              change={(name) => change({ name })}
            />
            <Cell
              label={t('report.contacts.phone')}
              value={entry.phone}
              type="tel"
              autoComplete="tel"
              // A number alone is worth having: it is the number of whoever is typing.
              change={(phone) => change({ phone, name: entry.name ?? person?.name })}
            />
            <Cell
              label={t('report.contacts.email')}
              value={entry.email}
              type="email"
              autoComplete="email"
              change={(email) => change({ email })}
            />
            <CheckField
              label={t('report.contacts.all-day')}
              checked={entry.allDay === true}
              onCheck={(allDay) => change({ allDay: allDay || undefined })}
            />
          </>
        )}
      />
    </>
  );
}

const SERVICE_STATES = {
  stopped: 'report.services.stopped',
  degraded: 'report.services.degraded',
  normal: 'report.services.normal',
  unknown: 'report.not-known',
} as const satisfies Record<string, Key>;

export const serviceState = (entry: Answers): keyof typeof SERVICE_STATES =>
  typeof entry.state === 'string' && Object.hasOwn(SERVICE_STATES, entry.state)
    ? (entry.state as keyof typeof SERVICE_STATES)
    : UNKNOWN;

export function useServiceState(): (entry: Answers) => string {
  const { t } = useWords();
  return (entry) => t(SERVICE_STATES[serviceState(entry)]);
}

export function ServicesAnswer(props: AnswerProps) {
  const { t } = useWords();
  return (
    <Rows
      props={props}
      main="name"
      add={t('report.services.add')}
      row={(entry, change) => (
        <>
          <Cell
            label={t('report.services.name')}
            value={entry.name}
            // A state is asked with the name: "under investigation" until another one is chosen.
            change={(name) => change({ name, state: serviceState(entry) })}
          />
          <Choose
            label={t('report.services.state')}
            value={serviceState(entry)}
            choices={Object.entries(SERVICE_STATES).map(([value, key]) => ({
              value,
              label: t(key),
            }))}
            onChoose={(state) => change({ state })}
          />
          <Cell
            label={t('report.services.users')}
            value={entry.users}
            inputMode="numeric"
            max={15}
            change={(text) => change({ users: readNumber(text) })}
          />
        </>
      )}
    />
  );
}

export function ActionsAnswer(props: AnswerProps) {
  const { t } = useWords();
  return (
    <Rows
      props={props}
      main="text"
      add={t('report.actions.add')}
      row={(entry, change) => (
        <Cell
          label={t('report.actions.text')}
          value={entry.text}
          max={ACTION_MAX}
          change={(text) => change({ text })}
        />
      )}
    />
  );
}
