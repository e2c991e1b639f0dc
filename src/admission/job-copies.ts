import { unsettledJobCopyError, unusableJobCopyError } from '../copies/errors.ts';
import { type JobOwner, jobCopyRef } from '../copies/job-copy.ts';
import { copyName } from '../copies/name.ts';
import type { Unpinned } from '../copies/pins.ts';
import { ABSENT } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import type { Jobs } from '../in-step/job-ports.ts';
import { readSources } from '../in-step/live-config.ts';
import { mapFew } from '../in-step/map-few.ts';
import { asksForPin, injectLabel, isManaged, pinLabel } from '../policy/managed.ts';
import { pinningOf } from '../policy/pinning.ts';
import { referencesInScope, settingsOf } from '../policy/settings.ts';
import type { Target } from '../references/point.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Job } from '../workloads/job.ts';
import type { ReviewDeps } from './deps.ts';

export type JobDeps = Omit<ReviewDeps, 'jobs'> & { readonly jobs: Jobs };

/** The part of a pod's create that the copies of its Job depend on. */
export interface JobCall {
  readonly namespace: string;
  /** A Job that the cluster has. */
  readonly job: JobOwner;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** Where the references of a Job's pod must point. */
export interface ResolvedJob {
  readonly kind: 'resolved';
  /** By source id. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly failures: readonly LockstepError[];
  /** Sources that stay live, although the Job asks for copies. */
  readonly unpinned: readonly Unpinned[];
}

/** Why no copy is made. */
export interface NoCopies {
  readonly kind: 'no-copies';
  readonly reason: 'no-job' | 'suspended' | 'not-asked';
}

/** How often lockstep tries to make a copy whose source changes meanwhile, or that others delete. */
const TRIES = 4;

/** The target of references to a source. For an absent one it is a name that no object can have. */
const targetTo = (source: SourceRef, job: JobOwner, holds: Target['holds']): Target => ({
  name: holds === 'none' ? copyName(source.name, ABSENT) : jobCopyRef(source, job).name,
  holds,
});

/** @throws LockstepError COPY_UNUSABLE, and what the API client throws */
async function lookFor({ jobs }: JobDeps, { namespace, job, signal }: JobCall, source: SourceRef) {
  const look = await jobs.look(namespace, source, job, signal);
  if (look.state === 'unusable') throw unusableJobCopyError(jobCopyRef(source, job), look.flaw);
  return look.state === 'good' ? targetTo(source, job, look.absent ? 'none' : look.note) : undefined;
}

/**
 * What the copies of a Job depend on: the whole Job, as it is now. Nothing is made for a suspended Job. Its controller
 * makes no pods, so somebody has invented this one, or the controller is about to delete it.
 */
async function readAsking(deps: JobDeps, { namespace, job, signal }: JobCall): Promise<Job | NoCopies> {
  const [found, place] = await Promise.all([
    deps.jobs.read(namespace, job, signal),
    deps.namespaces.read(namespace, signal),
  ]);
  if (!found || !place) return { kind: 'no-copies', reason: 'no-job' };
  const { labels } = found.metadata;
  // The path of a review proves nothing: any client that reaches the webhook's port can send one.
  const isAsked =
    isManaged(injectLabel(labels), injectLabel(place.labels), deps.injectDefault) &&
    asksForPin(pinLabel(labels), pinLabel(place.labels).says === 'enabled');
  if (!isAsked) return { kind: 'no-copies', reason: 'not-asked' };
  return found.spec.suspend ? { kind: 'no-copies', reason: 'suspended' } : found;
}

/** What the template of a Job uses, of the sources that count. */
function usagesOf({ defaults, formats }: JobDeps, { metadata, spec }: Job): readonly Usage[] {
  const settings = settingsOf(metadata.annotations, defaults);
  return formats.current.usages(referencesInScope(spec.template ?? {}, settings));
}

/** Whether the pods of a Job read a copy of a source, and of which content. */
async function readPin(deps: JobDeps, { namespace, signal }: JobCall, job: Job, usage: Usage) {
  const reader = { sources: deps.sources, namespace, signal };
  const live = await readSources(reader, [usage], deps.formats.current);
  const workload = { metadata: job.metadata, template: job.spec.template ?? {}, object: job };
  // The caller has found out that the Job asks for copies.
  const { pins, unpinned } = pinningOf({ workload, pinNamespace: true }, [usage], live, deps.pinExclude);
  const id = sourceId(usage);
  // A copy would lack the key for as long as the Job lives. No rollout brings another copy.
  const lacking: Unpinned[] = live.missingKeys.has(id) ? [{ id, why: 'keys-missing' }] : unpinned.slice();
  return { pin: live.missingKeys.has(id) ? undefined : pins[0], unpinned: lacking };
}

/** Makes the copy of a source that a Job's first pod decides on, or finds the one that another pod has just made. */
async function makeCopy(
  deps: JobDeps,
  call: JobCall,
  job: Job,
  usage: Usage,
): Promise<{ readonly target: Target | undefined; readonly unpinned: readonly Unpinned[] }> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { pin, unpinned } = await readPin(deps, call, job, usage);
    if (!pin) return { target: undefined, unpinned };
    if (call.dryRun) {
      const holds = pin.digest === ABSENT ? 'none' : usage;
      return { target: targetTo(usage, call.job, holds), unpinned: [] };
    }
    const made = await deps.jobs.make(call.namespace, pin, call.job, call.signal);
    const target = made === 'there' ? await lookFor(deps, call, usage) : undefined;
    if (target) return { target, unpinned: [] };
  }
  throw unsettledJobCopyError(jobCopyRef(usage, call.job));
}

/** The error, as a value. Anything else that was thrown is a bug, and stays thrown. */
function asFailure(error: unknown): LockstepError {
  if (!(error instanceof LockstepError)) throw error;
  return error;
}

/**
 * Finds the copies that a pod of a Job must read, and makes those that no earlier pod has made. Calls that make the
 * same copy settle it by its name: the API server has one object of a name, and whoever comes second reads that.
 * @param sources those that the pod refers to
 * @throws anything that is not a LockstepError: that is a bug
 */
export async function resolveJobCopies(
  deps: JobDeps,
  call: JobCall,
  sources: readonly SourceRef[],
): Promise<ResolvedJob | NoCopies> {
  const targets = new Map<string, Target>();
  const failures: LockstepError[] = [];
  const looks = await mapFew(sources, call.signal, async (source) => {
    try {
      return { source, target: await lookFor(deps, call, source) };
    } catch (error) {
      failures.push(asFailure(error));
      return { source, target: 'failed' as const };
    }
  });
  const missing = new Set<string>();
  for (const { source, target } of looks) {
    if (target === undefined) missing.add(sourceId(source));
    else if (target !== 'failed') targets.set(sourceId(source), target);
  }
  if (missing.size === 0) return { kind: 'resolved', targets, failures, unpinned: [] };
  const job = await readAsking(deps, call);
  if ('kind' in job) return job;
  const wanted = usagesOf(deps, job).filter((usage) => missing.has(sourceId(usage)));
  const made = await mapFew(wanted, call.signal, async (usage) => {
    try {
      const { target, unpinned } = await makeCopy(deps, call, job, usage);
      if (target) targets.set(sourceId(usage), target);
      return unpinned;
    } catch (error) {
      failures.push(asFailure(error));
      return [];
    }
  });
  return { kind: 'resolved', targets, failures, unpinned: made.flat() };
}
