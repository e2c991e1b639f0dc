import { isRolledOut } from '../../lab/control-plane/conditions.ts';
import { type ScaledEvent, scaledEvent } from '../../lab/control-plane/events.ts';
import { type Watcher, watch } from '../../lab/control-plane/watch.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { onEach } from '../kit/kinds.ts';
import { type Begun, begunIn, placeOf } from './under-way.ts';

/** Asks for rollouts after edits. Where the flag `--roll-on` does not, leftovers of other files stay as they are. */
export const ON_EDIT = { 'lockstep.dev/roll-on': 'create,update,edit' };

/** A Deployment of one pod that reads the ConfigMap `app`. */
export const member = (name: string, annotations: Readonly<Record<string, string>> = ON_EDIT): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, annotations },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'app' } }] }],
        terminationGracePeriodSeconds: 0,
      },
    },
  },
});

/** Many Deployments in some namespaces. Those of a namespace share a ConfigMap. */
export interface Crowd {
  readonly size: number;
  /** All events of Deployments. */
  readonly watcher: Watcher<ScaledEvent>;
  /** The rollouts that there have been. */
  begun(): readonly Begun[];
  readonly boxes: readonly Sandbox[];
  /** Waits until so many rollouts have begun. */
  untilBegun(count: number): Promise<void>;
  /** Waits until so many rollouts have begun, and all that have begun are complete. */
  untilThrough(count: number): Promise<void>;
  /** How many ReplicaSets each Deployment has. */
  replicaSets(): Promise<readonly number[]>;
  stop(): Promise<void>;
}

export async function fill(
  { cluster }: Lockstep,
  { namespace, apply }: Sandbox,
  count: number,
): Promise<void> {
  await apply(configMap({ a: '1' }));
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const names = Array.from({ length: count }, (_, index) => `web-${index}`);
  await Promise.all(names.map((name) => cluster.api.send(path, { method: 'POST', body: member(name) })));
}

/** Follows these namespaces' Deployments, which have rolled out. */
export async function crowdIn(
  { cluster }: Lockstep,
  boxes: readonly Sandbox[],
  size: number,
): Promise<Crowd> {
  const namespaces = new Set(boxes.map(({ namespace }) => namespace));
  const watcher = await watch(cluster, '/apis/apps/v1/deployments', scaledEvent);
  const isOwn = (event: ScaledEvent) => namespaces.has(placeOf(event).split('/')[0] ?? '');
  const ready = (current: readonly ScaledEvent[]) => {
    const own = current.filter(isOwn);
    return own.length === size && own.every(({ object }) => isRolledOut('deployments', object));
  };
  await watcher.until((_, current) => ready(current), 120_000, 'the crowd rolling out');
  const from = watcher.events.length;
  const before = watcher.current().filter(isOwn);
  const begun = () => begunIn(before, watcher.events.slice(from).filter(isOwn));
  return {
    size,
    boxes,
    watcher,
    begun,
    untilBegun: (count) =>
      watcher.until(() => begun().length >= count, 120_000, `${count} rollouts beginning`),
    untilThrough: (count) =>
      watcher.until(
        (_, current) => begun().length >= count && ready(current),
        240_000,
        `${count} rollouts to the end`,
      ),
    async replicaSets() {
      const all = await Promise.all(
        boxes.map(async ({ namespace }) => {
          const sets = await watch(cluster, `/apis/apps/v1/namespaces/${namespace}/replicasets`, scaledEvent);
          const counts = Map.groupBy(sets.current(), ({ controller }) => controller);
          await sets.stop();
          return [...counts.values()].map(({ length }) => length);
        }),
      );
      return all.flat();
    },
    stop: () => watcher.stop(),
  };
}

/** Creates so many Deployments in each of some namespaces, and waits until they have rolled out. */
export async function createCrowd(lockstep: Lockstep, sizes: readonly number[]): Promise<Crowd> {
  const boxes = await Promise.all(sizes.map(() => lockstep.sandbox()));
  await Promise.all(boxes.map((box, index) => fill(lockstep, box, sizes[index] ?? 0)));
  return crowdIn(
    lockstep,
    boxes,
    sizes.reduce((sum, size) => sum + size, 0),
  );
}

/** Edits the ConfigMap of each of these namespaces. */
export const editAll = (boxes: readonly Sandbox[], data: Readonly<Record<string, string>>) =>
  onEach(boxes, (box) => box.editConfig(data));
