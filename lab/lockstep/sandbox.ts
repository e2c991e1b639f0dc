import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { CONFIG_HASH, CONFIG_SOURCES } from '../../src/marks/names.ts';
import type { ClusterClient } from '../control-plane/client.ts';
import { rolledOut } from '../control-plane/conditions.ts';
import type { PodEvent, ScaledEvent } from '../control-plane/events.ts';
import type { CommandResult } from '../control-plane/run.ts';
import { type Watcher, watchPods, watchReplicaSets } from '../control-plane/watch.ts';
import { list } from './manifests.ts';

const asTemplate = Compile(
  Type.Object({
    spec: Type.Object({
      template: Type.Object({
        metadata: Type.Object({ annotations: Type.Optional(Type.Record(Type.String(), Type.String())) }),
      }),
    }),
  }),
);

/** A namespace of its own for one test, and what a user does in it with kubectl. */
export interface Sandbox {
  readonly namespace: string;
  /** Runs kubectl in the namespace; it must succeed. */
  kubectl(args: readonly string[], input?: string): Promise<CommandResult>;
  apply(...objects: readonly object[]): Promise<CommandResult>;
  rolledOut(name?: string): Promise<void>;
  editConfig(data: Readonly<Record<string, string>>, name?: string): Promise<void>;
  /** The marks on the template of a Deployment, as stored. */
  marks(name?: string): Promise<{ hash: string | undefined; sources: string | undefined }>;
  /** What happens to pods from now on. */
  pods(): Promise<Watcher<PodEvent>>;
  /** What happens to ReplicaSets from now on. */
  replicaSets(): Promise<Watcher<ScaledEvent>>;
}

let counter = 0;

/** Makes a namespace and gives a user's tools for it. */
export async function sandbox(
  cluster: ClusterClient,
  labels: Readonly<Record<string, string>> = {},
): Promise<Sandbox> {
  counter += 1;
  const namespace = `t${process.pid}-${counter}`;
  const meta = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
  await cluster.kubectlOk(['create', '-f', '-'], { input: JSON.stringify(meta) });
  const kubectl: Sandbox['kubectl'] = (args, input) =>
    cluster.kubectlOk(['-n', namespace, ...args], {
      ...(input !== undefined && { input }),
      timeoutMs: 90_000,
    });
  return {
    namespace,
    kubectl,
    apply: (...objects) => kubectl(['apply', '-f', '-'], list(...objects)),
    rolledOut: (name = 'web') => rolledOut(cluster, namespace, name, 80_000),
    async editConfig(data, name = 'app') {
      await kubectl(['patch', 'configmap', name, '--patch', JSON.stringify({ data })]);
    },
    async marks(name = 'web') {
      const { stdout } = await kubectl(['get', 'deployment', name, '-o', 'json']);
      const object: unknown = JSON.parse(stdout);
      const annotations = asTemplate.Check(object) ? object.spec.template.metadata.annotations : undefined;
      return { hash: annotations?.[CONFIG_HASH], sources: annotations?.[CONFIG_SOURCES] };
    },
    pods: () => watchPods(cluster, namespace),
    replicaSets: () => watchReplicaSets(cluster, namespace),
  };
}
