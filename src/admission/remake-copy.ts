import { lostError, notAskedError, switchedOffError, unknownKeyError } from '../copies/errors.ts';
import type { CopyRef } from '../copies/name.ts';
import { isCopyOfPin, type Pin } from '../copies/pins.ts';
import { formatOfDigest, type HashFormat } from '../digest/format.ts';
import type { Copies, GoodCopy } from '../in-step/ports.ts';
import type { Revision } from '../in-step/revision-ports.ts';
import type { TemplateMarks } from '../marks/marks.ts';
import { workloadSettings } from '../policy/compat.ts';
import { referencesInScope } from '../policy/in-scope.ts';
import { asksForPin, injectLabel, pinLabel } from '../policy/managed.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Controller, NamedRevision } from '../workloads/pod-revision.ts';
import { readController } from './controller.ts';
import type { ReviewDeps } from './deps.ts';

export type PodDeps = Omit<ReviewDeps, 'copies'> & { readonly copies: Copies };

/** The part of a pod's create that its copies depend on. */
export interface PodCall {
  readonly namespace: string;
  /** As the pod names them. They may be invented. */
  readonly controller: Controller;
  readonly revision: NamedRevision;
  /** As the pod carries them. */
  readonly marks: TemplateMarks;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/**
 * Checks that a copy may be made in this namespace, for this revision. lockstep makes copies only where
 * somebody asks for them now. The registration sends it pods of every namespace. Anybody who may create
 * revisions can write marks that name copies.
 * @throws LockstepError COPY_LOST
 */
async function checkAsked(
  deps: PodDeps,
  call: PodCall,
  { owner, metadata }: Revision,
  ref: CopyRef,
): Promise<void> {
  const { namespace, signal } = call;
  const found = await deps.namespaces.read(namespace, signal);
  if (injectLabel(found?.labels).says === 'disabled') throw switchedOffError(ref, namespace);
  if (pinLabel(found?.labels).says === 'enabled') return;
  const workload = await readController(deps, deps.kinds, namespace, metadata, signal);
  if (workload && asksForPin(pinLabel(workload.metadata.labels), false)) return;
  const name = workload?.metadata.name;
  throw notAskedError(
    ref,
    workload && name
      ? `${workload.kind.singular}/${name}`
      : `the owner of ${owner.kind.toLowerCase()}/${owner.name}`,
  );
}

/**
 * What the revision's template uses, by source id. The pod itself may use more, because other webhooks may have
 * added containers to it.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
async function templateUse(
  { defaults, formats }: PodDeps,
  { namespace }: Pick<PodCall, 'namespace'>,
  { metadata, template }: Revision,
): Promise<ReadonlyMap<string, Usage>> {
  const annotated = { metadata, namespace, template: template ?? {} };
  const counting = referencesInScope(annotated.template, workloadSettings(annotated, defaults));
  return new Map(formats.current.usages(counting).map((usage) => [sourceId(usage), usage]));
}

/** The source as it is now, if that is what the copy held. */
async function readPin(
  { sources }: PodDeps,
  { namespace, signal }: PodCall,
  ref: CopyRef,
  usage: Usage,
  format: HashFormat,
): Promise<Pin | undefined> {
  const { digest } = await sources.digest(namespace, usage, format, signal);
  const pin = digest === undefined ? undefined : { usage, digest };
  return pin && isCopyOfPin(ref, pin) ? pin : undefined;
}

/**
 * Makes a deleted copy again, if the source still holds what it held when the copy was made.
 * @throws LockstepError COPY_LOST if the source holds something else, or if nobody asks for copies any more
 */
export type RemakeCopy = (ref: CopyRef) => Promise<GoodCopy>;

/**
 * For one pod. What its revision uses is found out when the first copy must be made again, once for all of them.
 * @param revision that revision
 */
export function copyRemaker(deps: PodDeps, call: PodCall, revision: Revision): RemakeCopy {
  const { namespace, signal } = call;
  let usages: ReturnType<typeof templateUse> | undefined;
  return async (ref) => {
    // As a promise, so that a template beyond the limits is found out once, too.
    usages ??= templateUse(deps, call, revision);
    const usage = (await usages).get(sourceId(ref));
    const format = formatOfDigest(ref.kind, ref.shortDigest, deps.formats);
    if (!format) throw unknownKeyError(ref);
    const pin = usage && (await readPin(deps, call, ref, usage, format));
    if (!pin) throw lostError(ref);
    await checkAsked(deps, call, revision, ref);
    const made = await deps.copies.make(namespace, pin, revision.owner, signal);
    const look = made === 'there' ? await deps.copies.look(namespace, ref, signal) : undefined;
    if (look?.state !== 'good') throw lostError(ref);
    return look;
  };
}
