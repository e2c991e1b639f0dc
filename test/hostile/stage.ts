import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { type InstallOptions, install } from './arena.ts';
import { openDoor } from './attack/direct.ts';
import type { Surroundings } from './attack/perform.ts';
import { namespacesOf, openNeighbourhood } from './bystander/neighbourhood.ts';
import { isExcuse, type JudgedCall } from './checker/bystander-calls.ts';
import type { Fault } from './checker/fault.ts';
import { openSpaces, type Spaces } from './spaces.ts';
import { plantVictims, type Victims } from './victims.ts';
import { watchControl } from './watching/control.ts';
import { type Health, watchHealth } from './watching/health.ts';
import { watchLeftovers } from './watching/leftovers.ts';
import { type Monitor, openMonitor } from './watching/monitor.ts';
import { untilResting } from './watching/rest.ts';

export interface StageOptions extends InstallOptions {
  readonly seed: number;
  /** The time between two operations of a household. */
  readonly pauseMs: number;
  /** Tenants send reviews to the webhook's port. */
  readonly direct: boolean;
  /** How long an unused copy, and a rollout at the end, may take. Default: enough for a busy machine. */
  readonly patienceMs?: number;
  onFault(fault: Fault): void;
  onCall(judged: JudgedCall): void;
}

/** Everything that is there before the first attack: lockstep, the bystander at work, and the monitor. */
export interface Stage {
  readonly spaces: Spaces;
  readonly around: Surroundings;
  readonly monitor: Monitor;
  readonly health: Health;
  readonly victims: Victims;
  /** Resolves when each household has completed the operation that it is at, and all of it is judged. */
  lap(): Promise<void>;
  /** Starts both replicas anew. The bystander makes no call meanwhile. */
  renew(): Promise<void>;
  /** Ends the bystander's work, and waits until its rollouts and leftovers are over. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

const NEIGHBOUR = { namespace: 'tenants', name: 'neighbour' };
const PATIENCE_MS = 30_000;

/** Somebody who may only read and create ConfigMaps in a namespace of the bystander. */
async function openNeighbour({ api }: ClusterClient, spaces: Spaces): Promise<Surroundings['neighbour']> {
  const role = {
    metadata: { name: 'configmaps-create' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create'] }],
  };
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  // Another file may have made it on the same control plane.
  await api.open(path, { method: 'POST', body: role }).then(
    (answer) => answer.dump(),
    () => undefined,
  );
  const call = await spaces.callerAs(NEIGHBOUR);
  const namespace = spaces.homes('shared');
  const namespaceUid = await spaces.give(namespace, {}, NEIGHBOUR, role.metadata.name);
  return { namespace, namespaceUid, call, deeds: [] };
}

let counter = 0;

export async function openStage(cluster: ClusterClient, options: StageOptions): Promise<Stage> {
  counter += 1;
  const id = `${process.pid}-${counter}`;
  const { deadlineSeconds, graceMs, patienceMs = PATIENCE_MS, onFault, onCall } = options;
  const spaces = await openSpaces(cluster, id);
  const installed = await install(cluster, options, id, ['kube-system', spaces.homes('excluded')]);
  const { replicas, port } = installed;
  const deadlineMs = deadlineSeconds * 1000;
  const victims = await plantVictims(cluster, spaces);
  const control = watchControl(cluster.api, spaces.homes('disabled'));
  const monitor = await openMonitor({
    cluster,
    control,
    replicas,
    deadlineMs,
    zoneOf: spaces.zoneOf,
    onFault,
    onCall,
  });
  const boundMs = 2 * graceMs + patienceMs;
  const leftovers = watchLeftovers(cluster.api, boundMs, onFault);
  const health = watchHealth(replicas, onFault);
  const isExcused = () => {
    const now = Date.now();
    return isExcuse(deadlineMs, control.longestBetween(now - 2 * deadlineMs, now));
  };
  const { households, ...neighbourhood } = await openNeighbourhood({
    ...{ cluster, spaces, pauseMs: options.pauseMs, seed: options.seed },
    ...{ onCall: monitor.expect, onLeftover: leftovers.add, onFault, isExcused },
  });
  const onAnswer = (status: number, text: string) => {
    monitor.readText('an answer to a direct call', text);
    if (!options.onlyApiServer || status >= 300) return;
    onFault({ rule: 'Kept out', kind: 'direct call', message: 'a call without a certificate got an answer' });
  };
  const door = options.direct ? openDoor(port, spaces.homes, onAnswer) : undefined;

  return {
    spaces,
    monitor,
    health,
    victims,
    around: {
      door,
      neighbour: await openNeighbour(cluster, spaces),
      onForgery: monitor.onForgery,
    },
    async lap() {
      await Promise.all(households.map((household) => household.lap()));
      await monitor.catchUp();
    },
    async renew() {
      await Promise.all(households.map((household) => household.pause()));
      await health.pause();
      await installed.renew();
      health.resume();
      leftovers.restart();
      await monitor.catchUp();
      for (const household of households) household.resume();
    },
    async rest() {
      await Promise.all(households.map((household) => household.stop()));
      await monitor.catchUp();
      await leftovers.over(boundMs);
      await untilResting(cluster, namespacesOf(spaces.homes), boundMs, onFault);
    },
    async close() {
      await neighbourhood.close();
      leftovers.close();
      await control.close();
      await health.close();
      await monitor.close();
      await door?.close();
      await victims.close();
      await spaces.close();
      await installed.close();
    },
  };
}
