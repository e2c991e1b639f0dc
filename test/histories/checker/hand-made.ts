import { type ConfigState, configState, shortDigest } from '../../../src/digest/format.ts';
import {
  BASELINE,
  CONFIG_HASH,
  CONFIG_SOURCES,
  HELD,
  INJECT_LABEL,
  PIN_LABEL,
  PINNED,
} from '../../../src/marks/names.ts';
import { printStateOf } from '../../../src/marks/records.ts';
import { sourceId } from '../../../src/references/sources.ts';
import { DAEMON_SET } from '../../../src/workloads/daemon-set.ts';
import { DEPLOYMENT } from '../../../src/workloads/deployment.ts';
import { STATEFUL_SET } from '../../../src/workloads/stateful-set.ts';
import { type Workload, workloadOf } from '../../../src/workloads/workload.ts';
import { deployment as plain } from '../../kit/deployments.ts';
import { type CopySketch, copiesOf, type PodSketch, podsOf } from './hand-made-copies.ts';
import type { Brought, Call, History, Life, Revision, SourceState } from './history.ts';
import { FORMAT, usagesOf } from './source-states.ts';

const ROWS = { Deployment: DEPLOYMENT, StatefulSet: STATEFUL_SET, DaemonSet: DAEMON_SET } as const;
export type SketchKind = keyof typeof ROWS;

/** The history of the ConfigMap `app`: version -> its only value. undefined: deleted. */
export type Values = Readonly<Record<number, string | undefined>>;

export interface WorkloadSketch {
  /** Of a ReplicaSet: the size of the Deployment that the controller has noted on it. */
  readonly desired?: number | undefined;
  /** The value of `app` that is recorded. undefined: no value is recorded. */
  readonly of?: string | undefined;
  readonly image?: string;
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly failed?: boolean;
  readonly disabled?: boolean;
  /**
   * Its pods read copies, because its template says so and its label asks for them. `marked`: only its
   * template says so.
   */
  readonly pinned?: boolean | 'marked';
  /** The value of `app` that it is held against. null: `app` was absent. */
  readonly held?: string | null;
  /** The value of `app` that its baseline records. null: `app` was absent. */
  readonly baseline?: string | null;
  /** Its pods start without `app`, too. */
  readonly optional?: boolean;
  /** Its update strategy. */
  readonly updates?: object;
  /** Of a DaemonSet: how many nodes have a pod of the present template, and how many should have. */
  readonly behind?: { readonly updated: number; readonly desired: number };
  /** Its controller has not seen this version. */
  readonly lags?: boolean;
  /** Of a revision: it has lost its workload. */
  readonly orphaned?: boolean;
}

/** As the API server completes an empty one. */
const DEFAULT_UPDATES = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } };

/** @param value of `app`. null: it is absent */
function stateOf(value: string | null): ConfigState {
  const [usage] = usagesOf(workloadOf(DEPLOYMENT, plain({}), 'shop'));
  if (!usage) throw new Error('the Deployment of these tests uses one ConfigMap');
  const content = value === null ? undefined : { data: { a: value }, binaryData: {} };
  const digest = FORMAT.sourceDigest('', usage, content);
  return configState(new Map([[sourceId(usage), digest]]), FORMAT);
}

/** The name of the copy that holds this value. undefined: the copy of an absent source. */
export function copyOf(value: string | undefined): string {
  const digest = value === undefined ? 'absent' : (stateOf(value).sources['configmap/app'] ?? '');
  return `app-lockstep-${shortDigest(digest)}`;
}

/** The marks in the template of a pinned workload, as a request contains them. */
export function marksFor(value: string): Brought {
  const { hash, sources } = stateOf(value);
  return { hash, sources: JSON.stringify(sources), pinned: 'configmap/app' };
}

function templateMarks({ of, pinned }: WorkloadSketch) {
  if (of === undefined) return {};
  const { hash, sources = '' } = marksFor(of);
  return { [CONFIG_HASH]: hash, [CONFIG_SOURCES]: sources, ...(pinned && { [PINNED]: 'configmap/app' }) };
}

