// SPDX-License-Identifier: Apache-2.0
/** Software bills of materials (SBOM): one shape for every format. */
import { fillText } from '@sakimori/vocabulary';

export type SbomFormat =
  | 'cyclonedx-json'
  | 'cyclonedx-xml'
  | 'spdx-json'
  | 'spdx-tag-value'
  | 'spdx3';

/** One component. Licences are not taken: they are nobody's business here. */
export interface SbomComponent {
  /** Reference inside the document; made unique when the document repeats it. */
  readonly ref: string;
  readonly name: string;
  readonly version?: string;
  readonly supplier?: string;
  /** library, application, operating-system, firmware, device, ...; `unknown` when not said. */
  readonly type: string;
  readonly purl?: string;
  readonly cpe?: string;
  /** Reference of the component that holds this one. */
  readonly parent?: string;
}

/** A cryptographic asset of a CBOM (CycloneDX 1.6): algorithm, certificate, protocol, key. */
export interface CryptographicAsset {
  readonly ref: string;
  readonly name: string;
  readonly assetType: string;
  readonly detail?: string;
}

export interface SbomDocument {
  readonly format: SbomFormat;
  readonly specVersion: string;
  readonly serial?: string;
  readonly name?: string;
  readonly createdAt?: string;
  /** The component that the document describes; also the first of `components`. */
  readonly subject?: string;
  readonly components: readonly SbomComponent[];
  readonly cryptographicAssets: readonly CryptographicAsset[];
  readonly notes: readonly SbomNote[];
  readonly noteCount: number;
}

const NOTE_TEXTS = {
  NO_NAME: {
    ja: '名前のない部品のため取り込みませんでした。',
    en: 'A component without a name was left out.',
  },
  SAME_REF: {
    ja: '参照名が重複しています。別の部品として取り込みました。',
    en: 'The reference is used twice. The component was taken as another one.',
  },
  NOT_A_CPE: {
    ja: 'CPE として読めないため、その値だけを除きました。',
    en: 'The CPE cannot be read; only that value was left out.',
  },
  NOT_A_PURL: {
    ja: 'パッケージ URL として読めないため、その値だけを除きました。',
    en: 'The package URL cannot be read; only that value was left out.',
  },
  FIELD_TOO_LONG: {
    ja: '値が長すぎるため、その値だけを除きました（上限 {charactersMax} 文字）。',
    en: 'A value is too long and was left out (at most {charactersMax} characters).',
  },
  OTHER_VERSION: {
    ja: 'この版の SBOM は未検証です。読み取れた部品だけを取り込みました。',
    en: 'This version of the format is not tested here. What could be read was taken.',
  },
} as const;

export type SbomNoteCode = keyof typeof NOTE_TEXTS;

/** Something in the document that was tolerated. `position` counts components from 1; 0 is all. */
export interface SbomNote {
  readonly position: number;
  readonly field: string | null;
  readonly code: SbomNoteCode;
  readonly ja: string;
  readonly en: string;
}

/** Why a whole document is refused. */
export type SbomFault =
  | 'TOO_LARGE'
  | 'TOO_DEEP'
  | 'TOO_MANY_COMPONENTS'
  | 'NOT_UTF8'
  | 'NOT_JSON'
  | 'NOT_XML'
  | 'HAS_DOCUMENT_TYPE'
  | 'NOT_AN_SBOM';

export type SbomReading =
  | { readonly ok: true; readonly document: SbomDocument }
  | { readonly ok: false; readonly fault: SbomFault };

export function noteOf(
  position: number,
  field: string | null,
  code: SbomNoteCode,
  parameters: Readonly<Record<string, number>> = {},
): SbomNote {
  const { ja, en } = NOTE_TEXTS[code];
  return { position, field, code, ja: fillText(ja, parameters), en: fillText(en, parameters) };
}
