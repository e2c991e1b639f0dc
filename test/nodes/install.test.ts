import { expect, test } from 'vitest';
import { sandbox } from '../../lab/lockstep/sandbox.ts';
import { APP_IMAGE } from '../../lab/nodes/app-images.ts';
import { runOnNode } from '../../lab/nodes/inside.ts';
import { install, NAMESPACE, uninstall } from '../../lab/nodes/install.ts';
import { LOCKSTEP_REPOSITORY, TAG } from '../../lab/nodes/lockstep-image.ts';
import { untilCalled } from '../../lab/nodes/until-called.ts';
import { describeOnNodes, type Nodes } from './describe-on-nodes.ts';
import { measure } from './measure.ts';
import { replicas } from './running-pods.ts';

/** Gives one node less room than the other. By room alone, both replicas would go to the other node. */
async function withBusyNode<T>({ cluster, nodes }: Nodes, work: () => Promise<T>): Promise<T> {
  const nodeName = nodes[0]?.name ?? '';
  const path = 'jsonpath={.status.allocatable.cpu}';
  const { stdout } = await cluster.kubectlOk(['get', 'node', nodeName, '-o', path]);
  const requests = { cpu: `${Math.round(Number(stdout) * 600)}m` };
  const container = { name: 'busy', image: APP_IMAGE, imagePullPolicy: 'Never', resources: { requests } };
  const spec = { nodeName, containers: [container] };
  const box = await sandbox(cluster);
  await box.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'busy' }, spec });
  try {
    return await work();
  } finally {
    await cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
  }
}

/** The memory that a replica requests. */
async function requestedMiB({ cluster }: Nodes): Promise<number> {
  const path = 'jsonpath={.spec.template.spec.containers[0].resources.requests.memory}';
  const { stdout } = await cluster.kubectlOk(['get', 'deployment/lockstep', '-n', NAMESPACE, '-o', path]);
  return Number(/^(\d+)Mi$/.exec(stdout)?.[1]);
}

describeOnNodes('`helm install` of the chart with its defaults', (use) => {
  test('runs two replicas, one on each node, and the API server reaches them through their Service', async () => {
    const { cluster } = use();
    await uninstall(cluster);
    await cluster.kubectl(['create', 'namespace', NAMESPACE]);
    // The cluster's owner enforces the restricted standard.
    const enforce = 'pod-security.kubernetes.io/enforce=restricted';
    await cluster.kubectlOk(['label', '--overwrite', 'namespace', NAMESPACE, enforce]);

    const seconds = await withBusyNode(use(), async () => {
      const start = performance.now();
      await install(cluster);
      return (performance.now() - start) / 1000;
    });

    await untilCalled(cluster);
    const running = await replicas(use());
    expect(running.map(({ node }) => node.name).sort()).toEqual(['node-a', 'node-b']);
    expect(running.map(({ restarts }) => restarts)).toEqual([0, 0]);
    console.log(`measured: helm install to two ready replicas: ${seconds.toFixed(1)} s`);
  });

  test('is ready within seconds, and uses less memory than it requests', async () => {
    const running = await replicas(use());
    expect(running).toHaveLength(2);
    const asked = await requestedMiB(use());
    for (const replica of running) {
      const { readyMs, residentMiB, ownMiB } = await measure(replica);
      const memory = `resident ${residentMiB} MiB (${ownMiB} MiB its own)`;
      console.log(`measured: ${replica.pod}: ready ${readyMs} ms after its process started, ${memory}`);
      expect(readyMs).toBeLessThan(10_000);
      expect(residentMiB).toBeLessThan(asked);
    }
  });

  test('has a small image', async () => {
    const [node] = use().nodes;
    if (node === undefined) throw new Error('no node');
    const name = `name==${LOCKSTEP_REPOSITORY}:${TAG}`;
    const { stdout } = await runOnNode(node, 'ctr', '--namespace=k8s.io', 'images', 'list', name);
    const [, size] = /\s([\d.]+) MiB\s/.exec(stdout) ?? [];
    console.log(`measured: image: ${size} MiB, not compressed, base and Node among it`);
    expect(Number(size)).toBeLessThan(250);
  });
});
