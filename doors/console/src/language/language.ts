// SPDX-License-Identifier: Apache-2.0
/** Words of the console in both languages; a language is loaded when it is wanted. */
import { type Language, readInstant, showDay, showRemaining, showTime } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import i18next, { type i18n } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

type FileKey = keyof typeof import('./en.json', { with: { type: 'json' }});
type Singular<K> = K extends `${infer Base}_one` ? Base : K extends `${string}_other` ? never : K;
/** A key of the language files; plural forms are asked for by their base. */
export type Key = Singular<FileKey>;
export type WordParameters = Readonly<Record<string, string | number>>;

const STORE = 'sakimori.language';
const loaders = {
  ja: () => import('./ja.json', { with: { type: 'json' } }),
  en: () => import('./en.json', { with: { type: 'json' } }),
};

/** The language to begin with: chosen before, else the browser's, else Japanese. */
export function firstLanguage(): Language {
  try {
    const stored = localStorage.getItem(STORE);
    if (stored === 'ja' || stored === 'en') return stored;
  } catch {
    // Storage is closed to us.
  }
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
  return wanted.find((tag): tag is Language => tag === 'ja' || tag === 'en') ?? 'ja';
}

/** Starts i18next with one language. */
export async function startLanguage(language: Language): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: (await loaders[language]()).default } },
    keySeparator: false,
    nsSeparator: false,
    returnNull: false,
    // React escapes; escaping twice would show entities to people.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
  return i18next;
}

/** Changes the language of everything on the page, and remembers it. */
export async function changeLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await loaders[language]()).default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORE, language);
  } catch {
    // Remembered for this page only.
  }
}

export function currentLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'ja';
}

/** Everything that turns a fact into words, in the reader's language. */
export interface Words {
  readonly language: Language;
  t(key: Key, parameters?: WordParameters): string;
  pick(text: Text): string;
  number(value: number): string;
  percent(part: number, whole: number): string;
  time(instant: string): string;
  day(instant: string): string;
  remaining(instant: string, nowMs: number): string;
  duration(ms: number): string;
}

function showDuration(ms: number, language: Language): string {
  if (ms < 60_000) {
    const seconds = Math.round(ms / 100) / 10;
    return language === 'ja' ? `${seconds} 秒` : `${seconds} s`;
  }
  const shown = showRemaining(ms, 0, language);
  return shown.replace('あと ', '').replace(' left', '');
}

export function makeWords(language: Language, translate: (key: string, p?: object) => string) {
  const numbers = new Intl.NumberFormat(language === 'ja' ? 'ja-JP' : 'en-GB');
  const percents = new Intl.NumberFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
    style: 'percent',
    maximumFractionDigits: 1,
  });
  const at = (instant: string, show: (ms: number, language: Language) => string) => {
    const ms = readInstant(instant);
    return ms === undefined ? instant : show(ms, language);
  };
  const words: Words = {
    language,
    t(key, parameters) {
      if (!parameters) return translate(key);
      const shown: Record<string, string | number> = { ...parameters };
      for (const [name, value] of Object.entries(parameters)) {
        // `count` stays a number for the plural; `n` is what the text shows.
        if (typeof value === 'number' && name !== 'count') shown[name] = numbers.format(value);
        if (name === 'count') shown.n = numbers.format(Number(value));
      }
      return translate(key, shown);
    },
    pick: (text) => text[language] || text.ja || text.en,
    number: (value) => numbers.format(value),
    percent: (part, whole) => percents.format(whole === 0 ? 0 : part / whole),
    time: (instant) => at(instant, showTime),
    day: (instant) => at(instant, showDay),
    remaining: (instant, nowMs) => at(instant, (ms) => showRemaining(ms, nowMs, language)),
    duration: (ms) => showDuration(ms, language),
  };
  return words;
}

/** The words for components. */
export function useWords(): Words {
  const { t, i18n } = useTranslation();
  return makeWords(i18n.language === 'en' ? 'en' : 'ja', t as (key: string, p?: object) => string);
}
