// SPDX-License-Identifier: Apache-2.0
declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** Rows into the server: `copy t from stdin`. */
  export function from(text: string): Writable & Submittable & { readonly rowCount: number };
  /** Rows out of the server: `copy t to stdout`. */
  export function to(text: string): Readable & Submittable & { readonly rowCount: number };
}
