// SPDX-License-Identifier: Apache-2.0
/** Errors: a closed catalogue per room, typed parameters, both languages. */

/** How a parameter may be shown. There is no free text: a refused value cannot leak through it. */
export type ParameterKind = 'id' | 'instant' | 'count' | 'field' | 'word';

/** One way in which a room can refuse. */
export interface ErrorSpecification {
  /** HTTP status that the door answers with. */
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;
  /** Whether the same call may succeed later without a change. */
  readonly retry: 'never' | 'later';
  /** Clause of law or of a standard that the refusal serves, where there is one. */
  readonly law?: string;
  readonly params: Readonly<Record<string, ParameterKind>>;
  /** Texts with {parameter} places. They say what happened and what to do next. */
  readonly ja: string;
  readonly en: string;
}

/** Values of the parameters that a specification names. */
export type ErrorParameters<S extends ErrorSpecification> = {
  readonly [K in keyof S['params']]: S['params'][K] extends 'count' ? number : string;
};

/** A refusal with a code of a catalogue; the only kind of error that rooms throw on purpose. */
export class SakimoriError extends Error {
  readonly code: string;
  readonly specification: ErrorSpecification;
  readonly parameters: Readonly<Record<string, string | number>>;

  constructor(
    code: string,
    specification: ErrorSpecification,
    parameters: Readonly<Record<string, string | number>>,
    cause?: unknown,
  ) {
    super(fillText(specification.en, parameters), cause === undefined ? undefined : { cause });
    this.name = 'SakimoriError';
    this.code = code;
    this.specification = specification;
    this.parameters = parameters;
  }

  /** The text for a person, in her language. */
  text(language: 'ja' | 'en'): string {
    return fillText(this.specification[language], this.parameters);
  }
}

/** Puts parameters into a text; an unknown place stays as it is so that a test can see it. */
export function fillText(
  text: string,
  parameters: Readonly<Record<string, string | number>>,
): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) =>
    name in parameters ? String(parameters[name]) : place,
  );
}

/** A catalogue: call it with a code of the room and the parameters to get the error to throw. */
export interface ErrorCatalogue<C extends Readonly<Record<string, ErrorSpecification>>> {
  <K extends keyof C & string>(
    code: K,
    parameters: ErrorParameters<C[K]>,
    cause?: unknown,
  ): SakimoriError;
  readonly prefix: string;
  readonly specifications: C;
}

/**
 * Defines every way that a room can refuse.
 *
 * In     `prefix` of the codes (for example `REG`), specifications by code
 * Out    a function that makes the error: `throw registerErrors('NO_COMPUTER', { id })`
 * Never  takes free text: parameters are ids, instants, counts, field names and closed words
 */
export function defineErrors<const C extends Readonly<Record<string, ErrorSpecification>>>(
  prefix: string,
  specifications: C,
): ErrorCatalogue<C> {
  const make = (code: string, parameters: Record<string, string | number>, cause?: unknown) => {
    const specification = specifications[code];
    if (!specification) throw new Error(`unknown error code ${prefix}_${code}`);
    return new SakimoriError(`${prefix}_${code}`, specification, parameters, cause);
  };
  return Object.assign(make, { prefix, specifications }) as unknown as ErrorCatalogue<C>;
}
