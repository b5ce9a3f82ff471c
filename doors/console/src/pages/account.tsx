// SPDX-License-Identifier: Apache-2.0
/** One's own sign-in: passkeys, and codes of an app as a second way. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button, CopyButton } from '../blocks/button.tsx';
import { Moment } from '../blocks/clock.tsx';
import { Confirm } from '../blocks/confirm.tsx';
import { TextField } from '../blocks/field.tsx';
import { Facts, PageTitle, Section } from '../blocks/layout.tsx';
import { EmptyState, Loaded, Refusal } from '../blocks/states.tsx';
import {
  addPasskey,
  confirmCodes,
  knowsPasskeys,
  listPasskeys,
  type Passkey,
  removePasskey,
  startCodes,
} from '../hub/authentication.ts';
import { HubProblem } from '../hub/client.ts';
import { useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';

export default function Account() {
  const { t, pick } = useWords();
  const session = useSession();
  const person = session.data?.person;
  return (
    <>
      <PageTitle title={t('account.title')} lead={t('account.lead')} />
      <div className="grid grid-cols-1 gap-6">
        {person && (
          <Section title={t('account.you')} icon="account">
            <Facts
              items={[
                [t('people.name'), person.name],
                [t('organisation.kind'), pick(person.organisation.name)],
                [
                  t('people.roles'),
                  person.roles.map((role) => t(`role.${role}`)).join(t('list.separator')),
                ],
              ]}
            />
          </Section>
        )}
        <Passkeys />
        <Codes />
      </div>
    </>
  );
}

const OWN_KEYS = ['own-passkeys'];

function Passkeys() {
  const { t } = useWords();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const keys = useQuery<readonly Passkey[], HubProblem>({
    queryKey: OWN_KEYS,
    queryFn: listPasskeys,
  });
  const refresh = () => client.invalidateQueries({ queryKey: OWN_KEYS });
  const add = useMutation<void, Error, string>({
    mutationFn: addPasskey,
    onSuccess: () => {
      setName('');
      return refresh();
    },
  });
  const remove = useMutation<void, Error, string>({
    mutationFn: removePasskey,
    onSuccess: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(name.trim());
  };
  const refused = add.error instanceof HubProblem ? add.error : undefined;
  return (
    <Section title={t('account.passkeys')} icon="key" lead={t('account.passkeys.lead')}>
      <Loaded of={keys} lines={2}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon="key" text={t('account.passkeys.none')} />
          ) : (
            <ul className="grid gap-3">
              {list.map((key) => (
                <li
                  key={key.id}
                  className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3"
                >
                  <span>
                    <strong>{key.name ?? t('account.passkeys.unnamed')}</strong>{' '}
                    {key.createdAt && (
                      <span className="text-faint">
                        <Moment at={key.createdAt} day />
                      </span>
                    )}
                  </span>
                  <Confirm
                    label={t('account.passkeys.remove')}
                    question={t('account.passkeys.remove.confirm')}
                    verb={t('account.passkeys.remove')}
                    busy={remove.isPending}
                    act={() => remove.mutate(key.id)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {knowsPasskeys() ? (
        <form onSubmit={submit} className="mt-4 grid items-end gap-3 sm:grid-cols-[1fr_auto]">
          <TextField
            label={t('account.passkeys.name')}
            hint={t('account.passkeys.name.hint')}
            required
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" look="main" busy={add.isPending}>
            {t('account.passkeys.add')}
          </Button>
        </form>
      ) : (
        <p className="mt-4">{t('sign-in.passkey.unknown')}</p>
      )}
      <div role="status" className="mt-2">
        {add.isSuccess && <p className="text-good">{t('account.passkeys.added')}</p>}
        {add.error && !refused && <p className="text-alarm">{t('account.passkeys.failed')}</p>}
      </div>
      <Refusal error={refused} />
    </Section>
  );
}

function Codes() {
  const { t } = useWords();
  const [code, setCode] = useState('');
  const start = useMutation({ mutationFn: startCodes });
  const confirm = useMutation<void, Error, string>({ mutationFn: confirmCodes });
  const refused = [start.error, confirm.error].find((error) => error instanceof HubProblem);
  return (
    <Section title={t('account.codes')} icon="proof" lead={t('account.codes.lead')}>
      {!start.data && (
        <Button busy={start.isPending} onClick={() => start.mutate()}>
          {t('account.codes.begin')}
        </Button>
      )}
      {start.data && !confirm.isSuccess && (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            confirm.mutate(code.trim());
          }}
        >
          <p className="phrase">{t('account.codes.enter')}</p>
          <code className="block break-all rounded-8 bg-sunken p-4 font-mono">
            {start.data.secret}
          </code>
          <div className="flex flex-wrap gap-3">
            <CopyButton text={start.data.secret} />
          </div>
          <div className="grid max-w-[24rem] items-end gap-3 sm:grid-cols-[1fr_auto]">
            <TextField
              label={t('account.codes.code')}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
            <Button type="submit" look="main" busy={confirm.isPending}>
              {t('account.codes.verb')}
            </Button>
          </div>
        </form>
      )}
      <div role="status">
        {confirm.isSuccess && <p className="text-good">{t('account.codes.done')}</p>}
      </div>
      <Refusal error={refused instanceof HubProblem ? refused : undefined} />
    </Section>
  );
}
