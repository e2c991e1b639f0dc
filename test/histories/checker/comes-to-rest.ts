import { canonicalJson } from '../../../src/digest/canonical.ts';
import { DEPLOYMENT } from '../../../src/workloads/deployment.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import type { History, Life, Revision } from './history.ts';
import { ownerOf, templateOf } from './revisions.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';

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

/** Every rollout ends. */
export function comesToRest({ unrest, workloads, revisions }: History): readonly Verdict[] {
  if (unrest === undefined) return [HELD];
  const sets = present(revisions).filter((set) => sizeOf(set) > 0);
  const explained = present(workloads)
    .filter(({ kind }) => kind === DEPLOYMENT)
    .map((deployment) => {
      const active = sets.filter((set) => ownerOf(set) === deployment.metadata.uid);
      if (isAtRest(deployment, active)) return 'at rest';
      return waitsForScale(deployment, active) ? 'waits' : 'unexplained';
    });
  const onlyWaits = explained.includes('waits') && !explained.includes('unexplained');
  return [
    onlyWaits ? exempt('its deployment’s controller waits for a scale that is over') : violated(unrest),
  ];
}
