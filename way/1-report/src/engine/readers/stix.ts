// SPDX-License-Identifier: Apache-2.0
/**
 * STIX 2.1 bundles: one report for each incident with what it is related to. A bundle without an
 * incident becomes one piece of voluntary information with its indicators.
 */
import { type Indicator, type RecordInput, TEXT_MAX } from '../record.ts';
import type { ReadItem } from '../shapes.ts';
import { Draft, type ReadContext } from './drafts.ts';
import { asFields, asRows, asText, asTexts, child, type Fields, own } from './fields.ts';
import { readMachineTime, type TimeReading } from './instants.ts';
import { atMost, EXPECTED, refuse } from './limits.ts';
import { distinct, findCves, mailIndicator } from './observables.ts';
import { indicatorsOfObservable, indicatorsOfPattern, techniqueIdsOf } from './stix-patterns.ts';

const OBJECTS_MAX = 20_000;
const INDICATORS_MAX = 1_000;
/** Incidents of one bundle, and objects that are looked at for each of them. */
const [INCIDENTS_MAX, BELONGING_MAX] = [200, 5_000];

export function stixReader(context: ReadContext): (value: unknown, line: number) => ReadItem[] {
  return (value, line) => {
    const document = asFields(value);
    if (!document) return [refuse(line, { field: 'document', expected: EXPECTED.object })];
    const isBundle = asText(own(document, 'type')) === 'bundle';
    const all = isBundle ? asRows(own(document, 'objects')) : [document];
    const objects = all.slice(0, OBJECTS_MAX).filter((one) => asText(own(one, 'type')));
    if (objects.length === 0) {
      const expected = { ja: 'STIX オブジェクトの一覧', en: 'a list of STIX objects' };
      return [refuse(line, { field: 'objects', expected })];
    }
    const bundle = new Bundle(objects);
    const incidents = bundle.ofType('incident');
    const isCut = all.length > OBJECTS_MAX;
    if (incidents.length > INCIDENTS_MAX) {
      const expected = atMost(
        INCIDENTS_MAX,
        '1 つのバンドルのインシデントは',
        'incidents a bundle',
      );
      return [refuse(line, { field: 'objects', expected })];
    }
    const parts = incidents.length > 0 ? incidents : [undefined];
    return parts.map((incident) => readIncident(bundle, incident, isCut, line, context));
  };
}

/** Objects by id, and which are joined by a relationship, a sighting or a reference. */
class Bundle {
  readonly #objects: readonly Fields[];
  readonly #byType = new Map<string, Fields[]>();
  readonly #indicators = new Map<Fields, readonly Indicator[]>();
  readonly #byId = new Map<string, Fields>();
  readonly #neighbours = new Map<string, Set<string>>();

  constructor(objects: readonly Fields[]) {
    this.#objects = objects;
    for (const object of objects) {
      const id = idOf(object);
      if (id) this.#byId.set(id, object);
      const alike = this.#byType.get(typeOf(object));
      if (alike) alike.push(object);
      else this.#byType.set(typeOf(object), [object]);
    }
    for (const object of objects) this.#join(object);
  }

  ofType(...types: string[]): Fields[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /** Worked out once, however many incidents share the object. */
  indicatorsOf(object: Fields): readonly Indicator[] {
    const known = this.#indicators.get(object);
    if (known) return known;
    const found =
      typeOf(object) === 'indicator'
        ? indicatorsOfPattern(asText(own(object, 'pattern')) ?? '', 'attacker')
        : indicatorsOfObservable(object, 'unknown');
    this.#indicators.set(object, found);
    return found;
  }

  all(): readonly Fields[] {
    return this.#objects;
  }

  get(id: string | undefined): Fields | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** What belongs to an incident: up to three joints away, never through another incident. */
  belongingTo(incident: Fields): Fields[] {
    const start = idOf(incident) ?? '';
    const seen = new Set([start]);
    let border = [start];
    for (let joint = 0; joint < 3; joint += 1) {
      const next: string[] = [];
      for (const id of border) {
        for (const other of this.#neighbours.get(id) ?? []) {
          if (seen.has(other) || other.startsWith('incident--')) continue;
          if (seen.size > BELONGING_MAX) break;
          seen.add(other);
          // Who wrote something joins everything that he wrote: such a joint leads nowhere.
          if (!other.startsWith('identity--')) next.push(other);
        }
      }
      border = next;
    }
    return [...seen].flatMap((id): Fields[] => {
      const object = this.#byId.get(id);
      return object ? [object] : [];
    });
  }

  #join(object: Fields): void {
    const id = idOf(object);
    const ends = ['source_ref', 'target_ref', 'sighting_of_ref'].map((key) =>
      asText(own(object, key)),
    );
    const lists = ['object_refs', 'observed_data_refs', 'where_sighted_refs'].flatMap((key) =>
      asTexts(own(object, key)).slice(0, OBJECTS_MAX),
    );
    for (const end of [...ends, ...lists]) if (id && end) this.#link(id, end);
  }

