import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import type { TemplateAnnotations, TemplateHolder } from '../copies/fate.ts';
import { WORKLOAD_KINDS } from '../workloads/kinds.ts';
import { ReplicaSet } from '../workloads/replica-set.ts';
import { apiVersionOf, type WorkloadKind, workloadOf } from '../workloads/workload.ts';
import { replicaSetFolder } from './replica-sets.ts';
import { workloadFolder, workloadObject } from './workloads.ts';

/** A template takes a few KiB, seldom a hundred. */
const PAGE_SIZE = 50;

const decodePage = pageDecoder(Type.Unknown(), 'workloads');
const decodeReplicaSets = pageDecoder(ReplicaSet, 'ReplicaSets');

/** Reads the templates of all workloads of a kind. */
async function* workloadTemplates(
  client: ApiClient,
  kind: WorkloadKind,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<TemplateAnnotations, void> {
  const request = { resource: kind.resource, path: workloadFolder(kind, namespace), signal };
  for await (const items of pages(client, request, PAGE_SIZE, decodePage)) {
    for (const item of items) {
      const workload = workloadOf(kind, workloadObject(kind, item), namespace);
      const { metadata, template, paused, rollout } = workload;
      const owner = { apiVersion: apiVersionOf(kind), kind: kind.kind, name: metadata.name ?? '' };
      const pending = paused || !rollout.observed;
      const holder: TemplateHolder = { ...owner, uid: metadata.uid ?? '', is: 'workload', pending };
      yield { holder, annotations: template.metadata?.annotations ?? {} };
    }
  }
}

/** Reads the templates of all ReplicaSets. */
async function* replicaSetTemplates(
  client: ApiClient,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<TemplateAnnotations, void> {
  const request = { resource: 'replicasets', path: replicaSetFolder(namespace), signal };
  for await (const items of pages(client, request, PAGE_SIZE, decodeReplicaSets)) {
    for (const { metadata, spec } of items) {
      const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
      const isOfWorkload = WORKLOAD_KINDS.some(({ kind }) => kind === controller?.kind);
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: metadata.name ?? '' };
      const of = isOfWorkload ? controller?.uid : undefined;
      const holder: TemplateHolder = { ...owner, uid: metadata.uid ?? '', is: 'revision', of };
      yield { holder, annotations: spec.template?.metadata?.annotations ?? {} };
    }
  }
}

/**
 * Reads the annotations of all pod templates of a namespace. Workloads come first: if
 * a revision of a workload is made meanwhile, at least one of the two lists shows it.
 */
export async function* templateAnnotations(
  client: ApiClient,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<TemplateAnnotations, void> {
  for (const kind of WORKLOAD_KINDS) yield* workloadTemplates(client, kind, namespace, signal);
  yield* replicaSetTemplates(client, namespace, signal);
}
