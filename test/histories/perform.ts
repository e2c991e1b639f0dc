import { HELD, INJECT_LABEL, PIN_LABEL } from '../../src/marks/names.ts';
import { type Answer, type Caller, JSON_PATCH, MERGE_PATCH } from '../kit/caller.ts';
import { undoPatch } from '../kit/undo.ts';
import type { Operation, Pin, Workload } from './operations.ts';
import { performOnSource } from './perform-on-source.ts';
import { orphanAndCreate, rescale, strippedObject } from './recreate.ts';
import { asDeployment, asReplicaSets } from './wire.ts';
import { configMap, deployment, firstContent } from './workload-manifests.ts';

const apps = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}`;
const core = (namespace: string) => `/api/v1/namespaces/${namespace}`;

/** The field manager of the controller that copies marks. */
export const COPIER = 'flagger';

/** The cluster and the namespace in which operations are performed. */
export interface Stage {
  readonly namespace: string;
  readonly pin: Pin;
}

/** Creates the objects that exist before the clients begin. */
export function setTheStage(call: Caller, { namespace, pin }: Stage): Promise<Answer[]> {
  const post = (path: string, body: object) => call('POST', path, body);
  return Promise.all([
    ...(['app', 'more'] as const).map((source) =>
      post(`${core(namespace)}/configmaps`, configMap(source, firstContent(source))),
    ),
    ...(['web', 'api'] as const).map((workload) =>
      post(`${apps(namespace)}/deployments`, deployment(workload, pin[workload])),
    ),
  ]);
}

/**
 * Performs one operation.
 * @param value is written by an operation that writes a new value. No other operation has it
 * @returns the last answer, which tells the result of the operation
 */
export async function perform(
  operation: Operation,
  call: Caller,
  { namespace, pin }: Stage,
  value: string,
): Promise<Answer> {
  if ('source' in operation) return performOnSource(operation, call, `${core(namespace)}/configmaps`, value);
  const ofWorkload = (workload: Workload) => `${apps(namespace)}/deployments/${workload}`;
  const query = (dry: boolean) => (dry ? '?dryRun=All' : '');
  const merge = (path: string, body: object) => call('PATCH', path, body, MERGE_PATCH);
  const annotation = { metadata: { annotations: { note: value } } };
  const image = { template: { spec: { containers: [{ name: 'main', image: value }] } } };
  const strategic = (path: string, body: object) =>
    call('PATCH', path, body, 'application/strategic-merge-patch+json');

  switch (operation.do) {
    case 'scale':
      return merge(`${ofWorkload(operation.workload)}/scale${query(operation.dry)}`, {
        spec: { replicas: operation.to },
      });
    case 'rescale':
      return rescale(call, `${ofWorkload(operation.workload)}/scale`, operation.to);
    case 'set image':
      return strategic(`${ofWorkload(operation.workload)}${query(operation.dry)}`, { spec: image });
    case 'annotate':
      return merge(`${ofWorkload(operation.workload)}${query(operation.dry)}`, annotation);
    case 'grow':
      return strategic(ofWorkload(operation.workload), { spec: { ...image, replicas: operation.to } });
    case 'replace': {
      const read = await call('GET', ofWorkload(operation.workload));
      return read.status === 200
        ? call('PUT', ofWorkload(operation.workload), strippedObject(read.body))
        : read;
    }
    case 'apply':
      return call(
        'PATCH',
        `${ofWorkload(operation.workload)}?fieldManager=applier&force=true`,
        deployment(operation.workload, pin[operation.workload]),
        'application/apply-patch+yaml',
      );
    case 'touch':
      return merge(ofWorkload(operation.workload), {});
    case 'undo': {
      const read = await call('GET', ofWorkload(operation.workload));
      const listed = await call('GET', `${apps(namespace)}/replicasets`);
      const patch = undoPatch(asDeployment(read.body), asReplicaSets(listed.body), operation.back);
      return patch ? call('PATCH', ofWorkload(operation.workload), patch, JSON_PATCH) : listed;
    }
    case 'pause':
    case 'resume':
      return merge(ofWorkload(operation.workload), { spec: { paused: operation.do === 'pause' } });
    case 'rebuild':
      await call('DELETE', `${ofWorkload(operation.workload)}?propagationPolicy=Background`);
      return call(
        'POST',
        `${apps(namespace)}/deployments`,
        deployment(operation.workload, pin[operation.workload]),
      );
    case 'orphan':
      return orphanAndCreate(call, `${apps(namespace)}/deployments`, operation.workload, operation.marked);
    case 'copy marks': {
      const other = await call('GET', ofWorkload(operation.workload === 'web' ? 'api' : 'web'));
      const { annotations } = asDeployment(other.body)?.spec.template.metadata ?? {};
      if (!annotations) return other;
      // `$patch` makes it all annotations of the other one, as a controller that copies them has it.
      const metadata = { annotations: { $patch: 'replace', ...annotations } };
      return strategic(`${ofWorkload(operation.workload)}?fieldManager=${COPIER}`, {
        spec: { template: { metadata } },
      });
    }
    case 'label off':
    case 'label on': {
      const label = operation.do === 'label off' ? 'disabled' : null;
      return merge(ofWorkload(operation.workload), { metadata: { labels: { [INJECT_LABEL]: label } } });
    }
    case 'pin on':
    case 'pin off': {
      const label = operation.do === 'pin on' ? 'enabled' : 'disabled';
      return merge(ofWorkload(operation.workload), { metadata: { labels: { [PIN_LABEL]: label } } });
    }
    case 'let go':
      return merge(ofWorkload(operation.workload), { metadata: { annotations: { [HELD]: null } } });
    default:
      return operation satisfies never;
  }
}
