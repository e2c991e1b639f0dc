import type { CopyOwner } from '../copies/manifest.ts';
import type { CopyRef } from '../copies/name.ts';
import { isCopyOfPin, namedCopies, type Pin, withDigest } from '../copies/pins.ts';
import { templateDigest } from '../digest/canonical.ts';
import { LockstepError } from '../errors.ts';
import { marksOf, templateWithMarks } from '../marks/marks.ts';
import { noCopyWarning } from '../policy/copy-warnings.ts';
import type { OnError } from '../policy/on-error.ts';
import { sourceId } from '../references/sources.ts';
import { apiVersionOf } from '../workloads/workload.ts';
import type { Assessed } from './assess.ts';
import type { Call } from './gather.ts';
import { mapFew } from './map-few.ts';
import type { Copies, InStepDeps } from './ports.ts';

/**
 * Who writes the marks: lockstep, by a patch of the workload in the cluster, or the API server, with the
 * answer to the review.
 */
export type MarksWriter = 'lockstep' | 'api-server';

export type MadeCopies =
  | { readonly kind: 'made'; readonly warnings: readonly string[] }
  /** A source has changed since it was digested, or a copy has disappeared since the last look. */
  | { readonly kind: 'moved' };

/** The copies that the template will name, if the call changes it. */
export function copiesToReserve(
  { workload, before }: Call,
  { assessment: { decision, live } }: Assessed,
): readonly CopyRef[] {
  const marks = decision.action === 'leave' ? marksOf(workload) : decision.marks;
  if (!live || marks.pinned === undefined) return [];
  const after = templateWithMarks(workload.template, marks);
  if (before && templateDigest(before.template) === templateDigest(after)) return [];
  return withDigest(namedCopies(marks));
}

/**
 * Finds the workload as the owner that reserves copies. Undefined: the cluster has no such workload with this
 * uid. One that is being created has no uid yet, and the workload in a review may be invented.
 */
export async function readReservingWorkload(
  { workloads }: Pick<InStepDeps, 'workloads'>,
  { before, signal }: Call,
  marksWriter: MarksWriter,
): Promise<CopyOwner | undefined> {
  const { name, uid } = before?.metadata ?? {};
  if (!before || !name || !uid) return undefined;
  // To patch a workload, lockstep has just read it from the cluster.
  if (marksWriter === 'api-server' && !(await workloads.exists(before, signal))) return undefined;
  return { apiVersion: apiVersionOf(before.kind), kind: before.kind.kind, name, uid };
}

/** The namespace as an owner. Kubernetes deletes a namespace together with everything in it. */
export const namespaceOwner = (name: string, uid: string): CopyOwner => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  name,
  uid,
});

/** Makes one copy that a template will name, unless it exists, and reserves it. */
async function makeCopy(
  copies: Copies,
  { workload: { namespace }, signal }: Call,
  pin: Pin | undefined,
  copy: CopyRef,
  owner: CopyOwner,
): Promise<'there' | 'moved'> {
  if (pin && isCopyOfPin(copy, pin)) return copies.make(namespace, pin, owner, signal);
  // An undo names this copy. The decision holds the undo only because the copy existed.
  return (await copies.reserve(namespace, copy, owner, signal)) === 'owned' ? 'there' : 'moved';
}

/** Copies that a template will name. */
export interface Reservation {
  readonly copies: readonly CopyRef[];
  readonly owner: CopyOwner;
  readonly onError: OnError;
}

/**
 * Makes and reserves the copies that the template will name. The reservation bridges the time until the
 * template's revision exists. lockstep can only make copies of live sources, so all other copies must exist.
 * If a copy cannot be made, the marks are still right: the review of each pod tries again.
 * @throws LockstepError why a copy could not be made, if `onError` is `deny`
 */
export async function makeCopies(
  copies: Copies,
  call: Call,
  { assessment: { name }, pins }: Assessed,
  { copies: reserved, owner, onError }: Reservation,
): Promise<MadeCopies> {
  const pinsById = new Map(pins.map((pin) => [sourceId(pin.usage), pin]));
  const results = await mapFew(reserved, call.signal, async (copy) => {
    try {
      return await makeCopy(copies, call, pinsById.get(sourceId(copy)), copy, owner);
    } catch (error) {
      if (onError === 'deny' || !(error instanceof LockstepError)) throw error;
      return noCopyWarning(name, error.message);
    }
  });
  if (results.includes('moved')) return { kind: 'moved' };
  return { kind: 'made', warnings: [...new Set(results.filter((result) => result !== 'there'))] };
}
