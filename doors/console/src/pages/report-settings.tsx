// SPDX-License-Identifier: Apache-2.0
/** Settings of reporting: facts that decide duties, what machines may send, what copies are for. */
import type { ReportSettings } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { Badge } from '../blocks/badge.tsx';
import { Button, CopyButton, GoButton } from '../blocks/button.tsx';
import { CheckField, Choose, TextArea } from '../blocks/field.tsx';
import { Disclosure, PageTitle, Section } from '../blocks/layout.tsx';
import { Loaded, Refusal } from '../blocks/states.tsx';
import { Table } from '../blocks/table.tsx';
import { API } from '../hub/client.ts';
import { mayDo, useHub, useSession, useWrite } from '../hub/queries.ts';
import { type Answers, UNKNOWN } from '../hub/report-answers.ts';
import { type Key, useWords } from '../language/language.ts';

export default function Settings() {
  const { t } = useWords();
  const session = useSession();
  const settings = useHub<ReportSettings>('/report-settings');
  const mayChange = mayDo(session.data, 'report:settings');
  return (
    <>
      <PageTitle title={t('report-settings.title')} lead={t('report-settings.lead')} />
      <Loaded of={settings} lines={8}>
        {(view) => (
          <div className="grid grid-cols-1 gap-6">
            <Facts settings={view} mayChange={mayChange} />
            <Adapters mayMakeKeys={mayDo(session.data, 'key:create')} />
            <Contracts settings={view} />
          </div>
        )}
      </Loaded>
    </>
  );
}

/** Facts that are answered by yes, no, or "not known". */
const YES_NO = [
  ['designated', 'report-settings.designated', 'report-settings.designated.hint'],
  ['criticalInfrastructure', 'report-settings.critical', 'report-settings.critical.hint'],
  ['personalDataHandler', 'report-settings.personal', 'report-settings.personal.hint'],
] as const satisfies readonly (readonly [string, Key, Key])[];

const asText = (fact: unknown) => (typeof fact === 'boolean' ? String(fact) : UNKNOWN);
const asFact = (text: string) => (text === UNKNOWN ? UNKNOWN : text === 'true');

function Facts({ settings, mayChange }: { settings: ReportSettings; mayChange: boolean }) {
  const { t } = useWords();
  const [facts, setFacts] = useState<Answers>(settings.facts);
  const [automatic, setAutomatic] = useState(settings.automaticPrecursors);
  const write = useWrite<ReportSettings>();
  const members = Array.isArray(facts.memberOf) ? facts.memberOf.join('\n') : '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    write.mutate({
      method: 'PUT',
      path: '/report-settings',
      body: { facts: tidy(facts), automaticPrecursors: automatic },
    });
  };
  return (
    <Section
      title={t('report-settings.facts')}
      icon="building"
      lead={mayChange ? t('report-settings.facts.lead') : t('report-settings.read-only')}
    >
      <form onSubmit={submit}>
        <fieldset disabled={!mayChange} className="grid max-w-[40rem] grid-cols-1 gap-5">
          {YES_NO.map(([name, label, hint]) => (
            <Choose
              key={name}
              label={t(label)}
              hint={t(hint)}
              value={asText(facts[name])}
              choices={[
                { value: 'true', label: t('report.yes') },
                { value: 'false', label: t('report.no') },
                { value: UNKNOWN, label: t('report.not-known') },
              ]}
              onChoose={(value) => setFacts({ ...facts, [name]: asFact(value) })}
            />
          ))}
          <TextArea
            label={t('report-settings.members')}
            hint={t('report-settings.members.hint')}
            value={members}
            onChange={(event) => setFacts({ ...facts, memberOf: event.target.value.split('\n') })}
          />
          <Abroad facts={facts} change={(abroad) => setFacts({ ...facts, abroad })} />
          <CheckField
            label={t('report-settings.automatic')}
            hint={t('report-settings.automatic.hint')}
            checked={automatic}
            onCheck={setAutomatic}
          />
          {mayChange && (
            <div>
              <Button type="submit" look="main" busy={write.isPending}>
                {t('form.save')}
              </Button>
            </div>
          )}
        </fieldset>
        <p role="status" className="mt-3 text-good">
          {write.isSuccess && t('report-settings.saved')}
        </p>
        <Refusal error={write.error} />
      </form>
    </Section>
  );
}

