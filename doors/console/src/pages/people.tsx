// SPDX-License-Identifier: Apache-2.0
/** People: invite, roles, one-time links, end of access. */
import type {
  OneTimeLinkView,
  PersonView,
  RoleChangeView,
  RoleName,
  RoleRequestView,
} from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { Badge } from '../blocks/badge.tsx';
import { Button, CopyButton } from '../blocks/button.tsx';
import { Clock, Moment } from '../blocks/clock.tsx';
import { Confirm } from '../blocks/confirm.tsx';
import { CheckField, TextField } from '../blocks/field.tsx';
import { Disclosure, PageTitle, Section } from '../blocks/layout.tsx';
import { EmptyState, Loaded, Refusal } from '../blocks/states.tsx';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';

/** Which roles exist in which kind of organisation; the hub decides, this only offers. */
const OFFERED: Record<string, readonly RoleName[]> = {
  operator: ['operator-admin', 'operator-member', 'auditor'],
  office: ['office-analyst', 'steward', 'auditor'],
  ministry: ['ministry-desk', 'auditor'],
  vendor: ['vendor'],
  commission: ['commission', 'auditor'],
  carrier: ['operator-admin', 'operator-member', 'auditor'],
  partner: ['auditor'],
};

export default function People() {
  const { t } = useWords();
  const session = useSession();
  const people = useHub<readonly PersonView[]>('/people');
  return (
    <>
      <PageTitle title={t('people.title')} lead={t('people.lead')} />
      <div className="grid grid-cols-1 gap-6">
        {people.data && <RoleRequests people={people.data} />}
        {mayDo(session.data, 'person:invite') && <Invite />}
        <Loaded of={people}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon="people" text={t('people.none')} />
            ) : (
              <ul className="grid gap-3">
                {list.map((person) => (
                  <Person key={person.id} person={person} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </>
  );
}

/** Changes that a second person has to approve; nobody approves what they asked for. */
function RoleRequests({ people }: { people: readonly PersonView[] }) {
  const { t } = useWords();
  const requests = useHub<readonly RoleRequestView[]>('/role-requests');
  if (!requests.data || requests.data.length === 0) return null;
  return (
    <Section title={t('people.requests', { count: requests.data.length })} icon="waiting">
      <ul className="grid gap-4">
        {requests.data.map((request) => (
          <RoleRequest key={request.id} request={request} people={people} />
        ))}
      </ul>
    </Section>
  );
}

function RoleRequest(props: { request: RoleRequestView; people: readonly PersonView[] }) {
  const { request, people } = props;
  const { t } = useWords();
  const session = useSession();
  const decide = useWrite<RoleChangeView>();
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? id;
  const own = session.data?.person?.id === request.askedBy;
  const path = `/role-requests/${encodeURIComponent(request.id)}`;
  return (
    <li className="grid gap-2 border-t border-line pt-3">
      <p>
        {t('people.request', {
          person: nameOf(request.person),
          roles: request.wanted.map((role) => t(`role.${role}`)).join(t('list.separator')),
          by: nameOf(request.askedBy),
        })}{' '}
        <span className="text-faint">
          <Moment at={request.askedAt} />
        </span>
      </p>
      {own ? (
        <p className="text-soft">{t('people.request.own')}</p>
      ) : (
        mayDo(session.data, 'person:approve-role') && (
          <div className="flex flex-wrap gap-3">
            <Button
              look="main"
              busy={decide.isPending}
              onClick={() => decide.mutate({ path, body: { approve: true } })}
            >
              {t('people.request.approve')}
            </Button>
            <Button
              busy={decide.isPending}
              onClick={() => decide.mutate({ path, body: { approve: false } })}
            >
              {t('people.request.refuse')}
            </Button>
          </div>
        )
      )}
      <Refusal error={decide.error} />
    </li>
  );
}

function Roles(props: {
  kind: string;
  chosen: readonly RoleName[];
  choose(roles: RoleName[]): void;
}) {
  const { t } = useWords();
  const { kind, chosen, choose } = props;
  return (
    <fieldset>
      <legend className="font-700">{t('people.roles')}</legend>
      {(OFFERED[kind] ?? []).map((role) => (
        <CheckField
          key={role}
          label={t(`role.${role}`)}
          checked={chosen.includes(role)}
          onCheck={(checked) =>
            choose(checked ? [...chosen, role] : chosen.filter((one) => one !== role))
          }
        />
      ))}
    </fieldset>
  );
}

function Invite() {
  const { t } = useWords();
  const session = useSession();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<readonly RoleName[]>([]);
  const invited = useWrite<RoleChangeView>();
  const kind = session.data?.person?.organisation.kind ?? 'operator';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invited.mutate({
      path: '/people',
      body: {
        name: name.trim(),
        email: email.trim(),
        organisation: session.data?.person?.organisation.id,
        roles,
      },
    });
  };
  if (invited.data) {
    return (
      <Section title={t('people.invited', { name })} icon="done">
        {invited.data.state === 'waiting' ? (
          <p className="phrase">{t('people.waiting')}</p>
        ) : (
          <OneTimeLink person={{ id: invited.data.id, name }} />
        )}
        <div className="mt-4">
          <Button
            onClick={() => {
              invited.reset();
              setName('');
              setEmail('');
              setRoles([]);
            }}
          >
            {t('people.invite-another')}
          </Button>
        </div>
      </Section>
    );
  }
  return (
    <Section title={t('people.invite')} icon="plus" lead={t('people.invite.lead')}>
      <form onSubmit={submit} className="grid gap-4 md:grid-cols-2">
        <TextField
          label={t('people.name')}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('people.email')}
          type="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Roles kind={kind} chosen={roles} choose={setRoles} />
        <div className="self-end">
          <Button type="submit" look="main" busy={invited.isPending} disabled={roles.length === 0}>
            {t('people.invite.verb')}
          </Button>
        </div>
        <div className="md:col-span-2">
          <Refusal error={invited.error} />
        </div>
      </form>
    </Section>
  );
}

/** Makes a link on request and shows it once: to be handed over in person or by telephone. */
function OneTimeLink({ person }: { person: Pick<PersonView, 'id' | 'name'> }) {
  const { t } = useWords();
  const link = useWrite<OneTimeLinkView>();
  return (
    <div className="grid gap-2">
      {link.data ? (
        <div role="status" className="grid gap-2 rounded-8 bg-sunken p-4">
          <p className="phrase">{t('people.link.once', { name: person.name })}</p>
          <code className="break-all font-mono text-[0.9375rem]">{link.data.url}</code>
          <p className="flex flex-wrap items-center gap-3">
            <CopyButton text={link.data.url} />
            <Clock due={link.data.expires} />
          </p>
        </div>
      ) : (
        <div>
          <Button
            size="small"
            icon="link"
            busy={link.isPending}
            onClick={() =>
              link.mutate({ path: `/people/${encodeURIComponent(person.id)}/link`, body: {} })
            }
          >
            {t('people.link')}
          </Button>
        </div>
      )}
      <Refusal error={link.error} />
    </div>
  );
}

function Person({ person }: { person: PersonView }) {
  const { t, pick } = useWords();
  const session = useSession();
  const self = session.data?.person;
  const isSelf = self?.id === person.id;
  const mayChange = mayDo(session.data, 'person:change-role') && !isSelf;
  return (
    <li className="card grid gap-2 p-4 md:px-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <strong className="text-[1.0625rem]">{person.name}</strong>
        {isSelf && <Badge tone="accent">{t('people.you')}</Badge>}
        {person.roles.map((role) => (
          <Badge key={role}>{t(`role.${role}`)}</Badge>
        ))}
      </div>
      <p className="text-soft">
        {person.email}
        {self?.organisation.id !== person.organisation.id && ` · ${pick(person.organisation.name)}`}
      </p>
      <p className="flex flex-wrap gap-x-4 text-[0.9375rem] text-faint">
        <span>
          {t('people.last-seen')} <Moment at={person.lastSeen} />
        </span>
        <span>{t('people.passkeys', { count: person.passkeys })}</span>
        <span>{person.totp ? t('people.totp') : t('people.no-totp')}</span>
      </p>
      {mayChange && <Change person={person} />}
    </li>
  );
}

function Change({ person }: { person: PersonView }) {
  const { t } = useWords();
  const [roles, setRoles] = useState<readonly RoleName[]>(person.roles);
  const change = useWrite<RoleChangeView>();
  const end = useWrite<PersonView>();
  const path = `/people/${encodeURIComponent(person.id)}`;
  const same = [...roles].sort().join() === [...person.roles].sort().join();
  return (
    <Disclosure title={t('people.change')}>
      <div className="grid gap-4">
        <Roles kind={person.organisation.kind} chosen={roles} choose={setRoles} />
        <div>
          <Button
            size="small"
            look="main"
            disabled={same || roles.length === 0}
            busy={change.isPending}
            onClick={() => change.mutate({ method: 'PATCH', path, body: { roles } })}
          >
            {t('people.change.verb')}
          </Button>
        </div>
        <p role="status">{change.data?.state === 'waiting' && t('people.waiting')}</p>
        <Refusal error={change.error} />
        {!person.lastSeen && <OneTimeLink person={person} />}
        <Confirm
          label={t('people.end')}
          question={t('people.end.confirm', { name: person.name })}
          verb={t('people.end.verb')}
          busy={end.isPending}
          act={() => end.mutate({ method: 'DELETE', path })}
        />
        <Refusal error={end.error} />
      </div>
    </Disclosure>
  );
}
