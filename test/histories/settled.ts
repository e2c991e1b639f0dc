import { type Static, Type } from 'typebox';
import { OwnedMeta } from '../../src/workloads/replica-set.ts';
import { parser } from './parser.ts';
import { NOBODY } from './perform-on-job.ts';

const whole = Type.Optional(Type.Integer());

/** An object of a kind with pods, as its controller has left it. */
const Controlled = Type.Object({
  metadata: OwnedMeta,
  spec: Type.Object({
    replicas: whole,
    paused: Type.Optional(Type.Boolean()),
    suspend: Type.Optional(Type.Boolean()),
    parallelism: whole,
    completions: whole,
    template: Type.Optional(
      Type.Object({ spec: Type.Optional(Type.Object({ schedulerName: Type.Optional(Type.String()) })) }),
    ),
    updateStrategy: Type.Optional(
      Type.Object({
        type: Type.Optional(Type.String()),
        rollingUpdate: Type.Optional(Type.Object({ partition: whole })),
      }),
    ),
  }),
  status: Type.Optional(
    Type.Object({
      observedGeneration: whole,
      replicas: whole,
      updatedReplicas: whole,
      availableReplicas: whole,
      currentNumberScheduled: whole,
      desiredNumberScheduled: whole,
      updatedNumberScheduled: whole,
      numberAvailable: whole,
      active: whole,
      succeeded: whole,
      conditions: Type.Optional(Type.Array(Type.Object({ type: Type.String(), status: Type.String() }))),
    }),
  ),
});
type Controlled = Static<typeof Controlled>;

const controlled = parser(Controlled);

/** What an object's state is compared with. */
interface Around {
  /** The ReplicaSets of the namespace. */
  readonly sets: readonly unknown[];
  /** The number of the history's nodes. */
  readonly nodes: number;
}

const isObserved = ({ metadata, status }: Controlled): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);

/** All pods that it wants exist, and no others. */
function hasItsPods({ spec, status }: Controlled): boolean {
  const { replicas = 0, availableReplicas = 0 } = status ?? {};
  const wanted = spec.replicas ?? 1;
  return replicas === wanted && availableReplicas === wanted;
}

/** The rollout is over. The rollout of a paused Deployment may stop anywhere. */
function isDeploymentSettled(deployment: Controlled, { sets }: Around): boolean {
  const own = sets
    .flatMap((set) => controlled(set) ?? [])
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid));
  const { replicas = 0, updatedReplicas = 0 } = deployment.status ?? {};
  if (replicas !== own.reduce((sum, set) => sum + (set.spec.replicas ?? 1), 0)) return false;
  return (
    deployment.spec.paused === true ||
    (replicas === (deployment.spec.replicas ?? 1) && updatedReplicas === replicas)
  );
}

const isOnDelete = ({ spec }: Controlled): boolean => spec.updateStrategy?.type === 'OnDelete';

/** All pods exist. Those from the partition on are of the present template, unless they wait to be deleted. */
function isStatefulSetSettled(set: Controlled): boolean {
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const due = isOnDelete(set) ? 0 : Math.max(0, (set.spec.replicas ?? 1) - partition);
  return hasItsPods(set) && (set.status?.updatedReplicas ?? 0) >= due;
}

/** Each node has its pod, of the present template, unless the old one waits to be deleted. */
function isDaemonSetSettled(set: Controlled, { nodes }: Around): boolean {
  const { status = {} } = set;
  const counts = [status.desiredNumberScheduled, status.currentNumberScheduled, status.numberAvailable];
  const updated = isOnDelete(set) ? [] : [status.updatedNumberScheduled];
  return [...counts, ...updated].every((count = 0) => count === nodes);
}

/** It has all pods that it may have now, or needs none any more. */
function isJobSettled({ spec, status = {} }: Controlled): boolean {
  const { active = 0, succeeded = 0, conditions = [] } = status;
  const is = (type: string) => conditions.some((each) => each.type === type && each.status === 'True');
  if (is('Complete') || is('Failed')) return active === 0;
  if (spec.suspend) return is('Suspended') && active === 0;
  // kwok ends all other pods.
  if (spec.template?.spec?.schedulerName !== NOBODY) return false;
  const left = (spec.completions ?? 1) - succeeded;
  return !is('Suspended') && active > 0 && active === Math.min(spec.parallelism ?? 1, left);
}

const RULES: Readonly<Record<string, (object: Controlled, around: Around) => boolean>> = {
  // Its status says less than its size.
  replicasets: hasItsPods,
  statefulsets: (object) => isObserved(object) && isStatefulSetSettled(object),
  daemonsets: (object, around) => isObserved(object) && isDaemonSetSettled(object, around),
  jobs: isJobSettled,
  deployments: (object, around) => isObserved(object) && isDeploymentSettled(object, around),
};

/** Whether the controller of an object of this resource has done all that is to do. */
export function isSettled(resource: string, object: unknown, around: Around): boolean {
  const read = controlled(object);
  const rule = RULES[resource];
  return read !== undefined && rule?.(read, around) === true;
}
