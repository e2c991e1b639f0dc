import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

const Words = Type.Record(Type.String(), Type.String());
const Template = Type.Object({
  metadata: Type.Optional(Type.Object({ annotations: Type.Optional(Words), labels: Type.Optional(Words) })),
});

/**
 * The parts of a pod, workload, revision or ConfigMap that tests look at. The other fields are kept, untyped.
 */
const KubeObject = Type.Object({
  metadata: Type.Object({
    name: Type.String(),
    namespace: Type.Optional(Type.String()),
    finalizers: Type.Optional(Type.Array(Type.String())),
    uid: Type.String(),
    resourceVersion: Type.String(),
    creationTimestamp: Type.String(),
    deletionTimestamp: Type.Optional(Type.String()),
    generation: Type.Optional(Type.Number()),
    annotations: Type.Optional(Words),
    labels: Type.Optional(Words),
    ownerReferences: Type.Optional(
      Type.Array(
        Type.Object({ kind: Type.String(), name: Type.String(), controller: Type.Optional(Type.Boolean()) }),
      ),
    ),
  }),
  spec: Type.Optional(
    Type.Object({
      replicas: Type.Optional(Type.Number()),
      template: Type.Optional(Template),
      updateStrategy: Type.Optional(
        Type.Object({
          rollingUpdate: Type.Optional(Type.Object({ partition: Type.Optional(Type.Number()) })),
        }),
      ),
    }),
  ),
  status: Type.Optional(
    Type.Object({
      phase: Type.Optional(Type.String()),
      podIP: Type.Optional(Type.String()),
      replicas: Type.Optional(Type.Number()),
      readyReplicas: Type.Optional(Type.Number()),
      updatedReplicas: Type.Optional(Type.Number()),
      availableReplicas: Type.Optional(Type.Number()),
      /** Of a DaemonSet. */
      desiredNumberScheduled: Type.Optional(Type.Number()),
      updatedNumberScheduled: Type.Optional(Type.Number()),
      numberAvailable: Type.Optional(Type.Number()),
      observedGeneration: Type.Optional(Type.Number()),
      conditions: Type.Optional(
        Type.Array(
          Type.Object({
            type: Type.String(),
            status: Type.Optional(Type.String()),
            reason: Type.Optional(Type.String()),
          }),
        ),
      ),
    }),
  ),
  /** Of a ConfigMap or a ControllerRevision. */
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const List = Type.Object({
  metadata: Type.Object({ resourceVersion: Type.String() }),
  items: Type.Array(KubeObject),
});

/** One line of a watch. */
const Frame = Type.Union([
  Type.Object({
    type: Type.Union([Type.Literal('ADDED'), Type.Literal('MODIFIED'), Type.Literal('DELETED')]),
    object: KubeObject,
  }),
  Type.Object({
    type: Type.Literal('BOOKMARK'),
    object: Type.Object({ metadata: Type.Object({ resourceVersion: Type.String() }) }),
  }),
  Type.Object({
    type: Type.Literal('ERROR'),
    object: Type.Object({ code: Type.Number(), message: Type.Optional(Type.String()) }),
  }),
]);

export type KubeObject = Static<typeof KubeObject>;
export type KubeList = Static<typeof List>;
export type WatchFrame = Static<typeof Frame>;

/** @throws Error if the answer is not an object of Kubernetes */
export function parseObject(value: unknown): KubeObject {
  if (Value.Check(KubeObject, value)) return value;
  throw new Error(`not an object: ${JSON.stringify(value).slice(0, 300)}`);
}

/** @throws Error if the answer is not a list of objects */
export function parseList(value: unknown): KubeList {
  if (Value.Check(List, value)) return value;
  throw new Error(`not a list: ${JSON.stringify(value).slice(0, 300)}`);
}

/** @throws Error if the line is not an event of a watch */
export function parseFrame(line: string): WatchFrame {
  const value: unknown = JSON.parse(line);
  if (Value.Check(Frame, value)) return value;
  throw new Error(`not a watch event: ${line.slice(0, 300)}`);
}