const ACTS_ABROAD = [
  ['cra', 'report-settings.abroad.cra'],
  ['circia', 'report-settings.abroad.circia'],
  ['soci', 'report-settings.abroad.soci'],
] as const satisfies readonly (readonly [string, Key])[];

/** Regimes abroad that bind it besides those of Japan. */
function Abroad({ facts, change }: { facts: Answers; change(abroad: Answers): void }) {
  const { t } = useWords();
  const abroad = (facts.abroad ?? {}) as Answers;
  const { nis2, ...others } = abroad;
  const entity = (nis2 as Answers | undefined)?.entity;
  return (
    <Disclosure title={t('report-settings.abroad')}>
      <div className="grid grid-cols-1 gap-3">
        <Choose
          label={t('report-settings.abroad.nis2')}
          value={typeof entity === 'string' ? entity : ''}
          choices={[
            { value: '', label: t('report.no') },
            { value: 'essential', label: t('report-settings.abroad.essential') },
            { value: 'important', label: t('report-settings.abroad.important') },
          ]}
          onChoose={(value) =>
            change(
              value === ''
                ? others
                : { ...others, nis2: { ...(nis2 as Answers | undefined), entity: value } },
            )
          }
        />
        {ACTS_ABROAD.map(([name, label]) => (
          <CheckField
            key={name}
            label={t(label)}
            checked={abroad[name] === true}
            onCheck={(checked) => change({ ...abroad, [name]: checked })}
          />
        ))}
      </div>
    </Disclosure>
  );
}

function tidy(facts: Answers): Answers {
  if (!Array.isArray(facts.memberOf)) return facts;
  return { ...facts, memberOf: facts.memberOf.map((one) => String(one).trim()).filter(Boolean) };
}

/** Formats that are taken, and a file as their tool writes it. */
const FORMATS = [
  ['suricata', 'eve.json'],
  ['wazuh', 'alerts.json'],
  ['elastic', 'alerts.ndjson'],
  ['splunk', 'alert.json'],
] as const;

function Adapters({ mayMakeKeys }: { mayMakeKeys: boolean }) {
  const { t } = useWords();
  return (
    <Section
      title={t('report-settings.adapters')}
      icon="webhook"
      lead={t('report-settings.adapters.lead')}
      {...(mayMakeKeys
        ? {
            actions: (
              <GoButton href="/keys" size="small" icon="key">
                {t('report-settings.adapters.keys')}
              </GoButton>
            ),
          }
        : {})}
    >
      <p className="phrase mb-3">{t('report-settings.adapters.key')}</p>
      {FORMATS.map(([format, file]) => {
        const command = [
          `curl -X POST '${window.location.origin}${API}/alerts/${format}'`,
          `-H 'authorization: Bearer KEY'`,
          `-H 'content-type: application/octet-stream'`,
          `--data-binary @${file}`,
        ].join(' \\\n  ');
        return (
          <Disclosure key={format} title={t('report-settings.adapters.example', { format })}>
            <pre className="mb-3 whitespace-pre-wrap break-all rounded-8 bg-sunken p-4 font-mono text-[0.875rem]">
              {command}
            </pre>
            <CopyButton text={command} />
          </Disclosure>
        );
      })}
    </Section>
  );
}

function Contracts({ settings }: { settings: ReportSettings }) {
  const { t, pick } = useWords();
  return (
    <Section
      title={t('report-settings.contracts')}
      icon="proof"
      lead={t('report-settings.contracts.lead')}
    >
      <Table
        caption={t('report-settings.contracts')}
        items={settings.dataUse}
        keyOf={({ addressee }) => addressee}
        columns={[
          {
            title: t('report-settings.contracts.who'),
            head: true,
            cell: (one) => (
              <>
                <span className="font-700">{pick(one.name)}</span>
                {!one.verified && (
                  <span className="mt-1 block">
                    <Badge tone="caution" icon="caution">
                      {t('report-clock.unverified')}
                    </Badge>
                  </span>
                )}
              </>
            ),
          },
          { title: t('report-clock.purpose'), cell: (one) => pick(one.purpose) },
          { title: t('report-clock.may-not'), cell: (one) => pick(one.mayNot) },
        ]}
      />
    </Section>
  );
}
