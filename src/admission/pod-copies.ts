import { unusableError } from '../copies/errors.ts';
import type { CopyOwner } from '../copies/manifest.ts';
import { type CopyRef, copyName } from '../copies/name.ts';
import { type PinnedSource, withDigest } from '../copies/pins.ts';
import { ABSENT } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import { mapFew } from '../in-step/map-few.ts';
import type { CopyLook, GoodCopy } from '../in-step/ports.ts';
import { modeOf } from '../policy/mode.ts';
import type { Target } from '../references/point.ts';
import type { Reference } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import { asFailure, type OwnRevision, ownerUid } from './own-revision.ts';
import { copyRemaker, type PodCall, type PodDeps, type RemakeCopy } from './remake-copy.ts';

const EVERYTHING = { data: 'all', binaryData: 'all' } as const;

/** A target, which also tells whether the copy holds keys that only its type requires. */
export type CopyTarget = Target & { readonly standIns?: boolean };

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

async function lookFor(deps: PodDeps, call: PodCall, ref: CopyRef, own: OwnRevision): Promise<Looked> {
  const unseen = unseenTarget(ref, call);
  if (unseen) return { ref, target: unseen };
  const [look, uid] = await Promise.all([
    deps.copies.look(call.namespace, ref, call.signal).catch(asFailure),
    ownerUid(call, own),
  ]);
  const isReady =
    !(look instanceof LockstepError) &&
    look.state === 'good' &&
    uid !== undefined &&
    look.owners.includes(uid);
  return isReady ? { ref, target: targetOf(ref, look) } : { ref, target: undefined, look };
}

/** Makes sure that the copy exists, and that the pod's revision is one of its owners. */
async function ensureCopy(
  deps: PodDeps,
  call: PodCall,
  owner: CopyOwner,
  ref: CopyRef,
  look: CopyLook | LockstepError,
  remake: RemakeCopy,
): Promise<GoodCopy> {
  if (look instanceof LockstepError) throw look;
  if (look.state === 'unusable') throw unusableError(ref, look.flaw);
  const good = look.state === 'good' ? look : await remake(ref);
  if (good.owners.includes(owner.uid)) return good;
  const { namespace, signal } = call;
  const owned = await deps.copies.own(namespace, ref, good.uid, owner, signal);
  if (owned === 'owned') return good;
  const again = await deps.copies.look(namespace, ref, signal);
  return ensureCopy(deps, call, owner, ref, again, remake);
}

/** Whether the namespace itself, as it is now, keeps lockstep from writing. The path of a review proves nothing. */
async function isObserving({ namespaces, mode }: PodDeps, { namespace, signal }: PodCall): Promise<boolean> {
  const found = await namespaces.read(namespace, signal);
  return modeOf(found?.labels, mode) === 'observe';
}

export interface ResolvedCopies {
  /** By source id. */
  readonly targets: ReadonlyMap<string, CopyTarget>;
  /** In the order of the copies, whichever failed first. */
  readonly failures: readonly LockstepError[];
}

/**
 * Finds the objects that a pod's references must point at, and makes sure that they exist. Undefined: that takes a
 * look at the pod's own revision, and there is none. `observing`: it takes a write, in a namespace where lockstep only
 * observes.
 * @throws anything that is not a LockstepError: that is a bug
 */
export async function resolveCopies(
  deps: PodDeps,
  call: PodCall,
  copyRefs: readonly CopyRef[],
  own: OwnRevision,
): Promise<ResolvedCopies | 'observing' | undefined> {
  const { signal } = call;
  const targets = new Map<string, CopyTarget>();
  const looks = await mapFew(copyRefs, signal, (ref) => lookFor(deps, call, ref, own));
  for (const { ref, target } of looks) if (target) targets.set(sourceId(ref), target);
  const unready = looks.filter((looked) => looked.target === undefined);
  if (unready.length === 0) return { targets, failures: [] };
  const revision = await own();
  if (!revision) return undefined;
  if (revision instanceof LockstepError) return { targets, failures: unready.map(() => revision) };
  if (await isObserving(deps, call)) return 'observing';
  const remake = copyRemaker(deps, call, revision);
  const failures = await mapFew(unready, signal, async ({ ref, look }) => {
    try {
      const good = await ensureCopy(deps, call, revision.owner, ref, look, remake);
      targets.set(sourceId(ref), targetOf(ref, good));
      return [];
    } catch (error) {
      return [asFailure(error)];
    }
  });
  return { targets, failures: failures.flat() };
}

/** The copies that a pod names, of the sources that it refers to. */
export function copyRefsOf(pinned: readonly PinnedSource[], podReferences: readonly Reference[]): CopyRef[] {
  const referredIds = new Set(podReferences.map(sourceId));
  return withDigest(pinned).filter((ref) => referredIds.has(sourceId(ref)));
}
