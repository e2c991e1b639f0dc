import { afterAll, beforeAll } from 'vitest';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { sharedReads } from '../../src/api/shared-reads.ts';
import { readyPods } from '../../src/cluster/ready-pods.ts';
import { workloads } from '../../src/cluster/workloads.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { progressOf } from '../../src/workloads/progress.ts';
import { runBy, type Workload, workloadOf } from '../../src/workloads/workload.ts';
import { useCluster } from './use-cluster.ts';

function kindOf(resource: string) {
  const kind = WORKLOAD_KINDS.find((row) => row.resource === resource);
  if (!kind) throw new Error(`no kind of ${resource}`);
  return kind;
}

/** The view of an object. */
export function viewOf(box: Sandbox, object: unknown, resource: string = box.kind.resource): Workload {
  const kind = kindOf(resource);
  const checked = kind.check(object);
  if (checked.kind === 'wrong') throw new Error(`${resource} web: ${checked.first.pointer}`);
  return workloadOf(kind, checked.object, box.namespace);
}

/** Reads how far the rollout of `web` is, as the program does. */
export function useRolloutProgress() {
  let client: ApiClient;
  beforeAll(() => {
    client = apiClient(credentialSource(loadKubeConfig(useCluster().kubeconfig, {})), {
      observeApiCall: () => undefined,
    });
  });
  afterAll(() => client.close());

  async function view(box: Sandbox, resource: string = box.kind.resource): Promise<Workload> {
    const signal = AbortSignal.timeout(10_000);
    const reads = workloads(client, sharedReads(10_000), WORKLOAD_KINDS);
    const found = await reads.read(kindOf(resource), box.namespace, 'web', signal);
    if (!found) throw new Error(`no ${resource} web`);
    const runner = await reads.runner(found, signal);
    return runner ? runBy(found, runner) : found;
  }
  return {
    view,
    progress: async (box: Sandbox, resource?: string) => progressOf(await view(box, resource)),
    ready: async (box: Sandbox, resource?: string) =>
      readyPods(client).readyPod(await view(box, resource), AbortSignal.timeout(10_000)),
  };
}
