// SPDX-License-Identifier: Apache-2.0
/** Documents inside the envelopes in which search engines and webhooks hand them over. */
import { asFields, asRows, child, type Fields, own } from './fields.ts';

/**
 * The documents of an envelope.
 *
 * In     an alert itself, a hit (`_source`, or `fields` with lists), an answer of a search
 *        (`hits.hits`), or a list under `alerts`, `context.alerts` or `docs`
 * Out    the documents in their order; a document without an envelope is itself
 */
export function hitsOf(document: Fields): Fields[] {
  const hits = own(child(document, 'hits'), 'hits');
  if (Array.isArray(hits)) return asRows(hits).map(inside);
  for (const list of [
    own(document, 'alerts'),
    own(child(document, 'context'), 'alerts'),
    own(document, 'docs'),
  ]) {
    if (Array.isArray(list)) return asRows(list).map(inside);
  }
  return [inside(document)];
}

function inside(hit: Fields): Fields {
  const source = asFields(own(hit, '_source'));
  const fields = asFields(own(hit, 'fields'));
  if (source) return source;
  // A hit has its index beside it; `fields` alone may be a field of the alert.
  return fields && own(hit, '_index') !== undefined ? fields : hit;
}
