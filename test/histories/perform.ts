import { HELD, INJECT_LABEL, PIN_LABEL } from '../../src/marks/names.ts';
import { type Answer, type Caller, MERGE_PATCH, STRATEGIC_PATCH } from '../kit/caller.ts';
import { laterSecond } from '../kit/later-second.ts';
import type { HistoryNodes } from './nodes.ts';
import type { Operation, Pin, Shapes, WorkloadName } from './operations.ts';
import { performOnJob } from './perform-on-job.ts';
import { performOnSource } from './perform-on-source.ts';
import { orphanAndCreate, rescale, strippedObject } from './recreate.ts';
import { folderOf, rowOf } from './shapes.ts';
import { undo } from './undo.ts';
import { asNames, asTemplated } from './wire.ts';
import { configMap, firstContent, workloadManifest } from './workload-manifests.ts';

const core = (namespace: string) => `/api/v1/namespaces/${namespace}`;

/** The field manager of the controller that copies marks. */
export const COPIER = 'flagger';

/** The operations on a workload. */
type WorkloadOperation = Extract<Operation, { readonly workload: WorkloadName }>;

/** The cluster and the namespace in which operations are performed. */
export interface Stage {
  readonly namespace: string;
  readonly pin: Pin;
  readonly shapes: Shapes;
  readonly nodes: HistoryNodes;
}

/** Where the workloads of a kind are, and the manifest of one. */
export function placeOf({ namespace, pin, shapes }: Stage, name: WorkloadName) {
  const shape = shapes[name];
  const folder = folderOf(namespace, rowOf(shape));
  return {
    shape,
    folder,
    path: `${folder}/${name}`,
    manifest: workloadManifest(name, { namespace, shape, pinned: pin[name] }),
  };
}

/** Creates the objects that exist before the clients begin. */
export async function setTheStage(call: Caller, stage: Stage): Promise<Answer[]> {
  const kinds = Object.values(stage.shapes).map(({ kind }) => kind);
  if (kinds.includes('DaemonSet')) await Promise.all([stage.nodes.join(), stage.nodes.join()]);
  const post = (path: string, body: object) => call('POST', path, body);
  return Promise.all([
    ...(['app', 'more'] as const).map((source) =>
      post(`${core(stage.namespace)}/configmaps`, configMap(source, firstContent(source))),
    ),
    ...(['web', 'api'] as const).map((name) => {
      const { folder, manifest } = placeOf(stage, name);
      return post(folder, manifest);
    }),
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
  stage: Stage,
  value: string,
): Promise<Answer | undefined> {
  if ('source' in operation)
    return performOnSource(operation, call, `${core(stage.namespace)}/configmaps`, value);
  if ('workload' in operation) return performOnWorkload(operation, call, stage, value);
  switch (operation.do) {
    case 'node joins':
      return stage.nodes.join();
    case 'node leaves':
      return stage.nodes.leave();
    case 'second passes':
      await laterSecond();
      return undefined;
    default:
      return performOnJob(operation, call, stage.namespace, value);
  }
}

async function performOnWorkload(
  operation: WorkloadOperation,
  call: Caller,
  stage: Stage,
  value: string,
): Promise<Answer> {
  const { workload: name } = operation;
  const { shape, folder, path, manifest } = placeOf(stage, name);
  const query = 'dry' in operation && operation.dry ? '?dryRun=All' : '';
  const merge = (to: string, body: object) => call('PATCH', to, body, MERGE_PATCH);
  const strategic = (to: string, body: object) => call('PATCH', to, body, STRATEGIC_PATCH);
  const label = (key: string, to: string | null) => merge(path, { metadata: { labels: { [key]: to } } });
  const image = { template: { spec: { containers: [{ name: 'main', image: value }] } } };

  switch (operation.do) {
    case 'scale':
      return merge(`${path}/scale${query}`, { spec: { replicas: operation.to } });
    case 'rescale':
      return rescale(call, `${path}/scale`, operation.to);
    case 'set image':
      return strategic(`${path}${query}`, { spec: image });
    case 'annotate':
      return merge(`${path}${query}`, { metadata: { annotations: { note: value } } });
    case 'grow':
      return strategic(path, { spec: { ...image, replicas: operation.to } });
    case 'replace': {
      const read = await call('GET', path);
      return read.status === 200 ? call('PUT', path, strippedObject(read.body)) : read;
    }
    case 'apply':
      return call(
        'PATCH',
        `${path}?fieldManager=applier&force=true`,
        manifest,
        'application/apply-patch+yaml',
      );
    case 'touch':
      return merge(path, {});
    case 'undo':
      return undo(call, { namespace: stage.namespace, path, shape }, operation.back);
    case 'pause':
    case 'resume':
      return merge(path, { spec: { paused: operation.do === 'pause' } });
    case 'rebuild':
      await call('DELETE', `${path}?propagationPolicy=Background`);
      return call('POST', folder, manifest);
    case 'orphan':
      return orphanAndCreate(call, folder, { name, kind: shape.kind, marked: operation.marked });
    case 'copy marks':
      return copyMarks(call, placeOf(stage, name === 'web' ? 'api' : 'web').path, path);
    case 'label off':
      return label(INJECT_LABEL, 'disabled');
    case 'label on':
      return label(INJECT_LABEL, null);
    case 'pin on':
      return label(PIN_LABEL, 'enabled');
    case 'pin off':
      return label(PIN_LABEL, 'disabled');
    case 'delete pod':
      return deletePod(call, `${core(stage.namespace)}/pods`, name, operation.which);
    case 'partition':
      return merge(path, {
        spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: operation.to } } },
      });
    case 'let go':
      return merge(path, { metadata: { annotations: { [HELD]: null } } });
    default:
      return operation satisfies never;
  }
}

/** Deletes one of the pods of a workload, at once. */
async function deletePod(call: Caller, folder: string, app: string, which: number): Promise<Answer> {
  const listed = await call('GET', `${folder}?labelSelector=app%3D${app}`);
  const names = asNames(listed.body);
  const name = names[which % Math.max(1, names.length)];
  return name === undefined ? listed : call('DELETE', `${folder}/${name}`, { gracePeriodSeconds: 0 });
}

/** Copies all annotations of one template onto another one, as a controller does. */
async function copyMarks(call: Caller, from: string, to: string): Promise<Answer> {
  const read = await call('GET', from);
  const { annotations } = asTemplated(read.body)?.spec.template.metadata ?? {};
  if (!annotations) return read;
  // `$patch` makes it all annotations of the other one, as a controller that copies them has it.
  const template = { metadata: { annotations: { $patch: 'replace', ...annotations } } };
  return call('PATCH', `${to}?fieldManager=${COPIER}`, { spec: { template } }, STRATEGIC_PATCH);
}
