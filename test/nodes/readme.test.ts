import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInShell } from '../../lab/control-plane/shell.ts';
import { runOnNode } from '../../lab/nodes/inside.ts';
import { NAMESPACE, uninstall } from '../../lab/nodes/install.ts';
import { LOCKSTEP_REPOSITORY, TAG } from '../../lab/nodes/lockstep-image.ts';
import { PAUSE_IMAGE } from '../../lab/nodes/node-files.ts';
import { WEB_ROLLS } from '../kit/expectations.ts';
import { describeOnNodes, type Nodes } from './describe-on-nodes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The blocks of commands under a heading of the README. */
async function blocksUnder(heading: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8');
  const section = text.slice(text.indexOf(`\n## ${heading}\n`) + 1);
  const end = section.indexOf('\n## ', 1);
  return [...section.slice(0, end).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
}

/** Provides an image that a reader would have in a registry: here, on every node, under the same name. */
async function provideImage(nodes: Nodes, image: string, name: string): Promise<void> {
  const ctr = ['ctr', '--namespace=k8s.io', 'images', 'tag', '--force', image, name];
  for (const node of nodes.nodes) await runOnNode(node, ...ctr);
}

describeOnNodes('the README’s section on installing', (use) => {
  beforeAll(async () => {
    await uninstall(use().cluster);
    await use().cluster.kubectlOk(['delete', 'namespace', NAMESPACE, '--ignore-not-found']);
  });
  afterAll(() => use().cluster.kubectl(['delete', 'namespace', 'lockstep-try', '--ignore-not-found']));

  test('works as it is written, command by command', async () => {
    const { cluster } = use();
    const [install = '', tryIt = ''] = await blocksUnder('Install');
    // The reader chooses the bases and the registry. Here the image exists already, under the README's name.
    const built = /^npm run image -- --tag (\S+)/m.exec(install)?.[1] ?? '';
    expect(built).toMatch(/^registry\.example\/lockstep:/);
    expect(install).toContain(`docker push ${built}`);
    await provideImage(use(), `${LOCKSTEP_REPOSITORY}:${TAG}`, built);
    await provideImage(use(), PAUSE_IMAGE, /--image=(\S+)/.exec(tryIt)?.[1] ?? '');

    const installed = await runInShell(cluster, install.slice(install.indexOf('helm install')), ROOT);
    expect(installed.stderr).toBe('');
    expect(installed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('STATUS: deployed') });

    expect(await runInShell(cluster, tryIt)).toMatchObject({
      exitCode: 0,
      stderr: `Warning: lockstep: ${WEB_ROLLS}\n`,
    });
    const away = /`(helm uninstall [^`]+)`/.exec(await readFile(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
    expect(await runInShell(cluster, away)).toMatchObject({ exitCode: 0 });
  });
});
