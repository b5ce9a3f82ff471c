// SPDX-License-Identifier: Apache-2.0
/** VERIS 1.3 incidents (veriscommunity.net): one document, an array or NDJSON. */
import type { ReadItem } from '../shapes.ts';
import { Draft, type ReadContext } from './drafts.ts';
import { asFields, asNumber, asRows, asText, asTexts, child, type Fields, own } from './fields.ts';
import { EXPECTED, refuse } from './limits.ts';
import { findTechniques } from './observables.ts';
import {
  type Actions,
  discoveryOf,
  kindOf,
  personalDataOf,
  readActions,
  techniquesOf,
  vectorOf,
} from './veris-meaning.ts';
import { organisationOf, type VerisOrganisation } from './veris-organisation.ts';
import { readVerisTimes, type VerisTimes } from './veris-times.ts';

/** Reads the documents of one file; it remembers their numbers to say which came twice. */
export function verisReader(context: ReadContext): (value: unknown, line: number) => ReadItem[] {
  const lineOfReference = new Map<string, number>();
  return (value, line) => [readIncident(value, line, context, lineOfReference)];
}

const REFERENCES_MAX = 100_000;

function readIncident(
  value: unknown,
  line: number,
  context: ReadContext,
  lineOfReference: Map<string, number>,
): ReadItem {
  const document = asFields(value);
  if (!document) return refuse(line, { field: 'document', expected: EXPECTED.object });
  const refusal = findRefusal(document, line);
  if (refusal) return refusal;
  const draft = new Draft(line, context);
  const reference = draft.word('incident_id', asText(own(document, 'incident_id')));
  noteTwice(draft, reference, lineOfReference);
  const times = readVerisTimes(document);
  const actions = readActions(document);
  const kind = kindNow(document, actions, draft);
  const victim = organisationOf(document);
  const attribute = child(document, 'attribute');
  const integrity = asTexts(own(child(attribute, 'integrity'), 'variety'));
  const summary = asText(own(document, 'summary'));
  const facts = ['ransomware', 'ddos'].includes(kindOf(actions))
    ? undefined
    : typeOf(actions, integrity);
  noteTimes(draft, times);
  noteVictim(draft, victim);
  draft.lift('summary', summary);
  draft.lift('notes', asText(own(document, 'notes')));
  return draft.finish(
    {
      reference,
      kind,
      awareness: {
        at: draft.awareAt(
          'timeline',
          times.awareAt ? { at: times.awareAt, zoneAssumed: false } : undefined,
        ),
        how: discoveryOf(document),
        ...withText(
          'detail',
          draft.sentence('discovery_notes', asText(own(document, 'discovery_notes'))),
        ),
      },
      title: draft.word('title', titleOf(document, actions, summary)),
      outline: draft.text('summary', summary),
      status: containedOf(document),
      occurred: times.occurred,
      computers: assetsOf(document, draft),
      impact: impactOf(document, draft),
      malicious: maliciousOf(document),
      cause: {
        vector: vectorOf(actions),
        ...withText('text', draft.text('action', causeText(document, actions))),
        ...(actions.cves.length > 0 && { vulnerabilities: [...actions.cves] }),
      },
      techniques: findTechniques(techniquesOf(actions, integrity)),
      personalData: personalOf(attribute, draft),
      ...(kind === 'ransomware' && { ransomware: ransomwareOf(document, draft) }),
      ...(kind === 'ddos' && { ddos: { type: 'unknown' as const } }),
      ...(facts && { other: { type: facts } }),
      remarks: draft.text('remarks', remarksOf(document)),
    },
    'draft',
    { organisation: victim.organisation },
  );
}

function withText<K extends string>(key: K, text: string | undefined): { [P in K]?: string } {
  return (text === undefined ? {} : { [key]: text }) as { [P in K]?: string };
}

function findRefusal(document: Fields, line: number): ReadItem | undefined {
  const state = asText(own(document, 'security_incident'));
  if (state === 'False positive') {
    const expected = {
      ja: 'インシデント（誤検知として記録されたものは報告になりません）',
      en: 'an incident (a false positive is none and is not reported)',
    };
    return refuse(line, { field: 'security_incident', expected });
  }
  // Something of the form must be there: any other JSON would become an empty report.
  const known = ['action', 'victim', 'timeline', 'security_incident', 'actor'];
  if (known.some((key) => own(document, key) !== undefined)) return undefined;
  const expected = {
    ja: 'VERIS の項目（action, victim, timeline など）',
    en: 'fields of VERIS (action, victim, timeline)',
  };
  return refuse(line, { field: 'document', expected });
}

