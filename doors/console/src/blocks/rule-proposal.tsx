// SPDX-License-Identifier: Apache-2.0
/** A change of a rule: numbers and words in fields, the rest as JSON; read once more before it is asked. */
import { dayInJapan } from '@sakimori/vocabulary';
import type { ClockView, RuleChangeView, RuleSetView } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { useWrite } from '../hub/queries.ts';
import { findChanges, findPeriods, type Period, readValue, writePart } from '../hub/rule-value.ts';
import { type Key, useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { useNow } from './clock.tsx';
import { Diff } from './diff.tsx';
import { TextArea, TextField } from './field.tsx';
import { Disclosure, Facts } from './layout.tsx';
import { useStageName } from './report-clock.tsx';
import { Refusal } from './states.tsx';

type RuleRow = RuleSetView['rules'][number];

const DAY_MS = 86_400_000;
const CLAUSE_MAX = 300;
const WORDS_MAX = 2_000;
const FIGURE = /^\d{1,4}$/;
const UNITS: Readonly<Record<string, Key>> = {
  hours: 'rules.unit.hours',
  days: 'rules.unit.days',
  workingDays: 'rules.unit.working-days',
  months: 'rules.unit.months',
};
const JSON_PROBLEMS = {
  'no-json': 'rules.json.no-json',
  'no-object': 'rules.json.no-object',
  'other-id': 'rules.json.other-id',
} as const satisfies Record<string, Key>;

interface ProposalProps {
  readonly ruleSet: string;
  readonly rule: RuleRow;
  cancel(): void;
}

/** An id of its own says that the value is one entry of a list. */
const entryId = ({ value }: RuleRow): string | undefined => {
  const id = (value as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : undefined;
};

export function RuleProposal({ ruleSet, rule, cancel }: ProposalProps) {
  const now = useNow();
  const [value, setValue] = useState(rule.value);
  const [others, setOthers] = useState({
    clause: rule.clause.slice(0, CLAUSE_MAX),
    source: '',
    reason: '',
    from: dayInJapan(now + DAY_MS),
  });
  const [checked, setChecked] = useState(false);
  const write = useWrite<RuleChangeView>();
  const { t } = useWords();
  if (write.isSuccess) {
    return (
      <p role="status" className="phrase font-700 text-good">
        {t('rules.proposed')}
      </p>
    );
  }
  return checked ? (
    <Check
      rule={rule}
      value={value}
      words={others}
      busy={write.isPending}
      error={write.error}
      back={() => {
        write.reset();
        setChecked(false);
      }}
      send={() =>
        write.mutate({
          path: `/rules/${encodeURIComponent(ruleSet)}/changes`,
          body: { ...others, value },
        })
      }
    />
  ) : (
    <Writing
      rule={rule}
      value={value}
      change={setValue}
      words={others}
      changeWords={(part) => setOthers({ ...others, ...part })}
      cancel={cancel}
      check={() => setChecked(true)}
    />
  );
}

interface ProposalWords {
  readonly clause: string;
  readonly source: string;
  readonly reason: string;
  readonly from: string;
}

interface WritingProps {
  readonly rule: RuleRow;
  readonly value: unknown;
  readonly words: ProposalWords;
  change(value: unknown): void;
  changeWords(part: Partial<ProposalWords>): void;
  cancel(): void;
  check(): void;
}

function Writing(props: WritingProps) {
  const { rule, value, words, change, changeWords, cancel, check } = props;
  const { t } = useWords();
  const [tried, setTried] = useState(false);
  const [broken, setBroken] = useState(false);
  const groups = Map.groupBy(findPeriods(value), ({ wordsPath }) => wordsPath.join('.'));
  const unchanged = findChanges(rule.value, value).length === 0;
  const empty = (text: string) => tried && text.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const full = Object.values(words).every((text) => text.trim() !== '');
    if (full && !broken && !unchanged) check();
  };
  return (
    <form
      noValidate
      onSubmit={submit}
      className="no-print grid grid-cols-1 gap-4 rounded-8 bg-sunken p-4"
    >
      <h4 className="text-[1.0625rem] font-700">{t('rules.propose')}</h4>
      {[...groups].map(([place, group]) => (
        <ClockFields
          key={place}
          periods={group}
          change={(path, part) => change(writePart(value, path, part))}
        />
      ))}
      <Disclosure title={t('rules.json')}>
        <ValueJson id={entryId(rule)} value={value} change={change} broken={setBroken} />
      </Disclosure>
      {tried && unchanged && <p className="text-alarm">{t('rules.unchanged')}</p>}
      <TextField
        label={t('rules.clause')}
        required
        maxLength={CLAUSE_MAX}
        error={empty(words.clause) ? t('rules.needed') : undefined}
        value={words.clause}
        onChange={(event) => changeWords({ clause: event.target.value })}
      />
      <TextField
        label={t('rules.source')}
        hint={t('rules.source.hint')}
        required
        maxLength={WORDS_MAX}
        error={empty(words.source) ? t('rules.needed') : undefined}
        value={words.source}
        onChange={(event) => changeWords({ source: event.target.value })}
      />
      <TextArea
        label={t('rules.reason')}
        hint={t('rules.reason.hint')}
        required
        maxLength={WORDS_MAX}
        error={empty(words.reason) ? t('rules.needed') : undefined}
        value={words.reason}
        onChange={(event) => changeWords({ reason: event.target.value })}
      />
      <TextField
        type="date"
        className="max-w-56"
        label={t('rules.from')}
        required
        error={empty(words.from) ? t('rules.needed') : undefined}
        value={words.from}
        onChange={(event) => changeWords({ from: event.target.value })}
      />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="main" icon="forward">
          {t('rules.check')}
        </Button>
        <Button look="quiet" onClick={cancel}>
          {t('form.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** The numbers of a clock and what people read: changed together, or pages say two things. */
function ClockFields(props: {
  readonly periods: readonly Period[];
  change(path: Period['path'], part: unknown): void;
}) {
  const { periods, change } = props;
  const { t } = useWords();
  const stageName = useStageName();
  const [first] = periods;
  if (!first) return null;
  return (
    <fieldset className="grid grid-cols-1 gap-3 rounded-8 border border-line bg-surface p-3 md:grid-cols-2">
      <legend className="px-1 font-700">{stageName(first.stage as ClockView['stage'])}</legend>
      {periods.map((period, position) => (
        <NumberOf
          key={period.path.join('.')}
          period={period}
          reading={periods.length > 1 ? position + 1 : undefined}
          change={(number) => change(period.path, number)}
        />
      ))}
      {(['ja', 'en'] as const).map((language) => (
        <TextField
          key={language}
          label={t(language === 'ja' ? 'rules.words.ja' : 'rules.words.en')}
          lang={language}
          maxLength={WORDS_MAX}
          value={first.words[language]}
          onChange={(event) =>
            change(first.wordsPath, { ...first.words, [language]: event.target.value })
          }
        />
      ))}
    </fieldset>
  );
}

/** A text that is no number is said to be none, and changes nothing. */
function NumberOf(props: {
  readonly period: Period;
  /** Which of several ways to count it is. */
  readonly reading: number | undefined;
  change(number: number): void;
}) {
  const { period, reading, change } = props;
  const { t } = useWords();
  const [text, setText] = useState(String(period.number));
  const unit = UNITS[period.unit] ? t(UNITS[period.unit] as Key) : period.unit;
  return (
    <TextField
      label={reading === undefined ? unit : t('rules.reading', { unit, reading })}
      inputMode="numeric"
      error={FIGURE.test(text) ? undefined : t('rules.number')}
      value={text}
      onChange={(event) => {
        const typed = event.target.value.normalize('NFKC').trim();
        setText(typed);
        if (FIGURE.test(typed)) change(Number(typed));
      }}
    />
  );
}

function ValueJson(props: {
  readonly id: string | undefined;
  readonly value: unknown;
  change(value: unknown): void;
  broken(is: boolean): void;
}) {
  const { id, value, change, broken } = props;
  const { t } = useWords();
  const [typed, setTyped] = useState<string>();
  const read = typed === undefined ? undefined : readValue(typed, id);
  const problem = read && 'problem' in read ? read.problem : undefined;
  return (
    <TextArea
      label={t('rules.json.label')}
      hint={t('rules.json.hint')}
      error={problem && t(JSON_PROBLEMS[problem])}
      rows={16}
      spellCheck={false}
      className="font-mono text-[0.875rem]"
      value={typed ?? JSON.stringify(value, null, 2)}
      onChange={(event) => {
        setTyped(event.target.value);
        const next = readValue(event.target.value, id);
        broken('problem' in next);
        if ('value' in next) change(next.value);
      }}
      // Once it reads well it follows the fields above again.
      onBlur={() => {
        if (!problem) setTyped(undefined);
      }}
    />
  );
}

interface CheckProps {
  readonly rule: RuleRow;
  readonly value: unknown;
  readonly words: ProposalWords;
  readonly busy: boolean;
  readonly error: Parameters<typeof Refusal>[0]['error'];
  back(): void;
  send(): void;
}

function Check({ rule, value, words, busy, error, back, send }: CheckProps) {
  const { t, day } = useWords();
  return (
    <div className="grid grid-cols-1 gap-4 rounded-8 border-2 border-edge bg-surface p-4">
      <h4 className="text-[1.0625rem] font-700">{t('rules.check.title')}</h4>
      <Diff changes={findChanges(rule.value, value)} />
      <Facts
        items={[
          [t('rules.from'), day(words.from)],
          [t('rules.clause'), words.clause],
          [t('rules.source'), words.source],
          [t('rules.reason'), words.reason],
        ]}
      />
      <p className="phrase font-700">{t('rules.effect')}</p>
      <p className="phrase text-soft">{t('rules.effect.unverified')}</p>
      <div className="flex flex-wrap gap-3">
        <Button look="main" icon="send" busy={busy} onClick={send}>
          {t('rules.send')}
        </Button>
        <Button look="quiet" onClick={back}>
          {t('copy.check.back')}
        </Button>
      </div>
      <Refusal error={error} />
    </div>
  );
}
