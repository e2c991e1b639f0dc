import { Type } from 'typebox';
import type { SourceContent } from '../../src/digest/source.ts';
import { CONFIG_HASH, CONFIG_SOURCES, PINNED } from '../../src/marks/names.ts';
import { maybe, StringMap } from '../../src/schema.ts';
import { ControllerRevision, keptTemplate } from '../../src/workloads/controller-revision.ts';
import { Pod } from '../../src/workloads/pod.ts';
import { PodTemplate } from '../../src/workloads/pod-template.ts';
import { OwnedMeta, ReplicaSet } from '../../src/workloads/replica-set.ts';
import { ObjectMeta } from '../../src/workloads/schema.ts';
import { type Workload, type WorkloadKind, workloadOf } from '../../src/workloads/workload.ts';
import type { Brought, Copy, Job, Revision, SeenPod } from './checker/history.ts';
import { parser } from './parser.ts';

const Versioned = Type.Object({ metadata: Type.Object({ resourceVersion: Type.String() }) });
const ReplicaSets = Type.Object({ items: Type.Array(ReplicaSet) });
/** An object of any kind with a pod template. Clients send it back with the fields that lockstep does not read. */
const Templated = Type.Object({ metadata: ObjectMeta, spec: Type.Object({ template: PodTemplate }) });

const Source = Type.Object({ data: maybe(StringMap), binaryData: maybe(StringMap) });
const CopyObject = Type.Object({ metadata: OwnedMeta, immutable: maybe(Type.Boolean()) });
const Named = Type.Object({ metadata: Type.Object({ name: Type.String() }) });

const copyObject = parser(CopyObject);
const versioned = parser(Versioned);
const source = parser(Source);
const named = parser(Named);
const names = parser(Type.Object({ items: Type.Array(Named) }));
const owned = parser(Type.Object({ metadata: OwnedMeta }));
const pod = parser(Pod);
const status = parser(
  Type.Object({ status: Type.Object({ phase: Type.String(), startTime: maybe(Type.String()) }) }),
);
const job = parser(
  Type.Object({
    metadata: OwnedMeta,
    spec: Type.Object({ suspend: maybe(Type.Boolean()), template: PodTemplate }),
  }),
);
const replicaSet = parser(ReplicaSet);
const controllerRevision = parser(ControllerRevision);
const replicaSets = parser(ReplicaSets);

export const asTemplated = parser(Templated);
/** A pod. */
export function asPod(value: unknown): SeenPod | undefined {
  const read = pod(value);
  const { phase, startTime } = status(value)?.status ?? {};
  return read && { ...read, started: phase === 'Running', ...(startTime && { since: startTime }) };
}
export const asReplicaSets = (value: unknown) => replicaSets(value)?.items ?? [];

/** The names in a list of objects. */
export const asNames = (value: unknown): readonly string[] =>
  names(value)?.items.map(({ metadata }) => metadata.name) ?? [];

export const nameOf = (value: unknown): string => named(value)?.metadata.name ?? '';

/** A workload of a kind, as lockstep sees it. */
export const asWorkload =
  (kind: WorkloadKind, namespace: string) =>
  (value: unknown): Workload | undefined => {
    const checked = kind.check(value);
    return checked.kind === 'checked' ? workloadOf(kind, checked.object, namespace) : undefined;
  };

/** A ReplicaSet as a revision. */
export function asReplicaSet(value: unknown): Revision | undefined {
  const set = replicaSet(value);
  if (!set) return undefined;
  const { metadata, spec } = set;
  // The API's default is 1.
  return { kind: 'ReplicaSet', metadata, template: spec.template ?? undefined, replicas: spec.replicas ?? 1 };
}

/** A Job. */
export function asJob(value: unknown): Job | undefined {
  const read = job(value);
  return (
    read && { metadata: read.metadata, suspended: read.spec.suspend === true, template: read.spec.template }
  );
}

/** A ControllerRevision as a revision. */
export function asControllerRevision(value: unknown): Revision | undefined {
  const revision = controllerRevision(value);
  if (!revision) return undefined;
  const { metadata } = revision;
  return { kind: 'ControllerRevision', metadata, template: keptTemplate(revision), replicas: undefined };
}

/** What a ConfigMap holds. */
export function asSource(value: unknown): SourceContent | undefined {
  const read = source(value);
  return read && { data: read.data ?? {}, binaryData: read.binaryData ?? {} };
}

/** A ConfigMap as a copy. */
export function asCopy(value: unknown): Copy | undefined {
  const [object, content] = [copyObject(value), asSource(value)];
  if (!object || !content) return undefined;
  const owners = (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
  return { content, immutable: object.immutable === true, owners };
}

/**
 * The marks of the first template in a request that contains marks, at any position. A JSON Patch is a list
 * of changes.
 */
export function broughtBy(request: unknown): Brought | undefined {
  if (request === null || typeof request !== 'object') return undefined;
  const hash: unknown = Reflect.get(request, CONFIG_HASH);
  if (typeof hash !== 'string') return Object.values(request).map(broughtBy).find(Boolean);
  const [sources, pinned] = [CONFIG_SOURCES, PINNED].map((name) => {
    const text: unknown = Reflect.get(request, name);
    return typeof text === 'string' ? text : undefined;
  });
  return { hash, sources, pinned };
}

/** The uid of the controller that an object names. */
export const controllerOf = (value: unknown): string | undefined =>
  owned(value)?.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;

/** The resourceVersion of an object, as a number. One etcd assigns them all, so they are in one order. */
export function versionOf(value: unknown): number | undefined {
  const version = versioned(value)?.metadata.resourceVersion;
  return version ? Number(version) : undefined;
}
