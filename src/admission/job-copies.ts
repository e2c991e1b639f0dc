import { unsettledJobCopyError, unusableJobCopyError } from '../copies/errors.ts';
import { type JobOwner, jobCopyRef } from '../copies/job-copy.ts';
import { copyName } from '../copies/name.ts';
import type { Unpinned } from '../copies/pins.ts';
import { ABSENT } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import { mapFew } from '../in-step/map-few.ts';
import type { Target } from '../references/point.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Job } from '../workloads/job.ts';
import { type JobCall, type JobDeps, type NoCopies, readAsking, readPin, usagesOf } from './job-plan.ts';

/** Where the references of a Job's pod must point. */
export interface ResolvedJob {
  readonly kind: 'resolved';
  /** By source id. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly failures: readonly LockstepError[];
  /** Sources that stay live, although the Job asks for copies. */
  readonly unpinned: readonly Unpinned[];
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
 * same copy settle it by its name: the API server has one object of a name, and the second call reads that.
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
  const asking = await readAsking(deps, call);
  if (asking.kind === 'no-copies') return asking;
  const { job } = asking;
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
