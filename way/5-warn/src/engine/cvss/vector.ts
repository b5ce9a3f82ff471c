// SPDX-License-Identifier: Apache-2.0
/** Reading vector strings: metrics with values that their version of CVSS knows. */

/** Metrics in the order of the standard, each with its values in no order. */
export type MetricTable = Readonly<Record<string, readonly string[]>>;

export type Metrics = ReadonlyMap<string, string>;

/** The longest vector, all metrics of 4.0 given, is under 200 characters. */
export const VECTOR_LENGTH_MAX = 512;

/** Carries a refusal out of the readers; never leaves the folder. */
export class VectorRefusal extends Error {}

export interface VectorRules {
  readonly table: MetricTable;
  readonly mandatory: readonly string[];
  readonly isOrdered: boolean;
}

/**
 * Reads `AV:N/AC:L/...` without its prefix.
 *
 * In     `text`, the metrics of the version, which of them must be there, whether order counts
 * Out    values by metric
 * Throws VectorRefusal  unknown metric or value, a metric twice, one missing, one out of order
 */
export function readMetrics(text: string, rules: VectorRules): Metrics {
  const order = Object.keys(rules.table);
  const metrics = new Map<string, string>();
  let last = -1;
  for (const part of text.split('/')) {
    const [name = '', value = '', more] = part.split(':');
    const values = Object.hasOwn(rules.table, name) ? rules.table[name] : undefined;
    if (!values || more !== undefined) throw new VectorRefusal('unknown metric');
    if (!values.includes(value)) throw new VectorRefusal(`unknown value of the metric ${name}`);
    if (metrics.has(name)) throw new VectorRefusal(`the metric ${name} stands twice`);
    const place = order.indexOf(name);
    if (rules.isOrdered && place < last) {
      throw new VectorRefusal('metrics must be in the order of the standard');
    }
    last = place;
    metrics.set(name, value);
  }
  const missing = rules.mandatory.find((name) => !metrics.has(name));
  if (missing !== undefined) throw new VectorRefusal(`the metric ${missing} is missing`);
  return metrics;
}
