import type { Operation } from 'fast-json-patch';
import { pinnedSources } from '../copies/pins.ts';
import { LockstepError } from '../errors.ts';
import { templateMarksOf } from '../marks/marks.ts';
import { startsLiveWarning } from '../policy/copy-warnings.ts';
import { injectLabel } from '../policy/managed.ts';
import { OBSERVED } from '../policy/mode.ts';
import { joinPatches, type Pointed, pointAt } from '../references/point.ts';
import { type Reference, references } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import { isTrustAnchor } from '../references/trust-anchor.ts';
import { usages } from '../references/usage.ts';
import type { Pod } from '../workloads/pod.ts';
import { originOf } from '../workloads/pod-revision.ts';
import { displayName } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import type { ReviewDeps } from './deps.ts';
import { FAIL_REASONS, fail, leave, type Outcome, pin } from './outcome.ts';
import { type OwnRevision, ownRevisionOf, readOwnRevision } from './own-revision.ts';
import { copyRefsOf, type ResolvedCopies, resolveCopies } from './pod-copies.ts';
import { mayDenyPod } from './pod-denial.ts';
import type { PodCall, PodDeps } from './remake-copy.ts';
import type { PodRequest } from './review.ts';

/**
 * Points the references that the notes of their copies do not cover. A copy may have been made for another
 * workload, which uses other keys and still comes to the same digest. That happens if a source has one key:
 * one workload names the key, the other takes all keys. Whatever its note says, the copy holds what the
 * pod's own workload refers to. The digest is that of exactly these keys, and a copy holds no others. Only
 * a copy with stand-ins does.
 * @returns undefined if the cluster has no such revision as the pod names
 */
async function pointRest(
  readOwn: OwnRevision,
  pod: Pod,
  { patch, uncovered }: Pointed,
  { targets, failures }: ResolvedCopies,
): Promise<Pointed | undefined> {
  if (uncovered.length === 0) return { patch, uncovered };
  const found = await readOwn();
  if (found instanceof LockstepError) {
    // A failure is reported in any case. What is pointed at its copies stays so.
    if (failures.length > 0) return { patch, uncovered };
    throw found;
  }
  if (!found) return undefined;
  const own = new Map(usages(references(found.template ?? {})).map((usage) => [sourceId(usage), usage]));
  const rest = pointAt(pod, uncovered, (reference) => {
    const target = targets.get(sourceId(reference));
    if (!target || target.holds === 'none' || target.standIns) return target;
    return { ...target, holds: own.get(sourceId(reference)) ?? target.holds };
  });
  return { patch: joinPatches(patch, rest.patch), uncovered: rest.uncovered };
}

const whyUncovered = ({ where, kind, name }: Reference) =>
  `${where} uses more of ${kind}/${name} than its workload’s template does`;

/**
 * Records an Event about the controller of a pod, if its revision has the pod's marks. Otherwise somebody has
 * invented the pod, and chosen the message. Nothing is written in a namespace that has lockstep switched off.
 */
async function recordEvent(
  deps: PodDeps,
  call: PodCall,
  message: string,
  signal: AbortSignal,
): Promise<undefined> {
  const { namespace, controller } = call;
  const [own, found] = await Promise.all([
    readOwnRevision(deps, call, signal),
    deps.namespaces.read(namespace, signal),
  ]);
  if (!own || !found || injectLabel(found.labels).says === 'disabled') return undefined;
  await deps.events.record('NotPinned', { ...controller, namespace }, message, signal);
  return undefined;
}

function reportNotPinned(deps: PodDeps, call: PodCall, message: string): void {
  const { namespace, controller } = call;
  const place = { namespace, subject: `${controller.kind}/${controller.name}` };
  deps.events.later(place, (signal) => recordEvent(deps, call, message, signal));
}

/**
 * Reports that some references of a pod stay live. A warning goes to the
 * caller. An Event says it as well, because no user sees the warnings of a pod.
 */
function reportLiveReferences(
  deps: PodDeps,
  call: PodCall,
  pod: Pod,
  { failures: [failure] }: ResolvedCopies,
  whys: readonly string[],
  patch: readonly Operation[],
): Outcome {
  if (!call.dryRun) reportNotPinned(deps, call, whys.join('; '));
  const warnings = whys.map((why) => startsLiveWarning(displayName('pod', pod.metadata), why));
  return failure ? fail(FAIL_REASONS[failure.code], warnings, patch) : pin('uncovered', patch, warnings);
}

/**
 * Reviews a pod's create: points its references at the copies that its own annotations
 * name. If that is not possible, `onError` says what happens. Either the reference stays
 * live and lockstep reports it, or the pod is denied, and its controller tries again.
 */
export async function reviewPod(
  deps: ReviewDeps,
  request: PodRequest,
  { onError, mode, signal }: ReviewContext,
): Promise<Outcome> {
  const { object: pod, namespace } = request;
  const { copies } = deps;
  if (!copies) return leave('switched-off');
  const origin = originOf(pod.metadata, deps.kinds);
  if (origin === 'none') return leave('no-revision');
  if (origin === 'kind-off') return leave('unknown-kind');
  // Before the references: a pod may have too many of them, and read no copies.
  const marks = templateMarksOf(pod.metadata.annotations);
  const pinned = pinnedSources(marks);
  if (pinned.length === 0) return leave('nothing-pinned');
  // A client of the pod must know the CAs of today, whatever its template says.
  const podReferences = references(pod).filter((reference) => !isTrustAnchor(pod, reference));
  const copyRefs = copyRefsOf(pinned, podReferences);
  if (copyRefs.length === 0) return leave('nothing-pinned');
  const podDeps = { ...deps, copies };
  const { controller, revision } = origin;
  const isObserving = mode === 'observe';
  const dryRun = request.dryRun ?? false;
  // Whoever observes makes no copy and looks for none, as in a dry run.
  const call = { namespace, controller, revision, marks, dryRun: dryRun || isObserving, signal };
  const own = ownRevisionOf(podDeps, call);
  const resolved = await resolveCopies(podDeps, call, copyRefs, own);
  if (resolved === 'observing') return leave('observing');
  if (!resolved) return leave('no-revision');
  const { targets, failures } = resolved;
  const denied =
    onError === 'deny'
      ? failures.find(({ code }) => mayDenyPod(deps.kinds, pod, FAIL_REASONS[code]))
      : undefined;
  if (denied) throw denied;
  const pointed = pointAt(pod, podReferences, (reference) => targets.get(sourceId(reference)));
  const rest = await pointRest(own, pod, pointed, resolved);
  if (!rest) return leave('no-revision');
  const { patch, uncovered } = rest;
  const whys = [...new Set([...failures.map(({ message }) => message), ...uncovered.map(whyUncovered)])];
  if (isObserving && !dryRun) reportNotPinned(podDeps, call, OBSERVED);
  if (isObserving)
    return pin('pinned', patch, [startsLiveWarning(displayName('pod', pod.metadata), OBSERVED)]);
  if (whys.length === 0) return pin('pinned', patch);
  return reportLiveReferences(podDeps, call, pod, resolved, whys, patch);
}
