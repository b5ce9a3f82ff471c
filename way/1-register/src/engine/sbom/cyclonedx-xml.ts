// SPDX-License-Identifier: Apache-2.0
/** CycloneDX in XML. Components of tools, ancestors and recipes are not on the computer: skipped. */
import type { XmlHandler } from '../xml.ts';
import type { ComponentCollector } from './collector.ts';
import { isTestedCycloneDx, type SbomHead } from './cyclonedx-json.ts';

interface OpenComponent {
  readonly depth: number;
  readonly counted: boolean;
  readonly parent: OpenComponent | undefined;
  readonly isSubject: boolean;
  readonly texts: Record<string, string>;
  /** Set once its own fields are complete: at the first nested list or at its end. */
  ref: string | undefined;
  taken: boolean;
}

/** Paths below a component that are read. */
const FIELDS: Readonly<Record<string, string>> = {
  name: 'name',
  version: 'version',
  purl: 'purl',
  cpe: 'cpe',
  publisher: 'publisher',
  'supplier/name': 'supplier',
  'manufacturer/name': 'manufacturer',
  'cryptoProperties/assetType': 'assetType',
};
const NAMESPACE = /^https?:\/\/cyclonedx\.org\/schema\/bom\/(\d+\.\d+)$/u;
const TEXT_CHARACTERS_MAX = 10_000;

export class CycloneDxXmlHandler implements XmlHandler {
  isBom = false;
  readonly #collector: ComponentCollector;
  readonly #path: string[] = [];
  #component: OpenComponent | undefined;
  #text = '';
  #head: {
    specVersion: string;
    serial?: string;
    createdAt?: string;
    name?: string;
    subject?: string;
  } = { specVersion: '' };

  constructor(collector: ComponentCollector) {
    this.#collector = collector;
  }

  get head(): SbomHead {
    return { format: 'cyclonedx-xml', ...this.#head };
  }

  open(name: string, attributes: Readonly<Record<string, string>>, depth: number): void {
    if (depth === 1) this.#openRoot(name, attributes);
    this.#text = '';
    if (name === 'component') this.#openComponent(attributes, depth);
    // A nested list begins: what it holds points to this component, so it is taken now.
    if (name === 'components' && this.#component?.depth === depth - 1) this.#take(this.#component);
    this.#path.push(name);
  }

  text(text: string): void {
    if (this.#text.length < TEXT_CHARACTERS_MAX) this.#text += text;
  }

  close(name: string, depth: number): void {
    this.#path.pop();
    const component = this.#component;
    if (component && depth > component.depth) {
      const field = FIELDS[[...this.#path.slice(component.depth), name].join('/')];
      if (field && component.texts[field] === undefined) component.texts[field] = this.#text;
    } else if (component && name === 'component') {
      this.#take(component);
      this.#component = component.parent;
    } else if (name === 'timestamp' && this.#path.join('/') === 'bom/metadata') {
      this.#head.createdAt = this.#text.trim();
    }
    this.#text = '';
  }

  #openRoot(name: string, attributes: Readonly<Record<string, string>>): void {
    const version = Object.values(attributes).map((value) => NAMESPACE.exec(value)?.[1]);
    const found = version.find((value) => value !== undefined);
    this.isBom = name === 'bom' && found !== undefined;
    if (!found) return;
    this.#head.specVersion = found;
    if (!isTestedCycloneDx(found)) this.#collector.note('specVersion', 'OTHER_VERSION', 0);
    if (attributes.serialNumber) this.#head.serial = attributes.serialNumber;
  }

  #openComponent(attributes: Readonly<Record<string, string>>, depth: number): void {
    const path = this.#path.join('/');
    const parent = this.#component;
    const isSubject = path === 'bom/metadata';
    const nested = parent?.counted && depth === parent.depth + 2 && path.endsWith('/components');
    const counted = isSubject || path === 'bom/components' || nested === true;
    const texts: Record<string, string> = Object.create(null);
    texts.ref = attributes['bom-ref'] ?? '';
    texts.type = attributes.type ?? '';
    this.#component = { depth, counted, parent, isSubject, texts, ref: undefined, taken: false };
  }

  #take(component: OpenComponent): void {
    if (component.taken || !component.counted) return;
    component.taken = true;
    const { ref, name, version, type, purl, cpe, supplier, manufacturer, publisher, assetType } =
      component.texts;
    if (type === 'cryptographic-asset') {
      this.#collector.addCryptographicAsset({ ref, name, assetType });
      return;
    }
    component.ref = this.#collector.add({
      ref,
      name,
      version,
      type,
      purl,
      cpe,
      supplier: supplier ?? manufacturer ?? publisher,
      parent: component.parent?.ref,
    });
    if (!component.isSubject || !component.ref) return;
    this.#head.subject = component.ref;
    if (name) this.#head.name = name.trim();
  }
}
