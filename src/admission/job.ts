import type { JobOwner } from '../copies/job-copy.ts';
import { jobUidIn } from '../copies/job-name.ts';
import { LockstepError } from '../errors.ts';
import { startsLiveWarning, staysLiveWarning } from '../policy/copy-warnings.ts';
import { asksForPin, injectLabel, isManaged, pinLabel } from '../policy/managed.ts';
import { OBSERVED } from '../policy/mode.ts';
import { pointAt } from '../references/point.ts';
import { type Reference, references } from '../references/references.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import { isTrustAnchor } from '../references/trust-anchor.ts';
import { JOB_API_VERSION, JOB_KIND, type Job } from '../workloads/job.ts';
import { controllerOf } from '../workloads/replica-set.ts';
import { displayName } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import type { ReviewDeps } from './deps.ts';
import { failureOutcome } from './failure.ts';
import { type ResolvedJob, resolveJobCopies } from './job-copies.ts';
import type { JobCall, JobDeps } from './job-plan.ts';
import { FAIL_REASONS, fail, type LeaveReason, leave, type Outcome, pin } from './outcome.ts';
import type { PodRequest } from './review.ts';

/**
 * Why a Job's pods read live configuration, although the Job exists. Undefined: they read copies. The labels are
 * those of now, so a pod that is created after a label has changed follows it. The template cannot keep them.
 */
async function whyLive(
  { injectDefault, namespaces }: JobDeps,
  { labels }: Job['metadata'],
  namespace: string,
  { pinNamespace, mode, signal }: Pick<ReviewContext, 'pinNamespace' | 'mode' | 'signal'>,
): Promise<LeaveReason | undefined> {
  // Where lockstep only observes, the path does not tell what the namespace says of pin.
  const isUntold = mode === 'observe' && pinLabel(labels).says !== 'disabled';
  if (!isUntold && !asksForPin(pinLabel(labels), pinNamespace)) return 'not-asked';
  const label = injectLabel(labels);
  // No call comes from a namespace that says `disabled`, so most Jobs need no look at theirs.
  const isOpen = label.says !== 'enabled' && label.says !== 'disabled' && injectDefault === 'disabled';
  const found = isOpen ? await namespaces.read(namespace, signal) : undefined;
  return isManaged(label, injectLabel(found?.labels), injectDefault) ? undefined : 'unmanaged';
}

/**
 * The sources that a pod refers to, each once. Without Secrets, if lockstep may not read them. The API server calls
 * once more if another webhook has changed the pod. Then some references lead to copies already.
 */
function sourcesOf(
  { defaults }: JobDeps,
  { uid }: JobOwner,
  podReferences: readonly Reference[],
): readonly SourceRef[] {
  const counting = podReferences.filter(
    ({ kind, name }) => (defaults.secrets || kind !== 'secret') && jobUidIn(name) !== uid,
  );
  return [...new Map(counting.map((reference) => [sourceId(reference), reference])).values()];
}

/** Records an Event about the Job. Nothing is written in a namespace that has lockstep switched off. */
function reportNotPinned(deps: JobDeps, { namespace, job }: JobCall, message: string): void {
  deps.events.later({ namespace, subject: displayName('job', job) }, async (signal) => {
    const found = await deps.namespaces.read(namespace, signal);
    if (!found || injectLabel(found.labels).says === 'disabled') return undefined;
    const about = { apiVersion: JOB_API_VERSION, kind: JOB_KIND, namespace, ...job };
    await deps.events.record('NotPinned', about, message, signal);
    return undefined;
  });
}

const whyUncovered = ({ where, kind, name }: Reference) =>
  `${where} uses more of ${kind}/${name} than the template of its job does`;

/**
 * The answer to a pod of a Job. What stays live is reported: by a warning, and by an Event, since no user sees the
 * warnings of a pod. Nobody is told of a source whose keys are ignored. Somebody has asked for that.
 */
