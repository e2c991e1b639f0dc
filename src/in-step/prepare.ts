import { injectSwitch } from '../policy/compat.ts';
import { injectLabel, isManaged, pinLabel } from '../policy/managed.ts';
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
import type { InStepDeps, LiveNamespace } from './ports.ts';

/** How to treat one call. */
export interface Conduct {
  /** lockstep writes nothing: it makes no copy and patches no workload. */
  readonly dryRun: boolean;
  readonly onError: OnError;
}

/** An assessment whose copies exist, so its marks can be written. */
export interface Prepared {
  readonly assessment: Assessment;
  /** Warnings of copies that could not be made. */
  readonly copyWarnings: readonly string[];
}

async function readNamespace(deps: InStepDeps, { workload, signal }: Call): Promise<LiveNamespace> {
  const found = await deps.namespaces.read(workload.namespace, signal);
  if (!found) throw noNamespaceError(workload.namespace);
  return found;
}

/**
 * Judges a workload and makes the copies that the decision needs. Both belong to the same live configuration.
 *
 * Before anything is written with lockstep's own rights, it looks at the namespace itself. The review's
 * path, and the fact that a review came, prove nothing: any client that reaches the webhook's port can send
 * one. Where nothing is written, this costs no read.
 * @throws LockstepError what the ports throw. If `onError` is `deny`, also if a copy could not be made
 */
export async function prepare(
  deps: InStepDeps,
  call: Call,
  { dryRun, onError }: Conduct,
  marksWriter: MarksWriter,
): Promise<Prepared> {
  let checked = call;
  for (;;) {
    const assessed = await assess(deps, checked);
    const { assessment, call: judged } = assessed;
    if (onError === 'deny' && assessment.omitted.includes('pinned'))
      throw noRoomForCopiesError(assessment.name);
    const reserved = deps.copies ? copiesToReserve(judged, assessed) : [];
    const patches = marksWriter === 'lockstep' && assessment.decision.action !== 'leave';
    if (dryRun || !(patches || reserved.length > 0)) return { assessment, copyWarnings: [] };

    const [namespace, workloadOwner] = await Promise.all([
      readNamespace(deps, checked),
      reserved.length > 0 ? readReservingWorkload(deps, judged, marksWriter) : undefined,
    ]);
    const own = injectSwitch(call.workload, deps.defaults.compat);
    if (!isManaged(own, injectLabel(namespace.labels), deps.injectDefault))
      return { assessment: unmanaged(deps, call), copyWarnings: [] };
    const pinNamespace = pinLabel(namespace.labels).says === 'enabled';
    if (pinNamespace !== checked.pinNamespace) {
      // The path says something else, so the judgement may be another.
      checked = { ...checked, pinNamespace };
      continue;
    }
    if (!deps.copies || reserved.length === 0) return { assessment, copyWarnings: [] };
    const owner = workloadOwner ?? namespaceOwner(call.workload.namespace, namespace.uid);
    const made = await makeCopies(deps.copies, judged, assessed, { copies: reserved, owner, onError });
    if (made.kind === 'made') return { assessment, copyWarnings: made.warnings };
    // A source changed or a copy disappeared after the judgement. The marks must tell the present state, so
    // judge again. The deadline of the call ends this loop.
  }
}
