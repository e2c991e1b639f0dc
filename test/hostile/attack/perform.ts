import { COPY_LABEL } from '../../../src/marks/names.ts';
import { MERGE_PATCH } from '../../kit/caller.ts';
import type { Forgery } from '../checker/own-writes.ts';
import { type DirectDoor, sendReviews } from './direct.ts';
import { forgedCopy } from './forge.ts';
import { deploymentOf, FINALIZER, inventedUid, metadataOf, sourceOf, templateOf } from './objects.ts';
import { podSpecOf } from './pod-spec.ts';
import type { Flaw, SourceKind, Step } from './steps.ts';
import { call, namesOf, objectsOf, patchAll, pathOf, type Tenant, write } from './tenant.ts';

const COLLECTION = { configmap: 'configmaps', secret: 'secrets' } as const satisfies Record<
  SourceKind,
  string
>;
/** The usual source of each kind. */
const USUAL = { configmap: 'app', secret: 'db' } as const satisfies Record<SourceKind, string>;

export interface Surroundings {
  /** The webhook's port. undefined: nobody calls it directly. */
  readonly door: DirectDoor | undefined;
  /** Somebody who may only create and read ConfigMaps in a namespace of the bystander. */
  readonly neighbour: Tenant;
  /** A forged copy was made: `RESOURCE/NAMESPACE/NAME`. */
  onForgery(key: string, forgery: Forgery): void;
}

const fieldOf = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), value);

function dataOf(object: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(Object(fieldOf(object, 'data'))).map(([k, v]) => [k, String(v)]));
}

/** What the sweep, which sees only metadata, can tell of a forged copy. undefined: that it is none. */
const FORGERIES: Readonly<Record<Flaw, Forgery | undefined>> = {
  none: 'perfect',
  'extra key': 'named',
  'other value': 'named',
  mutable: 'named',
  'huge note': 'named',
  'no note': undefined,
  'other name': undefined,
};

async function forge(tenant: Tenant, step: Extract<Step, { do: 'copy' }>, around: Surroundings) {
  const what = COLLECTION[step.kind];
  const name = USUAL[step.kind];
  const found = await call(tenant, 'GET', `${pathOf(tenant.namespace, what)}/${name}`);
  const data = found?.status === 200 ? dataOf(found.body) : { used: 'MQ==' };
  const object = forgedCopy(step, name, data, tenant);
  const key = `${what}/${tenant.namespace}/${String(fieldOf(object, 'metadata', 'name'))}`;
  const forgery = FORGERIES[step.flaw];
  if (forgery) around.onForgery(key, forgery);
  await write(tenant, what, 'create', object);
}

/** Controlled by a ReplicaSet: an invented one, or one of the tenant's own Deployment. */
async function controllerOf(
  tenant: Tenant,
  owner: 'none' | 'invented' | 'web',
  kind: string,
): Promise<object> {
  if (owner === 'none') return {};
  const what = kind === 'ReplicaSet' ? 'replicasets' : 'deployments';
  const [real] = owner === 'web' ? await objectsOf(tenant, what) : [];
  const name = String(fieldOf(real, 'metadata', 'name') ?? 'invented');
  const uid = String(fieldOf(real, 'metadata', 'uid') ?? inventedUid());
  return { ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }] };
}

async function makeByHand(tenant: Tenant, step: Extract<Step, { do: 'pod' | 'replicaset' }>) {
  const { shape, owner } = step;
  const meta = { ...shape.meta, generateName: true };
  if (step.do === 'pod') {
    const annotations = { ...shape.meta?.annotations, ...shape.marks };
    const metadata = metadataOf('by-hand', { ...meta, annotations }, tenant);
    const owned = await controllerOf(tenant, owner, 'ReplicaSet');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, ...owned },
      spec: podSpecOf(shape),
    };
    await call(tenant, 'POST', pathOf(tenant.namespace, 'pods'), pod);
    return;
  }
  const owned = await controllerOf(tenant, owner, 'Deployment');
  await call(tenant, 'POST', pathOf(tenant.namespace, 'replicasets'), {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { ...metadataOf('by-hand', meta, tenant), ...owned },
    spec: {
      replicas: shape.replicas ?? 1,
      selector: { matchLabels: { app: 'hostile' } },
      template: templateOf(shape),
    },
  });
}

