import type { AuditEvent } from '../../lab/control-plane/audit.ts';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { type EventType, type ObjectEvent, objectEvent } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { KubeObject } from '../../lab/control-plane/objects.ts';
import { watch, watchConfigMaps, watchDeployments, watchReplicaSets } from '../../lab/control-plane/watch.ts';
import type { ReplicaProgram, Replicas } from '../../lab/lockstep/replicas.ts';
import { type Answer, openCaller } from '../kit/caller.ts';
import { installReplicas } from '../kit/installed-replicas.ts';
import { RESOLVED, startLateWebhook } from '../kit/late-webhook.ts';
import { type AuditTail, auditTail } from './audit-tail.ts';
import { drive } from './drive.ts';
import type { Plan } from './operations.ts';
import { setTheStage } from './perform.ts';
import { collection, settle, type Watched } from './settle.ts';
import type { Recording } from './to-history.ts';
import { versionOf } from './wire.ts';
import { pinLabels } from './workload-manifests.ts';

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
const VALUES = { ...PATIENT, 'pin.enabled': 'true' };

let counter = 0;

/**
 * The first event of a pod tells its references. Of the other events, which are many, it keeps only the
 * metadata.
 */
function podEvent(type: EventType, { metadata, ...rest }: KubeObject): ObjectEvent {
  return objectEvent(type, type === 'ADDED' ? { metadata, ...rest } : { metadata });
}

async function watchAll(cluster: ClusterClient, namespace: string): Promise<Watched> {
  const [configmaps, deployments, replicasets, pods] = await Promise.all([
    watchConfigMaps(cluster, namespace),
    watchDeployments(cluster, namespace),
    watchReplicaSets(cluster, namespace),
    watch(cluster, collection(namespace, 'pods'), podEvent),
  ]);
  return { configmaps, deployments, replicasets, pods };
}

/** The audit log, once it contains every call of the clients and every write that was seen. */
async function wholeAudit(
  audit: AuditTail,
  namespace: string,
  calls: readonly Answer[],
  { deployments, replicasets, pods }: Watched,
): Promise<readonly AuditEvent[]> {
  return eventually(async () => {
    const events = await audit.of(namespace);
    const ids = new Set(events.map(({ auditID }) => auditID));
    const versions = new Set(events.map(({ responseObject }) => versionOf(responseObject)));
    const writes = [
      ...[...deployments.events, ...replicasets.events].filter(({ type }) => type !== 'DELETED'),
      ...pods.events.filter(({ type }) => type === 'ADDED'),
    ];
    return (
      calls.every(({ auditId }) => ids.has(auditId)) &&
      writes.every(({ resourceVersion }) => versions.has(Number(resourceVersion))) &&
      events
    );
  });
}

async function play(cluster: ClusterClient, replicas: Replicas, plan: Plan): Promise<Recording> {
  counter += 1;
  const namespace = `h${process.pid}-${counter}`;
  const { call, close } = openCaller(cluster);
  if (plan.alone) replicas.alone(true);
  const labels = { ...pinLabels(plan.pin.namespace), ...(plan.late && RESOLVED) };
  await call('POST', '/api/v1/namespaces', { metadata: { name: namespace, labels } });
  const audit = await auditTail(cluster.auditLog);
  const watched = await watchAll(cluster, namespace);
  try {
    const staged = await setTheStage(call, { namespace, pin: plan.pin });
    const deeds = await drive(cluster, namespace, plan, replicas);
    await replicas.whole();
    const unrest = await settle(cluster, namespace, watched, SETTLE_MS);
    const own = [...staged, ...deeds.done.flatMap(({ answers }) => answers)];
    return {
      deeds,
      staged,
      audit: await wholeAudit(audit, namespace, own, watched),
      configMaps: watched.configmaps.events,
      deployments: watched.deployments.events,
      replicaSets: watched.replicasets.events,
      pods: watched.pods.events,
      pinNamespace: plan.pin.namespace,
      alone: plan.alone,
      unrest,
    };
  } finally {
    await Promise.all(Object.values(watched).map((watcher) => watcher.stop()));
    // Nothing waits for the end of the namespace.
    await call('DELETE', `/api/v1/namespaces/${namespace}`);
    await close();
    if (plan.alone) replicas.alone(false);
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
  return {
    play: (plan) => play(cluster, replicas, plan),
    become: replicas.become,
    async close() {
      await late.stop();
      await close();
    },
  };
}
