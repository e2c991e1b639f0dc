import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { CONFIG_HASH } from '../../src/marks/names.ts';

/** The container of the Rollout's pods. They read their environment from the ConfigMap `app`. */
const container = (image: string) => ({ name: 'web', image, envFrom: [{ configMapRef: { name: 'app' } }] });

export const podTemplate = (image = 'web:1', labels: Readonly<Record<string, string>> = { app: 'web' }) => ({
  metadata: { labels },
  spec: { terminationGracePeriodSeconds: 0, containers: [container(image)] },
});

/** Half of the pods first. Then it waits until somebody promotes it. */
export const CANARY = { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } };

export interface RolloutOptions {
  readonly replicas?: number;
  readonly strategy?: object;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: object;
}

/** A Rollout `web`. */
export const rollout = ({
  replicas = 2,
  strategy = CANARY,
  labels = {},
  spec,
}: RolloutOptions = {}): object => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', labels },
  spec: {
    replicas,
    strategy,
    selector: { matchLabels: { app: 'web' } },
    ...(spec ?? { template: podTemplate() }),
  },
});

const Annotations = Type.Optional(Type.Record(Type.String(), Type.String()));
const Template = Type.Object({ metadata: Type.Optional(Type.Object({ annotations: Annotations })) });
const Found = Type.Object({
  metadata: Type.Object({ generation: Type.Integer(), annotations: Annotations }),
  spec: Type.Object({ replicas: Type.Optional(Type.Integer()), template: Type.Optional(Template) }),
  status: Type.Optional(
    Type.Object({
      phase: Type.Optional(Type.String()),
      stableRS: Type.Optional(Type.String()),
      currentPodHash: Type.Optional(Type.String()),
      observedGeneration: Type.Optional(Type.String()),
      workloadObservedGeneration: Type.Optional(Type.String()),
      updatedReplicas: Type.Optional(Type.Integer()),
      availableReplicas: Type.Optional(Type.Integer()),
    }),
  ),
});
export type FoundRollout = Static<typeof Found>;
const found = Compile(Found);

const Sets = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({
          labels: Type.Record(Type.String(), Type.String()),
          ownerReferences: Type.Array(Type.Object({ kind: Type.String() })),
        }),
        spec: Type.Object({ replicas: Type.Integer(), template: Template }),
      }),
    ),
  }),
);

/** A Rollout `web` in a sandbox, and what its users do with the plugin of Argo Rollouts. */
export function argo({ api }: ClusterClient, box: Sandbox) {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${box.namespace}/rollouts/web`;
  const read = async (): Promise<FoundRollout> => found.Parse(await api.get(path));
  const status = (change: object) =>
    box.kubectl([
      'patch',
      'rollout/web',
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status: change }),
    ]);
  const sets = async () => {
    const { items } = Sets.Parse(await box.read('replicasets'));
    return items
      .filter(({ metadata }) => metadata.ownerReferences[0]?.kind === 'Rollout')
      .map(({ metadata, spec }) => ({
        id: metadata.labels['rollouts-pod-template-hash'],
        replicas: spec.replicas,
        hash: spec.template.metadata?.annotations?.[CONFIG_HASH],
        template: spec.template,
      }));
  };
  const until = (what: string, isSo: (rollout: FoundRollout) => boolean) =>
    eventually(
      async () => {
        const now = await read();
        const isObserved = now.status?.observedGeneration === String(now.metadata.generation);
        return isObserved && isSo(now) && now;
      },
      { what },
    );
  return {
    read,
    sets,
    hash: async () => (await read()).spec.template?.metadata?.annotations?.[CONFIG_HASH],
    scale: (replicas: number): Promise<CommandResult> =>
      box.kubectl(['scale', 'rollout/web', `--replicas=${replicas}`]),
    /** All pods are of the present template, and all are ready. */
    untilHealthy: () =>
      until(
        'a healthy Rollout',
        ({ spec, status: is }) =>
          is?.phase === 'Healthy' &&
          is.stableRS === is.currentPodHash &&
          is.availableReplicas === spec.replicas,
      ),
    /** It waits at its pause, or for a promotion. */
    untilPaused: () =>
      until(
        'a paused Rollout',
        ({ status: is }) => is?.phase === 'Paused' && is.stableRS !== is.currentPodHash,
      ),
    until,
    promote: () => status({ promoteFull: true }),
    abort: () => status({ abort: true }),
    /** What `kubectl argo rollouts undo` sends: the template of a ReplicaSet, in place of the Rollout's. */
    async undo(id: string | undefined, of = 'rollout/web'): Promise<CommandResult> {
      const template = structuredClone((await sets()).find((set) => set.id === id)?.template);
      const labels = Reflect.get(Object(template?.metadata), 'labels');
      Reflect.deleteProperty(Object(labels), 'rollouts-pod-template-hash');
      const patch = JSON.stringify([{ op: 'replace', path: '/spec/template', value: template }]);
      return box.kubectl(['patch', of, '--type=json', '-p', patch]);
    },
  };
}
