import { canonicalJson } from '../../../src/digest/canonical.ts';
import { type Deployment, replicasOf } from '../../../src/workloads/deployment.ts';
import { controllerOf, type ReplicaSet } from '../../../src/workloads/replica-set.ts';
import type { History, Life } from './history.ts';
import { templateOf } from './one-rollout.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';

const DESIRED = 'deployment.kubernetes.io/desired-replicas';

const sizeOf = ({ spec }: ReplicaSet): number => spec.replicas ?? 1;

/** The last versions of what was not deleted. */
const present = <T>(lives: readonly Life<T>[]): readonly T[] =>
  lives
    .filter(({ deletedAt }) => deletedAt === undefined)
    .flatMap(({ commits }) => commits.at(-1)?.object ?? []);

const isAtRest = (deployment: Deployment, active: readonly ReplicaSet[]): boolean =>
  deployment.spec.paused === true ||
  (active.reduce((sum, set) => sum + sizeOf(set), 0) === replicasOf(deployment) &&
    active.every((set) => templateOf(set) === canonicalJson(deployment.spec.template)));

/**
 * The Deployment controller does nothing but scale while an active ReplicaSet notes another size of the
 * Deployment. The one active ReplicaSet has the right size, so the controller writes nothing, and the note
 * stays. Kubernetes does this: docs/kubernetes.md has how. lockstep removes the note where it caps, so it
 * cannot have caused this.
 */
function waitsForScale(deployment: Deployment, active: readonly ReplicaSet[]): boolean {
  const [only, ...others] = active;
  if (!only || others.length > 0 || sizeOf(only) !== replicasOf(deployment)) return false;
  const noted = only.metadata.annotations?.[DESIRED];
  return noted !== undefined && Number(noted) !== replicasOf(deployment);
}

/** Every rollout ends. */
export function comesToRest({ unrest, deployments, replicaSets }: History): readonly Verdict[] {
  if (unrest === undefined) return [HELD];
  const sets = present(replicaSets).filter((set) => sizeOf(set) > 0);
  const explained = present(deployments).map((deployment) => {
    const active = sets.filter(
      ({ metadata }) => controllerOf(metadata, 'Deployment')?.uid === deployment.metadata.uid,
    );
    if (isAtRest(deployment, active)) return 'at rest';
    return waitsForScale(deployment, active) ? 'waits' : 'unexplained';
  });
  const onlyWaits = explained.includes('waits') && !explained.includes('unexplained');
  return [
    onlyWaits ? exempt('its deployment’s controller waits for a scale that is over') : violated(unrest),
  ];
}
