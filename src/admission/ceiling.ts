import type { Operation } from 'fast-json-patch';
import { templateMarksOf } from '../marks/marks.ts';
import {
  type CeilingDecision,
  type CeilingFacts,
  decideCeiling,
  isStuck,
  isWhollyPinned,
} from '../policy/ceiling.ts';
import { cappedWarning, staleGrowthWarning } from '../policy/ceiling-warnings.ts';
import { injectLabel } from '../policy/managed.ts';
import { type ReplicaSet, sizePatch } from '../workloads/replica-set.ts';
import { displayName, nameOf, type Workload } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import { readController } from './controller.ts';
import type { CeilingSettings, ReviewDeps } from './deps.ts';
import { reportHeldBack } from './held-back-event.ts';
import { cap, leave, type Outcome } from './outcome.ts';
import type { CeilingRequest } from './review.ts';

type Deps = Pick<
  ReviewDeps,
  'kinds' | 'workloads' | 'replicaSets' | 'copies' | 'namespaces' | 'injectDefault' | 'defaults' | 'events'
>;

/** Why a stale ReplicaSet may grow in these cases: capacity comes first. */
const WHY_UNCAPPED: Readonly<Record<string, string>> = {
  paused: 'its deployment is paused',
  'rollout-failed': 'its deployment’s rollout has failed',
  'no-ready-pod': 'its deployment’s rollout has no ready pod yet',
};

function ownerFacts(workload: Workload | undefined): CeilingFacts['owner'] {
  if (!workload) return undefined;
  const { metadata, template, paused, rollout } = workload;
  return {
    hash: templateMarksOf(template.metadata?.annotations).hash,
    disabled: injectLabel(metadata.labels).says === 'disabled',
    paused,
    failed: rollout.failed,
  };
}

const isScale = ({ subResource }: CeilingRequest): boolean => subResource === 'scale';

/** A ReplicaSet under review, and the workload that controls it. Undefined: the cluster has none (any more). */
interface Found {
  /** The review of a Scale does not hold it. */
  readonly subject: ReplicaSet | undefined;
  readonly owner: Workload | undefined;
}

async function readBoth(deps: Deps, request: CeilingRequest, signal: AbortSignal): Promise<Found> {
  const { namespace, object } = request;
  const { name, uid } = object.metadata;
  const ref = name && uid ? { name, uid } : undefined;
  const read = () => ref && deps.replicaSets.read(namespace, ref, signal);
  const subject = isScale(request) ? await read() : object;
  const kinds = deps.kinds.filter(({ ceiling }) => ceiling);
  const owner = subject && (await readController(deps, kinds, namespace, subject.metadata, signal));
  return { subject, owner };
}

/** Whether the rollout that a stale ReplicaSet would wait for gets no pod ready, for longer than patience lasts. */
async function isPatienceOver(
  { replicaSets, copies }: Deps,
  { patience, clock }: CeilingSettings,
  subject: ReplicaSet,
  owner: Workload,
  signal: AbortSignal,
): Promise<boolean> {
  const pinned = copies !== undefined && isWhollyPinned(subject.spec.template);
  const patienceMs = pinned ? patience.pinnedMs : patience.usualMs;
  const successor = await replicaSets.successor(owner, signal);
  return successor !== undefined && isStuck(successor, clock.now(), patienceMs);
}

const patchOf = (request: CeilingRequest, replicas: number): readonly Operation[] =>
  isScale(request)
    ? [{ op: 'replace', path: '/spec/replicas', value: replicas }]
    : sizePatch(request.object, replicas);

/**
 * Reviews the growth of a ReplicaSet. A stale one keeps the replicas that it had. How its rollout gets on is read
 * only if the answer would be a cap.
 */
export async function reviewCeiling(
  deps: Deps,
  settings: CeilingSettings,
  request: CeilingRequest,
  { mode, signal }: Pick<ReviewContext, 'mode' | 'signal'>,
): Promise<Outcome> {
  const { object, oldObject } = request;
  const replicasBefore = oldObject?.spec.replicas ?? 0;
  const replicasWanted = object.spec.replicas ?? 0;
  const nothing: Found = { subject: undefined, owner: undefined };
  const isGrowing = replicasWanted > replicasBefore;
  const { subject, owner } = isGrowing ? await readBoth(deps, request, signal) : nothing;

  const replicaSetHash = templateMarksOf(subject?.spec.template?.metadata?.annotations).hash;
  const facts = { replicasBefore, replicasWanted, replicaSetHash, owner: ownerFacts(owner) };
  const first = decideCeiling(facts);
  const isCap = first.action === 'cap' && subject && owner;
  const decision = isCap
    ? decideCeiling({ ...facts, stuck: await isPatienceOver(deps, settings, subject, owner, signal) })
    : first;
  const name = displayName('replicaset', object.metadata);
  if (decision.action === 'leave') return uncapped(name, decision.reason);
  const { replicas } = decision;
  if (subject && owner && !request.dryRun && mode !== 'observe') {
    const does = `scaling ${name} from ${replicasBefore} to ${replicasWanted}`;
    const caller = { user: request.userInfo?.username ?? undefined, does };
    const { hash } = ownerFacts(owner) ?? {};
    reportHeldBack(deps, { subject, owner, replicas, wanted: replicasWanted, hash, caller });
  }
  return cap(patchOf(request, replicas), [
    cappedWarning(name, replicas, owner ? nameOf(owner) : 'its workload', mode),
  ]);
}

function uncapped(name: string, reason: Extract<CeilingDecision, { action: 'leave' }>['reason']): Outcome {
  const why = WHY_UNCAPPED[reason];
  return leave(reason, why === undefined ? [] : [staleGrowthWarning(name, why)]);
}
