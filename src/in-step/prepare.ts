import { injectSwitch } from '../policy/compat.ts';
import { injectLabel, isManaged, pinLabel } from '../policy/managed.ts';
import { type Mode, modeOf } from '../policy/mode.ts';
import type { OnError } from '../policy/on-error.ts';
import { assess, unmanaged } from './assess.ts';
import type { Assessment } from './assessment.ts';
import { noNamespaceError, noRoomForCopiesError } from './errors.ts';
import type { Call } from './gather.ts';
import {
  copiesToReserve,
  type MarksWriter,
  makeCopies,
  namespaceOwner,
  readReservingWorkload,
} from './make-copies.ts';
import type { InStepDeps, LiveNamespace, Sources } from './ports.ts';

/** How to treat one call. */
export interface Conduct {
  /** lockstep writes nothing: it makes no copy and patches no workload. */
  readonly dryRun: boolean;
  readonly onError: OnError;
  /**
   * `observe`: lockstep writes nothing, whatever the namespace says. `enforce`, or undefined: the namespace decides,
   * as it is when lockstep is about to write.
   */
  readonly mode?: Mode | undefined;
}

/** An assessment whose copies exist, so its marks can be written, unless it is only observed. */
export interface Prepared {
  readonly assessment: Assessment;
  /** Warnings of copies that could not be made. */
  readonly copyWarnings: readonly string[];
  /** The decision is what lockstep would do. It has written nothing, and its caller must not write either. */
  readonly observed: boolean;
}

async function readNamespace(deps: InStepDeps, { workload, signal }: Call): Promise<LiveNamespace> {
  const found = await deps.namespaces.read(workload.namespace, signal);
  if (!found) throw noNamespaceError(workload.namespace);
  return found;
}

/**
 * The assessment by sources that were read ahead, if it is in step and lockstep has nothing to write. Anything else may
 * come of an edit in between: somebody may have written the workload, and seen newer content.
 */
async function inStepBy(ahead: Sources, deps: InStepDeps, call: Call): Promise<Assessment | undefined> {
  const assessed = await assess({ ...deps, sources: ahead }, call);
  const { assessment, call: judged } = assessed;
  if (assessment.decision.reason !== 'in-step') return undefined;
  return deps.copies && copiesToReserve(judged, assessed).length > 0 ? undefined : assessment;
}

/**
 * Judges a workload and makes the copies that the decision needs. Both belong to the same live configuration.
 *
 * Before anything is written with lockstep's own rights, it looks at the namespace itself. The review's
 * path, and the fact that a review came, prove nothing: any client that reaches the webhook's port can send
 * one. Where nothing is written, this costs no read. Where lockstep only observes, it looks all the same, so that the
 * decision is the one that it would make.
 * @param ahead sources that were read before the workload, perhaps. They count only if they show that it is in step
 * @throws LockstepError what the ports throw. If `onError` is `deny`, also if a copy could not be made
 */
export async function prepare(
  deps: InStepDeps,
  call: Call,
  { dryRun, onError, mode }: Conduct,
  marksWriter: MarksWriter,
  ahead?: Sources,
): Promise<Prepared> {
  const isObserving = mode === 'observe';
  let checked = call;
  const inStep = ahead && (await inStepBy(ahead, deps, call));
  if (inStep) return { assessment: inStep, copyWarnings: [], observed: isObserving };
  for (;;) {
    const assessed = await assess(deps, checked);
    const { assessment, call: judged } = assessed;
    if (onError === 'deny' && assessment.omitted.includes('pinned'))
      throw noRoomForCopiesError(assessment.name);
    const reserved = deps.copies ? copiesToReserve(judged, assessed) : [];
    const writes = assessment.decision.action !== 'leave' && (isObserving || marksWriter === 'lockstep');
    if (dryRun || !(writes || reserved.length > 0))
      return { assessment, copyWarnings: [], observed: isObserving };

    const [namespace, workloadOwner] = await Promise.all([
      readNamespace(deps, checked),
      reserved.length > 0 && !isObserving ? readReservingWorkload(deps, judged, marksWriter) : undefined,
    ]);
    const own = injectSwitch(call.workload, deps.defaults.compat);
    if (!isManaged(own, injectLabel(namespace.labels), deps.injectDefault))
      return { assessment: unmanaged(deps, call), copyWarnings: [], observed: isObserving };
    const pinNamespace = pinLabel(namespace.labels).says === 'enabled';
    if (pinNamespace !== checked.pinNamespace) {
      // The path says something else, so the judgement may be another.
      checked = { ...checked, pinNamespace };
      continue;
    }
    const observed = isObserving || modeOf(namespace.labels, deps.mode) === 'observe';
    if (observed || !deps.copies || reserved.length === 0) return { assessment, copyWarnings: [], observed };
    const owner = workloadOwner ?? namespaceOwner(call.workload.namespace, namespace.uid);
    const made = await makeCopies(deps.copies, judged, assessed, { copies: reserved, owner, onError });
    if (made.kind === 'made') return { assessment, copyWarnings: made.warnings, observed };
    // A source changed or a copy disappeared after the judgement. The marks must tell the present state, so
    // judge again. The deadline of the call ends this loop.
  }
}
