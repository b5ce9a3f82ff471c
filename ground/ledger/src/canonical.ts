// SPDX-License-Identifier: Apache-2.0
/** Canonical JSON (RFC 8785): one value, one text. */

const DEPTH_MAX = 32;
/** ASCII in which JSON escapes nothing: most of what is written here. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Writes a value as canonical JSON.
 *
 * In      null, booleans, finite numbers, strings without lone surrogates, arrays, plain objects;
 *         nested at most 32 deep
 * Out     text: members sorted by UTF-16 code units, no white space, numbers as ECMAScript writes
 *         them
 * Throws  TypeError for anything else: undefined, NaN, bigint, dates, class instances
 * Law     RFC 8785
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > DEPTH_MAX) throw new TypeError('canonical JSON: nested too deep');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON: number is not finite');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (PLAIN.test(value)) return `"${value}"`;
    // RFC 8785 section 3.2.2.2: a lone surrogate has no UTF-8 form and must be refused.
    if (!value.isWellFormed()) throw new TypeError('canonical JSON: lone surrogate');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    const items: string[] = [];
    // An index loop, because map() would pass over holes in silence.
    for (let i = 0; i < value.length; i += 1) items.push(write(value[i], depth + 1));
    return `[${items.join(',')}]`;
  }
  if (typeof value !== 'object')
    throw new TypeError(`canonical JSON: no place for ${typeof value}`);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('canonical JSON: plain objects only');
  }
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[name];
    text += `${text === '' ? '' : ','}${write(name, depth)}:${write(member, depth + 1)}`;
  }
  return `{${text}}`;
}
