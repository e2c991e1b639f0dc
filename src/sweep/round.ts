import { attempts } from '../background/attempts.ts';
import { type Fate, fateOf, isReservation, type OwnerChange } from '../copies/fate.ts';
import type { Foreign } from '../copies/genuine.ts';
import type { NamespaceScope } from '../policy/scope.ts';
import type { SourceKind } from '../references/sources.ts';
import { sourceId } from '../references/sources.ts';
import { foreignObjects } from './foreign.ts';
import { findHolders } from './holders.ts';
import { listOverdue, type OverdueCopy, placesOf } from './overdue.ts';
import type { AllCopies, Copy, Templates } from './ports.ts';

/**
 * What a sweep did to a copy.
 * - `deleted`: it is gone
 * - `assigned`: it has an owner now
 * - `unreserved`: nothing reserves it any more, and only its ReplicaSets own it
 */
export type SweepResult = 'deleted' | 'assigned' | 'unreserved';

/** What a sweep needs. */
export interface SweepDeps {
  readonly copies: AllCopies;
  readonly templates: Templates;
  /** Whether `templates` leaves out workloads of the kind of this owner. */
  isUnlisted(owner: { readonly apiVersion: string; readonly kind: string }): boolean;
  readonly kinds: readonly SourceKind[];
  readonly scope: NamespaceScope;
  /** Whether lockstep only observes in a namespace, as it is now. */
  observes(namespace: string, signal: AbortSignal): Promise<boolean>;
  /** How long a reservation lasts, and a copy without an owner is left alone, in milliseconds. */
  readonly graceMs: number;
  /** The API server's clock, which dates the copies. */
  readonly clock: { now(): number };
}

/** What a sweep reports. */
export interface SweepEvents {
  /** An object with the label of copies is none of lockstep's, and stays. Once for each object. */
  onForeign(copy: Copy, why: Foreign): void;
  onResult(result: SweepResult, copy: OverdueCopy): void;
  /** lockstep only observes there, so the copy stays as it is. Once for each state of a copy. */
  onObserved(would: 'delete' | 'assign', copy: Copy): void;
  onError(error: unknown): void;
}

/** What a sweep tells the next one. */
export interface Remembered {
  /** The overdue copies that it found. The uid and resourceVersion identify the state of each. */
  readonly overdue: ReadonlySet<string>;
  /** Those of them that are overdue where lockstep only observes, and have been looked at. */
  readonly observed: ReadonlySet<string>;
  /** uids of the foreign objects that were reported. */
  readonly foreign: ReadonlySet<string>;
}

export const NOTHING_REMEMBERED: Remembered = {
  overdue: new Set(),
  observed: new Set(),
  foreign: new Set(),
};

const stateOf = ({ uid, resourceVersion }: Copy): string => `${uid} ${resourceVersion}`;

/**
 * Ends reservations of a copy, and adds owners.
 *
 * Kubernetes takes an owner that is gone off a copy without a resourceVersion, if another owner was there when it
 * looked. The reservation that has just ended may be that other owner. Then the copy would have no owner, and
 * would stay for good. So if no revision is left that owns it, it is reserved again.
 */
async function changeOwners(
  { copies }: SweepDeps,
  copy: OverdueCopy,
  change: OwnerChange,
  signal: AbortSignal,
): Promise<SweepResult | undefined> {
  if (!(await copies.assign(copy, change, signal))) return undefined;
  const [ended, kept] = [new Set(change.ended), [...change.added]];
  for (const owner of copy.owners) if (!ended.has(owner.uid)) kept.push(owner);
  if (ended.size > 0 && !kept.some(isReservation)) {
    let isOwned = false;
    for (const owner of kept) isOwned ||= await copies.revisionExists(copy.namespace, owner, signal);
    if (!isOwned) {
      const reservations = copy.owners.filter(({ uid }) => ended.has(uid));
      await copies.reserve(copy, reservations, signal);
      return undefined;
    }
  }
  return change.added.length > 0 ? 'assigned' : 'unreserved';
}

/** @returns what happened to the copy; undefined if it stays as it is */
async function applyFate(
  deps: SweepDeps,
  copy: OverdueCopy,
  fate: Exclude<Fate, { kind: 'disown' }>,
  signal: AbortSignal,
): Promise<SweepResult | undefined> {
  switch (fate.kind) {
    case 'keep':
      return undefined;
    case 'delete':
      return (await deps.copies.remove(copy, signal)) ? 'deleted' : undefined;
    case 'assign':
      return changeOwners(deps, copy, fate, signal);
  }
}

/**
 * Looks for overdue copies wherever lockstep acts. A copy that the sweep before
 * found in the same state is deleted, or given to its ReplicaSets. So a copy
 * that a review is making right now stays, however much two clocks differ.
 *
 * An object that only looks like a copy stays.
 *
 * It never throws. It reports what fails, and goes on with the rest. Memory holds
 * some overdue copies of each namespace, and of everything else one page at a time.
 * @param before what the sweep before found
 */
export async function sweep(
  deps: SweepDeps,
  events: SweepEvents,
  before: Remembered,
  signal: AbortSignal,
): Promise<Remembered> {
  let failed = false;
  const attempt = attempts(signal, (error) => {
    failed = true;
    events.onError(error);
  });
  const foreign = foreignObjects(before.foreign);
  let overdue: readonly OverdueCopy[] = [];
  for (const place of placesOf(deps)) {
    const found = await attempt(() => listOverdue(deps, place, events, foreign, signal));
    overdue = overdue.concat(found ?? []);
  }
  const sawAll = !failed && !signal.aborted;
  const due = overdue.filter((copy) => before.overdue.has(stateOf(copy)));
  const observed = new Set<string>();
  for (const [namespace, ofNamespace] of Map.groupBy(due, (copy) => copy.namespace)) {
    const isObserving = await attempt(() => deps.observes(namespace, signal));
    if (isObserving === undefined) continue;
    if (isObserving) for (const copy of ofNamespace) observed.add(stateOf(copy));
    const copies = isObserving
      ? ofNamespace.filter((copy) => !before.observed.has(stateOf(copy)))
      : ofNamespace;
    if (copies.length === 0) continue;
    const holders = await attempt(() => findHolders(deps.templates, namespace, copies, signal));
    // It is unknown which workloads name them, so all stay.
    if (!holders) continue;
    for (const copy of copies) {
      const namedBy = [...(holders.byCopy.get(sourceId(copy))?.values() ?? [])];
      const fate = fateOf(copy.owners, namedBy, holders.existing);
      if (fate.kind === 'disown') {
        if (foreign.meet(copy.uid)) events.onForeign(copy, 'no-owner');
        continue;
      }
      if (isObserving) {
        if (fate.kind !== 'keep') events.onObserved(fate.kind, copy);
        continue;
      }
      const result = await attempt(() => applyFate(deps, copy, fate, signal));
      if (result) events.onResult(result, copy);
    }
  }
  return { overdue: new Set(overdue.map(stateOf)), observed, foreign: foreign.remembered(sawAll) };
}
