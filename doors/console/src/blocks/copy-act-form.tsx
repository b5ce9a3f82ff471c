// SPDX-License-Identifier: Apache-2.0
/** One act of a desk: written, then read once more exactly as it will go out, then sent. */
import { dayInJapan } from '@sakimori/vocabulary';
import type { ClockView, CopyDetail, RuleSetView, Text } from '@sakimori/vocabulary/wire';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import {
  type ActName,
  type Content,
  findMissing,
  NEEDED,
  type Part,
  writeOf,
} from '../hub/copy-acts.ts';
import { useKeptText } from '../hub/kept-text.ts';
import { useHub, useWrite } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { useNow } from './clock.tsx';
import type { ActFace } from './copy-actions.tsx';
import { Choose, TextArea, TextField } from './field.tsx';
import { Facts } from './layout.tsx';
import { useStageName } from './report-clock.tsx';
import { Refusal } from './states.tsx';
import { Folded } from './text.tsx';

const TEXT_MAX: Record<ActName, number> = {
  question: 20_000,
  advise: 20_000,
  return: 20_000,
  order: 20_000,
  relay: 2_000,
  extend: 1_000,
};
const CLAUSE_MAX = 300;

const SHOWN: Record<ActName, readonly Part[]> = {
  ...NEEDED,
  question: ['text', 'due'],
  relay: ['addressee', 'text'],
};
const MISSING: Record<Part, Key> = {
  text: 'copy.missing.text',
  due: 'copy.missing.due',
  clause: 'copy.missing.clause',
  addressee: 'copy.missing.addressee',
  stage: 'copy.missing.stage',
};

interface CopyActFormProps {
  readonly copy: CopyDetail;
  readonly face: ActFace;
  cancel(): void;
  done(): void;
}

export function CopyActForm({ copy, face, cancel, done }: CopyActFormProps) {
  const [text, setText] = useKeptText(`sakimori.copy.${copy.id}.${face.name}`);
  const [others, setOthers] = useState({ due: '', clause: '', addressee: '', stage: '' });
  const [checked, setChecked] = useState(false);
  const content: Content = { text, ...others };
  const change = (part: Part, value: string) =>
    part === 'text' ? setText(value) : setOthers({ ...others, [part]: value });
  const write = useWrite(() => {
    setText('');
    done();
  });
  return checked ? (
    <Check
      copy={copy}
      face={face}
      content={content}
      busy={write.isPending}
      back={() => {
        write.reset();
        setChecked(false);
      }}
      send={() => write.mutate(writeOf(face.name, copy.id, content))}
      error={write.error}
    />
  ) : (
    <Writing
      copy={copy}
      face={face}
      content={content}
      change={change}
      cancel={cancel}
      check={() => setChecked(true)}
    />
  );
}

interface WritingProps {
  readonly copy: CopyDetail;
  readonly face: ActFace;
  readonly content: Content;
  change(part: Part, value: string): void;
  cancel(): void;
  check(): void;
}

function Writing({ copy, face, content, change, cancel, check }: WritingProps) {
  const { t } = useWords();
  const frame = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(false);
  useEffect(() => {
    frame.current?.querySelector<HTMLElement>('select, input, textarea')?.focus();
  }, []);
  const missing = findMissing(face.name, content);
  const shows = (part: Part) => SHOWN[face.name].includes(part);
  const errorOf = (part: Part) => (tried && missing.includes(part) ? t(MISSING[part]) : undefined);
  const isNeeded = (part: Part) => NEEDED[face.name].includes(part);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing.length === 0) check();
  };
  return (
    <form
      ref={frame}
      noValidate
      onSubmit={submit}
      className="grid grid-cols-1 gap-4 rounded-8 bg-sunken p-4"
    >
      <h3 className="text-[1.0625rem]">{t(face.label)}</h3>
      {shows('addressee') && (
        <Addressees
          own={copy.addressee}
          chosen={content.addressee}
          error={errorOf('addressee')}
          choose={(value) => change('addressee', value)}
        />
      )}
      {shows('stage') && (
        <ClockChoice
          clocks={copy.clocks}
          chosen={content.stage}
          error={errorOf('stage')}
          choose={(value) => change('stage', value)}
        />
      )}
      {shows('clause') && (
        <TextField
          label={t('copy.clause')}
          hint={t('copy.clause.hint')}
          error={errorOf('clause')}
          required={isNeeded('clause')}
          maxLength={CLAUSE_MAX}
          value={content.clause}
          onChange={(event) => change('clause', event.target.value)}
        />
      )}
      {shows('text') && (
        <TextArea
          label={t(face.text)}
          hint={t('copy.text.hint')}
          error={errorOf('text')}
          required={isNeeded('text')}
          rows={5}
          maxLength={TEXT_MAX[face.name]}
          value={content.text}
          onChange={(event) => change('text', event.target.value)}
        />
      )}
      {shows('due') && (
        <DueField
          name={face.name}
          value={content.due}
          error={errorOf('due')}
          required={isNeeded('due')}
          change={(value) => change('due', value)}
        />
      )}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="main" icon="forward">
          {t('copy.check')}
        </Button>
        <Button look="quiet" onClick={cancel}>
          {t('form.cancel')}
        </Button>
      </div>
    </form>
  );
}

