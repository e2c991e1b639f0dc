import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { CONFIG_HASH, CONFIG_SOURCES } from '../../src/marks/names.ts';
import { ApiError } from '../control-plane/api.ts';
import type { ClusterClient } from '../control-plane/client.ts';
import { untilRolledOut } from '../control-plane/conditions.ts';
import type { PodEvent, ScaledEvent } from '../control-plane/events.ts';
import { parseList } from '../control-plane/objects.ts';
import { CommandError, type CommandResult } from '../control-plane/run.ts';
import { type Watcher, watchPods, watchReplicaSets } from '../control-plane/watch.ts';
import { DEPLOYMENT, type Kind } from './kinds.ts';
import { asKubectl } from './kubectl/as-kubectl.ts';
import type { PathOf } from './kubectl/call.ts';
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

/** A list of objects of any kind: the data of a ControllerRevision is not that of a ConfigMap. */
const asList = Compile(
  Type.Object({ items: Type.Array(Type.Object({ metadata: Type.Object({ uid: Type.String() }) })) }),
);

/** A namespace for one test, and a user's actions in it with kubectl. Its workloads are of one kind. */
export interface Sandbox {
  readonly namespace: string;
  readonly kind: Kind;
  /** `deployment/web`: the workload as commands and warnings name it. */
  readonly subject: string;
  /** Runs kubectl in the namespace, or sends what it sends (see `asKubectl`). It must succeed. */
  kubectl(args: readonly string[], input?: string): Promise<CommandResult>;
  apply(...objects: readonly object[]): Promise<CommandResult>;
  /** Runs `kubectl replace`, once more if a controller has written the status between its GET and its PUT. */
  replace(...objects: readonly object[]): Promise<CommandResult>;
  /**
   * Reads an object or a list of objects by its path below the namespace in the API: `read('pods')`,
   * `read('deployments', 'web')`.
   */
  read(resource: Resource, name?: string): Promise<unknown>;
  untilRolledOut(name?: string): Promise<void>;
  editConfig(data: Readonly<Record<string, string>>, name?: string): Promise<void>;
  /** The marks on the template of a workload, as stored. */
  marks(name?: string): Promise<{ hash: string | undefined; sources: string | undefined }>;
  /** Watches pods from now on. */
  pods(): Promise<Watcher<PodEvent>>;
  /** Watches ReplicaSets from now on. */
  replicaSets(): Promise<Watcher<ScaledEvent>>;
  /** The uids of what the controllers keep of the workloads' templates. */
  revisions(): Promise<readonly string[]>;
}

const GROUPS = {
  '/apis/apps/v1': ['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'controllerrevisions'],
  '/apis/batch/v1': ['jobs'],
  '/api/v1': ['pods', 'configmaps', 'secrets', 'events'],
} as const;

/** The resources that are read without kubectl. */
export type Resource = (typeof GROUPS)[keyof typeof GROUPS][number];

const FOLDERS = new Map<string, string>(
  Object.entries(GROUPS).flatMap(([group, resources]) => resources.map((resource) => [resource, group])),
);

/** The path of a collection, or of one object in it. */
function pathOf(namespace: string, resource: string, name?: string): string {
  const folder = `${FOLDERS.get(resource)}/namespaces/${namespace}/${resource}`;
  return name === undefined ? folder : `${folder}/${name}`;
}

/** A status is written a few times during a rollout. More conflicts than this are no chance. */
const MOST_REPLACES = 5;

let counter = 0;

/** What a sandbox may have made pods with. */
const OWNERS = [
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/batch/v1/jobs',
] as const;

/**
 * Deletes all workloads, also those that a finalizer keeps. Some lockstep looks at every workload of the cluster, also at
 * those of earlier tests: it rolls what they have left drifted, or counts it. Nothing waits for the end of their pods.
 */
export async function removeWorkloads({ api }: Pick<ClusterClient, 'api'>): Promise<void> {
  for (const folder of OWNERS) {
    const { items } = parseList(await api.get(folder));
    for (const { metadata } of items) {
      const { namespace = '', name, finalizers = [] } = metadata;
      const path = folder.replace(/\/(\w+)$/, `/namespaces/${namespace}/$1/${name}`);
      const body = { metadata: { finalizers: null } };
      const contentType = 'application/merge-patch+json';
      // What others delete meanwhile is gone, too.
      await api.open(`${path}?propagationPolicy=Background`, { method: 'DELETE' }).then(dump, ifGone);
      if (finalizers.length > 0)
        await api.open(path, { method: 'PATCH', body, contentType }).then(dump, ifGone);
    }
  }
}

const dump = (answer: { dump(): Promise<unknown> }): Promise<unknown> => answer.dump();

function ifGone(error: unknown): void {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}

/**
 * Creates a namespace and returns a user's tools for it.
 * @param kind of the workloads in it
 * @param sent commands are sent as requests (see `asKubectl`). Default: those of other kinds than Deployments
 */
export async function sandbox(
  cluster: ClusterClient,
  labels: Readonly<Record<string, string>> = {},
  kind: Kind = DEPLOYMENT,
  sent = kind !== DEPLOYMENT,
): Promise<Sandbox> {
  counter += 1;
  const namespace = `t${process.pid}-${counter}`;
  const meta = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
  await (await cluster.api.open('/api/v1/namespaces', { method: 'POST', body: meta })).dump();
  const read: Sandbox['read'] = (resource, name) => cluster.api.get(pathOf(namespace, resource, name));
  const program: Sandbox['kubectl'] = (args, input) =>
    cluster.kubectlOk(['-n', namespace, ...args], {
      ...(input !== undefined && { input }),
      timeoutMs: 90_000,
    });
  const objectPath: PathOf = (word, given) => {
    const [type = '', name = given] = word.split('/');
    const resource = `${type}s`;
    return FOLDERS.has(resource) && name !== undefined ? pathOf(namespace, resource, name) : undefined;
  };
  const kubectl: Sandbox['kubectl'] = async (args, input) => {
    const done = sent ? await asKubectl(cluster.api, args, objectPath, input) : undefined;
    return done ?? program(args, input);
  };
  return {
    namespace,
    kind,
    subject: `${kind.word}/web`,
    kubectl,
    read,
    apply: (...objects) => kubectl(['apply', '-f', '-'], list(...objects)),
    async replace(...objects) {
      for (let left = MOST_REPLACES; ; left -= 1) {
        try {
          return await kubectl(['replace', '-f', '-'], list(...objects));
        } catch (error) {
          const isConflict =
            error instanceof CommandError && /\(Conflict\)|answered with 409/.test(error.message);
          if (!isConflict || left === 1) throw error;
        }
      }
    },
    untilRolledOut: (name = 'web') => untilRolledOut(cluster, namespace, name, 80_000, kind.resource),
    async editConfig(data, name = 'app') {
      const patch = { method: 'PATCH', body: { data }, contentType: 'application/merge-patch+json' } as const;
      await (await cluster.api.open(pathOf(namespace, 'configmaps', name), patch)).dump();
    },
    async marks(name = 'web') {
      const object = await read(kind.resource, name);
      const annotations = asTemplate.Check(object) ? object.spec.template.metadata.annotations : undefined;
      return { hash: annotations?.[CONFIG_HASH], sources: annotations?.[CONFIG_SOURCES] };
    },
    pods: () => watchPods(cluster, namespace),
    replicaSets: () => watchReplicaSets(cluster, namespace),
    async revisions() {
      const found = await read(kind.revisions);
      if (!asList.Check(found)) throw new Error(`not a list of ${kind.revisions}`);
      return found.items.map(({ metadata }) => metadata.uid);
    },
  };
}
