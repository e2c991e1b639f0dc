import { type Static, Type } from 'typebox';
import { PodTemplate } from './pod-template.ts';
import { maybe, ObjectMeta, StringMap } from './schema.ts';

const Condition = Type.Object({
  type: Type.String(),
  status: Type.String(),
  reason: maybe(Type.String()),
  lastUpdateTime: maybe(Type.String()),
});

const LabelSelector = Type.Object({
  matchLabels: maybe(StringMap),
  matchExpressions: maybe(
    Type.Array(
      Type.Object({ key: Type.String(), operator: Type.String(), values: maybe(Type.Array(Type.String())) }),
    ),
  ),
});

export type LabelSelector = Static<typeof LabelSelector>;

/** apps/v1 Deployment, as far as lockstep reads it. */
export const Deployment = Type.Object({
  metadata: ObjectMeta,
  spec: Type.Object({
    replicas: maybe(Type.Integer()),
    paused: maybe(Type.Boolean()),
    selector: maybe(LabelSelector),
    template: PodTemplate,
  }),
  status: maybe(
    Type.Object({ observedGeneration: maybe(Type.Integer()), conditions: maybe(Type.Array(Condition)) }),
  ),
});

export type Deployment = Static<typeof Deployment>;

/** The Deployment controller's counter of templates; it stands on the Deployment and on its ReplicaSets. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';

/** `deployment/web`, or `deployment/web-*` where the API server has yet to complete a generateName. */
export function displayName(
  kind: string,
  meta: Pick<Deployment['metadata'], 'name' | 'generateName'>,
): string {
  return `${kind}/${meta.name || `${meta.generateName ?? ''}*`}`;
}

/** Replicas wanted; the API's default is 1. */
export function replicasOf(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

function progressing(deployment: Deployment) {
  return deployment.status?.conditions?.find((condition) => condition.type === 'Progressing');
}

/** The rollout passed its progressDeadlineSeconds, or its ReplicaSet could not be made. */
export function rolloutFailed(deployment: Deployment): boolean {
  return progressing(deployment)?.status === 'False';
}

/**
 * When the rollout under way or last done had all its pods available, in seconds since the epoch; undefined while it
 * has not. The Deployment controller writes the reason once and does not touch it again while only replicas change.
 */
export function rolloutCompletedAt(deployment: Deployment): number | undefined {
  const condition = progressing(deployment);
  if (condition?.reason !== 'NewReplicaSetAvailable' || !condition.lastUpdateTime) return undefined;
  return Date.parse(condition.lastUpdateTime) / 1000;
}

/** The controller has seen the present spec, so its revision and ReplicaSets speak of the present template. */
export function isObserved(deployment: Deployment): boolean {
  return (deployment.status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
}

type WriteExpression = (key: string, values: readonly string[]) => string;

// A map: an operator is whatever the object says, `constructor` included.
const OPERATORS: ReadonlyMap<string, WriteExpression> = new Map<string, WriteExpression>([
  ['In', (key, values) => `${key} in (${values.join(',')})`],
  ['NotIn', (key, values) => `${key} notin (${values.join(',')})`],
  ['Exists', (key) => key],
  ['DoesNotExist', (key) => `!${key}`],
]);

/** The selector as the `labelSelector` query parameter wants it; undefined where it has an operator that is not known. */
export function selectorString(selector: LabelSelector): string | undefined {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) =>
    OPERATORS.get(operator)?.(key, values ?? []),
  );
  if (expressions.includes(undefined)) return undefined;
  return [...labels, ...expressions].join(',');
}
