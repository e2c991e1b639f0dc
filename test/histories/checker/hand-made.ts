import { configState, shortDigest } from '../../../src/digest/format.ts';
import { CONFIG_HASH, CONFIG_SOURCES, INJECT_LABEL } from '../../../src/policy/marks.ts';
import { sourceId } from '../../../src/references/usage.ts';
import type { Deployment } from '../../../src/workloads/deployment.ts';
import type { ReplicaSet } from '../../../src/workloads/replica-set.ts';
import { deployment as plain } from '../../deployments.ts';
import type { Call, History, Life, SourceState } from './history.ts';
import { FORMAT, usagesOf } from './source-states.ts';

/** How the ConfigMap `app` went: version -> its only value; undefined: deleted. */
export type Values = Readonly<Record<number, string | undefined>>;

export interface DeploymentSketch {
  /** The value of `app` that is recorded; undefined: nothing is. */
  readonly of?: string | undefined;
  readonly image?: string;
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly failed?: boolean;
  readonly disabled?: boolean;
}

function recorded(of: string) {
  const [usage] = usagesOf(plain({}));
  if (!usage) throw new Error('the Deployment of these tests uses one ConfigMap');
  const digest = FORMAT.sourceDigest('', usage, { data: { a: of }, binaryData: {} });
  const { hash } = configState(new Map([[sourceId(usage), digest]]), FORMAT);
  return {
    [CONFIG_HASH]: hash,
    [CONFIG_SOURCES]: JSON.stringify({ [sourceId(usage)]: shortDigest(digest) }),
  };
}

function deploymentOf({ of, image, replicas = 2, paused, failed, disabled }: DeploymentSketch): Deployment {
  const base = plain({
    ...(of !== undefined && { template: recorded(of) }),
    ...(image !== undefined && { image }),
    ...(disabled && { labels: { [INJECT_LABEL]: 'disabled' } }),
  });
  return {
    ...base,
    metadata: { ...base.metadata, uid: 'web-uid' },
    spec: { ...base.spec, replicas, ...(paused && { paused }) },
    status: { conditions: failed ? [{ type: 'Progressing', status: 'False' }] : [] },
  };
}

function replicaSetOf(sketch: DeploymentSketch): ReplicaSet {
  const { spec } = deploymentOf(sketch);
  const { metadata, ...template } = spec.template;
  return {
    metadata: {
      ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'web-uid', controller: true }],
    },
    spec: { replicas: spec.replicas ?? 1, template: { ...template, metadata: metadata ?? {} } },
  };
}

const commits = <T>(
  versions: Readonly<Record<number, DeploymentSketch>>,
  as: (sketch: DeploymentSketch) => T,
) => Object.entries(versions).map(([version, sketch]) => ({ version: Number(version), object: as(sketch) }));

/** A call that came in at one version and was answered at another: one version a microsecond. */
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
    carriesHash: false,
    ...overrides,
  };
}

/** A write of the ConfigMap that was begun and answered within its version. */
const edit = (version: number): Call =>
  call(version, version, { resource: 'configmaps', name: 'app', reviewed: false, received: version - 0.1 });

export interface Sketch {
  readonly app: Values;
  readonly web: Readonly<Record<number, DeploymentSketch>>;
  readonly sets?: Readonly<Record<string, Readonly<Record<number, DeploymentSketch>>>>;
  /** Names of ReplicaSets of a Deployment `web` that was deleted before. */
  readonly setsBefore?: readonly string[];
  readonly calls?: readonly Call[];
  readonly kills?: readonly number[];
  readonly deletedAt?: number;
  readonly unrest?: string;
}

function ofDeploymentBefore(name: string): Life<ReplicaSet> {
  const { metadata, spec } = replicaSetOf({ of: 'a' });
  const ownerReferences = [{ kind: 'Deployment', name: 'web', uid: 'before-uid', controller: true }];
  const object = { metadata: { ...metadata, ownerReferences }, spec };
  return { uid: `before-${name}`, name, commits: [{ version: 0, object }], deletedAt: 5 };
}

/** A history by hand: one ConfigMap, one Deployment, its ReplicaSets, and the calls. */
export function history(sketch: Sketch): History {
  const { app, web, sets = {}, setsBefore = [], calls = [], kills = [], deletedAt, unrest } = sketch;
  const states: SourceState[] = Object.entries(app).map(([version, a]) => ({
    version: Number(version),
    content: a === undefined ? undefined : { data: { a }, binaryData: {} },
  }));
  const lives: Life<ReplicaSet>[] = Object.entries(sets).map(([name, versions]) => ({
    uid: name,
    name,
    commits: commits(versions, replicaSetOf),
    deletedAt: undefined,
  }));
  return {
    sources: new Map([['configmap/app', [{ version: 0, content: undefined }, ...states]]]),
    deployments: [{ uid: 'web-uid', name: 'web', commits: commits(web, deploymentOf), deletedAt }],
    replicaSets: [...setsBefore.map(ofDeploymentBefore), ...lives],
    calls: [...Object.keys(app).map((version) => edit(Number(version))), ...calls],
    kills,
    unrest,
  };
}
