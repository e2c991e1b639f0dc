import type { ApiClient } from '../api/client.ts';
import type { ControllerPorts, EventSubject, ReadTarget } from '../controller/ports.ts';
import type { InStepDeps } from '../in-step/ports.ts';
import type { EventRecorder, InvolvedObject } from '../telemetry/event-recorder.ts';
import { apiVersionOf, isIdle, runBy, type Workload } from '../workloads/workload.ts';
import { judgedNow } from './judged-now.ts';
import { readyPods } from './ready-pods.ts';
import { readSourceObject } from './source-events.ts';

/** The workload as it is, with the one that makes its pods. */
async function readWithRunner(
  { workloads }: Pick<InStepDeps, 'workloads'>,
  { kind, namespace, name, signal }: ReadTarget,
): Promise<Workload | undefined> {
  const workload = await workloads.read(kind, namespace, name, signal);
  if (!workload || !isIdle(workload)) return workload;
  const runner = await workloads.runner(workload, signal);
  return runner ? runBy(workload, runner) : workload;
}

/** @param client makes the calls */
async function involvedObject(
  client: ApiClient,
  about: EventSubject,
  signal: AbortSignal,
): Promise<InvolvedObject | undefined> {
  const { namespace, occasion } = about;
  if (about.is === 'workload') {
    const { kind, name, uid } = about;
    return { apiVersion: apiVersionOf(kind), kind: kind.kind, namespace, name, uid, occasion };
  }
  const found = await readSourceObject(client, { namespace, id: about.id }, signal);
  return found && { ...found, occasion };
}

/** What the controller needs of the cluster, but what it follows. */
export function controllerPorts(
  client: ApiClient,
  deps: InStepDeps,
  events: EventRecorder,
): Pick<ControllerPorts, 'bring' | 'readyPod' | 'record'> {
  const { readyPod } = readyPods(client);
  return {
    bring: (target, dryRun) => judgedNow(deps, target, dryRun),

    async readyPod(target) {
      const workload = await readWithRunner(deps, target);
      return workload ? readyPod(workload, target.signal) : 'unknown';
    },

    async record(reason, about, message, signal, details) {
      const object = await involvedObject(client, about, signal);
      if (object) await events.record(reason, object, message, signal, details);
    },
  };
}
