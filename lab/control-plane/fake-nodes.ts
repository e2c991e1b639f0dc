import type { ClusterClient } from './client.ts';

/** Another node that kwok plays. Only pods that tolerate its taint come to it: those of DaemonSets. */
const fakeNode = (name: string, labels: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { ...labels, 'kubernetes.io/hostname': name, type: 'kwok' } },
  spec: { taints: [{ key: 'lockstep-test', effect: 'NoSchedule' }] },
});

/** Lets nodes join at the same time. Their names are numbered. */
export async function joinNodes(
  { api }: Pick<ClusterClient, 'api'>,
  names: readonly string[],
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      await (await api.open('/api/v1/nodes', { method: 'POST', body: fakeNode(name, labels) })).dump();
    }),
  );
}

export async function removeNodes(
  { api }: Pick<ClusterClient, 'api'>,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const path = `/api/v1/nodes?labelSelector=${encodeURIComponent(selector.join(','))}`;
  await (await api.open(path, { method: 'DELETE' })).dump();
}
