// SPDX-License-Identifier: Apache-2.0
/** The same decision for whole lists: a filter that the store turns into row-level security. */
import { type Purpose, TLP, type Tlp } from '@sakimori/vocabulary';
import { type Action, isMarked, typeOfAction } from './actions.ts';
import { decide } from './decide.ts';
import type { Context, Principal, Resource, World } from './principal.ts';

export type Reach = 'none' | 'own' | 'sector' | 'all';

/**
 * Which rows of a list a principal may have. A row passes when all of these hold:
 * it is of `world`; it lies within `reach`; and its mark is in `tlp` (or in `tlpOwn`, when it
 * belongs to `organisation`), or it is RED and names `named`.
 * Unmarked types pass on their reach alone.
 */
export interface ListFilter {
  readonly reach: Reach;
  readonly organisation: string | null;
  readonly sectors: readonly string[];
  /** Marks allowed anywhere within the reach. Using this alone is safe: it shows less, never more. */
  readonly tlp: readonly Tlp[];
  /** Marks allowed in rows of the own organisation: `tlp` and perhaps more. */
  readonly tlpOwn: readonly Tlp[];
  /** Principal who may also see RED rows that name them; null when RED stays closed. */
  readonly named: string | null;
  readonly world: World;
}

/** Facts of a row that the filter reads. */
export interface FilteredRow {
  readonly organisation: string | null;
  readonly sectors: readonly string[];
  readonly tlp?: Tlp;
  readonly named?: readonly string[];
  readonly world?: World;
}

/** Everything but the own sign-in, which is about one person and never a list. */
export type ListableAction = Exclude<Action, 'session:own'>;

interface Pattern {
  readonly reach: Reach;
  readonly tlp: readonly Tlp[];
  readonly tlpOwn: readonly Tlp[];
  readonly named: boolean;
}

const OWN = 'org_own';
/** Nobody in particular, and not the principal. */
const SOMEBODY = 'per_else';
const PATTERNS_MAX = 4_096;
const patterns = new Map<string, Pattern>();

function shapeOf(principal: Principal, action: Action, context: Context): string {
  return JSON.stringify([
    action,
    context.world,
    principal.kind,
    [...principal.roles].sort(),
    principal.purpose,
    principal.organisation !== null,
    principal.sectors.length > 0,
    principal.kind === 'system' ? (principal.grounds ?? []) : [],
    principal.restrictedTo ? principal.restrictedTo.includes(action) : null,
    principal.steppedUp === true,
    [...(context.added ?? [])].sort(),
    [...(context.removed ?? [])].sort(),
    context.secondPerson === true,
    context.first === true,
  ]);
}

/**
 * Asks the policies about one row of each class: own, same sector, any other; each with every mark.
 * The rules compare organisations and sectors only with the principal's own, so that one row
 * stands for its class; the property test holds this against rows of every kind.
 */
function probe(
  principal: Principal,
  action: Action,
  context: Context,
  requestedBy: string | undefined,
): Pattern {
  const type = typeOfAction(action);
  const asker: Principal = {
    ...principal,
    id: 'per_own',
    organisation: principal.organisation === null ? null : OWN,
    sectors: principal.sectors.length > 0 ? ['sector_own'] : [],
  };
  const marks: readonly Tlp[] = isMarked(type) ? TLP : ['CLEAR'];
  const asks = (organisation: string, sectors: string[], tlp: Tlp, named: string[]) =>
    decide(
      asker,
      action,
      {
        type,
        id: 'probe',
        organisation,
        sectors,
        ...(isMarked(type) ? { tlp, named } : {}),
        ...(requestedBy === undefined ? {} : { requestedBy }),
      } as Resource,
      context,
    ).allowed;
  const open = (organisation: string, sectors: string[]) => {
    const tlp = marks.filter((mark) => asks(organisation, sectors, mark, []));
    return { tlp, named: isMarked(type) && asks(organisation, sectors, 'RED', ['per_own']) };
  };
  const own = open(OWN, ['sector_else']);
  const sector = open('org_else', ['sector_own']);
  const other = open('org_else', ['sector_else']);
  const within = (found: { tlp: Tlp[]; named: boolean }) => found.tlp.length > 0 || found.named;
  if (within(other)) return { reach: 'all', ...other, tlpOwn: own.tlp };
  if (within(sector)) return { reach: 'sector', ...sector, tlpOwn: own.tlp };
  if (within(own) && principal.organisation !== null) {
    return { reach: 'own', ...own, tlpOwn: own.tlp };
  }
  return { reach: 'none', tlp: [], tlpOwn: [], named: false };
}