function DueField(props: {
  readonly name: ActName;
  readonly value: string;
  readonly error: string | undefined;
  readonly required: boolean;
  change(value: string): void;
}) {
  const { name, value, error, required, change } = props;
  const { t } = useWords();
  const now = useNow();
  return (
    <TextField
      type="date"
      className="max-w-56"
      label={t(name === 'extend' ? 'copy.until' : 'copy.due')}
      hint={t(required ? 'copy.due.hint' : 'copy.due.optional')}
      error={error}
      required={required}
      min={dayInJapan(now)}
      value={value}
      onChange={(event) => change(event.target.value)}
    />
  );
}

function ClockChoice(props: {
  readonly clocks: readonly ClockView[];
  readonly chosen: string;
  readonly error: string | undefined;
  choose(stage: string): void;
}) {
  const { clocks, chosen, error, choose } = props;
  const { t, time, day } = useWords();
  const stageName = useStageName();
  const open = clocks.filter(({ state }) => state !== 'done');
  return (
    <Choose
      label={t('copy.stage')}
      error={error}
      value={chosen}
      onChoose={choose}
      choices={[
        { value: '', label: t('copy.choose') },
        ...open.map(({ stage, due }) => ({
          value: stage,
          label: due
            ? t('copy.stage.due', {
                stage: stageName(stage),
                time: due.length === 10 ? day(due) : time(due),
              })
            : stageName(stage),
        })),
      ]}
    />
  );
}

export interface AddresseeEntry {
  readonly id: string;
  readonly name: Text;
  readonly desk: string;
  readonly purpose?: Text;
  readonly mayNot?: Text;
}

/** Addressees as the dated rules name them; those without a desk cannot be reached from here. */
export function useAddressees(): readonly AddresseeEntry[] {
  const rules = useHub<readonly RuleSetView[]>('/rules');
  const set = rules.data?.find(({ ruleSet }) => ruleSet === 'report-addressees');
  return (set?.rules ?? [])
    .filter(({ inForce }) => inForce)
    .map(({ value }) => value as AddresseeEntry);
}

function Addressees(props: {
  readonly own: string;
  readonly chosen: string;
  readonly error: string | undefined;
  choose(id: string): void;
}) {
  const { own, chosen, error, choose } = props;
  const { t, pick } = useWords();
  const reachable = useAddressees().filter(({ id, desk }) => id !== own && desk !== 'none');
  return (
    <Choose
      label={t('copy.addressee')}
      hint={t('copy.addressee.hint')}
      error={error}
      value={chosen}
      onChoose={choose}
      choices={[
        { value: '', label: t('copy.choose') },
        ...reachable.map(({ id, name }) => ({ value: id, label: pick(name) })),
      ]}
    />
  );
}

interface CheckProps {
  readonly copy: CopyDetail;
  readonly face: ActFace;
  readonly content: Content;
  readonly busy: boolean;
  readonly error: Parameters<typeof Refusal>[0]['error'];
  back(): void;
  send(): void;
}

/** Exactly what goes out, to whom, and what follows. */
function Check({ copy, face, content, busy, error, back, send }: CheckProps) {
  const { t, pick, day } = useWords();
  const stageName = useStageName();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const addressee = useAddressees().find(({ id }) => id === content.addressee);
  const reporter = pick(copy.organisation.name);
  const { due, clause, stage } = content;
  const rows: (readonly [string, React.ReactNode])[] = [
    [t('copy.check.what'), t(face.label)],
    [
      t('copy.check.to'),
      addressee ? t('copy.check.to-both', { who: pick(addressee.name), reporter }) : reporter,
    ],
    [t('copy.check.about'), copy.title],
  ];
  if (clause) rows.push([t('copy.clause'), clause.trim()]);
  if (stage) rows.push([t('copy.stage'), stageName(stage as ClockView['stage'])]);
  if (due) rows.push([t(face.name === 'extend' ? 'copy.until' : 'copy.due'), day(due)]);
  return (
    <div className="grid grid-cols-1 gap-4 rounded-8 border-2 border-edge bg-surface p-4">
      <h3 ref={heading} tabIndex={-1} className="text-[1.0625rem]">
        {t('copy.check.title')}
      </h3>
      <Facts items={rows} />
      {content.text.trim() !== '' && (
        <blockquote className="border-l-4 border-edge pl-4">
          <Folded text={content.text.trim()} />
        </blockquote>
      )}
      <p className="phrase font-700">{t(face.effect)}</p>
      <p className="phrase text-[0.9375rem] text-soft">{t('copy.check.ledger')}</p>
      <div className="flex flex-wrap gap-3">
        <Button
          look={face.name === 'order' ? 'alarm' : 'main'}
          icon="send"
          busy={busy}
          onClick={send}
        >
          {t(`copy.send.${face.name}` as Key)}
        </Button>
        <Button look="quiet" onClick={back}>
          {t('copy.check.back')}
        </Button>
      </div>
      <Refusal error={error} />
    </div>
  );
}
