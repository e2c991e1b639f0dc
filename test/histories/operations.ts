import { describeShape, rowOf, type Shape } from './shapes.ts';

/** The two ConfigMaps of a history. */
export type Source = 'app' | 'more';
/** The two workloads of a history. Both use both ConfigMaps. */
export type WorkloadName = 'web' | 'api';

/**
 * An operation of one client, as plain data. New values are made when it is performed, each a different one.
 */
export type Operation =
  /** A key that a workload uses, or one that none uses. Creates the ConfigMap if it does not exist. */
  | { readonly do: 'edit'; readonly source: Source; readonly key: 'used' | 'unused' }
  /** Writes the first content again. */
  | { readonly do: 'restore'; readonly source: Source }
  /** A label on the ConfigMap. */
  | { readonly do: 'relabel'; readonly source: Source }
  | { readonly do: 'remove'; readonly source: Source }
  /** Deletes the ConfigMap and creates it again. */
  | {
      readonly do: 'remake';
      readonly source: Source;
      readonly content: 'same' | 'other';
      readonly immutable: boolean;
    }
  /** Makes the ConfigMap immutable. An edit then deletes it, and creates it again. */
  | { readonly do: 'freeze'; readonly source: Source }
  | { readonly do: 'scale'; readonly workload: WorkloadName; readonly to: number; readonly dry: boolean }
  /**
   * A scale as the HPA and KEDA do it: reads the Scale, writes it back with the version that was read, and starts over at
   * a conflict.
   */
  | { readonly do: 'rescale'; readonly workload: WorkloadName; readonly to: number }
  | { readonly do: 'set image'; readonly workload: WorkloadName; readonly dry: boolean }
  | { readonly do: 'annotate'; readonly workload: WorkloadName; readonly dry: boolean }
  /** Changes image and replicas in one PATCH. */
  | { readonly do: 'grow'; readonly workload: WorkloadName; readonly to: number }
  /** A PUT of the whole object without annotations, which drops all marks. */
  | { readonly do: 'replace'; readonly workload: WorkloadName }
  /** The first manifest again, by server-side apply. It has the first image, by a tag. */
  | { readonly do: 'apply'; readonly workload: WorkloadName }
  /** A PATCH that changes nothing. */
  | { readonly do: 'touch'; readonly workload: WorkloadName }
  /** Goes back by this many revisions: `kubectl rollout undo`, with `--to-revision` for more than one. */
  | { readonly do: 'undo'; readonly workload: WorkloadName; readonly back: number }
  | { readonly do: 'pause' | 'resume'; readonly workload: WorkloadName }
  /** Deletes the workload and creates it again. */
  | { readonly do: 'rebuild'; readonly workload: WorkloadName }
  /**
   * Deletes the workload without its revisions, and creates it again: with lockstep's annotations, as a backup has
   * it, or without, as a manifest.
   */
  | { readonly do: 'orphan'; readonly workload: WorkloadName; readonly marked: boolean }
  /** A controller copies the annotations of the other workload's template. */
  | { readonly do: 'copy marks'; readonly workload: WorkloadName }
  /** The label lockstep.dev/inject: `disabled`, or none. */
  | { readonly do: 'label off' | 'label on'; readonly workload: WorkloadName }
  /** The label lockstep.dev/pin: `enabled` or `disabled`. */
  | { readonly do: 'pin on' | 'pin off'; readonly workload: WorkloadName }
  /** Removes the annotation lockstep.dev/held, which ends a hold by hand. */
  | { readonly do: 'let go'; readonly workload: WorkloadName }
  /** Deletes a pod, at once. */
  | { readonly do: 'delete pod'; readonly workload: WorkloadName; readonly which: number }
  /** The ordinal from which a StatefulSet follows its template. */
  | { readonly do: 'partition'; readonly workload: WorkloadName; readonly to: number }
  /** A node of the DaemonSets joins, or leaves with its pods. */
  | { readonly do: 'node joins' | 'node leaves' }
  /** A second passes, so that what follows has a later time than what was before. */
  | { readonly do: 'second passes' }
  | JobOperation;

/** What is done with Jobs. They use both ConfigMaps, too. */
export type JobOperation =
  /** Creates a Job. Its pods end by themselves, or `stay` until somebody ends them. */
  | {
      readonly do: 'run job';
      readonly pods: JobPods;
      readonly stay: boolean;
      readonly suspended: boolean;
      readonly pinned: boolean;
    }
  | { readonly do: 'suspend job' | 'resume job' }
  /** Ends a pod that stays. Another one takes its place, ten seconds later if it has failed. */
  | { readonly do: 'end job pod'; readonly which: number; readonly failed: boolean };

/** How a Job makes its pods. */
export type JobPods = 'one by one' | 'in parallel' | 'indexed';

export type OperationKind = Operation['do'];