function patternFor(
  principal: Principal,
  action: Action,
  context: Context,
  requestedBy: string | undefined,
): Pattern {
  const shape = shapeOf(principal, action, context) + (requestedBy ?? '');
  let pattern = patterns.get(shape);
  if (!pattern) {
    pattern = probe(principal, action, context, requestedBy);
    if (patterns.size >= PATTERNS_MAX) patterns.clear();
    patterns.set(shape, pattern);
  }
  return pattern;
}

/**
 * The filter for a list.
 *
 * In     principal; action (its type is the type of the rows); context as for `decide`
 * Out    a filter that passes exactly the rows for which `decide` says yes (by property test)
 * Never  is wider than the decision; keeps at most 4,096 patterns, which hold no names
 */
export function listFilter(
  principal: Principal,
  action: ListableAction,
  context: Context,
): ListFilter {
  const pattern = patternFor(principal, action, context, undefined);
  const marked = isMarked(typeOfAction(action));
  const none = pattern.reach === 'none';
  return {
    reach: pattern.reach,
    organisation: principal.organisation,
    sectors: principal.sectors,
    tlp: marked || none ? pattern.tlp : TLP,
    tlpOwn: marked || none ? pattern.tlpOwn : TLP,
    named: pattern.named ? principal.id : null,
    world: context.world,
  };
}

/**
 * True when the principal may do this to something under some circumstances: what a menu shows and
 * what the gate of a route asks. Circumstances that only the act itself knows (a first invitation,
 * a second person, somebody else's request) are taken to be favourable; `decide` knows them.
 */
export function mayAct(principal: Principal, action: ListableAction, context: Context): boolean {
  const favourable = { ...context, first: true, secondPerson: true };
  return patternFor(principal, action, favourable, SOMEBODY).reach !== 'none';
}

/** True when a fresh sign-in is all that a person lacks for the action. */
export function needsFreshSignIn(
  principal: Principal,
  action: ListableAction,
  context: Context,
): boolean {
  if (principal.kind !== 'person' || principal.steppedUp === true) return false;
  const fresh = { ...principal, steppedUp: true };
  return !mayAct(principal, action, context) && mayAct(fresh, action, context);
}

/** The filter applied to one row: the same sentence that the SQL says. */
export function rowPasses(filter: ListFilter, row: FilteredRow): boolean {
  if ((row.world ?? filter.world) !== filter.world || filter.reach === 'none') return false;
  const own = row.organisation !== null && row.organisation === filter.organisation;
  const within =
    filter.reach === 'all' ||
    own ||
    (filter.reach === 'sector' && row.sectors.some((sector) => filter.sectors.includes(sector)));
  if (!within) return false;
  if (row.tlp === undefined) return true;
  if ((own ? filter.tlpOwn : filter.tlp).includes(row.tlp)) return true;
  return row.tlp === 'RED' && filter.named !== null && (row.named ?? []).includes(filter.named);
}

/** The store's Scope, by shape: this room does not import the store. */
export interface ScopeShape {
  readonly actor: string;
  readonly organisation: string | null;
  readonly reach: Reach;
  readonly sectors: readonly string[];
  readonly purpose: Purpose;
}

/** For whom the store runs a transaction: the principal with the reach of the filter. */
export function scopeOf(principal: Principal, filter: ListFilter): ScopeShape {
  return {
    actor: principal.id,
    organisation: filter.organisation,
    reach: filter.reach,
    sectors: filter.sectors,
    purpose: principal.purpose,
  };
}
