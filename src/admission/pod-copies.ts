import { unusableError } from '../copies/errors.ts';
import { type CopyRef, copyName } from '../copies/name.ts';
import { pinnedSources } from '../copies/pins.ts';
import { ABSENT } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import { mapFew } from '../in-step/map-few.ts';
import type { CopyLook, GoodCopy } from '../in-step/ports.ts';
import { templateMarksOf } from '../marks/marks.ts';
import type { Target } from '../references/point.ts';
import type { Reference } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { Pod } from '../workloads/pod.ts';
import { copyRemaker, type PodCall, type PodDeps, type RemakeCopy } from './remake-copy.ts';

const EVERYTHING = { data: 'all', binaryData: 'all' } as const;

/** A target, which also tells whether the copy holds keys that only its type requires. */
export type CopyTarget = Target & { readonly standIns?: boolean };

/** A copy that a pod names, and what a look at it has shown. */
interface Looked {
  readonly ref: CopyRef;
  /** `none`: nothing to look for. An error: the look failed. */
  readonly look: CopyLook | 'none' | LockstepError;
}

/** The error, as a value. Anything else that was thrown is a bug, and stays thrown. */
function asFailure(error: unknown): LockstepError {
  if (!(error instanceof LockstepError)) throw error;
  return error;
}

/** Whether a copy can be read as it is, so that lockstep writes nothing because of it. */
const isReady = ({ look }: Looked, { replicaSet }: PodCall): boolean =>
  look === 'none' ||
  (!(look instanceof LockstepError) && look.state === 'good' && look.owners.includes(replicaSet.uid));

async function lookFor(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<Looked> {
  // Nobody ever makes the first. A dry run makes nothing, so the copy need not exist.
  if (ref.shortDigest === ABSENT || call.dryRun) return { ref, look: 'none' };
  const look = await deps.copies.look(call.namespace, ref, call.signal).catch(asFailure);
  return { ref, look };
}

/** Makes sure that the copy exists, and that the pod's ReplicaSet is one of its owners. */
async function ensureCopy(
  deps: PodDeps,
  call: PodCall,
  { ref, look }: { readonly ref: CopyRef; readonly look: CopyLook },
  remake: RemakeCopy,
): Promise<GoodCopy> {
  if (look.state === 'unusable') throw unusableError(ref, look.why);
  const good = look.state === 'good' ? look : await remake(ref);
  if (good.owners.includes(call.replicaSet.uid)) return good;
  const { namespace, replicaSet, signal } = call;
  const owned = await deps.copies.own(namespace, ref, good.uid, replicaSet, signal);
  if (owned === 'owned') return good;
  const again = await deps.copies.look(namespace, ref, signal);
  return ensureCopy(deps, call, { ref, look: again }, remake);
}

/** Finds the object that references to one source must point at. */
async function resolveCopy(
  deps: PodDeps,
  call: PodCall,
  { ref, look }: Looked,
  remake: RemakeCopy,
): Promise<CopyTarget> {
  const name = copyName(ref.name, ref.shortDigest);
  if (look instanceof LockstepError) throw look;
  if (look === 'none') return { name, holds: ref.shortDigest === ABSENT ? 'none' : EVERYTHING };
  const { note, standIns } = await ensureCopy(deps, call, { ref, look }, remake);
  return { name, holds: note, standIns };
}

export interface ResolvedCopies {
  /** By source id. */
  readonly targets: ReadonlyMap<string, CopyTarget>;
  /** In the order of the copies, whichever failed first. */
  readonly failures: readonly LockstepError[];
}

/**
 * Finds the objects that a pod's references must point at, and makes sure that they exist. Undefined: that
 * takes a write, and the cluster has no such ReplicaSet as the pod names, or one whose pods have other marks.
 * Anybody can send or create a pod that names a ReplicaSet.
 * @throws anything that is not a LockstepError: that is a bug
 */
export async function resolveCopies(
  deps: PodDeps,
  call: PodCall,
  copyRefs: readonly CopyRef[],
): Promise<ResolvedCopies | undefined> {
  const looks = await mapFew(copyRefs, call.signal, (ref) => lookFor(deps, call, ref));
  const mayWrite =
    looks.every((look) => isReady(look, call)) ||
    (await deps.replicaSets
      .hasMarks(call.namespace, call.replicaSet, call.marks, call.signal)
      .catch(asFailure));
  if (mayWrite === false) return undefined;
  const failed = new Map<string, LockstepError>();
  const targets = new Map<string, CopyTarget>();
  const remake = copyRemaker(deps, call);
  await mapFew(looks, call.signal, async (looked) => {
    const id = sourceId(looked.ref);
    try {
      if (mayWrite !== true && !isReady(looked, call)) throw mayWrite;
      targets.set(id, await resolveCopy(deps, call, looked, remake));
    } catch (error) {
      failed.set(id, asFailure(error));
    }
  });
  return { targets, failures: copyRefs.flatMap((ref) => failed.get(sourceId(ref)) ?? []) };
}

/** The copies that a pod's own annotations name, of the sources that the pod refers to. */
export function copyRefsOf(pod: Pod, podReferences: readonly Reference[]): CopyRef[] {
  const referredIds = new Set(podReferences.map(sourceId));
  return pinnedSources(templateMarksOf(pod.metadata.annotations)).flatMap((source) => {
    const { shortDigest, ...rest } = source;
    return shortDigest !== undefined && referredIds.has(sourceId(source)) ? { ...rest, shortDigest } : [];
  });
}
