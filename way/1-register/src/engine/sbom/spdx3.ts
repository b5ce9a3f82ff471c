// SPDX-License-Identifier: Apache-2.0
/** SPDX 3.0 in JSON-LD: a graph of elements; packages are taken, agents give their suppliers. */
import type { ComponentCollector } from './collector.ts';
import type { SbomHead } from './cyclonedx-json.ts';
import { isRecord, type JsonRecord, recordsOf, textOf } from './json.ts';

const CONTEXT = /^https:\/\/spdx\.(?:org|github\.io)\/.*spdx-context\.jsonld$/u;
const PACKAGE = /^(?:software_|ai_|dataset_)?(?:AI|Dataset)?Package$/u;

export function isSpdx3(value: JsonRecord): boolean {
  const contexts = [value['@context']].flat();
  return contexts.some((context) => typeof context === 'string' && CONTEXT.test(context));
}

/**
 * Reads the graph. The context is recognised by its name and never fetched: the serialisation of
 * SPDX 3 fixes the short names of all members.
 */
export function readSpdx3(document: JsonRecord, collector: ComponentCollector): SbomHead {
  const elements = Array.isArray(document['@graph'])
    ? recordsOf(document['@graph'])
    : [document as JsonRecord];
  const byId = new Map<string, JsonRecord>();
  for (const element of elements) {
    const id = textOf(element.spdxId) ?? textOf(element['@id']);
    if (id) byId.set(id, element);
  }
  const refs = new Map<string, string>();
  for (const element of elements) {
    if (collector.isFull) break;
    if (!PACKAGE.test(textOf(element.type) ?? textOf(element['@type']) ?? '')) continue;
    const ref = takePackage(element, byId, collector);
    const id = textOf(element.spdxId);
    if (id && ref) refs.set(id, ref);
  }
  return headOf(elements, byId, refs, collector);
}

function takePackage(
  element: JsonRecord,
  byId: ReadonlyMap<string, JsonRecord>,
  collector: ComponentCollector,
): string | undefined {
  const identifiers = recordsOf(element.externalIdentifier).map((one) => ({
    type: textOf(one.externalIdentifierType) ?? '',
    identifier: one.identifier,
  }));
  const of = (type: string) => identifiers.find((one) => one.type === type)?.identifier;
  return collector.add({
    ref: element.spdxId,
    name: element.name,
    version: element.software_packageVersion,
    supplier: agentName(element.suppliedBy, byId) ?? agentName(element.originatedBy, byId),
    type: element.software_primaryPurpose,
    purl: element.software_packageUrl ?? of('packageUrl'),
    cpe: of('cpe23') ?? of('cpe22'),
  });
}

/** Name of an organisation given by reference or in place; people and tools are no suppliers. */
function agentName(value: unknown, byId: ReadonlyMap<string, JsonRecord>): string | undefined {
  for (const one of [value].flat()) {
    const agent = typeof one === 'string' ? byId.get(one) : one;
    if (isRecord(agent) && agent.type !== 'Person' && agent.type !== 'SoftwareAgent') {
      const name = textOf(agent.name);
      if (name) return name;
    }
  }
  return undefined;
}

function headOf(
  elements: readonly JsonRecord[],
  byId: ReadonlyMap<string, JsonRecord>,
  refs: ReadonlyMap<string, string>,
  collector: ComponentCollector,
): SbomHead {
  const document = elements.find((element) => element.type === 'SpdxDocument');
  const sbom = elements.find((element) => element.type === 'software_Sbom');
  const info = document?.creationInfo ?? elements.find((one) => one.creationInfo)?.creationInfo;
  const creation = typeof info === 'string' ? (byId.get(info) ?? blankNode(elements, info)) : info;
  const specVersion = isRecord(creation) ? (textOf(creation.specVersion) ?? '3.0') : '3.0';
  if (!/^3\.0(?:\.\d+)?$/u.test(specVersion)) collector.note('specVersion', 'OTHER_VERSION', 0);
  const roots = [sbom?.rootElement, document?.rootElement].flat();
  const subject = roots.map((id) => refs.get(String(id))).find((ref) => ref !== undefined);
  const [serial, name] = [textOf(document?.spdxId), textOf(document?.name)];
  const createdAt = isRecord(creation) ? textOf(creation.created) : undefined;
  return {
    format: 'spdx3',
    specVersion,
    ...(serial && { serial }),
    ...(name && { name }),
    ...(createdAt && { createdAt }),
    ...(subject && { subject }),
  };
}

function blankNode(elements: readonly JsonRecord[], id: string): JsonRecord | undefined {
  return elements.find((element) => element['@id'] === id);
}
