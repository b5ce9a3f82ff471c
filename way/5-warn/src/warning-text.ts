// SPDX-License-Identifier: Apache-2.0
/** A warning in words: for a decision (executive), for the person who acts (analyst), ja and en. */
import { showRemaining, showTime } from '@sakimori/vocabulary';
import type { Confidence, Exposure, Text, VerdictKind } from '@sakimori/vocabulary/wire';
import type { VulnerabilityFacts } from './facts.ts';
import {
  ANSWER_ASK,
  CHANGE_WORDS,
  CONFIDENCE_WORDS,
  EXPOSURE_WORDS,
  TRIAGE_STEPS,
} from './warning-phrases.ts';

/** One hit item of a computer of the warning, as its text needs it. */
export interface WarnedComputer {
  /** The computer's id: several of its items may be hit, and labels may be the same. */
  readonly computer: string;
  readonly label: string;
  readonly exposure: Exposure;
  /** Maker, product and version as the operator recorded them. */
  readonly item: string;
  readonly verdict: VerdictKind;
  readonly confidence: Confidence;
  readonly reason: Text;
  readonly source: { readonly name: string; readonly id: string; readonly url?: string };
}

export interface WarningSubject {
  readonly form: 'alarm' | 'question';
  readonly facts: VulnerabilityFacts;
  readonly computers: readonly WarnedComputer[];
  /** All computers of the warning; `computers` may be the first few. */
  readonly computerCount: number;
  readonly dueAtMs: number;
  readonly dueReason: Text;
  readonly triageFirst: boolean;
  readonly changes: readonly string[];
  readonly ask: Text;
}

export interface WarningWords {
  readonly title: Text;
  readonly why: Text;
  readonly executive: Text;
  readonly analyst: Text;
  readonly actions: readonly Text[];
  readonly checks: readonly Text[];
  readonly dueReason: Text;
  readonly ask: Text;
}

const SHOWN_MAX = 20;
const ACTIONS_MAX = 8;

/**
 * Writes a warning.
 *
 * In     what is known, which computers and why, until when; `nowMs` for the remaining time
 * Out    what, why you, what to do, how to check, until when, whom to ask; three lengths of which
 *        the machine form stands in warning-document.ts
 * Never  translates a source's words: they are quoted and said to be the source's own
 */
export function writeWarning(subject: WarningSubject, nowMs: number): WarningWords {
  const title = titleOf(subject);
  const why = whyOf(subject);
  const actions = actionsOf(subject);
  const checks = subject.form === 'question' ? [] : checksOf(subject);
  return {
    title,
    why,
    actions,
    checks,
    executive: executiveOf(subject, why, nowMs),
    analyst: analystOf(subject, actions, checks),
    dueReason: subject.dueReason,
    ask: subject.ask,
  };
}

function productName(facts: VulnerabilityFacts): string {
  return [facts.maker, facts.product].filter(Boolean).join(' ') || facts.id;
}

function titleOf({ form, facts }: WarningSubject): Text {
  const name = productName(facts);
  if (form === 'question') {
    return {
      ja: `${name} の版の確認のお願い（${facts.id}）`,
      en: `Please check the version of ${name} (${facts.id})`,
    };
  }
  return facts.exploited
    ? {
        ja: `悪用が確認された脆弱性：${name}（${facts.id}）`,
        en: `Exploited vulnerability: ${name} (${facts.id})`,
      }
    : { ja: `脆弱性：${name}（${facts.id}）`, en: `Vulnerability: ${name} (${facts.id})` };
}