const OPTIONAL_ENV = [
  { name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a', optional: true } } },
];

function viewOf(kind: SketchKind, sketch: WorkloadSketch): Workload {
  const { of, image, replicas = 2, paused, failed, disabled, pinned, held, baseline, behind } = sketch;
  const base = plain({
    ...(of !== undefined && { template: templateMarks(sketch) }),
    ...(image !== undefined && { image }),
    ...(sketch.optional && { env: OPTIONAL_ENV }),
    labels: {
      ...(disabled && { [INJECT_LABEL]: 'disabled' }),
      ...(pinned === true && { [PIN_LABEL]: 'enabled' }),
    },
  });
  const { template } = base.spec;
  const annotations = {
    ...(held !== undefined && { [HELD]: printStateOf(stateOf(held), template) }),
    ...(baseline !== undefined && { [BASELINE]: printStateOf(stateOf(baseline), template) }),
  };
  const object = {
    ...base,
    metadata: { ...base.metadata, annotations, uid: 'web-uid', generation: 1 },
    spec: {
      ...base.spec,
      ...(kind !== 'DaemonSet' && { replicas }),
      ...(paused && { paused }),
      updateStrategy: sketch.updates ?? DEFAULT_UPDATES,
    },
    status: {
      observedGeneration: sketch.lags ? 0 : 1,
      ...(behind && { updatedNumberScheduled: behind.updated, desiredNumberScheduled: behind.desired }),
      conditions: failed ? [{ type: 'Progressing', status: 'False' }] : [],
    },
  };
  return workloadOf(ROWS[kind], object, 'shop');
}

function revisionOf(kind: SketchKind, sketch: WorkloadSketch): Revision {
  const { replicas, template } = viewOf(kind, sketch);
  return {
    kind: kind === 'Deployment' ? 'ReplicaSet' : 'ControllerRevision',
    metadata: {
      ...(sketch.desired !== undefined && {
        annotations: { 'deployment.kubernetes.io/desired-replicas': String(sketch.desired) },
      }),
      ownerReferences: sketch.orphaned ? [] : [{ kind, name: 'web', uid: 'web-uid', controller: true }],
    },
    replicas: kind === 'Deployment' ? replicas : undefined,
    template: { ...template, metadata: template.metadata ?? {} },
  };
}

const commits = <T>(versions: Readonly<Record<number, WorkloadSketch>>, as: (sketch: WorkloadSketch) => T) =>
  Object.entries(versions).map(([version, sketch]) => ({ version: Number(version), object: as(sketch) }));

/** A call that was received at one version and answered at another. One version lasts one microsecond. */
export function call(from: number, to: number, overrides: Partial<Call> = {}): Call {
  return {
    auditId: `${from}-${to}`,
    what: `call ${from}`,
    by: 'client',
    verb: 'patch',
    resource: 'deployments',
    subresource: '',
    name: 'web',
    received: from,
    completed: to,
    succeeded: true,
    dryRun: false,
    version: to,
    reviewed: true,
    unchecked: false,
    brings: undefined,
    letsGo: false,
    ...overrides,
  };
}

/** A write of the ConfigMap that was received and answered within its version. */
const edit = (version: number): Call =>
  call(version, version, { resource: 'configmaps', name: 'app', reviewed: false, received: version - 0.1 });

export interface Sketch {
  /** Of `web`. Default: Deployment. */
  readonly kind?: SketchKind;
  readonly app: Values;
  /** When `app` was made, by the version in which it was. */
  readonly appMade?: Readonly<Record<number, string>>;
  readonly web: Readonly<Record<number, WorkloadSketch>>;
  /** An earlier workload `web`, which was deleted. */
  readonly webBefore?: Readonly<Record<number, WorkloadSketch>>;
  /** The revisions of `web`, by name. */
  readonly sets?: Readonly<Record<string, Readonly<Record<number, WorkloadSketch>>>>;
  /** When revisions were deleted. */
  readonly setsUntil?: Readonly<Record<string, number>>;
  /** Names of ReplicaSets of that earlier Deployment. */
  readonly setsBefore?: readonly string[];
  /** By name. */
  readonly pods?: Readonly<Record<string, PodSketch>>;
  /** By name; see `copyOf`. */
  readonly copies?: Readonly<Record<string, CopySketch>>;
  readonly calls?: readonly Call[];
  readonly kills?: readonly number[];
  readonly deletedAt?: number;
  readonly alone?: boolean;
  readonly edits?: boolean;
  /** The uids of what did not come to rest. Of `web`: `web-uid`. */
  readonly unrest?: readonly string[];
}

function ofDeploymentBefore(name: string): Life<Revision> {
  const before = revisionOf('Deployment', { of: 'a' });
  const ownerReferences = [{ kind: 'Deployment', name: 'web', uid: 'before-uid', controller: true }];
  const object = { ...before, metadata: { ...before.metadata, ownerReferences } };
  return { uid: `before-${name}`, name, commits: [{ version: 0, object }], deletedAt: 5 };
}

const lifeOf = (
  { kind = 'Deployment', deletedAt }: Pick<Sketch, 'kind' | 'deletedAt'>,
  uid: string,
  versions: Sketch['web'],
): Life<Workload> => ({
  uid,
  name: 'web',
  commits: commits(versions, (each) => viewOf(kind, each)),
  deletedAt,
});

/** A hand-made history: one ConfigMap, one workload, its revisions, and the calls. */
export function history(sketch: Sketch): History {
  const { app, web, webBefore, sets = {}, setsUntil = {}, setsBefore = [], calls = [], kills = [] } = sketch;
  const { kind = 'Deployment' } = sketch;
  const ofKind = (each: Call): Call =>
    each.resource === 'deployments' ? { ...each, resource: ROWS[kind].resource } : each;
  const states: SourceState[] = Object.entries(app).map(([version, a]) => ({
    version: Number(version),
    content: a === undefined ? undefined : { data: { a }, binaryData: {} },
    made: sketch.appMade?.[Number(version)] ?? 'earlier',
  }));
  const lives: Life<Revision>[] = Object.entries(sets).map(([name, versions]) => ({
    uid: name,
    name,
    commits: commits(versions, (each) => revisionOf(kind, each)),
    deletedAt: setsUntil[name],
  }));
  return {
    sources: new Map([['configmap/app', [{ version: 0, content: undefined }, ...states]]]),
    workloads: [
      ...(webBefore ? [lifeOf({ ...sketch, deletedAt: 5 }, 'before-uid', webBefore)] : []),
      lifeOf(sketch, 'web-uid', web),
    ],
    revisions: [...setsBefore.map(ofDeploymentBefore), ...lives],
    jobs: [],
    pods: podsOf(sketch.pods ?? {}, lives),
    copies: copiesOf(sketch.copies ?? {}),
    pinNamespace: false,
    alone: sketch.alone ?? false,
    edits: sketch.edits ?? false,
    calls: [...Object.keys(app).map((version) => edit(Number(version))), ...calls.map(ofKind)],
    kills,
    unrest: sketch.unrest && { says: 'web stands at 3 of 4', of: sketch.unrest },
  };
}
