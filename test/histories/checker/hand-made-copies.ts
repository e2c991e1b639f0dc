import type { Pod } from '../../../src/workloads/pod.ts';
import type { Copy, Life, Revision } from './history.ts';

/** A pod of a ReplicaSet. */
export interface PodSketch {
  readonly of: string;
  /** The version in which it was created. */
  readonly at: number;
  /** The name of the ConfigMap that it reads. */
  readonly reads: string;
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

function podOf({ of, reads }: PodSketch, sets: readonly Life<Revision>[]): Pod {
  const template = sets.find(({ name }) => name === of)?.commits[0]?.object.template;
  const containers = (template?.spec?.containers ?? []).map((container) => ({
    ...container,
    envFrom: [{ configMapRef: { name: reads } }],
  }));
  const ownerReferences = [{ kind: 'ReplicaSet', name: of, uid: of, controller: true }];
  return { metadata: { ...template?.metadata, ownerReferences }, spec: { ...template?.spec, containers } };
}

export function podsOf(
  sketches: Readonly<Record<string, PodSketch>>,
  sets: readonly Life<Revision>[],
): readonly Life<Pod>[] {
  return Object.entries(sketches).map(([name, sketch]) => ({
    uid: name,
    name,
    commits: [{ version: sketch.at, object: podOf(sketch, sets) }],
    deletedAt: undefined,
  }));
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