function whyOf({ computers, computerCount }: WarningSubject): Text {
  const [first] = computers;
  if (!first) return { ja: '', en: '' };
  const others = computerCount - 1;
  const ja = others > 0 ? `ほか ${others} 台も同じ理由で対象です。` : '';
  const en = others > 0 ? ` ${others} more for the same kind of reason.` : '';
  const sure = CONFIDENCE_WORDS[first.confidence];
  // The reason names item, version, range and source already: nothing is said twice.
  const reasonJa = first.reason.ja.replace(/。$/, '');
  const reasonEn = first.reason.en.replace(/\.$/, '');
  return {
    ja: `${first.label}：${reasonJa}（確度：${sure.ja}）。${ja}`,
    en: `${first.label}: ${reasonEn} (confidence: ${sure.en}).${en}`,
  };
}

function actionsOf({ form, facts, triageFirst }: WarningSubject): Text[] {
  if (form === 'question') {
    return [
      {
        ja: '対象の電子計算機の版を確かめ、登録簿に記入してください。版が分かれば、該当するかどうかを自動で判定します。',
        en: 'Look up the version on the computers named and enter it in the register. With the version the match decides by itself.',
      },
    ];
  }
  const actions: Text[] = [];
  if (triageFirst) {
    actions.push({
      ja: '更新や再起動の前に、下の「侵害の有無の確かめ方」を行ってください。更新すると痕跡が消えることがあります。',
      en: 'Before updating or restarting, follow "How to check for a compromise": an update can erase the traces.',
    });
  }
  for (const remedy of facts.remedies) {
    // The catalogue's own words are no vendor's: they follow below, under their name.
    if (remedy.details === facts.requiredAction) continue;
    const quoted = remedy.url ? `${remedy.details} ${remedy.url}` : remedy.details;
    actions.push({ ja: `提供元の対処：${quoted}`, en: `From the vendor: ${quoted}` });
  }
  if (facts.requiredAction) {
    actions.push({
      ja: `悪用済み脆弱性一覧が求める対処（原文）：${facts.requiredAction}`,
      en: `Required by the exploited-vulnerability catalogue: ${facts.requiredAction}`,
    });
  }
  if (actions.length === (triageFirst ? 1 : 0)) {
    actions.push({
      ja: '提供元の案内を確かめ、修正版へ更新してください。修正版がない場合は、外部からの到達を止めるか使用を中止してください。',
      en: "Follow the vendor's notice and update to a fixed version. Where there is none, cut the network access to it or stop using it.",
    });
  }
  return actions.slice(0, ACTIONS_MAX);
}

function checksOf({ facts }: WarningSubject): Text[] {
  return TRIAGE_STEPS.map(({ ja, en }) => {
    const since = facts.exploitedOn ?? '';
    return {
      ja: ja.replace('{since}', since ? `${since} 以前から` : '過去 90 日分'),
      en: en.replace('{since}', since ? `from before ${since}` : 'of the last 90 days'),
    };
  });
}

function changesOf(changes: readonly string[], language: 'ja' | 'en'): string {
  const words = changes.map((change) => CHANGE_WORDS[change]?.[language]).filter(Boolean);
  if (words.length === 0) return '';
  return language === 'ja' ? `【更新】${words.join('、')}。` : `Update: ${words.join('; ')}. `;
}

function executiveOf(subject: WarningSubject, why: Text, nowMs: number): Text {
  const { facts, form, computerCount, dueAtMs, triageFirst, changes } = subject;
  if (form === 'question') {
    return {
      ja: `${facts.id} に該当するか判定できません。登録された ${computerCount} 台の版をお知らせください。${why.ja}`,
      en: `It cannot be decided whether ${facts.id} concerns you. Please give the version of ${computerCount} registered computer(s). ${why.en}`,
    };
  }
  const name = productName(facts);
  const known = {
    ja: facts.ransomware ? 'ランサムウェア攻撃での悪用も知られています。' : '',
    en: facts.ransomware ? ' Ransomware groups are known to use it.' : '',
  };
  const triage = {
    ja: triageFirst ? '先に侵害の有無を確かめてください。' : '',
    en: triageFirst ? ' Check for a compromise first.' : '',
  };
  return {
    ja: `${changesOf(changes, 'ja')}登録された ${computerCount} 台の ${name} に${facts.exploited ? '、実際に悪用されている' : ''}脆弱性 ${facts.id} があります。${known.ja}期限は ${showTime(dueAtMs, 'ja')}（${showRemaining(dueAtMs, nowMs, 'ja')}）です。${triage.ja}${why.ja}`,
    en: `${changesOf(changes, 'en')}${computerCount} of your registered computers (${name}) have ${facts.exploited ? 'an actively exploited vulnerability' : 'a vulnerability'}, ${facts.id}.${known.en} Act until ${showTime(dueAtMs, 'en')} (${showRemaining(dueAtMs, nowMs, 'en')}).${triage.en} ${why.en}`,
  };
}

