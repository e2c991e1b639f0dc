import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { SourceContent } from '../../src/digest/source.ts';
import { CONFIG_HASH, CONFIG_SOURCES, PINNED } from '../../src/marks/names.ts';
import { maybe, StringMap } from '../../src/schema.ts';
import { Deployment } from '../../src/workloads/deployment.ts';
import { Pod } from '../../src/workloads/pod.ts';
import { OwnedMeta, ReplicaSet } from '../../src/workloads/replica-set.ts';
import type { Brought, Copy } from './checker/history.ts';

/**
 * Parsers of the API server's answers in a history. A parser returns the object, or undefined if the answer
 * is none.
 */
function parser<T extends TSchema>(schema: T): (value: unknown) => Static<T> | undefined {
  const compiled = Compile(schema);
  return (value) => (compiled.Check(value) ? value : undefined);
}

const Versioned = Type.Object({ metadata: Type.Object({ resourceVersion: Type.String() }) });
const ReplicaSets = Type.Object({ items: Type.Array(ReplicaSet) });
const Status = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  replicas: Type.Optional(Type.Integer()),
  updatedReplicas: Type.Optional(Type.Integer()),
  availableReplicas: Type.Optional(Type.Integer()),
});

const Source = Type.Object({ data: maybe(StringMap), binaryData: maybe(StringMap) });
const CopyObject = Type.Object({ metadata: OwnedMeta, immutable: maybe(Type.Boolean()) });
const Named = Type.Object({ metadata: Type.Object({ name: Type.String() }) });

const copyObject = parser(CopyObject);
const versioned = parser(Versioned);
const source = parser(Source);
const named = parser(Named);
const status = parser(Type.Object({ status: Status }));
const replicaSets = parser(ReplicaSets);

export const asDeployment = parser(Deployment);
export const asReplicaSet = parser(ReplicaSet);
export const asPod = parser(Pod);
export const asReplicaSets = (value: unknown) => replicaSets(value)?.items ?? [];
export const statusOf = (value: unknown) => status(value)?.status ?? {};

export const nameOf = (value: unknown): string => named(value)?.metadata.name ?? '';

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

/** The resourceVersion of an object, as a number. One etcd assigns them all, so they are in one order. */
export function versionOf(value: unknown): number | undefined {
  const version = versioned(value)?.metadata.resourceVersion;
  return version ? Number(version) : undefined;
}
