import { unusableError } from '../copies/errors.ts';
import { type CopyRef, copyName } from '../copies/name.ts';
import { type PinnedSource, withDigest } from '../copies/pins.ts';
import { ABSENT } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import { mapFew } from '../in-step/map-few.ts';
import type { CopyLook, GoodCopy } from '../in-step/ports.ts';
import { sameCopies, templateMarksOf } from '../marks/marks.ts';
import type { Target } from '../references/point.ts';
import type { Reference } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { ReplicaSet } from '../workloads/replica-set.ts';
import { copyRemaker, type PodCall, type PodDeps, type RemakeCopy } from './remake-copy.ts';

const EVERYTHING = { data: 'all', binaryData: 'all' } as const;

/** A target, which also tells whether the copy holds keys that only its type requires. */
export type CopyTarget = Target & { readonly standIns?: boolean };

/** The error, as a value. Anything else that was thrown is a bug, and stays thrown. */
function asFailure(error: unknown): LockstepError {
  if (!(error instanceof LockstepError)) throw error;
  return error;
}

/** A copy that a pod names. Without a target, lockstep must write something first. An error: the look failed. */
type Looked =
  | { readonly ref: CopyRef; readonly target: CopyTarget }
  | { readonly ref: CopyRef; readonly target: undefined; readonly look: CopyLook | LockstepError };

/**
 * The target of references to a copy that nobody looks for. Nobody ever makes the copy of an absent source. A dry
 * run makes nothing, so the copy need not exist.
 */
function unseenTarget({ name, shortDigest }: CopyRef, { dryRun }: PodCall): CopyTarget | undefined {
  const isAbsent = shortDigest === ABSENT;
  if (!isAbsent && !dryRun) return undefined;
  return { name: copyName(name, shortDigest), holds: isAbsent ? 'none' : EVERYTHING };
}

/** The target of references to a copy that exists. */
const targetOf = ({ name, shortDigest }: CopyRef, { note, standIns }: GoodCopy): CopyTarget => ({
  name: copyName(name, shortDigest),
  holds: note,
  standIns,
});

async function lookFor(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<Looked> {
  const unseen = unseenTarget(ref, call);
  if (unseen) return { ref, target: unseen };
  const look = await deps.copies.look(call.namespace, ref, call.signal).catch(asFailure);
  const isReady =
    !(look instanceof LockstepError) && look.state === 'good' && look.owners.includes(call.replicaSet.uid);
  return isReady ? { ref, target: targetOf(ref, look) } : { ref, target: undefined, look };
}

/** Makes sure that the copy exists, and that the pod's ReplicaSet is one of its owners. */
async function ensureCopy(
  deps: PodDeps,
  call: PodCall,
  ref: CopyRef,
  look: CopyLook | LockstepError,
  remake: RemakeCopy,
): Promise<GoodCopy> {
  if (look instanceof LockstepError) throw look;
  if (look.state === 'unusable') throw unusableError(ref, look.flaw);
  const good = look.state === 'good' ? look : await remake(ref);
  if (good.owners.includes(call.replicaSet.uid)) return good;
  const { namespace, replicaSet, signal } = call;
  const owned = await deps.copies.own(namespace, ref, good.uid, replicaSet, signal);
  if (owned === 'owned') return good;
  const again = await deps.copies.look(namespace, ref, signal);
  return ensureCopy(deps, call, ref, again, remake);
}

/**
 * Reads a pod's ReplicaSet. Undefined: the cluster has no such ReplicaSet as the pod names, or one whose pods
 * have other marks. Anybody can send or create a pod that names a ReplicaSet.
 */
export async function readOwnReplicaSet(
  { replicaSets }: Pick<PodDeps, 'replicaSets'>,
  { namespace, replicaSet, marks }: PodCall,
  signal: AbortSignal,
): Promise<ReplicaSet | undefined> {
  const found = await replicaSets.read(namespace, replicaSet, signal);
  return found && sameCopies(templateMarksOf(found.spec.template?.metadata?.annotations), marks)
    ? found
    : undefined;
}

export interface ResolvedCopies {
  /** By source id. */
  readonly targets: ReadonlyMap<string, CopyTarget>;
  /** In the order of the copies, whichever failed first. */
  readonly failures: readonly LockstepError[];
  /** The pod's ReplicaSet. Undefined: all copies were ready, so it was not read, or the read failed. */
  readonly replicaSet: ReplicaSet | undefined;
}

/**
 * Finds the objects that a pod's references must point at, and makes sure that they exist. Undefined: that takes a
 * write, and `readOwnReplicaSet` finds nothing.
 * @throws anything that is not a LockstepError: that is a bug
 */
export async function resolveCopies(
  deps: PodDeps,
  call: PodCall,
  copyRefs: readonly CopyRef[],
): Promise<ResolvedCopies | undefined> {
  const { signal } = call;
  const targets = new Map<string, CopyTarget>();
  const looks = await mapFew(copyRefs, signal, (ref) => lookFor(deps, call, ref));
  for (const { ref, target } of looks) if (target) targets.set(sourceId(ref), target);
  const unready = looks.filter((looked) => looked.target === undefined);
  if (unready.length === 0) return { targets, failures: [], replicaSet: undefined };
  const replicaSet = await readOwnReplicaSet(deps, call, signal).catch(asFailure);
  if (!replicaSet) return undefined;
  if (replicaSet instanceof LockstepError)
    return { targets, failures: unready.map(() => replicaSet), replicaSet: undefined };
  const remake = copyRemaker(deps, call, replicaSet);
  const failures = await mapFew(unready, signal, async ({ ref, look }) => {
    try {
      targets.set(sourceId(ref), targetOf(ref, await ensureCopy(deps, call, ref, look, remake)));
      return [];
    } catch (error) {
      return [asFailure(error)];
    }
  });
  return { targets, failures: failures.flat(), replicaSet };
}

/** The copies that a pod names, of the sources that it refers to. */
export function copyRefsOf(pinned: readonly PinnedSource[], podReferences: readonly Reference[]): CopyRef[] {
  const referredIds = new Set(podReferences.map(sourceId));
  return withDigest(pinned).filter((ref) => referredIds.has(sourceId(ref)));
}
