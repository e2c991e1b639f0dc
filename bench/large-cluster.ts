import type { Api } from '../lab/control-plane/api.ts';
import { configMap, web } from '../lab/lockstep/manifests.ts';

/** How large a cluster is. */
export interface LargeCluster {
  readonly workloads: number;
  readonly sources: number;
  readonly namespaces: number;
}

/** So many requests at once create the objects. */
const LANES = 8;

/** The namespace of a workload. */
export const namespaceOf = (namespaces: number, i: number): string => `bench-${i % namespaces}`;

export async function inLanes(count: number, act: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < count; i = next++) await act(i);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

export const create = async (api: Api, path: string, body: object): Promise<void> => {
  await api.send(path, { method: 'POST', body });
};

/** A Deployment about as large as real ones, without pods. It uses two ConfigMaps. */
function deploymentOf(i: number, workloads: number): object {
  const env = Array.from({ length: 10 }, (_, at) => ({ name: `SETTING_${at}`, value: `value ${at}` }));
  const envFrom = [i, i + workloads].map((at) => ({ configMapRef: { name: `source-${at}` } }));
  return {
    ...web({ replicas: 0, podSpec: { containers: [{ name: 'web', image: 'web:1', env, envFrom }] } }),
    metadata: { name: `web-${i}` },
  };
}

/** Makes Deployments without pods, each of which uses two ConfigMaps. */
export async function fill(api: Api, { workloads, sources, namespaces }: LargeCluster): Promise<void> {
  await inLanes(namespaces, (i) =>
    create(api, '/api/v1/namespaces', { metadata: { name: namespaceOf(namespaces, i) } }),
  );
  await inLanes(sources, (i) =>
    create(
      api,
      `/api/v1/namespaces/${namespaceOf(namespaces, i % workloads)}/configmaps`,
      configMap({ a: '1', text: 'x'.repeat(900) }, `source-${i}`),
    ),
  );
  await inLanes(workloads, (i) =>
    create(
      api,
      `/apis/apps/v1/namespaces/${namespaceOf(namespaces, i)}/deployments`,
      deploymentOf(i, workloads),
    ),
  );
}
