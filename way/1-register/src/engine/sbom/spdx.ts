// SPDX-License-Identifier: Apache-2.0
/** SPDX 2.2 and 2.3 (ISO/IEC 5962): JSON and tag-value; packages only, files are not products. */
import type { ComponentCollector, RawComponent } from './collector.ts';
import type { SbomHead } from './cyclonedx-json.ts';
import { isRecord, type JsonRecord, recordsOf, textOf } from './json.ts';

const TESTED = /^SPDX-2\.[23]$/u;

export function isSpdx2(value: JsonRecord): boolean {
  return typeof value.spdxVersion === 'string' && value.spdxVersion.startsWith('SPDX-2.');
}

export function readSpdxJson(document: JsonRecord, collector: ComponentCollector): SbomHead {
  const version = textOf(document.spdxVersion) ?? '';
  if (!TESTED.test(version)) collector.note('spdxVersion', 'OTHER_VERSION', 0);
  const described = describedIds(document);
  let subject: string | undefined;
  for (const entry of recordsOf(document.packages)) {
    if (collector.isFull) break;
    const ref = collector.add(rawOfPackage(entry));
    if (typeof entry.SPDXID === 'string' && described.has(entry.SPDXID)) subject ??= ref;
  }
  const creation = isRecord(document.creationInfo) ? document.creationInfo : {};
  const [serial, name] = [textOf(document.documentNamespace), textOf(document.name)];
  const createdAt = textOf(creation.created);
  return {
    format: 'spdx-json',
    specVersion: version.replace('SPDX-', ''),
    ...(serial && { serial }),
    ...(name && { name }),
    ...(createdAt && { createdAt }),
    ...(subject && { subject }),
  };
}

function describedIds(document: JsonRecord): ReadonlySet<unknown> {
  const listed = Array.isArray(document.documentDescribes) ? document.documentDescribes : [];
  const related = recordsOf(document.relationships)
    .filter((relationship) => relationship.relationshipType === 'DESCRIBES')
    .map((relationship) => relationship.relatedSpdxElement);
  return new Set([...listed, ...related]);
}

function rawOfPackage(entry: JsonRecord): RawComponent {
  const references = recordsOf(entry.externalRefs).map((reference) => ({
    type: textOf(reference.referenceType) ?? '',
    locator: reference.referenceLocator,
  }));
  return {
    ref: entry.SPDXID,
    name: entry.name,
    version: entry.versionInfo,
    supplier: supplierOf(entry.supplier) ?? supplierOf(entry.originator),
    type: textOf(entry.primaryPackagePurpose)?.toLowerCase(),
    ...identifiersOf(references),
  };
}

/** `Organization: Name (mail@example.com)` without its kind and its address. */
function supplierOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (!text || text === 'NOASSERTION' || /^(?:Person|Tool):/u.test(text)) return undefined;
  return text.replace(/^Organization:\s*/u, '').replace(/\s*\([^()]*\)\s*$/u, '') || undefined;
}

/** The first package URL and the best CPE among external references. */
function identifiersOf(
  references: readonly { readonly type: string; readonly locator: unknown }[],
): Pick<RawComponent, 'purl' | 'cpe'> {
  const of = (pattern: RegExp) => references.find(({ type }) => pattern.test(type))?.locator;
  return { purl: of(/(?:^|\/)(?:purl|packageUrl)$/u), cpe: of(/cpe23/u) ?? of(/cpe22/u) };
}

const PACKAGE_TAGS: Readonly<Record<string, 'ref' | 'version' | 'type'>> = {
  SPDXID: 'ref',
  PackageVersion: 'version',
  PrimaryPackagePurpose: 'type',
};

interface OpenPackage {
  readonly raw: Record<string, unknown>;
  readonly references: { type: string; locator: unknown }[];
}

/** Reads `Tag: value` lines; texts between <text> and </text> are passed over. */
export function readSpdxTagValue(text: string, collector: ComponentCollector): SbomHead {
  const head: Record<string, string> = {};
  let open: OpenPackage | undefined;
  let inText = false;
  const close = () => {
    if (open) collector.add({ ...open.raw, ...identifiersOf(open.references) });
    open = undefined;
  };
  for (const line of linesOf(text)) {
    if (collector.isFull) break;
    if (inText) {
      inText = !line.includes('</text>');
      continue;
    }
    const match = /^([A-Za-z]+):\s*(.*)$/u.exec(line);
    if (!match) continue;
    const [tag, value] = [match[1]!, match[2]!.trim()];
    inText = value.includes('<text>') && !value.includes('</text>');
    if (tag === 'PackageName') {
      close();
      open = { raw: { name: value }, references: [] };
    } else if (tag === 'FileName' || tag === 'SnippetSPDXID' || tag === 'LicenseID') close();
    else if (open) takeTag(open, tag, value);
    else head[tag] ??= value;
  }
  close();
  const version = head.SPDXVersion ?? '';
  if (!TESTED.test(version)) collector.note('SPDXVersion', 'OTHER_VERSION', 0);
  return {
    format: 'spdx-tag-value',
    specVersion: version.replace('SPDX-', ''),
    ...(head.DocumentNamespace && { serial: head.DocumentNamespace }),
    ...(head.DocumentName && { name: head.DocumentName }),
    ...(head.Created && { createdAt: head.Created }),
  };
}

function takeTag(open: OpenPackage, tag: string, value: string): void {
  const part = PACKAGE_TAGS[tag];
  if (part) open.raw[part] = part === 'type' ? value.toLowerCase() : value;
  else if (tag === 'PackageSupplier') open.raw.supplier = supplierOf(value) ?? open.raw.supplier;
  else if (tag === 'PackageOriginator') open.raw.supplier ??= supplierOf(value);
  else if (tag === 'ExternalRef') {
    const [, type, locator] = /^\S+\s+(\S+)\s+(\S+)$/u.exec(value) ?? [];
    if (type && open.references.length < 1_000) open.references.push({ type, locator });
  }
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start <= text.length) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    yield text.slice(start, end).trimEnd();
    start = end + 1;
  }
}
