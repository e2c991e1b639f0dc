import { CONTROLLER_REVISION_HASH } from '../../../src/workloads/controller-revision.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import type { Copy, Life, Revision, SeenPod } from './history.ts';

/** A pod. */
export interface PodSketch {
  /** The name of its revision. */
  readonly of: string;
  /** The version in which it was created. */
  readonly at: number;
  /** The name of the ConfigMap that it reads. */
  readonly reads: string;
  /** When it was deleted. */
  readonly until?: number;
  /** Its containers had started in this version. */
  readonly startedAt?: number;
  /** The uid of the DaemonSet that it was made for. Default: the owner of its revision. */
  readonly madeFor?: string;
  /** When its kubelet accepted it. */
  readonly since?: string;
}

export interface CopySketch {
  /** Its only value. */
  readonly holds: string;
  /** The names of the ReplicaSets that own it, by version. */
  readonly owners: Readonly<Record<number, readonly string[]>>;
  /** When it was deleted. */
  readonly until?: number;
  readonly changeable?: boolean;
}

function podOf({ of, reads, madeFor }: PodSketch, revisions: readonly Life<Revision>[]): Pod {
  const revision = revisions.find(({ name }) => name === of)?.commits[0]?.object;
  const { template } = { ...revision };
  const containers = (template?.spec?.containers ?? []).map((container) => ({
    ...container,
    envFrom: [{ configMapRef: { name: reads } }],
  }));
  const ofRevision =
    revision?.kind === 'ControllerRevision'
      ? (revision.metadata.ownerReferences ?? null)
      : [{ kind: 'ReplicaSet', name: of, uid: of, controller: true }];
  const ownerReferences =
    madeFor === undefined ? ofRevision : [{ kind: 'DaemonSet', name: 'web', uid: madeFor, controller: true }];
  const labels = { ...template?.metadata?.labels, [CONTROLLER_REVISION_HASH]: of };
  return {
    metadata: { ...template?.metadata, labels, ownerReferences },
    spec: { ...template?.spec, containers },
  };
}

export function podsOf(
  sketches: Readonly<Record<string, PodSketch>>,
  revisions: readonly Life<Revision>[],
): readonly Life<SeenPod>[] {
  return Object.entries(sketches).map(([name, sketch]) => {
    const since = sketch.since;
    const object = { ...podOf(sketch, revisions), ...(since !== undefined && { since }) };
    const made = { version: sketch.at, object };
    const started = { version: sketch.startedAt ?? sketch.at, object: { ...object, started: true } };
    return {
      uid: name,
      name,
      commits: sketch.startedAt ? [made, started] : [made],
      deletedAt: sketch.until,
    };
  });
}

export function copiesOf(sketches: Readonly<Record<string, CopySketch>>): readonly Life<Copy>[] {
  return Object.entries(sketches).map(([name, { holds, owners, until, changeable = false }]) => {
    const content = { data: { a: holds }, binaryData: {} };
    const commits = Object.entries(owners).map(([version, uids]) => ({
      version: Number(version),
      object: { content, immutable: !changeable, owners: uids },
    }));
    return { uid: name, name, commits, deletedAt: until };
  });
}
