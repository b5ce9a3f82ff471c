// SPDX-License-Identifier: Apache-2.0
/** Collects components while a document is read: bounds, unique references, sound identifiers. */
import { parseCpe } from '@sakimori/vocabulary';
import type { SbomLimits } from '../limits.ts';
import { isPackageUrl } from '../package-urls.ts';
import { hasControlCharacters } from '../values.ts';
import {
  type CryptographicAsset,
  noteOf,
  type SbomComponent,
  type SbomNote,
  type SbomNoteCode,
} from './shapes.ts';

/** A component as the document states it; every part may be anything. */
export interface RawComponent {
  readonly ref?: unknown;
  readonly name?: unknown;
  readonly version?: unknown;
  readonly supplier?: unknown;
  readonly type?: unknown;
  readonly purl?: unknown;
  readonly cpe?: unknown;
  readonly parent?: string | undefined;
}

const NOTES_MAX = 1_000;

export class ComponentCollector {
  readonly components: SbomComponent[] = [];
  readonly cryptographicAssets: CryptographicAsset[] = [];
  readonly notes: SbomNote[] = [];
  noteCount = 0;
  readonly #limits: SbomLimits;
  readonly #refs = new Set<string>();
  #position = 0;

  constructor(limits: SbomLimits) {
    this.#limits = limits;
  }

  /** True when the document has more than may be taken: the whole document is then refused. */
  get isFull(): boolean {
    return this.#position > this.#limits.componentsMax;
  }

  note(field: string | null, code: SbomNoteCode, position = this.#position): void {
    this.noteCount += 1;
    if (this.notes.length >= NOTES_MAX) return;
    const charactersMax = this.#limits.fieldCharactersMax;
    this.notes.push(noteOf(position, field, code, { charactersMax }));
  }

  /** Takes one component. Out: its reference, unique in the document; undefined when left out. */
  add(raw: RawComponent): string | undefined {
    this.#position += 1;
    if (this.isFull) return undefined;
    const name = this.#text('name', raw.name);
    if (!name) {
      this.note('name', 'NO_NAME');
      return undefined;
    }
    const parts = {
      version: this.#text('version', raw.version),
      supplier: this.#text('supplier', raw.supplier),
      purl: this.#purl(raw.purl),
      cpe: this.#cpe(raw.cpe),
      parent: raw.parent,
    };
    const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value));
    const ref = this.#ref(raw.ref);
    this.components.push({ ref, name, type: this.#text('type', raw.type) ?? 'unknown', ...given });
    return ref;
  }

  addCryptographicAsset(raw: RawComponent & { assetType?: unknown; detail?: unknown }): void {
    this.#position += 1;
    if (this.isFull) return;
    const name = this.#text('name', raw.name);
    if (!name) {
      this.note('name', 'NO_NAME');
      return;
    }
    const assetType = this.#text('assetType', raw.assetType) ?? 'unknown';
    const detail = this.#text('detail', raw.detail);
    const ref = this.#ref(raw.ref);
    this.cryptographicAssets.push({ ref, name, assetType, ...(detail && { detail }) });
  }

  #text(field: string, value: unknown): string | undefined {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string') return undefined;
    const tidy = text.replace(/\s+/gu, ' ').trim();
    if (tidy === '' || tidy === 'NOASSERTION' || tidy === 'NONE') return undefined;
    if (tidy.length > this.#limits.fieldCharactersMax || hasControlCharacters(tidy)) {
      this.note(field, 'FIELD_TOO_LONG');
      return undefined;
    }
    return tidy;
  }

  #cpe(value: unknown): string | undefined {
    const text = this.#text('cpe', value);
    if (text === undefined || parseCpe(text).ok) return text;
    this.note('cpe', 'NOT_A_CPE');
    return undefined;
  }

  #purl(value: unknown): string | undefined {
    const text = this.#text('purl', value);
    if (text === undefined || isPackageUrl(text)) return text;
    this.note('purl', 'NOT_A_PURL');
    return undefined;
  }

  #ref(value: unknown): string {
    const given = typeof value === 'string' && value.length <= 500 ? value : '';
    const repeated = given !== '' && this.#refs.has(given);
    if (repeated) this.note('ref', 'SAME_REF');
    const ref = given === '' || repeated ? `${given}#${this.#position}` : given;
    this.#refs.add(ref);
    return ref;
  }
}