function noteTwice(
  draft: Draft,
  reference: string | undefined,
  lineOfReference: Map<string, number>,
): void {
  if (reference === undefined) return;
  const before = lineOfReference.get(reference);
  if (before !== undefined) {
    draft.note(
      `${before} 番目（行または要素）と同じ番号です。同じ報告として扱います。`,
      `The same number as line or element ${before}: it is the same report.`,
    );
  } else if (lineOfReference.size < REFERENCES_MAX) lineOfReference.set(reference, draft.line);
}

function kindNow(document: Fields, actions: Actions, draft: Draft) {
  const state = asText(own(document, 'security_incident'));
  if (state === 'Near miss') return 'near-miss' as const;
  if (state === 'Suspected') {
    draft.note(
      '疑いの段階のため、任意の情報提供として読み込みました。',
      'It is only suspected: read as voluntary information.',
    );
    return 'voluntary' as const;
  }
  return kindOf(actions);
}

function noteTimes(draft: Draft, times: VerisTimes): void {
  const said = {
    discovery: undefined,
    notification: [
      '覚知日は、通知・公表の日から取りました。',
      'Awareness was taken from the day of notification.',
    ],
    'notification-in-part': [
      '通知・公表は年または月までしか分からないため、その最初の日を覚知日としました。',
      'Of the notification only year or month is known: its first day was taken as awareness.',
    ],
    created: [
      '覚知日は、記録の作成日時から取りました。',
      'Awareness was taken from the time at which the record was made.',
    ],
    none: undefined,
  }[times.awareFrom];
  if (said) draft.note(said[0]!, said[1]!);
  if (times.occurredIn !== undefined) {
    draft.note(
      `発生の日は不明です（${times.occurredIn} まで分かっています）。`,
      `The day of occurrence is unknown (known: ${times.occurredIn}).`,
    );
  }
}

function noteVictim(draft: Draft, victim: VerisOrganisation): void {
  if (!victim.countryKnown) {
    draft.note(
      '被害組織の国が不明のため、日本の組織として義務を判定します。',
      'The country of the victim is not stated: duties are decided as for one in Japan.',
    );
  }
  if (victim.organisation.country !== 'JP') {
    draft.note(
      '海外の被害組織です。日本の個人情報保護法の義務はないものとして判定します。',
      'The victim is abroad: it is taken as not bound by the personal-information law of Japan.',
    );
  }
}

function titleOf(document: Fields, actions: Actions, summary: string | undefined): string {
  const named = organisationOf(document).organisation.name;
  const words = [...actions.varieties.values()].flat().filter((word) => word !== 'Unknown');
  const what = words.length > 0 ? [...new Set(words)].slice(0, 3).join(', ') : undefined;
  // The beginning of the summary, up to the end of a word.
  const start = what ?? /^[\s\S]{0,100}(?=\s|$)/.exec(summary ?? '')?.[0] ?? 'VERIS';
  return typeof named === 'string' ? `${named}: ${start}` : start;
}

function containedOf(document: Fields): 'contained' | 'unknown' {
  const containment = child(child(document, 'timeline'), 'containment');
  return asNumber(own(containment, 'value')) === undefined ? 'unknown' : 'contained';
}

const ASSETS_MAX = 100;

function assetsOf(document: Fields, draft: Draft) {
  const rows = asRows(own(child(document, 'asset'), 'assets'));
  return draft.first('asset.assets', rows, ASSETS_MAX).flatMap((row) => {
    const variety = draft.word('asset.assets.variety', asText(own(row, 'variety')));
    if (variety === undefined || variety === 'Unknown') return [];
    const amount = asNumber(own(row, 'amount'));
    const isMany = amount !== undefined && amount > 1;
    return [{ label: isMany ? draft.word('asset.assets', `${variety} (${amount})`)! : variety }];
  });
}

