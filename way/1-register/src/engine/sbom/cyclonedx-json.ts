// SPDX-License-Identifier: Apache-2.0
/** CycloneDX in JSON (ECMA-424): 1.4 to 1.7, older ones as far as they agree. */
import type { ComponentCollector } from './collector.ts';
import { isRecord, type JsonRecord, recordsOf, textOf } from './json.ts';
import type { SbomDocument } from './shapes.ts';

/** What a document says of itself, without its components. */
export type SbomHead = Pick<
  SbomDocument,
  'format' | 'specVersion' | 'serial' | 'name' | 'createdAt' | 'subject'
>;

const TESTED = /^1\.[2-7]$/u;

export function isCycloneDx(value: JsonRecord): boolean {
  return value.bomFormat === 'CycloneDX';
}

/** Whether this version of CycloneDX is one that the tests cover. */
export function isTestedCycloneDx(specVersion: string): boolean {
  return TESTED.test(specVersion);
}

/** Walks the document: the described component first, then all others with what they hold. */
export function readCycloneDxJson(bom: JsonRecord, collector: ComponentCollector): SbomHead {
  const specVersion = textOf(bom.specVersion) ?? '';
  if (!isTestedCycloneDx(specVersion)) collector.note('specVersion', 'OTHER_VERSION', 0);
  const metadata = isRecord(bom.metadata) ? bom.metadata : {};
  const described = isRecord(metadata.component) ? metadata.component : undefined;
  const subject = described ? walk([described], collector) : undefined;
  walk(recordsOf(bom.components), collector);
  const serial = textOf(bom.serialNumber);
  const name = textOf(described?.name);
  const createdAt = textOf(metadata.timestamp);
  return {
    format: 'cyclonedx-json',
    specVersion,
    ...(serial && { serial }),
    ...(name && { name }),
    ...(createdAt && { createdAt }),
    ...(subject && { subject }),
  };
}

/** Depth first, without recursion. Out: reference of the first component. */
function walk(roots: readonly JsonRecord[], collector: ComponentCollector): string | undefined {
  let first: string | undefined;
  const waiting = [...roots].reverse().map((component) => ({
    component,
    parent: undefined as string | undefined,
  }));
  for (let next = waiting.pop(); next && !collector.isFull; next = waiting.pop()) {
    const ref = take(next.component, next.parent, collector);
    first ??= ref;
    for (const component of [...recordsOf(next.component.components)].reverse()) {
      waiting.push({ component, parent: ref });
    }
  }
  return first;
}

function take(
  component: JsonRecord,
  parent: string | undefined,
  collector: ComponentCollector,
): string | undefined {
  const ref = component['bom-ref'];
  if (component.type === 'cryptographic-asset') {
    const properties = isRecord(component.cryptoProperties) ? component.cryptoProperties : {};
    const { assetType } = properties;
    const detail = detailOfAsset(properties);
    collector.addCryptographicAsset({ ref, name: component.name, assetType, detail });
    return undefined;
  }
  const { name, version, type, purl, cpe } = component;
  const supplier =
    nameOf(component.supplier) ?? nameOf(component.manufacturer) ?? textOf(component.publisher);
  return collector.add({ ref, name, version, type, purl, cpe, supplier, parent });
}

function nameOf(entity: unknown): string | undefined {
  return isRecord(entity) ? textOf(entity.name) : undefined;
}

function detailOfAsset(properties: JsonRecord): string | undefined {
  const of = (key: string) => (isRecord(properties[key]) ? (properties[key] as JsonRecord) : {});
  const protocol = of('protocolProperties');
  const parts = [
    textOf(of('algorithmProperties').primitive),
    textOf(of('algorithmProperties').parameterSetIdentifier),
    textOf(of('certificateProperties').notValidAfter),
    textOf(protocol.type),
    textOf(protocol.version),
    textOf(of('relatedCryptoMaterialProperties').type),
  ];
  return parts.filter(Boolean).join(' ') || undefined;
}
