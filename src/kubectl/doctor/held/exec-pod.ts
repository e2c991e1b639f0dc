import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe, StringMap } from '../../../schema.ts';
import { Volume } from '../../../workloads/pod-template.ts';

const text = maybe(Type.String());
const optional = maybe(Type.Boolean());
const Source = Type.Object({ name: text, optional });
const Key = Type.Object({ name: text, key: Type.String(), optional });

const Container = Type.Object({
  name: Type.String(),
  restartPolicy: text,
  env: maybe(
    Type.Array(
      Type.Object({
        name: Type.String(),
        valueFrom: maybe(Type.Object({ configMapKeyRef: maybe(Key), secretKeyRef: maybe(Key) })),
      }),
    ),
  ),
  envFrom: maybe(
    Type.Array(Type.Object({ prefix: text, configMapRef: maybe(Source), secretRef: maybe(Source) })),
  ),
  volumeMounts: maybe(
    Type.Array(
      Type.Object({ name: Type.String(), mountPath: Type.String(), subPath: text, subPathExpr: text }),
    ),
  ),
});

/** A container of a template or of a pod, as far as it says what it is given. */
export type GivenContainer = Static<typeof Container>;

const Statuses = maybe(
  Type.Array(
    Type.Object({
      name: Type.String(),
      state: maybe(Type.Object({ running: maybe(Type.Object({ startedAt: text })) })),
    }),
  ),
);

const GivenSpec = Type.Object({
  containers: maybe(Type.Array(Container)),
  initContainers: maybe(Type.Array(Container)),
  volumes: maybe(Type.Array(Volume)),
  shareProcessNamespace: maybe(Type.Boolean()),
  hostPID: maybe(Type.Boolean()),
  os: maybe(Type.Object({ name: text })),
});

/** The spec of a template or of a pod. */
export type GivenSpec = Static<typeof GivenSpec>;

const ExecPod = Type.Object({
  metadata: Type.Object({
    name: Type.String(),
    annotations: maybe(StringMap),
    deletionTimestamp: text,
  }),
  spec: GivenSpec,
  status: maybe(
    Type.Object({
      conditions: maybe(Type.Array(Type.Object({ type: Type.String(), status: Type.String() }))),
      containerStatuses: Statuses,
      initContainerStatuses: Statuses,
    }),
  ),
});

/** A pod, as far as it can be asked for what its containers hold. */
export type ExecPod = Static<typeof ExecPod>;

const execPod = Compile(ExecPod);
const givenSpec = Compile(GivenSpec);

/** Pods of an unknown shape are left out. */
export const asExecPods = (pods: readonly unknown[]): readonly ExecPod[] =>
  pods.flatMap((pod) => (execPod.Check(pod) ? [pod] : []));

/** Undefined: it is of an unknown shape. */
export const asGivenSpec = (spec: unknown): GivenSpec | undefined =>
  givenSpec.Check(spec) ? spec : undefined;

export const isReady = ({ status }: ExecPod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;

/** A container that runs, and since when (RFC 3339). */
export interface Running {
  readonly container: GivenContainer;
  readonly startedAt: string | undefined;
}

/** The containers that run: also sidecars, which are init containers. */
export function runningIn({ spec, status }: ExecPod): readonly Running[] {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...sidecars, ...(spec.containers ?? [])].flatMap((container) => {
    const running = statuses.find(({ name }) => name === container.name)?.state?.running;
    return running ? [{ container, startedAt: running.startedAt ?? undefined }] : [];
  });
}