function impactOf(document: Fields, draft: Draft) {
  const impact = child(document, 'impact');
  const availability = child(child(document, 'attribute'), 'availability');
  const duration = child(availability, 'duration');
  const rating = asText(own(impact, 'overall_rating'));
  const lines = [
    ['availability', asTexts(own(availability, 'variety')).slice(0, 20).join(', ')],
    ['duration', textOf(duration, 'value', 'unit')],
    ['rating', rating === 'Unknown' ? undefined : rating],
    ['loss', textOf(impact, 'overall_amount', 'iso_currency_code')],
    ['notes', asText(own(impact, 'notes'))],
    ['availability notes', asText(own(availability, 'notes'))],
  ] as const;
  const text = draft.text('impact', linesOf(lines));
  const significant =
    rating === 'Catastrophic' || rating === 'Damaging'
      ? true
      : rating === 'Insignificant' || rating === 'Distracting'
        ? false
        : ('unknown' as const);
  return { ...withText('text', text), significant };
}

function textOf(fields: Fields | undefined, count: string, unit: string): string | undefined {
  const number = asNumber(own(fields, count));
  return number === undefined ? undefined : `${number} ${asText(own(fields, unit)) ?? ''}`.trim();
}

function linesOf(lines: readonly (readonly [string, string | undefined])[]): string | undefined {
  const said = lines.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  return said.length > 0 ? said.join('\n') : undefined;
}

/** Somebody outside who breaks in or plants malware means it; errors and accidents do not. */
function maliciousOf(document: Fields): boolean | 'unknown' {
  const action = child(document, 'action');
  const meant = ['hacking', 'malware', 'social', 'misuse'].some((name) => child(action, name));
  if (meant) return true;
  const accident = ['error', 'environmental'].some((name) => child(action, name));
  return accident ? false : 'unknown';
}

function causeText(document: Fields, { varieties, vectors }: Actions): string | undefined {
  const action = child(document, 'action');
  return linesOf(
    [...varieties].flatMap(([name, words]) => [
      [name, words.join(', ')] as const,
      [`${name} vector`, vectors.get(name)?.join(', ')] as const,
      [`${name} name`, asTexts(own(child(action, name), 'name')).join(', ')] as const,
      [`${name} notes`, asText(own(child(action, name), 'notes'))] as const,
    ]),
  );
}

function personalOf(attribute: Fields | undefined, draft: Draft) {
  const data = personalDataOf(child(attribute, 'confidentiality'));
  if (data === undefined) return undefined;
  if (data.persons !== undefined && data.persons !== 'unknown') {
    draft.note(
      '人数には、VERIS のデータ件数を使いました。',
      'The number of persons is the number of data sets of VERIS.',
    );
  }
  const items = draft.words('attribute.confidentiality.data', data.items ?? []);
  return { ...data, ...(data.items && { items }) };
}

function ransomwareOf(document: Fields, draft: Draft) {
  const malware = child(child(document, 'action'), 'malware');
  const family = draft.word('action.malware.name', asTexts(own(malware, 'name')).join(', '));
  const extortion = asTexts(own(child(child(document, 'action'), 'social'), 'variety'));
  return {
    effects: [
      'encryption' as const,
      ...(extortion.includes('Extortion') ? ['payment-demand' as const] : []),
    ],
    family: family ?? ('unknown' as const),
  };
}

function typeOf({ varieties }: Actions, integrity: readonly string[]) {
  if (integrity.includes('Defacement')) return 'website-defacement' as const;
  if (varieties.has('malware')) return 'malware' as const;
  if (varieties.get('social')?.includes('Phishing')) return 'phishing' as const;
  if (varieties.has('hacking')) return 'unauthorised-access' as const;
  if (varieties.has('misuse')) return 'insider' as const;
  return varieties.size > 0 ? ('other' as const) : ('unknown' as const);
}

const ACTORS = ['external', 'internal', 'partner'] as const;

/** Who, why, and where it was published: for a person to read; the record has no such field. */
function remarksOf(document: Fields): string | undefined {
  const actor = child(document, 'actor');
  const who = ACTORS.flatMap((side) => {
    const fields = child(actor, side);
    if (!fields) return [];
    const words = (key: string) =>
      asTexts(own(fields, key))
        .filter((word) => word !== 'Unknown')
        .slice(0, 10)
        .join(', ') || undefined;
    return [
      [`actor (${side})`, words('variety')] as const,
      ['motive', words('motive')] as const,
      ['actor country', words('country')] as const,
      ['actor name', words('name')] as const,
    ];
  });
  return linesOf([
    ...who,
    ['notes', asText(own(document, 'notes'))],
    ['sources', asText(own(document, 'reference'))],
    ['confidence', asText(own(document, 'confidence'))],
  ]);
}
