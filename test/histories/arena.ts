import type { AuditEvent } from '../../lab/control-plane/audit.ts';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { ReplicaProgram, Replicas } from '../../lab/lockstep/replicas.ts';
import { type Answer, openCaller } from '../kit/caller.ts';
import { installReplicas } from '../kit/installed-replicas.ts';
import { RESOLVED, startLateWebhook } from '../kit/late-webhook.ts';
import { type AuditTail, auditTail } from './audit-tail.ts';
import { drive } from './drive.ts';
import { unforetold } from './foretold.ts';
import { historyNodes } from './nodes.ts';
import type { Plan } from './operations.ts';
import { setTheStage } from './perform.ts';
import { settle } from './settle.ts';
import type { Recording } from './to-history.ts';
import { eventsOf, type Watched, watchAll } from './watched.ts';
import { versionOf } from './wire.ts';
import { pinLabels } from './workload-manifests.ts';

/**
 * Replicas of which one follows edits. It acts so soon that it and calls compete, and not so soon that it is always the
 * first.
 */
export const FOLLOWING_EDITS: ReplicaProgram = {
  flags: ['--edit=on', '--edit-settle=300ms', '--edit-settle-most=2s', '--edit-rest=0s'],
  releases: true,
};

const followsEdits = ({ flags = [] }: ReplicaProgram): boolean => flags.includes('--edit=on');

/** A cluster with two replicas of lockstep, in which plans are performed. */
export interface Arena {
  /** Performs a plan in a namespace of its own, and records everything that happens in it. */
  play(plan: Plan): Promise<Recording>;
  /** Replaces both replicas by another program. */
  become(program: ReplicaProgram): Promise<void>;
  close(): Promise<void>;
}

/** A rollout of these few pods takes two or three seconds. */
const SETTLE_MS = 60_000;

/**
 * Gives a replica time on a busy machine. So unchecked calls are the effect of kills and bugs only. The
 * replicas' own deadline is a little shorter (see replicas.ts).
 */
const PATIENT = { 'webhook.timeoutSeconds': '25' };
const VALUES = { ...PATIENT, 'pin.enabled': 'true', 'edit.enabled': 'true' };

let counter = 0;

/** The log is long if many histories are played at once, and is read again each time. */
const AUDIT = { what: 'the audit log of a history', timeoutMs: 90_000, intervalMs: 100 };

/** The audit log, once it contains every call of the clients and every write that was seen. */
async function wholeAudit(
  audit: AuditTail,
  namespace: string,
  calls: readonly Answer[],
  watched: Watched,
): Promise<readonly AuditEvent[]> {
  // The audit log holds no ConfigMaps.
  const others = [...watched.keys()].filter((resource) => resource !== 'configmaps' && resource !== 'pods');
  return eventually(async () => {
    const events = await audit.of(namespace);
    const ids = new Set(events.map(({ auditID }) => auditID));
    const versions = new Set(events.map(({ responseObject }) => versionOf(responseObject)));
    const writes = [
      ...eventsOf(watched, others).filter(({ type }) => type !== 'DELETED'),
      ...eventsOf(watched, ['pods']).filter(({ type }) => type === 'ADDED'),
    ];
    return (
      calls.every(({ auditId }) => ids.has(auditId)) &&
      writes.every(({ resourceVersion }) => versions.has(Number(resourceVersion))) &&
      events
    );
  }, AUDIT);
}

async function play(
  cluster: ClusterClient,
  replicas: Replicas,
  plan: Plan,
  edits: boolean,
): Promise<Recording> {
  counter += 1;
  const namespace = `h${process.pid}-${counter}`;
  const { call, close } = openCaller(cluster);
  if (plan.alone) await replicas.alone(true);
  const labels = { ...pinLabels(plan.pin.namespace), ...(plan.late && RESOLVED) };
  await call('POST', '/api/v1/namespaces', { metadata: { name: namespace, labels } });
  const audit = await auditTail(cluster.auditLog);
  const watched = await watchAll(cluster, namespace);
  const stopWatching = () => Promise.all([...watched.values()].map((watcher) => watcher.stop()));
  const nodes = historyNodes(call, namespace);
  try {
    const stage = { namespace, pin: plan.pin, shapes: plan.shapes, nodes };
    const staged = await setTheStage(call, stage);
    const deeds = await drive(cluster, plan, replicas, stage);
    await replicas.whole();
    const unrest = await settle(cluster, namespace, { watched, nodes: nodes.count(), edits }, SETTLE_MS);
    const own = [...staged, ...deeds.done.flatMap(({ answers }) => answers)].filter(({ path }) =>
      path.includes(`/namespaces/${namespace}/`),
    );
    const recording = {
      deeds,
      staged,
      audit: await wholeAudit(audit, namespace, own, watched),
      namespace,
      events: new Map([...watched].map(([resource, { events }]) => [resource, events])),
      pinNamespace: plan.pin.namespace,
      alone: plan.alone,
      edits,
      unrest,
    };
    await stopWatching();
    // Where edits are followed, workloads roll at once, each in its turn.
    const isLeft = unrest !== undefined || edits;
    return {
      ...recording,
      unforetold: isLeft ? [] : await unforetold(cluster.kubeconfig, call, stage, counter % 2 === 0),
    };
  } finally {
    await stopWatching();
    await nodes.close();
    // Nothing waits for the end of the namespace.
    await call('DELETE', `/api/v1/namespaces/${namespace}`);
    await close();
    if (plan.alone) await replicas.alone(false);
  }
}

/** Starts the webhook that is called after lockstep in the namespaces of some histories. */
async function openLate(cluster: ClusterClient): Promise<{ stop(): Promise<void> }> {
  const namespace = `h${process.pid}-late`;
  const path = '/api/v1/namespaces';
  await cluster.api.open(path, { method: 'POST', body: { metadata: { name: namespace, labels: RESOLVED } } });
  const late = await startLateWebhook(cluster, { namespace });
  await cluster.api.open(`${path}/${namespace}`, { method: 'DELETE' });
  return late;
}

/** Registers the webhooks and starts two replicas behind them, and the late webhook. */
export async function openArena(cluster: ClusterClient, program: ReplicaProgram = {}): Promise<Arena> {
  const { replicas, close } = await installReplicas(cluster, {
    values: VALUES,
    program,
    onlyApiServer: true,
  });
  const late = await openLate(cluster);
  let edits = followsEdits(program);
  return {
    play: (plan) => play(cluster, replicas, plan, edits),
    async become(next) {
      edits = followsEdits(next);
      await replicas.become(next);
    },
    async close() {
      await late.stop();
      await close();
    },
  };
}
