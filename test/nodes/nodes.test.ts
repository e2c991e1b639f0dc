import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { clusterClient } from '../../lab/control-plane/client.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { readAccess } from '../../lab/control-plane/kubeconfig.ts';
import { allGone, type Left, untilRunning } from '../../lab/control-plane/remains.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { sandbox } from '../../lab/lockstep/sandbox.ts';
import { app } from '../../lab/nodes/app-manifests.ts';
import { runOnNode } from '../../lab/nodes/inside.ts';
import { describeOnNodes, type Nodes } from './describe-on-nodes.ts';
import { cgroupsOf, hostState, links, processesOn } from './traces.ts';

const main = join(import.meta.dirname, '..', '..', 'lab', 'control-plane', 'main.ts');

/** Pods of another cluster, running on its nodes. */
async function withPods(
  { dir, pids }: Left,
  { cluster }: Nodes,
): Promise<readonly { name: string; pid: number }[]> {
  const kubeconfig = join(dir, 'kubeconfigs', 'admin.yaml');
  const other = clusterClient({ ...cluster, ...(await readAccess(kubeconfig)), kubeconfig, dir });
  const box = await sandbox(other);
  await box.apply(configMap({ a: '1' }), app({ replicas: 4 }));
  await box.untilRolledOut();
  return Promise.all(
    [...pids.keys()]
      .filter((name) => /^node-\w$/.test(name))
      .map(async (name) => ({ name, pid: Number(await readFile(join(dir, `${name}.ready`), 'utf8')) })),
  );
}

describeOnNodes('real nodes', (use) => {
  test('run beside those of another cluster, do not change the host, and leave nothing when their owner is killed', async () => {
    const before = await hostState();
    const linksBefore = links();
    const owner = await untilRunning(
      spawn(process.execPath, [main, '--real-nodes'], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    onTestFinished(() => void owner.child.kill('SIGKILL'));
    const nodes = await withPods(owner, use());
    const processes = await processesOn(nodes);

    expect(nodes).toHaveLength(2);
    // For each pod a shim, a pause and an app, and the processes of the node itself.
    expect(processes.size).toBeGreaterThan(4 * 3);
    expect((await cgroupsOf(owner.dir)).length).toBeGreaterThan(0);
    expect(links()).toHaveLength(linksBefore.length + 1);
    expect(await hostState()).toEqual(before);

    owner.child.kill('SIGKILL');

    await allGone({ dir: owner.dir, pids: new Map([...owner.pids, ...processes]) });
    await eventually(async () => (await cgroupsOf(owner.dir)).length === 0, { what: 'no control group' });
    await eventually(() => links().length === linksBefore.length, { what: 'no link' });
  });

  test('have no way out', async () => {
    for (const node of use().nodes) {
      const { stdout } = await runOnNode(node, 'ip', 'route', 'show', 'default');
      expect(stdout).toBe('');
    }
  });
});
