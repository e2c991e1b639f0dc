import type { JobOwner } from '../copies/job-copy.ts';
import type { Unpinned } from '../copies/pins.ts';
import type { Jobs } from '../in-step/job-ports.ts';
import { readSources } from '../in-step/live-config.ts';
import { referencesInScope } from '../policy/in-scope.ts';
import { asksForPin, injectLabel, isManaged, pinLabel } from '../policy/managed.ts';
import { modeOf } from '../policy/mode.ts';
import { pinningOf } from '../policy/pinning.ts';
import { settingsOf } from '../policy/settings.ts';
import { sourceId } from '../references/sources.ts';
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

/** A Job that asks for copies. */
export interface Asking {
  readonly kind: 'asking';
  readonly job: Job;
}

/** Why no copy is made. */
export interface NoCopies {
  readonly kind: 'no-copies';
  readonly reason: 'no-job' | 'suspended' | 'not-asked' | 'observing';
}

/**
 * What the copies of a Job depend on: the whole Job, as it is now. Nothing is made for a suspended Job. Its controller
 * makes no pods, so somebody has invented this one, or the controller is about to delete it.
 */
export async function readAsking(
  deps: JobDeps,
  { namespace, job, dryRun, signal }: JobCall,
): Promise<Asking | NoCopies> {
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
  if (!dryRun && modeOf(place.labels, deps.mode) === 'observe')
    return { kind: 'no-copies', reason: 'observing' };
  return found.spec.suspend ? { kind: 'no-copies', reason: 'suspended' } : { kind: 'asking', job: found };
}

/** What the template of a Job uses, of the sources that count. */
export function usagesOf({ defaults, formats }: JobDeps, { metadata, spec }: Job): readonly Usage[] {
  const settings = settingsOf(metadata.annotations, defaults);
  return formats.current.usages(referencesInScope(spec.template ?? {}, settings));
}

/** Whether the pods of a Job read a copy of a source, and of which content. */
export async function readPin(deps: JobDeps, { namespace, signal }: JobCall, job: Job, usage: Usage) {
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
