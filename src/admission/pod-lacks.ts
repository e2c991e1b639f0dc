import { pinnedSources, withDigest } from '../copies/pins.ts';
import { readSources } from '../in-step/live-config.ts';
import { mapFew } from '../in-step/map-few.ts';
import { templateMarksOf } from '../marks/marks.ts';
import { type Lacking, lackingIn, lacksOf } from '../policy/lacks.ts';
import { type Reference, references } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import { isTrustAnchor } from '../references/trust-anchor.ts';
import type { Usage } from '../references/usage.ts';
import { JOB_API_VERSION, JOB_KIND } from '../workloads/job.ts';
import type { Pod } from '../workloads/pod.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import { anyControllerOf } from '../workloads/replica-set.ts';
import type { ReviewDeps } from './deps.ts';

/** The Job that a pod says it is of. */
export function jobOf({ metadata }: Pod): { readonly name: string; readonly uid: string } | undefined {
  const controller = anyControllerOf(metadata);
  return controller?.kind === JOB_KIND && controller.apiVersion === JOB_API_VERSION ? controller : undefined;
}

/**
 * The references that pods cannot start without, except to what they read copies of. A source that is ignored keeps
 * them from starting as well. The API server brings the CA that each pod reads, in its own time.
 */
function neededReferences({ copies, defaults }: ReviewDeps, template: PodTemplate): Reference[] {
  const pinned = copies ? withDigest(pinnedSources(templateMarksOf(template.metadata?.annotations))) : [];
  const copied = new Set(pinned.map(sourceId));
  return references(template).filter(
    (reference) =>
      reference.needed !== undefined &&
      (defaults.secrets || reference.kind !== 'secret') &&
      !copied.has(sourceId(reference)) &&
      !isTrustAnchor(template, reference),
  );
}

/** What pods of a template need, and what of it is missing now. */
interface Needs {
  readonly used: readonly Usage[];
  readonly lacking: readonly Lacking[];
}

async function readNeeds(
  deps: ReviewDeps,
  namespace: string,
  template: PodTemplate,
  signal: AbortSignal,
): Promise<Needs> {
  const format = deps.formats.current;
  const used = format.usages(neededReferences(deps, template));
  if (used.length === 0) return { used, lacking: [] };
  const live = await readSources({ sources: deps.sources, namespace, signal }, used, format);
  const { lacking = [] } = lackingIn(lacksOf(used, live.state.sources, live.missingKeys));
  return { used, lacking };
}

/** What pods of a template cannot start without, and is missing now. */
export async function readLacking(
  deps: ReviewDeps,
  namespace: string,
  template: PodTemplate,
  signal: AbortSignal,
): Promise<readonly Lacking[]> {
  return (await readNeeds(deps, namespace, template, signal)).lacking;
}

/** The same for a pod. The pods of a Job read copies, if the first one has made them. They are looked for only then. */
export async function readLackingOfPod(
  deps: ReviewDeps,
  namespace: string,
  pod: Pod,
  signal: AbortSignal,
): Promise<readonly Lacking[]> {
  const { used, lacking } = await readNeeds(deps, namespace, pod, signal);
  const { jobs } = deps;
  const job = jobOf(pod);
  if (!jobs || !job) return lacking;
  const usageOf = new Map(used.map((usage) => [sourceId(usage), usage]));
  const left = await mapFew(lacking, signal, async (each) => {
    const source = usageOf.get(each.id);
    const look = source && (await jobs.look(namespace, source, job, signal));
    return look?.state === 'good' && !look.absent ? [] : [each];
  });
  return left.flat();
}
