// SPDX-License-Identifier: Apache-2.0
/** What every act of this room is given, and the scope under which its own jobs run. */
import { randomBytes } from 'node:crypto';
import { type Rule, ruleAt } from '@sakimori/law';
import type { Scope, Store } from '@sakimori/store';
import { type IdKind, makeId } from '@sakimori/vocabulary';
import type { ClockPort, RandomPort, RegisterPort } from './ports.ts';

export interface WarnContext {
  // biome-ignore lint/suspicious/noExplicitAny: statements here are SQL; the tables are in migrations
  readonly store: Store<any>;
  readonly register: RegisterPort;
  readonly clock: ClockPort;
  readonly random: RandomPort;
  /** Dated data of law; the law package unless a test plays another day. */
  readonly law: <T>(ruleSet: string, atMs: number) => Rule<T>;
  /** Called between the steps of an import, a match and a delivery; a test dies in it. */
  readonly reached: (step: string) => void | Promise<void>;
}

/** The parts that a door must bring; the rest has one right answer outside tests. */
export type WarnPorts = Pick<WarnContext, 'store' | 'register' | 'clock'> &
  Partial<Pick<WarnContext, 'random' | 'law' | 'reached'>>;

export function makeContext(ports: WarnPorts): WarnContext {
  return {
    random: { bytes: (count) => randomBytes(count) },
    law: ruleAt,
    reached: () => {},
    ...ports,
  };
}

/** Jobs of this room reach every tenant: a vulnerability does not stop at an organisation. */
export const MATCH_SCOPE: Scope = {
  actor: 'system:warn',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'cybersecurity',
};

export function newId<K extends IdKind>(context: WarnContext, kind: K): string {
  return makeId(kind, context.clock.now(), context.random.bytes(10));
}
