// SPDX-License-Identifier: Apache-2.0
/** Reading an SBOM of any supported format. */
import { SBOM_LIMITS, type SbomLimits } from '../limits.ts';
import { XmlReader } from '../xml.ts';
import { ComponentCollector } from './collector.ts';
import { isCycloneDx, readCycloneDxJson, type SbomHead } from './cyclonedx-json.ts';
import { CycloneDxXmlHandler } from './cyclonedx-xml.ts';
import { isRecord, readJson } from './json.ts';
import type { SbomFault, SbomReading } from './shapes.ts';
import { isSpdx2, readSpdxJson, readSpdxTagValue } from './spdx.ts';
import { isSpdx3, readSpdx3 } from './spdx3.ts';

/**
 * Reads a software bill of materials.
 *
 * In     the whole file: CycloneDX (JSON, XML), SPDX 2.2-2.3 (JSON, tag-value), SPDX 3.0 (JSON-LD);
 *        recognised by content, never by file name
 * Out    the components with what was tolerated, or the fault for which the whole file is refused
 * Never  throws on content, fetches a context or schema, expands an entity, takes licences
 */
export function readSbom(bytes: Uint8Array, limits: SbomLimits = SBOM_LIMITS): SbomReading {
  if (bytes.length > limits.bytesMax) return { ok: false, fault: 'TOO_LARGE' };
  const collector = new ComponentCollector(limits);
  const start = bytes.subarray(0, 1_024).findIndex((byte) => byte > 0x20 && byte < 0x80);
  const first = bytes[start];
  const head =
    first === 0x3c /* < */ ? readXml(bytes, limits, collector) : readText(bytes, limits, collector);
  if (typeof head === 'string') return { ok: false, fault: head };
  if (collector.isFull) return { ok: false, fault: 'TOO_MANY_COMPONENTS' };
  const { components, cryptographicAssets, notes, noteCount } = collector;
  return { ok: true, document: { ...head, components, cryptographicAssets, notes, noteCount } };
}

function readText(
  bytes: Uint8Array,
  limits: SbomLimits,
  collector: ComponentCollector,
): SbomHead | SbomFault {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return 'NOT_UTF8';
  }
  if (/^\s*SPDXVersion:/mu.test(text.slice(0, 4_096)) && !text.trimStart().startsWith('{')) {
    return readSpdxTagValue(text, collector);
  }
  const json = readJson(text, limits.depthMax);
  if ('fault' in json) return json.fault;
  if (!isRecord(json.value)) return 'NOT_AN_SBOM';
  if (isCycloneDx(json.value)) return readCycloneDxJson(json.value, collector);
  if (isSpdx2(json.value)) return readSpdxJson(json.value, collector);
  return isSpdx3(json.value) ? readSpdx3(json.value, collector) : 'NOT_AN_SBOM';
}

function readXml(
  bytes: Uint8Array,
  limits: SbomLimits,
  collector: ComponentCollector,
): SbomHead | SbomFault {
  const handler = new CycloneDxXmlHandler(collector);
  const xml = new XmlReader(handler, limits.depthMax);
  const size = 256 * 1024;
  for (let at = 0; at < bytes.length; at += size) {
    const fault = xml.write(bytes.subarray(at, at + size));
    if (fault) return fault;
    if (collector.isFull) return 'TOO_MANY_COMPONENTS';
    if (at === 0 && bytes.length > size && !handler.isBom) return 'NOT_AN_SBOM';
  }
  const fault = xml.end();
  if (fault) return fault;
  return handler.isBom ? handler.head : 'NOT_AN_SBOM';
}
