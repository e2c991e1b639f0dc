import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe, StringMap } from '../../src/schema.ts';
import { Deployment } from '../../src/workloads/deployment.ts';
import { Pod } from '../../src/workloads/pod.ts';
import { ReplicaSet } from '../../src/workloads/replica-set.ts';

/** Parsers of the API server's answers. Each returns the object, or undefined if the answer is none. */
function parser<T extends TSchema>(schema: T): (value: unknown) => Static<T> | undefined {
  const compiled = Compile(schema);
  return (value) => (compiled.Check(value) ? value : undefined);
}

const replicaSets = parser(Type.Object({ items: Type.Array(ReplicaSet) }));
const template = parser(
  Type.Object({
    spec: Type.Object({
      template: Type.Object({ metadata: maybe(Type.Object({ annotations: maybe(StringMap) })) }),
    }),
  }),
);

export const asDeployment = parser(Deployment);
export const asPod = parser(Pod);
export const asReplicaSets = (value: unknown) => replicaSets(value)?.items ?? [];
/** The annotations of an object's pod template. */
export const asTemplateAnnotations = (value: unknown) =>
  template(value)?.spec.template.metadata?.annotations ?? undefined;

/** A ConfigMap or Secret. */
export const asSource = parser(
  Type.Object({
    metadata: Type.Object({ annotations: maybe(StringMap), uid: Type.String() }),
    immutable: maybe(Type.Boolean()),
    data: maybe(StringMap),
    binaryData: maybe(StringMap),
  }),
);

/** The uid of an object. */
export const asUid = (value: unknown): string | undefined =>
  parser(Type.Object({ metadata: Type.Object({ uid: Type.String() }) }))(value)?.metadata.uid;
/** The token in the answer to a TokenRequest. */
export const asToken = (value: unknown): string | undefined =>
  parser(Type.Object({ status: Type.Object({ token: Type.String() }) }))(value)?.status.token;