/** As after an incident: somebody keeps what a copy holds, under another name, label and all. */
async function cloneCopies(tenant: Tenant) {
  for (const object of (await objectsOf(tenant, 'configmaps')).slice(0, 20)) {
    if (fieldOf(object, 'metadata', 'labels', COPY_LABEL) === undefined) continue;
    const { labels, annotations, name } = Object(fieldOf(object, 'metadata'));
    const metadata = { name: `${String(name).slice(0, 240)}-kept`, labels, annotations };
    await call(tenant, 'POST', pathOf(tenant.namespace, 'configmaps'), { ...object, metadata });
  }
}

/** How often a neighbour looks for a copy that is yet to be made: in the time between an edit and a rollout. */
const LOOKS = 20;

/** A ConfigMap beside those of the bystander, which its pods must not read. */
async function trick(around: Surroundings, { trick: flaw }: Extract<Step, { do: 'neighbour' }>) {
  const { neighbour } = around;
  const folder = pathOf(neighbour.namespace, 'configmaps');
  if (flaw === 'absent') {
    const metadata = { name: 'maybe-lockstep-absent' };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { used: 'forged' } };
    await call(neighbour, 'POST', folder, object);
    return;
  }
  for (let look = 0; look < LOOKS; look += 1) {
    const found = await call(neighbour, 'GET', `${folder}/app`);
    const data = dataOf(found?.body);
    const forged = forgedCopy({ kind: 'configmap', flaw, owner: 'none' }, 'app', data, neighbour);
    const made = await call(neighbour, 'POST', folder, forged);
    if (made?.status !== 201) continue;
    around.onForgery(
      `configmaps/${neighbour.namespace}/${String(fieldOf(forged, 'metadata', 'name'))}`,
      'named',
    );
    return;
  }
}

/** Does one step. Whatever the API server answers is right. */
export async function perform(tenant: Tenant, step: Step, around: Surroundings): Promise<void> {
  switch (step.do) {
    case 'deployment':
      return write(tenant, 'deployments', step.write, deploymentOf(step.name, step.shape, tenant));
    case 'source':
      return write(
        tenant,
        COLLECTION[step.kind],
        step.write,
        sourceOf(step.kind, step.name, step.shape, tenant),
      );
    case 'copy':
      return forge(tenant, step, around);
    case 'many': {
      const meta = { labels: { [COPY_LABEL]: 'true' }, annotationBytes: step.annotationBytes };
      for (let i = 0; i < step.count; i += 1)
        await call(
          tenant,
          'POST',
          pathOf(tenant.namespace, COLLECTION[step.kind]),
          sourceOf(step.kind, `many-${i}`, { meta }, tenant),
        );
      return;
    }
    case 'pod':
    case 'replicaset':
      return makeByHand(tenant, step);
    case 'scale':
      for (const name of (await namesOf(tenant, step.what)).slice(0, 5)) {
        const path = `${pathOf(tenant.namespace, step.what)}/${name}/scale${step.dry ? '?dryRun=All' : ''}`;
        await call(tenant, 'PATCH', path, { spec: { replicas: step.to } }, MERGE_PATCH);
      }
      return;
    case 'relabel':
      return patchAll(tenant, step.what, {
        labels: step.labels,
        annotations: step.annotations,
        ...(step.finalizer && { finalizers: [FINALIZER] }),
      });
    case 'delete':
      await call(
        tenant,
        'DELETE',
        `${pathOf(tenant.namespace, step.what)}?propagationPolicy=${step.propagation}`,
      );
      return;
    case 'clone copies':
      return cloneCopies(tenant);
    case 'neighbour':
      return trick(around, step);
    case 'direct':
      return around.door && sendReviews(around.door, tenant, step);
    default:
      return step satisfies never;
  }
}
