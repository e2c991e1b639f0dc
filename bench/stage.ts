import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Client } from 'undici';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { untilRolledOut, type WorkloadResource } from '../lab/control-plane/conditions.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import { configMap, type WebOptions, web } from '../lab/lockstep/manifests.ts';
import { startPepr } from './pepr.ts';
import { connectTo } from './reviews.ts';
import { startShipped } from './shipped.ts';

/** A server of webhooks that runs beside the control plane. */
export interface Contestant {
  readonly pid: number;
  readonly origin: string;
}

/** A control plane with lockstep, as it is shipped, and the bare webhooks that it is compared with. */
export interface Stage {
  readonly cluster: Awaited<ReturnType<typeof startCluster>>;
  readonly lockstep: Contestant;
  readonly floor: Contestant;
  /** A webhook made with pepr, with an equivalent rule. */
  readonly pepr: Contestant;
  /** PEM of the authority of both contestants' certificates. */
  readonly ca: string;
  readonly namespace: string;
  /** A connection of its own. */
  connect(contestant: Contestant): Client;
  /**
   * Makes a workload that takes its environment from so many ConfigMaps, brought into step. Resolves with it.
   * @param make Default: a Deployment
   */
  makeWorkload(
    name: string,
    sources: number,
    make?: (options: WebOptions) => object,
    resource?: WorkloadResource,
  ): Promise<object>;
  /** Changes a ConfigMap. */
  edit(name: string, data: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

async function startFloor(folder: string, kubeconfig: string) {
  const program = fileURLToPath(new URL('floor-webhook.ts', import.meta.url));
  const files = [join(folder, 'tls.crt'), join(folder, 'tls.key'), kubeconfig];
  const child = spawn(process.execPath, [program, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return { pid: child.pid ?? 0, origin: `https://127.0.0.1:${port}`, stop };
}

export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
  const cluster = await startCluster();
  const lab = await setUp(cluster, folder);
  await lab.apply();
  const { pid } = await startShipped(lab);
  await lab.register();
  const box = await lab.sandbox();
  const { namespace } = box;
  const kubeconfig = await cluster.kubeconfigFor({ namespace: 'lockstep', name: 'lockstep' });
  const floor = await startFloor(folder, kubeconfig);
  const ca = await readFile(join(folder, 'ca.crt'), 'utf8');
  const pepr = await startPepr(folder, ca, cluster);
  return {
    cluster,
    pepr,
    lockstep: { pid, origin: `https://127.0.0.1:${lab.port}` },
    floor,
    ca,
    namespace,
    connect: ({ origin }) => connectTo(origin, ca),
    async makeWorkload(name, sources, make = web, resource = 'deployments') {
      const names = Array.from({ length: sources }, (_, i) => `${name}-${i}`);
      const envFrom = names.map((each) => ({ configMapRef: { name: each } }));
      const podSpec = { containers: [{ name: 'web', image: 'web:1', envFrom }] };
      await box.apply(...names.map((each) => configMap({ a: '1' }, each)), make({ name, podSpec }));
      await untilRolledOut(cluster, namespace, name, 60_000, resource);
      return Object(await box.read(resource, name));
    },
    async edit(name, data) {
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
      const options = {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { data },
      } as const;
      await cluster.api.send(path, options);
    },
    async close() {
      await pepr.stop();
      await floor.stop();
      await lab.program().stop();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
