import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import type { TemplateNotes } from '../copies/fate.ts';
import { maybe, StringMap } from '../workloads/schema.ts';

/** A template has a few KiB, seldom a hundred. */
const PAGE_SIZE = 50;

const decodePage = pageDecoder(
  Type.Object({
    metadata: Type.Object({
      name: Type.String(),
      uid: Type.String(),
      generation: maybe(Type.Integer()),
      ownerReferences: maybe(
        Type.Array(
          Type.Object({ kind: Type.String(), uid: Type.String(), controller: maybe(Type.Boolean()) }),
        ),
      ),
    }),
    spec: Type.Object({
      paused: maybe(Type.Boolean()),
      template: maybe(Type.Object({ metadata: maybe(Type.Object({ annotations: maybe(StringMap) })) })),
    }),
    status: maybe(Type.Object({ observedGeneration: maybe(Type.Integer()) })),
  }),
  'workloads',
);

const RESOURCES = { Deployment: 'deployments', ReplicaSet: 'replicasets' } as const;

/**
 * The annotations of all pod templates of a namespace. Deployments first: one that has its ReplicaSet made meanwhile is
 * seen in one list or in both.
 */
export async function* templateNotes(
  client: ApiClient,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<TemplateNotes, void> {
  for (const kind of ['Deployment', 'ReplicaSet'] as const) {
    const resource = RESOURCES[kind];
    const path = `/apis/apps/v1/namespaces/${segment(namespace)}/${resource}`;
    for await (const items of pages(client, { resource, path, signal }, PAGE_SIZE, decodePage)) {
      for (const { metadata, spec, status } of items) {
        const { name, uid } = metadata;
        const seen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
        const pending = kind === 'Deployment' && (spec.paused === true || !seen);
        const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
        const deployment = controller?.kind === 'Deployment' ? controller.uid : undefined;
        const annotations = spec.template?.metadata?.annotations ?? {};
        yield { workload: { kind, name, uid, deployment, pending }, annotations };
      }
    }
  }
}