/** All kinds of operation. */
export const OPERATION_KINDS = [
  'scale',
  'rescale',
  'edit',
  'annotate',
  'set image',
  'grow',
  'apply',
  'touch',
  'replace',
  'undo',
  'restore',
  'relabel',
  'remake',
  'remove',
  'freeze',
  'pause',
  'resume',
  'rebuild',
  'orphan',
  'copy marks',
  'label off',
  'label on',
  'pin on',
  'pin off',
  'let go',
  'delete pod',
  'partition',
  'node joins',
  'node leaves',
  'second passes',
  'run job',
  'suspend job',
  'resume job',
  'end job pod',
] as const satisfies readonly OperationKind[];

/**
 * A kill of a replica of lockstep after this many operations have begun. The replica is then started again.
 */
export interface Kill {
  readonly replica: 0 | 1;
  readonly after: number;
}

/** What kinds the workloads are. */
export type Shapes = Readonly<Record<WorkloadName, Shape>>;

/** The objects that are labelled `lockstep.dev/pin: enabled` when they are created. */
export type Pin = Readonly<Record<'namespace' | WorkloadName, boolean>>;

/**
 * Everything that is chosen at random: the operations of each client in order, the times at which replicas
 * are killed, what kinds the workloads are, what is pinned at first, and what there is beside lockstep.
 */
export interface Plan {
  readonly clients: readonly (readonly Operation[])[];
  readonly kills: readonly Kill[];
  readonly pin: Pin;
  readonly shapes: Shapes;
  /** A webhook that is called after lockstep resolves tags of images to digests. */
  readonly late: boolean;
  /** Only one replica answers, and none is killed. So it remembers everything that lockstep has written. */
  readonly alone: boolean;
}

function targetOf(operation: Operation): string {
  if ('source' in operation) return ` configmap/${operation.source}`;
  return 'workload' in operation ? ` ${operation.workload}` : '';
}

/** An operation in words: `scale web to 4, dry run`. */
export function describeOperation(operation: Operation): string {
  const target = targetOf(operation);
  const key = 'key' in operation ? `, ${operation.key} key` : '';
  const to = 'to' in operation ? ` to ${operation.to}` : '';
  const job = 'pods' in operation ? ` ${operation.pods}` : '';
  const flags = (['stay', 'suspended', 'pinned', 'failed'] as const)
    .filter((flag) => Reflect.get(operation, flag) === true)
    .map((flag) => `, ${flag}`)
    .join('');
  const which = 'which' in operation ? ` ${operation.which}` : '';
  const back = 'back' in operation && operation.back > 1 ? ` by ${operation.back}` : '';
  const content = 'content' in operation ? `, ${operation.content} content` : '';
  const immutable = 'immutable' in operation && operation.immutable ? ', immutable' : '';
  const marked = 'marked' in operation && operation.marked ? ', with its annotations' : '';
  const dry = 'dry' in operation && operation.dry ? ', dry run' : '';
  return `${operation.do}${target}${job}${which}${to}${back}${key}${content}${immutable}${marked}${dry}${flags}`;
}

/** Whether workloads of these kinds know an operation. */
export function isPossible(operation: Operation, shapes: Shapes): boolean {
  if ('source' in operation) return true;
  const kinds = Object.values(shapes).map(({ kind }) => kind);
  if (!('workload' in operation))
    return kinds.includes('DaemonSet') || !['node joins', 'node leaves'].includes(operation.do);
  const shape = shapes[operation.workload];
  switch (operation.do) {
    case 'scale':
    case 'rescale':
    case 'grow':
      return rowOf(shape).scale;
    case 'pause':
    case 'resume':
      return shape.kind === 'Deployment';
    case 'partition':
      return shape.kind === 'StatefulSet' && shape.update !== 'on delete';
    default:
      return true;
  }
}

/** The number of operations of a plan. */
export const sizeOf = ({ clients }: Plan): number => clients.reduce((sum, list) => sum + list.length, 0);

/** A plan as lines to read: the kinds, what is pinned, what is beside lockstep, and a line for each client and each kill. */
export function describePlan({ clients, kills, pin, shapes, late, alone }: Plan): string[] {
  const pinned = (['namespace', 'web', 'api'] as const).filter((what) => pin[what]);
  return [
    `web is a ${describeShape(shapes.web)}, api a ${describeShape(shapes.api)}`,
    `pinned: ${pinned.join(', ') || 'nothing'}`,
    ...(late ? ['a webhook after lockstep resolves tags'] : []),
    ...(alone ? ['one replica answers all calls'] : []),
    ...clients.map((list, i) => `client ${i + 1}: ${list.map(describeOperation).join('; ')}`),
    ...kills.map(({ replica, after }) => `replica ${replica + 1} is killed after ${after} operations`),
  ];
}