function answer(
  deps: JobDeps,
  call: JobCall,
  { object: pod }: PodRequest,
  podReferences: readonly Reference[],
  { targets, failures, unpinned }: ResolvedJob,
): Outcome {
  const { patch, uncovered } = pointAt(pod, podReferences, (reference) => targets.get(sourceId(reference)));
  const [name, jobName] = [displayName('pod', pod.metadata), displayName('job', call.job)];
  const whys = [...failures.map(({ message }) => message), ...uncovered.map(whyUncovered)];
  const live = unpinned.filter(({ why }) => why !== 'keys-ignored');
  const told = [...new Set([...whys, ...live.map((each) => staysLiveWarning(each, jobName))])];
  if (told.length > 0 && !call.dryRun) reportNotPinned(deps, call, told.join('; '));
  const warnings = [
    ...[...new Set(whys)].map((why) => startsLiveWarning(name, why)),
    ...live.map((each) => staysLiveWarning(each, jobName)),
  ];
  const [failure] = failures;
  if (failure) return fail(FAIL_REASONS[failure.code], warnings, patch);
  if (warnings.length > 0) return pin('uncovered', patch, warnings);
  return patch.length > 0 ? pin('pinned', patch) : leave('nothing-pinned');
}

/** Points a pod of a Job that asks for copies at them. */
async function pinPod(
  deps: JobDeps,
  call: JobCall,
  request: PodRequest,
  onError: ReviewContext['onError'],
): Promise<Outcome> {
  const { object: pod } = request;
  // A client of the pod must know the CAs of today.
  const podReferences = references(pod).filter((reference) => !isTrustAnchor(pod, reference));
  const sources = sourcesOf(deps, call.job, podReferences);
  if (sources.length === 0) return leave('nothing-pinned');
  const resolved = await resolveJobCopies(deps, call, sources);
  if (resolved.kind === 'no-copies') return leave(resolved.reason);
  const [failure] = resolved.failures;
  if (failure && onError === 'deny') throw failure;
  return answer(deps, call, request, podReferences, resolved);
}

/**
 * Reviews the create of a Job's pod. A Job's template never changes, and nothing rolls it. So the first pod decides
 * what all pods of the Job read: retries, parallel ones, and those after a suspension.
 *
 * If a copy cannot be used, `onError` says what happens. Either the reference stays live and lockstep reports it, or
 * the pod is denied, and the Job's controller tries again. Until it is known that the Job asks for copies, the path
 * alone can deny.
 */
export async function reviewJob(
  deps: ReviewDeps,
  request: PodRequest,
  { onError, pinNamespace, mode, signal }: ReviewContext,
): Promise<Outcome> {
  const { object: pod, namespace } = request;
  const { jobs } = deps;
  if (!jobs) return leave('switched-off');
  // The pod may name a Job that does not exist.
  const owner = controllerOf(pod.metadata, JOB_KIND);
  const metadata = owner && (await jobs.find(namespace, owner, signal));
  if (!metadata) return leave('no-job');
  const jobDeps = { ...deps, jobs };
  const reason = await whyLive(jobDeps, metadata, namespace, { pinNamespace, mode, signal });
  if (reason) return leave(reason);
  const { name, uid } = owner;
  const isObserving = mode === 'observe';
  const dryRun = request.dryRun ?? false;
  // Whoever observes makes no copy, as in a dry run.
  const call = { namespace, job: { name, uid }, dryRun: dryRun || isObserving, signal };
  try {
    const outcome = await pinPod(jobDeps, call, request, onError);
    if (!isObserving || outcome.decision !== 'pin') return outcome;
    if (!dryRun) reportNotPinned(jobDeps, call, OBSERVED);
    return { ...outcome, warnings: [startsLiveWarning(displayName('pod', pod.metadata), OBSERVED)] };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const failure = { reason: FAIL_REASONS[error.code], why: error.message };
    return failureOutcome(failure, displayName('pod', pod.metadata), onError);
  }
}
