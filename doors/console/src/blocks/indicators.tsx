// SPDX-License-Identifier: Apache-2.0
/** Indicators as they are shown: defanged, protected ones marked, chosen by a person. */
import type { IndicatorView } from '@sakimori/vocabulary/wire';
import { useId } from 'react';
import { type Key, useWords } from '../language/language.ts';
import { Badge } from './badge.tsx';

const TYPES = {
  ipv4: 'indicators.type.ipv4',
  ipv6: 'indicators.type.ipv6',
  domain: 'indicators.type.domain',
  url: 'indicators.type.url',
  email: 'indicators.type.email',
  md5: 'indicators.type.md5',
  sha1: 'indicators.type.sha1',
  sha256: 'indicators.type.sha256',
  sha512: 'indicators.type.sha512',
  cve: 'indicators.type.cve',
  bitcoin: 'indicators.type.bitcoin',
} as const satisfies Record<string, Key>;
const ROLES = {
  attacker: 'indicators.role.attacker',
  victim: 'indicators.role.victim',
  malware: 'indicators.role.malware',
  contact: 'indicators.role.contact',
  unknown: 'indicators.role.unknown',
} as const satisfies Record<string, Key>;
const OTHERS = {
  none: 'indicators.others.none',
  some: 'indicators.others.some',
  many: 'indicators.others.many',
} as const satisfies Record<NonNullable<IndicatorView['seenByOthers']>, Key>;

function useName(): <K extends string>(names: Readonly<Record<K, Key>>, one: string) => string {
  const { t } = useWords();
  return (names, one) => (Object.hasOwn(names, one) ? t(names[one as keyof typeof names]) : one);
}

/** What stands in a row: type, value, what it did, whether it may be touched at all. */
function OneIndicator({ one }: { one: IndicatorView }) {
  const { t, pick } = useWords();
  const name = useName();
  return (
    <>
      <span className="inline-block min-w-16 text-[0.875rem] text-faint">
        {name(TYPES, one.type)}
      </span>{' '}
      <code className="break-all font-mono text-[0.9375rem]">{one.shown}</code>{' '}
      {one.role && <span className="text-[0.9375rem] text-soft">{name(ROLES, one.role)}</span>}{' '}
      {one.protected && (
        <span className="block">
          <Badge tone="caution" icon="proof">
            {t('indicators.protected')}
          </Badge>{' '}
          <span className="phrase text-[0.9375rem] text-soft">{pick(one.protected)}</span>
        </span>
      )}
      {one.seenByOthers && one.seenByOthers !== 'none' && (
        <span className="block text-[0.9375rem] text-soft">{name(OTHERS, one.seenByOthers)}</span>
      )}
    </>
  );
}

/** Indicators to read. */
export function Indicators({ items }: { items: readonly IndicatorView[] }) {
  const { t } = useWords();
  if (items.length === 0) return <p className="text-soft">{t('indicators.none')}</p>;
  return (
    <ul className="grid gap-1">
      {items.map((one) => (
        <li key={`${one.type} ${one.shown}`} className="border-b border-line py-2">
          <OneIndicator one={one} />
        </li>
      ))}
    </ul>
  );
}

export interface FoundIndicator extends IndicatorView {
  /** Canonical, as it goes into the record; never shown. */
  readonly value: string;
}

/** The same value found twice is one. */
export const indicatorKey = ({ type, value }: { type: string; value: string }): string =>
  `${type} ${value}`;

interface ChoiceProps {
  readonly items: readonly FoundIndicator[];
  /** Keys (`indicatorKey`) of those that belong to the attack. */
  readonly chosen: ReadonlySet<string>;
  choose(chosen: ReadonlySet<string>): void;
}

/** Indicators that were found, each with a box: only a person says what belongs to the attack. */
export function IndicatorChoice({ items, chosen, choose }: ChoiceProps) {
  const { t } = useWords();
  const id = useId();
  if (items.length === 0) return null;
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    choose(next);
  };
  return (
    <fieldset>
      <legend className="font-700">{t('indicators.found', { count: items.length })}</legend>
      <p className="phrase text-[0.9375rem] text-soft">{t('indicators.confirm')}</p>
      <ul className="mt-2 grid gap-1">
        {items.map((one, position) => {
          const key = indicatorKey(one);
          return (
            <li key={key} className="flex items-start gap-3 border-b border-line py-2">
              <input
                id={`${id}-${position}`}
                type="checkbox"
                checked={chosen.has(key)}
                onChange={() => toggle(key)}
                className="mt-1 size-6 shrink-0 accent-(--c-accent)"
              />
              <label htmlFor={`${id}-${position}`} className="min-w-0 grow">
                <OneIndicator one={one} />
              </label>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
