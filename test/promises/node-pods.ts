import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { PodEvent } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { joinNodes, removeNodes } from '../../lab/control-plane/fake-nodes.ts';
import type { Watcher } from '../../lab/control-plane/watch.ts';
import { DAEMON_SET } from '../../lab/lockstep/kinds.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import { configMap, daemons, type WebOptions } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { CONFIG_HASH } from '../../src/marks/names.ts';

const DaemonSet = Type.Object({
  metadata: Type.Object({ uid: Type.String(), generation: Type.Number() }),
  status: Type.Object({
    observedGeneration: Type.Optional(Type.Number()),
    desiredNumberScheduled: Type.Optional(Type.Number()),
    numberAvailable: Type.Optional(Type.Number()),
  }),
});

const Revisions = Type.Object({ items: Type.Array(Type.Unknown()) });

/** The DaemonSet `web` of a sandbox, with nodes of its own, and everything that happens to its pods. */
export interface Daemons {
  readonly box: Sandbox;
  readonly pods: Watcher<PodEvent>;
  read(): Promise<Static<typeof DaemonSet>>;
  /** More nodes join, all at once. */
  join(count: number): Promise<void>;
  /** Waits until each of its nodes has an available pod. */
  untilEverywhere(): Promise<void>;
  /** Waits until each of its nodes has an available pod of the present template. */
  untilRolledOut(): Promise<void>;
  /** The config hashes of the pods that were made since its start, in order. */
  started(): readonly (string | undefined)[];
  /** How many rollouts began since its start. */
  rollouts(): Promise<number>;
  end(): Promise<void>;
}

const isRunning = ({ object }: PodEvent): boolean =>
  object.status?.phase === 'Running' && object.metadata.deletionTimestamp === undefined;

/** Starts a DaemonSet on some nodes of its own, and waits until its pods run. */
export async function startDaemons(
  { cluster, sandbox }: Lockstep,
  count: number,
  options: WebOptions = {},
  labels: Readonly<Record<string, string>> = {},
): Promise<Daemons> {
  const box = await sandbox(labels, DAEMON_SET);
  const pool = { pool: box.namespace };
  let nodes = 0;
  const join: Daemons['join'] = async (more) => {
    const names = Array.from({ length: more }, (_, i) => `${box.namespace}-${nodes + i}`);
    nodes += more;
    await joinNodes(cluster, names, pool);
  };
  const read = async () => Value.Parse(DaemonSet, await box.read('daemonsets', 'web'));
  const untilEverywhere = () =>
    eventually(
      async () => {
        const { metadata, status } = await read();
        const { observedGeneration, desiredNumberScheduled = 0, numberAvailable = 0 } = status;
        const isObserved = observedGeneration === metadata.generation;
        return isObserved && desiredNumberScheduled === nodes && numberAvailable === nodes;
      },
      { what: 'a pod on each node', timeoutMs: 60_000 },
    );
  const untilRolledOut = async () => {
    await untilEverywhere();
    await box.untilRolledOut();
  };
  await join(count);
  const podSpec = { nodeSelector: pool, tolerations: [{ operator: 'Exists' }] };
  await box.apply(configMap({ a: '1' }), daemons({ podSpec, ...options }));
  await untilRolledOut();
  const countRevisions = async () =>
    Value.Parse(Revisions, await box.read('controllerrevisions')).items.length;
  const [pods, before] = await Promise.all([box.pods(), countRevisions()]);
  return {
    box,
    pods,
    read,
    join,
    untilEverywhere: async () => {
      await untilEverywhere();
      await pods.until((_, now) => now.filter(isRunning).length === nodes);
    },
    untilRolledOut,
    started: () =>
      pods.events.filter(({ type }) => type === 'ADDED').map(({ annotations }) => annotations[CONFIG_HASH]),
    rollouts: async () => (await countRevisions()) - before,
    end: async () => {
      await pods.stop();
      await box.kubectl(['delete', 'daemonset/web', '--wait=false']);
      await removeNodes(cluster, pool);
    },
  };
}
