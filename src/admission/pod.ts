import { unusable } from '../cluster/copies.ts';
import type { CopyRef, GoodCopy } from '../cluster/copy-reads.ts';
import type { CopyOwner } from '../copies/manifest.ts';
import { copyName } from '../copies/name.ts';
import { pinnedSources } from '../copies/pins.ts';
import { formatOfDigest, shortDigest } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import { marksOf } from '../marks/marks.ts';
import { referencesInScope, settingsOf } from '../policy/settings.ts';
import { startsLive } from '../policy/warnings.ts';
import { type Pointed, pointAt, type Target } from '../references/point.ts';
import { type Reference, references } from '../references/references.ts';
import { sourceId, type Usage, usages } from '../references/usage.ts';
import { displayName } from '../workloads/deployment.ts';
import { controllingReplicaSet, type Pod } from '../workloads/pod.ts';
import type { AdmissionDeps } from './judge.ts';
import type { PinDeps } from './pinning.ts';
import type { Outcome } from './response.ts';
import type { PodRequest } from './review.ts';

export type PodDeps = Omit<AdmissionDeps, 'pin' | 'pinNamespace'> & {
  readonly pin: PinDeps;
};

interface PodCall {
  readonly namespace: string;
  readonly replicaSet: CopyOwner;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** Long enough for one call: nobody waits for it. */
const EVENT_MS = 5_000;

const leave = (reason: string): Outcome => ({ decision: 'leave', reason, warnings: [] });

function lost({ kind, name, short }: CopyRef): LockstepError {
  const why = `${kind}/${copyName(name, short)} is gone, and ${kind}/${name} holds something else by now`;
  return new LockstepError(
    'COPY_LOST',
    `${why}. Any change of the workload, or a scale-up, rolls it to that`,
  );
}

/** What the ReplicaSet's template uses of a source: a pod may refer to more, once others have put containers into it. */
async function usedBy(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<Usage | undefined> {
  const found = await deps.workloads.replicaSet(call.namespace, call.replicaSet.name, call.signal);
  if (!found?.spec.template) return undefined;
  const settings = settingsOf(found.metadata.annotations, deps.defaults);
  const counting = referencesInScope(found.spec.template, settings);
  return deps.formats.current.usages(counting).find((usage) => sourceId(usage) === sourceId(ref));
}

/** Makes a copy that is gone once more, where the source holds now what it held then. */
async function madeAgain(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<GoodCopy> {
  const { namespace, replicaSet, signal } = call;
  const usage = await usedBy(deps, call, ref);
  const format = formatOfDigest(ref.short, deps.formats);
  if (!usage || !format) throw lost(ref);
  const live = await deps.sources.digest(namespace, usage, format, signal);
  if (live.digest === undefined || shortDigest(live.digest) !== ref.short) throw lost(ref);
  const made = await deps.pin.copies.make(namespace, { usage, digest: live.digest }, signal, replicaSet);
  const look = made === 'there' ? await deps.pin.copies.look(namespace, ref, signal) : undefined;
  if (look?.state !== 'good') throw lost(ref);
  return look;
}

/** The copy that a pod is to read, there, with the pod's ReplicaSet among its owners. */
async function copyFor(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<GoodCopy> {
  const { copies } = deps.pin;
  const look = await copies.look(call.namespace, ref, call.signal);
  if (look.state === 'unusable') throw unusable(ref, look.why);
  const good = look.state === 'good' ? look : await madeAgain(deps, call, ref);
  if (good.owners.includes(call.replicaSet.uid)) return good;
  const owned = await copies.own(call.namespace, ref, good.uid, call.replicaSet, call.signal);
  return owned === 'owned' ? good : copyFor(deps, call, ref);
}

/** Where references to one source are to point. */
async function targetFor(deps: PodDeps, call: PodCall, ref: CopyRef): Promise<Target> {
  const name = copyName(ref.name, ref.short);
  if (ref.short === ABSENT) return { name, holds: 'none' };
  // Nothing is made on a dry run, so nothing has to be there.
  if (call.dryRun) return { name, holds: { data: 'all', binaryData: 'all' } };
  return { name, holds: (await copyFor(deps, call, ref)).note };
}

interface Resolved {
  readonly targets: ReadonlyMap<string, Target>;
  readonly failures: readonly LockstepError[];
}

/** @throws what is no LockstepError: a bug */
async function resolve(deps: PodDeps, call: PodCall, refs: readonly CopyRef[]): Promise<Resolved> {
  const failures: LockstepError[] = [];
  const targets = new Map<string, Target>();
  await Promise.all(
    refs.map(async (ref) => {
      try {
        targets.set(sourceId(ref), await targetFor(deps, call, ref));
      } catch (error) {
        if (!(error instanceof LockstepError)) throw error;
        failures.push(error);
      }
    }),
  );
  return { targets, failures };
}

/** The copies that a pod's own annotations name, of the sources that it refers to. */
function refsOf(pod: Pod, refers: readonly Reference[]): CopyRef[] {
  const referred = new Set(refers.map(sourceId));
  return pinnedSources(marksOf({ metadata: {}, spec: { template: pod } })).flatMap((source) => {
    const { kind, name, short } = source;
    return short !== undefined && referred.has(sourceId(source)) ? { kind, name, short } : [];
  });
}

/**
 * Another workload, for which a copy was made first, may use other keys and come to the same digest: of a source with one
 * key, who names that and who takes all. What the pod's own workload refers to, its copies hold, whatever they say.
 */
async function pointRest(
  deps: PodDeps,
  call: PodCall,
  pod: Pod,
  { patch, uncovered }: Pointed,
  targets: ReadonlyMap<string, Target>,
): Promise<Pointed> {
  if (uncovered.length === 0) return { patch, uncovered };
  const found = await deps.workloads.replicaSet(call.namespace, call.replicaSet.name, call.signal);
  const own = new Map(
    usages(references(found?.spec.template ?? {})).map((usage) => [sourceId(usage), usage]),
  );
  const rest = pointAt(pod, uncovered, (reference) => {
    const target = targets.get(sourceId(reference));
    if (!target || target.holds === 'none') return target;
    return { ...target, holds: own.get(sourceId(reference)) ?? target.holds };
  });
  return { patch: [...patch, ...rest.patch], uncovered: rest.uncovered };
}

const uncoveredWhy = ({ where, kind, name }: Reference) =>
  `${where} uses more of ${kind}/${name} than its workload’s template does`;

/**
 * A pod's create: its references are pointed at the copies that its own annotations name. What cannot be done is told, and
 * the reference stays live; or the pod is refused, and comes once it can be done: as `onError` has it.
 */
export async function reviewPod(deps: PodDeps, request: PodRequest, signal: AbortSignal): Promise<Outcome> {
  const { object: pod, namespace } = request;
  const replicaSet = controllingReplicaSet(pod);
  if (!replicaSet) return leave('no-replicaset');
  const refers = references(pod);
  const refs = refsOf(pod, refers);
  if (refs.length === 0) return leave('nothing-pinned');
  const owner = { kind: 'ReplicaSet', ...replicaSet } as const;
  const call = { namespace, replicaSet: owner, dryRun: request.dryRun ?? false, signal };
  const { targets, failures } = await resolve(deps, call, refs);
  const [failure] = failures;
  if (failure && deps.onError === 'deny') throw failure;
  const pointed = pointAt(pod, refers, (reference) => targets.get(sourceId(reference)));
  const { patch, uncovered } = await pointRest(deps, call, pod, pointed, targets);
  const whys = [...new Set([...failures.map(({ message }) => message), ...uncovered.map(uncoveredWhy)])];
  if (whys.length === 0) return { decision: 'pin', reason: 'pinned', warnings: [], patch };
  if (!call.dryRun) {
    const told = whys.join('; ');
    deps.pin.events
      .notPinned(namespace, replicaSet, told, AbortSignal.timeout(EVENT_MS))
      .catch(() => undefined);
  }
  const warnings = whys.map((why) => startsLive(displayName('pod', pod.metadata), why));
  const reason = failure?.code.toLowerCase() ?? 'uncovered';
  return { decision: failure ? 'fail' : 'pin', reason, warnings, patch };
}
