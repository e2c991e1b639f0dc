import { lostError, unusableError } from '../copies/errors.ts';
import type { CopyOwner } from '../copies/manifest.ts';
import { type CopyRef, copyName } from '../copies/name.ts';
import { pinnedSources } from '../copies/pins.ts';
import { formatOfDigest, shortDigest } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import type { Copies, GoodCopy } from '../in-step/ports.ts';
import { templateMarksOf } from '../marks/marks.ts';
import { referencesInScope, settingsOf } from '../policy/settings.ts';
import type { Target } from '../references/point.ts';
import type { Reference } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Pod } from '../workloads/pod.ts';
import type { ReviewDeps } from './deps.ts';

export type PodDeps = Omit<ReviewDeps, 'copies'> & { readonly copies: Copies };

/** The part of a pod's create that its copies depend on. */
export interface PodCall {
  readonly namespace: string;
  readonly replicaSet: CopyOwner;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads what the ReplicaSet's template uses of a source. The pod itself
 * may use more, because other webhooks may have added containers to it.
 */
async function readUsage(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<Usage | undefined> {
  const found = await deps.replicaSets.read(call.namespace, call.replicaSet.name, call.signal);
  if (!found?.spec.template) return undefined;
  const settings = settingsOf(found.metadata.annotations, deps.defaults);
  const counting = referencesInScope(found.spec.template, settings);
  return deps.formats.current.usages(counting).find((usage) => sourceId(usage) === sourceId(ref));
}

/**
 * Makes a deleted copy again, if the source still holds what it held when the copy was made.
 * @throws LockstepError COPY_LOST if the source holds something else
 */
async function remakeCopy(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<GoodCopy> {
  const { namespace, replicaSet, signal } = call;
  const usage = await readUsage(deps, call, ref);
  const format = formatOfDigest(ref.kind, ref.shortDigest, deps.formats);
  if (!usage || !format) throw lostError(ref);
  const live = await deps.sources.digest(namespace, usage, format, signal);
  if (live.digest === undefined || shortDigest(live.digest) !== ref.shortDigest) throw lostError(ref);
  const made = await deps.copies.make(namespace, { usage, digest: live.digest }, signal, replicaSet);
  const look = made === 'there' ? await deps.copies.look(namespace, ref, signal) : undefined;
  if (look?.state !== 'good') throw lostError(ref);
  return look;
}

/** Makes sure that the copy exists, and that the pod's ReplicaSet is one of its owners. */
async function ensureCopy(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<GoodCopy> {
  const look = await deps.copies.look(call.namespace, ref, call.signal);
  if (look.state === 'unusable') throw unusableError(ref, look.why);
  const good = look.state === 'good' ? look : await remakeCopy(deps, call, ref);
  if (good.owners.includes(call.replicaSet.uid)) return good;
  const owned = await deps.copies.own(call.namespace, ref, good.uid, call.signal, call.replicaSet);
  return owned === 'owned' ? good : ensureCopy(deps, call, ref);
}

/** Finds the object that references to one source must point at. */
async function resolveCopy(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<Target> {
  const name = copyName(ref.name, ref.shortDigest);
  if (ref.shortDigest === ABSENT) return { name, holds: 'none' };
  // A dry run makes nothing, so the copy need not exist.
  if (call.dryRun) return { name, holds: { data: 'all', binaryData: 'all' } };
  return { name, holds: (await ensureCopy(deps, call, ref)).note };
}

interface ResolvedCopies {
  /** By source id. */
  readonly targets: ReadonlyMap<string, Target>;
  /** In the order of the copies, whichever failed first. */
  readonly failures: readonly LockstepError[];
}

/**
 * Finds the objects that a pod's references must point at, and makes sure that they exist.
 * @throws anything that is not a LockstepError: that is a bug
 */
export async function resolveCopies(
  deps: PodDeps,
  call: PodCall,
  copyRefs: readonly CopyRef[],
): Promise<ResolvedCopies> {
  const failed = new Map<string, LockstepError>();
  const targets = new Map<string, Target>();
  await Promise.all(
    copyRefs.map(async (ref) => {
      try {
        targets.set(sourceId(ref), await resolveCopy(deps, call, ref));
      } catch (error) {
        if (!(error instanceof LockstepError)) throw error;
        failed.set(sourceId(ref), error);
      }
    }),
  );
  return { targets, failures: copyRefs.flatMap((ref) => failed.get(sourceId(ref)) ?? []) };
}

/** The copies that a pod's own annotations name, of the sources that the pod refers to. */
export function copyRefsOf(pod: Pod, podReferences: readonly Reference[]): CopyRef[] {
  const referredIds = new Set(podReferences.map(sourceId));
  return pinnedSources(templateMarksOf(pod.metadata.annotations)).flatMap((source) => {
    const { kind, name, shortDigest: named } = source;
    return named !== undefined && referredIds.has(sourceId(source)) ? { kind, name, shortDigest: named } : [];
  });
}
