import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { checkOf } from './check.ts';
import { toDeadlineMs } from './deadline.ts';
import { LabelSelector } from './label-selector.ts';
import { isObserved } from './observed.ts';
import { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';
import { settledTemplate } from './settled-template.ts';
import type { Strategy } from './strategy.ts';
import type { Progress, RolloutStage, TemplateRef, WorkloadFields, WorkloadKind } from './workload.ts';

const ObjectRef = Type.Object({
  apiVersion: maybe(Type.String()),
  kind: maybe(Type.String()),
  name: maybe(Type.String()),
});
const text = maybe(Type.String());
const Condition = Type.Object({ type: Type.String(), status: Type.String(), lastUpdateTime: text });

/** The part of an argoproj.io/v1alpha1 Rollout that lockstep reads. */
export const Rollout = Type.Object({
  metadata: ObjectMeta,
  spec: Type.Object({
    replicas: maybe(Type.Integer()),
    paused: maybe(Type.Boolean()),
    progressDeadlineSeconds: maybe(Type.Integer()),
    strategy: maybe(Type.Object({ canary: maybe(Type.Object({})), blueGreen: maybe(Type.Object({})) })),
    selector: maybe(LabelSelector),
    template: maybe(PodTemplate),
    workloadRef: maybe(ObjectRef),
  }),
  status: maybe(
    Type.Object({
      // The Rollouts controller writes both numbers as text.
      observedGeneration: text,
      workloadObservedGeneration: text,
      phase: text,
      currentPodHash: text,
      stableRS: text,
      abort: maybe(Type.Boolean()),
      conditions: maybe(Type.Array(Condition)),
    }),
  ),
});

export type Rollout = Static<typeof Rollout>;

/** The Rollouts controller counts templates here, on the Rollout and on its ReplicaSets. */
export const ROLLOUT_REVISION = 'rollout.argoproj.io/revision';

/** The Rollouts controller notes here which generation of the referred workload it has seen. */
const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';

const CONTROLLER_ANNOTATIONS = [ROLLOUT_REVISION, WORKLOAD_GENERATION];

/** The number of replicas that the Rollout asks for. The Rollouts controller writes 1 where it is unset. */
const replicasOf = ({ spec }: Rollout): number => spec.replicas ?? 1;

/**
 * Where its rollout stands. The controller has a stable ReplicaSet from the first complete rollout on, and while
 * another one is the present, steps, analyses or a person decide which of them stays.
 */
function stageOf({ status }: Rollout): RolloutStage {
  if (status?.abort === true) return 'aborted';
  const { stableRS, currentPodHash } = status ?? {};
  return stableRS && currentPodHash && stableRS !== currentPodHash ? 'under-way' : 'settled';
}

const isGivenUp = ({ status }: Rollout): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Progressing' && is === 'False') ?? false;

/**
 * How far the template is that the controller has seen. It says itself: `Healthy` once the ReplicaSet of the template
 * is the stable one and all its pods are available, and `Degraded` also for a spec that it does not take.
 */
function progressOf(rollout: Rollout): Progress {
  const { abort, phase } = rollout.status ?? {};
  if (abort === true || phase === 'Degraded' || isGivenUp(rollout)) return 'failed';
  return phase === 'Healthy' ? 'complete' : 'under-way';
}

/**
 * Which failure it is: the time of the condition that tells of it. An abort has none until its controller has seen it.
 */
function failureOf({ status }: Rollout): string | undefined {
  const tells = (status?.conditions ?? []).find(
    ({ type, status: is }) => type === 'InvalidSpec' || (type === 'Progressing' && is === 'False'),
  );
  return tells?.lastUpdateTime ?? undefined;
}

function strategyOf(rollout: Rollout): Strategy {
  const type = rollout.spec.strategy?.blueGreen ? 'blue-green' : 'canary';
  return { type, underWay: stageOf(rollout) === 'under-way' };
}

function templateRefOf({ spec: { workloadRef } }: Rollout): TemplateRef | undefined {
  if (!workloadRef) return undefined;
  const { apiVersion, kind, name } = workloadRef;
  return { apiVersion: apiVersion ?? '', kind: kind ?? '', name: name ?? '' };
}

function fieldsOf(rollout: Rollout): WorkloadFields {
  const { metadata, spec, status } = rollout;
  return {
    template: settledTemplate(spec.template ?? {}),
    templateRef: templateRefOf(rollout),
    replicas: replicasOf(rollout),
    paused: spec.paused ?? false,
    strategy: strategyOf(rollout),
    selector: spec.selector ?? undefined,
    rollout: {
      observed: isObserved(rollout),
      failed: isGivenUp(rollout),
      revision: metadata.annotations?.[ROLLOUT_REVISION],
      stage: stageOf(rollout),
      progress: progressOf(rollout),
      failure: failureOf(rollout),
      deadlineMs: toDeadlineMs(spec.progressDeadlineSeconds),
      observedReferred: Number(status?.workloadObservedGeneration ?? 0),
    },
  };
}

/**
 * The row of argoproj.io/v1alpha1 Rollout. There is no ceiling: in a canary the stable ReplicaSet is meant to grow
 * although its template is not the present one, and after an abort it must.
 */
export const ROLLOUT: WorkloadKind = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Rollout',
  resource: 'rollouts',
  singular: 'rollout',
  templatePath: ['spec', 'template'],
  scale: true,
  revisions: 'ReplicaSet',
  undoBringsMetadata: false,
  controllerAnnotations: CONTROLLER_ANNOTATIONS,
  isCustom: true,
  ceiling: false,
  check: checkOf(Rollout),
  fieldsOf,
};
