import { type ConfigState, configState, shortDigest } from '../../../src/digest/format.ts';
import {
  CONFIG_HASH,
  CONFIG_SOURCES,
  HELD,
  INJECT_LABEL,
  PIN_LABEL,
  PINNED,
} from '../../../src/marks/names.ts';
import { printStateOf } from '../../../src/marks/records.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { deployment as plain, viewOf } from '../../kit/deployments.ts';
import { type CopySketch, copiesOf, type PodSketch, podsOf } from './hand-made-copies.ts';
import type { Brought, Call, History, Life, Revision, SourceState } from './history.ts';
import { FORMAT, usagesOf } from './source-states.ts';

/** The history of the ConfigMap `app`: version -> its only value. undefined: deleted. */
export type Values = Readonly<Record<number, string | undefined>>;

export interface DeploymentSketch {
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
  /** Of a ReplicaSet: it has lost its Deployment. */
  readonly orphaned?: boolean;
}

/** @param value of `app`. null: it is absent */
function stateOf(value: string | null): ConfigState {
  const [usage] = usagesOf(viewOf(plain({})));
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

function templateMarks({ of, pinned }: DeploymentSketch) {
  if (of === undefined) return {};
  const { hash, sources = '' } = marksFor(of);
  return { [CONFIG_HASH]: hash, [CONFIG_SOURCES]: sources, ...(pinned && { [PINNED]: 'configmap/app' }) };
}

function workloadOf(sketch: DeploymentSketch): Workload {
  const { of, image, replicas = 2, paused, failed, disabled, pinned, held } = sketch;
  const base = plain({
    ...(of !== undefined && { template: templateMarks(sketch) }),
    ...(image !== undefined && { image }),
    labels: {
      ...(disabled && { [INJECT_LABEL]: 'disabled' }),
      ...(pinned === true && { [PIN_LABEL]: 'enabled' }),
    },
  });
  const annotations = held === undefined ? {} : { [HELD]: printStateOf(stateOf(held), base.spec.template) };
  return viewOf({
    ...base,
    metadata: { ...base.metadata, annotations, uid: 'web-uid' },
    spec: { ...base.spec, replicas, ...(paused && { paused }) },
    status: { conditions: failed ? [{ type: 'Progressing', status: 'False' }] : [] },
  });
}

function replicaSetOf(sketch: DeploymentSketch): Revision {
  const { replicas, template } = workloadOf(sketch);
  return {
    kind: 'ReplicaSet',
    metadata: {
      ...(sketch.desired !== undefined && {
        annotations: { 'deployment.kubernetes.io/desired-replicas': String(sketch.desired) },
      }),
      ownerReferences: sketch.orphaned
        ? []
        : [{ kind: 'Deployment', name: 'web', uid: 'web-uid', controller: true }],
    },
    replicas,
    template: { ...template, metadata: template.metadata ?? {} },
  };
}

const commits = <T>(
  versions: Readonly<Record<number, DeploymentSketch>>,
  as: (sketch: DeploymentSketch) => T,
) => Object.entries(versions).map(([version, sketch]) => ({ version: Number(version), object: as(sketch) }));

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
  readonly app: Values;
  readonly web: Readonly<Record<number, DeploymentSketch>>;
  /** An earlier Deployment `web`, which was deleted. */
  readonly webBefore?: Readonly<Record<number, DeploymentSketch>>;
  readonly sets?: Readonly<Record<string, Readonly<Record<number, DeploymentSketch>>>>;
  /** When ReplicaSets were deleted. */
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
  readonly unrest?: string;
}

function ofDeploymentBefore(name: string): Life<Revision> {
  const before = replicaSetOf({ of: 'a' });
  const ownerReferences = [{ kind: 'Deployment', name: 'web', uid: 'before-uid', controller: true }];
  const object = { ...before, metadata: { ...before.metadata, ownerReferences } };
  return { uid: `before-${name}`, name, commits: [{ version: 0, object }], deletedAt: 5 };
}

const lifeOf = (uid: string, versions: Sketch['web'], deletedAt: number | undefined): Life<Workload> => ({
  uid,
  name: 'web',
  commits: commits(versions, workloadOf),
  deletedAt,
});

/** A hand-made history: one ConfigMap, one Deployment, its ReplicaSets, and the calls. */
export function history(sketch: Sketch): History {
  const { app, web, webBefore, sets = {}, setsUntil = {}, setsBefore = [], calls = [], kills = [] } = sketch;
  const states: SourceState[] = Object.entries(app).map(([version, a]) => ({
    version: Number(version),
    content: a === undefined ? undefined : { data: { a }, binaryData: {} },
  }));
  const lives: Life<Revision>[] = Object.entries(sets).map(([name, versions]) => ({
    uid: name,
    name,
    commits: commits(versions, replicaSetOf),
    deletedAt: setsUntil[name],
  }));
  return {
    sources: new Map([['configmap/app', [{ version: 0, content: undefined }, ...states]]]),
    workloads: [
      ...(webBefore ? [lifeOf('before-uid', webBefore, 5)] : []),
      lifeOf('web-uid', web, sketch.deletedAt),
    ],
    revisions: [...setsBefore.map(ofDeploymentBefore), ...lives],
    pods: podsOf(sketch.pods ?? {}, lives),
    copies: copiesOf(sketch.copies ?? {}),
    pinNamespace: false,
    alone: sketch.alone ?? false,
    calls: [...Object.keys(app).map((version) => edit(Number(version))), ...calls],
    kills,
    unrest: sketch.unrest,
  };
}
