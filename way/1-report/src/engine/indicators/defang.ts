// SPDX-License-Identifier: Apache-2.0
/** Indicators as they are shown: nothing follows them by mistake. And back. */
import type { IndicatorType } from '../record.ts';
import { makeReadable } from './readable-text.ts';
import { schemeAt } from './schemes.ts';

/**
 * Writes an indicator so that neither a program nor a hurried click follows it.
 *
 * In     type and canonical value
 * Out    `198[.]51[.]100[.]7`, `2001[:]db8[:][:]7`, `a[@]example[.]com`, `hxxps://example[.]com/x`;
 *        digests, CVE numbers and coins as they are
 */
export function defang(type: IndicatorType, value: string): string {
  switch (type) {
    case 'ipv4':
    case 'domain':
      return value.replaceAll('.', '[.]');
    case 'ipv6':
      return value.replaceAll(':', '[:]');
    case 'email':
      return value.replaceAll('.', '[.]').replace('@', '[@]');
    case 'url':
      return defangUrl(value);
    default:
      return value;
  }
}

function defangUrl(value: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(value);
  if (!match) return value.replaceAll('.', '[.]');
  const [all, scheme, host] = match as unknown as [string, string, string];
  const rest = value.slice(all.length);
  const shown = /^https?$/i.test(scheme)
    ? `${scheme.replace(/tt/i, 'xx')}://`
    : /^ftps?$/i.test(scheme)
      ? `${scheme.replace(/t/i, 'x')}://`
      : `${scheme}[:]//`;
  return `${shown}${host.replaceAll('.', '[.]')}${rest}`;
}

/**
 * Undoes what people and programs do to addresses so that nobody follows them.
 *
 * In     any text
 * Out    the same text with signs and schemes as they were, full-width forms narrowed and hidden
 *        characters taken out; never a canonical value: that is what `liftIndicators` gives
 */
export function refang(text: string): string {
  const { characters } = makeReadable(text, 'nothing');
  let result = '';
  let done = 0;
  for (let at = characters.indexOf('://'); at >= 0; at = characters.indexOf('://', at + 3)) {
    const scheme = schemeAt(characters, at);
    if (!scheme || scheme.from < done) continue;
    result += characters.slice(done, scheme.from) + scheme.name;
    done = at;
  }
  return result + characters.slice(done);
}
