import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from '../lab/control-plane/cluster.ts';
import { eventually } from '../lab/control-plane/eventually.ts';
import { freePort } from '../lab/control-plane/ports.ts';
import { create } from './large-cluster.ts';
import { connectTo } from './reviews.ts';

const FOLDER = join(import.meta.dirname, 'pepr');

/** The last part of the paths that pepr serves: a secret, elsewhere. */
const TOKEN = 'bench';
export const PEPR_PATH = `/mutate/${TOKEN}`;

/** pepr comes with some 350 packages, so it is installed only where it is measured. */
async function install(): Promise<void> {
  if (!existsSync(join(FOLDER, 'node_modules'))) await promisify(execFile)('npm', ['ci'], { cwd: FOLDER });
}

export function peprVersion(): string {
  return createRequire(join(FOLDER, 'package.json'))('pepr/package.json').version;
}

/** Where pepr keeps its state. It serves nothing before it has read that. */
const STORES = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'peprstores.pepr.dev' },
  spec: {
    group: 'pepr.dev',
    names: { kind: 'PeprStore', plural: 'peprstores', singular: 'peprstore' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { data: { type: 'object', additionalProperties: { type: 'string' } } },
          },
        },
      },
    ],
  },
};

async function makeStores({ api }: Cluster): Promise<void> {
  await create(api, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', STORES);
  await create(api, '/api/v1/namespaces', { metadata: { name: 'pepr-system' } });
  await eventually(
    async () =>
      api.get('/apis/pepr.dev/v1/namespaces/pepr-system/peprstores').then(
        () => true,
        () => false,
      ),
    { what: 'the API of PeprStores' },
  );
}

/**
 * Starts pepr with an equivalent rule, without its logs, and waits until it serves.
 * @param folder has the certificates of the benchmark's webhooks
 */
export async function startPepr(folder: string, ca: string, cluster: Cluster) {
  await install();
  await makeStores(cluster);
  const port = await freePort();
  const child = spawn(process.execPath, [join(FOLDER, 'config-hash.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'silent',
      PORT: String(port),
      PEPR_API_PATH: TOKEN,
      SSL_KEY_PATH: join(folder, 'tls.key'),
      SSL_CERT_PATH: join(folder, 'tls.crt'),
      KUBECONFIG: cluster.kubeconfig,
    },
  });
  const origin = `https://127.0.0.1:${port}`;
  const client = connectTo(origin, ca);
  const serves = async () => {
    const answer = await client.request({ method: 'GET', path: '/healthz' }).catch(() => undefined);
    await answer?.body.dump();
    return answer?.statusCode === 200;
  };
  // It waits up to 3 s before it looks at its stores, one after the other.
  await eventually(serves, { what: 'pepr', timeoutMs: 60_000 });
  await client.close();
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { pid: child.pid ?? 0, origin, stop };
}