  #link(a: string, b: string): void {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = this.#neighbours.get(from) ?? new Set<string>();
      this.#neighbours.set(from, known.add(to));
    }
  }
}

function typeOf(object: Fields): string {
  return asText(own(object, 'type')) ?? '';
}

function idOf(object: Fields): string | undefined {
  return asText(own(object, 'id'));
}

function readIncident(
  bundle: Bundle,
  incident: Fields | undefined,
  isCut: boolean,
  line: number,
  context: ReadContext,
): ReadItem {
  const draft = new Draft(line, context);
  const parts = partsOf(bundle, incident, isCut, draft);
  const main = incident ?? mainOf(bundle);
  const extension = incident && extensionOf(incident);
  const time = timeOf(main, extension, draft);
  const description = asText(own(main, 'description'));
  const of = (...types: string[]) => parts.filter((one) => types.includes(typeOf(one)));
  const malware = of('malware');
  draft.lift('description', description);
  const kind = kindOf(incident, extension, malware);
  if (!incident) {
    draft.note(
      'インシデントの記述がないため、任意の情報提供として読み込みました。',
      'The bundle describes no incident: read as voluntary information.',
    );
  }
  const vulnerabilities = of('vulnerability').flatMap((one) =>
    findCves([asText(own(one, 'name')), ...referenceIds(one)].join(' ')),
  );
  return draft.finish(
    {
      reference: draft.word('id', idOf(main ?? {})),
      kind,
      awareness: { at: draft.awareAt('created', time), how: howOf(extension) },
      title: draft.word('name', asText(own(main, 'name'))) ?? 'STIX',
      outline: draft.text('description', description),
      status: statusOf(extension),
      malicious: incident ? 'unknown' : undefined,
      indicators: draft.first('indicators', indicatorsOf(bundle, parts, draft), INDICATORS_MAX),
      techniques: draft.first(
        'attack-pattern',
        [...new Set(of('attack-pattern').flatMap(techniqueIdsOf))],
        200,
      ),
      cause:
        vulnerabilities.length > 0
          ? {
              vector: 'vulnerability',
              vulnerabilities: draft.words('vulnerability', vulnerabilities),
            }
          : undefined,
      contacts: contactsOf(bundle, main, draft),
      ...(kind === 'ransomware' && {
        ransomware: { family: draft.word('malware', nameOf(malware[0])) ?? 'unknown' },
      }),
      remarks: draft.text('remarks', remarksOf(of, bundle)),
    },
    'draft',
  );
}

/** What the draft is made of: all of the bundle, or what belongs to one of its incidents. */
function partsOf(
  bundle: Bundle,
  incident: Fields | undefined,
  isCut: boolean,
  draft: Draft,
): readonly Fields[] {
  if (isCut) {
    draft.note(
      'オブジェクトが多いため、一部だけを読みました。',
      `Only the first ${OBJECTS_MAX} objects were read.`,
    );
  }
  if (incident === undefined || bundle.ofType('incident').length === 1) return bundle.all();
  const parts = bundle.belongingTo(incident);
  if (parts.length > BELONGING_MAX) {
    draft.note(
      '関連するオブジェクトが多いため、一部だけを読みました。',
      `Only ${BELONGING_MAX} of the related objects were read.`,
    );
  }
  return parts;
}

function indicatorsOf(bundle: Bundle, parts: readonly Fields[], draft: Draft): Indicator[] {
  const isPattern = (one: Fields) => typeOf(one) === 'indicator';
  const byPattern = parts.filter(isPattern).map((one) => bundle.indicatorsOf(one));
  const observed = parts.flatMap((one) => (isPattern(one) ? [] : bundle.indicatorsOf(one)));
  const untaken = byPattern.filter((found) => found.length === 0).length;
  if (untaken > 0) {
    draft.note(
      `値の一致で書かれていない指標など ${untaken} 件は取り込めませんでした。`,
      `${untaken} indicators could not be taken: they do not name a value of a type that we keep.`,
    );
  }
  return distinct([...byPattern.flat(), ...observed]);
}

/** Without an incident: the report, campaign or indicator that gives the bundle its name. */
function mainOf(bundle: Bundle): Fields | undefined {
  for (const type of ['report', 'grouping', 'campaign', 'intrusion-set', 'sighting', 'indicator']) {
    const [first] = bundle.ofType(type);
    if (first) return first;
  }
  return (
    bundle.ofType('malware', 'threat-actor', 'identity', 'marking-definition')[0] ?? bundle.all()[0]
  );
}

