import { attempts } from '../background/attempts.ts';
import { type Compat, injectSwitch } from '../policy/compat.ts';
import { type InjectDefault, injectLabel, isManaged } from '../policy/managed.ts';
import { type Mode, modeOf } from '../policy/mode.ts';
import { isInScope, type NamespaceScope, namespacesToList } from '../policy/scope.ts';
import { sentenceOf } from '../policy/wording.ts';
import { blockingPod, mayBeBlocked, type RolledPod, type RollingSet, revisionOf } from './blocked-set.ts';
import type { UnblockPorts } from './ports.ts';

/** What a round needs. */
export interface UnblockDeps {
  readonly ports: UnblockPorts;
  readonly scope: NamespaceScope;
  readonly injectDefault: InjectDefault;
  /** The peers whose annotations count. */
  readonly compat?: Compat;
  readonly mode: Mode;
  /** How long a pod must not have been ready, in milliseconds. */
  readonly patienceMs: number;
  /** The API server's clock, which dates conditions to a second or so. */
  readonly clock: { now(): number };
}

/** What a round reports. */
export interface UnblockEvents {
  onDeleted(set: RollingSet, pod: RolledPod): void;
  /**
   * lockstep only observes there, so the pod stays.
   * @returns whether to tell of it: the same pod blocks in each round
   */
  onObserved(set: RollingSet, pod: RolledPod): boolean;
  onError(error: unknown): void;
}

/** `deleted pod db-2 of revision db-7c9, which was not ready: the rollout to revision db-5d9 waited for it` */
export function deletedText({ status }: RollingSet, pod: RolledPod): string {
  const rollout = `the rollout to revision ${status?.updateRevision} waited for it`;
  const revision = revisionOf(pod) ?? 'unknown';
  return `deleted pod ${pod.metadata.name} of revision ${revision}, which was not ready: ${rollout}`;
}

/** `would have deleted pod db-2 ...`: lockstep only observes. */
export const observedText = (set: RollingSet, pod: RolledPod): string =>
  `would have ${deletedText(set, pod)}`;

async function unblockSet(
  { ports, scope, injectDefault, mode, compat, patienceMs, clock }: UnblockDeps,
  events: UnblockEvents,
  set: RollingSet,
  signal: AbortSignal,
): Promise<void> {
  const { namespace = '' } = set.metadata;
  if (!namespace || !isInScope(scope, namespace) || !mayBeBlocked(set)) return;
  const pods = await ports.pods(set, signal);
  const pod = pods && blockingPod(set, pods, { nowMs: clock.now(), patienceMs });
  if (!pod) return;
  const found = await ports.namespaceLabels(namespace, signal);
  const own = injectSwitch({ metadata: set.metadata, namespace, template: set.spec.template ?? {} }, compat);
  if (!found || !isManaged(own, injectLabel(found), injectDefault)) return;
  if (modeOf(found, mode) === 'observe') {
    if (!events.onObserved(set, pod)) return;
    await ports.report('WouldDeletePod', set, sentenceOf(observedText(set, pod)), signal);
    return;
  }
  if (!(await ports.deletePod(pod, signal))) return;
  events.onDeleted(set, pod);
  await ports.report('OutdatedPodDeleted', set, sentenceOf(deletedText(set, pod)), signal);
}

/**
 * Deletes, of each StatefulSet that asks for it, the one pod of an outdated revision for which its rollout waits.
 * It never throws: it reports what fails, and goes on with the next StatefulSet.
 */
export async function unblockRound(
  deps: UnblockDeps,
  events: UnblockEvents,
  signal: AbortSignal,
): Promise<void> {
  const attempt = attempts(signal, (error) => events.onError(error));
  for (const namespace of namespacesToList(deps.scope)) {
    await attempt(async () => {
      for await (const sets of deps.ports.sets(namespace, signal))
        for (const set of sets) await attempt(() => unblockSet(deps, events, set, signal));
    });
  }
}
