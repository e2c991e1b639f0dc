import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { untilRolledOut } from '../lab/control-plane/conditions.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import { configMap, web } from '../lab/lockstep/manifests.ts';

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
  /** PEM of the authority of both contestants' certificates. */
  readonly ca: string;
  readonly namespace: string;
  /** A connection of its own. */
  connect(contestant: Contestant): Client;
  /** Makes a Deployment that takes its environment from so many ConfigMaps, brought into step. Resolves with it. */
  makeWorkload(name: string, sources: number): Promise<object>;
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
  const { pid } = await lab.start(['--log-level', 'info'], resolve('dist/main.js'));
  await lab.register();
  const box = await lab.sandbox();
  const { namespace } = box;
  const kubeconfig = await cluster.kubeconfigFor({ namespace: 'lockstep', name: 'lockstep' });
  const floor = await startFloor(folder, kubeconfig);
  const ca = await readFile(join(folder, 'ca.crt'), 'utf8');
  return {
    cluster,
    lockstep: { pid, origin: `https://127.0.0.1:${lab.port}` },
    floor,
    ca,
    namespace,
    // The certificates are of this run, for 127.0.0.1; only the API server knows their authority.
    connect: ({ origin }) => new Client(origin, { connect: { ca, checkServerIdentity: () => undefined } }),
    async makeWorkload(name, sources) {
      const names = Array.from({ length: sources }, (_, i) => `${name}-${i}`);
      const envFrom = names.map((each) => ({ configMapRef: { name: each } }));
      const podSpec = { containers: [{ name: 'web', image: 'web:1', envFrom }] };
      await box.apply(...names.map((each) => configMap({ a: '1' }, each)), web({ name, podSpec }));
      await untilRolledOut(cluster, namespace, name);
      return Object(await box.read('deployments', name));
    },
    async close() {
      await floor.stop();
      await lab.program().stop();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