/** The incident extension (OASIS CTI common objects), under whatever id it is stored. */
function extensionOf(incident: Fields): Fields | undefined {
  const extensions = child(incident, 'extensions');
  for (const key of Object.keys(extensions ?? {}).slice(0, 20)) {
    const one = child(extensions, key);
    const known = ['incident_types', 'investigation_status', 'determination', 'detection_methods'];
    if (known.some((name) => own(one, name) !== undefined)) return one;
  }
  return incident;
}

function timeOf(
  main: Fields | undefined,
  extension: Fields | undefined,
  draft: Draft,
): TimeReading | undefined {
  const stated = readMachineTime(own(extension, 'detected_at') ?? own(extension, 'first_seen'));
  if (stated) return stated;
  const created = readMachineTime(own(main, 'created'));
  if (created) {
    draft.note(
      '覚知日時は、STIX オブジェクトの作成日時から取りました。',
      'Awareness was taken from the time at which the STIX object was made.',
    );
  }
  return created;
}

function kindOf(
  incident: Fields | undefined,
  extension: Fields | undefined,
  malware: readonly Fields[],
): RecordInput['kind'] {
  if (!incident) return 'voluntary';
  const types = asTexts(own(extension, 'incident_types')).map((one) => one.toLowerCase());
  const labels = [...types, ...asTexts(own(incident, 'labels')), ...asTexts(own(incident, 'name'))]
    .join(' ')
    .toLowerCase();
  const isRansom = malware.some((one) =>
    asTexts(own(one, 'malware_types')).some((type) => type === 'ransomware'),
  );
  if (isRansom || /ransomware|ランサム/.test(labels)) return 'ransomware';
  if (/\bd?dos\b|denial[- ]of[- ]service/.test(labels)) return 'ddos';
  const determination = asText(own(extension, 'determination'));
  return determination === 'blocked' || determination === 'failed-attempt' ? 'near-miss' : 'other';
}

function statusOf(
  extension: Fields | undefined,
): 'ongoing' | 'contained' | 'recovered' | 'unknown' {
  const status = asText(own(extension, 'investigation_status')) ?? '';
  if (status === 'closed') return 'recovered';
  return ['new', 'open', 'in-progress'].includes(status) ? 'ongoing' : 'unknown';
}

function howOf(extension: Fields | undefined): 'monitoring' | 'staff' | 'third-party' | 'unknown' {
  const methods = asTexts(own(extension, 'detection_methods')).join(' ');
  if (/user-reporting|human-review/.test(methods)) return 'staff';
  if (/external|third|partner|notification/.test(methods)) return 'third-party';
  return methods === '' ? 'unknown' : 'monitoring';
}

/** People and organisations that are joined to the incident as its author or its target. */
function contactsOf(bundle: Bundle, main: Fields | undefined, draft: Draft) {
  const author = bundle.get(asText(own(main, 'created_by_ref')));
  const others = bundle.ofType('identity');
  const identities = [...new Set(author ? [author, ...others] : others)].slice(0, 10);
  return identities.flatMap((one) => {
    const name = draft.word('identity.name', asText(own(one, 'name')));
    if (name === undefined) return [];
    const found = asText(own(one, 'contact_information'));
    const email = mailIndicator(found, 'contact')?.value;
    const role =
      one === author ? 'author' : draft.word('identity.class', asText(own(one, 'identity_class')));
    const phone = email ? undefined : draft.word('identity.contact_information', found);
    return [{ name, ...(role && { role }), ...(email && { email }), ...(phone && { phone }) }];
  });
}

function referenceIds(object: Fields): string[] {
  return asRows(own(object, 'external_references'))
    .slice(0, 50)
    .flatMap((one) => asText(own(one, 'external_id')) ?? []);
}

function nameOf(object: Fields | undefined): string | undefined {
  return asText(own(object, 'name'));
}

function remarksOf(of: (...types: string[]) => Fields[], bundle: Bundle): string | undefined {
  const lines = [
    'threat-actor',
    'intrusion-set',
    'campaign',
    'malware',
    'tool',
    'attack-pattern',
  ].flatMap((type) => {
    const names = [...new Set(of(type).flatMap((one) => nameOf(one) ?? []))].slice(0, 30);
    return names.length > 0 ? [`${type}: ${names.join(', ')}`] : [];
  });
  const sectors = bundle
    .ofType('identity')
    .flatMap((one) => asTexts(own(one, 'sectors')))
    .slice(0, 20);
  if (sectors.length > 0) lines.push(`sectors: ${[...new Set(sectors)].join(', ')}`);
  return lines.length > 0 ? lines.join('\n').slice(0, TEXT_MAX.text) : undefined;
}