function analystOf(
  subject: WarningSubject,
  actions: readonly Text[],
  checks: readonly Text[],
): Text {
  return {
    ja: analystIn('ja', subject, actions, checks),
    en: analystIn('en', subject, actions, checks),
  };
}

function analystIn(
  language: 'ja' | 'en',
  subject: WarningSubject,
  actions: readonly Text[],
  checks: readonly Text[],
): string {
  const { facts, computers, computerCount, dueAtMs, dueReason, ask, form } = subject;
  const ja = language === 'ja';
  const heading = (inJa: string, inEn: string) => `■ ${ja ? inJa : inEn}`;
  const computerLine = (computer: WarnedComputer) => {
    const exposure = EXPOSURE_WORDS[computer.exposure][language];
    const sure = CONFIDENCE_WORDS[computer.confidence][language];
    const source = `${computer.source.name} ${computer.source.id}`.trim();
    return ja
      ? `- ${computer.label}｜${computer.item}｜${exposure}｜${computer.reason.ja}（${source}、確度 ${sure}）`
      : `- ${computer.label} | ${computer.item} | ${exposure} | ${computer.reason.en} (${source}, confidence ${sure})`;
  };
  const shown = computers.slice(0, SHOWN_MAX);
  const told = shown.filter(({ verdict }) => form === 'question' || verdict === 'affected');
  const hidden = computerCount - new Set(told.map(({ computer }) => computer)).size;
  const lines = [
    changesOf(subject.changes, language).trim(),
    heading('何が', 'What'),
    [facts.title[language], facts.summary[language]].filter(Boolean).join('\n'),
    scoreLine(facts, ja),
    heading('なぜ対象か', 'Why you'),
    ...shown.map(computerLine),
    hidden > 0 ? (ja ? `- ほか ${hidden} 台` : `- and ${hidden} more`) : '',
    heading('何をするか', 'What to do'),
    ...actions.map((action, index) => `${index + 1}. ${action[language]}`),
    ...(checks.length > 0
      ? [heading('侵害の有無の確かめ方', 'How to check for a compromise')]
      : []),
    ...checks.map((step, index) => `${index + 1}. ${step[language]}`),
    ...(form === 'alarm'
      ? [heading('いつまでに', 'Until when'), showTime(dueAtMs, language), dueReason[language]]
      : []),
    heading('問い合わせ先', 'Whom to ask'),
    ask[language],
    ANSWER_ASK[language],
    facts.references.length > 0 ? heading('参考', 'References') : '',
    ...facts.references.slice(0, 10).map((url) => `- ${url}`),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function scoreLine(facts: VulnerabilityFacts, ja: boolean): string {
  const parts = [
    facts.cvss === undefined ? '' : `CVSS ${facts.cvss.toFixed(1)}`,
    facts.epss === undefined ? '' : `EPSS ${(facts.epss * 100).toFixed(1)} %`,
    facts.exploitedOn ? `${ja ? '悪用確認' : 'exploitation known since'} ${facts.exploitedOn}` : '',
    facts.jvnId ?? '',
  ];
  return parts.filter(Boolean).join(ja ? '、' : ', ');
}
