import { canonicalJson } from '../../../src/digest/canonical.ts';
import { DAEMON_SET } from '../../../src/workloads/daemon-set.ts';
import { DEPLOYMENT } from '../../../src/workloads/deployment.ts';
import { valueAt } from '../../../src/workloads/fields.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { endOf } from './copies.ts';
import type { History, Life, Revision } from './history.ts';
import { ownerOf, templateOf } from './revisions.ts';
import { type Exemption, exempt, HELD, type Verdict, violated } from './verdict.ts';

const DESIRED = 'deployment.kubernetes.io/desired-replicas';

const sizeOf = ({ replicas }: Revision): number => replicas ?? 0;

/** The last versions of what was not deleted. */
const present = <T>(lives: readonly Life<T>[]): readonly T[] =>
  lives
    .filter(({ deletedAt }) => deletedAt === undefined)
    .flatMap(({ commits }) => commits.at(-1)?.object ?? []);

const isAtRest = (deployment: Workload, active: readonly Revision[]): boolean =>
  deployment.paused ||
  (active.reduce((sum, set) => sum + sizeOf(set), 0) === deployment.replicas &&
    active.every((set) => templateOf(set) === canonicalJson(deployment.template)));

/**
 * The Deployment controller does nothing but scale while an active ReplicaSet notes another size of the
 * Deployment. The one active ReplicaSet has the right size, so the controller writes nothing, and the note
 * stays. Kubernetes does this: docs/kubernetes.md has how. lockstep removes the note where it caps, so it
 * cannot have caused this.
 */
function waitsForScale(deployment: Workload, active: readonly Revision[]): boolean {
  const [only, ...others] = active;
  if (!only || others.length > 0 || sizeOf(only) !== deployment.replicas) return false;
  const noted = only.metadata.annotations?.[DESIRED];
  return noted !== undefined && Number(noted) !== deployment.replicas;
}

/** Whether pods of a DaemonSet were made, or deleted by its controller, when it was gone. */
function workedOn(history: History, { uid, deletedAt = Number.POSITIVE_INFINITY }: Life<Workload>): boolean {
  const deletes = history.calls.filter(
    ({ what, verb, resource }) =>
      what === 'daemon-set-controller' && verb === 'delete' && resource === 'pods',
  );
  const deleted = new Set(deletes.map(({ name }) => name));
  return history.pods.some((pod) => {
    const [made] = pod.commits;
    if (!made || ownerOf(made.object) !== uid) return false;
    return made.version > deletedAt || (deleted.has(pod.name) && endOf(pod) > deletedAt);
  });
}

/**
 * The DaemonSet controller waits until it has seen the pods that it makes and deletes. It counts them by the name of the
 * DaemonSet, and sees only those of the present uid. If it works on a DaemonSet that is gone meanwhile, it waits in vain,
 * and makes no pod for the next one of the name for five minutes or longer. Kubernetes does this: docs/kubernetes.md has
 * how. A controller that lockstep refuses has asked for a pod.
 */
function waitsForEarlierPods(history: History, life: Life<Workload>, { object }: Workload): boolean {
  const [first] = life.commits;
  const wanted = valueAt(object, ['status', 'desiredNumberScheduled']);
  if (!first || typeof wanted !== 'number' || wanted === 0) return false;
  if (history.calls.some(({ verb, podOf }) => verb === 'create' && podOf === life.uid)) return false;
  return history.workloads.some(
    (earlier) =>
      earlier.name === life.name &&
      earlier.commits[0]?.object.kind === DAEMON_SET &&
      (earlier.deletedAt ?? Number.POSITIVE_INFINITY) < first.version &&
      workedOn(history, earlier),
  );
}

/** Why Kubernetes itself keeps an object from coming to rest. undefined: nothing is known. */
function explanation(history: History, uid: string): Exemption | undefined {
  const life = history.workloads.find((each) => each.uid === uid);
  const workload = life?.commits.at(-1)?.object;
  if (!life || !workload || life.deletedAt !== undefined) return undefined;
  if (workload.kind === DAEMON_SET)
    return waitsForEarlierPods(history, life, workload)
      ? 'its daemonset’s controller waits for pods of an earlier one'
      : undefined;
  const active = present(history.revisions).filter((set) => sizeOf(set) > 0 && ownerOf(set) === uid);
  return workload.kind === DEPLOYMENT && !isAtRest(workload, active) && waitsForScale(workload, active)
    ? 'its deployment’s controller waits for a scale that is over'
    : undefined;
}

/** Every rollout ends. */
export function comesToRest(history: History): readonly Verdict[] {
  const { unrest } = history;
  if (unrest === undefined) return [HELD];
  const whys = unrest.of.map((uid) => explanation(history, uid));
  const known = whys.flatMap((why) => (why === undefined ? [] : [exempt(why)]));
  return known.length === 0 || known.length < whys.length ? [violated(unrest.says)] : known;
}
