import { Type } from 'typebox';
import { maybe, StringMap } from '../workloads/schema.ts';
import type { ApiClient } from './client.ts';
import { pageDecoder, pages } from './pages.ts';
import { segment } from './path.ts';

/** What a workload says on its pod template. */
export interface TemplateNotes {
  readonly workload: {
    readonly kind: 'ReplicaSet' | 'Deployment';
    readonly name: string;
    readonly uid: string;
  };
  readonly annotations: Readonly<Record<string, string>>;
}

/** A template has a few KiB, seldom a hundred. */
const PAGE_SIZE = 50;

const decodePage = pageDecoder(
  Type.Object({
    metadata: Type.Object({ name: Type.String(), uid: Type.String() }),
    spec: Type.Object({
      template: maybe(Type.Object({ metadata: maybe(Type.Object({ annotations: maybe(StringMap) })) })),
    }),
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
      for (const { metadata, spec } of items) {
        const { name, uid } = metadata;
        yield { workload: { kind, name, uid }, annotations: spec.template?.metadata?.annotations ?? {} };
      }
    }
  }
}
