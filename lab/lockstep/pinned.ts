import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { copyName } from '../../src/copies/name.ts';
import { COPY_LABEL } from '../../src/marks/names.ts';
import { eventually } from '../control-plane/eventually.ts';
import type { Sandbox } from './sandbox.ts';

/** The label that asks for copies. */
export const PIN = { 'lockstep.dev/pin': 'enabled' };

const Owner = Type.Object({ kind: Type.String(), name: Type.String(), uid: Type.String() });
const Meta = Type.Object({
  name: Type.String(),
  uid: Type.String(),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  ownerReferences: Type.Optional(Type.Array(Owner)),
  deletionTimestamp: Type.Optional(Type.String()),
});
const checkList = Compile(Type.Object({ items: Type.Array(Type.Object({ metadata: Meta })) }));
const Data = Type.Optional(Type.Record(Type.String(), Type.String()));
const checkCopies = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Meta,
        immutable: Type.Optional(Type.Boolean()),
        type: Type.Optional(Type.String()),
        data: Data,
        binaryData: Data,
      }),
    ),
  }),
);

/** The copies of a namespace's ConfigMaps (or Secrets), by name. */
export async function copiesIn(box: Sandbox, resource: 'configmaps' | 'secrets' = 'configmaps') {
  // The API server lists by name.
  const { items } = checkCopies.Parse(await box.read(resource));
  return items.filter(({ metadata }) => metadata.labels?.[COPY_LABEL] !== undefined);
}

/** `ReplicaSet/web-…`: the owners of each copy. */
export const ownersIn = (copies: Awaited<ReturnType<typeof copiesIn>>): readonly string[][] =>
  copies.map(({ metadata }) => (metadata.ownerReferences ?? []).map(({ kind, name }) => `${kind}/${name}`));

/** The pods that are not being deleted, with all their references. */
export async function podsIn(box: Sandbox) {
  const found = await box.read('pods');
  const items = checkList.Parse(found).items.filter(({ metadata }) => !metadata.deletionTimestamp);
  return items.map((pod) => ({
    name: pod.metadata.name,
    uid: pod.metadata.uid,
    annotations: pod.metadata.annotations ?? {},
    replicaSet: pod.metadata.ownerReferences?.[0]?.name,
    /** The uid of the pod's ReplicaSet. */
    owner: pod.metadata.ownerReferences?.[0]?.uid,
    spec: Reflect.get(pod, 'spec') as unknown,
  }));
}

/** Every name of a ConfigMap or Secret anywhere in a pod's spec or template, sorted, each once. */
export function namesIn(spec: unknown): string[] {
  const names = new Set<string>();
  const walk = (value: unknown, key: string): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [inner, each] of Object.entries(value)) {
      const named = /^(configMap|secret)(Ref|KeyRef)?$/.test(key) && /^(name|secretName)$/.test(inner);
      if (named && typeof each === 'string') names.add(each);
      // An entry of a list has the position of the list.
      walk(each, Array.isArray(value) ? key : inner);
    }
  };
  walk(spec, '');
  return [...names].filter((name) => name !== 'kube-root-ca.crt').sort();
}

export async function templateOf(box: Sandbox, name = 'web'): Promise<unknown> {
  const found = await box.read(box.kind.resource, name);
  return Reflect.get(Object(Reflect.get(Object(found), 'spec')), 'template');
}

/** The annotations of a workload itself. */
export async function annotationsOf(box: Sandbox, name = 'web'): Promise<Readonly<Record<string, string>>> {
  const metadata = Reflect.get(Object(await box.read(box.kind.resource, name)), 'metadata');
  return Object(Reflect.get(Object(metadata), 'annotations'));
}

const checkEvents = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        reason: Type.String(),
        message: Type.String(),
        involvedObject: Type.Object({ kind: Type.String(), name: Type.String() }),
      }),
    ),
  }),
);

/** The messages of a namespace's events with this reason. */
export async function eventsIn(box: Sandbox, reason: string): Promise<readonly string[]> {
  const { items } = checkEvents.Parse(await box.read('events'));
  return items.filter((event) => event.reason === reason).map(({ message }) => message);
}

/** `Deployment/web`: what the events with this reason are about, sorted. */
export async function subjectsOf(box: Sandbox, reason: string): Promise<readonly string[]> {
  const { items } = checkEvents.Parse(await box.read('events'));
  const about = items.filter((event) => event.reason === reason).map(({ involvedObject }) => involvedObject);
  return about.map(({ kind, name }) => `${kind}/${name}`).sort();
}

/** The names that each pod of a namespace refers to. */
export async function readBy(box: Sandbox): Promise<readonly string[][]> {
  return (await podsIn(box)).map(({ spec }) => namesIn(spec));
}

/** Deletes all pods, and waits until as many others exist. Those of a StatefulSet have the same names. */
export async function replacePods(box: Sandbox): Promise<void> {
  const before = (await podsIn(box)).map(({ uid }) => uid);
  await box.kubectl(['delete', 'pods', '--all']);
  await eventually(async () => {
    const now = (await podsIn(box)).map(({ uid }) => uid);
    return now.length === before.length && now.every((uid) => !before.includes(uid));
  });
}

/** `app-lockstep-…`: the copy that a workload's template names now. */
export async function copyOf(box: Sandbox, id = 'configmap/app'): Promise<string> {
  const { sources } = await box.marks();
  return copyName(id.slice(id.indexOf('/') + 1), String(JSON.parse(sources ?? '{}')[id]));
}

/** The annotations of a workload's pod template. */
export async function annotationsOfTemplate(box: Sandbox): Promise<Readonly<Record<string, string>>> {
  const metadata = Reflect.get(Object(await templateOf(box)), 'metadata');
  return Object(Reflect.get(Object(metadata), 'annotations'));
}

/** The values of the key `a` in the copies that the pods read, each once. */
export async function pinnedAnswers(box: Sandbox): Promise<readonly (string | undefined)[]> {
  const [copies, pods] = await Promise.all([copiesIn(box), podsIn(box)]);
  const data = new Map(copies.map((copy) => [copy.metadata.name, copy.data?.['a']]));
  return [...new Set(pods.flatMap(({ spec }) => namesIn(spec)).map((name) => data.get(name)))].sort();
}
